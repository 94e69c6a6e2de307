/* gateway/ledger/ledger_config and price_list: the object "ledger". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway/ledger/ledger_config.h"

#define PRICES "t_ledger_config.json"

static struct ledger_config config;
static struct secrets secrets;
static struct buf mistakes = BUF_INIT(BUF_NO_LIMIT); /* a line for each */

static void on_mistake(void *arg, const struct fail *f)
{
	(void)arg;
	buf_addf(&mistakes, "%s\n", f->text);
}

static void clear(void)
{
	ledger_config_clear(&config);
	secrets_clear(&secrets);
	buf_reset(&mistakes);
}

static void reads(const char *members)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct json *j;

	clear();
	buf_addf(&text, "{\"path\":\"p.db\"%s}", members);
	assert_int_equal(json_parse(&j, "l", buf_span(&text), NULL), 0);
	ledger_config_read(&config, j, j->root, &secrets, on_mistake, NULL);
	json_free(j);
	buf_clear(&text);
}

static void expect(const char *members, const char *lines)
{
	reads(members);
	if (strcmp(buf_str(&mistakes), lines) != 0)
		fail_msg("%s: %s", members, buf_str(&mistakes));
}

static int tear_down(void **state)
{
	(void)state;
	clear();
	unlink(PRICES);
	buf_clear(&mistakes);
	return 0;
}

static void t_whole(void **state)
{
	(void)state;
	setenv("T_LEDGER_KEY", "of-the-environment", 1);
	expect("", "");
	assert_string_equal(config.path, "p.db");
	assert_false(config.has_admin || config.has_admin_key);
	assert_null(config.otlp);
	assert_int_equal(config.otlp_ms, 60000);
	expect(",\"admin\":\"127.0.0.1:81\",\"admin_key\":\"env:T_LEDGER_KEY\","
	       "\"otlp\":\"http://h/x\",\"otlp_ms\":100,"
	       "\"otlp_headers\":{\"a\":\"of-the-file\",\"c\":\"env:T_LEDGER_"
	       "KEY\"}",
	       "");
	assert_true(config.has_admin && config.has_admin_key);
	assert_int_equal(config.admin.port, 81);
	assert_string_equal(config.otlp, "http://h/x");
	assert_int_equal(config.otlp_ms, 100);
	assert_string_equal(headers_get(&config.otlp_headers, "a"),
			    "of-the-file");
	assert_string_equal(headers_get(&config.otlp_headers, "c"),
			    "of-the-environment");
	assert_true(secrets_has(&secrets, "of-the-environment"));
	assert_true(secrets_has(&secrets, "of-the-file"));
	expect(",\"admin\":\"[::1]:81\"", "");
	assert_true(config.has_admin && !config.has_admin_key);
	expect(",\"admin\":\"0.0.0.0:81\",\"admin_key\":\"key\"", "");
	assert_true(config.has_admin && config.has_admin_key);
	expect(",\"admin_key\":\"key\"", ""); /* there is no page */
	assert_false(config.has_admin || config.has_admin_key);
}

static void t_mistakes(void **state)
{
	(void)state;
	unsetenv("T_LEDGER_NONE");
	expect(",\n\"admin\":\"x\"",
	       "l:2:9: 'x' is not ADDR:PORT, such as 127.0.0.1:8473 or "
	       "[::1]:0\n");
	assert_false(config.has_admin);
	expect(",\n\"admin\":\"0.0.0.0:81\"",
	       "l:2:9: others can reach this address: the page needs an "
	       "'admin_key'\n");
	expect(",\"admin\":\"127.0.0.1:0\",\n\"admin_key\":\"env:T_LEDGER_"
	       "NONE\"",
	       "l:2:13: the variable T_LEDGER_NONE is not set\n");
	assert_false(config.has_admin_key);
	expect(",\n\"admin_key\":\"\"", "l:2:13: key 'admin_key' may not be "
					"empty\n");
	expect(",\n\"otlp_headers\":{\"a\":1}",
	       "l:2:16: a field's value is a string\n");
	expect(",\n\"otlp_headers\":{\"a\":\"c\\nd\"}",
	       "l:2:16: this is no header field, or too large a one\n");
	expect(",\n\"otlp_headers\":{\"a\":\"env:T_LEDGER_NONE\"}",
	       "l:2:16: the variable T_LEDGER_NONE is not set\n");
	expect(",\n\"otlp_ms\":99",
	       "l:2:11: metrics go out every 100 ms at most\n");
	reads(",\n\"otlp\":\"http://h:99999\"");
	assert_true(span_starts(buf_span(&mistakes),
				"l:2:8: 'http://h:99999' is not a usable "
				"URL: "));
	assert_null(config.otlp);
	expect(",\n\"prices\":\"t_ledger_config.none\"",
	       "l:2:10: t_ledger_config.none: No such file or directory\n");
}

