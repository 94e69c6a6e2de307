/* Tests of probe/settings: what Claude Code would use, file by file. */
#include "tests/unit/settings_kit.h"
#include "wire/bytes/mem.h"

static void t_sound(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE "/");
	set(w, TOKEN "=tok-1");
	look(w);
	assert_string_equal(w->s->base_url, GATE);
	assert_string_equal(w->s->base_url_source, URL " in the environment");
	assert_sent(w, "Authorization=tok-1");
	assert_string_equal(w->s->credentials[0].source,
			    TOKEN " in the environment");
	assert_null(w->s->model);
	assert_found(w, "");
	set(w, KEY "=");
	look(w);
	assert_found(w, "");
}

static void t_order(void **state)
{
	static const char *const files[] = { USER, USER, LOCAL };
	struct world *w = *state;
	const char *folders[] = { w->home, w->folder, w->folder };
	const char *values[] = { "tok-user", "tok-project", "tok-local" };

	set(w, TOKEN "=tok-env");
	set(w, URL "=" GATE);
	for (size_t i = 0; i < 3; i++) {
		struct buf b = BUF_INIT(4096);

		buf_addf(&b, ENV1(TOKEN, "%s"), values[i]);
		put(folders[i], files[i], buf_str(&b));
		buf_clear(&b);
		look(w);
		assert_string_equal(w->s->credentials[0].value, values[i]);
		assert_headline(w, "DR-SHADOWED",
				i == 0 ? "the environment" : "settings.json");
	}
	assert_string_equal(w->s->credentials[0].source,
			    TOKEN " in .claude/settings.local.json:1:32");
	put(w->managed, "managed-settings.json", ENV1(TOKEN, "tok-managed"));
	look(w);
	assert_sent(w, "Authorization=tok-managed");
	put(w->managed, "managed-settings.d/20.json", ENV1(TOKEN, "tok-20"));
	put(w->managed, "managed-settings.d/10.json", ENV1(TOKEN, "tok-10"));
	put(w->managed, "managed-settings.d/.30.json", ENV1(TOKEN, "tok-30"));
	put(w->managed, "managed-settings.d/40.txt", ENV1(TOKEN, "tok-40"));
	look(w);
	assert_sent(w, "Authorization=tok-20");
	assert_string_equal(settings_get(w->s, TOKEN), "tok-20");
}

static void t_empty(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	put(w->home, USER, ENV1(TOKEN, "tok-user"));
	put(w->folder, LOCAL, ENV1(TOKEN, ""));
	look(w);
	assert_sent(w, "");
	assert_found(w, "DR-EMPTY-WINS");
	assert_headline(w, "DR-EMPTY-WINS", "~/.claude/settings.json:1:32");
	/* It hides no other one that is blank as well. */
	put(w->home, USER, ENV1(TOKEN, " "));
	look(w);
	assert_null(found(w, "DR-EMPTY-WINS"));
	put(w->home, USER, ENV1(TOKEN, "tok-user"));
	put(w->folder, LOCAL, ENV2(URL, "", TOKEN, "t"));
	look(w);
	assert_string_equal(w->s->base_url, "https://api.anthropic.com");
	assert_non_null(found(w, "DR-EMPTY-WINS"));
	/* An empty key on purpose, beside a token, is as the guides have it. */
	put(w->folder, LOCAL, ENV1(KEY, ""));
	set(w, KEY "=key-env");
	look(w);
	assert_sent(w, "Authorization=tok-user");
	assert_found(w, "");
}

static void t_both(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	set(w, KEY "=key-1");
	look(w);
	assert_sent(w, "Authorization=tok-1 x-api-key=key-1");
	assert_found(w, "DR-BOTH-CREDENTIALS");
	assert_headline(w, "DR-BOTH-CREDENTIALS", KEY " in the environment");
}

static void t_helper(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	put(w->home, USER,
	    "{\"apiKeyHelper\":\"echo noise >&2; echo \\\"  $WHO  \\\"\","
	    "\"env\":{\"WHO\":\"helped\"}}");
	look(w);
	assert_sent(w, "Authorization=helped x-api-key=helped");
	assert_found(w, "");
	w->no_helper = true;
	look(w);
	assert_sent(w, "");
	assert_true(w->s->helper_waits);
	assert_found(w, "");
	w->no_helper = false;
	set(w, TOKEN "=tok-1");
	look(w);
	assert_sent(w, "Authorization=tok-1 x-api-key=helped");
	assert_found(w, "DR-BOTH-CREDENTIALS");
}

