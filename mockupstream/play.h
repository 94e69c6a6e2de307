/*
 * Plays one reply on one visit: waits, holds, paces, cuts into pieces, stops
 * while the client does not read, and ends as the reply says. It logs nothing;
 * its callbacks report what is sent and which holds and marks are reached.
 */
#ifndef MOCK_PLAY_H
#define MOCK_PLAY_H

#include "mockupstream/coding.h"
#include "mockupstream/rules.h"
#include "net/loop.h"
#include "net/serve/serve.h"

struct play_owner {
	void (*on_head)(void *arg, const struct http_head *head);
	void (*on_data)(void *arg, struct span bytes); /* a piece, as sent */
	void (*on_mark)(void *arg, const char *name); /* holds too */
	bool (*is_released)(void *arg, const char *hold);
};

enum play_phase {
	PLAY_BEGIN, /* the reply's own hold comes first */
	PLAY_DELAY,
	PLAY_HEAD,
	PLAY_BODY,
	PLAY_TAIL, /* the last bytes of a compressed body, if it is one; then
		      the answer ends */
	PLAY_OVER,
};

enum play_wait {
	PLAY_NO_WAIT,
	PLAY_WAIT_TIME,
	PLAY_WAIT_HOLD,
	PLAY_WAIT_ROOM, /* the client does not read */
	PLAY_WAIT_LEAVE, /* stalled */
};

/* Zero-initialised is a play that is over; members are private. */
struct play {
	struct loop *loop;
	struct visit *visit;
	const struct reply *reply; /* borrowed until play_stop() */
	const struct play_owner *owner;
	void *arg;
	struct headers headers;
	struct coding *coding;
	struct loop_timer timer;
	enum play_phase phase;
	enum play_wait wait;
	const char *hold; /* waited for */
	size_t step; /* of the script */
	bool entered; /* the step was begun */
	uint32_t repeated; /* how often the step's event went out */
	tick_t due; /* of the next paced event */
	bool was_early; /* it waited only for that time */
	uint32_t pace_ms; /* of the event before */
	struct buf packed; /* the compressed event under way */
	/* bytes of that event or of the reply that were not sent yet */
	struct span pending;
	size_t pending_at; /* offset of `pending` in its event */
	size_t untold; /* bytes of a raw reply's head, reported by on_head */
	const struct script_step *cuts; /* where it is cut; NULL: nowhere */
};

/* Begins. The reply is sent with `headers`, which are taken over. The play must
 * not move until play_stop(). */
void play_start(struct play *p, struct loop *l, struct visit *v,
		const struct reply *reply, struct headers *headers,
		const struct play_owner *owner, void *arg);

void play_room(struct play *p); /* from on_room */
void play_release(struct play *p); /* a hold may have been released */

/* Lets go of the visit and the reply; may be called at any time, and twice. */
void play_stop(struct play *p);

#endif
