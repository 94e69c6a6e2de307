/* probe/live: what a session starts with, how it ends, and which release the
 * client is. tests/programs/live.t has whole ones. */
#include "tests/unit/mock_kit.h"

#include <arpa/inet.h>
#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/live/live_private.h"
#include "probe/suite/scratch.h"

#define RUN 0xabcULL
#define PROMPT_MARK "[probe-0000000000000abc]"

struct bench {
	struct kit kit;
	struct live_place *place;
	struct live_config config;
	char *program;
	int changes;
};

static void on_change(void *arg)
{
	struct bench *b = arg;

	b->changes++;
	loop_stop(b->kit.loop);
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct kit *k = &b->kit;
	struct buf path = BUF_INIT(BUF_NO_LIMIT);

	wlog_init(&k->log, 1 << 20);
	assert_int_equal(loop_new(&k->loop, NULL), 0);
	assert_int_equal(fetcher_new(&k->fetcher, k->loop, NULL), 0);
	assert_int_equal(live_place_new(&b->place, NULL), 0);
	loop_timer_set(k->loop, &k->guard, loop_now() + KIT_GUARD_S * TICK_S,
		       kit_on_guard, k);
	buf_addf(&path, "%s/client", b->place->folder);
	b->program = buf_take(&path, NULL);
	b->config = (struct live_config){ .loop = k->loop,
					  .fetcher = k->fetcher,
					  .program = b->program,
					  .gateway = "http://127.0.0.1:1",
					  .key = "sk-a-key-that-is-long-enough",
					  .place = b->place,
					  .actor = "c1",
					  .run = RUN,
					  .log = &k->log,
					  .zero = loop_now(),
					  .on_change = on_change,
					  .arg = b };
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	live_place_free(b->place);
	free(b->program);
	fetcher_free(b->kit.fetcher);
	loop_timer_clear(b->kit.loop, &b->kit.guard);
	loop_free(b->kit.loop);
	wlog_clear(&b->kit.log);
	free(b);
	return 0;
}

/* ---- what it starts with ---- */

struct made {
	struct live live;
	struct live_words words;
};

static void make(struct bench *b, struct made *m, const struct live_start *s)
{
	struct fail f = FAIL_INIT;

	*m = (struct made){ .live = { .config = b->config } };
	if (live_relay_open(&m->live, &f) < 0 ||
	    live_start_make(&m->live, s, &m->words, &f) < 0)
		fail_msg("%s", f.text);
}

static void unmake(struct made *m)
{
	live_start_clear(&m->words);
	live_relay_close(&m->live);
}

static char *joined(char *const *words)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; words[i] != NULL; i++)
		buf_addf(&b, "%s%s", i > 0 ? "|" : "", words[i]);
	return buf_take(&b, NULL);
}