static void assert_helper(struct world *w, const char *command,
			  const char *code, const char *part)
{
	struct buf b = BUF_INIT(4096);

	buf_addf(&b, "{\"apiKeyHelper\":\"%s\"}", command);
	put(w->home, USER, buf_str(&b));
	buf_clear(&b);
	look(w);
	assert_sent(w, "");
	assert_found(w, code);
	assert_headline(w, code, part);
	for (size_t i = 0; i < w->found.count; i++)
		assert_null(strstr(w->found.list[i].headline, "sesame"));
}

static void t_helper_bad(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	assert_helper(w, "echo sesame >&2; exit 3", "DR-HELPER-FAILED",
		      "status 3");
	assert_helper(w, "true", "DR-HELPER-FAILED", "printed nothing");
	assert_helper(w, "kill -9 $$", "DR-HELPER-FAILED", "signal");
	assert_helper(w, "yes sesame", "DR-HELPER-FAILED", "16384");
	assert_helper(w, "echo Bearer sesame", "DR-HELPER-OUTPUT", "blank");
	assert_helper(w, "echo a; echo sesame", "DR-HELPER-OUTPUT", "line");
	assert_helper(w, "printf '\\\\303\\\\251'", "DR-HELPER-OUTPUT",
		      "ASCII");
	assert_helper(w, "printf 'a\\\\177'", "DR-HELPER-OUTPUT", "ASCII");
	assert_helper(w, "printf 'a\\\\001b'", "DR-HELPER-OUTPUT", "ASCII");
	assert_helper(w, "printf 'a\\\\tb'", "DR-HELPER-OUTPUT", "blank");
	assert_helper(w, "printf 'a\\\\rb'", "DR-HELPER-OUTPUT", "line");
}

#define LOGIN \
	"{\"claudeAiOauth\":{\"accessToken\":\"oat-1\",\"scopes\":[" \
	"\"user:profile\",\"user:inference\"],\"subscriptionType\":\"max\"}}"

static void t_login(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	put(w->home, ".claude/.credentials.json", LOGIN);
	put(w->home, ".claude.json", "{\"primaryApiKey\":\"pk-1\"}");
	look(w);
	assert_sent(w, "Authorization=oat-1");
	assert_string_equal(w->s->credentials[0].variable, "login");
	set(w, "CLAUDE_CODE_OAUTH_TOKEN=oat-2");
	look(w);
	assert_sent(w, "Authorization=oat-2");
	set(w, KEY "=key-1");
	look(w);
	assert_sent(w, "x-api-key=key-1");
	assert_found(w, "");
	put(w->home, ".claude/.credentials.json",
	    "{\"claudeAiOauth\":{\"accessToken\":\"oat-1\",\"scopes\":[]}}");
	w->variables = 1;
	w->environment[1] = NULL;
	look(w);
	assert_sent(w, "x-api-key=pk-1");
	assert_found(w, "");
}

static void t_saved_key(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	put(w->home, ".claude/.credentials.json", LOGIN);
	look(w);
	assert_sent(w, "Authorization=tok-1"); /* the login cannot win */
	assert_found(w, "");
	put(w->home, ".claude.json", "{\"primaryApiKey\":\"pk-1\"}");
	look(w);
	assert_sent(w, "Authorization=tok-1 x-api-key=pk-1");
	assert_found(w, "DR-SAVED-KEY");
	set(w, KEY "=");
	look(w);
	assert_found(w, "DR-SAVED-KEY"); /* an empty key does not stop it */
}

static void t_rejected(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, KEY "=key-0-0123456789abcdefghij");
	put(w->home, ".claude.json",
	    "{\"customApiKeyResponses\":{\"rejected\":["
	    "\"0123456789abcdefghij\"]}}");
	look(w);
	assert_found(w, "DR-KEY-REJECTED");
	assert_headline(w, "DR-KEY-REJECTED", "~/.claude.json");
	put(w->home, ".claude.json",
	    "{\"customApiKeyResponses\":{\"approved\":["
	    "\"0123456789abcdefghij\"],\"rejected\":\"x\"}}");
	look(w);
	assert_found(w, "");
	/* Other keys that were declined do not matter. */
	put(w->home, ".claude.json",
	    "{\"customApiKeyResponses\":{\"rejected\":["
	    "\"123456789abcdefghij-\",\"\",1]}}");
	look(w);
	assert_null(found(w, "DR-KEY-REJECTED"));
}

