/*
 * The integrity statement: what a gateway drops, changes, adds and keeps in the
 * traffic that passes through it. A behaviour that breaks a duty names the
 * duty; the others are notes.
 */
#include "reports/reports.h"

#include "reports/cause.h"
#include "wire/bytes/print.h"
#include "wire/bytes/wrap.h"

static const struct {
	enum cause_change change;
	const char *title;
} parts[] = {
	{ CAUSE_DROPPED, "Dropped" },
	{ CAUSE_CHANGED, "Changed" },
	{ CAUSE_ADDED, "Added" },
	{ CAUSE_KEPT, "Kept, or done on its own" },
};

static void add_example(const struct cause_example *e, struct buf *out)
{
	buf_addf(out, "      %s: ", e->id);
	report_text(out, e->sent != NULL ? e->sent : "nothing", "      ");
	buf_add_text(out, " -> ");
	report_text(out, e->got != NULL ? e->got : "nothing", "      ");
	buf_add_byte(out, '\n');
}

static void add_cause(const struct cause *c, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const struct cause_example *e;

	report_text(&text, c->headline, "");
	wrap_words(out, 2, buf_str(&text));
	buf_clear(&text);
	if (c->case_count == 0) {
		buf_addf(out, "    note: %s\n", c->id);
		return;
	}
	buf_addf(out, "    %s %s (%s, %s), seen by %zu failing case%s: %s\n",
		 c->duty != NULL ? "breaks" : "breaks what a case asks for,",
		 c->duty != NULL ? c->duty : "but no duty",
		 level_name(c->level), effect_name(c->effect), c->case_count,
		 c->case_count > 1 ? "s" : "", c->id);
	for (e = cause_example_from(c, 0); e != NULL;
	     e = cause_example_from(c, (size_t)(e - c->examples) + 1))
		add_example(e, out);
	if (c->fix == NULL)
		return;
	buf_add_text(out, "    fix: ");
	report_text(out, c->fix, "    ");
	buf_add_byte(out, '\n');
}

static size_t count_harmful(const struct run_report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->cause_count; i++)
		n += r->causes[i].case_count > 0;
	return n;
}

static void add_part(const struct run_report *r, size_t part, struct buf *out)
{
	size_t n = 0;

	buf_addf(out, "\n%s\n", parts[part].title);
	for (size_t i = 0; i < r->cause_count; i++) {
		if (r->causes[i].change != parts[part].change)
			continue;
		add_cause(&r->causes[i], out);
		n++;
	}
	if (n == 0)
		buf_add_text(out, "  nothing\n");
}

void integrity_write(const struct run_report *r, struct buf *out)
{
	size_t harmful = count_harmful(r);

	buf_add_text(out, "Integrity of ");
	report_text(out, r->target, "");
	buf_addf(out, ": %zu behaviour%s that make%s cases fail, %zu note%s\n",
		 harmful, harmful == 1 ? "" : "s", harmful == 1 ? "s" : "",
		 r->cause_count - harmful,
		 r->cause_count - harmful == 1 ? "" : "s");
	if (r->stopped) {
		buf_add_text(out, "No case could be run: ");
		report_text(out, r->stopped, "");
		buf_add_byte(out, '\n');
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		add_part(r, i, out);
	print_guard(out);
}
