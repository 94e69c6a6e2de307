/*
 * Finds the behaviour that explains a failing check. A check looks at one part
 * of one exchange, and each behaviour has a part. A table says how near two
 * parts are; names and places decide among behaviours of the same part.
 */
#include "probe/causes/causes_look.h"
#include "probe/causes/causes_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/refusal/feature.h"
#include "probe/refusal/refusal.h"

#define LEAST 15 /* a lower score explains nothing */

/* ---- places ---- */

static bool is_number(char c)
{
	return isdigit((unsigned char)c);
}

/* How many parts two pointers have in common from the front. All indexes count
 * as the same, because items may have moved. */
static size_t common_parts(const char *a, const char *b)
{
	struct span x = span_skip(span_of(a), 1), y = span_skip(span_of(b), 1);
	struct span p, q;
	size_t n = 0;

	while (x.len > 0 && y.len > 0 && span_split(&x, '/', &p) &&
	       span_split(&y, '/', &q)) {
		bool numbers = p.len > 0 && q.len > 0 && is_number(p.at[0]) &&
			       is_number(q.at[0]);

		if (!numbers && !span_equal(p, q))
			break;
		n++;
	}
	return n;
}

static size_t count_parts(const char *pointer)
{
	size_t n = 0;

	for (; *pointer != '\0'; pointer++)
		n += *pointer == '/';
	return n;
}

/* Scores two places: one is inside the other; or both have a member of the root
 * in common; or nothing. */
static int place_score(const char *wanted, const char *seen)
{
	size_t n = common_parts(wanted, seen);

	if (n == count_parts(wanted) || n == count_parts(seen))
		return 20;
	return n > 0 ? 5 : -45;
}

/* ---- how near ---- */

struct explaining {
	const struct behaviours *seen;
	const struct couples *pairs;
	const struct view *v;
	struct causes_look look;
	const struct exchange *x; /* the exchange that the check looks at; NULL:
				     it is missing */
	size_t pair; /* the pair of x; SIZE_MAX: none */
	struct buf refusal; /* the provider's error message */
};

static const struct exchange *exchange_of(const struct explaining *e)
{
	unsigned number = e->look.number > 1 ? e->look.number : 1;

	return view_find(e->v, e->look.actor, number);
}

static size_t pair_of(const struct explaining *e)
{
	for (size_t i = 0; i < e->pairs->count; i++) {
		const struct couple *p = &e->pairs->list[i];

		if (p->c == e->x)
			return i;
		for (size_t k = 0; k < p->count; k++)
			if (p->u[k] == e->x)
				return i;
	}
	return SIZE_MAX;
}

/* Reads an error of the provider: the request may have caused it. */
static void read_refusal(struct explaining *e)
{
	struct buf type = BUF_INIT(1024);
	const struct exchange *u;

	if (e->pair == SIZE_MAX)
		return;
	u = couple_answered(&e->pairs->list[e->pair]);
	if (u != NULL && u->response != NULL && u->response->status >= 400)
		refusal_text(u->content, &type, &e->refusal);
	buf_clear(&type);
}

static bool mentions(const struct explaining *e, struct span word)
{
	return word.len > 2 &&
	       span_find(buf_span(&e->refusal), word) != SIZE_MAX;
}

/* Whether the error is about something that a beta would have allowed. */
static bool misses_beta(const struct explaining *e)
{
	const struct feature *f;

	if (mentions(e, span_of("anthropic-beta")))
		return true;
	for (size_t i = 0; (f = feature_nth(i)) != NULL; i++) {
		const char *name = strrchr(f->name, '.');

		name = name != NULL ? name + 1 : f->name;
		if (f->betas != NULL &&
		    mentions(e, span_first(span_of(name), strcspn(name, "="))))
			return true;
	}
	return false;
}

