/* What the files of the translation share. */
#ifndef GATEWAY_TRANSLATE_TRANSLATE_PRIVATE_H
#define GATEWAY_TRANSLATE_TRANSLATE_PRIVATE_H

#include "gateway/translate/translate.h"
#include "wire/json/jindex.h"

enum {
	TRANSLATE_NAME_LIMIT = 64, /* letters of a tool's name */
	TRANSLATE_NAMES_LIMIT = 512, /* changed names of one request */
	TRANSLATE_CALLS_LIMIT = 256, /* of one answer */
	TRANSLATE_PARTS_LIMIT = 4096, /* of one answer */
	TRANSLATE_INPUT_LIMIT = 8 * 1024 * 1024, /* arguments of a call */
};

/* How a format writes what both formats have: the JSON before and after a
 * value. */
struct translate_words {
	const char *text;
	const char *image, *image_end; /* around a URL */
	const char *file, *file_end; /* around data */
	const char *file_url; /* before a URL; NULL: only data */
	const char *tool, *tool_end; /* before the name, at the end */
	const char *choice, *choice_end; /* around the name of a tool */
};

struct translate_form {
	const char *path;
	int (*request)(struct translate *t, struct jval root, struct buf *out,
		       struct fail *why);
	int (*failure)(struct jval root);
	int (*answer)(struct translate *t, struct jval root, struct buf *out);
	int (*chunk)(struct translate *t, struct span data, struct buf *out);
	bool (*finish)(struct translate *t, struct buf *out);
	struct translate_words words;
};

/* A tool whose name was changed, since the provider would not take it. */
struct translate_name {
	char given[TRANSLATE_NAME_LIMIT + 1]; /* what the provider gets */
	char *own; /* the client's */
	uint64_t hash; /* of `own` */
};

/* The nesting of a JSON text that comes in pieces; each byte is looked at
 * once. */
struct translate_nesting {
	size_t depth; /* brackets that are open */
	bool begun; /* a bracket has come */
	bool string, escaped; /* inside a string; after a backslash in it */
};

struct translate_call { /* a call of a streamed answer */
	int64_t index;
	struct buf id, name; /* as the provider has them */
	struct buf waiting; /* arguments that were not sent yet */
	struct buf given; /* arguments that came in its first event */
	size_t size; /* of all arguments so far, bytes */
	struct translate_nesting nesting; /* at the end of the arguments */
	bool whole; /* the provider says that it is complete */
	bool open, closed; /* its block is begun, ended */
};

enum translate_block { BLOCK_NONE, BLOCK_THOUGHT, BLOCK_TEXT, BLOCK_CALL };

/* A chunk of a completion; the next one may differ in its text alone. */
struct translate_like {
	struct buf chunk; /* empty: there is none */
	size_t front, tail; /* bytes before and after the text's quotes */
	enum translate_block block;
	struct jval text; /* the last one in the chunk that is being read */
	unsigned pieces; /* texts and lists of calls in that chunk */
};

/* What a delta adds to the open block. */
enum translate_delta {
	DELTA_NONE,
	DELTA_TEXT,
	DELTA_THOUGHT,
	DELTA_SIGNATURE,
	DELTA_INPUT
};

/* A part of an item of a streamed response. */
struct translate_part {
	enum translate_block block;
	int64_t item, part; /* numbers */
};

struct translate {
	struct translate_rules rules;
	const struct translate_form *form;
	uint64_t number;
	bool streams;
	struct translate_name *names;
	size_t names_count;
	/* more names than the limit would have to be changed */
	bool names_full;
	/* ---- the current stream ---- */
	bool begun, ended; /* message_start, an error went out */
	bool done; /* the provider said that the answer is complete */
	enum translate_block block; /* the open one */
	unsigned index; /* of the next block */
	/* the last delta of the open block, whose begin is in `front` */
	enum translate_delta last;
	struct buf front; /* the begin that all deltas of a block share */
	struct translate_like like; /* chat */
	struct jindex chunk; /* of the event being read */
	struct buf text; /* a piece of that event */
	struct translate_call *calls;
	size_t calls_count, call; /* the open one */
	/* of the open thought; empty: use the gateway's */
	struct buf signature;
	struct buf finish; /* chat: finish_reason; empty: none has come */
	/* responses: parts for which text has come */
	struct translate_part *parts;
	size_t parts_count;
	bool refused; /* responses: one of its texts is a refusal */
	int64_t input, cached, stored, output; /* tokens; -1: not known */
	int64_t guess; /* of the input, until the provider sends it */
	struct buf model;
	size_t written; /* bytes of text, for an estimate of output */
};

