/*
 * What the vendor of chat completions refuses, in its words. The fields and
 * their words are those of the vendor's own type package (PyPI openai 3.57.0).
 */
#include <string.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum { STOPS_LIMIT = 4, USER_LIMIT = 64, MOST_COMPLETION = 128000 };

static const char *const known[] = {
	"messages",
	"model",
	"audio",
	"frequency_penalty",
	"function_call",
	"functions",
	"logit_bias",
	"logprobs",
	"max_completion_tokens",
	"max_tokens",
	"metadata",
	"modalities",
	"moderation",
	"n",
	"parallel_tool_calls",
	"prediction",
	"presence_penalty",
	"prompt_cache_key",
	"prompt_cache_options",
	"prompt_cache_retention",
	"reasoning_effort",
	"response_format",
	"safety_identifier",
	"seed",
	"service_tier",
	"stop",
	"store",
	"stream",
	"stream_options",
	"temperature",
	"tool_choice",
	"tools",
	"top_logprobs",
	"top_p",
	"user",
	"verbosity",
	"web_search_options",
};

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

/* Fields whose value is one of a few words. */
static const struct {
	const char *field;
	const char *words[8];
} enums[] = {
	{ "reasoning_effort",
	  { "none", "minimal", "low", "medium", "high", "xhigh", "max" } },
	{ "verbosity", { "low", "medium", "high" } },
	{ "service_tier",
	  { "auto", "default", "flex", "scale", "priority", "fast" } },
	{ "prompt_cache_retention", { "in_memory", "24h" } },
};