static void t_none(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	look(w);
	assert_found(w, "DR-NO-CREDENTIAL");
	set(w, "OPENROUTER_API_KEY=or-1");
	look(w);
	assert_found(w, "DR-KEY-ELSEWHERE");
	assert_headline(w, "DR-KEY-ELSEWHERE", "OPENROUTER_API_KEY");
	w->environment[w->variables - 1] = "ANTHROPIC_AUTHTOKEN=or-1";
	look(w);
	assert_headline(w, "DR-KEY-ELSEWHERE", "ANTHROPIC_AUTHTOKEN");
	w->environment[w->variables - 1] = "ANTROPIC_AUTH_TOKEN=or-1";
	look(w);
	assert_headline(w, "DR-KEY-ELSEWHERE", "ANTROPIC_AUTH_TOKEN");
	put(w->folder, ".env", "# x\nexport " TOKEN "='dot-1'\n");
	look(w);
	assert_found(w, "DR-DOTENV");
	assert_headline(w, "DR-DOTENV", ".env:2");
	set(w, TOKEN "=tok-1");
	look(w);
	assert_found(w, "");
}

/* Lines of a .env that give nothing, and those that do. */
static void t_dotenv_lines(void **state)
{
	static const struct {
		const char *text, *where;
	} rows[] = {
		{ TOKEN "\n", NULL },
		{ TOKEN "=''\n", NULL },
		{ TOKEN "=\r\n", NULL },
		{ TOKEN "=", NULL },
		{ TOKEN "=\"'\"", NULL },
		{ "# " TOKEN "=x\n", NULL },
		{ "exports " TOKEN "=x\n", NULL },
		{ TOKEN "=x", ".env:1" },
		{ "A=b\n\n  export  " KEY " = \"x\"\n", ".env:3" },
	};
	struct world *w = *state;

	set(w, URL "=" GATE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(w->folder, ".env", rows[i].text);
		look(w);
		if (rows[i].where) {
			assert_found(w, "DR-DOTENV");
			assert_headline(w, "DR-DOTENV", rows[i].where);
		} else {
			assert_found(w, "DR-NO-CREDENTIAL");
		}
	}
}

static void assert_printed(struct world *w, const char *part)
{
	struct buf b = BUF_INIT(65536);

	look(w);
	settings_print(w->s, &b);
	if (!strstr(buf_str(&b), part))
		fail_msg("'%s' is not in %s", part, buf_str(&b));
	buf_clear(&b);
}

static void t_printed_credential(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	assert_printed(w, "none");
	put(w->home, USER, "{\"apiKeyHelper\":\"echo key\"}");
	w->no_helper = true;
	assert_printed(w, "of a helper that was not run");
	w->no_helper = false;
	set(w, TOKEN "=tok-1");
	assert_printed(w, "Bearer <credential, 5 bytes");
	assert_null(strstr(w->s->credentials[0].source, "none"));
}

static void t_dotenv_url(void **state)
{
	struct world *w = *state;

	set(w, KEY "=key-1");
	put(w->folder, ".env", URL "=" GATE "\n" KEY "=key-2\nOTHER=1\n");
	look(w);
	assert_found(w, "DR-DOTENV");
	assert_headline(w, "DR-DOTENV", URL);
	put(w->folder, ".env", URL "=\n" KEY "=key-2\nOTHER=1\n");
	look(w);
	assert_found(w, "");
	set(w, TOKEN "=tok-1");
	look(w);
	assert_non_null(found(w, "DR-NO-BASE-URL"));
}

static void t_urls(void **state)
{
	static const struct {
		const char *url, *code, *part;
	} rows[] = {
		{ "gate.test", "DR-BASE-URL-BAD", "http://" },
		{ "http:/gate.test", "DR-BASE-URL-BAD", "http://" },
		{ "https:/gate.test", "DR-BASE-URL-BAD", "http://" },
		{ "\"https://gate.test\"", "DR-BASE-URL-BAD", "quotes" },
		{ "https://gate.test/a b", "DR-BASE-URL-BAD", "blank" },
		{ "https://gate.test?x=1", "DR-BASE-URL-BAD", "query" },
		{ "https://gate.test/#x", "DR-BASE-URL-BAD", "fragment" },
		{ "https://u:sesame@gate.test", "DR-BASE-URL-BAD", "password" },
		{ "https://", "DR-BASE-URL-BAD", "host" },
		{ "https://gate.test/api/v1/", "DR-BASE-URL-V1",
		  "to https://gate.test/api" },
		{ "https://gate.test/v1/messages", "DR-BASE-URL-PATH",
		  "may be https://gate.test" },
		{ "https://gate.test/v1/chat/completions", "DR-BASE-URL-PATH",
		  "may be https://gate.test" },
		{ "https://gate.test/\n", "DR-VALUE-TRIMMED", URL },
	};
	struct world *w = *state;

	set(w, TOKEN "=tok-1");
	w->variables = 2;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(4096), shown = BUF_INIT(4096);

		buf_addf(&b, URL "=%s", rows[i].url);
		w->environment[1] = buf_str(&b);
		look(w);
		assert_found(w, rows[i].code);
		assert_headline(w, rows[i].code, rows[i].part);
		settings_print(w->s, &shown);
		assert_null(strstr(buf_str(&shown), "sesame"));
		buf_clear(&shown);
		buf_clear(&b);
	}
}

