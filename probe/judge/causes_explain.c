/*
 * From a failing check to the behaviour behind it. Each check looks at one part
 * of one exchange; each behaviour is of a part, too. A table says how near they
 * are; names and places decide between those of one part.
 */
#include "probe/judge/causes_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/refusal/feature.h"
#include "probe/refusal/refusal.h"

#define LEAST 15 /* what is farther explains nothing */
#define PARTS (PART_CONNECTION + 1)

enum looks_at {
	AT_NOTHING,
	AT_FIELD,
	AT_HEAD,
	AT_LINE,
	AT_BODY,
	AT_COUNT,
	AT_MARK,
	AT_PROVIDER_END,
	AT_STATUS,
	AT_ANSWER_FIELD,
	AT_ANSWER_BODY,
	AT_EVENTS,
	AT_OUTCOME,
	AT_END,
	AT_EXTRA,
};

/* How near a part is to what a check looks at. */
static const unsigned char nearness[][PARTS] = {
	[AT_FIELD] = { [PART_FIELD] = 60,
		       [PART_KEY] = 55,
		       [PART_ROUTE] = 45,
		       [PART_REPEAT] = 40 },
	[AT_HEAD] = { [PART_KEY] = 60,
		      [PART_FIELD] = 55,
		      [PART_LINE] = 50,
		      [PART_REPEAT] = 40,
		      [PART_ROUTE] = 30 },
	[AT_LINE] = { [PART_LINE] = 60,
		      [PART_KEY] = 50,
		      [PART_ROUTE] = 45,
		      [PART_REPEAT] = 40 },
	[AT_BODY] = { [PART_BODY] = 60, [PART_ROUTE] = 45, [PART_REPEAT] = 30 },
	[AT_COUNT] = { [PART_ROUTE] = 60,
		       [PART_REPEAT] = 60,
		       [PART_TIME] = 30,
		       [PART_LINE] = 20 },
	[AT_MARK] = { [PART_ROUTE] = 55,
		      [PART_TIME] = 50,
		      [PART_HANG_UP] = 50,
		      [PART_REPEAT] = 40,
		      [PART_END] = 40 },
	[AT_PROVIDER_END] = { [PART_HANG_UP] = 60,
			      [PART_ROUTE] = 50,
			      [PART_END] = 50,
			      [PART_REPEAT] = 40,
			      [PART_TIME] = 30 },
	[AT_STATUS] = { [PART_STATUS] = 60,
			[PART_ROUTE] = 58,
			[PART_TIME] = 50,
			[PART_REPEAT] = 40,
			[PART_END] = 35,
			[PART_ANSWER_BODY] = 12,
			[PART_FIELD] = 20,
			[PART_BODY] = 20,
			[PART_LINE] = 20,
			[PART_KEY] = 20 },
	[AT_ANSWER_FIELD] = { [PART_ANSWER_FIELD] = 60,
			      [PART_ROUTE] = 55,
			      [PART_STATUS] = 50,
			      [PART_ANSWER_BODY] = 45,
			      [PART_KEY] = 45,
			      [PART_REPEAT] = 40,
			      [PART_FIELD] = 18,
			      [PART_BODY] = 18,
			      [PART_LINE] = 18,
			      [PART_TIME] = 20 },
	[AT_ANSWER_BODY] = { [PART_KEY] = 61,
			     [PART_ANSWER_BODY] = 60,
			     [PART_ROUTE] = 55,
			     [PART_STATUS] = 52,
			     [PART_EVENTS] = 50,
			     [PART_REPEAT] = 45,
			     [PART_END] = 45,
			     [PART_ANSWER_FIELD] = 40,
			     [PART_TIME] = 30,
			     [PART_FRAMES] = 30,
			     [PART_FIELD] = 18,
			     [PART_BODY] = 18,
			     [PART_LINE] = 18 },
	[AT_EVENTS] = { [PART_TIME] = 65,
			[PART_EVENTS] = 60,
			[PART_ANSWER_BODY] = 58,
			[PART_STATUS] = 55,
			[PART_ROUTE] = 55,
			[PART_END] = 50,
			[PART_REPEAT] = 50,
			[PART_FRAMES] = 48,
			[PART_ANSWER_FIELD] = 40,
			[PART_FIELD] = 18,
			[PART_BODY] = 18,
			[PART_LINE] = 18 },
	[AT_OUTCOME] = { [PART_END] = 61,
			 [PART_EVENTS] = 60,
			 [PART_TIME] = 57,
			 [PART_STATUS] = 55,
			 [PART_ROUTE] = 55,
			 [PART_ANSWER_BODY] = 50,
			 [PART_REPEAT] = 50,
			 [PART_FRAMES] = 45,
			 [PART_ANSWER_FIELD] = 40,
			 [PART_FIELD] = 18,
			 [PART_BODY] = 18,
			 [PART_LINE] = 18 },
	[AT_END] = { [PART_END] = 60,
		     [PART_ROUTE] = 55,
		     [PART_REPEAT] = 50,
		     [PART_TIME] = 45,
		     [PART_STATUS] = 40,
		     [PART_EVENTS] = 30,
		     [PART_ANSWER_BODY] = 20,
		     [PART_BODY] = 16,
		     [PART_FIELD] = 16 },
	[AT_EXTRA] = { [PART_CONNECTION] = 60,
		       [PART_ROUTE] = 55,
		       [PART_LINE] = 20 },
};

