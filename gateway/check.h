/* "ccgate check": what is wrong with a configuration, without serving it. */
#ifndef GATEWAY_CHECK_H
#define GATEWAY_CHECK_H

#include "gateway/options.h"

enum check_result {
	CHECK_GOOD,
	CHECK_WRONG, /* the configuration has mistakes */
	CHECK_NO_UPSTREAM, /* it has none, but its upstream cannot be used */
};

/* `o` has the file in its `config`. Tells what is found. */
enum check_result check_run(const struct options *o);

#endif
