/* Writes lines on stderr for programs that serve. */
#include "net/say.h"

#include <time.h>
#include <unistd.h>

void say_line(struct span line)
{
	(void)!write(STDERR_FILENO, line.at, line.len);
}

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / TICK_MS;
}

void say_access(const struct access *a, enum access_format format)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);
	struct access now = *a;

	if (format == ACCESS_OFF)
		return;
	now.at_ms = clock_ms();
	access_write(&now, format, &line);
	say_line(buf_span(&line));
	buf_clear(&line);
}
