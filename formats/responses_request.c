/* A request for OpenAI's Responses in the plain form. */
#include "formats/plain_private.h"

/* ---- content ---- */

static bool is_text(struct jval part)
{
	return jscan_member_is(part, "type", "input_text") ||
	       jscan_member_is(part, "type", "output_text");
}

/* A file is there, or has a URL. */
static void write_file(struct jval part, struct buf *out)
{
	struct jval source = jscan_get(part, "file_data");

	if (source.type != J_STRING)
		source = jscan_get(part, "file_url");
	if (source.type == J_STRING)
		plain_source(out, "document", source);
	else
		plain_input(out, part.text);
}

static void write_part(struct jval part, struct buf *out)
{
	struct jval image = jscan_get(part, "image_url");

	if (is_text(part))
		plain_text_block(out, jscan_get(part, "text"));
	else if (jscan_member_is(part, "type", "refusal"))
		plain_text_block(out, jscan_get(part, "refusal"));
	else if (jscan_member_is(part, "type", "input_image") &&
		 image.type == J_STRING)
		plain_source(out, "image", image);
	else if (jscan_member_is(part, "type", "input_file"))
		write_file(part, out);
	else
		plain_input(out, part.text);
}

/* ---- items ---- */

static void write_call(struct plain_turns *turns, struct jval item)
{
	struct buf *out = turns->turns.out;
	struct plain_list members = { .out = out };

	plain_turn_block(turns, "assistant");
	buf_add_byte(out, '{');
	plain_text(&members, "type", span_of("tool_use"));
	plain_copy_text(&members, "id", item, "call_id");
	plain_copy_text(&members, "name", item, "name");
	plain_key(&members, "input");
	plain_arguments(out, jscan_get(item, "arguments"));
	buf_add_byte(out, '}');
}

static void write_result(struct plain_turns *turns, struct jval item)
{
	struct buf *out = turns->turns.out;
	struct plain_list members = { .out = out };
	struct plain_list parts = { .out = out };
	struct jval output = jscan_get(item, "output"), part;
	struct jiter it = jscan_iter(output);

	plain_turn_block(turns, "user");
	buf_add_byte(out, '{');
	plain_text(&members, "type", span_of("tool_result"));
	plain_copy_text(&members, "tool_use_id", item, "call_id");
	plain_key(&members, "content");
	buf_add_byte(out, '[');
	if (output.type == J_STRING)
		plain_text_block(out, output);
	while (output.type == J_ARRAY && jscan_next(&it, NULL, &part)) {
		plain_item(&parts);
		write_part(part, out);
	}
	buf_add_text(out, "]}");
}

static void write_reasoning(struct plain_turns *turns, struct jval item)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	plain_reasoning_text(item, &text);
	plain_turn_block(turns, "assistant");
	plain_reasoning_block(item, buf_span(&text), turns->turns.out);
	buf_clear(&text);
}

static bool is_message(struct jval item)
{
	return jscan_member_is(item, "type", "message") ||
	       (jscan_get(item, "type").text.at == NULL &&
		jscan_get(item, "role").text.at != NULL);
}

static bool is_system(struct jval item)
{
	return is_message(item) && (jscan_member_is(item, "role", "system") ||
				    jscan_member_is(item, "role", "developer"));
}

/* What a model said, or a tool of the vendor's own did; results of others end
 * in "_output". */
static const char *role_of(struct jval item)
{
	struct jval type = jscan_get(item, "type");

	if (is_message(item))
		return jscan_member_is(item, "role", "assistant") ? "assistant"
								  : "user";
	return type.type == J_STRING && span_ends(type.text, "_output\"")
		       ? "user"
		       : "assistant";
}

static void write_item(struct plain_turns *turns, struct jval item)
{
	if (is_system(item)) {
		plain_content(turns, "system", jscan_get(item, "content"),
			      write_part);
	} else if (is_message(item)) {
		plain_content(turns, role_of(item), jscan_get(item, "content"),
			      write_part);
	} else if (jscan_member_is(item, "type", "function_call")) {
		write_call(turns, item);
	} else if (jscan_member_is(item, "type", "function_call_output")) {
		write_result(turns, item);
	} else if (jscan_member_is(item, "type", "reasoning")) {
		write_reasoning(turns, item);
	} else {
		plain_turn_block(turns, role_of(item));
		plain_input(turns->turns.out, item.text);
	}
}