/* Of behaviours of one part, those that lose more come first. */
static const unsigned char ranks[BEHAVIOUR_KINDS] = {
	[BEHAVIOUR_GONE] = 9,
	[BEHAVIOUR_REFUSED] = 8,
	[BEHAVIOUR_PASSED_ON] = 8,
	[BEHAVIOUR_NO_ANSWER] = 7,
	[BEHAVIOUR_SERIALISED] = 8,
	[BEHAVIOUR_NOT_ASKED] = 7,
	[BEHAVIOUR_OWN_ANSWER] = 6,
	[BEHAVIOUR_FIELD_DROPPED] = 9,
	[BEHAVIOUR_VALUES_DROPPED] = 9,
	[BEHAVIOUR_FIELD_CHANGED] = 8,
	[BEHAVIOUR_VALUES_ADDED] = 7,
	[BEHAVIOUR_FIELD_SORTED] = 6,
	[BEHAVIOUR_FIELD_MERGED] = 6,
	[BEHAVIOUR_FIELD_FORWARDED] = 5,
	[BEHAVIOUR_FIELD_ADDED] = 3,
	[BEHAVIOUR_KEY_FORWARDED] = 9,
	[BEHAVIOUR_KEY_LOST] = 8,
	[BEHAVIOUR_KEY_SHOWN] = 9,
	[BEHAVIOUR_BODY_REMOVED] = 9,
	[BEHAVIOUR_MODEL_MAPPED] = 8,
	[BEHAVIOUR_BODY_REPLACED] = 8,
	[BEHAVIOUR_BODY_VALUE] = 8,
	[BEHAVIOUR_BODY_TEXT] = 7,
	[BEHAVIOUR_BODY_MOVED] = 7,
	[BEHAVIOUR_BODY_ADDED] = 6,
	[BEHAVIOUR_CODING_CHANGED] = 5,
	[BEHAVIOUR_BODY_REPRINTED] = 4,
	[BEHAVIOUR_REDIRECT_FOLLOWED] = 9,
	[BEHAVIOUR_ASKED_TWICE] = 8,
	[BEHAVIOUR_STATUS_MAPPED] = 8,
	[BEHAVIOUR_ANSWER_FIELD_DROPPED] = 8,
	[BEHAVIOUR_ANSWER_FIELD_REPLACED] = 8,
	[BEHAVIOUR_ANSWER_FIELD_FORWARDED] = 7,
	[BEHAVIOUR_ANSWER_FIELD_ADDED] = 3,
	[BEHAVIOUR_ERROR_REPLACED] = 9,
	[BEHAVIOUR_ERROR_RESHAPED] = 9,
	[BEHAVIOUR_ANSWER_REPLACED] = 9,
	[BEHAVIOUR_ANSWER_RESHAPED] = 9,
	[BEHAVIOUR_ANSWER_FORM] = 9,
	[BEHAVIOUR_ANSWER_WRAPPED] = 8,
	[BEHAVIOUR_ANSWER_REMOVED] = 8,
	[BEHAVIOUR_ANSWER_VALUE] = 7,
	[BEHAVIOUR_ANSWER_TEXT] = 7,
	[BEHAVIOUR_ANSWER_MOVED] = 7,
	[BEHAVIOUR_ANSWER_ADDED] = 5,
	[BEHAVIOUR_ANSWER_CODING] = 5,
	[BEHAVIOUR_ANSWER_REPRINTED] = 3,
	[BEHAVIOUR_STREAM_REPLACED] = 9,
	[BEHAVIOUR_BLOCK_DROPPED] = 9,
	[BEHAVIOUR_EVENT_DROPPED] = 8,
	[BEHAVIOUR_EVENTS_MERGED] = 8,
	[BEHAVIOUR_EVENTS_SPLIT] = 8,
	[BEHAVIOUR_EVENT_RENAMED] = 7,
	[BEHAVIOUR_EVENT_ADDED] = 6,
	[BEHAVIOUR_PING_DROPPED] = 5,
	[BEHAVIOUR_COMMENTS_DROPPED] = 4,
	[BEHAVIOUR_BUFFERED] = 8,
	[BEHAVIOUR_HEAD_DELAYED] = 8,
	[BEHAVIOUR_HEAD_EARLY] = 6,
	[BEHAVIOUR_GAVE_UP] = 8,
	[BEHAVIOUR_END_CHANGED] = 7,
	[BEHAVIOUR_HANG_UP_IGNORED] = 8,
	[BEHAVIOUR_CONNECTION_CLOSED] = 9,
	[BEHAVIOUR_EMPTY_RELAYED] = 5,
};

