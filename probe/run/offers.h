/*
 * What a gateway does not offer, seen by a few requests before the first case.
 * Each is a file of the suite, claims/NAME.json, in the format of a case: where
 * its check does not hold, the claim of that name is not offered.
 */
#ifndef PROBE_RUN_OFFERS_H
#define PROBE_RUN_OFFERS_H

#include "probe/run/session.h"
#include "probe/suite/casefile.h"

struct offers { /* zero-initialised: nothing was looked at */
	struct casebook book; /* the files */
	bool *missing; /* for each: it is not offered */
	enum format client_format; /* only those for it */
	bool no_mock; /* only those that a client alone can decide */
	size_t next; /* to be looked at */
	struct session *session;
	struct run *run;
	void (*done)(void *arg);
	void *arg;
};

/* Reads the files. A suite without any has nothing to look at. */
int offers_read(struct offers *o, const char *root,
		const struct casebook_values *values, struct fail *f);

/* Asks, one after the other; done is called once, later. */
void offers_start(struct offers *o, struct session *s, void (*done)(void *arg),
		  void *arg);

/* It was looked at, and is not offered. */
bool offers_missing(const struct offers *o, const char *claim);
/* The file of a claim, which says what a user of the client does without it
 * (`why`); NULL: there is none. */
const struct casefile *offers_file(const struct offers *o, const char *claim);
void offers_clear(struct offers *o);

#endif
