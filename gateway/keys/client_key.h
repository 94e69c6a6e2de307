/* A key of a client, and its limits. */
#ifndef GATEWAY_KEYS_CLIENT_KEY_H
#define GATEWAY_KEYS_CLIENT_KEY_H

#include "gateway/keys/purse.h"
#include "gateway/pool/wish.h"
#include "net/sha256.h"
#include "wire/bytes/fail.h"

struct client_key {
	char *name; /* for a person; may be NULL */
	char *value; /* NULL: only its hash is known */
	unsigned char hash[SHA256_BYTES];
	/* that it may ask for; "claude-haiku-*": all names that begin so */
	char **models;
	size_t models_count; /* 0: any */
	struct budget budget;
	uint32_t a_minute; /* requests; 0: any number */
	uint32_t streams; /* requests under way at once; 0: any number */
	int64_t expires; /* Unix seconds; 0: never */
	struct wish wish; /* which of several providers it prefers */
	struct purse *purse; /* NULL: nothing is counted; borrowed */
};

#define CLIENT_KEY_NAME_LIMIT 100 /* bytes of the name of a counted key */

/* Makes a key without limits; copies. A key has a value or a hash, not both. */
void client_key_init(struct client_key *k, const char *name, const char *value);
void client_key_init_hash(struct client_key *k, const char *name,
			  const unsigned char hash[SHA256_BYTES]);
void client_key_clear(struct client_key *k);

void client_key_add_model(struct client_key *k, const char *pattern);

/* Has the key any limit? If not, its limits need not be checked. */
bool client_key_is_limited(const struct client_key *k);

/* The name under which the key is counted: its own, or one made from its
 * hash. */
#define CLIENT_KEY_LABEL_LEN (CLIENT_KEY_NAME_LIMIT + 1)
void client_key_label(const struct client_key *k,
		      char out[CLIENT_KEY_LABEL_LEN]);

/* The key with this value; NULL: none of the list. The time that this takes
 * does not show how much of a key was right. */
const struct client_key *client_key_find(const struct client_key *list,
					 size_t count, struct span offered);

bool client_key_may_ask(const struct client_key *k, struct span model);

/* Reads "2026-12-31T18:00:00Z", or a day, which means its first second. */
int client_key_read_time(const char *text, int64_t *out, struct fail *f);

#endif
