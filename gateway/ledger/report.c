/* Writes tables of sums. */
#include "gateway/ledger/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"
#include "wire/json/jscan.h"

enum { COLUMNS = 11 };

static const char *const heads[COLUMNS] = {
	NULL, /* the group's */
	"requests",   "failed",         "input",
	"output",     "cache_write_5m", "cache_write_1h",
	"cache_read", "thinking",       "unpriced",
	"cost",
};

int report_format_from(const char *word, enum report_format *out)
{
	static const char *const words[] = { "text", "csv", "json" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0) {
			*out = (enum report_format)i;
			return 0;
		}
	return -1;
}

static bool is_back(const char *text, int64_t *seconds)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	struct span digits = span_of(text);
	uint64_t n;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (digits.len > 1 &&
		    digits.at[digits.len - 1] == units[i].unit &&
		    span_u64(span_first(digits, digits.len - 1), 100000, &n)) {
			*seconds = (int64_t)n * units[i].seconds;
			return true;
		}
	return false;
}

int report_time(const char *text, int64_t now, int64_t *out_ms, struct fail *f)
{
	int64_t seconds;

	if (is_back(text, &seconds)) {
		*out_ms = (now - seconds) * 1000;
		return 0;
	}
	if (client_key_read_time(text, &seconds, NULL) == 0) {
		*out_ms = seconds * 1000;
		return 0;
	}
	return fail_set(f, FAIL_USAGE,
			"a time must be a day (2026-11-30), a second of it "
			"(2026-11-30T12:00:00Z), or so far back: 90m, 24h, 7d; "
			"not '%.60s'",
			text);
}

/* ---- one row ---- */

static void write_cell(const struct store_sum *sum, int column, struct buf *out)
{
	const int64_t numbers[COLUMNS] = {
		0,
		sum->requests,
		sum->failed,
		sum->usage.input,
		sum->usage.output,
		sum->usage.cache_5m,
		sum->usage.cache_1h,
		sum->usage.cache_read,
		sum->usage.thinking,
		sum->unpriced,
		0,
	};

	if (column == COLUMNS - 1)
		money_write(sum->cost, out);
	else
		buf_addf(out, "%" PRId64, numbers[column]);
}

/* Quotes a name for CSV. A spreadsheet must not take it for a formula. */
static void write_csv_name(const char *name, struct buf *out)
{
	bool formula = name[0] && strchr("=+-@\t\r", name[0]);

	buf_add_byte(out, '"');
	if (formula)
		buf_add_byte(out, '\'');
	for (const char *p = name; *p; p++) {
		if (*p == '"')
			buf_add_byte(out, '"');
		buf_add_byte(out, *p);
	}
	buf_add_byte(out, '"');
}

struct report_table {
	const struct report *report;
	const char *group;
	struct buf *out;
	size_t count;
	struct store_sum total;
	struct buf *cells; /* of a report as text, one after the other */
	size_t cells_count, cells_room;
};

static void add_cell(struct report_table *w, const struct buf *text)
{
	if (w->cells_count == w->cells_room) {
		w->cells_room = w->cells_room ? 2 * w->cells_room : 64;
		w->cells =
			xrealloc(w->cells, w->cells_room * sizeof(*w->cells));
	}
	w->cells[w->cells_count++] = *text;
}

static void add_to(struct store_sum *to, const struct store_sum *more)
{
	to->requests += more->requests;
	to->failed += more->failed;
	to->unpriced += more->unpriced;
	usage_add(&to->usage, &more->usage);
	to->cost += more->cost;
}

static void write_text_row(struct report_table *w, const struct store_sum *sum)
{
	struct buf cell = BUF_INIT(BUF_NO_LIMIT);

	print_bytes(span_of(sum->name[0] ? sum->name : "(none)"), 60, &cell);
	add_cell(w, &cell);
	for (int c = 1; c < COLUMNS; c++) {
		buf_init(&cell, BUF_NO_LIMIT);
		if (c == COLUMNS - 1)
			money_show(sum->cost, &cell);
		else
			write_cell(sum, c, &cell);
		add_cell(w, &cell);
	}
}

