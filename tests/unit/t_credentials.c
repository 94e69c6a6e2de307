/* Tests of probe/settings/credentials: headers given by hand, and what is shown. */
#include "tests/unit/settings_kit.h"

static void t_custom(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, "ANTHROPIC_CUSTOM_HEADERS= X-One : a:b \r\n\nX-Two:2\nx-two:3\n"
	       "X-Api-Key: k1\nAuthorization: Bearer t1");
	look(w);
	assert_sent(w, "Authorization=t1 x-api-key=k1");
	assert_int_equal(w->s->extra.count, 2);
	assert_string_equal(headers_get(&w->s->extra, "x-one"), "a:b");
	assert_string_equal(headers_get(&w->s->extra, "X-Two"), "3");
	assert_found(w, "");
	set(w, TOKEN "=t2");
	look(w);
	assert_sent(w, "Authorization=t2 x-api-key=k1");
	assert_null(headers_get(&w->s->extra, "authorization"));
	w->environment[1] = "ANTHROPIC_CUSTOM_HEADERS=X-One: a\\nX-Two: b";
	look(w);
	assert_found(w, "DR-CUSTOM-HEADERS");
	w->environment[1] = "ANTHROPIC_CUSTOM_HEADERS={\"X-One\": \"a\"}";
	look(w);
	assert_found(w, "DR-CUSTOM-HEADERS");
}

/* An Authorization that is no bearer goes out as it is, and is no credential
 * that another has to make room for. */
static void t_custom_basic(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, "ANTHROPIC_CUSTOM_HEADERS=Authorization: Basic dTpw");
	set(w, "CLAUDE_CODE_OAUTH_TOKEN=o1");
	look(w);
	assert_sent(w, "");
	assert_string_equal(headers_get(&w->s->extra, "authorization"),
			    "Basic dTpw");
	w->environment[1] = "ANTHROPIC_CUSTOM_HEADERS=authorization: bearer  b "
			    "\nx-api-key:  k ";
	look(w);
	assert_sent(w, "Authorization=b x-api-key=k");
	assert_int_equal(w->s->extra.count, 0);
	assert_string_equal(w->s->credentials[0].variable,
			    "ANTHROPIC_CUSTOM_HEADERS");
	assert_string_equal(w->s->credentials[0].source,
			    "ANTHROPIC_CUSTOM_HEADERS in the environment");
	/* Only a name, no name, and a line without a colon. */
	w->environment[1] = "ANTHROPIC_CUSTOM_HEADERS=a\n: b\nc:\n d : e \r";
	look(w);
	assert_int_equal(w->s->extra.count, 2);
	assert_string_equal(headers_get(&w->s->extra, "c"), "");
	assert_string_equal(headers_get(&w->s->extra, "d"), "e");
	assert_sent(w, "Authorization=o1");
}

static const struct setting *setting_of(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->s->count; i++)
		if (strcmp(w->s->list[i].name, name) == 0)
			return &w->s->list[i];
	fail_msg("%s is not there", name);
	return NULL;
}

/* Values of variables that hold a secret, and of others. */
static void t_shown(void **state)
{
	static const char *const plain[] = {
		"ANTHROPIC_MODEL",
		"ANTHROPIC_SMALL_FAST_MODEL",
		"ANTHROPIC_DEFAULT_HAIKU_MODEL",
		"ANTHROPIC_DEFAULT_SONNET_MODEL",
		"ANTHROPIC_DEFAULT_OPUS_MODEL",
		"ANTHROPIC_DEFAULT_FABLE_MODEL",
		"ANTHROPIC_CUSTOM_MODEL_OPTION",
		"CLAUDE_CODE_SUBAGENT_MODEL",
		"CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY",
		"CLAUDE_CODE_GATEWAY_MODEL_DISCOVERY_TIMEOUT_MS",
		"CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS",
		"CLAUDE_CODE_DISABLE_THINKING",
		"DISABLE_INTERLEAVED_THINKING",
		"DISABLE_PROMPT_CACHING",
		"ENABLE_TOOL_SEARCH",
		"CLAUDE_CODE_EFFORT_LEVEL",
		"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
		"CLAUDE_CODE_MAX_OUTPUT_TOKENS",
		"CLAUDE_CODE_MAX_CONTEXT_TOKENS",
		"CLAUDE_CODE_AUTO_COMPACT_WINDOW",
		"MAX_THINKING_TOKENS",
		"API_TIMEOUT_MS",
		"CLAUDE_CODE_USE_BEDROCK",
		"CLAUDE_CODE_USE_VERTEX",
		"CLAUDE_CODE_USE_FOUNDRY",
		"CLAUDE_CODE_USE_ANTHROPIC_AWS",
		"CLAUDE_CODE_USE_MANTLE",
		"NODE_EXTRA_CA_CERTS",
		"NODE_TLS_REJECT_UNAUTHORIZED",
		"CLAUDE_CODE_CLIENT_CERT",
		"CLAUDE_CODE_CLIENT_KEY",
	};
	static const char *const secret[] = {
		TOKEN,
		KEY,
		"CLAUDE_CODE_OAUTH_TOKEN",
		"CLAUDE_CODE_CLIENT_KEY_PASSPHRASE",
		"OPENROUTER_API_KEY",
		"ANTHROPIC_KEY",
		"ANTHROPIC_TOKEN",
		"ANTHROPIC_API_TOKEN",
		"ANTHROPIC_AUTH_KEY",
		"CLAUDE_API_KEY",
		"CLAUDE_CODE_API_KEY",
		"LITELLM_API_KEY",
		"LITELLM_MASTER_KEY",
		/* Only as these have a user name in them. */
		URL,
		"https_proxy",
		"HTTPS_PROXY",
		"http_proxy",
		"HTTP_PROXY",
		"all_proxy",
		"ALL_PROXY",
	};
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	struct world *w = *state;

	buf_add_text(&b, "{\"env\":{\"X\":\"1\"");
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		buf_addf(&b, ",\"%s\":\"http://u:p@h/\"", plain[i]);
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
		buf_addf(&b, ",\"%s\":\"http://u:p@h/\"", secret[i]);
	buf_add_text(&b, "}}");
	put(w->home, USER, buf_str(&b));
	buf_clear(&b);
	look(w);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (setting_of(w, plain[i])->secret)
			fail_msg("%s is a secret", plain[i]);
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
		if (!setting_of(w, secret[i])->secret)
			fail_msg("%s is no secret", secret[i]);
}

#define TEST(title, fn) \
	{ \
		"credentials: " title, fn, setup, teardown, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("headers given by hand", t_custom),
		TEST("credentials among headers given by hand", t_custom_basic),
		TEST("which values may be shown", t_shown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
