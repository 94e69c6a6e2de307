/* What is counted of one request. */
#ifndef GATEWAY_METER_METERED_H
#define GATEWAY_METER_METERED_H

#include "gateway/ledger/ledger.h"
#include "gateway/relay.h"

/* What a worker keeps for the requests to come. */
struct meter_desk {
	struct metered *spare; /* a list */
	size_t spares;
	struct spool_batch batch; /* records that go out with the answers of
				     this turn */
	struct buf model; /* room for the one that is asked for */
};

void meter_desk_free(struct meter_desk *d); /* NULL-safe */

enum { METERED_SHOWN = 4 };

struct metered {
	struct metered *next; /* on the desk */
	struct tap *tap;
	struct purse *purse; /* NULL: no limits, and no key */
	uint64_t length; /* of the answer's body, or VISIT_CHUNKED */
	tick_t began;
	bool taps; /* the answer may tell tokens */
	bool entered; /* it is one of those under way */
	bool asks; /* for a message, which costs */
	bool refused; /* by us: nobody was asked */
	struct { /* as it was added */
		bool is;
		int64_t status, bytes;
		money_t cost;
		struct usage_tokens usage;
		const char *end;
		size_t served; /* its length: it comes once */
	} written;
	size_t shown_count; /* if they are more: any text may have one */
	struct span shown[METERED_SHOWN]; /* credentials in the head */
	char plain[TAP_MODEL_LEN]; /* what the gateway takes the model's name
				      for */
	struct record_row record; /* as it is now */
};

void metered_new(struct relay *r); /* r->metered */

/* It is over. */
void metered_drop(struct relay *r);

/* The model that is asked for, once it is known: as the client spells it. */
void metered_ask(struct relay *r, struct span model);

/* Its price: by the client's name, or by what the gateway takes that for. */
const struct price_row *metered_price(const struct relay *r);

/* Adds the record, if there is something new in it; `end` is a word that stays. */
void metered_write(struct relay *r, const char *end);

/* Milliseconds since it came in. */
int64_t metered_took(const struct metered *m);

#endif
