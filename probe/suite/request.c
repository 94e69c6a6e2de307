/* Reads the request of a `send`: a recording or one written in the case, and
 * its edits. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/look/subject.h"
#include "probe/suite/casefile_private.h"
#include "formats/clientformat.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/shared.h"

struct request_fields {
	const char *from, *method, *target, *body, *auth, *key;
	const cJSON *headers, *text, *json, *edit, *wish;
};

static const struct json_field fields[] = {
	{ "from", JSON_TEXT, offsetof(struct request_fields, from), 0 },
	{ "method", JSON_TEXT, offsetof(struct request_fields, method),
	  JSON_NOT_EMPTY },
	{ "target", JSON_TEXT, offsetof(struct request_fields, target),
	  JSON_NOT_EMPTY },
	{ "headers", JSON_ANY, offsetof(struct request_fields, headers), 0 },
	{ "body", JSON_TEXT, offsetof(struct request_fields, body), 0 },
	{ "text", JSON_ANY, offsetof(struct request_fields, text), 0 },
	{ "json", JSON_ANY, offsetof(struct request_fields, json), 0 },
	{ "edit", JSON_ARRAY, offsetof(struct request_fields, edit), 0 },
	{ "auth", JSON_TEXT, offsetof(struct request_fields, auth), 0 },
	{ "key", JSON_TEXT, offsetof(struct request_fields, key),
	  JSON_NOT_EMPTY },
	{ "wish", JSON_OBJECT, offsetof(struct request_fields, wish),
	  JSON_NOT_EMPTY },
	{ .key = NULL },
};

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* Does the text have the mark, by which the mock finds the run? */
static bool has_mark(struct span text)
{
	return span_find(text, span_of(CLIENTS_MARK)) != SIZE_MAX;
}

/* ---- recorded requests ---- */

static int read_recorded(struct reader *r, const cJSON *node, const char *path,
			 struct request *out)
{
	struct fail why = FAIL_INIT;
	char *bytes = NULL;
	size_t len = 0;
	long head;

	if (clients_recording(&out->source, r->root, path, &why) < 0)
		return json_fail(r->j, node, r->f, "%s", why.text);
	if (casefile_read_named_fixture(r, node, out->source, &bytes, &len) < 0)
		return -1;
	head = http_request_read(span_make(bytes, len), &out->head, &why);
	if (head < 0) {
		free(bytes);
		return json_fail(r->j, node, r->f,
				 "%s is no recorded request: %s", out->source,
				 head == HTTP_MORE ? "its head has no end"
						   : why.text);
	}
	clientformat_rebase(r->c->client_format, out->head.target);
	out->body_len = len - (size_t)head;
	out->body = xmemdup(bytes + head, out->body_len);
	out->has_body = out->body_len > 0;
	free(bytes);
	return 0;
}

/* ---- headers ---- */

static int read_pair(struct reader *r, const cJSON *pair, const char **name,
		     const char **value)
{
	if (cJSON_GetArraySize(pair) != 2 || !cJSON_IsString(pair->child) ||
	    !cJSON_IsString(pair->child->next) ||
	    *pair->child->valuestring == '\0')
		return json_fail(
			r->j, pair, r->f,
			"a header must be written [\"name\", \"value\"]");
	*name = pair->child->valuestring;
	*value = pair->child->next->valuestring;
	return 0;
}

typedef int header_fn(struct headers *h, const char *name, const char *value);

static int read_pairs(struct reader *r, const cJSON *list, struct headers *h,
		      header_fn *put)
{
	const cJSON *pair;
	const char *name = NULL, *value = NULL;

	if (!cJSON_IsArray(list))
		return json_fail(r->j, list, r->f,
				 "headers are a list of [\"name\", \"value\"]");
	cJSON_ArrayForEach(pair, list) {
		if (read_pair(r, pair, &name, &value) < 0)
			return -1;
		if (put(h, name, value) < 0)
			return json_fail(r->j, pair, r->f,
					 "this header cannot be sent");
	}
	return 0;
}

static int remove_names(struct reader *r, const cJSON *list, struct headers *h)
{
	const cJSON *name;

	cJSON_ArrayForEach(name, list) {
		if (!cJSON_IsString(name))
			return json_fail(r->j, name, r->f,
					 "the name of a header is a text");
		if (headers_remove(h, name->valuestring) == 0)
			return json_fail(r->j, name, r->f,
					 "the recorded request has no header "
					 "'%s'",
					 name->valuestring);
	}
	return 0;
}

