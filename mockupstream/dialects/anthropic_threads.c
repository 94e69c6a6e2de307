/*
 * Threads: conversations that the provider holds, so that a request has only
 * the new turn. A thread is created under the id of an answer. Each answer can
 * be continued once, with the same credential, model, thinking, tool_choice,
 * cache_control, output_config and betas. Codes and fields are those of the
 * SDKs; the words of errors are ours, except those that clients look for.
 */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"
#include "mockupstream/dialects/betas.h"
#include "mockupstream/dialects/strict_private.h"
#include "wire/bytes/mem.h"

enum {
	THREADS_LIMIT = 512,
	THREADS_LIMIT_BYTES = 64 * 1024 * 1024,
	FIXED_COUNT = 6
};

#define LIFE (5 * 60 * TICK_S)
#define ATTRIBUTION "\"x-anthropic-billing-header:"

/* What must be the same in each turn, in the order of the hashes; the last is
 * no field of the body. */
static const char *const fixed_names[FIXED_COUNT] = {
	"model",         "thinking",      "tool_choice",
	"cache_control", "output_config", "betas",
};

struct anthropic_thread {
	struct anthropic_thread *next; /* older ones */
	char id[ANTHROPIC_ID_LEN]; /* of the answer */
	uint64_t owner; /* hash of the credential */
	tick_t until;
	bool continued; /* its texts are freed then */
	uint64_t fixed[FIXED_COUNT];
	uint64_t system, tools; /* hashes */
	struct buf head; /* "system":...,"tools":..., as they came */
	struct buf messages; /* items, separated by commas */
};

/* ---- those that are held ---- */

static void thread_free(struct anthropic_thread *t)
{
	buf_clear(&t->head);
	buf_clear(&t->messages);
	free(t);
}

void anthropic_clear(struct anthropic *a)
{
	while (a->threads) {
		struct anthropic_thread *t = a->threads;

		a->threads = t->next;
		thread_free(t);
	}
}

/* Forgets threads that are too old or too many; the newest are first in the
 * list. */
static void forget(struct anthropic *a, tick_t now)
{
	struct anthropic_thread **link = &a->threads;
	size_t count = 0, bytes = 0;

	while (*link) {
		struct anthropic_thread *t = *link;

		bytes += t->head.len + t->messages.len;
		if (++count <= THREADS_LIMIT && bytes <= THREADS_LIMIT_BYTES &&
		    t->until > now) {
			link = &t->next;
			continue;
		}
		*link = t->next;
		thread_free(t);
	}
}

static struct anthropic_thread *find(const struct anthropic *a, struct jval id,
				     uint64_t owner, tick_t now)
{
	struct anthropic_thread *t = a->threads;

	while (t && !(jscan_string_is(id, t->id) && t->owner == owner &&
		      t->until > now))
		t = t->next;
	return t;
}

/* ---- hashes of a request ---- */

/* Hashes the betas; their order does not count. */
static uint64_t hash_betas(const struct headers *h)
{
	size_t count = headers_count(h, "anthropic-beta");
	struct span rest, beta;
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		rest = span_of(headers_nth(h, "anthropic-beta", i));
		while (span_split(&rest, ',', &beta))
			sum += strict_hash_text(span_trim(beta));
	}
	return sum;
}

static void hash_fixed(const struct anthropic_request *r, struct jval root,
		       uint64_t out[FIXED_COUNT])
{
	struct jval v;

	for (size_t i = 0; i + 1 < FIXED_COUNT; i++) {
		bool is_there = jscan_member(root, fixed_names[i], &v) &&
				v.type != J_NULL;

		out[i] = is_there ? strict_hash_value(v, "") : 0;
	}
	out[FIXED_COUNT - 1] = hash_betas(&r->head->headers);
}

static uint64_t hash_owner(const struct anthropic_request *r)
{
	return strict_hash_number(
		strict_account(anthropic_credential(&r->head->headers)),
		strict_account(r->account));
}

/* ---- whether a request fits its thread ---- */

/* Does the request repeat the system prompt? Then it must be the thread's. The
 * attribution block alone is no system prompt. */
static bool is_new_system(struct jval root)
{
	struct jval system, key, block, text;
	struct jiter it;

	if (!jscan_member(root, "system", &system) || system.type == J_NULL)
		return false;
	it = jscan_iter(system);
	while (system.type == J_ARRAY && jscan_next(&it, &key, &block))
		if (block.type != J_OBJECT ||
		    !jscan_member(block, "text", &text) ||
		    !span_starts(text.text, ATTRIBUTION))
			return true;
	return system.type != J_ARRAY;
}

static bool is_new_tools(struct jval root)
{
	struct jval tools;

	return jscan_member(root, "tools", &tools) && tools.type != J_NULL;
}

