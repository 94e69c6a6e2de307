/* gateway/pool/names, catalog: what models are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/pool/catalog.h"
#include "gateway/pool/names.h"

static struct bridge_models models;
static struct names_table names;

static void list(const char *client, const char *provider)
{
	bridge_models_add(&models, span_of(client), span_of(provider));
}

static int set_up(void **state)
{
	static struct names_alias fast = { .name = (char *)"fast",
					   .model = (char *)"~anthropic/"
							    "claude-haiku-"
							    "latest:floor" };

	(void)state;
	list("claude-haiku-4-5", "");
	list("claude-3-5-haiku-20241022", "");
	list("claude-sonnet-4-20250514", "");
	list("claude-sonnet-4-6", "");
	list("claude-sonnet-4-5-20250929", "");
	list("claude-sonnet-4-10", "");
	list("odd:free", "");
	list("vendor/*", "*");
	list("claude-sonnet-3-99", "");
	list("claude-4-5-haiku", "");
	list("claude-fable-20250601", "");
	list("claude-fable-20250101", "");
	list("claude-zeta-1-2-3-4-9", "");
	list("claude-zeta-1-2-3-4-5-20250101", "");
	list("claude-eta-2", "");
	list("claude-eta-123456789-3", "");
	list("claude--x-7", "");
	list("9", "");
	list("n", "");
	names_know(&names, &models);
	names_know(&names, &models);
	fast.wish = WISH_INIT;
	fast.wish.only = 2;
	assert_int_equal(names_add(&names, &fast), 0);
	assert_int_equal(names_add(&names, &fast), -1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bridge_models_clear(&models);
	names_clear(&names);
	return 0;
}

static void t_read(void **state)
{
	static const struct {
		const char *asked, *plain; /* NULL: no such family */
		enum wish_sort sort;
		bool free;
		uint64_t only;
	} rows[] = {
		{ "claude-x", "claude-x", 0, false, UINT64_MAX },
		{ "anthropic/claude-x", "claude-x", 0, false, UINT64_MAX },
		{ "other/claude-x", "other/claude-x", 0, false, UINT64_MAX },
		{ "claude-x[1m]", "claude-x", 0, false, UINT64_MAX },
		{ "anthropic/claude-x:nitro[1m]", "claude-x", WISH_THROUGHPUT,
		  false, UINT64_MAX },
		{ "claude-x:floor", "claude-x", WISH_FLOOR, false, UINT64_MAX },
		{ "claude-x:free", "claude-x", 0, true, UINT64_MAX },
		{ "odd:free", "odd:free", 0, false, UINT64_MAX },
		{ "odd:free:free", "odd:free", 0, true, UINT64_MAX },
		{ "claude-x:other", "claude-x:other", 0, false, UINT64_MAX },
		{ "~claude-sonnet-latest", "claude-sonnet-4-10", 0, false,
		  UINT64_MAX },
		{ "~anthropic/claude-haiku-latest", "claude-haiku-4-5", 0,
		  false, UINT64_MAX },
		{ "~claude-fable-latest", "claude-fable-20250601", 0, false,
		  UINT64_MAX },
		{ "~claude-zeta-latest", "claude-zeta-1-2-3-4-5-20250101", 0,
		  false, UINT64_MAX },
		{ "~claude-eta-latest", "claude-eta-2", 0, false, UINT64_MAX },
		{ "~claude--x-latest", "claude--x-7", 0, false, UINT64_MAX },
		{ "~claude-x-latest", NULL, 0, false, UINT64_MAX },
		{ "~claude-opus-latest", NULL, 0, false, UINT64_MAX },
		{ "~claude-latest", NULL, 0, false, UINT64_MAX },
		{ "~claude-sonnet-x-latest", NULL, 0, false, UINT64_MAX },
		{ "~-latest", NULL, 0, false, UINT64_MAX },
		{ "~claude-sonnet", "~claude-sonnet", 0, false, UINT64_MAX },
		{ "fast", "claude-haiku-4-5", WISH_FLOOR, false, 2 },
		{ "fast:free[1m]", "claude-haiku-4-5", WISH_FLOOR, true, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf plain = BUF_INIT(1000);
		struct wish wish = WISH_INIT;
		int rc = names_read(&names, span_of(rows[i].asked), &plain,
				    &wish);

		if (rc != (rows[i].plain ? 0 : -1) ||
		    (rows[i].plain &&
		     strcmp(buf_str(&plain), rows[i].plain) != 0))
			fail_msg("%s is '%s'", rows[i].asked, buf_str(&plain));
		if (rc == 0) {
			assert_int_equal(wish.sort, rows[i].sort);
			assert_int_equal(wish.free, rows[i].free);
			assert_true(wish.only == rows[i].only);
		}
		buf_clear(&plain);
	}
}

