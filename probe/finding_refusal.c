/* Findings in refusals: rows for probe/refusal.h. */
#include "probe/finding_private.h"

const struct finding_kind finding_refusal[] = {
	{ "DR-STATUS", SEVERITY_ERROR, BLAME_GATEWAY,
	  "an ordinary request is answered with status {1}: {2}",
	  "The answer is an error that none of the other findings describes.",
	  "look into the gateway's log for the request id that stands in the "
	  "evidence" },
	{ .code = NULL },
};
