/*
 * The input of Responses: a list of items. A user's turn becomes the outputs of
 * calls, and then a message with the rest; an assistant's turn becomes its
 * thoughts, messages and calls, in order.
 */
#include <stdio.h>

#include "gateway/translate/translate_private.h"

#define PLACE_BYTES 80

struct input_writing {
	struct translate *t;
	struct buf *out;
	struct fail *why;
	bool begun; /* an item was written: the next one needs a comma */
	bool open; /* a message is open for more parts */
	size_t message; /* its number, for error messages */
	struct buf thoughts; /* of this turn, until something follows them */
};

static void item_begin(struct input_writing *s, const char *front)
{
	if (s->open)
		buf_add_text(s->out, "]}");
	s->open = false;
	buf_addf(s->out, "%s%s", s->begun ? "," : "", front);
	s->begun = true;
}

/* Goes on with the open message, or begins one. */
static void part_begin(struct input_writing *s, const char *role)
{
	if (s->open) {
		buf_add_byte(s->out, ',');
		return;
	}
	item_begin(s, "{\"type\":\"message\",");
	buf_addf(s->out, "\"role\":\"%s\",\"content\":[", role);
	s->open = true;
}

static void message_end(struct input_writing *s)
{
	if (s->open)
		buf_add_text(s->out, "]}");
	s->open = false;
}

static void write_system(struct input_writing *s, struct jval system)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (translate_system(system, &text)) {
		part_begin(s, "developer");
		buf_add_text(s->out, s->t->form->words.text);
		buf_add_span(s->out, buf_span(&text));
		buf_add_byte(s->out, '}');
		message_end(s);
	}
	buf_clear(&text);
}

/* ---- a user's turn ---- */

static int write_part(struct input_writing *s, struct jval block, size_t nth)
{
	char place[PLACE_BYTES];

	snprintf(place, sizeof(place), "messages.%zu.content.%zu", s->message,
		 nth);
	return translate_part(s->t, block, place, s->out, s->why);
}

static bool has_media(struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval item;

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &item))
		if (translate_is_media(item))
			return true;
	return false;
}

/* Writes the text of a result, and its images and documents, as parts. */
static int write_parts(struct input_writing *s, struct span text,
		       struct jval content, size_t nth)
{
	struct jiter it = jscan_iter(content);
	struct jval item;
	bool comma = text.len > 0;

	buf_add_byte(s->out, '[');
	if (text.len > 0) {
		buf_add_text(s->out, s->t->form->words.text);
		jscan_quote(s->out, text);
		buf_add_byte(s->out, '}');
	}
	while (jscan_next(&it, NULL, &item)) {
		if (!translate_is_media(item))
			continue;
		if (comma)
			buf_add_byte(s->out, ',');
		comma = true;
		if (write_part(s, item, nth) < 0)
			return -1;
	}
	buf_add_byte(s->out, ']');
	return 0;
}

static int write_result(struct input_writing *s, struct jval block, size_t nth)
{
	struct jval id = jscan_get(block, "tool_use_id");
	struct jval content = jscan_get(block, "content");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	item_begin(s, "{\"type\":\"function_call_output\",\"call_id\":");
	buf_add_span(s->out, id.type == J_STRING ? id.text : span_of("\"\""));
	buf_add_text(s->out, ",\"output\":");
	translate_result_text(s->t, block, &text);
	if (has_media(content))
		rc = write_parts(s, buf_span(&text), content, nth);
	else
		jscan_quote(s->out, buf_span(&text));
	buf_add_byte(s->out, '}');
	buf_clear(&text);
	return rc;
}

