/* What the vendors of chat completions other than OpenAI do: what each refuses,
 * in its own words. */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum { LOCAL_WINDOW = 32768, KIMI_WINDOW = 262144, DEEPSEEK_TOKENS = 393216 };

/* ---- what they look at ---- */

static bool knows_role(struct jval message)
{
	static const char *const roles[] = { "system", "user", "assistant",
					     "tool" };

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (jscan_member_is(message, "role", roles[i]))
			return true;
	return false;
}

static bool has_image(struct jval message)
{
	struct jval content = jscan_get(message, "content"), part;
	struct jiter it = jscan_iter(content);

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &part))
		if (jscan_member_is(part, "type", "image_url"))
			return true;
	return false;
}

static bool lacks_reasoning(struct jval message)
{
	return jscan_get(message, "tool_calls").type == J_ARRAY &&
	       jscan_get(message, "reasoning_content").type != J_STRING;
}

bool chat_vendor_thinks(const struct chat_vendor *v, struct jval root)
{
	return v->thinks && !jscan_member_is(jscan_get(root, "thinking"),
					     "type", "disabled");
}

/* ---- deepseek ---- */

static int refuse_deepseek(struct chat_refusal *why, const char *text)
{
	return chat_refuse(why, "invalid_request_error", "", "%s", text);
}

/* It reads the body into its own types, and says where that fails. */
static int refuse_variant(struct chat_refusal *why, struct jval root, size_t n,
			  const char *member, struct jval at,
			  const char *expected)
{
	struct place p = jscan_place(root.text, at.text.at + at.text.len - 1);
	struct buf word = BUF_INIT(BUF_NO_LIMIT);

	(void)jscan_string(at, &word);
	chat_refuse(why, "invalid_request_error", "",
		    "Failed to deserialize the JSON body into the target type: "
		    "messages[%zu]%s: unknown variant `%.60s`, expected %s at "
		    "line %u column %u",
		    n, member, buf_str(&word), expected, p.line, p.column);
	buf_clear(&word);
	return -1;
}

static int check_deepseek_parts(struct jval root, struct jval message, size_t n,
				struct chat_refusal *why)
{
	struct jval content = jscan_get(message, "content"), part, type;
	struct jiter it = jscan_iter(content);

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &part)) {
		type = jscan_get(part, "type");
		if (type.type == J_STRING && !jscan_string_is(type, "text"))
			return refuse_variant(why, root, n, "", type, "`text`");
	}
	return 0;
}

static int check_deepseek_tokens(struct jval root, struct chat_refusal *why)
{
	struct jval limit = jscan_get(root, "max_tokens");
	int64_t n = 1;

	if (limit.type != J_NUMBER || !jscan_i64(limit, &n) ||
	    (n >= 1 && n <= DEEPSEEK_TOKENS))
		return 0;
	return chat_refuse(why, "invalid_request_error", "",
			   "Invalid max_tokens value, the valid range of "
			   "max_tokens is [1, %d]",
			   DEEPSEEK_TOKENS);
}

static int check_deepseek(const struct chat_vendor *v, struct jval root,
			  uint64_t prompt, struct chat_refusal *why)
{
	struct jval messages = jscan_get(root, "messages"), m;
	struct jiter it = jscan_iter(messages);

	(void)prompt;
	for (size_t n = 0; jscan_next(&it, NULL, &m); n++) {
		if (jscan_get(m, "role").type == J_STRING && !knows_role(m))
			return refuse_variant(
				why, root, n, ".role", jscan_get(m, "role"),
				"one of `system`, `user`, `assistant`, `tool`, "
				"`latest_reminder`");
		if (check_deepseek_parts(root, m, n, why) < 0)
			return -1;
		if (chat_vendor_thinks(v, root) && lacks_reasoning(m))
			return refuse_deepseek(
				why, "The `reasoning_content` in the thinking "
				     "mode must be passed back to the API.");
	}
	return check_deepseek_tokens(root, why);
}

/* ---- kimi ---- */

