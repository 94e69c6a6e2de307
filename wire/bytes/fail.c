/* Failures as values: the first one recorded is the one that is told. */
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
	f->code = code;
	va_start(args, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, args);
	va_end(args);
	one_line(f->text);
	return -1;
}

int fail_errno(struct fail *f, enum fail_code code, const char *fmt, ...)
{
	int saved = errno;
	char why[96];
	size_t len;
	va_list args;

	if (f == NULL || f->code != FAIL_OK)
		return -1;
	f->code = code;
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
