/* ccprobe explain: explains a case, a requirement, a code, or what expectations
 * are made of. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mockupstream/script.h"
#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/explain.h"
#include "probe/command/rows.h"
#include "probe/causes/behaviour.h"
#include "probe/refusal/finding.h"
#include "probe/run/preflight/preflight.h"
#include "probe/suite/choose/casenear.h"
#include "probe/suite/claims.h"
#include "probe/suite/place.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"

#define BODY_LIMIT ((size_t)256 * 1024 * 1024)

struct explain_options {
	bool help, request;
	const char *suite, *client;
};

static const struct option_row rows[] = {
	{ "request", OPTION_FLAG, offsetof(struct explain_options, request),
	  NULL, "print the body of the first request of the case instead" },
	{ "client", OPTION_TEXT, offsetof(struct explain_options, client),
	  "VERSION", "with the requests of this release of Claude Code" },
	ROW_SUITE(offsetof(struct explain_options, suite)),
	ROW_HELP(offsetof(struct explain_options, help)),
	{ .name = NULL },
};

/* The lists, by the words that ask for them. */
static const struct topic {
	const char *name, *brief;
	void (*list)(struct buf *out);
} topics[] = {
	{ "subjects", "what a check looks at", explain_subjects },
	{ "operators", "how it compares", explain_operators },
	{ "directives", "what an annotated event stream may say", script_list },
	{ "claims", "what a target can be held to", claims_list },
	{ "keys", "keys with names, and how a gateway sets them up",
	  keyring_list },
	{ "behaviours", "kinds of what a gateway does to traffic",
	  behaviour_list },
	{ "findings", "codes of doctor and bisect", finding_list },
	{ "diagnoses", "codes of a run that stops before its first case",
	  preflight_list },
};

#define TOPICS (sizeof(topics) / sizeof(topics[0]))