/* ---- messages.c: what is refused of messages ---- */

/* 0: it is a list with at least one message. */
int translate_check_messages(struct jval messages, struct fail *why);

/* 0: the n-th message has a role, and content that is a text or a list. */
int translate_check_turn(struct jval message, size_t n, struct fail *why);

/* 0: other formats have a place for each block of an assistant's turn. */
int translate_check_said(struct jval content, size_t n, struct fail *why);

/* ---- request.c: what requests of all formats are made of ---- */

/* Refuses members that no other vendor has. */
int translate_check_fields(struct jval root, struct fail *why);

/* Begins the request with its model, and estimates its tokens. */
int translate_begin(struct translate *t, struct jval root, struct buf *out,
		    struct fail *why);

/* max_tokens, at most as many as the provider takes. */
int translate_limit(const struct translate *t, struct jval root, int64_t *most,
		    struct fail *why);

/* Copies a member, if there is one. */
void translate_copy(struct jval root, const char *key, struct buf *out);

/* The effort as JSON text; empty: ask for none. */
struct span translate_effort(struct jval root);

/* The schema of the output; not an object if none is asked for. */
struct jval translate_schema(struct jval root);

/* Refuses a request with more names of tools to change than
 * TRANSLATE_NAMES_LIMIT. */
int translate_check_names(const struct translate *t, struct fail *why);

/* ---- names.c ---- */

/* Appends the name that the provider gets for a tool. */
void translate_name_text(struct translate *t, struct jval name,
			 struct buf *out);

/* The same, as a JSON string. */
void translate_name_out(struct translate *t, struct jval name, struct buf *out);

/* Appends the client's name for a name that the provider sent, as a JSON
 * string. */
void translate_name_back(const struct translate *t, struct span name,
			 struct buf *out);

/* ---- parts.c ---- */

bool translate_is(struct jval block, const char *type); /* has it this type? */

/*
 * Appends a part of a user's message for a text, an image or a document; -1:
 * the other format has no place for the block, and `why` says so.
 */
int translate_part(const struct translate *t, struct jval block,
		   const char *place, struct buf *out, struct fail *why);

/* ---- texts.c: texts of the system, and of results ---- */

/* Appends the texts of the system prompt as one JSON string. false: it has
 * none. */
bool translate_system(struct jval system, struct buf *out);

/* Appends the texts of a result, with references to tools, as one text. */
void translate_result_text(struct translate *t, struct jval result,
			   struct buf *text);

/* Is this item of a result an image or a document? */
bool translate_is_media(struct jval item);

/* ---- tools.c ---- */

int translate_tools(struct translate *t, struct jval root, struct buf *out,
		    struct fail *why);

/* ---- error.c ---- */

/*
 * Appends the message for the client about an error of the provider. true: the
 * prompt is too long, and the words are those for which the client compacts.
 */
bool translate_error_words(struct jval error, struct span message,
			   struct buf *out);

/* The status that an error without one would have had. */
int translate_error_status(struct jval error);

/* "api_error" ... */
const char *translate_error_type(int status);

/* ---- said.c: what whole answers and streams share ---- */

/* A number of tokens; `otherwise` if there is none. */
int64_t translate_number(struct jval object, const char *key,
			 int64_t otherwise);

/* {"input_tokens": ...} */
void translate_write_usage(const struct translate *t, struct buf *out);

/* "id":...,"type":"message","role":"assistant","model":... */
void translate_write_front(const struct translate *t, struct buf *out);

/* Appends the id of a call as a JSON string; if it is empty, one of the
 * gateway's. nth: the number of the call in the answer. */
void translate_write_id(const struct translate *t, struct span id, size_t nth,
			struct buf *out);

/* The gateway's own signature of a thought, which it takes back. */
#define TRANSLATE_SIGNATURE "Y2NnYXRlOiBub3Qgc2lnbmVkIGJ5IHRoZSBwcm92aWRlcg=="

/* ---- blocks.c: the events of a message ---- */

void translate_begin_message(struct translate *t, struct buf *out);

/* A delta of the open block. */
void translate_delta(struct translate *t, enum translate_delta delta,
		     struct span text, struct buf *out);

/* Ends the open block, if there is one, and begins this one with the JSON
 * `start`. */
void translate_open_block(struct translate *t, enum translate_block block,
			  struct span start, struct buf *out);
void translate_close_block(struct translate *t, struct buf *out);

