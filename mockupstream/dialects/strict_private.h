/* What the files of the strict personality share. */
#ifndef MOCK_DIALECTS_STRICT_PRIVATE_H
#define MOCK_DIALECTS_STRICT_PRIVATE_H

#include "mockupstream/dialects/strict.h"
#include "wire/bytes/attr.h"
#include "wire/bytes/hash.h"

/* The check of one request. */
struct strict {
	const struct headers *headers;
	bool counting; /* count_tokens */
	uint64_t account; /* the account of its credential */
	int status; /* of the refusal */
	struct fail *why;
	struct buf path; /* of the part being checked: "messages.0.content.1" */
	unsigned marks; /* cache_control so far */
	bool short_mark; /* a marker of 5m has come */
	struct buf late; /* path of the first 1h marker after one of 5m */
};

/* ---- strict_say.c: what all of them use ---- */

/* Refuses with 400. The first refusal wins. Returns -1. */
int strict_refuse(struct strict *s, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* The same, with "PATH: " before the message. */
int strict_refuse_here(struct strict *s, const char *fmt, ...)
	ATTR_PRINTF(2, 3);

/* Adds a part to the path; give the result to strict_leave(). */
size_t strict_enter(struct strict *s, const char *fmt, ...) ATTR_PRINTF(2, 3);
void strict_leave(struct strict *s, size_t was);

/* Is the string one of the words, which are separated by spaces? */
bool strict_is_word(struct jval string, const char *words);

/* Does the anthropic-beta header have one of the words? */
bool strict_has_beta(const struct strict *s, const char *words);

bool strict_type_is(struct jval object, const char *type);

/* Does this `thinking` of a request switch thinking on? */
bool strict_is_thinking(struct jval thinking);

/* A model's name without the prefix that a cloud puts before it. */
struct span strict_model_of(struct span model);

/* ---- strict_pairs.c ---- */

/*
 * False: the field with this value needs a beta that the header does not have.
 * `scope`: the name of the kind of object.
 */
bool strict_is_paired(const struct strict *s, const char *scope,
		      struct jval key, struct jval value);
int strict_check_betas(struct strict *s);

/* ---- strict_shape.c: one object, 0 or -1 ---- */

/* A kind of object. */
struct shape {
	const char *name; /* its name in the API's paths */
	const char *fields; /* known ones; "*": any */
	const char *required;
};

int strict_check_shape(struct strict *s, struct jval object,
		       const struct shape *shape);
/* The same, where pairs have another name for the kind. */
int strict_check_object(struct strict *s, struct jval object,
			const struct shape *shape, const char *scope);
int strict_check_mark(struct strict *s, struct jval holder);

/* ---- strict_fields.c: fields and types ---- */

int strict_check_fields(struct strict *s, struct jval root);

/* ---- strict_blocks.c: system and messages ---- */

int strict_check_system(struct strict *s, struct jval system);
int strict_check_messages(struct strict *s, struct jval messages);

/* ---- strict_tools.c: tools, their choice, and references to them ---- */

int strict_check_tools(struct strict *s, struct jval root);
int strict_check_tool_rules(struct strict *s, struct jval root);

/* ---- strict_turns.c: tool calls and their results ---- */

int strict_check_turns(struct strict *s, struct jval messages);

/* ---- strict_hash.c: hashes of values ---- */

/* Adds the eight bytes of a number to the hash. */
uint64_t strict_hash_number(uint64_t hash, uint64_t n);

uint64_t strict_hash_text(struct span s); /* the same as for a string's value */
uint64_t strict_hash_string(struct jval v);

/* left_out: keys that do not count, except inside inputs and schemas. */
uint64_t strict_hash_value(struct jval v, const char *left_out);

uint64_t strict_hash_system(struct jval root);
uint64_t strict_hash_tools(struct jval root);

/* ---- strict_version.c: what a version of the API takes ---- */

int strict_check_version(struct strict *s, struct jval root);

/* ---- strict_bind.c: thinking blocks ---- */

int strict_check_bound(struct strict *s, struct jval root);

#endif
