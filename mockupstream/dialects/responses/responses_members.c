/*
 * Members of the request, and of the objects in it: which are allowed, and
 * their types. They are those of the vendor's own type package (PyPI openai
 * 3.57.0).
 */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/responses/responses_private.h"

enum { LEAST_TOKENS = 16 };

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

static const struct chat_member rows[] = {
	{ "access_programs", CHAT_OBJECT, 0, 0, NULL },
	{ "background", CHAT_BOOLEAN, 0, 0, NULL },
	{ "background_options", CHAT_OBJECT, 0, 0, NULL },
	{ "context_management", CHAT_ARRAY, 0, 0, NULL },
	{ "conversation", CHAT_ANY, 0, 0, NULL },
	{ "image", CHAT_OBJECT, 0, 0, NULL },
	{ "include", CHAT_ARRAY, 0, 0, NULL },
	{ "input", CHAT_ANY, 0, 0, NULL },
	{ "instructions", CHAT_TEXT, 0, CHAT_ANY_LENGTH, NULL },
	{ "max_output_tokens", CHAT_INTEGER, LEAST_TOKENS, 1e12, NULL },
	{ "max_tool_calls", CHAT_INTEGER, 1, 1e12, NULL },
	{ "metadata", CHAT_OBJECT, 0, 0, NULL },
	{ "model", CHAT_TEXT, 0, CHAT_ANY_LENGTH, NULL },
	{ "moderation", CHAT_OBJECT, 0, 0, NULL },
	{ "parallel_tool_calls", CHAT_BOOLEAN, 0, 0, NULL },
	{ "previous_response_id", CHAT_TEXT, 0, CHAT_ANY_LENGTH, NULL },
	{ "prompt", CHAT_OBJECT, 0, 0, NULL },
	{ "prompt_cache_key", CHAT_TEXT, 0, 64, NULL },
	{ "prompt_cache_options", CHAT_OBJECT, 0, 0, NULL },
	{ "prompt_cache_retention", CHAT_WORD, 0, 0, "in_memory 24h" },
	{ "reasoning", CHAT_OBJECT, 0, 0, NULL },
	{ "safety_identifier", CHAT_TEXT, 0, 128, NULL },
	{ "service_tier", CHAT_WORD, 0, 0,
	  "auto default flex scale priority fast ultrafast" },
	{ "store", CHAT_BOOLEAN, 0, 0, NULL },
	{ "stream", CHAT_BOOLEAN, 0, 0, NULL },
	{ "stream_options", CHAT_OBJECT, 0, 0, NULL },
	{ "temperature", CHAT_DECIMAL, 0, 2, NULL },
	{ "text", CHAT_OBJECT, 0, 0, NULL },
	{ "tool_choice", CHAT_ANY, 0, 0, NULL },
	{ "tools", CHAT_ARRAY, 0, 0, NULL },
	{ "top_logprobs", CHAT_INTEGER, 0, 20, NULL },
	{ "top_p", CHAT_DECIMAL, 0, 1, NULL },
	{ "truncation", CHAT_WORD, 0, 0, "auto disabled" },
	{ "user", CHAT_TEXT, 0, 64, NULL },
};

static const struct chat_member reasoning_rows[] = {
	{ "context", CHAT_WORD, 0, 0, "auto current_turn all_turns" },
	{ "effort", CHAT_WORD, 0, 0, RESPONSES_EFFORTS },
	{ "generate_summary", CHAT_WORD, 0, 0, "auto concise detailed" },
	{ "mode", CHAT_TEXT, 0, CHAT_ANY_LENGTH, NULL },
	{ "summary", CHAT_WORD, 0, 0, "auto concise detailed" },
};

static const struct chat_member text_rows[] = {
	{ "format", CHAT_OBJECT, 0, 0, NULL },
	{ "verbosity", CHAT_WORD, 0, 0, "low medium high" },
};

static const struct chat_member stream_rows[] = {
	{ "include_obfuscation", CHAT_BOOLEAN, 0, 0, NULL },
};

