/*
 * Checks that earlier turns reach the model: a long one must make
 * usage.input_tokens larger. If it does not, the answer shows whether only the
 * number is wrong, because it needs a word of the earlier turn.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)64 * 1024)
#define WORD "tangerine"
#define FILLING "The blue boat lies at the long pier and waits for wind. "

/* GROWTH_LEAST is far below what any tokenizer counts for REPEATS sentences. */
enum { REPEATS = 30, GROWTH_LEAST = 100, ANSWER_TOKENS = 16 };

static void make_history(const struct doctor *d, struct doctor_call *c)
{
	buf_init(&c->body, TEXT_LIMIT);
	buf_add_text(&c->body, "{\"model\":");
	jscan_quote(&c->body, span_of(d->model));
	buf_addf(&c->body,
		 ",\"max_tokens\":%d,\"messages\":[{\"role\":\"user\","
		 "\"content\":\"The word is " WORD ". ",
		 ANSWER_TOKENS);
	for (int i = 0; i < REPEATS; i++)
		buf_add_text(&c->body, FILLING);
	buf_add_text(&c->body,
		     "\"},{\"role\":\"assistant\",\"content\":\"Noted.\"},"
		     "{\"role\":\"user\",\"content\":\"Which word was it? "
		     "Answer with the word only.\"}]}");
}

/* The answer has the word that only the earlier turn says. */
static bool has_word(const struct doctor_call *c)
{
	struct look s;
	bool found = false;

	look_of(&s, c);
	for (size_t i = 0; i < s.x->block_count && !found; i++)
		found = strcasestr(s.x->blocks[i].text, WORD) != NULL;
	look_clear(&s);
	return found;
}

static void judge(struct doctor *d, const struct doctor_call *c,
		  struct step_result *out)
{
	int64_t without = d->seen.small_tokens, with = step_input_tokens(c);
	char a[32], b[32];

	if (without <= 0 || with <= 0) {
		buf_add_text(&out->text,
			     "accepted; usage does not say how long it was, so "
			     "it could not be seen whether all of it arrived");
		return;
	}
	d->seen.history_tokens = with;
	d->seen.history_bytes = REPEATS * strlen(FILLING);
	buf_addf(&out->text,
		 "%" PRId64 " tokens with an earlier turn, %" PRId64 " without",
		 with, without);
	if (with >= without + GROWTH_LEAST)
		return;
	snprintf(a, sizeof(a), "%" PRId64, with);
	snprintf(b, sizeof(b), "%" PRId64, without);
	step_finding(d, out, has_word(c) ? "DR-USAGE-FLAT" : "DR-HISTORY-LOST",
		     c, a, b, NULL);
}

void step_history(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };

	make_history(d, &c);
	if (step_ask(d, &c, out) && !step_failed(d, &c, out))
		judge(d, &c, out);
	doctor_call_clear(&c);
}
