/*
 * OpenAI's chat completions on the same port: what ccmock answers at
 * /v1/chat/completions, for gateways that translate. It reads the request into
 * the plain form (formats/plain.h), makes the answer that the provider of the
 * Messages API would give, with markers in the prompt, and writes it as a
 * completion or as chunks.
 */
#ifndef MOCK_CHAT_CHAT_H
#define MOCK_CHAT_CHAT_H

#include "mockupstream/dialects/anthropic.h"

/* Is this a path of this format, or a request for the list of models that has
 * no sign of the Messages API? */
bool chat_serves(const struct anthropic_request *r);

/* Fills a reply (zero-initialised) that is yours to clear. */
void chat_answer(const struct anthropic *a, const struct anthropic_request *r,
		 struct reply *out);

/* Adds the header fields of this vendor where they are missing. */
void chat_headers(struct headers *h, uint64_t number);

#endif
