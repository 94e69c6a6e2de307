/* Command lines read through a table. */
#include "wire/bytes/option.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"

enum { HELP_COLUMN = 28, HELP_WIDTH = 78 };

void option_list_clear(struct option_list *l)
{
	free(l->list);
	*l = (struct option_list){ 0 };
}

void option_list_add(struct option_list *l, const char *text)
{
	l->list = xrealloc(l->list, (l->count + 1) * sizeof(*l->list));
	l->list[l->count++] = text;
}

static const struct option_row *row_find(const struct option_row *rows,
					 struct span name)
{
	for (; rows->name; rows++)
		if (span_is(name, rows->name))
			return rows;
	return NULL;
}

/* The only row whose name begins with this word, or NULL. */
static const char *row_begun(const struct option_row *rows, const char *word)
{
	const char *found = NULL;

	for (; *word && rows->name; rows++) {
		if (strncmp(rows->name, word, strlen(word)) != 0)
			continue;
		if (found)
			return NULL;
		found = rows->name;
	}
	return found;
}

/* The row that does what other programs call by this word, or NULL. */
static const struct option_row *row_foreign(const struct option_row *rows,
					    const char *word)
{
	static const char *const names[][2] = {
		{ "port", "listen" },
		{ "host", "listen" },
		{ "bind", "listen" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(word, names[i][0]) == 0)
			return row_find(rows, span_of(names[i][1]));
	return NULL;
}

/* `dashes`: "--" or "", as typed. */
static int fail_unknown(const struct option_row *rows, const char *dashes,
			struct span name, struct fail *f)
{
	const char *words[OPTION_ROWS_LIMIT + 1];
	char *word = span_dup(span_first(name, 80));
	const struct option_row *meant = row_foreign(rows, word);
	const char *near;
	bool helps = row_find(rows, span_of("help")) != NULL;
	size_t n = 0;

	for (const struct option_row *row = rows; row->name; row++)
		words[n++] = row->name;
	words[n] = NULL;
	near = near_word(word, words);
	if (!near)
		near = row_begun(rows, word);
	if (meant)
		fail_set(f, FAIL_USAGE,
			 "unknown option %s%s; did you mean --%s %s?", dashes,
			 word, meant->name, meant->value);
	else if (near)
		fail_set(f, FAIL_USAGE,
			 "unknown option %s%s; did you mean --%s?", dashes,
			 word, near);
	else
		fail_set(f, FAIL_USAGE, "unknown option %s%s%s", dashes, word,
			 helps ? "; --help lists the options" : "");
	free(word);
	return -1;
}

static int row_store(const struct option_row *row, void *into,
		     const char *value, struct fail *f)
{
	char *member = (char *)into + row->offset;
	uint64_t number;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)(void *)member = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)(void *)member = value;
		return 0;
	case OPTION_LIST:
		option_list_add((struct option_list *)(void *)member, value);
		return 0;
	case OPTION_U32:
		if (!span_u64(span_of(value), UINT32_MAX, &number))
			return fail_set(f, FAIL_USAGE,
					"--%s wants a whole number, not '%s'",
					row->name, value);
		*(uint32_t *)(void *)member = (uint32_t)number;
		return 0;
	}
	return 0;
}

struct parse {
	const struct option_row *rows;
	char **argv;
	int argc, at;
	void *into;
	uint64_t seen; /* a bit for each row */
};

/* The option at argv[at]; moves `at` past its value. */
static int parse_option(struct parse *p, struct span rest, struct fail *f)
{
	const struct option_row *row;
	const char *value = NULL;
	struct span name = rest;
	uint64_t bit;

	if (span_find_byte(rest, '=') != SIZE_MAX) {
		span_split(&rest, '=', &name);
		value = rest.at;
	}
	row = row_find(p->rows, name);
	if (!row)
		return fail_unknown(p->rows, "--", name, f);
	if (row->kind == OPTION_FLAG && value)
		return fail_set(f, FAIL_USAGE, "--%s takes no value",
				row->name);
	if (row->kind != OPTION_FLAG && !value) {
		if (p->at + 1 >= p->argc)
			return fail_set(f, FAIL_USAGE, "--%s wants %s",
					row->name, row->value);
		value = p->argv[++p->at];
	}
	bit = (uint64_t)1 << (row - p->rows);
	if ((p->seen & bit) &&
	    (row->kind == OPTION_TEXT || row->kind == OPTION_U32))
		return fail_set(f, FAIL_USAGE, "--%s is given twice",
				row->name);
	p->seen |= bit;
	return row_store(row, p->into, value, f);
}

