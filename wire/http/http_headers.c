/*
 * The list of header fields: order, spelling and duplicates are kept, because
 * what a gateway did to them is what we are here to see.
 */
#include "wire/http/http.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define FIELD_OVERHEAD 4 /* ": " and CRLF */

static bool breaks_line(struct span s)
{
	return span_find_byte(s, '\0') != SIZE_MAX ||
	       span_find_byte(s, '\r') != SIZE_MAX ||
	       span_find_byte(s, '\n') != SIZE_MAX;
}

static size_t field_bytes(const struct header *h)
{
	return strlen(h->name) + strlen(h->value) + FIELD_OVERHEAD;
}

static bool is_named(const struct header *h, const char *name)
{
	const char *a = h->name, *b = name;

	while (span_lower(*a) == span_lower(*b) && *a)
		a++, b++;
	return *a == *b;
}

/* ---- texts: they never move, and are freed together ---- */

enum { FIRST_ROOM = 512 };

struct headers_text {
	struct headers_text *next; /* an older, full one */
	size_t len, room;
	char bytes[];
};

static struct headers_text *text_new(struct headers_text *old, size_t len)
{
	size_t room = old ? 2 * old->room : FIRST_ROOM;
	struct headers_text *t;

	room = room < len ? len : room;
	t = xmalloc(sizeof(*t) + room);
	t->next = old;
	t->len = 0;
	t->room = room;
	return t;
}

static char *keep(struct headers *h, struct span s)
{
	char *at;

	if (!h->text || h->text->room - h->text->len <= s.len)
		h->text = text_new(h->text, s.len + 1);
	at = h->text->bytes + h->text->len;
	if (s.len > 0)
		memcpy(at, s.at, s.len);
	at[s.len] = '\0';
	h->text->len += s.len + 1;
	return at;
}

/* ---- fields ---- */

void headers_clear(struct headers *h)
{
	struct headers_text *next;

	for (; h->text; h->text = next) {
		next = h->text->next;
		free(h->text);
	}
	free(h->list);
	*h = (struct headers){ 0 };
}

static bool take(size_t *room, size_t bytes)
{
	if (bytes > *room)
		return false;
	*room -= bytes;
	return true;
}

/* Written so that no sum can wrap: h->bytes never passes the limit. */
static bool fits(size_t used, struct span name, struct span value)
{
	size_t room = HTTP_HEAD_BYTES_LIMIT - used;

	return take(&room, FIELD_OVERHEAD) && take(&room, name.len) &&
	       take(&room, value.len);
}

int headers_add(struct headers *h, struct span name, struct span value)
{
	if (h->count >= HTTP_HEADERS_LIMIT || !fits(h->bytes, name, value))
		return -1;
	if (breaks_line(name) || breaks_line(value))
		return -1;
	h->list = mem_room(h->list, h->count, &h->cap, sizeof(*h->list));
	h->list[h->count].name = keep(h, name);
	h->list[h->count].value = keep(h, value);
	h->bytes += name.len + value.len + FIELD_OVERHEAD;
	h->count++;
	return 0;
}

int headers_add_text(struct headers *h, const char *name, const char *value)
{
	return headers_add(h, span_of(name), span_of(value));
}

int headers_copy(struct headers *to, const struct headers *from)
{
	for (size_t i = 0; i < from->count; i++)
		if (headers_add_text(to, from->list[i].name,
				     from->list[i].value) < 0)
			return -1;
	return 0;
}

/* Removes the fields of that name after the first `keep` of them. `name` may
 * point into one of them, so all are found before any is freed. */
static size_t remove_after(struct headers *h, const char *name, size_t keep)
{
	size_t kept = 0, seen = 0, had = h->count;

	for (size_t i = 0; i < had; i++) {
		struct header one = h->list[i];

		if (is_named(&one, name) && seen++ >= keep)
			continue;
		h->list[i] = h->list[kept];
		h->list[kept++] = one;
	}
	h->count = kept;
	for (size_t i = kept; i < had; i++)
		h->bytes -= field_bytes(&h->list[i]);
	return had - kept;
}

size_t headers_remove(struct headers *h, const char *name)
{
	return remove_after(h, name, 0);
}

static struct header *find(const struct headers *h, const char *name, size_t n)
{
	for (size_t i = 0; i < h->count; i++)
		if (is_named(&h->list[i], name) && n-- == 0)
			return &h->list[i];
	return NULL;
}

int headers_set(struct headers *h, const char *name, const char *value)
{
	struct header *first = find(h, name, 0);
	struct span v = span_of(value);

	if (first == NULL)
		return headers_add(h, span_of(name), v);
	if (breaks_line(v) ||
	    !fits(h->bytes - field_bytes(first), span_of(first->name), v))
		return -1;
	h->bytes -= field_bytes(first);
	/* The new value may be a part of the old one. */
	if (v.len <= strlen(first->value)) {
		memmove(first->value, v.at, v.len);
		first->value[v.len] = '\0';
	} else {
		first->value = keep(h, v);
	}
	h->bytes += field_bytes(first);
	remove_after(h, name, 1);
	return 0;
}

const char *headers_nth(const struct headers *h, const char *name, size_t n)
{
	const struct header *found = find(h, name, n);

	return found != NULL ? found->value : NULL;
}

const char *headers_get(const struct headers *h, const char *name)
{
	return headers_nth(h, name, 0);
}

size_t headers_count(const struct headers *h, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->count; i++)
		n += is_named(&h->list[i], name);
	return n;
}

int headers_join(const struct headers *h, const char *name, struct buf *out)
{
	const char *value;

	for (size_t i = 0; (value = headers_nth(h, name, i)); i++)
		if (buf_addf(out, "%s%s", i > 0 ? "," : "", value) < 0)
			return -1;
	return 0;
}

bool headers_has_token(const struct headers *h, const char *name,
		       const char *token)
{
	for (size_t i = 0; i < h->count; i++) {
		struct span rest, part;

		if (!is_named(&h->list[i], name))
			continue;
		rest = span_of(h->list[i].value);
		while (span_split(&rest, ',', &part))
			if (span_is_nocase(span_trim(part), token))
				return true;
	}
	return false;
}
