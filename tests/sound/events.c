/* What a sound gateway may do to an event stream. */
#include "tests/sound/events.h"

#include "tests/sound/freedom.h"

enum { PING_EVERY = 3 }; /* events */

/* Adds pings and comments before the first byte of an event, so that nothing
 * follows the last event. A byte order mark must stay first. */
static void add_between(const struct events *e, char next, struct bytes *out)
{
	if ((e->freedoms & FREEDOM_COMMENTS) && next != '\xef')
		bytes_text(out, ": still here\n\n");
	if ((e->freedoms & FREEDOM_PINGS) && e->whole % PING_EVERY == 1)
		bytes_text(out, "event: ping\ndata: {\"type\": \"ping\"}\n\n");
}

static void copy_line_end(struct events *e, char c, struct bytes *out)
{
	bool second = c == '\n' && e->cr;

	e->cr = c == '\r';
	if (!(e->freedoms & FREEDOM_CRLF))
		bytes_add(out, &c, 1);
	else if (!second)
		bytes_text(out, "\r\n");
	if (second)
		return;
	if (!e->text && e->within) {
		e->within = false;
		e->whole++;
	}
	e->text = false;
}

void events_copy(struct events *e, const char *bytes, size_t len,
		 struct bytes *out)
{
	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];

		if (c == '\r' || c == '\n') {
			copy_line_end(e, c, out);
			continue;
		}
		if (!e->within)
			add_between(e, c, out);
		e->within = true;
		e->text = true;
		e->cr = false;
		bytes_add(out, &c, 1);
	}
}
