/* Tests of probe/settings: texts that are odd, and what is printed. */
#include "probe/settings/settings_private.h"
#include "tests/unit/settings_kit.h"

static void t_print(void **state)
{
	struct world *w = *state;
	struct buf b = BUF_INIT(65536);

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	set(w, KEY "=");
	set(w, "HTTPS_PROXY=http://p.test:1");
	set(w, "NO_PROXY=old");
	set(w, "ANTHROPIC_CUSTOM_HEADERS=X-A: b");
	set(w, "ANTHROPIC_MODEL=m-1");
	put(w->home, USER,
	    "{\"apiKeyHelper\":\"echo key\",\"env\":{\"" URL
	    "\":\"http://old?a=1\"}}");
	w->no_helper = true;
	look(w);
	settings_print(w->s, &b);
	assert_string_equal(
		buf_str(&b),
		"Claude Code would use here\n"
		"  base URL       http://old?<credential, 3 bytes, 6047> "
		"(ANTHROPIC_BASE_URL in ~/.claude/settings.json:1:56)\n"
		"  Authorization  Bearer <credential, 5 bytes, 44b7> "
		"(ANTHROPIC_AUTH_TOKEN in the environment)\n"
		"  credential     of a helper that was not run "
		"(~/.claude/settings.json:1:17)\n"
		"  X-A            b (ANTHROPIC_CUSTOM_HEADERS)\n"
		"  model          m-1 (the environment)\n"
		"  proxy          none: NO_PROXY has the gateway\n"
		"What is set, and where\n"
		"  ANTHROPIC_BASE_URL = http://old?<credential, 3 bytes, 6047> "
		"(~/.claude/settings.json:1:56)\n"
		"  ANTHROPIC_BASE_URL = https://gate.test (the environment; "
		"not used)\n"
		"  ANTHROPIC_AUTH_TOKEN = <credential, 5 bytes, 44b7> (the "
		"environment)\n"
		"  ANTHROPIC_API_KEY = (empty) (the environment)\n"
		"  HTTPS_PROXY = http://p.test:1 (the environment)\n"
		"  NO_PROXY = old (the environment)\n"
		"  ANTHROPIC_CUSTOM_HEADERS = <credential, 6 bytes, 9df9> (the "
		"environment)\n"
		"  ANTHROPIC_MODEL = m-1 (the environment)\n"
		"  apiKeyHelper = a command of 8 bytes "
		"(~/.claude/settings.json:1:17)\n");
	buf_clear(&b);
}

static void is_shown(const char *url, const char *begin, const char *end)
{
	struct buf b = BUF_INIT(4096);

	route_url_show(url, &b);
	if (!span_starts(buf_span(&b), begin) || !span_ends(buf_span(&b), end))
		fail_msg("%s: %s", url, buf_str(&b));
	if (strcmp(begin, end) == 0)
		assert_string_equal(buf_str(&b), begin);
	else
		assert_null(strstr(buf_str(&b), "sesame"));
	buf_clear(&b);
}

/* URLs are shown without what may be secret in them. */
static void t_shown_urls(void **state)
{
	(void)state;
	is_shown("https://h/p", "https://h/p", "https://h/p");
	is_shown("https://h/p?", "https://h/p?", "https://h/p?");
	is_shown("https://a:sesame@h/p", "https://<", ">@h/p");
	is_shown("https://h/p?a=sesame", "https://h/p?<", ">");
	is_shown("https://sesame@h/p?a=sesame", "https://<", ">");
}

/* Why a text is no key, and what is wrong with headers. */
static void t_odd(void **state)
{
	static const struct {
		const char *entry, *code, *part;
	} rows[] = {
		{ TOKEN "=bearer tok", "DR-KEY-SPACES", "begins with" },
		{ TOKEN "=Bearertok", "", NULL },
		{ TOKEN "=a\rb c", "DR-KEY-SPACES", "line break" },
		{ "ANTHROPIC_CUSTOM_HEADERS=A-1!: b\n\r\n \nC: d", "", NULL },
		{ "ANTHROPIC_CUSTOM_HEADERS=A: b\nxy", "DR-CUSTOM-HEADERS",
		  "without a colon" },
		{ "ANTHROPIC_CUSTOM_HEADERS=: b", "DR-CUSTOM-HEADERS",
		  "without a name" },
		{ "ANTHROPIC_CUSTOM_HEADERS=A b: c", "DR-CUSTOM-HEADERS",
		  "no header can have" },
		{ "ANTHROPIC_CUSTOM_HEADERS=A: b\\nC: d", "DR-CUSTOM-HEADERS",
		  "a backslash and an n" },
	};
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	w->variables = 3;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool token = strncmp(rows[i].entry, TOKEN, strlen(TOKEN)) == 0;

		w->environment[1] = token ? rows[i].entry : TOKEN "=tok-1";
		w->environment[2] = rows[i].entry;
		look(w);
		assert_found(w, rows[i].code);
		if (rows[i].part)
			assert_headline(w, rows[i].code, rows[i].part);
	}
}

/* Values of an env block become text as the client writes them. */
static void t_numbers(void **state)
{
	static const char *const rows[][2] = {
		{ "0.1", "0.1" },
		{ "-0.1", "-0.1" },
		{ "1e3", "1000" },
		{ "999999999999999", "999999999999999" },
		{ "1e15", "1000000000000000" },
		{ "-1e15", "-1000000000000000" },
		{ "1e16", "10000000000000000" },
		{ "true", "true" },
		{ "\"\\u0061\"", "a" },
	};
	struct world *w = *state;

	set(w, URL "=" GATE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(4096), wanted = BUF_INIT(4096);

		buf_addf(&b, "{\"env\":{\"" TOKEN "\":%s}}", rows[i][0]);
		buf_addf(&wanted, "Authorization=%s", rows[i][1]);
		put(w->home, USER, buf_str(&b));
		look(w);
		assert_sent(w, buf_str(&wanted));
		assert_found(w, "");
		buf_clear(&wanted);
		buf_clear(&b);
	}
	put(w->home, USER, "{\"env\":{\"" TOKEN "\":{\"a\":1}}}");
	look(w);
	assert_sent(w, "Authorization=[object Object]");
	assert_non_null(found(w, "DR-SETTINGS-VALUE"));
	/* A setting that is no variable cannot be given as one. */
	set(w, "apiKeyHelper=echo key");
	put(w->home, USER,
	    "{\"env\":{\"apiKeyHelper\":\"echo key\",\"model\":\"m\"}}");
	look(w);
	assert_sent(w, "");
	assert_null(w->s->model);
	/* An env block that is none */
	put(w->home, USER, "{\"env\":5}");
	look(w);
	assert_sent(w, "");
}

#define TEST(title, fn) \
	{ \
		"settings: " title, fn, setup, teardown, NULL \
	}

static const struct CMUnitTest tests[] = {
	TEST("what is odd about a key or a header", t_odd),
	TEST("what is no text becomes one", t_numbers),
	TEST("URLs that are shown", t_shown_urls),
	TEST("all that is printed", t_print),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("settings_text", tests, NULL, NULL);
}
