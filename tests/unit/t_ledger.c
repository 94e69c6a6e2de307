/* Tests of probe/look/ledger: from the log of a session to its two bills. */
#include "makelog.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe/judge/billing.h"
#include "probe/look/ledger.h"

#define LONG 4096 /* letters: 1024 tokens and more with their block */
#define PROMPT ((12 + LONG) / 4) /* the marked system prompt */

static struct wlog w;
static struct ledger l;
static char text[LONG + 1];

static int set_up(void **state)
{
	(void)state;
	memset(text, 'a', LONG);
	wlog_init(&w, 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&w);
	return 0;
}

#define MARK ",\"cache_control\":{\"type\":\"ephemeral\"}"
#define TOOLS "{\"name\":\"A\"},{\"name\":\"B\"}"
#define OTHER_WAY "{\"name\":\"B\"},{\"name\":\"A\"}"

struct sent {
	const char *key, *tools, *mark, *system;
};

static const struct sent usual = { "k", TOOLS, MARK, "" };

static void put_ask(const char *actor, unsigned number, const struct sent *s)
{
	struct buf head = BUF_INIT(1 << 12), body = BUF_INIT(1 << 16);

	buf_addf(&head,
		 "POST /v1/messages?beta=true HTTP/1.1\nx-api-key: %s\n\n",
		 s->key);
	buf_addf(&body,
		 "{\"tools\":[%s],\"system\":[{\"type\":\"text\",\"text\":"
		 "\"%s%s\"%s}],\"messages\":[]}",
		 s->tools, s->system, text, s->mark);
	put_request(&w, actor, number, buf_str(&head));
	put_bytes(&w, actor, number, WLOG_BODY, buf_str(&body));
	buf_clear(&head);
	buf_clear(&body);
}

static void put_said(const char *actor, unsigned number, int status)
{
	char head[128];

	snprintf(head, sizeof(head),
		 "HTTP/1.1 %d x\ncontent-type: application/json\n\n", status);
	put_response(&w, actor, number, head);
	put_bytes(&w, actor, number, WLOG_DATA,
		  "{\"usage\":{\"output_tokens\":7}}");
	put_end(&w, actor, number, END_CLEAN);
}

/* A turn that the client sends as usual, and that arrives like this. */
static void turn(unsigned number, const struct sent *arrived)
{
	char c[8];

	snprintf(c, sizeof(c), "c%u", number);
	put_ask(c, 1, &usual);
	put_ask("u1", number, arrived);
	put_said("u1", number, 200);
	put_said(c, 1, 200);
}

static void assert_why(const char *wanted)
{
	struct buf why = BUF_INIT(1024);
	struct view v;

	view_of(&v, &w, RUN);
	ledger_of(&v, &l);
	assert_string_equal(l.missing, "");
	ledger_why(&l, &why);
	assert_string_equal(buf_str(&why), wanted);
	buf_clear(&why);
	view_clear(&v);
}

static size_t credentials(void)
{
	struct view v;
	size_t n;

	view_of(&v, &w, RUN);
	n = ledger_credentials(&v);
	view_clear(&v);
	return n;
}

static void t_same(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 3; n++)
		turn(n, &usual);
	assert_why("");
	assert_int_equal(l.turns, 3);
	assert_int_equal(l.requests, 3);
	assert_int_equal(credentials(), 1);
	/* two tools of "name" and a letter in front */
	assert_int_equal(l.direct.written_5m, PROMPT + 10 / 4);
	assert_int_equal(l.direct.read, 2 * (PROMPT + 10 / 4));
	assert_int_equal(l.direct.output, 21);
	assert_memory_equal(&l.direct, &l.through, sizeof(l.direct));
	assert_int_equal(ledger_percent(&l), 100);
}

