/* Tests of mockupstream/play: what each directive does on the wire. */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/mock_kit.h"

/* Plays a stream for one request, to its end at the client. */
static void play(struct kit *k, struct client *c, const char *events)
{
	struct rules *rules = kit_stream(events);

	mock_arm(k->mock, 0, rules);
	client_send(c, k,
		    &(struct client_ask){ .body = "{}", .decompress = true });
	KIT_UNTIL(k, client_ended(c) && kit_entry(k, "u1", WLOG_END, 0));
	mock_disarm(k->mock, 0);
	rules_free(rules);
}

static const struct wlog_entry *end_of(const struct kit *k)
{
	const struct wlog_entry *e = kit_entry(k, "u1", WLOG_END, 0);

	assert_non_null(e);
	return e;
}

static void assert_data(const struct kit *k, size_t n, const char *bytes)
{
	const struct wlog_entry *e = kit_entry(k, "u1", WLOG_DATA, n);

	assert_non_null(e);
	assert_int_equal(e->len, strlen(bytes));
	assert_memory_equal(e->bytes, bytes, e->len);
}

static void t_stream(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };

	play(k, &c, "event: a\r\ndata: 1\r\n\r\n: note\ndata: 2\n\n");
	assert_int_equal(c.status, 200);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "text/event-stream; charset=utf-8");
	assert_string_equal(buf_str(&c.body), "event: a\r\ndata: 1\r\n\r\n"
					      ": note\ndata: 2\n\n");
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(end_of(k)->end, END_CLEAN);
	assert_int_equal(kit_count(k, "u1", WLOG_DATA), 3);
	client_clear(&c);
}

static void t_split(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };

	play(k, &c,
	     ": @split 2 8\ndata: 1\n\n: @slice 4\ndata: 22\n\n"
	     ": @slice 0\ndata: 3\n\n");
	assert_data(k, 0, "da");
	assert_data(k, 1, "ta: 1\n");
	assert_data(k, 2, "\n");
	assert_data(k, 3, "data");
	assert_data(k, 4, ": 22");
	assert_data(k, 5, "\n\n");
	assert_data(k, 6, "data: 3\n\n");
	assert_string_equal(buf_str(&c.body),
			    "data: 1\n\ndata: 22\n\ndata: 3\n\n");
	client_clear(&c);
}

static void t_repeat_and_end(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };

	play(k, &c, ": @repeat 3\ndata: 1\n\n: @end\ndata: never\n\n");
	assert_string_equal(buf_str(&c.body),
			    "data: 1\n\ndata: 1\n\ndata: 1\n\n");
	assert_int_equal(c.end.end, END_CLEAN);
	client_clear(&c);
}

static void t_wait_and_pace(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	tick_t at[4];

	play(k, &c,
	     "data: 0\n\n: @wait 30\n: @pace 20\ndata: 1\n\n"
	     "data: 2\n\n: @pace 0\ndata: 3\n\n");
	for (size_t i = 0; i < 4; i++)
		at[i] = kit_entry(k, "u1", WLOG_DATA, i)->at;
	assert_true(at[1] - at[0] >= 30 * TICK_MS);
	/* A pace is kept on the whole: an event after a late one comes sooner
	 * than a pace after it, but none before its time. */
	assert_true(at[2] - at[0] >= 50 * TICK_MS);
	assert_true(at[3] - at[0] >= 70 * TICK_MS);
	client_clear(&c);
}

static void t_hold(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_stream("data: 1\n\n: @hold mid\n"
					 "data: 2\n\n: @mark done\n");
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	client_post(&c, k, "{}");
	KIT_UNTIL(k, client_has(&c, "data: 1") &&
			     kit_entry(k, "u1", WLOG_MARK, 0));
	assert_string_equal(kit_entry(k, "u1", WLOG_MARK, 0)->text, "mid");
	assert_int_equal(kit_count(k, "u1", WLOG_DATA), 1);
	assert_int_equal(mock_release(k->mock, 0, "u1.other"), -1);
	assert_int_equal(mock_release(k->mock, 7, "u1.mid"), -1);
	assert_int_equal(kit_count(k, "u1", WLOG_DATA), 1);
	assert_int_equal(mock_release(k->mock, 0, "u1.mid"), 0);
	KIT_UNTIL(k, client_ended(&c));
	assert_string_equal(buf_str(&c.body), "data: 1\n\ndata: 2\n\n");
	assert_string_equal(kit_entry(k, "u1", WLOG_MARK, 1)->text, "done");
	client_clear(&c);

	/* Released once, it holds nobody any more; the mark is still told. */
	client_post(&c, k, "{}");
	KIT_UNTIL(k, client_ended(&c));
	assert_int_equal(kit_count(k, "u1", WLOG_MARK), 4);
	client_clear(&c);

	/* Armed anew, it holds again. */
	mock_arm(k->mock, 0, rules);
	client_post(&c, k, "{}");
	KIT_UNTIL(k, kit_count(k, "u1", WLOG_MARK) == 5);
	assert_false(client_has(&c, "data: 2"));
	assert_int_equal(mock_release(k->mock, 0, "u1.mid"), 0);
	KIT_UNTIL(k, client_ended(&c));
	client_clear(&c);
	mock_disarm(k->mock, 0);
	rules_free(rules);
}

