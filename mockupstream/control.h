/*
 * The control port of a ccmock: arms rules for a run, releases holds, gives the
 * journal, resets everything. HTTP and JSON; the routes are in docs/ccmock.md.
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
	/* rules of run 0 at the start, or NULL; borrowed */
	struct rules *script;
	const char *root;
	const char *const *names; /* names of the port besides its address */
	size_t names_count;
};

/* Listens, and arms run 0 with the script. */
int control_new(struct control **out, struct loop *l,
		const struct control_config *config, struct fail *f);

/* Disarms the runs that it armed. The mock and the journal must still exist. */
void control_free(struct control *c);
uint16_t control_port(const struct control *c);

#endif
