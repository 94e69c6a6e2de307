/* Stores requests and answers as they pass, and prints a line for each
 * request. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/loop.h"
#include "probe/record/record_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define LINE_LIMIT ((size_t)1024)
#define SHOWN 120 /* bytes of a target */

static void print_line(FILE *to, const char *name, const char *text)
{
	struct buf line = BUF_INIT(LINE_LIMIT * 4);

	buf_addf(&line, "%s  ", name);
	print_bytes(span_of(text), LINE_LIMIT, &line);
	buf_add_byte(&line, '\n');
	print_guard(&line);
	fputs(buf_str(&line), to);
	fflush(to);
	buf_clear(&line);
}

/* If a file cannot be written, the recording ends: what came later would follow
 * a gap. */
static void broken(struct recorder *r, const struct fail *f)
{
	fail_copy(&r->broken, f);
	r->pass.over = true;
	loop_stop(r->loop);
}

/* ---- a request ---- */

static void tell_request(const char *name, const struct http_head *head,
			 size_t bytes)
{
	struct buf line = BUF_INIT(LINE_LIMIT);

	buf_addf(&line, "%s ", head->method);
	print_bytes(span_of(head->target), SHOWN, &line);
	buf_addf(&line, ", %zu bytes", bytes);
	print_line(stdout, name, buf_str(&line));
	buf_clear(&line);
}

/* Begins an answer. Its rule uses method and path of the stored request,
 * without what was private in them. */
static void keep_answer(struct recorder *r, struct passing *p,
			const struct http_head *stored, unsigned number)
{
	struct record_answer *a;
	size_t path = strcspn(stored->target, "?");

	if (!r->config->answers)
		return;
	a = xcalloc(1, sizeof(*a));
	record_answer_init(a);
	a->number = number;
	a->method = xstrdup(stored->method);
	a->path = span_dup(span_make(stored->target, path));
	p->mine = a;
}

/* Reads the scrubbed request again before it is written, because stand-ins may
 * have made its head too large for a fixture. */
static int store(struct recorder *r, struct passing *p, struct buf *text,
		 struct fail *f)
{
	struct http_head stored = { .method = NULL };
	long head = http_request_read(buf_span(text), &stored, f);
	char name[32];
	int rc = -1;

	snprintf(name, sizeof(name), "%02u.http", r->next);
	if (head >= 0)
		rc = record_folder_write(&r->folder, name, buf_span(text), f);
	if (rc == 0) {
		r->requests++;
		tell_request(name, &stored, text->len - (size_t)head);
		keep_answer(r, p, &stored, r->next++);
	}
	http_head_clear(&stored);
	return rc;
}

/* A request that is too large for a fixture is passed on and not stored. */
static void on_request(void *arg, struct passing *p)
{
	struct recorder *r = arg;
	struct buf text = BUF_INIT(SCRUB_BODY_LIMIT + HTTP_HEAD_BYTES_LIMIT);
	struct fail f = FAIL_INIT;

	if (r->broken.code != FAIL_OK)
		return;
	if (r->next > RECORD_FILES_LIMIT)
		fail_set(&f, FAIL_SYSTEM,
			 "%d requests are recorded, the limit of one folder; "
			 "name a new folder to go on",
			 RECORD_FILES_LIMIT);
	else if (scrub_request(r->scrub, visit_head(p->visit),
			       visit_body(p->visit), &text, &f) == 0)
		store(r, p, &text, &f);
	if (f.code == FAIL_LIMIT) {
		r->refused++;
		print_line(stderr, "not stored", f.text);
	} else if (f.code != FAIL_OK) {
		broken(r, &f);
	}
	buf_clear(&text);
}

/* ---- its answer ---- */

static void on_answer(void *arg, struct passing *p)
{
	(void)arg;
	if (p->mine)
		record_answer_begin(p->mine, &p->head.headers);
}

static void on_piece(void *arg, struct passing *p, struct span bytes)
{
	(void)arg;
	if (p->mine)
		record_answer_add(p->mine, bytes);
}

static int answer_file(struct recorder *r, struct passing *p,
		       struct record_answer *a, char *name, size_t room,
		       struct fail *f)
{
	struct buf text = BUF_INIT(SCRUB_BODY_LIMIT * 2);
	char path[64];
	int rc;

	*name = '\0';
	if (a->body.len == 0)
		return 0;
	snprintf(name, room, "%02u.%s", a->number, a->stream ? "sse" : "body");
	snprintf(path, sizeof(path), RECORD_ANSWERS "/%s", name);
	rc = record_answer_write(a, r->scrub, p->head_at, p->end, &text, f);
	if (rc == 0)
		rc = record_folder_write(&r->folder, path, buf_span(&text), f);
	buf_clear(&text);
	return rc;
}

static void store_answer(struct recorder *r, struct passing *p,
			 struct record_answer *a)
{
	struct headers headers = { 0 };
	struct fail f = FAIL_INIT;
	char name[32];

	if (scrub_answer_headers(r->scrub, &p->head.headers, &headers, &f) ==
		    0 &&
	    record_folder_make(&r->folder, RECORD_ANSWERS, &f) == 0 &&
	    answer_file(r, p, a, name, sizeof(name), &f) == 0) {
		r->answers++;
		record_script_add(&r->script, a, p, &headers,
				  *name ? name : NULL);
	} else if (f.code == FAIL_LIMIT) {
		a->lost = true;
	} else {
		broken(r, &f);
	}
	headers_clear(&headers);
}

/* Prints what happened to a request that got our answer, or none, or a broken
 * one. */
static void tell_trouble(const struct recorder *r, const struct passing *p)
{
	char name[32] = "not stored";
	const struct record_answer *a = p->mine;

	if (a != NULL)
		snprintf(name, sizeof(name), "%02u.http", a->number);
	if (p->own != NULL && *p->text == '\0')
		print_line(stderr, name, p->own);
	else if (p->own != NULL || (p->end != END_CLEAN && !r->pass.over &&
				    p->end != END_CANCELLED))
		print_line(stderr, a || p->own ? name : "answer", p->text);
}

static void on_over(void *arg, struct passing *p)
{
	struct recorder *r = arg;
	struct record_answer *a = p->mine;
	char name[32];

	tell_trouble(r, p);
	if (a == NULL)
		return;
	if (p->head.status > 0 && r->broken.code == FAIL_OK && !a->lost)
		store_answer(r, p, a);
	if (a->lost) {
		snprintf(name, sizeof(name), "%02u.http", a->number);
		print_line(stderr, name,
			   "its answer is not stored: it is too large, or its "
			   "content-encoding is not known");
	}
	record_answer_clear(a);
	free(a);
}

const struct pass_watch record_watch = {
	.on_request = on_request,
	.on_answer = on_answer,
	.on_piece = on_piece,
	.on_over = on_over,
};
