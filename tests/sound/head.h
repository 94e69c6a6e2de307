/* The head of a request or of an answer, read strictly (RFC 9112). */
#ifndef SOUND_HEAD_H
#define SOUND_HEAD_H

#include <stdbool.h>
#include <stddef.h>

struct head_field {
	char *name, *value;
};

struct head {
	char *text; /* what the pointers point into */
	char *word[3]; /* of the start line; the third may be empty */
	struct head_field *fields;
	size_t count;
};

/*
 * Reads a head with the empty line at its end. Returns NULL, or what is wrong
 * with it; call head_clear() in both cases.
 */
const char *head_read(struct head *h, const char *text, size_t len);
void head_clear(struct head *h);

/* How many bytes a head at the start of `text` has; 0: it is not whole. */
size_t head_length(const char *text, size_t len);

/* The first value of that name, or NULL. */
const char *head_find(const struct head *h, const char *name);
size_t head_count(const struct head *h, const char *name);
/* Does any line of that name have the word in its list? */
bool head_lists(const struct head *h, const char *name, const char *word);

/* Are they equal, ignoring case? */
bool head_same(const char *a, const char *b);
bool head_starts(const char *text, const char *with);

#endif
