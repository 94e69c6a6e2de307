/* Writes files that a person keeps, tries again, or sends to somebody. */
#include <stdio.h>
#include <string.h>

#include "probe/bisect/report.h"
#include "probe/judge/curl.h"

/* longest body inside a command of report.md */
#define INLINE_LIMIT ((size_t)1024)
#define SHOWN_LIMIT ((size_t)8 * 1024) /* of a body in report.md */

struct report_writing {
	struct bisect_report *r;
	const struct memory *m;
	struct fail *f;
};

void bisect_report_file_name(char *name, size_t size, const char *what,
			     size_t n, const char *end)
{
	if (n == 0)
		snprintf(name, size, "%s.%s", what, end);
	else
		snprintf(name, size, "%s-%zu.%s", what, n + 1, end);
}

static int put(struct report_writing *w, const char *name, struct buf *bytes)
{
	int rc = memory_write(w->m, name, buf_span(bytes),
			      span_ends(span_of(name), ".sh"), w->f);

	if (rc == 0)
		buf_addf(&w->r->files, "%s\n", name);
	buf_clear(bytes);
	return rc;
}

/* ---- requests ---- */

static void add_head(const struct bisect_request *q, struct buf *out)
{
	buf_addf(out, "%s %s HTTP/1.1\r\n", q->method, q->target);
	for (size_t i = 0; i < q->headers.count; i++)
		buf_addf(out, "%s: %s\r\n", q->headers.list[i].name,
			 q->headers.list[i].value);
	if (headers_get(&q->headers, "host") == NULL)
		buf_add_text(out, "Host: {{host}}\r\n");
	buf_add_text(out, "\r\n");
}

static int put_http(struct report_writing *w, const char *name,
		    const struct bisect_request *q)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	add_head(q, &text);
	buf_add_span(&text, buf_span(&q->body));
	sample_empty(w->r->sample, &text);
	return put(w, name, &text);
}

static void add_curl(const struct bisect_report *r,
		     const struct bisect_request *q, const char *url,
		     const char *body_file, struct buf *out)
{
	struct curl_request c = { .method = q->method,
				  .target = q->target,
				  .url = url,
				  .headers = &q->headers,
				  .body = buf_span(&q->body),
				  .body_file = body_file,
				  .options = url ? r->curl_options : NULL,
				  .exact = true };

	curl_command(&c, out);
}

static int put_curl(struct report_writing *w, const char *name,
		    const char *body_file, const struct bisect_request *q)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&text, "#!/bin/sh\n"
			    "# The credential is in a variable, as Claude "
			    "Code has it.\n"
			    "set -u\n"
			    "cd \"$(dirname \"$0\")\" || exit\n");
	add_curl(w->r, q, w->r->sample->base_url, body_file, &text);
	return put(w, name, &text);
}

static int put_request(struct report_writing *w, const char *what, size_t n,
		       const struct bisect_request *q)
{
	char name[64], body[64];
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);

	bisect_report_file_name(name, sizeof(name), what, n, "http");
	if (put_http(w, name, q) < 0)
		return -1;
	bisect_report_file_name(body, sizeof(body), what, n, "json");
	buf_add_span(&bytes, buf_span(&q->body));
	sample_empty(w->r->sample, &bytes);
	if (q->body.len == 0)
		buf_clear(&bytes);
	else if (put(w, body, &bytes) < 0)
		return -1;
	bisect_report_file_name(name, sizeof(name), what, n, "curl.sh");
	return put_curl(w, name, body, q);
}

/* ---- report.md ---- */

static void add_block(struct span text, struct buf *out)
{
	buf_add_text(out, "````\n");
	buf_add_span(out, text);
	if (text.len > 0 && text.at[text.len - 1] != '\n')
		buf_add_byte(out, '\n');
	buf_add_text(out, "````\n\n");
}

static void add_request(const struct bisect_report *r,
			const struct bisect_request *q, const char *file,
			struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	add_head(q, &text);
	buf_add_span(&text, span_first(buf_span(&q->body), SHOWN_LIMIT));
	sample_empty(r->sample, &text);
	secrets_guess(&text);
	if (q->body.len > SHOWN_LIMIT)
		buf_addf(&text, "\n... (%zu bytes; all of it is in %s)",
			 q->body.len, file);
	add_block(buf_span(&text), out);
	buf_clear(&text);
}