static int refuse_role(struct chat_refusal *why, struct jval role)
{
	struct buf word = BUF_INIT(BUF_NO_LIMIT);

	(void)jscan_string(role, &word);
	chat_refuse(why, NULL, "",
		    "Invalid request: role '%.60s' is not a valid role",
		    buf_str(&word));
	buf_clear(&word);
	return -1;
}

static int check_kimi(const struct chat_vendor *v, struct jval root,
		      uint64_t prompt, struct chat_refusal *why)
{
	struct jval messages = jscan_get(root, "messages"), m;
	struct jiter it = jscan_iter(messages);

	for (size_t n = 0; jscan_next(&it, NULL, &m); n++) {
		struct jval role = jscan_get(m, "role");

		if (role.type == J_STRING && !knows_role(m))
			return refuse_role(why, role);
		if (chat_vendor_thinks(v, root) && lacks_reasoning(m))
			return chat_refuse(why, NULL, "",
					   "thinking is enabled but "
					   "reasoning_content is missing in "
					   "assistant tool call message at "
					   "index %zu",
					   n);
	}
	if (prompt <= KIMI_WINDOW)
		return 0;
	return chat_refuse(why, NULL, "",
			   "Invalid request: Your request exceeded model token "
			   "limit: %d (requested: %llu)",
			   KIMI_WINDOW, (unsigned long long)prompt);
}

/* ---- a small local server ---- */

/* It reports what it cannot do as an error of its own (500). */
static int refuse_local(struct chat_refusal *why, const char *front,
			const char *text)
{
	chat_refuse(why, NULL, "", "%s%s", front, text);
	why->status = 500;
	why->type = "server_error";
	return -1;
}

/* The model's template reports something that it does not know. */
static int refuse_template(struct chat_refusal *why, const char *text)
{
	return refuse_local(why,
			    "\n------------\nWhile executing CallExpression at "
			    "line 85, column 32 in source:\n...{{- "
			    "raise_exception(\nError: Jinja Exception: ",
			    text);
}

static int check_local(const struct chat_vendor *v, struct jval root,
		       uint64_t prompt, struct chat_refusal *why)
{
	struct jval messages = jscan_get(root, "messages"), m;
	struct jiter it = jscan_iter(messages);

	(void)v;
	for (size_t n = 0; jscan_next(&it, NULL, &m); n++) {
		if (has_image(m))
			return refuse_local(
				why, "",
				"image input is not supported - hint: if this "
				"is unexpected, you may need to provide the "
				"mmproj");
		if (!knows_role(m))
			return refuse_template(why, "Unexpected message role.");
		if (n > 0 && jscan_member_is(m, "role", "system"))
			return refuse_template(why, "System message must be at "
						    "the beginning.");
	}
	if (prompt <= LOCAL_WINDOW)
		return 0;
	chat_refuse(why, NULL, "",
		    "request (%llu tokens) exceeds the available context size "
		    "(%d tokens), try increasing it",
		    (unsigned long long)prompt, LOCAL_WINDOW);
	why->type = "exceed_context_size_error";
	return -1;
}

/* ---- the table ---- */

static const struct chat_vendor rows[] = {
	[VENDOR_OPENAI] = { .key = true },
	[VENDOR_DEEPSEEK] = { .key = true,
			      .thinks = true,
			      .pairs = true,
			      .usage = SAY_TOLD_FINISH,
			      .check = check_deepseek },
	[VENDOR_KIMI] = { .key = true,
			  .thinks = true,
			  .pairs = true,
			  .shape = CHAT_SHAPE_BRIEF,
			  .check = check_kimi },
	[VENDOR_LOCAL] = { .one_call = true,
			   .stops = true,
			   .calls = SAY_CALLS_WHOLE,
			   .usage = SAY_TOLD_NEVER,
			   .shape = CHAT_SHAPE_NUMBER,
			   .check = check_local },
};

const struct chat_vendor *chat_vendor_of(enum vendor v)
{
	return &rows[v == VENDOR_UNSAID ? VENDOR_OPENAI : v];
}
