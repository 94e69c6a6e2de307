/*
 * One end of a TCP connection on a loop, for tests that look at single bytes:
 * it keeps the bytes received and how the other end closed.
 */
#ifndef TESTS_UNIT_RAWPEER_H
#define TESTS_UNIT_RAWPEER_H

#include "net/loop.h"
#include "wire/bytes/buf.h"
#include "wire/http/end.h"

struct rawpeer {
	struct loop *loop;
	struct loop_io io;
	struct buf in, out;
	enum stream_end end; /* END_CUT: FIN came; END_RESET: RST came */
	bool open;
	bool deaf; /* reads nothing while set */
};

struct rawserver {
	struct loop *loop;
	struct loop_io io;
	struct rawpeer peers[8]; /* in the order of their connections */
	size_t count;
	uint16_t port;
};

void rawpeer_connect(struct rawpeer *p, struct loop *l, uint16_t port);
void rawpeer_send(struct rawpeer *p, const void *bytes, size_t len);
void rawpeer_text(struct rawpeer *p, const char *text);
void rawpeer_shut(struct rawpeer *p); /* FIN, still reading */
void rawpeer_close(struct rawpeer *p); /* NULL-safe, also twice */
void rawpeer_reset(struct rawpeer *p);
void rawpeer_set_deaf(struct rawpeer *p, bool deaf);
bool rawpeer_has(const struct rawpeer *p, const char *text);

void rawserver_open(struct rawserver *s, struct loop *l);
void rawserver_close(struct rawserver *s);

/* Runs the loop for a moment; fails the test if more than half a minute has
 * passed since step_reset(). */
void step_reset(void);
void step(struct loop *l);
#define WAIT_FOR(l, condition) \
	do { \
		step_reset(); \
		while (!(condition)) \
			step(l); \
	} while (0)

#endif