static int refusal_score(const struct explaining *e, const struct behaviour *b,
			 const char *detail)
{
	const char *last = strrchr(detail, '/');

	if (e->refusal.len == 0)
		return 0;
	if (b->row->part == PART_FIELD)
		return strcmp(detail, "anthropic-beta") == 0 && misses_beta(e)
			       ? 30
			       : 0;
	if (b->row->part != PART_BODY)
		return 0;
	return last != NULL && mentions(e, span_of(last + 1)) ? 25 : 10;
}

static bool is_request_part(enum behaviour_part part)
{
	return part == PART_LINE || part == PART_FIELD || part == PART_KEY ||
	       part == PART_BODY;
}

static bool looks_at_answer(enum looks_at at)
{
	return at >= AT_STATUS;
}

static bool is_harmless(const struct behaviour *b)
{
	return b->rule != NULL ? b->rule->level == LEVEL_MAY
			       : b->row->level == LEVEL_MAY;
}

static int field_score(const struct explaining *e, const char *detail)
{
	if (e->look.name[0] == '\0')
		return 0;
	return strcmp(e->look.name, detail) == 0 ? 25 : -100;
}

static int key_score(const struct explaining *e, const struct behaviour *b,
		     const char *detail)
{
	bool of_answer = b->kind == BEHAVIOUR_KEY_SHOWN;

	if (b->kind == BEHAVIOUR_KEY_IN_TURN)
		return e->look.at == AT_FIELD ? -100 : 0;
	if (of_answer != looks_at_answer(e->look.at))
		return b->kind == BEHAVIOUR_KEY_LOST ? 0 : -100;
	if (e->look.at == AT_FIELD && b->kind == BEHAVIOUR_KEY_REPLACED)
		return strcmp(e->look.name, "x-api-key") == 0 ||
				       strcmp(e->look.name, "authorization") ==
					       0
			       ? 10
			       : -100;
	if (e->look.at == AT_FIELD)
		return strcmp(e->look.name, detail) == 0 ? 25 : -20;
	return b->kind == BEHAVIOUR_KEY_REPLACED ? -100 : 0;
}

/* Scores words of a check's subject by the behaviours that they are about. */
static int word_score(const struct explaining *e, const struct behaviour *b,
		      const char *detail)
{
	static const char *const about[][2] = {
		{ "text", "text" },           { "thinking", "thinking" },
		{ "signature", "signature" }, { "tool_input", "input" },
		{ "tool_id", "/id" },         { "tool_name", "/name" },
		{ "finish", "stop_reason" },  { "finish", "message_delta" },
	};
	bool other = false;

	if (strcmp(e->look.word, "pings") == 0)
		return b->kind == BEHAVIOUR_PING_DROPPED ||
				       b->kind == BEHAVIOUR_PINGS_ADDED
			       ? 20
			       : 0;
	if (strcmp(e->look.word, "comments") == 0)
		return b->kind == BEHAVIOUR_COMMENTS_DROPPED ||
				       b->kind == BEHAVIOUR_COMMENTS_ADDED
			       ? 20
			       : 0;
	for (size_t i = 0; i < sizeof(about) / sizeof(about[0]); i++) {
		if (strcmp(e->look.word, about[i][0]) != 0)
			continue;
		if (strstr(detail, about[i][1]) != NULL)
			return 10;
		other = true;
	}
	/* A translation reports exactly the part that it is about. */
	if (other &&
	    (b->kind == BEHAVIOUR_SAID_LOST || b->kind == BEHAVIOUR_SAID_OTHER))
		return -60;
	if (e->look.name[0] != '\0' && strstr(detail, e->look.name) != NULL)
		return 10;
	return 0;
}

