/* Reads the given request from a file, a log, standard input or the
 * fixtures. */
#include "probe/bisect/sample.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/after/stored.h"
#include "probe/suite/clients.h"
#include "probe/suite/place.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

static int read_http(struct http_head *head, struct buf *body,
		     struct span bytes, const char *name, struct fail *f)
{
	struct fail why = FAIL_INIT;
	long n = http_request_read(bytes, head, &why);
	struct span first = span_first(span_trim(bytes), 1);

	if (n < 0 && (span_is(first, "{") || span_is(first, "[")))
		return fail_set(f, FAIL_CASE,
				"%s: this is only a body; a request has a "
				"request line, headers, a blank line, and a "
				"body",
				name);
	if (n == HTTP_MORE)
		return fail_set(f, FAIL_CASE,
				"%s: no blank line after the headers", name);
	if (n < 0)
		return fail_set(f, FAIL_CASE, "%s: %s", name, why.text);
	buf_add_span(body, span_skip(bytes, (size_t)n));
	return 0;
}

static int read_file(struct http_head *head, struct buf *body, const char *path,
		     struct fail *f)
{
	char *bytes;
	size_t len;
	int rc;

	if (scratch_read(&bytes, &len, path, SAMPLE_LIMIT, f) < 0)
		return -1;
	rc = read_http(head, body, span_make(bytes, len), path, f);
	free(bytes);
	return rc;
}

static int read_stdin(struct http_head *head, struct buf *body, struct fail *f)
{
	struct buf all = BUF_INIT(SAMPLE_LIMIT);
	char piece[65536];
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = read(STDIN_FILENO, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno != EINTR)
			rc = fail_errno(f, FAIL_CASE, "standard input");
		else if (n > 0 && buf_add(&all, piece, (size_t)n) < 0)
			rc = fail_set(f, FAIL_CASE,
				      "standard input: a request of more than "
				      "%zu bytes",
				      SAMPLE_LIMIT);
	}
	if (rc == 0)
		rc = read_http(head, body, buf_span(&all), "standard input", f);
	buf_clear(&all);
	return rc;
}

/* ---- a kept log ---- */

static bool is_of(const struct wlog_entry *e, const struct wlog_entry *request,
		  enum wlog_kind kind)
{
	return e->kind == kind && e->run == request->run &&
	       e->exchange == request->exchange &&
	       strcmp(e->actor, request->actor) == 0;
}

static const struct wlog_entry *of(const struct wlog *log,
				   const struct wlog_entry *request,
				   enum wlog_kind kind)
{
	for (size_t i = 0; i < log->count; i++)
		if (is_of(&log->list[i], request, kind))
			return &log->list[i];
	return NULL;
}

/* The whole request was sent: a text would say that something is missing. */
static bool is_sent(const struct wlog_entry *e)
{
	return e->kind == WLOG_REQUEST && e->actor[0] == 'c' && !e->raw &&
	       e->text == NULL && e->method != NULL && e->target != NULL;
}

static const struct wlog_entry *refused(const struct wlog *log)
{
	const struct wlog_entry *first = NULL, *answer;

	for (size_t i = 0; i < log->count; i++) {
		if (!is_sent(&log->list[i]))
			continue;
		answer = of(log, &log->list[i], WLOG_RESPONSE);
		if (answer != NULL && answer->status >= 400)
			return &log->list[i];
		if (first == NULL)
			first = &log->list[i];
	}
	return first;
}

/* A kept log has other words for the keys: they are replaced by ours. */
static void name_keys(struct headers *h, const struct stored_log *s)
{
	struct headers named = { .count = 0 };

	for (size_t i = 0; i < h->count; i++) {
		struct buf value = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);

		(void)buf_add_text(&value, h->list[i].value);
		(void)buf_replace(&value, s->client_key, SAMPLE_CREDENTIAL);
		(void)buf_replace(&value, s->wrong_key,
				  SAMPLE_WRONG_CREDENTIAL);
		(void)headers_add_text(&named, h->list[i].name,
				       buf_str(&value));
		buf_clear(&value);
	}
	headers_clear(h);
	*h = named;
}

static int read_log(struct http_head *head, struct buf *body, const char *path,
		    struct fail *f)
{
	struct stored_log s = { .path = NULL };
	const struct wlog_entry *e, *bytes;
	int rc = 0;

	if (stored_log_read(&s, path, f) < 0)
		return -1;
	e = refused(&s.log);
	if (e == NULL) {
		rc = fail_set(f, FAIL_CASE,
			      "%s: no request of a client is in it", path);
	} else {
		head->method = xstrdup(e->method);
		head->target = xstrdup(e->target);
		headers_copy(&head->headers, &e->headers);
		name_keys(&head->headers, &s);
		bytes = of(&s.log, e, WLOG_BODY);
		if (bytes != NULL && buf_add(body, bytes->bytes, bytes->len))
			rc = fail_set(f, FAIL_CASE, "%s: too large", path);
	}
	stored_log_clear(&s);
	return rc;
}

/* ---- the fixtures ---- */

/* Turns the name of a recording, "2.1.329/plain/01", into the path of its
 * file. */
static int recorded(char **out, const char *root, const char *name,
		    struct fail *f)
{
	struct buf path = BUF_INIT(4096);
	struct clients clients = { .count = 0 };
	const char *client = NULL;
	char *first = xmemdup(name, strcspn(name, "/"));
	char *file = NULL;
	int rc = 0;

	if (!client_is_version(first)) {
		rc = clients_read(&clients, root, f);
		if (rc == 0)
			rc = clients_choose(&client, &clients, NULL, f);
	}
	buf_addf(&path, "fixtures/requests/%s%s%s.http", client ? client : "",
		 client ? "/" : "", name);
	if (rc == 0)
		rc = clients_recording(&file, root, buf_str(&path), f);
	if (rc == 0) {
		buf_reset(&path);
		buf_addf(&path, "%s/%s", root, file);
		*out = buf_take(&path, NULL);
	}
	free(first);
	free(file);
	clients_clear(&clients);
	buf_clear(&path);
	return rc;
}

static int read_recorded(struct http_head *head, struct buf *body,
			 const char *name, const char *suite, struct fail *f)
{
	char *root = place_suite(suite), *path = NULL;
	struct fail why = FAIL_INIT;
	int rc = -1;

	if (*name != '/' && strstr(name, "..") == NULL &&
	    recorded(&path, root, name, &why) == 0 && access(path, R_OK) == 0)
		rc = read_file(head, body, path, f);
	else
		fail_set(f, FAIL_CASE,
			 "%s: no such file, and no recorded request of that "
			 "name (such as 'plain/01' or '2.1.329/plain/01')",
			 name);
	free(path);
	free(root);
	return rc;
}

int sample_find(struct http_head *head, struct buf *body, char **source,
		const char *from, const char *suite, struct fail *f)
{
	*source = xstrdup(strcmp(from, "-") == 0 ? "standard input" : from);
	if (strcmp(from, "-") == 0)
		return read_stdin(head, body, f);
	if (access(from, F_OK) != 0)
		return read_recorded(head, body, from, suite, f);
	if (stored_log_is_named(from))
		return read_log(head, body, from, f);
	return read_file(head, body, from, f);
}
