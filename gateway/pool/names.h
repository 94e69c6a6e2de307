/*
 * Names of models: those of clients, of the configuration, and of providers.
 * Pure functions of names.
 */
#ifndef GATEWAY_POOL_NAMES_H
#define GATEWAY_POOL_NAMES_H

#include "gateway/bridge/bridge.h"
#include "gateway/pool/wish.h"

/*
 * Does a provider with this list of models serve `model`? Without a list it
 * serves every model. A row whose client's name ends in '*' fits all names that
 * begin so; if the provider's name ends in '*', too, the rest of the client's
 * name takes its place. An empty provider's name is the same as the client's.
 * Appends the provider's name, if the list has one.
 */
bool names_serves(const struct bridge_models *m, struct span model,
		  struct buf *listed);

/* An alias: a name of the gateway's own for a model. */
struct names_alias {
	char *name, *model;
	char *display; /* NULL: none */
	struct wish wish;
};

/* Zero-initialised is empty. */
struct names_table {
	struct names_alias *aliases;
	size_t aliases_count;
	char **known; /* ids of the providers' lists, each once */
	size_t known_count;
};

void names_clear(struct names_table *n);

/* Adds a copy. -1: the name exists already. */
int names_add(struct names_table *n, const struct names_alias *alias);
/* Adds the ids of a provider's list. */
void names_know(struct names_table *n, const struct bridge_models *m);

/* A cloud's name may have a date that the lists leave out: gives the name
 * without it if only that one is known. */
struct span names_undated(const struct names_table *n, struct span name);

/*
 * Reads a client's name: appends the plain name, and adds to the wish. An alias
 * gives its model and its wish. The suffix "[1m]" is the client's own mark and
 * is dropped; ":nitro" asks for the fastest provider, ":floor" for the
 * cheapest, ":free" for a free one. "anthropic/" at the front is dropped;
 * "~claude-sonnet-latest" is the newest known model of that family. A known id
 * is never changed. -1: no model of the family is known.
 */
int names_read(const struct names_table *n, struct span asked,
	       struct buf *plain, struct wish *wish);

#endif