/* ---- what a check looks at ---- */

struct explain_look { /* "c1.event[0]#/delta" */
	enum looks_at at;
	char actor[24];
	unsigned number; /* of its exchange; 0: any */
	char name[96]; /* of a field or an event, lower case; "" */
	char pointer[256]; /* "" if none */
	const char *word; /* for "signature[0]": "signature" */
};

static const struct word {
	const char *front;
	enum looks_at client, provider;
} words[] = {
	{ "status", AT_STATUS, AT_STATUS },
	{ "reason", AT_STATUS, AT_STATUS },
	{ "headers.count.", AT_ANSWER_FIELD, AT_NOTHING },
	{ "header.", AT_ANSWER_FIELD, AT_NOTHING },
	{ "head", AT_ANSWER_BODY, AT_NOTHING },
	{ "extra", AT_EXTRA, AT_EXTRA },
	{ "body", AT_ANSWER_BODY, AT_PROVIDER_END },
	{ "end", AT_END, AT_PROVIDER_END },
	{ "outcome", AT_OUTCOME, AT_NOTHING },
	{ "events", AT_EVENTS, AT_PROVIDER_END },
	{ "event", AT_EVENTS, AT_PROVIDER_END },
	{ "pings", AT_EVENTS, AT_NOTHING },
	{ "comments", AT_EVENTS, AT_NOTHING },
	{ "text", AT_EVENTS, AT_NOTHING },
	{ "tool_input", AT_EVENTS, AT_NOTHING },
	{ "tool_id", AT_EVENTS, AT_NOTHING },
	{ "tool_name", AT_EVENTS, AT_NOTHING },
	{ "thinking", AT_EVENTS, AT_NOTHING },
	{ "signature", AT_EVENTS, AT_NOTHING },
	{ "finish", AT_EVENTS, AT_NOTHING },
	{ "grammar", AT_EVENTS, AT_NOTHING },
	{ "request.method", AT_LINE, AT_LINE },
	{ "request.target", AT_LINE, AT_LINE },
	{ "request.path", AT_LINE, AT_LINE },
	{ "request.query", AT_LINE, AT_LINE },
	{ "request.headers.count.", AT_FIELD, AT_FIELD },
	{ "request.header.", AT_FIELD, AT_FIELD },
	{ "request.head", AT_HEAD, AT_HEAD },
	{ "request.body", AT_BODY, AT_BODY },
	{ "requests.count", AT_COUNT, AT_COUNT },
	{ "mark.", AT_MARK, AT_MARK },
	{ "", AT_END, AT_PROVIDER_END }, /* "c1 ends" */
};

