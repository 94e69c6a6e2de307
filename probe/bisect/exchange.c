/* Sends one request, and describes its answer. */
#include "probe/bisect/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/loop.h"
#include "probe/refusal/finding.h"
#include "probe/refusal/refusal.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"
#include "wire/http/sse.h"

#define ERROR_LIMIT ((size_t)256 * 1024) /* of an error's body */
#define EVENT_LIMIT ((size_t)1024 * 1024)
#define TIME_LIMIT (120 * TICK_S) /* of an answer that does not end */
#define TEXT_LIMIT 2000 /* of an error's text */

void seen_clear(struct seen *s)
{
	free(s->normal);
	free(s->type);
	free(s->text);
	free(s->headline);
	free(s->fix);
	free(s->served);
	free(s->evidence);
	*s = (struct seen){ .normal = NULL };
}

bool seen_same(const struct seen *a, const struct seen *b)
{
	return a->status == b->status && strcmp(a->normal, b->normal) == 0;
}

void trial_blot(const struct sample *g, struct buf *text)
{
	secrets_blot(&g->secrets, text);
	secrets_guess(text);
}

/* ---- retry-after ---- */

static int64_t seconds_until(const char *date, int64_t now)
{
	struct tm tm = { .tm_year = 0 };
	const char *end = strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	int64_t then;

	if (end == NULL || *end != '\0')
		return -1;
	then = timegm(&tm);
	return then > now ? then - now : 0;
}

int64_t trial_retry_after(const struct headers *h, int64_t now)
{
	const char *value = headers_get(h, "retry-after");
	struct span digits;
	uint64_t seconds;

	if (value == NULL)
		return -1;
	/* "1.5" is not valid HTTP, but servers send it: it is rounded up. */
	digits = span_first(span_of(value), strspn(value, "0123456789"));
	if (digits.len == 0)
		return seconds_until(value, now);
	if (!span_u64(digits, 1000000, &seconds))
		return 1000000;
	return (int64_t)seconds + (value[digits.len] == '.');
}

/* ---- when to hang up ---- */

struct watching {
	bool hang_up; /* as soon as the answer is sure to pass */
	bool passes; /* it passes; the rest was not read */
	const char *endless; /* why reading ended early; NULL: it did not */
	struct sse sse;
	size_t fed;
	bool begun, content; /* of a message: its start and a content block
				came */
};

static bool is_stream(const struct asked *x)
{
	const char *type = headers_get(&x->head.headers, "content-type");

	return type != NULL && span_is_nocase(span_first(span_of(type), 17),
					      "text/event-stream");
}

/* A message that has started and has a content block passes. */
static bool has_content(struct watching *w, const struct asked *x)
{
	struct span bytes = span_skip(buf_span(&x->body), w->fed);
	struct sse_event event;
	enum sse_step step;

	w->fed = x->body.len;
	sse_feed(&w->sse, bytes.at, bytes.len);
	while ((step = sse_next(&w->sse, &event)) == SSE_EVENT ||
	       step == SSE_COMMENT) {
		if (step == SSE_COMMENT)
			continue;
		if (span_is(event.name, "message_start"))
			w->begun = true;
		else if (span_is(event.name, "content_block_start"))
			w->content = w->begun;
	}
	return w->content;
}

static bool enough(void *arg, const struct asked *x)
{
	struct watching *w = arg;
	bool good = x->head.status >= 200 && x->head.status < 300;
	bool late = loop_now() - x->began > TIME_LIMIT;

	if (good && is_stream(x) && has_content(w, x))
		w->passes = w->hang_up || late;
	else if (late)
		w->endless = "the answer does not end";
	else if (!good && x->body.len > ERROR_LIMIT)
		w->endless = "an error of more than 256 kB";
	return w->passes || w->endless != NULL;
}

/* ---- what it means ---- */

/* Header fields that tell the members of a pool apart. */
static const char *const server_fields[] = {
	"server",
	"x-served-by",
	"x-upstream",
	"x-provider",
	"x-backend",
	"x-litellm-model-id",
	"x-litellm-model-api-base",
	"x-portkey-provider",
	"x-envoy-upstream-host",
	"x-amzn-bedrock-model-id",
};

