/*
 * What a request asks and what an answer says, whichever vendor's format it is
 * written in: both are put into one plain form, which is that of the Messages
 * API with as few spellings as possible. So a request that a client wrote in
 * one format and a gateway in another can be compared member by member.
 *
 * The plain form of a request is an object of those members that were there:
 *
 *	model, system (a list of text blocks), messages, tools, tool_choice,
 *	max_tokens, stream, temperature, top_p, stop_sequences (a list),
 *	thinking, output_config (effort, format), metadata (user_id)
 *
 * Content is always a list of blocks, and turns of one role that follow one
 * another are one turn. A tool's result is a block of a user's turn. A block
 * that has no plain form stays as it is.
 *
 * The plain form of an answer has id, model, content, stop_reason,
 * stop_sequence, usage, and error where one came; stop reasons and counts of
 * tokens are those of the Messages API.
 *
 * All functions append to `out` and read only; they never fail: what cannot be
 * read is left out, and whoever wants to refuse it looks at the request itself.
 */
#ifndef FORMATS_PLAIN_H
#define FORMATS_PLAIN_H

#include "wire/bytes/buf.h"
#include "wire/json/jscan.h"

enum format {
	FORMAT_UNKNOWN,
	FORMAT_MESSAGES, /* Anthropic: POST /v1/messages */
	FORMAT_CHAT, /* OpenAI: POST /v1/chat/completions */
	FORMAT_RESPONSES, /* OpenAI: POST /v1/responses */
	FORMAT_BEDROCK, /* Amazon: POST /model/ID/invoke, and with a stream */
	FORMAT_VERTEX, /* Google: POST .../models/ID:rawPredict, and a stream */
};

/* By the path of a request, without its query; a base path may stand first. */
enum format format_of_path(struct span path);
const char *format_name(enum format f); /* "messages", "openai-chat", ... */
/*
 * Bedrock and Vertex have the model in the path, %-encoded: appends its id
 * decoded. false: the path has none.
 */
bool format_model(enum format f, struct span path, struct buf *out);
/* Anthropic's own API, or a cloud's way to its models. */
bool format_is_anthropic(enum format f);
enum format format_from(const char *name); /* FORMAT_UNKNOWN: none */

/* root: the request's body. */
void plain_request(enum format f, struct jval root, struct buf *out);

/* root: the body of an answer that is no stream. */
void plain_answer(enum format f, struct jval root, struct buf *out);

/* events: the data of each event of a stream that is JSON, in order. */
void plain_stream(enum format f, const struct jval *events, size_t count,
		  struct buf *out);

#endif
