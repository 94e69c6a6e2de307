/* Allocation that ends the program rather than return NULL. */
#include "wire/bytes/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/attr.h"

static ATTR_NORETURN void out_of_memory(size_t size)
{
	fprintf(stderr, "ccprobe: out of memory (%zu bytes wanted)\n", size);
	abort();
}

/* malloc(0) may give NULL; one byte keeps the promise simple. */
void *xmalloc(size_t size)
{
	void *p = malloc(size > 0 ? size : 1);

	if (p == NULL)
		out_of_memory(size);
	return p;
}

void *xcalloc(size_t count, size_t size)
{
	void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (p == NULL)
		out_of_memory(count);
	return p;
}

void *xrealloc(void *old, size_t size)
{
	void *p = realloc(old, size > 0 ? size : 1);

	if (p == NULL)
		out_of_memory(size);
	return p;
}

void *mem_room(void *list, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return list;
	*cap = *cap > 0 ? *cap * 2 : 16;
	return xrealloc(list, *cap * size);
}

char *xmemdup(const void *bytes, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		out_of_memory(len);
	copy = xmalloc(len + 1);
	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

char *xstrdup(const char *text)
{
	return xmemdup(text, strlen(text));
}
