/* Reads how long a soak lasts. */
#include "probe/bench/soak.h"

enum { MOST = 10000 }; /* seconds, minutes or hours */

tick_t soak_time(const char *text)
{
	static const struct {
		const char *unit;
		tick_t ticks;
	} units[] = { { "s", TICK_S },
		      { "m", 60 * TICK_S },
		      { "h", 3600 * TICK_S } };
	struct span all = span_of(text);
	uint64_t n;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (span_ends(all, units[i].unit) &&
		    span_u64(span_first(all, all.len - 1), MOST, &n))
			return (tick_t)n * units[i].ticks;
	return 0;
}
