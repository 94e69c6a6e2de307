/* Tests of mockupstream/control and journal. */
#include "tests/unit/mock_kit.h"

#include "mockupstream/control.h"
#include "mockupstream/control_guard.h"
#include "mockupstream/control_query.h"

struct bench {
	struct kit kit; /* its mock writes into the journal */
	struct kit port; /* the same loop; the origin is the control port */
	struct journal *journal;
	struct control *control;
	struct rules *script;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct kit *k = &b->kit;
	struct mock_config mock = { .serve = { .host = "127.0.0.1",
					       .body_limit = 1 << 20 },
				    .log_bytes = true };
	static const char *const names[] = { "mock" };
	struct control_config control = { .host = "127.0.0.1" };

	b->journal = journal_new(1 << 20, NULL);
	b->script = kit_rules("{\"u1\":{\"reply\":{\"text\":\"script\"}}}");
	assert_int_equal(loop_new(&k->loop, NULL), 0);
	mock.sink = journal_sink(b->journal);
	assert_int_equal(mock_new(&k->mock, k->loop, &mock, NULL), 0);
	control.mock = k->mock;
	control.journal = b->journal;
	control.script = b->script;
	control.names = names;
	control.names_count = 1;
	assert_int_equal(control_new(&b->control, k->loop, &control, NULL), 0);
	assert_int_equal(fetcher_new(&k->fetcher, k->loop, NULL), 0);
	b->port = *k;
	snprintf(k->origin, sizeof(k->origin), "http://127.0.0.1:%u",
		 mock_port(k->mock));
	snprintf(b->port.origin, sizeof(b->port.origin), "http://127.0.0.1:%u",
		 control_port(b->control));
	loop_timer_set(k->loop, &k->guard, loop_now() + KIT_GUARD_S * TICK_S,
		       kit_on_guard, k);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	fetcher_free(b->kit.fetcher);
	control_free(b->control);
	mock_free(b->kit.mock);
	journal_free(b->journal);
	loop_free(b->kit.loop);
	rules_free(b->script);
	free(b);
	return 0;
}

/* One request to the control port, to its end. */
static void call(struct bench *b, struct client *c, const char *method,
		 const char *target, const char *body)
{
	client_clear(c);
	client_send(c, &b->port,
		    &(struct client_ask){
			    .method = method, .target = target, .body = body });
	KIT_UNTIL(&b->kit, client_ended(c));
}

static void ask(struct bench *b, struct client *c, const char *body)
{
	client_clear(c);
	client_post(c, &b->kit, body);
	KIT_UNTIL(&b->kit, client_ended(c));
}

#define MARK "[probe-00000000000000ab]"
#define HELD \
	"{\"upstream\":{\"u1\":{\"reply\":{\"events\":" \
	"\"data: 1\\n\\n: @hold mid\\ndata: 2\\n\\n\"}}}}"

static void t_arm_release_reset(void **state)
{
	struct bench *b = *state;
	struct client held = { 0 }, c = { 0 };

	ask(b, &c, "{}");
	assert_string_equal(buf_str(&c.body), "script");
	call(b, &c, "POST", "/arm?run=ab", HELD);
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body),
			    "{\"run\":\"00000000000000ab\",\"rules\":1}\n");
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "application/json");

	client_post(&held, &b->kit, MARK);
	KIT_UNTIL(&b->kit, client_has(&held, "data: 1"));
	call(b, &c, "POST", "/release?run=ab&hold=u1.none", NULL);
	assert_int_equal(c.status, 404);
	assert_string_equal(buf_str(&c.body),
			    "{\"error\":\"run 00000000000000ab has no hold "
			    "'u1.none'\"}\n");
	call(b, &c, "POST", "/release?run=ab&hold=u1.mid", NULL);
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "{\"released\":\"u1.mid\"}\n");
	KIT_UNTIL(&b->kit, client_ended(&held));
	assert_true(client_has(&held, "data: 2"));
	client_clear(&held);

	call(b, &c, "POST", "/arm", HELD);
	client_post(&held, &b->kit, "{}");
	KIT_UNTIL(&b->kit, client_has(&held, "data: 1"));
	call(b, &c, "GET", "/health", NULL);
	assert_true(client_has(&c, "\"open\":1,"));
	call(b, &c, "POST", "/reset", NULL);
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "{\"reset\":true}\n");
	KIT_UNTIL(&b->kit, client_ended(&held));
	assert_int_equal(held.end.end, END_CUT);
	client_clear(&held);
	ask(b, &c, MARK);
	assert_string_equal(buf_str(&c.body), "script");
	client_clear(&c);
}

