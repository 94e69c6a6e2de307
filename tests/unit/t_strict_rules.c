/* Tests of mockupstream/dialects/strict*: bodies, and what is said to each. */
#include "tests/unit/strict_kit.h"

#define A8 "aaaaaaaa"
#define A64 A8 A8 A8 A8 A8 A8 A8 A8

#include <stdio.h>

/* NULL: it is taken. */
#define X33 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X99 X33 X33 X33

static const struct {
	const char *betas, *body, *message;
} rows[] = {
	/* fields of the request */
	{ NULL, WITH("\"context_management\":null"), NULL },
	{ NULL, WITH("\"speed\":\"slow\""), NULL },
	{ NULL, WITH("\"metadata\":null"), NULL },
	{ NULL, WITH("\"metadata\":1"),
	  "metadata: Input should be a valid dictionary" },
	{ NULL, WITH("\"output_config\":[]"),
	  "output_config: Input should be a valid dictionary" },
	{ NULL, WITH("\"output_config\":{\"x\":1}"),
	  "output_config.x: Extra inputs are not permitted" },
	{ NULL, WITH("\"context_management\":{\"x\":1}"),
	  "context_management: Extra inputs are not permitted" },
	{ NULL, "{\"max_tokens\":1,\"messages\":[]}", "model: Field required" },
	{ NULL, FRONT "\"stream\":true}", "messages: Field required" },
	{ NULL, "[]", "Input should be a valid dictionary" },
	{ NULL,
	  WITH("\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\":1"),
	  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: Extra inputs are not permitted" },
	{ NULL, WITH("\"fallback_credit_token\":\"t\""),
	  "fallback_credit_token: Extra inputs are not permitted" },
	{ NULL, WITH("\"speed\":\"fast\""),
	  "speed: Extra inputs are not permitted" },
	{ NULL, WITH("\"billing_policy\":1"),
	  "billing_policy: Extra inputs are not permitted" },
	/* thinking */
	{ NULL, WITH("\"thinking\":null"), NULL },
	{ NULL, WITH("\"thinking\":{\"type\":\"disabled\"}"), NULL },
	{ NULL, WITH("\"thinking\":1"), "thinking.type: Field required" },
	{ NULL, WITH("\"thinking\":{}"), "thinking.type: Field required" },
	{ NULL,
	  WITH("\"thinking\":{\"type\":\"adaptive\",\"budget_tokens\":1}"),
	  "thinking.adaptive.budget_tokens: Extra inputs are not permitted" },
	{ NULL, WITH("\"thinking\":{\"type\":\"disabled\",\"display\":1}"),
	  "thinking.disabled.display: Extra inputs are not permitted" },
	{ NULL, WITH("\"thinking\":{\"type\":\"enabled\"}"),
	  "thinking.enabled.budget_tokens: Field required" },
	{ NULL,
	  WITH("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":\"1\"}"),
	  "thinking.enabled.budget_tokens: Input should be a valid integer" },
	{ NULL,
	  WITH("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1023}"),
	  "thinking.enabled.budget_tokens: Input should be greater than or "
	  "equal to 1024" },
	{ NULL,
	  WITH("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}"),
	  "`max_tokens` must be greater than `thinking.budget_tokens`." },
	{ NULL,
	  "{\"model\":\"claude-opus-5-5\",\"max_tokens\":1024,\"thinking\":{"
	  "\"type\":\"enabled\",\"budget_tokens\":1024},\"messages\":[" USER
	  "]}",
	  "`max_tokens` must be greater than `thinking.budget_tokens`." },
	{ NULL,
	  "{\"model\":\"claude-opus-5-5\",\"max_tokens\":1025,\"thinking\":{"
	  "\"type\":\"enabled\",\"budget_tokens\":1024},\"messages\":[" USER
	  "]}",
	  NULL },
	{ NULL, WITH("\"thinking\":{\"type\":1}"),
	  "thinking: Input tag 1 found using 'type' does not match any of the "
	  "expected tags: 'adaptive', 'between_tools', 'disabled', 'enabled'" },
	/* of a long word a hundred letters are told */
	{ NULL, WITH("\"thinking\":{\"type\":\"" X99 "xx\"}"),
	  "thinking: Input tag \"" X99
	  " found using 'type' does not match any of the expected tags: "
	  "'adaptive', 'between_tools', 'disabled', 'enabled'" },
	{ "context-management-2025-06-27",
	  WITH("\"context_management\":{\"edits\":[{\"type\":\"" X99 "xx\"}]}"),
	  "context_management.edits.0: Input tag \"" X99
	  " found using 'type' does not match any of the expected tags" },
	/* the system prompt and messages */
	{ NULL, WITH("\"system\":1"), "system: Input should be a valid list" },
	{ NULL, WITH("\"system\":\"s\""), NULL },
	{ NULL, WITH("\"system\":[]"), NULL },
	{ NULL, WITH("\"system\":[1]"),
	  "system.0: Input should be a valid dictionary" },
	{ NULL, WITH("\"system\":[{\"text\":\"a\"}]"),
	  "system.0: type: Field required" },
	{ NULL, WITH("\"system\":[{\"type\":1}]"),
	  "system.0: type: Field required" },
	{ NULL,
	  WITH("\"system\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":"
	       "\"text\"}]"),
	  "system.1.text.text: Field required" },
	{ NULL, WITH("\"system\":[{\"type\":\"text\",\"text\":1}]"),
	  "system.0.text.text: Input should be a valid string" },
	{ NULL, FRONT "\"messages\":{}}",
	  "messages: Input should be a valid list" },
	{ NULL, FRONT "\"messages\":[]}",
	  "messages: at least one message is required" },
	{ NULL, MESSAGES("1"),
	  "messages.0: Input should be a valid dictionary" },
	{ NULL, MESSAGES("{\"role\":\"assistant\",\"content\":[]}"),
	  "messages: first message must use the \"user\" role" },
	{ NULL, MESSAGES("{\"role\":\"system\",\"content\":\"s\"}"),
	  "messages: first message must use the \"user\" role" },
	{ NULL, MESSAGES("{\"role\":\"user\"}"),
	  "messages.0.content: Field required" },
	{ NULL, MESSAGES("{\"content\":\"a\"}"),
	  "messages.0.role: Field required" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"user\","
		   "\"content\":1}"),
	  "messages.1.content: Input should be a valid list" },
	{ NULL, MESSAGES("{\"role\":\"user\",\"content\":null}"),
	  "messages.0.content: Input should be a valid list" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"system\",\"content\":\"s\",\"clear_at\":1}"),
	  "messages.1.clear_at: Extra inputs are not permitted" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":\"s\",\"clear_at\":1}"),
	  "messages.1.clear_at: Extra inputs are not permitted" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"text\","
		   "\"text\":\"a\"},{\"type\":\"image\"}]}"),
	  "messages.0.content.1.image.source: Field required" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"redacted_"
		   "thinking\"}]}"),
	  "messages.0.content.0.redacted_thinking.data: Field required" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"server_tool_"
		   "use\",\"anything\":1,\"id\":\"a\",\"name\":\"b\"}]}"),
	  "messages.0.content.0.server_tool_use.input: Field required" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"server_tool_"
		   "use\",\"anything\":1,\"id\":\"a\",\"name\":\"b\",\"input\":"
		   "{}}]}"),
	  NULL },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"tool_"
		   "addition\"}]}"),
	  "messages.0.content.0: Input tag 'tool_addition' found using 'type' "
	  "does not match any of the expected tags" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"tool_removal\"}"
		   "]}"),
	  "messages.0.content.0: Input tag 'tool_removal' found using 'type' "
	  "does not match any of the expected tags" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"tool_"
		   "definition\"}]}"),
	  "messages.0.content.0: Input tag 'tool_definition' found using "
	  "'type' does not match any of the expected tags" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"mcp_tool_"
		   "listing\"}]}"),
	  "messages.0.content.0: Input tag 'mcp_tool_listing' found using "
	  "'type' does not match any of the expected tags" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"tool_"
		   "reference\",\"tool_name\":\"A\"}]}"),
	  "messages.0.content.0: Input tag 'tool_reference' found using 'type' "
	  "does not match any of the expected tags" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":"
		   "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}]}"),
	  "messages.0.content.0: Input tag "
	  "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' found using 'type' does not "
	  "match any of the expected tags" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":"
		   "\"a\",\"name\":\"Read\",\"input\":{}}]},{\"role\":\"user\","
		   "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":"
		   "\"a\",\"content\":1}]}"),
	  "messages.2.content.0.tool_result.content: Input should be a valid "
	  "list" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":"
		   "\"a\",\"name\":\"Read\",\"input\":{}}]},{\"role\":\"user\","
		   "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":"
		   "\"a\",\"content\":[{\"type\":\"x\"}]}]}"),
	  "messages.2.content.0.tool_result.content.0: Input tag 'x' found "
	  "using 'type' does not match any of the expected tags" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":"
		   "\"a\",\"name\":\"Read\",\"input\":{}}]},{\"role\":\"user\","
		   "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":"
		   "\"a\",\"content\":\"a\",\"is_error\":true}]}"),
	  NULL },
	/* cache markers */
	{ NULL, WITH("\"cache_control\":null"), NULL },
	{ NULL, WITH("\"cache_control\":{\"type\":\"ephemeral\"}"), NULL },
	{ NULL, WITH("\"cache_control\":1"),
	  "cache_control: Input should be an object of type 'ephemeral'" },
	{ NULL, WITH("\"cache_control\":{\"type\":\"x\"}"),
	  "cache_control: Input should be an object of type 'ephemeral'" },
	{ NULL,
	  WITH("\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"2h\"}"),
	  "cache_control.ephemeral: ttl should be '5m' or '1h'" },
	{ NULL, WITH("\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":null}"),
	  NULL },
	{ NULL,
	  WITH("\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"5m\"}"),
	  NULL },
	{ NULL, WITH("\"cache_control\":{\"type\":\"ephemeral\",\"x\":1}"),
	  "cache_control.ephemeral.x: Extra inputs are not permitted" },
	{ NULL,
	  WITH("\"cache_control\":{\"type\":\"ephemeral\",\"scope\":\"x\"}"),
	  "cache_control.ephemeral.scope: Extra inputs are not permitted" },
	{ NULL,
	  WITH("\"system\":[{\"type\":\"text\",\"text\":\"a\",\"cache_"
	       "control\":{\"type\":\"ephemeral\"}}],\"cache_control\":{"
	       "\"type\":\"ephemeral\",\"ttl\":\"1h\"}"),
	  "request.cache_control.ttl: a ttl='1h' cache_control block must not "
	  "come after a ttl='5m' cache_control block. Note that blocks are "
	  "processed in the following order: `tools`, `system`, `messages`." },
	/* edits of the context */
	{ "context-management-2025-06-27",
	  WITH("\"thinking\":{\"type\":\"adaptive\"},\"context_management\":{"
	       "\"edits\":[{\"type\":\"clear_thinking_20251015\"}]}"),
	  NULL },
	{ "context-management-2025-06-27",
	  WITH("\"context_management\":{\"edits\":[{\"type\":\"compact_"
	       "20260112\"},{\"type\":\"x\"}]}"),
	  "context_management.edits.1: Input tag \"x\" found using 'type' does "
	  "not match any of the expected tags" },
	{ "context-management-2025-06-27",
	  WITH("\"context_management\":{\"edits\":[1]}"),
	  "context_management.edits.0: Input tag  found using 'type' does not "
	  "match any of the expected tags" },
	{ "context-management-2025-06-27",
	  WITH("\"thinking\":{\"type\":\"disabled\"},\"context_management\":{"
	       "\"edits\":[{\"type\":\"clear_thinking_20251015\"}]}"),
	  "`clear_thinking_20251015` strategy requires `thinking` to be "
	  "enabled or adaptive" },
	{ "context-management-2025-06-27",
	  WITH("\"context_management\":{\"edits\":1}"), NULL },
	/* tools */
	{ NULL, WITH("\"tools\":null"), NULL },
	{ NULL, WITH("\"tools\":{}"), "tools: Input should be a valid list" },
	{ NULL, WITH("\"tools\":[1]"),
	  "tools.0: Input should be a valid dictionary" },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"}},{\"name\":1,\"input_schema\":{\"type\":\"object\"}"
	       "}]"),
	  "tools.1.custom.name: Input should be a valid string" },
	{ NULL, WITH("\"tools\":[{\"name\":\"A\"}]"),
	  "tools.0.custom.input_schema: Field required" },
	{ NULL,
	  WITH("\"tools\":[{\"name\":"
	       "\"" A64 A64 "\",\"input_schema\":{\"type\":\"object\"}}]"),
	  NULL },
	{ NULL,
	  WITH("\"tools\":[{\"name\":"
	       "\"" A64 A64 "a\",\"input_schema\":{\"type\":\"object\"}}]"),
	  "tools.0.custom.name: String should have at most 128 characters" },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"aZ_-09\",\"input_schema\":{\"type\":"
	       "\"object\"}}]"),
	  NULL },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"a "
	       "\",\"input_schema\":{\"type\":\"object\"}}]"),
	  "tools.0.custom.name: String should match pattern "
	  "'^[a-zA-Z0-9_-]{1,128}$'" },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\".a\",\"input_schema\":{\"type\":"
	       "\"object\"}}]"),
	  "tools.0.custom.name: String should match pattern "
	  "'^[a-zA-Z0-9_-]{1,128}$'" },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"},\"type\":\"custom\"}]"),
	  NULL },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"},\"type\":null}]"),
	  NULL },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"},\"type\":\"x\"}]"),
	  "tools.0: Input tag 'x' found using 'type' does not match any of the "
	  "expected tags" },
	{ NULL,
	  WITH("\"tools\":[{\"type\":\"web_search_20260209\",\"anything\":1}]"),
	  NULL },
	{ NULL, WITH("\"tools\":[{\"type\":\"mcp_toolset\",\"anything\":1}]"),
	  NULL },
	{ "advisor-tool-2026-03-01",
	  WITH("\"tools\":[{\"type\":\"advisor_20260301\",\"name\":\"advisor\"}"
	       "]"),
	  NULL },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"},\"allowed_callers\":[]}]"),
	  "tools.0.custom.allowed_callers: Extra inputs are not permitted" },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"},\"defer_loading\":true}]"),
	  "At least one tool must have defer_loading=false." },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"},\"defer_loading\":false,\"cache_control\":{"
	       "\"type\":\"ephemeral\"}}]"),
	  NULL },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"},\"defer_loading\":true,\"cache_control\":null},{"
	       "\"name\":\"B\",\"input_schema\":{\"type\":\"object\"}}]"),
	  NULL },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"},\"defer_loading\":true,\"cache_control\":{\"type\":"
	       "\"ephemeral\"}}]"),
	  "tools.0: a tool cannot have both defer_loading=true and "
	  "cache_control set" },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"},\"cache_control\":{\"type\":\"x\"}}]"),
	  "tools.0.cache_control: Input should be an object of type "
	  "'ephemeral'" },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"B\",\"input_schema\":{\"type\":"
	       "\"object\"}},{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"}},{\"name\":\"B\",\"input_schema\":{\"type\":"
	       "\"object\"}}]"),
	  "tools: Tool names must be unique." },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"}}],\"tool_choice\":{\"type\":\"tool\",\"name\":"
	       "\"A\"}"),
	  NULL },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"}}],\"tool_choice\":{\"type\":\"tool\",\"name\":"
	       "\"B\"}"),
	  "Tool 'B' not found in provided tools" },
	{ NULL,
	  WITH("\"tools\":[{\"name\":\"A\",\"input_schema\":{\"type\":"
	       "\"object\"}}],\"tool_choice\":{\"type\":\"any\",\"name\":"
	       "\"B\"}"),
	  NULL },
	{ NULL, WITH("\"tool_choice\":1"), NULL },
	{ NULL, WITH("\"tools\":[],\"tool_choice\":{\"type\":\"none\"}"),
	  "tool_choice may only be specified while providing tools" },
	{ NULL,
	  "{\"model\":\"claude-opus-5-5\",\"max_tokens\":2048,\"thinking\":{"
	  "\"type\":\"enabled\",\"budget_tokens\":1024},\"tools\":[" TOOL(
		  "A",
		  "") "],\"tool_choice\":{\"type\":\"any\"},\"messages\":[" USER
		      "]}",
	  "Thinking may not be enabled when tool_choice forces tool use." },
	{ NULL,
	  "{\"model\":\"claude-opus-5-5\",\"max_tokens\":2048,\"thinking\":{"
	  "\"type\":\"enabled\",\"budget_tokens\":1024},\"tools\":[" TOOL(
		  "A", "") "],\"tool_choice\":{\"type\":\"tool\",\"name\":"
			   "\"A\"},\"messages\":[" USER "]}",
	  "Thinking may not be enabled when tool_choice forces tool use." },
	{ NULL,
	  "{\"model\":\"claude-opus-5-5\",\"max_tokens\":2048,\"thinking\":{"
	  "\"type\":\"enabled\",\"budget_tokens\":1024},\"tools\":[" TOOL(
		  "A", "") "],\"tool_choice\":{\"type\":\"auto\"},\"messages\":"
			   "[" USER "]}",
	  NULL },
	{ NULL,
	  WITH("\"thinking\":{\"type\":\"adaptive\"},\"tools\":[{\"name\":"
	       "\"A\",\"input_schema\":{\"type\":\"object\"}}],\"tool_choice\":"
	       "{\"type\":\"any\"}"),
	  NULL },
	{ "advanced-tool-use-2025-11-20",
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"tool_"
		   "reference\",\"tool_name\":\"B\"}]}"),
	  "Tool reference 'B' not found in available tools" },
	/* calls and their results */
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":1,"
		   "\"name\":\"a\",\"input\":{}}]}"),
	  "messages.1: a `tool_use` block has no id" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
		   "\"tool_use_id\":1}]}"),
	  "messages.0.content.0.tool_result.tool_use_id: Input should be a "
	  "valid string" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
		   "\"tool_use_id\":\"z\"}]}"),
	  "messages.0.content.0: unexpected `tool_use_id` found in "
	  "`tool_result` blocks: z. Each `tool_result` block must have a "
	  "corresponding `tool_use` block in the previous message." },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":"
		   "\"a\",\"name\":\"Read\",\"input\":{}}]},{\"role\":\"user\","
		   "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":"
		   "\"a\"}]},{\"role\":\"assistant\",\"content\":[{\"type\":"
		   "\"tool_use\",\"id\":\"b\",\"name\":\"Read\",\"input\":{}}]}"
		   ",{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
		   "\"tool_use_id\":\"b\"}]},{\"role\":\"assistant\","
		   "\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}"),
	  NULL },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":"
		   "\"a\",\"name\":\"Read\",\"input\":{}}]},{\"role\":\"user\","
		   "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":"
		   "\"a\"}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_"
		   "result\",\"tool_use_id\":\"a\"}]}"),
	  "messages.3.content.0: each tool_use must have a single result. "
	  "Found multiple `tool_result` blocks with id: a" },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":"
		   "\"a\",\"name\":\"Read\",\"input\":{}}]},{\"role\":\"user\","
		   "\"content\":\"no\"}"),
	  "messages.1: `tool_use` ids were found without `tool_result` blocks "
	  "immediately after: a. Each `tool_use` block must have a "
	  "corresponding `tool_result` block in the next message." },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":"
		   "\"a\",\"name\":\"Read\",\"input\":{}}]},{\"role\":"
		   "\"assistant\",\"content\":[{\"type\":\"text\",\"text\":"
		   "\"x\"}]},{\"role\":\"user\",\"content\":\"hi\"}"),
	  "messages.1: `tool_use` ids were found without `tool_result` blocks "
	  "immediately after: a. Each `tool_use` block must have a "
	  "corresponding `tool_result` block in the next message." },
	{ NULL,
	  MESSAGES("{\"role\":\"user\",\"content\":\"hi\"},{\"role\":"
		   "\"assistant\",\"content\":\"a\"},{\"role\":\"user\","
		   "\"content\":\"hi\"}"),
	  NULL },
};

