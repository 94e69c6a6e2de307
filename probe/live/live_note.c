/* Writes entries of a session into the log of its run. */
#include "probe/live/live_private.h"

struct wlog_entry *live_note(struct live *l, unsigned exchange,
			     enum wlog_kind kind)
{
	const struct live_config *c = &l->config;

	return wlog_add(c->log, loop_now() - c->zero, c->run, c->actor,
			exchange, kind);
}

void live_note_user(struct live *l, const char *what, struct span bytes)
{
	struct wlog_entry *e = live_note(l, 0, WLOG_USER);

	wlog_set_text(l->config.log, e, "%s", what);
	wlog_set_bytes(l->config.log, e, bytes);
}
