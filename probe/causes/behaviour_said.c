/*
 * Finds what a translated answer lost. Both sides are in the plain form.
 * Thoughts may be left out, ids may be new, and names may be changed back.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/causes/behaviour_translation.h"
#include "probe/look/grammar.h"
#include "wire/bytes/mem.h"

struct said_pair {
	const struct behaviour_reading *r;
	struct jval c, u, asked; /* plain forms */
};

/* ---- helpers ---- */

const struct exchange *behaviour_before(const struct behaviour_reading *r,
					const struct exchange *x)
{
	const struct exchange *found = NULL;

	for (size_t i = 0; i < r->view->count; i++) {
		const struct exchange *other = &r->view->list[i];

		if (other->actor[0] == x->actor[0] && other->request != NULL &&
		    view_format(other) == view_format(x) &&
		    other->began < x->began)
			found = other;
	}
	return found;
}

bool behaviour_is_overflow(struct span words)
{
	return behaviour_has(words, "context_length_exceeded") ||
	       behaviour_has(words, "maximum context length");
}

bool behaviour_has_overflow(struct span words)
{
	return behaviour_has(words, "rompt is too long") ||
	       behaviour_has(words, "nput is too long") ||
	       behaviour_has(words, "prompt_too_long");
}

/* ---- reporting ---- */

static void saw(const struct said_pair *p, enum behaviour_kind kind,
		const char *subject, const char *said, const char *place)
{
	struct behaviour_sight s = {
		.kind = kind, .subject = subject, .detail = place, .said = said
	};

	s.sent = p->r->u->content;
	s.got = p->r->c->content;
	behaviours_add(p->r->seen, &s);
}

static void lost(const struct said_pair *p, const char *subject,
		 const char *said, const char *place)
{
	saw(p, BEHAVIOUR_SAID_LOST, subject, said, place);
}

static void other(const struct said_pair *p, const char *subject,
		  const char *said, const char *place)
{
	saw(p, BEHAVIOUR_SAID_OTHER, subject, said, place);
}

/* ---- blocks ---- */

/* Appends the texts of all blocks of this type. */
static void join(struct jval said, const char *type, const char *key,
		 struct buf *out)
{
	struct jiter it = jscan_iter(jscan_get(said, "content"));
	struct jval block, text;

	while (jscan_next(&it, NULL, &block)) {
		text = jscan_get(block, key);
		if (jscan_member_is(block, "type", type) &&
		    text.type == J_STRING)
			jscan_string(text, out);
	}
}

/* The n-th block of this type; text.at is NULL if there is none. */
static struct jval nth(struct jval said, const char *type, size_t n)
{
	struct jiter it = jscan_iter(jscan_get(said, "content"));
	struct jval block;

	while (jscan_next(&it, NULL, &block))
		if (jscan_member_is(block, "type", type) && n-- == 0)
			return block;
	return (struct jval){ .type = J_NULL };
}

static bool is_same(struct jval a, struct jval b)
{
	return a.text.at && b.text.at &&
	       jscan_diff(a, b, 0, 0, NULL, NULL) == 0;
}

static bool has(const struct buf *in, const struct buf *what)
{
	return what->len > 0 &&
	       span_find(buf_span(in), buf_span(what)) != SIZE_MAX;
}

static void read_texts(const struct said_pair *p)
{
	struct buf was = BUF_INIT(BUF_NO_LIMIT), is = BUF_INIT(BUF_NO_LIMIT);
	struct buf thought = BUF_INIT(BUF_NO_LIMIT);

	join(p->u, "text", "text", &was);
	join(p->c, "text", "text", &is);
	join(p->u, "thinking", "thinking", &thought);
	if (span_equal(buf_span(&was), buf_span(&is)))
		;
	else if (has(&is, &thought))
		other(p, "thoughts-as-text",
		      "what the model thought, as a part of the text,",
		      "content/text");
	else if (is.len < was.len)
		lost(p, "texts", "texts", "content/text");
	else
		other(p, "texts", "texts", "content/text");
	buf_clear(&was);
	buf_clear(&is);
	buf_clear(&thought);
}

