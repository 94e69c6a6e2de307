/* Tests of probe/look/subject: reading subjects, and the values they have. */
#include "makelog.h"

#include <stdio.h>

#include "probe/look/subject.h"
#include "probe/look/subject_private.h"
#include "wire/bytes/print.h"

static struct wlog w;

#define STREAM \
	": note\n\nevent: message_start\ndata: {\"type\":\"x\"}\n\n" \
	"event: ping\ndata: {}\n\nevent: error\ndata: {\"error\":{\"type\"" \
	":\"overloaded_error\"}}\n\n"

static int set_up(void **state)
{
	(void)state;
	wlog_init(&w, 1024 * 1024);
	put_request(&w, "c1", 1,
		    "POST /v1/messages?beta=true HTTP/1.1\nHost: h\n"
		    "Authorization: Bearer sk-secret-key\na: 1\nA: 2\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY, "{\"n\":1.10,\"a\":[\"x\",\"y\"]}");
	put_response(&w, "c1", 1,
		     "HTTP/1.1 200 Fine\nContent-Type: text/event-stream\n"
		     "x: 1\n\n");
	put_bytes(&w, "c1", 1, WLOG_DATA, STREAM);
	put_end(&w, "c1", 1, END_RESET);
	put_json(&w, "u1",
		 "{\"type\":\"message\",\"content\":[{\"type\":\"text\","
		 "\"text\":\"hi \"},{\"type\":\"thinking\",\"thinking\":\"t\","
		 "\"signature\":\"S\"},{\"type\":\"text\",\"text\":\"you\"},"
		 "{\"type\":\"server_tool_use\",\"id\":\"i\",\"name\":\"n\","
		 "\"input\":{\"q\":[1,2]}}],\"stop_reason\":\"end_turn\"}");
	put_text(&w, "u1", WLOG_MARK, "half");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&w);
	return 0;
}

static void assert_value(const char *text, const char *wanted)
{
	struct subject *s = NULL;
	struct buf out = BUF_INIT(4096);
	struct view v;
	struct value value;

	assert_int_equal(subject_new(&s, text, NULL), 0);
	view_of(&v, &w, RUN);
	subject_shown(s, &v, &value);
	value_print(&value, &out, 300);
	assert_string_equal(buf_str(&out), wanted);
	value_clear(&value);
	view_clear(&v);
	subject_free(s);
	buf_clear(&out);
}

static void t_heads(void **state)
{
	(void)state;
	assert_value("c1.status", "200");
	assert_value("c1.reason", "Fine");
	assert_value("c1.header.content-type", "text/event-stream");
	assert_value("c1.headers.count.x", "1");
	assert_value("c1.headers.count.y", "0");
	assert_value("c1.head", "HTTP/1.1 200 Fine\\r\\nContent-Type: "
				"text/event-stream\\r\\nx: 1\\r\\n");
	assert_value("c1.request.method", "POST");
	assert_value("c1.request.target", "/v1/messages?beta=true");
	assert_value("c1.request.path", "/v1/messages");
	assert_value("c1.request.query", "beta=true");
	assert_value("u1.request.query", "nothing: the target has no query");
	assert_value("c1.request.header.a", "1, 2");
	assert_value("c1.request.headers.count.A", "2");
}

#define SIGNS "Authorization: AWS4-HMAC-SHA256 Credential=k"

/* What a signature covers: the fields that it names. */
static void t_signed(void **state)
{
	static const char body[] = "{\"a\":1}";

	(void)state;
	put_request(&w, "u2", 1,
		    "POST /m?b HTTP/1.1\nHost: h\n" SIGNS
		    ", SignedHeaders=host;x-a;x-none, Signature=s\n"
		    "X-A: 1\nx-b: 2\nx-a: 3\n\n");
	put_bytes(&w, "u2", 1, WLOG_BODY, body);
	assert_value("u2.request.signed",
		     "POST /m?b\\nhost: h\\nx-a: 1\\nx-a: 3\\n\\n{\"a\":1}");
	put_request(&w, "u3", 1,
		    "GET / HTTP/1.1\n" SIGNS " SignedHeaders=x-a\nx-a: 1\n\n");
	assert_value("u3.request.signed", "GET /\\nx-a: 1\\n\\n");
	put_request(&w, "u4", 1, "GET / HTTP/1.1\n" SIGNS "\n\n");
	assert_value("u4.request.signed",
		     "nothing: the request has no signature");
	put_request(&w, "u5", 1,
		    "GET / HTTP/1.1\nAuthorization: Bearer "
		    "SignedHeaders=a\n\n");
	assert_value("u5.request.signed",
		     "nothing: the request has no signature");
	assert_value("u1.request.signed",
		     "nothing: the request has no signature");
	put_response(&w, "u6", 1, "HTTP/1.1 200 OK\n\n");
	assert_value("u6.request.signed", "nothing: there is no request");
}

