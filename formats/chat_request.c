/* A request for OpenAI's chat completions in the plain form. */
#include "formats/plain_private.h"

/* ---- content ---- */

static void write_part(struct jval part, struct buf *out)
{
	struct jval file = jscan_get(part, "file");
	struct jval image = jscan_get(part, "image_url");
	struct jval data = jscan_get(file, "file_data");

	if (jscan_member_is(part, "type", "text"))
		plain_text_block(out, jscan_get(part, "text"));
	else if (jscan_member_is(part, "type", "refusal"))
		plain_text_block(out, jscan_get(part, "refusal"));
	else if (jscan_member_is(part, "type", "image_url"))
		plain_source(out, "image", jscan_get(image, "url"));
	else if (jscan_member_is(part, "type", "file") && data.type == J_STRING)
		plain_source(out, "document", data);
	else
		buf_add_span(out, part.text);
}

/* ---- messages ---- */

static void write_call(struct plain_turns *turns, struct jval call)
{
	struct buf *out = turns->turns.out;
	struct plain_list members = { .out = out };
	struct jval function = jscan_get(call, "function");

	plain_turn_block(turns, "assistant");
	buf_add_byte(out, '{');
	plain_text(&members, "type", span_of("tool_use"));
	plain_copy(&members, "id", call, "id");
	plain_copy(&members, "name", function, "name");
	plain_key(&members, "input");
	plain_arguments(out, jscan_get(function, "arguments"));
	buf_add_byte(out, '}');
}

/* Thoughts stand beside the content, under one of two names. */
static void write_reasoning(struct plain_turns *turns, struct jval message)
{
	struct jval text = jscan_get(message, "reasoning_content");
	struct buf *out = turns->turns.out;

	if (text.type != J_STRING)
		text = jscan_get(message, "reasoning");
	if (text.type != J_STRING)
		return;
	plain_turn_block(turns, "assistant");
	buf_addf(out, "{\"type\":\"thinking\",\"thinking\":%.*s}",
		 SPAN_ARG(text.text));
}

static void write_assistant(struct plain_turns *turns, struct jval message)
{
	struct jval calls = jscan_get(message, "tool_calls"), call;
	struct jval content = jscan_get(message, "content");
	struct jiter it = jscan_iter(calls);

	write_reasoning(turns, message);
	/* Beside calls "" says as much as null. */
	if (calls.type != J_ARRAY || !jscan_string_is(content, ""))
		plain_content(turns, "assistant", content, write_part);
	while (calls.type == J_ARRAY && jscan_next(&it, NULL, &call))
		write_call(turns, call);
}

static void write_result(struct plain_turns *turns, struct jval message)
{
	struct buf *out = turns->turns.out;
	struct plain_list members = { .out = out };
	struct jval content = jscan_get(message, "content"), part;
	struct plain_list parts = { .out = out };
	struct jiter it = jscan_iter(content);

	plain_turn_block(turns, "user");
	buf_add_byte(out, '{');
	plain_text(&members, "type", span_of("tool_result"));
	plain_copy(&members, "tool_use_id", message, "tool_call_id");
	plain_key(&members, "content");
	buf_add_byte(out, '[');
	if (content.type == J_STRING)
		plain_text_block(out, content);
	while (content.type == J_ARRAY && jscan_next(&it, NULL, &part)) {
		plain_item(&parts);
		write_part(part, out);
	}
	buf_add_text(out, "]}");
}

static bool is_system(struct jval message)
{
	return jscan_member_is(message, "role", "system") ||
	       jscan_member_is(message, "role", "developer");
}

static void write_message(struct plain_turns *turns, struct jval message)
{
	if (is_system(message))
		plain_content(turns, "system", jscan_get(message, "content"),
			      write_part);
	else if (jscan_member_is(message, "role", "assistant"))
		write_assistant(turns, message);
	else if (jscan_member_is(message, "role", "tool"))
		write_result(turns, message);
	else
		plain_content(turns, "user", jscan_get(message, "content"),
			      write_part);
}