static char *served_by(const struct sample *g, const struct headers *h)
{
	struct buf text = BUF_INIT(1024), out = BUF_INIT(BUF_NO_LIMIT);
	size_t count = sizeof(server_fields) / sizeof(server_fields[0]);

	for (size_t i = 0; i < count; i++) {
		const char *value = headers_get(h, server_fields[i]);

		if (value != NULL)
			buf_addf(&text, "%s%s: %.100s",
				 text.len > 0 ? ", " : "", server_fields[i],
				 value);
	}
	trial_blot(g, &text);
	print_bytes(buf_span(&text), 400, &out);
	buf_clear(&text);
	return buf_take(&out, NULL);
}

static char *printable(const struct sample *g, struct buf *text)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	buf_cut(text, TEXT_LIMIT);
	trial_blot(g, text);
	print_bytes(buf_span(text), TEXT_LIMIT, &out);
	buf_clear(text);
	return buf_take(&out, NULL);
}

/* Headline and fix, as `ccprobe doctor` words them. */
static void explain(struct seen *s, const struct sample *g,
		    const struct refusal *r)
{
	struct findings found = { .list = NULL };
	const char *words[3] = { r->words[0], r->words[1], r->words[2] };
	struct buf headline = BUF_INIT(TEXT_LIMIT), fix = BUF_INIT(TEXT_LIMIT);

	findings_add(&found, "bisect", r->code, words, 3, NULL);
	s->code = found.list[0].kind->code;
	buf_addf(&headline, "%s", found.list[0].headline);
	buf_addf(&fix, "%s", found.list[0].fix);
	s->headline = printable(g, &headline);
	s->fix = printable(g, &fix);
	findings_clear(&found);
}

/* What happened, for a failure without an error text. How a connection ended is
 * written from our own values, because libcurl's words change with its
 * version. */
static void add_event(const struct refusal_given *given, enum end_stage stage,
		      const char *code, struct buf *out)
{
	static const char *const places[] = {
		[STAGE_NONE] = "",
		[STAGE_NAME] = ", looking up the name",
		[STAGE_PROXY] = ", at the proxy",
		[STAGE_CONNECT] = ", connecting",
		[STAGE_TLS] = ", in TLS",
		[STAGE_SEND] = ", sending the request",
		[STAGE_HEAD] = ", waiting for the answer",
		[STAGE_BODY] = ", inside the answer",
	};

	if (given->end != END_CLEAN && given->end != END_CANCELLED)
		buf_addf(out, "%s%s", end_name(given->end), places[stage]);
	else
		buf_add_text(out, *given->end_text ? given->end_text : code);
}

/* Keeps the text of the failure without what changes from one answer to the
 * next. */
static void normalise(struct seen *s, const struct sample *g,
		      struct span sent_body, struct span from)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), own = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "%s%s", s->type, *s->type ? ": " : "");
	quote_mask(from, sent_body,
		   headers_get(&g->request.headers, "anthropic-beta"), &own);
	refusal_normal(buf_span(&own), &text);
	buf_clear(&own);
	buf_cut(&text, MEMORY_NORMAL_LIMIT);
	free(s->normal);
	s->normal = buf_take(&text, NULL);
}

static void judge_failure(struct seen *s, const struct sample *g,
			  const struct refusal_given *given,
			  enum end_stage stage, const struct refusal *r)
{
	struct buf type = BUF_INIT(TEXT_LIMIT), text = BUF_INIT(BUF_NO_LIMIT);
	struct buf evidence = BUF_INIT(BUF_NO_LIMIT);
	struct buf event = BUF_INIT(BUF_NO_LIMIT);

	refusal_text(given->got_body, &type, &text);
	if (span_is(buf_span(&type), "message")) /* a message, and no error */
		buf_reset(&type);
	/* The beginning of a 200 is not the text of an error. */
	if (type.len == 0 && given->status >= 200 && given->status < 300)
		buf_reset(&text);
	if (text.len == 0) {
		add_event(given, stage, r->code, &event);
		buf_add_text(&text, given->end_text);
	}
	s->type = printable(g, &type);
	s->text = printable(g, &text);
	normalise(s, g, given->sent_body,
		  event.len > 0 ? buf_span(&event) : span_of(s->text));
	buf_clear(&event);
	explain(s, g, r);
	if (*s->text == '\0') {
		free(s->text);
		s->text = xstrdup(s->headline);
	}
	refusal_evidence(given, &evidence);
	trial_blot(g, &evidence);
	s->evidence = buf_take(&evidence, NULL);
}

