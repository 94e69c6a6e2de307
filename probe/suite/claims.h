/*
 * Claims: what a gateway may offer. A case names the claims that it needs, and
 * is skipped if one is not asked of the gateway. A claim is asked unless
 * --without names it; a `declared` one only if the gateway declares it. For
 * some claims the suite has a file claims/NAME.json, which finds out before the
 * first case whether a gateway offers them.
 */
#ifndef PROBE_SUITE_CLAIMS_H
#define PROBE_SUITE_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

struct claim {
	const char *name; /* "relays"; NULL ends the table */
	const char *means; /* what a gateway does that claims it */
	/* What users of Claude Code miss without it; NULL: see
	 * claims/NAME.json. */
	const char *without;
	/* The only format that it is about; NULL: any */
	const char *client_format;
	bool declared; /* asked only if a target or ccprobe.json has it */
};

extern const struct claim claims[];

size_t claims_count(void);
/* NULL: there is none of this name. */
const struct claim *claims_find(const char *name);
/* FAIL_USAGE: no claim has this name; the message begins with `where` and
 * suggests the nearest name. */
int claims_check(const char *where, const char *name, struct fail *f);

/* For `ccprobe explain claims`. */
void claims_list(struct buf *out);

#endif
