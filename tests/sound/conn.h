/* A connection: a blocking socket, and received bytes that were not read
 * yet. */
#ifndef SOUND_CONN_H
#define SOUND_CONN_H

#include <stdbool.h>
#include <sys/socket.h>

#include "tests/sound/bytes.h"

struct conn {
	int fd;
	struct bytes in;
};

/* false: errno says why. */
bool conn_dial(struct conn *c, const struct sockaddr *to, socklen_t len);
void conn_plain(int fd); /* sets TCP_NODELAY: small pieces are sent at once */

enum conn_got { CONN_DATA, CONN_END, CONN_RESET, CONN_LEFT, CONN_LATE };

/* Waits for more and takes it. */
enum conn_got conn_more(struct conn *c);
/* The same, but gives up when the client leaves (CONN_LEFT), or after a time
 * without a byte (CONN_LATE). */
enum conn_got conn_more_for(struct conn *c, const struct conn *client);
/* Waits for `ms`; false: the client left meanwhile. */
bool conn_wait(const struct conn *client, int ms);

bool conn_send(const struct conn *c, const char *bytes, size_t len);
/* Sends a request until all was sent or an answer comes (both CONN_DATA). */
enum conn_got conn_send_for(const struct conn *c, const struct bytes *request,
			    const struct conn *client);

/* Ends a connection: at once; with a reset; or so that the other side can
 * still read what was sent last. */
void conn_close(struct conn *c);
void conn_reset(struct conn *c);
void conn_part(struct conn *c);

#endif
