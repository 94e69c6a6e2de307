/*
 * Heap memory that several owners share. Each owner has a pointer to the memory
 * and one to the count of owners, which is NULL while there is one owner.
 */
#ifndef WIRE_BYTES_SHARED_H
#define WIRE_BYTES_SHARED_H

/* Adds an owner. `of` is the count of an owner that is there already; gives the
 * same for the new one. */
unsigned *shared_hold(unsigned **of);

/* One owner less; the last one frees `memory`. Both become NULL. */
void shared_drop(char **memory, unsigned **of);

#endif
