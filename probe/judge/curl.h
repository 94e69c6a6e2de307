/* A request as a curl command that a person can paste into a shell. */
#ifndef PROBE_JUDGE_CURL_H
#define PROBE_JUDGE_CURL_H

#include "wire/bytes/buf.h"
#include "wire/http/http.h"

struct curl_request {
	const char *method; /* NULL: "" */
	const char *target;
	const char *url; /* base URL; NULL: $ANTHROPIC_BASE_URL */
	/* Credentials are replaced by variables of the shell. */
	const struct headers *headers;
	struct span body;
	const char *body_file; /* NULL: a short text is part of the command */
	const char *options; /* more options for curl, or NULL */
	bool exact; /* send only the given fields, as far as curl can */
};

void curl_command(const struct curl_request *r, struct buf *out);

/* Appends a text in single quotes, for a shell. */
void curl_quote(struct span text, struct buf *out);

#endif
