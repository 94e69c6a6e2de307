/* Writes how far a run is. */
#include "probe/run/tell/progress.h"

#include <inttypes.h>

#include "wire/bytes/print.h"

#define WIDTH 79
#define SURE_AFTER (2 * TICK_S) /* before that no estimate is shown */
#define SURE_SHARE 20 /* nor before a 20th of the cases is over */
#define MINUTES_FROM 100 /* seconds; a longer time is told in minutes */

static void add_left(const struct progress_now *p, struct buf *out)
{
	uint64_t seconds;

	if (p->took < SURE_AFTER || p->finished >= p->count ||
	    p->finished * SURE_SHARE < p->count)
		return;
	seconds = p->took / TICK_S * (p->count - p->finished) / p->finished + 1;
	if (seconds < MINUTES_FROM)
		buf_addf(out, ", about %" PRIu64 " s left", seconds);
	else
		buf_addf(out, ", about %" PRIu64 " min left",
			 (seconds + 59) / 60);
}

void progress_write(const struct progress_now *p, struct buf *out)
{
	size_t was = out->len;

	buf_addf(out, "%zu/%zu", p->finished, p->count);
	add_left(p, out);
	buf_add_text(out, ": ");
	buf_add_span(out, span_first(span_of(p->id), WIDTH - (out->len - was)));
}
