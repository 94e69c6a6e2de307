/* Findings: looks kinds up in the tables of several files, and keeps lists of
 * the findings that were met. */
#include "probe/refusal/finding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "probe/refusal/finding_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"
#include "wire/bytes/wrap.h"

#define WORD_BYTES 200
#define URL_PLACE "{url}"

static const struct finding_kind *const tables[] = {
	finding_settings, finding_network, finding_service,
	finding_steps,    finding_refusal, finding_foreign,
};

const struct finding_kind *finding_kind_nth(size_t n)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct finding_kind *k = tables[t]; k->code; k++)
			if (n-- == 0)
				return k;
	return NULL;
}

const struct finding_kind *finding_kind(const char *code)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct finding_kind *k = tables[t]; k->code; k++)
			if (strcmp(k->code, code) == 0)
				return k;
	return NULL;
}

bool finding_leads_to_bisect(const char *code)
{
	static const char *const codes[] = {
		"DR-BAD-REQUEST", "DR-UPSTREAM-ERROR", "DR-PAIR-REFUSED",
		"DR-BETA-LOST",   "DR-BETA-REFUSED",   "DR-SMALL-REFUSED",
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

const char *severity_name(enum severity s)
{
	static const char *const names[] = { "error", "warning", "note" };

	return names[s];
}

/* ---- words ---- */

/* The number of the place "{n}" at the front, or 0. */
static size_t place_at(const char *text)
{
	if (text[0] != '{' || text[1] < '1' || text[1] > '0' + FINDING_WORDS ||
	    text[2] != '}')
		return 0;
	return (size_t)(text[1] - '0');
}

static void fill(const char *text, char *const *words, const char *url,
		 struct buf *out)
{
	while (*text) {
		size_t n = place_at(text);

		if (strncmp(text, URL_PLACE, strlen(URL_PLACE)) == 0) {
			buf_add_text(out, url ? url : "URL");
			text += strlen(URL_PLACE);
			continue;
		}
		if (n == 0) {
			buf_add_byte(out, *text++);
			continue;
		}
		buf_add_text(out, words && words[n - 1] ? words[n - 1] : "...");
		text += 3;
	}
}

static char *filled(const char *text, char *const *words, const char *url)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	fill(text, words, url, &out);
	return buf_take(&out, NULL);
}

static char *printable(const char *word)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	print_bytes(span_of(word), WORD_BYTES, &out);
	return buf_take(&out, NULL);
}

/* ---- for `ccprobe explain` ---- */

bool finding_explain(const char *code, struct buf *out)
{
	const struct finding_kind *k = finding_kind(code);
	char *headline, *fix;

	if (!k)
		return false;
	headline = filled(k->headline, NULL, NULL);
	fix = filled(k->fix, NULL, NULL);
	buf_addf(out, "%s (%s; to blame: %s)\n", k->code,
		 severity_name(k->severity), blame_name(k->blame));
	wrap_words(out, 2, headline);
	wrap_part(out, "Meaning", k->meaning);
	wrap_part(out, "Fix", fix);
	free(headline);
	free(fix);
	return true;
}

void finding_list(struct buf *out)
{
	const struct finding_kind *k;

	for (size_t n = 0; (k = finding_kind_nth(n)) != NULL; n++) {
		char *headline = filled(k->headline, NULL, NULL);

		buf_addf(out, "%s (%s)\n", k->code, severity_name(k->severity));
		wrap_words(out, 2, headline);
		free(headline);
	}
}

/* ---- lists ---- */

static bool is_same_word(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	if (a->kind != b->kind)
		return false;
	for (size_t i = 0; i < FINDING_WORDS; i++)
		if (!is_same_word(a->words[i], b->words[i]))
			return false;
	return true;
}

static void finding_clear(struct finding *x)
{
	for (size_t i = 0; i < FINDING_WORDS; i++)
		free(x->words[i]);
	free(x->headline);
	free(x->fix);
	free(x->evidence);
}

static bool has_same(const struct findings *s, const struct finding *x)
{
	for (size_t i = 0; i < s->count; i++)
		if (is_same(&s->list[i], x))
			return true;
	return false;
}

static char *take_text(struct buf *b)
{
	char *text = b ? xstrdup(buf_str(b)) : xstrdup("");

	if (b)
		buf_clear(b);
	return text;
}

