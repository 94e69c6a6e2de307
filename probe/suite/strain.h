/*
 * What a case does to a gateway that has a pool of accounts: answers after which
 * such a gateway may rest an account, and refuse whatever comes meanwhile.
 */
#ifndef PROBE_SUITE_STRAIN_H
#define PROBE_SUITE_STRAIN_H

#include "mockupstream/rules.h"

/* In the order in which a run gets to them: the longest rests come last. */
enum strain {
	STRAIN_NONE,
	STRAIN_BREAKS, /* cut, reset, silence, bytes that are no HTTP */
	STRAIN_FAILS, /* 500 and more */
	STRAIN_REFUSES, /* 401, 402, 403 */
	STRAIN_OVERLOADED, /* 529, also as an event */
	STRAIN_LIMITED, /* 429, also as an event */
	STRAIN_COUNT,
};

/* The worst that any of the rules answers. NULL: the provider's own answers,
 * which strain nothing. */
enum strain strain_of(const struct rules *rules);

#endif
