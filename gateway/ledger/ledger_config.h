/* The part of the configuration for the ledger. */
#ifndef GATEWAY_LEDGER_LEDGER_CONFIG_H
#define GATEWAY_LEDGER_LEDGER_CONFIG_H

#include "gateway/ledger/price_list.h"
#include "net/sha256.h"
#include "wire/bytes/address.h"
#include "wire/bytes/secrets.h"
#include "wire/http/http.h"

struct ledger_config {
	char *path; /* NULL: there is no ledger */
	char *prices_path; /* NULL: nothing has a price */
	struct price_list prices;
	bool has_admin; /* the page is served */
	struct address admin; /* where */
	bool has_admin_key;
	unsigned char admin_key[SHA256_BYTES];
	char *otlp; /* the URL for metrics; NULL: none */
	struct headers otlp_headers;
	uint32_t otlp_ms; /* how often */
};

void ledger_config_init(struct ledger_config *c);
void ledger_config_clear(struct ledger_config *c);

/*
 * Reads the object; `fn` is called for each mistake. Credentials in it are
 * added to the secrets.
 */
void ledger_config_read(struct ledger_config *c, const struct json *j,
			const cJSON *object, struct secrets *secrets,
			json_mistake_fn *fn, void *arg);

/* Are the members the same that a running gateway cannot change: the files, the
 * page's address, the URL for metrics? */
bool ledger_config_is_same(const struct ledger_config *a,
			   const struct ledger_config *b);

/* Copies these members of `old`. */
void ledger_config_keep(struct ledger_config *c,
			const struct ledger_config *old);

#endif
