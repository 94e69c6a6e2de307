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
	char message[512];
};

/* ---- chat_head.c ---- */

/* Sets it with status 400 and type invalid_request_error; returns -1. */
int chat_refuse(struct chat_refusal *why, const char *code, const char *param,
		const char *fmt, ...) ATTR_PRINTF(4, 5);

void chat_error(struct reply *out, const struct chat_refusal *why);

/* ---- chat_strict.c ---- */

/* What the vendor refuses: fields, types, order of messages, names, schemas. */
int chat_strict_check(struct jval root, struct chat_refusal *why);

/* ---- chat_turns.c ---- */

/* The messages: roles, content, calls and their results. */
int chat_turns_check(struct jval messages, struct chat_refusal *why);

/* ---- chat_schema.c ---- */

/* The tools, their names and schemas. */
int chat_tools_check(struct jval root, struct chat_refusal *why);

/* A name of a function: 64 letters of [a-zA-Z0-9_-] at most. */
int chat_name_check(struct jval name, const char *param,
		    struct chat_refusal *why);

/* ---- chat_vendor.c ---- */

const struct chat_vendor *chat_vendor_of(enum vendor v);

/* It thinks, unless the request says that it should not. */
bool chat_vendor_thinks(const struct chat_vendor *v, struct jval root);

/* ---- chat_say.c ---- */

/* ask: of the request's plain form; root: the request as it came. */
void chat_say(const struct chat_vendor *vendor, const struct anthropic_ask *ask,
	      struct jval root, uint64_t number, struct reply *out);

#endif
