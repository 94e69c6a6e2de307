/*
 * The admin port: /usage is a page, /usage.json and /usage.csv are what it
 * shows, /metrics is for Prometheus. If the configuration has a key, requests
 * must show it, by Basic (any name) or Bearer. Without a key the port listens
 * on loopback only, and requests for other hosts' names are refused.
 */
#ifndef GATEWAY_LEDGER_ADMIN_H
#define GATEWAY_LEDGER_ADMIN_H

#include "gateway/ledger/ledger.h"
#include "net/loop.h"

struct admin;

/* Listens and serves. All arguments are borrowed. */
int admin_new(struct admin **out, struct loop *l, struct ledger_files *ledger,
	      const struct ledger_config *c, struct fail *f);
void admin_free(struct admin *a); /* NULL-safe */

uint16_t admin_port(const struct admin *a);

/* The page, made from gateway/ledger/page/usage.html. */
extern const char page_usage[];

#endif
