/* A client's key that is a word of ordinary traffic: that it is found says
 * nothing. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "probe/suite/casefile.h"
#include "wire/bytes/mem.h"

#define WORD_LONGEST 16 /* letters of a word */

static bool is_word(struct span key)
{
	for (size_t i = 0; i < key.len; i++)
		if (!isalpha((unsigned char)key.at[i]))
			return false;
	return key.len < WORD_LONGEST;
}

static bool has(struct span text, struct span key)
{
	return span_find(text, key) != SIZE_MAX;
}

static bool request_has(const struct request *r, struct span key)
{
	if (has(span_of(r->head.target), key) ||
	    has(span_make(r->body, r->body_len), key))
		return true;
	for (size_t i = 0; i < r->head.headers.count; i++) {
		const struct header *h = &r->head.headers.list[i];

		if (has(span_of(h->name), key) ||
		    (!secrets_is_header(h->name) &&
		     has(span_of(h->value), key)))
			return true;
	}
	return false;
}

static bool case_has(const struct casefile *c, struct span key)
{
	for (size_t i = 0; i < c->step_count; i++)
		if (c->steps[i].request != NULL &&
		    request_has(c->steps[i].request, key))
			return true;
	return false;
}

static bool is_text(const struct casebook *book, struct span key)
{
	bool found = is_word(key);

	for (size_t i = 0; i < book->count && !found; i++)
		found = case_has(book->list[i], key);
	return found;
}

bool casebook_weigh_key(struct casebook *book, const char *key)
{
	if (key == NULL || strlen(key) < CASE_KEY_LEAST ||
	    !is_text(book, span_of(key)))
		return false;
	for (size_t i = 0; i < book->count; i++) {
		free(book->list[i]->short_key);
		book->list[i]->short_key = xstrdup(key);
	}
	return true;
}
