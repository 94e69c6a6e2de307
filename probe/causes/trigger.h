/*
 * What there is about a request that a gateway may have to answer by itself: no
 * key, a path that nobody serves, a head that can be read in two ways.
 */
#ifndef PROBE_CAUSES_TRIGGER_H
#define PROBE_CAUSES_TRIGGER_H

#include "probe/causes/causes.h"
#include "probe/causes/couples.h"

enum trigger_rule {
	TRIGGER_PROVIDER, /* to be passed on */
	TRIGGER_EITHER, /* may be answered by either */
	TRIGGER_GATEWAY, /* to be answered by the gateway */
};

#define TRIGGER_FRAMING "doubtful-framing"

struct trigger {
	const char *name; /* "wrong-key"; "" if there is nothing about it */
	const char *said; /* "a wrong key" */
	enum trigger_rule rule;
};

const struct trigger *trigger_of(const struct couple *p,
				 const struct causes_keys *keys);
/* Looks at nothing but how the good key came. */
const struct trigger *trigger_of_key(const struct couple *p,
				     const struct causes_keys *keys);

#endif