static void t_keys(void **state)
{
	static const struct {
		const char *entry, *code, *sent;
	} rows[] = {
		{ TOKEN "=\"tok\"", "DR-KEY-SPACES", "Authorization=\"tok\"" },
		{ TOKEN "=Bearer tok", "DR-KEY-SPACES",
		  "Authorization=Bearer tok" },
		{ KEY "=a\nb", "DR-KEY-SPACES", "x-api-key=a\nb" },
		{ KEY "=k\xc3\xa9", "DR-KEY-SPACES", "x-api-key=k\xc3\xa9" },
		{ KEY "=${MINE}", "DR-KEY-REFERENCE", "x-api-key=${MINE}" },
		{ KEY "= key\n", "DR-VALUE-TRIMMED", "x-api-key=key" },
		{ KEY "=  ", "DR-NO-CREDENTIAL", "" },
		{ KEY "='k", "DR-KEY-SPACES", "x-api-key='k" },
		{ "CLAUDE_CODE_OAUTH_TOKEN='k", "DR-KEY-SPACES",
		  "Authorization='k" },
		{ KEY "=k`", "DR-KEY-SPACES", "x-api-key=k`" },
		{ KEY "=k'k", "", "x-api-key=k'k" },
		{ KEY "=k\tk", "DR-KEY-SPACES", "x-api-key=k\tk" },
		{ KEY "=k\x7f", "DR-KEY-SPACES", "x-api-key=k\x7f" },
		{ KEY "=k\x01", "DR-KEY-SPACES", "x-api-key=k\x01" },
		{ KEY "=~!", "", "x-api-key=~!" },
		{ KEY "=$MINE", "DR-KEY-REFERENCE", "x-api-key=$MINE" },
		{ KEY "=$5", "", "x-api-key=$5" },
		{ KEY "=a$MINE", "", "x-api-key=a$MINE" },
	};
	struct world *w = *state;

	set(w, URL "=" GATE);
	w->variables = 2;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		w->environment[1] = rows[i].entry;
		look(w);
		assert_found(w, rows[i].code);
		assert_sent(w, rows[i].sent);
	}
}

static void assert_model(struct world *w, const char *entry, const char *wanted)
{
	w->environment[2] = entry;
	w->variables = 3;
	look(w);
	if (!wanted)
		assert_null(w->s->model);
	else
		assert_string_equal(w->s->model, wanted);
}

static void t_model_alias(void **state)
{
	(void)state;
	assert_true(settings_is_model_alias("opus"));
	assert_true(settings_is_model_alias("Sonnet"));
	assert_true(settings_is_model_alias("default"));
	assert_false(settings_is_model_alias("deepseek"));
	assert_false(settings_is_model_alias("claude sonnet"));
	assert_false(settings_is_model_alias("claude-opus-5-5"));
	assert_false(settings_is_model_alias(""));
}

static void t_model(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	assert_model(w, "ANTHROPIC_MODEL=m-1", "m-1");
	assert_model(w, "ANTHROPIC_MODEL= m-1[1m] ", "m-1");
	assert_model(w, "ANTHROPIC_MODEL=Sonnet", "Sonnet");
	assert_model(w, "ANTHROPIC_DEFAULT_OPUS_MODEL=o-1", "o-1");
	assert_model(w, "ANTHROPIC_DEFAULT_SONNET_MODEL=s-1", NULL);
	put(w->home, USER,
	    "{\"model\":\"opus[1m]\","
	    "\"modelOverrides\":{\"claude-x\":\"mine\",\"m-1\":\"no\"}}");
	assert_model(w, "ANTHROPIC_DEFAULT_OPUS_MODEL=o-1", "o-1");
	assert_model(w, "ANTHROPIC_MODEL=", "opus");
	assert_model(w, "ANTHROPIC_MODEL=claude-x", "mine");
	assert_model(w, "ANTHROPIC_MODEL=m-1", "m-1");
	put(w->folder, LOCAL, "{\"model\":\"\"}");
	assert_model(w, "ANTHROPIC_MODEL=", NULL);
	assert_found(w, "");
}

