/*
 * What most likely caused a failure, if the log shows more than the check that
 * failed.
 */
#ifndef PROBE_JUDGE_DIAGNOSIS_H
#define PROBE_JUDGE_DIAGNOSIS_H

#include "wire/bytes/buf.h"
#include "wire/log/wlog.h"

/*
 * Whether the gateway buffers: a wait for the client's side timed out while the
 * provider held its stream on purpose, and the client had got less than the
 * provider had sent. Then appends a sentence with the numbers.
 */
bool diagnosis_buffering(const struct wlog *log, uint64_t run,
			 size_t step_index, struct buf *out);

#endif
