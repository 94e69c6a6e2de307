/*
 * The features of a request: fields with the betas that they need, kinds of
 * blocks, headers, and the variable that makes the client leave each out.
 * doctor's pairs, bisect's dependencies and every fix line come from this one
 * table.
 */
#ifndef PROBE_REFUSAL_FEATURE_H
#define PROBE_REFUSAL_FEATURE_H

#include "wire/json/jscan.h"

enum feature_kind {
	FEATURE_FIELD, /* a member of the body */
	FEATURE_BLOCK, /* a content block, by its type */
	FEATURE_TOOL, /* a tool, by its type */
	FEATURE_BETA, /* a beta that has no field */
	FEATURE_HEADER,
};

struct feature {
	enum feature_kind kind;
	const char *name; /* "context_management", "output_config.effort",
			     "cache_control.ttl=1h", "tool_reference" */
	/* Its place, as a pointer: "/context_management", "/tools/ * /strict"
	 * (without the blanks) with any one part for the star, "/ **
	 * /cache_control/ttl" with any number of parts; NULL: not in the
	 * body */
	const char *pattern;
	/* NULL: any; else only with this string value, in which a star at the
	 * end matches anything. The object that has such a member is the
	 * feature too: a block by its type, a message by its role */
	const char *value;
	const char *betas; /* one of these, separated by blanks; NULL: none */
	const char *switch_off; /* "DISABLE_PROMPT_CACHING=1", or NULL: the
				   client has no switch */
	/* What a gateway has to do: "forward it as it is" */
	const char *forward;
};

const struct feature *feature_nth(size_t n); /* from 0; NULL after the last */

/* The feature of the value at a pointer ("/tools/3/defer_loading"), or NULL. */
const struct feature *feature_at(struct span pointer, struct jval value);

/* By name; of headers in any case, "x-stainless-lang" by "x-stainless-*". */
const struct feature *feature_named(const char *name);

/* The first feature that needs this beta or consists of it; NULL: the beta is
 * not known. */
const struct feature *feature_of_beta(struct span beta);

/* Appends the fix line for a feature: what the gateway has to do, and the
 * client's switch. */
void feature_advice(const struct feature *e, struct buf *out);

/* Appends what the client can do while this beta is refused: the variable that
 * takes it out of the request, if there is one. SPAN_EMPTY: it is not known
 * which beta is meant. */
void feature_without_beta(struct span beta, struct buf *out);

#endif
