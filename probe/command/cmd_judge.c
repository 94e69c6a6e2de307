/* ccprobe judge: judges stored runs again, by the cases as they are now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/loop.h"
#include "probe/after/settle.h"
#include "probe/after/status.h"
#include "probe/after/stored.h"
#include "probe/command/command.h"
#include "probe/command/identity.h"
#include "probe/command/money.h"
#include "probe/command/output.h"
#include "probe/command/rows.h"
#include "probe/causes/causes.h"
#include "probe/judge/check.h"
#include "probe/suite/place.h"
#include "probe/suite/say.h"
#include "wire/bytes/mem.h"

struct judge_options {
	bool help, no_color, verbose;
	const char *suite, *prices;
	struct option_list reports;
};

#define AT(member) offsetof(struct judge_options, member)
static const struct option_row rows[] = {
	{ "report", OPTION_LIST, AT(reports), "FORMAT[=FILE]",
	  "also report in this format, as `ccprobe run` does" },
	{ "prices", OPTION_TEXT, AT(prices), "FILE", MONEY_HELP },
	ROW_VERBOSE(AT(verbose)),
	ROW_SUITE(AT(suite)),
	ROW_NO_COLOR(AT(no_color)),
	ROW_HELP(AT(help)),
	{ .name = NULL },
};
#undef AT

struct judging_all {
	char *root;
	struct casebook book; /* read for the last log, with these values: */
	char *client, *model;
	char *client_key, *upstream_key, *wrong_key;
	struct result *list;
	size_t count, cap;
	struct causes *causes;
	size_t unread; /* logs that were not judged */
	tick_t began;
	struct prices prices;
	struct outputs outputs;
};

static bool is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static char *copy(const char *text)
{
	return text != NULL ? xstrdup(text) : NULL;
}

static bool fits(const struct judging_all *g, const struct stored_log *s)
{
	return g->book.list != NULL && is_same(g->client, s->client) &&
	       is_same(g->model, s->model) &&
	       is_same(g->client_key, s->client_key) &&
	       is_same(g->upstream_key, s->upstream_key) &&
	       is_same(g->wrong_key, s->wrong_key);
}

static void put(char **to, const char *text)
{
	free(*to);
	*to = copy(text);
}

/* A kept log has words in place of its keys, so the cases are read with the
 * same words. */
static int fit_book(struct judging_all *g, const struct stored_log *s,
		    struct fail *f)
{
	struct casebook_values values = {
		.client_key = s->client_key,
		.upstream_key = s->upstream_key,
		.wrong_key = s->wrong_key,
		.model = s->model,
		.client = s->client,
	};
	struct causes_keys keys = { .client = s->client_key,
				    .wrong = s->wrong_key,
				    .upstream = s->upstream_key,
				    .named = keyring_marks() };

	if (fits(g, s))
		return 0;
	casebook_clear(&g->book);
	if (casebook_read(&g->book, g->root, NULL, &values, f) < 0)
		return -1;
	keys.client_is_weak = g->book.weak[CASE_KEY_CLIENT];
	keys.upstream_is_weak = g->book.weak[CASE_KEY_UPSTREAM];
	causes_set_keys(g->causes, &keys);
	put(&g->client, s->client);
	put(&g->model, s->model);
	put(&g->client_key, s->client_key);
	put(&g->upstream_key, s->upstream_key);
	put(&g->wrong_key, s->wrong_key);
	return 0;
}

/* Tells what has changed since the log was written. */
static void tell_age(const struct stored_log *s, const struct casefile *c,
		     const struct result *r)
{
	if (s->version != NULL && strcmp(s->version, CCPROBE_VERSION) != 0)
		say(stderr, "%s: written by ccprobe %s, judged by %s\n",
		    s->path, s->version, CCPROBE_VERSION);
	if (s->digest != 0 && s->digest != c->digest)
		say(stderr,
		    "%s: %s has changed since; the log is judged by the case "
		    "as it is now\n",
		    s->path, c->path);
	if (s->verdict != NULL &&
	    strcmp(s->verdict, verdict_name(r->verdict)) != 0)
		say(stderr, "%s: %s was %s, and is %s\n", s->path, c->id,
		    s->verdict, verdict_name(r->verdict));
}

/* A run knows more than its log shows: that there was no time to send a late
 * case again, or a body that was wiped because it held the key. So if neither
 * the case nor ccprobe has changed, a case that did not fail in the run does
 * not fail by its log. */
static void trust_run(const struct stored_log *s, const struct casefile *c,
		      struct result *r)
{
	if (r->verdict != VERDICT_FAIL || s->verdict == NULL ||
	    strcmp(s->verdict, verdict_name(VERDICT_FAIL)) == 0 ||
	    s->digest != c->digest || s->version == NULL ||
	    strcmp(s->version, CCPROBE_VERSION) != 0)
		return;
	result_doubt(r, xstrdup("the run itself did not fail this case: the "
				"log does not hold all that the run saw"));
}

