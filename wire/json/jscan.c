/* Iterates over JSON that has been checked. */
#include "wire/json/jscan.h"

#include <string.h>

#include "wire/json/jbyte.h"
#include "wire/json/jindex.h"
#include "wire/json/jwalk.h"

struct place jscan_place(struct span doc, const char *at)
{
	struct place p = { .line = 1, .column = 1 };

	for (const char *c = doc.at; c < at; c++) {
		p.column++;
		if (*c == '\n') {
			p.line++;
			p.column = 1;
		}
	}
	return p;
}

/*
 * The end of the string whose opening quote is at `at`. Bytes that are not
 * plain are quotes and backslashes here: a checked text has no control
 * characters in its strings.
 */
static const char *string_end(const char *at, const char *end)
{
	for (at = jbyte_skip_plain(at + 1, end); at < end && *at != '"';
	     at = jbyte_skip_plain(at, end))
		at = *at == '\\' && end - at > 1 ? at + 2 : at + 1;
	return at < end ? at + 1 : end;
}

static const char *container_end(const char *at, const char *end)
{
	size_t depth = 0;

	while (at < end) {
		char c = *at;

		if (c == '"') {
			at = string_end(at, end);
			continue;
		}
		at++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			break;
	}
	return at;
}

static const char *word_end(const char *at, const char *end)
{
	while (at < end && !jbyte_is_space(*at) && *at != ',' && *at != ']' &&
	       *at != '}')
		at++;
	return at;
}

static enum jtype type_of(char c)
{
	switch (c) {
	case '{':
		return J_OBJECT;
	case '[':
		return J_ARRAY;
	case '"':
		return J_STRING;
	case 't':
		return J_TRUE;
	case 'f':
		return J_FALSE;
	case 'n':
		return J_NULL;
	default:
		return J_NUMBER;
	}
}

/* The value that has these bytes. */
struct jval jscan_span(struct span text)
{
	return (struct jval){ .type = type_of(*text.at), .text = text };
}

struct jval jscan_value(const char *at, const char *end)
{
	const char *stop;

	if (*at == '{' || *at == '[')
		stop = container_end(at, end);
	else if (*at == '"')
		stop = string_end(at, end);
	else
		stop = word_end(at, end);
	return jscan_span(span_make(at, (size_t)(stop - at)));
}

/* The begin of the text, from which a node counts its offsets. */
static const char *text_of(struct jval v)
{
	return v.text.at - v.node->at;
}

struct jiter jscan_iter(struct jval container)
{
	struct jiter it = { .rest = SPAN_EMPTY, .type = container.type };

	if ((it.type != J_OBJECT && it.type != J_ARRAY) ||
	    container.text.len < 2)
		return it;
	it.rest = span_make(container.text.at + 1, container.text.len - 2);
	if (container.node) {
		it.text = text_of(container);
		it.next = container.node + 1;
		it.end = container.node + container.node->size;
	}
	return it;
}

static const char *skip_mark(const char *at, const char *end, char mark)
{
	at = jbyte_skip_space(at, end);
	if (at < end && *at == mark)
		at = jbyte_skip_space(at + 1, end);
	return at;
}

static bool next_indexed(struct jiter *it, struct jval *key, struct jval *value)
{
	const struct jnode *node = it->next;

	if (node == it->end)
		return false;
	*value = jscan_span(span_make(it->text + node->at, node->len));
	value->node = node;
	if (key)
		*key = (struct jval){
			.type = J_STRING,
			.text = span_make(it->text + node->key_at,
					  node->key_len),
		};
	it->next = node + node->size;
	return true;
}

static bool next_read(struct jiter *it, struct jval *key, struct jval *value)
{
	const char *end = it->rest.at + it->rest.len;
	const char *at = skip_mark(it->rest.at, end, ',');
	struct jval k = { .type = J_STRING, .text = SPAN_EMPTY };

	if (at < end && it->type == J_OBJECT) {
		k = jscan_value(at, end);
		at = skip_mark(at + k.text.len, end, ':');
	}
	if (at >= end)
		return false;
	*value = jscan_value(at, end);
	if (key != NULL)
		*key = k;
	at += value->text.len;
	it->rest = span_make(at, (size_t)(end - at));
	return true;
}

bool jscan_next(struct jiter *it, struct jval *key, struct jval *value)
{
	return it->text ? next_indexed(it, key, value)
			: next_read(it, key, value);
}

size_t jscan_count(struct jval container)
{
	struct jiter it = jscan_iter(container);
	struct jval v;
	size_t n = 0;

	while (jscan_next(&it, NULL, &v))
		n++;
	return n;
}

void jwalk_init(struct jwalk *w, struct jval root)
{
	w->at = root.text.at;
	w->end = root.text.at + root.text.len;
	w->depth = 0;
	w->in_object = false;
}

/* Passes closers and commas on the way to the next value or key. */
static void walk_out(struct jwalk *w)
{
	for (; w->at < w->end; w->at++) {
		if ((*w->at == '}' || *w->at == ']') && w->depth > 0)
			w->depth--;
		else if (*w->at != ',' && !jbyte_is_space(*w->at))
			break;
	}
	w->in_object = w->depth > 0 && *w->open[w->depth - 1] == '{';
}

bool jwalk_next(struct jwalk *w, struct jstop *out)
{
	walk_out(w);
	if (w->at >= w->end)
		return false;
	out->key = (struct jval){ .type = J_STRING, .text = SPAN_EMPTY };
	out->parent = w->depth > 0 ? w->open[w->depth - 1] : NULL;
	if (w->in_object) {
		out->key = jscan_value(w->at, w->end);
		w->at = skip_mark(w->at + out->key.text.len, w->end, ':');
	}
	out->at = w->at;
	if (*w->at == '{' || *w->at == '[')
		w->open[w->depth++] = w->at++;
	else
		w->at += jscan_value(w->at, w->end).text.len;
	return true;
}

size_t jscan_depth(struct jval v)
{
	size_t depth = 0, most = 0;
	bool string = false;

	for (size_t i = 0; i < v.text.len; i++) {
		char c = v.text.at[i];

		if (string && c == '\\')
			i++;
		else if (c == '"')
			string = !string;
		else if (!string && (c == '[' || c == '{'))
			most = ++depth > most ? depth : most;
		else if (!string && (c == ']' || c == '}'))
			depth--;
	}
	return most;
}
