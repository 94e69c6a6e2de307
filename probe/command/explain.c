/* Writes the explanations of `ccprobe explain`. */
#include "probe/command/explain.h"

#include <signal.h>
#include <string.h>

#include "probe/look/expect.h"
#include "probe/look/op.h"
#include "probe/look/subject_private.h"
#include "probe/suite/claims.h"
#include "formats/clientformat.h"
#include "wire/bytes/print.h"
#include "wire/bytes/wrap.h"

#define COLUMNS 78

static const char *effect_text(enum effect e)
{
	switch (e) {
	case EFFECT_EXPOSES:
		return "exposes: a secret reaches somebody it is not meant "
		       "for";
	case EFFECT_BREAKS:
		return "breaks: the session fails, hangs, or gives a wrong "
		       "answer";
	case EFFECT_COSTS:
		return "costs: the session goes on, and pays again or more";
	case EFFECT_DEGRADES:
		return "degrades: a feature or a diagnosis is lost";
	case EFFECT_COSMETIC:
		return "cosmetic: a user sees nothing of it";
	}
	return "";
}

static void add_effect(const struct casefile *c, struct buf *out)
{
	wrap_part(out, "What the client does when it is not true",
		  effect_text(c->effect));
	if (c->effect_seen != NULL)
		buf_addf(out, "  observed: %s\n", c->effect_seen);
	if (c->effect_reason != NULL) {
		buf_add_text(out, "  why this is not what was measured:\n");
		wrap_words(out, 4, c->effect_reason);
	}
}

static void add_guards(const struct casefile *c,
		       const struct requirements *known, struct buf *out)
{
	buf_add_text(out, "\nRequirements\n");
	for (size_t i = 0; i < c->guard_count; i++) {
		const struct requirement *r =
			requirements_find(known, c->guards[i]);

		if (r == NULL) {
			buf_addf(out, "  %s\n", c->guards[i]);
			continue;
		}
		buf_addf(out, "  %s (%s)\n", r->id, r->level);
		wrap_words(out, 4, r->text);
		if (*r->source != '\0') {
			buf_add_text(out, "    source:\n");
			wrap_words(out, 6, r->source);
		}
	}
}

/* ---- steps ---- */

static void add_send(const struct step *s, struct buf *out)
{
	const struct request *q = s->request;

	buf_addf(out, "send %s", s->actor);
	if (s->count > 1)
		buf_addf(out, " and %u more at once", (unsigned)s->count - 1);
	if (q->raw != NULL)
		buf_addf(out, ": %zu raw bytes", q->raw_len);
	else
		buf_addf(out, ": %s %s", q->head.method, q->head.target);
	if (q->source != NULL)
		buf_addf(out, ", as recorded in %s", q->source);
	if (q->key != NULL)
		buf_addf(out, ", with the key '%s'", q->key);
	if (q->wish != NULL)
		buf_addf(out, ", with the wish %s", q->wish);
	if (s->slow)
		buf_add_text(out, ", reading slowly");
	if (q->edit_count > 0)
		buf_addf(out, ", with %zu edit%s", q->edit_count,
			 q->edit_count == 1 ? "" : "s");
}

/* Describes a whole session by the first of its steps. */
static void add_session(const struct step *s, struct buf *out)
{
	struct span source = span_of(s->request->source);

	source.len -= strlen("/01.http");
	buf_addf(out,
		 "play the session in %.*s, c1 to c%u: each turn is sent after "
		 "the last one has ended",
		 SPAN_ARG(source), (unsigned)s->turns);
}

static void add_until(const struct step *s, struct buf *out)
{
	buf_addf(out, "wait %u ms at most until ", (unsigned)s->within_ms);
	expect_write(s->expect, out);
	if (s->note != NULL)
		buf_addf(out, " (%s)", s->note);
}

static void add_run(const struct step *s, struct buf *out)
{
	const struct live_start *l = s->live;

	buf_addf(out, "run Claude Code as %s%s", s->actor,
		 l->terminal ? ", in a terminal" : "");
	if (l->mode != NULL)
		buf_addf(out, ", in mode %s", l->mode);
	if (l->key != NULL)
		buf_addf(out, ", with the key '%s'", l->key);
	for (size_t i = 0; i < l->argument_count; i++)
		buf_addf(out, "%s%s", i == 0 ? ", with " : " ",
			 l->arguments[i]);
	if (l->prompt != NULL)
		buf_addf(out, ": %s", l->prompt);
}

