/*
 * Tests of ask: one request, its whole answer, and all that can end it. The
 * server is another process, because an asker waits on its own loop.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "net/serve/serve.h"
#include "probe/refusal/ask.h"
#include "wire/bytes/mem.h"

enum { LIMIT = 100000, GUARD_S = 60 };

/* ---- the server ---- */

struct server {
	struct loop *loop;
	struct loop_io io;
	struct serve *serve;
	struct visit *waiting; /* for a byte on the pipe */
	int go; /* that end of the pipe */
};

static void send_gzip(struct visit *v, size_t len)
{
	struct headers h = { 0 };
	char *plain = xmalloc(len), *packed = xmalloc(len + 1000);
	z_stream z = { .next_in = (Bytef *)plain, .avail_in = (uInt)len };

	memset(plain, 'a', len);
	z.next_out = (Bytef *)packed;
	z.avail_out = (uInt)len + 1000;
	deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	headers_add_text(&h, "content-encoding", "gzip");
	visit_answer(v, 200, &h, span_make(packed, z.total_out));
	deflateEnd(&z);
	headers_clear(&h);
	free(plain);
	free(packed);
}

static void answer_coded(struct visit *v, const char *coding)
{
	struct headers h = { 0 };

	headers_add_text(&h, "content-encoding", coding);
	visit_answer(v, 200, &h, span_of("as it is"));
	headers_clear(&h);
}

static void answer_large(struct visit *v)
{
	char *text = xcalloc(1, LIMIT + 1);

	visit_answer(v, 200, NULL, span_make(text, LIMIT + 1));
	free(text);
}

static void begin_pieces(struct server *s, struct visit *v)
{
	visit_begin(v, 200, NULL, VISIT_CHUNKED);
	visit_send(v, "one", 3);
	s->waiting = v;
}

static void on_request(void *arg, struct visit *v)
{
	struct server *s = arg;
	struct span path = visit_path(v);

	if (span_is(path, "/pieces"))
		begin_pieces(s, v);
	else if (span_is(path, "/gzip"))
		send_gzip(v, 1000);
	else if (span_is(path, "/bomb"))
		send_gzip(v, (size_t)8 * LIMIT);
	else if (span_is(path, "/lie"))
		answer_coded(v, "gzip");
	else if (span_is(path, "/unknown"))
		answer_coded(v, "rot13");
	else if (span_is(path, "/large"))
		answer_large(v);
	else if (span_is(path, "/cut"))
		visit_cut(v, END_CUT);
	else if (span_is(path, "/base/echo"))
		visit_answer(v, 201, NULL, visit_body(v));
	/* "/silent" gets nothing */
}

static void on_done(void *arg, struct visit *v, enum stream_end end)
{
	struct server *s = arg;

	(void)end;
	if (s->waiting == v)
		s->waiting = NULL;
}

static void on_go(void *arg, uint32_t events)
{
	struct server *s = arg;
	char byte;

	(void)events;
	if (read(s->go, &byte, 1) != 1)
		_exit(0);
	if (!s->waiting)
		return;
	visit_send(s->waiting, byte == '2' ? "two" : "end", 3);
	if (byte != '2')
		visit_finish(s->waiting);
}

static void run_server(int go, int port_to)
{
	static const struct serve_handler handler = { .on_request = on_request,
						      .on_done = on_done };
	struct serve_config config = { .host = "127.0.0.1",
				       .body_limit = 1000 };
	struct server s = { .go = go };
	uint16_t port;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (loop_new(&s.loop, NULL) < 0 ||
	    serve_new(&s.serve, s.loop, &config, &handler, &s, NULL) < 0 ||
	    loop_watch(s.loop, &s.io, go, EPOLLIN, on_go, &s, NULL) < 0)
		_exit(1);
	port = serve_port(s.serve);
	if (write(port_to, &port, sizeof(port)) != sizeof(port))
		_exit(1);
	loop_run(s.loop);
	_exit(0);
}

static pid_t server;
static int go_on; /* our end of the pipe */
static char base[64];

static int set_up(void **state)
{
	int go[2], back[2];
	uint16_t port;

	(void)state;
	alarm(GUARD_S);
	if (pipe(go) < 0 || pipe(back) < 0)
		return -1;
	server = fork();
	if (server == 0) {
		close(go[1]);
		run_server(go[0], back[1]);
	}
	close(go[0]);
	close(back[1]);
	if (read(back[0], &port, sizeof(port)) != sizeof(port))
		return -1;
	close(back[0]);
	go_on = go[1];
	snprintf(base, sizeof(base), "http://127.0.0.1:%u/base", port);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(go_on);
	return waitpid(server, NULL, 0) == server ? 0 : -1;
}

/* ---- asking ---- */

