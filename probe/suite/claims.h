/*
 * Claims: what a gateway can be held to. A case names those that it needs. Every
 * claim is on unless it is given away, but those that only a gateway has which
 * declares them; a few, for which the suite has a file
 * claims/NAME.json, may be seen beforehand to be not offered, which a gateway is
 * free to do.
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
	/* What users of Claude Code do without; NULL: claims/NAME.json says it */
	const char *without;
	const char *client_format; /* the only one it is about; NULL: any */
	bool declared; /* on only where a target or ccprobe.json has it */
};

extern const struct claim claims[];

size_t claims_count(void);
/* NULL: there is none of this name. */
const struct claim *claims_find(const char *name);
/* FAIL_USAGE: `where` has no claim of this name; the nearest one is named. */
int claims_check(const char *where, const char *name, struct fail *f);

/* For `ccprobe explain claims`. */
void claims_list(struct buf *out);

#endif