static void assert_words(char *const *words, const char *fmt, ...)
{
	char *is = joined(words), wanted[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(wanted, sizeof(wanted), fmt, args);
	va_end(args);
	assert_string_equal(is, wanted);
	free(is);
}

static void t_arguments(void **state)
{
	char *const two[] = { (char[]){ "--add-dir" },
			      (char[]){ "{{project}}/x" } };
	struct bench *b = *state;
	const char *project = b->place->project, *program = b->program;
	struct live_start s = { .prompt = (char[]){ "do it" } };
	struct made m;

	make(b, &m, &s);
	assert_words(m.words.argv,
		     "%s|-p|--output-format|json|--dangerously-skip-permissions"
		     "|--|do it " PROMPT_MARK,
		     program);
	unmake(&m);
	s.prompt = (char[]){ "[probe-0000000000000000] in {{home}}" };
	s.mode = (char[]){ "plan" };
	s.arguments = (char **)two;
	s.argument_count = 2;
	make(b, &m, &s);
	assert_words(m.words.argv,
		     "%s|-p|--output-format|json|--permission-mode|plan|"
		     "--add-dir|%s/x|--|" PROMPT_MARK " in %s",
		     program, project, b->place->home);
	unmake(&m);
	s = (struct live_start){ .terminal = true };
	make(b, &m, &s);
	assert_words(m.words.argv, "%s|--dangerously-skip-permissions",
		     program);
	unmake(&m);
}

#define USUAL_WORDS \
	"PATH=/usr/local/bin:/usr/bin:/bin|TERM=xterm-256color|" \
	"LANG=C.UTF-8|TZ=UTC|SHELL=/bin/sh|IS_SANDBOX=1|" \
	"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1|DISABLE_AUTOUPDATER=1"
#define RUN_HEADER "X-Ccprobe-Run: " PROMPT_MARK

static void assert_environment(struct bench *b, const struct live_start *s,
			       const char *usual, const char *rest)
{
	struct made m;

	make(b, &m, s);
	assert_words(m.words.environment,
		     "ANTHROPIC_BASE_URL=http://127.0.0.1:%u|HOME=%s|TMPDIR=%s|"
		     "%s|%s",
		     serve_port(m.live.relay), b->place->home,
		     b->place->temporary, usual, rest);
	unmake(&m);
}

static void t_variables(void **state)
{
	char *const set[] = { (char[]){ "TERM" }, (char[]){ "PAT" },
			      (char[]){ "SHELLS=1" },
			      (char[]){ "LANG=in {{project}}" } };
	static const struct {
		enum auth_form auth;
		const char *rest;
	} rows[] = {
		{ AUTH_BEARER, "ANTHROPIC_AUTH_TOKEN=a-key" },
		{ AUTH_API_KEY, "ANTHROPIC_API_KEY=a-key" },
		{ AUTH_BOTH,
		  "ANTHROPIC_AUTH_TOKEN=a-key|ANTHROPIC_API_KEY=a-key" },
	};
	struct bench *b = *state;
	struct headers extra = { .list = NULL };
	struct live_start s = { .prompt = (char[]){ "x" } };
	char wanted[1024];
	struct made m;

	b->config.key = "a-key";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		b->config.auth = rows[i].auth;
		snprintf(wanted, sizeof(wanted),
			 "%s|ANTHROPIC_CUSTOM_HEADERS=" RUN_HEADER,
			 rows[i].rest);
		assert_environment(b, &s, USUAL_WORDS, wanted);
	}
	b->config.auth = AUTH_BEARER;
	headers_add_text(&extra, "x-one", "1");
	headers_add_text(&extra, "x-two", "2");
	b->config.extra = &extra;
	assert_environment(b, &s, USUAL_WORDS,
			   "ANTHROPIC_AUTH_TOKEN=a-key|"
			   "ANTHROPIC_CUSTOM_HEADERS=" RUN_HEADER
			   "\nx-one: 1\nx-two: 2");
	b->config.extra = NULL;
	headers_clear(&extra);

	/* A case sets and removes some. */
	s.variables = (char **)set;
	s.variable_count = 4;
	make(b, &m, &s);
	snprintf(wanted, sizeof(wanted),
		 "ANTHROPIC_BASE_URL=http://127.0.0.1:%u|HOME=%s|TMPDIR=%s|"
		 "PATH=/usr/local/bin:/usr/bin:/bin|TZ=UTC|SHELL=/bin/sh|"
		 "IS_SANDBOX=1|CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1|"
		 "DISABLE_AUTOUPDATER=1|ANTHROPIC_AUTH_TOKEN=a-key|"
		 "ANTHROPIC_CUSTOM_HEADERS=" RUN_HEADER "|SHELLS=1|LANG=in %s",
		 serve_port(m.live.relay), b->place->home, b->place->temporary,
		 b->place->project);
	assert_words(m.words.environment, "%s", wanted);
	unmake(&m);
}

static void assert_file(const char *folder, const char *name,
			const char *wanted)
{
	char path[PATH_MAX];
	size_t len;
	char *text;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(scratch_read(&text, &len, path, 100000, NULL), 0);
	assert_string_equal(text, wanted);
	free(text);
}

