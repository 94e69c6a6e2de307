/*
 * What a running program uses: processor time, memory and descriptors of its
 * whole process group, as the kernel counts them in /proc.
 */
#ifndef PROBE_BENCH_USAGE_H
#define PROBE_BENCH_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "wire/bytes/tick.h"

struct usage {
	tick_t cpu; /* of all threads since they began */
	size_t memory_kb; /* anonymous memory: not that of mapped files */
	size_t descriptors; /* that are open */
};

/* false: no process of this group is found in /proc. */
bool usage_read(pid_t group, struct usage *out);

#endif
