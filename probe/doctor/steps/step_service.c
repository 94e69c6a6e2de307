/* The steps that show whether messages work at all, in order. */
#include "probe/doctor/steps/step_private.h"

const struct doctor_step doctor_steps_service[] = {
	{ "message", "Message", "route header wrong-key", 1, 20, NULL,
	  step_message },
	{ "unknown-model", "Unknown model", "message", 1, 20, NULL,
	  step_unknown_model },
	{ "stream", "Streaming", "message", 1, 200, NULL, step_stream },
	{ "realistic", "Recorded request", "message", 1, 13000, NULL,
	  step_realistic },
	{ "pairs", "Fields and betas", "message", 0, 0, NULL, step_pairs },
	{ "history", "Earlier turns", "message", 1, 550, NULL, step_history },
	{ .id = NULL },
};
