/* Reads one reply from JSON. */
#include "mockupstream/reply.h"

#include <stdlib.h>
#include <string.h>

#include "mockupstream/say/say.h"
#include "wire/bytes/mem.h"

/* The members of a reply as they are in the file. */
struct reply_draft {
	const char *stream, *events, *body, *text, *raw, *raw_text;
	const char *hold, *end, *safeguards, *threads, *account, *vendor;
	const cJSON *json, *headers, *provider, *say, *form;
	bool headers_only;
	uint32_t status, delay_ms;
};

static const struct json_field fields[] = {
	{ "status", JSON_U32, offsetof(struct reply_draft, status), 0 },
	{ "headers", JSON_ARRAY, offsetof(struct reply_draft, headers), 0 },
	{ "headers_only", JSON_BOOL, offsetof(struct reply_draft, headers_only),
	  0 },
	{ "stream", JSON_TEXT, offsetof(struct reply_draft, stream),
	  JSON_NOT_EMPTY },
	{ "events", JSON_TEXT, offsetof(struct reply_draft, events), 0 },
	{ "body", JSON_TEXT, offsetof(struct reply_draft, body),
	  JSON_NOT_EMPTY },
	{ "text", JSON_TEXT, offsetof(struct reply_draft, text), 0 },
	{ "json", JSON_ANY, offsetof(struct reply_draft, json), 0 },
	{ "raw", JSON_TEXT, offsetof(struct reply_draft, raw), JSON_NOT_EMPTY },
	{ "raw_text", JSON_TEXT, offsetof(struct reply_draft, raw_text), 0 },
	{ "provider", JSON_ANY, offsetof(struct reply_draft, provider), 0 },
	{ "say", JSON_ARRAY, offsetof(struct reply_draft, say), 0 },
	{ "form", JSON_OBJECT, offsetof(struct reply_draft, form), 0 },
	{ "safeguards", JSON_TEXT, offsetof(struct reply_draft, safeguards),
	  JSON_NOT_EMPTY },
	{ "threads", JSON_TEXT, offsetof(struct reply_draft, threads),
	  JSON_NOT_EMPTY },
	{ "account", JSON_TEXT, offsetof(struct reply_draft, account),
	  JSON_NOT_EMPTY },
	{ "vendor", JSON_TEXT, offsetof(struct reply_draft, vendor),
	  JSON_NOT_EMPTY },
	{ "hold", JSON_TEXT, offsetof(struct reply_draft, hold),
	  JSON_NOT_EMPTY },
	{ "delay_ms", JSON_U32, offsetof(struct reply_draft, delay_ms), 0 },
	{ "end", JSON_TEXT, offsetof(struct reply_draft, end), JSON_NOT_EMPTY },
	{ NULL, JSON_IGNORE, 0, 0 },
};

/* A reply has at most one of these. */
static const char *const sources[] = { "stream",   "events",   "body",
				       "text",     "json",     "raw",
				       "raw_text", "provider", "say" };

void reply_reader_clear(struct reply_reader *r)
{
	for (size_t i = 0; i < r->files_count; i++) {
		free(r->files[i].path);
		free(r->files[i].bytes);
	}
	free(r->files);
	r->files = NULL;
	r->files_count = 0;
}

void reply_clear(struct reply *r)
{
	headers_clear(&r->headers);
	script_free(r->script);
	say_free(r->say);
	free(r->bytes);
	free(r->hold);
	free(r->account);
	*r = (struct reply){ 0 };
}

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static int count_bytes(struct reply_reader *r, const cJSON *node, size_t len)
{
	r->total += len;
	if (r->total > REPLY_TOTAL_LIMIT_BYTES)
		return json_fail(r->json, node, r->f,
				 "the replies hold more than 256 MiB");
	return 0;
}

static int load(struct reply_reader *r, const cJSON *node, struct span *out)
{
	const char *path = node->valuestring;
	struct fail f = FAIL_INIT;
	struct file file;

	for (size_t i = 0; i < r->files_count; i++)
		if (strcmp(r->files[i].path, path) == 0) {
			*out = span_make(r->files[i].bytes, r->files[i].len);
			return count_bytes(r, node, out->len);
		}
	if (file_read(&file, r->root, path, &f) < 0)
		return json_fail(r->json, node, r->f, "%s", f.text);
	r->files = xrealloc(r->files, (r->files_count + 1) * sizeof(*r->files));
	r->files[r->files_count++] = file;
	*out = span_make(file.bytes, file.len);
	return count_bytes(r, node, 2 * out->len);
}

static int read_header(struct reply_reader *r, const cJSON *pair,
		       struct headers *out)
{
	const cJSON *name = cJSON_GetArrayItem(pair, 0);
	const cJSON *value = cJSON_GetArrayItem(pair, 1);

