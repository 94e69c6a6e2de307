/* Findings in answers that are none the less answers. */
#include "probe/finding_private.h"

const struct finding_kind finding_service[] = {
	{ "DR-NOT-STREAMED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the answer to a streaming request came in one piece",
	  "The gateway, or a proxy in front of it, collects the whole stream "
	  "before it passes it on. Nothing is shown while the model works, "
	  "and long answers run into time limits.",
	  "switch off response buffering at the gateway and at every proxy in "
	  "front of it (nginx: proxy_buffering off)" },
	{ .code = NULL },
};
