/* Answers of the gateway's own, in the shape that clients know. */
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
 * shape of the front that the request came to; the type follows from the
 * status. A message never holds a credential.
 */
void reply_error(struct relay *r, int status, const char *message);

/* The same, and nobody need ask again: "x-should-retry: false". */
void reply_final(struct relay *r, int status, const char *message);
/* A refusal with more to it than its status and its message. */
struct reply_words {
	int status;
	const char *type; /* NULL: as the status has it */
	const char *message;
	struct headers headers; /* that go out with it; taken over */
};

void reply_refuse(struct relay *r, struct reply_words *words);

#define REPLY_ID_LEN sizeof("req_gw_0123456789abcdef")

/* An id for a request that has none of its provider's. */
void reply_id(char out[REPLY_ID_LEN]);

/* Sends it and clears it. */
void reply_send(struct relay *r, struct gate_reply *reply);

/* 502 for an answer that might go on for ever; its provider was dropped. */
void reply_endless(struct relay *r);

/* 502 for an answer that is neither a success nor an error. */
void reply_neither(struct relay *r, int status);

/* 405 that names the method there is. */
void reply_method(struct relay *r, const char *allow);

/* {"status":"ok"}, or 503 and "draining". */
void reply_health(struct relay *r, bool draining);

/* What the server refuses by itself, in the same shape. */
void reply_refusal(enum bridge_vendor front, const struct framing_refusal *why,
		   struct headers *headers, struct buf *body);

/* 200 without a body. */
void reply_hello(struct relay *r);

#endif
