/* Counts behaviours and keeps examples of them. */
#include "probe/causes/behaviours.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define SHOWN 160
#define NAME_LIMIT 120
#define PAIRS ((size_t)1 << 16) /* more than a run has pairs */

static char *copy(const char *text)
{
	return text != NULL ? xstrdup(text) : NULL;
}

/* ---- tallies ---- */

/* The place of this name, or the place to insert it at. */
static size_t tally_place(const struct behaviours *s, const char *name,
			  bool *there)
{
	size_t low = 0, high = s->tally_count;

	*there = false;
	while (low < high && !*there) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(name, s->tallies[mid].name);

		if (order == 0) {
			*there = true;
			low = mid;
		} else if (order < 0) {
			high = mid;
		} else {
			low = mid + 1;
		}
	}
	return low;
}

void behaviours_count(struct behaviours *s, const char *name)
{
	bool there;
	size_t at = tally_place(s, name, &there);

	if (there) {
		s->tallies[at].count++;
		return;
	}
	s->tallies = mem_room(s->tallies, s->tally_count, &s->tally_cap,
			      sizeof(*s->tallies));
	memmove(&s->tallies[at + 1], &s->tallies[at],
		(s->tally_count - at) * sizeof(*s->tallies));
	s->tallies[at] = (struct behaviour_tally){ xstrdup(name), 1 };
	s->tally_count++;
}

static size_t behaviours_counted(const struct behaviours *s, const char *name)
{
	bool there;
	size_t at = tally_place(s, name, &there);

	return there ? s->tallies[at].count : 0;
}

/* ---- the run ---- */

static void run_clear(struct behaviours *s)
{
	for (size_t i = 0; i < s->run_count; i++)
		free(s->run[i].detail);
	s->run_count = 0;
}

void behaviours_run(struct behaviours *s, const char *id)
{
	run_clear(s);
	s->id = id;
	s->runs++;
	behaviours_pair(s, 0);
}

void behaviours_pair(struct behaviours *s, size_t pair)
{
	s->pair = pair;
	s->exchange = s->runs * PAIRS + pair;
}

static void add_sighting(struct behaviours *s, size_t behaviour,
			 const char *detail)
{
	for (size_t i = 0; i < s->run_count; i++)
		if (s->run[i].behaviour == behaviour &&
		    s->run[i].pair == s->pair &&
		    strcmp(s->run[i].detail, detail) == 0)
			return;
	if (s->run_count == BEHAVIOURS_RUN_LIMIT)
		return;
	s->run = mem_room(s->run, s->run_count, &s->run_cap, sizeof(*s->run));
	s->run[s->run_count++] =
		(struct sighting){ behaviour, s->pair, xstrdup(detail) };
}

/* ---- behaviours ---- */

static struct behaviour *find(struct behaviours *s, enum behaviour_kind kind,
			      const char *subject)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].kind == kind &&
		    strcmp(s->list[i].subject, subject) == 0)
			return &s->list[i];
	return NULL;
}

static char *id_of(const struct behaviour_row *row, const char *subject)
{
	struct buf id = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&id, row->kind);
	if (*subject != '\0')
		buf_addf(&id, ":%s", subject);
	return buf_take(&id, NULL);
}

/* NULL: there are too many behaviours. */
static struct behaviour *make(struct behaviours *s,
			      const struct behaviour_sight *sight,
			      const struct behaviour_rule *rule,
			      const char *subject)
{
	struct behaviour *b;

	if (s->count == BEHAVIOURS_LIMIT)
		return NULL;
	s->list = mem_room(s->list, s->count, &s->cap, sizeof(*s->list));
	b = &s->list[s->count++];
	*b = (struct behaviour){
		.kind = sight->kind,
		.row = behaviour_row(sight->kind),
		.rule = rule,
		.subject = xstrdup(subject),
		.said = copy(sight->said),
		.of = copy(sight->of),
	};
	b->id = id_of(b->row, subject);
	return b;
}

static void add_name(struct behaviour *b, const char *name)
{
	for (size_t i = 0; i < b->name_count; i++)
		if (strcmp(b->names[i], name) == 0)
			return;
	if (b->name_count < BEHAVIOURS_NAMES)
		b->names[b->name_count++] = xstrdup(name);
	else
		b->more_names++;
}

