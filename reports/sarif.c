/*
 * SARIF 2.1.0, which code hosts show as annotations. Each cause is a rule, with
 * the cases that it explains as results; each case that no cause explains is a
 * rule, too. The location is the case's file, as there is no line of the
 * gateway's source to point to.
 */
#include "reports/reports.h"

#include <string.h>

#include "reports/cause.h"
#include "reports/complaint.h"
#include "reports/members.h"
#include "wire/json/jscan.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static const char *level_word(enum level level, enum effect effect)
{
	if (level == LEVEL_MUST && effect <= EFFECT_BREAKS)
		return "error";
	return level == LEVEL_MAY ? "note" : "warning";
}

static const char *level_of(const struct result *r)
{
	return level_word(result_failed_level(r), result_failed_effect(r));
}

static bool is_alone(const struct run_report *r, const struct result *one)
{
	return one->verdict == VERDICT_FAIL && !cause_of(r, one);
}

/* {"text": "..."} */
static void message(struct members *m, const char *name, const char *text)
{
	if (!text)
		return;
	member(m, name);
	buf_add_text(m->out, "{\"text\":");
	jscan_quote_shown(m->out, span_of(text));
	buf_add_byte(m->out, '}');
}

/* ---- rules ---- */

static void begin_tags(struct members *m, const char *first, enum level level,
		       enum effect effect)
{
	member(m, "properties");
	buf_add_text(m->out, "{\"tags\":[");
	jscan_quote_shown(m->out, span_of(first));
	buf_addf(m->out, ",\"%s\",\"%s\"", level_name(level),
		 effect_name(effect));
}

static void add_tag(struct members *m, const char *tag)
{
	buf_add_byte(m->out, ',');
	jscan_quote_shown(m->out, span_of(tag));
}

static void end_rule(struct members *m, const char *level)
{
	buf_add_text(m->out, "]}");
	member(m, "defaultConfiguration");
	buf_addf(m->out, "{\"level\":\"%s\"}}", level);
}

static void write_cause_rule(struct buf *out, const struct run_report *r,
			     const struct cause *c)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct members m = { .out = out };

	buf_addf(&text, "%s: %s.", effect_name(c->effect),
		 report_effect(c->effect));
	if (c->duty) {
		buf_add_byte(&text, ' ');
		cause_duty(r, c, &text);
	}
	buf_add_byte(out, '{');
	member_text(&m, "id", c->id);
	message(&m, "shortDescription", c->headline);
	message(&m, "fullDescription", buf_str(&text));
	message(&m, "help", c->fix);
	begin_tags(&m, c->kind, c->level, c->effect);
	if (c->duty)
		add_tag(&m, c->duty);
	end_rule(&m, level_word(c->level, c->effect));
	buf_clear(&text);
}

static void write_rule(struct buf *out, const struct result *r)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "id", r->id);
	message(&m, "shortDescription", r->title);
	message(&m, "fullDescription", r->why);
	message(&m, "help", r->fix);
	begin_tags(&m, r->area, r->level, result_failed_effect(r));
	for (size_t i = 0; i < r->guard_count; i++)
		add_tag(&m, r->guards[i]);
	end_rule(&m, level_of(r));
}

static void separate(struct buf *out, bool *any)
{
	buf_add_text(out, *any ? ",\n" : "\n");
	*any = true;
}

static void write_driver(const struct run_report *r, struct buf *out)
{
	struct members m = { .out = out };
	bool any = false;

	buf_add_text(out, "\"tool\":{\"driver\":{");
	member_text(&m, "name", "ccprobe");
	member_text(&m, "version", r->version);
	member(&m, "rules");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->cause_count; i++) {
		if (cause_is_note(&r->causes[i]))
			continue;
		separate(out, &any);
		write_cause_rule(out, r, &r->causes[i]);
	}
	for (size_t i = 0; i < r->count; i++) {
		if (!is_alone(r, &r->list[i]))
			continue;
		separate(out, &any);
		write_rule(out, &r->list[i]);
	}
	buf_add_text(out, "]}}");
}

/* ---- results ---- */

