/* What the query of a request to the control port says. */
#ifndef MOCK_CONTROL_QUERY_H
#define MOCK_CONTROL_QUERY_H

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

#define CONTROL_QUERY_HOLD 100 /* bytes of the name of a hold */

struct control_query { /* zero-initialised: it says nothing */
	bool has_run;
	uint64_t run, since;
	char hold[CONTROL_QUERY_HOLD + 1]; /* "" if none */
};

/* Reads what stands after the '?' of a target as it was on the wire, over what
 * is there. f quotes the part that is not understood. */
int control_query_read(struct control_query *out, struct span target,
		       struct fail *f);

#endif