static void t_undated(void **state)
{
	static const char *const rows[][2] = {
		{ "claude-haiku-4-5-20251001", "claude-haiku-4-5" },
		{ "claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20250929" },
		{ "claude-sonnet-4-6-2025092x", "claude-sonnet-4-6-2025092x" },
		{ "claude-sonnet-4-6_20250929", "claude-sonnet-4-6_20250929" },
		{ "claude-opus-4-6-20250929", "claude-opus-4-6-20250929" },
		{ "claude-sonnet-4-6-x0250929", "claude-sonnet-4-6-x0250929" },
		{ "n-20250929", "n" },
		{ "-20250929", "-20250929" },
		{ "20250929", "20250929" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!span_is(names_undated(&names, span_of(rows[i][0])),
			     rows[i][1]))
			fail_msg("%s", rows[i][0]);
}

static void t_serves(void **state)
{
	static const struct {
		const char *model, *listed; /* NULL: not served */
	} rows[] = {
		{ "a", "x" },     { "b", "" },   { "c-1", "y-c-1" },
		{ "c-", "y-c-" }, { "c", NULL }, { "d2", "one" },
		{ "aa", NULL },   { "e-5", "" }, { "", NULL },
	};
	struct bridge_models m = { .count = 0 };

	(void)state;
	assert_true(names_serves(&m, span_of("any"), NULL));
	bridge_models_add(&m, span_of("a"), span_of("x"));
	bridge_models_add(&m, span_of("b"), SPAN_EMPTY);
	bridge_models_add(&m, span_of("c-*"), span_of("y-c-*"));
	bridge_models_add(&m, span_of("d*"), span_of("one"));
	bridge_models_add(&m, span_of("e*"), SPAN_EMPTY);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf listed = BUF_INIT(1000);
		bool serves = names_serves(&m, span_of(rows[i].model), &listed);

		if (serves != (rows[i].listed != NULL) ||
		    (serves && strcmp(buf_str(&listed), rows[i].listed) != 0))
			fail_msg("%s: '%s'", rows[i].model, buf_str(&listed));
		buf_clear(&listed);
	}
	bridge_models_clear(&m);
	bridge_models_add(&m, span_of("*"), span_of("of-*"));
	{
		struct buf listed = BUF_INIT(1000);

		assert_true(names_serves(&m, span_of("any"), &listed));
		assert_string_equal(buf_str(&listed), "of-any");
		buf_clear(&listed);
	}
	bridge_models_clear(&m);
}

/* ---- the list ---- */

static struct catalog_row five[] = {
	{ "a", "Aye" }, { "b-20250929", "b" }, { "c", "c" },
	{ "d", "d" },   { "e", "e" },
};

static void expect_page(const char *query, const char *ids, const char *rest)
{
	struct catalog c = { five, 5 };
	struct buf out = BUF_INIT(10000), seen = BUF_INIT(100);
	struct jval root, model, id;
	struct jiter it;

	assert_int_equal(catalog_page(&c, span_of(query), &out, NULL), 0);
	assert_int_equal(jscan(buf_span(&out), &root, NULL), 0);
	it = jscan_iter(jscan_get(root, "data"));
	while (jscan_next(&it, NULL, &model)) {
		id = jscan_get(model, "id");
		buf_add(&seen, id.text.at + 1, 1);
	}
	assert_string_equal(buf_str(&seen), ids);
	if (!strstr(buf_str(&out), rest))
		fail_msg("%s: %s", query, buf_str(&out));
	buf_clear(&out);
	buf_clear(&seen);
}

