/* The rows of the table of kinds, by who meets them. Each array is ended by a
 * row whose code is NULL. */
#ifndef PROBE_REFUSAL_FINDING_PRIVATE_H
#define PROBE_REFUSAL_FINDING_PRIVATE_H

#include "probe/refusal/finding.h"

extern const struct finding_kind finding_settings[]; /* of this machine */
extern const struct finding_kind finding_network[]; /* on the way there */
extern const struct finding_kind finding_service[]; /* how it answers */
extern const struct finding_kind finding_steps[]; /* and later */
extern const struct finding_kind finding_refusal[];
extern const struct finding_kind finding_foreign[]; /* when it refuses */

/* Codes of what comes of a finding, separated by blanks; "" if none is known. */
const char *finding_effects(const char *code);

#endif