/* ---- findings that are lists ---- */

/* Findings of one of these codes become one: their words are joined by these,
 * and a word with NULL stays as it was first. */
static const struct listed {
	const char *code, *between[FINDING_WORDS];
} listed[] = {
	{ "DR-BETA-REFUSED", { ", ", NULL, "; " } },
	{ "DR-BETA-CHANGED", { ", ", NULL, NULL } },
};

static const struct listed *listed_of(const char *code)
{
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
		if (strcmp(listed[i].code, code) == 0)
			return &listed[i];
	return NULL;
}

static void join(char **list, const char *between, const char *word)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);

	if (!*list || !between || !word || strstr(*list, word))
		return;
	buf_addf(&all, "%s%s%s", *list, between, word);
	free(*list);
	*list = buf_take(&all, NULL);
}

static void set_texts(struct finding *x, const char *url)
{
	free(x->headline);
	free(x->fix);
	x->headline = filled(x->kind->headline, x->words, url);
	x->fix = filled(x->kind->fix, x->words, url);
}

/* Adds the words of x to an earlier finding; false: there is none. */
static bool joins(struct findings *s, const struct finding *x)
{
	const struct listed *l = listed_of(x->kind->code);

	for (size_t i = 0; l && i < s->count; i++) {
		struct finding *to = &s->list[i];

		if (to->kind != x->kind)
			continue;
		for (size_t w = 0; w < FINDING_WORDS; w++)
			join(&to->words[w], l->between[w], x->words[w]);
		set_texts(to, s->url);
		return true;
	}
	return false;
}

void findings_add(struct findings *s, const char *step, const char *code,
		  const char *const *words, size_t word_count,
		  struct buf *evidence)
{
	struct finding x = { .kind = finding_kind(code), .step = step };

	assert(x.kind && word_count <= FINDING_WORDS);
	for (size_t i = 0; i < word_count && i < FINDING_WORDS; i++)
		x.words[i] = words[i] ? printable(words[i]) : NULL;
	x.evidence = take_text(evidence);
	if (!x.kind || has_same(s, &x) || joins(s, &x)) {
		finding_clear(&x);
		return;
	}
	x.severity = x.kind->severity;
	set_texts(&x, s->url);
	s->list = mem_room(s->list, s->count, &s->cap, sizeof(*s->list));
	s->list[s->count++] = x;
}

void findings_clear(struct findings *s)
{
	for (size_t i = 0; i < s->count; i++)
		finding_clear(&s->list[i]);
	free(s->list);
	repairs_clear(&s->repairs);
	*s = (struct findings){ .list = NULL };
}

void findings_raise(struct findings *s, const char *code, enum severity to)
{
	for (size_t i = s->count; i-- > 0;)
		if (strcmp(s->list[i].kind->code, code) == 0) {
			if (s->list[i].severity > to)
				s->list[i].severity = to;
			return;
		}
}

static bool is_effect(const struct finding *x, const struct finding *cause)
{
	return span_has_word(span_of(finding_effects(cause->kind->code)), ' ',
			     span_of(x->kind->code));
}

/* A cause is at least as severe as each of its effects that was met. */
static void raise_causes(struct findings *s)
{
	for (size_t i = 0; i < s->count; i++)
		for (size_t k = 0; k < s->count; k++)
			if (is_effect(&s->list[k], &s->list[i]) &&
			    s->list[k].severity < s->list[i].severity)
				s->list[i].severity = s->list[k].severity;
}

static bool comes_before(const struct finding *a, const struct finding *b)
{
	return a->severity < b->severity ||
	       (a->severity == b->severity && is_effect(b, a));
}

static void move(struct findings *s, size_t from, size_t to)
{
	struct finding x = s->list[from];

	memmove(s->list + to + 1, s->list + to, (from - to) * sizeof(*s->list));
	s->list[to] = x;
}

/* An insertion sort: lists are short, and equals keep their order. */
void findings_sort(struct findings *s)
{
	raise_causes(s);
	for (size_t i = 1; i < s->count; i++)
		for (size_t to = 0; to < i; to++)
			if (comes_before(&s->list[i], &s->list[to])) {
				move(s, i, to);
				break;
			}
}

bool findings_sound(const struct findings *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].severity != SEVERITY_NOTE)
			return false;
	return true;
}