static int judge_log(struct judging_all *g, const char *path, struct fail *f)
{
	struct stored_log s = { .path = NULL };
	const struct casefile *c = NULL;
	struct view v;
	int rc = stored_log_read(&s, path, f);

	if (rc == 0)
		rc = fit_book(g, &s, f);
	if (rc == 0)
		c = stored_log_case(&s, &g->book, f);
	if (c == NULL) {
		stored_log_clear(&s);
		return -1;
	}
	g->list = mem_room(g->list, g->count, &g->cap, sizeof(*g->list));
	view_of(&v, &s.log, s.run);
	check_view(c, &v, &g->list[g->count]);
	trust_run(&s, c, &g->list[g->count]);
	causes_add(g->causes, &v, &g->list[g->count]);
	view_clear(&v);
	tell_age(&s, c, &g->list[g->count]);
	g->count++;
	stored_log_clear(&s);
	return 0;
}

/* A log that cannot be read does not keep the others from being judged. */
static void judge_path(struct judging_all *g, const char *path)
{
	struct fail f = FAIL_INIT;
	char **list = NULL;
	size_t count = 0;

	if (stored_logs_find(&list, &count, path, &f) < 0) {
		say(stderr, "ccprobe: %s\n", f.text);
		g->unread++;
	}
	for (size_t i = 0; i < count; i++) {
		struct fail why = FAIL_INIT;

		if (judge_log(g, list[i], &why) < 0) {
			say(stderr, "ccprobe: %s\n", why.text);
			g->unread++;
		}
		free(list[i]);
	}
	free(list);
}

static int by_id(const void *left, const void *right)
{
	const struct result *a = left, *b = right;

	return strcmp(a->id, b->id);
}

static int report(struct judging_all *g, int argc, char **argv, struct fail *f)
{
	struct run_report r = {
		.list = g->list,
		.count = g->count,
		.target = "stored runs",
		.gateway_url = "not asked (stored logs are judged)",
		.version = CCPROBE_VERSION,
		.client = g->client != NULL ? g->client : g->book.client,
		.selection = true,
		.channel = "stored",
		.prices = &g->prices,
	};
	struct identity identity = { .command = NULL };
	struct settle settle = { .has_baseline = false };
	int status;

	identity_of(&identity, argc, argv, g->root, &r);
	if (g->count > 1)
		qsort(g->list, g->count, sizeof(*g->list), by_id);
	for (size_t i = 0; i < g->count; i++)
		r.counts[g->list[i].verdict]++;
	causes_settle(g->causes, &r);
	r.took = loop_now() - g->began;
	status = settle_status(&settle, &r, f);
	if (outputs_write(&g->outputs, &r) < 0)
		status = EXIT_UNDECIDED;
	identity_clear(&identity);
	cause_list_free(r.causes, r.cause_count);
	return status;
}

static int judge_all(struct judging_all *g, const struct judge_options *o,
		     const struct option_list *paths, struct fail *f)
{
	const struct causes_keys keys = { .client = NULL };
	struct outputs_asked asked = { .reports = o->reports.list,
				       .count = o->reports.count,
				       .no_colour = o->no_color,
				       .verbose = o->verbose };

	g->began = loop_now();
	g->causes = causes_new(&keys);
	if (place_find(&g->root, o->suite, f) < 0)
		return -1;
	if (money_prices(&g->prices, g->root, o->prices, f) < 0)
		return -1;
	if (paths->count == 0)
		return fail_set(f, FAIL_USAGE,
				"name the logs to judge; `ccprobe run --keep "
				"all --out DIR` writes them into DIR");
	if (outputs_open(&g->outputs, &asked, f) < 0)
		return -1;
	for (size_t i = 0; i < paths->count; i++)
		judge_path(g, paths->list[i]);
	return 0;
}

static void clear(struct judging_all *g)
{
	for (size_t i = 0; i < g->count; i++)
		result_clear(&g->list[i]);
	free(g->list);
	causes_free(g->causes);
	casebook_clear(&g->book);
	free(g->client);
	free(g->model);
	free(g->client_key);
	free(g->upstream_key);
	free(g->wrong_key);
	free(g->root);
}

static int help(void)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &b);
	printf("usage: ccprobe judge %s\n%s\n\n%s\n"
	       "LOG is a file that `ccprobe run --keep all --out DIR` wrote, "
	       "or "
	       "DIR itself. No\ngateway is asked. A case that has changed is "
	       "judged as it is now.\n\n"
	       "Exit status: as of `ccprobe run`; 2 also when a log cannot be "
	       "read or is of no case.\n",
	       cmd_judge.usage, cmd_judge.brief, buf_str(&b));
	buf_clear(&b);
	return EXIT_CONFORMS;
}

static int judge(int argc, char **argv)
{
	struct judge_options o = { .help = false };
	struct judging_all g = { .root = NULL };
	struct option_list paths = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &paths, &f) < 0)
		status = EXIT_USAGE;
	else if (o.help)
		status = help();
	else if (judge_all(&g, &o, &paths, &f) == 0 && g.count > 0)
		status = report(&g, argc, argv, &f);
	if (g.unread > 0)
		status = EXIT_USAGE;
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&o.reports);
	option_list_clear(&paths);
	clear(&g);
	return status;
}

const struct command cmd_judge = {
	.name = "judge",
	.usage = "[OPTION...] LOG...",
	.brief = "judge stored wire logs again, without a gateway",
	.rows = rows,
	.takes = TAKES_FILES,
	.run = judge,
};
