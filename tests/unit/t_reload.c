/* gateway/reload and log: a configuration that is read anew, and what the
 * operator is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway/log.h"
#include "gateway/reload.h"

#define TEXT(listen, workers, drain) \
	"{ \"listen\": \"" listen "\", \"workers\": " workers \
	", \"drain_ms\": " drain ",\n  \"keys\": [\"team\"],\n" \
	"  \"upstream\": { \"url\": \"http://h\", \"key\": \"up\" } }"

static char told[20000]; /* on stderr, since capture() */
static FILE *hidden;
static int was;

static void capture(void)
{
	hidden = tmpfile();
	assert_non_null(hidden);
	was = dup(STDERR_FILENO);
	assert_true(was >= 0 &&
		    dup2(fileno(hidden), STDERR_FILENO) == STDERR_FILENO);
}

static void release(void)
{
	size_t len;

	dup2(was, STDERR_FILENO);
	close(was);
	rewind(hidden);
	len = fread(told, 1, sizeof(told) - 1, hidden);
	told[len] = '\0';
	fclose(hidden);
}

static struct config *read_anew(const char *text, const struct config *old)
{
	struct options o = { .config = "t_reload.json",
			     .workers = OPTIONS_NO_NUMBER,
			     .drain_ms = OPTIONS_NO_NUMBER };
	FILE *to = fopen("t_reload.json", "w");
	struct config *c;

	assert_non_null(to);
	assert_true(fputs(text, to) >= 0);
	assert_int_equal(fclose(to), 0);
	capture();
	c = reload_read(&o, old);
	release();
	return c;
}

#define READ "ccgate: the configuration was read again\n"

/* What is bound and begun once stays, and that is told. */
static void t_fixed(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ TEXT("127.0.0.1:9", "2", "5"), READ },
		{ TEXT("127.0.0.1:10", "2", "5"),
		  "ccgate: listen changed: that needs a restart\n" READ },
		{ TEXT("[::1]:9", "2", "5"),
		  "ccgate: listen changed: that needs a restart\n" READ },
		{ TEXT("127.0.0.1:9", "3", "5"),
		  "ccgate: workers changed: that needs a restart\n" READ },
		{ TEXT("127.0.0.1:10", "1", "5"),
		  "ccgate: listen and workers changed: that needs a "
		  "restart\n" READ },
	};
	struct config *old;

	(void)state;
	old = config_new();
	assert_int_equal(address_read(&old->listen, "127.0.0.1:9", NULL), 0);
	old->workers = 2;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config *c = read_anew(rows[i].text, old);

		assert_non_null(c);
		assert_string_equal(told, rows[i].told);
		assert_string_equal(c->listen.host, "127.0.0.1");
		assert_int_equal(c->listen.port, 9);
		assert_int_equal(c->workers, 2);
		assert_int_equal(c->drain_ms, 5);
		config_drop(c);
	}
	config_drop(old);
}

#define POOL(listen) \
	"{ \"keys\": [\"team\"], \"providers\": [{ \"name\": \"a\"," \
	" \"url\": \"http://h\", \"key\": \"up\" }]" listen " }"

/* How providers fare is known after it, too; a ledger stays as it is. */
static void t_kept(void **state)
{
	struct config *old = config_new(), *first, *c;

	(void)state;
	first = read_anew(POOL(""), old);
	assert_non_null(first);
	standing_failed(first->pool->standings[0], 7);
	c = read_anew(POOL(""), first);
	assert_string_equal(told, READ);
	assert_int_equal(standing_look(c->pool->standings[0]).failed, 7);
	config_drop(c);
	c = read_anew(POOL(", \"ledger\": { \"path\": \"x\" }"), first);
	assert_string_equal(told, "ccgate: ledger changed: all of it but its "
				  "prices needs a restart\n" READ);
	assert_null(c->ledger.path);
	config_drop(c);
	config_drop(first);
	config_drop(old);
}

