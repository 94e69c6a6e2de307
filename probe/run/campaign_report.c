/* Makes the report of a campaign: results, causes, claims that are not offered,
 * masked credentials. */
#include "probe/run/campaign_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/run/keep/keep.h"
#include "probe/suite/claims.h"
#include "probe/suite/say.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define LAST_WORDS 300
#define PIECES_LOOKED_AT ((size_t)256 * 1024) /* more than reports show */

/* ---- credentials ---- */

/*
 * A credential may be split over several header fields, events or pieces of a
 * body. Then each part of it is remembered, and masked too.
 */
static void look_at_head(struct campaign *c, const struct wlog_entry *e)
{
	struct span *values = xcalloc(e->headers.count, sizeof(*values));

	for (size_t i = 0; i < e->headers.count; i++)
		values[i] = span_of(e->headers.list[i].value);
	secrets_pieces(&c->secrets, values, e->headers.count, &c->pieces);
	free(values);
}

static void look_at_pieces(struct campaign *c, const struct view *v,
			   const struct exchange *x)
{
	struct span *list = xcalloc(x->pieces, sizeof(*list));
	size_t count = 0, bytes = 0;

	for (size_t i = 0;
	     i < v->log->count && count < x->pieces && bytes < PIECES_LOOKED_AT;
	     i++) {
		const struct wlog_entry *e = &v->log->list[i];

		if (e->kind != WLOG_DATA || e->run != v->run ||
		    e->exchange != x->number || strcmp(e->actor, x->actor) != 0)
			continue;
		list[count] = span_first(span_make(e->bytes, e->len),
					 PIECES_LOOKED_AT);
		bytes += list[count++].len;
	}
	secrets_pieces(&c->secrets, list, count, &c->pieces);
	free(list);
}

void campaign_look_for_pieces(struct campaign *c, const struct view *v)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct exchange *x = &v->list[i];
		struct span content;

		if (x->actor[0] == 'u' && x->request)
			look_at_head(c, x->request);
		if (x->actor[0] != 'c')
			continue;
		if (x->response)
			look_at_head(c, x->response);
		look_at_pieces(c, v, x);
		content = span_first(x->content, PIECES_LOOKED_AT);
		secrets_pieces(&c->secrets, &content, 1, &c->pieces);
	}
}

static void blot(const struct campaign *c, char **text)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (!*text || !**text)
		return;
	buf_add_text(&b, *text);
	secrets_blot(&c->secrets, &b);
	secrets_blot(&c->pieces, &b);
	free(*text);
	*text = buf_take(&b, NULL);
}

static void blot_sides(const struct campaign *c, struct sides *s)
{
	char **const texts[] = { &s->left_head, &s->right_head, &s->before,
				 &s->left,      &s->right,      &s->after };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		blot(c, texts[i]);
}

static void blot_evidence(const struct campaign *c, struct evidence *e)
{
	blot_sides(c, &e->request);
	blot_sides(c, &e->answer);
	for (size_t i = 0; i < e->moment_count; i++)
		blot(c, &e->moments[i].label);
}

static void blot_cause(const struct campaign *c, struct cause *cause)
{
	blot(c, &cause->id);
	blot(c, &cause->headline);
	blot(c, &cause->fix);
	for (size_t i = 0; i < cause->example_count; i++) {
		blot(c, &cause->examples[i].sent);
		blot(c, &cause->examples[i].got);
	}
}

static void blot_result(const struct campaign *c, struct result *r)
{
	blot(c, &r->reason);
	blot(c, &r->trace);
	blot(c, &r->curl);
	for (size_t i = 0; i < r->outcome_count; i++) {
		blot(c, &r->outcomes[i].expect);
		blot(c, &r->outcomes[i].wanted);
		blot(c, &r->outcomes[i].got);
		blot(c, &r->outcomes[i].difference);
	}
	if (r->evidence)
		blot_evidence(c, r->evidence);
}

static char *url_text(const char *prefix, const char *text)
{
	struct buf b = BUF_INIT(1024);

	buf_addf(&b, "%s%s", prefix, text);
	return buf_take(&b, NULL);
}

/* Adds the claim if it is not asked of the gateway. If no case can see it, the
 * report says "unseen", since the gateway may well offer it. */
static void add_not_offered(struct campaign *c, const struct claim *claim)
{
	struct run_report *r = c->report;
	const struct casefile *file = offers_file(&c->offers, claim->name);
	const char *without = file != NULL ? file->why : claim->without;
	bool unseen = campaign_cannot_see(c, claim->name);
	struct buf how = BUF_INIT(BUF_NO_LIMIT);

	/* A claim that has to be declared is offered by few: not listed unless
	 * --without names it. */
	if (!campaign_lacks(c, claim->name, &how) ||
	    (claim->declared && !campaign_gives_away(c, claim->name))) {
		buf_clear(&how);
		return;
	}
	r->not_offered[r->not_offered_count++] = (struct not_offered){
		.claim = xstrdup(claim->name),
		.how = buf_take(&how, NULL),
		.without = !unseen && without != NULL ? xstrdup(without) : NULL,
		.unseen = unseen,
	};
}

