/*
 * OpenAI's Responses on the same port: what ccmock answers at /v1/responses,
 * for gateways that translate. As with chat completions, the request is read in
 * the plain form, and what the provider of the Messages API would say is
 * written as a response or its events. Nothing is stored: an earlier response
 * that a request continues or asks for is not found.
 */
#ifndef MOCK_RESPONSES_RESPONSES_H
#define MOCK_RESPONSES_RESPONSES_H

#include "mockupstream/dialects/anthropic.h"

/* True for a path of this API: for creating a response, for counting its
 * tokens, or for an existing response. */
bool responses_serves(struct span path);

/* Fills a reply (zero-initialised) that is yours to clear. */
void responses_answer(const struct anthropic *a,
		      const struct anthropic_request *r, struct reply *out);

#endif