static const struct word *word_of(struct span text)
{
	size_t i = 0;

	while (!span_starts(text, words[i].front))
		i++;
	return &words[i];
}

static void copy_to(char *out, size_t most, struct span text)
{
	snprintf(out, most, "%.*s", SPAN_ARG(text));
	for (; *out != '\0'; out++)
		*out = (char)tolower((unsigned char)*out);
}

/* "u1[2]" is the second exchange of u1. */
static void take_actor(struct explain_look *l, struct span actor)
{
	size_t at = span_find_byte(actor, '[');

	if (at != SIZE_MAX)
		l->number = (unsigned)strtoul(actor.at + at + 1, NULL, 10);
	copy_to(l->actor, sizeof(l->actor), span_first(actor, at));
}

static bool look_of(struct explain_look *l, const char *expect)
{
	struct span rest = span_of(expect), subject, actor, name;
	const struct word *w;
	size_t at;

	*l = (struct explain_look){ .at = AT_NOTHING };
	if (expect == NULL || !span_split(&rest, ' ', &subject) ||
	    !span_split(&subject, '.', &actor) || actor.len == 0)
		return false;
	take_actor(l, actor);
	subject = subject.at != NULL ? subject : SPAN_EMPTY;
	w = word_of(subject);
	l->word = w->front;
	l->at = actor.at[0] == 'u' ? w->provider : w->client;
	at = span_find_byte(subject, '#');
	if (at != SIZE_MAX)
		snprintf(l->pointer, sizeof(l->pointer), "%.*s",
			 SPAN_ARG(span_skip(subject, at + 1)));
	name = span_skip(span_first(subject, at), strlen(w->front));
	if (name.len > 0 && name.at[0] == '[')
		name = span_first(span_skip(name, 1),
				  span_find_byte(span_skip(name, 1), ']'));
	copy_to(l->name, sizeof(l->name), name);
	return l->at != AT_NOTHING;
}

/* ---- places ---- */

static bool is_number(char c)
{
	return isdigit((unsigned char)c);
}

/* How many parts of two pointers are the same from the front on; numbers of
 * items are not told apart, as others may have moved. */
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

/* One lies inside the other: 20; the same member of the root: 5; else less
 * than nothing. */
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
	const struct pairs *pairs;
	const struct view *v;
	struct explain_look look;
	const struct exchange *x; /* that is looked at; NULL: it is missing */
	size_t pair; /* of it; SIZE_MAX: none */
	struct buf refusal; /* what the provider said against the request */
};

static const struct exchange *exchange_of(const struct explaining *e)
{
	for (size_t i = 0; i < e->v->count; i++) {
		const struct exchange *x = &e->v->list[i];
		bool is = strcmp(e->look.actor, "u") == 0
				  ? x->actor[0] == 'u'
				  : strcmp(x->actor, e->look.actor) == 0;

		if (is && (e->look.number <= 1 || x->number == e->look.number))
			return x;
	}
	return NULL;
}

static size_t pair_of(const struct explaining *e)
{
	for (size_t i = 0; i < e->pairs->count; i++) {
		const struct pair *p = &e->pairs->list[i];

		if (p->c == e->x)
			return i;
		for (size_t k = 0; k < p->count; k++)
			if (p->u[k] == e->x)
				return i;
	}
	return SIZE_MAX;
}

