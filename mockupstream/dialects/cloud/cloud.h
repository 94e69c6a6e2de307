/*
 * Claude by Amazon's Bedrock and by Google's Vertex AI, on the same port:
 *
 *	POST /model/ID/invoke
 *	POST /model/ID/invoke-with-response-stream
 *	POST /model/ID/count-tokens
 *	GET /inference-profiles, GET /inference-profiles/ID
 *	POST .../models/ID:rawPredict, .../models/ID:streamRawPredict
 *	POST .../models/count-tokens:rawPredict
 *
 * Both take the body of the Messages API, with the model in the path and some
 * members in other places. A request is turned into one of the Messages API,
 * that provider answers, and its answer is written as this vendor writes it.
 * The same is done to a rule's answer that is written in the form of the
 * Messages API.
 */
#ifndef MOCK_CLOUD_CLOUD_H
#define MOCK_CLOUD_CLOUD_H

#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/say/say.h"

enum cloud_route {
	CLOUD_NONE,
	CLOUD_BEDROCK_INVOKE,
	CLOUD_BEDROCK_STREAM,
	CLOUD_BEDROCK_COUNT,
	CLOUD_BEDROCK_PROFILES,
	CLOUD_BEDROCK_PROFILE,
	/* an id that is more than one part of the path */
	CLOUD_BEDROCK_STRANGE,
	CLOUD_VERTEX_INVOKE,
	CLOUD_VERTEX_STREAM,
	CLOUD_VERTEX_COUNT,
};

/* Finds the route by the path, without its query; a base path may come
 * first. */
enum cloud_route cloud_route_of(struct span path);

/* Appends the id in the path, %-decoded. false: there is none. */
bool cloud_model(struct span path, struct buf *out);

/* Appends the request whose tokens CountTokens of Bedrock should count, which
 * is base64 in the body. false: it is no such request. */
bool cloud_counted(struct span path, struct span body, struct buf *out);

/* Fills a reply (zero-initialised) that is yours to clear. */
void cloud_answer(struct anthropic *a, const struct anthropic_request *r,
		  struct reply *out);

/* The same for a rule's say. false: the request does not ask for an answer of a
 * model, and nothing was written. */
bool cloud_say(const struct anthropic *a, const struct anthropic_request *r,
	       const struct say *say, struct reply *out);

/* The same for a reply in the form of the Messages API. false: it is sent
 * unchanged, and nothing was written. */
bool cloud_reply(const struct anthropic_request *r, const struct reply *from,
		 struct reply *out);

/* Adds this vendor's header fields where they are missing. */
void cloud_headers(enum cloud_route route, struct headers *h, uint64_t number);

#endif
