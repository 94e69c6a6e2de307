/*
 * Reads a wire log from disk, or says what is wrong and where. It is strict,
 * because a log that is judged must be a whole log.
 */
#include "wire/log/wlog.h"

#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/base64.h"
#include "wire/json/jscan.h"

#define RUN_DIGITS 16

/* One line while it is read; it becomes an entry when all of it is valid. */
struct wlog_reading {
	int64_t at, exchange, status, minor, tunnel, step;
	uint64_t run;
	bool raw;
	char *actor, *text;
	enum wlog_kind kind;
	enum stream_end end;
	enum end_stage stage;
	enum wlog_verb verb;
	enum wlog_outcome outcome;
	struct http_head head;
	struct buf bytes;
	unsigned seen; /* bit i: fields[i] was there */
};

struct field {
	const char *key;
	int (*read)(const struct field *fd, struct wlog_reading *r,
		    struct jval v, struct fail *f);
	size_t offset; /* of the member in struct wlog_reading */
	int64_t min, max; /* of a number */
};

static int read_base64(struct jval object, struct buf *out, struct fail *f)
{
	struct buf text = BUF_INIT(WLOG_LINE_LIMIT);
	struct jval value;
	int rc = -1;

	if (jscan_count(object) == 1 &&
	    jscan_member(object, "base64", &value) && value.type == J_STRING &&
	    jscan_string(value, &text) == 0)
		rc = base64_decode(buf_span(&text), out);
	buf_clear(&text);
	return rc == 0 ? 0 : fail_set(f, FAIL_SYNTAX, "not base64");
}

static int read_bytes(struct jval value, struct buf *out, struct fail *f)
{
	if (value.type == J_OBJECT)
		return read_base64(value, out, f);
	if (value.type != J_STRING)
		return fail_set(f, FAIL_SYNTAX,
				"neither a string nor {\"base64\": ...}");
	if (jscan_string(value, out) < 0 || !span_is_utf8(buf_span(out)))
		return fail_set(f, FAIL_SYNTAX, "not Unicode text");
	return 0;
}

/* Text of ours has no NUL; one would silently cut it short. */
static int read_string(struct jval value, char **out, struct fail *f)
{
	struct buf text = BUF_INIT(WLOG_LINE_LIMIT);
	int rc = read_bytes(value, &text, f);

	if (rc == 0 && span_find_byte(buf_span(&text), '\0') != SIZE_MAX)
		rc = fail_set(f, FAIL_SYNTAX, "a NUL inside");
	if (rc == 0)
		*out = span_dup(buf_span(&text));
	buf_clear(&text);
	return rc;
}

/* ---- readers of one member each; fd says which ---- */

static int read_whole(const struct field *fd, struct wlog_reading *r,
		      struct jval value, struct fail *f)
{
	int64_t n;

	if (value.type != J_NUMBER || !jscan_i64(value, &n) || n < fd->min ||
	    n > fd->max)
		return fail_set(f, FAIL_SYNTAX,
				"not a whole number from %" PRId64
				" to %" PRId64,
				fd->min, fd->max);
	*(int64_t *)((char *)r + fd->offset) = n;
	return 0;
}

static int read_text(const struct field *fd, struct wlog_reading *r,
		     struct jval value, struct fail *f)
{
	return read_string(value, (char **)((char *)r + fd->offset), f);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int read_run(const struct field *fd, struct wlog_reading *r,
		    struct jval value, struct fail *f)
{
	/* The quotes are part of the value; escapes have no place here. */
	bool good = value.type == J_STRING && value.text.len == RUN_DIGITS + 2;

	(void)fd;
	for (size_t i = 1; good && i <= RUN_DIGITS; i++) {
		int digit = hex_value(value.text.at[i]);

		good = digit >= 0;
		r->run = r->run << 4 | (unsigned)digit;
	}
	if (!good)
		return fail_set(f, FAIL_SYNTAX, "not %d hex digits",
				RUN_DIGITS);
	return 0;
}

static int read_actor(const struct field *fd, struct wlog_reading *r,
		      struct jval value, struct fail *f)
{
	size_t most = sizeof(((struct wlog_entry *)NULL)->actor) - 1;