	if (cJSON_GetArraySize(pair) != 2 || !cJSON_IsString(name) ||
	    !cJSON_IsString(value) || name->valuestring[0] == '\0')
		return json_fail(
			r->json, pair, r->f,
			"a header must be written [\"name\", \"value\"]");
	if (headers_add_text(out, name->valuestring, value->valuestring) < 0)
		return json_fail(r->json, pair, r->f,
				 "not a header, or one too many");
	return 0;
}

static int read_headers(struct reply_reader *r, const struct reply_draft *d,
			struct reply *out)
{
	const cJSON *pair;

	if (!d->headers) {
		if (out->kind == REPLY_RAW || out->kind == REPLY_PROVIDER ||
		    out->kind == REPLY_SAY || out->status == 0 ||
		    d->headers_only)
			return 0;
		return headers_add_text(&out->headers, "content-type",
					out->kind == REPLY_STREAM
						? "text/event-stream; "
						  "charset=utf-8"
						: "application/json");
	}
	cJSON_ArrayForEach(pair, d->headers)
		if (read_header(r, pair, &out->headers) < 0)
			return -1;
	return 0;
}

static int read_stream(struct reply_reader *r, const cJSON *node,
		       struct span text, struct reply *out)
{
	const char *name = node->valuestring;
	struct fail f = FAIL_INIT;

	out->kind = REPLY_STREAM;
	if (strcmp(node->string, "events") == 0)
		name = "events";
	if (script_read(&out->script, name, text, &f) < 0)
		return json_fail(r->json, node, r->f, "%s", f.text);
	return 0;
}

static int put_bytes(struct reply *out, enum reply_kind kind, struct span bytes)
{
	out->kind = kind;
	out->bytes = span_dup(bytes);
	out->len = bytes.len;
	return 0;
}

static int put_json(struct reply *out, struct span raw)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	jscan_compact(&text, raw);
	out->kind = REPLY_BODY;
	out->bytes = buf_take(&text, &out->len);
	return 0;
}

static int read_provider(struct reply_reader *r, const cJSON *node,
			 struct reply *out)
{
	out->kind = REPLY_PROVIDER;
	out->strict = cJSON_IsString(node) &&
		      strcmp(node->valuestring, "strict") == 0;
	if (!cJSON_IsTrue(node) && !out->strict)
		return json_fail(r->json, node, r->f,
				 "'provider' is true or \"strict\"");
	return 0;
}

/* Reads a word that says what the provider does: *out is its place in the
 * list. */
static int read_word(struct reply_reader *r, const cJSON *object,
		     const char *key, const char *word,
		     const char *const *words, const struct reply *of,
		     size_t *out)
{
	struct buf list = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	if (!word)
		return 0;
	if (of->kind != REPLY_PROVIDER)
		return json_fail(r->json, member(object, key), r->f,
				 "'%s' goes with 'provider'", key);
	for (size_t i = 0; words[i]; i++) {
		if (strcmp(word, words[i]) == 0) {
			*out = i;
			buf_clear(&list);
			return 0;
		}
		buf_addf(&list, "%s%s",
			 i == 0         ? ""
			 : words[i + 1] ? ", "
					: " or ",
			 words[i]);
	}
	rc = json_fail(r->json, member(object, key), r->f, "'%s' is %s", key,
		       buf_str(&list));
	buf_clear(&list);
	return rc;
}

/* In the order of their enumerations. */
static const char *const safeguards_words[] = { "not_flagged", "flagged",
						"unavailable", "none", NULL };
static const char *const threads_words[] = { "held", "lost", "unsupported",
					     NULL };

static int read_vendor(struct reply_reader *r, const cJSON *object,
		       const char *word, struct reply *out)
{
	struct fail f = FAIL_INIT;

	if (!word)
		return 0;
	if (out->kind != REPLY_PROVIDER)
		return json_fail(r->json, member(object, "vendor"), r->f,
				 "'vendor' goes with 'provider'");
	if (vendor_from(word, &out->vendor, &f) < 0)
		return json_fail(r->json, member(object, "vendor"), r->f, "%s",
				 f.text);
	return 0;
}

static int read_words(struct reply_reader *r, const cJSON *object,
		      const struct reply_draft *d, struct reply *out)
{
	size_t safeguards = SAFEGUARDS_NOT_FLAGGED, threads = THREADS_HELD;

	if (read_word(r, object, "safeguards", d->safeguards, safeguards_words,
		      out, &safeguards) < 0 ||
	    read_word(r, object, "threads", d->threads, threads_words, out,
		      &threads) < 0 ||
	    read_vendor(r, object, d->vendor, out) < 0)
		return -1;
	if (d->account && out->kind != REPLY_PROVIDER)
		return json_fail(r->json, member(object, "account"), r->f,
				 "'account' goes with 'provider'");
	out->account = d->account ? xstrdup(d->account) : NULL;
	out->safeguards = (enum safeguards)safeguards;
	out->threads = (enum threads)threads;
	return 0;
}

