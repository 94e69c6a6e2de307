/* wire/log/access: the log line of a request, with hostile text from a
 * client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/log/access.h"

static void expect(const struct access *a, enum access_format format,
		   const char *line)
{
	struct buf out = BUF_INIT(10000);

	access_write(a, format, &out);
	assert_string_equal(buf_str(&out), line);
	buf_clear(&out);
}

static void t_text(void **state)
{
	struct access a = { .method = "POST",
			    .path = span_of("/v1/messages"),
			    .status = 200,
			    .bytes = 17,
			    .took = 1999 * TICK_MS / 2,
			    .end = END_CLEAN,
			    .note = "" };

	(void)state;
	expect(&a, ACCESS_TEXT,
	       "POST /v1/messages 200 17 bytes 999 ms clean\n");
	a.note = "reset: by peer";
	a.end = END_CUT;
	expect(&a, ACCESS_TEXT,
	       "POST /v1/messages 200 17 bytes 999 ms cut (reset: by peer)\n");
	expect(&a, ACCESS_OFF, "");
	a.provider = "b";
	a.after = "a: 529, c: refused";
	expect(&a, ACCESS_TEXT,
	       "POST /v1/messages 200 17 bytes 999 ms cut by b after a: 529, "
	       "c: refused (reset: by peer)\n");
	a.after = a.note = "";
	expect(&a, ACCESS_TEXT,
	       "POST /v1/messages 200 17 bytes 999 ms cut by b\n");
}

static void t_json(void **state)
{
	struct access a = { .at_ms = INT64_C(951782400007),
			    .method = "GET",
			    .path = span_of("/v1/\"models"),
			    .status = 502,
			    .took = 3 * TICK_MS,
			    .end = END_CLEAN };

	(void)state;
	expect(&a, ACCESS_JSON,
	       "{\"time\":\"2000-02-29T00:00:00.007Z\",\"method\":\"GET\","
	       "\"path\":\"/v1/\\\"models\",\"status\":502,\"bytes\":0,"
	       "\"ms\":3,\"end\":\"clean\"}\n");
	a.note = "no\nroute";
	expect(&a, ACCESS_JSON,
	       "{\"time\":\"2000-02-29T00:00:00.007Z\",\"method\":\"GET\","
	       "\"path\":\"/v1/\\\"models\",\"status\":502,\"bytes\":0,"
	       "\"ms\":3,\"end\":\"clean\",\"note\":\"no\\\\nroute\"}\n");
	a.provider = "b";
	a.after = "a: 529";
	expect(&a, ACCESS_JSON,
	       "{\"time\":\"2000-02-29T00:00:00.007Z\",\"method\":\"GET\","
	       "\"path\":\"/v1/\\\"models\",\"status\":502,\"bytes\":0,"
	       "\"ms\":3,\"end\":\"clean\",\"provider\":\"b\",\"after\":"
	       "\"a: 529\",\"note\":\"no\\\\nroute\"}\n");
}

/* Escape sequences, line ends, text that runs backwards, a forged rest. */
static void t_hostile(void **state)
{
	static const struct {
		const char *path, *shown;
	} rows[] = {
		{ "/a\x1b[2Jb", "/a\\x1b[2Jb" },
		{ "/a\rGET /b", "/a\\rGET\\x20/b" },
		{ "/a\n\t", "/a\\n\\t" },
		{ "/\xe2\x80\xae/z", "/\\xe2\\x80\\xae/z" },
		{ "/\xe2\x81\xa7", "/\\xe2\\x81\\xa7" },
		{ "/\xd8\x9c", "/\\xd8\\x9c" },
		{ "/\xc2\x9b", "/\\xc2\\x9b" },
		{ "/\x7f\xff", "/\\x7f\\xff" },
		{ "/\\x1b", "/\\\\x1b" },
		{ "/ 200 1 bytes", "/\\x20200\\x201\\x20bytes" },
		{ "/\xc3\xa9", "/\xc3\xa9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct access a = { .method = "GET",
				    .path = span_of(rows[i].path),
				    .status = 404,
				    .end = END_CLEAN };
		char line[200];

		snprintf(line, sizeof(line), "GET %s 404 0 bytes 0 ms clean\n",
			 rows[i].shown);
		expect(&a, ACCESS_TEXT, line);
		a.method = rows[i].path;
		a.path = span_of("/");
		snprintf(line, sizeof(line), "%s / 404 0 bytes 0 ms clean\n",
			 rows[i].shown);
		expect(&a, ACCESS_TEXT, line);
	}
}

static void t_secrets(void **state)
{
	struct secrets known = { 0 };
	struct buf out = BUF_INIT(10000);
	struct access a = { .method = "GET",
			    .path = span_of("/given-to-the-team/"
					    "sk-0123456789abcdef"),
			    .secrets = &known,
			    .end = END_CLEAN };

	(void)state;
	secrets_add(&known, "given-to-the-team");
	access_write(&a, ACCESS_TEXT, &out);
	a.method = "given-to-the-team";
	a.note = "control character in the value of 'given-to-the-team', "
		 "'sk-0123456789abcdef'";
	access_write(&a, ACCESS_TEXT, &out);
	access_write(&a, ACCESS_JSON, &out);
	assert_null(strstr(buf_str(&out), "given-to"));
	assert_null(strstr(buf_str(&out), "0123456789"));
	assert_non_null(strstr(buf_str(&out), "<credential,"));
	buf_clear(&out);
	secrets_clear(&known);
}

static void t_long(void **state)
{
	char path[5000] = "";
	struct buf out = BUF_INIT(10000);
	struct access a = { .method = path,
			    .path = span_make(path, sizeof(path)),
			    .end = END_CLEAN };

	(void)state;
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	access_write(&a, ACCESS_TEXT, &out);
	assert_in_range(out.len, 1000, 1200);
	assert_non_null(strstr(buf_str(&out), "x... 0 0 bytes"));
	buf_clear(&out);
}

static void t_names(void **state)
{
	enum access_format format = ACCESS_OFF;

	(void)state;
	assert_int_equal(access_format_from("json", &format), 0);
	assert_int_equal(format, ACCESS_JSON);
	assert_int_equal(access_format_from("text", &format), 0);
	assert_int_equal(format, ACCESS_TEXT);
	assert_int_equal(access_format_from("xml", &format), -1);
	assert_int_equal(access_format_from("off", &format), 0);
	assert_int_equal(format, ACCESS_OFF);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "access: a line for people", t_text, NULL, NULL, NULL },
		{ "access: a line for machines", t_json, NULL, NULL, NULL },
		{ "access: what a client chose stays in its place", t_hostile,
		  NULL, NULL, NULL },
		{ "access: no credential is in it", t_secrets, NULL, NULL,
		  NULL },
		{ "access: long words are cut", t_long, NULL, NULL, NULL },
		{ "access: formats have names", t_names, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
