/* Finding values by pointer (RFC 6901), and keys that come twice. */
#include "wire/json/jscan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/json/jindex.h"
#include "wire/json/jwalk.h"

/* Most keys differ in their length or their first letter, so these are compared
 * first. */
static bool is_key(struct jval found, const char *key, size_t len)
{
	size_t own = found.text.len - 2; /* escapes make it longer */

	if (own < len || (own == len && len > 0 && found.text.at[1] != key[0]))
		return false;
	return jscan_string_is(found, key);
}

bool jscan_member(struct jval object, const char *key, struct jval *out)
{
	struct jiter it = jscan_iter(object);
	size_t len = strlen(key);
	struct jval k, v;

	if (object.type != J_OBJECT)
		return false;
	while (jscan_next(&it, &k, &v)) {
		if (is_key(k, key, len)) {
			*out = v;
			return true;
		}
	}
	return false;
}

struct jval jscan_get(struct jval object, const char *key)
{
	struct jval v;

	if (jscan_member(object, key, &v) && v.type != J_NULL)
		return v;
	return (struct jval){ .type = J_NULL, .text = { NULL, 0 } };
}

enum { ESCAPE_MORE = 5 }; /* so many bytes is \u0061 longer than the letter */

/* May this be one of the keys, written with escapes? */
static bool may_be_escaped(struct span own, const struct span *keys,
			   size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (own.len >= keys[i].len + ESCAPE_MORE)
			return memchr(own.at, '\\', own.len) != NULL;
	return false;
}

/* Its number among the keys; `count`: it is none of them. */
static size_t key_number(struct span found, const struct span *keys,
			 size_t count)
{
	struct span own = { found.at + 1, found.len - 2 };

	for (size_t i = 0; i < count; i++)
		if (keys[i].len == own.len && keys[i].at[0] == own.at[0] &&
		    memcmp(keys[i].at, own.at, own.len) == 0)
			return i;
	if (!may_be_escaped(own, keys, count))
		return count;
	for (size_t i = 0; i < count; i++)
		if (jscan_string_is((struct jval){ J_STRING, found, NULL },
				    keys[i].at))
			return i;
	return count;
}

struct pick {
	const struct span *keys;
	size_t count;
	struct jval *out;
	uint32_t seen; /* keys found so far; the first of duplicates counts */
};

/* Where to put the value of this key; NULL: it was not asked for. */
static struct jval *place_of(struct pick *p, struct span key)
{
	size_t i = key_number(key, p->keys, p->count);

	if (i == p->count || (p->seen & UINT32_C(1) << i))
		return NULL;
	p->seen |= UINT32_C(1) << i;
	return &p->out[i];
}

/* Uses the index: members that were not asked for are skipped without being
 * read. */
static void pick_indexed(struct pick *p, struct jval object)
{
	const struct jnode *node = object.node + 1;
	const struct jnode *end = object.node + object.node->size;
	const char *text = object.text.at - object.node->at;

	for (; node < end; node += node->size) {
		struct span key = { text + node->key_at, node->key_len };
		struct jval *to = place_of(p, key);

		if (!to)
			continue;
		*to = jscan_span(span_make(text + node->at, node->len));
		to->node = node;
	}
}

static void pick_read(struct pick *p, struct jval object)
{
	struct jiter it = jscan_iter(object);
	struct jval key, value, *to;

	while (jscan_next(&it, &key, &value)) {
		to = place_of(p, key.text);
		if (to)
			*to = value;
	}
}

void jscan_pick(struct jval object, const struct span *keys, size_t count,
		struct jval *out)
{
	struct pick p = { keys, count, out, 0 };

	assert(count <= JSCAN_PICK_LIMIT);
	for (size_t i = 0; i < count; i++)
		out[i] = (struct jval){ .type = J_NULL };
	if (object.type == J_OBJECT && object.node)
		pick_indexed(&p, object);
	else if (object.type == J_OBJECT)
		pick_read(&p, object);
	for (size_t i = 0; i < count; i++)
		if (out[i].type == J_NULL)
			out[i] = (struct jval){ .type = J_NULL };
}

bool jscan_member_is(struct jval object, const char *key, const char *text)
{
	struct jval v = jscan_get(object, key);

	return v.type == J_STRING && jscan_string_is(v, text);
}