#define SAYS(text) "{\"upstream\":{\"u1\":{\"reply\":{\"text\":\"" text "\"}}}}"
#define OTHER "[probe-00000000000000cd]"

/* Each run has rules of its own, the last that it was armed with. */
static void t_two_runs(void **state)
{
	struct bench *b = *state;
	struct client c = { 0 };

	call(b, &c, "POST", "/arm?run=ab", SAYS("first"));
	call(b, &c, "POST", "/arm?run=cd", SAYS("other"));
	ask(b, &c, MARK);
	assert_string_equal(buf_str(&c.body), "first");
	call(b, &c, "POST", "/arm?run=ab", SAYS("second"));
	ask(b, &c, MARK);
	assert_string_equal(buf_str(&c.body), "second");
	ask(b, &c, OTHER);
	assert_string_equal(buf_str(&c.body), "other");
	call(b, &c, "POST", "/reset", NULL);
	ask(b, &c, MARK);
	assert_string_equal(buf_str(&c.body), "script");
	ask(b, &c, OTHER);
	assert_string_equal(buf_str(&c.body), "script");
	client_clear(&c);
}

static size_t count_lines(const struct client *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->body.len; i++)
		n += c->body.at[i] == '\n';
	return n;
}

static void t_journal(void **state)
{
	struct bench *b = *state;
	struct client c = { 0 };
	char target[64];

	ask(b, &c, "{\"model\":\"m\"}");
	call(b, &c, "POST", "/arm?run=ab",
	     "{\"upstream\":{\"u7\":{\"reply\":{\"status\":529}}}}");
	ask(b, &c, "{\"model\":\"x\",\"y\":\"" MARK "\"}");
	call(b, &c, "GET", "/journal?run=ab", NULL);
	assert_int_equal(c.status, 200);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "application/x-ndjson");
	assert_int_equal(count_lines(&c), 4);
	assert_true(client_has(&c, "\"u7\""));
	assert_false(client_has(&c, "script"));
	call(b, &c, "GET", "/journal", NULL);
	assert_int_equal(count_lines(&c), 9);
	assert_string_equal(headers_get(&c.headers, "x-journal-next"), "9");
	call(b, &c, "GET", "/journal?since=8", NULL);
	assert_int_equal(count_lines(&c), 1);
	assert_true(client_has(&c, "\"kind\":\"end\""));
	call(b, &c, "GET", "/journal", NULL);
	snprintf(target, sizeof(target), "/journal?since=%s",
		 headers_get(&c.headers, "x-journal-next"));
	call(b, &c, "GET", target, NULL);
	assert_int_equal(c.body.len, 0);
	call(b, &c, "GET", "/requests?run=ac", NULL);
	assert_string_equal(buf_str(&c.body), "[\n]\n");
	call(b, &c, "GET", "/requests?run=ab", NULL);
	assert_int_equal(count_lines(&c), 3);
	assert_true(client_has(&c, "\"actor\":\"u7\""));
	call(b, &c, "GET", "/requests", NULL);
	assert_int_equal(c.status, 200);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "application/json");
	assert_string_equal(
		buf_str(&c.body),
		"[\n{\"run\":\"0000000000000000\",\"actor\":\"u1\","
		"\"exchange\":1,\"method\":\"POST\",\"target\":"
		"\"/v1/messages\",\"model\":\"m\",\"status\":200,\"end\":"
		"\"clean\",\"open\":false},\n"
		"{\"run\":\"00000000000000ab\",\"actor\":\"u7\","
		"\"exchange\":1,\"method\":\"POST\",\"target\":"
		"\"/v1/messages\",\"model\":\"x\",\"status\":529,\"end\":"
		"\"clean\",\"open\":false}\n]\n");
	client_clear(&c);
}

/* A small journal keeps the newest; numbers go on. */
static void t_journal_is_bounded(void **state)
{
	struct bench *b = *state;
	struct client c = { 0 };
	struct buf body = BUF_INIT(1 << 20);

	for (int i = 0; i < 100000; i++)
		buf_add_byte(&body, 'x');
	for (int i = 0; i < 30; i++)
		ask(b, &c, buf_str(&body));
	call(b, &c, "GET", "/journal", NULL);
	assert_true(c.body.len < 3 << 20);
	assert_true(c.body.len > 500000);
	assert_string_equal(headers_get(&c.headers, "x-journal-next"), "150");
	call(b, &c, "GET", "/requests", NULL);
	assert_true(client_has(&c, "\"exchange\":1,"));
	assert_true(client_has(&c, "\"exchange\":30,"));
	buf_clear(&body);
	client_clear(&c);
}

