/* Header-and-body pairs: fields that the API knows only with their beta. */
#include <ctype.h>
#include <string.h>

#include "mockupstream/dialects/strict_private.h"

struct pair {
	const char *scope; /* kind of object */
	const char *key;
	const char *value; /* only with this value; NULL: with any */
	const char *betas; /* one of these */
};

#define BETA_TOOLS "advanced-tool-use-2025-11-20 tool-search-tool-2025-10-19"
#define BETA_FORMAT \
	"structured-outputs-2025-11-13 structured-outputs-2025-12-15"
#define BETA_EFFORT_OF_MESSAGE \
	"mid-conversation-output-config-2026-07-01 " \
	"per-turn-control-2026-07-01"

/*
 * The pairs that recordings of the client show, or the API's pages name. A
 * role of "system" in messages needs no beta any more.
 */
static const struct pair pairs[] = {
	{ "", "context_management", NULL, "context-management-2025-06-27" },
	{ "", "speed", "fast", "fast-mode-2026-02-01" },
	{ "", "fallback_credit_token", NULL, "fallback-credit-2026-06-01" },
	{ "", "fallbacks", NULL,
	  "server-side-fallback-2026-06-01 server-side-fallback-2026-07-01" },
	{ "", "mcp_servers", NULL,
	  "mcp-client-2025-04-04 mcp-client-2025-11-20 "
	  "mcp-client-2026-09-15" },
	{ "output_config", "effort", NULL, "effort-2025-11-24" },
	{ "output_config", "format", NULL, BETA_FORMAT },
	{ "output_config", "task_budget", NULL, "task-budgets-2026-03-13" },
	{ "thinking", "block_binding", NULL,
	  "thinking-binding-controls-2026-08-01" },
	{ "custom", "defer_loading", NULL, BETA_TOOLS },
	{ "custom", "input_examples", NULL, BETA_TOOLS },
	{ "custom", "allowed_callers", NULL, BETA_TOOLS },
	{ "custom", "strict", NULL, BETA_FORMAT },
	{ "message", "output_config", NULL, BETA_EFFORT_OF_MESSAGE },
	{ "message", "clear_at", NULL,
	  "mid-conversation-system-clear-at-2026-08-21" },
	{ "ephemeral", "ttl", "1h", "extended-cache-ttl-2025-04-11" },
	{ "ephemeral", "scope", NULL, "prompt-caching-scope-2026-01-05" },
};

bool strict_is_paired(const struct strict *s, const char *scope,
		      struct jval key, struct jval value)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct pair *p = &pairs[i];

		if (strcmp(p->scope, scope) != 0 ||
		    !jscan_string_is(key, p->key) || value.type == J_NULL)
			continue;
		if (p->value && (value.type != J_STRING ||
				 !jscan_string_is(value, p->value)))
			continue;
		return strict_has_beta(s, p->betas);
	}
	return true;
}

/* name-YYYY-MM-DD, or name-YYYYMMDD as the oldest have it */
static bool is_beta(struct span s)
{
	size_t digits = 0, at = s.len;

	while (at > 0 && digits < 8 &&
	       (isdigit((unsigned char)s.at[at - 1]) || s.at[at - 1] == '-'))
		digits += s.at[--at] != '-';
	if (digits < 8 || at < 2 || s.at[at - 1] != '-')
		return false;
	for (size_t i = 0; i < at; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", s.at[i]) ||
		    s.at[i] == '\0')
			return false;
	return true;
}

int strict_check_betas(struct strict *s)
{
	size_t count = headers_count(s->headers, "anthropic-beta");
	struct span rest, beta;

	for (size_t i = 0; i < count; i++) {
		rest = span_of(headers_nth(s->headers, "anthropic-beta", i));
		while (span_split(&rest, ',', &beta)) {
			beta = span_trim(beta);
			if (beta.len > 0 && !is_beta(beta))
				return strict_refuse(
					s,
					"Unexpected value(s) `%.*s` for the "
					"`anthropic-beta` header. Please "
					"consult our documentation at "
					"docs.claude.com or try again without "
					"the header.",
					SPAN_ARG(span_first(beta, 100)));
		}
	}
	return 0;
}