/* ---- the system's texts and the turns ---- */

/* The instructions, and texts of the system before the first turn. */
static void write_system(struct plain_list *root, struct jval instructions,
			 struct jiter it)
{
	struct plain_turns system = { .turns = { .out = root->out },
				      .blocks = { .out = root->out },
				      .role = "system" };
	struct jval item = { .type = J_NULL };
	bool more = jscan_next(&it, NULL, &item) && is_system(item);

	if (instructions.type != J_STRING && !more)
		return;
	plain_key(root, "system");
	buf_add_byte(root->out, '[');
	if (instructions.type == J_STRING)
		plain_content(&system, "system", instructions, write_part);
	for (; more; more = jscan_next(&it, NULL, &item) && is_system(item))
		plain_content(&system, "system", jscan_get(item, "content"),
			      write_part);
	buf_add_byte(root->out, ']');
}

static void write_input(struct plain_list *root, struct jval body)
{
	struct plain_turns turns = { .turns = { .out = root->out } };
	struct jval input = jscan_get(body, "input"), item;
	struct jiter it = jscan_iter(input);
	bool begun = false;

	if (input.type != J_ARRAY)
		it = jscan_iter((struct jval){ .type = J_NULL });
	write_system(root, jscan_get(body, "instructions"), it);
	if (input.type != J_ARRAY && input.type != J_STRING)
		return;
	plain_key(root, "messages");
	buf_add_byte(root->out, '[');
	if (input.type == J_STRING)
		plain_content(&turns, "user", input, write_part);
	while (jscan_next(&it, NULL, &item)) {
		begun = begun || !is_system(item);
		if (begun)
			write_item(&turns, item);
	}
	plain_turn_end(&turns);
	buf_add_byte(root->out, ']');
}

/* ---- the rest of the request ---- */

static const struct plain_tool_spelling tool_spelling = {
	.type = "function", .schema = "parameters"
};

static const char *choice_of(struct jval choice)
{
	if (choice.type == J_OBJECT)
		return "tool";
	if (choice.type == J_STRING && jscan_string_is(choice, "none"))
		return "none";
	return choice.type == J_STRING && jscan_string_is(choice, "required")
		       ? "any"
		       : "auto";
}

static void write_choice(struct plain_list *root, struct jval body)
{
	struct jval choice = jscan_get(body, "tool_choice");
	struct jval parallel = jscan_get(body, "parallel_tool_calls");
	struct plain_list members = { .out = root->out };

	if (choice.text.at == NULL && parallel.type != J_FALSE)
		return;
	plain_key(root, "tool_choice");
	buf_add_byte(root->out, '{');
	plain_text(&members, "type", span_of(choice_of(choice)));
	plain_copy(&members, "name", choice, "name");
	if (parallel.type == J_FALSE) {
		plain_key(&members, "disable_parallel_tool_use");
		buf_add_text(root->out, "true");
	}
	buf_add_byte(root->out, '}');
}

static void write_output(struct plain_list *root, struct jval body)
{
	struct jval format = jscan_get(jscan_get(body, "text"), "format");
	struct jval schema = jscan_get(format, "schema");
	struct jval effort = jscan_get(jscan_get(body, "reasoning"), "effort");
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

/* Whose request it is has had several names. */
static void write_user(struct plain_list *root, struct jval body)
{
	struct jval user = jscan_get(body, "user");

	if (user.type != J_STRING)
		user = jscan_get(body, "safety_identifier");
	if (user.type != J_STRING)
		return;
	plain_key(root, "metadata");
	buf_addf(root->out, "{\"user_id\":%.*s}", SPAN_ARG(user.text));
}

void plain_responses_request(struct jval root, struct buf *out)
{
	struct plain_list members = { .out = out };

	buf_add_byte(out, '{');
	plain_copy(&members, "model", root, "model");
	write_input(&members, root);
	plain_tools(&members, jscan_get(root, "tools"), &tool_spelling);
	write_choice(&members, root);
	plain_copy(&members, "max_tokens", root, "max_output_tokens");
	plain_copy(&members, "stream", root, "stream");
	plain_copy(&members, "temperature", root, "temperature");
	plain_copy(&members, "top_p", root, "top_p");
	write_output(&members, root);
	write_user(&members, root);
	buf_add_byte(out, '}');
}
