/* A request's way to the provider, and the answer's way back. */
#ifndef SOUND_RELAY_H
#define SOUND_RELAY_H

#include "tests/sound/request.h"
#include "tests/sound/sound.h"

enum relay_end {
	RELAY_WHOLE, /* the connection can go on */
	RELAY_LAST, /* complete, and the client wants no more */
	RELAY_CUT,
	RELAY_RESET,
	RELAY_LEFT, /* the client has */
	RELAY_REFUSED
};

enum relay_end relay_run(struct sound *s, struct conn *client,
			 const struct request *r, struct refusal *no);

#endif
