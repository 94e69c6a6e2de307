/* Tests of probe/settings: which files are read, what a login has left, and what
 * a helper may print. */
#include "tests/unit/settings_kit.h"

/* ---- places ---- */

/* Of a linked working tree the main one has the local settings. */
static void t_linked(void **state)
{
	struct world *w = *state;
	struct buf git = BUF_INIT(BUF_NO_LIMIT);

	set(w, URL "=" GATE);
	put(w->top, "main/" LOCAL, ENV1(TOKEN, "tok-main"));
	put(w->folder, LOCAL, ENV1(TOKEN, "tok-own"));
	buf_addf(&git, "gitdir: %s/main/.git/worktrees/project\n", w->top);
	put(w->folder, ".git", buf_str(&git));
	look(w);
	assert_sent(w, "Authorization=tok-main");
	/* Other files of that name are of this tree. */
	buf_reset(&git);
	buf_addf(&git, "gitdir: %s/main/.git/modules/project\n", w->top);
	put(w->folder, ".git", buf_str(&git));
	look(w);
	assert_sent(w, "Authorization=tok-own");
	put(w->folder, ".git", "gitdir: ../main/.git/worktrees/project\n");
	look(w);
	assert_sent(w, "Authorization=tok-own");
	buf_clear(&git);
}

/* The home folder is no project, though it may be a working tree. */
static void t_home_tree(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	put(w->home, ".git/HEAD", "");
	put(w->home, LOCAL, ENV1(TOKEN, "tok-home"));
	look(w);
	assert_sent(w, "Authorization=tok-1");
}

static void t_config(void **state)
{
	struct world *w = *state;
	struct buf variable = BUF_INIT(BUF_NO_LIMIT);

	set(w, URL "=" GATE);
	put(w->home, ".claude.json", "{\"primaryApiKey\":\"pk-home\"}");
	look(w);
	assert_sent(w, "x-api-key=pk-home");
	/* The older file .config.json comes first, if it exists. */
	put(w->home, ".claude/.config.json", "{\"primaryApiKey\":\"pk-old\"}");
	look(w);
	assert_sent(w, "x-api-key=pk-old");
	buf_addf(&variable, "CLAUDE_CONFIG_DIR=%s/conf", w->top);
	set(w, buf_str(&variable));
	put(w->top, "conf/.claude.json", "{\"primaryApiKey\":\"pk-conf\"}");
	look(w);
	assert_sent(w, "x-api-key=pk-conf");
	put(w->top, "conf/.config.json", "{}");
	look(w);
	assert_sent(w, "");
	buf_clear(&variable);
}

/* ---- logins ---- */

#define OAUTH(members) "{\"claudeAiOauth\":{" members "}}"

static void t_logins(void **state)
{
	static const struct {
		const char *credentials, *sent;
	} rows[] = {
		{ OAUTH("\"accessToken\":\"oat\","
			"\"scopes\":[\"user:inference\"]"),
		  "Authorization=oat" },
		{ OAUTH("\"accessToken\":\"oat\","
			"\"scopes\":[1,null,\"user:inference\"]"),
		  "Authorization=oat" },
		{ OAUTH("\"accessToken\":\"oat\","
			"\"scopes\":\"user:inference\""),
		  "" },
		{ OAUTH("\"accessToken\":\"oat\",\"scopes\":[1]"), "" },
		{ OAUTH("\"accessToken\":\"oat\","
			"\"scopes\":[\"user:inference2\"]"),
		  "" },
		{ OAUTH("\"accessToken\":\"oat\""), "" },
		{ OAUTH("\"accessToken\":\"\","
			"\"scopes\":[\"user:inference\"]"),
		  "" },
		{ OAUTH("\"accessToken\":5,"
			"\"scopes\":[\"user:inference\"]"),
		  "" },
		{ OAUTH("\"scopes\":[\"user:inference\"]"), "" },
		{ "{\"claudeAiOauth\":\"oat\"}", "" },
		{ "[]", "" },
		{ "{", "" },
		{ "", "" },
	};
	struct world *w = *state;

	set(w, URL "=" GATE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(w->home, ".claude/.credentials.json", rows[i].credentials);
		look(w);
		assert_sent(w, rows[i].sent);
	}
	put(w->home, ".claude.json", "{\"primaryApiKey\":5}");
	look(w);
	assert_sent(w, "");
}

