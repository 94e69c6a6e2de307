/*
 * A session has both sides of the gateway on one loop: the client that sends
 * and the mock that answers, and the runs that are under way. Each run has a
 * log of its own, which both sides write.
 */
#ifndef PROBE_RUN_SESSION_H
#define PROBE_RUN_SESSION_H

#include "probe/run/driver.h"
#include "wire/bytes/address.h"

struct session;
struct run; /* one execution of a case */

/* What the client sends; borrowed until session_free(). */
struct session_config {
	struct loop *loop;
	bool no_mock; /* the gateway's provider is not our mock */
	/* Where the mock listens as provider a, b, ...; port 0: any. At least
	 * one, unless no_mock. */
	const struct address *mocks;
	size_t mock_count;
	const char *client_key, *wrong_key;
	const struct keyring *ring; /* keys with names; NULL: none */
	struct wishes wishes; /* where the gateway reads them */
	enum auth_form auth;
	const struct headers *extra;
	const char *program; /* as in struct driver_config */
	struct fetch_tls tls;
	struct rate rate; /* of all requests together */
};

/* Listens at once: a gateway may look for its upstream when it starts. */
int session_new(struct session **out, const struct session_config *config,
		struct fail *f);
void session_free(struct session *s); /* ends what is under way */

/* Requests go to this URL from now on (copied). */
void session_set_gateway(struct session *s, const char *url);
const char *session_gateway(const struct session *s);

/* This is the client's key from now on (borrowed). */
void session_set_key(struct session *s, const char *key);

struct loop *session_loop(const struct session *s);

/* Where the mock listens as the n-th provider, from 0. */
const struct address *session_mock(const struct session *s, size_t n);

/* How many requests reached the mock and belong to no run, and the last of them
 * ("GET /health"; "" if there was none). */
size_t session_strays(const struct session *s);
const char *session_stray(const struct session *s);

typedef void run_done_fn(void *arg, struct run *r);

/* `done` is called once, later, unless the run is freed before. `lane`:
 * requests without a mark belong to this run; only one run at a time may have
 * the lane. */
struct run *run_start(struct session *s, const struct casefile *c, bool lane,
		      run_done_fn *done, void *arg);
void run_free(struct run *r);

const struct casefile *run_case(const struct run *r);
const struct wlog *run_log(const struct run *r);
uint64_t run_number(const struct run *r);
tick_t run_took(const struct run *r);

#endif
