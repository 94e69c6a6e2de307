/*
 * The workers, and the thread above them: it reads the configuration anew when
 * it is told to, and sees to it that they end. Requests are no affair of its
 * own, so that reading a file holds up none of them.
 */
#ifndef GATEWAY_CREW_H
#define GATEWAY_CREW_H

#include "gateway/options.h"

struct crew;

/* Listens. The configuration is held, the options borrowed. */
int crew_new(struct crew **out, const struct options *o, struct config *c,
	     struct fail *f);
void crew_free(struct crew *crew);

uint16_t crew_port(const struct crew *crew);

/* Of the page that shows usage; 0: there is none. */
uint16_t crew_admin_port(const struct crew *crew);

/* Serves until a signal ends it: SIGTERM and SIGINT let requests under way end,
 * a second one does not; SIGHUP reads the configuration anew. */
int crew_run(struct crew *crew, struct fail *f);

#endif
