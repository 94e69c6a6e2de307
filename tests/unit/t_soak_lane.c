/* probe/bench: the traffic of a soak, and what it finds; against a server on
 * the same loop that answers well or badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/serve/serve.h"
#include "probe/bench/soak_private.h"

enum fault {
	SOUND,
	OTHER_EACH_TIME, /* each answer has an id of its own */
	OTHER_LATER, /* since the first of them was asked for */
	WRONG_TEXT, /* in the second half of the text */
	MORE_TEXT,
	LESS_TEXT,
	NO_JSON,
	STATUS, /* 500 */
	BREAKS,
	TAKES, /* what should be refused */
	WHOLE, /* what should be cut */
	REFUSES_CUT, /* what should be cut gets an error */
};

struct stand {
	struct loop *loop;
	struct serve *serve;
	struct fetcher *fetcher;
	struct soak soak;
	struct soak_result result;
	struct soak_plan plan;
	enum fault fault;
	char origin[64];
	char asked[400]; /* the paths of the first requests */
	unsigned requests, connections;
};

static const struct soak_item *item_of(struct stand *b, struct visit *v)
{
	unsigned i = (unsigned)strtoul(visit_head(v)->target + 1, NULL, 10);

	return &b->soak.items[i];
}

static void send_event(struct visit *v, struct span text)
{
	struct buf event = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&event, "data: {\"delta\":{\"text\":");
	jscan_quote(&event, text);
	buf_add_text(&event, "}}\n\n");
	visit_send(v, event.at, event.len);
	buf_clear(&event);
}

static void send_text(struct stand *b, struct visit *v,
		      const struct soak_item *item, bool bad)
{
	struct span all = buf_span(&item->text);
	struct span rest = span_skip(all, all.len / 2);
	enum fault fault = bad ? b->fault : SOUND;

	send_event(v, span_first(all, all.len / 2));
	if (fault == WRONG_TEXT)
		send_event(v, span_of("wrong!"));
	if (fault == NO_JSON)
		visit_send(v, "data: {\n\n", 9);
	send_event(v, fault == LESS_TEXT ? span_skip(rest, 1) : rest);
	if (fault == MORE_TEXT)
		send_event(v, span_of("x"));
}

static void on_request(void *arg, struct visit *v)
{
	static const char ping[] = "data: {\"type\":\"ping\"}\n\n";
	struct stand *b = arg;
	const struct soak_item *item = item_of(b, v);
	enum soak_act act = item->kind->act;
	struct headers h = { .list = NULL };
	bool bad = strcmp(item->kind->name, "text") == 0;
	size_t len = strlen(b->asked);
	char id[64];

	snprintf(b->asked + len, sizeof(b->asked) - len, "%s ",
		 visit_head(v)->target + 1);
	b->requests++;
	if ((unsigned)visit_connection(v) > b->connections)
		b->connections = (unsigned)visit_connection(v);
	if ((act == SOAK_REFUSED && b->fault != TAKES) ||
	    (act == SOAK_CUT && b->fault == REFUSES_CUT) ||
	    (bad && b->fault == STATUS)) {
		visit_answer(v, act == SOAK_WHOLE ? 500 : 400, NULL,
			     span_of("{}"));
		return;
	}
	headers_add_text(&h, "content-type", "text/event-stream");
	visit_begin(v, 200, &h, VISIT_CHUNKED);
	headers_clear(&h);
	if (b->fault == OTHER_EACH_TIME || b->fault == OTHER_LATER) {
		snprintf(id, sizeof(id), "data: {\"id\":%u}\n\n",
			 bad ? b->requests : 0);
		visit_send(v, id, strlen(id));
	}
	if (bad && b->fault == LESS_TEXT)
		visit_send(v, ping, strlen(ping));
	send_text(b, v, item, bad);
	for (unsigned i = 0; i < 100 && act == SOAK_LEAVES; i++)
		visit_send(v, ping, strlen(ping));
	if ((act == SOAK_CUT && b->fault != WHOLE) ||
	    (bad && b->fault == BREAKS))
		visit_cut(v, END_CUT);
	else
		visit_finish(v);
}

