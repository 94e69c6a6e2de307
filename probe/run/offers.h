/*
 * Finds out before the first case what a gateway does not offer. For each claim
 * that can be seen the suite has a file claims/NAME.json in the format of a
 * case: if one of its checks fails, the claim is not offered.
 */
#ifndef PROBE_RUN_OFFERS_H
#define PROBE_RUN_OFFERS_H

#include "probe/run/session.h"
#include "probe/suite/casefile.h"

struct offers { /* zero-initialised: nothing was tried */
	struct casebook book; /* the files */
	bool *missing; /* for each file: the claim is not offered */
	enum format client_format; /* only files of this format are tried */
	bool no_mock; /* only files that the client's side decides are tried */
	size_t next; /* index of the next file to try */
	struct session *session;
	struct run *run;
	void (*done)(void *arg);
	void *arg;
};

/* Reads the files. A suite may have none. */
int offers_read(struct offers *o, const char *root,
		const struct casebook_values *values, struct fail *f);

/* Tries the files one after the other; `done` is called once, at the earliest
 * in this call. */
void offers_start(struct offers *o, struct session *s, void (*done)(void *arg),
		  void *arg);

/* True if the claim was tried and is not offered. */
bool offers_missing(const struct offers *o, const char *claim);
/* The file of a claim, which says what a user of the client does without it
 * (`why`); NULL: there is none. */
const struct casefile *offers_file(const struct offers *o, const char *claim);
void offers_clear(struct offers *o);

#endif
