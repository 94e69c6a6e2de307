/* Tests of the server: the head of an answer, and how much of it may wait. */
#include "tests/unit/serve_kit.h"

/* The words of the registry for status codes, and of 529, which is no part of
 * it. */
static const struct {
	int status;
	const char *words;
} reasons[] = {
	{ 100, "Continue" },
	{ 101, "Switching Protocols" },
	{ 103, "Early Hints" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 407, "Proxy Authentication Required" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 424, "Failed Dependency" },
	{ 425, "Too Early" },
	{ 426, "Upgrade Required" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 451, "Unavailable For Legal Reasons" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
	{ 529, "Overloaded" },
};

static const char *words_of(int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].words;
	return "Unknown";
}

/* What has no body says no length either. */
static void t_status_lines(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, "");
	for (int status = 100; status < 600; status++) {
		bool counts = status >= 200 && status != 204 && status != 304;
		char line[100];

		buf_reset(&p.in);
		rawpeer_text(&p, GET);
		WAIT_FOR(s.loop, s.requests == status - 99);
		visit_answer(s.visit, status, NULL, SPAN_EMPTY);
		WAIT_FOR(s.loop, rawpeer_has(&p, "\r\n\r\n"));
		snprintf(line, sizeof(line), "HTTP/1.1 %d %s\r\nDate: ", status,
			 words_of(status));
		if (!span_starts(buf_span(&p.in), line))
			fail_msg("%s and not %s", buf_str(&p.in), line);
		assert_int_equal(rawpeer_has(&p, "\r\nContent-Length: 0\r\n"),
				 counts);
	}
	rawpeer_close(&p);
	site_close(&s);
}

/* Framing is the server's, and one Date is enough. */
static void t_fields_of_answer(void **state)
{
	struct headers h = { 0 };
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	headers_add_text(&h, "Content-length", "9");
	headers_add_text(&h, "Transfer-encoding", "gzip");
	headers_add_text(&h, "CONNECTION", "x-mine");
	headers_add_text(&h, "x-mine", "1");
	headers_add_text(&h, "DATE", "today");
	visit_answer(s.visit, 200, &h, span_of("hello"));
	headers_clear(&h);
	WAIT_FOR(s.loop, rawpeer_has(&p, "hello"));
	assert_string_equal(buf_str(&p.in), "HTTP/1.1 200 OK\r\nx-mine: 1\r\n"
					    "DATE: today\r\n"
					    "Content-Length: 5\r\n\r\nhello");
	rawpeer_close(&p);
	site_close(&s);
}

static char block[16384];

/* Up to the high mark there is room, and a piece is one chunk. */
static void t_high_mark(void **state)
{
	struct buf want = BUF_INIT(BUF_NO_LIMIT);
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	memset(block, 'x', sizeof(block));
	visit_begin(s.visit, 200, NULL, VISIT_CHUNKED);
	for (int i = 0; i < 16; i++) {
		assert_true(visit_send(s.visit, block, sizeof(block)));
		buf_addf(&want, "4000\r\n%.*s\r\n", (int)sizeof(block), block);
	}
	assert_int_equal(visit_queued(s.visit), 256 * 1024);
	assert_true(visit_send(s.visit, "", 0));
	assert_false(visit_send(s.visit, "y", 1));
	assert_false(visit_send(s.visit, "", 0));
	buf_add_text(&want, "1\r\ny\r\n");
	visit_finish(s.visit);
	buf_add_text(&want, "0\r\n\r\n");
	WAIT_FOR(s.loop, s.dones == 1);
	WAIT_FOR(s.loop, strlen(body_of(&p)) == want.len);
	assert_string_equal(body_of(&p), buf_str(&want));
	assert_int_equal(s.rooms, 1);
	rawpeer_close(&p);
	/* What is larger is cut into such pieces. */
	buf_reset(&want);
	buf_addf(&want, "4000\r\n%.*s\r\n", (int)sizeof(block), block);
	buf_addf(&want, "4000\r\n%.*s\r\n3\r\nxxx\r\n0\r\n\r\n",
		 (int)sizeof(block), block);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 2);
	{
		char *bytes = malloc(2 * sizeof(block) + 3);

		memset(bytes, 'x', 2 * sizeof(block) + 3);
		visit_begin(s.visit, 200, NULL, VISIT_CHUNKED);
		visit_send(s.visit, bytes, 2 * sizeof(block) + 3);
		visit_finish(s.visit);
		free(bytes);
	}
	WAIT_FOR(s.loop, strlen(body_of(&p)) == want.len);
	assert_string_equal(body_of(&p), buf_str(&want));
	rawpeer_close(&p);
	buf_clear(&want);
	site_close(&s);
}

