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

#endif
