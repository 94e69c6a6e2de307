/*
 * Thinking blocks and what they are bound to. A signature of ours holds, in
 * base64:
 *
 *	4 bytes   MAGIC; what begins otherwise is a stranger's, and is accepted
 *	3 x 8     hashes of the system prompt, of the tools, and of the messages
 *	          before the assistant's turn
 *	8         hash of the block's text
 *	1         1 for the data of a redacted block
 *	8         the account that signed it
 *	...       filler, so that it is as long as real ones
 *	8         hash of all the bytes before
 *
 * So we need no memory, and a refusal can name what has changed.
 */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/strict_private.h"
#include "wire/bytes/base64.h"

/* With these bytes the base64 begins with E, as real signatures do. */
#define MAGIC \
	"\x12" \
	"cc1"

enum {
	AT_SYSTEM = 4,
	AT_TOOLS = 12,
	AT_MESSAGES = 20,
	AT_TEXT = 28,
	AT_REDACTED = 36,
	AT_ACCOUNT = 37,
	AT_FILLER = 45,
	AT_CHECK = 232,
	SIGNATURE_BYTES = 240,
	STRING_LIMIT_BYTES = 64 * 1024 * 1024,
	MODEL_LIMIT_BYTES = 4096
};

#define SALT_STEP UINT64_C(0x9e3779b97f4a7c15)

#define TOOL_ID "toolu_01cc"

/* ---- signatures ---- */

static void put_number(char *at, uint64_t n)
{
	for (int i = 0; i < 8; i++, n >>= 8)
		at[i] = (char)(n & 0xff);
}

static uint64_t number_at(const char *at)
{
	uint64_t n = 0;

	for (int i = 7; i >= 0; i--)
		n = n << 8 | (unsigned char)at[i];
	return n;
}

static uint64_t check_of(const char *bytes)
{
	return hash_bytes(HASH_START, span_make(bytes, AT_CHECK));
}

void strict_sign(const struct binding *b, struct span text, bool redacted,
		 uint64_t salt, struct buf *out)
{
	uint64_t x = salt * SALT_STEP + 1;
	char bytes[SIGNATURE_BYTES];

	memcpy(bytes, MAGIC, AT_SYSTEM);
	put_number(bytes + AT_SYSTEM, b->system);
	put_number(bytes + AT_TOOLS, b->tools);
	put_number(bytes + AT_MESSAGES, b->messages);
	put_number(bytes + AT_TEXT, strict_hash_text(text));
	bytes[AT_REDACTED] = redacted ? 1 : 0;
	put_number(bytes + AT_ACCOUNT, b->account);
	for (size_t i = AT_FILLER; i < AT_CHECK; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bytes[i] = (char)(x >> 32);
	}
	put_number(bytes + AT_CHECK, check_of(bytes));
	(void)base64_encode(span_make(bytes, sizeof(bytes)), out);
}

static uint32_t short_hash(struct span signature)
{
	return (uint32_t)(hash_bytes(HASH_START, signature) >> 32) | 1;
}

void strict_tool_id(struct span signature, uint64_t number, struct buf *out)
{
	(void)buf_addf(out, TOOL_ID "%08lx%06llx",
		       signature.len > 0 ? (unsigned long)short_hash(signature)
					 : 0,
		       (unsigned long long)(number & 0xffffff));
}

/* ---- the walk over the messages ---- */

struct bind_walk {
	struct strict *s; /* NULL: nothing is checked */
	struct binding now; /* `messages`: hash of all messages so far */
	uint64_t turn; /* messages before the assistant's turn */
	bool in_turn, drops; /* drops: mismatches are forgiven */
	size_t last; /* the last message of the assistant */
	size_t message, block; /* where we are */
};

#define MODIFIED \
	"`thinking` or `redacted_thinking` blocks in the latest assistant " \
	"message cannot be modified. These blocks must remain as they were " \
	"in the original response."

static int refuse_at(struct bind_walk *w, const char *text)
{
	return strict_refuse(w->s, "messages.%zu.content.%zu: %s", w->message,
			     w->block, text);
}

static int refuse_signature(struct bind_walk *w, bool redacted)
{
	return refuse_at(w, redacted ? "Invalid `data` in `redacted_thinking` "
				       "block"
				     : "Invalid `signature` in `thinking` "
				       "block");
}

