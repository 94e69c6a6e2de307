/*
 * What a program that runs on this machine takes: processor time, memory and
 * descriptors of its whole process group, as the kernel counts them in /proc.
 */
#ifndef PROBE_BENCH_USAGE_H
#define PROBE_BENCH_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "wire/bytes/tick.h"

struct usage {
	tick_t cpu; /* of all threads, so far */
	size_t memory_kb; /* anonymous: its own, that no file stands for */
	size_t descriptors; /* that are open */
};

/* false: no such group, or the kernel does not say. */
bool usage_read(pid_t group, struct usage *out);

#endif
