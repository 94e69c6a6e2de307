/* What tokens of each model cost. */
#ifndef GATEWAY_LEDGER_PRICE_LIST_H
#define GATEWAY_LEDGER_PRICE_LIST_H

#include "gateway/keys/money.h"
#include "gateway/ledger/usage.h"
#include "wire/json/json.h"

struct price { /* of one token */
	money_t input, output, cache_read, cache_5m, cache_1h;
};

struct price_row {
	char *model;
	struct price price;
	int64_t above; /* prompts of more tokens cost `high`; 0: none do */
	struct price high;
};

/* Zero-initialised is empty. */
struct price_list {
	struct price_row *list; /* in the order of the names */
	size_t count;
};

/* Adds what the file has; `fn` is called for each mistake in it. */
void price_list_load(struct price_list *l, const char *path,
		     json_mistake_fn *fn, void *arg);
void price_list_read(struct price_list *l, const struct json *j,
		     json_mistake_fn *fn, void *arg); /* for tests */
void price_list_clear(struct price_list *l);

/*
 * The row of a model: by its name, or by its name without a provider's prefix,
 * a date or a suffix ("us.anthropic.", "anthropic/", "-20250929", "[1m]",
 * ":nitro"). NULL: it has no price.
 */
const struct price_row *price_list_find(const struct price_list *l,
					struct span model);

money_t price_of(const struct price_row *row, const struct usage_tokens *u);

#endif