/* Texts of the system that come before the first turn, as blocks. */
static void write_system(struct plain_list *root, struct jiter it)
{
	struct plain_turns system = { .turns = { .out = root->out },
				      .blocks = { .out = root->out },
				      .role = "system" };
	struct jval message;
	bool any = false;

	while (jscan_next(&it, NULL, &message) && is_system(message)) {
		if (!any) {
			plain_key(root, "system");
			buf_add_byte(root->out, '[');
		}
		any = true;
		plain_content(&system, "system", jscan_get(message, "content"),
			      write_part);
	}
	if (any)
		buf_add_byte(root->out, ']');
}

static void write_messages(struct plain_list *root, struct jval messages)
{
	struct plain_turns turns = { .turns = { .out = root->out } };
	struct jiter it = jscan_iter(messages);
	struct jval message;
	bool begun = false;

	if (messages.type != J_ARRAY)
		return;
	write_system(root, it);
	plain_key(root, "messages");
	buf_add_byte(root->out, '[');
	while (jscan_next(&it, NULL, &message)) {
		begun = begun || !is_system(message);
		if (begun)
			write_message(&turns, message);
	}
	plain_turn_end(&turns);
	buf_add_byte(root->out, ']');
}

/* ---- the rest of the request ---- */

static const struct plain_tool_spelling tool_spelling = {
	.type = "function", .inside = "function", .schema = "parameters"
};

static void write_choice(struct plain_list *root, struct jval body)
{
	static const char *const words[][2] = { { "none", "none" },
						{ "required", "any" } };
	struct jval choice = jscan_get(body, "tool_choice");
	struct jval parallel = jscan_get(body, "parallel_tool_calls");
	struct plain_list members = { .out = root->out };
	struct jval function = jscan_get(choice, "function");
	const char *type = choice.type == J_OBJECT ? "tool" : "auto";

	if (choice.text.at == NULL && parallel.type != J_FALSE)
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (choice.type == J_STRING &&
		    jscan_string_is(choice, words[i][0]))
			type = words[i][1];
	plain_key(root, "tool_choice");
	buf_add_byte(root->out, '{');
	plain_text(&members, "type", span_of(type));
	plain_copy(&members, "name", function, "name");
	if (parallel.type == J_FALSE) {
		plain_key(&members, "disable_parallel_tool_use");
		buf_add_text(root->out, "true");
	}
	buf_add_byte(root->out, '}');
}

static void write_limits(struct plain_list *root, struct jval body)
{
	struct jval most = jscan_get(body, "max_completion_tokens");
	struct jval stop = jscan_get(body, "stop");

	if (most.text.at == NULL)
		most = jscan_get(body, "max_tokens");
	plain_member(root, "max_tokens", most);
	plain_copy(root, "stream", body, "stream");
	plain_copy(root, "temperature", body, "temperature");
	plain_copy(root, "top_p", body, "top_p");
	if (stop.type == J_STRING) {
		plain_key(root, "stop_sequences");
		buf_addf(root->out, "[%.*s]", SPAN_ARG(stop.text));
	} else {
		plain_member(root, "stop_sequences", stop);
	}
}

static void write_output(struct plain_list *root, struct jval body)
{
	struct jval format = jscan_get(body, "response_format");
	struct jval schema =
		jscan_get(jscan_get(format, "json_schema"), "schema");
	struct jval effort = jscan_get(body, "reasoning_effort");
	struct plain_list members = { .out = root->out };

	if (schema.text.at == NULL && effort.text.at == NULL)
		return;
	plain_key(root, "output_config");
	buf_add_byte(root->out, '{');
	plain_member(&members, "effort", effort);
	if (schema.text.at) {
		plain_key(&members, "format");
		buf_addf(root->out,
			 "{\"type\":\"json_schema\",\"schema\":%.*s}",
			 SPAN_ARG(schema.text));
	}
	buf_add_byte(root->out, '}');
}

void plain_chat_request(struct jval root, struct buf *out)
{
	struct plain_list members = { .out = out };
	struct jval user = jscan_get(root, "user");

	buf_add_byte(out, '{');
	plain_copy(&members, "model", root, "model");
	write_messages(&members, jscan_get(root, "messages"));
	plain_tools(&members, jscan_get(root, "tools"), &tool_spelling);
	write_choice(&members, root);
	write_limits(&members, root);
	write_output(&members, root);
	if (user.text.at) {
		plain_key(&members, "metadata");
		buf_addf(out, "{\"user_id\":%.*s}", SPAN_ARG(user.text));
	}
	buf_add_byte(out, '}');
}
