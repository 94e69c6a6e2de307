/*
 * Members at every level: which there are, and of what type. They are those of
 * the vendor's own type package (PyPI openai 3.57.0).
 */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum { ANY_LENGTH = 0, METADATA_LIMIT = 16, KEY_LIMIT = 64, VALUE_LIMIT = 512 };

enum member_kind { ANY, BOOLEAN, INTEGER, DECIMAL, TEXT, WORD, OBJECT, ARRAY };

static const struct member_row {
	const char *name;
	enum member_kind kind;
	double least, most; /* of a number; most of a text: its length */
	const char *words; /* of a word */
} rows[] = {
	{ "messages", ANY, 0, 0, NULL },
	{ "model", TEXT, 0, ANY_LENGTH, NULL },
	{ "audio", OBJECT, 0, 0, NULL },
	{ "frequency_penalty", DECIMAL, -2, 2, NULL },
	{ "function_call", ANY, 0, 0, NULL },
	{ "functions", ARRAY, 0, 0, NULL },
	{ "logit_bias", OBJECT, 0, 0, NULL },
	{ "logprobs", BOOLEAN, 0, 0, NULL },
	{ "max_completion_tokens", INTEGER, 1, 1e12, NULL },
	{ "max_tokens", INTEGER, 1, 1e12, NULL },
	{ "metadata", OBJECT, 0, 0, NULL },
	{ "modalities", ARRAY, 0, 0, NULL },
	{ "moderation", OBJECT, 0, 0, NULL },
	{ "n", INTEGER, 1, 128, NULL },
	{ "parallel_tool_calls", BOOLEAN, 0, 0, NULL },
	{ "prediction", OBJECT, 0, 0, NULL },
	{ "presence_penalty", DECIMAL, -2, 2, NULL },
	{ "prompt_cache_key", TEXT, 0, ANY_LENGTH, NULL },
	{ "prompt_cache_options", OBJECT, 0, 0, NULL },
	{ "prompt_cache_retention", WORD, 0, 0, "in_memory 24h" },
	{ "reasoning_effort", WORD, 0, 0,
	  "none minimal low medium high xhigh max" },
	{ "response_format", OBJECT, 0, 0, NULL },
	{ "safety_identifier", TEXT, 0, 128, NULL },
	{ "seed", INTEGER, -1e18, 1e18, NULL },
	{ "service_tier", WORD, 0, 0, "auto default flex scale priority fast" },
	{ "stop", ANY, 0, 0, NULL },
	{ "store", BOOLEAN, 0, 0, NULL },
	{ "stream", BOOLEAN, 0, 0, NULL },
	{ "stream_options", OBJECT, 0, 0, NULL },
	{ "temperature", DECIMAL, 0, 2, NULL },
	{ "tool_choice", ANY, 0, 0, NULL },
	{ "tools", ARRAY, 0, 0, NULL },
	{ "top_logprobs", INTEGER, 0, 20, NULL },
	{ "top_p", DECIMAL, 0, 1, NULL },
	{ "user", TEXT, 0, 64, NULL },
	{ "verbosity", WORD, 0, 0, "low medium high" },
	{ "web_search_options", OBJECT, 0, 0, NULL },
};

/* ---- which there are ---- */

static int refuse_unknown(struct chat_refusal *why, const char *place,
			  const struct buf *name)
{
	char param[CHAT_PLACE_LEN + CHAT_PLACE_LEN];

	snprintf(param, sizeof(param), "%s%s%.80s", place, place[0] ? "." : "",
		 buf_str(name));
	return chat_refuse(why, "unknown_parameter", param,
			   "Unknown parameter: '%s'.", param);
}

int chat_members_check(struct jval object, const char *place, const char *words,
		       struct chat_refusal *why)
{
	struct jiter it = jscan_iter(object);
	struct jval key, value;
	int rc = 0;

	while (object.type == J_OBJECT && rc == 0 &&
	       jscan_next(&it, &key, &value)) {
		struct buf name = BUF_INIT(BUF_NO_LIMIT);

		(void)jscan_string(key, &name);
		if (!span_has_word(span_of(words), ' ', buf_span(&name)))
			rc = refuse_unknown(why, place, &name);
		buf_clear(&name);
	}
	return rc;
}

/* ---- numbers, texts and words ---- */

static const char *code_of(bool whole, bool low)
{
	if (whole)
		return low ? "integer_below_min_value"
			   : "integer_above_max_value";
	return low ? "decimal_below_min_value" : "decimal_above_max_value";
}

