/*
 * Hashes of what thinking is bound to. Values are hashed, not their spelling:
 * the order of keys, escapes and white space do not count, and a text is the
 * same as a list of one text block. Left out are cache_control and what the
 * real API does not count or show to the model: the effort of a message,
 * deferred tools, the attribution block. The hash is FNV-1a, which notices
 * accidents, not attacks.
 */
#include <stdio.h>

#include "mockupstream/dialects/strict_private.h"

enum { STRING_LIMIT_BYTES = 64 * 1024 * 1024 };

#define ATTRIBUTION "\"x-anthropic-billing-header:"

uint64_t strict_hash_number(uint64_t hash, uint64_t n)
{
	for (int i = 0; i < 8; i++, n >>= 8)
		hash = hash_add(hash, n & 0xff);
	return hash;
}

uint64_t strict_hash_text(struct span s)
{
	return hash_bytes(strict_hash_number(HASH_START, 's'), s);
}

uint64_t strict_hash_string(struct jval v)
{
	struct span inner = span_first(span_skip(v.text, 1), v.text.len - 2);
	struct buf text = BUF_INIT(STRING_LIMIT_BYTES);
	uint64_t hash;

	if (span_find_byte(inner, '\\') == SIZE_MAX)
		return strict_hash_text(inner);
	(void)jscan_string(v, &text);
	hash = strict_hash_text(buf_span(&text));
	buf_clear(&text);
	return hash;
}

/* Hashes a number: 1, 1.0 and 1e0 are the same. */
static uint64_t hash_number(struct jval v)
{
	uint64_t hash = strict_hash_number(HASH_START, 'n');
	char text[40];
	int64_t whole;
	double d;

	if (jscan_i64(v, &whole))
		return strict_hash_number(hash, (uint64_t)whole);
	if (!jscan_double(v, &d))
		return hash_bytes(hash, v.text);
	if (d > -9e15 && d < 9e15 && d == (double)(int64_t)d)
		return strict_hash_number(hash, (uint64_t)(int64_t)d);
	snprintf(text, sizeof(text), "%.17g", d);
	return hash_bytes(hash, span_of(text));
}

static uint64_t hash_list(struct jval list, const char *left_out)
{
	struct jiter it = jscan_iter(list);
	uint64_t hash = strict_hash_number(HASH_START, 'l');
	struct jval key, item;

	while (jscan_next(&it, &key, &item))
		hash = strict_hash_number(hash,
					  strict_hash_value(item, left_out));
	return hash;
}

/* The hash of a list of one text block with this text. */
static uint64_t hash_one_text(struct jval string)
{
	uint64_t type = strict_hash_number(strict_hash_text(span_of("type")),
					   strict_hash_text(span_of("text")));
	uint64_t text = strict_hash_number(strict_hash_text(span_of("text")),
					   strict_hash_string(string));

	return strict_hash_number(
		strict_hash_number(HASH_START, 'l'),
		strict_hash_number(strict_hash_number(HASH_START, 'o'),
				   type + text));
}

/* Hashes an object: the hashes of its members are added, so that their order
 * does not count. */
static uint64_t hash_object(struct jval object, const char *left_out)
{
	struct jiter it = jscan_iter(object);
	struct jval key, v;
	uint64_t sum = 0, hash;

	while (jscan_next(&it, &key, &v)) {
		if (strict_is_word(key, left_out))
			continue;
		if (v.type == J_STRING && jscan_string_is(key, "content"))
			hash = hash_one_text(v);
		else if (strict_is_word(key, "input input_schema"))
			hash = strict_hash_value(v, "");
		else
			hash = strict_hash_value(v, left_out);
		sum += strict_hash_number(strict_hash_string(key), hash);
	}
	return strict_hash_number(strict_hash_number(HASH_START, 'o'), sum);
}

uint64_t strict_hash_value(struct jval v, const char *left_out)
{
	switch (v.type) {
	case J_STRING:
		return strict_hash_string(v);
	case J_NUMBER:
		return hash_number(v);
	case J_ARRAY:
		return hash_list(v, left_out);
	case J_OBJECT:
		return hash_object(v, left_out);
	default:
		return strict_hash_number(HASH_START, (uint64_t)v.type);
	}
}

/* ---- hashes of the parts of a request ---- */

static bool is_attribution(struct jval block)
{
	struct jval text;

	return block.type == J_OBJECT && jscan_member(block, "text", &text) &&
	       span_starts(text.text, ATTRIBUTION);
}

uint64_t strict_hash_system(struct jval root)
{
	uint64_t hash = strict_hash_number(HASH_START, 'l');
	struct jval system, key, block;
	struct jiter it;
	size_t n = 0;

	if (!jscan_member(root, "system", &system))
		return hash;
	if (system.type == J_STRING)
		return hash_one_text(system);
	it = jscan_iter(system);
	while (jscan_next(&it, &key, &block))
		if (n++ > 0 || !is_attribution(block))
			hash = strict_hash_number(
				hash,
				strict_hash_value(block, "cache_control"));
	return hash;
}

uint64_t strict_hash_tools(struct jval root)
{
	uint64_t hash = strict_hash_number(HASH_START, 'l');
	struct jval tools, key, tool, v;
	struct jiter it;

	if (!jscan_member(root, "tools", &tools))
		return hash;
	it = jscan_iter(tools);
	while (jscan_next(&it, &key, &tool))
		if (tool.type != J_OBJECT ||
		    !jscan_member(tool, "defer_loading", &v) ||
		    v.type != J_TRUE)
			hash = strict_hash_number(
				hash, strict_hash_value(tool, "cache_control "
							      "defer_loading"));
	return hash;
}
