/* What the files of the translation share. */
#ifndef GATEWAY_TRANSLATE_TRANSLATE_PRIVATE_H
#define GATEWAY_TRANSLATE_TRANSLATE_PRIVATE_H

#include "gateway/translate/translate.h"

enum {
	TRANSLATE_NAME_LIMIT = 64, /* letters of a tool's name */
	TRANSLATE_NAMES_LIMIT = 512, /* that are changed, of one request */
	TRANSLATE_CALLS_LIMIT = 256, /* of one answer */
	TRANSLATE_INPUT_LIMIT = 8 * 1024 * 1024, /* arguments of a call */
};

/* A tool whose name the provider would not take. */
struct translate_name {
	char given[TRANSLATE_NAME_LIMIT + 1]; /* what the provider gets */
	char *own; /* the client's */
	uint64_t hash; /* of it */
};

/* Where in JSON a text stands that comes in pieces: each byte is looked at once. */
struct translate_nesting {
	size_t depth; /* brackets that are open */
	bool begun; /* there was one */
	bool string, escaped; /* inside a string; after a backslash in it */
};

struct translate_call { /* of an answer that streams */
	int64_t index;
	struct buf id, name; /* as the provider has them */
	struct buf waiting; /* arguments that have not gone out */
	size_t size; /* of all arguments so far, bytes */
	struct translate_nesting nesting; /* at their end */
	bool open, closed; /* its block is begun, ended */
};

enum translate_block { BLOCK_NONE, BLOCK_THOUGHT, BLOCK_TEXT, BLOCK_CALL };

struct translate {
	struct translate_rules rules;
	uint64_t number;
	bool streams;
	struct translate_name *names;
	size_t names_count;
	bool names_full; /* there were more than the limit */
	/* the stream under way */
	bool begun, ended; /* message_start, an error went out */
	bool done; /* "[DONE]" came */
	enum translate_block block; /* the open one */
	unsigned index; /* of the next block */
	struct translate_call *calls;
	size_t calls_count, call; /* the open one */
	struct buf finish; /* empty as long as none came */
	int64_t input, cached, output; /* tokens; -1: not told */
	int64_t guess; /* of the input, until the provider tells it */
	struct buf model;
	size_t written; /* bytes of text, for an estimate of output */
};

/* ---- messages.c ---- */

/* 0: it is a list with a message in it. */
int translate_check_messages(struct jval messages, struct fail *why);

/* ---- names.c ---- */

/* Appends the name that the provider gets for a tool. */
void translate_name_text(struct translate *t, struct jval name,
			 struct buf *out);

/* The same, as a JSON string. */
void translate_name_out(struct translate *t, struct jval name, struct buf *out);

/* Appends the client's name for what the provider says, as a JSON string. */
void translate_name_back(const struct translate *t, struct span name,
			 struct buf *out);

/* ---- turns.c ---- */

/* The messages are checked. */
int translate_turns(struct translate *t, struct jval root, struct buf *out,
		    struct fail *why);

/* ---- parts.c ---- */

/*
 * Appends a part of a user's message for a text, an image or a document; -1:
 * the block has no place in the other format, and `why` says so.
 */
int translate_part(struct jval block, const char *place, struct buf *out,
		   struct fail *why);

/* ---- tools.c ---- */

int translate_tools(struct translate *t, struct jval root, struct buf *out,
		    struct fail *why);

/* ---- error.c ---- */

/*
 * Appends what the client is told of an error of the provider's. true: the
 * prompt is too long, in the words for which the client compacts.
 */
bool translate_error_words(struct jval error, struct span message,
			   struct buf *out);

/* ---- said.c: what whole answers and streams share ---- */

/* "end_turn" ... for a finish_reason, calls: the answer has some */
const char *translate_stop(const char *finish, bool calls);

/* Tokens, as far as the provider told them. */
void translate_take_usage(struct translate *t, struct jval root);

/* {"input_tokens": ...} */
void translate_write_usage(const struct translate *t, struct buf *out);

/* "id":...,"type":"message","role":"assistant","model":... */
void translate_write_front(const struct translate *t, struct buf *out);

/* The signature of a thought: ours, which the gateway knows and takes back. */
#define TRANSLATE_SIGNATURE "Y2NnYXRlOiBub3Qgc2lnbmVkIGJ5IHRoZSBwcm92aWRlcg=="

#endif
