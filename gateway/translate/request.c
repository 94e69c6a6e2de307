/* What requests of all formats share: members that are refused, limits, effort
 * and schema. */
#include "gateway/translate/translate_private.h"

enum { LOW_BUDGET = 4096, MEDIUM_BUDGET = 16384 };

/* Refuses members that change what the answer is, if the other format has no
 * place for them. Members that only tune (top_k, cache_control,
 * context_management) are left out. */
int translate_check_fields(struct jval root, struct fail *why)
{
	/* If the refusal has the name of the beta, the SDKs send the whole
	 * conversation. */
	static const struct {
		const char *name, *words;
	} foreign[] = {
		{ "thread", " (capability_rejected: beta_header:"
			    "message-threads-2026-08-12)" },
		{ "mcp_servers", "" },
		{ "container", "" },
		{ "compaction", "" },
	};
	struct jval v;

	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		v = jscan_get(root, foreign[i].name);
		if (v.text.at && !(v.type == J_ARRAY && jscan_count(v) == 0))
			return fail_set(why, FAIL_USAGE,
					"%s: the provider of this model does "
					"not offer it%s",
					foreign[i].name, foreign[i].words);
	}
	return 0;
}

int translate_begin(struct translate *t, struct jval root, struct buf *out,
		    struct fail *why)
{
	struct jval model = jscan_get(root, "model");
	uint64_t guess;

	if (model.type != J_STRING)
		return fail_set(why, FAIL_USAGE, "model: Field required");
	(void)jscan_string(model, &t->model);
	if (translate_count(root, &guess, why) < 0)
		return -1;
	t->guess = (int64_t)guess;
	buf_add_text(out, "{\"model\":");
	buf_add_span(out, model.text);
	return 0;
}

int translate_limit(const struct translate *t, struct jval root, int64_t *most,
		    struct fail *why)
{
	struct jval v = jscan_get(root, "max_tokens");

	if (!jscan_i64(v, most))
		return fail_set(why, FAIL_USAGE, "max_tokens: Field required");
	if (*most < 1)
		return fail_set(why, FAIL_USAGE,
				"max_tokens: the provider of this model wants "
				"1 at least");
	if (t->rules.most_tokens > 0 && *most > t->rules.most_tokens)
		*most = t->rules.most_tokens;
	return 0;
}

void translate_copy(struct jval root, const char *key, struct buf *out)
{
	struct jval v = jscan_get(root, key);

	if (!v.text.at)
		return;
	buf_addf(out, ",\"%s\":", key);
	buf_add_span(out, v.text);
}

/* ---- how it is to answer ---- */

static const char *effort_of_budget(struct jval thinking)
{
	struct jval budget = jscan_get(thinking, "budget_tokens");
	int64_t tokens;

	if (!jscan_i64(budget, &tokens))
		return "\"medium\"";
	if (tokens <= LOW_BUDGET)
		return "\"low\"";
	return tokens <= MEDIUM_BUDGET ? "\"medium\"" : "\"high\"";
}

/* The effort. All formats have the same words. If thinking is switched off, no
 * effort is sent: a model whose thinking cannot be switched off refuses any
 * effort. */
struct span translate_effort(struct jval root)
{
	struct jval effort =
		jscan_get(jscan_get(root, "output_config"), "effort");
	struct jval thinking = jscan_get(root, "thinking");

	if (jscan_member_is(thinking, "type", "disabled"))
		return SPAN_EMPTY;
	if (effort.type == J_STRING)
		return effort.text;
	if (jscan_member_is(thinking, "type", "enabled"))
		return span_of(effort_of_budget(thinking));
	return SPAN_EMPTY;
}

struct jval translate_schema(struct jval root)
{
	static const struct jval none = { .type = J_NULL };
	struct jval format =
		jscan_get(jscan_get(root, "output_config"), "format");

	if (!format.text.at)
		format = jscan_get(root, "output_format");
	return jscan_member_is(format, "type", "json_schema")
		       ? jscan_get(format, "schema")
		       : none;
}

int translate_check_names(const struct translate *t, struct fail *why)
{
	if (!t->names_full)
		return 0;
	return fail_set(why, FAIL_USAGE,
			"tools: the provider of this model takes names of %d "
			"letters from a-z, A-Z, 0-9, _ and -; more than %d "
			"others cannot be changed",
			TRANSLATE_NAME_LIMIT, TRANSLATE_NAMES_LIMIT);
}
