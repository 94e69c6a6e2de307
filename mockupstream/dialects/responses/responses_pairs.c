/* Checks that calls and their outputs belong together. */
#include <stdio.h>
#include <stdlib.h>

#include "mockupstream/dialects/responses/responses_private.h"
#include "wire/bytes/mem.h"

/* The two kinds of calls that a client answers. */
static const struct pair_row {
	const char *call, *output, *shown;
} rows[] = {
	{ "function_call", "function_call_output", "function call" },
	{ "custom_tool_call", "custom_tool_call_output", "custom tool call" },
};

/* Calls so far that have no output yet. */
struct responses_calls {
	struct jval *open; /* their ids */
	size_t count;
	const struct pair_row *row;
	struct chat_refusal *why;
};

/* Refuses a call without an output, or an output without a call. front: the
 * message, before the id. */
static int refuse_alone(const struct responses_calls *p, const char *front,
			struct jval id)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	(void)jscan_string(id, &text);
	chat_refuse(p->why, NULL, "input", "%s %.80s.", front, buf_str(&text));
	buf_clear(&text);
	return -1;
}

static int take_output(struct responses_calls *p, struct jval id)
{
	char front[96];

	for (size_t i = 0; i < p->count; i++) {
		if (jscan_string_order(p->open[i], id) != 0)
			continue;
		p->open[i] = p->open[--p->count];
		return 0;
	}
	snprintf(front, sizeof(front),
		 "No tool call found for %s output with call_id",
		 p->row->shown);
	return refuse_alone(p, front, id);
}

static int check_kind(struct responses_calls *p, struct jval input)
{
	struct jiter it = jscan_iter(input);
	struct jval item;
	char front[96];

	p->count = 0;
	while (jscan_next(&it, NULL, &item)) {
		struct jval id = jscan_get(item, "call_id");

		if (id.type != J_STRING)
			continue;
		if (jscan_member_is(item, "type", p->row->call))
			p->open[p->count++] = id;
		else if (jscan_member_is(item, "type", p->row->output) &&
			 take_output(p, id) < 0)
			return -1;
	}
	if (p->count == 0)
		return 0;
	snprintf(front, sizeof(front), "No tool output found for %s",
		 p->row->shown);
	return refuse_alone(p, front, p->open[0]);
}

int responses_pairs_check(struct jval input, struct chat_refusal *why)
{
	struct responses_calls p = { .why = why };
	int rc = 0;

	p.open = xcalloc(jscan_count(input) + 1, sizeof(*p.open));
	for (size_t i = 0; rc == 0 && i < sizeof(rows) / sizeof(rows[0]); i++) {
		p.row = &rows[i];
		rc = check_kind(&p, input);
	}
	free(p.open);
	return rc;
}
