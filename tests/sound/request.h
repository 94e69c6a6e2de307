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
	struct bytes host; /* text; of the target, else of the field Host */
	struct bytes path; /* text; without host and query, no double slash */
	const char *query; /* with its question mark, or "" */
	struct body framing;
	struct bytes body;
	bool expects; /* it waits for 100 Continue before it sends its body */
	bool closes; /* close the connection after the answer */
	bool unguarded; /* its safeguards were removed */
};

/*
 * Reads the head and finds the body's framing. false: the client has left. If
 * something is wrong, `no` says what, and the connection has to be closed.
 */
bool request_read(struct request *r, struct conn *client, unsigned freedoms,
		  struct refusal *no);

/* Reads the body; if the request is refused it is read and dropped, so that the
 * client can read the refusal. false: the client has left. */
bool request_body(struct request *r, struct conn *client, struct refusal *no);

void request_clear(struct request *r);

#endif
