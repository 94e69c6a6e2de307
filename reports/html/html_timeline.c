/*
 * The timeline: what the provider sent is above, what the client got is below,
 * with a line between the two ends of each item. It is not to scale: items that
 * follow each other immediately are kept apart so that they can be read, and
 * the width of a pause grows with the logarithm of its length.
 */
#include <stdlib.h>

#include "reports/html/html.h"
#include "reports/markup.h"
#include "reports/reports.h"
#include "wire/bytes/mem.h"

#define LEFT 92
#define TOP 138 /* the upper lane */
#define BOTTOM 222 /* the lower one */
#define HEIGHT 362
#define APART 17 /* between items of one lane, in pixels */
#define STEP 7 /* between any two items */
#define PAUSE (20 * TICK_MS) /* pauses at least this long are shown */
#define LATE (250 * TICK_MS)
#define LABEL_ROOM 110 /* for a slanted label at the right end */

/* How wide a pause is drawn. */
static int width_of(tick_t pause)
{
	int width = 0;

	for (tick_t left = pause / TICK_MS; left > 0; left /= 2)
		width += 8;
	return width;
}

static int *places_of(const struct evidence *e, int *width)
{
	int *x = xcalloc(e->moment_count, sizeof(*x));
	int now = LEFT, last[2] = { LEFT - APART, LEFT - APART };
	tick_t before = 0;

	for (size_t i = 0; i < e->moment_count; i++) {
		const struct moment *m = &e->moments[i];

		now += STEP + width_of(m->at - before);
		if (now < last[m->upstream] + APART)
			now = last[m->upstream] + APART;
		x[i] = now;
		last[m->upstream] = now;
		before = m->at;
	}
	*width = now + LABEL_ROOM;
	return x;
}

/* Only if everything is drawn is it certain that something is missing. */
static bool is_alone(const struct evidence *e, const struct moment *m)
{
	return m->partner == MOMENT_ALONE && m->kind != MOMENT_MARK &&
	       e->left_out == 0;
}

static bool is_late(const struct evidence *e, const struct moment *m)
{
	tick_t other;

	if (m->partner == MOMENT_ALONE)
		return false;
	other = e->moments[m->partner].at;
	return other - m->at > LATE || m->at - other > LATE;
}

static void write_ties(const struct evidence *e, const int *x, struct buf *out)
{
	for (size_t i = 0; i < e->moment_count; i++) {
		const struct moment *m = &e->moments[i];

		if (!m->upstream || m->partner == MOMENT_ALONE)
			continue;
		buf_addf(out,
			 "<line class=\"tie%s\" x1=\"%d\" y1=\"%d\" "
			 "x2=\"%d\" y2=\"%d\"/>\n",
			 is_late(e, m) ? " late" : "", x[i], TOP, x[m->partner],
			 BOTTOM);
	}
}

static void write_pauses(const struct evidence *e, const int *x,
			 struct buf *out)
{
	for (size_t i = 1; i < e->moment_count; i++) {
		tick_t pause = e->moments[i].at - e->moments[i - 1].at;
		int middle = (x[i] + x[i - 1]) / 2;

		if (pause < PAUSE)
			continue;
		buf_addf(out,
			 "<line class=\"gap\" x1=\"%d\" y1=\"%d\" x2=\"%d\" "
			 "y2=\"%d\"/><text class=\"pause\" x=\"%d\" y=\"%d\" "
			 "text-anchor=\"middle\">",
			 middle, TOP + 28, middle, BOTTOM, middle, TOP + 22);
		report_took(out, pause);
		buf_add_text(out, "</text>\n");
	}
}

static void write_dot(const struct moment *m, int x, int y, bool alone,
		      struct buf *out)
{
	if (m->kind == MOMENT_MARK)
		buf_addf(out,
			 "<rect class=\"mark\" x=\"%d\" y=\"%d\" width=\"5\" "
			 "height=\"9\"",
			 x - 2, y - 4);
	else
		buf_addf(out,
			 "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"4\"",
			 alone ? "alone" : "dot", x, y);
	buf_addf(out, "><title>%.1f ms%s</title></%s>", (double)m->at / TICK_MS,
		 alone ? ", only on this side" : "",
		 m->kind == MOMENT_MARK ? "rect" : "circle");
}

static void write_moments(const struct evidence *e, const int *x,
			  struct buf *out)
{
	for (size_t i = 0; i < e->moment_count; i++) {
		const struct moment *m = &e->moments[i];
		int y = m->upstream ? TOP : BOTTOM;
		bool alone = is_alone(e, m);
		const char *kind = alone                    ? "lostlabel"
				   : m->kind == MOMENT_MARK ? "soft"
							    : "";

		write_dot(m, x[i], y, alone, out);
		buf_addf(out,
			 "<text class=\"%s\" transform=\"translate(%d %d) "
			 "rotate(%d)\">",
			 kind, x[i] + (m->upstream ? 3 : -2),
			 m->upstream ? y - 10 : y + 14, m->upstream ? -52 : 52);
		html_text(out, m->label);
		buf_add_text(out, "</text>\n");
	}
}

static void write_lane(int y, const char *name, int width, struct buf *out)
{
	buf_addf(out,
		 "<line class=\"lane\" x1=\"%d\" y1=\"%d\" x2=\"%d\" "
		 "y2=\"%d\"/><text x=\"6\" y=\"%d\">%s</text>\n",
		 LEFT - 14, y, width - 6, y, y + 4, name);
}

static void write_legend(const struct evidence *e, struct buf *out)
{
	size_t alone = 0, late = 0;

	for (size_t i = 0; i < e->moment_count; i++)
		alone += is_alone(e, &e->moments[i]);
	buf_add_text(out, "<p class=\"soft\">From left to right in order of "
			  "time, not to scale. ");
	if (alone > 0)
		buf_add_text(out, "Hollow and red: only on this side. ");
	for (size_t i = 0; i < e->moment_count; i++)
		late += is_late(e, &e->moments[i]);
	if (late > 0)
		buf_addf(out, "Thick and amber: more than %d ms on the way. ",
			 (int)(LATE / TICK_MS));
	if (e->left_out > 0)
		buf_addf(out, "%zu more are not drawn. ", e->left_out);
	buf_add_text(out, "</p>\n");
}

void html_timeline(const struct evidence *e, struct buf *out)
{
	int width;
	int *x = places_of(e, &width);

	buf_addf(
		out,
		"<div class=\"chart\" tabindex=\"0\"><svg role=\"img\" "
		"aria-label=\"timeline of both sides; the same as text "
		"follows\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
		width, HEIGHT, width, HEIGHT);
	write_lane(TOP, "upstream", width, out);
	write_lane(BOTTOM, "client", width, out);
	write_ties(e, x, out);
	write_pauses(e, x, out);
	write_moments(e, x, out);
	buf_add_text(out, "</svg></div>\n");
	write_legend(e, out);
	free(x);
}
