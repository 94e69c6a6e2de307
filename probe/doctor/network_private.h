/*
 * What step_network.c (until there is a connection) and step_route.c (from the
 * first request on) share.
 */
#ifndef PROBE_DOCTOR_NETWORK_PRIVATE_H
#define PROBE_DOCTOR_NETWORK_PRIVATE_H

#include "probe/doctor/doctor.h"
#include "probe/doctor/network.h"

enum { ROUTE_TOKENS = 30 };

/* ---- network_kit.c ---- */

/* Adds a finding with what the connection reported as its evidence. */
void network_found(struct doctor *d, const char *code, const struct asked *x,
		   const char *w1, const char *w2, const char *w3);

/* Adds a finding about the proxy. status 0: it did not answer. */
void network_proxy_failed(struct doctor *d, const char *code,
			  const struct asked *x, int status);

/* Whether a proxy is used for an address of this machine, which is wrong. */
bool network_is_astray(const struct doctor *d);

/* The parts of the base URL; no host if it is not a URL. */
void network_parts(const struct doctor *d, struct url_parts *u);

/* false: nothing was asked, or it was interrupted. */
bool network_ask(struct asker *a, struct doctor *d, const struct ask *q,
		 struct asked *out);

/* Sends "GET /", or only connects, to another address: without the client's
 * headers, and accepting any certificate. false: not done. Clear `out` in any
 * case. */
bool network_ask_bare(struct doctor *d, const char *base, bool only_connect,
		      struct asked *out);

/* ---- step_route.c ---- */

void network_route(struct doctor *d, struct step_result *out);
bool network_path_applies(const struct doctor *d, struct buf *why);
void network_path(struct doctor *d, struct step_result *out);

bool network_slash_applies(const struct doctor *d, struct buf *why);
void network_slash(struct doctor *d, struct step_result *out);

#endif
