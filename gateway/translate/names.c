/*
 * Names of tools. The provider takes at most 64 characters of [a-zA-Z0-9_-].
 * Another name is cut, its other characters are replaced, and a hash at its end
 * keeps it different from all others.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/translate/translate_private.h"
#include "wire/bytes/hash.h"
#include "wire/bytes/mem.h"

enum { FRONT = 47 }; /* characters; the hash has 16 digits */

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool is_taken(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_plain(name.at[i]))
			return false;
	return name.len > 0 && name.len <= TRANSLATE_NAME_LIMIT;
}

static const struct translate_name *find_own(const struct translate *t,
					     struct span own, uint64_t hash)
{
	for (size_t i = 0; i < t->names_count; i++)
		if (t->names[i].hash == hash && span_is(own, t->names[i].own))
			return &t->names[i];
	return NULL;
}

/* The row of a name, made if there is none; NULL: there are too many. */
static const struct translate_name *shorten(struct translate *t,
					    struct span own)
{
	uint64_t hash = hash_bytes(HASH_START, own);
	const struct translate_name *known = find_own(t, own, hash);
	struct translate_name *new;
	size_t len = own.len < FRONT ? own.len : FRONT;

	t->names_full = t->names_full ||
			(!known && t->names_count == TRANSLATE_NAMES_LIMIT);
	if (known || t->names_full)
		return known;
	t->names = xrealloc(t->names, (t->names_count + 1) * sizeof(*t->names));
	new = &t->names[t->names_count++];
	new->own = span_dup(own);
	new->hash = hash;
	for (size_t i = 0; i < len; i++)
		new->given[i] = is_plain(own.at[i]) ? own.at[i] : '_';
	snprintf(new->given + len, sizeof(new->given) - len, "_%016" PRIx64,
		 hash);
	return new;
}

void translate_name_text(struct translate *t, struct jval name, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const struct translate_name *changed = NULL;

	if (name.type == J_STRING)
		jscan_string(name, &text);
	if (!is_taken(buf_span(&text)))
		changed = shorten(t, buf_span(&text));
	buf_add_span(out, changed ? span_of(changed->given) : buf_span(&text));
	buf_clear(&text);
}

void translate_name_out(struct translate *t, struct jval name, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	translate_name_text(t, name, &text);
	jscan_quote(out, buf_span(&text));
	buf_clear(&text);
}

void translate_name_back(const struct translate *t, struct span name,
			 struct buf *out)
{
	for (size_t i = 0; i < t->names_count; i++)
		if (span_is(name, t->names[i].given))
			name = span_of(t->names[i].own);
	jscan_quote(out, name);
}
