/* probe/bench: streams of requests and what counts as a whole answer; against a
 * server on the same loop that answers with given bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/serve/serve.h"
#include "probe/bench/load.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define STREAM \
	OK "content-type: text/event-stream; x\r\ntransfer-encoding: " \
	   "chunked\r\n"
#define CHUNK(len, text) len "\r\n" text "\r\n"
#define LAST "0\r\n\r\n"
#define EVENT "data: 1\n\n"

struct bench {
	struct loop *loop;
	struct serve *serve;
	struct fetcher *fetcher;
	struct load_plan plan;
	struct load_result result;
	char origin[64];
	/* the answers in turn, the last one again and again; NULL: none */
	const char *answers[3];
	bool ends; /* the connection is closed after each */
	unsigned requests, halves;
	uint64_t connection; /* of the newest request */
};

static void on_request(void *arg, struct visit *v)
{
	struct bench *b = arg;
	unsigned i = b->requests < 2 ? b->requests : 2;
	const char *answer;

	b->requests++;
	while (i > 0 && !b->answers[i])
		i--;
	answer = b->answers[i];
	b->connection = visit_connection(v);
	if (!answer)
		return;
	if (b->ends) {
		visit_raw(v, answer, strlen(answer));
		visit_cut(v, END_CUT);
		return;
	}
	visit_begin(v, 200, NULL, strlen(answer));
	visit_send(v, answer, strlen(answer));
	visit_finish(v);
}

static const struct serve_handler handler = { .on_request = on_request };

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct serve_config config = { .host = "127.0.0.1",
				       .body_limit = 1000 };

	assert_int_equal(loop_new(&b->loop, NULL), 0);
	assert_int_equal(
		serve_new(&b->serve, b->loop, &config, &handler, b, NULL), 0);
	assert_int_equal(fetcher_new(&b->fetcher, b->loop, NULL), 0);
	snprintf(b->origin, sizeof(b->origin), "http://127.0.0.1:%u",
		 serve_port(b->serve));
	b->plan = (struct load_plan){
		.origin = b->origin,
		.request = span_of("POST / HTTP/1.1\r\nhost: a\r\n"
				   "content-length: 0\r\n\r\n"),
		.fetcher = b->fetcher,
		.streams = 1,
		.lasts = 20 * TICK_S,
		.most = 1,
		.patience = 20 * TICK_S,
	};
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	load_clear(&b->result);
	fetcher_free(b->fetcher);
	serve_free(b->serve);
	loop_free(b->loop);
	free(b);
	return 0;
}

static void run(struct bench *b)
{
	load_clear(&b->result);
	b->requests = 0;
	load_run(b->loop, &b->plan, &b->result);
	assert_true(b->result.took > 0);
}

