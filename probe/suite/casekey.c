/* Finds weak keys: those that occur in ordinary traffic, so that finding one
 * there proves no leak. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "probe/suite/casefile.h"
#include "wire/bytes/mem.h"

#define WORD_LONGEST 16 /* letters of a word */
/* Bytes of a text; the rest is filler */
#define WEIGHED_MOST ((size_t)128 * 1024)

static const char *key_of(const struct casebook_values *v, size_t which)
{
	return which == CASE_KEY_CLIENT ? v->client_key : v->upstream_key;
}

static bool is_word(const char *key)
{
	size_t len = 0;

	while (isalpha((unsigned char)key[len]))
		len++;
	return key[len] == '\0' && len < WORD_LONGEST;
}

static bool is_weak(const char *key)
{
	return strlen(key) < CASE_KEY_LEAST || is_word(key) ||
	       secrets_is_ordinary(key);
}

/* ---- texts of the suite ---- */

struct weighing {
	struct secrets key;
	const char **read; /* names of fixtures that were looked at */
	size_t count;
};

/* True once for each fixture, and always for a text in a case file. */
static bool is_new(struct weighing *w, const char *name)
{
	if (!span_starts(span_of(name), "fixtures/"))
		return true;
	for (size_t i = 0; i < w->count; i++)
		if (strcmp(w->read[i], name) == 0)
			return false; /* it would be looked at again */
	w->read = xrealloc(w->read, (w->count + 1) * sizeof(*w->read));
	w->read[w->count++] = name;
	return true;
}

static bool has(const struct weighing *w, const void *at, size_t len)
{
	return secrets_occur(&w->key,
			     span_first(span_make(at, len), WEIGHED_MOST));
}

static bool has_word(const struct weighing *w, const char *text)
{
	return secrets_occur(&w->key, span_of(text));
}

static bool is_in_head(const struct weighing *w, const struct headers *h)
{
	for (size_t i = 0; i < h->count; i++) {
		const struct header *one = &h->list[i];

		if (has_word(w, one->name) ||
		    (!secrets_is_header(one->name) && has_word(w, one->value)))
			return true;
	}
	return false;
}

static bool is_asked(struct weighing *w, const struct request *r)
{
	return has_word(w, r->head.target) || is_in_head(w, &r->head.headers) ||
	       (is_new(w, r->source) && has(w, r->body, r->body_len));
}

static bool is_answered(struct weighing *w, const struct reply *r)
{
	return is_in_head(w, &r->headers) || has(w, r->bytes, r->len) ||
	       (r->script != NULL && is_new(w, r->script->name) &&
		has(w, r->script->text, r->script->len));
}

static bool is_in_rules(struct weighing *w, const struct rules *rules)
{
	for (size_t i = 0; rules != NULL && i < rules->count; i++)
		for (size_t k = 0; k < rules->list[i].reply_count; k++)
			if (is_answered(w, &rules->list[i].replies[k]))
				return true;
	return false;
}

static bool is_in_case(struct weighing *w, const struct casefile *c)
{
	for (size_t i = 0; i < c->step_count; i++)
		if (c->steps[i].request != NULL &&
		    is_asked(w, c->steps[i].request))
			return true;
	return is_in_rules(w, c->upstream);
}

/* Does the key occur in the suite's requests or answers? A made-up key
 * cannot. */
static bool is_in_book(const struct casebook *book, const char *key)
{
	struct weighing w = { .read = NULL };
	bool found = false;

	if (span_starts(span_of(key), CASE_KEY_MADE))
		return false;
	secrets_add(&w.key, key);
	for (size_t i = 0; i < book->count && !found; i++)
		found = is_in_case(&w, book->list[i]);
	secrets_clear(&w.key);
	free(w.read);
	return found;
}

/* ---- the keys of a case ---- */

void casefile_take_keys(struct casefile *c, const struct casebook_values *v,
			const bool weak[CASE_KEYS])
{
	secrets_clear(&c->secrets);
	secrets_add(&c->secrets, v->wrong_key);
	for (size_t i = 0; v->ring != NULL && i < v->ring->count; i++)
		secrets_add(&c->secrets, v->ring->list[i].value);
	for (size_t i = 0; i < CASE_KEYS; i++) {
		const char *key = key_of(v, i);

		free(c->weak[i]);
		c->weak[i] = NULL;
		if (key == NULL)
			continue;
		if (weak[i] || is_weak(key))
			c->weak[i] = xstrdup(key);
		else
			secrets_add(&c->secrets, key);
	}
}

void casebook_weigh_keys(struct casebook *book,
			 const struct casebook_values *values)
{
	bool any = false;

	for (size_t i = 0; i < CASE_KEYS; i++) {
		const char *key = key_of(values, i);

		book->weak[i] =
			key != NULL && (is_weak(key) || is_in_book(book, key));
		any = any || book->weak[i];
	}
	for (size_t i = 0; any && i < book->count; i++)
		casefile_take_keys(book->list[i], values, book->weak);
}
