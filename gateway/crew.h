/*
 * The workers, and the main thread, which starts and ends them and reads the
 * configuration again when a signal asks for it. The main thread serves no
 * requests, so that reading a file delays none.
 */
#ifndef GATEWAY_CREW_H
#define GATEWAY_CREW_H

#include "gateway/options.h"

struct crew;

/* Opens the sockets. The configuration is held, the options are borrowed. */
int crew_new(struct crew **out, const struct options *o, struct config *c,
	     struct fail *f);
void crew_free(struct crew *crew);

uint16_t crew_port(const struct crew *crew);

/* The port of the page that shows usage; 0: there is none. */
uint16_t crew_admin_port(const struct crew *crew);

/* Serves until a signal ends it: after SIGTERM or SIGINT requests under way may
 * end, after a second one they may not. SIGHUP reads the configuration
 * again. */
int crew_run(struct crew *crew, struct fail *f);

#endif
