/*
 * Time is one type: nanoseconds of a monotonic clock. Durations have the same
 * type. Names of plain numbers end in their unit (_ms).
 */
#ifndef WIRE_BYTES_TICK_H
#define WIRE_BYTES_TICK_H

#include <stdint.h>

typedef int64_t tick_t;

#define TICK_MS ((tick_t)1000000)
#define TICK_S ((tick_t)1000000000)
#define TICK_NEVER INT64_MAX

#endif