static int detail_score(const struct explaining *e, const struct behaviour *b,
			const char *detail)
{
	enum behaviour_part part = b->row->part;
	const char *pointer = strchr(detail, '/');

	if (part == PART_KEY)
		return key_score(e, b, detail);
	if (e->look.at == AT_FIELD && part == PART_FIELD)
		return field_score(e, detail);
	if (e->look.at == AT_ANSWER_FIELD && part == PART_ANSWER_FIELD)
		return field_score(e, detail);
	if (part == PART_ANSWER_FIELD) /* it matters for a body only if it says
					  how to read it */
		return strncmp(detail, "content-", 8) == 0 ? 0 : -100;
	if (e->look.pointer[0] != '\0' && pointer != NULL &&
	    (((e->look.at == AT_BODY || e->look.at == AT_MODEL) &&
	      part == PART_BODY) ||
	     (e->look.at == AT_ANSWER_BODY && part == PART_ANSWER_BODY)))
		return place_score(e->look.pointer, pointer);
	if (e->look.at == AT_EVENTS)
		return word_score(e, b, detail);
	return 0;
}

/* A behaviour in the same exchange scores more than one before it, and that
 * more than a later one. */
static int pair_score(const struct explaining *e, const struct sighting *s)
{
	if (e->pair == SIZE_MAX || s->pair == e->pair)
		return 15;
	return s->pair < e->pair ? 0 : -15;
}

/* The provider refused a turn because of what became of an earlier answer. */
static bool is_of_history(const struct explaining *e, const struct behaviour *b,
			  const struct sighting *s)
{
	return e->refusal.len > 0 && looks_at_answer(e->look.at) &&
	       s->pair < e->pair && b->kind != BEHAVIOUR_ANSWER_REPRINTED &&
	       (b->row->part == PART_ANSWER_BODY ||
		b->row->part == PART_EVENTS);
}

static int score_of(const struct explaining *e, const struct sighting *s)
{
	const struct behaviour *b = &e->seen->list[s->behaviour];
	enum behaviour_part part = b->row->part;
	int score = causes_look_nearness[e->look.at][part];

	/* A missing request of the provider's side can only be explained by
	 * parts that keep it from being sent. */
	if (e->x == NULL && e->look.actor[0] == 'u' && e->look.at != AT_COUNT &&
	    part != PART_ROUTE && part != PART_REPEAT && part != PART_TIME &&
	    part != PART_END)
		return 0;
	if (is_of_history(e, b, s))
		return 40 + causes_look_ranks[b->kind];
	if (score == 0 ||
	    (b->kind == BEHAVIOUR_ANSWER_REPRINTED &&
	     (e->look.at < AT_ANSWER_BODY || e->look.pointer[0] != '\0')))
		return 0;
	if (is_request_part(part) && looks_at_answer(e->look.at) &&
	    is_harmless(b))
		return 0;
	score += detail_score(e, b, s->detail) + causes_look_ranks[b->kind];
	if (is_request_part(part) && looks_at_answer(e->look.at))
		score += refusal_score(e, b, s->detail);
	return score + pair_score(e, s);
}

/* Positive: a is earlier on the way. */
static int by_way(const struct behaviour *a, const struct behaviour *b)
{
	return (int)b->row->part - (int)a->row->part;
}

static size_t best_of(const struct explaining *e)
{
	size_t best = CAUSE_NONE;
	int most = LEAST - 1;

	for (size_t i = 0; i < e->seen->run_count; i++) {
		const struct sighting *s = &e->seen->run[i];
		int score = score_of(e, s);

		if (score < most ||
		    (score == most &&
		     (best == CAUSE_NONE || by_way(&e->seen->list[s->behaviour],
						   &e->seen->list[best]) <= 0)))
			continue;
		most = score;
		best = s->behaviour;
	}
	return best;
}

size_t causes_explain(const struct behaviours *seen,
		      const struct couples *pairs, const struct view *v,
		      const struct outcome *o)
{
	struct explaining e = { .seen = seen, .pairs = pairs, .v = v };
	size_t best = CAUSE_NONE;

	buf_init(&e.refusal, 16 * 1024);
	if (causes_look_of(&e.look, o->expect)) {
		e.x = exchange_of(&e);
		e.pair = e.x != NULL ? pair_of(&e) : SIZE_MAX;
		read_refusal(&e);
		best = best_of(&e);
	}
	buf_clear(&e.refusal);
	return best;
}
