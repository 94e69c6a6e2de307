/* Pairs of header and body: fields that the API accepts only with their
 * beta. */
#include <ctype.h>
#include <string.h>

#include "mockupstream/dialects/betas.h"
#include "mockupstream/dialects/strict_private.h"

struct strict_pair {
	const char *scope; /* kind of object */
	const char *key;
	const char *value; /* only with this value; NULL: with any */
	const char *betas; /* one of these */
};

/*
 * Pairs from recordings of the client, from the API's pages and from the SDKs.
 * Some fields for which the client still sends a beta need none any more:
 * effort and format of output_config, a ttl of 1h, strict, defer_loading and
 * input_examples of tools, and the role "system" in messages.
 */
static const struct strict_pair pairs[] = {
	{ "", "context_management", NULL, BETA_CONTEXT_MANAGEMENT },
	{ "", "safeguards", NULL, BETA_SAFEGUARDS },
	{ "", "speed", "fast", BETA_SPEED },
	{ "", "fallback_credit_token", NULL, BETA_FALLBACK_CREDIT },
	{ "", "fallbacks", NULL, BETA_FALLBACKS },
	{ "", "mcp_servers", NULL, BETA_MCP },
	{ "", "thread", NULL, BETA_THREAD },
	{ "", "compaction", NULL, BETA_COMPACTION },
	{ "", "tags", NULL, BETA_TAGS },
	{ "", "billing_policy", NULL, BETA_BILLING },
	{ "output_config", "task_budget", NULL, BETA_TASK_BUDGET },
	{ "thinking", "block_binding", NULL, BETA_BINDING },
	{ "custom", "allowed_callers", NULL, BETA_TOOLS },
	{ "message", "output_config", NULL, BETA_EFFORT_OF_MESSAGE },
	{ "message", "clear_at", NULL, BETA_CLEAR_AT },
	{ "ephemeral", "scope", NULL, BETA_CACHE_SCOPE },
};

bool strict_is_paired(const struct strict *s, const char *scope,
		      struct jval key, struct jval value)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct strict_pair *p = &pairs[i];

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

/* Has it the form name-YYYY-MM-DD, or name-YYYYMMDD as the oldest betas
 * have? */
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