static void add_step(const struct step *s, struct buf *out)
{
	switch (s->kind) {
	case STEP_SEND:
		add_send(s, out);
		break;
	case STEP_UNTIL:
		add_until(s, out);
		break;
	case STEP_RELEASE:
		buf_addf(out, "let the mock go on at %s", s->hold);
		break;
	case STEP_READ:
		buf_addf(out, "let the client of %s read on", s->actor);
		break;
	case STEP_CANCEL:
		buf_addf(out, "close the client's connection of %s", s->actor);
		break;
	case STEP_RUN:
		add_run(s, out);
		break;
	case STEP_TYPE:
		buf_add_text(out, "type ");
		print_bytes(span_of(s->keys), 80, out);
		buf_addf(out, " into the terminal of %s", s->actor);
		break;
	case STEP_SIGNAL:
		buf_addf(out, "send SIG%s to %s",
			 s->signal == SIGINT ? "INT" : "TERM", s->actor);
		break;
	case STEP_AWAIT:
		buf_addf(out, "wait for the end of %s", s->actor);
		if (s->within_ms > 0)
			buf_addf(out, ", %u ms at most",
				 (unsigned)s->within_ms);
		break;
	}
}

static void add_steps(const struct casefile *c, struct buf *out)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(out, "\nSteps\n");
	for (size_t i = 0; i < c->step_count;) {
		const struct step *s = &c->steps[i];

		buf_reset(&line);
		buf_addf(&line, "%zu. ", i + 1);
		if (s->turns > 0)
			add_session(s, &line);
		else
			add_step(s, &line);
		wrap_words(out, 2, buf_str(&line));
		i += s->turns > 0 ? 2 * (size_t)s->turns : 1;
	}
	buf_clear(&line);
}

static void add_checks(const struct casefile *c, struct buf *out)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(out, "\nChecks\n");
	for (size_t i = 0; i < c->check_count; i++) {
		const struct check *check = &c->checks[i];

		buf_reset(&line);
		buf_addf(&line, "- %s", check->name);
		if (check->level != c->level)
			buf_addf(&line, " (%s)", level_name(check->level));
		wrap_words(out, 2, buf_str(&line));
		buf_reset(&line);
		expect_write(&check->expect, &line);
		buf_add_text(out, "      ");
		print_bytes(buf_span(&line), 300, out);
		buf_add_byte(out, '\n');
	}
	buf_clear(&line);
}

static void add_needs(const struct casefile *c, struct buf *out)
{
	if (c->need_count == 0)
		return;
	buf_add_text(out, "\nOnly for gateways that claim\n ");
	for (size_t i = 0; i < c->need_count; i++)
		buf_addf(out, " %s", c->needs[i]);
	buf_add_byte(out, '\n');
}

static void add_client(const struct casefile *c, struct buf *out)
{
	if (c->client.min == NULL && c->client.max == NULL)
		return;
	buf_add_text(out, "\nOnly for\n  ");
	client_range_write(&c->client, out);
	buf_add_byte(out, '\n');
}

static void add_client_format(const struct casefile *c, struct buf *out)
{
	if (c->client_format != FORMAT_MESSAGES)
		buf_addf(out, "\nOnly with\n  --client-format %s\n",
			 clientformat_of(c->client_format)->name);
}

void explain_case(const struct casefile *c, const struct requirements *known,
		  struct buf *out)
{
	buf_addf(out, "%s (%s, %s)\n", c->id, level_name(c->level),
		 effect_name(c->effect));
	wrap_words(out, 2, c->title);
	wrap_part(out, "Why", c->why);
	add_effect(c, out);
	wrap_part(out, "Fix", c->fix);
	add_guards(c, known, out);
	add_needs(c, out);
	add_client(c, out);
	add_client_format(c, out);
	add_steps(c, out);
	add_checks(c, out);
	if (c->provider_count > 1)
		buf_addf(out, "\nThe gateway must have %u providers.\n",
			 (unsigned)c->provider_count);
	if (c->exclusive)
		buf_add_text(out, "\nIt runs in the exclusive lane.\n");
	if (c->once)
		buf_add_text(out,
			     "\nIt can run only once against a gateway.\n");
	if (c->black_box)
		buf_add_text(out, "\nThe client's side alone decides it, so it "
				  "runs with --no-mock, too.\n");
}

/* ---- requirements ---- */

static bool guards(const struct casefile *c, const char *id)
{
	for (size_t i = 0; i < c->guard_count; i++)
		if (strcmp(c->guards[i], id) == 0)
			return true;
	return false;
}

/* The cases of one file share why and fix. */
static bool is_row_like(const struct casefile *c, const struct casefile *last)
{
	return last != NULL && strcmp(c->path, last->path) == 0;
}