static void assert_state(struct bench *b, const char *key)
{
	char wanted[1024];

	snprintf(wanted, sizeof(wanted),
		 "{\"hasCompletedOnboarding\":true,\"theme\":\"dark\","
		 "\"bypassPermissionsModeAccepted\":true,\"numStartups\":5,"
		 "\"customApiKeyResponses\":{\"approved\":[\"%s\"],"
		 "\"rejected\":[]},\"projects\":{\"%s\":"
		 "{\"hasTrustDialogAccepted\":true,"
		 "\"hasCompletedProjectOnboarding\":true}}}",
		 key, b->place->project);
	assert_file(b->place->home, ".claude.json", wanted);
}

static void t_files(void **state)
{
	struct live_file files[] = {
		{ .name = (char[]){ "a/b.txt" },
		  .bytes = (char[]){ "[probe-0000000000000000] {{project}}" },
		  .len = 36,
		  .is_text = true },
		{ .name = (char[]){ "c.bin" },
		  .bytes = (char[]){ "{{project}}" },
		  .len = 9 },
	};
	struct bench *b = *state;
	struct live_start s = { .files = files, .file_count = 2 };
	char wanted[PATH_MAX];
	struct fail f = FAIL_INIT;
	struct live_words none = { .argv = NULL };
	struct made m;

	make(b, &m, &s);
	unmake(&m);
	snprintf(wanted, sizeof(wanted), PROMPT_MARK " %s", b->place->project);
	assert_file(b->place->project, "a/b.txt", wanted);
	assert_file(b->place->project, "c.bin", "{{project");
	/* The last 20 bytes of a key. */
	assert_state(b, "-that-is-long-enough");
	/* What a session before has left stays. */
	b->config.key = "12345678901234567890";
	make(b, &m, &s);
	unmake(&m);
	assert_state(b, "-that-is-long-enough");
	snprintf(wanted, sizeof(wanted), "%s/.claude.json", b->place->home);
	assert_int_equal(unlink(wanted), 0);
	make(b, &m, &s);
	unmake(&m);
	assert_state(b, "12345678901234567890");

	/* One that cannot be written. */
	files[1].name = (char[]){ "a/b.txt/c" };
	m = (struct made){ .live = { .config = b->config } };
	assert_int_equal(live_start_make(&m.live, &s, &none, &f), -1);
	assert_null(none.argv);
	assert_non_null(strstr(f.text, "a/b.txt"));
	files[1].name = (char[]){ "c.bin" };
	assert_int_equal(unlink(wanted), 0);
	assert_int_equal(mkdir(wanted, 0700), 0);
	b->config.key = "x";
	make(b, &m, &s); /* there is something already */
	unmake(&m);
	assert_int_equal(rmdir(wanted), 0);
}

/* ---- sessions ---- */

static void put_program(const char *path, const char *script)
{
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	fprintf(to, "#!/bin/sh\n%s\n", script);
	fclose(to);
	assert_int_equal(chmod(path, 0700), 0);
}

/* All that was noted: "what=bytes" each. */
static void assert_noted(const struct bench *b, const char *wanted)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < b->kit.log.count; i++) {
		const struct wlog_entry *e = &b->kit.log.list[i];

		assert_int_equal(e->kind, WLOG_USER);
		assert_string_equal(e->actor, "c1");
		assert_int_equal(e->run, RUN);
		assert_int_equal(e->exchange, 0);
		buf_addf(&all, "%s=%.*s;", e->text, (int)e->len,
			 e->bytes != NULL ? e->bytes : "");
	}
	assert_string_equal(buf_str(&all), wanted);
	buf_clear(&all);
}

static struct live *begin(struct bench *b, const char *script, bool terminal)
{
	struct live_start s = { .prompt = (char[]){ "x" },
				.terminal = terminal };
	struct fail f = FAIL_INIT;
	struct live *l = NULL;

	put_program(b->program, script);
	wlog_clear(&b->kit.log);
	if (live_begin(&l, &b->config, &s, &f) < 0)
		fail_msg("%s", f.text);
	assert_false(live_is_over(l));
	return l;
}