/* A token of `claude setup-token` may be one of a plan without Opus. */
static void t_model_of_token(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, "CLAUDE_CODE_OAUTH_TOKEN=tok-1");
	assert_model(w, "ANTHROPIC_DEFAULT_SONNET_MODEL=s-1", "s-1");
	assert_model(w, "ANTHROPIC_DEFAULT_OPUS_MODEL=o-1", NULL);
}

static void assert_proxy(struct world *w, const char *a, const char *b,
			 const char *wanted)
{
	w->environment[2] = a;
	w->environment[3] = b;
	w->variables = 4;
	look(w);
	if (!wanted)
		assert_null(w->s->proxy);
	else
		assert_string_equal(w->s->proxy, wanted);
}

static void t_proxy(void **state)
{
	static const char p[] = "HTTP_PROXY=http://p.test:1";
	struct world *w = *state;

	set(w, URL "=https://sub.gate.test:8443");
	set(w, TOKEN "=tok-1");
	assert_proxy(w, p, NULL, "http://p.test:1");
	assert_proxy(w, p, "https_proxy=q.test:2", "http://q.test:2");
	assert_proxy(w, p, "https_proxy=", "http://p.test:1");
	assert_proxy(w, p, "ALL_PROXY=http://q.test:2", "http://p.test:1");
	assert_proxy(w, p, "NO_PROXY=gate.test", NULL);
	assert_proxy(w, p, "no_proxy=x, .GATE.test", NULL);
	assert_proxy(w, p, "NO_PROXY=*.gate.test:8443", NULL);
	assert_proxy(w, p, "NO_PROXY=*", NULL);
	assert_found(w, "");
	assert_proxy(w, p, "NO_PROXY=gate.test:443", "http://p.test:1");
	assert_proxy(w, p, "NO_PROXY=ate.test", "http://p.test:1");
	w->environment[0] = URL "=http://127.0.0.1:8473";
	assert_proxy(w, p, "NO_PROXY=127.0.0.0/8", NULL);
	assert_proxy(w, p, "NO_PROXY=0.0.1,10.0.0.0/8", "http://p.test:1");
	assert_found(w, "");
}

/* Which hosts are reached without the proxy. */
static void t_no_proxy(void **state)
{
	static const struct {
		const char *url, *list;
		bool covered;
	} rows[] = {
		{ "https://gate.test", "gate.test:443", true },
		{ "https://gate.test/p:1", "gate.test:443", true },
		{ "https://gate.test?a:1", "gate.test:443", true },
		{ "https://gate.test#a:1", "gate.test:443", true },
		{ "https://gate.test", "gate.test:80", false },
		{ "http://gate.test", "gate.test:80", true },
		{ "http://gate.test", "gate.test:443", false },
		{ "HTTPS://gate.test", "gate.test:443", true },
		{ "http://gate.test:8", "gate.test:8", true },
		{ "http://gate.test:8", "gate.test:80", false },
		{ "http://[::1]:8", "::1", true },
		{ "http://[::1]", "::1", true },
		{ "http://[::1]", "::2", false },
		{ "http://gate.test", "*test", true },
		{ "http://gate.test", "*.test", true },
		{ "http://gate.test", ".test", true },
		{ "http://gate.test", "est", false },
		{ "http://gate.test", "*", true },
		{ "http://gate.test", "**", false },
		{ "http://gate.test", ".", false },
		{ "http://gate.test", "a.gate.test", false },
		{ "http://gate.test", "x,,gate.test", true },
		{ "http://gate.test", "x\tgate.test", true },
		{ "http://gate.test", ", ", false },
		{ "http://10.1.2.3", "10.1.2.3", true },
		{ "http://10.1.2.3", "1.2.3", false },
		{ "http://10.1.2.3", "10.1.2.3/32", true },
		{ "http://10.1.2.3", "10.1.2.2/32", false },
		{ "http://10.1.2.3", "10.1.2.2/31", true },
		{ "http://10.1.2.3", "10.1.2.4/30", false },
		{ "http://10.1.2.3", "10.0.0.0/8", true },
		{ "http://10.1.2.3", "11.0.0.0/8", false },
		{ "http://10.1.2.3", "11.0.0.0/7", true },
		{ "http://10.1.2.3", "192.0.0.0/0", true },
		{ "http://10.1.2.3", "10.0.0.0/33", false },
		{ "http://10.1.2.3", "10.0.0.0/", false },
		{ "http://10.1.2.3", "net/8", false },
		{ "http://gate.test", "10.0.0.0/8", false },
	};
	struct world *w = *state;

	set(w, TOKEN "=tok-1");
	set(w, "https_proxy=http://p.test:1");
	w->variables = 4;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char url[80], list[80];

		snprintf(url, sizeof(url), URL "=%s", rows[i].url);
		snprintf(list, sizeof(list), "no_proxy=%s", rows[i].list);
		w->environment[2] = url;
		w->environment[3] = list;
		look(w);
		if ((w->s->proxy == NULL) != rows[i].covered)
			fail_msg("%s %s", rows[i].url, rows[i].list);
	}
}

