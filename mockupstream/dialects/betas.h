/*
 * The betas that a part of a request needs: any one of those named. Every table
 * that pairs parts with betas uses these names.
 */
#ifndef MOCK_DIALECTS_BETAS_H
#define MOCK_DIALECTS_BETAS_H

#define BETA_COMPACTION "compact-2026-09-04"
#define BETA_TAGS "request-tags-2026-08-21"
#define BETA_THREAD "message-threads-2026-08-12"
#define BETA_BILLING "user-profiles-billing-2026-10-01"
#define BETA_CONTEXT_MANAGEMENT "context-management-2025-06-27"
#define BETA_SAFEGUARDS "dangerous-tool-use-2026-09-03"
#define BETA_SPEED "fast-mode-2026-02-01"
#define BETA_FALLBACK_CREDIT "fallback-credit-2026-06-01"
#define BETA_FALLBACKS \
	"server-side-fallback-2026-06-01 server-side-fallback-2026-07-01"
#define BETA_MCP_LISTING "mcp-client-2026-09-15"
#define BETA_MCP "mcp-client-2025-04-04 mcp-client-2025-11-20 " BETA_MCP_LISTING
#define BETA_EFFORT "effort-2025-11-24"
#define BETA_FORMAT \
	"structured-outputs-2025-11-13 structured-outputs-2025-12-15"
#define BETA_TASK_BUDGET "task-budgets-2026-03-13"
#define BETA_BINDING "thinking-binding-controls-2026-08-01"
#define BETA_TOOLS "advanced-tool-use-2025-11-20 tool-search-tool-2025-10-19"
#define BETA_EFFORT_OF_MESSAGE \
	"mid-conversation-output-config-2026-07-01 " \
	"per-turn-control-2026-07-01"
#define BETA_CLEAR_AT "mid-conversation-system-clear-at-2026-08-21"
#define BETA_LONG_CACHE "extended-cache-ttl-2025-04-11"
#define BETA_CACHE_SCOPE "prompt-caching-scope-2026-01-05"
#define BETA_TOOL_CHANGES \
	"mid-conversation-tool-changes-2026-07-01 inline-tools-2026-09-15"
#define BETA_ADVISOR "advisor-tool-2026-03-01"

#endif