static void t_ends(void **state)
{
	struct bench *b = *state;
	struct live *l =
		begin(b, "echo out; echo err >&2; echo 1 >f; exit 7", false);

	KIT_UNTIL(&b->kit, live_is_over(l));
	assert_noted(b, "exit=7;stdout=out\n;stderr=err\n;file f=1\n;");
	/* It is over only once. */
	live_end(l);
	live_type(l, "too late");
	assert_int_equal(b->kit.log.count, 4);
	live_free(l);
	l = begin(b, "rm f; kill -KILL $$", false);
	KIT_UNTIL(&b->kit, live_is_over(l));
	assert_noted(b, "ended=was ended by signal 9;stdout=;stderr=;");
	live_free(l);
	live_free(NULL);
}

static void t_typed(void **state)
{
	struct bench *b = *state;
	struct live *l = begin(b,
			       "stty -echo -onlcr; printf ready; read x; "
			       "printf \"<$x>\"; exit 0",
			       true);

	KIT_UNTIL(&b->kit, b->kit.log.count > 0);
	live_type(l, "in [probe-0000000000000000]\n");
	KIT_UNTIL(&b->kit, live_is_over(l));
	assert_noted(b, "shown=ready;typed=in " PROMPT_MARK
			"\n;shown=<in " PROMPT_MARK ">;exit=0;");
	live_free(l);
}

static void t_signal(void **state)
{
	struct bench *b = *state;
	struct live *l = begin(b,
			       "trap 'echo caught; exit 3' USR1; echo ready; "
			       "sleep 600 & wait",
			       false);

	KIT_UNTIL(&b->kit, b->changes > 0);
	live_signal(l, SIGUSR1);
	KIT_UNTIL(&b->kit, live_is_over(l));
	assert_noted(b, "exit=3;stdout=ready\ncaught\n;stderr=;");
	live_free(l);
}

/* Of one that hangs, the last 2000 bytes are told. */
static void t_hangs(void **state)
{
	struct bench *b = *state;
	const struct wlog_entry *e;
	struct live *l =
		begin(b, "seq 1 1000; echo err >&2; exec sleep 600", false);

	KIT_UNTIL(&b->kit, process_output(l->process).len == 3893 &&
				   process_errors(l->process).len == 4);
	live_end(l);
	assert_true(live_is_over(l));
	assert_int_equal(b->kit.log.count, 3);
	e = &b->kit.log.list[0];
	assert_string_equal(e->text, "hung");
	assert_int_equal(e->len, 2000);
	assert_memory_equal(e->bytes + 1991, "999\n1000\n", 9);
	assert_string_equal(b->kit.log.list[1].text, "stdout");
	assert_string_equal(b->kit.log.list[2].text, "stderr");
	live_end(l);
	assert_int_equal(b->kit.log.count, 3);
	live_free(l);

	l = begin(b, "echo err >&2; exec sleep 600", false);
	KIT_UNTIL(&b->kit, process_errors(l->process).len == 4);
	l->exchanges = 100;
	l->on_endless(l);
	assert_noted(b, "endless=100;hung=err\n;stdout=;stderr=err\n;");
	l->on_endless(l);
	assert_int_equal(b->kit.log.count, 4);
	live_free(l);
}

static void t_not_begun(void **state)
{
	struct bench *b = *state;
	struct live_start s = { .prompt = (char[]){ "x" } };
	struct fail f = FAIL_INIT;
	struct live *l = NULL;

	assert_int_equal(live_begin(&l, &b->config, &s, &f), -1);
	assert_null(l);
	assert_non_null(strstr(f.text, "/client: no such program"));
}

/* Is somebody listening there? */
static bool answers(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	rc = connect(fd, (struct sockaddr *)&to, sizeof(to));
	close(fd);
	return rc == 0;
}