static void t_certificates(void **state)
{
	struct world *w = *state;
	char *ca = path_of(w->folder, "ca.pem");

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	set(w, "NODE_EXTRA_CA_CERTS=ca.pem");
	look(w);
	assert_null(w->s->tls.ca_file);
	assert_found(w, "DR-CA-FILE");
	assert_headline(w, "DR-CA-FILE", "in the environment names ca.pem: ");
	put(w->folder, "ca.pem", "-----BEGIN CERTIFICATE-----\n");
	look(w);
	assert_string_equal(w->s->tls.ca_file, ca);
	assert_found(w, "");
	set(w, "NODE_TLS_REJECT_UNAUTHORIZED=0");
	look(w);
	assert_true(w->s->tls.any_certificate);
	assert_found(w, "DR-TLS-OFF");
	free(ca);
}

static void t_managed(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	put(w->managed, "managed-settings.json",
	    "{\"forceLoginMethod\":\"claudeai\"}");
	look(w);
	assert_found(w, "DR-LOGIN-FORCED");
	put(w->managed, "managed-settings.json",
	    "{\"model\":5,\"env\":{\"CLAUDE_CODE_USE_BEDROCK\":1}}");
	look(w);
	assert_found(w, "DR-MANAGED-VALUE DR-PROVIDER-MODE");
	put(w->managed, "managed-settings.json", "{");
	look(w);
	assert_found(w, "DR-START-FILE");
	put(w->managed, "managed-settings.json", "");
	put(w->home, USER, "{\"forceLoginMethod\":\"claudeai\"}");
	look(w);
	assert_found(w, "");
}

/* In a cloud's mode a missing credential is no finding. */
static void t_provider(void **state)
{
	struct world *w = *state;

	set(w, "CLAUDE_CODE_USE_VERTEX=true");
	look(w);
	assert_found(w, "DR-PROVIDER-MODE");
	assert_headline(w, "DR-PROVIDER-MODE",
			"CLAUDE_CODE_USE_VERTEX in the environment");
	put(w->folder, LOCAL, ENV1("CLAUDE_CODE_USE_VERTEX", "0"));
	look(w);
	assert_non_null(found(w, "DR-NO-CREDENTIAL"));
	assert_null(found(w, "DR-PROVIDER-MODE"));
}

static void t_committed(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	put(w->folder, USER, ENV1(TOKEN, "tok-1"));
	look(w);
	assert_found(w, "");
	put(w->folder, ".git/HEAD", "");
	look(w);
	assert_found(w, "DR-KEY-COMMITTED");
	assert_headline(w, "DR-KEY-COMMITTED", ".claude/settings.json:1:32");
}

/* settings.local.json is looked for at the root of the working tree too. */
static void t_tree(void **state)
{
	struct world *w = *state;
	char *inner = path_of(w->folder, "inner");

	put(w->folder, ".git/HEAD", "");
	put(w->folder, LOCAL, ENV1(URL, GATE));
	put(w->folder, USER, ENV1(TOKEN, "not-read"));
	put(w->folder, "inner/" LOCAL, ENV2(URL, "https://a", TOKEN, "tok-1"));
	free(w->folder);
	w->folder = inner;
	look(w);
	assert_string_equal(w->s->base_url, GATE);
	assert_sent(w, "Authorization=tok-1");
}