static void assert_refused(struct bench *b, const char *method,
			   const char *target, const char *body, int status,
			   const char *text)
{
	struct client c = { 0 };

	call(b, &c, method, target, body);
	assert_int_equal(c.status, status);
	if (!client_has(&c, text))
		fail_msg("'%s' is not in %s", text, buf_str(&c.body));
	client_clear(&c);
}

static void t_refused(void **state)
{
	struct bench *b = *state;
	struct client c = { 0 };

	assert_refused(b, "GET", "/x", NULL, 404,
		       "{\"error\":\"no such route: /x\"}\n");
	assert_refused(b, "GET",
		       "/x123456789012345678901234567890123456789012345678901"
		       "23456789012345678901234567890123456789012345678901234"
		       "56789",
		       NULL, 404,
		       "route: /x12345678901234567890123456789012345678901234"
		       "5678901234567890123456789012345678901234567890123456"
		       "78\"");
	assert_refused(b, "POST", "/journal", "", 405,
		       "POST is not for /journal");
	assert_refused(b, "POST", "/health", "", 405,
		       "POST is not for /health");
	assert_refused(b, "GET", "/reset", NULL, 405, "GET is not for /reset");
	assert_refused(b, "GET", "/arm", NULL, 405, "GET is not for /arm");
	assert_refused(b, "POST", "/arm?run=xyz", HELD, 400, "run=xyz");
	assert_refused(b, "POST", "/arm?what=1", HELD, 400, "what=1");
	assert_refused(b, "POST", "/arm", "{", 400, "body:1:");
	assert_refused(b, "POST", "/arm", "{\"upstrem\":{}}", 400,
		       "did you mean 'upstream'");
	assert_refused(b, "POST", "/release", NULL, 400, "hold=u1.name");
	assert_refused(b, "GET", "/journal?since=-1", NULL, 400, "since=-1");
	client_send(&c, &b->port,
		    &(struct client_ask){ .target = "/reset",
					  .headers = { "Origin", "null" } });
	KIT_UNTIL(&b->kit, client_ended(&c));
	assert_int_equal(c.status, 403);
	assert_string_equal(buf_str(&c.body),
			    "{\"error\":\"not for web pages\"}\n");
	client_clear(&c);
}

/* Requests from web pages and with foreign host names are refused. */
static void t_guarded(void **state)
{
	static const struct {
		const char *name, *value;
		bool taken;
	} rows[] = {
		{ "Host", "127.0.0.1:1", true },
		{ "Host", "127.5.6.7", true },
		{ "Host", "localhost:8474", true },
		{ "Host", "LOCALHOST.", true },
		{ "Host", "[::1]:8474", true },
		{ "Host", "[::1]", true },
		{ "Host", "mock:8474", true },
		{ "Host", "evil.example", false },
		{ "Host", "evil.example:8474", false },
		{ "Host", "127.0.0.1.evil.example", false },
		{ "Host", "localhost.evil.example", false },
		{ "Host", "evil.localhost.example", false },
		{ "Host", "192.0.2.7", false },
		{ "Host", "[2001:db8::1]", false },
		{ "Host", "mock.evil.example", false },
		{ "Sec-Fetch-Site", "cross-site", false },
		{ "Sec-Fetch-Site", "same-site", false },
		{ "Sec-Fetch-Site", "anything", false },
		{ "Sec-Fetch-Site", "none", true },
		{ "Sec-Fetch-Site", "same-origin", true },
		{ "Origin", "http://127.0.0.1", false },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct client c = { 0 };

		client_send(
			&c, &b->port,
			&(struct client_ask){
				.target = "/reset",
				.headers = { rows[i].name, rows[i].value } });
		KIT_UNTIL(&b->kit, client_ended(&c));
		if (c.status != (rows[i].taken ? 200 : 403))
			fail_msg("%s: %s: %d", rows[i].name, rows[i].value,
				 c.status);
		client_clear(&c);
	}
}

static bool is_refused(const char *bound, const char *value)
{
	struct control_names names = { .bound = bound };
	struct http_head head = { .minor = 1 };
	struct buf why = BUF_INIT(1000);
	bool refused;

	headers_add_text(&head.headers, "host", value);
	refused = control_guard(&head, &names, &why);
	assert_int_equal(refused, why.len > 0);
	http_head_clear(&head);
	buf_clear(&why);
	return refused;
}

