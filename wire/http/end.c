/* Names of the ways a stream can end. */
#include "wire/http/end.h"

static const char *const names[] = {
	[END_OPEN] = "open",       [END_CLEAN] = "clean",
	[END_CUT] = "cut",         [END_RESET] = "reset",
	[END_TIMEOUT] = "timeout", [END_CANCELLED] = "cancelled",
	[END_REFUSED] = "refused", [END_BAD] = "bad",
};

#define NAMES (sizeof(names) / sizeof(names[0]))

const char *end_name(enum stream_end end)
{
	return (size_t)end < NAMES ? names[end] : "bad";
}

int end_from(struct span name, enum stream_end *out)
{
	for (size_t i = 0; i < NAMES; i++) {
		if (span_is(name, names[i])) {
			*out = (enum stream_end)i;
			return 0;
		}
	}
	return -1;
}
