/* Checks fields and types of a request, from the top down. */
#include "mockupstream/dialects/anthropic_private.h"
#include "mockupstream/dialects/strict_private.h"

static const struct shape request = {
	"",
	"model messages max_tokens system tools tool_choice thinking stream "
	"metadata temperature top_p top_k stop_sequences service_tier "
	"output_config output_format context_management container mcp_servers "
	"cache_control inference_geo speed fallbacks fallback_credit_token "
	"diagnostics safeguards thread compaction tags billing_policy",
	"model messages",
};

static const struct shape metadata = { "metadata", "user_id", "" };

static const struct shape output_config = { "output_config",
					    "effort format task_budget", "" };

static const struct shape context_management = { "context_management", "edits",
						 "" };

/* The kinds of thinking; for pairs all have the scope "thinking". */
static const struct shape thinkings[] = {
	{ "enabled", "type budget_tokens display block_binding",
	  "budget_tokens" },
	{ "adaptive", "type display block_binding", "" },
	{ "between_tools", "type", "" },
	{ "disabled", "type", "" },
};

static const struct shape threads[] = {
	{ "thread.create", "type", "" },
	{ "thread.continue", "type previous_message_id",
	  "previous_message_id" },
};

#define EDITS \
	"clear_tool_uses_20250919 clear_thinking_20251015 compact_20260112"

/* ---- members of the request ---- */

static int check_member(struct strict *s, struct jval root,
			const struct shape *shape)
{
	struct jval v;
	size_t was;
	int rc;

	if (!jscan_member(root, shape->name, &v) || v.type == J_NULL)
		return 0;
	was = strict_enter(s, "%s", shape->name);
	rc = strict_check_shape(s, v, shape);
	strict_leave(s, was);
	return rc;
}

static int check_budget(struct strict *s, struct jval root,
			struct jval thinking)
{
	int64_t budget = 0, max = 0;
	struct jval v;

	if (!jscan_member(thinking, "budget_tokens", &v) ||
	    !jscan_i64(v, &budget))
		return strict_refuse(s, "thinking.enabled.budget_tokens: Input "
					"should be a valid integer");
	if (budget < 1024)
		return strict_refuse(s,
				     "thinking.enabled.budget_tokens: Input "
				     "should be greater than or equal to 1024");
	if (jscan_member(root, "max_tokens", &v) && jscan_i64(v, &max) &&
	    max <= budget)
		return strict_refuse(s, "`max_tokens` must be greater than "
					"`thinking.budget_tokens`.");
	return 0;
}

static int check_thinking(struct strict *s, struct jval root)
{
	struct jval thinking, type;
	size_t was;
	int rc;

	if (!jscan_member(root, "thinking", &thinking) ||
	    thinking.type == J_NULL)
		return 0;
	if (thinking.type != J_OBJECT || !jscan_member(thinking, "type", &type))
		return strict_refuse(s, "thinking.type: Field required");
	for (size_t i = 0; i < sizeof(thinkings) / sizeof(thinkings[0]); i++) {
		if (!strict_is_word(type, thinkings[i].name))
			continue;
		was = strict_enter(s, "thinking.%s", thinkings[i].name);
		rc = strict_check_object(s, thinking, &thinkings[i],
					 "thinking");
		strict_leave(s, was);
		return rc < 0 || i > 0 ? rc : check_budget(s, root, thinking);
	}
	return strict_refuse(s,
			     "thinking: Input tag %.*s found using 'type' does "
			     "not match any of the expected tags: 'adaptive', "
			     "'between_tools', 'disabled', 'enabled'",
			     SPAN_ARG(span_first(type.text, 100)));
}

static bool is_thinking(struct jval root)
{
	struct jval thinking;

	return jscan_member(root, "thinking", &thinking) &&
	       strict_is_thinking(thinking);
}

static int check_edit(struct strict *s, struct jval root, struct jval edit,
		      size_t n)
{
	struct jval type = { .type = J_NULL };

	if (edit.type != J_OBJECT || !jscan_member(edit, "type", &type) ||
	    !strict_is_word(type, EDITS))
		return strict_refuse(s,
				     "context_management.edits.%zu: Input tag "
				     "%.*s found using 'type' does not match "
				     "any of the expected tags",
				     n, SPAN_ARG(span_first(type.text, 100)));
	if (jscan_string_is(type, "clear_thinking_20251015") &&
	    !is_thinking(root))
		return strict_refuse(s, "`clear_thinking_20251015` strategy "
					"requires `thinking` to be enabled or "
					"adaptive");
	return 0;
}

static int check_edits(struct strict *s, struct jval root)
{
	struct jval member, edits, key, edit;
	struct jiter it;
	size_t n = 0;

	if (!jscan_member(root, "context_management", &member) ||
	    member.type != J_OBJECT || !jscan_member(member, "edits", &edits))
		return 0;
	it = jscan_iter(edits);
	while (edits.type == J_ARRAY && jscan_next(&it, &key, &edit))
		if (check_edit(s, root, edit, n++) < 0)
			return -1;
	return 0;
}

/* Checks the fields of `thread`, whose type was checked before. */
static int check_thread(struct strict *s, struct jval root)
{
	struct jval thread;
	bool goes_on;
	size_t was;
	int rc;

	if (!jscan_member(root, "thread", &thread) || thread.type == J_NULL)
		return 0;
	goes_on = jscan_member_is(thread, "type", "continue");
	was = strict_enter(s, "%s", threads[goes_on].name);
	rc = strict_check_shape(s, thread, &threads[goes_on]);
	strict_leave(s, was);
	return rc;
}

int strict_check_fields(struct strict *s, struct jval root)
{
	struct jval v;

	if (strict_check_shape(s, root, &request) < 0 ||
	    check_member(s, root, &metadata) < 0 ||
	    check_member(s, root, &output_config) < 0 ||
	    check_member(s, root, &context_management) < 0 ||
	    check_thinking(s, root) < 0 || check_thread(s, root) < 0 ||
	    strict_check_tools(s, root) < 0)
		return -1;
	if (jscan_member(root, "system", &v) && strict_check_system(s, v) < 0)
		return -1;
	if (jscan_member(root, "messages", &v) &&
	    strict_check_messages(s, v) < 0)
		return -1;
	if (strict_check_mark(s, root) < 0)
		return -1;
	return check_edits(s, root);
}
