/*
 * A live page of exchanges: what both sides of a gateway sent, as it happens. It
 * is fed with entries of wire logs, keeps the newest up to a limit, and serves
 * them to browsers of this machine alone: it listens on loopback, and answers
 * nobody who calls it by another name. Routes:
 *
 *	GET /              the page, which loads nothing else
 *	GET /events        server-sent events: what there is, then what comes
 *	GET /exchange/N    the entries of an exchange, JSON lines as in a journal
 *	GET /case/N        what is known of a case
 *	GET /search?q=TEXT numbers of the exchanges and cases that have the text
 *
 * Credentials are digits: those that are known, those that fields hold by their
 * names, and what looks like one.
 */
#ifndef MOCK_INSPECT_INSPECT_H
#define MOCK_INSPECT_INSPECT_H

#include "net/loop.h"
#include "wire/bytes/address.h"
#include "wire/bytes/secrets.h"
#include "wire/log/wlog.h"

struct inspect;

/* What it is, for the page: "ccmock", "ccprobe run". masked: the entries have no
 * credentials in their heads any more. */
struct inspect *inspect_new(const char *title, bool masked);
void inspect_free(struct inspect *i);

/* FAIL_USAGE where the address is not loopback. */
int inspect_check(const struct address *at, struct fail *f);

/* Listens at the address, whose port becomes the one it has. Again after
 * inspect_leave, on another loop: whoever looks on comes back by itself. */
int inspect_serve(struct inspect *i, struct loop *l, struct address *at,
		  struct fail *f);
void inspect_leave(struct inspect *i);

/* An entry that is filled in; known: credentials, or NULL. */
void inspect_entry(struct inspect *i, const struct wlog_entry *e,
		   const struct secrets *known);

/* A case of the run is over: a JSON object for its line, and all of it. */
void inspect_case(struct inspect *i, uint64_t run, struct span line,
		  struct span whole);

#endif
