/*
 * Finds the error that is quoted inside another one: gateways put what their
 * provider said into a text, a nested object or a string that is JSON again.
 * The innermost words are those of the server that refused.
 */
#include <string.h>

#include "probe/refusal/refusal_private.h"

#define DEPTH_LIMIT 8
#define ITEMS_LIMIT 8 /* of a list, or brackets of a text, that are tried */

/* The members that hold wrapped errors, the likeliest first. */
static const char *const holders[] = {
	"metadata", "raw",         "attempts",       "upstream_error",
	"upstream", "inner_error", "innererror",     "provider_error",
	"cause",    "error",       "original_error", "errors",
	"details",  "detail",      "response",       "body",
};

static bool in_json(struct jval v, unsigned depth, struct refused_words *out);

static void say(struct span text, struct buf *out)
{
	(void)buf_add_span(out, span_first(text, REFUSAL_TEXT_LIMIT));
}

/* ---- in a text ---- */

/* The first JSON object inside the text. */
static bool find_json(struct span text, struct jval *out)
{
	for (size_t n = 0; n < ITEMS_LIMIT; n++) {
		size_t at = span_find_byte(text, '{');
		struct span piece;

		if (at == SIZE_MAX)
			return false;
		text = span_skip(text, at);
		piece = text;
		for (size_t i = 0; i < ITEMS_LIMIT && piece.len > 2; i++) {
			while (piece.len > 2 && piece.at[piece.len - 1] != '}')
				piece.len--;
			if (jscan(piece, out, NULL) == 0)
				return true;
			piece.len--;
		}
		text = span_skip(text, 1);
	}
	return false;
}

/* The message in a dictionary as Python prints it: 'message': "...". */
static bool find_repr(struct span text, struct span *out)
{
	static const char mark[] = "'message': ";
	size_t at = span_find(text, span_of(mark)), end;
	char quote;

	if (at == SIZE_MAX)
		return false;
	text = span_skip(text, at + strlen(mark));
	if (text.len < 2 || !strchr("'\"", text.at[0]))
		return false;
	quote = text.at[0];
	text = span_skip(text, 1);
	for (end = 0; end + 1 < text.len; end++)
		if (text.at[end] == quote && strchr(",}", text.at[end + 1]))
			break;
	*out = span_first(text, end);
	return end > 0;
}

/* Takes off the names of exceptions in front of the text, and what a router
 * adds at its end. */
static struct span unwrapped(struct span text)
{
	static const char *const fronts[] = { "Exception - ", "Error code: " };
	static const char *const ends[] = { ". Received Model Group=",
					    "\nReceived Model Group=",
					    " Received Model Group=" };
	size_t at;

	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		while ((at = span_find(text, span_of(fronts[i]))) != SIZE_MAX)
			text = span_skip(text, at + strlen(fronts[i]));
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		text = span_first(text, span_find(text, span_of(ends[i])));
	return span_trim(text);
}

/* Appends the words quoted in the text; false: it quotes none. */
static bool in_text(struct span text, unsigned depth, struct refused_words *out)
{
	struct span words = unwrapped(text), repr;
	struct jval inside;

	if (depth < DEPTH_LIMIT && find_json(words, &inside) &&
	    in_json(inside, depth + 1, out))
		return true;
	if (find_repr(words, &repr)) {
		if (depth >= DEPTH_LIMIT || !in_text(repr, depth + 1, out))
			say(repr, &out->message);
		return true;
	}
	if (words.len == 0 || words.len == text.len)
		return false;
	say(words, &out->message);
	return true;
}

/* ---- in JSON ---- */

static bool in_string(struct jval string, bool whole, unsigned depth,
		      struct refused_words *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	bool found = jscan_string(string, &text) == 0 && text.len > 0;

	if (found && !in_text(buf_span(&text), depth, out)) {
		found = whole;
		if (whole)
			say(buf_span(&text), &out->message);
	}
	buf_clear(&text);
	return found;
}

static void add_more(struct jval object, struct refused_words *out)
{
	static const char *const keys[] = { "type", "code", "status", "param" };
	struct jval v;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (jscan_member(object, keys[i], &v) && v.type == J_STRING &&
		    jscan_string(v, &out->more) == 0)
			(void)buf_add_byte(&out->more, ' ');
}

static bool in_list(struct jval list, unsigned depth, struct refused_words *out)
{
	struct jiter it = jscan_iter(list);
	struct jval key, item, loc;

	for (size_t n = 0; n < ITEMS_LIMIT && jscan_next(&it, &key, &item);
	     n++) {
		/* A complaint that names a place ("loc") quotes no other
		 * error. */
		if (item.type == J_OBJECT && jscan_member(item, "loc", &loc))
			return false;
		if (in_json(item, depth, out))
			return true;
	}
	return false;
}

static bool in_object(struct jval object, unsigned depth,
		      struct refused_words *out)
{
	static const char *const texts[] = { "message", "msg", "description" };
	struct jval v;

	for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++)
		if (jscan_member(object, holders[i], &v) &&
		    in_json(v, depth + 1, out))
			return true;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (!jscan_member(object, texts[i], &v) || v.type != J_STRING ||
		    !in_string(v, depth > 0, depth, out))
			continue;
		add_more(object, out);
		return true;
	}
	return false;
}

static bool in_json(struct jval v, unsigned depth, struct refused_words *out)
{
	if (depth > DEPTH_LIMIT)
		return false;
	if (v.type == J_STRING)
		return in_string(v, depth > 0, depth, out);
	if (v.type == J_ARRAY)
		return in_list(v, depth, out);
	return v.type == J_OBJECT && in_object(v, depth, out);
}

void refusal_inner(struct span body, struct span message,
		   struct refused_words *out)
{
	struct jval root;

	if (jscan(body, &root, NULL) == 0)
		(void)in_json(root, 0, out);
	else
		(void)in_text(message, 0, out);
}