static void add_name(struct buf *names, const char *name)
{
	buf_addf(names, "%s%s", names->len > 0 ? ", " : "", name);
}

/* Lists the names of the fields that differ. */
static void compare(const struct anthropic_request *r, struct jval root,
		    const struct anthropic_thread *t, struct buf *names)
{
	uint64_t fixed[FIXED_COUNT];

	hash_fixed(r, root, fixed);
	for (size_t i = 0; i < FIXED_COUNT; i++)
		if (fixed[i] != t->fixed[i])
			add_name(names, fixed_names[i]);
	if (is_new_system(root) && strict_hash_system(root) != t->system)
		add_name(names, "system");
	if (is_new_tools(root) && strict_hash_tools(root) != t->tools)
		add_name(names, "tools");
}

/* ---- refusals ---- */

static int refuse_field(const struct anthropic_request *r, const char *text,
			struct reply *out)
{
	anthropic_error(out, r->number, 400, "invalid_request_error", "%s",
			text);
	return -1;
}

static int refuse_unsupported(const struct anthropic_request *r,
			      struct reply *out)
{
	anthropic_error_coded(out, r->number, 400, "thread_unsupported_request",
			      "thread: this request cannot be threaded. Send "
			      "the full conversation without `thread`.");
	return -1;
}

static int refuse_unknown(const struct anthropic_request *r, struct reply *out)
{
	anthropic_error_coded(
		out, r->number, 404, "thread_not_found",
		"thread_not_found: no usable thread for "
		"`previous_message_id`. Send the full conversation "
		"with `thread: {\"type\": \"create\"}`.");
	return -1;
}

static int refuse_again(const struct anthropic_request *r, struct reply *out)
{
	anthropic_error_coded(
		out, r->number, 400, "thread_already_continued",
		"thread.previous_message_id: this response has "
		"already been continued. Continue from the newest "
		"response of the thread.");
	return -1;
}

static int refuse_change(const struct anthropic_request *r,
			 const struct buf *names, struct reply *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text,
		 "thread: this request does not match the thread; differing "
		 "field(s): %s. Send the values of the thread, or the full "
		 "conversation with `thread: {\"type\": \"create\"}`.",
		 buf_str(names));
	anthropic_error_coded(out, r->number, 400,
			      "thread_fingerprint_mismatch", buf_str(&text));
	buf_clear(&text);
	return -1;
}

/* ---- the whole conversation ---- */

static bool is_of_thread(struct jval key)
{
	return jscan_string_is(key, "system") ||
	       jscan_string_is(key, "tools") ||
	       jscan_string_is(key, "messages");
}

static void add_member(struct buf *to, struct jval key, struct jval value)
{
	buf_add_span(to, key.text);
	buf_add_byte(to, ':');
	buf_add_span(to, value.text);
	buf_add_byte(to, ',');
}

/* The text between the brackets. */
static struct span items_of(struct jval list)
{
	return span_first(span_skip(list.text, 1), list.text.len - 2);
}

static void write_whole(struct jval root, const struct anthropic_thread *t,
			struct jval messages, struct buf *to)
{
	struct jiter it = jscan_iter(root);
	struct jval key, value;

	buf_add_byte(to, '{');
	while (jscan_next(&it, &key, &value))
		if (!is_of_thread(key))
			add_member(to, key, value);
	buf_add_span(to, buf_span(&t->head));
	buf_add_text(to, "\"messages\":[");
	buf_add_span(to, buf_span(&t->messages));
	if (t->messages.len > 0 && jscan_count(messages) > 0)
		buf_add_byte(to, ',');
	buf_add_span(to, items_of(messages));
	buf_add_text(to, "]}");
}

/* Appends a value without cache markers: those of earlier turns are not counted
 * again. */
static void add_unmarked(struct buf *to, struct jval v)
{
	struct jiter it = jscan_iter(v);
	struct jval key, item;
	size_t n = 0;

	if (v.type != J_OBJECT && v.type != J_ARRAY) {
		buf_add_span(to, v.text);
		return;
	}
	buf_add_byte(to, v.type == J_OBJECT ? '{' : '[');
	while (jscan_next(&it, &key, &item)) {
		if (v.type == J_OBJECT && jscan_string_is(key, "cache_control"))
			continue;
		if (n++ > 0)
			buf_add_byte(to, ',');
		if (v.type == J_OBJECT) {
			buf_add_span(to, key.text);
			buf_add_byte(to, ':');
		}
		if (v.type == J_OBJECT && jscan_string_is(key, "input"))
			buf_add_span(to, item.text);
		else
			add_unmarked(to, item);
	}
	buf_add_byte(to, v.type == J_OBJECT ? '}' : ']');
}

