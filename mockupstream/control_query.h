/* Reads the query of a request to the control port. */
#ifndef MOCK_CONTROL_QUERY_H
#define MOCK_CONTROL_QUERY_H

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

#define CONTROL_QUERY_HOLD 100 /* bytes of the name of a hold */

struct control_query { /* zero-initialised: an empty query */
	bool has_run;
	uint64_t run, since;
	char hold[CONTROL_QUERY_HOLD + 1]; /* "" if none */
};

/* Reads the part of a target after its '?', as it was on the wire; members that
 * it does not name stay as they are. f quotes the part that is not
 * understood. */
int control_query_read(struct control_query *out, struct span target,
		       struct fail *f);

#endif