static void read_thoughts(const struct said_pair *p)
{
	struct jval block = nth(p->c, "thinking", 0);
	struct buf was = BUF_INIT(BUF_NO_LIMIT), is = BUF_INIT(BUF_NO_LIMIT);

	join(p->u, "thinking", "thinking", &was);
	join(p->c, "thinking", "thinking", &is);
	if (block.text.at && !span_equal(buf_span(&was), buf_span(&is)))
		other(p, "thoughts", "thoughts", "content/thinking");
	if (block.text.at && jscan_get(block, "signature").text.len <= 2)
		lost(p, "signatures", "signatures of thoughts",
		     "content/signature");
	buf_clear(&was);
	buf_clear(&is);
}

static bool is_own_name(const struct said_pair *p, struct jval name)
{
	struct jiter it = jscan_iter(jscan_get(p->asked, "tools"));
	struct jval tool;
	size_t n = 0;

	for (; jscan_next(&it, NULL, &tool); n++)
		if (is_same(jscan_get(tool, "name"), name))
			return true;
	return n == 0;
}

static void read_call(const struct said_pair *p, struct jval was,
		      struct jval is, size_t n)
{
	struct jval a = jscan_get(was, "input"), b = jscan_get(is, "input");

	if (!is_same(a, b)) {
		if (b.type == J_OBJECT && jscan_count(b) == 0)
			lost(p, "inputs", "the input of calls",
			     "content/input");
		else
			other(p, "inputs", "the input of calls",
			      "content/input");
	}
	if (!is_own_name(p, jscan_get(is, "name")))
		other(p, "names", "names of tools", "content/name");
	if (jscan_get(is, "id").text.len <= 2)
		lost(p, "call-ids", "ids of calls", "content/id");
	else if (n > 0 && is_same(jscan_get(nth(p->c, "tool_use", n - 1), "id"),
				  jscan_get(is, "id")))
		other(p, "call-ids", "ids of calls", "content/id");
}

static void read_calls(const struct said_pair *p)
{
	size_t n = 0;
	struct jval was, is;

	for (;; n++) {
		was = nth(p->u, "tool_use", n);
		is = nth(p->c, "tool_use", n);
		if (was.text.at == NULL || is.text.at == NULL)
			break;
		read_call(p, was, is, n);
	}
	if (was.text.at)
		lost(p, "calls", "calls of tools", "content/input");
	else if (is.text.at)
		other(p, "calls", "calls of tools", "content/input");
}

/* ---- the end ---- */

/* A stop reason that only the vendor knows may become any that the client
 * knows. */