static int write_user(struct input_writing *s, struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval block;
	int rc = 0;

	if (content.type == J_STRING) {
		part_begin(s, "user");
		buf_add_text(s->out, s->t->form->words.text);
		buf_add_span(s->out, content.text);
		buf_add_byte(s->out, '}');
	}
	for (size_t n = 0; content.type == J_ARRAY && rc == 0 &&
			   jscan_next(&it, NULL, &block);
	     n++)
		if (translate_is(block, "tool_result"))
			rc = write_result(s, block, n);
	it = jscan_iter(content);
	for (size_t n = 0; content.type == J_ARRAY && rc == 0 &&
			   jscan_next(&it, NULL, &block);
	     n++) {
		if (translate_is(block, "tool_result"))
			continue;
		part_begin(s, "user");
		rc = write_part(s, block, n);
	}
	message_end(s);
	return rc;
}

/* ---- an assistant's turn ---- */

/* Writes the thoughts that something follows in this turn; the provider refuses
 * a thought that nothing follows. */
static void flush_thoughts(struct input_writing *s)
{
	if (s->thoughts.len == 0)
		return;
	item_begin(s, "");
	buf_add_span(s->out, buf_span(&s->thoughts));
	buf_reset(&s->thoughts);
}

static void keep_thought(struct input_writing *s, struct jval block)
{
	size_t was = s->thoughts.len;

	if (was > 0)
		buf_add_byte(&s->thoughts, ',');
	if (!translate_responses_unsign(block, &s->thoughts))
		buf_cut(&s->thoughts, was);
}

static void write_said(struct input_writing *s, struct jval text)
{
	if (!translate_has_text(text))
		return;
	flush_thoughts(s);
	part_begin(s, "assistant");
	buf_add_text(s->out, "{\"type\":\"output_text\",\"text\":");
	buf_add_span(s->out, text.text);
	buf_add_byte(s->out, '}');
}

static void write_call(struct input_writing *s, struct jval block)
{
	struct jval input = jscan_get(block, "input");
	struct jval id = jscan_get(block, "id");

	flush_thoughts(s);
	item_begin(s, "{\"type\":\"function_call\",\"call_id\":");
	buf_add_span(s->out, id.type == J_STRING ? id.text : span_of("\"\""));
	buf_add_text(s->out, ",\"name\":");
	translate_name_out(s->t, jscan_get(block, "name"), s->out);
	buf_add_text(s->out, ",\"arguments\":");
	jscan_quote(s->out, input.text.at ? input.text : span_of("{}"));
	buf_add_byte(s->out, '}');
}

static int write_assistant(struct input_writing *s, struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval block;

	write_said(s, content);
	if (content.type == J_ARRAY &&
	    translate_check_said(content, s->message, s->why) < 0)
		return -1;
	while (content.type == J_ARRAY && jscan_next(&it, NULL, &block)) {
		if (translate_is(block, "text"))
			write_said(s, jscan_get(block, "text"));
		else if (translate_is(block, "tool_use"))
			write_call(s, block);
		else
			keep_thought(s, block);
	}
	message_end(s);
	buf_reset(&s->thoughts);
	return 0;
}

/* ---- all turns ---- */

static int write_turn(struct input_writing *s, struct jval message)
{
	struct jval content = jscan_get(message, "content");

	if (translate_check_turn(message, s->message, s->why) < 0)
		return -1;
	if (jscan_member_is(message, "role", "assistant"))
		return write_assistant(s, content);
	if (!jscan_member_is(message, "role", "system"))
		return write_user(s, content);
	write_system(s, content);
	return 0;
}

int translate_responses_turns(struct translate *t, struct jval root,
			      struct buf *out, struct fail *why)
{
	struct input_writing s = { .t = t,
				   .out = out,
				   .why = why,
				   .thoughts = BUF_INIT(BUF_NO_LIMIT) };
	struct jval messages = jscan_get(root, "messages"), message;
	struct jiter it = jscan_iter(messages);
	struct buf system = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	if (translate_system(jscan_get(root, "system"), &system)) {
		buf_add_text(out, ",\"instructions\":");
		buf_add_span(out, buf_span(&system));
	}
	buf_add_text(out, ",\"input\":[");
	for (; rc == 0 && jscan_next(&it, NULL, &message); s.message++)
		rc = write_turn(&s, message);
	buf_add_byte(out, ']');
	buf_clear(&s.thoughts);
	buf_clear(&system);
	return rc;
}
