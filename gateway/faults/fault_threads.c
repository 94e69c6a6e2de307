/* Faults of threads: the field, its beta or both are dropped; a later turn is
 * sent with the key of another account; threads are refused. */
#include "gateway/faults/faults.h"

#define BETA "message-threads-2026-08-12"

static void drops_the_beta(struct relay *r, struct headers *h)
{
	(void)r;
	fault_drop_beta(h, BETA);
}

static void uses_another_key(struct relay *r, struct headers *h)
{
	if (fault_asks_for(r, "/thread/previous_message_id"))
		headers_set(h, "x-api-key", "a-key-of-another-account");
}

static bool refuses(struct relay *r, struct slot *s)
{
	(void)s;
	return fault_refuse(r, "/thread");
}

const struct fault faults_of_threads[] = {
	{ .name = "drops-thread",
	  .about = "leaves thread out and its beta in",
	  .body_edit = { .path = "/thread" } },
	{ .name = "drops-thread-beta",
	  .about = "leaves the beta of threads out, and thread in",
	  .fields = drops_the_beta },
	{ .name = "drops-thread-pair",
	  .about = "leaves thread out, and its beta",
	  .fields = drops_the_beta,
	  .body_edit = { .path = "/thread" } },
	{ .name = "splits-threads",
	  .about = "continues a thread with the key of another account",
	  .fields = uses_another_key },
	{ .name = "refuses-threads",
	  .about = "refuses threads without saying that it is for the thread",
	  .ready = refuses },
	{ .name = NULL },
};
