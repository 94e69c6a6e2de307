/*
 * The configuration of the gateway: a JSON file, and options that go before it.
 * Once read it never changes. All workers share it, and every request keeps the
 * configuration that it began with.
 */
#ifndef GATEWAY_CONFIG_H
#define GATEWAY_CONFIG_H

#include <stdatomic.h>

#include "gateway/keys/client_key.h"
#include "gateway/ledger/ledger_config.h"
#include "gateway/mistakes.h"
#include "gateway/pool/pool.h"
#include "wire/bytes/address.h"
#include "wire/bytes/buf.h"
#include "wire/log/access.h"

struct config {
	struct address listen;
	struct provider upstream; /* if it has no pool */
	struct pool *pool; /* NULL: one provider, and nothing to choose */
	unsigned fronts; /* the formats that clients may use: 1 << vendor */
	struct client_key *keys;
	size_t keys_count;
	bool limited; /* one of the keys has a limit */
	uint32_t over_budget; /* status for a key whose budget is spent */
	struct ledger_config ledger;
	uint32_t workers;
	uint64_t body_limit; /* bytes of a request body */
	uint32_t client_head_ms; /* a client's time for a head; 0: no limit */
	uint32_t drain_ms; /* time that requests under way get at the end */
	char *health; /* a path that we answer ourselves; NULL: none */
	char *tls_cert, *tls_key; /* PEM text, both or neither */
	enum access_format log; /* one line on stderr for each request */
	struct secrets secrets; /* every key, for the log */
	atomic_uint holders;
};

#define CONFIG_WORKERS_LIMIT 256
#define CONFIG_BODY_LIMIT (UINT64_C(1) << 30)

void config_init(struct config *c); /* for tests */
void config_clear(struct config *c); /* for tests */

/* A configuration of defaults, held once by the caller. It is freed when nobody
 * holds it any more. */
struct config *config_new(void);
struct config *config_hold(struct config *c);
void config_drop(struct config *c); /* NULL-safe */

/* Each sets one value, as the command line does; after -1 the old value
 * stays. */
int config_add_key(struct config *c, const char *name, const char *value,
		   struct fail *f);
int config_add_hashed_key(struct config *c, const char *name,
			  const char *sha256, struct fail *f);
int config_set_certificate(struct config *c, const char *cert_path,
			   const char *key_path, struct fail *f);
int config_set_workers(struct config *c, uint32_t workers, struct fail *f);
int config_set_body_limit(struct config *c, uint64_t bytes, struct fail *f);
int config_set_health(struct config *c, const char *path, struct fail *f);
int config_set_log(struct config *c, const char *word, struct fail *f);
int config_set_over_budget(struct config *c, uint32_t status, struct fail *f);

/* ---- config_cloud.c: Bedrock and Vertex ---- */

int config_set_fronts(struct config *c, const char *words, struct fail *f);
/* Are requests of this vendor's format served? Those of the Messages API are
 * BRIDGE_NONE. */
bool config_serves(const struct config *c, enum bridge_vendor front);

/* Adds what is missing for these formats. */
void config_lacks_cloud(const struct config *c, struct mistakes *to);

/* ---- config_check.c ---- */

/* Adds a missing member as a mistake. */
void config_lack(struct mistakes *to, const char *what);

/* Fails unless the value is fit for a header field: not empty, without spaces
 * and control characters. */
int config_check_key(const char *value, struct fail *f);

/* Is anything counted: by a ledger, or for limits of keys? */
bool config_counts(const struct config *c);

void config_lacks_ledger(const struct config *c, struct mistakes *to);

/* Adds what is missing. */
void config_lacks(const struct config *c, struct mistakes *to);

#endif