/* A message as one JSON document, although the request asked for a stream: the
 * client drops it and asks again. */
static bool is_unstreamed(const struct refusal_given *given, struct refusal *r)
{
	struct jval root, stream;

	if (given->status != 200 || given->end != END_CLEAN ||
	    strstr(given->target, "/count_tokens") ||
	    jscan(given->sent_body, &root, NULL) < 0 || root.type != J_OBJECT ||
	    !jscan_member(root, "stream", &stream) || stream.type != J_TRUE ||
	    jscan(given->got_body, &root, NULL) < 0 || root.type != J_OBJECT)
		return false;
	r->code = "DR-STREAM-NOT-EVENTS";
	r->words[0] = xstrdup("application/json");
	return true;
}

/* A failure as refusal_of() sees it, or one that only bisect tells from a
 * pass. */
static bool is_failure(const struct refusal_given *given, struct refusal *r)
{
	return refusal_of(given, r) || is_unstreamed(given, r);
}

static void judge_answer(struct seen *s, const struct sample *g,
			 const struct bisect_request *sent,
			 const struct asked *x, const struct watching *w)
{
	bool cut = w->endless != NULL;
	struct refusal_given given = {
		.method = sent->method,
		.target = sent->target,
		.sent = &sent->headers,
		.sent_body = buf_span(&sent->body),
		.status = x->head.status,
		.got = x->head.status ? &x->head.headers : NULL,
		.got_body = buf_span(&x->body),
		/* An error that was not read to its end counts as complete. */
		.end = cut && x->head.status >= 300 ? END_CLEAN : x->end,
		.end_text = cut ? w->endless : x->text,
	};
	struct refusal r = { .code = NULL };

	s->status = x->head.status;
	s->reached = x->head.status != 0 || x->sent;
	s->whole = x->end == END_CLEAN;
	s->retry_after =
		given.got ? trial_retry_after(given.got, time(NULL)) : -1;
	s->served = given.got ? served_by(g, given.got) : xstrdup("");
	if (!w->passes && is_failure(&given, &r)) {
		s->failed = true;
		judge_failure(s, g, &given, x->stage, &r);
		refusal_clear(&r);
	}
}

/* Replaces texts that are NULL by "". */
static void fill_in(struct seen *s)
{
	char **texts[] = { &s->normal, &s->type,   &s->text,    &s->headline,
			   &s->fix,    &s->served, &s->evidence };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (*texts[i] == NULL)
			*texts[i] = xstrdup("");
}

int exchange(struct asker *a, const struct sample *g,
	     const struct bisect_request *r, bool hang_up, struct seen *out,
	     struct fail *f)
{
	struct watching w = { .hang_up = hang_up };
	struct headers headers = { .count = 0 };
	struct asked x = { .end = END_OPEN };
	struct buf target = BUF_INIT(BUF_NO_LIMIT);
	struct ask q = { .method = r->method,
			 .headers = &headers,
			 .body = buf_span(&r->body),
			 .has_body = r->body.len > 0,
			 .decode = true,
			 .enough = enough,
			 .arg = &w };
	int rc;

	sse_init(&w.sse, EVENT_LIMIT);
	buf_add_text(&target, r->target);
	sample_fill_text(g, &target);
	q.target = buf_str(&target);
	rc = sample_fill(g, &r->headers, &headers, f);
	if (rc == 0)
		rc = asker_ask(a, &q, &x, f);
	if (rc == 0) {
		*out = (struct seen){ .retry_after = -1 };
		judge_answer(out, g, r, &x, &w);
		fill_in(out);
	}
	asked_clear(&x);
	buf_clear(&target);
	headers_clear(&headers);
	sse_clear(&w.sse);
	return rc;
}
