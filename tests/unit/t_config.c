/* gateway/config: files, defaults, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gateway/config.h"

static int read_text(struct config *c, const char *text, struct fail *f)
{
	return config_read(c, "gw.json", span_of(text), f);
}

/* What is wrong with a file, or NULL. */
static void expect_fail(const char *text, const char *message)
{
	struct fail f = FAIL_INIT;
	struct config c;

	config_init(&c);
	assert_int_equal(read_text(&c, text, &f), -1);
	assert_string_equal(f.text, message);
	config_clear(&c);
}

static void t_whole(void **state)
{
	struct fail f = FAIL_INIT;
	struct config c;

	(void)state;
	setenv("T_CONFIG_KEY", "from-env", 1);
	config_init(&c);
	assert_int_equal(
		read_text(
			&c,
			"{ \"listen\": \"[::1]:9000\", \"workers\": 3,\n"
			"  \"body_limit\": 1000,\n"
			"  \"upstream\": { \"url\": \"https://host/base//\",\n"
			"    \"key\": \"env:T_CONFIG_KEY\", \"auth\": "
			"\"bearer\",\n"
			"    \"connect_ms\": 1, \"head_ms\": 2, \"idle_ms\": "
			"3,\n"
			"    \"ca_file\": \"ca.pem\" },\n"
			"  \"keys\": [\"one\", { \"name\": \"ann\", \"key\": "
			"\"two\" }] }",
			&f),
		0);
	assert_string_equal(c.listen.host, "::1");
	assert_int_equal(c.listen.port, 9000);
	assert_string_equal(c.upstream, "https://host/base");
	assert_string_equal(c.upstream_key, "from-env");
	assert_int_equal(c.scheme, KEY_BEARER);
	assert_int_equal(c.connect_ms, 1);
	assert_int_equal(c.head_ms, 2);
	assert_int_equal(c.idle_ms, 3);
	assert_string_equal(c.ca_file, "ca.pem");
	assert_int_equal(c.keys_count, 2);
	assert_string_equal(c.keys[0].value, "one");
	assert_null(c.keys[0].name);
	assert_string_equal(c.keys[1].value, "two");
	assert_string_equal(c.keys[1].name, "ann");
	assert_int_equal(c.workers, 3);
	assert_int_equal(c.body_limit, 1000);
	assert_int_equal(config_check(&c, &f), 0);
	config_clear(&c);
}

static void t_defaults(void **state)
{
	struct fail f = FAIL_INIT;
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(read_text(&c, "{}", &f), 0);
	assert_int_equal(c.body_limit, 33554432);
	assert_int_equal(c.head_ms, 600000);
	assert_int_equal(c.idle_ms, 600000);
	assert_int_equal(c.workers, 1);
	assert_int_equal(c.scheme, KEY_API_KEY);
	config_clear(&c);
}

static void t_places(void **state)
{
	(void)state;
	unsetenv("T_CONFIG_NONE");
	expect_fail("{\n  \"listen\": \"nowhere:1\" }",
		    "gw.json:2:13: 'nowhere:1' is not ADDR:PORT, such as "
		    "127.0.0.1:8473 or [::1]:0");
	expect_fail("{ \"upstream\": { \"url\": \"ftp://x\" } }",
		    "gw.json:1:24: the upstream is not an http:// or https:// "
		    "URL");
	expect_fail("{ \"upstream\": { \"auth\": \"basic\" } }",
		    "gw.json:1:25: the upstream's auth is 'x-api-key' or "
		    "'bearer', not 'basic'");
	expect_fail("{ \"keys\": [\"a\",\n \"env:T_CONFIG_NONE\"] }",
		    "gw.json:2:2: the variable T_CONFIG_NONE is not set");
	expect_fail("{ \"keys\": [\"\"] }", "gw.json:1:12: the key is empty");
	expect_fail("{ \"keys\": [1] }",
		    "gw.json:1:12: a key is a string, or an object with 'name' "
		    "and 'key'");
	expect_fail("[]", "gw.json:1:1: this is not an object");
}

