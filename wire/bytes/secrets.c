/* The list of known values, and how texts are masked. */
#include "wire/bytes/secrets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/secrets_private.h"

/* ---- the values ---- */

bool secrets_has(const struct secrets *s, const char *value)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->list[i].value, value) == 0)
			return true;
	return false;
}

void secrets_add_named(struct secrets *s, const char *value, const char *name)
{
	struct secret one = { .name = name };
	size_t least;

	if (value == NULL || strlen(value) < SECRET_SHORTEST ||
	    secrets_has(s, value) || secrets_is_ordinary(value))
		return;
	s->list = mem_room(s->list, s->count, &s->cap, sizeof(*s->list));
	one.value = xstrdup(value);
	one.len = strlen(value);
	s->list[s->count++] = one;
	least = one.len < SECRET_PIECE ? one.len : SECRET_PIECE;
	s->least = s->least == 0 || least < s->least ? least : s->least;
	s->longest = one.len > s->longest ? one.len : s->longest;
	for (size_t i = 0; i < one.len; i++)
		s->wide = s->wide || (unsigned char)value[i] >= 0x80;
	secrets_match_add(s);
}

void secrets_add(struct secrets *s, const char *value)
{
	secrets_add_named(s, value, NULL);
}

void secrets_clear(struct secrets *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->list[i].value);
	free(s->list);
	free(s->grams);
	*s = (struct secrets){ .list = NULL };
}

/* ---- what replaces a value ---- */

/* FNV-1a; it tells values apart and gives none of them away. */
static unsigned hash_of(struct span s)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.at[i]) * UINT32_C(16777619);
	return (hash >> 16 ^ hash) & 0xffff;
}

void secrets_stand_in(struct span secret, struct buf *out)
{
	buf_addf(out, "<credential, %zu bytes, %04x>", secret.len,
		 hash_of(secret));
}

/* Exactly as long as the text that it replaces: filled up before }}, or cut. */
static void mark(const char *begin, const char *name, size_t len,
		 struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t end = len >= 2 ? len - 2 : 0;

	buf_addf(&text, "%s%s", begin, name);
	buf_cut(&text, end);
	while (text.len < end)
		buf_add_byte(&text, '.');
	buf_add_text(&text, "}}");
	buf_add_span(out, span_first(buf_span(&text), len));
	buf_clear(&text);
}

void secrets_mark(const char *name, size_t len, struct buf *out)
{
	mark("{{", name, len, out);
}

void secrets_blot(const struct secrets *s, struct buf *text)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct secret_hits hits = { .list = NULL };
	struct span all = buf_span(text);
	size_t done = 0;

	secrets_find(s, all, &hits);
	for (size_t i = 0; i < hits.count; i++) {
		const struct secret_hit *hit = &hits.list[i];

		buf_add(&out, all.at + done, hit->from - done);
		if (hit->skip == 0)
			secrets_stand_in(
				span_make(hit->secret->value, hit->secret->len),
				&out);
		done = hit->to;
	}
	if (hits.count > 0) {
		buf_add_span(&out, span_skip(all, done));
		buf_reset(text);
		buf_add_span(text, span_first(buf_span(&out), text->limit));
	}
	secret_hits_clear(&hits);
	buf_clear(&out);
}

bool secrets_occur(const struct secrets *s, struct span text)
{
	struct secret_match m;

	for (size_t at = 0; secrets_match_next(s, text, at, &m); at = m.at + 1)
		if (m.len * 2 > m.secret->len)
			return true;
	return false;
}

/* ---- several texts as one ---- */

struct joint {
	struct buf text;
	size_t *begins; /* of each text in it */
	size_t count;
};

static void joint_add(struct joint *j, struct span text)
{
	j->begins = xrealloc(j->begins, (j->count + 1) * sizeof(*j->begins));
	j->begins[j->count++] = j->text.len;
	buf_add_span(&j->text, text);
}

static void joint_clear(struct joint *j)
{
	free(j->begins);
	buf_clear(&j->text);
}

static size_t joint_end(const struct joint *j, size_t i)
{
	return i + 1 < j->count ? j->begins[i + 1] : j->text.len;
}

/* Is the hit long enough? A short piece may be an ordinary word that the key
 * happens to contain. */
static bool matters(const struct secret_hit *hit)
{
	return hit->matched * 2 > hit->secret->len;
}

static void paint(struct joint *j, const struct secret_hit *hit)
{
	struct buf whole = BUF_INIT(BUF_NO_LIMIT);
	const char *name = hit->secret->name ? hit->secret->name : "secret";
	size_t len = hit->to - hit->from;

	mark(hit->exact ? "{{" : "{{~", name, hit->total, &whole);
	assert(hit->skip + len <= whole.len);
	memcpy(j->text.at + hit->from, whole.at + hit->skip, len);
	buf_clear(&whole);
}

bool secrets_paint(const struct secrets *s, const struct secrets_text *texts,
		   size_t count)
{
	struct joint j = { .text = BUF_INIT(BUF_NO_LIMIT) };
	struct secret_hits hits = { .list = NULL };
	bool any = false;

	for (size_t i = 0; i < count; i++)
		joint_add(&j, span_make(texts[i].at, texts[i].len));
	secrets_find(s, buf_span(&j.text), &hits);
	for (size_t i = 0; i < hits.count; i++) {
		if (!matters(&hits.list[i]))
			continue;
		paint(&j, &hits.list[i]);
		any = true;
	}
	for (size_t i = 0; any && i < count; i++)
		if (texts[i].len > 0)
			memcpy(texts[i].at, j.text.at + j.begins[i],
			       texts[i].len);
	secret_hits_clear(&hits);
	joint_clear(&j);
	return any;
}

static void keep_piece(const struct joint *j, size_t from, size_t to,
		       struct secrets *pieces)
{
	char *text = span_dup(span_make(j->text.at + from, to - from));

	secrets_add(pieces, text);
	free(text);
}

/* The parts of a hit that lie in different texts. */
static void keep_pieces(const struct joint *j, const struct secret_hit *hit,
			struct secrets *pieces)
{
	for (size_t i = 0; i < j->count; i++) {
		size_t from = j->begins[i], to = joint_end(j, i);

		if (to <= hit->from || from >= hit->to)
			continue;
		if (from <= hit->from && to >= hit->to &&
		    hit->to - hit->from == hit->total)
			continue; /* it is whole */
		keep_piece(j, from > hit->from ? from : hit->from,
			   to < hit->to ? to : hit->to, pieces);
	}
}

void secrets_pieces(const struct secrets *s, const struct span *texts,
		    size_t count, struct secrets *pieces)
{
	struct joint j = { .text = BUF_INIT(BUF_NO_LIMIT) };
	struct secret_hits hits = { .list = NULL };

	for (size_t i = 0; i < count; i++)
		joint_add(&j, texts[i]);
	secrets_find(s, buf_span(&j.text), &hits);
	for (size_t i = 0; i < hits.count; i++)
		keep_pieces(&j, &hits.list[i], pieces);
	secret_hits_clear(&hits);
	joint_clear(&j);
}
