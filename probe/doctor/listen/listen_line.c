/* Prints a line for each exchange, and why it failed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probe/doctor/listen/listen.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"
#include "wire/json/jscan.h"

#define TARGET_BYTES 80
#define MODEL_BYTES 64
#define TEXT_BYTES 200

/* Appends text: printable, without credentials, at most about `most` bytes. */
static void add_text(const struct listener *l, struct span text, size_t most,
		     struct buf *out)
{
	struct buf clear = BUF_INIT(BUF_NO_LIMIT);

	buf_add_span(&clear, text);
	secrets_blot(l->config->secrets, &clear);
	print_bytes(buf_span(&clear), most, out);
	buf_clear(&clear);
}

static void print_line(struct buf *line)
{
	buf_add_byte(line, '\n');
	print_guard(line);
	fwrite(line->at, 1, line->len, stdout);
	fflush(stdout);
	buf_clear(line);
}

/* ---- an exchange ---- */

static void add_time(struct buf *out)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[16];

	if (localtime_r(&now, &tm) &&
	    strftime(text, sizeof(text), "%H:%M:%S", &tm) > 0)
		buf_add_text(out, text);
}

static void add_model(const struct listener *l, struct span body,
		      struct buf *out)
{
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	struct jval root, model;

	if (jscan(body, &root, NULL) == 0 && root.type == J_OBJECT &&
	    jscan_member(root, "model", &model) && model.type == J_STRING &&
	    jscan_string(model, &name) == 0) {
		buf_add_text(out, "  ");
		add_text(l, buf_span(&name), MODEL_BYTES, out);
	}
	buf_clear(&name);
}

static int64_t ms_since(const struct passing *p, tick_t at)
{
	return (at - p->began) / TICK_MS;
}

static void add_answer(const struct passing *p, struct buf *out)
{
	buf_addf(out, "  %d  first byte %" PRId64 " ms", p->head.status,
		 ms_since(p, p->head_at));
	if (p->ended > 0)
		buf_addf(out, ", end %" PRId64 " ms", ms_since(p, p->ended));
	if (p->copy.is_stream && !p->copy.unreadable && !p->copy.undecodable)
		buf_addf(out, ", %" PRIu64 " event%s", p->copy.events,
			 p->copy.events == 1 ? "" : "s");
	else
		buf_addf(out, ", %" PRIu64 " bytes", p->copy.bytes);
}

static void print_exchange(const struct listener *l, const struct passing *p)
{
	const struct http_head *head = visit_head(p->visit);
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	add_time(&line);
	buf_add_text(&line, "  ");
	print_bytes(span_of(head->method), TARGET_BYTES, &line);
	buf_add_byte(&line, ' ');
	add_text(l, visit_path(p->visit), TARGET_BYTES, &line);
	add_model(l, visit_body(p->visit), &line);
	if (p->head.status > 0)
		add_answer(p, &line);
	else if (!p->own)
		buf_addf(&line, "  no answer, %" PRId64 " ms",
			 ms_since(p, p->ended));
	else
		buf_addf(&line, "  %s", p->own);
	if (p->text[0]) {
		buf_add_text(&line, "; ");
		add_text(l, span_of(p->text), TEXT_BYTES, &line);
	}
	print_line(&line);
}

/* ---- why it failed ---- */

/* One code may have several causes, such as different fields: the headline
 * tells them apart. */
static struct alike *alike_of(struct listen_tally *t, const struct finding *g,
			      int status)
{
	struct buf normal = BUF_INIT(BUF_NO_LIMIT);
	struct alike *a = NULL;

	refusal_normal(span_of(g->headline), &normal);
	for (size_t i = 0; i < t->count && !a; i++)
		if (t->list[i].kind == g->kind && t->list[i].status == status &&
		    strcmp(t->list[i].normal, buf_str(&normal)) == 0)
			a = &t->list[i];
	if (!a && t->count < ALIKE_LIMIT) {
		a = &t->list[t->count++];
		*a = (struct alike){ .kind = g->kind,
				     .status = status,
				     .normal = xstrdup(buf_str(&normal)),
				     .headline = xstrdup(g->headline),
				     .fix = xstrdup(g->fix) };
	}
	buf_clear(&normal);
	return a;
}

void listen_tally_clear(struct listen_tally *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->list[i].normal);
		free(t->list[i].headline);
		free(t->list[i].fix);
		free(t->list[i].without);
	}
}

/* Tells how to bisect a request that got an answer, or where it is stored. */
static void add_place(const struct listener *l, const struct passing *p,
		      unsigned number, struct buf *out)
{
	bool bisects = p->head.status > 0 && visit_body(p->visit).len > 0;

	buf_add_text(out, bisects ? "; ccprobe bisect " : "; stored as ");
	buf_addf(out, "%s/%04u-request.http", l->store.folder, number);
	if (bisects) {
		buf_add_byte(out, ' ');
		add_text(l, span_of(l->config->base_url), SIZE_MAX, out);
	}
}

static void keep(struct listener *l, const struct passing *p, struct alike *a,
		 bool again, struct buf *out)
{
	struct fail f = FAIL_INIT;
	unsigned number;

	if (again) {
		buf_add_text(out, "; not stored: the first try is stored");
	} else if (!a) {
		buf_add_text(out, "; not stored: too many kinds of failures");
	} else if (a->stored == ALIKE_STORED) {
		buf_addf(out, "; not stored: %d like it are stored already",
			 ALIKE_STORED);
	} else if (store_add(&l->store, p, &number, &f) == 0) {
		a->stored++;
		add_place(l, p, number, out);
	} else {
		buf_addf(out, "; not stored: %s", f.text);
	}
}

