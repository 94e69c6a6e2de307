/* The gateway: its options, and what its connections share. */
#ifndef SOUND_SOUND_H
#define SOUND_SOUND_H

#include <sys/socket.h>

#include "tests/sound/account.h"

struct sound {
	unsigned freedoms;
	const char *key; /* clients' */
	const char *upstream_key;
	const char *authority; /* of the provider, HOST:PORT */
	struct sockaddr_storage to;
	socklen_t to_len;
	struct account account;
};

#endif