static int read_say(struct reply_reader *r, const struct reply_draft *d,
		    struct reply *out)
{
	if (say_read(&out->say, r->json, d->say, d->form, r->f) < 0)
		return -1;
	return put_bytes(out, REPLY_SAY, json_raw(r->json, d->say).text);
}

static int read_source(struct reply_reader *r, const struct reply_draft *d,
		       const cJSON *node, struct reply *out)
{
	struct span bytes = SPAN_EMPTY;

	if (node == d->provider)
		return read_provider(r, node, out);
	if (d->say)
		return read_say(r, d, out);
	if (d->json)
		return put_json(out, json_raw(r->json, node).text);
	if (d->stream || d->body || d->raw) {
		if (load(r, node, &bytes) < 0)
			return -1;
	} else {
		bytes = span_of(node->valuestring);
	}
	if (d->stream || d->events)
		return read_stream(r, node, bytes, out);
	return put_bytes(out, d->raw || d->raw_text ? REPLY_RAW : REPLY_BODY,
			 bytes);
}

/* Finds the one member that says what is sent; NULL if there is none. */
static int find_source(struct reply_reader *r, const cJSON *object,
		       const cJSON **out)
{
	const cJSON *found = NULL;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		const cJSON *node = member(object, sources[i]);

		if (!node)
			continue;
		if (strcmp(sources[i], "provider") == 0 && cJSON_IsFalse(node))
			continue;
		if (found)
			return json_fail(
				r->json, node, r->f,
				"a reply must have '%s' or '%s', not both",
				found->string, node->string);
		found = node;
	}
	*out = found;
	return 0;
}

/* Is the reply sent as it is? Streams and JSON of the Messages API are changed
 * into the request's format; bytes of a file, and replies with a content-type
 * of their own, are not. */
static bool is_exact(const struct reply_draft *d, const struct reply *r)
{
	return d->headers_only || d->body || d->text || d->raw || d->raw_text ||
	       (d->headers && headers_get(&r->headers, "content-type"));
}

static int read_end(struct reply_reader *r, const cJSON *object,
		    const char *end, struct reply *out)
{
	out->end = END_CLEAN;
	if (!end || strcmp(end, "clean") == 0)
		return 0;
	if (strcmp(end, "fin") == 0)
		out->end = END_CUT;
	else if (strcmp(end, "rst") == 0)
		out->end = END_RESET;
	else if (strcmp(end, "stall") == 0)
		out->end = END_OPEN;
	else
		return json_fail(r->json, member(object, "end"), r->f,
				 "'end' is clean, fin, rst or stall");
	return 0;
}

static int check(struct reply_reader *r, const cJSON *object,
		 const struct reply_draft *d, const cJSON *source)
{
	const cJSON *status = member(object, "status");

	if (status && (d->status < 200 || d->status > 599))
		return json_fail(
			r->json, status, r->f,
			"a status must be 200 to 599; others go by 'raw'");
	if (d->delay_ms > SCRIPT_WAIT_LIMIT_MS)
		return json_fail(r->json, member(object, "delay_ms"), r->f,
				 "more than an hour");
	if (!source && !status && (!d->end || strcmp(d->end, "clean") == 0))
		return json_fail(r->json, object, r->f,
				 "a reply says what is sent (stream, events, "
				 "body, text, json, raw, raw_text, "
				 "provider or say), or has a status or an "
				 "end");
	if ((d->raw || d->raw_text || source == d->provider) && source &&
	    (status || d->headers))
		return json_fail(r->json, source, r->f,
				 "status and headers do not go with '%s'",
				 source->string);
	if (d->say && status)
		return json_fail(r->json, status, r->f,
				 "'status' does not go with 'say'; an error "
				 "that is said has one");
	if (d->form && !d->say)
		return json_fail(r->json, d->form, r->f,
				 "'form' goes with 'say'");
	if (d->headers && !source && !status)
		return json_fail(r->json, d->headers, r->f,
				 "headers without a status");
	return 0;
}

int reply_read(struct reply_reader *r, const cJSON *object, struct reply *out)
{
	struct reply_draft d = { .status = 0 };
	const cJSON *source = NULL;

	if (json_read(r->json, object, fields, &d, r->f) < 0 ||
	    find_source(r, object, &source) < 0 ||
	    check(r, object, &d, source) < 0)
		return -1;
	out->kind = REPLY_NOTHING;
	out->status = (int)d.status;
	if (source && !d.status)
		out->status = 200;
	out->headers_only = d.headers_only;
	out->delay_ms = d.delay_ms;
	if (d.hold)
		out->hold = xstrdup(d.hold);
	if (read_end(r, object, d.end, out) < 0)
		return -1;
	if (source && read_source(r, &d, source, out) < 0)
		return -1;
	if (read_words(r, object, &d, out) < 0 || read_headers(r, &d, out) < 0)
		return -1;
	out->exact = is_exact(&d, out);
	return 0;
}
