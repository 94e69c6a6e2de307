/* Reads whether the provider was asked, how often, and what the gateway
 * answered by itself. */
#include <stdio.h>
#include <string.h>

#include "probe/causes/behaviour_private.h"
#include "probe/causes/trigger.h"
#include "probe/refusal/refusal.h"
#include "wire/bytes/print.h"

#define WORDS 90 /* bytes of an error message that a headline shows */

static const struct trigger *trigger(const struct behaviour_reading *r)
{
	return trigger_of(r->pair, r->keys);
}

static void saw(const struct behaviour_reading *r, enum behaviour_kind kind,
		const char *subject, const char *said)
{
	struct behaviour_sight s = { .kind = kind,
				     .subject = subject,
				     .said = said };

	s.sent = span_of(r->c->request->target);
	s.got = r->c->response != NULL ? r->c->content : span_make(NULL, 0);
	behaviours_add(r->seen, &s);
}

/* ---- the gateway's own answers ---- */

static bool is_page(struct span body)
{
	struct span front = span_first(body, 512);

	return span_find(front, span_of("<!")) != SIZE_MAX ||
	       span_find(front, span_of("<html")) != SIZE_MAX;
}

void behaviour_shape(const struct exchange *x, struct buf *out)
{
	struct buf type = BUF_INIT(128), words = BUF_INIT(4096);
	struct jval v;

	refusal_text(x->content, &type, &words);
	if (x->content.len == 0)
		buf_add_text(out, "empty");
	else if (x->is_stream)
		buf_add_text(out, "stream");
	else if (x->json.text.at == NULL)
		buf_add_text(out, is_page(x->content) ? "page" : "text");
	else if (jscan_member(x->json, "error", &v) && v.type == J_OBJECT &&
		 jscan_member(x->json, "type", &v) &&
		 jscan_string_is(v, "error") && type.len > 0)
		print_bytes(buf_span(&type), 60, out);
	else
		buf_add_text(out, "json");
	buf_clear(&type);
	buf_clear(&words);
}

void behaviour_words(const struct exchange *x, struct buf *out)
{
	struct buf type = BUF_INIT(128), words = BUF_INIT(16 * 1024);

	refusal_text(x->content, &type, &words);
	if (words.len > 0) {
		buf_add_byte(out, '"');
		print_bytes(buf_span(&words), WORDS, out);
		buf_add_byte(out, '"');
	}
	buf_clear(&type);
	buf_clear(&words);
}

/* A translating gateway may refuse one request because it does not support a
 * part, and another by mistake: the first word of its error tells them
 * apart. */
static void add_first_word(const struct exchange *x, struct buf *out)
{
	struct buf type = BUF_INIT(128), words = BUF_INIT(4096);
	struct span word;

	refusal_text(x->content, &type, &words);
	word = buf_span(&words);
	word = span_first(word, span_find_byte(word, ' '));
	word = span_first(word, span_find_byte(word, ':'));
	if (word.len > 0)
		buf_add_byte(out, '-');
	for (size_t i = 0; i < word.len && i < 40; i++)
		buf_add_byte(out, word.at[i] >= '0' && word.at[i] <= '9'
					  ? 'N'
					  : word.at[i]);
	buf_clear(&type);
	buf_clear(&words);
}

static void saw_own(const struct behaviour_reading *r, enum behaviour_kind kind,
		    const char *name, const char *what)
{
	struct buf subject = BUF_INIT(256), said = BUF_INIT(1024);
	struct buf words = BUF_INIT(512);

	buf_addf(&subject, "%s%s%d", name, *name != '\0' ? "-" : "",
		 r->c->response->status);
	buf_addf(&said, "%s with %d ", what, r->c->response->status);
	if (kind == BEHAVIOUR_OWN_ANSWER) {
		buf_add_byte(&subject, '-');
		behaviour_shape(r->c, &subject);
	} else if (kind == BEHAVIOUR_NOT_TRANSLATED) {
		add_first_word(r->c, &subject);
	}
	behaviour_shape(r->c, &said);
	behaviour_words(r->c, &words);
	if (words.len > 0)
		buf_addf(&said, ", %s", buf_str(&words));
	saw(r, kind, buf_str(&subject), buf_str(&said));
	buf_clear(&subject);
	buf_clear(&said);
	buf_clear(&words);
}

