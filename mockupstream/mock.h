/*
 * The mock provider as a library: an HTTP server on a loop that plays scripts
 * and writes everything it sees and does into a wire log. ccprobe embeds it;
 * ccmock is it with a command line and a control port.
 */
#ifndef MOCK_MOCK_H
#define MOCK_MOCK_H

#include "mockupstream/rules.h"
#include "net/loop.h"
#include "net/serve/serve.h"
#include "wire/log/access.h"
#include "wire/log/wlog.h"

struct mock;

/*
 * Where entries go. log_for gives the log of a run (run 0: requests that belong
 * to nobody); it is asked anew for each entry, and the same log must come back
 * as long as the run is armed. NULL: the entry is dropped. Without log_for
 * nothing is logged, and nothing is made ready for it. on_entry is told of
 * each entry once it is filled in; it must not add to the log.
 */
struct mock_sink {
	struct wlog *(*log_for)(void *arg, uint64_t run);
	void (*on_entry)(void *arg, const struct wlog_entry *e); /* or NULL */
	void *arg;
	tick_t zero; /* entries count their time from here */
};

struct mock_config {
	struct serve_config serve;
	struct mock_sink sink;
	bool log_bytes; /* keep bodies and pieces in the log */
	const char *key; /* credential the provider wants, or NULL: any */
	bool blots; /* the log has digests of credentials, not themselves */
	/* A request is over; or NULL. */
	void (*on_over)(void *arg, const struct access *a);
	void *arg;
	enum vendor vendor; /* of chat completions, where a rule says none */
	const char *models; /* see anthropic.h; borrowed */
	bool strict; /* without rules the provider is the strict one */
};

int mock_new(struct mock **out, struct loop *l,
	     const struct mock_config *config, struct fail *f);
void mock_free(struct mock *m);
uint16_t mock_port(const struct mock *m); /* of provider a */

/*
 * One more provider, b and so on to ACTOR_PROVIDERS: what comes in where it
 * listens is told from what the others get by its letter in the actor
 * (wire/log/actor.h). All play the same rules, but those that one of them has to
 * itself; an answer that it makes up is another account's.
 */
int mock_add_provider(struct mock *m, const struct serve_config *serve,
		      struct fail *f);
uint16_t mock_port_of(const struct mock *m, char provider);

/*
 * Arms rules for the requests of one run: those whose body or target carries
 * the mark "[probe-<16 hex digits of run>]". rules may be NULL: the provider
 * answers. The rules are borrowed until mock_disarm. Run 0 holds the rules for
 * every request whose run is not known (ccmock's own script).
 */
void mock_arm(struct mock *m, uint64_t run, struct rules *rules);

/* Requests that carry no mark at all belong to this run while it is set
 * (0: nobody). This is the exclusive lane. */
void mock_lane(struct mock *m, uint64_t run);

/* Ends what the run still has open (holds included) and forgets its rules. */
void mock_disarm(struct mock *m, uint64_t run);

/* Lets every reply of the run that waits at this hold, now or later, go on.
 * `hold` is "u1.name". An unknown run is -1. */
int mock_release(struct mock *m, uint64_t run, const char *hold);

size_t mock_open(const struct mock *m); /* requests under way */

/* Finds "[probe-<16 hex>]" in bytes; 0 if there is none. */
uint64_t mark_find(struct span bytes);

/* Overwrites every "[probe-0000000000000000]" in place; how many there were. */
size_t mark_put(char *bytes, size_t len, uint64_t run);

#endif
