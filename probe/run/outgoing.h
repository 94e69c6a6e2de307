/*
 * A request as it is sent in one run: edits applied, the run's mark and session
 * id in place of the recorded ones, credentials in the headers that are asked
 * for. All other bytes are as recorded.
 */
#ifndef PROBE_RUN_OUTGOING_H
#define PROBE_RUN_OUTGOING_H

#include "probe/suite/casefile.h"

struct outgoing_values {
	uint64_t run;
	const char *gateway; /* URL, for {{host}} */
	const char *client_key, *wrong_key;
	const struct keyring *ring; /* keys with names; NULL: none */
	struct wishes wishes; /* where the gateway reads them */
	enum auth_form auth; /* used if the case does not say it */
	const struct headers *extra; /* added to every request; may be NULL */
};

struct outgoing {
	struct http_head head; /* without Content-Length */
	struct buf body;
	bool has_body;
};

int outgoing_make(struct outgoing *out, const struct request *r,
		  const struct outgoing_values *v, struct fail *f);

/* Adds the header fields that carry a credential in this form. FAIL_LIMIT: they
 * do not fit. */
int outgoing_credential(struct headers *to, enum auth_form form,
			const char *good, const char *wrong, struct fail *f);

/*
 * Raw bytes with {{credential}}, {{host}}, {{base}} (the path prefix of the
 * gateway's URL) and {{auth}} (header lines of the credential, in the form the
 * target takes, and of --header; no CRLF after the last) filled in.
 */
int outgoing_raw(struct buf *out, const struct request *r,
		 const struct outgoing_values *v, struct fail *f);

void outgoing_clear(struct outgoing *o);

#endif