static void assert_why(const char *bound, const char *value, const char *want)
{
	static const char *const list[] = { "other", "Mock" };
	struct control_names names = { bound, list, 2 };
	struct http_head head = { .minor = 1 };
	struct buf why = BUF_INIT(1000);

	headers_add_text(&head.headers, "accept", "x");
	headers_add_text(&head.headers, "host", value);
	assert_int_equal(control_guard(&head, &names, &why), want[0] != '\0');
	assert_string_equal(buf_str(&why), want);
	http_head_clear(&head);
	buf_clear(&why);
}

/* A host of the length that one may have, and what it is told otherwise. */
static void t_hosts(void **state)
{
	char longest[260];

	(void)state;
	assert_why("127.0.0.1", "mOCK.:1", "");
	assert_why("127.0.0.1", " other ", "");
	assert_why("127.0.0.1", "128.0.0.1",
		   "'128.0.0.1' is no name of this control port: use "
		   "127.0.0.1, or start ccmock with --control-host NAME");
	assert_why("127.0.0.1", "126.0.0.1",
		   "'126.0.0.1' is no name of this control port: use "
		   "127.0.0.1, or start ccmock with --control-host NAME");
	memset(longest, 'a', sizeof(longest));
	longest[255] = '\0';
	assert_why(longest, longest, "");
	longest[255] = 'a';
	longest[256] = '\0';
	assert_true(is_refused(longest, longest));
	memset(longest, 'b', 150);
	longest[150] = '\0';
	{
		struct buf want = BUF_INIT(1000);

		buf_addf(&want,
			 "'%.100s' is no name of this control port: use "
			 "127.0.0.1, or start ccmock with --control-host NAME",
			 longest);
		assert_why("::1", longest, buf_str(&want));
		buf_clear(&want);
	}
}

/* A name can be pointed to another address, an address cannot. */
static void t_bound(void **state)
{
	(void)state;
	assert_false(is_refused("192.0.2.7", "192.0.2.7:8474"));
	assert_true(is_refused("192.0.2.7", "192.0.2.8"));
	assert_false(is_refused("0.0.0.0", "192.0.2.8"));
	assert_false(is_refused("0.0.0.0", "[2001:db8::1]:1"));
	assert_false(is_refused("::", "192.0.2.8"));
	assert_true(is_refused("0.0.0.0", "evil.example"));
	assert_false(is_refused("2001:db8::1", "[2001:DB8::1]:8474"));
	assert_true(is_refused("::", ""));
}

/* Bytes that are no digits, whatever they have in common with some. */
static void t_query(void **state)
{
	static const char *const bad[] = {
		"/x?run=\x10\x11", "/x?run=",   "/x?run=0000000000000000a",
		"/x?run",          "/x?since=", "/x?since=18446744073709551616",
		"/x?hold",         "/x?",       "/x?run=1&&since=1",
	};
	struct control_query q = { .run = 0 };
	struct fail f = FAIL_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (control_query_read(&q, span_of(bad[i]), NULL) == 0)
			fail_msg("'%s' is understood", bad[i]);
	assert_int_equal(control_query_read(&q, span_of("/x?a=b"), &f), -1);
	assert_string_equal(f.text, "not understood: 'a=b'");
	for (int c = 1; c < 256; c++) {
		char target[] = "/x?run=a?";

		target[8] = (char)c;
		assert_int_equal(control_query_read(&q, span_of(target), NULL),
				 strchr("0123456789abcdefABCDEF", c) ? 0 : -1);
	}
	assert_int_equal(control_query_read(
				 &q, span_of("/x?run=0123456789abcdeF"), NULL),
			 0);
	assert_true(q.run == 0x0123456789abcdef);
	assert_int_equal(
		control_query_read(&q, span_of("/x?since=18446744073709551615"),
				   NULL),
		0);
	assert_true(q.since == UINT64_MAX);
	assert_int_equal(control_query_read(&q, span_of("/x"), NULL), 0);
	assert_int_equal(
		control_query_read(&q, span_make("/x?hold=a\0b", 11), NULL),
		-1);
	{
		struct buf target = BUF_INIT(1000);

		buf_add_text(&target, "/x?hold=");
		for (int i = 0; i < CONTROL_QUERY_HOLD; i++)
			buf_add_byte(&target, 'h');
		assert_int_equal(
			control_query_read(&q, buf_span(&target), NULL), 0);
		assert_int_equal(strlen(q.hold), CONTROL_QUERY_HOLD);
		buf_add_byte(&target, 'h');
		assert_int_equal(
			control_query_read(&q, buf_span(&target), NULL), -1);
		buf_clear(&target);
	}
	assert_int_equal(
		control_query_read(&q, span_of("/x?run=aB&since=7&hold=u1.mid"),
				   NULL),
		0);
	assert_true(q.has_run && q.run == 0xab && q.since == 7);
	assert_string_equal(q.hold, "u1.mid");
}