/* ---- a turn ---- */

static int go_on(struct anthropic *a, const struct anthropic_request *r,
		 struct jval root, struct jval thread, struct anthropic_turn *t,
		 struct reply *out)
{
	struct buf names = BUF_INIT(BUF_NO_LIMIT);
	struct jval id, messages;
	int rc = 0;

	if (!jscan_member(thread, "previous_message_id", &id) ||
	    id.type != J_STRING)
		return refuse_field(r,
				    "thread.continue.previous_message_id: "
				    "Field required",
				    out);
	if (!span_starts(id.text, "\"msg_"))
		return refuse_field(r,
				    "thread.continue.previous_message_id: must "
				    "be the id of a response (starts with "
				    "msg_)",
				    out);
	t->from = r->threads == THREADS_HELD
			  ? find(a, id, hash_owner(r), r->now)
			  : NULL;
	if (!t->from)
		return refuse_unknown(r, out);
	if (t->from->continued)
		return refuse_again(r, out);
	compare(r, root, t->from, &names);
	if (names.len > 0)
		rc = refuse_change(r, &names, out);
	else if (jscan_member(root, "messages", &messages) &&
		 messages.type == J_ARRAY)
		write_whole(root, t->from, messages, &t->whole);
	buf_clear(&names);
	if (t->whole.len > 0 && jscan(buf_span(&t->whole), &t->root, NULL) < 0)
		abort(); /* parts of checked JSON are JSON */
	return rc;
}

int anthropic_turn_begin(struct anthropic *a, const struct anthropic_request *r,
			 struct jval root, struct anthropic_turn *t,
			 struct reply *out)
{
	struct jval thread;

	*t = (struct anthropic_turn){ .root = root,
				      .whole = BUF_INIT(BUF_NO_LIMIT),
				      .content = BUF_INIT(BUF_NO_LIMIT) };
	if (!jscan_member(root, "thread", &thread) || thread.type == J_NULL)
		return 0;
	if (!headers_has_token(&r->head->headers, "anthropic-beta",
			       BETA_THREAD))
		return refuse_field(r, "thread: Extra inputs are not permitted",
				    out);
	t->is_held = true;
	if (r->threads == THREADS_UNSUPPORTED)
		return refuse_unsupported(r, out);
	if (jscan_member_is(thread, "type", "create"))
		return 0;
	if (jscan_member_is(thread, "type", "continue"))
		return go_on(a, r, root, thread, t, out);
	return refuse_field(r,
			    "thread.type: Input should be 'create' or "
			    "'continue'",
			    out);
}

void anthropic_turn_clear(struct anthropic_turn *t)
{
	buf_clear(&t->whole);
	buf_clear(&t->content);
}

/* The system prompt and the tools, as the first request had them. */
static void keep_head(struct jval root, struct buf *to)
{
	struct jiter it = jscan_iter(root);
	struct jval key, value;

	while (jscan_next(&it, &key, &value))
		if (is_of_thread(key) && !jscan_string_is(key, "messages"))
			add_member(to, key, value);
}

static void keep_messages(const struct anthropic_turn *turn, struct buf *to)
{
	struct jval messages, key, message;
	struct jiter it;

	if (!jscan_member(turn->root, "messages", &messages))
		return;
	it = jscan_iter(messages);
	while (jscan_next(&it, &key, &message)) {
		if (to->len > 0)
			buf_add_byte(to, ',');
		add_unmarked(to, message);
	}
	if (span_is(buf_span(&turn->content), "[]"))
		return; /* an answer without blocks is no message */
	buf_addf(to, "%s{\"role\":\"assistant\",\"content\":",
		 to->len > 0 ? "," : "");
	buf_add_span(to, buf_span(&turn->content));
	buf_add_byte(to, '}');
}

void anthropic_turn_keep(struct anthropic *a, const struct anthropic_request *r,
			 struct anthropic_turn *turn)
{
	struct anthropic_thread *t;

	if (!turn->is_held)
		return;
	t = xcalloc(1, sizeof(*t));
	anthropic_message_id(r->number, t->id);
	t->owner = hash_owner(r);
	t->until = r->now + LIFE;
	buf_init(&t->head, BUF_NO_LIMIT);
	buf_init(&t->messages, BUF_NO_LIMIT);
	hash_fixed(r, turn->root, t->fixed);
	t->system = strict_hash_system(turn->root);
	t->tools = strict_hash_tools(turn->root);
	keep_head(turn->root, &t->head);
	keep_messages(turn, &t->messages);
	if (turn->from) {
		turn->from->continued = true;
		buf_clear(&turn->from->head);
		buf_clear(&turn->from->messages);
	}
	t->next = a->threads;
	a->threads = t;
	forget(a, r->now);
}
