/* The answer as a response, or as its events: what the provider of the Messages
 * API would say, said in the vendor's form. */
#include "mockupstream/dialects/responses/responses_private.h"

#define THOUGHT "**Reading the words**\n\nThe user wrote to a mock provider."

/* Thoughts are sent as a summary, if the request asks for one. NULL: it does
 * not think. */
static const char *thought_of(struct jval root)
{
	struct jval reasoning = jscan_get(root, "reasoning");
	struct jval effort = jscan_get(reasoning, "effort");

	if (jscan_get(reasoning, "summary").text.at)
		return THOUGHT;
	if (effort.text.at && !jscan_string_is(effort, "none"))
		return "";
	return NULL;
}

void responses_say(enum vendor vendor, const struct anthropic_ask *ask,
		   struct jval root, uint64_t number, struct reply *out)
{
	const struct chat_vendor *v = chat_vendor_of(vendor);
	struct say_asked asked = { .format = FORMAT_RESPONSES,
				   .model = buf_span(&ask->model),
				   .number = number,
				   .stream = ask->stream,
				   .root = root };
	struct say s;

	say_init(&s);
	chat_say_add(v, ask, number, thought_of(root), &s);
	s.form.pace_ms = ask->pace_ms;
	s.form.calls = v->calls;
	if (vendor == VENDOR_LOCAL)
		s.form.thinking = SAY_THOUGHTS_REASONING;
	say_write(&s, &asked, out);
	say_clear(&s);
}
