/* Tests of probe/inspect: the live page of a run, and its stay after the
 * run. */
#include "tests/unit/mock_kit.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "makelog.h"
#include "probe/inspect/inspection.h"
#include "wire/bytes/load.h"

struct bench {
	struct kit kit; /* its origin is the page */
	struct inspection *page;
	struct campaign_watch watch;
	char told[64]; /* the file that stderr goes to */
	int was; /* where it went before */
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct fail f = FAIL_INIT;
	int fd;

	strcpy(b->told, "/tmp/inspection-XXXXXX");
	fd = mkstemp(b->told);
	assert_true(fd >= 0);
	b->was = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
	if (inspection_new(&b->page, "127.0.0.1:0", &f) < 0)
		fail_msg("%s", f.text);
	b->watch = inspection_watch(b->page);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	inspection_free(b->page);
	dup2(b->was, STDERR_FILENO);
	close(b->was);
	unlink(b->told);
	free(b);
	return 0;
}

/* What was said so far. */
static void assert_said(const struct bench *b, const char *first,
			const char *rest)
{
	struct buf text = BUF_INIT(10000);
	char *line_end;

	assert_int_equal(load_file(&text, b->told, 10000, NULL), 0);
	assert_true(span_starts(buf_span(&text), first));
	line_end = strchr(buf_str(&text), '\n');
	assert_non_null(line_end);
	assert_string_equal(line_end + 1, rest);
	buf_clear(&text);
}

static void open_run(struct bench *b)
{
	struct kit *k = &b->kit;
	struct buf text = BUF_INIT(10000);
	struct fail f = FAIL_INIT;
	struct span line;

	assert_int_equal(loop_new(&k->loop, NULL), 0);
	assert_int_equal(fetcher_new(&k->fetcher, k->loop, NULL), 0);
	loop_timer_set(k->loop, &k->guard, loop_now() + KIT_GUARD_S * TICK_S,
		       kit_on_guard, k);
	if (b->watch.on_loop(b->watch.arg, k->loop, &f) < 0)
		fail_msg("%s", f.text);
	assert_int_equal(load_file(&text, b->told, 10000, NULL), 0);
	line = span_first(buf_span(&text),
			  span_find_byte(buf_span(&text), '\n'));
	assert_true(span_starts(line, "ccprobe: inspect on http://127.0.0.1:"));
	line = span_skip(line, strlen("ccprobe: inspect on "));
	snprintf(k->origin, sizeof(k->origin), "%.*s", SPAN_ARG(line));
	buf_clear(&text);
}

static void close_run(struct bench *b)
{
	fetcher_free(b->kit.fetcher);
	b->watch.on_leave(b->watch.arg);
	loop_timer_clear(b->kit.loop, &b->kit.guard);
	loop_free(b->kit.loop);
}

static void assert_page(struct bench *b, const char *target, const char *wanted)
{
	struct client c = { 0 };

	client_send(&c, &b->kit,
		    &(struct client_ask){ .method = "GET", .target = target });
	KIT_UNTIL(&b->kit, client_ended(&c));
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), wanted);
	client_clear(&c);
}