/* An error of the provider's that came from what it was asked. */
static void read_refusal(struct explaining *e)
{
	struct buf type = BUF_INIT(1024);
	const struct exchange *u;

	if (e->pair == SIZE_MAX)
		return;
	u = pair_answered(&e->pairs->list[e->pair]);
	if (u != NULL && u->response != NULL && u->response->status >= 400)
		refusal_text(u->content, &type, &e->refusal);
	buf_clear(&type);
}

static bool mentions(const struct explaining *e, struct span word)
{
	return word.len > 2 &&
	       span_find(buf_span(&e->refusal), word) != SIZE_MAX;
}

/* Does it complain about something that a beta would have allowed? */
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

/* What words of subjects are about, where they stand in a behaviour. */
static int word_score(const struct explaining *e, const struct behaviour *b,
		      const char *detail)
{
	static const char *const about[][2] = {
		{ "text", "text" },           { "thinking", "thinking" },
		{ "signature", "signature" }, { "tool_input", "input" },
		{ "tool_id", "/id" },         { "tool_name", "/name" },
		{ "finish", "stop_reason" },  { "finish", "message_delta" },
	};

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
	for (size_t i = 0; i < sizeof(about) / sizeof(about[0]); i++)
		if (strcmp(e->look.word, about[i][0]) == 0 &&
		    strstr(detail, about[i][1]) != NULL)
			return 10;
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
	if (part == PART_ANSWER_FIELD) /* of a body: how it has to be read */
		return strncmp(detail, "content-", 8) == 0 ? 0 : -100;
	if (e->look.pointer[0] != '\0' && pointer != NULL &&
	    ((e->look.at == AT_BODY && part == PART_BODY) ||
	     (e->look.at == AT_ANSWER_BODY && part == PART_ANSWER_BODY)))
		return place_score(e->look.pointer, pointer);
	if (e->look.at == AT_EVENTS)
		return word_score(e, b, detail);
	return 0;
}

/* In the exchange that is looked at, or before it in the same run. */
static int pair_score(const struct explaining *e, const struct sighting *s)
{
	if (e->pair == SIZE_MAX || s->pair == e->pair)
		return 15;
	return s->pair < e->pair ? 0 : -15;
}

/* The provider refuses a turn for what became of an earlier answer. */
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
	int score = nearness[e->look.at][part];

	/* What is missing was never asked for. */
	if (e->x == NULL && e->look.actor[0] == 'u' && e->look.at != AT_COUNT &&
	    part != PART_ROUTE && part != PART_REPEAT && part != PART_TIME &&
	    part != PART_END)
		return 0;
	if (is_of_history(e, b, s))
		return 40 + ranks[b->kind];
	if (score == 0 ||
	    (b->kind == BEHAVIOUR_ANSWER_REPRINTED &&
	     (e->look.at < AT_ANSWER_BODY || e->look.pointer[0] != '\0')))
		return 0;
	if (is_request_part(part) && looks_at_answer(e->look.at) &&
	    is_harmless(b))
		return 0;
	score += detail_score(e, b, s->detail) + ranks[b->kind];
	if (is_request_part(part) && looks_at_answer(e->look.at))
		score += refusal_score(e, b, s->detail);
	return score + pair_score(e, s);
}

/* Positive: a comes first on the way. */
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

size_t causes_explain(const struct behaviours *seen, const struct pairs *pairs,
		      const struct view *v, const struct outcome *o)
{
	struct explaining e = { .seen = seen, .pairs = pairs, .v = v };
	size_t best = CAUSE_NONE;

	buf_init(&e.refusal, 16 * 1024);
	if (look_of(&e.look, o->expect)) {
		e.x = exchange_of(&e);
		e.pair = e.x != NULL ? pair_of(&e) : SIZE_MAX;
		read_refusal(&e);
		best = best_of(&e);
	}
	buf_clear(&e.refusal);
	return best;
}