/* An exchange, and what is known of earlier tries. */
struct told {
	struct listener *l;
	const struct passing *p;
	struct listen_talk *talk; /* NULL: no request for a message */
	struct alike *before; /* how the last try failed, or NULL */
	struct buf less; /* what it has less than the last try; "" if there was
			    none */
};

static bool is_again(const struct told *t)
{
	return t->talk && t->talk->tries > 1;
}

static void count(const struct told *t, const struct finding *g)
{
	struct listener *l = t->l;
	struct alike *a = alike_of(&l->tally, g, t->p->head.status);
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	l->tally.failures++;
	if (a) {
		a->count++;
		a->tries += is_again(t);
	}
	if (t->talk)
		t->talk->alike = a;
	buf_addf(&line, "  %s: %s", g->kind->code, g->headline);
	keep(l, t->p, a, is_again(t) && a && a->stored > 0, &line);
	print_line(&line);
}

static void explain(const struct told *t, const struct refusal *r)
{
	struct findings found = { .list = NULL };
	struct buf words[FINDING_WORDS];
	const char *given[FINDING_WORDS];

	for (size_t i = 0; i < FINDING_WORDS; i++) {
		buf_init(&words[i], BUF_NO_LIMIT);
		buf_add_text(&words[i], r->words[i] ? r->words[i] : "");
		secrets_blot(t->l->config->secrets, &words[i]);
		given[i] = r->words[i] ? buf_str(&words[i]) : NULL;
	}
	findings_add(&found, "listen", r->code, given, FINDING_WORDS, NULL);
	count(t, &found.list[0]);
	findings_clear(&found);
	for (size_t i = 0; i < FINDING_WORDS; i++)
		buf_clear(&words[i]);
}

/* ---- what the client changed by itself ---- */

/* Prints a line about a try that the client made by itself. What a passing try
 * leaves out was refused before. */
static void tell_try(const struct told *t, bool failed)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (!is_again(t))
		return;
	buf_addf(&line,
		 "  try %zu of the same request by the client itself%s: "
		 "without ",
		 t->talk->tries, failed ? "" : " passes");
	add_text(t->l, buf_span(&t->less), TEXT_BYTES, &line);
	if (!failed && t->before) {
		free(t->before->without);
		t->before->without = span_dup(buf_span(&t->less));
	}
	print_line(&line);
}

/* If the client itself changed something, the gateway is not to blame. */
static void judge_change(const struct told *t, struct refusal *r)
{
	struct buf type = BUF_INIT(BUF_NO_LIMIT);
	struct buf message = BUF_INIT(BUF_NO_LIMIT);
	const char *what = NULL;

	refusal_text(buf_span(&t->p->copy.body), &type, &message);
	if (t->talk && strcmp(r->code, "DR-THINKING-SIGNATURE") == 0)
		what = listen_talk_changed(&t->l->talks, t->talk,
					   buf_span(&message));
	if (what) {
		free(r->words[0]);
		r->code = "DR-CLIENT-CHANGED";
		r->words[0] = xstrdup(what);
	}
	buf_clear(&type);
	buf_clear(&message);
}

static void look_back(struct told *t)
{
	struct listen_talk now;
	const struct listen_talk *before;

	if (!listen_talk_of(&now, visit_head(t->p->visit),
			    visit_body(t->p->visit)))
		return;
	now.status = t->p->head.status;
	now.tries = 1;
	before = listen_talk_before(&t->l->talks, &now);
	if (before) {
		listen_talk_less(before, &now, &t->less);
		t->before = before->alike;
		now.tries += t->less.len > 0 ? before->tries : 0;
	}
	t->talk = listen_talks_add(&t->l->talks, &now);
}

void listen_line_exchange(struct listener *l, struct passing *p)
{
	struct refusal why = { .code = NULL };
	struct told t = { .l = l, .p = p, .less = BUF_INIT(BUF_NO_LIMIT) };
	bool failed;

	l->tally.exchanges++;
	print_exchange(l, p);
	look_back(&t);
	failed = listen_failed(p, &why);
	if (listen_judged(p))
		tell_try(&t, failed);
	if (failed) {
		judge_change(&t, &why);
		explain(&t, &why);
		refusal_clear(&why);
	}
	buf_clear(&t.less);
}

/* ---- the end ---- */

void listen_line_summary(const struct listener *l)
{
	const struct listen_tally *t = &l->tally;
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&line, "%zu exchange%s, %zu failed", t->exchanges,
		 t->exchanges == 1 ? "" : "s", t->failures);
	for (size_t i = 0; i < t->count; i++) {
		const struct alike *a = &t->list[i];

		buf_addf(&line, "\n%6zu  %s", a->count, a->kind->code);
		if (a->status > 0)
			buf_addf(&line, " (%d)", a->status);
		buf_addf(&line, ": %s", a->headline);
		if (a->tries > 0)
			buf_addf(&line,
				 "\n        %zu of these are tries that the "
				 "client added by itself, each with less",
				 a->tries);
		if (a->without)
			buf_addf(&line, "; it got through without %s",
				 a->without);
		buf_addf(&line, "\n        fix: %s", a->fix);
	}
	print_line(&line);
}
