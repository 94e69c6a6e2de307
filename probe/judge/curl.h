/* A request as a curl command that a person can paste into a shell. */
#ifndef PROBE_JUDGE_CURL_H
#define PROBE_JUDGE_CURL_H

#include "wire/bytes/buf.h"
#include "wire/http/http.h"

struct curl_request {
	const char *method; /* NULL: "" */
	const char *target;
	const char *url; /* base URL; NULL: $ANTHROPIC_BASE_URL */
	/* Credentials are left out: variables of the shell stand for them. */
	const struct headers *headers;
	struct span body;
	const char *body_file; /* NULL: a short text is in the command */
	const char *options; /* more of curl's, in front; or NULL */
	bool exact; /* nothing but the fields given, as far as curl can */
};

void curl_command(const struct curl_request *r, struct buf *out);

/* Appends a text in single quotes, as a shell reads it. */
void curl_quote(struct span text, struct buf *out);

#endif
