/* net/serve: heads that take too long, listening no more, and taking over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/serve/serve.h"
#include "tests/unit/rawpeer.h"

enum { HEAD_MS = 40 };

struct site {
	struct loop *loop;
	struct serve *serve;
	struct visit *visit; /* the last one that waits for its answer */
	int requests;
	bool early; /* answered before the body is in */
};

static void on_request(void *arg, struct visit *v)
{
	struct site *s = arg;

	s->requests++;
	s->visit = v;
}

static void on_head(void *arg, struct visit *v)
{
	const struct site *s = arg;

	if (s->early)
		visit_answer(v, 401, NULL, span_of("early"));
}

static const struct serve_handler handler = { .on_head = on_head,
					      .on_request = on_request };

static void site_serve(struct site *s, const struct serve_config *c)
{
	struct fail f = FAIL_INIT;

	assert_int_equal(serve_new(&s->serve, s->loop, c, &handler, s, &f), 0);
}

static void site_open(struct site *s)
{
	const struct serve_config c = { .host = "127.0.0.1",
					.body_limit = 100,
					.head_ms = HEAD_MS };

	memset(s, 0, sizeof(*s));
	assert_int_equal(loop_new(&s->loop, NULL), 0);
	site_serve(s, &c);
}

static void site_close(struct site *s)
{
	serve_free(s->serve);
	loop_free(s->loop);
}

#define GET "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"

static void ask(struct site *s, struct rawpeer *p)
{
	int before = s->requests;

	rawpeer_text(p, GET);
	WAIT_FOR(s->loop, s->requests > before);
}

static void answer(struct site *s)
{
	visit_answer(s->visit, 200, NULL, span_of("hello"));
}

/* A byte at a time, for as long as the server takes it. */
static void drip(struct site *s, struct rawpeer *p)
{
	rawpeer_text(p, "GET /x HTTP/1.1\r\nx: ");
	step_reset();
	while (p->end == END_OPEN) {
		rawpeer_text(p, "y");
		step(s->loop);
	}
}

static void t_slow_head(void **state)
{
	struct rawpeer silent, slow;
	struct site s;

	(void)state;
	site_open(&s);
	rawpeer_connect(&silent, s.loop, serve_port(s.serve));
	rawpeer_connect(&slow, s.loop, serve_port(s.serve));
	drip(&s, &slow);
	assert_int_equal(s.requests, 0);
	rawpeer_close(&slow);
	/* One that says nothing is only idle, however long. */
	assert_int_equal(silent.end, END_OPEN);
	ask(&s, &silent);
	answer(&s);
	WAIT_FOR(s.loop, rawpeer_has(&silent, "hello"));
	/* The second head of a connection has no more time than the first. */
	drip(&s, &silent);
	assert_int_equal(s.requests, 1);
	rawpeer_close(&silent);
	site_close(&s);
}

/* While the head is watched for, an answer is none of that watch's affair: all
 * of it comes after its own head. */
static void t_early_answer(void **state)
{
	struct site s;

	(void)state;
	site_open(&s);
	s.early = true;
	for (int i = 0; i < 50; i++) {
		struct rawpeer p;

		rawpeer_connect(&p, s.loop, serve_port(s.serve));
		rawpeer_text(&p, "POST /x HTTP/1.1\r\nHost: h\r\n"
				 "Content-Length: 4\r\n\r\n");
		rawpeer_text(&p, "a");
		step(s.loop);
		rawpeer_text(&p, "bcd");
		WAIT_FOR(s.loop, rawpeer_has(&p, "early"));
		assert_true(span_starts(buf_span(&p.in), "HTTP/1.1 401 "));
		rawpeer_close(&p);
	}
	site_close(&s);
}

static void on_late(void *arg)
{
	*(bool *)arg = true;
}

/* The limit is for the head alone, not for the answer. */
static void t_slow_answer(void **state)
{
	struct loop_timer timer = { 0 };
	bool late = false;
	struct rawpeer p;
	struct site s;

	(void)state;
	site_open(&s);
	rawpeer_connect(&p, s.loop, serve_port(s.serve));
	ask(&s, &p);
	loop_timer_set(s.loop, &timer, loop_now() + 3 * HEAD_MS * TICK_MS,
		       on_late, &late);
	WAIT_FOR(s.loop, late);
	assert_int_equal(p.end, END_OPEN);
	answer(&s);
	WAIT_FOR(s.loop, rawpeer_has(&p, "hello"));
	rawpeer_close(&p);
	site_close(&s);
}

static bool is_refused(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool refused;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	refused = connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 &&
		  errno == ECONNREFUSED;
	close(fd);
	return refused;
}

static void t_quiesce(void **state)
{
	struct rawpeer p;
	struct site s;

	(void)state;
	site_open(&s);
	rawpeer_connect(&p, s.loop, serve_port(s.serve));
	ask(&s, &p);
	assert_int_equal(serve_connections(s.serve), 1);
	serve_quiesce(s.serve);
	serve_quiesce(s.serve);
	assert_true(is_refused(serve_port(s.serve)));
	assert_int_equal(p.end, END_OPEN);
	answer(&s);
	WAIT_FOR(s.loop, p.end != END_OPEN);
	assert_true(rawpeer_has(&p, "hello"));
	assert_true(rawpeer_has(&p, "\r\nConnection: close\r\n"));
	WAIT_FOR(s.loop, serve_connections(s.serve) == 0);
	rawpeer_close(&p);
	site_close(&s);
}

