/* A key that clients may show, and what it is good for. */
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
	char **models; /* that it may ask for; "claude-haiku-*" is all that
			  begin like this */
	size_t models_count; /* 0: any */
	struct budget budget;
	uint32_t a_minute; /* requests; 0: any number */
	uint32_t streams; /* requests under way at once; 0: any number */
	int64_t expires; /* Unix seconds; 0: never */
	struct wish wish; /* which of several providers it is for */
	struct purse *purse; /* NULL: nothing is counted; borrowed */
};

#define CLIENT_KEY_NAME_LIMIT 100 /* bytes, of a key that is counted */

/* Without limits; copies. Value or hash is given, not both. */
void client_key_init(struct client_key *k, const char *name, const char *value);
void client_key_init_hash(struct client_key *k, const char *name,
			  const unsigned char hash[SHA256_BYTES]);
void client_key_clear(struct client_key *k);

void client_key_add_model(struct client_key *k, const char *pattern);

/* Has it any limit? Those of a key without need not be looked at. */
bool client_key_is_limited(const struct client_key *k);

/* The name under which it is counted: its own, or one made of its hash. */
#define CLIENT_KEY_LABEL_LEN (CLIENT_KEY_NAME_LIMIT + 1)
void client_key_label(const struct client_key *k,
		      char out[CLIENT_KEY_LABEL_LEN]);

/* The key that was offered; NULL: none of these. The time it takes does not
 * tell how much of a key was right. */
const struct client_key *client_key_find(const struct client_key *list,
					 size_t count, struct span offered);

bool client_key_may_ask(const struct client_key *k, struct span model);

/* "2026-12-31T18:00:00Z", or a day, which is its first second. */
int client_key_read_time(const char *text, int64_t *out, struct fail *f);

#endif
