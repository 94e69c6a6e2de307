/* The rows of the table of features, ended by one without a name. */
#ifndef PROBE_FEATURE_PRIVATE_H
#define PROBE_FEATURE_PRIVATE_H

#include "probe/feature.h"

extern const struct feature features[];

#endif