static void t_lost(void **state)
{
	const struct sent bare = { "k", TOOLS, "", "" };

	(void)state;
	turn(1, &bare);
	turn(2, &bare);
	assert_why("cache markers lost in 2 of 2 turns");
	assert_int_equal(l.through.read + l.through.written_5m, 0);
	/* 2 in full instead of 1.25 and 0.1, and the output twice */
	assert_in_range(ledger_percent(&l), 140, 148);
}

static void t_moved(void **state)
{
	const struct sent moved = { "k", OTHER_WAY, MARK, "" };
	const struct sent other = { "k", "{\"name\":\"C\"}", MARK, "" };

	(void)state;
	turn(1, &usual);
	turn(2, &moved);
	turn(3, &moved);
	turn(4, &other);
	assert_why("tools in another order in 1 of 4 turns, other tools in 1 "
		   "of 4 turns");
}

static void t_stamped(void **state)
{
	const struct sent stamped = { "k", TOOLS, MARK, "noon " };

	(void)state;
	turn(1, &usual);
	turn(2, &stamped);
	assert_why("another system prompt in 1 of 2 turns");
}

/* A text that is the same in each turn costs only its own length. */
static void t_larger(void **state)
{
	const struct sent larger = { "k", TOOLS, MARK, "be kind, always " };

	(void)state;
	turn(1, &larger);
	turn(2, &larger);
	assert_why("2068 tokens of input instead of 2060");
	assert_int_equal(ledger_percent(&l), 100);
}

static void t_keys(void **state)
{
	struct sent other = usual;

	(void)state;
	other.key = "k2";
	turn(1, &usual);
	turn(2, &other);
	turn(3, &usual);
	assert_why("2 keys in turn, each with a cache of its own");
	assert_int_equal(l.through.written_5m, 2 * (PROMPT + 10 / 4));
}

/* The same key at two providers: each has a cache of its own. */
static void t_providers(void **state)
{
	(void)state;
	turn(1, &usual);
	put_ask("c2", 1, &usual);
	put_ask("u1@b", 1, &usual);
	put_said("u1@b", 1, 200);
	put_said("c2", 1, 200);
	turn(3, &usual);
	assert_int_equal(credentials(), 2);
	assert_why("2 keys in turn, each with a cache of its own");
	assert_int_equal(l.through.written_5m, 2 * (PROMPT + 10 / 4));
}

/* A token that is made for one request does not tell whose it is. */
static void t_short_lived(void **state)
{
	static const char *const keys[] = { "a", "b", "c" };

	(void)state;
	for (unsigned n = 1; n <= 3; n++) {
		struct sent one = usual;

		one.key = keys[n - 1];
		turn(n, &one);
	}
	assert_why("");
	assert_int_equal(credentials(), 3);
	assert_int_equal(l.accounts, 1);
	assert_memory_equal(&l.direct, &l.through, sizeof(l.direct));
}

/* Another request on the way counts, and one that was refused does not. */
static void t_asked_twice(void **state)
{
	(void)state;
	put_ask("c1", 1, &usual);
	put_ask("u1", 1, &usual);
	put_said("u1", 1, 529);
	put_ask("u1", 2, &usual);
	put_said("u1", 2, 200);
	put_ask("u1", 3, &usual);
	put_said("u1", 3, 200);
	put_said("c1", 1, 200);
	assert_why("2 requests for 1 turn");
	assert_int_equal(l.direct.output, 7);
	assert_int_equal(l.through.output, 14);
	assert_int_equal(l.through.read, PROMPT + 10 / 4);
}

