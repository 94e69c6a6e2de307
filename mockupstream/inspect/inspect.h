/*
 * A live page of exchanges: what both sides of a gateway sent, as it happens.
 * It is fed with entries of wire logs, keeps the newest up to a limit, and
 * serves them only to browsers on this machine: it listens on loopback, and
 * refuses requests that use any other host name. Routes:
 *
 *	GET /              the page, which loads nothing else
 *	GET /events        server-sent events: what there is, then what comes
 *	GET /exchange/N    the entries of an exchange, JSON lines as in a journal
 *	GET /case/N        what is known of a case
 *	GET /search?q=TEXT numbers of the exchanges and cases that have the text
 *
 * Credentials are masked: known ones, values of fields whose names say that
 * they hold one, and text that looks like one.
 */
#ifndef MOCK_INSPECT_INSPECT_H
#define MOCK_INSPECT_INSPECT_H

#include "net/loop.h"
#include "wire/bytes/address.h"
#include "wire/bytes/secrets.h"
#include "wire/log/wlog.h"

struct inspect;

/* title: what the page shows ("ccmock", "ccprobe run"). masked: the heads in
 * the entries have their credentials masked already. */
struct inspect *inspect_new(const char *title, bool masked);
void inspect_free(struct inspect *i);

/* FAIL_USAGE: the address is not a loopback address. */
int inspect_check(const struct address *at, struct fail *f);

/* Listens at the address, and sets its port to the one in use. May be called
 * again after inspect_leave(), on another loop; browsers reconnect by
 * themselves. */
int inspect_serve(struct inspect *i, struct loop *l, struct address *at,
		  struct fail *f);
void inspect_leave(struct inspect *i);

/* Adds an entry. known: credentials to mask, or NULL. */
void inspect_entry(struct inspect *i, const struct wlog_entry *e,
		   const struct secrets *known);

/* Adds a case of the run that is over. line: a JSON object for its line in the
 * list; whole: all that is known of it. */
void inspect_case(struct inspect *i, uint64_t run, struct span line,
		  struct span whole);

#endif