/* Two providers: one asked by rule u7, the other twice. */
static void t_providers(void **state)
{
	(void)state;
	put_json(&w, "u7@b", "{\"n\":1}");
	put_json(&w, "u7", "{\"n\":2}");
	put_json(&w, "u8@b", "{\"n\":3}");
	assert_value("u7.provider", "b");
	assert_value("u7[2].provider", "a");
	assert_value("u1.provider", "a");
	assert_value("c1.provider", "nothing: the client's side has no "
				    "provider");
	assert_value("u7@b.body#/n", "1");
	assert_value("u7@a.body#/n", "2");
	assert_value("u7@c.body", "nothing: no such request reached the mock");
	assert_value("u@b[2].body#/n", "3");
	assert_value("u.requests.count", "4");
	assert_value("u@b.requests.count", "2");
	assert_value("u7.requests.count", "2");
	assert_value("u.requests.most", "2");
	assert_value("u7.requests.most", "1");
	assert_value("u9.requests.most", "0");
	put_json(&w, "u6", "{}");
	assert_value("u.requests.most", "3");
}

static void t_blotted(void **state)
{
	(void)state;
	assert_value("c1.request.header.authorization",
		     "Bearer <credential, 13 bytes, 8fac>");
	assert_value("c1.request.head",
		     "POST /v1/messages?beta=true HTTP/1.1\\r\\nHost: h\\r\\n"
		     "Authorization: Bearer <credential, 13 bytes, 8fac>\\r\\n"
		     "a: 1\\r\\nA: 2\\r\\n");
}

static void t_not_blotted(void **state)
{
	struct subject *s = NULL;
	struct view v;
	struct value value;

	(void)state;
	assert_int_equal(
		subject_new(&s, "c1.request.header.authorization", NULL), 0);
	view_of(&v, &w, RUN);
	subject_value(s, &v, &value);
	assert_true(span_is(value.bytes, "Bearer sk-secret-key"));
	value_clear(&value);
	view_clear(&v);
	subject_free(s);
}

static void t_bodies(void **state)
{
	(void)state;
	assert_value("c1.request.body#/n", "1.10");
	assert_value("c1.request.body#/a/last", "\"y\"");
	assert_value("c1.request.body#/b", "nothing: nothing at this pointer");
	assert_value("c1.request.body.length", "24");
	assert_value("u1.request.body", "(empty)");
	assert_value("u1.body#/content/0/text", "\"hi \"");
	assert_value("c1.body#/a", "nothing: not JSON");
	assert_value("c1.end", "reset");
	assert_value("u1.end", "clean");
}

static void t_events(void **state)
{
	(void)state;
	assert_value("c1.events", "2 events: message_start error");
	assert_value("c1.events.count", "2");
	assert_value("c1.events.names", "[\"message_start\", \"error\"]");
	assert_value("c1.pings.count", "1");
	assert_value("c1.comments.count", "1");
	assert_value("c1.event[0]", "{\"type\":\"x\"}");
	assert_value("c1.event[last]#/error/type", "\"overloaded_error\"");
	assert_value("c1.event[error]#/error/type", "\"overloaded_error\"");
	assert_value("c1.event[message_start]", "{\"type\":\"x\"}");
	assert_value("c1.event[ping]", "nothing: there is no such event");
	assert_value("c1.event[2]", "nothing: there is no such event");
	assert_value("u1.events.count",
		     "nothing: the answer is not an event stream");
	assert_value("c1.grammar",
		     "event 0 (message_start): the type in its data is not "
		     "the event's name");
}

