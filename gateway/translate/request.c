/* A request: what is asked of the model, its limits, and how it is to answer. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/translate/translate_private.h"
#include "wire/bytes/hash.h"
#include "wire/bytes/mem.h"

enum { STOPS_LIMIT = 4, LOW_BUDGET = 4096, MEDIUM_BUDGET = 16384 };

/* ---- life ---- */

void translate_new(struct translate **out, const struct translate_rules *rules,
		   uint64_t number)
{
	struct translate *t = xcalloc(1, sizeof(*t));

	t->rules = *rules;
	t->number = number;
	t->input = t->cached = t->output = -1;
	buf_init(&t->model, 4096);
	buf_init(&t->finish, BUF_NO_LIMIT); /* an event has one */
	*out = t;
}

void translate_free(struct translate *t)
{
	for (size_t i = 0; i < t->names_count; i++)
		free(t->names[i].own);
	for (size_t i = 0; i < t->calls_count; i++) {
		buf_clear(&t->calls[i].id);
		buf_clear(&t->calls[i].name);
		buf_clear(&t->calls[i].waiting);
	}
	free(t->names);
	free(t->calls);
	buf_clear(&t->model);
	buf_clear(&t->finish);
	free(t);
}

bool translate_streams(const struct translate *t)
{
	return t->streams;
}

/* ---- what cannot be asked for ---- */

/* Refuses members that change what the answer is, if the other format has no
 * place for them. Members that only tune (top_k, cache_control,
 * context_management) are left out. */
static int check_fields(struct jval root, struct fail *why)
{
	/* The SDKs look for the name of the beta in the refusal, and send the
	 * whole conversation then. */
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

/* ---- limits ---- */

static int write_limit(const struct translate *t, struct jval root,
		       struct buf *out, struct fail *why)
{
	struct jval v = jscan_get(root, "max_tokens");
	const char *field = t->rules.limit_field ? t->rules.limit_field
						 : "max_completion_tokens";
	int64_t most;

	if (v.type != J_NUMBER || !jscan_i64(v, &most))
		return fail_set(why, FAIL_USAGE, "max_tokens: Field required");
	if (most < 1)
		return fail_set(why, FAIL_USAGE,
				"max_tokens: the provider of this model wants "
				"1 at least");
	if (t->rules.most_tokens > 0 && most > t->rules.most_tokens)
		most = t->rules.most_tokens;
	buf_addf(out, ",\"%s\":%" PRId64, field, most);
	return 0;
}

static int write_stops(struct jval root, struct buf *out, struct fail *why)
{
	struct jval stops = jscan_get(root, "stop_sequences");

	if (stops.type != J_ARRAY || jscan_count(stops) == 0)
		return 0;
	if (jscan_count(stops) > STOPS_LIMIT)
		return fail_set(why, FAIL_USAGE,
				"stop_sequences: the provider of this model "
				"takes %d at most",
				STOPS_LIMIT);
	buf_add_text(out, ",\"stop\":");
	buf_add_span(out, stops.text);
	return 0;
}

static void copy(struct jval root, const char *key, struct buf *out)
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

	if (budget.type != J_NUMBER || !jscan_i64(budget, &tokens))
		return "\"medium\"";
	if (tokens <= LOW_BUDGET)
		return "\"low\"";
	return tokens <= MEDIUM_BUDGET ? "\"medium\"" : "\"high\"";
}

/* Both formats have the same words. If thinking is switched off, no effort is
 * sent: a model whose thinking cannot be switched off refuses any word. */
static void write_effort(struct jval root, struct buf *out)
{
	struct jval effort =
		jscan_get(jscan_get(root, "output_config"), "effort");
	struct jval thinking = jscan_get(root, "thinking");

	if (jscan_member_is(thinking, "type", "disabled"))
		return;
	if (effort.type == J_STRING) {
		buf_add_text(out, ",\"reasoning_effort\":");
		buf_add_span(out, effort.text);
	} else if (jscan_member_is(thinking, "type", "enabled")) {
		buf_addf(out, ",\"reasoning_effort\":%s",
			 effort_of_budget(thinking));
	}
}

static void write_format(struct jval root, struct buf *out)
{
	struct jval format =
		jscan_get(jscan_get(root, "output_config"), "format");
	struct jval schema;

	if (!format.text.at)
		format = jscan_get(root, "output_format");
	schema = jscan_get(format, "schema");
	if (!jscan_member_is(format, "type", "json_schema") || !schema.text.at)
		return;
	buf_add_text(out, ",\"response_format\":{\"type\":\"json_schema\","
			  "\"json_schema\":{\"name\":\"answer\",\"schema\":");
	buf_add_span(out, schema.text);
	buf_add_text(out, "}}");
}

/* The client's user_id is longer than the field may be, and nobody else's
 * affair: a hash of it tells users apart. */
static void write_user(struct jval root, struct buf *out)
{
	struct jval user = jscan_get(jscan_get(root, "metadata"), "user_id");

	if (user.type != J_STRING)
		return;
	buf_addf(out, ",\"user\":\"%016" PRIx64 "\"",
		 hash_bytes(HASH_START, user.text));
}

static int write_all(struct translate *t, struct jval root, struct buf *out,
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
	buf_add_byte(out, ',');
	if (translate_turns(t, root, out, why) < 0 ||
	    translate_tools(t, root, out, why) < 0 ||
	    write_limit(t, root, out, why) < 0 ||
	    write_stops(root, out, why) < 0)
		return -1;
	copy(root, "temperature", out);
	copy(root, "top_p", out);
	write_effort(root, out);
	write_format(root, out);
	write_user(root, out);
	if (t->names_full)
		return fail_set(why, FAIL_USAGE,
				"tools: the provider of this model takes names "
				"of %d letters from a-z, A-Z, 0-9, _ and -; "
				"more than %d others cannot be changed",
				TRANSLATE_NAME_LIMIT, TRANSLATE_NAMES_LIMIT);
	if (t->streams)
		buf_add_text(out, ",\"stream\":true,\"stream_options\":"
				  "{\"include_usage\":true}");
	buf_add_byte(out, '}');
	return 0;
}

int translate_request(struct translate *t, struct jval root, struct buf *out,
		      struct fail *why)
{
	size_t was = out->len;

	t->streams = jscan_get(root, "stream").type == J_TRUE;
	if (check_fields(root, why) == 0 && write_all(t, root, out, why) == 0)
		return 0;
	buf_cut(out, was);
	return -1;
}
