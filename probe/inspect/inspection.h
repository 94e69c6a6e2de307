/* `ccprobe run --inspect`: the live page of a run, which stays after the
 * run. */
#ifndef PROBE_INSPECT_INSPECTION_H
#define PROBE_INSPECT_INSPECTION_H

#include "net/loop.h"
#include "probe/run/campaign.h"
#include "wire/bytes/address.h"

struct inspection; /* NULL: no page; the functions below then do nothing */

/* `at` is "ADDR:PORT". FAIL_USAGE: it is not a loopback address. */
int inspection_new(struct inspection **out, const char *at, struct fail *f);
void inspection_free(struct inspection *i);

/* The callbacks for the campaign. */
struct campaign_watch inspection_watch(struct inspection *i);

/* After the run: serves the page until a signal ends the program. */
int inspection_stay(struct inspection *i, struct fail *f);

#endif
