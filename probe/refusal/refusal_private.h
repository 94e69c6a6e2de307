/* For the files that implement refusal.h. */
#ifndef PROBE_REFUSAL_REFUSAL_PRIVATE_H
#define PROBE_REFUSAL_REFUSAL_PRIVATE_H

#include "probe/refusal/refusal.h"
#include "wire/bytes/secrets.h"

#define REFUSAL_TEXT_LIMIT ((size_t)16 * 1024) /* of an error's text */
#define REFUSAL_WORD_LIMIT ((size_t)300)

/* The part of the request that an error names; several rules ask for it. */
struct refused_part {
	bool looked, found;
	struct buf text;
};

/* A failed exchange, and what was read off its answer. */
struct refused {
	const struct refusal_given *g;
	struct secrets secrets; /* of the request */
	struct jval sent; /* J_NULL: no JSON was sent */
	struct buf type, message; /* of the error; no credential in them */
	struct buf low; /* type, message and codes, in lower case */
	/* The same of an error that is quoted in it; empty: none is quoted. */
	struct buf inner, inner_low;
	struct refused_part *part;
	int status; /* of the answer, or what the error's type stands for */
	bool is_page; /* the answer is HTML */
};

/* ---- refusal_word.c ---- */

/* A value of the answer's head, or "". */
const char *refused_header(const struct refused *x, const char *name);

/*
 * Does the error's text hold these words? In lower case; alternatives are
 * separated by '|', words that must all be there by '&': "tool_use&without|tool
 * messages".
 */
bool refused_says(const struct refused *x, const char *words);

/* Does the request have a member of this name anywhere? Looks at bytes: "name"
 * and a colon. */
bool refused_has_member(const struct refused *x, struct span name);

/* The answer is a page for people: DR-HTML with its words. */
void refused_page(const struct refused *x, struct refusal *out);

/* Sets word n (from 0), cut to REFUSAL_WORD_LIMIT bytes. */
void refusal_word(struct refusal *out, size_t n, struct span text);
void refusal_wordf(struct refusal *out, size_t n, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

/* Sets word n to the error's text. */
void refused_fill_text(const struct refused *x, struct refusal *out, size_t n);

/* ---- refusal_clean.c and refusal_text.c ---- */

/* Adds the credentials that went out with the request. */
void refusal_secrets(const struct headers *sent, struct secrets *to);

/* Masks these secrets in the text, and whatever looks like a credential. */
void refusal_blot(const struct secrets *s, struct buf *text);

/* As span_find(), but upper and lower case are the same. */
size_t refusal_find(struct span text, const char *word);

bool refusal_is_page(const struct headers *got, struct span body);

/* ---- refusal_inner.c ---- */

/* What an error says that is quoted inside another one, and its codes. */
struct refused_words {
	struct buf message, more;
};

/* Looks into the body, or into the message if the body is no JSON. Both outputs
 * stay empty if nothing is quoted. */
void refusal_inner(struct span body, struct span message,
		   struct refused_words *out);

/* ---- refusal_rules.c: by the error's text ---- */

/* True if a rule matches; its code and words are in *out. */
bool refused_by_text(const struct refused *x, struct refusal *out);

/* ---- refusal_fill.c, refusal_tool.c, refusal_foreign.c: set the words of a
 * code; false: it does not apply ---- */

typedef bool refused_fill_fn(const struct refused *x, struct refusal *out);

refused_fill_fn refused_fill_message;
refused_fill_fn refused_fill_status;
refused_fill_fn refused_fill_size;
refused_fill_fn refused_fill_model;
refused_fill_fn refused_fill_part;
refused_fill_fn refused_fill_tool;
refused_fill_fn refused_fill_tool_or_none;
refused_fill_fn refused_fill_field;
refused_fill_fn refused_fill_added;
refused_fill_fn refused_fill_unthinking;
refused_fill_fn refused_fill_management;
refused_fill_fn refused_fill_thinking;
refused_fill_fn refused_fill_no_version;
refused_fill_fn refused_fill_parameter;
refused_fill_fn refused_fill_limit;
refused_fill_fn refused_fill_replayed;
refused_fill_fn refused_fill_block;
refused_fill_fn refused_fill_media;
refused_fill_fn refused_fill_thread;
refused_fill_fn refused_fill_own_thread;
refused_fill_fn refused_fill_safeguards;
refused_fill_fn refused_fill_foreign;
refused_fill_fn refused_fill_no_choice;
refused_fill_fn refused_fill_nameless;

/* The part of the request that the text names, as people name it. */
bool refused_fill_find(const struct refused *x, struct span *part);

/* ---- refusal_field.c ---- */

/* The field that "Extra inputs are not permitted" and its like mean, as it is
 * spelt ("tools.0.custom.defer_loading"). false: the text says no such thing. */
bool refused_field(struct span text, struct span *field);

refused_fill_fn refused_fill_beta;
refused_fill_fn refused_fill_named_beta;
refused_fill_fn refused_fill_changed_beta;

/* ---- refusal_stream.c: answers with 2xx ---- */

/* True if Claude Code cannot use this answer; *out says why. */
bool refused_success(struct refused *x, struct refusal *out);

#endif
