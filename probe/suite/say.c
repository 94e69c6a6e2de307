/* Prints messages on a terminal or into the log of a job. */
#include "probe/suite/say.h"

#include <stdarg.h>
#include <stdlib.h>

#include "wire/bytes/print.h"

void say_text(FILE *to, struct buf *text)
{
	print_guard(text);
	fwrite(buf_str(text), 1, text->len, to);
	fflush(to);
	buf_clear(text);
}

void say(FILE *to, const char *fmt, ...)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	char *line = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&line, fmt, args) >= 0)
		buf_add_text(&text, line);
	va_end(args);
	free(line);
	say_text(to, &text);
}