static void write_csv_row(struct report_table *w, const struct store_sum *sum)
{
	write_csv_name(sum->name, w->out);
	for (int c = 1; c < COLUMNS; c++) {
		buf_add_byte(w->out, ',');
		write_cell(sum, c, w->out);
	}
	buf_add_byte(w->out, '\n');
}

static void write_json_members(const struct store_sum *sum, struct buf *out)
{
	for (int c = 1; c < COLUMNS; c++) {
		buf_addf(out, "%s\"%s\":", c > 1 ? "," : "", heads[c]);
		write_cell(sum, c, out);
	}
}

static void write_json_row(struct report_table *w, const struct store_sum *sum)
{
	buf_addf(w->out, "%s\n{\"%s\":", w->count > 0 ? "," : "", w->group);
	jscan_quote(w->out, span_of(sum->name));
	buf_add_byte(w->out, ',');
	write_json_members(sum, w->out);
	buf_add_byte(w->out, '}');
}

static void on_sum(void *arg, const struct store_sum *sum)
{
	struct report_table *w = arg;

	switch (w->report->format) {
	case REPORT_TEXT:
		write_text_row(w, sum);
		break;
	case REPORT_CSV:
		write_csv_row(w, sum);
		break;
	case REPORT_JSON:
		write_json_row(w, sum);
		break;
	}
	add_to(&w->total, sum);
	w->count++;
}

/* ---- the whole ---- */

static void write_text_heads(struct report_table *w)
{
	for (int c = 0; c < COLUMNS; c++) {
		struct buf cell = BUF_INIT(BUF_NO_LIMIT);

		buf_add_text(&cell, c == 0 ? w->group : heads[c]);
		add_cell(w, &cell);
	}
}

static void write_text(struct report_table *w)
{
	size_t widths[COLUMNS] = { 0 };

	for (size_t i = 0; i < w->cells_count; i++)
		if (w->cells[i].len > widths[i % COLUMNS])
			widths[i % COLUMNS] = w->cells[i].len;
	for (size_t i = 0; i < w->cells_count; i++) {
		size_t c = i % COLUMNS;
		int pad = (int)(widths[c] - w->cells[i].len);

		if (c == 0)
			buf_addf(w->out, "%s%*s", buf_str(&w->cells[i]), pad,
				 "");
		else
			buf_addf(w->out, "  %*s%s", pad, "",
				 buf_str(&w->cells[i]));
		if (c == COLUMNS - 1)
			buf_add_byte(w->out, '\n');
		buf_clear(&w->cells[i]);
	}
	free(w->cells);
}

static void begin(struct report_table *w)
{
	switch (w->report->format) {
	case REPORT_TEXT:
		write_text_heads(w);
		break;
	case REPORT_CSV:
		buf_add_text(w->out, w->group);
		for (int c = 1; c < COLUMNS; c++)
			buf_addf(w->out, ",%s", heads[c]);
		buf_add_byte(w->out, '\n');
		break;
	case REPORT_JSON:
		buf_addf(w->out,
			 "{\"by\":\"%s\",\"currency\":\"USD\","
			 "\"rows\":[",
			 w->group);
		break;
	}
}

static void finish(struct report_table *w)
{
	switch (w->report->format) {
	case REPORT_TEXT:
		w->total.name = "total";
		if (w->count != 1)
			write_text_row(w, &w->total);
		write_text(w);
		break;
	case REPORT_CSV:
		break;
	case REPORT_JSON:
		buf_add_text(w->out, "],\n\"total\":{");
		write_json_members(&w->total, w->out);
		buf_add_text(w->out, "}}\n");
		break;
	}
}

int report_write(struct store_table *s, const struct report *r, struct buf *out,
		 struct fail *f)
{
	struct report_table w = { .report = r,
				  .group = store_group_word(r->group),
				  .out = out };
	int rc;

	begin(&w);
	rc = store_sums(s, r->group, &r->filter, r->most, on_sum, &w, f);
	finish(&w);
	return rc;
}