static int check_number(const struct member_row *row, struct jval v,
			struct chat_refusal *why)
{
	bool whole = row->kind == INTEGER, low;
	const char *kind = whole ? "integer" : "decimal";
	double number;
	int64_t exact;

	if (v.type != J_NUMBER || !jscan_double(v, &number) ||
	    (whole && !jscan_i64(v, &exact)))
		return chat_refuse_type(why, row->name,
					whole ? "an integer" : "a decimal", v);
	if (number >= row->least && number <= row->most)
		return 0;
	low = number < row->least;
	return chat_refuse(why, code_of(whole, low), row->name,
			   "Invalid '%s': %s %s value. Expected a value %s "
			   "%.10g, but got %.*s instead.",
			   row->name, kind,
			   low ? "below minimum" : "above maximum",
			   low ? ">=" : "<=", low ? row->least : row->most,
			   SPAN_ARG(span_first(v.text, 40)));
}

static int check_length(const char *name, struct jval v, size_t most,
			struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t len;

	if (v.type != J_STRING)
		return chat_refuse_type(why, name, "a string", v);
	(void)jscan_string(v, &text);
	len = text.len;
	buf_clear(&text);
	if (most == ANY_LENGTH || len <= most)
		return 0;
	return chat_refuse(why, "string_above_max_length", name,
			   "Invalid '%s': string too long. Expected a string "
			   "with maximum length %zu, but got a string with "
			   "length %zu instead.",
			   name, most, len);
}

/* 'a', 'b', and 'c' */
static void list_words(const char *words, struct buf *out)
{
	struct span rest = span_of(words), word;

	while (span_split(&rest, ' ', &word)) {
		if (out->len > 0)
			buf_add_text(out, rest.at ? ", " : ", and ");
		buf_addf(out, "'%.*s'", SPAN_ARG(word));
	}
}

static int check_word(const struct member_row *row, struct jval v,
		      struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	if (v.type == J_STRING)
		(void)jscan_string(v, &text);
	if (text.len == 0 ||
	    !span_has_word(span_of(row->words), ' ', buf_span(&text))) {
		buf_reset(&text);
		list_words(row->words, &text);
		rc = chat_refuse_value(why, row->name, v, buf_str(&text));
	}
	buf_clear(&text);
	return rc;
}

static int check_type(const struct member_row *row, struct jval v,
		      struct chat_refusal *why)
{
	switch (row->kind) {
	case ANY:
		return 0;
	case BOOLEAN:
		if (v.type == J_TRUE || v.type == J_FALSE)
			return 0;
		return chat_refuse_type(why, row->name, "a boolean", v);
	case INTEGER:
	case DECIMAL:
		return check_number(row, v, why);
	case TEXT:
		return check_length(row->name, v, (size_t)row->most, why);
	case WORD:
		return check_word(row, v, why);
	case OBJECT:
		if (v.type == J_OBJECT)
			return 0;
		return chat_refuse_type(why, row->name, "an object", v);
	case ARRAY:
		if (v.type == J_ARRAY)
			return 0;
		return chat_refuse_type(why, row->name, "an array of objects",
					v);
	}
	return 0;
}

static const struct member_row *row_of(struct jval key)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (jscan_string_is(key, rows[i].name))
			return &rows[i];
	return NULL;
}

static int check_request(struct jval root, struct chat_refusal *why)
{
	struct jiter it = jscan_iter(root);
	struct jval key, value;
	int rc = 0;

	while (rc == 0 && jscan_next(&it, &key, &value)) {
		const struct member_row *row = row_of(key);
		struct buf name = BUF_INIT(BUF_NO_LIMIT);

		(void)jscan_string(key, &name);
		if (!row)
			rc = refuse_unknown(why, "", &name);
		else if (value.type != J_NULL)
			rc = check_type(row, value, why);
		buf_clear(&name);
	}
	return rc;
}

int chat_limits_check(struct jval root, struct chat_refusal *why)
{
	struct jiter it = jscan_iter(root);
	struct jval key, value;

	while (jscan_next(&it, &key, &value))
		if ((jscan_string_is(key, "max_tokens") ||
		     jscan_string_is(key, "max_completion_tokens")) &&
		    value.type != J_NULL &&
		    check_type(row_of(key), value, why) < 0)
			return -1;
	return 0;
}

/* ---- metadata ---- */