struct header_changes {
	const cJSON *set, *add, *remove;
};

static int change_headers(struct reader *r, const cJSON *node,
			  struct headers *h)
{
	static const struct json_field changes[] = {
		{ "set", JSON_ARRAY, offsetof(struct header_changes, set), 0 },
		{ "add", JSON_ARRAY, offsetof(struct header_changes, add), 0 },
		{ "remove", JSON_ARRAY, offsetof(struct header_changes, remove),
		  0 },
		{ .key = NULL },
	};
	struct header_changes c = { .set = NULL };

	if (json_read(r->j, node, changes, &c, r->f) < 0)
		return -1;
	if (c.remove != NULL && remove_names(r, c.remove, h) < 0)
		return -1;
	if (c.set != NULL && read_pairs(r, c.set, h, headers_set) < 0)
		return -1;
	if (c.add != NULL && read_pairs(r, c.add, h, headers_add_text) < 0)
		return -1;
	return 0;
}

/* ---- the body ---- */

/* The JSON without white space between its parts, as clients write it; yours to
 * free(). */
static char *compact(struct span json, size_t *len)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	bool in_string = false;

	for (size_t i = 0; i < json.len; i++) {
		char c = json.at[i];

		if (in_string && c == '\\') {
			buf_add(&out, &json.at[i++], 2);
			continue;
		}
		if (c == '"')
			in_string = !in_string;
		if (in_string || strchr(" \t\r\n", c) == NULL)
			buf_add_byte(&out, c);
	}
	return buf_take(&out, len);
}

static int read_body(struct reader *r, const cJSON *node,
		     const struct request_fields *q, struct request *out)
{
	int sources = (q->body != NULL) + (q->text != NULL) + (q->json != NULL);

	if (sources == 0)
		return 0;
	if (sources > 1)
		return json_fail(r->j, node, r->f,
				 "only one of 'body', 'text' and 'json'");
	free(out->body);
	out->body = NULL;
	out->has_body = true;
	if (q->body != NULL)
		return casefile_read_fixture(r, member(node, "body"),
					     &out->body, &out->body_len);
	if (q->json != NULL) {
		out->body =
			compact(json_raw(r->j, q->json).text, &out->body_len);
		return 0;
	}
	if (!cJSON_IsString(q->text))
		return json_fail(r->j, q->text, r->f,
				 "key 'text' must be a string");
	out->body = casefile_read_string(r->j, q->text, &out->body_len);
	return 0;
}

/* ---- edits ---- */

static const struct {
	const char *word;
	enum edit_kind kind;
	enum { NONE, VALUE, NUMBER, TEXT, SUBJECT } takes;
	const char *form;
} edit_rows[] = {
	{ "set", EDIT_SET, VALUE, "[\"set\", \"/pointer\", VALUE]" },
	{ "remove", EDIT_REMOVE, NONE, "[\"remove\", \"/pointer\"]" },
	{ "insert", EDIT_INSERT, VALUE, "[\"insert\", \"/array/0\", VALUE]" },
	{ "fill", EDIT_FILL, NUMBER, "[\"fill\", \"/pointer\", BYTES]" },
	{ "bytes", EDIT_BYTES, TEXT, "[\"bytes\", \"/pointer\", \"TEXT\"]" },
	{ "take", EDIT_TAKE, SUBJECT, "[\"take\", \"/pointer\", \"SUBJECT\"]" },
};

#define EDIT_ROWS (sizeof(edit_rows) / sizeof(edit_rows[0]))
#define FILL_LIMIT ((double)64 * 1024 * 1024)

static bool fits_edit(size_t row, const cJSON *value)
{
	switch (edit_rows[row].takes) {
	case NONE:
		return value == NULL;
	case VALUE:
		return value != NULL;
	case NUMBER:
		return cJSON_IsNumber(value) && value->valuedouble >= 0 &&
		       value->valuedouble <= FILL_LIMIT &&
		       value->valuedouble ==
			       (double)(uint32_t)value->valuedouble;
	default:
		return cJSON_IsString(value);
	}
}

