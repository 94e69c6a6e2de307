/*
 * For the files of wire/scrub/:
 *   scrub.c          a request, an answer, and the last look for credentials
 *   scrub_head.c     targets and fields
 *   scrub_json.c     a document, walked with the rules
 *   scrub_look.c     a document, only looked at
 *   scrub_rules.c    the table: which member holds what
 *   scrub_value.c    one string, by what it holds
 *   scrub_stream.c   the events of an answer
 *   scrub_names.c    stand-ins for ids, names and signatures
 *   scrub_words.c    words of the protocol
 *   scrub_text.c     prose
 *   scrub_letters.c  the filler, and letters beyond ASCII
 * Everything is done in place, and no byte moves.
 */
#ifndef WIRE_SCRUB_SCRUB_PRIVATE_H
#define WIRE_SCRUB_SCRUB_PRIVATE_H

#include "wire/json/jscan.h"
#include "wire/scrub/scrub.h"

/* ---- scrub_names.c ---- */

/* Hashes of what was met; the values themselves are not kept. */
struct scrub_name {
	uint64_t hash, shape;
	unsigned number;
	bool session;
};

struct scrub_names {
	struct scrub_name *list; /* a hash table */
	size_t count, cap;
	unsigned blobs;
	bool full;
};

#define SCRUB_NAMES_LIMIT ((size_t)1 << 20)

void scrub_names_clear(struct scrub_names *n);

/* "toolu_01AbC" is toolu_0000001, a UUID is 00000000-0000-4000-9000-... */
void scrub_names_id(struct scrub_names *n, char *at, size_t len, bool session);
bool scrub_names_is_id(struct span s);
/* Replaces a name by filler; two names that differ stay different. */
void scrub_names_key(struct scrub_names *n, char *at, size_t len);
/* Base64 that holds nothing; `keep` bytes at its begin stay. */
void scrub_names_blob(struct scrub_names *n, char *at, size_t len, size_t keep);

/* ---- scrub_words.c ---- */

/* A word of the protocol, in any case. */
bool scrub_words_known(struct span word);
/* A name that ends in a date, as those of betas do ("effort-2025-11-24"). */
bool scrub_words_dated(struct span text);
/* Digits and dots, or the same after a "v"; at most three numbers of at most 6
 * digits. */
bool scrub_words_number(struct span text);
/* [a-z][a-z0-9_-]*, not longer than words of an enumeration are, and not
 * random. */
bool scrub_words_enum(struct span text);
/* A length of time, "5m" or "1h". */
bool scrub_words_span(struct span text);
/* A name that a member or a parameter may keep. */
bool scrub_words_name(struct span text);
/* A tool of the client itself or of the API. */
bool scrub_words_tool(struct span name);
/* Replaces unknown words; known ones and numbers stay. */
void scrub_words(char *at, size_t len);
/* The same for the name of a model; names that the API has stay whole. */
void scrub_words_model(char *at, size_t len);

/* ---- scrub_text.c ---- */

void scrub_text(char *at, size_t len);
/* Each letter and digit becomes a letter of filler, whatever it was. */
void scrub_text_blob(char *at, size_t len);
/* A regular expression: only letters that match themselves are replaced. */
void scrub_text_pattern(char *at, size_t len);
/* The first line of the system prompt, "x-anthropic-billing-header: ...". */
bool scrub_text_is_attribution(struct span s);
void scrub_text_attribution(char *at, size_t len);
/* JSON that is not whole: strings become filler, escapes stay. */
void scrub_text_fragment(char *at, size_t len);

/* ---- scrub_letters.c ---- */

/* The n-th letter of the filler, small. */
char scrub_letters_filler(size_t n);
/* Replaces the character at the front, at `at`, by another one of its kind and
 * length; gives that length. Signs, pictures and ASCII stay. */
size_t scrub_letters(char *at, struct span rest);

/* ---- scrub_rules.c ---- */

enum scrub_place {
	PLACE_UNKNOWN,
	PLACE_ROOT, /* a request, an answer, an event */
	PLACE_MESSAGE,
	PLACE_BLOCK,
	PLACE_SOURCE, /* of a picture or a document */
	PLACE_TOOL,
	PLACE_SCHEMA,
	PLACE_PROPERTIES, /* names are given by whoever wrote the schema */
	PLACE_FREE, /* the input of a tool */
	PLACE_METADATA,
	PLACE_USER, /* metadata.user_id */
	PLACE_CONFIG, /* thinking, output_config, ...: words */
	PLACE_CHOICE, /* tool_choice */
	PLACE_IDS,
	PLACE_MODELS, /* a list of them */
	PLACE_ERROR,
	PLACE_CLASSIFIER,
};

enum scrub_what {
	WHAT_UNKNOWN, /* kept if it is a known word or a number, else text */
	WHAT_TEXT,
	WHAT_WORD, /* an enumeration */
	WHAT_WORDS, /* "image/png", "2023-06-01" */
	WHAT_MODEL,
	WHAT_ID,
	WHAT_SESSION,
	WHAT_TOOL, /* the name of one */
	WHAT_KEY, /* the name of a member */
	WHAT_NAME, /* that a user gave to something */
	WHAT_ENUM, /* of a schema */
	WHAT_PATTERN,
	WHAT_URI, /* $schema, $ref */
	WHAT_BLOB, /* a signature, encrypted content */
	WHAT_MEDIA,
	WHAT_USER, /* JSON in a string, or ids with words between */
	WHAT_FRAGMENT,
};

struct scrub_rule {
	enum scrub_place place;
	const char *member; /* NULL: any other */
	enum scrub_what what; /* of strings, also of those in its list */
	enum scrub_place into; /* of objects, also of those in its list */
};

/* What is known of the container around a value. */
struct scrub_level {
	const struct scrub_rule *rule; /* of a list: of its items */
	enum scrub_place place; /* of an object */
	bool object;
};

/* The rule of a value in it; `key` is empty in a list. */
const struct scrub_rule *scrub_rules_find(const struct scrub_level *l,
					  struct jval key);

/* ---- scrub_value.c ---- */

struct scrub {
	struct scrub_names names;
	struct secrets secrets; /* the credentials that clients sent */
	bool (*nested)(struct scrub *s, char *at, size_t len,
		       enum scrub_place place); /* scrub_json */
	bool keep_text;
	bool own_tool; /* the schema belongs to a tool of the client */
};

/* A string of a document, with its quotes. */
void scrub_value(struct scrub *s, struct span string, enum scrub_what what);
/* The same for a text that is in no quotes. */
void scrub_value_plain(struct scrub *s, char *at, size_t len,
		       enum scrub_what what);
/* Writes the changed text, which is decoded, back into the string: each
 * character is as long as the one that it replaces. */
void scrub_value_respell(struct span string, struct span decoded);
/* The name of a member. */
void scrub_value_key(struct scrub *s, struct span string);
/* A number that may be a time. */
void scrub_value_number(struct span number, struct jval key);

/* ---- scrub_json.c ---- */

/* false: it is no JSON, and nothing was changed. */
bool scrub_json(struct scrub *s, char *at, size_t len, enum scrub_place place);

/* ---- scrub_head.c ---- */

char *scrub_head_target(struct scrub *s, const char *target);
int scrub_head_fields(struct scrub *s, const struct headers *from,
		      struct headers *to, struct fail *f);

/* ---- scrub_stream.c ---- */

void scrub_stream(struct scrub *s, char *at, size_t len);

#endif
