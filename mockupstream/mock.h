/*
 * The mock provider as a library: an HTTP server on a loop that plays scripts
 * and writes everything it sees and does into a wire log. ccprobe contains it;
 * ccmock adds a command line and a control port.
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
 * to no run); it is called for each entry, and must give the same log as long
 * as the run is armed. NULL: the entry is dropped. Without log_for nothing is
 * logged or prepared. on_entry gets each entry when it is complete; it must not
 * add to the log.
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
	bool blots; /* mask credentials in the log */
	/* Called when a request is over; or NULL. */
	void (*on_over)(void *arg, const struct access *a);
	void *arg;
	enum vendor vendor; /* for chat completions, if a rule names none */
	const char *models; /* see anthropic.h; borrowed */
	bool strict; /* without rules the provider is strict */
};

int mock_new(struct mock **out, struct loop *l,
	     const struct mock_config *config, struct fail *f);
void mock_free(struct mock *m);
uint16_t mock_port(const struct mock *m); /* of provider a */

/*
 * Adds a provider: b, c and so on, up to ACTOR_PROVIDERS. Its exchanges have
 * its letter in their actor (wire/log/actor.h). All providers play the same
 * rules, except rules that name one provider. Each is an account of its own.
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

/* Releases a hold ("u1.name"): every reply of the run that waits there, now or
 * later, goes on. -1: the run is not known. */
int mock_release(struct mock *m, uint64_t run, const char *hold);

size_t mock_open(const struct mock *m); /* requests under way */

/* Finds "[probe-<16 hex>]" in bytes; 0 if there is none. */
uint64_t mark_find(struct span bytes);

/* Overwrites every "[probe-0000000000000000]" in place; how many there were. */
size_t mark_put(char *bytes, size_t len, uint64_t run);

#endif