static int read_edit(struct reader *r, const cJSON *node, struct edit *out)
{
	const cJSON *word = node->child, *pointer, *value;
	size_t row = 0;

	if (!cJSON_IsArray(node) || !cJSON_IsString(word))
		return json_fail(r->j, node, r->f,
				 "an edit must be a list that begins with set, "
				 "remove, insert, fill, bytes or take");
	while (row < EDIT_ROWS &&
	       strcmp(edit_rows[row].word, word->valuestring) != 0)
		row++;
	if (row == EDIT_ROWS)
		return json_fail(r->j, word, r->f, "unknown edit '%s'",
				 word->valuestring);
	pointer = word->next;
	value = pointer != NULL ? pointer->next : NULL;
	if (!cJSON_IsString(pointer) || !fits_edit(row, value) ||
	    (value != NULL && value->next != NULL))
		return json_fail(r->j, node, r->f, "this edit is written %s",
				 edit_rows[row].form);
	out->kind = edit_rows[row].kind;
	out->pointer = xstrdup(pointer->valuestring);
	if (out->kind == EDIT_FILL) {
		out->number = (uint32_t)value->valuedouble;
	} else if (out->kind == EDIT_TAKE) {
		out->text = xstrdup("null");
		out->text_len = strlen(out->text);
		return casefile_read_subject(r, value, &out->subject);
	} else if (out->kind == EDIT_BYTES) {
		out->text = casefile_read_string(r->j, value, &out->text_len);
	} else if (value != NULL) {
		out->text = compact(json_raw(r->j, value).text, &out->text_len);
	}
	return 0;
}

static size_t fills_of(const struct request *q)
{
	size_t sum = 0;

	for (size_t i = 0; i < q->edit_count; i++)
		if (q->edits[i].kind == EDIT_FILL)
			sum += q->edits[i].number;
	return sum;
}

static int read_edits(struct reader *r, const cJSON *list, struct request *out)
{
	struct buf body = BUF_INIT(REQUEST_BODY_LIMIT);
	struct fail why = FAIL_INIT;
	const cJSON *node;
	int rc = 0;

	out->edits =
		xcalloc((size_t)cJSON_GetArraySize(list), sizeof(*out->edits));
	cJSON_ArrayForEach(node, list)
		if (read_edit(r, node, &out->edits[out->edit_count++]) < 0)
			return -1;
	/* Applied once here, so that an edit without a place is an error when
	 * the case is read. */
	if (request_outline(out, &body, &why) < 0)
		rc = json_fail(r->j, list, r->f, "%s", why.text);
	else if (fills_of(out) > REQUEST_BODY_LIMIT - body.len)
		rc = json_fail(r->j, list, r->f, "the body is too large");
	out->marked = has_mark(buf_span(&body));
	out->has_body = out->has_body || out->edit_count > 0;
	buf_clear(&body);
	return rc;
}

/* ---- the whole request ---- */

bool request_needs_key(enum format client, const struct http_head *head)
{
	return client != FORMAT_MESSAGES && strcmp(head->method, "POST") == 0 &&
	       headers_get(&head->headers, "authorization") == NULL &&
	       headers_get(&head->headers, "x-api-key") == NULL;
}

static int read_auth(struct reader *r, const cJSON *node, enum auth_form *out)
{
	static const char *const words[] = {
		[AUTH_NONE] = "none",
		[AUTH_BEARER] = "bearer",
		[AUTH_API_KEY] = "x-api-key",
		[AUTH_BOTH] = "both",
		[AUTH_WRONG_BEARER] = "wrong-bearer",
		[AUTH_WRONG_API_KEY] = "wrong-x-api-key",
		[AUTH_WRONG_BEARER_GOOD_KEY] = "wrong-bearer-good-x-api-key",
		[AUTH_GOOD_BEARER_WRONG_KEY] = "good-bearer-wrong-x-api-key",
	};

	for (size_t i = AUTH_NONE; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], node->valuestring) == 0) {
			*out = (enum auth_form)i;
			return 0;
		}
	}
	return json_fail(r->j, node, r->f, "unknown form of auth '%s'",
			 node->valuestring);
}

int casefile_read_key(struct reader *r, const cJSON *node, char **out)
{
	struct fail why = FAIL_INIT;

	if (keyring_check(node->valuestring, &why) < 0)
		return json_fail(r->j, node, r->f, "%s", why.text);
	*out = xstrdup(node->valuestring);
	return 0;
}

