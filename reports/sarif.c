/*
 * SARIF 2.1.0, which code hosts show as annotations: each case that failed is
 * a rule and a result. The place is the case's own file, as there is no line of
 * the gateway's source to point to.
 */
#include "reports/reports.h"

#include <string.h>

#include "reports/members.h"
#include "wire/json/jscan.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static const char *level_of(const struct result *r)
{
	enum level level = result_failed_level(r);

	if (level == LEVEL_MUST && r->effect <= EFFECT_BREAKS)
		return "error";
	return level == LEVEL_MAY ? "note" : "warning";
}

static bool is_told(const struct result *r)
{
	return r->verdict == VERDICT_FAIL;
}

/* {"text": "..."} */
static void message(struct members *m, const char *name, const char *text)
{
	if (!text)
		return;
	member(m, name);
	buf_add_text(m->out, "{\"text\":");
	jscan_quote(m->out, span_of(text));
	buf_add_byte(m->out, '}');
}

static void write_tags(struct members *m, const struct result *r)
{
	member(m, "properties");
	buf_add_text(m->out, "{\"tags\":[");
	jscan_quote(m->out, span_of(r->area));
	buf_addf(m->out, ",\"%s\",\"%s\"", level_name(r->level),
		 effect_name(r->effect));
	for (size_t i = 0; i < r->guard_count; i++) {
		buf_add_byte(m->out, ',');
		jscan_quote(m->out, span_of(r->guards[i]));
	}
	buf_add_text(m->out, "]}");
}

static void write_rule(struct buf *out, const struct result *r)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "id", r->id);
	message(&m, "shortDescription", r->title);
	message(&m, "fullDescription", r->why);
	message(&m, "help", r->fix);
	member(&m, "defaultConfiguration");
	buf_addf(out, "{\"level\":\"%s\"}", level_of(r));
	write_tags(&m, r);
	buf_add_byte(out, '}');
}

static void add_outcomes(struct buf *text, const struct result *r)
{
	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (o->verdict != VERDICT_FAIL)
			continue;
		buf_addf(text, "\nNot so: %s.", o->name);
		if (o->wanted)
			buf_addf(text, " Wanted %s", o->wanted);
		if (o->got)
			buf_addf(text, "%s got %s", o->wanted ? "," : "",
				 o->got);
	}
	if (r->fix)
		buf_addf(text, "\nFix: %s", r->fix);
}

static void write_place(struct members *m, const struct result *r)
{
	member(m, "locations");
	buf_add_text(m->out, "[{\"physicalLocation\":{\"artifactLocation\":"
			     "{\"uri\":");
	jscan_quote(m->out, span_of(r->file ? r->file : "cases"));
	buf_add_text(m->out, "},\"region\":{\"startLine\":1}},"
			     "\"logicalLocations\":[{\"name\":");
	jscan_quote(m->out, span_of(r->id));
	buf_add_text(m->out, "}]}]");
}

/*
 * A baseline accepts a failure, in a file beside the sources; it does not
 * compare two runs, as `baselineState` would say. The standard (3.27.23) wants
 * `suppressions` of all results of a run or of none: [] is a failure that
 * counts.
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
	jscan_quote(m->out, span_of(r->expected));
	buf_add_text(m->out, "}]");
}

static void write_result(struct buf *out, const struct result *r, size_t rule,
			 bool suppressions)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct members m = { .out = out };

	buf_add_text(&text, r->title ? r->title : r->id);
	add_outcomes(&text, r);
	buf_add_byte(out, '{');
	member_text(&m, "ruleId", r->id);
	member_number(&m, "ruleIndex", (long long)rule);
	member_text(&m, "level", level_of(r));
	message(&m, "message", buf_str(&text));
	write_place(&m, r);
	member(&m, "partialFingerprints");
	buf_add_text(out, "{\"case/v1\":");
	jscan_quote(out, span_of(r->id));
	buf_add_byte(out, '}');
	if (suppressions)
		write_suppressions(&m, r);
	buf_add_byte(out, '}');
	buf_clear(&text);
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
	for (size_t i = 0; i < r->count; i++) {
		if (!is_told(&r->list[i]))
			continue;
		buf_add_text(out, any ? ",\n" : "\n");
		any = true;
		write_rule(out, &r->list[i]);
	}
	buf_add_text(out, "]}}");
}

/* Did the run look at all it was to look at? */
static bool is_complete(const struct run_report *r)
{
	return !r->interrupted && r->counts[VERDICT_BROKEN] == 0;
}

void sarif_write(const struct run_report *r, struct buf *out)
{
	size_t rule = 0;

	buf_add_text(out, "{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\","
			  "\"runs\":[{");
	write_driver(r, out);
	buf_addf(out, ",\n\"invocations\":[{\"executionSuccessful\":%s}]",
		 is_complete(r) ? "true" : "false");
	buf_add_text(out, ",\n\"results\":[");
	for (size_t i = 0; i < r->count; i++) {
		if (!is_told(&r->list[i]))
			continue;
		buf_add_text(out, rule > 0 ? ",\n" : "\n");
		write_result(out, &r->list[i], rule++, r->expected > 0);
	}
	buf_add_text(out, "]}]}\n");
}
