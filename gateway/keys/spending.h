/*
 * What a client is told of its key's budget: fields of answers, the refusal
 * when it is spent, and the answers of /api/v1/auth/key, /api/v1/credits and
 * /api/oauth/usage. Claude Code shows warnings by these fields.
 */
#ifndef GATEWAY_KEYS_SPENDING_H
#define GATEWAY_KEYS_SPENDING_H

#include "gateway/keys/client_key.h"
#include "wire/http/http.h"

/* Removes the fields about the provider's own limits, which do not concern the
 * client. */
void spending_strip(struct headers *h);

/* Adds the state of the budget of a key that may go on. */
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
