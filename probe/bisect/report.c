/* Writes what was found as text for people. */
#include "probe/bisect/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/judge/curl.h"
#include "wire/bytes/print.h"
#include "wire/bytes/wrap.h"

#define SHOWN_BYTES ((size_t)600) /* of a body */

const char *bisect_end_name(enum bisect_end end)
{
	static const char *const names[] = {
		[BISECT_FOUND] = "found",
		[BISECT_INCOMPLETE] = "incomplete",
		[BISECT_PASSES] = "passes",
		[BISECT_UNSTABLE] = "unstable",
		[BISECT_UNREACHABLE] = "unreachable",
	};

	return names[end];
}

/* ---- answers ---- */

static void add_answer(const struct seen *s, struct buf *out)
{
	if (!s->failed) {
		buf_addf(out, "it passes, with status %d", s->status);
		return;
	}
	if (s->status == 0)
		buf_add_text(out, "no answer");
	else
		buf_addf(out, "status %d", s->status);
	if (*s->text)
		buf_addf(out, ": %s%s%s", s->type, *s->type ? ": " : "",
			 s->text);
	else if (*s->normal)
		buf_addf(out, ": %s", s->normal);
}

static bool is_kin(const struct seen *a, const struct seen *b)
{
	return a->failed == b->failed && seen_same(a, b) &&
	       strcmp(a->served, b->served) == 0;
}

/* Only the first answer of a kind is written, with their number. */
static bool is_first(const struct bisect_report *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_kin(&r->answers[i], &r->answers[n]))
			return false;
	return true;
}

/* A line for each kind of answer: "2 x status 400: text (server: x)". */
static void distribution(const struct bisect_report *r, struct buf *out)
{
	for (size_t i = 0; i < r->answer_count; i++) {
		size_t times = 0;

		if (!is_first(r, i))
			continue;
		for (size_t k = i; k < r->answer_count; k++)
			times += is_kin(&r->answers[i], &r->answers[k]);
		buf_addf(out, "  %zu x ", times);
		add_answer(&r->answers[i], out);
		if (*r->answers[i].served)
			buf_addf(out, " (%s)", r->answers[i].served);
		buf_add_byte(out, '\n');
	}
}

/* ---- a cause ---- */

/* Writes each line as a sentence, wrapped between words. */
static void add_sentences(struct span lines, struct buf *out)
{
	struct span line;

	while (span_split(&lines, '\n', &line)) {
		char *text = span_dup(line);

		if (*text)
			wrap_words(out, 2, text);
		free(text);
	}
}

/* Quotes the path for the shell: the folder's name may have blanks. */
static void add_command(const struct bisect_report *r, const char *name,
			struct buf *out)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-./+=,@%";
	struct buf path = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&path, "%s/%s", r->folder, name);
	buf_add_text(out, "    sh ");
	if (strspn(r->folder, plain) == strlen(r->folder))
		buf_add_span(out, buf_span(&path));
	else
		curl_quote(buf_span(&path), out);
	buf_add_byte(out, '\n');
	buf_clear(&path);
}

/* The header that makes the difference, as this request has it: the two bodies
 * may be the same. */
static void add_header(const struct bisect_report *r, const char *name,
		       const struct bisect_request *q, struct buf *out)
{
	const char *value = headers_get(&q->headers, name);
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (value != NULL)
		buf_addf(&line, "%s: %s", name, value);
	else
		buf_addf(&line, "(no %s)", name);
	sample_empty(r->sample, &line);
	secrets_guess(&line);
	buf_add_text(out, "    ");
	print_bytes(buf_span(&line), SHOWN_BYTES, out);
	buf_add_byte(out, '\n');
	buf_clear(&line);
}

/* Whether both requests have this header in the same way. */
static bool is_same_header(const struct bisect_cause *c, const char *name)
{
	const char *a = headers_get(&c->smallest.headers, name);
	const char *b = headers_get(&c->passing.headers, name);

	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool is_header_told(const struct bisect_cause *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c->culprits[i].header != NULL &&
		    strcasecmp(c->culprits[i].header, c->culprits[n].header) ==
			    0)
			return true;
	return false;
}

static void add_headers(const struct bisect_report *r,
			const struct bisect_cause *c,
			const struct bisect_request *q, struct buf *out)
{
	for (size_t i = 0; i < c->count; i++) {
		const char *name = c->culprits[i].header;

		if (name != NULL && !is_header_told(c, i) &&
		    !is_same_header(c, name))
			add_header(r, name, q, out);
	}
}

/* "  fails:   dir/smallest.http, 226 of 50277 bytes", then the header that makes
 * the difference, the body if it is short, and the command that sends it. */
