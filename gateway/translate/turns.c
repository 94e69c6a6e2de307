/*
 * The system's texts and the turns. A result of a tool becomes a message of the
 * role `tool`, directly after the calls; what else the user's turn holds, and
 * images of results, which that role may not have, come in a user's message
 * after all results.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/translate/translate_private.h"

#define PLACE_BYTES 80
#define SHOWN_BYTES 40 /* of a type */

/* A line that the client writes for its maker. It changes with each request, so
 * with it no request would begin like one in the provider's prompt cache. */
#define BILLING "\"x-anthropic-billing-header:"

struct turn_writing {
	struct translate *t;
	struct buf *out;
	struct fail *why;
	bool begun; /* a message is there: the next one needs a comma */
	size_t message; /* for places */
};

static void message_begin(struct turn_writing *s, const char *role)
{
	buf_addf(s->out, "%s{\"role\":\"%s\",", s->begun ? "," : "", role);
	s->begun = true;
}

static bool has_type(struct jval block, const char *type)
{
	return jscan_member_is(block, "type", type);
}

/* ---- the system ---- */

/* The text of a block, inside the quotes of the message's content; the first one
 * begins the message. */
static void write_system_text(struct turn_writing *s, struct jval text,
			      bool *open)
{
	struct span inner = text.text;

	if (text.type != J_STRING || span_starts(text.text, BILLING))
		return;
	if (!*open) {
		message_begin(s, "system");
		buf_add_text(s->out, "\"content\":\"");
	} else {
		buf_add_text(s->out, "\\n\\n");
	}
	*open = true;
	buf_add(s->out, inner.at + 1, inner.len - 2);
}

/* One message, since the templates of many models take no second one. */
static void write_system(struct turn_writing *s, struct jval system)
{
	struct jiter it = jscan_iter(system);
	struct jval block;
	bool open = false;

	write_system_text(s, system, &open);
	while (system.type == J_ARRAY && jscan_next(&it, NULL, &block))
		write_system_text(s, jscan_get(block, "text"), &open);
	if (open)
		buf_add_text(s->out, "\"}");
}

/* ---- a user's turn ---- */

/* The texts of a result; its images and documents go out later, in a message of
 * the user. A reference to a tool has the name that the provider knows. */
static void write_result_text(struct translate *t, struct jval block,
			      struct buf *text)
{
	struct jval content = jscan_get(block, "content"), item, part;
	struct jiter it = jscan_iter(content);
	const char *line = "";

	if (jscan_get(block, "is_error").type == J_TRUE)
		buf_add_text(text, "Error: ");
	if (content.type == J_STRING)
		jscan_string(content, text);
	while (content.type == J_ARRAY && jscan_next(&it, NULL, &item)) {
		part = jscan_get(item, "text");
		if (has_type(item, "tool_reference")) {
			buf_addf(text, "%sTool: ", line);
			translate_name_text(t, jscan_get(item, "tool_name"),
					    text);
		} else if (part.type == J_STRING) {
			buf_add_text(text, line);
			jscan_string(part, text);
		} else {
			continue;
		}
		line = "\n";
	}
}

static void write_result(struct turn_writing *s, struct jval block)
{
	struct jval id = jscan_get(block, "tool_use_id");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	message_begin(s, "tool");
	buf_add_text(s->out, "\"tool_call_id\":");
	buf_add_span(s->out, id.type == J_STRING ? id.text : span_of("\"\""));
	write_result_text(s->t, block, &text);
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
	return translate_part(block, place, s->out, s->why);
}

/* Images and documents of a result. */
static int add_media(struct user_parts *p, struct jval result, size_t nth)
{
	struct jval content = jscan_get(result, "content"), item;
	struct jiter it = jscan_iter(content);

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &item))
		if (!has_type(item, "text") &&
		    !has_type(item, "tool_reference") &&
		    add_part(p, item, nth) < 0)
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
		if (has_type(block, "tool_result"))
			write_result(s, block);
	it = jscan_iter(content);
	for (size_t n = 0; rc == 0 && jscan_next(&it, NULL, &block); n++)
		rc = has_type(block, "tool_result")
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

/* key: of the texts that are joined */
static void join(struct jval content, const char *type, const char *key,
		 struct buf *to)
{
	struct jiter it = jscan_iter(content);
	struct jval block;

	while (jscan_next(&it, NULL, &block)) {
		struct jval text = jscan_get(block, key);

		if (has_type(block, type) && text.type == J_STRING)
			jscan_string(text, to);
	}
}

static void write_calls(struct turn_writing *s, struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval block;
	size_t count = 0;

	while (jscan_next(&it, NULL, &block)) {
		if (!has_type(block, "tool_use"))
			continue;
		if (count == 0)
			buf_add_text(s->out, ",\"tool_calls\":[");
		write_call(s, block, count++);
	}
	if (count > 0)
		buf_add_byte(s->out, ']');
}

/* What a thought is signed with says nothing to another vendor; vendors that
 * want thoughts back get the text. */
static int check_assistant(struct turn_writing *s, struct jval content)
{
	static const char *const known[] = { "text", "tool_use", "thinking",
					     "redacted_thinking" };
	struct jiter it = jscan_iter(content);
	struct jval block;

	for (size_t n = 0; jscan_next(&it, NULL, &block); n++) {
		struct jval type = jscan_get(block, "type");
		size_t i = 0;

		while (i < 4 && !has_type(block, known[i]))
			i++;
		if (i == 4)
			return fail_set(
				s->why, FAIL_USAGE,
				"messages.%zu.content.%zu: a block of "
				"type %.*s has no place in the API of "
				"this model's provider",
				s->message, n,
				SPAN_ARG(span_first(type.text, SHOWN_BYTES)));
	}
	return 0;
}

static int write_assistant(struct turn_writing *s, struct jval content)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct buf thought = BUF_INIT(BUF_NO_LIMIT);

	if (content.type == J_STRING) {
		jscan_string(content, &text);
	} else {
		if (check_assistant(s, content) < 0)
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

/* A turn of thoughts alone has nothing for this vendor; an assistant's message
 * with neither content nor calls is refused. */
static bool is_empty_assistant(struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval block;

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &block))
		if (has_type(block, "text") || has_type(block, "tool_use"))
			return false;
	return content.type == J_ARRAY;
}

/* ---- all turns ---- */

static int write_turn(struct turn_writing *s, struct jval message)
{
	struct jval content = jscan_get(message, "content");

	if (jscan_get(message, "role").type != J_STRING)
		return fail_set(s->why, FAIL_USAGE,
				"messages.%zu.role: Field required",
				s->message);
	if (content.type != J_STRING && content.type != J_ARRAY)
		return fail_set(s->why, FAIL_USAGE,
				"messages.%zu.content: Field required",
				s->message);
	if (jscan_member_is(message, "role", "system")) {
		write_system(s, content);
		return 0;
	}
	if (!jscan_member_is(message, "role", "assistant"))
		return write_user(s, content);
	if (is_empty_assistant(content))
		return check_assistant(s, content);
	return write_assistant(s, content);
}

int translate_turns(struct translate *t, struct jval root, struct buf *out,
		    struct fail *why)
{
	struct turn_writing s = { .t = t, .out = out, .why = why };
	struct jval messages = jscan_get(root, "messages"), message;
	struct jiter it = jscan_iter(messages);

	buf_add_text(out, "\"messages\":[");
	write_system(&s, jscan_get(root, "system"));
	for (; jscan_next(&it, NULL, &message); s.message++)
		if (write_turn(&s, message) < 0)
			return -1;
	buf_add_byte(out, ']');
	return 0;
}
