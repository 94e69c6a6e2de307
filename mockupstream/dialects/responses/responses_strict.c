/* What OpenAI refuses in requests of Responses, in its words and in this
 * order. */
#include "mockupstream/dialects/responses/responses_private.h"

/* Instead of an input, a prompt stored at the vendor is accepted, too. */
static int check_required(struct jval root, struct chat_refusal *why)
{
	struct jval input = jscan_get(root, "input");
	bool empty = input.text.at == NULL ||
		     (input.type == J_ARRAY && jscan_count(input) == 0);

	if (jscan_get(root, "model").text.at == NULL)
		return chat_refuse(why, "missing_required_parameter", "model",
				   "Missing required parameter: 'model'.");
	if (!empty || jscan_get(root, "prompt").text.at)
		return 0;
	return chat_refuse(why, "missing_required_parameter", "input",
			   "One of \"input\" or \"previous_response_id\" or "
			   "'prompt' or 'conversation_id' must be provided.");
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

int responses_strict_check(struct jval root, uint64_t prompt,
			   struct chat_refusal *why)
{
	if (responses_members_check(root, why) < 0 ||
	    check_required(root, why) < 0 ||
	    responses_models_check(root, prompt, why) < 0 ||
	    check_stream_options(root, why) < 0 ||
	    responses_tools_check(root, why) < 0)
		return -1;
	return responses_items_check(root, why);
}
