/*
 * Changes requests and answers between the Messages API and the formats in
 * which Amazon Bedrock (InvokeModel) and Google Vertex AI (rawPredict) offer
 * Claude: paths, names of models, bodies, errors and streams. Pure functions of
 * bytes; gateway/bridging.c calls them.
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
	/* BRIDGE_NONE: neither vendor has such a path */
	enum bridge_vendor vendor;
	enum bridge_call call;
	const char *method; /* the method of the path */
	/* as in the path, percent-encoded; empty where the path names none */
	struct span model;
};

/* path: without a query; the spans of *out point into it. */
struct bridge_path bridge_path_of(struct span path);

/*
 * A name in a path: letters, digits, ". _ : @ -" and, if `slash`, an encoded
 * slash between two of them; as they are or percent-encoded. Nothing else is
 * sent upstream with our key, however it is spelt: no second path, no "..", no
 * control characters.
 */
bool bridge_name_is_sound(struct span name, bool slash);

void bridge_name_decode(struct span name, struct buf *out);

/* Appends a name as it is written in a path: ':' and '@' stay as they are. */
void bridge_name_encode(struct span name, struct buf *out);

/* ---- models ---- */

struct bridge_model {
	char *client, *provider; /* their names for the model */
};

/* Zero-initialised is empty. */
struct bridge_models {
	struct bridge_model *list;
	size_t count;
};

/* Adds a copy of a row; the first row of a name counts. */
void bridge_models_add(struct bridge_models *m, struct span client,
		       struct span provider);
void bridge_models_clear(struct bridge_models *m);

/* The provider's name for a client's, if the table has one; NULL: none. */
const char *bridge_models_find(const struct bridge_models *m,
			       struct span client);

/*
 * Appends the Messages API's name for a name of Bedrock's or Vertex's, by
 * rules: "us.anthropic.claude-opus-4-1-20250805-v1:0" and
 * "claude-opus-4-1@20250805" are "claude-opus-4-1-20250805". A name that no
 * rule fits stays as it is. -1: it is an ARN that names no model.
 */
int bridge_model_plain(struct span name, struct buf *out, struct fail *why);

/*
 * Append the vendor's name for a name of the Messages API. `region` gives the
 * geography at the front of Bedrock's names ("eu-west-1": "eu."). A name that
 * is the vendor's already stays as it is.
 */
void bridge_model_bedrock(struct span name, const char *region,
			  struct buf *out);
void bridge_model_vertex(struct span name, struct buf *out);

/* The foundation model of one of Bedrock's names, for CountTokens, which takes
 * no other name; empty: the name does not tell. */
struct span bridge_model_foundation(struct span name);

/* ---- requests ---- */

struct bridge_asked {
	struct jval root; /* the client's body, an object */
	struct span model; /* what the provider calls the model */
	struct span betas; /* of the client's header; empty: none */
};

/* What the provider gets; both buffers are appended to. */
struct bridge_asking {
	struct buf *body;
	struct buf *betas; /* the header's value; empty: send no header */
};

/*
 * Changes a request of the Messages API into the vendor's: the model, and on
 * Bedrock `stream`, are left out, since the path has them; betas stay in the
 * header, or on Bedrock join those in the body; what the vendor refuses and
 * what changes no answer, such as `tags`, is left out with its beta (pairs.c).
 * All else is kept, byte for byte and in its order. -1: the request asks for
 * what neither vendor has, and `why` has the message for the client.
 */
int bridge_ask_vendor(enum bridge_vendor vendor,
		      const struct bridge_asked *from, struct bridge_asking *to,
		      struct fail *why);

/* The same for a request that counts tokens. */
int bridge_ask_vendor_count(enum bridge_vendor vendor,
			    const struct bridge_asked *from,
			    struct bridge_asking *to, struct fail *why);

/*
 * Changes a vendor's request into one of the Messages API. Betas of the body
 * and of the header become one list; `call` says whether it streams.
 */
int bridge_ask_plain(enum bridge_call call, const struct bridge_asked *from,
		     struct bridge_asking *to, struct fail *why);

/* Appends the request that a CountTokens request counts, which it holds in
 * base64. -1: there is none, and `why` says so. */
int bridge_count_body(struct jval root, struct buf *out, struct fail *why);

/* ---- errors ---- */

/*
 * Appends the body of an error in this vendor's format, for an error of the
 * gateway or of a provider of the Messages API.
 */
void bridge_error_write(enum bridge_vendor vendor, int status,
			struct span words, struct buf *out);

/* Bedrock's name for an error of this status: "ValidationException". */
const char *bridge_error_name(int status);

/* Appends the words of an error answer: its message, or its beginning if it has
 * none. */
void bridge_error_words(struct span body, struct buf *out);

/*
 * Appends an error answer of Bedrock or Vertex, of this status, in the form of
 * the Messages API, and gives its new status. The words with which a request
 * was refused are kept, without account, project and ARN. For a prompt that is
 * too long the words are exactly those for which clients compact. Errors of the
 * gateway's own credential get words of ours.
 */
int bridge_error_plain(int status, struct span body, const char *request_id,
		       struct buf *out);

/* Does CountTokens refuse the request that it was to count, and not the
 * counting itself? */
bool bridge_error_is_of_request(int status, struct span body);

/* Takes accounts, projects and ARNs out of a text. */
void bridge_error_blot(struct buf *text);

/* ---- streams ---- */

enum bridge_flow {
	/* from Bedrock's event stream to server-sent events */
	BRIDGE_FRAMES_TO_EVENTS,
	BRIDGE_EVENTS_TO_FRAMES, /* and back */
	BRIDGE_EVENTS_AS_THEY_ARE, /* Vertex's events; only errors change */
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
 * Takes a piece of the provider's stream and appends what the client gets, each
 * event as soon as it is complete. -1: the stream cannot be read and must be
 * broken off; `why` says what is wrong.
 */
int bridge_stream_feed(struct bridge_stream *s, struct span bytes,
		       struct buf *out, struct fail *why);

enum bridge_state bridge_stream_state(const struct bridge_stream *s);

/* Appends an event that tells the client that the stream goes on. */
void bridge_stream_ping(struct buf *out);

/* Appends an error of the gateway's own, after which nothing comes. */
void bridge_stream_break(struct bridge_stream *s, const char *words,
			 struct buf *out);

#endif
