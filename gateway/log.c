/* Lines for the operator. */
#include "gateway/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "net/say.h"

void log_request(const struct relay *r, enum stream_end end)
{
	const struct access a = {
		.method = visit_head(r->visit)->method,
		.path = visit_path(r->visit),
		.status = r->status,
		.bytes = r->bytes,
		.took = loop_now() - visit_began(r->visit),
		.end = end,
		.note = r->note,
		.secrets = &r->config->secrets,
	};

	say_access(&a, r->config->log);
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
	say_line(buf_span(&line));
	buf_clear(&line);
}
