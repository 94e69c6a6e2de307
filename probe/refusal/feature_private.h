/* The rows of the table of features, ended by one without a name. */
#ifndef PROBE_REFUSAL_FEATURE_PRIVATE_H
#define PROBE_REFUSAL_FEATURE_PRIVATE_H

#include "probe/refusal/feature.h"

extern const struct feature feature_rows[];

#endif
