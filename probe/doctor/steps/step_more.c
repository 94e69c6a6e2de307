/* The steps after those for messages: what long sessions need, in order. */
#include "probe/doctor/steps/step_private.h"

const struct doctor_step doctor_steps_more[] = {
	{ "tools", "Tool round trip", "stream", 2, 1200, NULL, step_tools },
	{ "media", "Images", "message", 1, 1000, NULL, step_media },
	{ "thinking", "Thinking", "stream", 2, 3000, NULL, step_thinking },
	{ "efforts", "Effort", "message", 5, 150, NULL, step_efforts },
	{ "format", "Structured output", "stream", 1, 150, step_format_applies,
	  step_format },
	{ "search", "Web search", "stream", 1, 400, NULL, step_search },
	{ "cache", "Prompt cache", "realistic", 1, 13000, NULL, step_cache },
	{ "long", "Long bodies", "message", 3, 60, NULL, step_long },
	{ "content", "Suspicious text", "message", 1, 200, NULL, step_content },
	{ "count", "Token count", "message", 1, 10, NULL, step_count },
	{ "models", "List of models", "route", 1, 0, NULL, step_models },
	{ "headers", "Answer headers", "message", 0, 0, NULL, step_headers },
	{ "relay", "Who answers", "message", 1, 1100, step_relay_applies,
	  step_relay },
	{ "window", "Context window", "history", 1, 180000, step_window_applies,
	  step_window },
	{ "pace", "First byte", "route", 0, 0, NULL, step_pace },
	{ "repeat", "The same again", "message", 0, 0, step_repeat_applies,
	  step_repeat },
	{ .id = NULL },
};
