/*
 * The events of a stream with their kinds, by which two streams are compared.
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
	bool told; /* it is part of a behaviour that was reported */
};

struct events {
	struct event *list; /* yours to free() */
	size_t count;
};

/* The events of an exchange without pings; events_name() fills in their
 * kinds. */
struct events events_of(const struct exchange *x);
void events_name(struct event *e);

bool events_is_same(const struct event *a, const struct event *b);
bool events_is_kin(const struct event *a, const struct event *b);

/* The kind of the event is none of the API. */
bool events_is_foreign(const struct event *e);

#endif