/* Undoes ~0 and ~1. false: another ~, which no pointer may have. */
static bool unescape_part(struct span part, struct buf *out)
{
	for (size_t i = 0; i < part.len; i++) {
		char c = part.at[i];

		if (c == '~') {
			i++;
			if (i == part.len ||
			    (part.at[i] != '0' && part.at[i] != '1'))
				return false;
			c = part.at[i] == '0' ? '~' : '/';
		}
		buf_add_byte(out, c);
	}
	return true;
}

static bool find_member(struct jval object, struct span part, struct jval *out)
{
	struct buf want = BUF_INIT(BUF_NO_LIMIT);
	bool found = unescape_part(part, &want) &&
		     memchr(buf_str(&want), '\0', want.len) == NULL &&
		     jscan_member(object, buf_str(&want), out);

	buf_clear(&want);
	return found;
}

static bool find_item(struct jval array, struct span part, struct jval *out)
{
	struct jiter it = jscan_iter(array);
	struct jval v;
	uint64_t index;
	bool last = span_is(part, "-") || span_is(part, "last"), any = false;

	if (!last && !span_u64(part, SIZE_MAX, &index))
		return false;
	if (!last && part.len > 1 && part.at[0] == '0')
		return false;
	while (jscan_next(&it, NULL, &v)) {
		any = true;
		if (!last && index-- == 0) {
			*out = v;
			return true;
		}
	}
	if (!last || !any)
		return false;
	*out = v;
	return true;
}

bool jscan_find(struct jval root, struct span pointer, struct jval *out)
{
	struct jval at = root;
	struct span part;

	if (pointer.len > 0 && !span_starts(pointer, "/"))
		return false;
	pointer = pointer.len > 0 ? span_skip(pointer, 1)
				  : (struct span){ .at = NULL };
	while (span_split(&pointer, '/', &part)) {
		bool found = at.type == J_OBJECT  ? find_member(at, part, &at)
			     : at.type == J_ARRAY ? find_item(at, part, &at)
						  : false;

		if (!found)
			return false;
	}
	*out = at;
	return true;
}

int jscan_pointer_add(struct buf *pointer, struct jval key)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t before = pointer->len;
	int rc = buf_add_byte(pointer, '/');

	jscan_string(key, &text);
	for (size_t i = 0; i < text.len && rc == 0; i++) {
		if (text.at[i] == '~')
			rc = buf_add_text(pointer, "~0");
		else if (text.at[i] == '/')
			rc = buf_add_text(pointer, "~1");
		else
			rc = buf_add_byte(pointer, text.at[i]);
	}
	if (rc < 0)
		buf_cut(pointer, before);
	buf_clear(&text);
	return rc;
}

struct key {
	const char *parent;
	struct jval key;
};

struct jpath_keys {
	struct key *list;
	size_t count, cap;
};

static struct jpath_keys keys_of(struct jval root)
{
	struct jpath_keys keys = { .list = NULL };
	struct jwalk walk;
	struct jstop stop;

	jwalk_init(&walk, root);
	while (jwalk_next(&walk, &stop)) {
		if (stop.key.text.len == 0)
			continue;
		keys.list = mem_room(keys.list, keys.count, &keys.cap,
				     sizeof(*keys.list));
		keys.list[keys.count++] =
			(struct key){ .parent = stop.parent, .key = stop.key };
	}
	return keys;
}

static int order_of(const char *a, const char *b)
{
	return (a > b) - (a < b);
}

static bool is_same_key(const struct key *a, const struct key *b)
{
	return a->parent == b->parent &&
	       jscan_string_order(a->key, b->key) == 0;
}

static int key_order(const void *left, const void *right)
{
	const struct key *a = left, *b = right;
	int order = order_of(a->parent, b->parent);

	if (order == 0)
		order = jscan_string_order(a->key, b->key);
	if (order == 0)
		order = order_of(a->key.text.at, b->key.text.at);
	return order;
}

/* Sorting keeps this from being quadratic in keys an outsider chose. */
bool jscan_duplicate_key(struct jval root, struct jval *key)
{
	struct jpath_keys keys = keys_of(root);
	const struct key *first = NULL;

	if (keys.count > 1)
		qsort(keys.list, keys.count, sizeof(*keys.list), key_order);
	for (size_t i = 1; i < keys.count; i++) {
		const struct key *k = &keys.list[i];

		if (is_same_key(k - 1, k) &&
		    (first == NULL || k->key.text.at < first->key.text.at))
			first = k;
	}
	if (first != NULL)
		*key = first->key;
	free(keys.list);
	return first != NULL;
}
