/* Faults of safeguards: the member or its beta alone is passed on, or verdicts
 * get lost. */
#include "gateway/faults/faults.h"

#define BETA "dangerous-tool-use-2026-09-03"
#define RESULTS "safeguard_results"

/* ---- the request ---- */

static void drops_the_beta(struct relay *r, struct headers *h)
{
	(void)r;
	fault_drop_beta(h, BETA);
}

static bool refuses(struct relay *r, struct slot *s)
{
	(void)s;
	return fault_refuse(r, "/safeguards");
}

/* ---- the answer ---- */

static void moves(struct slot *s, struct span frame, struct buf *out)
{
	static const struct fault_edit drop = { .path = "/delta/" RESULTS };
	struct buf data = BUF_INIT(BUF_NO_LIMIT);
	struct jval results;

	(void)s;
	if (!frame_find(frame, "/delta/" RESULTS, &results) ||
	    !edit_apply(&drop, frame_read(frame).data, &data)) {
		buf_add_span(out, frame);
	} else {
		buf_cut(&data, data.len - 1);
		buf_addf(&data, ",\"" RESULTS "\":%.*s}",
			 SPAN_ARG(results.text));
		frame_write_data(out, frame, buf_span(&data));
	}
	buf_clear(&data);
}

const struct fault faults_of_safeguards[] = {
	{ .name = "drops-safeguards",
	  .about = "leaves safeguards out of requests, and their beta in",
	  .body_edit = { .path = "/safeguards" } },
	{ .name = "drops-safeguards-beta",
	  .about = "does not pass the beta of safeguards on",
	  .fields = drops_the_beta },
	{ .name = "refuses-safeguards",
	  .about = "refuses safeguards without naming the field",
	  .ready = refuses },
	{ .name = "drops-safeguard-results",
	  .about = "leaves safeguard_results out of answers",
	  .reply_edit = { .path = "/" RESULTS },
	  .frame_edit = { .path = "/delta/" RESULTS } },
	{ .name = "moves-safeguard-results",
	  .about = "puts safeguard_results beside the delta, not into it",
	  .frame = moves },
	{ .name = "empties-safeguard-results",
	  .about = "gives an empty list of safeguard_results",
	  .reply_edit = { .path = "/" RESULTS, .with = "[]" },
	  .frame_edit = { .path = "/delta/" RESULTS, .with = "[]" } },
	{ .name = "rekeys-safeguard-results",
	  .about = "gives verdicts ids that no call has",
	  .reply_edit = { .path = "/" RESULTS "/0/status/tool_uses/toolu_*",
			  .type = "evaluated",
			  .key = "\"call_1\"" },
	  .frame_edit = { .path = "/delta/" RESULTS
				  "/0/status/tool_uses/toolu_*",
			  .type = "evaluated",
			  .key = "\"call_1\"" } },
	{ .name = NULL },
};
