/* What the configuration says of the ledger. */
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
	bool has_admin; /* there is a page */
	struct address admin; /* where */
	bool has_admin_key;
	unsigned char admin_key[SHA256_BYTES];
	char *otlp; /* where metrics go; NULL: nowhere */
	struct headers otlp_headers;
	uint32_t otlp_ms; /* how often */
};

void ledger_config_init(struct ledger_config *c);
void ledger_config_clear(struct ledger_config *c);

/*
 * Reads the object; `fn` is called for each mistake. Credentials among it are
 * added to the secrets.
 */
void ledger_config_read(struct ledger_config *c, const struct json *j,
			const cJSON *object, struct secrets *secrets,
			json_mistake_fn *fn, void *arg);

/* What a running gateway cannot change: where the files are, the page's address,
 * where metrics go. */
bool ledger_config_is_same(const struct ledger_config *a,
			   const struct ledger_config *b);

/* Puts these of `old` in the place of those there are. */
void ledger_config_keep(struct ledger_config *c,
			const struct ledger_config *old);

#endif