static void t_relay(void **state)
{
	struct bench *b = *state;
	struct live *l = begin(b, "exec sleep 600", false);
	uint16_t port = serve_port(l->relay);

	assert_true(answers(port));
	live_free(l);
	assert_false(answers(port));
}

static struct wlog *no_log(void *arg, uint64_t run)
{
	(void)arg;
	(void)run;
	return NULL;
}

/* What the log has of one exchange: kinds, and bytes of bodies. */
static void assert_exchange(const struct bench *b, unsigned exchange,
			    const char *wanted)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < b->kit.log.count; i++) {
		const struct wlog_entry *e = &b->kit.log.list[i];

		if (e->exchange != exchange)
			continue;
		buf_addf(&all, "%s", wlog_kind_name(e->kind));
		if (e->kind == WLOG_REQUEST)
			buf_addf(&all, " %s", e->target);
		if (e->kind == WLOG_RESPONSE)
			buf_addf(&all, " %d", e->status);
		if (e->kind == WLOG_BODY || e->kind == WLOG_DATA)
			buf_addf(&all, " %.*s", (int)e->len, e->bytes);
		if (e->kind == WLOG_END)
			buf_addf(&all, " %s %s", end_name(e->end), e->text);
		buf_add_byte(&all, ';');
	}
	assert_string_equal(buf_str(&all), wanted);
	buf_clear(&all);
}

/* All that passes the relay is in the log; so is what does not pass. */
static void t_passes(void **state)
{
	struct bench *b = *state;
	struct kit *k = &b->kit;
	struct mock_config config = { .serve = { .host = "127.0.0.1",
						 .body_limit = 1000 },
				      .sink = { .log_for = no_log } };
	struct rules *rules =
		kit_rules("{\"u1\":{\"reply\":{\"text\":\"answer\"}}}");
	struct client c = { 0 };
	char gateway[64];
	struct live *l;

	assert_int_equal(mock_new(&k->mock, k->loop, &config, NULL), 0);
	mock_arm(k->mock, 0, rules);
	snprintf(gateway, sizeof(gateway), "http://127.0.0.1:%u",
		 mock_port(k->mock));
	b->config.gateway = gateway;
	l = begin(b, "exec sleep 600", false);
	snprintf(k->origin, sizeof(k->origin), "http://127.0.0.1:%u",
		 serve_port(l->relay));
	client_post(&c, k, "body");
	KIT_UNTIL(k, client_ended(&c));
	assert_string_equal(buf_str(&c.body), "answer");
	client_clear(&c);
	b->changes = 0;
	client_send(&c, k,
		    &(struct client_ask){ .method = "GET", .target = "/x" });
	KIT_UNTIL(k, client_ended(&c));
	client_clear(&c);
	assert_int_equal(l->exchanges, 2);
	assert_int_equal(b->changes, 4); /* each entry is told of */
	assert_false(live_is_over(l));
	assert_exchange(b, 1,
			"request /v1/messages;body body;response 200;data "
			"answer;end clean ;");
	assert_exchange(b, 2,
			"request /x;response 200;data answer;end clean ;");
	live_free(l);
	mock_free(k->mock);

	b->config.gateway = "http://127.0.0.1:1"; /* nobody is there */
	l = begin(b, "exec sleep 600", false);
	snprintf(k->origin, sizeof(k->origin), "http://127.0.0.1:%u",
		 serve_port(l->relay));
	client_post(&c, k, "more");
	KIT_UNTIL(k, client_ended(&c));
	client_clear(&c);
	assert_exchange(b, 1,
			"request /v1/messages;body more;end refused no "
			"connection: Connection refused;");
	live_free(l);
	rules_free(rules);
}

/* ---- where it lives ---- */

static void count_file(void *arg, const char *name, struct span bytes)
{
	buf_addf(arg, "%s=%zu ", name, bytes.len);
}

