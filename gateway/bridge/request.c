/* Changes the body of a request from one side's format to the other's. */
#include <inttypes.h>
#include <string.h>

#include "gateway/bridge/bridge_private.h"
#include "wire/bytes/base64.h"

#define BEDROCK_VERSION "bedrock-2023-05-31"
#define VERTEX_VERSION "vertex-2023-10-16"

/* ---- betas ---- */

/* The only betas that CountTokens takes. */
static const char *const counting[] = { "claude-code-20250219",
					"context-management-2025-06-27",
					"oauth-2025-04-20" };

enum { BETAS_LIMIT = 8192 }; /* bytes of all of them */

/* Adds a beta once, with commas between. -1: they are too long together. */
static int add_beta(enum bridge_vendor vendor, struct span beta,
		    struct buf *out)
{
	beta = bridge_beta_of(vendor, span_trim(beta));
	if (beta.len == 0 || span_has_word(buf_span(out), ',', beta))
		return 0;
	if (out->len + 1 + beta.len > BETAS_LIMIT)
		return -1;
	if (out->len > 0)
		buf_add_byte(out, ',');
	return buf_add_span(out, beta);
}

/* May this be the value of a header field? */
static bool is_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7f)
			return false;
	return true;
}

/* Collects the betas of the header, then those of the body, by the vendor's
 * names. */
static int all_betas(enum bridge_vendor vendor, const struct bridge_asked *from,
		     struct buf *out, struct fail *why)
{
	struct jval list = jscan_get(from->root, "anthropic_beta"), item;
	struct jiter it = jscan_iter(list);
	struct span rest = from->betas, word;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	while (rc == 0 && rest.len > 0 && span_split(&rest, ',', &word))
		rc = add_beta(vendor, word, out);
	while (rc == 0 && list.type == J_ARRAY &&
	       jscan_next(&it, NULL, &item)) {
		buf_reset(&text);
		if (item.type == J_STRING && jscan_string(item, &text) == 0)
			rc = add_beta(vendor, buf_span(&text), out);
	}
	buf_clear(&text);
	if (rc < 0)
		return fail_set(why, FAIL_USAGE,
				"anthropic_beta: all of them together have "
				"more than %d bytes",
				BETAS_LIMIT);
	if (!is_printable(buf_span(out)))
		return fail_set(why, FAIL_USAGE,
				"anthropic_beta: the name of a beta has no "
				"control characters");
	return 0;
}

static bool is_for_counting(struct span beta)
{
	for (size_t i = 0; i < sizeof(counting) / sizeof(counting[0]); i++)
		if (span_is(beta, counting[i]))
			return true;
	return false;
}

static void write_betas(struct span betas, bool count, struct buf *out)
{
	const char *between = ",\"anthropic_beta\":[";
	struct span beta;
	bool any = false;

	while (betas.len > 0 && span_split(&betas, ',', &beta)) {
		if (count && !is_for_counting(beta))
			continue;
		buf_add_text(out, between);
		jscan_quote(out, beta);
		between = ",";
		any = true;
	}
	buf_add_text(out, any ? "]" : "");
}

/* ---- members ---- */

static bool is_one_of(struct jval key, const char *const *names)
{
	for (; *names; names++)
		if (jscan_string_is(key, *names))
			return true;
	return false;
}

/* Appends ,"key":value for each member except those in `but` and those that the
 * vendor refuses. */
static void copy_members(enum bridge_vendor vendor, struct jval root,
			 const char *const *but, struct buf *out)
{
	struct jiter it = jscan_iter(root);
	struct jval key, value;

	while (jscan_next(&it, &key, &value)) {
		if (is_one_of(key, but) || bridge_lacks_member(vendor, key))
			continue;
		buf_add_byte(out, ',');
		bridge_write_member(vendor, key, value, out);
	}
}

int bridge_ask_vendor(enum bridge_vendor vendor,
		      const struct bridge_asked *from, struct bridge_asking *to,
		      struct fail *why)
{
	static const char *const of_path[] = { "model", "anthropic_version",
					       "anthropic_beta", "stream",
					       NULL };
	static const char *const of_both[] = { "model", "anthropic_version",
					       "anthropic_beta", NULL };
	struct buf betas = BUF_INIT(BUF_NO_LIMIT);
	int rc = bridge_check_members(from->root, why);