/* The client keeps the last 20 bytes of a key that it asked about. */
static void t_declined(void **state)
{
	static const struct {
		const char *key, *list;
		bool declined;
	} rows[] = {
		{ KEY "=0123456789abcdefghij", "\"0123456789abcdefghij\"",
		  true },
		{ KEY "=x0123456789abcdefghij", "\"0123456789abcdefghij\"",
		  true },
		{ KEY "=123456789abcdefghij", "\"123456789abcdefghij\"", true },
		{ KEY "=123456789abcdefghij", "\"0123456789abcdefghij\"",
		  false },
		{ KEY "=x0123456789abcdefghij", "\"x0123456789abcdefghij\"",
		  false },
		{ KEY "=0123456789abcdefghij", "1,\"0123456789abcdefghij\"",
		  true },
		{ KEY "=", "\"\"", false },
	};
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, KEY "=");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(&text,
			 "{\"customApiKeyResponses\":{\"rejected\":[%s]}}",
			 rows[i].list);
		put(w->home, ".claude.json", buf_str(&text));
		buf_clear(&text);
		w->environment[1] = rows[i].key;
		look(w);
		if ((found(w, "DR-KEY-REJECTED") != NULL) != rows[i].declined)
			fail_msg("row %zu", i);
	}
}

/* ---- helpers ---- */

static void help_with(struct world *w, const char *command)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&b, "{\"apiKeyHelper\":\"%s\"}", command);
	put(w->home, USER, buf_str(&b));
	buf_clear(&b);
	look(w);
}

static void assert_key(struct world *w, const char *command, const char *key)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	help_with(w, command);
	buf_addf(&b, "Authorization=%s x-api-key=%s", key, key);
	assert_sent(w, buf_str(&b));
	assert_found(w, "");
	buf_clear(&b);
}

static void assert_none(struct world *w, const char *command, const char *code,
			const char *part)
{
	help_with(w, command);
	assert_sent(w, "");
	assert_found(w, code);
	assert_headline(w, code, part);
}

static void t_printed(void **state)
{
	struct world *w = *state;
	struct buf longest = BUF_INIT(BUF_NO_LIMIT);

	set(w, URL "=" GATE);
	assert_key(w, "echo '!~'", "!~");
	assert_key(w, "printf k", "k");
	assert_key(w, "printf ' \\\\n\\\\tk\\\\r\\\\n\\\\n'", "k");
	assert_none(w, "printf 'a\\\\tb'", "DR-HELPER-OUTPUT", "a blank");
	assert_none(w, "printf 'a\\\\rb'", "DR-HELPER-OUTPUT", "a line break");
	assert_none(w, "printf 'a\\\\177'", "DR-HELPER-OUTPUT",
		    "a byte that is no printable ASCII");
	assert_none(w, "printf 'a\\\\033b'", "DR-HELPER-OUTPUT",
		    "a byte that is no printable ASCII");
	for (int i = 0; i < 16384; i++)
		buf_add_byte(&longest, 'k');
	assert_key(w, "printf '%16384s' | tr ' ' k", buf_str(&longest));
	assert_none(w, "printf '%16385s' | tr ' ' k", "DR-HELPER-OUTPUT",
		    "is longer than 16384 bytes");
	buf_clear(&longest);
}

/* As the client runs it: in the project, with nothing to read. */
static void t_run(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	assert_key(w, "basename \\\"$(pwd)\\\"", "project");
	assert_key(w, "cat; echo k", "k");
	assert_none(w, "exit 1", "DR-HELPER-FAILED", "exited with status 1");
	assert_none(w, "echo k; exit 1", "DR-HELPER-FAILED",
		    "exited with status 1");
	assert_none(w, "kill -TERM $$", "DR-HELPER-FAILED",
		    "was ended by a signal");
	assert_none(w, "yes", "DR-HELPER-FAILED",
		    "printed more than 16384 bytes");
	/* Nothing is run where there is no command. */
	put(w->home, USER, "{\"apiKeyHelper\":\"\"}");
	look(w);
	assert_sent(w, "");
	assert_null(found(w, "DR-HELPER-FAILED"));
	assert_false(w->s->helper_waits);
}

int main(void)
{
#define TEST(title, fn) \
	{ \
		"settings: " title, fn, setup, teardown, NULL \
	}
	static const struct CMUnitTest tests[] = {
		TEST("a linked working tree has those of the main one",
		     t_linked),
		TEST("the home folder is no project", t_home_tree),
		TEST("where the client's own file is", t_config),
		TEST("what is a login, and what is none", t_logins),
		TEST("a key that was declined", t_declined),
		TEST("what a helper may print", t_printed),
		TEST("how a helper is run", t_run),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("places", tests, NULL, NULL);
}