static void t_take_over(void **state)
{
	struct serve_config c = { .host = "127.0.0.1", .body_limit = 100 };
	struct rawpeer old, new;
	struct serve *before;
	struct visit *first;
	struct site s;

	(void)state;
	site_open(&s);
	rawpeer_connect(&old, s.loop, serve_port(s.serve));
	ask(&s, &old);
	first = s.visit;
	before = s.serve;
	c.instead_of = before;
	site_serve(&s, &c);
	assert_int_equal(serve_port(s.serve), serve_port(before));
	rawpeer_connect(&new, s.loop, serve_port(s.serve));
	ask(&s, &new);
	assert_ptr_not_equal(s.visit, first);
	assert_int_equal(serve_connections(s.serve), 1);
	assert_int_equal(serve_connections(before), 1);
	answer(&s);
	s.visit = first;
	answer(&s);
	WAIT_FOR(s.loop,
		 rawpeer_has(&new, "hello") && rawpeer_has(&old, "hello"));
	WAIT_FOR(s.loop, serve_connections(before) == 0);
	rawpeer_close(&old);
	serve_free(before);
	/* The socket belongs to the new one alone now. */
	ask(&s, &new);
	answer(&s);
	WAIT_FOR(s.loop, !serve_visits(s.serve));
	rawpeer_close(&new);
	site_close(&s);
}

/* If the new server cannot start, the old one goes on. */
static void t_no_take_over(void **state)
{
	struct serve_config c = { .host = "127.0.0.1", .body_limit = 100 };
	struct fail f = FAIL_INIT;
	struct serve *none = NULL;
	struct rawpeer p;
	struct site s;

	(void)state;
	site_open(&s);
	c.instead_of = s.serve;
	c.tls_cert = c.tls_key = "no PEM";
	assert_int_equal(serve_new(&none, s.loop, &c, &handler, &s, &f), -1);
	assert_int_equal(f.code, FAIL_SYSTEM);
	assert_int_equal(serve_check_certificate("no PEM", "no PEM", NULL), -1);
	rawpeer_connect(&p, s.loop, serve_port(s.serve));
	ask(&s, &p);
	rawpeer_close(&p);
	site_close(&s);
}

/* The limit of a body is that of the time when its head came. */
static void t_limits(void **state)
{
	struct rawpeer p;
	struct site s;

	(void)state;
	site_open(&s);
	rawpeer_connect(&p, s.loop, serve_port(s.serve));
	ask(&s, &p);
	answer(&s);
	serve_set_limits(s.serve, 3, 0);
	rawpeer_text(&p, "POST /x HTTP/1.1\r\nHost: h\r\n"
			 "Content-Length: 4\r\n\r\nabcd");
	WAIT_FOR(s.loop, s.requests == 2);
	assert_true(visit_too_large(s.visit));
	answer(&s);
	rawpeer_close(&p);
	site_close(&s);
}

static void t_body(void **state)
{
	struct rawpeer p;
	struct buf body;
	struct site s;

	(void)state;
	site_open(&s);
	rawpeer_connect(&p, s.loop, serve_port(s.serve));
	rawpeer_text(&p, "POST /x HTTP/1.1\r\nHost: h\r\n"
			 "Content-Length: 4\r\n\r\nabcd");
	WAIT_FOR(s.loop, s.requests == 1);
	visit_take_body(s.visit, &body);
	assert_int_equal(visit_body(s.visit).len, 0);
	answer(&s);
	WAIT_FOR(s.loop, !serve_visits(s.serve));
	assert_string_equal(buf_str(&body), "abcd");
	buf_clear(&body);
	rawpeer_close(&p);
	site_close(&s);
}

/* While there are no descriptors a client waits, and comes in once there are. */
static void t_no_descriptors(void **state)
{
	struct rlimit before, none;
	struct rawpeer p;
	struct site s;
	int next;

	(void)state;
	site_open(&s);
	rawpeer_connect(&p, s.loop, serve_port(s.serve));
	rawpeer_text(&p, GET);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	next = dup(STDERR_FILENO);
	assert_true(next > 0);
	close(next);
	none = before;
	none.rlim_cur = (rlim_t)next;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	step_reset();
	step(s.loop);
	step(s.loop);
	assert_int_equal(s.requests, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	WAIT_FOR(s.loop, s.requests == 1);
	answer(&s);
	WAIT_FOR(s.loop, rawpeer_has(&p, "hello"));
	rawpeer_close(&p);
	site_close(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "serve: a head that drips is cut off, an idle client is not",
		  t_slow_head, NULL, NULL, NULL },
		{ "serve: an answer may take longer than a head", t_slow_answer,
		  NULL, NULL, NULL },
		{ "serve: an answer before the body comes after its head",
		  t_early_answer, NULL, NULL, NULL },
		{ "serve: after quiesce nobody comes in, and answers end",
		  t_quiesce, NULL, NULL, NULL },
		{ "serve: another takes over the socket", t_take_over, NULL,
		  NULL, NULL },
		{ "serve: one that does not start takes nothing over",
		  t_no_take_over, NULL, NULL, NULL },
		{ "serve: limits change for the requests to come", t_limits,
		  NULL, NULL, NULL },
		{ "serve: a body may be taken, and outlives the visit", t_body,
		  NULL, NULL, NULL },
		{ "serve: without descriptors clients wait for some",
		  t_no_descriptors, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("serve_quiet", tests, NULL, NULL);
}
