/* The steps that show what long sessions meet, in their order. */
#include "probe/doctor/steps/step_private.h"

const struct doctor_step doctor_steps_more[] = {
	{ "tools", "Tool round trip", "stream", 3, 900, NULL, step_tools },
	{ "pairs", "Fields and betas", "message", 12, 600, NULL, step_pairs },
	{ "thinking", "Thinking", "stream", 2, 2600, NULL, step_thinking },
	{ "cache", "Prompt cache", "realistic", 1, 13000, NULL, step_cache },
	{ "long", "Long bodies", "message", 3, 60, NULL, step_long },
	{ "content", "Suspicious text", "message", 6, 600, NULL, step_content },
	{ "count", "Token count", "message", 1, 10, NULL, step_count },
	{ "models", "List of models", "route", 1, 0, NULL, step_models },
	{ "headers", "Answer headers", "message", 0, 0, NULL, step_headers },
	{ "repeat", "The same again", "message", 0, 0, step_repeat_applies,
	  step_repeat },
	{ .id = NULL },
};
