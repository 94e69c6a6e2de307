/* What some models accept and others do not: members, efforts, lengths. */
#include <string.h>

#include "mockupstream/dialects/responses/responses_private.h"

enum { MOST_OUTPUT = 128000 };

/* By how the name begins; the first row that fits counts. Nothing is known of
 * other models. */
static const struct responses_model {
	const char *front;
	/* the efforts it accepts; NULL: it does not think */
	const char *efforts;
	bool sampled; /* it accepts temperature and top_p */
	int output; /* the most tokens it writes */
	int window; /* the most tokens of a request; 0: not checked */
} rows[] = {
	{ "o1", "low medium high", false, 100000, 200000 },
	{ "o3", "low medium high", false, 100000, 200000 },
	{ "o4", "low medium high", false, 100000, 200000 },
	{ "gpt-5.1", "none low medium high", true, MOST_OUTPUT, 400000 },
	{ "gpt-5.2", "none low medium high xhigh", true, MOST_OUTPUT, 400000 },
	{ "gpt-5.3", "none low medium high xhigh", true, MOST_OUTPUT, 400000 },
	{ "gpt-5.4", "none low medium high xhigh", true, MOST_OUTPUT, 400000 },
	{ "gpt-5.", RESPONSES_EFFORTS, true, MOST_OUTPUT, 0 },
	{ "gpt-5", "minimal low medium high", false, MOST_OUTPUT, 400000 },
	{ "gpt-4.1", NULL, true, 32768, 1047576 },
	{ "gpt-4o", NULL, true, 16384, 128000 },
	{ "gpt-4-turbo", NULL, true, 4096, 128000 },
	{ "gpt-4", NULL, true, 8192, 8192 },
	{ "gpt-3.5", NULL, true, 4096, 16385 },
	{ "", RESPONSES_EFFORTS, true, MOST_OUTPUT, 0 },
};

static const struct responses_model *row_of(const struct buf *name)
{
	size_t i = 0;

	while (!span_starts(buf_span(name), rows[i].front))
		i++;
	return &rows[i];
}

static int refuse_member(struct chat_refusal *why, const char *name)
{
	return chat_refuse(why, "unsupported_parameter", name,
			   "Unsupported parameter: '%s' is not supported with "
			   "this model.",
			   name);
}

/* All models accept the default. */
static int check_sampling(const struct responses_model *m, struct jval root,
			  struct chat_refusal *why)
{
	static const char *const names[] = { "temperature", "top_p" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct jval v = jscan_get(root, names[i]);
		double number = 1;

		if (!m->sampled && v.type == J_NUMBER &&
		    jscan_double(v, &number) && number != 1)
			return refuse_member(why, names[i]);
	}
	return 0;
}

static int check_effort(const struct responses_model *m, const struct buf *name,
			struct jval root, struct chat_refusal *why)
{
	struct jval effort = jscan_get(jscan_get(root, "reasoning"), "effort");
	struct buf word = BUF_INIT(BUF_NO_LIMIT), list = BUF_INIT(512);
	int rc = 0;

	if (effort.type != J_STRING)
		return 0;
	if (!m->efforts)
		return refuse_member(why, "reasoning.effort");
	(void)jscan_string(effort, &word);
	if (!span_has_word(span_of(m->efforts), ' ', buf_span(&word))) {
		chat_value_list(m->efforts, &list);
		rc = chat_refuse(why, "unsupported_value", "reasoning.effort",
				 "Unsupported value: '%.40s' is not supported "
				 "with the '%.80s' model. Supported values "
				 "are: %s.",
				 buf_str(&word), buf_str(name), buf_str(&list));
	}
	buf_clear(&word);
	buf_clear(&list);
	return rc;
}

static int check_output(const struct responses_model *m, struct jval root,
			struct chat_refusal *why)
{
	struct chat_member row = { "max_output_tokens", CHAT_INTEGER, 1,
				   m->output, NULL };

	return chat_value_member(&row, root, "", why);
}

int responses_models_check(struct jval root, uint64_t prompt,
			   struct chat_refusal *why)
{
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	const struct responses_model *m;
	int rc = -1;

	(void)jscan_string(jscan_get(root, "model"), &name);
	m = row_of(&name);
	if (check_sampling(m, root, why) < 0 ||
	    check_effort(m, &name, root, why) < 0 ||
	    check_output(m, root, why) < 0)
		goto out;
	rc = 0;
	if (m->window > 0 && prompt > (uint64_t)m->window)
		rc = chat_refuse(why, "context_length_exceeded", "input",
				 "Your input exceeds the context window of "
				 "this model. Please adjust your input and try "
				 "again.");
out:
	buf_clear(&name);
	return rc;
}
