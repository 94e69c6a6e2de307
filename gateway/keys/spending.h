/*
 * What a client is told of its key's budget: fields of answers, the refusal of
 * one that is spent, and the answers of /api/v1/auth/key, /api/v1/credits and
 * /api/oauth/usage. The fields are those by which Claude Code shows a warning.
 */
#ifndef GATEWAY_KEYS_SPENDING_H
#define GATEWAY_KEYS_SPENDING_H

#include "gateway/keys/client_key.h"
#include "wire/http/http.h"

/* Takes away what the provider says of its own limits, which are not the
 * client's. */
void spending_strip(struct headers *h);

/* Adds how a key stands that may go on. */
void spending_fields(const struct budget_standing *at, struct headers *h);

/* Adds the fields of a refusal, and its message. */
void spending_refusal(const struct budget_standing *at, int64_t now,
		      struct headers *h, struct buf *message);

/* ---- bodies ---- */

struct spending {
	const char *label; /* of the key */
	const struct budget *budget;
	struct budget_spent spent; /* turned to now */
	uint32_t a_minute; /* 0: any number */
	int64_t now;
};

void spending_key(const struct spending *s, struct buf *out);
void spending_credits(const struct spending *s, struct buf *out);
void spending_usage(const struct spending *s, struct buf *out);

#endif