/* Which provider may answer; where this stands is for the target to say. */
static int read_wish(struct reader *r, const cJSON *node, struct request *out)
{
	if (wishes_check(r->j, node, r->f) < 0)
		return -1;
	out->wish = compact(json_raw(r->j, node).text, NULL);
	return 0;
}

static void put_text(char **to, const char *text)
{
	free(*to);
	*to = xstrdup(text);
}

static int read_start(struct reader *r, const cJSON *node,
		      const struct request_fields *q, struct request *out)
{
	if (q->from != NULL) {
		if (read_recorded(r, member(node, "from"), q->from, out) < 0)
			return -1;
	} else if (q->method == NULL || q->target == NULL) {
		return json_fail(r->j, node, r->f,
				 "a request without 'from' needs 'method' and "
				 "'target'");
	}
	if (q->method != NULL)
		put_text(&out->head.method, q->method);
	if (q->target != NULL)
		put_text(&out->head.target, q->target);
	out->head.minor = 1;
	if (q->headers == NULL)
		return 0;
	if (q->from != NULL)
		return change_headers(r, q->headers, &out->head.headers);
	return read_pairs(r, q->headers, &out->head.headers, headers_add_text);
}

static int read_object(struct reader *r, const cJSON *node, struct request *out)
{
	struct request_fields q = { .from = NULL };

	if (json_read(r->j, node, fields, &q, r->f) < 0)
		return -1;
	if (read_start(r, node, &q, out) < 0 || read_body(r, node, &q, out) < 0)
		return -1;
	if (q.auth != NULL &&
	    read_auth(r, member(node, "auth"), &out->auth) < 0)
		return -1;
	out->keyed = q.key != NULL;
	if (q.key != NULL &&
	    casefile_read_key(r, member(node, "key"), &out->key) < 0)
		return -1;
	if (q.wish != NULL && read_wish(r, q.wish, out) < 0)
		return -1;
	return q.edit != NULL ? read_edits(r, q.edit, out) : 0;
}

int casefile_read_request(struct reader *r, const cJSON *node,
			  struct request **out)
{
	struct request *q = xcalloc(1, sizeof(*q));
	int rc = cJSON_IsString(node)
			 ? read_recorded(r, node, node->valuestring, q)
			 : read_object(r, node, q);

	if (rc < 0) {
		request_free(q);
		return -1;
	}
	if (q->edit_count == 0)
		q->marked = has_mark(span_make(q->body, q->body_len));
	q->marked = q->marked || has_mark(span_of(q->head.target));
	q->keyed = q->keyed || request_needs_key(r->c->client_format, &q->head);
	*out = q;
	return 0;
}

int casefile_read_recording(struct reader *r, const cJSON *node,
			    const char *path, struct request **out)
{
	struct request *q = xcalloc(1, sizeof(*q));

	if (read_recorded(r, node, path, q) < 0) {
		request_free(q);
		return -1;
	}
	q->marked = has_mark(span_make(q->body, q->body_len));
	q->keyed = request_needs_key(r->c->client_format, &q->head);
	*out = q;
	return 0;
}

int casefile_read_raw(struct reader *r, const cJSON *raw, const cJSON *text,
		      struct request **out)
{
	struct request *q = xcalloc(1, sizeof(*q));

	if (text != NULL && !cJSON_IsString(text)) {
		request_free(q);
		return json_fail(r->j, text, r->f, "raw bytes are a text");
	}
	if (text != NULL) {
		q->raw = casefile_read_string(r->j, text, &q->raw_len);
	} else if (casefile_read_fixture(r, raw, &q->raw, &q->raw_len) < 0) {
		request_free(q);
		return -1;
	} else {
		q->source = xstrdup(raw->valuestring);
	}
	q->marked = has_mark(span_make(q->raw, q->raw_len));
	*out = q;
	return 0;
}

void request_free(struct request *r)
{
	if (r == NULL)
		return;
	http_head_clear(&r->head);
	shared_drop(&r->body, &r->shared);
	for (size_t i = 0; i < r->edit_count; i++) {
		free(r->edits[i].pointer);
		free(r->edits[i].text);
		subject_free(r->edits[i].subject);
	}
	free(r->edits);
	free(r->source);
	free(r->key);
	free(r->wish);
	free(r->raw);
	free(r);
}