static const struct serve_handler handler = { .on_request = on_request };

static int set_up(void **state)
{
	struct stand *b = calloc(1, sizeof(*b));
	struct serve_config config = { .host = "127.0.0.1",
				       .body_limit = 1000 };
	struct buf rules = BUF_INIT(BUF_NO_LIMIT);

	assert_int_equal(loop_new(&b->loop, NULL), 0);
	assert_int_equal(
		serve_new(&b->serve, b->loop, &config, &handler, b, NULL), 0);
	assert_int_equal(fetcher_new(&b->fetcher, b->loop, NULL), 0);
	snprintf(b->origin, sizeof(b->origin), "http://127.0.0.1:%u",
		 serve_port(b->serve));
	soak_make(&b->soak, 0xab, &rules);
	buf_clear(&rules);
	for (unsigned i = 0; i < SOAK_ITEMS; i++)
		buf_addf(&b->soak.items[i].request,
			 "POST /%u HTTP/1.1\r\nhost: a\r\n"
			 "content-length: 0\r\n\r\n",
			 i);
	b->soak.result = &b->result;
	b->plan = (struct soak_plan){ .soak = &b->soak,
				      .origin = b->origin,
				      .fetcher = b->fetcher,
				      .lanes = 1 };
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct stand *b = *state;

	soak_clear(&b->soak);
	fetcher_free(b->fetcher);
	serve_free(b->serve);
	loop_free(b->loop);
	free(b);
	return 0;
}

/* One item of each kind, twice. */
static void learn(struct stand *b, enum fault fault)
{
	for (unsigned i = 0; i < SOAK_ITEMS; i++)
		b->soak.items[i].hashed = false;
	b->result = (struct soak_result){ .exact = true };
	b->fault = fault;
	b->plan.lasts = 0;
	b->plan.lanes = 1;
	b->requests = 0;
	b->asked[0] = '\0';
	soak_traffic(b->loop, &b->plan);
}

static void t_learns(void **state)
{
	struct stand *b = *state;
	const struct soak_result *r = &b->result;

	learn(b, SOUND);
	assert_string_equal(b->asked, "0 0 4 4 8 8 12 12 16 16 20 20 24 24 "
				      "28 28 32 32 ");
	assert_int_equal(r->whole, 12);
	assert_int_equal(r->left, 2);
	assert_int_equal(r->cut, 2);
	assert_int_equal(r->refused, 2);
	assert_int_equal(r->fresh, 2);
	assert_int_equal(r->wrong, 0);
	assert_int_equal(r->failed, 0);
	assert_string_equal(r->why, "");
	assert_true(r->exact);
	assert_true(r->bytes > 2 * b->soak.items[0].text.len);
	/* What is left, cut or asked for afresh costs a connection each. */
	assert_int_equal(b->connections, 7);
}

static void t_finds(void **state)
{
	static const struct {
		enum fault fault;
		unsigned whole, wrong, failed;
		const char *why;
	} rows[] = {
		{ WRONG_TEXT, 10, 2, 0,
		  "'text': after 600 bytes of text, wrong text came: wrong!" },
		{ MORE_TEXT, 10, 2, 0,
		  "'text': after 1200 bytes of text, wrong text came: x" },
		{ NO_JSON, 10, 2, 0,
		  "'text': after 600 bytes of text, wrong text came: text 0 " },
		{ LESS_TEXT, 10, 2, 0,
		  "'text': after 600 bytes of text, wrong text came: ext 0 " },
		{ STATUS, 10, 0, 2, "'text': the answer was 500" },
		{ BREAKS, 10, 0, 2, "'text': " },
		{ TAKES, 14, 0, 0, "" },
		{ WHOLE, 12, 0, 0, "" },
		{ REFUSES_CUT, 12, 0, 0, "" },
	};
	struct stand *b = *state;
	const struct soak_result *r = &b->result;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		learn(b, rows[i].fault);
		if (!span_starts(span_of(r->why), rows[i].why))
			fail_msg("row %zu: %s", i, r->why);
		assert_int_equal(r->why[0] != '\0', rows[i].why[0] != '\0');
		assert_int_equal(r->whole, rows[i].whole);
		assert_int_equal(r->wrong, rows[i].wrong);
		assert_int_equal(r->failed, rows[i].failed);
		assert_int_equal(r->cut, 2);
		assert_int_equal(r->left, 2);
		assert_int_equal(r->refused, rows[i].fault == TAKES ? 0 : 2);
		assert_true(r->exact);
	}
}

