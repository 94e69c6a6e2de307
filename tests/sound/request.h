/* A client's request: read strictly, and what is wrong with it. */
#ifndef SOUND_REQUEST_H
#define SOUND_REQUEST_H

#include "tests/sound/body.h"
#include "tests/sound/conn.h"
#include "tests/sound/head.h"
#include "tests/sound/refusal.h"

enum { REQUEST_BODY_MOST = 32 << 20 };

struct request {
	struct head head;
	const char *method; /* points into the head; "" before it is read */
	struct bytes host; /* text; the target's, or else the field's */
	struct bytes path; /* text; without host and query, no double slash */
	const char *query; /* with its question mark, or "" */
	struct body framing;
	struct bytes body;
	bool expects; /* a 100 before it sends its body */
	bool closes; /* the connection, after the answer */
	bool unguarded; /* its safeguards were taken out */
};

/*
 * Reads the head and finds the body's framing. false: the client has left.
 * What is wrong is put into `no`; then the connection cannot go on.
 */
bool request_read(struct request *r, struct conn *client, unsigned freedoms,
		  struct refusal *no);

/* Reads the body; only to its end if something is refused, so that the client
 * can read the refusal. false: the client has left. */
bool request_body(struct request *r, struct conn *client, struct refusal *no);

void request_clear(struct request *r);

#endif
