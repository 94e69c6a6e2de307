/*
 * What a failure most likely means, where the log says more than the check
 * that failed.
 */
#ifndef PROBE_JUDGE_DIAGNOSIS_H
#define PROBE_JUDGE_DIAGNOSIS_H

#include "wire/bytes/buf.h"
#include "wire/log/wlog.h"

/*
 * A wait for the client's side timed out while the provider, on purpose, held
 * its stream: if less had reached the client by then than the provider had
 * sent, the gateway buffers. Appends a sentence with the evidence and returns
 * true; false if the log does not show that.
 */
bool diagnosis_buffering(const struct wlog *log, uint64_t run,
			 size_t step_index, struct buf *out);

#endif