static void t_message(void **state)
{
	(void)state;
	assert_value("u1.text", "hi you");
	assert_value("u1.thinking[0]", "t");
	assert_value("u1.signature[0]", "S");
	assert_value("u1.tool_input[0]", "{\"q\":[1,2]}");
	assert_value("u1.tool_input[0]#/q/1", "2");
	assert_value("u1.tool_id[0]", "i");
	assert_value("u1.tool_name[0]", "n");
	assert_value("u1.tool_name[1]",
		     "nothing: the message has no such block");
	assert_value("u1.finish", "end_turn");
	assert_value("c1.finish", "nothing: there is no stop reason");
}

/* The same request in two formats, and an answer of each. */
static void t_plain(void **state)
{
	(void)state;
	put_request(&w, "c2", 1, "POST /v1/messages?b HTTP/1.1\nHost: h\n\n");
	put_bytes(&w, "c2", 1, WLOG_BODY,
		  "{\"system\":\"s\",\"messages\":[{\"role\":\"user\","
		  "\"content\":\"hi\"}]}");
	put_request(&w, "u2", 1,
		    "POST /v1/chat/completions HTTP/1.1\nHost: h\n\n");
	put_bytes(&w, "u2", 1, WLOG_BODY,
		  "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
		  "{\"role\":\"user\",\"content\":\"hi\"}]}");
	put_response(&w, "u2", 1,
		     "HTTP/1.1 200 Fine\nContent-Type: text/event-stream\n\n");
	put_bytes(&w, "u2", 1, WLOG_DATA,
		  "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
		  "data: {\"choices\":[{\"delta\":{\"content\":\"b\"},"
		  "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
	assert_value("c2.asked#/messages/0/content/0/text", "\"hi\"");
	assert_value("u2.asked#/messages/0/content/0/text", "\"hi\"");
	assert_value("u2.asked#/system",
		     "[{\"type\":\"text\",\"text\":\"s\"}]");
	assert_value("u2.said",
		     "{\"content\":[{\"type\":\"text\",\"text\":\"ab\"}],"
		     "\"stop_reason\":\"end_turn\"}");
	assert_value("u1.said#/content/0/text", "\"hi \"");
	assert_value("u1.asked", "nothing: the request's body is not JSON");
}

/* Where only the path says which model is asked, and whether for a stream. */
static void t_plain_paths(void **state)
{
	static const char *const rows[][3] = {
		{ "/model/a%2Fb/invoke", "{\"max_tokens\":9}",
		  "{\"model\":\"a/b\",\"max_tokens\":9}" },
		{ "/model/m/invoke-with-response-stream?x",
		  "{\"max_tokens\":9}",
		  "{\"model\":\"m\",\"stream\":true,\"max_tokens\":9}" },
		{ "/model/m/invoke", "{}", "{\"model\":\"m\"}" },
		{ "/v1/messages", "{\"max_tokens\":9}", "{\"max_tokens\":9}" },
		{ "/v1/messages", "[",
		  "nothing: the request's body is not "
		  "JSON" },
		{ "/elsewhere", "{}",
		  "nothing: its path belongs to no known "
		  "format" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char head[128];

		wlog_clear(&w);
		wlog_init(&w, 1024 * 1024);
		snprintf(head, sizeof(head), "POST %s HTTP/1.1\n\n",
			 rows[i][0]);
		put_request(&w, "c1", 1, head);
		put_bytes(&w, "c1", 1, WLOG_BODY, rows[i][1]);
		assert_value("c1.asked", rows[i][2]);
	}
}

static void put_answer(const char *actor, const char *head, const char *body)
{
	put_request(&w, actor, 1, "POST / HTTP/1.1\nHost: h\n\n");
	put_response(&w, actor, 1, head);
	put_bytes(&w, actor, 1, WLOG_DATA, body);
	put_end(&w, actor, 1, END_CLEAN);
}

/* What the client makes of an answer, and bodies that cannot be read. */
static void t_outcomes(void **state)
{
#define STREAM_TYPE "content-type: text/event-stream\n"
#define GZIP "content-encoding: gzip\n"
#define NO_GZIP "nothing: the body is not gzip, as its header says"
	static const struct {
		const char *status, *head, *body;
		enum stream_end end;
		const char *outcome, *told;
	} rows[] = {
		{ "399", "", "a", END_CLEAN, "complete", "a" },
		{ "400", "", "a", END_CLEAN, "error", "a" },
		{ "400", "", "a", END_CUT, "error", "a" },
		{ "400", "", "a", END_OPEN, "open", "a" },
		{ "200", "", "a", END_CLEAN, "complete", "a" },
		{ "200", "", "a", END_CUT, "broken", "a" },
		{ "200", "", "a", END_RESET, "broken", "a" },
		{ "200", "", "a", END_OPEN, "open", "a" },
		{ "200", "", "a", END_TIMEOUT, "open", "a" },
		{ "200", GZIP, "no gzip", END_CLEAN, "broken", NO_GZIP },
		{ "400", GZIP, "no gzip", END_CLEAN, "error", NO_GZIP },
		{ "200", STREAM_TYPE, "event: a\ndata: 1\n\n", END_CLEAN,
		  "short", "event: a\\ndata: 1\\n\\n" },
		{ "200", STREAM_TYPE, "event: message_stop\ndata: 1\n\n",
		  END_CLEAN, "complete",
		  "event: message_stop\\ndata: 1\\n\\n" },
		{ "200", STREAM_TYPE, "event: error\ndata: 1\n\n", END_CUT,
		  "error", "event: error\\ndata: 1\\n\\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char head[256];

		wlog_clear(&w);
		wlog_init(&w, 1024 * 1024);
		snprintf(head, sizeof(head), "HTTP/1.1 %s x\n%s\n",
			 rows[i].status, rows[i].head);
		put_request(&w, "c1", 1, "POST /v1/messages HTTP/1.1\n\n");
		put_response(&w, "c1", 1, head);
		put_bytes(&w, "c1", 1, WLOG_DATA, rows[i].body);
		put_end(&w, "c1", 1, rows[i].end);
		assert_value("c1.outcome", rows[i].outcome);
		assert_value("c1.body", rows[i].told);
	}
	assert_value("c1.body.length", "22");
}

/* What an answer says, where it can be read. */
static void t_unsaid(void **state)
{
	(void)state;
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	put_request(&w, "c1", 1, "POST /v1/messages HTTP/1.1\n\n");
	assert_value("c1.said", "nothing: no answer had come yet");
	put_response(&w, "c1", 1, "HTTP/1.1 200 OK\n\n");
	put_bytes(&w, "c1", 1, WLOG_DATA, "a");
	assert_value("c1.said",
		     "nothing: the answer is neither a stream nor JSON");
	put_request(&w, "c2", 1, "POST /elsewhere HTTP/1.1\n\n");
	put_response(&w, "c2", 1, "HTTP/1.1 200 OK\n\n");
	put_bytes(&w, "c2", 1, WLOG_DATA, "{}");
	assert_value("c2.said", "nothing: its path belongs to no known format");
	put_request(&w, "c3", 1, "POST /v1/messages HTTP/1.1\n\n");
	put_response(&w, "c3", 1, "HTTP/1.1 200 OK\n" GZIP "\n");
	put_bytes(&w, "c3", 1, WLOG_DATA, "no gzip");
	put_end(&w, "c3", 1, END_CLEAN);
	assert_value("c3.said", NO_GZIP);
}

#define JSON_401 "HTTP/1.1 401 No\nContent-Type: application/json\n"
#define NO_ID \
	"nothing: there is no request-id, no x-request-id, and no request_id " \
	"in the body"

static void t_request_id(void **state)
{
	(void)state;
	put_answer("c3", JSON_401 "x-request-id: two\nrequest-id: one\n\n",
		   "{\"request_id\":\"three\"}");
	assert_value("c3.request_id", "one");
	put_answer("c4", JSON_401 "request-id:\nx-request-id: two\n\n", "{}");
	assert_value("c4.request_id", "two");
	put_answer("c5", JSON_401 "\n", "{\"request_id\":\"\\u0074hree\"}");
	assert_value("c5.request_id", "three");
	put_answer("c6", "HTTP/1.1 200 OK\nContent-Type: text/event-stream\n\n",
		   "event: error\ndata: {\"request_id\":\"four\"}\n\n");
	assert_value("c6.request_id", "four");
	put_answer("c7", JSON_401 "\n", "{\"request_id\":null}");
	assert_value("c7.request_id", NO_ID);
	put_answer("c8", JSON_401 "\n", "no JSON");
	assert_value("c8.request_id", NO_ID);
	put_answer("c9", JSON_401 "\n", "{\"request_id\":\"\"}");
	assert_value("c9.request_id", NO_ID);
	assert_value("c1.request_id", NO_ID);
	assert_value("u9.request_id",
		     "nothing: no such request reached the mock");
}

static void t_absent(void **state)
{
	(void)state;
	assert_value("c2.status", "nothing: there is no such exchange");
	assert_value("u1[2].end", "nothing: no such request reached the mock");
	assert_value("u1[1].end", "clean");
	assert_value("u2.requests.count", "0");
	assert_value("u.requests.count", "1");
	assert_value("u1.credentials.count", "1");
	assert_value("u1.cost", "nothing: not every turn was played");
	assert_value("u1.mark.half", "9");
	assert_value("u1.mark.whole", "nothing: the mock did not reach it");
}

/* If ccprobe looked too early, or cancelled, an answer might still have
 * come. */
static void t_no_answer(void **state)
{
	static const struct {
		enum stream_end end;
		const char *told;
	} rows[] = {
		{ END_OPEN, "nothing: no answer had come yet" },
		{ END_TIMEOUT, "nothing: no answer had come yet" },
		{ END_CANCELLED, "nothing: no answer had come yet" },
		{ END_CUT, "nothing: there was no answer" },
		{ END_RESET, "nothing: there was no answer" },
		{ END_REFUSED, "nothing: there was no answer" },
		{ END_CLEAN, "nothing: there was no answer" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wlog_clear(&w);
		wlog_init(&w, 1024 * 1024);
		put_request(&w, "c1", 1, "GET / HTTP/1.1\n\n");
		put_end(&w, "c1", 1, rows[i].end);
		assert_value("c1.status", rows[i].told);
		assert_value("c1.reason", rows[i].told);
		assert_value("c1.header.a", rows[i].told);
		assert_value("c1.headers.count.a", rows[i].told);
		assert_value("c1.head", rows[i].told);
	}
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	put_response(&w, "c1", 1, "HTTP/1.1 200 OK\n\n");
	assert_value("c1.status", "200");
	assert_value("c1.request.method", "nothing: the request was not seen");
	assert_value("c1.request.head", "nothing: the request was not seen");
	assert_value("c1.request.header.a",
		     "nothing: the request was not seen");
}

/* The words that have a value although nobody asked. */
static void t_always(void **state)
{
	struct buf words = BUF_INIT(4096), text = BUF_INIT(256);
	struct view v;

	(void)state;
	wlog_clear(&w);
	wlog_init(&w, 1024);
	view_of(&v, &w, RUN);
	for (const struct subject_row *row = subject_rows; row->word; row++) {
		const char *more = row->takes == TAKES_NAME    ? "x"
				   : row->takes == TAKES_EVENT ? "[0]"
				   : row->takes == TAKES_BLOCK ? "[0]"
							       : "";
		struct subject *s = NULL;
		struct value value;

		buf_reset(&text);
		buf_addf(&text, "u9.%s%s", row->word, more);
		assert_int_equal(subject_new(&s, buf_str(&text), NULL), 0);
		subject_value(s, &v, &value);
		if (value.kind != VALUE_ABSENT ||
		    strcmp(value.absent, "no such request reached the mock"))
			buf_addf(&words, "%s ", row->word);
		value_clear(&value);
		subject_free(s);
	}
	view_clear(&v);
	assert_string_equal(buf_str(&words),
			    "requests.most requests.count cost "
			    "credentials.count mark. exit stdout stderr file. "
			    "screen terminal ");
	buf_clear(&words);
	buf_clear(&text);
}

static void assert_refused(const char *text, const char *wanted)
{
	struct subject *s = NULL;
	struct fail f = FAIL_INIT;

	assert_int_equal(subject_new(&s, text, &f), -1);
	assert_string_equal(f.text, wanted);
	assert_null(s);
}

static void t_refused(void **state)
{
	(void)state;
	assert_refused("x1.status",
		       "'x1.status' does not begin with an actor (c1, u1, u)");
	assert_refused("", "'' does not begin with an actor (c1, u1, u)");
	assert_refused("c1", "'c1': no '.' after the actor");
	assert_refused("c1.statos", "unknown subject 'c1.statos'; did you mean "
				    "'status'?");
	assert_refused("c1.qwertzuiop", "unknown subject 'c1.qwertzuiop'");
	assert_refused("c1.header.", "unknown subject 'c1.header.'; did you "
				     "mean 'header.NAME'?");
	assert_refused("c1.event[]", "'c1.event[]': nothing is in the []");
	assert_refused("c1.event[0", "'c1.event[0': ']' is missing");
	assert_refused("c1.tool_id[x]",
		       "'c1.tool_id[x]': blocks are numbered from 0");
	assert_refused("c1.body#a",
		       "'c1.body#a': only #/pointer may follow 'body'");
	assert_refused("u1[0].end",
		       "'u1[0].end': exchanges are numbered from 1");
	assert_refused("u1[1.end", "'u1[1.end': exchanges are numbered from 1");
	assert_refused("u1[x].end",
		       "'u1[x].end': exchanges are numbered from 1");
	assert_refused("c1.tool_id[1000001]",
		       "'c1.tool_id[1000001]': blocks are numbered from 0");
	assert_refused("c1.tool_id[0]x", "'c1.tool_id[0]x': only #/pointer may "
					 "follow 'tool_id'");
	assert_refused("c1@b.end", "'c1@b.end': a provider must be a letter "
				   "from a to h, as in u1@b");
	assert_refused("u1@i.end", "'u1@i.end': a provider must be a letter "
				   "from a to h, as in u1@b");
}

/* How long an actor and a subject may be; "#" is a pointer to all. */
static void t_limits(void **state)
{
	char text[520] = "c1.header.";

	(void)state;
	assert_value("c1234567890123456789012.end",
		     "nothing: there is no such exchange");
	assert_refused("c12345678901234567890123.end",
		       "'c12345678901234567890123.end' does not begin with an "
		       "actor (c1, u1, u)");
	memset(text + 10, 'a', 502);
	assert_value(text, "nothing: there is no such header");
	text[512] = 'a';
	assert_refused(text, "a subject of more than 512 bytes");
	assert_value("c1.request.body#", "{\"n\":1.10,\"a\":[\"x\",\"y\"]}");
}

static void t_printing(void **state)
{
	struct buf out = BUF_INIT(4096);

	(void)state;
	print_bytes(span_make("a\0b\x1b[1m\xff\n\xe2\x82\xac", 12), 100, &out);
	assert_string_equal(buf_str(&out),
			    "a\\x00b\\x1b[1m\\xff\\n\xe2\x82\xac");
	buf_reset(&out);
	print_bytes(span_of("0123456789"), 4, &out);
	assert_string_equal(buf_str(&out), "0123... (10 bytes)");
	buf_clear(&out);
}

#define S(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

static const struct CMUnitTest tests[] = {
	S("subject: heads of answers and requests", t_heads),
	S("subject: credentials are blotted where they are shown", t_blotted),
	S("subject: credentials are there where they are compared",
	  t_not_blotted),
	S("subject: bodies, pointers into them, and ends", t_bodies),
	S("subject: what a signature covers", t_signed),
	S("subject: letters of providers", t_providers),
	S("subject: events, pings left out", t_events),
	S("subject: the message put together", t_message),
	S("subject: what is asked and said, in any format", t_plain),
	S("subject: what only a path asks", t_plain_paths),
	S("subject: what has a value at any rate", t_always),
	S("subject: outcomes of answers", t_outcomes),
	S("subject: answers that say nothing", t_unsaid),
	S("subject: the id to ask about is in one of three places",
	  t_request_id),
	S("subject: what is absent says why", t_absent),
	S("subject: why there is no answer", t_no_answer),
	S("subject: what cannot be read is named", t_refused),
	S("subject: limits", t_limits),
	S("subject: values are printed on one line and cut", t_printing),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("subject", tests, NULL, NULL);
}
