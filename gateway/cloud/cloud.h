/*
 * Claude as Amazon Bedrock (InvokeModel) and Google Vertex AI (rawPredict) offer
 * it, beside the Messages API: where a request goes, what a model is called
 * there, and what bodies, errors and streams look like on the other side. Pure
 * functions of bytes; gateway/bridging.c drives them.
 */
#ifndef GATEWAY_CLOUD_CLOUD_H
#define GATEWAY_CLOUD_CLOUD_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/json/jscan.h"

enum cloud_vendor { CLOUD_NONE, CLOUD_BEDROCK, CLOUD_VERTEX };

/* ---- paths ---- */

enum cloud_call {
	CLOUD_MESSAGE,
	CLOUD_STREAM,
	CLOUD_COUNT, /* tokens */
	CLOUD_PROFILES, /* Bedrock's inference profiles, or one of them */
};

struct cloud_path {
	enum cloud_vendor vendor; /* CLOUD_NONE: it is no such path */
	enum cloud_call call;
	const char *method; /* that the path is for */
	struct span model; /* as it stands there, percent-encoded; empty where
			      the path names none */
};

/* path: without a query; the spans of *out point into it. */
struct cloud_path cloud_path_of(struct span path);

/*
 * A name in a path: letters, digits, ". _ : @ -" and, if `slash`, an encoded
 * slash between two of them; as they are or percent-encoded. Nothing else goes
 * up with our key, however it is spelt: no second path, no dots that lead
 * upwards, no control.
 */
bool cloud_name_is_sound(struct span name, bool slash);

void cloud_name_decode(struct span name, struct buf *out);

/* Appends a name as it stands in a path: ':' and '@' as they are. */
void cloud_name_encode(struct span name, struct buf *out);

/* ---- models ---- */

struct cloud_model {
	char *client, *provider; /* what each of them calls it */
};

/* Zero-initialised is empty. */
struct cloud_models {
	struct cloud_model *list;
	size_t count;
};

/* Copies; the first row of a name counts. */
void cloud_models_add(struct cloud_models *m, struct span client,
		      struct span provider);
void cloud_models_clear(struct cloud_models *m);

/* The provider's name for a client's, if the table has one; NULL: none. */
const char *cloud_models_find(const struct cloud_models *m, struct span client);

/*
 * Appends the Messages API's name for a name of Bedrock's or Vertex's, by the
 * rules that hold for all: "us.anthropic.claude-opus-4-1-20250805-v1:0" and
 * "claude-opus-4-1@20250805" are "claude-opus-4-1-20250805". A name that no
 * rule knows stays. -1: it is an ARN that names no model.
 */
int cloud_model_plain(struct span name, struct buf *out, struct fail *why);

/*
 * And the other way round. region: the geography in front of Bedrock's names is
 * taken from it ("eu-west-1": "eu."). What is a name of the vendor's already
 * stays as it is.
 */
void cloud_model_bedrock(struct span name, const char *region, struct buf *out);
void cloud_model_vertex(struct span name, struct buf *out);

/* The foundation model of one of Bedrock's names, for CountTokens, which takes
 * no other; empty: it cannot be told from the name. */
struct span cloud_model_foundation(struct span name);

/* ---- requests ---- */

struct cloud_asked {
	struct jval root; /* the client's body, an object */
	struct span model; /* what the provider calls the model */
	struct span betas; /* of the client's header; empty: none */
};

/* What the provider gets; both are appended to. */
struct cloud_asking {
	struct buf *body;
	struct buf *betas; /* the header's value; empty: there is to be none */
};

/*
 * A request of the Messages API as the vendor takes it: its model, and on
 * Bedrock its `stream`, have gone into the path; betas stay in the header, or
 * go into the body with those that are there; `tags` and their beta, which
 * change no answer and are refused there, are left out. All else is kept, byte
 * for byte and in its order. -1: refused; `why` has the message for the client.
 */
int cloud_ask_vendor(enum cloud_vendor vendor, const struct cloud_asked *from,
		     struct cloud_asking *to, struct fail *why);

/* The same of a request that counts tokens. */
int cloud_ask_vendor_count(enum cloud_vendor vendor,
			   const struct cloud_asked *from,
			   struct cloud_asking *to, struct fail *why);

/*
 * And back: a request of the vendor's as the Messages API takes it. Betas of
 * the body and of the header are one list; the route says whether it streams.
 */
int cloud_ask_plain(enum cloud_call call, const struct cloud_asked *from,
		    struct cloud_asking *to, struct fail *why);

/* CountTokens carries the body that is counted in base64: appends it. -1:
 * there is none, and `why` says so. */
int cloud_count_body(struct jval root, struct buf *out, struct fail *why);

/* ---- errors ---- */

/*
 * Appends the body of an error that the gateway, or a provider of the Messages
 * API, has to tell a client of this vendor's format.
 */
void cloud_error_write(enum cloud_vendor vendor, int status, struct span words,
		       struct buf *out);

/* What Bedrock calls an error of this status: "ValidationException". */
const char *cloud_error_name(int status);

/* The words of an error answer: the message that is in it, or its beginning. */
void cloud_error_words(struct span body, struct buf *out);

/*
 * Appends an error answer of Bedrock's or Vertex's, of this status, in the shape
 * of the Messages API, and gives its status. Words that a request was refused
 * with are kept, without account, project and ARN; a prompt that is too long is
 * told exactly in the words for which clients compact; what is between the
 * gateway and its provider is nothing for clients.
 */
int cloud_error_plain(int status, struct span body, const char *request_id,
		      struct buf *out);

/* Takes accounts, projects and ARNs out of a text. */
void cloud_error_blot(struct buf *text);

/* ---- streams ---- */

enum cloud_flow {
	CLOUD_FRAMES_TO_EVENTS, /* Bedrock's event stream as server-sent events */
	CLOUD_EVENTS_TO_FRAMES, /* and back */
	CLOUD_EVENTS_AS_THEY_ARE, /* Vertex's, but for what errors tell */
};

enum cloud_state {
	CLOUD_SILENT, /* no event yet */
	CLOUD_SPEAKING,
	CLOUD_STOPPED, /* message_stop went out */
	CLOUD_FAILED, /* an error went out, and nothing goes out after it */
};

struct cloud_stream;

void cloud_stream_new(struct cloud_stream **out, enum cloud_flow flow);
void cloud_stream_free(struct cloud_stream *s); /* NULL-safe */

/*
 * A piece of the provider's stream: appends what the client gets for it, each
 * event as soon as it is whole. -1: it cannot be read; the stream is to be
 * broken off, and why says what is wrong with it.
 */
int cloud_stream_feed(struct cloud_stream *s, struct span bytes,
		      struct buf *out, struct fail *why);

enum cloud_state cloud_stream_state(const struct cloud_stream *s);

/* Appends what tells a client that the stream goes on. */
void cloud_stream_ping(struct buf *out);

/* Appends an error of the gateway's own, after which nothing comes. */
void cloud_stream_break(struct cloud_stream *s, const char *words,
			struct buf *out);

#endif