static int check_metadata(struct jval root, struct chat_refusal *why)
{
	struct jval metadata = jscan_get(root, "metadata"), key, value;
	struct jiter it = jscan_iter(metadata);

	if (metadata.text.at == NULL)
		return 0;
	if (jscan_get(root, "store").type != J_TRUE)
		return chat_refuse(why, NULL, "metadata",
				   "The 'metadata' parameter is only allowed "
				   "when 'store' is enabled.");
	if (jscan_count(metadata) > METADATA_LIMIT)
		return chat_refuse(why, "object_above_max_properties",
				   "metadata",
				   "Invalid 'metadata': too many properties. "
				   "Expected an object with at most %d "
				   "properties, but got an object with %zu "
				   "properties instead.",
				   METADATA_LIMIT, jscan_count(metadata));
	while (jscan_next(&it, &key, &value))
		if (check_length("metadata", key, KEY_LIMIT, why) < 0 ||
		    check_length("metadata", value, VALUE_LIMIT, why) < 0)
			return -1;
	return 0;
}

/* ---- members of messages ---- */

static const char *words_of_role(struct jval m)
{
	if (jscan_member_is(m, "role", "assistant"))
		/* SDKs send an answer back as it came, with annotations. */
		return "role content name refusal audio annotations "
		       "function_call tool_calls";
	if (jscan_member_is(m, "role", "tool"))
		return "role content name tool_call_id";
	return "role content name";
}

static const char *words_of_part(struct jval part)
{
	static const char *const words[][2] = {
		{ "text", "type text prompt_cache_breakpoint" },
		{ "image_url", "type image_url prompt_cache_breakpoint" },
		{ "input_audio", "type input_audio prompt_cache_breakpoint" },
		{ "file", "type file prompt_cache_breakpoint" },
		{ "refusal", "type refusal" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (jscan_member_is(part, "type", words[i][0]))
			return words[i][1];
	return NULL;
}

static int check_inside(struct jval object, const char *place, const char *key,
			const char *words, struct chat_refusal *why)
{
	char inner[CHAT_PLACE_LEN + 32];

	snprintf(inner, sizeof(inner), "%s.%s", place, key);
	return chat_members_check(jscan_get(object, key), inner, words, why);
}

static int check_part(struct jval part, const char *place,
		      struct chat_refusal *why)
{
	const char *words = words_of_part(part);

	if (!words)
		return 0;
	if (chat_members_check(part, place, words, why) < 0 ||
	    check_inside(part, place, "image_url", "url detail", why) < 0)
		return -1;
	return check_inside(part, place, "file", "file_data file_id filename",
			    why);
}

static int check_call(struct jval call, const char *place,
		      struct chat_refusal *why)
{
	if (chat_members_check(call, place, "index id type function custom",
			       why) < 0)
		return -1;
	return check_inside(call, place, "function", "name arguments", why);
}

/* Each item of a list of this message. */
static int check_list(struct jval message, size_t n, const char *key,
		      int (*check)(struct jval item, const char *place,
				   struct chat_refusal *why),
		      struct chat_refusal *why)
{
	struct jval list = jscan_get(message, key), item;
	struct jiter it = jscan_iter(list);
	char place[CHAT_PLACE_LEN];

	for (size_t i = 0; list.type == J_ARRAY && jscan_next(&it, NULL, &item);
	     i++) {
		snprintf(place, sizeof(place), "messages[%zu].%s[%zu]", n, key,
			 i);
		if (check(item, place, why) < 0)
			return -1;
	}
	return 0;
}

static int check_messages(struct jval messages, struct chat_refusal *why)
{
	struct jiter it = jscan_iter(messages);
	char place[CHAT_PLACE_LEN];
	struct jval m;

	for (size_t n = 0;
	     messages.type == J_ARRAY && jscan_next(&it, NULL, &m); n++) {
		snprintf(place, sizeof(place), "messages[%zu]", n);
		if (chat_members_check(m, place, words_of_role(m), why) < 0 ||
		    check_list(m, n, "content", check_part, why) < 0 ||
		    check_list(m, n, "tool_calls", check_call, why) < 0)
			return -1;
	}
	return 0;
}

int chat_members_request(struct jval root, struct chat_refusal *why)
{
	if (check_request(root, why) < 0 || check_metadata(root, why) < 0 ||
	    chat_members_check(jscan_get(root, "stream_options"),
			       "stream_options",
			       "include_usage include_obfuscation", why) < 0)
		return -1;
	return check_messages(jscan_get(root, "messages"), why);
}
