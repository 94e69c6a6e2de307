/*
 * What step_network.c (up to a connection) and step_route.c (from the first
 * request on) share.
 */
#ifndef PROBE_DOCTOR_NETWORK_PRIVATE_H
#define PROBE_DOCTOR_NETWORK_PRIVATE_H

#include "probe/doctor/doctor.h"
#include "probe/doctor/network.h"

enum { ROUTE_TOKENS = 30 };

/* ---- network_kit.c ---- */

/* Adds a finding with what a connection said as its evidence. */
void network_found(struct doctor *d, const char *code, const struct asked *x,
		   const char *w1, const char *w2, const char *w3);

/* The same of the proxy. */
void network_proxy_failed(struct doctor *d, const char *code,
			  const struct asked *x, int status);

/* Is it a proxy that should not be asked, for an address of this machine? */
bool network_is_astray(const struct doctor *d);

/* The parts of the base URL; without a host where it is none. */
void network_parts(const struct doctor *d, struct url_parts *u);

/* False: not asked, or interrupted meanwhile. */
bool network_ask(struct asker *a, struct doctor *d, const struct ask *q,
		 struct asked *out);

/* "GET /" (or only a connection) at another address, with no header of the
 * client in it, any certificate accepted. False: not done. `out` is to be
 * cleared in any case. */
bool network_ask_bare(struct doctor *d, const char *base, bool only_connect,
		      struct asked *out);

/* ---- step_route.c ---- */

void network_route(struct doctor *d, struct step_result *out);
bool network_path_applies(const struct doctor *d, struct buf *why);
void network_path(struct doctor *d, struct step_result *out);

bool network_slash_applies(const struct doctor *d, struct buf *why);
void network_slash(struct doctor *d, struct step_result *out);

#endif
