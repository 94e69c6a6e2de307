/*
 * What the gateway is told: a JSON file, the command line over it. Read once,
 * then shared by all workers and never written again.
 */
#ifndef GATEWAY_CONFIG_H
#define GATEWAY_CONFIG_H

#include "wire/bytes/address.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

/* How the gateway shows its own key to the upstream. */
enum key_scheme { KEY_API_KEY, KEY_BEARER };

struct client_key {
	char *name; /* for a person; may be NULL */
	char *value;
};

struct config {
	struct address listen;
	char *upstream; /* "https://host[:port][/path]" without a last slash */
	char *upstream_key;
	enum key_scheme scheme;
	uint32_t connect_ms, head_ms, idle_ms;
	char *ca_file; /* NULL: the system's authorities only */
	struct client_key *keys;
	size_t keys_count;
	uint32_t workers;
	uint64_t body_limit; /* bytes of a request body */
	bool log; /* one line a request on stderr */
};

#define CONFIG_WORKERS_LIMIT 256
#define CONFIG_BODY_LIMIT (UINT64_C(1) << 30)

void config_init(struct config *c); /* the defaults */
void config_clear(struct config *c);

/* Reads a file over what is there. */
int config_load(struct config *c, const char *path, struct fail *f);

/* The same from text; `name` stands for the path in messages. */
int config_read(struct config *c, const char *name, struct span text,
		struct fail *f); /* for tests */

/* One value each, as on the command line. */
int config_set_upstream(struct config *c, const char *url, struct fail *f);
int config_set_scheme(struct config *c, const char *word, struct fail *f);
void config_set_upstream_key(struct config *c, const char *value);
void config_add_key(struct config *c, const char *name, const char *value);

/* Is everything there, and within its bounds? */
int config_check(const struct config *c, struct fail *f);

#endif
