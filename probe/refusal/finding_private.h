/* The rows of the table of kinds, by the part that finds them. Each array is
 * ended by a row whose code is NULL. */
#ifndef PROBE_REFUSAL_FINDING_PRIVATE_H
#define PROBE_REFUSAL_FINDING_PRIVATE_H

#include "probe/refusal/finding.h"

/* Of this machine's configuration */
extern const struct finding_kind finding_settings[];
extern const struct finding_kind finding_network[]; /* on the way there */
extern const struct finding_kind finding_service[]; /* how it answers */
extern const struct finding_kind finding_steps[]; /* and later */
extern const struct finding_kind finding_refusal[];
extern const struct finding_kind finding_foreign[]; /* when it refuses */

/* Codes of the findings that this one causes, separated by blanks; "" if none
 * is known. */
const char *finding_effects(const char *code);

#endif
