/* Reads type and message of an error answer, in the shape of any vendor. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "probe/refusal/refusal_private.h"
#include "wire/http/sse.h"

#define FRAME_LIMIT ((size_t)1024 * 1024)
#define EVENTS_LIMIT 100000
#define LINES_LIMIT 8 /* of a list of complaints, at most */

static void add_cut(struct span text, struct buf *out)
{
	size_t room = out->len < REFUSAL_TEXT_LIMIT
			      ? REFUSAL_TEXT_LIMIT - out->len
			      : 0;

	(void)buf_add_span(out, span_first(text, room));
}

static void add_string(struct jval string, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (jscan_string(string, &text) == 0)
		add_cut(buf_span(&text), out);
	buf_clear(&text);
}

/* ---- JSON ---- */

static bool string_of(struct jval object, const char *key, struct jval *out)
{
	return object.type == J_OBJECT && jscan_member(object, key, out) &&
	       out->type == J_STRING && out->text.len > 2;
}

/* Appends the first of these members that is a string. */
static bool first_string(struct jval object, const char *const *keys,
			 struct buf *out)
{
	struct jval value;

	for (; *keys; keys++) {
		if (string_of(object, *keys, &value)) {
			add_string(value, out);
			return true;
		}
	}
	return false;
}

/* {"loc":["body","tools",0],"msg":"..."} a complaint of a web framework,
 * becomes "tools.0: ..." */
static void add_complaint(struct jval item, struct buf *out)
{
	static const char *const texts[] = { "msg", "message", "detail", NULL };
	struct jval loc, key, part;
	struct jiter it;
	const char *between = "";

	if (out->len > 0)
		add_cut(span_of("; "), out);
	if (item.type == J_STRING) {
		add_string(item, out);
		return;
	}
	if (item.type == J_OBJECT && jscan_member(item, "loc", &loc)) {
		it = jscan_iter(loc);
		while (jscan_next(&it, &key, &part)) {
			if (jscan_string_is(part, "body"))
				continue;
			add_cut(span_of(between), out);
			if (part.type == J_STRING)
				add_string(part, out);
			else if (part.type == J_NUMBER)
				add_cut(part.text, out);
			between = ".";
		}
		add_cut(span_of(": "), out);
	}
	(void)first_string(item, texts, out);
}

static void add_list(struct jval list, struct buf *out)
{
	struct jiter it = jscan_iter(list);
	struct jval key, item;

	for (size_t n = 0; n < LINES_LIMIT && jscan_next(&it, &key, &item); n++)
		add_complaint(item, out);
}

/* The provider's own error, which aggregators put into metadata.raw. */
static void add_raw(struct jval error, struct buf *out)
{
	struct jval metadata, raw;

	if (!jscan_member(error, "metadata", &metadata) ||
	    !string_of(metadata, "raw", &raw))
		return;
	if (out->len > 0)
		add_cut(span_of(": "), out);
	add_string(raw, out);
}

static void read_error(struct jval error, struct buf *type, struct buf *message)
{
	static const char *const types[] = { "type", "status", "code", NULL };
	static const char *const texts[] = { "message",    "msg",
					     "detail",     "error_description",
					     "status_msg", NULL };

	if (error.type == J_STRING) {
		add_string(error, message);
		return;
	}
	if (error.type != J_OBJECT)
		return;
	if (type->len == 0) /* else an inner error has set it */
		(void)first_string(error, types, type);
	(void)first_string(error, texts, message);
	add_raw(error, message);
}

/* One API answers with a list: its first item is the answer. */
static struct jval unwrap(struct jval root)
{
	struct jiter it = jscan_iter(root);
	struct jval key, item;

	if (root.type == J_ARRAY && jscan_next(&it, &key, &item))
		return item;
	return root;
}

static void read_json(struct jval root, struct buf *type, struct buf *message)
{
	struct jval v;

	root = unwrap(root);
	if (root.type == J_STRING) {
		add_string(root, message);
		return;
	}
	if (root.type != J_OBJECT)
		return;
	if (jscan_member(root, "error", &v) && v.type != J_NULL)
		read_error(v, type, message);
	if (message->len == 0 && jscan_member(root, "base_resp", &v))
		read_error(v, type, message);
	if (message->len == 0)
		read_error(root, type, message);
	if (message->len == 0 && jscan_member(root, "detail", &v))
		v.type == J_ARRAY ? add_list(v, message)
				  : read_error(v, type, message);
	if (message->len == 0 && jscan_member(root, "errors", &v))
		add_list(v, message);
	if (message->len == 0 && string_of(root, "Message", &v))
		add_string(v, message);
}

/* ---- streams ---- */

static bool is_error_event(const struct sse_event *e, struct jval *root)
{
	struct jval v;

	if (jscan(e->data, root, NULL) < 0)
		return false;
	if (span_is(e->name, "error"))
		return true;
	return root->type == J_OBJECT && jscan_member(*root, "error", &v) &&
	       v.type != J_NULL;
}

/* The first error inside an event stream. */
static bool read_stream(struct span body, struct buf *type, struct buf *message)
{
	struct sse_event e;
	struct jval root;
	enum sse_step step;
	bool found = false, ended = false;
	struct sse s;

	sse_init(&s, FRAME_LIMIT);
	sse_feed(&s, body.at, body.len);
	for (size_t n = 0; n < EVENTS_LIMIT && !found; n++) {
		step = ended ? sse_finish(&s, &e) : sse_next(&s, &e);
		if (step == SSE_BAD || (step == SSE_MORE && ended))
			break;
		ended = ended || step == SSE_MORE;
		if (step == SSE_EVENT && is_error_event(&e, &root)) {
			read_json(root, type, message);
			found = true;
		}
	}
	sse_clear(&s);
	return found;
}

/* ---- pages ---- */

size_t refusal_find(struct span s, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= s.len; i++)
		if (strncasecmp(s.at + i, word, len) == 0)
			return i;
	return SIZE_MAX;
}

static struct span skip_white(struct span s)
{
	while (s.len > 0 && isspace((unsigned char)*s.at))
		s = span_skip(s, 1);
	return s;
}

bool refusal_is_page(const struct headers *got, struct span body)
{
	const char *type = got ? headers_get(got, "content-type") : NULL;
	struct span start = skip_white(body);

	if (start.len > 0 && (*start.at == '{' || *start.at == '['))
		return false;
	if (type && strcasestr(type, "text/html"))
		return true;
	return refusal_find(span_first(start, 14), "<!doctype html") == 0 ||
	       refusal_find(span_first(start, 5), "<html") == 0;
}

/* The title of a page, or "". */
static void title_of(struct span body, struct buf *out)
{
	struct span text = span_first(body, REFUSAL_TEXT_LIMIT);
	size_t at = refusal_find(text, "<title");
	size_t end;

	if (at == SIZE_MAX)
		return;
	text = span_skip(text, at);
	at = span_find_byte(text, '>');
	if (at == SIZE_MAX)
		return;
	text = skip_white(span_skip(text, at + 1));
	end = span_find_byte(text, '<');
	text = span_first(text, end);
	while (text.len > 0 && isspace((unsigned char)text.at[text.len - 1]))
		text.len--;
	add_cut(text, out);
}

void refusal_text(struct span body, struct buf *type, struct buf *message)
{
	struct jval root;

	if (jscan(body, &root, NULL) == 0) {
		read_json(root, type, message);
		return;
	}
	if (refusal_is_page(NULL, body)) {
		title_of(body, message);
		return;
	}
	if (!read_stream(body, type, message))
		add_cut(skip_white(body), message);
}
