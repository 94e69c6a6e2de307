/* Members of objects, where null is as good as none. */
#include "gateway/translate/translate_private.h"

struct jval translate_get(struct jval object, const char *key)
{
	struct jval v;

	if (object.type == J_OBJECT && jscan_member(object, key, &v) &&
	    v.type != J_NULL)
		return v;
	return (struct jval){ .type = J_NULL, .text = { NULL, 0 } };
}

bool translate_is(struct jval object, const char *key, const char *text)
{
	struct jval v = translate_get(object, key);

	return v.type == J_STRING && jscan_string_is(v, text);
}

int translate_check_messages(struct jval messages, struct fail *why)
{
	if (messages.type != J_ARRAY)
		return fail_set(why, FAIL_USAGE, "messages: Field required");
	if (jscan_count(messages) == 0)
		return fail_set(why, FAIL_USAGE,
				"messages: at least one message is required");
	return 0;
}