static const struct topic *topic_find(const char *name)
{
	for (size_t i = 0; i < TOPICS; i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

static bool is_row_of(const struct casefile *c, const char *id)
{
	size_t len = strlen(id);

	return strncasecmp(c->id, id, len) == 0 && c->id[len] == '/';
}

/* The id of a file with `each` means its first case. */
static const struct casefile *find_row(const struct casebook *book,
				       const char *id)
{
	for (size_t i = 0; i < book->count; i++)
		if (is_row_of(book->list[i], id) &&
		    strcmp(book->list[i]->area, id) != 0)
			return book->list[i];
	return NULL;
}

/* The n-th code, from 0, of a behaviour, a diagnosis or a finding; NULL: no
 * more. */
static const char *code_nth(size_t n)
{
	const struct finding_kind *k;
	size_t i = 0;

	if (behaviour_name(n) != NULL)
		return behaviour_name(n);
	n -= BEHAVIOUR_KINDS;
	while (preflight_code(i) != NULL)
		i++;
	if (n < i)
		return preflight_code(n);
	k = finding_kind_nth(n - i);
	return k != NULL ? k->code : NULL;
}

static size_t count_of(const char *(*nth)(size_t))
{
	size_t n = 0;

	while (nth(n) != NULL)
		n++;
	return n;
}

/* The command that lists the ids of this form. */
static const char *list_of(const char *id)
{
	if (strncasecmp(id, "DR-", 3) == 0)
		return "explain findings";
	return strncasecmp(id, "PRE-", 4) == 0 ? "explain diagnoses" : "list";
}

/* The n-th word that is known without the suite: codes, words of reports,
 * topics. NULL: no more. */
static const char *word_nth(size_t n)
{
	size_t codes = count_of(code_nth), words = count_of(explain_word_nth);

	if (n < codes)
		return code_nth(n);
	n -= codes;
	if (n < words)
		return explain_word_nth(n);
	n -= words;
	return n < TOPICS ? topics[n].name : NULL;
}

/* The known word that differs only in capitals, or id itself; borrowed. */
static const char *as_known(const char *id)
{
	for (size_t i = 0; word_nth(i) != NULL; i++)
		if (strcasecmp(word_nth(i), id) == 0)
			return word_nth(i);
	return id;
}

static const struct requirement *find_requirement(
	const struct requirements *known, const char *id)
{
	for (size_t i = 0; i < known->count; i++)
		if (strcasecmp(known->list[i].id, id) == 0)
			return &known->list[i];
	return NULL;
}

/* The first word that is longer than this and begins like it, or NULL. What all
 * codes of a kind begin with ("PRE-") stands for none of them. */
static const char *longer(const char *id, const char *const *list)
{
	size_t len = strlen(id);

	for (; len > 4 && *list != NULL; list++)
		if (strncasecmp(*list, id, len) == 0)
			return *list;
	return NULL;
}

/* A code or a case that may have been meant, or NULL; yours to free(). */
static char *near_of(const struct casebook *book,
		     const struct requirements *known, const char *id)
{
	size_t words = count_of(word_nth), n = 0;
	const char **list = xcalloc(words + known->count + 1, sizeof(*list));
	const char *near;
	char *out;

	for (; n < words; n++)
		list[n] = word_nth(n);
	for (size_t i = 0; i < known->count; i++)
		list[n++] = known->list[i].id;
	near = longer(id, list);
	if (near == NULL)
		near = near_word(id, list);
	out = near != NULL ? xstrdup(near) : casenear_of(book, id);
	free(list);
	return out;
}

static int fail_id(const struct casebook *book,
		   const struct requirements *known, const char *id,
		   struct fail *f)
{
	char *near = near_of(book, known, id);

	if (near != NULL && strcasecmp(near, id) == 0)
		fail_set(f, FAIL_USAGE,
			 "'%s' has several cases; `ccprobe list %s` shows "
			 "them",
			 near, near);
	else if (near != NULL)
		fail_set(f, FAIL_USAGE,
			 "no case, requirement or code '%s'; did you mean "
			 "'%s'?",
			 id, near);
	else
		fail_set(f, FAIL_USAGE,
			 "no case, requirement or code '%s'; `ccprobe %s` "
			 "shows what there is",
			 id, list_of(id));
	free(near);
	return -1;
}

static void list_rows(const struct casebook *book, const char *id)
{
	printf("\nCases of this file\n");
	for (size_t i = 0; i < book->count; i++)
		if (is_row_of(book->list[i], id))
			printf("  %s\n", book->list[i]->id);
}

static int print_request(const struct casefile *c, struct fail *f)
{
	struct buf body = BUF_INIT(BODY_LIMIT);
	int rc = 0;

	if (c->live)
		return fail_set(
			f, FAIL_USAGE,
			"--request: %s runs Claude Code, which makes its "
			"own requests; `ccprobe run --live %s --keep all "
			"--out DIR` writes them down",
			c->id, c->id);
	for (size_t i = 0; i < c->step_count; i++) {
		if (c->steps[i].request == NULL)
			continue;
		if (c->steps[i].request->raw != NULL)
			rc = buf_add(&body, c->steps[i].request->raw,
				     c->steps[i].request->raw_len);
		else
			rc = request_body(c->steps[i].request, &body, f);
		break;
	}
	if (rc == 0)
		fwrite(buf_str(&body), 1, body.len, stdout);
	buf_clear(&body);
	return rc;
}

static int print_case(const struct casefile *c, const char *root,
		      struct fail *f)
{
	struct requirements known = { .list = NULL };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (requirements_read(&known, root, f) < 0)
		return -1;
	explain_case(c, &known, &text);
	fputs(buf_str(&text), stdout);
	buf_clear(&text);
	requirements_clear(&known);
	return 0;
}

static int fail_case(const char *id, struct fail *f)
{
	return fail_set(f, FAIL_USAGE, "--request: no case '%s'", id);
}

/* Explains a code or a word of reports; these need no suite. */
static bool explain_known(const char *id, struct buf *text)
{
	return preflight_explain(id, text) || finding_explain(id, text) ||
	       behaviour_explain(id, text) || explain_word(id, text);
}

/* Explains an id that is no case: a requirement, or else it is an error. */
static int explain_other(const struct casebook *book, const char *root,
			 const char *id, struct fail *f)
{
	struct requirements known = { .list = NULL };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const struct requirement *r;
	int rc = 0;

	if (requirements_read(&known, root, f) < 0)
		return -1;
	r = find_requirement(&known, id);
	if (r != NULL)
		explain_requirement(r, book, &text);
	else
		rc = fail_id(book, &known, id, f);
	fputs(buf_str(&text), stdout);
	buf_clear(&text);
	requirements_clear(&known);
	return rc;
}

/* The case with this id, the first case of the file with this id, or NULL. */
static const struct casefile *find_case(const struct casebook *book,
					const char *id)
{
	const struct casefile *c = casebook_find(book, id);

	for (size_t i = 0; c == NULL && i < book->count; i++)
		if (strcasecmp(book->list[i]->id, id) == 0)
			c = book->list[i];
	return c != NULL ? c : find_row(book, id);
}

/* Reads the file that the id names. If there is none, reads the whole suite to
 * find out what the id may be. */
static int read_book(struct casebook *book, const char *root, const char *id,
		     const struct casebook_values *values, struct fail *f)
{
	const struct option_list one = { &id, 1 };

	if (casebook_read(book, root, &one, values, f) < 0)
		return -1;
	if (find_case(book, id) != NULL)
		return 0;
	casebook_clear(book);
	return casebook_read(book, root, NULL, values, f);
}

static int explain_id(const struct explain_options *o, const char *id,
		      struct fail *f)
{
	struct casebook_values values = CASEBOOK_VALUES_INIT;
	struct casebook book = { .list = NULL };
	char *root = NULL;
	const struct casefile *c;
	int rc;

	values.client = o->client;
	rc = place_find(&root, o->suite, f);
	if (rc == 0)
		rc = read_book(&book, root, id, &values, f);
	if (rc < 0)
		goto out;
	c = find_case(&book, id);
	if (c == NULL)
		rc = o->request ? fail_case(id, f)
				: explain_other(&book, root, id, f);
	else if (o->request)
		rc = print_request(c, f);
	else
		rc = print_case(c, root, f);
	if (rc == 0 && c != NULL && !o->request && is_row_of(c, id))
		list_rows(&book, id);
out:
	free(root);
	casebook_clear(&book);
	return rc;
}

static int explain(const struct explain_options *o,
		   const struct option_list *rest, struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const struct topic *topic;
	const char *id;
	int rc = 0;

	if (rest->count != 1)
		return fail_set(
			f, FAIL_USAGE,
			"give one id (of a case, a requirement, a code) or a "
			"topic such as 'subjects'; --help lists the topics");
	id = as_known(rest->list[0]);
	topic = topic_find(id);
	if (topic != NULL)
		topic->list(&text);
	else if (o->request || !explain_known(id, &text))
		rc = explain_id(o, id, f);
	fputs(buf_str(&text), stdout);
	buf_clear(&text);
	return rc;
}

static int help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &text);
	buf_add_text(&text, "\nTopics:\n");
	for (size_t i = 0; i < TOPICS; i++)
		buf_addf(&text, "  %-12s %s\n", topics[i].name,
			 topics[i].brief);
	printf("usage: ccprobe explain %s\n%s\n\n%s", cmd_explain.usage,
	       cmd_explain.brief, buf_str(&text));
	buf_clear(&text);
	return EXIT_CONFORMS;
}

static int explain_run(int argc, char **argv)
{
	struct explain_options o = { .help = false };
	struct option_list rest = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &rest, &f) == 0) {
		if (o.help)
			status = help();
		else if (explain(&o, &rest, &f) == 0)
			status = EXIT_CONFORMS;
	}
	if (f.code != FAIL_OK)
		fprintf(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&rest);
	return status;
}

const struct command cmd_explain = {
	.name = "explain",
	.usage = "[options] ID | TOPIC",
	.brief = "a case, a requirement or a code: what, why, how to fix",
	.rows = rows,
	.takes = TAKES_CASES,
	.run = explain_run,
};