static void t_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail why = FAIL_INIT;
		int status = check(rows[i].betas, rows[i].body, &why);
		const char *want = rows[i].message ? rows[i].message : "";

		if (status != (rows[i].message ? 400 : 0) ||
		    strcmp(why.text, want) != 0)
			fail_msg("%s: %d %s", rows[i].body, status, why.text);
	}
}

/* Each beta that opens a field; of some there are several. */
static void t_betas(void **state)
{
	static const struct {
		const char *beta, *body;
	} open[] = {
		{ "fallback-credit-2026-06-01",
		  WITH("\"fallback_credit_token\":\"t\"") },
		{ "server-side-fallback-2026-07-01", WITH("\"fallbacks\":[]") },
		{ "mcp-client-2025-04-04", WITH("\"mcp_servers\":[]") },
		{ "mcp-client-2026-09-15", WITH("\"mcp_servers\":[]") },
		{ "tool-search-tool-2025-10-19",
		  WITH("\"tools\":[" TOOL("A",
					  ",\"allowed_callers\":[]") "]") },
		{ "mid-conversation-output-config-2026-07-01",
		  MESSAGES(USER ",{\"role\":\"system\",\"content\":\"s\","
				"\"output_config\":{}}") },
		{ "per-turn-control-2026-07-01",
		  MESSAGES(USER ",{\"role\":\"system\",\"content\":\"s\","
				"\"output_config\":{}}") },
		{ "mid-conversation-system-clear-at-2026-08-21",
		  MESSAGES(USER ",{\"role\":\"system\",\"content\":\"s\","
				"\"clear_at\":1}") },
		{ "inline-tools-2026-09-15",
		  MESSAGES(ANSWER("{\"type\":\"tool_addition\"}")) },
		{ "mid-conversation-tool-changes-2026-07-01",
		  MESSAGES(ANSWER("{\"type\":\"tool_removal\"}")) },
		{ "mcp-client-2026-09-15",
		  MESSAGES(ANSWER("{\"type\":\"mcp_tool_listing\"}")) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		struct fail why = FAIL_INIT;

		assert_fine(open[i].beta, open[i].body);
		assert_int_equal(check(NULL, open[i].body, &why), 400);
	}
}

#define NO_BETA(name) \
	"Unexpected value(s) `" name "` for the `anthropic-beta` header. " \
	"Please consult our documentation at docs.claude.com or try again " \
	"without the header."

/* A beta is a name and a date. */
static void t_names_of_betas(void **state)
{
	static const char *const good[] = {
		"a-2025-01-01", "a-20250101", "a-b-9-2025-01-01",
		"ab-2025-0101", " , ",        "a-2025-01-01,,b-20260101"
	};
	static const char *const bad[] = { "a",
					   "a-2025-01",
					   "2025-01-01",
					   "-2025-01-01",
					   "A-2025-01-01",
					   "a_2025-01-01",
					   "a2025-01-01x",
					   "a20250101",
					   "a\xe9-2025-01-01" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_fine(good[i], WITH("\"stream\":true"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char message[300];

		snprintf(message, sizeof(message), NO_BETA("%s"), bad[i]);
		assert_refused(400, bad[i], WITH("\"stream\":true"), message);
	}
	/* The one that is wrong is named, and no more of it than 100 bytes. */
	assert_refused(400, "a-2025-01-01, x ,y", WITH("\"stream\":true"),
		       NO_BETA("x"));
	assert_refused(
		400,
		"x12345678901234567890123456789012345678901234567890123456789"
		"012345678901234567890123456789012345678901234567890",
		WITH("\"stream\":true"),
		NO_BETA("x1234567890123456789012345678901234567890123456789012"
			"34567890123456789012345678901234567890123456789"));
}

/* The most that each family of models answers. */
static void t_families(void **state)
{
	static const struct {
		const char *model;
		int most;
	} models[] = {
		{ "claude-opus-5", 128000 },
		{ "claude-sonnet-5-5", 128000 },
		{ "claude-haiku-5", 128000 },
		{ "claude-fable-5-1", 128000 },
		{ "claude-mythos-5", 128000 },
		{ "claude-opus-4-8", 128000 },
		{ "claude-opus-4-7", 128000 },
		{ "claude-opus-4-6", 128000 },
		{ "claude-sonnet-4-6", 128000 },
		{ "claude-opus-4-5", 64000 },
		{ "claude-opus-4-1", 32000 },
		{ "claude-opus-4-20250514", 32000 },
		{ "claude-opus-4-0", 32000 },
		{ "claude-sonnet-4-20250514", 64000 },
		{ "claude-haiku-4-5", 64000 },
		{ "claude-3-7-sonnet-20250219", 64000 },
		{ "claude-3-5-haiku-20241022", 8192 },
		{ "claude-3-5-sonnet-20241022", 8192 },
	};
	static const char format[] = "{\"model\":\"%s\",\"max_tokens\":%d,"
				     "\"messages\":[" USER "]}";

	(void)state;
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		char body[300], message[300];

		snprintf(body, sizeof(body), format, models[i].model,
			 models[i].most);
		assert_fine(NULL, body);
		snprintf(body, sizeof(body), format, models[i].model,
			 models[i].most + 1);
		snprintf(message, sizeof(message),
			 "max_tokens: %d > %d, which is the maximum allowed "
			 "number of output tokens for %s",
			 models[i].most + 1, models[i].most, models[i].model);
		assert_refused(400, NULL, body, message);
	}
	assert_refused(400, NULL,
		       "{\"model\":1,\"max_tokens\":1,\"messages\":[" USER "]}",
		       "model: Input should be a valid string");
}

/* Turns with many calls, and with one too many. */
static void t_many_calls(void **state)
{
	(void)state;
	for (int count = 256; count < 258; count++) {
		struct buf body = BUF_INIT(1 << 20), answer = BUF_INIT(1 << 20);
		struct fail why = FAIL_INIT;

		buf_add_text(&body, FRONT "\"messages\":[" USER
					  ",{\"role\":\"assistant\","
					  "\"content\":[");
		for (int i = 0; i < count; i++) {
			const char *comma = i > 0 ? "," : "";

			buf_addf(&body, "%s" USE("%d"), comma, i);
			buf_addf(&answer, "%s" RESULT("%d"), comma, i);
		}
		buf_addf(&body, "]}," ANSWER("%s") "]}", buf_str(&answer));
		assert_int_equal(check(NULL, buf_str(&body), &why),
				 count > 256 ? 400 : 0);
		assert_string_equal(why.text, count > 256
						      ? "messages.1: more than "
							"256 `tool_use` blocks"
						      : "");
		buf_clear(&body);
		buf_clear(&answer);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "strict: what is said to each body", t_rows, NULL, NULL,
		  NULL },
		{ "strict: a field of several betas needs one of them", t_betas,
		  NULL, NULL, NULL },
		{ "strict: how a beta is called", t_names_of_betas, NULL, NULL,
		  NULL },
		{ "strict: how much each model answers", t_families, NULL, NULL,
		  NULL },
		{ "strict: how many calls a turn may have", t_many_calls, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("strict_rules", tests, NULL, NULL);
}