	if (read_text(fd, r, value, f) < 0)
		return -1;
	if (strlen(r->actor) > most)
		return fail_set(f, FAIL_SYNTAX, "longer than %zu bytes", most);
	return 0;
}

static int read_kind(const struct field *fd, struct wlog_reading *r,
		     struct jval value, struct fail *f)
{
	(void)fd;
	for (int kind = WLOG_REQUEST; kind <= WLOG_USER; kind++) {
		if (value.type == J_STRING &&
		    jscan_string_is(value, wlog_kind_name(kind))) {
			r->kind = kind;
			return 0;
		}
	}
	return fail_set(f, FAIL_SYNTAX, "no such kind of entry");
}

static int take_end(struct span name, struct wlog_reading *r)
{
	return end_from(name, &r->end);
}

static int take_stage(struct span name, struct wlog_reading *r)
{
	return end_stage_from(name, &r->stage);
}

static int take_verb(struct span name, struct wlog_reading *r)
{
	return wlog_verb_from(name, &r->verb);
}

static int take_outcome(struct span name, struct wlog_reading *r)
{
	return wlog_outcome_from(name, &r->outcome);
}

static const struct {
	const char *key;
	int (*take)(struct span name, struct wlog_reading *r);
	const char *otherwise;
} named[] = {
	{ "end", take_end, "no such end of a stream" },
	{ "stage", take_stage, "no such stage of a request" },
	{ "verb", take_verb, "no such verb of a step" },
	{ "outcome", take_outcome, "no such outcome of a step" },
};

static int read_name(const struct field *fd, struct wlog_reading *r,
		     struct jval value, struct fail *f)
{
	char *name = NULL;
	int rc = read_string(value, &name, f);
	size_t i = 0;

	while (strcmp(named[i].key, fd->key) != 0)
		i++;
	if (rc == 0 && named[i].take(span_of(name), r) < 0)
		rc = fail_set(f, FAIL_SYNTAX, "%s", named[i].otherwise);
	free(name);
	return rc;
}

static int read_header(struct jval pair, struct headers *to, struct fail *f)
{
	struct jiter it = jscan_iter(pair);
	char *name = NULL, *text = NULL;
	struct jval key, value;
	int rc = -1;

	if (pair.type != J_ARRAY || jscan_count(pair) != 2)
		return fail_set(f, FAIL_SYNTAX,
				"a header is not [name, value]");
	if (jscan_next(&it, &key, &value) &&
	    read_string(value, &name, f) == 0 &&
	    jscan_next(&it, &key, &value) && read_string(value, &text, f) == 0)
		rc = headers_add_text(to, name, text) == 0
			     ? 0
			     : fail_set(f, FAIL_SYNTAX,
					"too many, or a line end inside");
	free(name);
	free(text);
	return rc;
}

static int read_headers(const struct field *fd, struct wlog_reading *r,
			struct jval value, struct fail *f)
{
	struct jiter it = jscan_iter(value);
	struct jval key, pair;

	(void)fd;
	if (value.type != J_ARRAY)
		return fail_set(f, FAIL_SYNTAX, "not an array");
	while (jscan_next(&it, &key, &pair))
		if (read_header(pair, &r->head.headers, f) < 0)
			return -1;
	return 0;
}

static int read_raw(const struct field *fd, struct wlog_reading *r,
		    struct jval value, struct fail *f)
{
	(void)fd;
	if (value.type != J_TRUE && value.type != J_FALSE)
		return fail_set(f, FAIL_SYNTAX, "neither true nor false");
	r->raw = value.type == J_TRUE;
	return 0;
}

static int read_body(const struct field *fd, struct wlog_reading *r,
		     struct jval value, struct fail *f)
{
	(void)fd;
	return read_bytes(value, &r->bytes, f);
}

#define IN(member) offsetof(struct wlog_reading, member)

static const struct field fields[] = {
	{ "at", read_whole, IN(at), INT64_MIN, INT64_MAX },
	{ .key = "actor", .read = read_actor, .offset = IN(actor) },
	{ .key = "kind", .read = read_kind },
	{ .key = "run", .read = read_run },
	{ "exchange", read_whole, IN(exchange), 0, UINT_MAX },
	{ .key = "method", .read = read_text, .offset = IN(head.method) },
	{ .key = "target", .read = read_text, .offset = IN(head.target) },
	{ "minor", read_whole, IN(minor), 0, 9 },
	{ "status", read_whole, IN(status), 0, 999 },
	{ .key = "reason", .read = read_text, .offset = IN(head.reason) },
	{ .key = "headers", .read = read_headers },
	{ .key = "raw", .read = read_raw },
	{ "step", read_whole, IN(step), 1, UINT_MAX },
	{ .key = "verb", .read = read_name },
	{ .key = "outcome", .read = read_name },
	{ .key = "text", .read = read_text, .offset = IN(text) },
	{ .key = "end", .read = read_name },
	{ .key = "stage", .read = read_name },
	{ "tunnel", read_whole, IN(tunnel), 0, 999 },
	{ .key = "bytes", .read = read_body },
};

#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))
#define REQUIRED 3 /* the first of the table */

static bool saw(const struct wlog_reading *r, const char *key)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (strcmp(fields[i].key, key) == 0)
			return r->seen & 1u << i;
	return false;
}

