/* Names of the ways a stream can end, and of how far it came. */
#include "wire/http/end.h"

static const char *const names[] = {
	[END_OPEN] = "open",       [END_CLEAN] = "clean",
	[END_CUT] = "cut",         [END_RESET] = "reset",
	[END_TIMEOUT] = "timeout", [END_CANCELLED] = "cancelled",
	[END_REFUSED] = "refused", [END_BAD] = "bad",
};

static const char *const stages[] = {
	[STAGE_NONE] = "none",   [STAGE_NAME] = "name",
	[STAGE_PROXY] = "proxy", [STAGE_CONNECT] = "connect",
	[STAGE_TLS] = "tls",     [STAGE_SEND] = "send",
	[STAGE_HEAD] = "head",   [STAGE_BODY] = "body",
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* The index of the name in a list; the list's length if it is not there. */
static size_t find(const char *const *list, size_t count, struct span name)
{
	size_t i = 0;

	while (i < count && !span_is(name, list[i]))
		i++;
	return i;
}

const char *end_name(enum stream_end end)
{
	return (size_t)end < COUNT(names) ? names[end] : "bad";
}

int end_from(struct span name, enum stream_end *out)
{
	size_t i = find(names, COUNT(names), name);

	if (i == COUNT(names))
		return -1;
	*out = (enum stream_end)i;
	return 0;
}

const char *end_stage_name(enum end_stage stage)
{
	return (size_t)stage < COUNT(stages) ? stages[stage] : "none";
}

int end_stage_from(struct span name, enum end_stage *out)
{
	size_t i = find(stages, COUNT(stages), name);

	if (i == COUNT(stages))
		return -1;
	*out = (enum end_stage)i;
	return 0;
}