/* Ends the message. */
void translate_end_message(struct translate *t, const char *stop,
			   struct buf *out);

/* An error in the stream, in the client's form; nothing comes after it. */
void translate_stream_error(struct translate *t, struct jval error,
			    struct buf *out);

/* Reads an event from the provider, once. -1: it is not an object. */
int translate_read_chunk(struct translate *t, struct span data,
			 struct jval *root);

/* ---- calls.c: calls of a stream, and texts beside them ---- */

/* Makes a new call; NULL: there are too many. */
struct translate_call *translate_call_new(struct translate *t, int64_t index);

/* Takes an id or a name once; some vendors repeat them. */
void translate_take_once(struct buf *to, struct jval object, const char *key);

/* -1: its arguments are more than a call may have. */
int translate_call_add(struct translate_call *c, struct jval arguments);

/*
 * Sends calls in the order in which they began. A call is complete when the
 * provider says so, or when another one has begun and its arguments are
 * complete; `end`: all are complete.
 */
void translate_calls_advance(struct translate *t, bool end, struct buf *out);

/* Takes a piece of a text or of a thought. An empty piece is ignored. */
void translate_take_text(struct translate *t, enum translate_block block,
			 struct jval string, struct buf *out);

/* Begins a thought that may stay without words. */
void translate_open_thought(struct translate *t, struct buf *out);

/* ---- answer.c: the blocks of a whole answer ---- */

struct translate_answering {
	struct translate *t;
	struct buf *out;
	size_t blocks;
	/* calls; those of them that have a name are blocks */
	size_t calls, named;
};

bool translate_has_text(struct jval v); /* a string that is not empty */
void translate_answer_begin(struct translate_answering *w);
void translate_answer_text(struct translate_answering *w, struct jval text);
/* `text`: without its quotes */
void translate_answer_thought(struct translate_answering *w, struct span text,
			      struct span signature);
/* A call without a name is ignored. */
void translate_answer_call(struct translate_answering *w, struct jval id,
			   struct jval name, struct jval arguments);
void translate_answer_end(struct translate_answering *w, const char *stop);

/* ---- chat_*.c: chat completions ---- */

int translate_chat_request(struct translate *t, struct jval root,
			   struct buf *out, struct fail *why);
int translate_chat_turns(struct translate *t, struct jval root, struct buf *out,
			 struct fail *why);
int translate_chat_failure(struct jval root);
int translate_chat_answer(struct translate *t, struct jval root,
			  struct buf *out);
int translate_chat_chunk(struct translate *t, struct span data,
			 struct buf *out);
bool translate_chat_finish(struct translate *t, struct buf *out);

/* ---- chat_like.c ---- */

/* Before a chunk is read. */
void translate_chat_forget(struct translate *t);

/* The chunk has this text, or a list of calls (BLOCK_CALL). */
void translate_chat_piece(struct translate *t, enum translate_block block,
			  struct jval text);

/* After a chunk was read: the next one may be like it. */
void translate_chat_remember(struct translate *t, struct span chunk);

/* Takes a chunk that is like the one before. false: it is not. */
bool translate_chat_like(struct translate *t, struct span chunk,
			 struct buf *out);

/* "end_turn" ... for a finish_reason, calls: the answer has some */
const char *translate_chat_stop(const char *finish, bool calls);

void translate_chat_usage(struct translate *t, struct jval usage);

/* ---- responses_*.c: Responses ---- */

int translate_responses_request(struct translate *t, struct jval root,
				struct buf *out, struct fail *why);
int translate_responses_turns(struct translate *t, struct jval root,
			      struct buf *out, struct fail *why);
int translate_responses_failure(struct jval root);
int translate_responses_answer(struct translate *t, struct jval root,
			       struct buf *out);
int translate_responses_chunk(struct translate *t, struct span data,
			      struct buf *out);
bool translate_responses_finish(struct translate *t, struct buf *out);

/* "end_turn" ... for a response; NULL: it is not over */
const char *translate_responses_stop(struct jval response, bool calls);

void translate_responses_usage(struct translate *t, struct jval response);

/* Appends the words of a thought, without quotes. *own: they are the thought
 * itself, not a summary of it. */
void translate_responses_thought(struct jval item, struct buf *text, bool *own);

/* Appends the signature that brings an item of reasoning back. */
void translate_responses_sign(struct jval item, bool own, struct buf *out);

/* Appends the item that a thinking block brings back. false: it brings none
 * that this provider could read. */
bool translate_responses_unsign(struct jval block, struct buf *out);

#endif