static char *shown(const struct behaviours *s, struct span bytes)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (bytes.at == NULL)
		return NULL;
	print_bytes(bytes, SHOWN, &text);
	secrets_blot(&s->secrets, &text);
	secrets_guess(&text);
	return buf_take(&text, NULL);
}

/* At most one example of each case. */
static void add_example(const struct behaviours *s, struct behaviour *b,
			const struct behaviour_sight *sight)
{
	struct cause_example *e;

	for (size_t i = 0; i < b->example_count; i++)
		if (strcmp(b->examples[i].id, s->id) == 0)
			return;
	if (b->example_count == CAUSE_EXAMPLES)
		return;
	e = &b->examples[b->example_count++];
	e->id = xstrdup(s->id);
	e->sent = shown(s, sight->sent);
	e->got = shown(s, sight->got);
}

void behaviours_add(struct behaviours *s, const struct behaviour_sight *sight)
{
	const struct behaviour_rule *rule =
		behaviour_rule(sight->kind, sight->subject);
	const char *subject = rule != NULL && rule->family != NULL
				      ? rule->family
				      : sight->subject;
	struct behaviour *b = find(s, sight->kind, subject);

	if (b == NULL)
		b = make(s, sight, rule, subject);
	if (b == NULL)
		return;
	add_name(b, sight->subject);
	if (b->last != s->exchange)
		b->count++;
	b->last = s->exchange;
	add_example(s, b, sight);
	add_sighting(s, (size_t)(b - s->list),
		     sight->detail != NULL ? sight->detail : sight->subject);
}

/* ---- words ---- */

static void add_names(const struct behaviour *b, struct buf *out)
{
	for (size_t i = 0; i < b->name_count; i++) {
		buf_add_text(out, i > 0 ? ", " : "");
		print_bytes(span_of(b->names[i]), NAME_LIMIT, out);
	}
	if (b->more_names > 0)
		buf_add_text(out, " and others");
}

static void add_part(const struct behaviour *b, struct span word,
		     struct buf *out)
{
	const char *dash = strrchr(b->subject, '-');

	if (dash == NULL)
		dash = b->subject + strlen(b->subject);
	if (span_is(word, "a"))
		buf_add(out, b->subject, (size_t)(dash - b->subject));
	else if (span_is(word, "b"))
		buf_add_text(out, *dash != '\0' ? dash + 1 : "");
	else if (b->said != NULL)
		buf_add_text(out, b->said);
	else
		add_names(b, out);
}

size_t behaviours_of(const struct behaviours *s, const struct behaviour *b)
{
	size_t of = 0;

	if (b->of != NULL && b->name_count == 1)
		of = behaviours_counted(s, b->of);
	if (of == 0)
		of = behaviours_counted(s, b->row->of);
	return of > b->count ? of : b->count;
}

void behaviours_headline(const struct behaviours *s, const struct behaviour *b,
			 struct buf *out)
{
	struct span rest = span_of(b->row->sentence), text, word;

	while (span_split(&rest, '{', &text)) {
		buf_add_span(out, text);
		if (rest.at != NULL && span_split(&rest, '}', &word))
			add_part(b, word, out);
	}
	if (strstr(b->row->sentence, "{}") == NULL && b->said != NULL)
		buf_addf(out, " (%s)", b->said);
	buf_addf(out, ": %zu of %zu %s", b->count, behaviours_of(s, b),
		 b->row->of);
}

static void behaviour_clear(struct behaviour *b)
{
	for (size_t i = 0; i < b->name_count; i++)
		free(b->names[i]);
	for (size_t i = 0; i < b->example_count; i++) {
		free(b->examples[i].id);
		free(b->examples[i].sent);
		free(b->examples[i].got);
	}
	free(b->subject);
	free(b->id);
	free(b->said);
	free(b->of);
}

void behaviours_clear(struct behaviours *s)
{
	run_clear(s);
	for (size_t i = 0; i < s->count; i++)
		behaviour_clear(&s->list[i]);
	for (size_t i = 0; i < s->tally_count; i++)
		free(s->tallies[i].name);
	free(s->list);
	free(s->tallies);
	free(s->run);
	secrets_clear(&s->secrets);
	*s = (struct behaviours){ .list = NULL };
}
