/*
 * OpenAI's Responses on the same port: what ccmock answers at /v1/responses,
 * for gateways that translate. As with chat completions, the request is read
 * in the plain form and what the provider of the Messages API would say to it
 * is said as a response or as its events. Nothing is stored: a response that a
 * request goes on with, or asks for, is not found.
 */
#ifndef MOCK_RESPONSES_RESPONSES_H
#define MOCK_RESPONSES_RESPONSES_H

#include "mockupstream/dialects/anthropic.h"

/* True for a path of this API: that of a new response, of its tokens, or of
 * one that is there. */
bool responses_serves(struct span path);

/* Fills a reply (zero-initialised) that is yours to clear. */
void responses_answer(const struct anthropic *a,
		      const struct anthropic_request *r, struct reply *out);

#endif