static void t_pages(void **state)
{
	(void)state;
	expect_page(
		"", "abcde",
		"],\"has_more\":false,\"first_id\":\"a\",\"last_id\":\"e\"}");
	expect_page("limit=1000", "abcde",
		    "{\"type\":\"model\",\"id\":\"a\",\"display_name\":\"Aye\","
		    "\"created_at\":\"1970-01-01T00:00:00Z\"},{\"type\":"
		    "\"model\",\"id\":\"b-20250929\",\"display_name\":\"b\","
		    "\"created_at\":\"2025-09-29T00:00:00Z\"},");
	expect_page("limit=5", "abcde", "\"has_more\":false");
	expect_page("before_id=e&limit=4", "abcd", "\"has_more\":false");
	expect_page("limit=2", "ab",
		    "\"has_more\":true,\"first_id\":\"a\","
		    "\"last_id\":\"b-20250929\"");
	expect_page("limit=2&after_id=b-20250929", "cd", "\"has_more\":true");
	expect_page("after_id=d&limit=2&x=y", "e", "\"has_more\":false");
	expect_page("after_id=e", "",
		    "\"has_more\":false,\"first_id\":null,\"last_id\":null}");
	expect_page("before_id=d&limit=2", "bc", "\"has_more\":true");
	expect_page("before_id=c", "ab", "\"has_more\":false");
	expect_page("after_id=%61&limit=1", "b", "\"has_more\":true");
	expect_page("after_id=d&before_id=b-20250929", "",
		    "\"has_more\":false");
}

/* What is no day gives no date. */
static void t_days(void **state)
{
	static struct catalog_row rows[] = {
		{ "m-20250929", "a" }, { "m-10250929", "b" },
		{ "m_20250929", "c" }, { "20250929", "d" },
		{ "m-2025092x", "e" }, { "-20250929", "f" },
	};
	struct catalog c = { rows, 6 };
	struct buf out = BUF_INIT(10000);
	struct jval root, model;
	struct jiter it;
	char days[7] = "";

	(void)state;
	assert_int_equal(catalog_page(&c, SPAN_EMPTY, &out, NULL), 0);
	assert_int_equal(jscan(buf_span(&out), &root, NULL), 0);
	it = jscan_iter(jscan_get(root, "data"));
	for (size_t i = 0; jscan_next(&it, NULL, &model); i++)
		days[i] = jscan_member_is(model, "created_at",
					  "1970-01-01T00:00:00Z")
				  ? '-'
			  : jscan_member_is(model, "created_at",
					    "2025-09-29T00:00:00Z")
				  ? 'd'
				  : '?';
	assert_string_equal(days, "d----d");
	buf_clear(&out);
}

static void t_bad_pages(void **state)
{
	static const char *const queries[] = { "limit=0",   "limit=1001",
					       "limit=-1",  "limit=",
					       "limit=x",   "after_id=none",
					       "before_id=" };
	struct catalog c = { five, 5 };

	(void)state;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct buf out = BUF_INIT(10000);
		struct fail f = FAIL_INIT;

		assert_int_equal(
			catalog_page(&c, span_of(queries[i]), &out, &f), -1);
		assert_true(f.text[0] != '\0' && out.len == 0);
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "pool: a client's name means a model and a wish", t_read,
		  set_up, tear_down, NULL },
		{ "pool: a cloud's name without its date", t_undated, set_up,
		  tear_down, NULL },
		{ "pool: a provider's list, with stars", t_serves, NULL, NULL,
		  NULL },
		{ "pool: a list in pages", t_pages, NULL, NULL, NULL },
		{ "pool: the day at the end of an id", t_days, NULL, NULL,
		  NULL },
		{ "pool: a query that no list has", t_bad_pages, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pool_names", tests, NULL, NULL);
}
