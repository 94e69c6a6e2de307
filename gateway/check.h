/* "ccgate check": finds the mistakes of a configuration without serving it. */
#ifndef GATEWAY_CHECK_H
#define GATEWAY_CHECK_H

#include "gateway/options.h"

enum check_result {
	CHECK_GOOD,
	CHECK_WRONG, /* the configuration has mistakes */
	/* it has no mistakes, but its upstream cannot be used */
	CHECK_NO_UPSTREAM,
};

/* Checks the file in o->config and prints what it finds. */
enum check_result check_run(const struct options *o);

#endif