static void t_cut(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };

	play(k, &c, "data: 1\n\n: @cut fin\ndata: never\n\n");
	assert_int_equal(c.end.end, END_CUT);
	assert_string_equal(buf_str(&c.body), "data: 1\n\n");
	assert_int_equal(end_of(k)->end, END_CUT);
	client_clear(&c);
}

static void t_reset(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };

	play(k, &c, "data: 1\n\n: @cut rst\n");
	assert_int_equal(c.end.end, END_RESET);
	assert_string_equal(buf_str(&c.body), "data: 1\n\n");
	assert_int_equal(end_of(k)->end, END_RESET);
	client_clear(&c);
}

/* Sends a request in HTTP/1.0, which the client of the kit does not speak. */
static int post_http10(const struct kit *k)
{
	static const char request[] = "POST /v1/messages HTTP/1.0\r\n"
				      "Content-Length: 2\r\n\r\n{}";
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(mock_port(k->mock)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_return_code(connect(fd, (void *)&to, sizeof(to)), errno);
	assert_int_equal(send(fd, request, sizeof(request) - 1, 0),
			 sizeof(request) - 1);
	return fd;
}

static void t_cut_http10(void **state)
{
	struct kit *k = *state;
	struct rules *rules = kit_stream("data: 1\n\n: @cut fin\n");
	char bytes[4096];
	ssize_t n;
	int fd;

	mock_arm(k->mock, 0, rules);
	fd = post_http10(k);
	KIT_UNTIL(k, kit_entry(k, "u1", WLOG_END, 0));
	assert_int_equal(end_of(k)->end, END_RESET);
	do
		n = recv(fd, bytes, sizeof(bytes), 0);
	while (n > 0);
	assert_int_equal(n, -1);
	assert_int_equal(errno, ECONNRESET);
	close(fd);
	mock_disarm(k->mock, 0);
	rules_free(rules);
}

static void check_hangup(struct kit *k, const char *events)
{
	struct rules *rules = kit_stream(events);
	struct client c = { 0 };

	mock_arm(k->mock, 0, rules);
	client_post(&c, k, "{}");
	KIT_UNTIL(k, client_has(&c, "data: 1"));
	assert_null(kit_entry(k, "u1", WLOG_END, 0));
	client_clear(&c);
	KIT_UNTIL(k, kit_entry(k, "u1", WLOG_END, 0));
	assert_int_equal(end_of(k)->end, END_CANCELLED);
	assert_non_null(strstr(end_of(k)->text, "the client"));
	mock_disarm(k->mock, 0);
	rules_free(rules);
}

static void t_hangup_in_stall(void **state)
{
	check_hangup(*state, "data: 1\n\n: @stall\n");
}

static void t_hangup_in_pace(void **state)
{
	check_hangup(*state, ": @pace 3600000\n: @repeat 9\ndata: 1\n\n");
}

static void t_hangup_at_hold(void **state)
{
	check_hangup(*state, "data: 1\n\n: @hold x\ndata: 2\n\n");
}

#define LONG_EVENT "data: {\"b\":\"bbbbbbbbbbbbbbbbbbbbbbbbb\"}\n\n"

static void check_coding(struct kit *k, const char *name)
{
	struct client c = { 0 };
	struct buf wanted = BUF_INIT(1 << 16);
	char events[200];

	snprintf(events, sizeof(events),
		 ": @compress %s\ndata: 1\n\n: @repeat 50\n" LONG_EVENT, name);
	buf_add_text(&wanted, "data: 1\n\n");
	for (int i = 0; i < 50; i++)
		buf_add_text(&wanted, LONG_EVENT);
	play(k, &c, events);
	assert_string_equal(headers_get(&c.headers, "content-encoding"), name);
	assert_string_equal(buf_str(&c.body), buf_str(&wanted));
	assert_true(kit_count(k, "u1", WLOG_DATA) >= 51);
	assert_int_equal(c.end.end, END_CLEAN);
	buf_clear(&wanted);
	client_clear(&c);
}

static void t_gzip(void **state)
{
	check_coding(*state, "gzip");
}

static void t_br(void **state)
{
	check_coding(*state, "br");
}

static void t_zstd(void **state)
{
	check_coding(*state, "zstd");
}

/* Plays a compressed stream with an end, as bytes; gives their number. */
static size_t packed_len(struct kit *k, const char *name, const char *end)
{
	struct buf text = BUF_INIT(1000);
	struct client c = { 0 };
	struct rules *rules;
	size_t len;

	buf_addf(&text,
		 "{\"u1\":{\"reply\":{\"end\":\"%s\",\"events\":"
		 "\": @compress %s\\ndata: 1\\n\\n\"}}}",
		 end, name);
	rules = kit_rules(buf_str(&text));
	mock_arm(k->mock, 0, rules);
	client_send(&c, k, &(struct client_ask){ .body = "{}" });
	KIT_UNTIL(k, client_ended(&c));
	assert_int_equal(c.end.end,
			 strcmp(end, "fin") == 0 ? END_CUT : END_CLEAN);
	len = c.body.len;
	assert_true(len > 0);
	mock_disarm(k->mock, 0);
	rules_free(rules);
	buf_clear(&text);
	client_clear(&c);
	return len;
}

/* A stream that is cut lacks what closes it, in its coding, too. */
static void t_cut_coding(void **state)
{
	static const char *const names[] = { "gzip", "br", "zstd" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_true(packed_len(*state, names[i], "fin") <
			    packed_len(*state, names[i], "clean"));
}

/* A client that reads nothing: the reply waits, and then goes on whole. */
static void t_back_pressure(void **state)
{
	enum { EVENTS = 16384, EVENT_LEN = 2008 };
	struct kit *k = *state;
	struct client slow = { .pausing = true }, other = { 0 };
	struct buf events = BUF_INIT(1 << 16);
	struct rules *rules;

	buf_addf(&events, ": @repeat %d\ndata: ", EVENTS);
	for (int i = 0; i < EVENT_LEN - 8; i++)
		buf_add_byte(&events, 'x');
	buf_add_text(&events, "\n\n");
	rules = kit_stream(buf_str(&events));
	mock_arm(k->mock, 5, rules);
	client_post(&slow, k, "[probe-0000000000000005]");
	KIT_UNTIL(k, slow.body.len > 0);
	for (int i = 0; i < 20; i++) {
		client_post(&other, k, "{}");
		KIT_UNTIL(k, client_ended(&other));
		client_clear(&other);
	}
	assert_true(kit_entry(k, "u1", WLOG_DATA, EVENTS - 1) == NULL);
	slow.pausing = false;
	fetch_resume(slow.fetch);
	KIT_UNTIL(k, client_ended(&slow));
	assert_int_equal(slow.end.end, END_CLEAN);
	assert_int_equal(slow.body.len, (size_t)EVENTS * EVENT_LEN);
	client_clear(&slow);
	mock_disarm(k->mock, 5);
	rules_free(rules);
	buf_clear(&events);
}

#define ON_KIT(title, fn) \
	{ \
		title, fn, kit_set_up, kit_tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		ON_KIT("play: a stream goes out event by event, byte for byte",
		       t_stream),
		ON_KIT("play: @split and @slice cut an event into pieces",
		       t_split),
		ON_KIT("play: @repeat repeats, @end ends the body",
		       t_repeat_and_end),
		ON_KIT("play: @wait and @pace let the time pass",
		       t_wait_and_pace),
		ON_KIT("play: @hold waits until it is released", t_hold),
		ON_KIT("play: @cut fin breaks the stream off", t_cut),
		ON_KIT("play: in HTTP/1.0 only a reset shows a cut",
		       t_cut_http10),
		ON_KIT("play: @cut rst resets the connection", t_reset),
		ON_KIT("play: a hang-up is seen in a stall", t_hangup_in_stall),
		ON_KIT("play: a hang-up is seen between paced events",
		       t_hangup_in_pace),
		ON_KIT("play: a hang-up is seen at a hold", t_hangup_at_hold),
		ON_KIT("play: a gzip stream is flushed at every event", t_gzip),
		ON_KIT("play: a brotli stream is flushed at every event", t_br),
		ON_KIT("play: a zstd stream is flushed at every event", t_zstd),
		ON_KIT("play: a compressed stream that is cut has no proper "
		       "end",
		       t_cut_coding),
		ON_KIT("play: a client that does not read stops the reply",
		       t_back_pressure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("play", tests, NULL, NULL);
}
