/*
 * Strict reading of the JSON that people write: configuration, cases, scripts.
 * cJSON holds the tree; every complaint names file:line:column. Unknown and
 * duplicate keys are errors, with the nearest known key as a hint.
 */
#ifndef WIRE_JSON_JSON_H
#define WIRE_JSON_JSON_H

#include <cjson/cJSON.h>

#include "wire/bytes/attr.h"
#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/json/jscan.h"

struct json {
	char *name; /* for messages: the path as the user gave it */
	char *text;
	size_t len;
	cJSON *root;
	struct jval checked; /* private: the root as it is in the text */
	bool has_nul; /* private: \u0000 is somewhere in the text */
};

/* Parses a copy of `text`. On failure *out is untouched. */
int json_parse(struct json **out, const char *name, struct span text,
	       struct fail *f);

/* Reads a file of at most max_len bytes and parses it. */
int json_load(struct json **out, const char *path, size_t max_len,
	      struct fail *f);
void json_free(struct json *j);

/* The raw text of a node as it is in the file, and where that is. */
struct jval json_raw(const struct json *j, const cJSON *node);
struct place json_place(const struct json *j, const cJSON *node);

/* Fails with "name:line:column: text" at the node. Returns -1. */
int json_fail(const struct json *j, const cJSON *node, struct fail *f,
	      const char *fmt, ...) ATTR_PRINTF(4, 5);

/* Does this string have \u0000 in it? cJSON's copy of it ends there. */
bool json_has_nul(const struct json *j, const cJSON *node);

enum json_kind {
	JSON_TEXT, /* const char *, borrowed from the tree */
	JSON_BOOL, /* bool */
	JSON_U32, /* uint32_t: a whole number, 0 to 2^32-1 */
	JSON_U64, /* uint64_t: a whole number up to 2^53 */
	JSON_OBJECT, /* const cJSON * */
	JSON_ARRAY, /* const cJSON * */
	JSON_ANY, /* const cJSON * */
	JSON_IGNORE, /* accepted and not stored */
};

enum json_flags { JSON_REQUIRED = 1 << 0, JSON_NOT_EMPTY = 1 << 1 };

struct json_field {
	const char *key;
	enum json_kind kind;
	size_t offset; /* of the member in the struct that `into` points to */
	unsigned flags;
};

/*
 * Reads the members of an object into a struct through a table that ends with
 * a NULL key. Members that are absent leave the struct as it was.
 */
int json_read(const struct json *j, const cJSON *object,
	      const struct json_field *fields, void *into, struct fail *f);

typedef void json_mistake_fn(void *arg, const struct fail *f);

/* As json_read, but `fn` is called for every mistake, and the members that are
 * right are stored. */
void json_read_all(const struct json *j, const cJSON *object,
		   const struct json_field *fields, void *into,
		   json_mistake_fn *fn, void *arg);

#endif