static void expect_prices(const char *text, const char *lines)
{
	FILE *to = fopen(PRICES, "w");

	assert_non_null(to);
	fputs(text, to);
	fclose(to);
	expect(",\n\"prices\":\"" PRICES "\"", lines);
	assert_string_equal(config.prices_path, PRICES);
}

#define PLACE "l:2:10: " PRICES ":"
#define MODEL(members) "{\"models\":{\n\"m\":" members "}}"
#define IN_OUT "\"input\":1,\"output\":2"

static void t_prices(void **state)
{
	const struct price_row *row;

	(void)state;
	expect_prices("[]", PLACE "1:1: this is not an object\n");
	expect_prices("{}", PLACE "1:1: key 'models' is missing\n");
	expect_prices(MODEL("1"),
		      PLACE "2:5: the prices of a model are an object with "
			    "'input' and 'output'\n");
	expect_prices(MODEL("{\"input\":1}"),
		      PLACE "2:5: key 'output' is missing\n");
#define NO_PRICE \
	"a price must be a number of dollars for a million tokens, from 0 to " \
	"10000\n"
	expect_prices(MODEL("{\"input\":10001,\"output\":2}"),
		      PLACE "2:14: " NO_PRICE);
	expect_prices(MODEL("{\"input\":-1,\"output\":2}"),
		      PLACE "2:14: " NO_PRICE);
	expect_prices(MODEL("{\"input\":\"1\",\"output\":2}"),
		      PLACE "2:14: " NO_PRICE);
	expect_prices(MODEL("{" IN_OUT ",\"long\":{\"above\":0," IN_OUT "}}"),
		      PLACE "2:43: 'above' must be a number of tokens\n");
	expect_prices(
		MODEL("{" IN_OUT ",\"long\":{\"above\":\"1\"," IN_OUT "}}"),
		PLACE "2:43: 'above' must be a number of tokens\n");
	expect_prices(
		MODEL("{" IN_OUT ",\"long\":{\"above\":1e300," IN_OUT "}}"),
		PLACE "2:43: 'above' must be a number of tokens\n");
	expect_prices(MODEL("{" IN_OUT ",\"long\":{" IN_OUT "}}"),
		      PLACE "2:34: key 'above' is missing\n");
	/* The bounds, and what follows from the price of the input. */
	expect_prices(MODEL("{\"input\":10000,\"output\":0,\"long\":"
			    "{\"above\":1,\"input\":0.0014,\"output\":0.0016,"
			    "\"cache_read\":7,\"cache_write_5m\":8,"
			    "\"cache_write_1h\":9}}"),
		      "");
	assert_int_equal(config.prices.count, 1);
	row = price_list_find(&config.prices, span_of("m"));
	assert_int_equal(row->price.input, 10000000);
	assert_int_equal(row->price.output, 0);
	assert_int_equal(row->price.cache_read, 1000000);
	assert_int_equal(row->price.cache_5m, 12500000);
	assert_int_equal(row->price.cache_1h, 20000000);
	assert_int_equal(row->above, 1);
	assert_int_equal(row->high.input, 1); /* rounded to the nearest */
	assert_int_equal(row->high.output, 2);
	assert_int_equal(row->high.cache_read, 7000);
	assert_int_equal(row->high.cache_5m, 8000);
	assert_int_equal(row->high.cache_1h, 9000);
	expect_prices("{\"source\":\"s\",\"date\":\"d\",\"models\":{}}", "");
	assert_int_equal(config.prices.count, 0);
}

