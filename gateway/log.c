/* Lines for the operator. Each is one write, so that those of several workers
 * do not mix. */
#include "gateway/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* A log that cannot be written must not end what it tells about. */
static void put(const struct buf *line)
{
	if (write(STDERR_FILENO, buf_str(line), line->len) < 0)
		return;
}

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / TICK_MS;
}

void log_request(const struct relay *r, enum stream_end end)
{
	const struct access a = {
		.at_ms = clock_ms(),
		.method = visit_head(r->visit)->method,
		.path = visit_path(r->visit),
		.status = r->status,
		.bytes = r->bytes,
		.took = loop_now() - visit_began(r->visit),
		.end = end,
		.note = r->note,
		.secrets = &r->config->secrets,
	};
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (r->config->log == ACCESS_OFF)
		return;
	access_write(&a, r->config->log, &line);
	put(&line);
	buf_clear(&line);
}

void log_say(const char *fmt, ...)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);
	char text[700];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	buf_addf(&line, "ccgate: %s\n", text);
	put(&line);
	buf_clear(&line);
}
