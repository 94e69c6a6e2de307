/*
 * Allocation that never returns NULL. Running out of memory ends the program
 * with one line; this is safe because every size that an outsider controls
 * has a limit where its buffer is born.
 */
#ifndef WIRE_BYTES_MEM_H
#define WIRE_BYTES_MEM_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);

/*
 * A list of `count` elements of `size` bytes, with room for `*cap`: returns it
 * with room for one more at least. NULL and 0 begin an empty list.
 */
void *mem_room(void *list, size_t count, size_t *cap, size_t size);

/* Copies len bytes and adds a NUL. */
char *xmemdup(const void *bytes, size_t len);

#endif
