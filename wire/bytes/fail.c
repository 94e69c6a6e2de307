/* Failures as values: only the first one recorded is kept. */
#include "wire/bytes/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message is one line, and safe on a terminal, whatever it quotes. */
static void one_line(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = ' ';
}

int fail_set(struct fail *f, enum fail_code code, const char *fmt, ...)
{
	va_list args;

	if (f == NULL || f->code != FAIL_OK)
		return -1;
	*f = (struct fail){ .code = code };
	va_start(args, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, args);
	va_end(args);
	one_line(f->text);
	return -1;
}

/* Appends what fits. */
static void add(char *text, size_t size, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

static void add(char *text, size_t size, const char *fmt, ...)
{
	size_t len = strlen(text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(text + len, size - len, fmt, args);
	va_end(args);
}

/* Writes the place at the front of the text. */
static void put_place(struct fail *f, const char *file, unsigned line,
		      unsigned column)
{
	f->text[0] = '\0';
	if (file != NULL)
		add(f->text, sizeof(f->text), "%s", file);
	f->file = (unsigned)strlen(f->text);
	f->line = line;
	f->column = column;
	if (line > 0)
		add(f->text, sizeof(f->text), "%s%u", file != NULL ? ":" : "",
		    line);
	if (line > 0 && column > 0)
		add(f->text, sizeof(f->text), ":%u", column);
	if (f->text[0] != '\0')
		add(f->text, sizeof(f->text), ": ");
	f->what = (unsigned)strlen(f->text);
}

int fail_place(struct fail *f, enum fail_code code, const char *file,
	       unsigned line, unsigned column, const char *fmt, ...)
{
	char what[sizeof(f->text)];
	va_list args;

	if (f == NULL || f->code != FAIL_OK)
		return -1;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	f->code = code;
	put_place(f, file, line, column);
	add(f->text, sizeof(f->text), "%s", what);
	one_line(f->text);
	return -1;
}

int fail_copy(struct fail *f, const struct fail *from)
{
	if (f != NULL && f->code == FAIL_OK)
		*f = *from;
	return -1;
}

const char *fail_what(const struct fail *f)
{
	return f->text + f->what;
}

bool fail_is_in(const struct fail *f, const char *file)
{
	return f->line > 0 && f->column > 0 && f->file == strlen(file) &&
	       memcmp(f->text, file, f->file) == 0;
}

void fail_move(struct fail *f, unsigned line, unsigned column)
{
	struct fail was = *f;
	char file[sizeof(was.text)];

	snprintf(file, sizeof(file), "%.*s", (int)was.file, was.text);
	put_place(f, was.file > 0 ? file : NULL, line, column);
	add(f->text, sizeof(f->text), "%s", fail_what(&was));
}

int fail_errno(struct fail *f, enum fail_code code, const char *fmt, ...)
{
	int saved = errno;
	char why[96];
	size_t len;
	va_list args;

	if (f == NULL || f->code != FAIL_OK)
		return -1;
	*f = (struct fail){ .code = code };
	va_start(args, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, args);
	va_end(args);
	one_line(f->text);
	len = strlen(f->text);
	/* The GNU strerror_r may answer with a text of its own. */
	snprintf(f->text + len, sizeof(f->text) - len, ": %s",
		 strerror_r(saved, why, sizeof(why)));
	errno = saved;
	return -1;
}
