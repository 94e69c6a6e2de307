/*
 * The members at every level and their types, from the vendor's own type
 * package (PyPI openai 3.57.0).
 */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum { METADATA_LIMIT = 16, KEY_LIMIT = 64, VALUE_LIMIT = 512 };

static const struct chat_member rows[] = {
	{ "messages", CHAT_ANY, 0, 0, NULL },
	{ "model", CHAT_TEXT, 0, CHAT_ANY_LENGTH, NULL },
	{ "audio", CHAT_OBJECT, 0, 0, NULL },
	{ "frequency_penalty", CHAT_DECIMAL, -2, 2, NULL },
	{ "function_call", CHAT_ANY, 0, 0, NULL },
	{ "functions", CHAT_ARRAY, 0, 0, NULL },
	{ "logit_bias", CHAT_OBJECT, 0, 0, NULL },
	{ "logprobs", CHAT_BOOLEAN, 0, 0, NULL },
	{ "max_completion_tokens", CHAT_INTEGER, 1, 1e12, NULL },
	{ "max_tokens", CHAT_INTEGER, 1, 1e12, NULL },
	{ "metadata", CHAT_OBJECT, 0, 0, NULL },
	{ "modalities", CHAT_ARRAY, 0, 0, NULL },
	{ "moderation", CHAT_OBJECT, 0, 0, NULL },
	{ "n", CHAT_INTEGER, 1, 128, NULL },
	{ "parallel_tool_calls", CHAT_BOOLEAN, 0, 0, NULL },
	{ "prediction", CHAT_OBJECT, 0, 0, NULL },
	{ "presence_penalty", CHAT_DECIMAL, -2, 2, NULL },
	{ "prompt_cache_key", CHAT_TEXT, 0, CHAT_ANY_LENGTH, NULL },
	{ "prompt_cache_options", CHAT_OBJECT, 0, 0, NULL },
	{ "prompt_cache_retention", CHAT_WORD, 0, 0, "in_memory 24h" },
	{ "reasoning_effort", CHAT_WORD, 0, 0,
	  "none minimal low medium high xhigh max" },
	{ "response_format", CHAT_OBJECT, 0, 0, NULL },
	{ "safety_identifier", CHAT_TEXT, 0, 128, NULL },
	{ "seed", CHAT_INTEGER, -1e18, 1e18, NULL },
	{ "service_tier", CHAT_WORD, 0, 0,
	  "auto default flex scale priority fast" },
	{ "stop", CHAT_ANY, 0, 0, NULL },
	{ "store", CHAT_BOOLEAN, 0, 0, NULL },
	{ "stream", CHAT_BOOLEAN, 0, 0, NULL },
	{ "stream_options", CHAT_OBJECT, 0, 0, NULL },
	{ "temperature", CHAT_DECIMAL, 0, 2, NULL },
	{ "tool_choice", CHAT_ANY, 0, 0, NULL },
	{ "tools", CHAT_ARRAY, 0, 0, NULL },
	{ "top_logprobs", CHAT_INTEGER, 0, 20, NULL },
	{ "top_p", CHAT_DECIMAL, 0, 1, NULL },
	{ "user", CHAT_TEXT, 0, 64, NULL },
	{ "verbosity", CHAT_WORD, 0, 0, "low medium high" },
	{ "web_search_options", CHAT_OBJECT, 0, 0, NULL },
};

/* ---- members of the request ---- */

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

int chat_limits_check(struct jval root, struct chat_refusal *why)
{
	static const char *const names[] = { "max_tokens",
					     "max_completion_tokens" };

	for (size_t i = 0; i < ROWS; i++)
		for (size_t k = 0; k < 2; k++)
			if (strcmp(rows[i].name, names[k]) == 0 &&
			    chat_value_member(&rows[i], root, "", why) < 0)
				return -1;
	return 0;
}

/* ---- metadata ---- */

int chat_members_metadata(struct jval metadata, struct chat_refusal *why)
{
	struct jiter it = jscan_iter(metadata);
	struct jval key, value;

	if (jscan_count(metadata) > METADATA_LIMIT)
		return chat_refuse(why, "object_above_max_properties",
				   "metadata",
				   "Invalid 'metadata': too many properties. "
				   "Expected an object with at most %d "
				   "properties, but got an object with %zu "
				   "properties instead.",
				   METADATA_LIMIT, jscan_count(metadata));
	while (jscan_next(&it, &key, &value))
		if (chat_value_length("metadata", key, KEY_LIMIT, why) < 0 ||
		    chat_value_length("metadata", value, VALUE_LIMIT, why) < 0)
			return -1;
	return 0;
}

static int check_metadata(struct jval root, struct chat_refusal *why)
{
	struct jval metadata = jscan_get(root, "metadata");

	if (metadata.text.at == NULL)
		return 0;
	if (jscan_get(root, "store").type != J_TRUE)
		return chat_refuse(why, NULL, "metadata",
				   "The 'metadata' parameter is only allowed "
				   "when 'store' is enabled.");
	return chat_members_metadata(metadata, why);
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
	return chat_value_names(jscan_get(object, key), inner, words, why);
}

static int check_part(struct jval part, const char *place,
		      struct chat_refusal *why)
{
	const char *words = words_of_part(part);

	if (!words)
		return 0;
	if (chat_value_names(part, place, words, why) < 0 ||
	    check_inside(part, place, "image_url", "url detail", why) < 0)
		return -1;
	return check_inside(part, place, "file", "file_data file_id filename",
			    why);
}

static int check_call(struct jval call, const char *place,
		      struct chat_refusal *why)
{
	if (chat_value_names(call, place, "index id type function custom",
			     why) < 0)
		return -1;
	return check_inside(call, place, "function", "name arguments", why);
}

/* Checks each item of the list under `key` in a message. */
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
		if (chat_value_names(m, place, words_of_role(m), why) < 0 ||
		    check_list(m, n, "content", check_part, why) < 0 ||
		    check_list(m, n, "tool_calls", check_call, why) < 0)
			return -1;
	}
	return 0;
}

int chat_members_request(struct jval root, struct chat_refusal *why)
{
	if (chat_value_members(rows, ROWS, root, "", why) < 0 ||
	    check_metadata(root, why) < 0 ||
	    chat_value_names(jscan_get(root, "stream_options"),
			     "stream_options",
			     "include_usage include_obfuscation", why) < 0)
		return -1;
	return check_messages(jscan_get(root, "messages"), why);
}