static void t_config_dir(void **state)
{
	struct world *w = *state;
	struct buf b = BUF_INIT(4096);

	put(w->home, USER, ENV1(TOKEN, "tok-home"));
	put(w->home, ".claude.json", "{\"primaryApiKey\":\"pk-home\"}");
	put(w->folder, "conf/settings.json", ENV1(URL, GATE));
	put(w->folder, "conf/.claude.json", "{\"primaryApiKey\":\"pk-conf\"}");
	set(w, "CLAUDE_CONFIG_DIR=conf");
	look(w);
	assert_string_equal(w->s->base_url, GATE);
	assert_sent(w, "x-api-key=pk-conf");
	/* Named by the user's own file: its variables stay. */
	w->environment[0] = NULL;
	buf_addf(&b,
		 "{\"model\":\"m-1\",\"env\":{\"" TOKEN "\":\"tok-home\","
		 "\"CLAUDE_CONFIG_DIR\":\"%s/conf\"}}",
		 w->folder);
	put(w->home, USER, buf_str(&b));
	look(w);
	assert_string_equal(w->s->base_url, GATE);
	assert_sent(w, "Authorization=tok-home x-api-key=pk-home");
	assert_null(w->s->model);
	buf_clear(&b);
}

static void t_wrong_files(void **state)
{
	static const struct {
		const char *text, *code, *part;
	} rows[] = {
		{ "{\"env\":{\n\"" TOKEN "\":\"x\",}}", "DR-SETTINGS-FILE",
		  "~/.claude/settings.json:2:" },
		{ "// no\n{}", "DR-SETTINGS-FILE", "settings.json:1:1" },
		{ "[1]", "DR-SETTINGS-FILE", "no object" },
		{ "{\"env\":[],\"model\":\"m\"}", "DR-SETTINGS-FILE", "'env'" },
		{ "{\"apiKeyHelper\":5}", "DR-SETTINGS-FILE", "apiKeyHelper" },
		{ "{\"model\":null}", "DR-SETTINGS-FILE", "'model'" },
		{ "{\"permissions\":5}", "DR-SETTINGS-FILE", "permissions" },
		{ "{\"env\":{\"" KEY "\":null}}",
		  "DR-SETTINGS-VALUE DR-BOTH-CREDENTIALS", NULL },
		{ "\xef\xbb\xbf{}", "", NULL },
		{ " \n", "", NULL },
		{ "\x01\x02\xff", "DR-SETTINGS-FILE", "settings.json:1:1" },
	};
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(w->home, USER, rows[i].text);
		look(w);
		assert_found(w, rows[i].code);
		if (rows[i].part)
			assert_headline(w, rows[i].code, rows[i].part);
		assert_string_equal(w->s->credentials[0].value, "tok-1");
	}
}

static void t_duplicates(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	put(w->home, USER,
	    "{\"env\":{\"" TOKEN "\":\"first\"},\"env\":{\"" TOKEN
	    "\":\"second\",\"" TOKEN "\":\"third\"}}");
	look(w);
	assert_sent(w, "Authorization=third");
	assert_found(w, "");
	put(w->home, USER, "{\"env\":{\"" TOKEN "\":12345678}}");
	look(w);
	assert_sent(w, "Authorization=12345678");
}

static void make_odd(const struct world *w, int kind, const char *path)
{
	unlink(path);
	rmdir(path);
	if (kind == 0)
		assert_int_equal(mkfifo(path, 0600), 0);
	else if (kind == 1)
		assert_int_equal(mkdir(path, 0700), 0);
	else if (kind == 2)
		assert_int_equal(symlink(strrchr(path, '/') + 1, path), 0);
	else
		assert_int_equal(symlink(w->top, path), 0);
}

/* None of these may block or crash, wherever it is. */
static void t_hostile(void **state)
{
	struct world *w = *state;
	char *paths[] = {
		path_of(w->home, USER),
		path_of(w->folder, USER),
		path_of(w->folder, LOCAL),
		path_of(w->folder, ".env"),
		path_of(w->folder, ".git"),
		path_of(w->home, ".claude/.credentials.json"),
		path_of(w->managed, "managed-settings.d/settings.json"),
	};

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		make_folders(paths[i]);
		for (int kind = 0; kind < 4; kind++) {
			make_odd(w, kind, paths[i]);
			look(w);
			assert_sent(w, "Authorization=tok-1");
			if (i < 3)
				assert_found(w, "DR-SETTINGS-FILE");
		}
		unlink(paths[i]);
		free(paths[i]);
	}
}

static void t_large(void **state)
{
	struct world *w = *state;
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	for (int i = 0; i < 100000; i++)
		buf_add_text(&b, "[");
	put_bytes(w->home, USER, buf_span(&b));
	look(w);
	assert_found(w, "DR-SETTINGS-FILE");
	buf_reset(&b);
	buf_add_text(&b, "{\"env\":{");
	for (int i = 0; i < 100000; i++)
		buf_addf(&b, "\"V%d\":\"v\",\"" KEY "\":\"k%d\",", i, i);
	buf_add_text(&b, "\"V\":\"v\"}}");
	put_bytes(w->home, USER, buf_span(&b));
	look(w);
	assert_sent(w, "Authorization=tok-1 x-api-key=k99999");
	buf_reset(&b);
	while (b.len < 17u * 1024 * 1024)
		buf_add_text(&b, "                                ");
	put_bytes(w->home, USER, buf_span(&b));
	look(w);
	assert_found(w, "DR-SETTINGS-FILE");
	assert_headline(w, "DR-SETTINGS-FILE", "larger than");
	buf_clear(&b);
}

