/*
 * OpenAI's chat completions on the same port: what ccmock answers at
 * /v1/chat/completions, for gateways that translate. It reads the request in
 * the plain form (formats/plain.h), says what the provider of the Messages API
 * would say to it, markers in the prompt included, and writes that as a
 * completion or as chunks.
 */
#ifndef MOCK_CHAT_CHAT_H
#define MOCK_CHAT_CHAT_H

#include "mockupstream/dialects/anthropic.h"

/* True for a path of this format, and for the list of models where nothing
 * says that it is the Anthropic API's. */
bool chat_serves(const struct anthropic_request *r);

/* Fills a reply (zero-initialised) that is yours to clear. */
void chat_answer(const struct anthropic *a, const struct anthropic_request *r,
		 struct reply *out);

/* Adds the header fields of this vendor where they are missing. */
void chat_headers(struct headers *h, uint64_t number);

#endif
