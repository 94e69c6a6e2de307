/*
 * What Bedrock and Vertex refuse and the Messages API accepts. What all refuse
 * is checked later, in the request of the Messages API that this one becomes.
 */
#include <string.h>

#include "mockupstream/dialects/betas.h"
#include "mockupstream/dialects/cloud/cloud_private.h"

#define COMPUTER_USE \
	"computer-use-2024-10-22 computer-use-2025-01-24 " \
	"computer-use-2025-11-24 "

/* Betas of these vendors: those that their documentation names, and those that
 * the client sends. Others are refused. */
#define BETAS_OF_BOTH \
	COMPUTER_USE \
	"claude-code-20250219 " \
	"interleaved-thinking-2025-05-14 context-1m-2025-08-07 " \
	"token-efficient-tools-2025-02-19 output-128k-2025-02-19 " \
	"dev-full-thinking-2025-05-14 fine-grained-tool-streaming-2025-05-14 " \
	"tool-search-tool-2025-10-19 tool-examples-2025-10-29 " \
	"extended-cache-ttl-2025-04-11 thinking-token-count-2026-05-13 " \
	"thinking-display-updates-2026-08-18 " BETA_CONTEXT_MANAGEMENT \
	" " BETA_FALLBACK_CREDIT " " BETA_EFFORT
#define BETAS_OF_GOOGLE \
	BETAS_OF_BOTH " web-search-2025-03-05 token-counting-2024-11-01"

/* Members of the Messages API that neither vendor has. */
static const char *const not_there[] = {
	"container", "mcp_servers", "service_tier", "inference_geo",
	"tags",      "thread",      "safeguards",   "billing_policy",
	"speed",     "fallbacks",   "diagnostics",  NULL
};

/* Tools that the Messages API runs itself and these vendors do not have. */
static const char *const tools_of_neither[] = { "web_fetch_", "code_execution_",
						"advisor_", NULL };

struct vendor_rules {
	const char *version; /* of anthropic_version; a new SDK sends the
				Messages API's */
	/* how the message for any other version begins */
	const char *wrong_version;
	const char *betas;
	bool search; /* it has a web search */
};

static const struct vendor_rules amazon = {
	"bedrock-2023-05-31",
	"Invalid API version: ",
	BETAS_OF_BOTH,
	false,
};

static const struct vendor_rules google = {
	"vertex-2023-10-16",
	"anthropic_version: Input should be 'vertex-2023-10-16', not ",
	BETAS_OF_GOOGLE,
	true,
};

static int check_version(const struct vendor_rules *v, struct jval root,
			 struct fail *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval version;
	int rc = 0;

	if (!jscan_member(root, "anthropic_version", &version))
		return fail_set(why, FAIL_SYNTAX,
				"anthropic_version: Field required");
	if (version.type != J_STRING)
		return fail_set(why, FAIL_SYNTAX,
				"anthropic_version: Input should be a valid "
				"string");
	(void)jscan_string(version, &text);
	if (!span_is(buf_span(&text), v->version) &&
	    !span_is(buf_span(&text), CLOUD_VERSION))
		rc = fail_set(why, FAIL_SYNTAX, "%s%.100s", v->wrong_version,
			      buf_str(&text));
	buf_clear(&text);
	return rc;
}

static int refuse_extra(const char *name, struct fail *why)
{
	return fail_set(why, FAIL_SYNTAX, "%s: Extra inputs are not permitted",
			name);
}

/* `model` and `stream` come from the path, except where Vertex reads them from
 * the body. */
static int check_members(enum cloud_route route, struct jval root,
			 struct fail *why)
{
	struct jval v;