static void t_limits(void **state)
{
	enum { MOST = 256 * 1024 };
	struct bench *b = *state;
	struct buf all = BUF_INIT(BUF_NO_LIMIT), names = BUF_INIT(100000);
	struct fail f = FAIL_INIT;
	char name[32], path[PATH_MAX];
	struct live_place *none = NULL;
	char *was = getenv("TMPDIR");

	assert_non_null(buf_room(&all, MOST + 1));
	memset(buf_room(&all, MOST + 1), 'x', MOST + 1);
	buf_wrote(&all, MOST + 1);
	assert_int_equal(live_place_write(b->place->project, "0-large",
					  span_first(buf_span(&all), MOST), &f),
			 0);
	assert_int_equal(live_place_write(b->place->project, "1-too-large",
					  buf_span(&all), &f),
			 0);
	snprintf(path, sizeof(path), "%s/2-link", b->place->project);
	assert_int_equal(symlink("0-large", path), 0);
	live_place_files(b->place, count_file, &names);
	assert_string_equal(buf_str(&names), "0-large=262144 ");
	for (unsigned i = 0; i < 70; i++) {
		snprintf(name, sizeof(name), "d/%02u", i);
		assert_int_equal(live_place_write(b->place->project, name,
						  span_of("1"), &f),
				 0);
	}
	buf_reset(&names);
	live_place_files(b->place, count_file, &names);
	assert_true(span_ends(buf_span(&names), " d/61=1 d/62=1 "));
	assert_int_equal(live_place_write(b->place->project, "d/00/x/y",
					  span_of("1"), &f),
			 -1);
	assert_non_null(strstr(f.text, "d/00"));
	buf_clear(&all);
	buf_clear(&names);

	was = was != NULL ? strdup(was) : NULL;
	setenv("TMPDIR", "/nowhere", 1);
	assert_int_equal(live_place_new(&none, NULL), -1);
	assert_null(none);
	if (was != NULL)
		setenv("TMPDIR", was, 1);
	else
		unsetenv("TMPDIR");
	free(was);
}

/* ---- its release ---- */

static void t_version(void **state)
{
	static const struct {
		const char *script, *version;
	} rows[] = {
		{ "echo '2.1.332 (Claude Code)'", "2.1.332" },
		{ "echo \"$# $1\" >&2; echo '2.1.9 (Claude Code)'", "2.1.9" },
		{ "[ $1 = --version ] && echo '2.1.9 (Claude Code)'", "2.1.9" },
		{ "echo '2.1.332'", NULL },
		{ "echo '2.1.332 (Claude)'", NULL },
		{ "echo 'new (Claude Code)'", NULL },
		{ "echo '2.1.332 (Claude Code)' >&2", NULL },
		{ "exit 0", NULL },
	};
	struct bench *b = *state;
	char wanted[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;
		char *version;

		put_program(b->program, rows[i].script);
		assert_int_equal(live_version(&version, b->program, &f),
				 rows[i].version != NULL ? 0 : -1);
		if (rows[i].version != NULL) {
			assert_string_equal(version, rows[i].version);
			free(version);
			continue;
		}
		assert_null(version);
		assert_int_equal(f.code, FAIL_USAGE);
		snprintf(
			wanted, sizeof(wanted),
			"%s: `--version` does not say that it is Claude Code; "
			"set CLAUDE to the path of the real client, or install "
			"`claude`",
			b->program);
		assert_string_equal(f.text, wanted);
	}
}

int main(void)
{
#define EACH(title, fn) \
	{ \
		"live: " title, fn, set_up, tear_down, NULL \
	}
	const struct CMUnitTest tests[] = {
		EACH("arguments", t_arguments),
		EACH("variables", t_variables),
		EACH("files", t_files),
		EACH("a session ends", t_ends),
		EACH("what is typed", t_typed),
		EACH("a signal", t_signal),
		EACH("a session that hangs", t_hangs),
		EACH("what passes its relay", t_passes),
		EACH("its relay ends with it", t_relay),
		EACH("a session that cannot begin", t_not_begun),
		EACH("limits of what is left behind", t_limits),
		EACH("the release of the client", t_version),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("live_start", tests, NULL, NULL);
}
