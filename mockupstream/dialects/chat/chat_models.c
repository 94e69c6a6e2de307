/* What some models accept and others do not: limits and members. */
#include <string.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum { MOST_COMPLETION = 128000 };

enum {
	THINKS = 1 << 0, /* max_completion_tokens is the limit's name */
	NO_TEMPERATURE = 1 << 1, /* only 1 is allowed */
	NO_STOP = 1 << 2,
	NO_PARALLEL = 1 << 3,
	NO_EFFORT = 1 << 4,
};

/* By how the name begins; the first row that fits counts. Nothing is known of
 * other models. */
static const struct model_row {
	const char *front;
	unsigned flags;
	int completion; /* the most tokens it writes */
	int window; /* the most tokens of a request; 0: not checked */
} rows[] = {
	{ "o1", THINKS | NO_TEMPERATURE | NO_PARALLEL, 100000, 200000 },
	{ "o3", THINKS | NO_TEMPERATURE | NO_PARALLEL | NO_STOP, 100000,
	  200000 },
	{ "o4", THINKS | NO_TEMPERATURE | NO_PARALLEL | NO_STOP, 100000,
	  200000 },
	{ "gpt-5.1", THINKS, MOST_COMPLETION, 400000 },
	{ "gpt-5.2", THINKS, MOST_COMPLETION, 400000 },
	{ "gpt-5.3", THINKS, MOST_COMPLETION, 400000 },
	{ "gpt-5.4", THINKS, MOST_COMPLETION, 400000 },
	{ "gpt-5", THINKS | NO_TEMPERATURE, MOST_COMPLETION, 400000 },
	{ "gpt-4.1", NO_EFFORT, 32768, 1047576 },
	{ "gpt-4o", NO_EFFORT, 16384, 128000 },
	{ "gpt-4-turbo", NO_EFFORT, 4096, 128000 },
	{ "gpt-4", NO_EFFORT, 8192, 8192 },
	{ "gpt-3.5", NO_EFFORT, 4096, 16385 },
	{ "", 0, MOST_COMPLETION, 0 },
};

static const struct model_row *row_of(struct jval root)
{
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	size_t i = 0;

	(void)jscan_string(jscan_get(root, "model"), &name);
	while (!span_starts(buf_span(&name), rows[i].front))
		i++;
	buf_clear(&name);
	return &rows[i];
}

static int check_limit(const struct model_row *m, struct jval root,
		       const char *field, struct chat_refusal *why)
{
	struct jval v = jscan_get(root, field);
	int64_t number = 0;

	if (v.type != J_NUMBER || !jscan_i64(v, &number) ||
	    number <= m->completion)
		return 0;
	return chat_refuse(why, "invalid_value", field,
			   "%s is too large: %lld. This model supports at most "
			   "%d completion tokens, whereas you provided %lld.",
			   field, (long long)number, m->completion,
			   (long long)number);
}

static int refuse_member(struct chat_refusal *why, const char *name,
			 const char *more)
{
	return chat_refuse(why, "unsupported_parameter", name,
			   "Unsupported parameter: '%s' is not supported with "
			   "this model.%s",
			   name, more);
}

static int check_temperature(struct jval root, struct chat_refusal *why)
{
	struct jval v = jscan_get(root, "temperature");
	double number = 1;

	if (v.type != J_NUMBER || !jscan_double(v, &number) || number == 1)
		return 0;
	return chat_refuse(why, "unsupported_value", "temperature",
			   "Unsupported value: 'temperature' does not support "
			   "%.*s with this model. Only the default (1) value "
			   "is supported.",
			   SPAN_ARG(span_first(v.text, 40)));
}

static bool has(struct jval root, const char *name)
{
	return jscan_get(root, name).text.at != NULL;
}

static int check_members(const struct model_row *m, struct jval root,
			 struct chat_refusal *why)
{
	if ((m->flags & THINKS) && has(root, "max_tokens"))
		return refuse_member(why, "max_tokens",
				     " Use 'max_completion_tokens' instead.");
	if ((m->flags & NO_TEMPERATURE) && check_temperature(root, why) < 0)
		return -1;
	if ((m->flags & NO_STOP) && has(root, "stop"))
		return refuse_member(why, "stop", "");
	if ((m->flags & NO_PARALLEL) && has(root, "parallel_tool_calls"))
		return refuse_member(why, "parallel_tool_calls", "");
	if ((m->flags & NO_EFFORT) && has(root, "reasoning_effort"))
		return chat_refuse(why, NULL, "",
				   "Unrecognized request argument supplied: "
				   "reasoning_effort");
	return 0;
}

int chat_models_check(struct jval root, uint64_t prompt,
		      struct chat_refusal *why)
{
	const struct model_row *m = row_of(root);

	if (check_members(m, root, why) < 0 ||
	    check_limit(m, root, "max_tokens", why) < 0 ||
	    check_limit(m, root, "max_completion_tokens", why) < 0)
		return -1;
	if (m->window == 0 || prompt <= (uint64_t)m->window)
		return 0;
	return chat_refuse(why, "context_length_exceeded", "messages",
			   "This model's maximum context length is %d tokens. "
			   "However, your messages resulted in %llu tokens. "
			   "Please reduce the length of the messages.",
			   m->window, (unsigned long long)prompt);
}
