/* What OpenAI refuses, in its words and in this order. */
#include "mockupstream/dialects/chat/chat_private.h"

enum { STOPS_LIMIT = 4 };

static int check_stop(struct jval root, struct chat_refusal *why)
{
	struct jval stop = jscan_get(root, "stop"), item;
	struct jiter it = jscan_iter(stop);

	if (stop.text.at == NULL || stop.type == J_STRING)
		return 0;
	if (stop.type != J_ARRAY)
		return chat_refuse_type(why, "stop",
					"one of a string or array of strings",
					stop);
	if (chat_length_check(stop, "stop", STOPS_LIMIT, why) < 0)
		return -1;
	while (jscan_next(&it, NULL, &item))
		if (item.type != J_STRING)
			return chat_refuse(why, "invalid_type", "stop",
					   "Invalid type for 'stop': expected "
					   "an array of strings, but got an "
					   "array with %s instead.",
					   chat_kind(item));
	return 0;
}

static int check_required(struct jval root, struct chat_refusal *why)
{
	static const char *const fields[] = { "model", "messages" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (jscan_get(root, fields[i]).text.at == NULL)
			return chat_refuse(
				why, "missing_required_parameter", fields[i],
				"Missing required parameter: '%s'.", fields[i]);
	return 0;
}

static int check_stream_options(struct jval root, struct chat_refusal *why)
{
	if (jscan_get(root, "stream_options").text.at == NULL ||
	    jscan_get(root, "stream").type == J_TRUE)
		return 0;
	return chat_refuse(why, NULL, "stream_options",
			   "The 'stream_options' parameter is only allowed "
			   "when 'stream' is enabled.");
}

int chat_strict_check(struct jval root, uint64_t prompt,
		      struct chat_refusal *why)
{
	if (check_required(root, why) < 0 ||
	    chat_members_request(root, why) < 0 ||
	    chat_models_check(root, prompt, why) < 0 ||
	    check_stop(root, why) < 0 || check_stream_options(root, why) < 0 ||
	    chat_tools_check(root, why) < 0)
		return -1;
	return chat_turns_check(jscan_get(root, "messages"), why);
}
