/* Checks fields and types in the system prompt and in messages. */
#include <string.h>

#include "mockupstream/dialects/betas.h"
#include "mockupstream/dialects/strict_private.h"

/* Kinds of blocks; "*": any members. */
static const struct shape blocks[] = {
	{ "text", "type text cache_control citations", "text" },
	{ "thinking", "type thinking signature", "thinking signature" },
	{ "redacted_thinking", "type data", "data" },
	{ "tool_use", "type id name input cache_control caller",
	  "id name input" },
	{ "tool_result", "type tool_use_id content is_error cache_control",
	  "tool_use_id" },
	{ "image", "type source cache_control", "source" },
	{ "document", "type source title context citations cache_control",
	  "source" },
	{ "search_result", "type source title content citations cache_control",
	  "content" },
	{ "tool_reference", "type tool_name cache_control", "tool_name" },
	{ "server_tool_use", "*", "id name input" },
	{ "web_search_tool_result", "*", "tool_use_id" },
	{ "web_fetch_tool_result", "*", "tool_use_id" },
	{ "code_execution_tool_result", "*", "tool_use_id" },
	{ "bash_code_execution_tool_result", "*", "tool_use_id" },
	{ "text_editor_code_execution_tool_result", "*", "tool_use_id" },
	{ "tool_search_tool_result", "*", "tool_use_id" },
	{ "advisor_tool_result", "*", "tool_use_id" },
	{ "mcp_tool_use", "*", "id name input" },
	{ "mcp_tool_result", "*", "tool_use_id" },
	{ "mcp_tool_listing", "*", "" },
	{ "container_upload", "*", "file_id" },
	{ "compaction", "*", "" },
	{ "fallback", "*", "" },
	{ "tool_addition", "*", "" },
	{ "tool_removal", "*", "" },
	{ "tool_definition", "*", "" },
};

enum { BLOCKS = sizeof(blocks) / sizeof(blocks[0]) };

/* Blocks that need a beta. */
static const struct {
	const char *type, *betas;
} block_betas[] = {
	{ "tool_reference", BETA_TOOLS },
	{ "tool_addition", BETA_TOOL_CHANGES },
	{ "tool_removal", BETA_TOOL_CHANGES },
	{ "tool_definition", BETA_TOOL_CHANGES },
	{ "mcp_tool_listing", BETA_MCP_LISTING },
};

enum { BLOCK_BETAS = sizeof(block_betas) / sizeof(block_betas[0]) };

static const struct shape message = { "message", "role content", "role" };

static const struct shape system_message = {
	"message", "role content clear_at output_config", "role"
};

/* ---- blocks ---- */

static int check_content(struct strict *s, const char *name, struct jval v);

static int check_inside(struct strict *s, struct jval block)
{
	struct jval v;

	if (strict_type_is(block, "tool_result") &&
	    jscan_member(block, "content", &v))
		return check_content(s, "content", v);
	if (strict_type_is(block, "tool_use") &&
	    jscan_member(block, "input", &v) && v.type != J_OBJECT) {
		(void)strict_enter(s, "input");
		return strict_refuse_here(s, "Input should be a valid "
					     "dictionary");
	}
	if (strict_type_is(block, "text") && jscan_member(block, "text", &v)) {
		if (v.type != J_STRING) {
			(void)strict_enter(s, "text");
			return strict_refuse_here(s, "Input should be a valid "
						     "string");
		}
		if (v.text.len == 2)
			return strict_refuse(s, "messages: text content blocks "
						"must be non-empty");
	}
	return 0;
}

static const struct shape *shape_of(const struct strict *s, struct jval type)
{
	for (size_t i = 0; i < BLOCK_BETAS; i++)
		if (strict_is_word(type, block_betas[i].type) &&
		    !strict_has_beta(s, block_betas[i].betas))
			return NULL;
	for (size_t i = 0; i < BLOCKS; i++)
		if (strict_is_word(type, blocks[i].name))
			return &blocks[i];
	return NULL;
}

static int check_block(struct strict *s, struct jval block)
{
	const struct shape *shape;
	struct jval type;

	if (block.type != J_OBJECT)
		return strict_refuse_here(s, "Input should be a valid "
					     "dictionary");
	if (!jscan_member(block, "type", &type) || type.type != J_STRING)
		return strict_refuse_here(s, "type: Field required");
	shape = shape_of(s, type);
	if (!shape)
		return strict_refuse_here(
			s,
			"Input tag '%.*s' found using 'type' does not match "
			"any of the expected tags",
			SPAN_ARG(span_first(span_first(span_skip(type.text, 1),
						       type.text.len - 2),
					    100)));
	if (span_find(span_of(shape->fields), span_of("cache_control")) !=
		    SIZE_MAX &&
	    strict_check_mark(s, block) < 0)
		return -1;
	(void)strict_enter(s, "%s", shape->name);
	if (strict_check_shape(s, block, shape) < 0)
		return -1;
	return check_inside(s, block);
}

static int check_blocks(struct strict *s, struct jval list)
{
	struct jiter it = jscan_iter(list);
	struct jval key, block;
	size_t n = 0;

	while (jscan_next(&it, &key, &block)) {
		size_t was = strict_enter(s, "%zu", n++);
		int rc = check_block(s, block);

		strict_leave(s, was);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* A text, or blocks. */
static int check_content(struct strict *s, const char *name, struct jval v)
{
	size_t was = strict_enter(s, "%s", name);
	int rc = 0;

	if (v.type == J_ARRAY)
		rc = check_blocks(s, v);
	else if (v.type != J_STRING)
		rc = strict_refuse_here(s, "Input should be a valid list");
	strict_leave(s, was);
	return rc;
}

/* ---- the system prompt and messages ---- */

int strict_check_system(struct strict *s, struct jval system)
{
	return check_content(s, "system", system);
}

static int check_message(struct strict *s, struct jval m, size_t n)
{
	struct jval role = { .type = J_NULL }, content;
	const struct shape *shape = &message;

	if (m.type == J_OBJECT && jscan_member(m, "role", &role) &&
	    !strict_is_word(role, "user assistant system")) {
		(void)strict_enter(s, "role");
		return strict_refuse_here(s, "Input should be 'user', "
					     "'assistant' or 'system'");
	}
	if (strict_is_word(role, "system"))
		shape = &system_message;
	if (strict_check_shape(s, m, shape) < 0)
		return -1;
	if (n == 0 && !strict_is_word(role, "user"))
		return strict_refuse(s, "messages: first message must use the "
					"\"user\" role");
	if (!jscan_member(m, "content", &content)) {
		(void)strict_enter(s, "content");
		return strict_refuse_here(s, "Field required");
	}
	return check_content(s, "content", content);
}

int strict_check_messages(struct strict *s, struct jval messages)
{
	struct jiter it = jscan_iter(messages);
	struct jval key, m;
	size_t n = 0;

	if (messages.type != J_ARRAY)
		return strict_refuse(s, "messages: Input should be a valid "
					"list");
	while (jscan_next(&it, &key, &m)) {
		size_t was = strict_enter(s, "messages.%zu", n);
		int rc = check_message(s, m, n++);

		strict_leave(s, was);
		if (rc < 0)
			return -1;
	}
	return n > 0 ? 0
		     : strict_refuse(s, "messages: at least one message is "
					"required");
}
