/*
 * A session of the real client, from its start to its end. The program gets an
 * environment of its own and nothing of ours, a HOME that is thrown away, and a
 * relay in the place of the gateway: so the client's side of the wire is in the
 * log, as exchanges of the session's actor, and so is what its user gets
 * (WLOG_USER).
 */
#ifndef PROBE_LIVE_LIVE_H
#define PROBE_LIVE_LIVE_H

#include "net/fetch.h"
#include "probe/live/live_place.h"
#include "wire/log/wlog.h"

#define LIVE_INSTALL "npm install -g @anthropic-ai/claude-code"

struct live;

struct live_config { /* texts are borrowed while it lives */
	struct loop *loop;
	struct fetcher *fetcher;
	const char *program; /* the client: an absolute path */
	const char *gateway; /* its URL */
	const char *key; /* that the client shows to it */
	enum auth_form auth;
	const struct headers *extra; /* that go out with each request; or
					NULL */
	struct fetch_tls tls;
	const struct live_place *place;
	const char *actor;
	uint64_t run;
	struct wlog *log;
	tick_t zero;
	void (*on_change)(void *arg); /* the log grew, or it has ended */
	void *arg;
};

int live_begin(struct live **out, const struct live_config *config,
	       const struct live_start *start, struct fail *f);

/* The program has ended, and what the user gets is in the log. */
bool live_is_over(const struct live *l);

/* Its user types, or sends a signal. */
void live_type(struct live *l, const char *keys);
void live_signal(struct live *l, int signo);

/* It has taken too long: it is ended, and its last words are in the log. */
void live_end(struct live *l);

/* Ends it at once, and frees it; nothing more is told. */
void live_free(struct live *l);

/* The client's program: `given`, or `claude` in `path`. NULL: there is none;
 * otherwise yours to free(). */
char *live_find(const char *given, const char *path);

/* "2.1.332", as the program says; yours to free(). FAIL_USAGE: it is not Claude
 * Code. Waits for its answer. */
int live_version(char **out, const char *program, struct fail *f);

#endif
