/*
 * A session of the real client, from start to end. The program gets its own
 * environment, a temporary HOME, and a relay as its gateway. So the log has the
 * client's side of the wire, as exchanges of the session's actor, and what its
 * user gets (WLOG_USER).
 */
#ifndef PROBE_LIVE_LIVE_H
#define PROBE_LIVE_LIVE_H

#include "net/fetch.h"
#include "probe/live/live_place.h"
#include "wire/log/wlog.h"

#define LIVE_INSTALL "npm install -g @anthropic-ai/claude-code"

struct live;

struct live_config { /* texts are borrowed while the session lives */
	struct loop *loop;
	struct fetcher *fetcher;
	const char *program; /* absolute path of the client */
	const char *gateway; /* URL of the gateway */
	const char *key; /* the key that the client sends to the gateway */
	enum auth_form auth;
	const struct headers *extra; /* sent with each request; or NULL */
	struct fetch_tls tls;
	const struct live_place *place;
	const char *actor;
	uint64_t run;
	struct wlog *log;
	tick_t zero;
	void (*on_change)(void *arg); /* called when the log grew, or the
					 session has ended */
	void *arg;
};

/* Starts a session. *out is the caller's. */
int live_begin(struct live **out, const struct live_config *config,
	       const struct live_start *start, struct fail *f);

/* Whether the program has ended and the log has what the user gets. */
bool live_is_over(const struct live *l);

/* Types keys as the user, with places and mark filled in. Does nothing after
 * the end. */
void live_type(struct live *l, const char *keys);
void live_signal(struct live *l, int signo);

/* Kills a session that took too long; its last output is noted in the log. */
void live_end(struct live *l);

/* Kills the program if it still runs, and frees the session; l may be NULL.
 * Notes nothing. */
void live_free(struct live *l);

/* Finds the client: `given`, or `claude` in `path`. NULL: not found; otherwise
 * the caller frees it. */
char *live_find(const char *given, const char *path);

/* Asks the program for its version, "2.1.332", and waits for the answer; the
 * caller frees it. FAIL_USAGE: it is not Claude Code. */
int live_version(char **out, const char *program, struct fail *f);

#endif