void explain_requirement(const struct requirement *r,
			 const struct casebook *book, struct buf *out)
{
	const struct casefile *last = NULL;
	size_t count = 0;

	buf_addf(out, "%s (%s)\n", r->id, r->level);
	wrap_words(out, 2, r->text);
	if (*r->source != '\0')
		wrap_part(out, "Source", r->source);
	if (r->undecidable != NULL)
		wrap_part(out, "No case can decide it", r->undecidable);
	if (r->proof != NULL)
		wrap_part(out, "Not offered by ccgate; proof", r->proof);
	for (size_t i = 0; i < book->count; i++)
		count += guards(book->list[i], r->id);
	buf_addf(out, "\nCases that guard it: %zu\n", count);
	for (size_t i = 0; i < book->count; i++) {
		const struct casefile *c = book->list[i];

		if (!guards(c, r->id))
			continue;
		buf_addf(out, "  %s (%s, %s)\n", c->id, level_name(c->level),
			 effect_name(c->effect));
		if (is_row_like(c, last))
			continue;
		buf_add_text(out, "    why:\n");
		wrap_words(out, 6, c->why);
		if (c->effect_seen != NULL)
			buf_addf(out, "    observed: %s\n", c->effect_seen);
		buf_add_text(out, "    fix:\n");
		wrap_words(out, 6, c->fix);
		last = c;
	}
}

/* ---- words ---- */

static const struct {
	const char *word, *text;
} words[] = {
	{ "pass", "Verdict: every check of level must and should held." },
	{ "fail", "Verdict: a check of level must or should did not hold." },
	{ "undecided", "Verdict: a precondition was not met, so nothing can be "
		       "said; the reason tells which." },
	{ "skip", "Verdict: this gateway is not held to it: a claim of the "
		  "target is missing, or --without leaves it out." },
	{ "broken", "Verdict: ccprobe itself failed; the gateway is not to "
		    "blame." },
	{ "must", "Level: the session fails or a secret is at stake without "
		  "it." },
	{ "should", "Level: the session goes on without it, worse." },
	{ "may", "Level: reported, but a check of this level fails no case." },
	{ "grade", "From A to F: of the duties that passed or failed, the "
		   "weighted share that passed. Three findings that "
		   "docs/reports.md names limit the grade, whatever the score "
		   "is." },
	{ "partial",
	  "About a grade: some cases were undecided, or skipped in an area of "
	  "which others ran, or only a selection was run." },
	{ "cause", "What the gateway does to traffic, as all exchanges of the "
		   "run show it, and which failures that explains. One that "
		   "explains none is a note. `ccprobe explain ID` says what "
		   "one means." },
	{ "gateway", "Blame: the gateway under test." },
	{ "upstream", "Blame: the provider behind the gateway." },
	{ "client-config", "Blame: how the client is set up: URL, key, "
			   "headers." },
	{ "harness", "Blame: ccprobe, or the machine it runs on." },
	{ "network", "Blame: what lies between the client and the gateway: "
		     "names, addresses, connections, certificates." },
};

#define WORDS (sizeof(words) / sizeof(words[0]))
#define EFFECTS (EFFECT_COSMETIC + 1)

const char *explain_word_nth(size_t n)
{
	if (n < EFFECTS)
		return effect_name((enum effect)n);
	n -= EFFECTS;
	if (n < WORDS)
		return words[n].word;
	n -= WORDS;
	return n < claims_count() ? claims[n].name : NULL;
}

static bool explain_claim(const char *word, struct buf *out)
{
	const struct claim *claim = claims_find(word);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (claim == NULL)
		return false;
	buf_addf(&text, "Claim: the target %s.", claim->means);
	buf_addf(out, "%s\n", word);
	wrap_words(out, 2, buf_str(&text));
	buf_clear(&text);
	return true;
}

bool explain_word(const char *word, struct buf *out)
{
	for (int e = EFFECT_EXPOSES; e <= EFFECT_COSMETIC; e++) {
		if (strcmp(effect_name((enum effect)e), word) != 0)
			continue;
		buf_add_text(out, "Effect on the real client\n");
		wrap_words(out, 2, effect_text((enum effect)e));
		return true;
	}
	for (size_t i = 0; i < WORDS; i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		buf_addf(out, "%s\n", word);
		wrap_words(out, 2, words[i].text);
		return true;
	}
	return explain_claim(word, out);
}

/* ---- tables ---- */

void explain_subjects(struct buf *out)
{
	buf_add_text(out,
		     "A subject begins with an actor: c1 (a client exchange), "
		     "u1 (what the mock\nsaw as rule u1; u1[2] its second "
		     "exchange), u (any exchange upstream).\n\n");
	for (const struct subject_row *row = subject_rows; row->word; row++)
		buf_addf(out, "%-28s %s\n", row->shown, row->help);
	buf_add_text(out, "\nA subject that is absent satisfies only `absent` "
			  "and `lacks`.\n");
}

void explain_operators(struct buf *out)
{
	const char *word, *right, *help;

	for (size_t n = 0; op_row(n, &word, &right, &help); n++)
		buf_addf(out, "%-12s %s\n%-12s right-hand side: %s\n", word,
			 help, "", right);
}
