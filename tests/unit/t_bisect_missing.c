/*
 * Tests of probe/bisect/missing.c: servers that take no request without some
 * part of the recorded one, and a request that has none of it.
 */
#include "tests/unit/bisect_kit.h"

#define SMALL \
	"{\"model\":\"m\",\"max_tokens\":16,\"messages\":[{\"role\":" \
	"\"user\",\"content\":\"hi\"}],\"thinking\":{\"type\":\"disabled\"}}"

static struct bisect_request recorded, small;

/* ---- what it has to have ---- */

typedef bool needs_fn(const struct seen *s);

static bool any(const struct seen *s)
{
	(void)s;
	return true;
}

static bool none(const struct seen *s)
{
	(void)s;
	return false;
}

static bool adaptive(const struct seen *s)
{
	struct jval thinking;

	return kit_find(s, "/thinking", &thinking) &&
	       kit_is(thinking, "type", "adaptive");
}

static bool of_client(const struct seen *s)
{
	return kit_find(s, "/system/1", NULL) && kit_find(s, "/metadata", NULL);
}

static bool any_tool(const struct seen *s)
{
	return kit_find(s, "/tools/0", NULL);
}

static bool app(const struct seen *s)
{
	return headers_get(&s->r->headers, "x-app") != NULL;
}

static bool beta(const struct seen *s)
{
	return headers_has_token(&s->r->headers, "anthropic-beta",
				 "effort-2025-11-24");
}

static bool query(const struct seen *s)
{
	return strchr(s->r->target, '?') != NULL;
}

/* The second makes up for the first. */
static bool either(const struct seen *s)
{
	return app(s) || beta(s);
}

static const struct row {
	const char *title;
	needs_fn *needs;
	const char *names; /* with " + " between them; NULL: nothing helps */
	size_t most; /* bytes of what passes */
} rows[] = {
	{ "a field with another value", adaptive, "field `thinking`", 500 },
	{ "two fields", of_client, "field `system` + field `metadata`", 9000 },
	{ "one of a list's items does", any_tool, "field `tools`", 6000 },
	{ "a header", app, "header `x-app`", 400 },
	{ "a beta", beta, "beta `effort-2025-11-24`", 400 },
	{ "the query", query, "the query `?beta=true`", 400 },
	{ "one of two", either, "header `x-app`", 400 },
	{ "nothing helps", none, NULL, 0 },
};

/* ---- a server ---- */

struct server {
	const struct row *row;
	size_t asked, budget;
};

static bool is_taken(const struct row *row, const struct bisect_request *r)
{
	struct seen s = { .r = r };

	assert_int_equal(jscan(buf_span(&r->body), &s.root, NULL), 0);
	return row->needs(&s);
}

static enum trial ask(void *arg, const struct bisect_request *r)
{
	struct server *server = arg;

	assert_null(headers_get(&r->headers, "authorization"));
	if (server->asked == server->budget)
		return TRIAL_OVER;
	server->asked++;
	return is_taken(server->row, r) ? TRIAL_PASSES : TRIAL_SAME;
}

static void names_of(const struct bisect_cause *c, struct buf *out)
{
	for (size_t i = 0; i < c->missing_count; i++)
		buf_addf(out, "%s%s", i > 0 ? " + " : "", c->missing[i].name);
}

static void check(const struct row *row)
{
	struct server server = { .row = row, .budget = 1000 };
	struct bisect_cause c = { .minimal = true };
	struct buf names = BUF_INIT(BUF_NO_LIMIT);
	bool found = bisect_missing(&small, &recorded, ask, &server, &c);

	assert_int_equal(found, row->names != NULL);
	assert_true(server.asked <= BISECT_MISSING_TRIALS);
	if (found) {
		names_of(&c, &names);
		assert_string_equal(buf_str(&names), row->names);
		assert_true(c.minimal);
		assert_true(is_taken(row, &c.passing));
		assert_true(bisect_request_size(&c.passing) < row->most);
		assert_non_null(strstr(buf_str(&c.passing.body), "\"hi\""));
	} else {
		assert_int_equal(server.asked, 1);
		assert_int_equal(c.missing_count, 0);
		assert_null(c.passing.method);
	}
	buf_clear(&names);
	bisect_cause_clear(&c);
}

static void t_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(&rows[i]);
}

/* Cut short: what passed last is told, and that it may be too much. */
static void t_over(void **state)
{
	(void)state;
	for (size_t budget = 1; budget < 8; budget++) {
		struct server server = { .row = &rows[1], .budget = budget };
		struct bisect_cause c = { .minimal = true };

		assert_true(
			bisect_missing(&small, &recorded, ask, &server, &c));
		assert_false(c.minimal);
		assert_true(c.missing_count >= 2);
		assert_true(is_taken(&rows[1], &c.passing));
		bisect_cause_clear(&c);
	}
}

/* The request itself has all that the recorded one has. */
static void t_same(void **state)
{
	struct server server = { .row = &(struct row){ .needs = any } };
	struct bisect_cause c = { .minimal = true };

	(void)state;
	assert_false(bisect_missing(&recorded, &recorded, ask, &server, &c));
	assert_int_equal(server.asked, 0);
}

static const struct CMUnitTest tests[] = {
	{ "missing: parts of the recorded request", t_rows, NULL, NULL, NULL },
	{ "missing: a search cut short keeps what passed", t_over, NULL, NULL,
	  NULL },
	{ "missing: nothing can be added to the same request", t_same, NULL,
	  NULL, NULL },
};

int main(void)
{
	int rc;

	kit_read(&recorded,
		 CCPROBE_SOURCE_DIR "/fixtures/requests/2.1.329/plain/01.http");
	small = (struct bisect_request){ .method = xstrdup("POST"),
					 .target = xstrdup("/v1/messages"),
					 .body = BUF_INIT(BUF_NO_LIMIT) };
	buf_add_text(&small.body, SMALL);
	headers_add_text(&small.headers, "content-type", "application/json");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	rc = cmocka_run_group_tests_name("missing", tests, NULL, NULL);
	bisect_request_clear(&recorded);
	bisect_request_clear(&small);
	return rc;
}