static bool is_known_stop(struct jval said)
{
	static const char *const known[] = { "end_turn",      "max_tokens",
					     "tool_use",      "refusal",
					     "stop_sequence", "pause_turn" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (jscan_member_is(said, "stop_reason", known[i]))
			return true;
	return false;
}

static void read_stop(const struct said_pair *p)
{
	static const char *const known[] = { "end_turn", "max_tokens",
					     "tool_use", "refusal" };
	struct jval was = jscan_get(p->u, "stop_reason");
	bool calls = nth(p->u, "tool_use", 0).text.at != NULL;
	size_t i = 0;

	while (i < 4 &&
	       !(was.type == J_STRING && jscan_string_is(was, known[i])))
		i++;
	if (calls && i == 0) /* some vendors give this reason for calls, too */
		i = 2;
	if (i == 4 ? is_known_stop(p->c)
		   : jscan_member_is(p->c, "stop_reason", known[i]))
		return;
	other(p, "stop_reason", "the reason of the end",
	      "message_delta/stop_reason");
}

static int64_t number_of(struct jval object, const char *key)
{
	struct jval v = jscan_get(object, key);
	int64_t n = 0;

	if (v.type == J_NUMBER)
		(void)jscan_i64(v, &n);
	return n;
}

/* All tokens of the prompt, cached or not. */
static int64_t prompt_of(struct jval usage)
{
	return number_of(usage, "input_tokens") +
	       number_of(usage, "cache_read_input_tokens") +
	       number_of(usage, "cache_creation_input_tokens");
}

/* If the provider gave no usage, the gateway may estimate it. */
static void read_usage(const struct said_pair *p)
{
	struct jval was = jscan_get(p->u, "usage");
	struct jval is = jscan_get(p->c, "usage");

	if (was.text.at == NULL) {
		if (number_of(is, "output_tokens") == 0 &&
		    nth(p->c, "text", 0).text.at != NULL)
			lost(p, "usage", "tokens", "usage");
		return;
	}
	if (number_of(was, "cache_read_input_tokens") !=
	    number_of(is, "cache_read_input_tokens"))
		lost(p, "cached-tokens", "tokens that came from the cache",
		     "usage/cache_read_input_tokens");
	if (number_of(was, "output_tokens") != number_of(is, "output_tokens") ||
	    prompt_of(is) < prompt_of(was) / 2)
		lost(p, "usage", "tokens", "usage");
}

/* Looks for an id that two answers of the run have. */
static void read_id(const struct said_pair *p)
{
	const struct exchange *x = behaviour_before(p->r, p->r->c);
	struct jval is = jscan_get(p->c, "id"), said;
	struct buf before = BUF_INIT(BUF_NO_LIMIT);

	if (is.text.len <= 2)
		lost(p, "id", "an id", "id");
	else if (x != NULL && form_said(x, &before) == NULL &&
		 jscan(buf_span(&before), &said, NULL) == 0 &&
		 is_same(jscan_get(said, "id"), is))
		other(p, "id", "the id of an answer", "id");
	buf_clear(&before);
}

/* ---- events ---- */

/* All content is there, but in an order that the client cannot read. */
static void read_order(const struct said_pair *p)
{
	struct buf why = BUF_INIT(4096);

	if (p->r->c->is_stream && grammar_check(p->r->c, &why) == GRAMMAR_OTHER)
		other(p, "events", "the order of events", "events");
	buf_clear(&why);
}

/* ---- errors in streams ---- */

static bool is_told(struct jval error, struct jval is)
{
	struct jval message = jscan_get(error, "message");
	struct buf words = BUF_INIT(BUF_NO_LIMIT), got = BUF_INIT(BUF_NO_LIMIT);
	bool told;

	if (message.type == J_STRING)
		jscan_string(message, &words);
	if (jscan_get(is, "message").type == J_STRING)
		jscan_string(jscan_get(is, "message"), &got);
	told = words.len == 0 || has(&got, &words);
	buf_clear(&words);
	buf_clear(&got);
	return told;
}

static void read_error(const struct said_pair *p, struct jval error)
{
	struct jval is = jscan_get(p->c, "error");

	if (is.text.at == NULL && p->r->c->end == END_CLEAN &&
	    p->r->c->stop_reason != NULL)
		lost(p, "errors", "errors inside a stream", "error");
	else if (is.text.at && !is_told(error, is))
		other(p, "error-words", "errors inside a stream", "error");
	else if (is.text.at && behaviour_is_overflow(error.text) &&
		 !behaviour_has_overflow(p->r->c->content))
		other(p, "overflow", "that a prompt is too long", "error");
}

void behaviour_said(const struct behaviour_reading *r, struct jval c,
		    struct jval u, struct jval asked)
{
	struct said_pair p = { r, c, u, asked };
	struct jval error = jscan_get(u, "error");

	if (error.text.at) {
		read_error(&p, error);
		return;
	}
	if (r->u->end != END_CLEAN || r->c->end != END_CLEAN)
		return;
	read_texts(&p);
	read_thoughts(&p);
	read_calls(&p);
	read_stop(&p);
	read_usage(&p);
	read_id(&p);
	read_order(&p);
}
