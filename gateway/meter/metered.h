/* What is counted of one request, and its record. */
#ifndef GATEWAY_METER_METERED_H
#define GATEWAY_METER_METERED_H

#include "gateway/ledger/ledger.h"
#include "gateway/relay.h"

/* What a worker keeps for later requests. */
struct meter_desk {
	struct metered *spare; /* a list */
	size_t spares;
	/* records that are written with the answers of this turn */
	struct spool_batch batch;
	struct buf model; /* room for the model that is asked for */
};

void meter_desk_free(struct meter_desk *d); /* NULL-safe */

enum { METERED_SHOWN = 4 };

struct metered {
	struct metered *next; /* in the list of the desk */
	struct record_row record; /* the record as it is now */
	struct { /* the record as it was last written */
		bool is;
		uint64_t bytes;
		int64_t status;
		money_t cost;
		struct usage_tokens usage;
		char end[16], served[TAP_MODEL_LEN];
	} written;
	struct tap *tap;
	bool taps; /* the answer may have a number of tokens */
	/* the plain name of the model, without aliases and suffixes */
	char plain[TAP_MODEL_LEN];
	struct purse *purse; /* NULL: no limits, and no key */
	bool entered; /* it counts as under way */
	bool asks; /* it asks for a message, which has a price */
	bool refused; /* we refused it: no provider was asked */
	uint64_t length; /* of the answer's body, or VISIT_CHUNKED */
	tick_t began;
	struct span shown[METERED_SHOWN]; /* credentials in the head */
	size_t shown_count; /* if there are more, any text may have one */
};

void metered_new(struct relay *r); /* makes r->metered */

/* The request is over: frees r->metered, or keeps its memory for the next
 * request. */
void metered_drop(struct relay *r);

/* Sets the model that is asked for, as the client spells it. */
void metered_ask(struct relay *r, struct span model);

/* The price of that model, by the client's name or by its plain name; NULL:
 * none. */
const struct price_row *metered_price(const struct relay *r);

/* Adds the record, if there is something new in it. */
void metered_write(struct relay *r, const char *end);

/* Milliseconds since the request came. */
int64_t metered_took(const struct metered *m);

#endif
