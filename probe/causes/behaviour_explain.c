/* Explains a kind of behaviour to people. */
#include <string.h>

#include "probe/causes/behaviour.h"
#include "wire/bytes/wrap.h"

const char *behaviour_name(size_t n)
{
	return n < BEHAVIOUR_KINDS ? behaviour_row((enum behaviour_kind)n)->kind
				   : NULL;
}

static bool find(struct span kind, enum behaviour_kind *out)
{
	for (size_t i = 0; i < BEHAVIOUR_KINDS; i++) {
		if (!span_is(kind, behaviour_name(i)))
			continue;
		*out = (enum behaviour_kind)i;
		return true;
	}
	return false;
}

/* Writes the sentence with dots in place of its subject. */
static void add_open(const struct behaviour_row *row, struct buf *out)
{
	struct span rest = span_of(row->sentence), text, word;

	while (span_split(&rest, '{', &text)) {
		buf_add_span(out, text);
		if (rest.at != NULL && span_split(&rest, '}', &word))
			buf_add_text(out, "...");
	}
}

void behaviour_list(struct buf *out)
{
	for (size_t i = 0; i < BEHAVIOUR_KINDS; i++) {
		const struct behaviour_row *row =
			behaviour_row((enum behaviour_kind)i);

		buf_addf(out, "  %-24s ", row->kind);
		add_open(row, out);
		buf_add_byte(out, '\n');
	}
}

static void add_sentence(const struct behaviour_row *row, struct buf *out)
{
	struct buf words = BUF_INIT(1024);

	buf_add_text(&words, "The gateway ");
	add_open(row, &words);
	if (!span_ends(buf_span(&words), "."))
		buf_add_byte(&words, '.');
	wrap_words(out, 2, buf_str(&words));
	buf_clear(&words);
}

static void add_duty(const char *subject, const char *duty, enum level level,
		     enum effect effect, struct buf *out)
{
	buf_addf(out, "  %-28s %-9s %s, %s\n", subject,
		 duty != NULL ? duty : "-", level_name(level),
		 effect_name(effect));
}

static void add_duties(enum behaviour_kind kind, struct buf *out)
{
	const struct behaviour_row *row = behaviour_row(kind);
	const struct behaviour_rule *rule;
	bool open = true;

	buf_add_text(out, "\nDuties, by subject\n");
	for (size_t i = 0; (rule = behaviour_rule_nth(i)) != NULL; i++) {
		if (rule->kind != kind)
			continue;
		add_duty(rule->pattern, rule->duty, rule->level, rule->effect,
			 out);
		open = open && strcmp(rule->pattern, "*") != 0;
	}
	if (open)
		add_duty("anything else", row->duty, row->level, row->effect,
			 out);
}

/* A sound gateway may show the same behaviour. */
static void add_note(struct buf *out)
{
	wrap_words(out, 2,
		   "The duty is broken if a failing case shows this behaviour. "
		   "Without a failing case it is only a note of the run.");
}

/* The subject of an id may be the name of a family. */
static const struct behaviour_rule *rule_of(enum behaviour_kind kind,
					    const char *subject)
{
	const struct behaviour_rule *rule;

	for (size_t i = 0; (rule = behaviour_rule_nth(i)) != NULL; i++)
		if (rule->kind == kind && rule->family != NULL &&
		    strcmp(rule->family, subject) == 0)
			return rule;
	return behaviour_rule(kind, subject);
}

bool behaviour_explain(const char *id, struct buf *out)
{
	struct span kind = span_of(id);
	const struct behaviour_rule *rule = NULL;
	const struct behaviour_row *row;
	enum behaviour_kind k;
	size_t colon = span_find_byte(kind, ':');

	if (!find(span_first(kind, colon), &k))
		return false;
	row = behaviour_row(k);
	if (colon != SIZE_MAX)
		rule = rule_of(k, id + colon + 1);
	buf_addf(out, "%s\n\n", id);
	add_sentence(row, out);
	wrap_part(out, "What it means", row->meaning);
	wrap_part(out, "What to do",
		  rule != NULL && rule->fix != NULL ? rule->fix : row->fix);
	if (rule == NULL) {
		add_duties(k, out);
		add_note(out);
		return true;
	}
	buf_add_text(out, "\nDuty\n");
	add_duty(id + colon + 1, rule->duty, rule->level, rule->effect, out);
	add_note(out);
	return true;
}