static void t_unknown_key(void **state)
{
	struct fail f = FAIL_INIT;
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(read_text(&c, "{ \"worker\": 1 }", &f), -1);
	assert_int_equal(f.code, FAIL_CASE);
	config_clear(&c);
}

static void t_urls(void **state)
{
	static const char *const bad[] = {
		"",
		"host",
		"http://",
		"http:///x",
		"http://u:p@host",
		"https://host?x",
		"https://host#x",
		"http://a b",
	};
	struct config c;

	(void)state;
	config_init(&c);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct fail f = FAIL_INIT;

		assert_int_equal(config_set_upstream(&c, bad[i], &f), -1);
		assert_null(c.upstream);
	}
	assert_int_equal(config_set_upstream(&c, "http://[::1]:8/", NULL), 0);
	assert_string_equal(c.upstream, "http://[::1]:8");
	config_clear(&c);
}

static void t_schemes(void **state)
{
	struct fail f = FAIL_INIT;
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(config_set_scheme(&c, "bearer", &f), 0);
	assert_int_equal(c.scheme, KEY_BEARER);
	assert_int_equal(config_set_scheme(&c, "x-api-key", &f), 0);
	assert_int_equal(c.scheme, KEY_API_KEY);
	assert_int_equal(config_set_scheme(&c, "x-api-keys", &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	config_clear(&c);
}

static void expect_lack(struct config *c, const char *message)
{
	struct fail f = FAIL_INIT;

	assert_int_equal(config_check(c, &f), -1);
	assert_string_equal(f.text, message);
}

static void t_complete(void **state)
{
	struct config c;

	(void)state;
	config_init(&c);
	expect_lack(&c, "no upstream is given: say --upstream URL, or "
			"\"upstream\" in the --config file");
	config_set_upstream(&c, "http://h", NULL);
	expect_lack(&c, "no key for the upstream is given");
	config_set_upstream_key(&c, "a b");
	expect_lack(&c, "the upstream's key has spaces or characters that are "
			"not ASCII");
	config_set_upstream_key(&c, "ab");
	expect_lack(&c, "no client key is given; an open gateway would spend "
			"the upstream key for everyone");
	config_add_key(&c, NULL, "a\r\nb");
	expect_lack(&c, "client key 1 has spaces or characters that are not "
			"ASCII");
	config_clear(&c);
}

static void t_bounds(void **state)
{
	struct config c;

	(void)state;
	config_init(&c);
	config_set_upstream(&c, "http://h", NULL);
	config_set_upstream_key(&c, "k");
	config_add_key(&c, NULL, "k");
	assert_int_equal(config_check(&c, NULL), 0);
	c.workers = 0;
	expect_lack(&c, "workers: from 1 to 256");
	c.workers = 1;
	c.workers = 257;
	expect_lack(&c, "workers: from 1 to 256");
	c.workers = 256;
	c.body_limit = 0;
	expect_lack(&c, "body_limit: from 1 to 1073741824 bytes");
	c.body_limit = 1073741825;
	expect_lack(&c, "body_limit: from 1 to 1073741824 bytes");
	c.body_limit = 1073741824;
	assert_int_equal(config_check(&c, NULL), 0);
	config_clear(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "config: every member is read", t_whole, NULL, NULL, NULL },
		{ "config: an empty file leaves the defaults", t_defaults, NULL,
		  NULL, NULL },
		{ "config: a message names line and column", t_places, NULL,
		  NULL, NULL },
		{ "config: an unknown member is refused", t_unknown_key, NULL,
		  NULL, NULL },
		{ "config: the upstream is a bare http or https URL", t_urls,
		  NULL, NULL, NULL },
		{ "config: upstream and keys must be there", t_complete, NULL,
		  NULL, NULL },
		{ "config: a key is shown in one of two ways", t_schemes, NULL,
		  NULL, NULL },
		{ "config: numbers have bounds", t_bounds, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