static int check_keys(struct jval root, struct chat_refusal *why)
{
	struct jiter it = jscan_iter(root);
	struct jval key, value;

	while (jscan_next(&it, &key, &value)) {
		struct buf name = BUF_INIT(128);
		size_t i = 0;
		int rc = 0;

		while (i < KNOWN && !jscan_string_is(key, known[i]))
			i++;
		if (i == KNOWN) {
			(void)jscan_string(key, &name);
			rc = chat_refuse(
				why, "unknown_parameter", buf_str(&name),
				"Unknown parameter: '%s'.", buf_str(&name));
		}
		buf_clear(&name);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static bool is_one_of(struct jval v, const char *const words[8])
{
	for (size_t i = 0; i < 8 && words[i]; i++)
		if (v.type == J_STRING && jscan_string_is(v, words[i]))
			return true;
	return false;
}

static int check_enums(struct jval root, struct chat_refusal *why)
{
	struct jval v;

	for (size_t i = 0; i < sizeof(enums) / sizeof(enums[0]); i++) {
		if (!jscan_member(root, enums[i].field, &v) ||
		    v.type == J_NULL || is_one_of(v, enums[i].words))
			continue;
		return chat_refuse(why, "invalid_value", enums[i].field,
				   "Invalid value: %.*s. See the documentation "
				   "for the supported values of '%s'.",
				   SPAN_ARG(span_first(v.text, 80)),
				   enums[i].field);
	}
	return 0;
}

/* ---- numbers ---- */

static int check_range(struct jval root, const char *field, double most,
		       struct chat_refusal *why)
{
	struct jval v;
	double number;

	if (!jscan_member(root, field, &v) || v.type == J_NULL)
		return 0;
	if (v.type != J_NUMBER || !jscan_double(v, &number))
		return chat_refuse(why, "invalid_type", field,
				   "Invalid type for '%s': expected a decimal.",
				   field);
	if (number >= 0 && number <= most)
		return 0;
	return chat_refuse(why, "decimal_above_max_value", field,
			   "Invalid '%s': expected a value from 0 to %g, but "
			   "got %.*s instead.",
			   field, most, SPAN_ARG(span_first(v.text, 40)));
}

static int check_least(struct jval root, const char *field,
		       struct chat_refusal *why)
{
	struct jval v;
	int64_t number;

	if (!jscan_member(root, field, &v) || v.type == J_NULL)
		return 0;
	if (v.type != J_NUMBER || !jscan_i64(v, &number))
		return chat_refuse(why, "invalid_type", field,
				   "Invalid type for '%s': expected an "
				   "integer.",
				   field);
	if (number < 1)
		return chat_refuse(why, "integer_below_min_value", field,
				   "Invalid '%s': integer below minimum "
				   "value. Expected a value >= 1, but got %lld "
				   "instead.",
				   field, (long long)number);
	return 0;
}

int chat_limits_check(struct jval root, struct chat_refusal *why)
{
	return check_least(root, "max_tokens", why) < 0
		       ? -1
		       : check_least(root, "max_completion_tokens", why);
}

static int check_most(struct jval root, const char *field,
		      struct chat_refusal *why)
{
	struct jval v;
	int64_t number;

	if (!jscan_member(root, field, &v) || v.type != J_NUMBER ||
	    !jscan_i64(v, &number) || number <= MOST_COMPLETION)
		return 0;
	return chat_refuse(why, "invalid_value", field,
			   "%s is too large: %lld. This model supports at "
			   "most %d completion tokens, whereas you provided "
			   "%lld.",
			   field, (long long)number, MOST_COMPLETION,
			   (long long)number);
}

static int check_old_limit(struct jval root, struct chat_refusal *why)
{
	struct jval v, model;

	if (!jscan_member(root, "max_tokens", &v) || v.type == J_NULL ||
	    !jscan_member(root, "model", &model) || model.type != J_STRING ||
	    !(span_starts(model.text, "\"o1") ||
	      span_starts(model.text, "\"o3") ||
	      span_starts(model.text, "\"o4") ||
	      span_starts(model.text, "\"gpt-5")))
		return 0;
	return chat_refuse(why, "unsupported_parameter", "max_tokens",
			   "Unsupported parameter: 'max_tokens' is not "
			   "supported with this model. Use "
			   "'max_completion_tokens' instead.");
}

/* ---- texts ---- */

static int check_length(struct jval v, const char *field, size_t most,
			struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t len;

	if (v.type != J_STRING)
		return chat_refuse(why, "invalid_type", field,
				   "Invalid type for '%s': expected a string.",
				   field);
	jscan_string(v, &text);
	len = text.len;
	buf_clear(&text);
	if (len <= most)
		return 0;
	return chat_refuse(why, "string_above_max_length", field,
			   "Invalid '%s': string too long. Expected a string "
			   "with maximum length %zu, but got a string with "
			   "length %zu instead.",
			   field, most, len);
}

static int check_user(struct jval root, struct chat_refusal *why)
{
	struct jval v;

	if (!jscan_member(root, "user", &v) || v.type == J_NULL)
		return 0;
	return check_length(v, "user", USER_LIMIT, why);
}

static int check_stop(struct jval root, struct chat_refusal *why)
{
	struct jval stop, item;
	struct jiter it;
	size_t count;

	if (!jscan_member(root, "stop", &stop) || stop.type == J_NULL ||
	    stop.type == J_STRING)
		return 0;
	if (stop.type != J_ARRAY)
		return chat_refuse(why, "invalid_type", "stop",
				   "Invalid type for 'stop': expected a string "
				   "or an array of strings.");
	count = jscan_count(stop);
	if (count == 0 || count > STOPS_LIMIT)
		return chat_refuse(why, "array_above_max_length", "stop",
				   "Invalid 'stop': expected an array of 1 to "
				   "%d strings, but got one of length %zu "
				   "instead.",
				   STOPS_LIMIT, count);
	it = jscan_iter(stop);
	while (jscan_next(&it, NULL, &item))
		if (item.type != J_STRING)
			return chat_refuse(why, "invalid_type", "stop",
					   "Invalid type for 'stop': expected "
					   "an array of strings.");
	return 0;
}

/* ---- the whole ---- */

static int check_required(struct jval root, struct chat_refusal *why)
{
	static const char *const fields[] = { "model", "messages" };
	struct jval v;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!jscan_member(root, fields[i], &v) || v.type == J_NULL)
			return chat_refuse(
				why, "missing_required_parameter", fields[i],
				"Missing required parameter: '%s'.", fields[i]);
	return 0;
}

static int check_stream_options(struct jval root, struct chat_refusal *why)
{
	struct jval options, stream;

	if (!jscan_member(root, "stream_options", &options) ||
	    options.type == J_NULL ||
	    (jscan_member(root, "stream", &stream) && stream.type == J_TRUE))
		return 0;
	return chat_refuse(why, NULL, "stream_options",
			   "The 'stream_options' parameter is only allowed "
			   "when 'stream' is enabled.");
}

int chat_strict_check(struct jval root, struct chat_refusal *why)
{
	struct jval messages;

	if (check_required(root, why) < 0 || check_keys(root, why) < 0 ||
	    check_enums(root, why) < 0 || check_old_limit(root, why) < 0 ||
	    chat_limits_check(root, why) < 0 ||
	    check_most(root, "max_tokens", why) < 0 ||
	    check_most(root, "max_completion_tokens", why) < 0 ||
	    check_range(root, "temperature", 2, why) < 0 ||
	    check_range(root, "top_p", 1, why) < 0 ||
	    check_user(root, why) < 0 || check_stop(root, why) < 0 ||
	    check_stream_options(root, why) < 0 ||
	    chat_tools_check(root, why) < 0)
		return -1;
	if (!jscan_member(root, "messages", &messages))
		return -1;
	return chat_turns_check(messages, why);
}
