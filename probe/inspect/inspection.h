/* `ccprobe run --inspect`: the live page of a run, while it goes on and after
 * it. */
#ifndef PROBE_INSPECT_INSPECTION_H
#define PROBE_INSPECT_INSPECTION_H

#include "net/loop.h"
#include "probe/run/campaign.h"
#include "wire/bytes/address.h"

struct inspection; /* NULL is none: everything below does nothing then */

/* `at` is "ADDR:PORT"; FAIL_USAGE where it is no loopback address. */
int inspection_new(struct inspection **out, const char *at, struct fail *f);
void inspection_free(struct inspection *i);

/* What the campaign has to call. */
struct campaign_watch inspection_watch(struct inspection *i);

/* After the run: the page stays until the program is asked to end. */
int inspection_stay(struct inspection *i, struct fail *f);

#endif
