/*
 * Translates between the Messages API of clients and a provider's format:
 * OpenAI's chat completions or Responses. Pure functions of bytes. Content is
 * kept; a field that the other format does not have is refused by its name, or
 * left out if that changes no content (docs/translation.md has the whole
 * table).
 *
 * One struct translate is one request and its answer, since it remembers names
 * of tools that were changed for the provider.
 */
#ifndef GATEWAY_TRANSLATE_TRANSLATE_H
#define GATEWAY_TRANSLATE_TRANSLATE_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/json/jscan.h"

enum translate_format { TRANSLATE_CHAT, TRANSLATE_RESPONSES };

/* What the provider's API is like. */
struct translate_rules {
	enum translate_format format; /* its format */
	const char *limit_field; /* for chat; NULL: "max_completion_tokens" */
	int64_t most_tokens; /* a larger max_tokens is lowered to it; 0: none */
	bool reasoning; /* for chat: send thoughts as reasoning_content */
};

struct translate;

void translate_new(struct translate **out, const struct translate_rules *rules,
		   uint64_t number); /* ids of answers are made from it */
void translate_free(struct translate *t);

/* the path for requests */
const char *translate_path(const struct translate *t);

/*
 * Appends the provider's request for a body of /v1/messages. -1: refused; `why`
 * has the message for the client, which names the field.
 */
int translate_request(struct translate *t, struct jval root, struct buf *out,
		      struct fail *why);

bool translate_streams(const struct translate *t); /* the request says so */

/* ---- the answer ---- */

/* 0, or the status for the client: a whole answer with status 200 may say that
 * it failed; its body is then one for translate_error(). */
int translate_failure(const struct translate *t, struct jval root);

/* Writes a whole answer as a message. -1: it is no answer. */
int translate_answer(struct translate *t, struct jval root, struct buf *out);

/*
 * The data of one event of the provider's stream: appends the events that the
 * client gets for it. -1: it cannot be read; the stream must be broken off.
 */
int translate_chunk(struct translate *t, struct span data, struct buf *out);

/*
 * The provider's stream has ended. true: it was complete, and the end of the
 * message is appended; false: it was cut, and so must be the client's.
 */
bool translate_finish(struct translate *t, struct buf *out);

/* Has the client got an error in the stream? */
bool translate_told_error(const struct translate *t);

/* ---- beside messages ---- */

/*
 * Appends an error answer in the client's form, and gives its status. `body` is
 * the provider's error with `status`; its words are kept. A prompt that is too
 * long is reported in the words for which the client compacts.
 */
int translate_error(int status, struct span body, const char *request_id,
		    struct buf *out);

/* An estimate of the input tokens of a request: the bytes that the model reads,
 * divided by 4. -1: there is nothing to count, and `why` says so. */
int translate_count(struct jval root, uint64_t *out, struct fail *why);

#endif
