/* A client's connection, from its first request to its end. */
#ifndef SOUND_SERVE_H
#define SOUND_SERVE_H

#include "tests/sound/relay.h"

void serve_client(struct sound *s, int fd);

#endif
