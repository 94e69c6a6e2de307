/* The JSON that shields.io draws a badge from (its "endpoint" badge). */
#include "reports/reports.h"

#include "reports/grade.h"
#include "wire/json/jscan.h"

#define WHOLE 90 /* percent decided; with fewer the badge is grey */

static const char *colour_of(const struct grade *g)
{
	char letter = g->decided < WHOLE ? GRADE_NONE : g->letter;

	switch (letter) {
	case 'A':
		return "brightgreen";
	case 'B':
		return "green";
	case 'C':
		return "yellow";
	case 'D':
		return "orange";
	case 'F':
		return "red";
	default:
		return "lightgrey";
	}
}

void badge_write(const struct run_report *r, struct buf *out)
{
	struct buf message = BUF_INIT(BUF_NO_LIMIT);
	struct grade g;

	grade_of(r, &g);
	grade_word(&g, &message);
	if (r->stopped)
		buf_add_text(&message, ": no case could be run");
	else
		buf_addf(&message, " (%zu of %zu)", r->counts[VERDICT_PASS],
			 r->count);
	if (g.expected > 0)
		buf_add_text(&message, ", ");
	grade_expected(&g, &message);
	buf_add_text(out, "{\"schemaVersion\":1,\"label\":\"Claude Code\","
			  "\"message\":");
	jscan_quote_shown(out, buf_span(&message));
	buf_addf(out, ",\"color\":\"%s\"", colour_of(&g));
	if (g.letter == GRADE_NONE)
		buf_add_text(out, ",\"isError\":true");
	buf_add_text(out, "}\n");
	buf_clear(&message);
}
