/* What the files of this folder share. */
#ifndef MOCK_SAY_PRIVATE_H
#define MOCK_SAY_PRIVATE_H

#include "mockupstream/reply.h"
#include "mockupstream/say/say.h"

/* ---- say_form.c ---- */

/* -1: the word is not in the list; the message in `f` has the list. */
int say_read_word(const struct json *j, const cJSON *node,
		  const char *const *words, size_t *out, struct fail *f);

int say_read_form(struct say_form *out, const struct json *j,
		  const cJSON *object, struct fail *f);

/* ---- say_error.c: types of errors, in each format ---- */

/* Ends with NULL. */
extern const char *const say_error_types[];

void say_error_list(struct buf *out);

/* Writes {"error":{...}} or {"type":"error",...}, depending on the format. */
void say_error_write(const struct say_part *p, const struct say_asked *asked,
		     struct buf *to);

/* Writes the members of an OpenAI error: {"type":...,"message":...,...}. flat:
 * without braces and without the type. */
void say_error_openai(const struct say_part *p, enum format f, bool flat,
		      struct buf *to);

/* Writes {"code":...,"message":...} of a response that has failed. */
void say_error_response(const struct say_part *p, struct buf *to);

/* ---- say_tokens.c ---- */

/* The tokens of the say, given or counted. */
void say_tokens(const struct say *s, const struct say_asked *asked,
		struct say_usage *out);

/* How many of its parts are calls. */
size_t say_call_count(const struct say *s);

/* Why it ends, as the Messages API names it; NULL: null. */
const char *say_stop(const struct say *s);
const char *say_stop_sequence(const struct say *s); /* NULL: none */

/* ---- say_steps.c: parts that become directives of a stream ---- */

/* Writes a cut, wait, hold, mark or comment; other parts write nothing. */
void say_step(const struct say_part *p, struct buf *to);

/* Takes the piece for the next delta off the front of `rest`. */
struct span say_piece(const struct say *s, size_t whole, struct span *rest);

/* ---- say_messages.c ---- */

void say_messages_stream(const struct say *s, const struct say_asked *asked,
			 struct buf *to);
void say_messages_whole(const struct say *s, const struct say_asked *asked,
			struct buf *to);

/* ---- say_chunk.c: one chunk of a chat completion ---- */

struct say_chat {
	const struct say *say;
	const struct say_asked *asked;
	struct say_usage tokens;
	const char *finish; /* NULL means null */
	size_t chunks; /* how many were written so far */
	struct buf *to;
};

enum say_chunk_has {
	SAY_CHUNK_CONTENT = 1 << 0,
	SAY_CHUNK_REFUSAL = 1 << 1,
	SAY_CHUNK_CALLS = 1 << 2,
};

/* Writes the chunk of a delta. `members` is their text, without braces; `has`
 * tells which of the three are in it. */
void say_chunk_delta(struct say_chat *c, unsigned has,
		     const struct buf *members);

/* Writes those of the three that are missing, with commas, as the form says. */
void say_chunk_absent(const struct say_chat *c, unsigned has, struct buf *to);

/* A chunk without choices. */
void say_chunk_empty(struct say_chat *c);
void say_chunk_finish(struct say_chat *c);
void say_chunk_usage(struct say_chat *c);

/* {"id": ... up to and including "choices":[ */
void say_chunk_front(const struct say_chat *c, const char *object);
void say_chunk_tokens(const struct say_chat *c, uint64_t output);

/* ---- say_calls.c: the calls of a chat completion ---- */

/* {"index":N,"id":...,"type":"function","function":{...}} */
void say_calls_whole(const struct say_chat *c, const struct say_part *p,
		     size_t nth, bool index, struct buf *to);

/* Writes chunks of the calls that begin at part i, the nth call of the answer.
 * Returns how many calls there were. */
size_t say_calls_write(struct say_chat *c, size_t i, size_t nth);

/* Writes chunks of more input for the nth call. */
void say_calls_more(struct say_chat *c, const struct say_part *p, size_t nth);

/* ---- say_chat.c ---- */

void say_chat_stream(const struct say *s, const struct say_asked *asked,
		     struct buf *to);
void say_chat_whole(const struct say *s, const struct say_asked *asked,
		    struct buf *to);

/* ---- say_items.c: the items of a response ---- */

/* Parts that form one item: thoughts, or texts and refusals, or a call. */
struct say_item {
	enum say_kind kind; /* SAY_THINKING, SAY_TEXT or SAY_CALL */
	size_t first, end; /* parts; other parts may be in between */
	size_t nth; /* its number among the calls */
};

struct say_items {
	const struct say *say;
	const struct say_asked *asked;
	struct say_item *list;
	size_t count;
};

void say_items_init(struct say_items *items, const struct say *s,
		    const struct say_asked *asked);
void say_items_clear(struct say_items *items);

/* Writes "msg_mock...", with quotes. */
void say_items_id(const struct say_items *items, size_t n, struct buf *to);

/* Writes the item as it begins: without content. */
void say_items_begun(const struct say_items *items, size_t n, struct buf *to);

/* Writes all of the item. cut: the answer ends within it. */
void say_items_write(const struct say_items *items, size_t n, bool cut,
		     struct buf *to);

/* Appends the input of a call. */
void say_items_input(const struct say_items *items, size_t n, struct buf *text);

/* Writes {"type":"output_text",...} and the like, for a part of this kind. */
void say_items_part(const struct say *s, enum say_kind kind, struct span text,
		    struct buf *to);

/* ---- say_response.c: the response itself ---- */

enum say_response_stage {
	SAY_RESPONSE_BEGUN, /* in progress, without items */
	SAY_RESPONSE_OVER,
	SAY_RESPONSE_FAILED, /* it failed with the error */
};

/* The status it ends with; NULL: null. */
const char *say_response_status(const struct say *s);

/* count: how many items it has. error: NULL unless it has failed. */
void say_response_write(const struct say_items *items, size_t count,
			enum say_response_stage stage,
			const struct say_part *error, struct buf *to);

/* ---- say_responses.c ---- */

void say_responses_stream(const struct say *s, const struct say_asked *asked,
			  struct buf *to);
void say_responses_whole(const struct say *s, const struct say_asked *asked,
			 struct buf *to);

#endif
