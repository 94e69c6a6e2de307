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

/* What a vendor does by itself; zero is what OpenAI does. */
struct chat_vendor {
	bool key; /* it wants a credential */
	bool thinks; /* and says what: reasoning_content */
	bool pairs; /* calls need their results, also where it is not strict */
	bool one_call; /* it makes one call a turn */
	bool stops; /* its finish reason beside a call is "stop" */
	enum say_calls calls;
	enum say_told usage;
	enum chat_shape shape;
	/* NULL: what it refuses is chat_strict.c's. prompt: its tokens. */
	int (*check)(const struct chat_vendor *v, struct jval root,
		     uint64_t prompt, struct chat_refusal *why);
};

/* Why a request is refused, in the members of this vendor's errors. */
struct chat_refusal {
	int status; /* 0: it is taken */
	const char *type, *code; /* code: NULL is null */
	enum chat_shape shape;
	char param[160]; /* "" is null */
	char message[1024];
};

/* ---- chat_head.c ---- */

/* Sets it with status 400 and type invalid_request_error; returns -1. */
int chat_refuse(struct chat_refusal *why, const char *code, const char *param,
		const char *fmt, ...) ATTR_PRINTF(4, 5);

/* The same for a value of another type than is expected ("a string"). */
int chat_refuse_type(struct chat_refusal *why, const char *param,
		     const char *expected, struct jval got);

/* The same for a word that is none of those that are supported. */
int chat_refuse_value(struct chat_refusal *why, const char *param,
		      struct jval got, const char *supported);

/* Refuses a list that is empty, or has more than `most`; what is no list has
 * none. */
int chat_length_check(struct jval list, const char *param, int most,
		      struct chat_refusal *why);

void chat_error(struct reply *out, const struct chat_refusal *why);

/* "a string", "null", ...: what it got instead. */
const char *chat_kind(struct jval v);

/* ---- chat_ask.c ---- */

int chat_ask_credential(const struct anthropic *a,
			const struct anthropic_request *r,
			struct chat_refusal *why);

/* The body is a JSON object. */
int chat_ask_body(const struct anthropic_request *r, struct jval *root,
		  struct chat_refusal *why);

/* plain: the request in the plain form, which stays where it is. */
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

/* A member that an object may have; null is as good as none. */
struct chat_member {
	const char *name;
	enum chat_value_kind kind;
	double least, most; /* of a number; most of a text: its length */
	const char *words; /* of a word: they stand apart by blanks */
};

/* Members of this object, which stands at `place` ("" is the request itself):
 * each is one of the rows. */
int chat_value_members(const struct chat_member *rows, size_t count,
		       struct jval object, const char *place,
		       struct chat_refusal *why);

/* This one alone, if it is there. */
int chat_value_member(const struct chat_member *row, struct jval object,
		      const char *place, struct chat_refusal *why);

/* Each member has one of these names, whatever it is. */
int chat_value_names(struct jval object, const char *place, const char *words,
		     struct chat_refusal *why);

/* A string of so many bytes at most. */
int chat_value_length(const char *name, struct jval v, size_t most,
		      struct chat_refusal *why);

int chat_value_word(const char *name, struct jval v, const char *words,
		    struct chat_refusal *why);

/* Appends 'a', 'b', and 'c'. */
void chat_value_list(const char *words, struct buf *out);

/* ---- chat_members.c ---- */

/* Keys and values of "metadata". */
int chat_members_metadata(struct jval metadata, struct chat_refusal *why);

/* The members of the request: their names, types, ranges and words. */
int chat_members_request(struct jval root, struct chat_refusal *why);

/* What all vendors refuse: limits that are no number, or below 1. */
int chat_limits_check(struct jval root, struct chat_refusal *why);

/* ---- chat_models.c ---- */

/* What one model takes and another does not. prompt: tokens of it. */
int chat_models_check(struct jval root, uint64_t prompt,
		      struct chat_refusal *why);

/* ---- chat_turns.c ---- */

/* The messages: roles, content, calls and their results. */
int chat_turns_check(struct jval messages, struct chat_refusal *why);

/* ---- chat_parts.c ---- */

/* The content of a message: a text or its parts. optional: there may be none,
 * since the message has calls. */
int chat_parts_check(struct jval message, size_t n, const char *role,
		     bool optional, struct chat_refusal *why);

/* "data:image/png;base64," and so on, and bytes. */
bool chat_parts_is_image(const char *url);

/* ---- chat_schema.c ---- */

/* A schema of a function, or of an answer's format. */
struct chat_schema {
	const char *what, *name; /* "function", and its name */
	const char *param;
	const char *code;
	bool strict; /* each object names all that it has, and no more */
	struct buf context; /* private: where it is looked at */
	struct chat_refusal *why;
};

int chat_schema_check(struct chat_schema *s, struct jval schema);

/* A name: 64 letters of [a-zA-Z0-9_-] at most. */
int chat_name_check(struct jval name, const char *param,
		    struct chat_refusal *why);

/* ---- chat_tools.c ---- */

/* The tools, the choice among them, the format of the answer. */
int chat_tools_check(struct jval root, struct chat_refusal *why);

/* ---- chat_vendor.c ---- */

const struct chat_vendor *chat_vendor_of(enum vendor v);

/* It thinks, unless the request says that it should not. */
bool chat_vendor_thinks(const struct chat_vendor *v, struct jval root);

/* ---- chat_say.c ---- */

/* What the vendor says, added to a say that is empty. thought: what it thinks
 * before that, as far as its tokens go; NULL: nothing. */
void chat_say_add(const struct chat_vendor *v, const struct anthropic_ask *ask,
		  uint64_t number, const char *thought, struct say *s);

/* ask: of the request's plain form; root: the request as it came. */
void chat_say(const struct chat_vendor *vendor, const struct anthropic_ask *ask,
	      struct jval root, uint64_t number, struct reply *out);

#endif
