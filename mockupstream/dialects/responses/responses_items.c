/* Checks the items of the input: their types, members and ids. */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/responses/responses_private.h"

enum { ID_LIMIT = 64 };

/* Types of items; members: NULL where they are not checked. */
static const struct item_row {
	const char *type, *members;
	const char *id; /* what its id begins with; NULL: not checked */
} rows[] = {
	{ "message", "type role content status id phase", "msg" },
	{ "reasoning", "type id summary content encrypted_content status",
	  "rs" },
	{ "function_call",
	  "type id call_id name arguments status caller namespace async",
	  "fc" },
	{ "function_call_output",
	  "type id call_id output status caller name namespace", NULL },
	{ "custom_tool_call", NULL, "ctc" },
	{ "custom_tool_call_output", NULL, NULL },
	{ "item_reference", "type id", NULL },
	{ "additional_tools", NULL, NULL },
	{ "apply_patch_call", NULL, NULL },
	{ "apply_patch_call_output", NULL, NULL },
	{ "code_interpreter_call", NULL, NULL },
	{ "compaction", NULL, NULL },
	{ "compaction_trigger", NULL, NULL },
	{ "computer_call", NULL, NULL },
	{ "computer_call_output", NULL, NULL },
	{ "configuration_update", NULL, NULL },
	{ "file_search_call", NULL, NULL },
	{ "image_generation_call", NULL, NULL },
	{ "local_shell_call", NULL, NULL },
	{ "local_shell_call_output", NULL, NULL },
	{ "mcp_approval_request", NULL, NULL },
	{ "mcp_approval_response", NULL, NULL },
	{ "mcp_call", NULL, NULL },
	{ "mcp_list_tools", NULL, NULL },
	{ "program", NULL, NULL },
	{ "program_output", NULL, NULL },
	{ "shell_call", NULL, NULL },
	{ "shell_call_output", NULL, NULL },
	{ "tool_search_call", NULL, NULL },
	{ "tool_search_output", NULL, NULL },
	{ "web_search_call", NULL, "ws" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

struct responses_entry {
	struct jval item;
	const struct item_row *row;
	char place[CHAT_PLACE_LEN]; /* input[N] */
	struct chat_refusal *why;
};

static void place_of(const struct responses_entry *i, const char *member,
		     char out[CHAT_PLACE_LEN])
{
	snprintf(out, CHAT_PLACE_LEN, "%.48s.%s", i->place, member);
}

static int refuse_missing(const struct responses_entry *i, const char *member)
{
	char place[CHAT_PLACE_LEN];

	place_of(i, member, place);
	return chat_refuse(i->why, "missing_required_parameter", place,
			   "Missing required parameter: '%s'.", place);
}

/* ---- members ---- */

static int check_text(const struct responses_entry *i, const char *member,
		      size_t most)
{
	struct jval v = jscan_get(i->item, member);
	char place[CHAT_PLACE_LEN];

	place_of(i, member, place);
	if (v.text.at == NULL)
		return refuse_missing(i, member);
	return chat_value_length(place, v, most, i->why);
}

static bool is_id(struct span id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return id.len > 0;
}

/* Refuses an id of another vendor. */
static int check_id(const struct responses_entry *i)
{
	struct jval v = jscan_get(i->item, "id");
	struct buf id = BUF_INIT(BUF_NO_LIMIT);
	char place[CHAT_PLACE_LEN];
	int rc;

	if (v.text.at == NULL || !i->row->id)
		return 0;
	place_of(i, "id", place);
	rc = chat_value_length(place, v, ID_LIMIT, i->why);
	if (rc < 0)
		return -1;
	(void)jscan_string(v, &id);
	if (!is_id(buf_span(&id)))
		rc = chat_refuse(i->why, "invalid_value", place,
				 "Invalid '%s': '%.64s'. Expected an ID that "
				 "contains letters, numbers, underscores, or "
				 "dashes, but this value contained additional "
				 "characters.",
				 place, buf_str(&id));
	else if (!span_starts(buf_span(&id), i->row->id))
		rc = chat_refuse(i->why, "invalid_value", place,
				 "Invalid '%s': '%.64s'. Expected an ID that "
				 "begins with '%s'.",
				 place, buf_str(&id), i->row->id);
	buf_clear(&id);
	return rc;
}

/* ---- each type ---- */

/* What the model said comes back in the parts of an answer. */
static int check_message(const struct responses_entry *i)
{
	bool said = jscan_member_is(i->item, "role", "assistant");
	char place[CHAT_PLACE_LEN];

	if (jscan_get(i->item, "role").text.at == NULL)
		return refuse_missing(i, "role");
	place_of(i, "role", place);
	if (chat_value_word(place, jscan_get(i->item, "role"),
			    "assistant system developer user", i->why) < 0)
		return -1;
	place_of(i, "content", place);
	if (!jscan_get(i->item, "content").text.at)
		return refuse_missing(i, "content");
	return responses_parts_check(
		jscan_get(i->item, "content"), place,
		said ? "output_text refusal"
		     : "input_text input_image input_file input_audio",
		i->why);
}

static int check_call(const struct responses_entry *i)
{
	char place[CHAT_PLACE_LEN];

	if (check_text(i, "call_id", ID_LIMIT) < 0)
		return -1;
	if (!jscan_get(i->item, "name").text.at)
		return refuse_missing(i, "name");
	place_of(i, "name", place);
	if (chat_name_check(jscan_get(i->item, "name"), place, i->why) < 0)
		return -1;
	return check_text(i, "arguments", CHAT_ANY_LENGTH);
}

static int check_output(const struct responses_entry *i)
{
	char place[CHAT_PLACE_LEN];

	if (check_text(i, "call_id", ID_LIMIT) < 0)
		return -1;
	if (!jscan_get(i->item, "output").text.at)
		return refuse_missing(i, "output");
	place_of(i, "output", place);
	return responses_parts_check(jscan_get(i->item, "output"), place,
				     "input_text input_image input_file",
				     i->why);
}

static int check_reference(const struct responses_entry *i)
{
	struct buf id = BUF_INIT(BUF_NO_LIMIT);

	if (check_text(i, "id", CHAT_ANY_LENGTH) < 0)
		return -1;
	(void)jscan_string(jscan_get(i->item, "id"), &id);
	chat_refuse(i->why, NULL, "input", "Item with id '%.80s' not found.",
		    buf_str(&id));
	i->why->status = 404;
	buf_clear(&id);
	return -1;
}

/* ---- an item ---- */

static int refuse_type(const struct responses_entry *i)
{
	struct buf list = BUF_INIT(2048);
	char place[CHAT_PLACE_LEN];

	for (size_t k = 0; k < ROWS; k++)
		buf_addf(&list, "%s'%s'",
			 k == 0          ? ""
			 : k + 1 == ROWS ? ", and "
					 : ", ",
			 rows[k].type);
	place_of(i, "type", place);
	chat_refuse_value(i->why, place, jscan_get(i->item, "type"),
			  buf_str(&list));
	buf_clear(&list);
	return -1;
}

/* Without a type it is a message. */
static const struct item_row *row_of(struct jval item)
{
	if (!jscan_get(item, "type").text.at)
		return &rows[0];
	for (size_t i = 0; i < ROWS; i++)
		if (jscan_member_is(item, "type", rows[i].type))
			return &rows[i];
	return NULL;
}

static int check_item(struct responses_entry *i)
{
	static int (*const checks[])(const struct responses_entry *i) = {
		check_message, NULL, check_call,     check_output,
		NULL,          NULL, check_reference
	};
	size_t n;

	if (i->item.type != J_OBJECT)
		return chat_refuse_type(i->why, i->place, "an object", i->item);
	i->row = row_of(i->item);
	if (!i->row)
		return refuse_type(i);
	if (i->row->members &&
	    chat_value_names(i->item, i->place, i->row->members, i->why) < 0)
		return -1;
	n = (size_t)(i->row - rows);
	if (check_id(i) < 0)
		return -1;
	return n < sizeof(checks) / sizeof(checks[0]) && checks[n]
		       ? checks[n](i)
		       : 0;
}

/* ---- all of them ---- */

int responses_items_check(struct jval root, struct chat_refusal *why)
{
	struct jval input = jscan_get(root, "input");
	struct jiter it = jscan_iter(input);
	struct responses_entry i = { .why = why };

	if (input.type == J_STRING || input.text.at == NULL)
		return 0;
	if (input.type != J_ARRAY)
		return chat_refuse_type(why, "input",
					"one of a string or array of objects",
					input);
	for (size_t n = 0; jscan_next(&it, NULL, &i.item); n++) {
		snprintf(i.place, sizeof(i.place), "input[%zu]", n);
		if (check_item(&i) < 0)
			return -1;
	}
	if (responses_thoughts_check(
		    input, jscan_get(root, "store").type != J_FALSE, why) < 0)
		return -1;
	return responses_pairs_check(input, why);
}
