/* Turns at even intervals. */
#include "wire/bytes/rate.h"

#include <stdlib.h>
#include <string.h>

#define SLOWEST 0.01
#define FASTEST 10000.0

/* Digits with a point among them, and nothing else: no sign, no "inf". */
static bool is_number(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= 20 && strspn(text, "0123456789.") == len &&
	       strchr(text, '.') == strrchr(text, '.') &&
	       strcmp(text, ".") != 0;
}

int rate_read(struct rate *out, const char *name, const char *text,
	      struct fail *f)
{
	double rate = is_number(text) ? strtod(text, NULL) : 0;

	if (rate < SLOWEST || rate > FASTEST)
		return fail_set(f, FAIL_USAGE,
				"%s: '%s' is no number of requests a second, "
				"from %g to %g (0.5 is one every two seconds)",
				name, text, SLOWEST, FASTEST);
	*out = (struct rate){ .interval = (tick_t)((double)TICK_S / rate) };
	return 0;
}

tick_t rate_due(const struct rate *p, tick_t now)
{
	return p->next > now ? p->next : now;
}

void rate_take(struct rate *p, tick_t now)
{
	p->next = now + p->interval;
}

double rate_of(const struct rate *p)
{
	if (p->interval == 0)
		return 0;
	return (double)TICK_S / (double)p->interval;
}
