/* Reads the configuration again while requests are under way. */
#ifndef GATEWAY_RELOAD_H
#define GATEWAY_RELOAD_H

#include "gateway/options.h"

/*
 * Reads the configuration as it is now, held once; NULL if it has mistakes.
 * Logs the result for the operator. What cannot change while the gateway runs
 * keeps its old value.
 */
struct config *reload_read(const struct options *o, const struct config *old);

/* Logs each mistake on a line of its own. */
void reload_tell(const struct mistakes *m);

#endif