static struct asker *asker_for(const char *url)
{
	struct asker_config config = { .base_url = url, .body_limit = LIMIT };
	struct asker *a;

	assert_int_equal(asker_new(&a, &config, NULL), 0);
	return a;
}

/* An asker whose base URL has no path. */
static struct asker *asker_at_root(void)
{
	char url[64];

	snprintf(url, sizeof(url), "%s", base);
	*strrchr(url, '/') = '\0';
	return asker_for(url);
}

static struct ask get(const char *target)
{
	struct ask q = { .method = "GET", .target = target, .decode = true };

	return q;
}

/* Asks at the root and gives the answer. */
static void ask_for(const char *target, bool decode, struct asked *x)
{
	struct asker *a = asker_at_root();
	struct ask q = get(target);

	q.decode = decode;
	assert_int_equal(asker_ask(a, &q, x, NULL), 0);
	assert_int_equal(asker_count(a), 1);
	asker_free(a);
}

static void t_whole(void **state)
{
	struct asker *a = asker_for(base);
	struct ask q = { .method = "POST",
			 .target = "/echo",
			 .body = span_of("hello"),
			 .has_body = true };
	struct asked x;
	size_t n;

	(void)state;
	for (n = 1; n <= 3; n++) {
		assert_int_equal(asker_ask(a, &q, &x, NULL), 0);
		assert_int_equal(x.end, END_CLEAN);
		assert_string_equal(x.text, "");
		assert_int_equal(x.stage, STAGE_BODY);
		assert_int_equal(x.head.status, 201);
		assert_string_equal(
			headers_get(&x.head.headers, "content-length"), "5");
		assert_string_equal(buf_str(&x.body), "hello");
		assert_true(x.began <= x.head_at && x.head_at <= x.ended);
		assert_int_equal(asker_count(a), n);
		asked_clear(&x);
	}
	asker_free(a);
}

/* Lets the server send the next piece once the last one has been seen. */
static bool more(void *arg, const struct asked *so_far)
{
	const char *until = arg;
	size_t len = so_far->body.len;

	if (strcmp(until, buf_str(&so_far->body)) == 0)
		return true;
	if (len > 0)
		assert_int_equal(write(go_on, len == 3 ? "2" : ".", 1), 1);
	return false;
}

static void ask_pieces(struct asker *a, const char *until, struct asked *x)
{
	struct ask q = get("/pieces");

	q.enough = more;
	q.arg = (void *)(uintptr_t)until;
	assert_int_equal(asker_ask(a, &q, x, NULL), 0);
}

static void t_pieces(void **state)
{
	struct asker *a = asker_at_root();
	struct asked x;
	size_t i;

	(void)state;
	ask_pieces(a, "never", &x);
	assert_int_equal(x.end, END_CLEAN);
	assert_string_equal(buf_str(&x.body), "onetwoend");
	assert_int_equal(x.piece_count, 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(x.pieces[i].upto, 3 * (i + 1));
		assert_true(x.pieces[i].at >=
			    (i > 0 ? x.pieces[i - 1].at : x.head_at));
	}
	asked_clear(&x);
	asker_free(a);
}

static void t_enough(void **state)
{
	struct asker *a = asker_at_root();
	struct asked x;

	(void)state;
	ask_pieces(a, "onetwo", &x);
	assert_int_equal(x.end, END_CANCELLED);
	assert_string_equal(buf_str(&x.body), "onetwo");
	asked_clear(&x);
	ask_pieces(a, "", &x); /* already the head is enough */
	assert_int_equal(x.end, END_CANCELLED);
	assert_int_equal(x.head.status, 200);
	assert_int_equal(x.body.len, 0);
	asked_clear(&x);
	asker_free(a);
}

static bool interrupt(void *arg, const struct asked *so_far)
{
	(void)arg;
	if (so_far->body.len > 0)
		raise(SIGINT);
	return false;
}

static void t_interrupt(void **state)
{
	struct asker *a = asker_at_root();
	struct ask q = get("/pieces");
	struct asked x;

	(void)state;
	assert_int_equal(asker_interruptible(a, NULL), 0);
	assert_int_equal(asker_interruptible(a, NULL), 0);
	assert_false(asker_interrupted(a));
	q.enough = interrupt;
	assert_int_equal(asker_ask(a, &q, &x, NULL), 0);
	assert_int_equal(x.end, END_CANCELLED);
	assert_string_equal(buf_str(&x.body), "one");
	assert_true(asker_interrupted(a));
	asked_clear(&x);
	assert_false(asker_wait(a, 1000000));
	/* Nothing more is sent. */
	assert_int_equal(asker_ask(a, &q, &x, NULL), 0);
	assert_int_equal(x.end, END_CANCELLED);
	assert_int_equal(x.head.status, 0);
	assert_int_equal(asker_count(a), 1);
	asked_clear(&x);
	asker_free(a);
}

