/* A terminal for a child program: a pair of ends, ours and the child's. */
#ifndef PROBE_CHILD_TERMINAL_H
#define PROBE_CHILD_TERMINAL_H

#include "wire/bytes/fail.h"

#define TERMINAL_ROWS 50
#define TERMINAL_COLUMNS 150

/* ends[0] is ours and does not block, ends[1] the child's. */
int terminal_open(int ends[2], struct fail *f);

/* Called in the child: starts a session, and makes this its terminal. */
int terminal_take(int end);

#endif
