/*
 * Heap memory that several own. What is owned by one only has no count: a
 * `unsigned *` beside it is NULL.
 */
#ifndef WIRE_BYTES_SHARED_H
#define WIRE_BYTES_SHARED_H

/* Gives the count for one more owner, beside the one whose count this is. */
unsigned *shared_hold(unsigned **of);

/* One owner less; the last one frees `memory`. Both become NULL. */
void shared_drop(char **memory, unsigned **of);

#endif
