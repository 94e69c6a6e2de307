/*
 * Between the Messages API, which clients speak, and what a provider speaks:
 * OpenAI's chat completions, or its Responses. Pure functions of bytes: what is
 * asked and said is kept; what the other format has no place for is refused
 * with the name of the field, or left out where that changes no content
 * (docs/translation.md has the whole table).
 *
 * One struct translate is one request and its answer, since names of tools that
 * the provider would not take come back under the client's names.
 */
#ifndef GATEWAY_TRANSLATE_TRANSLATE_H
#define GATEWAY_TRANSLATE_TRANSLATE_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/json/jscan.h"

enum translate_format { TRANSLATE_CHAT, TRANSLATE_RESPONSES };

/* What the provider is like. */
struct translate_rules {
	enum translate_format format; /* that it speaks */
	const char *limit_field; /* of chat; NULL: "max_completion_tokens" */
	int64_t most_tokens; /* a larger max_tokens is lowered to it; 0: none */
	bool reasoning; /* of chat: thoughts go back as reasoning_content */
};

struct translate;

void translate_new(struct translate **out, const struct translate_rules *rules,
		   uint64_t number); /* ids of answers are made of it */
void translate_free(struct translate *t);

const char *translate_path(const struct translate *t); /* requests go there */

/*
 * Appends the provider's request for a body of /v1/messages. -1: refused; `why`
 * has the message for the client, which names the field.
 */
int translate_request(struct translate *t, struct jval root, struct buf *out,
		      struct fail *why);

bool translate_streams(const struct translate *t); /* the request says so */

/* ---- the answer ---- */

/* 0, or the status that the client gets: a whole answer that came with 200 says
 * that it failed, and is an error's body, for translate_error(). */
int translate_failure(const struct translate *t, struct jval root);

/* A whole answer as a message. -1: it is none. */
int translate_answer(struct translate *t, struct jval root, struct buf *out);

/*
 * The data of one event of the provider's stream: appends the events that the
 * client gets for it. -1: it is none; the stream is to be broken off.
 */
int translate_chunk(struct translate *t, struct span data, struct buf *out);

/*
 * The provider's stream is over. true: it was complete, and what ends a message
 * is appended; false: it was cut, and so must be the client's.
 */
bool translate_finish(struct translate *t, struct buf *out);

/* Has the client been told an error in the stream? */
bool translate_told_error(const struct translate *t);

/* ---- beside messages ---- */

/*
 * Appends an error answer in the client's shape, and gives its status. `body`
 * is what the provider said with `status`; its words are kept, and a prompt
 * that is too long is told in the words that make the client compact.
 */
int translate_error(int status, struct span body, const char *request_id,
		    struct buf *out);

/* Input tokens of a request, estimated: bytes of what the model reads, by 4.
 * -1: there is nothing to count, and `why` says so. */
int translate_count(struct jval root, uint64_t *out, struct fail *why);

#endif
