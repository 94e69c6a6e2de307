/* What the files of this dialect share. */
#ifndef MOCK_DIALECTS_CHAT_PRIVATE_H
#define MOCK_DIALECTS_CHAT_PRIVATE_H

#include "mockupstream/dialects/anthropic_private.h"
#include "mockupstream/dialects/chat/chat.h"
#include "mockupstream/say/say.h"

/* How a vendor writes an error. */
enum chat_shape {
	CHAT_SHAPE_FULL, /* message, type, param, code */
	CHAT_SHAPE_BRIEF, /* message, type */
	CHAT_SHAPE_NUMBER, /* the status as code, message, type */
};

struct chat_refusal;

/* How a vendor behaves; all zero is what OpenAI does. */
struct chat_vendor {
	bool key; /* it requires a credential */
	/* it thinks, and sends its thoughts as reasoning_content */
	bool thinks;
	bool pairs; /* calls need their results, even where it is not strict */
	bool one_call; /* it makes only one call in a turn */
	bool stops; /* the finish reason of an answer with a call is "stop" */
	enum say_calls calls;
	enum say_told usage;
	enum chat_shape shape;
	/* What it refuses; NULL: what chat_strict.c refuses. prompt: the tokens
	 * of the request. */
	int (*check)(const struct chat_vendor *v, struct jval root,
		     uint64_t prompt, struct chat_refusal *why);
};

/* Why a request is refused, in the members of this vendor's errors. */
struct chat_refusal {
	int status; /* 0: it is accepted */
	const char *type, *code; /* code: NULL is null */
	enum chat_shape shape;
	char param[160]; /* "" is null */
	char message[1024];
};

/* ---- chat_head.c ---- */

/* Sets the refusal, with status 400 and type invalid_request_error; returns
 * -1. */
int chat_refuse(struct chat_refusal *why, const char *code, const char *param,
		const char *fmt, ...) ATTR_PRINTF(4, 5);

/* The same for a value that has another type than expected (such as "a
 * string"). */
int chat_refuse_type(struct chat_refusal *why, const char *param,
		     const char *expected, struct jval got);

/* The same for a value that is not one of the supported words. */
int chat_refuse_value(struct chat_refusal *why, const char *param,
		      struct jval got, const char *supported);

/* Refuses a list that is empty or has more than `most` items; anything that is
 * not a list counts as empty. */
int chat_length_check(struct jval list, const char *param, int most,
		      struct chat_refusal *why);

void chat_error(struct reply *out, const struct chat_refusal *why);

/* The type of a value in words: "a string", "null", ... */
const char *chat_kind(struct jval v);

/* ---- chat_ask.c ---- */

int chat_ask_credential(const struct anthropic *a,
			const struct anthropic_request *r,
			struct chat_refusal *why);

/* Reads the body, which must be a JSON object. */
int chat_ask_body(const struct anthropic_request *r, struct jval *root,
		  struct chat_refusal *why);

/* plain: the request in the plain form; `ask` points into it, so it must stay
 * valid. */
int chat_ask_read(const struct anthropic *a, struct anthropic_ask *ask,
		  struct jval plain, struct chat_refusal *why);

/* ---- chat_strict.c ---- */

/* What OpenAI refuses: fields, types, order of messages, names, schemas. */
int chat_strict_check(struct jval root, uint64_t prompt,
		      struct chat_refusal *why);

/* ---- chat_value.c ---- */

enum { CHAT_PLACE_LEN = 96, CHAT_ANY_LENGTH = 0 };

enum chat_value_kind {
	CHAT_ANY,
	CHAT_BOOLEAN,
	CHAT_INTEGER,
	CHAT_DECIMAL,
	CHAT_TEXT,
	CHAT_WORD,
	CHAT_OBJECT,
	CHAT_ARRAY
};

/* A member that an object may have; null counts as absent. */
struct chat_member {
	const char *name;
	enum chat_value_kind kind;
	/* of a number; for a text `most` is its greatest length */
	double least, most;
	const char *words; /* the words allowed, separated by blanks */
};

/* Checks the members of an object: each must be in one of the rows. `place` is
 * where the object is ("" is the request itself). */
int chat_value_members(const struct chat_member *rows, size_t count,
		       struct jval object, const char *place,
		       struct chat_refusal *why);

/* Checks this one member alone, if it is there. */
int chat_value_member(const struct chat_member *row, struct jval object,
		      const char *place, struct chat_refusal *why);

/* Each member must have one of these names; its value is not checked. */
int chat_value_names(struct jval object, const char *place, const char *words,
		     struct chat_refusal *why);

/* Checks that it is a string of at most `most` bytes. */
int chat_value_length(const char *name, struct jval v, size_t most,
		      struct chat_refusal *why);

int chat_value_word(const char *name, struct jval v, const char *words,
		    struct chat_refusal *why);

/* Appends the words in the form 'a', 'b', and 'c'. */
void chat_value_list(const char *words, struct buf *out);

/* ---- chat_members.c ---- */

/* Checks the keys and values of "metadata". */
int chat_members_metadata(struct jval metadata, struct chat_refusal *why);

/* The members of the request: their names, types, ranges and words. */
int chat_members_request(struct jval root, struct chat_refusal *why);

/* What all vendors refuse: limits that are not numbers, or are below 1. */
int chat_limits_check(struct jval root, struct chat_refusal *why);

/* ---- chat_models.c ---- */

/* What some models accept and others do not. prompt: the tokens of the
 * request. */
int chat_models_check(struct jval root, uint64_t prompt,
		      struct chat_refusal *why);

/* ---- chat_turns.c ---- */

/* The messages: roles, content, calls and their results. */
int chat_turns_check(struct jval messages, struct chat_refusal *why);

/* ---- chat_parts.c ---- */

/* The content of a message: a text or parts. optional: it may be absent, since
 * the message has calls. */
int chat_parts_check(struct jval message, size_t n, const char *role,
		     bool optional, struct chat_refusal *why);

/* Whether it is "data:image/png;base64," or the like, followed by bytes. */
bool chat_parts_is_image(const char *url);

/* ---- chat_schema.c ---- */

/* A schema of a function, or of an answer's format. */
struct chat_schema {
	const char *what, *name; /* "function", and its name */
	const char *param;
	const char *code;
	/* each object requires all its properties, and allows no others */
	bool strict;
	struct buf context; /* private: the part of the schema being checked */
	struct chat_refusal *why;
};

int chat_schema_check(struct chat_schema *s, struct jval schema);

/* A name: at most 64 characters of [a-zA-Z0-9_-]. */
int chat_name_check(struct jval name, const char *param,
		    struct chat_refusal *why);

/* ---- chat_tools.c ---- */

/* The tools, the choice among them, the format of the answer. */
int chat_tools_check(struct jval root, struct chat_refusal *why);

/* ---- chat_vendor.c ---- */

const struct chat_vendor *chat_vendor_of(enum vendor v);

/* Whether it thinks: it does unless the request turns that off. */
bool chat_vendor_thinks(const struct chat_vendor *v, struct jval root);

/* ---- chat_say.c ---- */

/* Adds what the vendor says to an empty say. thought: what it thinks first, cut
 * to its number of tokens; NULL: nothing. */
void chat_say_add(const struct chat_vendor *v, const struct anthropic_ask *ask,
		  uint64_t number, const char *thought, struct say *s);

/* ask: read from the plain form of the request; root: the request as it
 * came. */
void chat_say(const struct chat_vendor *vendor, const struct anthropic_ask *ask,
	      struct jval root, uint64_t number, struct reply *out);

#endif
