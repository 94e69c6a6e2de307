/*
 * Why a gateway may have to answer a request by itself: no key, a path that
 * nobody serves, a head that can be read in two ways.
 */
#ifndef PROBE_CAUSES_TRIGGER_H
#define PROBE_CAUSES_TRIGGER_H

#include "probe/causes/causes.h"
#include "probe/causes/couples.h"

enum trigger_rule {
	TRIGGER_PROVIDER, /* the provider must answer */
	TRIGGER_EITHER, /* either may answer */
	TRIGGER_GATEWAY, /* the gateway must answer */
};

#define TRIGGER_FRAMING "doubtful-framing"

struct trigger {
	const char *name; /* "wrong-key"; "" for a plain request */
	const char *said; /* for people: "a wrong credential" */
	enum trigger_rule rule;
};

const struct trigger *trigger_of(const struct couple *p,
				 const struct causes_keys *keys);
/* Looks only at the fields in which the good key came. */
const struct trigger *trigger_of_key(const struct couple *p,
				     const struct causes_keys *keys);

#endif
