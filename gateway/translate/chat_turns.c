/*
 * The messages of chat completions. A result of a tool becomes a message of the
 * role `tool`, directly after the calls. The rest of the user's turn comes in a
 * user's message after all results, and so do images of results, which the role
 * `tool` may not have.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/translate/translate_private.h"

#define PLACE_BYTES 80

struct turn_writing {
	struct translate *t;
	struct buf *out;
	struct fail *why;
	bool begun; /* a message was written: the next one needs a comma */
	size_t message; /* its number, for error messages */
};

static void message_begin(struct turn_writing *s, const char *role)
{
	buf_addf(s->out, "%s{\"role\":\"%s\",", s->begun ? "," : "", role);
	s->begun = true;
}

/* ---- the system ---- */

/* Writes the system prompt as one message, since the templates of many models
 * take no second one. */
static void write_system(struct turn_writing *s, struct jval system)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (translate_system(system, &text)) {
		message_begin(s, "system");
		buf_add_text(s->out, "\"content\":");
		buf_add_span(s->out, buf_span(&text));
		buf_add_byte(s->out, '}');
	}
	buf_clear(&text);
}

/* ---- a user's turn ---- */

static void write_result(struct turn_writing *s, struct jval block)
{
	struct jval id = jscan_get(block, "tool_use_id");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	message_begin(s, "tool");
	buf_add_text(s->out, "\"tool_call_id\":");
	buf_add_span(s->out, id.type == J_STRING ? id.text : span_of("\"\""));
	translate_result_text(s->t, block, &text);
	buf_add_text(s->out, ",\"content\":");
	jscan_quote(s->out, buf_span(&text));
	buf_add_byte(s->out, '}');
	buf_clear(&text);
}

struct user_parts {
	struct turn_writing *s;
	size_t count;
};

static int add_part(struct user_parts *p, struct jval block, size_t nth)
{
	struct turn_writing *s = p->s;
	char place[PLACE_BYTES];

	snprintf(place, sizeof(place), "messages.%zu.content.%zu", s->message,
		 nth);
	if (p->count++ == 0) {
		message_begin(s, "user");
		buf_add_text(s->out, "\"content\":[");
	} else {
		buf_add_byte(s->out, ',');
	}
	return translate_part(s->t, block, place, s->out, s->why);
}

/* Adds the images and documents of a result. */
static int add_media(struct user_parts *p, struct jval result, size_t nth)
{
	struct jval content = jscan_get(result, "content"), item;
	struct jiter it = jscan_iter(content);

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &item))
		if (translate_is_media(item) && add_part(p, item, nth) < 0)
			return -1;
	return 0;
}

static int write_user(struct turn_writing *s, struct jval content)
{
	struct user_parts parts = { .s = s };
	struct jiter it = jscan_iter(content);
	struct jval block;
	int rc = 0;

	if (content.type == J_STRING) {
		message_begin(s, "user");
		buf_addf(s->out, "\"content\":");
		buf_add_span(s->out, content.text);
		buf_add_byte(s->out, '}');
		return 0;
	}
	while (jscan_next(&it, NULL, &block))
		if (translate_is(block, "tool_result"))
			write_result(s, block);
	it = jscan_iter(content);
	for (size_t n = 0; rc == 0 && jscan_next(&it, NULL, &block); n++)
		rc = translate_is(block, "tool_result")
			     ? add_media(&parts, block, n)
			     : add_part(&parts, block, n);
	if (parts.count > 0)
		buf_add_text(s->out, "]}");
	return rc;
}

/* ---- an assistant's turn ---- */

static void write_call(struct turn_writing *s, struct jval block, size_t nth)
{
	struct jval input = jscan_get(block, "input");
	struct jval id = jscan_get(block, "id");

	buf_add_text(s->out, nth > 0 ? ",{\"id\":" : "{\"id\":");
	buf_add_span(s->out, id.type == J_STRING ? id.text : span_of("\"\""));
	buf_add_text(s->out, ",\"type\":\"function\",\"function\":{\"name\":");
	translate_name_out(s->t, jscan_get(block, "name"), s->out);
	buf_add_text(s->out, ",\"arguments\":");
	jscan_quote(s->out, input.text.at ? input.text : span_of("{}"));
	buf_add_text(s->out, "}}");
}

/* Joins the texts, in the member `key`, of all blocks of this type. */
static void join(struct jval content, const char *type, const char *key,
		 struct buf *to)
{
	struct jiter it = jscan_iter(content);
	struct jval block;

	while (jscan_next(&it, NULL, &block)) {
		struct jval text = jscan_get(block, key);

		if (translate_is(block, type) && text.type == J_STRING)
			jscan_string(text, to);
	}
}

static void write_calls(struct turn_writing *s, struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval block;
	size_t count = 0;

	while (jscan_next(&it, NULL, &block)) {
		if (!translate_is(block, "tool_use"))
			continue;
		if (count == 0)
			buf_add_text(s->out, ",\"tool_calls\":[");
		write_call(s, block, count++);
	}
	if (count > 0)
		buf_add_byte(s->out, ']');
}

/* Writes an assistant's turn. Signatures of thoughts are left out, since this
 * vendor does not know them; vendors that want thoughts back get the text. */
static int write_assistant(struct turn_writing *s, struct jval content)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct buf thought = BUF_INIT(BUF_NO_LIMIT);

	if (content.type == J_STRING) {
		jscan_string(content, &text);
	} else {
		if (translate_check_said(content, s->message, s->why) < 0)
			return -1;
		join(content, "text", "text", &text);
		join(content, "thinking", "thinking", &thought);
	}
	message_begin(s, "assistant");
	buf_add_text(s->out, "\"content\":");
	if (text.len > 0 || content.type != J_ARRAY)
		jscan_quote(s->out, buf_span(&text));
	else
		buf_add_text(s->out, "null");
	if (s->t->rules.reasoning && thought.len > 0) {
		buf_add_text(s->out, ",\"reasoning_content\":");
		jscan_quote(s->out, buf_span(&thought));
	}
	if (content.type == J_ARRAY)
		write_calls(s, content);
	buf_add_byte(s->out, '}');
	buf_clear(&text);
	buf_clear(&thought);
	return 0;
}

/* Does the turn hold only thoughts? It is left out: this vendor refuses an
 * assistant's message with neither content nor calls. */
static bool is_empty_assistant(struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval block;

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &block))
		if (translate_is(block, "text") ||
		    translate_is(block, "tool_use"))
			return false;
	return content.type == J_ARRAY;
}

/* ---- all turns ---- */

static int write_turn(struct turn_writing *s, struct jval message)
{
	struct jval content = jscan_get(message, "content");

	if (translate_check_turn(message, s->message, s->why) < 0)
		return -1;
	if (jscan_member_is(message, "role", "system")) {
		write_system(s, content);
		return 0;
	}
	if (!jscan_member_is(message, "role", "assistant"))
		return write_user(s, content);
	if (is_empty_assistant(content))
		return translate_check_said(content, s->message, s->why);
	return write_assistant(s, content);
}

int translate_chat_turns(struct translate *t, struct jval root, struct buf *out,
			 struct fail *why)
{
	struct turn_writing s = { .t = t, .out = out, .why = why };
	struct jval messages = jscan_get(root, "messages"), message;
	struct jiter it = jscan_iter(messages);

	buf_add_text(out, ",\"messages\":[");
	write_system(&s, jscan_get(root, "system"));
	for (; jscan_next(&it, NULL, &message); s.message++)
		if (write_turn(&s, message) < 0)
			return -1;
	buf_add_byte(out, ']');
	return 0;
}