static void t_cases(void **state)
{
	static struct outcome checks[] = {
		{ .name = (char *)"is so",
		  .verdict = VERDICT_PASS,
		  .wanted = (char *)"never shown" },
		{ .name = (char *)"is so, too",
		  .verdict = VERDICT_FAIL,
		  .level = LEVEL_MUST,
		  .effect = EFFECT_COSTS,
		  .wanted = (char *)"one",
		  .got = (char *)"two",
		  .difference = (char *)"lost /x" },
		{ .name = (char *)"is unknown",
		  .verdict = VERDICT_UNDECIDED,
		  .got = (char *)"wombat-of-mine" },
	};
	static const struct result rows[] = {
		{ .id = (char *)"a/fails",
		  .verdict = VERDICT_FAIL,
		  .title = (char *)"It <works>",
		  .reason = (char *)"got wombat-of-mine",
		  .why = (char *)"because",
		  .fix = (char *)"do it",
		  .effect = EFFECT_BREAKS,
		  .outcomes = checks,
		  .outcome_count = 3 },
		{ .id = (char *)"a/passes",
		  .verdict = VERDICT_PASS,
		  .title = (char *)"It does",
		  .outcomes = checks,
		  .outcome_count = 1 },
	};
	struct bench *b = *state;
	struct secrets known = { .list = NULL };
	struct wlog log;
	struct client c = { 0 };

	secrets_add(&known, "wombat-of-mine");
	wlog_init(&log, 1 << 20);
	put_request(&log, "c1", 1, "GET /x?api_key=plainvalue HTTP/1.1\n\n");
	put_end(&log, "c1", 1, END_CLEAN);
	put_request(&log, "u1", 1, "GET /wombat-of-mine HTTP/1.1\n\n");
	open_run(b);
	b->watch.on_case(b->watch.arg, &rows[0], &log, RUN, &known);
	wlog_clear(&log);
	b->watch.on_case(b->watch.arg, &rows[1], &log, RUN + 1, &known);
	client_send(
		&c, &b->kit,
		&(struct client_ask){ .method = "GET", .target = "/events" });
	KIT_UNTIL(&b->kit, client_has(&c, "a/passes") &&
				   span_ends(buf_span(&c.body), "}\n\n"));
	assert_true(client_has(&c, "{\"id\":1,\"run\":\"0000000000000abc\","
				   "\"actor\":\"c1\",\"exchange\":1,"
				   "\"method\":\"GET\",\"target\":\"/"
				   "x?api_key=<credential, 10 bytes, "));
	assert_true(client_has(&c, "{\"id\":2,\"run\":\"0000000000000abc\","
				   "\"actor\":\"u1\",\"exchange\":1,"));
	assert_true(client_has(&c, "{\"id\":3,\"run\":\"0000000000000abc\","
				   "\"case\":{\"id\":\"a/fails\",\"verdict\":"
				   "\"fail\",\"effect\":\"costs\",\"reason\":"
				   "\"got <credential, 14 bytes, "));
	assert_true(client_has(&c, "{\"id\":4,\"run\":\"0000000000000abd\","
				   "\"case\":{\"id\":\"a/passes\",\"verdict\":"
				   "\"pass\"}}\n\n"));
	assert_false(client_has(&c, "wombat"));
	client_clear(&c);
	client_send(&c, &b->kit,
		    &(struct client_ask){ .method = "GET", .target = "/" });
	KIT_UNTIL(&b->kit, client_ended(&c));
	assert_true(client_has(&c, "var TITLE = \"ccprobe run\";"));
	client_clear(&c);

	assert_page(b, "/case/4",
		    "{\"id\":\"a/passes\",\"verdict\":\"pass\",\"title\":"
		    "\"It does\",\"checks\":[]}");
	assert_page(b, "/search?q=wombat", "[]");
	client_send(
		&c, &b->kit,
		&(struct client_ask){ .method = "GET", .target = "/case/3" });
	KIT_UNTIL(&b->kit, client_ended(&c));
	assert_true(span_starts(
		buf_span(&c.body),
		"{\"id\":\"a/fails\",\"verdict\":\"fail\",\"title\":"
		"\"It <works>\",\"reason\":\"got <credential, 14 bytes, "));
	assert_true(client_has(
		&c, ">\",\"why\":\"because\",\"fix\":\"do it\",\"checks\":["
		    "{\"name\":\"is so, too\",\"wanted\":\"one\",\"got\":"
		    "\"two\",\"difference\":\"lost /x\"},"
		    "{\"name\":\"is unknown\",\"got\":\"<credential, 14 "
		    "bytes, "));
	assert_true(span_ends(buf_span(&c.body), ">\"}]}"));
	client_clear(&c);
	close_run(b);
	secrets_clear(&known);
}

/* Where it is, is told once: it goes on at the same address. */
static void t_again(void **state)
{
	struct bench *b = *state;

	open_run(b);
	close_run(b);
	open_run(b);
	assert_page(b, "/search?q=x", "[]");
	close_run(b);
	assert_said(b, "ccprobe: inspect on ", "");
}

static void t_stays(void **state)
{
	struct bench *b = *state;
	struct inspection *other = NULL;
	struct fail f = FAIL_INIT;
	struct address at = { .host = "127.0.0.1" };
	char text[ADDRESS_TEXT_LEN];
	sigset_t term, was;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &was);
	raise(SIGTERM);
	if (inspection_stay(b->page, &f) < 0)
		fail_msg("%s", f.text);
	assert_said(b, "ccprobe: inspect on http://127.0.0.1:",
		    "ccprobe: the run is over; the page stays until Ctrl-C\n");

	/* Where somebody else listens it cannot stay. */
	open_run(b);
	at.port = (uint16_t)strtoul(strrchr(b->kit.origin, ':') + 1, NULL, 10);
	assert_int_equal(inspection_new(&other, address_write(&at, text), NULL),
			 0);
	assert_int_equal(inspection_stay(other, &f), -1);
	assert_int_equal(f.code, FAIL_SYSTEM);
	assert_int_equal(
		inspection_watch(other).on_loop(other, b->kit.loop, NULL), -1);
	inspection_free(other);
	close_run(b);
	assert_said(b, "ccprobe: inspect on http://127.0.0.1:",
		    "ccprobe: the run is over; the page stays until Ctrl-C\n");
	sigprocmask(SIG_SETMASK, &was, NULL);
}

static void t_none(void **state)
{
	struct inspection *i = NULL;
	struct fail f = FAIL_INIT;
	struct campaign_watch w = inspection_watch(NULL);

	(void)state;
	assert_null(w.on_loop);
	assert_null(w.on_case);
	assert_null(w.on_leave);
	assert_null(w.arg);
	assert_int_equal(inspection_stay(NULL, NULL), 0);
	inspection_free(NULL);
	assert_int_equal(inspection_new(&i, "0.0.0.0:1", &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_non_null(strstr(f.text, "give a loopback address"));
	f = (struct fail)FAIL_INIT;
	assert_int_equal(inspection_new(&i, "nonsense", &f), -1);
	assert_non_null(strstr(f.text, "'nonsense' is not ADDR:PORT"));
	assert_null(i);
}

int main(void)
{
#define EACH(title, fn) \
	{ \
		"inspection: " title, fn, set_up, tear_down, NULL \
	}
	const struct CMUnitTest tests[] = {
		EACH("cases", t_cases),
		EACH("it is told once", t_again),
		EACH("it stays", t_stays),
		EACH("none", t_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("inspection", tests, NULL, NULL);
}