/* No byte of what is secret is in what is printed or found. */
static void t_secret(void **state)
{
	struct world *w = *state;
	struct buf b = BUF_INIT(65536);
	struct secrets known = { .list = NULL };

	set(w, URL "=https://user:sesame-1@gate.test");
	set(w, TOKEN "=Bearer sesame-2-0123456789");
	set(w, KEY "=sesame-3 0123456789");
	set(w, "ANTHROPIC_CUSTOM_HEADERS=X-My-Token: sesame-4\nX-A\x1b: b");
	set(w, "HTTPS_PROXY=http://user:sesame-5@p.test");
	set(w, "OPENROUTER_API_KEY=sesame-6");
	put(w->folder, ".git/HEAD", "");
	put(w->folder, USER,
	    "{\"apiKeyHelper\":\"echo sesame-7\",\"env\":{\"" KEY
	    "\":\"sesame-8\",\"" TOKEN "\":{\"sesame\":1}}}");
	put(w->folder, ".env", TOKEN "=sesame-9\n");
	look(w);
	assert_string_equal(w->s->base_url, "https://gate.test");
	settings_print(w->s, &b);
	assert_non_null(strstr(buf_str(&b), "<credential, 8 bytes, "));
	assert_non_null(strstr(buf_str(&b), "X-A\\x1b "));
	for (size_t i = 0; i < w->found.count; i++) {
		buf_add_text(&b, w->found.list[i].headline);
		buf_add_text(&b, w->found.list[i].fix);
	}
	assert_null(strstr(buf_str(&b), "sesame"));
	settings_secrets(w->s, &known);
	buf_reset(&b);
	buf_add_text(&b, "user:sesame-1 sesame-5 sesame-4 sesame-6 sesame-8");
	secrets_blot(&known, &b);
	assert_null(strstr(buf_str(&b), "sesame"));
	secrets_clear(&known);
	buf_clear(&b);
}

static void t_relative(void **state)
{
	struct settings_place place = { .home = "home", .folder = "/" };
	struct findings found_none = { .list = NULL };
	struct settings *s;

	(void)state;
	assert_int_equal(settings_read(&s, &place, &found_none, NULL), -1);
}

#define TEST(title, fn) \
	{ \
		"settings: " title, fn, setup, teardown, NULL \
	}

static const struct CMUnitTest tests[] = {
	TEST("a base URL and a token are sound", t_sound),
	TEST("environment, user, project, local, managed", t_order),
	TEST("an empty value counts", t_empty),
	TEST("token and key are both sent", t_both),
	TEST("a helper fills every header that is free", t_helper),
	TEST("a helper that gives nothing usable", t_helper_bad),
	TEST("a login is used when nothing else is there", t_login),
	TEST("a saved key goes out beside a token", t_saved_key),
	TEST("a key that was declined", t_rejected),
	TEST("why there is no credential", t_none),
	TEST("a base URL in .env", t_dotenv_url),
	TEST("lines of .env that give nothing", t_dotenv_lines),
	TEST("what is printed of a credential", t_printed_credential),
	TEST("base URLs that cannot work", t_urls),
	TEST("keys that cannot work", t_keys),
	TEST("the model", t_model),
	TEST("names that the client translates", t_model_alias),
	TEST("the model of a token of its own", t_model_of_token),
	TEST("proxies and NO_PROXY", t_proxy),
	TEST("what is reached without the proxy", t_no_proxy),
	TEST("authorities and certificates", t_certificates),
	TEST("managed settings", t_managed),
	TEST("a cloud's own mode", t_provider),
	TEST("a credential in the repository", t_committed),
	TEST("local settings of the working tree", t_tree),
	TEST("CLAUDE_CONFIG_DIR", t_config_dir),
	TEST("files that the client drops", t_wrong_files),
	TEST("of members with one name the last counts", t_duplicates),
	TEST("what is no file does not block", t_hostile),
	TEST("large and deep files", t_large),
	TEST("no credential is printed", t_secret),
	TEST("relative folders are refused", t_relative),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
