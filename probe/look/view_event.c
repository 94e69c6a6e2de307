/* Counts the events of a stream that the client does not ignore. */
#include "probe/look/view.h"

bool view_event_counts(const struct view_event *ev)
{
	return !ev->is_ping && !ev->is_idle &&
	       (!ev->unterminated || ev->json.text.at != NULL);
}

const struct view_event *view_event(const struct exchange *x, size_t n)
{
	for (size_t i = 0; i < x->event_count; i++)
		if (view_event_counts(&x->events[i]) && n-- == 0)
			return &x->events[i];
	return NULL;
}

size_t view_event_count(const struct exchange *x)
{
	size_t count = 0;

	for (size_t i = 0; i < x->event_count; i++)
		count += view_event_counts(&x->events[i]);
	return count;
}
