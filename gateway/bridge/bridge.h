/*
 * Claude as Amazon Bedrock (InvokeModel) and Google Vertex AI (rawPredict) offer
 * it, beside the Messages API: where a request goes, what a model is called
 * there, and what bodies, errors and streams look like on the other side. Pure
 * functions of bytes; gateway/bridging.c drives them.
 */
#ifndef GATEWAY_BRIDGE_BRIDGE_H
#define GATEWAY_BRIDGE_BRIDGE_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/json/jscan.h"

enum bridge_vendor { BRIDGE_NONE, BRIDGE_BEDROCK, BRIDGE_VERTEX };

/* ---- paths ---- */

enum bridge_call {
	BRIDGE_MESSAGE,
	BRIDGE_STREAM,
	BRIDGE_COUNT, /* tokens */
	BRIDGE_PROFILES, /* Bedrock's inference profiles, or one of them */
};

struct bridge_path {
	enum bridge_vendor vendor; /* BRIDGE_NONE: it is no such path */
	enum bridge_call call;
	const char *method; /* that the path is for */
	struct span model; /* as it stands there, percent-encoded; empty where
			      the path names none */
};

/* path: without a query; the spans of *out point into it. */
struct bridge_path bridge_path_of(struct span path);

/*
 * A name in a path: letters, digits, ". _ : @ -" and, if `slash`, an encoded
 * slash between two of them; as they are or percent-encoded. Nothing else goes
 * up with our key, however it is spelt: no second path, no dots that lead
 * upwards, no control.
 */
bool bridge_name_is_sound(struct span name, bool slash);

void bridge_name_decode(struct span name, struct buf *out);

/* Appends a name as it stands in a path: ':' and '@' as they are. */
void bridge_name_encode(struct span name, struct buf *out);

/* ---- models ---- */

struct bridge_model {
	char *client, *provider; /* what each of them calls it */
};

/* Zero-initialised is empty. */
struct bridge_models {
	struct bridge_model *list;
	size_t count;
};

/* Copies; the first row of a name counts. */
void bridge_models_add(struct bridge_models *m, struct span client,
		       struct span provider);
void bridge_models_clear(struct bridge_models *m);

/* The provider's name for a client's, if the table has one; NULL: none. */
const char *bridge_models_find(const struct bridge_models *m,
			       struct span client);

/*
 * Appends the Messages API's name for a name of Bedrock's or Vertex's, by the
 * rules that hold for all: "us.anthropic.claude-opus-4-1-20250805-v1:0" and
 * "claude-opus-4-1@20250805" are "claude-opus-4-1-20250805". A name that no
 * rule knows stays. -1: it is an ARN that names no model.
 */
int bridge_model_plain(struct span name, struct buf *out, struct fail *why);

/*
 * And the other way round. region: the geography in front of Bedrock's names is
 * taken from it ("eu-west-1": "eu."). What is a name of the vendor's already
 * stays as it is.
 */
void bridge_model_bedrock(struct span name, const char *region,
			  struct buf *out);
void bridge_model_vertex(struct span name, struct buf *out);

/* The foundation model of one of Bedrock's names, for CountTokens, which takes
 * no other; empty: it cannot be told from the name. */
struct span bridge_model_foundation(struct span name);

/* ---- requests ---- */

struct bridge_asked {
	struct jval root; /* the client's body, an object */
	struct span model; /* what the provider calls the model */
	struct span betas; /* of the client's header; empty: none */
};

/* What the provider gets; both are appended to. */
struct bridge_asking {
	struct buf *body;
	struct buf *betas; /* the header's value; empty: there is to be none */
};

/*
 * A request of the Messages API as the vendor takes it: its model, and on
 * Bedrock its `stream`, have gone into the path; betas stay in the header, or
 * go into the body with those that are there; what the vendor refuses and changes
 * no answer, such as `tags`, is left out with its beta (pairs.c). All else is
 * kept, byte for byte and in its order. -1: it asks for what neither vendor has,
 * and `why` has the message for the client.
 */
int bridge_ask_vendor(enum bridge_vendor vendor,
		      const struct bridge_asked *from, struct bridge_asking *to,
		      struct fail *why);

/* The same of a request that counts tokens. */
int bridge_ask_vendor_count(enum bridge_vendor vendor,
			    const struct bridge_asked *from,
			    struct bridge_asking *to, struct fail *why);

/*
 * And back: a request of the vendor's as the Messages API takes it. Betas of
 * the body and of the header are one list; the route says whether it streams.
 */
int bridge_ask_plain(enum bridge_call call, const struct bridge_asked *from,
		     struct bridge_asking *to, struct fail *why);

/* CountTokens carries the body that is counted in base64: appends it. -1:
 * there is none, and `why` says so. */
int bridge_count_body(struct jval root, struct buf *out, struct fail *why);

/* ---- errors ---- */

/*
 * Appends the body of an error that the gateway, or a provider of the Messages
 * API, has to tell a client of this vendor's format.
 */
void bridge_error_write(enum bridge_vendor vendor, int status,
			struct span words, struct buf *out);

/* What Bedrock calls an error of this status: "ValidationException". */
const char *bridge_error_name(int status);

/* The words of an error answer: the message that is in it, or its beginning. */
void bridge_error_words(struct span body, struct buf *out);

/*
 * Appends an error answer of Bedrock's or Vertex's, of this status, in the shape
 * of the Messages API, and gives its status. Words that a request was refused
 * with are kept, without account, project and ARN; a prompt that is too long is
 * told exactly in the words for which clients compact; what is between the
 * gateway and its provider is nothing for clients.
 */
int bridge_error_plain(int status, struct span body, const char *request_id,
		       struct buf *out);

/* Does CountTokens refuse the request that is counted, and not to count? */
bool bridge_error_is_of_request(int status, struct span body);

/* Takes accounts, projects and ARNs out of a text. */
void bridge_error_blot(struct buf *text);

/* ---- streams ---- */

enum bridge_flow {
	BRIDGE_FRAMES_TO_EVENTS, /* Bedrock's event stream as server-sent events */
	BRIDGE_EVENTS_TO_FRAMES, /* and back */
	BRIDGE_EVENTS_AS_THEY_ARE, /* Vertex's, but for what errors tell */
};

enum bridge_state {
	BRIDGE_SILENT, /* no event yet */
	BRIDGE_SPEAKING,
	BRIDGE_STOPPED, /* message_stop went out */
	BRIDGE_FAILED, /* an error went out, and nothing goes out after it */
};

struct bridge_stream;

void bridge_stream_new(struct bridge_stream **out, enum bridge_flow flow);
void bridge_stream_free(struct bridge_stream *s); /* NULL-safe */

/*
 * A piece of the provider's stream: appends what the client gets for it, each
 * event as soon as it is whole. -1: it cannot be read; the stream is to be
 * broken off, and why says what is wrong with it.
 */
int bridge_stream_feed(struct bridge_stream *s, struct span bytes,
		       struct buf *out, struct fail *why);

enum bridge_state bridge_stream_state(const struct bridge_stream *s);

/* Appends what tells a client that the stream goes on. */
void bridge_stream_ping(struct buf *out);

/* Appends an error of the gateway's own, after which nothing comes. */
void bridge_stream_break(struct bridge_stream *s, const char *words,
			 struct buf *out);

#endif
