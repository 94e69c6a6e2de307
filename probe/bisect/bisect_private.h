/*
 * What the files of bisect share. A request is a tree of parts; a *look* says
 * for each part whether it is there as it was given, gone or shortened. A
 * candidate is always made from the given request and a look, so that every
 * part keeps its place in the given body.
 */
#ifndef PROBE_BISECT_PRIVATE_H
#define PROBE_BISECT_PRIVATE_H

#include "probe/bisect/bisect.h"

#define PARTS_LIMIT 100000 /* beyond it containers are not looked into */
#define PARTS_DEPTH_LIMIT 40
#define NO_PART SIZE_MAX

enum part_kind {
	PART_REQUEST, /* all of it: the root, part 0 */
	PART_QUERY,
	PART_HEADER,
	PART_BETA, /* one of the values of anthropic-beta */
	PART_BODY,
	PART_MEMBER,
	PART_ITEM,
};

enum part_place { /* what a value is in a Messages request */
		  PLACE_OTHER,
		  PLACE_ROOT,
		  PLACE_MESSAGES,
		  PLACE_MESSAGE,
		  PLACE_CONTENT,
		  PLACE_SYSTEM,
		  PLACE_BLOCK,
		  PLACE_TOOLS,
		  PLACE_TOOL,
		  PLACE_SCHEMA_TOP, /* input_schema */
		  PLACE_SCHEMA, /* below it */
		  PLACE_SCHEMAS, /* properties, anyOf: schemas by name or number */
		  PLACE_BETAS, /* anthropic_beta of a body */
		  PLACE_DATA, /* names in it mean nothing to us */
};

enum part_flags {
	PART_STAYS = 1 << 0, /* nothing can be asked without it */
	PART_FIXED = 1 << 1, /* in every request; only a bare one loses it */
	PART_REQUIRED = 1 << 2, /* what it is in makes no sense without it */
	PART_THROUGH = 1 << 3, /* a list whose items are units themselves */
	PART_EMPTY_GOES = 1 << 4, /* with its last item */
	PART_WORD = 1 << 5, /* a string that is no prose */
};

struct part {
	enum part_kind kind;
	enum part_place place;
	unsigned flags;
	size_t parent;
	size_t child, count; /* its children, one after the other */
	size_t index; /* among its siblings; of a header: in the head */
	struct jval key, value; /* in the given body */
	struct span bytes; /* a beta, a query, a body that is not JSON */
	const struct feature *feature; /* or NULL */
};

struct need { /* `who` makes no sense without one of a group */
	size_t who, what;
	bool follows; /* who goes with it, whatever is wanted */
};

struct parts {
	const struct bisect_request *given;
	struct part *list;
	size_t count, cap;
	struct need *needs; /* those of one group stand together */
	size_t need_count, need_cap;
	size_t body, messages, max_tokens, budget; /* or NO_PART */
	bool alternates; /* its messages take turns, a user's first */
	bool ends_with_user;
};

/* The tree and what its parts need of each other; parts_read(): the tree. */
void parts_of(struct parts *ps, const struct bisect_request *given);
void parts_read(struct parts *ps, const struct bisect_request *given);
void parts_clear(struct parts *ps);

bool part_is(const struct part *p, const char *key); /* a member so named */
/* May be taken away without making the rest senseless. */
bool part_is_optional(const struct part *p);
/* A string (or a body that is not JSON) whose words are free. */
bool part_is_text(const struct part *p);
struct span part_text(const struct part *p); /* without its quotes */
size_t part_member(const struct parts *ps, size_t object, const char *key);
bool part_is_in(const struct parts *ps, size_t part, size_t outer);
/* Two members of one name in places of one kind. */
bool part_is_alike(const struct parts *ps, size_t a, size_t b);
void part_pointer(const struct parts *ps, size_t part, struct buf *out);

enum how {
	HOW_KEPT, /* children: as they say themselves */
	HOW_GONE,
	HOW_TAKEN, /* gone for good: it belongs to a cause that was found */
	HOW_SHORT, /* "x", 1, {} */
	HOW_FILLED, /* a text of `to` bytes that says nothing */
	HOW_CUT, /* the bytes from `from` to `to` of a text */
};

struct part_look {
	enum how how;
	size_t from, to;
};

struct looks {
	struct part_look *of; /* one for each part */
};

void looks_init(struct looks *l, const struct parts *ps);
void looks_copy(struct looks *to, const struct looks *from,
		const struct parts *ps);
void looks_clear(struct looks *l);

/* It is in the request: not gone, nor anything around it gone or shortened. */
bool part_is_there(const struct parts *ps, const struct looks *l, size_t part);
void part_out(const struct parts *ps, struct looks *l, size_t part);
/* Makes it be there again, and of it and what is around it the least; false:
 * it was taken for good. close.c */
bool part_bring(const struct parts *ps, struct looks *l, size_t part);

enum closing {
	CLOSE_PULL, /* what is there brings what it needs */
	CLOSE_DROP, /* what lacks what it needs goes too */
};
void looks_close(const struct parts *ps, struct looks *l, enum closing c);
void looks_tidy(const struct parts *ps, struct looks *l); /* empty lists */

/* The given request as it looks. */
void without(const struct parts *ps, const struct looks *l,
	     struct bisect_request *out);

/* ---- the search ---- */

struct trial_answer {
	uint64_t hash;
	enum trial trial;
};

struct part_list {
	size_t *list;
	size_t count, cap;
};

struct search {
	struct parts parts;
	trial_fn *trial;
	bool (*again)(void *arg, const struct bisect_request *r);
	void *arg;
	const struct bisect_watch *watch;
	struct trial_answer *answers; /* to this failure */
	size_t answer_count, answer_cap;
	struct looks want; /* fails, once it is closed */
	struct looks best; /* that, or what has been made of it: fails */
	bool *proved; /* by part: it fails only with this value */
	struct part_list past; /* culprits of the causes before */
	size_t counted; /* the list that is too long with `count` items */
	size_t count;
	bool is_bare, is_over, size_tried;
	size_t best_size;
};

void part_list_add(struct part_list *l, size_t part);

/* The request that is searched from here on; it fails. */
void search_begin(struct search *s, const struct looks *from);

/* Asks, unless it has been asked. SAME makes it the best one. */
enum trial search_ask(struct search *s, const struct looks *l);
enum trial search_ask_closed(struct search *s, const struct looks *want);
void search_stage(struct search *s, const char *what);

/* The units of a part, as it looks. */
void search_units(const struct search *s, size_t part, struct part_list *out);
void search_all_out(const struct search *s, struct looks *l);
void search_texts(struct search *s); /* text.c: on the best one */
/* count.c. True: of the list that the units in it are items of, only the number
 * matters. */
bool search_count(struct search *s, const struct part_list *units,
		  const bool *in);
/* size.c. True: the number of bytes is the cause, and *c is full. */
bool search_size(struct search *s, struct bisect_cause *c);
void search_shorten(const struct search *s, struct looks *l); /* all texts */

/* culprit.c: what is left of the best one and has to be there. */
void search_culprits(struct search *s, struct bisect_cause *c,
		     struct part_list *out);
/* The smallest one without a part, or, `whole`, without it and with all that
 * belongs to the others. *l is what was asked. */
enum trial search_ask_without(struct search *s, size_t part, bool whole,
			      struct looks *l);
/* Takes one out of the given request, and what is like it. */
void search_take(struct search *s, size_t culprit, struct looks *base);

/* name.c: what a part is called. */
void part_name(const struct search *s, size_t part, struct buf *out);

#endif