/* Of a stream the last number of tokens counts. */
static void t_streamed(void **state)
{
#define TOKENS(n) "event: a\ndata: {\"usage\":{\"output_tokens\":" n "}}\n\n"
	static const char *const streams[] = {
		TOKENS("7"), TOKENS("3") TOKENS("7") "event: a\ndata: {}\n\n",
		TOKENS("7") "data: no\n\n" TOKENS("\"9\"")
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		wlog_clear(&w);
		wlog_init(&w, 1024 * 1024);
		put_ask("c1", 1, &usual);
		put_ask("u1", 1, &usual);
		put_response(&w, "u1", 1, STREAM_HEAD);
		put_bytes(&w, "u1", 1, WLOG_DATA, streams[i]);
		put_end(&w, "u1", 1, END_CLEAN);
		put_said("c1", 1, 200);
		assert_why("");
		assert_int_equal(l.through.output, 7);
		assert_int_equal(l.direct.output, 7);
	}
}

static void assert_missing(const char *wanted)
{
	struct view v;

	view_of(&v, &w, RUN);
	ledger_of(&v, &l);
	assert_string_equal(l.missing, wanted);
	view_clear(&v);
}

static void t_missing(void **state)
{
	(void)state;
	assert_missing("no turn was played");
	put_ask("c1", 1, &usual);
	assert_missing("turn 1 has no answer");
	put_said("c1", 1, 200);
	assert_missing("turn 1 did not reach the provider");
	put_ask("c2", 1, &usual);
	put_said("c2", 1, 503);
	tear_down(state);
	set_up(state);
	turn(1, &usual);
	put_ask("c2", 1, &usual);
	put_said("c2", 1, 503);
	assert_missing("turn 2 was not answered with 200");
	tear_down(state);
	set_up(state);
	put_ask("c1", 1, &usual);
	put_request(&w, "u1", 1,
		    "POST /v1/messages HTTP/1.1\ncontent-encoding: gzip\n\n");
	put_bytes(&w, "u1", 1, WLOG_BODY, "\x1f\x8b");
	put_said("u1", 1, 200);
	put_said("c1", 1, 200);
	assert_missing("turn 1 has no body that can be read");
}

static void assert_bill(struct bill *b, size_t turns, const char *open,
			const char *why)
{
	struct view v;

	view_of(&v, &w, RUN);
	billing_fill(b, &v);
	ledger_of(&v, &l);
	view_clear(&v);
	assert_int_equal(b->turns, turns);
	assert_int_equal(b->requests, turns);
	assert_memory_equal(&b->direct, &l.direct, sizeof(l.direct));
	assert_memory_equal(&b->through, &l.through, sizeof(l.through));
	assert_string_equal(b->open ? b->open : "-", open);
	assert_string_equal(b->why ? b->why : "-", why);
}

/* The bill of a case, where it is about a cost. */
static void t_bill(void **state)
{
	const struct sent stamped = { "k", TOOLS, MARK, "noon " };
	struct casefile c = { .asks_cost = false };
	struct result r = { .verdict = VERDICT_PASS };

	(void)state;
	assert_null(billing_of(&c));
	billing_fill(NULL, NULL);
	c.asks_cost = true;
	r.bill = billing_of(&c);
	assert_string_equal(r.bill->open, "the session was not played");
	assert_bill(r.bill, 0, "no turn was played", "-");
	turn(1, &usual);
	assert_bill(r.bill, 1, "-", "-");
	turn(2, &stamped);
	assert_bill(r.bill, 2, "-", "another system prompt in 1 of 2 turns");
	result_clear(&r);
}

#define CASE(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE("ledger: what arrives as it was sent costs the same",
		     t_same),
		CASE("ledger: lost markers", t_lost),
		CASE("ledger: tools in another order, and other tools",
		     t_moved),
		CASE("ledger: a system prompt that changes", t_stamped),
		CASE("ledger: a text of the gateway's own", t_larger),
		CASE("ledger: keys in turn", t_keys),
		CASE("ledger: a key at two providers", t_providers),
		CASE("ledger: tokens made for one request", t_short_lived),
		CASE("ledger: a turn that is asked twice", t_asked_twice),
		CASE("ledger: tokens of a stream", t_streamed),
		CASE("ledger: what is missing is said", t_missing),
		CASE("billing: a bill is filled in", t_bill),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