	if (route != CLOUD_VERTEX_COUNT && jscan_member(root, "model", &v))
		return refuse_extra("model", why);
	if (route == CLOUD_VERTEX_COUNT &&
	    jscan_get(root, "model").type != J_STRING)
		return fail_set(why, FAIL_SYNTAX, "model: Field required");
	if (cloud_is_bedrock(route) && jscan_member(root, "stream", &v))
		return refuse_extra("stream", why);
	for (size_t i = 0; not_there[i]; i++)
		if (jscan_member(root, not_there[i], &v))
			return refuse_extra(not_there[i], why);
	return 0;
}

static int check_beta(const struct vendor_rules *v, struct span beta,
		      struct fail *why)
{
	if (beta.len == 0 || span_has_word(span_of(v->betas), ' ', beta))
		return 0;
	if (v == &amazon)
		return fail_set(why, FAIL_SYNTAX, "invalid beta flag");
	return fail_set(why, FAIL_SYNTAX,
			"Unexpected value(s) `%.*s` for the `anthropic-beta` "
			"header. Please consult our documentation at "
			"docs.claude.com or try again without the header.",
			SPAN_ARG(span_first(beta, 100)));
}

/* Checks the betas in the body. */
static int check_beta_list(const struct vendor_rules *v, struct jval root,
			   struct fail *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval list, key, beta;
	struct jiter it;
	int rc = 0;

	if (!jscan_member(root, "anthropic_beta", &list))
		return 0;
	if (list.type != J_ARRAY)
		return fail_set(why, FAIL_SYNTAX,
				"anthropic_beta: Input should be a valid list");
	it = jscan_iter(list);
	while (rc == 0 && jscan_next(&it, &key, &beta)) {
		buf_reset(&text);
		if (beta.type != J_STRING)
			rc = fail_set(why, FAIL_SYNTAX,
				      "anthropic_beta: Input should be a valid "
				      "string");
		else if (jscan_string(beta, &text) == 0)
			rc = check_beta(v, buf_span(&text), why);
	}
	buf_clear(&text);
	return rc;
}

/* Checks the betas in the header. Bedrock ignores those; the client sends it
 * many that it does not have. */
static int check_beta_header(const struct vendor_rules *v,
			     const struct headers *h, struct fail *why)
{
	size_t count = headers_count(h, "anthropic-beta");
	struct span rest, beta;

	for (size_t i = 0; v != &amazon && i < count; i++) {
		rest = span_of(headers_nth(h, "anthropic-beta", i));
		while (span_split(&rest, ',', &beta))
			if (check_beta(v, span_trim(beta), why) < 0)
				return -1;
	}
	return 0;
}

static int check_tools(const struct vendor_rules *v, struct jval root,
		       struct fail *why)
{
	struct jiter it = jscan_iter(jscan_get(root, "tools"));
	struct jval key, tool, type;
	size_t n = 0;

	for (; it.type == J_ARRAY && jscan_next(&it, &key, &tool); n++) {
		bool is_there = true;
		struct span name;

		if (tool.type != J_OBJECT ||
		    !jscan_member(tool, "type", &type) || type.type != J_STRING)
			continue;
		name = span_skip(type.text, 1);
		for (size_t i = 0; tools_of_neither[i]; i++)
			if (span_starts(name, tools_of_neither[i]))
				is_there = false;
		if (span_starts(name, "web_search_") && !v->search)
			is_there = false;
		if (!is_there)
			return fail_set(
				why, FAIL_SYNTAX,
				"tools.%zu: Input tag '%.*s' found "
				"using 'type' does not match any of "
				"the expected tags",
				n, SPAN_ARG(span_first(name, name.len - 1)));
	}
	return 0;
}

int cloud_strict_check(enum cloud_route route, const struct headers *headers,
		       struct jval root, struct fail *why)
{
	const struct vendor_rules *v =
		cloud_is_bedrock(route) ? &amazon : &google;

	if (check_version(v, root, why) < 0 ||
	    check_members(route, root, why) < 0 ||
	    check_beta_list(v, root, why) < 0 ||
	    check_beta_header(v, headers, why) < 0)
		return -1;
	return check_tools(v, root, why);
}