/* Appends what is wrong; the cause is in the rule. */
static void add_outcomes(struct buf *text, const struct result *r)
{
	if (!complaint_is_reason(r) && r->reason)
		buf_addf(text, "%s\n", r->reason);
	for (size_t i = 0; i < r->outcome_count; i++) {
		if (r->outcomes[i].verdict != VERDICT_FAIL)
			continue;
		complaint_write(&r->outcomes[i], text);
		buf_add_byte(text, '\n');
	}
	buf_addf(text, "Case: %s", r->title ? r->title : r->id);
	if (r->fix)
		buf_addf(text, "\nFix: %s", r->fix);
}

static void write_place(struct members *m, const struct result *r)
{
	member(m, "locations");
	buf_add_text(m->out, "[{\"physicalLocation\":{\"artifactLocation\":"
			     "{\"uri\":");
	jscan_quote_shown(m->out, span_of(r->file ? r->file : "cases"));
	buf_add_text(m->out, "},\"region\":{\"startLine\":1}},"
			     "\"logicalLocations\":[{\"name\":");
	jscan_quote_shown(m->out, span_of(r->id));
	buf_add_text(m->out, "}]}]");
}

/*
 * A baseline accepts a failure in a file next to the sources; it does not
 * compare two runs, as `baselineState` would mean. The standard (3.27.23)
 * requires `suppressions` for all results of a run or for none; [] marks a
 * failure that counts.
 */
static void write_suppressions(struct members *m, const struct result *r)
{
	member(m, "suppressions");
	if (!r->expected) {
		buf_add_text(m->out, "[]");
		return;
	}
	buf_add_text(m->out, "[{\"kind\":\"external\",\"status\":"
			     "\"accepted\",\"justification\":");
	jscan_quote_shown(m->out, span_of(r->expected));
	buf_add_text(m->out, "}]");
}

struct results {
	const struct run_report *r;
	struct buf *out;
	bool any;
};

static void write_result(struct results *w, const struct result *r,
			 const char *rule, size_t index)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct members m = { .out = w->out };

	separate(w->out, &w->any);
	add_outcomes(&text, r);
	buf_add_byte(w->out, '{');
	member_text(&m, "ruleId", rule);
	member_number(&m, "ruleIndex", (long long)index);
	member_text(&m, "level", level_of(r));
	message(&m, "message", buf_str(&text));
	write_place(&m, r);
	member(&m, "partialFingerprints");
	buf_add_text(w->out, "{\"case/v1\":");
	jscan_quote_shown(w->out, span_of(r->id));
	buf_add_byte(w->out, '}');
	if (w->r->expected > 0)
		write_suppressions(&m, r);
	buf_add_byte(w->out, '}');
	buf_clear(&text);
}

/* Writes the results in the order of their rules. */
static void write_results(const struct run_report *r, struct buf *out)
{
	struct results w = { .r = r, .out = out };
	size_t rule = 0;

	for (size_t i = 0; i < r->cause_count; i++) {
		const struct cause *c = &r->causes[i];

		if (cause_is_note(c))
			continue;
		for (size_t k = 0; k < r->count; k++)
			if (cause_of(r, &r->list[k]) == c)
				write_result(&w, &r->list[k], c->id, rule);
		rule++;
	}
	for (size_t i = 0; i < r->count; i++)
		if (is_alone(r, &r->list[i]))
			write_result(&w, &r->list[i], r->list[i].id, rule++);
}

/* Whether the run checked everything it was meant to. */
static bool is_complete(const struct run_report *r)
{
	return !r->interrupted && !r->stopped && r->counts[VERDICT_BROKEN] == 0;
}

void sarif_write(const struct run_report *r, struct buf *out)
{
	buf_add_text(out, "{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\","
			  "\"runs\":[{");
	write_driver(r, out);
	buf_addf(out, ",\n\"invocations\":[{\"executionSuccessful\":%s",
		 is_complete(r) ? "true" : "false");
	if (r->stopped) {
		buf_add_text(out, ",\"toolExecutionNotifications\":[{\"level\":"
				  "\"error\",\"message\":{\"text\":");
		jscan_quote_shown(out, span_of(r->stopped));
		buf_add_text(out, "}}]");
	}
	buf_add_text(out, "}]");
	buf_add_text(out, ",\n\"results\":[");
	write_results(r, out);
	buf_add_text(out, "]}]}\n");
}