static void t_answers(void **state)
{
	static const struct {
		const char *answer;
		unsigned wanted, done, events, lost, heads, firsts, gaps;
		const char *why;
	} rows[] = {
		{ STREAM "\r\n" CHUNK("12", EVENT EVENT) LAST, 2, 1, 2, 0, 1, 1,
		  1, "" },
		{ STREAM "\r\n" CHUNK("12", EVENT EVENT) LAST, 0, 1, 2, 0, 1, 1,
		  1, "" },
		{ STREAM "\r\n" CHUNK("12", EVENT EVENT) LAST, 3, 0, 2, 1, 1, 1,
		  1, "2 events came instead of 3" },
		{ STREAM "\r\n" CHUNK("12", EVENT EVENT) LAST, 1, 0, 2, 0, 1, 1,
		  1, "2 events came instead of 1" },
		/* A body that is no stream is one event. */
		{ OK "content-type: text/plain\r\ntransfer-encoding: chunked"
		     "\r\n\r\n" CHUNK("9", EVENT) CHUNK("9", EVENT) LAST,
		  0, 1, 1, 0, 1, 1, 0, "" },
		{ OK "content-length: 9\r\n\r\n" EVENT, 1, 1, 1, 0, 1, 1, 0,
		  "" },
		{ OK "content-length: 0\r\n\r\n", 0, 1, 0, 0, 1, 0, 0, "" },
		/* The end of the connection ends it. */
		{ OK "\r\n" EVENT, 1, 1, 1, 0, 1, 1, 0, "" },
		{ "HTTP/1.1 529 No\r\ncontent-length: 2\r\n\r\n{}", 5, 0, 1, 4,
		  1, 1, 0, "the answer was 529" },
		{ "HTTP/1.1 302 No\r\ncontent-length: 0\r\n\r\n", 0, 0, 0, 0, 1,
		  0, 0, "the answer was 302" },
		{ STREAM "\r\n" CHUNK("9", EVENT), 2, 0, 1, 1, 1, 1, 0,
		  "closed" },
		{ "nonsense\r\n\r\n", 2, 0, 0, 2, 0, 0, 0, "" },
		{ OK "content-length: x\r\n\r\n", 2, 0, 0, 2, 0, 0, 0, "" },
	};
	struct bench *b = *state;

	b->ends = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct load_result *r = &b->result;

		b->answers[0] = rows[i].answer;
		b->plan.events = rows[i].wanted;
		run(b);
		if (r->done != rows[i].done || !strstr(r->why, rows[i].why) ||
		    (r->why[0] != '\0') != (r->failed > 0))
			fail_msg("row %zu: %s", i, r->why);
		assert_int_equal(b->requests, 1);
		assert_int_equal(r->failed, 1 - rows[i].done);
		assert_int_equal(r->events, rows[i].events);
		assert_int_equal(r->lost, rows[i].lost);
		assert_int_equal(r->whole.count, rows[i].done);
		assert_int_equal(r->head.count, rows[i].heads);
		assert_int_equal(r->first.count, rows[i].firsts);
		assert_int_equal(r->gap.count, rows[i].gaps);
	}
}

/* How long it takes is no matter, but that it does not end. */
static void t_late(void **state)
{
	struct bench *b = *state;

	b->plan.patience = 10 * TICK_MS;
	run(b);
	assert_int_equal(b->result.done, 0);
	assert_int_equal(b->result.failed, 1);
	assert_string_equal(b->result.why, "no complete answer in time");
}

static void t_large(void **state)
{
	enum { LARGE = 1024 * 1024 + 100 };
	struct bench *b = *state;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&text, OK "content-type: text/event-stream\r\n"
			       "content-length: 1048676\r\n\r\ndata: ");
	while (text.len < LARGE + 100)
		buf_add_text(&text, "0123456789");
	b->answers[0] = buf_str(&text);
	b->ends = true;
	run(b);
	assert_int_equal(b->result.done, 0);
	assert_int_equal(b->result.failed, 1);
	assert_string_equal(b->result.why, "an event is larger than 1 MiB");
	buf_clear(&text);
}

/* A connection is kept as long as the answers let it. */
static void t_connections(void **state)
{
	struct bench *b = *state;

	b->answers[0] = "x";
	b->plan.most = 3;
	run(b);
	assert_int_equal(b->result.done, 3);
	assert_int_equal(b->requests, 3);
	assert_int_equal(b->connection, 1);
	b->answers[0] = OK "content-length: 1\r\nconnection: x, Close\r\n\r\nx";
	b->ends = true;
	run(b);
	assert_int_equal(b->result.done, 3);
	assert_int_equal(b->result.failed, 0);
	assert_int_equal(b->connection, 4);
	/* One that was closed is connected anew. */
	b->answers[0] = OK "content-length: 1\r\n\r\nx";
	b->plan.most = 2;
	run(b);
	assert_int_equal(b->result.done + b->result.failed, 2);
	assert_int_equal(b->result.failed, 0);
}

/* After a failure others may be whole; the first one is told. */
static void t_mixed(void **state)
{
	struct bench *b = *state;

	b->ends = true;
	b->answers[0] = "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n";
	b->answers[1] = "HTTP/1.1 501 No\r\ncontent-length: 0\r\n\r\n";
	b->answers[2] = OK "content-length: 0\r\n\r\n";
	b->plan.most = 4;
	run(b);
	assert_int_equal(b->requests, 4);
	assert_int_equal(b->result.failed, 2);
	assert_int_equal(b->result.done, 2);
	assert_string_equal(b->result.why, "the answer was 500");
	b->plan.streams = 3;
	b->plan.most = 9;
	b->answers[0] = b->answers[1] = b->answers[2];
	run(b);
	assert_int_equal(b->requests, 9);
	assert_int_equal(b->result.done, 9);
}