static const struct chat_member cache_rows[] = {
	{ "comparison_response_id", CHAT_TEXT, 0, CHAT_ANY_LENGTH, NULL },
	{ "mode", CHAT_WORD, 0, 0, "implicit explicit" },
	{ "prewarm", CHAT_BOOLEAN, 0, 0, NULL },
	{ "ttl", CHAT_WORD, 0, 0, "30m 12h" },
};

static const struct object_row {
	const char *name;
	const struct chat_member *rows;
	size_t count;
} objects[] = {
	{ "reasoning", reasoning_rows, LENGTH(reasoning_rows) },
	{ "text", text_rows, LENGTH(text_rows) },
	{ "stream_options", stream_rows, LENGTH(stream_rows) },
	{ "prompt_cache_options", cache_rows, LENGTH(cache_rows) },
};

/* ---- members of chat completions ---- */

/* They get another message than unknown members. */
static int check_moved(struct jval root, struct chat_refusal *why)
{
	static const char *const moved[][2] = {
		{ "messages", "input" },
		{ "max_tokens", "max_output_tokens" },
		{ "max_completion_tokens", "max_output_tokens" },
		{ "response_format", "text.format" },
		{ "reasoning_effort", "reasoning.effort" },
		{ "verbosity", "text.verbosity" },
	};

	for (size_t i = 0; i < LENGTH(moved); i++)
		if (jscan_get(root, moved[i][0]).text.at)
			return chat_refuse(
				why, "unsupported_parameter", moved[i][0],
				"Unsupported parameter: '%s'. In the Responses "
				"API, this parameter has moved to '%s'. Try "
				"again with the new parameter. See the API "
				"documentation for more information.",
				moved[i][0], moved[i][1]);
	return 0;
}

/* ---- lists ---- */

#define INCLUDABLE \
	"file_search_call.results web_search_call.results " \
	"web_search_call.action.sources message.input_image.image_url " \
	"computer_call_output.output.image_url code_interpreter_call.outputs " \
	"reasoning.encrypted_content message.output_text.logprobs"

static int check_include(struct jval root, struct chat_refusal *why)
{
	struct jval list = jscan_get(root, "include"), item;
	struct jiter it = jscan_iter(list);
	char place[CHAT_PLACE_LEN];

	for (size_t n = 0; jscan_next(&it, NULL, &item); n++) {
		snprintf(place, sizeof(place), "include[%zu]", n);
		if (chat_value_word(place, item, INCLUDABLE, why) < 0)
			return -1;
	}
	return 0;
}

/* The Messages API has a member of this name, too, which is an object. */
static int check_context(struct jval root, struct chat_refusal *why)
{
	struct jval list = jscan_get(root, "context_management"), item;
	struct jiter it = jscan_iter(list);
	char place[CHAT_PLACE_LEN];

	for (size_t n = 0; jscan_next(&it, NULL, &item); n++) {
		snprintf(place, sizeof(place), "context_management[%zu]", n);
		if (chat_value_names(item, place, "type compact_threshold",
				     why) < 0)
			return -1;
		snprintf(place, sizeof(place), "context_management[%zu].type",
			 n);
		if (!jscan_get(item, "type").text.at)
			return chat_refuse(
				why, "missing_required_parameter", place,
				"Missing required parameter: '%s'.", place);
		if (chat_value_word(place, jscan_get(item, "type"),
				    "compaction", why) < 0)
			return -1;
	}
	return 0;
}

/* ---- all of them ---- */

int responses_limits_check(struct jval root, struct chat_refusal *why)
{
	static const struct chat_member row = { "max_output_tokens",
						CHAT_INTEGER, 1, 1e12, NULL };

	return chat_value_member(&row, root, "", why);
}

int responses_members_check(struct jval root, struct chat_refusal *why)
{
	if (check_moved(root, why) < 0 ||
	    chat_value_members(rows, LENGTH(rows), root, "", why) < 0 ||
	    chat_members_metadata(jscan_get(root, "metadata"), why) < 0 ||
	    check_include(root, why) < 0 || check_context(root, why) < 0)
		return -1;
	for (size_t i = 0; i < LENGTH(objects); i++)
		if (chat_value_members(objects[i].rows, objects[i].count,
				       jscan_get(root, objects[i].name),
				       objects[i].name, why) < 0)
			return -1;
	return 0;
}
