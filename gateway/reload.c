/* Reads the configuration again. */
#include "gateway/reload.h"

#include <string.h>

#include "gateway/log.h"

void reload_tell(const struct mistakes *m)
{
	size_t shown = m->count < MISTAKES_LIMIT ? m->count : MISTAKES_LIMIT;

	for (size_t i = 0; i < shown; i++)
		log_say("%s", m->list[i].text);
	if (m->count > shown)
		log_say("and %zu more mistakes", m->count - shown);
}

static bool is_same_address(const struct address *a, const struct address *b)
{
	return a->port == b->port && strcmp(a->host, b->host) == 0;
}

/* Keeps the old values of what is done once: sockets are bound, threads begun,
 * files opened. */
static void keep_fixed(struct config *next, const struct config *old)
{
	bool listen = !is_same_address(&next->listen, &old->listen);
	bool workers = next->workers != old->workers;
	bool ledger = !ledger_config_is_same(&next->ledger, &old->ledger);

	if (listen || workers)
		log_say("%s%s%s changed: that needs a restart",
			listen ? "listen" : "",
			listen && workers ? " and " : "",
			workers ? "workers" : "");
	if (ledger)
		log_say("ledger changed: all of it but its prices needs a "
			"restart");
	next->listen = old->listen;
	next->workers = old->workers;
	if (next->pool && old->pool)
		pool_inherit(next->pool, old->pool);
	ledger_config_keep(&next->ledger, &old->ledger);
}

struct config *reload_read(const struct options *o, const struct config *old)
{
	struct config *next = config_new();
	struct mistakes wrong = { .count = 0 };

	options_configure(o, next, &wrong);
	if (wrong.count > 0) {
		reload_tell(&wrong);
		log_say("the configuration stays as it was");
		config_drop(next);
		return NULL;
	}
	keep_fixed(next, old);
	log_say("the configuration was read again");
	return next;
}
