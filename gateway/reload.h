/* Reading the configuration anew while requests are under way. */
#ifndef GATEWAY_RELOAD_H
#define GATEWAY_RELOAD_H

#include "gateway/options.h"

/*
 * The configuration as it is now, held once; NULL if anything is wrong with
 * it. Tells the operator what came of it. What cannot change while the gateway
 * runs is as it was.
 */
struct config *reload_read(const struct options *o, const struct config *old);

/* Tells each mistake, in a line of its own. */
void reload_tell(const struct mistakes *m);

#endif