static void on_half(void *arg)
{
	struct bench *b = arg;

	b->halves++;
}

/* The time ends it, too; half of it is told. */
static void t_time(void **state)
{
	struct bench *b = *state;

	b->answers[0] = "x";
	b->plan.most = 0;
	b->plan.halfway = on_half;
	b->plan.arg = b;
	/* A busy machine may get to nothing in so short a time. */
	for (b->plan.lasts = 20 * TICK_MS; b->result.done == 0 || !b->halves;
	     b->plan.lasts *= 2) {
		b->halves = 0;
		run(b);
		assert_int_equal(b->result.done, b->requests);
		assert_true(b->result.took >= b->plan.lasts);
		assert_true(b->halves <= 1);
		assert_true(b->plan.lasts < 20 * TICK_S);
	}
	b->plan.lasts = 0;
	run(b);
	assert_int_equal(b->requests, 0);
	assert_int_equal(b->result.done, 0);
}

/* Gaps are compared with the pace, and streams start spread over it. */
static void t_pace(void **state)
{
	struct bench *b = *state;
	const struct load_result *r = &b->result;

	b->ends = true;
	b->answers[0] = STREAM "\r\n" CHUNK("12", EVENT EVENT) LAST;
	b->plan.pace = 100 * TICK_MS;
	run(b);
	assert_int_equal(r->gap.count, 1);
	assert_true(r->gap.most > 50 * TICK_MS);
	assert_true(r->gap.most <= 100 * TICK_MS);
	b->plan.streams = 2;
	b->plan.most = 2;
	run(b);
	assert_int_equal(r->done, 2);
	assert_true(r->took >= 50 * TICK_MS);
	b->plan.pace = 0;
	run(b);
	assert_true(r->gap.most < 50 * TICK_MS);
}

static void t_merged(void **state)
{
	struct load_result a = { .done = 1,
				 .events = 10,
				 .lost = 100,
				 .took = TICK_S },
			   c = { .done = 2,
				 .failed = 3,
				 .events = 20,
				 .lost = 200,
				 .took = 2 * TICK_S,
				 .why = "first" },
			   d = { .failed = 4, .why = "later" };

	(void)state;
	histogram_add(&c.head, 1);
	histogram_add(&c.first, 2);
	histogram_add(&c.first, 2);
	histogram_add(&d.whole, 3);
	histogram_add(&d.gap, 4);
	load_merge(&a, &c);
	assert_string_equal(a.why, "first");
	load_merge(&a, &d);
	assert_int_equal(a.done, 3);
	assert_int_equal(a.failed, 7);
	assert_int_equal(a.events, 30);
	assert_int_equal(a.lost, 300);
	assert_int_equal(a.took, 3 * TICK_S);
	assert_string_equal(a.why, "first");
	assert_int_equal(a.head.count, 1);
	assert_int_equal(a.first.count, 2);
	assert_int_equal(a.whole.count, 1);
	assert_int_equal(a.gap.count, 1);
	assert_true(load_rate(&a) == 1);
	a.took = 0;
	assert_true(load_rate(&a) == 0);
	load_clear(&a);
	assert_int_equal(a.done, 0);
	load_clear(&c);
	load_clear(&d);
}

int main(void)
{
#define EACH(title, fn) \
	{ \
		"load: " title, fn, set_up, tear_down, NULL \
	}
	const struct CMUnitTest tests[] = {
		EACH("answers", t_answers),
		EACH("an answer that does not come", t_late),
		EACH("an event that is too large", t_large),
		EACH("connections", t_connections),
		EACH("failures and whole answers", t_mixed),
		EACH("the time", t_time),
		EACH("the pace", t_pace),
		EACH("results are merged", t_merged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
