/*
 * Strain: answers of a provider after which a gateway with a pool of accounts
 * may rest an account, and then refuse other requests.
 */
#ifndef PROBE_SUITE_STRAIN_H
#define PROBE_SUITE_STRAIN_H

#include "mockupstream/rules.h"

/* In the order in which a run plays them: those with the longest rests come
 * last. */
enum strain {
	STRAIN_NONE,
	STRAIN_BREAKS, /* cut, reset, silence, bytes that are no HTTP */
	STRAIN_FAILS, /* 500 and more */
	STRAIN_REFUSES, /* 401, 402, 403 */
	STRAIN_OVERLOADED, /* 529, also as an event */
	STRAIN_LIMITED, /* 429, also as an event */
	STRAIN_COUNT,
};

/* The worst strain of all answers in the rules; NULL (the provider's own
 * answers): STRAIN_NONE. */
enum strain strain_of(const struct rules *rules);

#endif
