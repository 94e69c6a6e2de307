/* What the files of a session share: live.c (the program), live_relay.c (the
 * wire), and live_start.c (files, arguments, variables). */
#ifndef PROBE_LIVE_LIVE_PRIVATE_H
#define PROBE_LIVE_LIVE_PRIVATE_H

#include "net/serve/serve.h"
#include "probe/live/live.h"
#include "probe/pass/pass.h"
#include "probe/child/process.h"

struct live {
	struct live_config config;
	struct process *process;
	bool over, terminal;
	struct serve *relay;
	struct pass pass;
	unsigned exchanges; /* started so far */
	void (*on_endless)(struct live *l); /* called at the limit of
					       exchanges */
};

/* ---- live_note.c ---- */

/* Adds an entry to the run's log, with the time of now. */
struct wlog_entry *live_note(struct live *l, unsigned exchange,
			     enum wlog_kind kind);
void live_note_user(struct live *l, const char *what, struct span bytes);

/* ---- live_relay.c ---- */

int live_relay_open(struct live *l, struct fail *f);
void live_relay_close(struct live *l);

/* ---- live_start.c ---- */

struct live_words { /* each list is ended by NULL */
	char **argv, **environment;
};

/* Writes the files of a session, and makes the program's arguments and
 * environment. */
int live_start_make(const struct live *l, const struct live_start *start,
		    struct live_words *out, struct fail *f);
void live_start_clear(struct live_words *w);

/* A text of a case for this run, with {{project}}, {{home}} and the mark filled
 * in; the caller frees it. */
char *live_start_text(const struct live_config *c, const char *text);

#endif