void behaviour_error_instead(const struct behaviour_reading *r)
{
	struct buf said = BUF_INIT(512);

	buf_add_text(&said, "an error");
	if (r->c->content.len > 0) {
		buf_add_text(&said, ", ");
		behaviour_words(r->c, &said);
	}
	saw(r, BEHAVIOUR_ANSWER_REPLACED, "error", buf_str(&said));
	buf_clear(&said);
}

static bool is_about_keys(int status)
{
	return status == 401 || status == 403;
}

static void read_unasked(const struct behaviour_reading *r)
{
	const struct trigger *t = trigger(r);

	if (t->rule == TRIGGER_EITHER && is_about_keys(r->c->response->status))
		t = trigger_of_key(r->pair, r->keys);
	if (t->rule != TRIGGER_PROVIDER)
		saw_own(r, BEHAVIOUR_OWN_ANSWER, t->name, t->said);
	else if (r->translates && r->c->response->status == 400)
		saw_own(r, BEHAVIOUR_NOT_TRANSLATED, t->name, t->said);
	else if (r->c->response->status >= 400)
		saw_own(r, BEHAVIOUR_REFUSED, t->name, t->said);
	else
		saw(r, BEHAVIOUR_NOT_ASKED, t->name, t->said);
}

/* ---- no answer ---- */

static void read_no_answer(const struct behaviour_reading *r)
{
	const struct trigger *t = trigger(r);
	char subject[64], said[160];
	const char *name = t->name, *what = t->said;

	if (r->c->end == END_CANCELLED)
		return;
	if (r->c->end == END_REFUSED) {
		saw(r, BEHAVIOUR_GONE, "", r->c->end_text);
		return;
	}
	if (r->u != NULL && r->u->response == NULL &&
	    r->u->end != END_CANCELLED) {
		name = "provider-failed";
		what = "the provider gave none";
	} else if (r->u != NULL) {
		name = "provider-asked";
		what = "the provider was asked";
	}
	snprintf(subject, sizeof(subject), "%s%s%s", name,
		 *name != '\0' ? "-" : "", end_name(r->c->end));
	snprintf(said, sizeof(said), "%s, and the connection is %s", what,
		 end_name(r->c->end));
	saw(r, BEHAVIOUR_NO_ANSWER, subject, said);
}

/* ---- asked more than once ---- */

static void again_after(const struct behaviour_reading *r, size_t i, char *out,
			size_t most)
{
	const struct exchange *x = r->pair->u[i], *next = r->pair->u[i + 1];

	if (x->response == NULL)
		snprintf(out, most, "no-answer");
	else if (x->response->status >= 300)
		snprintf(out, most, "%d", x->response->status);
	else if (r->c->head_at < next->began)
		snprintf(out, most, "stream-%s", end_name(x->end));
	else
		snprintf(out, most, "%s-answer",
			 x->content.len == 0 ? "empty" : "broken");
}

static void read_repeats(const struct behaviour_reading *r)
{
	char after[64];

	for (size_t i = 0; i + 1 < r->pair->count; i++) {
		const struct wlog_entry *e = r->pair->u[i]->response;
		bool redirect = e != NULL && e->status / 100 == 3;

		again_after(r, i, after, sizeof(after));
		saw(r,
		    redirect ? BEHAVIOUR_REDIRECT_FOLLOWED
			     : BEHAVIOUR_ASKED_TWICE,
		    after, after);
	}
}

/* ---- what should not have been passed on ---- */

static void read_passed(const struct behaviour_reading *r)
{
	const struct trigger *t = trigger(r);

	if (t->rule == TRIGGER_GATEWAY)
		saw(r, BEHAVIOUR_PASSED_ON, t->name, t->said);
}

void behaviour_route(const struct behaviour_reading *r)
{
	behaviours_count(r->seen, "requests");
	if (r->u != NULL)
		read_passed(r);
	if (r->u != NULL && !r->pair->raw)
		read_repeats(r);
	if (r->c->response == NULL)
		read_no_answer(r);
	else if (r->u == NULL)
		read_unasked(r);
	else if (r->u->response == NULL && r->u->end != END_CANCELLED)
		saw_own(r, BEHAVIOUR_OWN_ANSWER, "provider-failed",
			"a provider that gives no answer");
}
