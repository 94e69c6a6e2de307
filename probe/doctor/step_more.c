/* The steps that show what long sessions meet, in their order. */
#include "probe/doctor/step_private.h"

const struct doctor_step doctor_steps_more[] = {
	{ "tools", "tool round trip", "message", 3, 900, NULL, step_tools },
	{ "pairs", "fields and betas", "message", 14, 600, NULL, step_pairs },
	{ "thinking", "thinking", "message", 2, 2600, NULL, step_thinking },
	{ "long", "long bodies", "message", 3, 60, NULL, step_long },
	{ "content", "suspicious text", "message", 6, 600, NULL, step_content },
	{ "count", "count_tokens", "message", 1, 10, NULL, step_count },
	{ "models", "list of models", "message", 1, 0, NULL, step_models },
	{ "headers", "headers of answers", "message", 0, 0, NULL,
	  step_headers },
	{ "repeat", "the same again", "message", 0, 0, step_repeat_applies,
	  step_repeat },
	{ .id = NULL },
};