static void add_about(const struct bisect_report *r, struct buf *out)
{
	const struct bisect_request *q = &r->sample->request;
	const char *client = headers_get(&q->headers, "user-agent");

	buf_addf(out,
		 "Found by `ccprobe bisect` (ccprobe " CCPROBE_VERSION
		 ") with %zu requests",
		 r->sent);
	buf_addf(out, " from one of %zu bytes.\n\n", bisect_request_size(q));
	buf_addf(out, "- client: `%s`\n", client ? client : "not named");
	if (r->show_host)
		buf_addf(out, "- host: `%s`\n", r->sample->host);
	buf_addf(out, "- request: `%s %s`\n", q->method, q->target);
	buf_addf(out, "- it fails each time: %zu of %zu\n\n", r->answer_count,
		 r->answer_count);
}

static void add_passing(const struct bisect_report *r,
			const struct bisect_found *x, size_t n, struct buf *out)
{
	const struct bisect_cause *c = x->cause;
	char name[64];

	if (c->passing.method == NULL)
		return;
	bisect_report_file_name(name, sizeof(name), "passing", n, "http");
	buf_add_text(out, "### The nearest request that passes\n\n");
	if (x->passing_status > 0)
		buf_addf(out, "Its answer has status %d.\n\n",
			 x->passing_status);
	add_request(r, &c->passing, name, out);
}

static void add_cause(const struct bisect_report *r, size_t n, struct buf *out)
{
	struct span body = buf_span(&r->list[n].cause->smallest.body);
	const struct bisect_found *x = &r->list[n];
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	char name[64];

	bisect_report_file_name(name, sizeof(name), "smallest", n, "http");
	buf_add_text(out, "## ");
	if (r->count > 1)
		buf_addf(out, "%zu. ", n + 1);
	bisect_found_name(x, out);
	buf_add_text(out, "\n\n");
	bisect_report_advice(r, x, &text);
	add_block(buf_span(&text), out);
	if (!x->cause->minimal)
		buf_add_text(out, "The search was cut short: a smaller "
				  "request may fail too.\n\n");
	buf_add_text(out, "### The smallest request that fails\n\n");
	add_request(r, &x->cause->smallest, name, out);
	buf_add_text(out, "### Its answer\n\n");
	add_block(*x->failure.evidence ? span_of(x->failure.evidence)
				       : span_of(x->failure.normal),
		  out);
	add_passing(r, x, n, out);
	buf_add_text(out, "### To repeat it\n\n");
	buf_reset(&text);
	bisect_report_file_name(name, sizeof(name), "smallest", n, "json");
	/* A reader of report.md may not have the other files. */
	add_curl(r, &x->cause->smallest, NULL,
		 body.len <= INLINE_LIMIT && span_is_utf8(body) ? NULL : name,
		 &text);
	add_block(buf_span(&text), out);
	buf_clear(&text);
}

static int put_report(struct report_writing *w)
{
	struct bisect_report *r = w->r;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "# A request of Claude Code fails with %s%d\n\n",
		 r->list[0].failure.status ? "status " : "no answer ",
		 r->list[0].failure.status);
	add_about(r, &text);
	for (size_t i = 0; i < r->count; i++)
		add_cause(r, i, &text);
	trial_blot(r->sample, &text);
	if (put(w, "report.md", &text) < 0)
		return -1;
	r->has_text = true;
	return 0;
}

int bisect_report_files(struct bisect_report *r, const struct memory *m,
			struct fail *f)
{
	struct report_writing w = { .r = r, .m = m, .f = f };

	for (size_t i = 0; i < r->count; i++) {
		const struct bisect_cause *c = r->list[i].cause;

		if (put_request(&w, "smallest", i, &c->smallest) < 0)
			return -1;
		if (c->passing.method != NULL &&
		    put_request(&w, "passing", i, &c->passing) < 0)
			return -1;
	}
	return r->count > 0 ? put_report(&w) : 0;
}