	if (rc == 0)
		rc = all_betas(vendor, from, &betas, why);
	if (vendor == BRIDGE_BEDROCK) {
		buf_add_text(to->body,
			     "{\"anthropic_version\":\"" BEDROCK_VERSION "\"");
		write_betas(buf_span(&betas), false, to->body);
		copy_members(vendor, from->root, of_path, to->body);
	} else {
		buf_add_text(to->body,
			     "{\"anthropic_version\":\"" VERTEX_VERSION "\"");
		copy_members(vendor, from->root, of_both, to->body);
		buf_add_span(to->betas, buf_span(&betas));
	}
	buf_add_byte(to->body, '}');
	buf_clear(&betas);
	return rc;
}

/* ---- counts ---- */

static int64_t most_tokens(struct jval root)
{
	struct jval budget =
		jscan_get(jscan_get(root, "thinking"), "budget_tokens");
	int64_t tokens;

	if (!jscan_i64(budget, &tokens) || tokens < 1 || tokens >= INT32_MAX)
		return 1;
	return tokens + 1;
}

/* Writes the request that CountTokens counts. It must be complete: it needs a
 * max_tokens above that of thinking, and may not have an empty list of
 * tools. */
static int write_counted(const struct bridge_asked *from, struct buf *out,
			 struct fail *why)
{
	enum bridge_vendor vendor = BRIDGE_BEDROCK;
	const char *but[] = {
		"model",          "stream", "max_tokens", "anthropic_version",
		"anthropic_beta", NULL,     NULL
	};
	struct jval tools = jscan_get(from->root, "tools");
	struct buf betas = BUF_INIT(BUF_NO_LIMIT);
	int rc = all_betas(vendor, from, &betas, why);

	if (jscan_count(tools) == 0)
		but[5] = "tools";
	buf_addf(out,
		 "{\"anthropic_version\":\"" BEDROCK_VERSION
		 "\",\"max_tokens\":%" PRId64,
		 most_tokens(from->root));
	write_betas(buf_span(&betas), true, out);
	copy_members(vendor, from->root, but, out);
	buf_add_byte(out, '}');
	buf_clear(&betas);
	return rc;
}

int bridge_ask_vendor_count(enum bridge_vendor vendor,
			    const struct bridge_asked *from,
			    struct bridge_asking *to, struct fail *why)
{
	static const char *const but[] = { "model", "anthropic_version",
					   "anthropic_beta", NULL };
	struct buf counted = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	if (vendor == BRIDGE_BEDROCK) {
		rc = write_counted(from, &counted, why);
		buf_add_text(to->body,
			     "{\"input\":{\"invokeModel\":{\"body\":\"");
		base64_encode(buf_span(&counted), to->body);
		buf_add_text(to->body, "\"}}}");
	} else {
		rc = all_betas(vendor, from, to->betas, why);
		buf_add_text(to->body,
			     "{\"anthropic_version\":\"" VERTEX_VERSION
			     "\",\"model\":");
		jscan_quote(to->body, from->model);
		copy_members(vendor, from->root, but, to->body);
		buf_add_byte(to->body, '}');
	}
	buf_clear(&counted);
	return rc;
}

int bridge_count_body(struct jval root, struct buf *out, struct fail *why)
{
	struct jval body = jscan_get(
		jscan_get(jscan_get(root, "input"), "invokeModel"), "body");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc = -1;

	if (body.type == J_STRING && jscan_string(body, &text) == 0)
		rc = base64_decode(buf_span(&text), out);
	buf_clear(&text);
	if (rc < 0)
		return fail_set(
			why, FAIL_USAGE,
			"input.invokeModel.body: a request in base64 is "
			"required; this gateway counts no other");
	return 0;
}

/* ---- back ---- */

int bridge_ask_plain(enum bridge_call call, const struct bridge_asked *from,
		     struct bridge_asking *to, struct fail *why)
{
	static const char *const but[] = { "model", "stream",
					   "anthropic_version",
					   "anthropic_beta", NULL };
	/* A request that counts tokens has no members that only an answer
	 * needs. */
	static const char *const but_count[] = {
		"model",          "stream",       "anthropic_version",
		"anthropic_beta", "max_tokens",   "metadata",
		"temperature",    "top_p",        "top_k",
		"stop_sequences", "service_tier", NULL
	};

	if (all_betas(BRIDGE_NONE, from, to->betas, why) < 0)
		return -1;
	buf_add_text(to->body, "{\"model\":");
	jscan_quote(to->body, from->model);
	copy_members(BRIDGE_NONE, from->root,
		     call == BRIDGE_COUNT ? but_count : but, to->body);
	buf_add_text(to->body,
		     call == BRIDGE_STREAM ? ",\"stream\":true}" : "}");
	return 0;
}