static void add_request(const struct bisect_report *r, const char *word,
			const char *what, size_t n,
			const struct bisect_request *q, const char *remark,
			struct buf *out)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	char name[64];

	bisect_report_file_name(name, sizeof(name), what, n, "http");
	buf_addf(out, "  %-8s %s/%s, %zu of %zu bytes%s\n", word, r->folder,
		 name, bisect_request_size(q),
		 bisect_request_size(&r->sample->request), remark);
	add_headers(r, r->list[n].cause, q, out);
	buf_add_span(&body, span_first(buf_span(&q->body), SHOWN_BYTES + 1));
	sample_empty(r->sample, &body);
	secrets_guess(&body);
	if (body.len > 0 && q->body.len <= SHOWN_BYTES) {
		buf_add_text(out, "    ");
		print_bytes(buf_span(&body), SHOWN_BYTES * 2, out);
		buf_add_byte(out, '\n');
	}
	bisect_report_file_name(name, sizeof(name), what, n, "curl.sh");
	add_command(r, name, out);
	buf_clear(&body);
}

static void add_requests(const struct bisect_report *r, size_t n,
			 struct buf *out)
{
	const struct bisect_found *x = &r->list[n];
	const struct bisect_cause *c = x->cause;
	char status[40] = "";

	add_request(r, "fails:", "smallest", n, &c->smallest,
		    c->minimal ? "" : "; there may be a smaller one", out);
	if (x->passing_status > 0)
		snprintf(status, sizeof(status), "; status %d",
			 x->passing_status);
	if (c->passing.method != NULL)
		add_request(r, "passes:", "passing", n, &c->passing, status,
			    out);
}

static void add_value(const struct culprit *c, struct buf *out)
{
	const char *where = c->pointer != NULL ? c->pointer : c->header;

	buf_add_text(out, "  ");
	print_bytes(span_of(where != NULL ? where : c->name), 200, out);
	buf_add_text(out, " is ");
	print_bytes(span_of(c->value), 200, out);
	buf_add_byte(out, '\n');
}

static void add_cause(const struct bisect_report *r, size_t n, struct buf *out)
{
	const struct bisect_found *x = &r->list[n];
	struct buf advice = BUF_INIT(BUF_NO_LIMIT);

	if (r->count > 1)
		buf_addf(out, "\ncause %zu of %zu: ", n + 1, r->count);
	else
		buf_add_text(out, "\ncause: ");
	bisect_found_name(x, out);
	buf_add_byte(out, '\n');
	for (size_t i = 0; i < x->cause->count; i++) {
		const struct culprit *c = &x->cause->culprits[i];

		if (c->value != NULL && strstr(c->name, c->value) == NULL)
			add_value(c, out);
	}
	if (n > 0) {
		buf_add_text(out, "  fails with ");
		add_answer(&x->failure, out);
		buf_add_byte(out, '\n');
	}
	bisect_report_advice(r, x, &advice);
	add_sentences(buf_span(&advice), out);
	buf_clear(&advice);
	add_requests(r, n, out);
}

/* ---- all of it ---- */

static void add_passes(const struct bisect_report *r, struct buf *out)
{
	buf_addf(
		out,
		"it does not fail: %zu of %zu times the status was %d\n"
		"  Was it another key, another model, another URL than that of "
		"Claude Code? Or has the gateway changed?\n"
		"  If this is the provider of a gateway where it failed, the "
		"gateway is to blame.\n"
		"  `ccprobe doctor` checks what Claude Code would use.\n",
		r->answer_count, r->answer_count,
		r->answer_count > 0 ? r->answers[0].status : 0);
}

static void add_unstable(const struct bisect_report *r, struct buf *out)
{
	buf_add_text(out,
		     "the answer is not the same each time, so nothing can "
		     "be searched for:\n");
	distribution(r, out);
	buf_add_text(out,
		     "  `ccprobe doctor --repeat 20` shows what each member "
		     "of a pool answers.\n");
}

static void add_end(const struct bisect_report *r, struct buf *out)
{
	buf_addf(out, "\n%zu of at most %zu requests sent", r->sent, r->most);
	if (r->remembered > 0)
		buf_addf(out, ", %zu answer%s remembered", r->remembered,
			 r->remembered == 1 ? "" : "s");
	buf_add_byte(out, '\n');
	if (r->why_over != NULL)
		buf_addf(out,
			 "cut short: %s\n  the same command continues the "
			 "search; the answers so far are in %s\n",
			 r->why_over, r->folder);
	if (r->has_text)
		buf_addf(out,
			 "%s/report.md is for those who maintain the gateway\n",
			 r->folder);
}

void bisect_report_print(const struct bisect_report *r, struct buf *out)
{
	switch (r->end) {
	case BISECT_PASSES:
		add_passes(r, out);
		break;
	case BISECT_UNSTABLE:
		add_unstable(r, out);
		break;
	case BISECT_UNREACHABLE:
		buf_add_text(out, "no server was reached: ");
		add_answer(&r->answers[0], out);
		buf_add_text(out, "\n  `ccprobe doctor` finds out why.\n");
		break;
	case BISECT_FOUND:
	case BISECT_INCOMPLETE:
		if (r->answer_count > 0) {
			buf_add_text(out, "it fails with ");
			add_answer(&r->answers[0], out);
			buf_add_byte(out, '\n');
		}
		for (size_t i = 0; i < r->count; i++)
			add_cause(r, i, out);
		break;
	}
	add_end(r, out);
}