/* How the target's program ended, and the last line that it printed; NULL: it
 * runs, or there is none. */
static char *last_words(const struct campaign *c)
{
	const struct target *t = c->config->target;
	struct buf b = BUF_INIT(4096);
	struct span rest, line, last = { NULL, 0 };

	if (!t || !*target_ending(t))
		return NULL;
	buf_addf(&b, "target %s %s", target_name(t), target_ending(t));
	rest = span_trim(target_output(t));
	while (rest.len > 0 && span_split(&rest, '\n', &line))
		last = span_trim(line).len > 0 ? span_trim(line) : last;
	if (last.len > 0) {
		buf_add_text(&b, ": ");
		print_bytes(last, LAST_WORDS, &b);
	}
	secrets_blot(&c->secrets, &b);
	return buf_take(&b, NULL);
}

/* Nothing listens at the gateway's address any more, or the target's program
 * failed, perhaps at the last request, when nothing connected afterwards. A
 * program that exited with 0 may have started a server that goes on. */
static bool has_died(const struct campaign *c)
{
	const struct target *t = c->config->target;

	if (c->runner && runner_is_gone(c->runner))
		return true;
	return t && *target_ending(t) && !c->report->interrupted &&
	       strcmp(target_ending(t), "exited with status 0") != 0;
}

void campaign_report_gateway(struct campaign *c)
{
	struct run_report *r = c->report;
	const char *gateway = c->session ? session_gateway(c->session) : NULL;

	if (!gateway)
		gateway = c->config->gateway;
	r->target =
		url_text("", c->config->target ? target_title(c->config->target)
					       : CAMPAIGN_RUNNING);
	r->gateway_url = url_text("", gateway ? gateway : "not started");
	r->mock_url = *c->mock ? url_text("http://", c->mock) : NULL;
	if (c->format != FORMAT_UNKNOWN)
		r->provider = format_name(c->format);
	r->client_format = format_name(c->config->client_format);
	r->insecure = c->config->tls.any_certificate;
	r->rate = rate_of(&c->config->rate);
}

void campaign_report(struct campaign *c)
{
	struct run_report *r = c->report;

	campaign_report_gateway(c);
	r->took = c->began ? loop_now() - c->began : 0;
	r->died = has_died(c);
	r->last_words = last_words(c);
	r->not_offered = xcalloc(claims_count(), sizeof(*r->not_offered));
	for (const struct claim *claim = claims; claim->name; claim++)
		add_not_offered(c, claim);
	if (c->runner)
		r->list = runner_take(c->runner, &r->count);
	for (size_t i = 0; i < r->count; i++) {
		r->counts[r->list[i].verdict]++;
		r->left_out += r->list[i].left_out;
		blot_result(c, &r->list[i]);
	}
	if (c->causes)
		causes_settle(c->causes, r);
	for (size_t i = 0; i < r->cause_count; i++)
		blot_cause(c, &r->causes[i]);
}

void campaign_warn(const struct campaign *c)
{
	struct fail kept = FAIL_INIT;

	if (c->keeper &&
	    keeper_end(c->keeper, !c->report->interrupted, &kept) < 0) {
		say(stderr, "ccprobe: %s\n", kept.text);
		c->report->logs_missing = true;
	}
	if (c->report->last_words && !c->report->interrupted)
		say(stderr, "ccprobe: during the run, %s\n",
		    c->report->last_words);
	else if (c->report->died)
		say(stderr,
		    "ccprobe: the gateway is gone: nothing listens there any "
		    "more\n");
	if (c->session && session_strays(c->session) > 0)
		say(stderr,
		    "ccprobe: %zu requests without a mark reached the "
		    "mock, the last: %s\n",
		    session_strays(c->session), session_stray(c->session));
}

void campaign_clear(struct run_report *report)
{
	for (size_t i = 0; i < report->count; i++)
		result_clear(&report->list[i]);
	free(report->list);
	cause_list_free(report->causes, report->cause_count);
	for (size_t i = 0; i < report->not_offered_count; i++) {
		free(report->not_offered[i].claim);
		free(report->not_offered[i].how);
		free(report->not_offered[i].without);
	}
	free(report->not_offered);
	free(report->last_words);
	free((char *)report->target);
	free((char *)report->gateway_url);
	free((char *)report->mock_url);
	*report = (struct run_report){ .list = NULL };
}
