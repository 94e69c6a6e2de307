/* Reads names of models. */
#include "gateway/pool/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* ---- a provider's list ---- */

static bool matches(const char *listed, struct span model, struct span *rest)
{
	struct span front = span_of(listed);

	*rest = SPAN_EMPTY;
	if (!span_ends(front, "*"))
		return span_equal(model, front);
	front.len--;
	*rest = span_skip(model, front.len);
	return span_equal(span_first(model, front.len), front);
}

bool names_serves(const struct bridge_models *m, struct span model,
		  struct buf *listed)
{
	for (size_t i = 0; i < m->count; i++) {
		struct span to = span_of(m->list[i].provider), rest;

		if (!matches(m->list[i].client, model, &rest))
			continue;
		if (listed && span_ends(to, "*")) {
			buf_add_span(listed, span_first(to, to.len - 1));
			buf_add_span(listed, rest);
		} else if (listed) {
			buf_add_span(listed, to);
		}
		return true;
	}
	return m->count == 0;
}

/* ---- what is known ---- */

void names_clear(struct names_table *n)
{
	for (size_t i = 0; i < n->aliases_count; i++) {
		free(n->aliases[i].name);
		free(n->aliases[i].model);
		free(n->aliases[i].display);
	}
	for (size_t i = 0; i < n->known_count; i++)
		free(n->known[i]);
	free(n->aliases);
	free(n->known);
	*n = (struct names_table){ .aliases = NULL };
}

static const struct names_alias *alias_of(const struct names_table *n,
					  struct span name)
{
	for (size_t i = 0; i < n->aliases_count; i++)
		if (span_is(name, n->aliases[i].name))
			return &n->aliases[i];
	return NULL;
}

int names_add(struct names_table *n, const struct names_alias *alias)
{
	struct names_alias *to;

	if (alias_of(n, span_of(alias->name)))
		return -1;
	n->aliases = xrealloc(n->aliases,
			      (n->aliases_count + 1) * sizeof(*n->aliases));
	to = &n->aliases[n->aliases_count++];
	*to = *alias;
	to->name = xstrdup(alias->name);
	to->model = xstrdup(alias->model);
	to->display = alias->display ? xstrdup(alias->display) : NULL;
	return 0;
}

static bool is_known(const struct names_table *n, struct span name)
{
	for (size_t i = 0; i < n->known_count; i++)
		if (span_is(name, n->known[i]))
			return true;
	return false;
}

void names_know(struct names_table *n, const struct bridge_models *m)
{
	for (size_t i = 0; i < m->count; i++) {
		struct span name = span_of(m->list[i].client);

		if (span_ends(name, "*") || is_known(n, name))
			continue;
		n->known = xrealloc(n->known,
				    (n->known_count + 1) * sizeof(*n->known));
		n->known[n->known_count++] = span_dup(name);
	}
}

struct span names_undated(const struct names_table *n, struct span name)
{
	/* A shorter name has no front of its own: it is as long as the name. */
	size_t len = name.len - strlen("-20250929");
	struct span front = span_first(name, len);

	if (is_known(n, name) || !is_known(n, front) || name.at[len] != '-')
		return name;
	for (size_t i = len + 1; i < name.len; i++)
		if (!isdigit((unsigned char)name.at[i]))
			return name;
	return front;
}

/* ---- families ---- */

/* The numbers of an id: "claude-sonnet-4-5-20250929" has 4 and 5, and that
 * day. */
struct version {
	unsigned long numbers[4];
	size_t count;
	unsigned long day;
};

static bool is_number(struct span part)
{
	for (size_t i = 0; i < part.len; i++)
		if (!isdigit((unsigned char)part.at[i]))
			return false;
	return part.len > 0 && part.len <= 8;
}

static unsigned long number_of(struct span part)
{
	uint64_t n = 0;

	(void)span_u64(part, UINT32_MAX, &n);
	return (unsigned long)n;
}

/* Are the words of the id, without its numbers, those of the family in their
 * order? */
static bool is_of_family(struct span id, struct span family, struct version *v)
{
	struct span part, word;

	*v = (struct version){ 0 };
	while (span_split(&id, '-', &part)) {
		if (is_number(part)) {
			if (part.len == 8)
				v->day = number_of(part);
			else if (v->count < 4)
				v->numbers[v->count++] = number_of(part);
		} else if (!span_split(&family, '-', &word) ||
			   !span_equal(part, word)) {
			return false;
		}
	}
	return !span_split(&family, '-', &word);
}

static bool is_newer(const struct version *a, const struct version *b)
{
	for (size_t i = 0; i < 4; i++)
		if (a->numbers[i] != b->numbers[i])
			return a->numbers[i] > b->numbers[i];
	return a->day > b->day;
}

static int newest(const struct names_table *n, struct span family,
		  struct buf *out)
{
	const char *best = NULL;
	struct version v, most = { 0 };

	for (size_t i = 0; i < n->known_count; i++) {
		if (!is_of_family(span_of(n->known[i]), family, &v))
			continue;
		if (!best || is_newer(&v, &most)) {
			best = n->known[i];
			most = v;
		}
	}
	return best ? buf_add_text(out, best) : -1;
}

/* ---- a client's name ---- */

static const struct {
	const char *suffix;
	enum wish_sort sort;
	bool free;
} suffixes[] = {
	{ "[1m]", WISH_UNSORTED, false },
	{ ":nitro", WISH_THROUGHPUT, false },
	{ ":floor", WISH_FLOOR, false },
	{ ":free", WISH_UNSORTED, true },
};

static bool take_suffix(struct span *name, struct wish *wish)
{
	struct wish more = WISH_INIT;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (!span_ends(*name, suffixes[i].suffix))
			continue;
		more.sort = suffixes[i].sort;
		more.free = suffixes[i].free;
		wish_add(wish, &more);
		*name = span_first(*name,
				   name->len - strlen(suffixes[i].suffix));
		return true;
	}
	return false;
}

static struct span without_vendor(struct span name)
{
	return span_starts(name, "anthropic/")
		       ? span_skip(name, strlen("anthropic/"))
		       : name;
}

/* Appends the plain name for a name that is no alias, or for the model of an
 * alias. */
static int read_plain(const struct names_table *n, struct span name,
		      struct buf *plain)
{
	struct span bare = without_vendor(name);

	if (is_known(n, name))
		return buf_add_span(plain, name);
	if (!span_starts(name, "~") || !span_ends(name, "-latest"))
		return buf_add_span(plain, bare);
	bare = without_vendor(span_skip(name, 1));
	return newest(n, span_first(bare, bare.len - strlen("-latest")), plain);
}

int names_read(const struct names_table *n, struct span asked,
	       struct buf *plain, struct wish *wish)
{
	const struct names_alias *alias = alias_of(n, asked);

	while (!alias && !is_known(n, asked) && take_suffix(&asked, wish))
		alias = alias_of(n, asked);
	if (!alias)
		return read_plain(n, asked, plain);
	wish_add(wish, &alias->wish);
	asked = span_of(alias->model);
	while (!is_known(n, asked) && take_suffix(&asked, wish))
		;
	return read_plain(n, asked, plain);
}
