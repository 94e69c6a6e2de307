/*
 * Which header fields go on. Both sets are open: what is not named here passes
 * unchanged, in its order and spelling, whatever a later client or provider
 * may send.
 */
#ifndef GATEWAY_POLICY_H
#define GATEWAY_POLICY_H

#include "gateway/config.h"
#include "wire/http/http.h"

/*
 * A client's request to the upstream. The gateway's own key stands where the
 * client's first credential stood, unless clients bring their own (what they
 * have signed is then as it came, with the Host that is part of it), or the
 * request is going to be signed. Left out: what belongs to the connection,
 * cookies, and what the proxies on the way here have added. -1: too many
 * fields.
 */
int policy_request(const struct headers *from, const struct provider *p,
		   struct headers *to);

/*
 * The upstream's answer to the client. Left out: what belongs to the
 * connection, and what speaks for the upstream's origin and not for ours
 * (cookies, CORS, HSTS, alternative services).
 */
int policy_response(const struct headers *from, struct headers *to);

#endif