static void t_wait(void **state)
{
	struct asker *a = asker_at_root();
	tick_t before = loop_now();

	(void)state;
	assert_true(asker_wait(a, 5));
	assert_true(loop_now() - before >= 5 * TICK_MS);
	assert_int_equal(asker_interruptible(a, NULL), 0);
	raise(SIGINT); /* while nobody waits */
	assert_true(asker_interrupted(a));
	assert_false(asker_wait(a, 1000000));
	asker_free(a);
}

static void t_refused(void **state)
{
	struct asker *a = asker_for("http://127.0.0.1:1/x");
	struct ask q = get("/");
	struct asked x;

	(void)state;
	assert_int_equal(asker_ask(a, &q, &x, NULL), 0);
	assert_int_equal(x.end, END_REFUSED);
	assert_int_equal(x.stage, STAGE_CONNECT);
	assert_int_equal(x.os_error, ECONNREFUSED);
	assert_int_equal(x.head.status, 0);
	assert_true(x.text[0]);
	asked_clear(&x);
	asker_free(a);
}

static void t_only_connect(void **state)
{
	struct asker *a = asker_at_root();
	struct ask q = get("/silent");
	struct asked x;

	(void)state;
	q.only_connect = true;
	assert_int_equal(asker_ask(a, &q, &x, NULL), 0);
	assert_int_equal(x.end, END_CLEAN);
	assert_int_equal(x.stage, STAGE_SEND);
	assert_int_equal(x.head.status, 0);
	assert_int_equal(asker_count(a), 0);
	asked_clear(&x);
	asker_free(a);
}

static void t_bad_url(void **state)
{
	struct asker *a = asker_for("gopher://127.0.0.1");
	struct ask q = get("/");
	struct fail f = FAIL_INIT;
	struct asked x;

	(void)state;
	assert_int_equal(asker_ask(a, &q, &x, &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_int_equal(asker_count(a), 0);
	asked_clear(&x);
	asker_free(a);
}

static void t_silence(void **state)
{
	char url[64];
	struct asker_config config = { .base_url = url, .head_ms = 30 };
	struct ask q = get("/silent");
	struct asker *a;
	struct asked x;

	(void)state;
	snprintf(url, sizeof(url), "%s", base);
	*strrchr(url, '/') = '\0';
	assert_int_equal(asker_new(&a, &config, NULL), 0);
	assert_int_equal(asker_ask(a, &q, &x, NULL), 0);
	assert_int_equal(x.end, END_TIMEOUT);
	asked_clear(&x);
	asker_free(a);
}

struct ending {
	const char *target;
	bool decode;
	enum stream_end end;
	size_t most, least; /* of the body, bytes */
};

static void t_endings(void **state)
{
	static const struct ending rows[] = {
		{ "/gzip", true, END_CLEAN, 1000, 1000 },
		{ "/gzip", false, END_CLEAN, 200, 10 },
		{ "/bomb", true, END_BAD, LIMIT, 0 },
		{ "/lie", true, END_BAD, 0, 0 },
		{ "/lie", false, END_CLEAN, 8, 8 },
		{ "/unknown", true, END_BAD, 0, 0 },
		{ "/large", true, END_BAD, LIMIT, LIMIT },
		{ "/cut", true, END_CUT, 0, 0 },
	};
	struct asked x;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct ending *row = &rows[i];

		ask_for(row->target, row->decode, &x);
		if (x.end != row->end || x.body.len > row->most ||
		    x.body.len < row->least)
			fail_msg("%s: %s (%s), %zu bytes", row->target,
				 end_name(x.end), x.text, x.body.len);
		assert_true((x.end == END_CLEAN) == !x.text[0]);
		asked_clear(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "ask: a whole answer, several times", t_whole, NULL, NULL,
		  NULL },
		{ "ask: pieces have their times", t_pieces, NULL, NULL, NULL },
		{ "ask: hangs up when it has enough", t_enough, NULL, NULL,
		  NULL },
		{ "ask: a port where nobody listens", t_refused, NULL, NULL,
		  NULL },
		{ "ask: only a connection", t_only_connect, NULL, NULL, NULL },
		{ "ask: a bad URL is a failure", t_bad_url, NULL, NULL, NULL },
		{ "ask: silence", t_silence, NULL, NULL, NULL },
		{ "ask: codings and limits", t_endings, NULL, NULL, NULL },
		{ "ask: SIGINT ends a request", t_interrupt, NULL, NULL, NULL },
		{ "ask: waiting, until SIGINT", t_wait, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("ask", tests, set_up, tear_down);
}