/* Puts an entry into a journal, and what it writes of it into `file`. */
static void put(struct journal *j, uint64_t run, enum wlog_kind kind)
{
	struct mock_sink sink = journal_sink(j);
	struct wlog *log = sink.log_for(sink.arg, run);
	struct wlog_entry *e = wlog_add(log, 5, run, "u1", 1, kind);

	if (kind == WLOG_REQUEST) {
		e->method = strdup("GET");
		e->target = strdup("/x");
	}
	sink.on_entry(sink.arg, e);
}

#define LINE(run, rest) \
	"{\"at\":5" run ",\"actor\":\"u1\",\"exchange\":1," rest "}\n"

/* Each entry is in the file at once; one that cannot be written is told. */
static void t_journal_file(void **state)
{
	FILE *file = tmpfile(), *full = fopen("/dev/full", "w");
	struct journal *j = journal_new(1 << 20, file);
	struct journal_query q = { .since = 0 };
	struct buf all = BUF_INIT(1 << 20);
	char text[1000];
	size_t len;

	(void)state;
	assert_non_null(full);
	put(j, 0, WLOG_REQUEST);
	put(j, 7, WLOG_MARK);
	rewind(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	assert_string_equal(
		text, LINE("", "\"kind\":\"request\",\"method\":\"GET\","
			       "\"target\":\"/x\",\"minor\":0,\"headers\":[]")
			      LINE(",\"run\":\"0000000000000007\"",
				   "\"kind\":\"mark\""));
	assert_int_equal(journal_write(j, &q, &all), 2);
	assert_string_equal(buf_str(&all), text);
	assert_false(journal_is_broken(j));
	buf_reset(&all);
	q.since = 1;
	assert_int_equal(journal_write(j, &q, &all), 2);
	assert_true(span_starts(buf_span(&all), "{\"at\":5,\"run\""));
	buf_reset(&all);
	q = (struct journal_query){ .by_run = true, .run = 0 };
	assert_int_equal(journal_write(j, &q, &all), 2);
	assert_false(span_find(buf_span(&all), span_of("mark")) != SIZE_MAX);
	/* Numbers go on after a reset. */
	journal_reset(j);
	put(j, 0, WLOG_MARK);
	buf_reset(&all);
	q = (struct journal_query){ .since = 2 };
	assert_int_equal(journal_write(j, &q, &all), 3);
	assert_true(all.len > 0);
	journal_free(j);
	fclose(file);

	j = journal_new(1 << 20, full);
	assert_false(journal_is_broken(j));
	put(j, 0, WLOG_MARK);
	assert_true(journal_is_broken(j));
	put(j, 0, WLOG_MARK);
	buf_reset(&all);
	q = (struct journal_query){ .since = 0 };
	assert_int_equal(journal_write(j, &q, &all), 2);
	journal_free(j);
	journal_free(NULL);
	fclose(full);
	buf_clear(&all);
}

static void t_health(void **state)
{
	struct bench *b = *state;
	struct client c = { 0 };

	call(b, &c, "GET", "/health", NULL);
	assert_int_equal(c.status, 200);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "application/json");
	assert_true(client_has(&c, "{\"ok\":true,\"version\":\""));
	assert_true(client_has(&c, "\",\"open\":0,\"journal_file\":\"ok\"}\n"));
	client_clear(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "control: each run has rules of its own", t_two_runs, set_up,
		  tear_down, NULL },
		{ "control: arm, release and reset", t_arm_release_reset,
		  set_up, tear_down, NULL },
		{ "control: the journal and the list of requests", t_journal,
		  set_up, tear_down, NULL },
		{ "control: the journal keeps the newest entries",
		  t_journal_is_bounded, set_up, tear_down, NULL },
		{ "control: each refusal has its line", t_refused, set_up,
		  tear_down, NULL },
		{ "control: no web page, and no name that is not its own",
		  t_guarded, set_up, tear_down, NULL },
		{ "control: which names are its own depends on its address",
		  t_bound, NULL, NULL, NULL },
		{ "control: how long a host may be, and what is said", t_hosts,
		  NULL, NULL, NULL },
		{ "control: what a query says", t_query, NULL, NULL, NULL },
		{ "journal: what is in its file", t_journal_file, NULL, NULL,
		  NULL },
		{ "control: health", t_health, set_up, tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
