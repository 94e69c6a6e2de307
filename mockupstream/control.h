/*
 * The control port of a ccmock: arm rules for a run, release holds, read the
 * journal, start afresh. HTTP and JSON; the routes are in docs/ccmock.md.
 */
#ifndef MOCK_CONTROL_H
#define MOCK_CONTROL_H

#include "mockupstream/journal.h"
#include "mockupstream/mock.h"

struct control;

struct control_config {
	const char *host;
	uint16_t port;
	struct mock *mock;
	struct journal *journal;
	struct rules *script; /* of run 0 to begin with, or NULL; borrowed */
	const char *root;
	const char *const *names; /* it may be called by, beside its address */
	size_t names_count;
};

/* Arms run 0 with the script. */
int control_new(struct control **out, struct loop *l,
		const struct control_config *config, struct fail *f);

/* Disarms what it armed. The mock and the journal must still be there. */
void control_free(struct control *c);
uint16_t control_port(const struct control *c);

#endif