static const char *difference(const struct bind_walk *w, const char *bytes)
{
	if (number_at(bytes + AT_SYSTEM) != w->now.system)
		return "the system prompt differs";
	if (number_at(bytes + AT_TOOLS) != w->now.tools)
		return "the tools differ";
	if (number_at(bytes + AT_MESSAGES) != w->turn)
		return "the messages before it differ";
	return NULL;
}

/* Checks a decoded signature that begins as ours do. */
static int check_ours(struct bind_walk *w, struct span bytes, uint64_t text,
		      bool redacted)
{
	const char *what;

	if (bytes.len != SIGNATURE_BYTES ||
	    number_at(bytes.at + AT_CHECK) != check_of(bytes.at) ||
	    (bytes.at[AT_REDACTED] == 1) != redacted ||
	    number_at(bytes.at + AT_ACCOUNT) != w->s->account)
		return refuse_signature(w, redacted);
	if (number_at(bytes.at + AT_TEXT) != text)
		return w->message == w->last ? refuse_at(w, MODIFIED)
					     : refuse_signature(w, redacted);
	what = w->drops ? NULL : difference(w, bytes.at);
	if (what)
		return strict_refuse(w->s,
				     "messages.%zu.content.%zu: this thinking "
				     "block is bound to a different "
				     "conversation; %s",
				     w->message, w->block, what);
	return 0;
}

static int check_signature(struct bind_walk *w, struct jval block,
			   bool redacted)
{
	struct buf bytes = BUF_INIT(STRING_LIMIT_BYTES);
	struct jval v, thinking;
	uint64_t text = strict_hash_text(SPAN_EMPTY);
	struct span inner = SPAN_EMPTY;
	int rc = 0;

	if (jscan_member(block, redacted ? "data" : "signature", &v) &&
	    v.type == J_STRING)
		inner = span_first(span_skip(v.text, 1), v.text.len - 2);
	if (!redacted && jscan_member(block, "thinking", &thinking) &&
	    thinking.type == J_STRING)
		text = strict_hash_string(thinking);
	if (inner.len == 0 || base64_decode(inner, &bytes) < 0)
		rc = refuse_signature(w, redacted);
	else if (span_starts(buf_span(&bytes), MAGIC))
		rc = check_ours(w, buf_span(&bytes), text, redacted);
	buf_clear(&bytes);
	return rc;
}

/* A call that was made after a thinking block must still come after it. */
static int check_call(struct bind_walk *w, struct jval block,
		      uint32_t signature)
{
	struct jval id;
	char want[sizeof(TOOL_ID) + 8];

	snprintf(want, sizeof(want), TOOL_ID "%08lx", (unsigned long)signature);
	if (!jscan_member(block, "id", &id) ||
	    !span_starts(span_skip(id.text, 1), TOOL_ID) ||
	    span_starts(span_skip(id.text, 1), TOOL_ID "00000000") ||
	    span_starts(span_skip(id.text, 1), want))
		return 0;
	return refuse_at(w, MODIFIED);
}

static uint32_t signature_of(struct jval block, bool redacted)
{
	struct jval v;

	if (!jscan_member(block, redacted ? "data" : "signature", &v) ||
	    v.type != J_STRING || v.text.len <= 2)
		return 0;
	return short_hash(span_first(span_skip(v.text, 1), v.text.len - 2));
}

static int check_blocks(struct bind_walk *w, struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval key, block;
	uint32_t signature = 0;

	for (w->block = 0; jscan_next(&it, &key, &block); w->block++) {
		bool redacted = strict_type_is(block, "redacted_thinking");

		if (redacted || strict_type_is(block, "thinking")) {
			if (check_signature(w, block, redacted) < 0)
				return -1;
			signature = signature_of(block, redacted);
		} else if (w->message == w->last &&
			   strict_type_is(block, "tool_use") &&
			   check_call(w, block, signature) < 0) {
			return -1;
		}
	}
	return 0;
}

static int take_message(struct bind_walk *w, struct jval message)
{
	struct jval role, content;
	bool is_assistant = message.type == J_OBJECT &&
			    jscan_member(message, "role", &role) &&
			    role.type == J_STRING &&
			    jscan_string_is(role, "assistant");

	if (is_assistant && !w->in_turn)
		w->turn = w->now.messages;
	w->in_turn = is_assistant;
	if (is_assistant && w->s &&
	    jscan_member(message, "content", &content) &&
	    content.type == J_ARRAY && check_blocks(w, content) < 0)
		return -1;
	w->now.messages = strict_hash_number(
		w->now.messages,
		strict_hash_value(message, "cache_control output_config"));
	return 0;
}

