/* Writes a bench as one HTML page that loads nothing: the tables of the
 * Markdown, and plots in SVG of how long answers take. */
#include <math.h>
#include <string.h>

#include "probe/bench/bench_private.h"
#include "reports/markup.h"

enum { WIDTH = 640, HEIGHT = 220, LEFT = 60, BOTTOM = 30, RIGHT = 20 };

static const char style[] =
	"body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;"
	"max-width:60rem;padding:0 1rem;color:#1b1b1b;background:#fff}"
	"table{border-collapse:collapse;display:block;overflow-x:auto}"
	"td,th{border:1px solid #ccc;padding:.25rem .5rem;text-align:left}"
	"svg{max-width:100%;height:auto}"
	".direct{stroke:#1f6f43;fill:none;stroke-width:2}"
	".gateway{stroke:#b3261e;fill:none;stroke-width:2}"
	"@media(prefers-color-scheme:dark){body{color:#e8e8e8;"
	"background:#161616}td,th{border-color:#555}text{fill:#e8e8e8}"
	".direct{stroke:#6fd39b}.gateway{stroke:#ff8a80}}";

/* ---- plots: a share of answers over the time they take ---- */

struct scale {
	double least, most; /* logarithms of ns */
};

static double x_of(const struct scale *s, tick_t value)
{
	double at =
		(log10((double)value + 1) - s->least) / (s->most - s->least);

	return LEFT + at * (WIDTH - LEFT - RIGHT);
}

static double y_of(double part)
{
	return 10 + (1 - part) * (HEIGHT - 10 - BOTTOM);
}

static void add_line(const struct scale *s, const struct histogram *h,
		     const char *class, struct buf *out)
{
	buf_addf(out, "<polyline class=\"%s\" points=\"", class);
	for (int i = 0; i <= 100; i++)
		buf_addf(out, "%.1f,%.1f ", x_of(s, histogram_at(h, i / 100.0)),
			 y_of(i / 100.0));
	buf_add_text(out, "\"/>");
}

static void add_axes(const struct scale *s, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	for (int i = 0; i <= 4; i++)
		buf_addf(out,
			 "<text x=\"5\" y=\"%.1f\" font-size=\"12\">%d %%"
			 "</text>",
			 y_of(i / 4.0) + 4, i * 25);
	for (double at = ceil(s->least); at <= s->most; at++) {
		buf_reset(&text);
		bench_duration(pow(10, at), false, &text);
		buf_addf(out,
			 "<text x=\"%.1f\" y=\"%d\" font-size=\"12\">%s</text>",
			 x_of(s, (tick_t)pow(10, at)) - 15, HEIGHT - 8,
			 buf_str(&text));
	}
	buf_clear(&text);
}

static void add_plot(const struct bench_load *l, struct buf *out)
{
	const struct histogram *a = &l->direct.first, *b = &l->gateway.first;
	struct scale s;

	if (a->count == 0 || b->count == 0)
		return;
	s.least =
		log10((double)(a->least < b->least ? a->least : b->least) + 1) -
		0.05;
	s.most = log10((double)(a->most > b->most ? a->most : b->most) + 1) +
		 0.05;
	buf_addf(out,
		 "<h3>%s, %u at a time: time to the first event</h3>\n<svg "
		 "viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"share of "
		 "answers whose first event has come, over time\">",
		 l->size, l->streams, WIDTH, HEIGHT);
	add_axes(&s, out);
	add_line(&s, a, "direct", out);
	add_line(&s, b, "gateway", out);
	buf_add_text(out, "</svg>\n<p>Green: direct. Red: through the "
			  "gateway.</p>\n");
}

/* ---- the tables: Markdown that we have written ourselves ---- */

static void add_cells(struct span row, const char *tag, struct buf *out)
{
	struct span part;

	row = span_skip(row, 1);
	buf_add_text(out, "<tr>");
	while (span_split(&row, '|', &part)) {
		if (row.len == 0 && span_trim(part).len == 0)
			break;
		buf_addf(out, "<%s>", tag);
		markup_text(out, span_trim(part));
		buf_addf(out, "</%s>", tag);
	}
	buf_add_text(out, "</tr>\n");
}

enum bench_place { IN_TEXT, IN_HEAD, IN_TABLE, IN_LIST };

static void leave(enum bench_place *at, struct buf *out)
{
	if (*at == IN_TABLE || *at == IN_HEAD)
		buf_add_text(out, "</table>\n");
	if (*at == IN_LIST)
		buf_add_text(out, "</ul>\n");
	*at = IN_TEXT;
}

static void add_element(const char *tag, struct span text, struct buf *out)
{
	buf_addf(out, "<%s>", tag);
	markup_text(out, text);
	buf_addf(out, "</%s>\n", tag);
}

static void add_row(struct span line, enum bench_place *at, struct buf *out)
{
	if (*at == IN_TEXT) {
		buf_add_text(out, "<table>\n");
		add_cells(line, "th", out);
		*at = IN_HEAD;
	} else if (*at == IN_HEAD) { /* the rule below the head */
		*at = IN_TABLE;
	} else {
		add_cells(line, "td", out);
	}
}

static void add_text_line(struct span line, enum bench_place *at,
			  struct buf *out)
{
	if (span_starts(line, "|")) {
		add_row(line, at, out);
		return;
	}
	if (span_starts(line, "- ")) {
		if (*at != IN_LIST)
			buf_add_text(out, "<ul>\n");
		*at = IN_LIST;
		add_element("li", span_skip(line, 2), out);
		return;
	}
	leave(at, out);
	if (span_starts(line, "## "))
		add_element("h2", span_skip(line, 3), out);
	else if (span_starts(line, "# "))
		add_element("h1", span_skip(line, 2), out);
	else if (line.len > 0)
		add_element("p", line, out);
}

void bench_html(const struct bench_result *r, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	enum bench_place at = IN_TEXT;
	struct span rest, line;

	buf_addf(out,
		 "<!doctype html>\n<html lang=\"en\"><head><meta "
		 "charset=\"utf-8\">"
		 "<meta name=\"viewport\" content=\"width=device-width\">"
		 "<title>ccprobe bench</title><style>%s</style></head><body>\n",
		 style);
	bench_markdown(r, &text);
	rest = buf_span(&text);
	while (span_split(&rest, '\n', &line))
		add_text_line(line, &at, out);
	leave(&at, out);
	buf_clear(&text);
	for (size_t i = 0; i < BENCH_LOADS; i++)
		add_plot(&r->loads[i], out);
	buf_add_text(out, "</body></html>\n");
}
