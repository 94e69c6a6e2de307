/*
 * What models are called: by clients, in the configuration, and by providers.
 * Pure functions of names.
 */
#ifndef GATEWAY_POOL_NAMES_H
#define GATEWAY_POOL_NAMES_H

#include "gateway/bridge/bridge.h"
#include "gateway/pool/wish.h"

/*
 * A provider's models. Without any it takes every name. A client's name that
 * ends in '*' stands for all that begin so, and so does the rest of it where
 * the provider's ends in '*'; a provider's name that is empty is the client's.
 * false: it does not serve this one; else its name is appended, if one is
 * listed.
 */
bool names_serves(const struct bridge_models *m, struct span model,
		  struct buf *listed);

/* A name of the gateway's own. */
struct names_alias {
	char *name, *model;
	char *display; /* NULL: none */
	struct wish wish;
};

/* Zero-initialised is empty. */
struct names_table {
	struct names_alias *aliases;
	size_t aliases_count;
	char **known; /* ids that the providers' lists name, without doubles */
	size_t known_count;
};

void names_clear(struct names_table *n);

/* Copies. -1: there is one of this name. */
int names_add(struct names_table *n, const struct names_alias *alias);
/* Takes over what a provider's list names. */
void names_know(struct names_table *n, const struct bridge_models *m);

/* A cloud's names have a date where the lists may have none: the name without
 * it, if that one is known and the whole is not. */
struct span names_undated(const struct names_table *n, struct span name);

/*
 * What a client's name means: appends the plain name, and adds to the wish. An
 * alias is its model, with its wish; "[1m]" at the end is the client's own
 * mark; ":nitro" is the fastest, ":floor" the cheapest, ":free" what is free;
 * "anthropic/" in front is left out; "~claude-sonnet-latest" is the newest
 * model of that family. Whatever is an id as it stands is taken so. -1: no
 * model of the family is known.
 */
int names_read(const struct names_table *n, struct span asked,
	       struct buf *plain, struct wish *wish);

#endif
