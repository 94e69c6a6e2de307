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

/* The text is the server's own; of the request it has a field's name at most,
 * and that is a token. */
void log_refusal(enum access_format format, const struct framing_refusal *why)
{
	const struct access a = { .method = "",
				  .path = SPAN_EMPTY,
				  .status = why->status,
				  .end = END_CLEAN,
				  .note = why->text };
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (format == ACCESS_JSON)
		say_access(&a, format);
	if (format != ACCESS_TEXT)
		return;
	buf_addf(&line, "refused %d (%s)\n", why->status, why->text);
	say_line(buf_span(&line));
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
	say_line(buf_span(&line));
	buf_clear(&line);
}
