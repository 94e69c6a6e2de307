/* Tests of probe/bisect/way: the proxy and the certificates of the way to a
 * gateway. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/bisect/trial.h"
#include "probe/bisect/way.h"
#include "probe/suite/scratch.h"

static char *folder, before[4096];

static int set_up(void **state)
{
	static const char *const proxies[] = { "HTTP_PROXY",  "http_proxy",
					       "HTTPS_PROXY", "https_proxy",
					       "NO_PROXY",    "no_proxy" };

	(void)state;
	for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++)
		unsetenv(proxies[i]);
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(scratch_new(&folder, NULL), 0);
	assert_int_equal(chdir(folder), 0);
	setenv("HOME", folder, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	assert_int_equal(chdir(before), 0);
	scratch_free(folder);
	return 0;
}

/* Is it taken out of a text? */
static bool is_secret(const struct sample *s, const char *word)
{
	struct buf text = BUF_INIT(1000);
	bool found;

	buf_add_text(&text, word);
	trial_blot(s, &text);
	found = strstr(buf_str(&text), word) == NULL;
	buf_clear(&text);
	return found;
}

static void t_proxies(void **state)
{
	static const struct way_given none;
	struct sample s = { .base_url = (char *)"https://gate.test" };
	struct way_given given = { .proxy = "http://q.test:2" };
	struct way w;

	(void)state;
	way_read(&w, &none, &s);
	assert_null(w.proxy);
	assert_string_equal(w.curl, "");
	way_clear(&w);
	setenv("HTTPS_PROXY", "http://p.test:1", 1);
	way_read(&w, &none, &s);
	assert_string_equal(w.proxy, "http://p.test:1");
	assert_string_equal(w.proxy_source, "HTTPS_PROXY in the environment");
	assert_non_null(strstr(w.curl, " --proxy "));
	assert_non_null(strstr(w.curl, "http://p.test:1"));
	way_clear(&w);
	way_read(&w, &given, &s);
	assert_string_equal(w.proxy, "http://q.test:2");
	assert_string_equal(w.proxy_source, "--proxy");
	way_clear(&w);
	assert_null(w.curl);
	unsetenv("HTTPS_PROXY");
	given.proxy = "http://a-user-1:pass-word-1@p.test:1";
	way_read(&w, &given, &s);
	assert_string_equal(w.curl, "");
	assert_true(is_secret(&s, "a-user-1:pass-word-1"));
	assert_true(is_secret(&s, "pass-word-1"));
	assert_false(is_secret(&s, "p.test:1"));
	way_clear(&w);
	given.proxy = "pass-word-2@p.test:1";
	way_read(&w, &given, &s);
	assert_true(is_secret(&s, "pass-word-2"));
	way_clear(&w);
	secrets_clear(&s.secrets);
}

static void t_certificates(void **state)
{
	struct sample s = { .base_url = (char *)"https://gate.test" };
	struct way_given given = { .tls = { .any_certificate = true } };
	static const char *const names[] = { "ca.pem", "cert.pem", "key.pem" };
	char wanted[9000];
	struct way w;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
			scratch_write(folder, names[i], span_of(""), NULL), 0);
	way_read(&w, &given, &s);
	assert_string_equal(w.curl, " --insecure");
	way_clear(&w);
	given.tls = (struct fetch_tls){ .ca_file = "ca.pem",
					.client_cert = "cert.pem",
					.client_key = "key.pem",
					.client_key_password = "pass-word-3" };
	way_read(&w, &given, &s);
	snprintf(wanted, sizeof(wanted),
		 " --cacert '%s/ca.pem' --cert '%s/cert.pem' --key "
		 "'%s/key.pem'",
		 folder, folder, folder);
	assert_string_equal(w.curl, wanted);
	assert_true(is_secret(&s, "pass-word-3"));
	way_clear(&w);
	secrets_clear(&s.secrets);
}

#define TEST(title, fn) \
	{ \
		"way: " title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("proxies, and their passwords", t_proxies),
		TEST("certificates", t_certificates),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("way", tests, NULL, NULL);
}