/* What waits together is a chunk; what comes later is another one. */
static void t_join(void **state)
{
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	visit_begin(s.visit, 200, NULL, VISIT_CHUNKED);
	visit_join(s.visit);
	visit_send(s.visit, "ab", 2);
	WAIT_FOR(s.loop, rawpeer_has(&p, "2\r\nab\r\n"));
	visit_send(s.visit, "c", 1);
	visit_send(s.visit, "de", 2);
	visit_send(s.visit, "f", 1);
	assert_int_equal(visit_queued(s.visit), 4);
	WAIT_FOR(s.loop, rawpeer_has(&p, "1\r\nc\r\n3\r\ndef\r\n"));
	memset(block, 'x', sizeof(block));
	visit_send(s.visit, "g", 1);
	visit_send(s.visit, block, sizeof(block) - 1);
	visit_send(s.visit, "hi", 2); /* as much of it as is room for */
	assert_int_equal(visit_queued(s.visit), sizeof(block) + 2);
	visit_finish(s.visit);
	WAIT_FOR(s.loop, s.dones == 1);
	WAIT_FOR(s.loop, rawpeer_has(&p, "\r\n1\r\ng\r\n4000\r\nxxx"));
	WAIT_FOR(s.loop, rawpeer_has(&p, "xxxh\r\n1\r\ni\r\n0\r\n\r\n"));
	rawpeer_close(&p);
	site_close(&s);
}

/* The owner is told that there is room once less than half of the limit
 * waits. */
static void check_half(struct visit *v)
{
	assert_int_equal(visit_queued(v), 7 * sizeof(block));
}

static void t_back_pressure(void **state)
{
	struct site s;
	struct rawpeer p;
	size_t sent = 0;

	(void)state;
	site_open(&s);
	s.room = check_half;
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	rawpeer_set_deaf(&p, true);
	visit_begin(s.visit, 200, NULL, (uint64_t)64 << 20);
	memset(block, 'x', sizeof(block));
	/* Until the socket takes no more and the queue is full for good. */
	step_reset();
	while (sent < (size_t)48 << 20) {
		int rooms = s.rooms;

		while (visit_send(s.visit, block, sizeof(block)))
			sent += sizeof(block);
		sent += sizeof(block);
		for (int i = 0; i < 50 && s.rooms == rooms; i++)
			step(s.loop);
		if (s.rooms == rooms)
			break;
	}
	assert_true(sent < (size_t)48 << 20);
	assert_true(visit_queued(s.visit) <= 300 * 1024);
	rawpeer_set_deaf(&p, false);
	WAIT_FOR(s.loop, s.rooms > 0 && visit_queued(s.visit) == 0);
	visit_cut(s.visit, END_CUT);
	WAIT_FOR(s.loop, p.end == END_CUT);
	assert_int_equal(strlen(body_of(&p)), sent);
	rawpeer_close(&p);
	site_close(&s);
}

/* A reset waits for a client that has not read all that was sent before. */
static void t_reset_waits(void **state)
{
	enum { BLOCKS = 18 };
	struct site s;
	struct rawpeer p;

	(void)state;
	site_open(&s);
	site_call(&s, &p, GET);
	WAIT_FOR(s.loop, s.requests == 1);
	rawpeer_set_deaf(&p, true);
	memset(block, 'x', sizeof(block));
	visit_begin(s.visit, 200, NULL, 2 * BLOCKS * sizeof(block));
	for (int i = 0; i < BLOCKS; i++)
		visit_send(s.visit, block, sizeof(block));
	WAIT_FOR(s.loop, visit_queued(s.visit) == 0);
	visit_cut(s.visit, END_RESET);
	for (int i = 0; i < 5; i++)
		step(s.loop);
	assert_int_equal(s.dones, 0);
	rawpeer_set_deaf(&p, false);
	WAIT_FOR(s.loop, s.dones == 1 && p.end == END_RESET);
	assert_int_equal(s.done, END_RESET);
	assert_int_equal(strlen(body_of(&p)), BLOCKS * sizeof(block));
	WAIT_FOR(s.loop, serve_connections(s.serve) == 0);
	rawpeer_close(&p);
	site_close(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "serve: each status has its words", t_status_lines, NULL,
		  NULL, NULL },
		{ "serve: of an answer's fields framing is the server's",
		  t_fields_of_answer, NULL, NULL, NULL },
		{ "serve: how much may wait, and in which pieces", t_high_mark,
		  NULL, NULL, NULL },
		{ "serve: what waits together may be one chunk", t_join, NULL,
		  NULL, NULL },
		{ "serve: a reset waits until all before it is read",
		  t_reset_waits, NULL, NULL, NULL },
		{ "serve: a client that reads nothing stops the owner",
		  t_back_pressure, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("serve_answer", tests, NULL, NULL);
}
