/* Answers of the gateway's own, in the form that clients know. */
#ifndef GATEWAY_REPLY_H
#define GATEWAY_REPLY_H

#include "gateway/relay.h"

struct gate_reply {
	int status;
	struct headers headers;
	struct buf body;
};

/*
 * {"type":"error","error":{"type":..,"message":..},"request_id":..}, or the
 * error of the client's format; the type follows from the status. A message
 * never holds a credential.
 */
void reply_error(struct relay *r, int status, const char *message);

/* The same, with "x-should-retry: false": asking again is of no use. */
void reply_final(struct relay *r, int status, const char *message);
/* A refusal with a type or fields of its own. */
struct reply_words {
	int status;
	const char *type; /* NULL: the status's */
	const char *message;
	struct headers headers; /* further fields; taken over */
};

void reply_refuse(struct relay *r, struct reply_words *words);

#define REPLY_ID_LEN sizeof("req_gw_0123456789abcdef")

/* An id for a request to which the provider gave none. */
void reply_id(char out[REPLY_ID_LEN]);

/* Sends the reply and clears it. */
void reply_send(struct relay *r, struct gate_reply *reply);

/* 502 for an answer that is larger than we keep; its provider was dropped. */
void reply_endless(struct relay *r);

/* 502 for an answer that is neither a success nor an error. */
void reply_neither(struct relay *r, int status);

/* 405 with the method that the path has. */
void reply_method(struct relay *r, const char *allow);

/* {"status":"ok"}, or 503 and "draining". */
void reply_health(struct relay *r, bool draining);

/* Fills in an error for a request that the server itself refuses, in the same
 * form. */
void reply_refusal(enum bridge_vendor front, const struct framing_refusal *why,
		   struct headers *headers, struct buf *body);

/* 200 without a body. */
void reply_hello(struct relay *r);

#endif
