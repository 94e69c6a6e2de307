/* Whether a request has messages. */
#include "gateway/translate/translate_private.h"

int translate_check_messages(struct jval messages, struct fail *why)
{
	if (messages.type != J_ARRAY)
		return fail_set(why, FAIL_USAGE, "messages: Field required");
	if (jscan_count(messages) == 0)
		return fail_set(why, FAIL_USAGE,
				"messages: at least one message is required");
	return 0;
}