static void t_wrong(void **state)
{
	struct config *old = config_new();

	(void)state;
	assert_null(read_anew("{ \"worker\": 2,\n\"log\": \"xml\" }", old));
	assert_string_equal(told,
			    "ccgate: t_reload.json:1:3: unknown key 'worker'; "
			    "did you mean 'workers'?\n"
			    "ccgate: t_reload.json:2:8: the log must be 'off', "
			    "'text' or 'json', not 'xml'\n"
			    "ccgate: the configuration stays as it was\n");
	config_drop(old);
}

/* As many as are kept are told, and how many more there are. */
static void t_many(void **state)
{
	for (size_t count = MISTAKES_LIMIT - 1; count <= MISTAKES_LIMIT + 2;
	     count++) {
		struct mistakes m = { .count = 0 };
		struct buf want = BUF_INIT(10000);

		for (size_t i = 0; i < count; i++) {
			struct fail f = FAIL_INIT;

			fail_set(&f, FAIL_USAGE, "mistake %zu", i);
			mistakes_add(&m, &f);
			if (i < MISTAKES_LIMIT)
				buf_addf(&want, "ccgate: mistake %zu\n", i);
		}
		if (count > MISTAKES_LIMIT)
			buf_addf(&want, "ccgate: and %zu more mistakes\n",
				 count - MISTAKES_LIMIT);
		capture();
		reload_tell(&m);
		release();
		assert_string_equal(told, buf_str(&want));
		buf_clear(&want);
	}
	(void)state;
}

/* Nothing that a terminal obeys, and one line whatever is in it. */
static void t_lines(void **state)
{
	FILE *to = tmpfile();
	char line[100] = "";

	(void)state;
	assert_non_null(to);
	log_print(to, "a\x1b[2J\nb\xe2\x80\xae##[c");
	rewind(to);
	assert_non_null(fgets(line, sizeof(line), to));
	assert_string_equal(line, "a\\x1b[2J\\nb\\xe2\\x80\\xae##\\[c\n");
	assert_null(fgets(line, sizeof(line), to));
	fclose(to);
	capture();
	log_say("%d %s", 7, "a\tb");
	release();
	assert_string_equal(told, "ccgate: 7 a\\tb\n");
}

/* A request that no one knows of: as a line of text, or of JSON. */
static void t_refusals(void **state)
{
	struct framing_refusal why = { .status = 431, .text = "too large" };
	struct config *c = config_new();

	(void)state;
	capture();
	log_refusal(c, &why);
	release();
	assert_string_equal(told, "");
	c->log = ACCESS_TEXT;
	capture();
	log_refusal(c, &why);
	release();
	assert_string_equal(told, "refused 431 (too large)\n");
	c->log = ACCESS_JSON;
	capture();
	log_refusal(c, &why);
	release();
	assert_true(span_starts(span_of(told), "{\"time\":\"20"));
	assert_non_null(strstr(told, "\"method\":\"\",\"path\":\"\","
				     "\"status\":431,\"bytes\":0,"));
	assert_non_null(strstr(told, "\"end\":\"clean\","
				     "\"note\":\"too large\"}\n"));
	config_drop(c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "reload: what cannot change stays, and is told", t_fixed,
		  NULL, NULL, NULL },
		{ "reload: what is known of providers stays, and the ledger",
		  t_kept, NULL, NULL, NULL },
		{ "reload: a file with mistakes changes nothing", t_wrong, NULL,
		  NULL, NULL },
		{ "reload: many mistakes are counted", t_many, NULL, NULL,
		  NULL },
		{ "log: a line is one, whatever is in it", t_lines, NULL, NULL,
		  NULL },
		{ "log: a refused request has a line", t_refusals, NULL, NULL,
		  NULL },
	};
	char folder[] = "/tmp/t_reload.XXXXXX";
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	failed = cmocka_run_group_tests_name("reload", tests, NULL, NULL);
	unlink("t_reload.json");
	rmdir(folder);
	return failed;
}