static int read_member(struct wlog_reading *r, struct jval key,
		       struct jval value, struct fail *f)
{
	struct fail why = FAIL_INIT;
	size_t i = 0;

	while (i < FIELD_COUNT && !jscan_string_is(key, fields[i].key))
		i++;
	if (i == FIELD_COUNT)
		return fail_set(f, FAIL_SYNTAX, "unknown key %.*s",
				SPAN_ARG(span_first(key.text, 64)));
	if (r->seen & 1u << i)
		return fail_set(f, FAIL_SYNTAX, "duplicate key '%s'",
				fields[i].key);
	r->seen |= 1u << i;
	if (fields[i].read(&fields[i], r, value, &why) < 0)
		return fail_set(f, why.code, "'%s': %s", fields[i].key,
				why.text);
	return 0;
}

static int read_line(struct wlog_reading *r, struct span line, struct fail *f)
{
	struct fail why = FAIL_INIT;
	struct jval root, key, value;
	struct jiter it;

	if (line.len > WLOG_LINE_LIMIT)
		return fail_set(f, FAIL_LIMIT, "longer than %zu bytes",
				WLOG_LINE_LIMIT);
	if (jscan(line, &root, &why) < 0)
		return fail_set(f, FAIL_SYNTAX, "not JSON: %s", why.text);
	if (root.type != J_OBJECT)
		return fail_set(f, FAIL_SYNTAX, "not an object");
	it = jscan_iter(root);
	while (jscan_next(&it, &key, &value))
		if (read_member(r, key, value, f) < 0)
			return -1;
	for (size_t i = 0; i < REQUIRED; i++)
		if (!(r->seen & 1u << i))
			return fail_set(f, FAIL_SYNTAX, "'%s' is missing",
					fields[i].key);
	return 0;
}

static void append(struct wlog *w, struct wlog_reading *r)
{
	struct wlog_entry *e = wlog_add(w, r->at, r->run, r->actor,
					(unsigned)r->exchange, r->kind);
	const char *text = r->text;

	r->head.status = (int)r->status;
	r->head.minor = (int)r->minor;
	e->raw = r->raw || (r->kind == WLOG_REQUEST && text != NULL &&
			    strcmp(text, WLOG_RAW_TEXT) == 0);
	e->end = r->end;
	e->stage = r->stage;
	e->tunnel = (int)r->tunnel;
	e->step.index = (unsigned)r->step;
	e->step.verb = r->verb;
	e->step.outcome = r->outcome;
	if (r->kind == WLOG_STEP && r->verb == VERB_NONE && text != NULL)
		e->step = wlog_step_from(text, &text);
	if (text != NULL)
		wlog_set_text(w, e, "%s", text);
	wlog_set_head(w, e, &r->head);
	if (saw(r, "bytes"))
		wlog_set_bytes(w, e, buf_span(&r->bytes));
}

int wlog_entry_read(struct wlog *w, struct span line, struct fail *f)
{
	struct wlog_reading r = { .bytes = BUF_INIT(WLOG_LINE_LIMIT) };
	int rc = read_line(&r, line, f);

	if (rc == 0)
		append(w, &r);
	free(r.actor);
	free(r.text);
	http_head_clear(&r.head);
	buf_clear(&r.bytes);
	return rc;
}

/* Takes the next line without its end. 1 a line, 0 the end, -1 failed. */
static int next_line(FILE *from, struct buf *line, struct fail *f)
{
	char piece[4096];
	size_t len = 0;
	int c, rc = 0;

	buf_reset(line);
	while (rc == 0 && (c = getc_unlocked(from)) != EOF && c != '\n') {
		piece[len++] = (char)c;
		if (len == sizeof(piece)) {
			rc = buf_add(line, piece, len);
			len = 0;
		}
	}
	if (rc < 0 || buf_add(line, piece, len) < 0)
		return fail_set(f, FAIL_LIMIT, "longer than %zu bytes",
				WLOG_LINE_LIMIT);
	if (ferror(from))
		return fail_errno(f, FAIL_SYSTEM, "cannot be read");
	return c != EOF || line->len > 0;
}

int wlog_read(struct wlog *w, FILE *from, const char *name, struct fail *f)
{
	struct buf line = BUF_INIT(WLOG_LINE_LIMIT);
	struct fail why = FAIL_INIT;
	unsigned number = 1;
	int rc;

	while ((rc = next_line(from, &line, &why)) > 0) {
		rc = wlog_entry_read(w, buf_span(&line), &why);
		if (rc < 0)
			break;
		number++;
	}
	if (rc < 0)
		fail_place(f, why.code, name, number, 0, "%s", why.text);
	buf_clear(&line);
	return rc;
}
