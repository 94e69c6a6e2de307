/*
 * Finds the smallest part of a text that still fails: first its end, then its
 * beginning, each by halving. Escapes, surrogate pairs and UTF-8 sequences are
 * never cut.
 */
#include "probe/bisect/bisect_private.h"

#define FIRST_PIECE 4 /* bytes; most culprits are short */
#define SHORT_TEXT 24

static bool is_unicode_escape(struct span s)
{
	return s.len >= 6 && s.at[0] == '\\' && s.at[1] == 'u';
}

static size_t escape_length(struct span s)
{
	unsigned low;

	if (!is_unicode_escape(s))
		return 2;
	if (jscan_hex4(s.at + 2) < 0xd800 || jscan_hex4(s.at + 2) > 0xdbff ||
	    !is_unicode_escape(span_skip(s, 6)))
		return 6;
	low = jscan_hex4(s.at + 8);
	return low >= 0xdc00 && low <= 0xdfff ? 12 : 6;
}

struct text_piece { /* the part of a text that is searched */
	struct search *s;
	struct looks l;
	size_t part;
	struct span text;
	bool has_escapes;
	enum how how; /* HOW_CUT or HOW_FILLED */
	size_t from, to;
};

static size_t step(const struct text_piece *p, size_t at)
{
	struct span rest = span_skip(p->text, at);
	size_t len;

	if (p->has_escapes && rest.at[0] == '\\')
		return escape_length(rest);
	len = span_utf8_step(rest);
	return len > 0 ? len : 1;
}

/* The last place, not after `at`, where the text may be cut. */
static size_t cut_before(const struct text_piece *p, size_t at)
{
	size_t place = 0, next = 0;

	if (p->how == HOW_FILLED)
		return at;
	while (next <= at && next < p->text.len) {
		place = next;
		next += step(p, place);
	}
	return next <= at ? next : place;
}

/* A place between two cuts; at least `high` if there is none. */
static size_t middle(const struct text_piece *p, size_t low, size_t high)
{
	size_t mid = cut_before(p, low + (high - low) / 2);

	if (mid > low)
		return mid;
	return p->how == HOW_FILLED ? low + 1 : low + step(p, low);
}

static bool fails_with(struct text_piece *p, size_t from, size_t to)
{
	p->l.of[p->part] =
		(struct part_look){ .how = p->how, .from = from, .to = to };
	return search_ask(p->s, &p->l) == TRIAL_SAME;
}

static void find_end(struct text_piece *p)
{
	size_t low = p->from;

	for (;;) {
		size_t mid = middle(p, low, p->to);

		if (mid >= p->to || p->s->is_over)
			break;
		if (fails_with(p, p->from, mid))
			p->to = mid;
		else
			low = mid;
	}
}

/* Tries short pieces before the end first, then halves between the last two
 * tried. */
static void find_begin(struct text_piece *p)
{
	size_t high = p->to;

	for (size_t len = FIRST_PIECE; len < p->to && !p->s->is_over;
	     len *= 2) {
		size_t from = cut_before(p, p->to - len);

		if (from <= p->from)
			break;
		if (fails_with(p, from, p->to)) {
			p->from = from;
			break;
		}
		high = from;
	}
	for (;;) {
		size_t mid = middle(p, p->from, high);

		if (mid >= high || p->s->is_over)
			break;
		if (fails_with(p, mid, p->to))
			p->from = mid;
		else
			high = mid;
	}
}

static void search_text(struct search *s, size_t part)
{
	const struct part *is = &s->parts.list[part];
	struct text_piece p = { .s = s,
				.part = part,
				.text = part_text(is),
				.has_escapes = is->kind != PART_BODY,
				.how = HOW_CUT };

	p.to = p.text.len;
	looks_init(&p.l, &s->parts);
	looks_copy(&p.l, &s->best, &s->parts);
	if (p.l.of[part].how == HOW_FILLED)
		p.how = HOW_FILLED;
	find_end(&p);
	if (p.how == HOW_CUT)
		find_begin(&p);
	looks_clear(&p.l);
}

/* A tool that has only its required members left. */
static bool is_bare_tool(const struct search *s, size_t tool)
{
	const struct parts *ps = &s->parts;

	if (ps->list[tool].place != PLACE_TOOL)
		return false;
	for (size_t i = tool + 1; i < ps->count; i++) {
		size_t up = ps->list[i].parent;

		while (up > tool)
			up = ps->list[up].parent;
		if (up == tool && part_is_optional(&ps->list[i]) &&
		    part_is_there(ps, &s->best, i))
			return false;
	}
	return true;
}

/* A short value is shown whole; prose, and a text with an odd character, is
 * searched for the part that fails. */
static bool is_prose(const struct part *p)
{
	struct span text = part_text(p);

	if (text.len > SHORT_TEXT || p->place == PLACE_CONTENT)
		return true;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '\\' || (unsigned char)text.at[i] >= 0x80)
			return true;
	return false;
}

/* A required word that may itself be to blame, apart from its object. */
static bool is_required_word(const struct search *s, size_t part)
{
	static const char *const keys[] = { "media_type", "data", "url",
					    "signature" };
	const struct part *p = &s->parts.list[part];
	unsigned both = PART_REQUIRED | PART_WORD;

	if ((p->flags & both) != both || p->value.type != J_STRING)
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (part_is(p, keys[i]))
			return true;
	/* The name in a tool_choice is that of a tool, so it is not
	 * searched. */
	/* The name in a tool_choice is that of a tool. */
	return part_is(p, "name") &&
	       s->parts.list[p->parent].place == PLACE_BLOCK;
}

static bool is_searched(const struct search *s, size_t part)
{
	const struct part *p = &s->parts.list[part];
	enum how how = s->best.of[part].how;

	if (!part_is_there(&s->parts, &s->best, part) ||
	    (how != HOW_KEPT && how != HOW_FILLED))
		return false;
	if (part_is_text(p))
		return s->proved[part] || is_prose(p);
	if ((s->is_bare && part_is(p, "model")) || is_required_word(s, part))
		return true;
	return part_is(p, "name") && s->counted == NO_PART &&
	       is_bare_tool(s, p->parent);
}

void search_texts(struct search *s)
{
	struct looks l;

	looks_init(&l, &s->parts);
	search_stage(s, "texts");
	for (size_t i = 1; i < s->parts.count && !s->is_over; i++) {
		if (!is_searched(s, i))
			continue;
		looks_copy(&l, &s->best, &s->parts);
		l.of[i].how = HOW_SHORT;
		if (!s->proved[i])
			s->proved[i] = search_ask(s, &l) != TRIAL_SAME;
		if (s->proved[i] && part_is_text(&s->parts.list[i]))
			search_text(s, i);
	}
	looks_clear(&l);
}