/* The long name of "-h"; NULL: none, or the table does not have that row. */
static const char *long_name(const struct option_row *rows, const char *word)
{
	static const char *const names[][2] = { { "-h", "help" },
						{ "-v", "verbose" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(word, names[i][0]) == 0 &&
		    row_find(rows, span_of(names[i][1])))
			return names[i][1];
	return NULL;
}

static void check_rows(const struct option_row *rows)
{
	size_t n = 0;

	while (rows[n].name)
		n++;
	assert(n <= OPTION_ROWS_LIMIT);
}

int option_parse(const struct option_row *rows, int argc, char **argv,
		 void *into, struct option_list *rest, struct fail *f)
{
	struct parse p = {
		.rows = rows, .argv = argv, .argc = argc, .into = into
	};
	bool options = true;

	check_rows(rows);
	for (p.at = 1; p.at < argc; p.at++) {
		const char *word = argv[p.at];

		if (options && strcmp(word, "--") == 0)
			options = false;
		else if (options && strncmp(word, "--", 2) == 0) {
			if (parse_option(&p, span_of(word + 2), f) < 0)
				return -1;
		} else if (options && long_name(rows, word)) {
			if (parse_option(&p, span_of(long_name(rows, word)),
					 f) < 0)
				return -1;
		} else if (options && word[0] == '-' && word[1] != '\0')
			return fail_unknown(rows, "-", span_of(word + 1), f);
		else
			option_list_add(rest, word);
	}
	return 0;
}

/* Breaks the text at spaces so that it stays in its column. */
static void help_text(struct span text, struct buf *out)
{
	size_t column = HELP_COLUMN;
	struct span word;

	while (span_split(&text, ' ', &word)) {
		if (column > HELP_COLUMN &&
		    column + 1 + word.len > HELP_WIDTH) {
			buf_addf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		}
		if (column > HELP_COLUMN) {
			buf_add_byte(out, ' ');
			column++;
		}
		buf_add_span(out, word);
		column += word.len;
	}
	buf_add_byte(out, '\n');
}

void option_help(const struct option_row *rows, struct buf *out)
{
	for (; rows->name; rows++) {
		size_t began = out->len, used;

		buf_addf(out, "  --%s", rows->name);
		if (rows->kind != OPTION_FLAG)
			buf_addf(out, " %s", rows->value);
		used = out->len - began;
		if (used + 2 > HELP_COLUMN) {
			buf_add_byte(out, '\n');
			used = 0;
		}
		buf_addf(out, "%*s", (int)(HELP_COLUMN - used), "");
		help_text(span_of(rows->help), out);
	}
}

const char *option_env(const char *text, struct fail *f)
{
	const char *value;

	if (strncmp(text, "env:", 4) != 0)
		return text;
	if (text[4] == '\0') {
		fail_set(f, FAIL_USAGE, "the name is missing: write env:NAME");
		return NULL;
	}
	value = getenv(text + 4);
	if (!value)
		fail_set(f, FAIL_USAGE, "the variable %s is not set", text + 4);
	return value;
}

int option_secret(char **out, const char *option, const char *text,
		  struct fail *f)
{
	struct fail why = FAIL_INIT;
	const char *value = option_env(text, &why);

	if (!value)
		return fail_set(f, FAIL_USAGE, "--%s: %s", option, why.text);
	if (value[0] == '\0')
		return fail_set(f, FAIL_USAGE, "--%s is empty", option);
	*out = xstrdup(value);
	return 0;
}
