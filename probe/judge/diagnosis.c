/* Finds in the log what a single check cannot see. */
#include "probe/judge/diagnosis.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What one side got of its answers, up to an entry of the log. */
struct diagnosis_side {
	bool has_head;
	size_t bytes;
};

static bool is_timeout(const struct wlog_entry *e, size_t step_index)
{
	return e->kind == WLOG_STEP && e->step.index == step_index &&
	       e->step.verb == VERB_UNTIL && e->step.outcome == OUTCOME_TIMEOUT;
}

static void count(struct diagnosis_side *side, const struct wlog_entry *e)
{
	if (e->kind == WLOG_RESPONSE)
		side->has_head = true;
	else if (e->kind == WLOG_DATA)
		side->bytes += e->len;
}

bool diagnosis_buffering(const struct wlog *log, uint64_t run,
			 size_t step_index, struct buf *out)
{
	struct diagnosis_side client = { false, 0 }, upstream = { false, 0 };
	bool holds = false;
	size_t i;

	for (i = 0; i < log->count; i++) {
		const struct wlog_entry *e = &log->list[i];

		if (e->run != run)
			continue;
		if (is_timeout(e, step_index))
			break;
		if (e->kind == WLOG_MARK)
			holds = true;
		count(e->actor[0] == 'u' ? &upstream : &client, e);
	}
	if (i == log->count || !holds)
		return false;
	if (upstream.bytes > client.bytes)
		buf_addf(out,
			 "the provider had sent %zu bytes and waited, but %zu "
			 "of them had reached the client",
			 upstream.bytes, client.bytes);
	else if (upstream.has_head && !client.has_head)
		buf_add_text(
			out,
			"the provider had sent the head of its answer "
			"and then waited, but nothing had reached the client");
	else
		return false;
	return true;
}
