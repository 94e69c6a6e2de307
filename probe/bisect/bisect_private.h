/*
 * What the files of bisect share. A request is a tree of parts. A *look* says
 * for each part whether it stays as given, is gone, or is shortened. Each
 * candidate is made from the given request and a look, so a part always has its
 * place in the given body.
 */
#ifndef PROBE_BISECT_PRIVATE_H
#define PROBE_BISECT_PRIVATE_H

#include "probe/bisect/bisect.h"

#define PARTS_LIMIT 100000 /* of a request; further containers are not read */
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

enum part_place { /* what a value means in a Messages request */
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
		  PLACE_SCHEMAS, /* properties, anyOf: their members or items
				    are schemas */
		  PLACE_BETAS, /* anthropic_beta of a body */
		  PLACE_DATA, /* a value in which names mean nothing to us */
};

enum part_flags {
	PART_STAYS = 1 << 0, /* no request can be sent without it */
	PART_FIXED = 1 << 1, /* every request has it; only a bare one may lose
				it */
	PART_REQUIRED = 1 << 2, /* its object is invalid without it */
	PART_THROUGH = 1 << 3, /* a list that stays; its items can be left
				  out */
	PART_EMPTY_GOES = 1 << 4, /* is left out when its last item is */
	PART_WORD = 1 << 5, /* a string that is no prose */
};

struct part {
	enum part_kind kind;
	enum part_place place;
	unsigned flags;
	size_t parent;
	size_t child, count; /* children are neighbours in `list` */
	size_t index; /* among its siblings; of a header: in the request's
			 headers */
	struct jval key, value; /* in the given body */
	struct span bytes; /* a beta, a query, a body that is not JSON */
	const struct feature *feature; /* or NULL */
};

struct need { /* `who` is invalid without one of a group of parts */
	size_t who, what;
	bool follows; /* `who` is left out if the group is, even with
			 CLOSE_PULL */
};

struct parts {
	const struct bisect_request *given;
	struct part *list;
	size_t count, cap;
	struct need *needs; /* those of one group are neighbours */
	size_t need_count, need_cap;
	size_t body, messages, max_tokens, budget; /* or NO_PART */
	bool alternates; /* roles take turns, beginning with the user */
	bool ends_with_user;
};

/* parts_of() reads the tree and what its parts need; parts_read() only the
 * tree. */
void parts_of(struct parts *ps, const struct bisect_request *given);
void parts_read(struct parts *ps, const struct bisect_request *given);
void parts_clear(struct parts *ps);

bool part_is(const struct part *p, const char *key); /* a member of this name */
/* Can be left out without making the rest invalid. */
bool part_is_optional(const struct part *p);
/* A string (or a body that is not JSON) that may have any words. */
bool part_is_text(const struct part *p);
struct span part_text(const struct part *p); /* without its quotes */
size_t part_member(const struct parts *ps, size_t object, const char *key);
bool part_is_in(const struct parts *ps, size_t part, size_t outer);
/* Two members with one name, in objects that mean the same. */
bool part_is_alike(const struct parts *ps, size_t a, size_t b);
void part_pointer(const struct parts *ps, size_t part, struct buf *out);

enum how {
	HOW_KEPT, /* stays; its children have looks of their own */
	HOW_GONE,
	HOW_TAKEN, /* left out for good: it belongs to a cause that was found */
	HOW_SHORT, /* shortened to "x", 1, {} or [] */
	HOW_FILLED, /* a text, replaced by `to` bytes of filler */
	HOW_CUT, /* a text, cut to its bytes from `from` to `to` */
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

/* Is in the request: neither left out itself, nor in a part that is left out or
 * shortened. */
bool part_is_there(const struct parts *ps, const struct looks *l, size_t part);
void part_out(const struct parts *ps, struct looks *l, size_t part);
/* Puts a part back, and the parts that it is in, each with the least that it
 * can have. false: it was taken for good. In close.c. */
bool part_bring(const struct parts *ps, struct looks *l, size_t part);

enum closing {
	CLOSE_PULL, /* a part that stays brings back what it needs */
	CLOSE_DROP, /* a part that lacks what it needs is left out too */
};
void looks_close(const struct parts *ps, struct looks *l, enum closing c);
/* leaves out lists that became empty */
void looks_tidy(const struct parts *ps, struct looks *l);

/* Writes the given request with this look. */
void without(const struct parts *ps, const struct looks *l,
	     struct bisect_request *out);

/* ---- the search ---- */

struct trial_answer {
	uint64_t hash;
	enum trial trial;
};

struct part_list {
	/* A list of parts, by their index. */
	size_t *list;
	size_t count, cap;
};

struct search {
	struct parts parts;
	trial_fn *trial;
	bool (*again)(void *arg, const struct bisect_request *r);
	void *arg;
	const struct bisect_watch *watch;
	struct trial_answer *answers; /* for the failure of the current cause */
	size_t answer_count, answer_cap;
	struct looks want; /* closed by looks_close(), it fails */
	struct looks best; /* the smallest that failed */
	bool *proved; /* by part: it fails only with this value of the part */
	struct part_list past; /* culprits of earlier causes */
	size_t counted; /* the list that is too long with `count` items, or
			   NO_PART */
	size_t count;
	bool is_bare, is_over, size_tried;
	size_t best_size;
};

void part_list_add(struct part_list *l, size_t part);

/* Starts the search for a cause in this look of the request, which fails. */
void search_begin(struct search *s, const struct looks *from);

/* Asks the trial, unless the answer is known. If it is TRIAL_SAME, and the
 * candidate is the smallest so far, it becomes s->best. search_ask_closed()
 * closes the look first. */
enum trial search_ask(struct search *s, const struct looks *l);
enum trial search_ask_closed(struct search *s, const struct looks *want);
void search_stage(struct search *s, const char *what);

/* Appends the units in a part: the parts that can be left out next. */
void search_units(const struct search *s, size_t part, struct part_list *out);
void search_all_out(const struct search *s, struct looks *l);
void search_texts(struct search *s); /* text.c: shortens texts of s->best */
/* count.c: true if only the number of items in the list of these units
 * matters. */
bool search_count(struct search *s, const struct part_list *units,
		  const bool *in);
/* size.c: true if the number of bytes is the cause; *c is then filled in. */
bool search_size(struct search *s, struct bisect_cause *c);
void search_shorten(const struct search *s, struct looks *l); /* all texts */

/* culprit.c: finds which parts of s->best are to blame. */
void search_culprits(struct search *s, struct bisect_cause *c,
		     struct part_list *out);
/* Asks for the smallest request without a part, or, if `whole`, for s->want
 * without it, closed. *l is the look that was asked for. */
enum trial search_ask_without(struct search *s, size_t part, bool whole,
			      struct looks *l);
/* Takes a culprit out of the request for good, with the parts like it. */
void search_take(struct search *s, size_t culprit, struct looks *base);

/* name.c: appends what people call a part. */
void part_name(const struct search *s, size_t part, struct buf *out);

#endif
