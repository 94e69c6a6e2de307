/*
 * The events of a stream by what kind they are of, as its content blocks and
 * deltas tell: what two streams are put together by.
 */
#ifndef PROBE_CAUSES_EVENTS_H
#define PROBE_CAUSES_EVENTS_H

#include "probe/look/view.h"

#define EVENT_KIND 64 /* bytes of a name */
#define EVENT_NOT_JSON "not-json"

struct event {
	const struct view_event *ev;
	char kind[EVENT_KIND]; /* "text_delta", "content_block_start" ... */
	char block[EVENT_KIND]; /* of a start: the type of its block; "" */
	int64_t index; /* of its block; -1: none */
	bool told;
};

struct events {
	struct event *list; /* yours to free() */
	size_t count;
};

/* Those that a client gets or reads over, but for pings; without their names. */
struct events events_of(const struct exchange *x);
void events_name(struct event *e);

bool events_is_same(const struct event *a, const struct event *b);
bool events_is_kin(const struct event *a, const struct event *b);

/* No event of the API that this project knows. */
bool events_is_foreign(const struct event *e);

#endif