/* Rows are in the order of their names, however the file has them. */
static void t_found(void **state)
{
	static const struct {
		const char *asked, *row; /* NULL: none */
	} rows[] = {
		{ "a", "a" },
		{ "ab", "ab" },
		{ "abc", "abc" },
		{ "b", "b" },
		{ "aa", NULL },
		{ "", NULL },
		{ "a[1m]", "a" },
		{ "a]", "a]" },
		{ "ab:free", "ab" },
		{ "b:", NULL },
		{ "b:0", "b:0" },
		{ "b:1", NULL },
		{ "b:f", "b" },
		{ "~vendor/other/abc", "abc" },
		{ "vendor/ab-20250929", "ab" },
		{ "ab-2025092", NULL },
		{ "ab-202509299", NULL },
		{ "ab_20250929", NULL },
		{ "20250929", NULL },
		{ "-20250929", NULL },
	};

	(void)state;
	expect_prices("{\"models\":{\"b\":{" IN_OUT "},\"abc\":{" IN_OUT
		      "},\"a\":{" IN_OUT "},\"ab\":{" IN_OUT
		      "},\"b:0\":{" IN_OUT "},\"a]\":{" IN_OUT "}}}",
		      "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct price_row *row =
			price_list_find(&config.prices, span_of(rows[i].asked));

		if (row ? !rows[i].row || strcmp(row->model, rows[i].row) != 0
			: rows[i].row != NULL)
			fail_msg("%s: %s", rows[i].asked,
				 row ? row->model : "none");
	}
}

/* A long prompt costs more; the limit itself is not above it. */
static void t_cost(void **state)
{
	const struct price_row row = { .price = { 1, 10, 100, 1000, 10000 },
				       .above = 4,
				       .high = { 2, 20, 200, 2000, 20000 } };
	const struct price_row flat = { .price = { 1, 10, 100, 1000, 10000 } };
	struct usage_tokens u = { .input = 1,
				  .output = 9,
				  .cache_read = 1,
				  .cache_5m = 1,
				  .cache_1h = 1 };

	(void)state;
	assert_int_equal(price_of(&row, &u), 11191);
	u.cache_1h = 2;
	assert_int_equal(price_of(&row, &u), 42382);
	assert_int_equal(price_of(&flat, &u), 21191);
	u = (struct usage_tokens){ .input = 2 };
	assert_int_equal(price_of(&(struct price_row){ .price = { 1 },
						       .above = 1,
						       .high = { 5 } },
				  &u),
			 10);
}

#define ADMIN ",\"admin\":\"127.0.0.1:81\",\"admin_key\":\"k1\""
#define FIELD "\"otlp_headers\":{\"a\":\"b\"}"

/* What a running gateway cannot change. */
static void t_same(void **state)
{
	static const char *const others[] = {
		",\"admin\":\"127.0.0.1:82\",\"admin_key\":\"k1\"," FIELD,
		",\"admin\":\"127.0.0.2:81\",\"admin_key\":\"k1\"," FIELD,
		",\"admin\":\"127.0.0.1:81\",\"admin_key\":\"k2\"," FIELD,
		",\"admin\":\"127.0.0.1:81\"," FIELD,
		"," FIELD,
		ADMIN "," FIELD ",\"otlp\":\"http://h\"",
		ADMIN "," FIELD ",\"otlp_ms\":200",
		ADMIN,
		ADMIN ",\"otlp_headers\":{\"a\":\"c\"}",
		ADMIN ",\"otlp_headers\":{\"b\":\"b\"}",
		ADMIN ",\"otlp_headers\":{\"a\":\"b\",\"c\":\"d\"}",
	};
	struct ledger_config old;

	(void)state;
	reads(ADMIN "," FIELD);
	old = config;
	ledger_config_init(&config);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		reads(others[i]);
		if (ledger_config_is_same(&old, &config))
			fail_msg("%s", others[i]);
		ledger_config_keep(&config, &old);
		assert_true(ledger_config_is_same(&old, &config));
		assert_string_equal(headers_get(&config.otlp_headers, "a"),
				    "b");
	}
	free(config.path);
	config.path = strdup("other.db");
	assert_false(ledger_config_is_same(&old, &config));
	free(config.path);
	config.path = NULL;
	assert_false(ledger_config_is_same(&old, &config));
	ledger_config_clear(&old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "ledger_config: what there is", t_whole, NULL, tear_down,
		  NULL },
		{ "ledger_config: mistakes and their places", t_mistakes, NULL,
		  tear_down, NULL },
		{ "ledger_config: prices", t_prices, NULL, tear_down, NULL },
		{ "ledger_config: the price of a model", t_found, NULL,
		  tear_down, NULL },
		{ "ledger_config: what tokens cost", t_cost, NULL, tear_down,
		  NULL },
		{ "ledger_config: what stays while the gateway runs", t_same,
		  NULL, tear_down, NULL },
	};
	char folder[] = "/tmp/t_ledger_config.XXXXXX";
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	ledger_config_init(&config);
	failed =
		cmocka_run_group_tests_name("ledger_config", tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
