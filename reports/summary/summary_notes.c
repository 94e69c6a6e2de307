/* Writes what is not a new failure but still worth knowing, a line each. */
#include "reports/summary/summary_private.h"

#include <string.h>

#include "reports/areas.h"
#include "reports/cause.h"
#include "reports/complaint.h"

#define NOTES 5 /* of one kind; -v shows all */
#define IDS 3

static bool is_beyond(const struct summary *s, size_t told)
{
	return !s->how.verbose && told >= NOTES;
}

static void more(struct summary *s, size_t told, const char *what)
{
	if (!is_beyond(s, told) || told == NOTES)
		return;
	summary_plain(s, "note");
	buf_addf(s->out, "%zu more %s: -v\n", told - NOTES, what);
}

/* ---- checks of level may ---- */

static void check(struct summary *s, const struct result *r,
		  const struct outcome *o)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "%s: ", r->id);
	complaint_write(o, &text);
	buf_add_text(&text, " (may)");
	summary_plain(s, "note");
	summary_wrapped(s, buf_str(&text), SUMMARY_BESIDE);
	buf_clear(&text);
}

/* They do not fail a case, but are reported when they do not hold. */
static void checks(struct summary *s)
{
	size_t told = 0;

	for (size_t i = 0; i < s->r->count; i++) {
		const struct result *r = &s->r->list[i];

		for (size_t k = 0; k < r->outcome_count; k++) {
			const struct outcome *o = &r->outcomes[k];

			if (result_is_problem(r) || o->verdict != VERDICT_FAIL)
				continue;
			if (!is_beyond(s, told))
				check(s, r, o);
			told++;
		}
	}
	more(s, told, "optional checks that do not hold");
}

/* ---- what else the gateway does ---- */

static void behaviour(struct summary *s, const struct cause *c)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&text, c->headline);
	if (c->duty)
		buf_addf(&text, " (%s, but no case failed because of it)",
			 c->duty);
	summary_plain(s, "note");
	summary_wrapped(s, buf_str(&text), SUMMARY_BESIDE);
	buf_clear(&text);
}

/* What breaks no duty is only counted, unless -v is given. */
static void behaviours(struct summary *s)
{
	size_t harmless = 0, told = 0;

	for (size_t i = 0; i < s->r->cause_count; i++) {
		const struct cause *c = &s->r->causes[i];

		if (!cause_is_note(c))
			continue;
		if (!c->duty && !s->how.verbose)
			harmless++;
		else if (is_beyond(s, told++))
			continue;
		else
			behaviour(s, c);
	}
	more(s, told, "things it does to traffic");
	if (harmless == 0)
		return;
	summary_plain(s, "note");
	buf_addf(s->out,
		 "it does %zu thing%s to traffic that break%s no duty: "
		 "--causes\n",
		 harmless, harmless == 1 ? "" : "s", harmless == 1 ? "s" : "");
}

/* ---- what it does not offer ---- */

static void not_offered_in_full(struct summary *s, bool unseen_only)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < s->r->not_offered_count; i++) {
		if (unseen_only && !s->r->not_offered[i].unseen)
			continue;
		buf_reset(&text);
		report_not_offered(&s->r->not_offered[i], &text);
		summary_plain(s, "note");
		summary_wrapped(s, buf_str(&text), SUMMARY_BESIDE);
	}
	buf_clear(&text);
}

static void not_offered(struct summary *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (s->r->not_offered_count == 0)
		return;
	if (s->how.verbose) {
		not_offered_in_full(s, false);
		return;
	}
	for (size_t i = 0; i < s->r->not_offered_count; i++)
		if (!s->r->not_offered[i].unseen)
			buf_addf(&text, "%s %s",
				 text.len > 0 ? "," : "not offered:",
				 s->r->not_offered[i].claim);
	if (text.len > 0) {
		buf_add_text(&text, " (what users lose by that: -v)");
		summary_plain(s, "note");
		summary_wrapped(s, buf_str(&text), SUMMARY_BESIDE);
	}
	buf_clear(&text);
	not_offered_in_full(s, true);
}

/* ---- a gateway without a key of its own ---- */

static void keys_passed_on(struct summary *s)
{
	if (!report_passes_keys_on(s->r))
		return;
	summary_plain(s, "note");
	summary_wrapped(s,
			"the client's key reaches the provider, and a wrong "
			"key is served: if this gateway has no key of its own "
			"and passes the client's on, say --without "
			"authenticates --without replaces-key",
			SUMMARY_BESIDE);
}

/* ---- expected failures ---- */

static size_t same_before(const struct run_report *r, size_t end,
			  const char *reason)
{
	size_t count = 0;

	for (size_t i = 0; i < end; i++)
		count += r->list[i].expected &&
			 strcmp(r->list[i].expected, reason) == 0;
	return count;
}

static void ids_for(struct summary *s, const char *reason, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < s->r->count; i++) {
		const struct result *r = &s->r->list[i];

		if (!r->expected || strcmp(r->expected, reason) != 0)
			continue;
		if (count++ < IDS)
			buf_addf(out, "%s%s", count > 1 ? ", " : "", r->id);
	}
	if (count > IDS)
		buf_addf(out, " and %zu more", count - IDS);
	buf_add_text(out, count == 1 ? " fails: " : " fail: ");
}

/* Failures that a baseline expects: a line for each reason. */
static void expected(struct summary *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < s->r->count; i++) {
		const struct result *r = &s->r->list[i];

		if (!r->expected ||
		    (!s->how.verbose && same_before(s->r, i, r->expected) > 0))
			continue;
		buf_reset(&text);
		if (s->how.verbose)
			buf_addf(&text, "%s fails: ", r->id);
		else
			ids_for(s, r->expected, &text);
		buf_add_text(&text, r->expected);
		summary_plain(s, "expected");
		summary_wrapped(s, buf_str(&text), SUMMARY_BESIDE);
	}
	buf_clear(&text);
}

/* ---- what was not run ---- */

/* Each reason is written once. */
static void left_out(struct summary *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const struct result *list = s->r->list;

	for (size_t i = 0; i < s->r->count; i++) {
		size_t same = 0, before = 0;

		if (!list[i].left_out)
			continue;
		for (size_t k = 0; k < s->r->count; k++) {
			if (!list[k].left_out ||
			    strcmp(list[k].reason, list[i].reason) != 0)
				continue;
			same++;
			before += k < i;
		}
		if (before > 0)
			continue;
		buf_reset(&text);
		buf_addf(&text, "%zu case%s not run: %s", same,
			 same == 1 ? "" : "s", list[i].reason);
		summary_label(s, VERDICT_UNDECIDED, SUMMARY_LABEL_WIDTH);
		summary_wrapped(s, buf_str(&text), SUMMARY_BESIDE);
	}
	buf_clear(&text);
}

void summary_notes(struct summary *s)
{
	keys_passed_on(s);
	not_offered(s);
	behaviours(s);
	checks(s);
	expected(s);
	left_out(s);
}
