/*
 * The table of features. Order matters: a place belongs to the first row that
 * matches it, and a beta to the first row that lists it. What each switch
 * removes was measured with 2.1.329 (fixtures betas-disabled, caching-disabled,
 * and runs with each variable); for features that 2.1.329 never sends it is as
 * documented. Some betas are listed although the API no longer needs them
 * (effort, format, a ttl of 1h, fields of tools), because other providers may.
 */
#include "mockupstream/dialects/betas.h"
#include "probe/refusal/feature_private.h"

#define NO_BETAS "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1"
#define NO_TOOL_SEARCH "ENABLE_TOOL_SEARCH=false"
#define NO_THINKING "CLAUDE_CODE_DISABLE_THINKING=1"
#define NO_EFFORT "CLAUDE_CODE_EFFORT_LEVEL=unset"
#define NO_CACHING "DISABLE_PROMPT_CACHING=1"

#define AS_PAIR "forward the field and its beta together, or take away both"
#define AS_IT_IS "forward it as it is"
#define VERBATIM "forward anthropic-beta with every value"
#define IF_WANTED "forward it or drop it, as it likes"

const struct feature feature_rows[] = {
	/* ---- fields with a beta ---- */
	{ FEATURE_FIELD, "context_management", "/context_management", NULL,
	  BETA_CONTEXT_MANAGEMENT, NO_BETAS, AS_PAIR },
	{ FEATURE_FIELD, "output_config.effort", "/output_config/effort", NULL,
	  BETA_EFFORT, NO_EFFORT, AS_PAIR },
	{ FEATURE_FIELD, "output_config.format", "/output_config/format", NULL,
	  BETA_FORMAT, "CLAUDE_CODE_DISABLE_STRUCTURED_OUTPUTS=1", AS_PAIR },
	{ FEATURE_FIELD, "output_config.task_budget",
	  "/output_config/task_budget", NULL, BETA_TASK_BUDGET, NULL, AS_PAIR },
	{ FEATURE_FIELD, "messages.output_config", "/messages/*/output_config",
	  NULL, BETA_EFFORT_OF_MESSAGE, NO_BETAS, AS_PAIR },
	{ FEATURE_FIELD, "messages.clear_at", "/messages/*/clear_at", NULL,
	  BETA_CLEAR_AT, NULL, AS_PAIR },
	{ FEATURE_FIELD, "tools.defer_loading", "/tools/*/defer_loading", NULL,
	  BETA_TOOLS, NO_TOOL_SEARCH, AS_PAIR },
	{ FEATURE_FIELD, "tools.input_examples", "/tools/*/input_examples",
	  NULL, BETA_TOOLS, NO_BETAS, AS_PAIR },
	{ FEATURE_FIELD, "tools.allowed_callers", "/tools/*/allowed_callers",
	  NULL, BETA_TOOLS, NO_BETAS, AS_PAIR },
	{ FEATURE_FIELD, "tools.strict", "/tools/*/strict", NULL, BETA_FORMAT,
	  NO_BETAS, AS_PAIR },
	{ FEATURE_FIELD, "cache_control.ttl=1h", "/**/cache_control/ttl", "1h",
	  BETA_LONG_CACHE, "FORCE_PROMPT_CACHING_5M=1", AS_PAIR },
	{ FEATURE_FIELD, "cache_control.scope", "/**/cache_control/scope", NULL,
	  BETA_CACHE_SCOPE, NO_BETAS, AS_PAIR },
	{ FEATURE_FIELD, "thinking.block_binding", "/thinking/block_binding",
	  NULL, BETA_BINDING, NULL, AS_PAIR },
	{ FEATURE_FIELD, "thinking.display=updates", "/thinking/display",
	  "updates", "thinking-display-updates-2026-08-18", NO_BETAS, AS_PAIR },
	{ FEATURE_FIELD, "safeguards", "/safeguards", NULL, BETA_SAFEGUARDS,
	  "CLAUDE_CODE_AUTO_MODE_SERVER=0", AS_PAIR },
	{ FEATURE_FIELD, "speed", "/speed", "fast", BETA_SPEED,
	  "CLAUDE_CODE_DISABLE_FAST_MODE=1", AS_PAIR },
	{ FEATURE_FIELD, "fallback_credit_token", "/fallback_credit_token",
	  NULL, BETA_FALLBACK_CREDIT, NULL, AS_PAIR },
	{ FEATURE_FIELD, "fallbacks", "/fallbacks", NULL, BETA_FALLBACKS, NULL,
	  AS_PAIR },
	{ FEATURE_FIELD, "mcp_servers", "/mcp_servers", NULL, BETA_MCP, NULL,
	  AS_PAIR },

	{ FEATURE_FIELD, "thread", "/thread", NULL, BETA_THREAD, NULL,
	  AS_PAIR },
	{ FEATURE_FIELD, "compaction", "/compaction", NULL, BETA_COMPACTION,
	  NULL, AS_PAIR },
	{ FEATURE_FIELD, "tags", "/tags", NULL, BETA_TAGS, NULL, AS_PAIR },
	{ FEATURE_FIELD, "billing_policy", "/billing_policy", NULL,
	  BETA_BILLING, NULL, AS_PAIR },

	/* ---- blocks and tools with a beta ---- */
	{ FEATURE_BLOCK, "tool_reference", "/messages/**/type",
	  "tool_reference", BETA_TOOLS, NO_TOOL_SEARCH, AS_PAIR },
	{ FEATURE_BLOCK, "tool_addition", "/messages/**/type", "tool_addition",
	  BETA_TOOL_CHANGES, NO_BETAS, AS_PAIR },
	{ FEATURE_BLOCK, "tool_removal", "/messages/**/type", "tool_removal",
	  BETA_TOOL_CHANGES, NO_BETAS, AS_PAIR },
	{ FEATURE_BLOCK, "tool_definition", "/messages/**/type",
	  "tool_definition", BETA_TOOL_CHANGES, NO_BETAS, AS_PAIR },
	{ FEATURE_BLOCK, "mcp_tool_listing", "/messages/**/type",
	  "mcp_tool_listing", BETA_MCP_LISTING, NULL, AS_PAIR },
	{ FEATURE_TOOL, "advisor", "/tools/*/type", "advisor_*", BETA_ADVISOR,
	  "CLAUDE_CODE_DISABLE_ADVISOR_TOOL=1", AS_PAIR },

	/* ---- parts that need no beta ---- */
	{ FEATURE_FIELD, "thinking.type=adaptive", "/thinking/type", "adaptive",
	  NULL, NO_THINKING,
	  "send this model to a route that knows adaptive thinking" },
	{ FEATURE_FIELD, "thinking.budget_tokens", "/thinking/budget_tokens",
	  NULL, NULL, NO_THINKING, AS_IT_IS },
	{ FEATURE_FIELD, "thinking.display", "/thinking/display", NULL, NULL,
	  NO_BETAS, AS_IT_IS },
	{ FEATURE_FIELD, "thinking", "/thinking", NULL, NULL, NO_THINKING,
	  AS_IT_IS },
	{ FEATURE_FIELD, "output_config", "/output_config", NULL, NULL,
	  NO_EFFORT, AS_IT_IS },
	{ FEATURE_BLOCK, "role=system", "/messages/*/role", "system", NULL,
	  NULL,
	  "accept the role system inside messages, or refuse it in the API's "
	  "words, so that the client goes on without it" },
	{ FEATURE_FIELD, "tools.eager_input_streaming",
	  "/tools/*/eager_input_streaming", NULL, NULL,
	  "CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING=0", AS_IT_IS },
	{ FEATURE_TOOL, "web_search", "/tools/*/type", "web_search_*", NULL,
	  NULL, "forward tools of the API by their type, or refuse them" },
	{ FEATURE_BLOCK, "x-anthropic-billing-header", "/system/*/text",
	  "x-anthropic-billing-header:*", NULL,
	  "CLAUDE_CODE_ATTRIBUTION_HEADER=0",
	  "leave the first system block where and as it is" },
	{ FEATURE_BLOCK, "redacted_thinking", "/messages/**/type",
	  "redacted_thinking", NULL, NO_THINKING, AS_IT_IS },
	{ FEATURE_BLOCK, "thinking block", "/messages/**/type", "thinking",
	  NULL, NO_THINKING, "pass thinking blocks on with their signature" },
	{ FEATURE_FIELD, "cache_control", "/**/cache_control", NULL, NULL,
	  NO_CACHING, AS_IT_IS },
	{ FEATURE_FIELD, "metadata", "/metadata", NULL, NULL, NULL, AS_IT_IS },

	/* ---- betas that have no field ---- */
	{ FEATURE_BETA, "claude-code", NULL, NULL, "claude-code-20250219", NULL,
	  VERBATIM },
	{ FEATURE_BETA, "interleaved thinking", NULL, NULL,
	  "interleaved-thinking-2025-05-14", "DISABLE_INTERLEAVED_THINKING=1",
	  VERBATIM },
	{ FEATURE_BETA, "1M context", NULL, NULL, "context-1m-2025-08-07",
	  "CLAUDE_CODE_DISABLE_1M_CONTEXT=1", VERBATIM },
	{ FEATURE_BETA, "tool provenance", NULL, NULL,
	  "tool-provenance-2026-10-26", NULL, VERBATIM },
	{ FEATURE_BETA, "thinking token count", NULL, NULL,
	  "thinking-token-count-2026-05-13", NO_BETAS, VERBATIM },
	{ FEATURE_BETA, "redacted thinking", NULL, NULL,
	  "redact-thinking-2026-02-12", NO_BETAS, VERBATIM },
	{ FEATURE_BETA, "messages of role system", NULL, NULL,
	  "mid-conversation-system-2026-04-07", NO_BETAS, VERBATIM },
	{ FEATURE_BETA, "counting of tokens", NULL, NULL,
	  "token-counting-2024-11-01", NULL, VERBATIM },
	{ FEATURE_BETA, "fine-grained tool streaming", NULL, NULL,
	  "fine-grained-tool-streaming-2025-05-14", NO_BETAS, VERBATIM },
	{ FEATURE_BETA, "auto mode", NULL, NULL, "afk-mode-2026-01-31",
	  NO_BETAS, VERBATIM },
	{ FEATURE_BETA, "cache diagnosis", NULL, NULL,
	  "cache-diagnosis-2026-04-07", NO_BETAS, VERBATIM },
	{ FEATURE_BETA, "web search (cloud routes)", NULL, NULL,
	  "web-search-2025-03-05", NULL, VERBATIM },
	{ FEATURE_BETA, "login of a subscription", NULL, NULL,
	  "oauth-2025-04-20", NULL,
	  "forward this value wherever it forwards the login's token" },

	/* ---- headers ---- */
	{ FEATURE_HEADER, "anthropic-beta", NULL, NULL, NULL, NO_BETAS,
	  VERBATIM },
	{ FEATURE_HEADER, "anthropic-version", NULL, NULL, NULL, NULL,
	  "forward anthropic-version as it is" },
	{ FEATURE_HEADER, "anthropic-workspace-id", NULL, NULL, NULL, NULL,
	  "forward it to Claude Platform on AWS" },
	{ FEATURE_HEADER, "anthropic-dangerous-direct-browser-access", NULL,
	  NULL, NULL, NULL, IF_WANTED },
	{ FEATURE_HEADER, "x-claude-code-session-id", NULL, NULL, NULL, NULL,
	  "accept it; it tells sessions apart" },
	{ FEATURE_HEADER, "x-claude-code-*", NULL, NULL, NULL, NULL,
	  IF_WANTED },
	{ FEATURE_HEADER, "x-stainless-*", NULL, NULL, NULL, NULL, IF_WANTED },
	{ FEATURE_HEADER, "x-app", NULL, NULL, NULL, NULL, IF_WANTED },
	{ FEATURE_HEADER, "user-agent", NULL, NULL, NULL, NULL,
	  "let Claude Code's user-agent through" },
	{ FEATURE_HEADER, "accept", NULL, NULL, NULL, NULL,
	  "stream when the body says so, whatever accept says" },
	{ FEATURE_HEADER, "accept-encoding", NULL, NULL, NULL, NULL,
	  "answer in a coding that is asked for, or in none" },
	{ FEATURE_HEADER, "content-type", NULL, NULL, NULL, NULL, AS_IT_IS },
	{ FEATURE_HEADER, "authorization", NULL, NULL, NULL, NULL,
	  "read the credential from the header authorization, in which "
	  "Claude Code sends ANTHROPIC_AUTH_TOKEN" },
	{ FEATURE_HEADER, "x-api-key", NULL, NULL, NULL, NULL,
	  "read the credential from the header x-api-key, in which "
	  "Claude Code sends ANTHROPIC_API_KEY" },
	{ .name = NULL },
};