static int walk(struct bind_walk *w, struct jval root)
{
	struct jval messages, key, message;
	struct jiter it;

	w->now = (struct binding){ .system = strict_hash_system(root),
				   .tools = strict_hash_tools(root),
				   .messages = HASH_START };
	if (!jscan_member(root, "messages", &messages))
		return 0;
	it = jscan_iter(messages);
	for (w->message = 0; jscan_next(&it, &key, &message); w->message++)
		if (take_message(w, message) < 0)
			return -1;
	return 0;
}

void strict_bind(struct jval root, uint64_t account, struct binding *out)
{
	struct bind_walk w = { .s = NULL };

	(void)walk(&w, root);
	*out = w.now;
	out->account = account;
	if (w.in_turn)
		out->messages = w.turn;
}

static size_t last_assistant(struct jval root)
{
	struct jval messages, key, message, role;
	size_t n = 0, last = SIZE_MAX;
	struct jiter it;

	if (!jscan_member(root, "messages", &messages))
		return last;
	it = jscan_iter(messages);
	for (; jscan_next(&it, &key, &message); n++)
		if (jscan_member(message, "role", &role) &&
		    strict_is_word(role, "assistant"))
			last = n;
	return last;
}

/* With manual thinking, a last turn that calls tools must begin with
 * thinking. */
static int check_first(struct strict *s, struct jval root, size_t last)
{
	struct jval thinking, messages, content, block, v;
	char pointer[64];

	if (!jscan_member(root, "thinking", &thinking) ||
	    !strict_type_is(thinking, "enabled") ||
	    !jscan_member(root, "messages", &messages))
		return 0;
	snprintf(pointer, sizeof(pointer), "/%zu/content", last);
	if (!jscan_find(messages, span_of(pointer), &content) ||
	    content.type != J_ARRAY ||
	    !jscan_find(content, span_of("/0"), &block) ||
	    strict_type_is(block, "thinking") ||
	    strict_type_is(block, "redacted_thinking") ||
	    !jscan_find(content, span_of("/last"), &v) ||
	    !strict_type_is(v, "tool_use") || !jscan_member(block, "type", &v))
		return 0;
	return strict_refuse(
		s,
		"messages.%zu.content.0.type: Expected `thinking` or "
		"`redacted_thinking`, but found `%.*s`. When `thinking` is "
		"enabled, a final `assistant` message must start with a "
		"thinking block (preceding the lastmost set of `tool_use` and "
		"`tool_result` blocks).",
		last,
		SPAN_ARG(span_first(
			span_first(span_skip(v.text, 1), v.text.len - 2), 60)));
}

/* Is this a model whose thinking is always bound to what came before it? */
static bool is_binding_model(struct jval root)
{
	static const char *const fronts[] = { "claude-fable-5-1",
					      "claude-opus-5-5" };
	struct buf model = BUF_INIT(MODEL_LIMIT_BYTES);
	struct span name;
	bool found = false;
	struct jval v;

	if (jscan_member(root, "model", &v) && v.type == J_STRING &&
	    jscan_string(v, &model) == 0) {
		name = strict_model_of(buf_span(&model));
		for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
			if (span_starts(name, fronts[i]))
				found = true;
	}
	buf_clear(&model);
	return found;
}

/* Does the request forgive a changed prefix? */
static bool forgives(struct jval root, struct jval thinking)
{
	struct jval binding, how;

	if (!jscan_member(thinking, "block_binding", &binding) ||
	    binding.type == J_NULL)
		return !is_binding_model(root);
	return binding.type == J_OBJECT &&
	       jscan_member(binding, "prefix_mismatch_behavior", &how) &&
	       strict_is_word(how, "drop drop_block");
}

int strict_check_bound(struct strict *s, struct jval root)
{
	struct bind_walk w = { .s = s, .last = last_assistant(root) };
	struct jval thinking;

	/* Without thinking the API does not check old blocks. */
	if (!jscan_member(root, "thinking", &thinking) ||
	    !strict_is_thinking(thinking))
		return 0;
	w.drops = forgives(root, thinking);
	if (walk(&w, root) < 0)
		return -1;
	return w.last == SIZE_MAX ? 0 : check_first(s, root, w.last);
}
