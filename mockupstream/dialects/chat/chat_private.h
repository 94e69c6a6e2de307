/* What the files of this dialect share. */
#ifndef MOCK_DIALECTS_CHAT_PRIVATE_H
#define MOCK_DIALECTS_CHAT_PRIVATE_H

#include "mockupstream/dialects/anthropic_private.h"
#include "mockupstream/dialects/chat/chat.h"

/* Why a request is refused, in the members of this vendor's errors. */
struct chat_refusal {
	int status; /* 0: it is taken */
	const char *type, *code; /* code: NULL is null */
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

/* What both personalities refuse: limits that are no number, or below 1. */
int chat_limits_check(struct jval root, struct chat_refusal *why);

/* ---- chat_turns.c ---- */

/* The messages: roles, content, calls and their results. */
int chat_turns_check(struct jval messages, struct chat_refusal *why);

/* ---- chat_schema.c ---- */

/* The tools, their names and schemas. */
int chat_tools_check(struct jval root, struct chat_refusal *why);

/* A name of a function: 64 letters of [a-zA-Z0-9_-] at most. */
int chat_name_check(struct jval name, const char *param,
		    struct chat_refusal *why);

/* ---- chat_say.c ---- */

/* ask: of the request's plain form; root: the request as it came. */
void chat_say(const struct anthropic_ask *ask, struct jval root,
	      uint64_t number, struct reply *out);

#endif