/* An answer whose text is shorter, and right. */
static void t_short(void **state)
{
	struct stand *b = *state;

	buf_add_text(&b->soak.items[0].text, "not sent");
	/* The server sends what it had; the lane expects more. */
	b->soak.items[1].kind = b->soak.items[0].kind;
	buf_reset(&b->soak.items[0].request);
	buf_add_text(
		&b->soak.items[0].request,
		"POST /1 HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n");
	buf_reset(&b->soak.items[1].text);
	buf_add_span(&b->soak.items[1].text,
		     span_first(buf_span(&b->soak.items[0].text), 1200));
	learn(b, SOUND);
	assert_int_equal(b->result.whole, 10);
	assert_int_equal(b->result.wrong, 2);
	assert_string_equal(b->result.why,
			    "'text': 1200 bytes of text came instead of 1208");
}

/* A gateway whose answers differ is held to their text alone; one that
 * repeated them, to each byte. */
static void t_bytes(void **state)
{
	struct stand *b = *state;
	const struct soak_result *r = &b->result;

	learn(b, OTHER_EACH_TIME);
	assert_false(r->exact);
	assert_int_equal(r->whole, 12);
	assert_int_equal(r->wrong, 0);
	b->plan.lasts = 20 * TICK_MS;
	b->plan.lanes = 3;
	while (r->whole == 12)
		soak_traffic(b->loop, &b->plan);
	assert_int_equal(r->wrong, 0);
	assert_int_equal(r->failed, 0);

	learn(b, SOUND);
	b->plan.lasts = 20 * TICK_MS;
	b->plan.lanes = 3;
	while (r->whole == 12)
		soak_traffic(b->loop, &b->plan);
	assert_int_equal(r->wrong, 0);
	assert_int_equal(r->failed, 0);
	assert_true(b->requests > 18);
	b->fault = OTHER_LATER;
	while (r->wrong == 0)
		soak_traffic(b->loop, &b->plan);
	assert_true(strstr(r->why,
			   ": the answer has the right text, but "
			   "differs in other bytes from the last one") != NULL);
	assert_int_equal(r->failed, 0);
}

/* What is asked for is left to dice that begin with the mark. */
static void t_dice(void **state)
{
	static const char wanted[] =
		"31 3 1 28 2 0 7 6 4 25 29 2 2 6 3 25 15 7 28 1 "
		"29 26 29 3 0 24 16 7 5 24 16 28 4 2 7 0 30 18 1 "
		"6 1 3 0 7 24 2 5 0 3 29 2 2 0 3 17 30 16 3 0 23 "
		"23 7 1 35 4 2 12 1 1 12 17 3 0 24 16 5 2 30 1 "
		"25 0 5 0 34 27 27 21 9 27 34 18 4 32 7 7 1 ";
	struct stand *b = *state;

	b->plan.lasts = 5 * TICK_MS;
	b->result.exact = false;
	while (strlen(b->asked) < sizeof(wanted))
		soak_traffic(b->loop, &b->plan);
	b->asked[sizeof(wanted) - 1] = '\0';
	assert_string_equal(b->asked, wanted);
	assert_true(b->result.fresh > 0);
}

int main(void)
{
#define EACH(title, fn) \
	{ \
		"soak: " title, fn, set_up, tear_down, NULL \
	}
	const struct CMUnitTest tests[] = {
		EACH("it learns", t_learns),
		EACH("what it finds", t_finds),
		EACH("text is missing", t_short),
		EACH("other bytes", t_bytes),
		EACH("what is asked for", t_dice),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("soak_lane", tests, NULL, NULL);
}
