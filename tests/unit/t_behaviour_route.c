/* What a gateway answers by itself, and how it asks the provider: all that is told
 * of one request. */
#include "tests/unit/behaviour_kit.h"

#define BEARER "authorization: Bearer " KEY "\n"
#define API_KEY "x-api-key: " KEY "\n"
#define LINE(line) line " HTTP/1.1\n"
#define POST LINE("POST /v1/messages")
#define BODY "{\"model\":\"m\"}"

/* ---- the provider is not asked ---- */

struct own {
	const char *request, *body, *answer, *told;
};

static void see_own(const struct own *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		void *inner = NULL;
		struct bench *b;

		set_up(&inner);
		b = inner;
		put_request(&b->log, "c1", 1, rows[i].request);
		put_body(b, "c1", 1, rows[i].body);
		put_answer(b, "c1", rows[i].answer, "no");
		end_run(b, "a/b", NULL);
		assert_told(b, rows[i].told);
		tear_down(&inner);
	}
}

#define SEE_OWN(rows) see_own(rows, sizeof(rows) / sizeof((rows)[0]))
#define NO "HTTP/1.1 404 No\n\n"
#define UNKNOWN "HTTP/1.1 401 Who\n\n"
#define OK "HTTP/1.1 200 OK\n\n"

/* The first of many reasons that a request gives counts. */
static void t_reasons(void **state)
{
	static const struct own rows[] = {
		{ LINE("HEAD /") "\n", "", NO,
		  "own-answer:head-404-text | answers by itself: HEAD with 404 "
		  "text, \"no\": 1 of 1 requests | / > no\n" },
		{ POST "\n", BODY, NO,
		  "own-answer:no-key-404-text | answers by itself: no "
		  "credential with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages > no\n" },
		{ POST "authorization: Bearer " WRONG "\n\n", BODY, NO,
		  "own-answer:wrong-key-404-text | answers by itself: a wrong "
		  "credential with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages > no\n" },
		{ POST "authorization: Bearer " WRONG KEY "\n\n", BODY, NO,
		  "own-answer:wrong-key-404-text | answers by itself: a wrong "
		  "credential with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages > no\n" },
		{ LINE("POST http://gw/v1/messages") BEARER "\n", BODY, NO,
		  "own-answer:absolute-target-404-text | answers by itself: a "
		  "target that is a whole URL with 404 text, \"no\": 1 of 1 "
		  "requests | http://gw/v1/messages > no\n" },
		{ LINE("POST /v1/messages?a=://b") BEARER "\n", BODY, NO,
		  "refused:404 | refuses by itself what it should pass on: a "
		  "plain request with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages?a=://b > no\n" },
		{ LINE("POST /v1/messages?a%0Ab") BEARER "\n", BODY, NO,
		  "own-answer:line-break-404-text | answers by itself: a "
		  "target with an encoded line break with 404 text, \"no\": 1 "
		  "of 1 requests | /v1/messages?a%0Ab > no\n" },
		{ LINE("POST /v1/messages?a%0ab") BEARER "\n", BODY, NO,
		  "own-answer:line-break-404-text | answers by itself: a "
		  "target with an encoded line break with 404 text, \"no\": 1 "
		  "of 1 requests | /v1/messages?a%0ab > no\n" },
		{ LINE("POST //v1/messages") BEARER "\n", BODY, NO,
		  "own-answer:double-slash-404-text | answers by itself: a "
		  "path that begins with two slashes with 404 text, \"no\": 1 "
		  "of 1 requests | //v1/messages > no\n" },
		{ LINE("POST /v1/files") BEARER "\n", BODY, NO,
		  "own-answer:unknown-path-404-text | answers by itself: a "
		  "path that nobody serves with 404 text, \"no\": 1 of 1 "
		  "requests | /v1/files > no\n" },
		{ LINE("POST /v1/v1/messages") BEARER "\n", BODY, NO,
		  "own-answer:unknown-path-404-text | answers by itself: a "
		  "path that nobody serves with 404 text, \"no\": 1 of 1 "
		  "requests | /v1/v1/messages > no\n" },
		{ LINE("POST /api/hello") BEARER "\n", BODY, NO,
		  "refused:404 | refuses by itself what it should pass on: a "
		  "plain request with 404 text, \"no\": 1 of 1 requests | "
		  "/api/hello > no\n" },
		{ LINE("POST /") BEARER "\n", BODY, NO,
		  "refused:404 | refuses by itself what it should pass on: a "
		  "plain request with 404 text, \"no\": 1 of 1 requests | / > "
		  "no\n" },
		{ LINE("GET /v1/messages") BEARER "\n", "", NO,
		  "own-answer:wrong-method-404-text | answers by itself: a "
		  "wrong method with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages > no\n" },
		{ LINE("POST /v1/models") BEARER "\n", BODY, NO,
		  "own-answer:wrong-method-404-text | answers by itself: a "
		  "wrong method with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/models > no\n" },
		{ LINE("GET /v1/models?a=/b") BEARER "\n", "", NO,
		  "own-answer:models-404-text | answers by itself: GET "
		  "/v1/models with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/models?a=/b > no\n" },
		{ LINE("POST /v1/messages/count_tokens") BEARER "\n", BODY, NO,
		  "own-answer:count-tokens-404-text | answers by itself: "
		  "counting tokens with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages/count_tokens > no\n" },
		{ LINE("POST /p/models/m:streamRawPredict") BEARER "\n", BODY,
		  NO,
		  "refused:404 | refuses by itself what it should pass on: a "
		  "plain request with 404 text, \"no\": 1 of 1 requests | "
		  "/p/models/m:streamRawPredict > no\n" },
		{ LINE("POST /model/m/invoke") BEARER "\n", BODY, NO,
		  "refused:404 | refuses by itself what it should pass on: a "
		  "plain request with 404 text, \"no\": 1 of 1 requests | "
		  "/model/m/invoke > no\n" },
		{ LINE("POST /m:rawPredict") BEARER "\n", BODY, NO,
		  "refused:404 | refuses by itself what it should pass on: a "
		  "plain request with 404 text, \"no\": 1 of 1 requests | "
		  "/m:rawPredict > no\n" },
		{ LINE("POST /m:streamRawPredict") BEARER "\n", BODY, NO,
		  "refused:404 | refuses by itself what it should pass on: a "
		  "plain request with 404 text, \"no\": 1 of 1 requests | "
		  "/m:streamRawPredict > no\n" },
		{ LINE("POST /m/count-tokens:count-tokens") BEARER "\n", BODY,
		  NO,
		  "own-answer:count-tokens-404-text | answers by itself: "
		  "counting tokens with 404 text, \"no\": 1 of 1 requests | "
		  "/m/count-tokens:count-tokens > no\n" },
		{ POST BEARER "content-encoding: gzip\n\n", BODY, NO,
		  "own-answer:coded-body-404-text | answers by itself: a "
		  "compressed body with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages > no\n" },
		{ POST BEARER "\n", "[1]", NO,
		  "own-answer:bad-json-404-text | answers by itself: a body "
		  "that is no JSON object with 404 text, \"no\": 1 of 1 "
		  "requests | /v1/messages > no\n" },
		{ POST BEARER "\n", "{", NO,
		  "own-answer:bad-json-404-text | answers by itself: a body "
		  "that is no JSON object with 404 text, \"no\": 1 of 1 "
		  "requests | /v1/messages > no\n" },
		{ POST BEARER "connection: host\n\n", BODY, NO,
		  "refused:connection-options-404 | refuses by itself what it "
		  "should pass on: a Connection that names other fields with "
		  "404 text, \"no\": 1 of 1 requests | /v1/messages > no\n" },
		{ POST BEARER "connection: content-length\n\n", BODY, NO,
		  "refused:connection-options-404 | refuses by itself what it "
		  "should pass on: a Connection that names other fields with "
		  "404 text, \"no\": 1 of 1 requests | /v1/messages > no\n" },
		{ POST BEARER "connection: close\n\n", BODY, NO,
		  "refused:404 | refuses by itself what it should pass on: a "
		  "plain request with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages > no\n" },
		{ POST BEARER "x-api-key: " WRONG "\n\n", BODY, NO,
		  "refused:mixed-keys-404 | refuses by itself what it should "
		  "pass on: a good key beside a wrong one with 404 text, "
		  "\"no\": 1 of 1 requests | /v1/messages > no\n" },
		{ POST BEARER API_KEY "\n", BODY, NO,
		  "refused:both-keys-404 | refuses by itself what it should "
		  "pass on: the key in both fields with 404 text, \"no\": 1 of "
		  "1 requests | /v1/messages > no\n" },
		{ POST API_KEY "\n", BODY, NO,
		  "refused:x-api-key-404 | refuses by itself what it should "
		  "pass on: the key in x-api-key with 404 text, \"no\": 1 of 1 "
		  "requests | /v1/messages > no\n" },
		{ POST API_KEY "\n", BODY, OK,
		  "not-asked:x-api-key | answers the key in x-api-key without "
		  "asking the provider: 1 of 1 requests | /v1/messages > "
		  "no\n" },
		{ POST BEARER "\n", BODY, OK,
		  "not-asked | answers a plain request without asking the "
		  "provider: 1 of 1 requests | /v1/messages > no\n" },
	};

	(void)state;
	SEE_OWN(rows);
}

/* Where keys are refused, what matters is in which field the key was. */
static void t_refused_keys(void **state)
{
	static const struct own rows[] = {
		{ LINE("GET /v1/models") API_KEY "\n", "", UNKNOWN,
		  "refused:x-api-key-401 | refuses by itself what it should "
		  "pass on: the key in x-api-key with 401 text, \"no\": 1 of 1 "
		  "requests | /v1/models > no\n" },
		{ LINE("GET /v1/models") BEARER API_KEY "\n", "",
		  "HTTP/1.1 403 No\n\n",
		  "refused:both-keys-403 | refuses by itself what it should "
		  "pass on: the key in both fields with 403 text, \"no\": 1 of "
		  "1 requests | /v1/models > no\n" },
		{ LINE("GET /v1/models") BEARER "x-api-key: " WRONG "\n\n", "",
		  UNKNOWN,
		  "refused:mixed-keys-401 | refuses by itself what it should "
		  "pass on: a good key beside a wrong one with 401 text, "
		  "\"no\": 1 of 1 requests | /v1/models > no\n" },
		{ LINE("GET /v1/models") BEARER "\n", "", UNKNOWN,
		  "refused:401 | refuses by itself what it should pass on: a "
		  "plain request with 401 text, \"no\": 1 of 1 requests | "
		  "/v1/models > no\n" },
		{ LINE("GET /v1/models") API_KEY "\n", "", NO,
		  "own-answer:models-404-text | answers by itself: GET "
		  "/v1/models with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/models > no\n" },
		{ LINE("GET /v1/models") "\n", "", UNKNOWN,
		  "own-answer:no-key-401-text | answers by itself: no "
		  "credential with 401 text, \"no\": 1 of 1 requests | "
		  "/v1/models > no\n" },
	};

	(void)state;
	SEE_OWN(rows);
}

static void see_sized(size_t head, size_t body, const char *wanted)
{
	struct buf request = BUF_INIT(BUF_NO_LIMIT);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	char *fill = xcalloc(1, head + body + 1);
	struct own row = { .answer = NO, .told = wanted };

	memset(fill, 'x', head + body);
	buf_addf(&request, POST BEARER "a: %.*s\n\n", (int)head, fill);
	buf_addf(&text, "{\"a\":\"%.*s\"}", (int)body, fill);
	row.request = buf_str(&request);
	row.body = buf_str(&text);
	see_own(&row, 1);
	buf_clear(&request);
	buf_clear(&text);
	free(fill);
}

static void t_sizes(void **state)
{
	(void)state;
	see_sized(0, (size_t)32 * 1024 * 1024,
		  "own-answer:too-large-404-text | answers by itself: a body "
		  "over 32 MB with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages > no\n");
	see_sized(0, (size_t)1000 * 1000,
		  "refused:large-body-404 | refuses by itself what it should "
		  "pass on: a large body with 404 text, \"no\": 1 of 1 "
		  "requests | /v1/messages > no\n");
	see_sized(5000, 10,
		  "refused:large-head-404 | refuses by itself what it should "
		  "pass on: a large head with 404 text, \"no\": 1 of 1 "
		  "requests | /v1/messages > no\n");
	see_sized(3000, (size_t)500 * 1000,
		  "refused:404 | refuses by itself what it should pass on: a "
		  "plain request with 404 text, \"no\": 1 of 1 requests | "
		  "/v1/messages > no\n");
}

/* ---- the provider is asked ---- */

/* An answer of the provider's; NULL: none. The last is given to the client. */
struct asked {
	const char *first, *body;
	enum stream_end end;
	bool client_is_ahead; /* it has got a head before the second is asked */
	const char *told;
};

static void put_second(struct bench *b)
{
	put_request(&b->log, "u1", 2, POST "x-api-key: " UPSTREAM "\n\n");
	put_body(b, "u1", 2, BODY);
	put_response(&b->log, "u1", 2, JSON_HEAD);
	put_end(&b->log, "u1", 2, END_CLEAN);
}

static void t_asked_again(void **state)
{
	static const struct asked rows[] = {
		{ NULL, "", END_CUT, false,
		  "asked-twice:no-answer | asks the provider again by itself "
		  "after no-answer: 1 of 1 requests | /v1/messages > \n" },
		{ "HTTP/1.1 429 No\n\n", "{}", END_CLEAN, false,
		  "asked-twice:429 | asks the provider again by itself after "
		  "429: 1 of 1 requests | /v1/messages > \n" },
		{ "HTTP/1.1 307 Go\nlocation: /\n\n", "", END_CLEAN, false,
		  "redirect-followed:3xx | follows the provider's redirect "
		  "(307): 1 of 1 requests | /v1/messages > \n" },
		{ JSON_HEAD, "", END_CLEAN, false,
		  "asked-twice:empty-answer | asks the provider again by "
		  "itself after empty-answer: 1 of 1 requests | /v1/messages > "
		  "\n" },
		{ JSON_HEAD, "{", END_CUT, false,
		  "asked-twice:broken-answer | asks the provider again by "
		  "itself after broken-answer: 1 of 1 requests | /v1/messages "
		  "> \n" },
		{ STREAM_HEAD, START, END_RESET, true,
		  "answer-field-replaced:content-type | replaces the "
		  "provider's field content-type: 1 of 1 answers | "
		  "application/json > text/event-stream\n"
		  "asked-twice:stream-reset | asks the provider again by "
		  "itself after stream-reset: 1 of 1 requests | /v1/messages > "
		  "\n"
		  "head-early | answers before the provider has: 1 of 1 "
		  "answers | clean > clean\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		void *inner = NULL;
		struct bench *b;

		set_up(&inner);
		b = inner;
		put_both(b, POST BEARER "\n", BODY,
			 POST "x-api-key: " UPSTREAM "\n\n", BODY);
		if (rows[i].first)
			put_response(&b->log, "u1", 1, rows[i].first);
		put_bytes(&b->log, "u1", 1, WLOG_DATA, rows[i].body);
		put_end(&b->log, "u1", 1, rows[i].end);
		if (rows[i].client_is_ahead)
			put_response(&b->log, "c1", 1, STREAM_HEAD);
		put_second(b);
		if (!rows[i].client_is_ahead)
			put_response(&b->log, "c1", 1, JSON_HEAD);
		put_end(&b->log, "c1", 1, END_CLEAN);
		end_run(b, "a/b", NULL);
		assert_told(b, rows[i].told);
		tear_down(&inner);
	}
}

struct silence {
	bool asked, answered;
	enum stream_end provider, client;
	const char *told;
};

static void t_no_answer(void **state)
{
	static const struct silence rows[] = {
		{ false, false, END_OPEN, END_RESET,
		  "no-answer:reset | gives no answer: a plain request, and the "
		  "connection is reset: 1 of 1 requests | /v1/messages > -\n" },
		{ false, false, END_OPEN, END_CANCELLED, "" },
		{ false, false, END_OPEN, END_REFUSED,
		  "gateway-gone | is gone: it takes no connection any more (): "
		  "1 of 1 requests | /v1/messages > -\n" },
		{ true, false, END_CUT, END_CUT,
		  "no-answer:provider-failed-cut | gives no answer: the "
		  "provider gave none, and the connection is cut: 1 of 1 "
		  "requests | /v1/messages > -\n" },
		{ true, false, END_CANCELLED, END_CUT,
		  "gave-up:before-head | hangs up on a provider that is "
		  "silent, before it has answered: 1 of 1 answers | cancelled "
		  "> cut\n"
		  "no-answer:provider-asked-cut | gives no answer: the "
		  "provider was asked, and the connection is cut: 1 of 1 "
		  "requests | /v1/messages > -\n" },
		{ true, true, END_CLEAN, END_TIMEOUT,
		  "no-answer:provider-asked-timeout | gives no answer: the "
		  "provider was asked, and the connection is timeout: 1 of 1 "
		  "requests | /v1/messages > -\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		void *inner = NULL;
		struct bench *b;

		set_up(&inner);
		b = inner;
		put_request(&b->log, "c1", 1, POST BEARER "\n");
		put_body(b, "c1", 1, BODY);
		if (rows[i].asked) {
			put_request(&b->log, "u1", 1,
				    POST "x-api-key: " UPSTREAM "\n\n");
			put_body(b, "u1", 1, BODY);
		}
		if (rows[i].answered)
			put_response(&b->log, "u1", 1, JSON_HEAD);
		if (rows[i].asked)
			put_end(&b->log, "u1", 1, rows[i].provider);
		put_end(&b->log, "c1", 1, rows[i].client);
		end_run(b, "a/b", NULL);
		assert_told(b, rows[i].told);
		tear_down(&inner);
	}
}

/* The provider gives no answer, and the gateway one of its own. */
static void t_own_answer_for_a_silent_provider(void **state)
{
	struct bench *b = *state;

	put_both(b, POST BEARER "\n", BODY, POST "x-api-key: " UPSTREAM "\n\n",
		 BODY);
	put_end(&b->log, "u1", 1, END_CUT);
	put_answer(b, "c1", "HTTP/1.1 502 No\n\n", "no");
	end_run(b, "a/b", NULL);
	assert_told(b, "own-answer:provider-failed-502-text | answers by "
		       "itself: a provider that gives no answer with 502 text, "
		       "\"no\": 1 of 1 requests | /v1/messages > no\n");
}

static void t_one_letter(void **state)
{
	struct bench *b = *state;

	put_request(&b->log, "c1", 1, POST BEARER "\n");
	put_body(b, "c1", 1, BODY);
	put_answer(b, "c1", NO, "n");
	end_run(b, "a/b", NULL);
	assert_told(b, "refused:404 | refuses by itself what it should pass "
		       "on: a plain request with 404 text, \"n\": 1 of 1 "
		       "requests | /v1/messages > n\n");
}

/* ---- ends and times ---- */

struct ends {
	const char *was_head, *was;
	enum stream_end was_end;
	const char *is_head, *is;
	enum stream_end is_end;
	const char *told;
};

static void t_ends(void **state)
{
	static const struct ends rows[] = {
		{ STREAM_HEAD, START, END_CLEAN, STREAM_HEAD, START,
		  END_TIMEOUT,
		  "end-changed:clean-open | ends an answer as open that the "
		  "provider ended as clean: 1 of 1 answers | clean > "
		  "timeout\n" },
		{ STREAM_HEAD, START, END_OPEN, STREAM_HEAD, START, END_CLEAN,
		  "" },
		{ STREAM_HEAD, START, END_RESET, STREAM_HEAD, START, END_CLEAN,
		  "end-changed:broken-clean | ends an answer as clean that the "
		  "provider ended as broken: 1 of 1 answers | reset > "
		  "clean\n" },
		{ STREAM_HEAD, START, END_BAD, STREAM_HEAD, START, END_CUT,
		  "" },
		{ STREAM_HEAD, "", END_CLEAN, STREAM_HEAD, "", END_CLEAN,
		  "empty-relayed | relays a stream without a message as a "
		  "success: 1 of 1 streams | clean > clean\n" },
		{ STREAM_HEAD, "", END_CLEAN, STREAM_HEAD, "", END_CUT,
		  "end-changed:clean-cut | ends an answer as cut that the "
		  "provider ended as clean: 1 of 1 answers | clean > cut\n" },
		{ "HTTP/1.1 200 OK\ncontent-length: 2\n\n", "{}", END_CUT,
		  JSON_HEAD, "{}", END_CLEAN,
		  "answer-field-added:content-type | adds the field "
		  "content-type to answers: 1 of 1 answers | - > "
		  "application/json\n" },
		{ "HTTP/1.1 200 OK\ncontent-length: 3\n\n", "{}", END_CLEAN,
		  JSON_HEAD, "{}", END_CLEAN,
		  "answer-field-added:content-type | adds the field "
		  "content-type to answers: 1 of 1 answers | - > "
		  "application/json\n"
		  "end-changed:broken-clean | ends an answer as clean that the "
		  "provider ended as broken: 1 of 1 answers | clean > "
		  "clean\n" },
		{ "HTTP/1.1 200 OK\ncontent-length: 3\n\n", "{}", END_RESET,
		  JSON_HEAD, "{}", END_CLEAN,
		  "answer-field-added:content-type | adds the field "
		  "content-type to answers: 1 of 1 answers | - > "
		  "application/json\n"
		  "end-changed:broken-clean | ends an answer as clean that the "
		  "provider ended as broken: 1 of 1 answers | reset > "
		  "clean\n" },
		{ "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n",
		  "2\r\n{}\r\n0\r\n\r\n", END_CUT, JSON_HEAD, "{}", END_CLEAN,
		  "answer-field-added:content-type | adds the field "
		  "content-type to answers: 1 of 1 answers | - > "
		  "application/json\n" },
		{ "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n",
		  "2\r\n{}\r\n", END_CLEAN, JSON_HEAD, "{}", END_CLEAN,
		  "answer-field-added:content-type | adds the field "
		  "content-type to answers: 1 of 1 answers | - > "
		  "application/json\n"
		  "end-changed:broken-clean | ends an answer as clean that the "
		  "provider ended as broken: 1 of 1 answers | clean > "
		  "clean\n" },
		{ JSON_HEAD, "{}", END_CLEAN,
		  "HTTP/1.1 200 OK\nconnection: close\n\n", "{}", END_CLEAN,
		  "answer-field-dropped:content-type | drops the provider's "
		  "field content-type: 1 of 1 answers | application/json > "
		  "-\n" },
		{ "HTTP/1.1 500 No\n\n", "{}", END_CLEAN,
		  "HTTP/1.1 500 No\nconnection: close\n\n", "{}", END_CLEAN,
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		void *inner = NULL;
		struct bench *b;

		set_up(&inner);
		b = inner;
		put_both(b, POST BEARER "\n", BODY,
			 POST "x-api-key: " UPSTREAM "\n\n", BODY);
		put_response(&b->log, "u1", 1, rows[i].was_head);
		put_bytes(&b->log, "u1", 1, WLOG_DATA, rows[i].was);
		put_end(&b->log, "u1", 1, rows[i].was_end);
		put_response(&b->log, "c1", 1, rows[i].is_head);
		put_bytes(&b->log, "c1", 1, WLOG_DATA, rows[i].is);
		put_end(&b->log, "c1", 1, rows[i].is_end);
		end_run(b, "a/b", NULL);
		assert_told(b, rows[i].told);
		tear_down(&inner);
	}
}

static void t_head_before_the_provider_has_one(void **state)
{
	struct bench *b = *state;

	put_both(b, POST BEARER "\n", BODY, POST "x-api-key: " UPSTREAM "\n\n",
		 BODY);
	put_response(&b->log, "c1", 1, STREAM_HEAD);
	put_response(&b->log, "u1", 1, STREAM_HEAD);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, START);
	put_bytes(&b->log, "c1", 1, WLOG_DATA, START);
	put_end(&b->log, "u1", 1, END_CLEAN);
	put_end(&b->log, "c1", 1, END_CLEAN);
	end_run(b, "a/b", NULL);
	assert_told(b, "head-early | answers before the provider has: 1 of 1 "
		       "answers | clean > clean\n");
}

/* ---- what kept a run waiting ---- */

static void put_stream_of(struct bench *b, const char *actor, const char *rest)
{
	put_bytes(&b->log, actor, 1, WLOG_DATA, rest);
	put_end(&b->log, actor, 1, END_CLEAN);
}

/* The head itself is held back. */
static void t_head_delayed(void **state)
{
	struct bench *b = *state;

	put_both(b, POST BEARER "\n", BODY, POST "x-api-key: " UPSTREAM "\n\n",
		 BODY);
	put_response(&b->log, "u1", 1, STREAM_HEAD);
	put_step(&b->log, 1, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_response(&b->log, "c1", 1, STREAM_HEAD);
	put_stream_of(b, "u1", START STOP);
	put_stream_of(b, "c1", START STOP);
	end_run(b, "a/b", "c1.events.count >= 2");
	assert_told(b, "head-delayed | holds the head back until the first "
		       "bytes of the body: 1 of 1 streams | - > -\n");
}

static void t_bytes_held_back(void **state)
{
	struct bench *b = *state;

	put_both(b, POST BEARER "\n", BODY, POST "x-api-key: " UPSTREAM "\n\n",
		 BODY);
	put_response(&b->log, "u1", 1, STREAM_HEAD);
	put_response(&b->log, "c1", 1, STREAM_HEAD);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, START);
	put_bytes(&b->log, "c1", 1, WLOG_DATA, START);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, TEXT("0", "a"));
	put_step(&b->log, 1, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_bytes(&b->log, "c1", 1, WLOG_DATA, TEXT("0", "a"));
	put_stream_of(b, "u1", STOP);
	put_stream_of(b, "c1", STOP);
	end_run(b, "a/b", "c1.events.count >= 2");
	assert_told(b, "buffered | holds back what the provider has sent: of "
		       "169 bytes that the provider had sent, 53 had reached "
		       "the client: 1 of 1 streams | - > -\n");
}

/* A stream that takes its time comes in one piece when it has ended. */
static void see_collected(unsigned ms, const char *wanted)
{
	void *inner = NULL;
	struct bench *b;
	size_t from;

	set_up(&inner);
	b = inner;
	put_both(b, POST BEARER "\n", BODY, POST "x-api-key: " UPSTREAM "\n\n",
		 BODY);
	put_response(&b->log, "u1", 1, STREAM_HEAD);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, START);
	from = b->log.count;
	put_bytes(&b->log, "u1", 1, WLOG_DATA, TEXT("0", "a"));
	put_stream_of(b, "u1", STOP);
	put_answer(b, "c1", STREAM_HEAD, START TEXT("0", "a") STOP);
	for (size_t i = from; i < b->log.count; i++)
		b->log.list[i].at += ms * TICK_MS;
	end_run(b, "a/b", "c1.events.count >= 2");
	assert_told(b, wanted);
	tear_down(&inner);
}

static void t_collected(void **state)
{
	(void)state;
	see_collected(97, "");
	see_collected(98,
		      "buffered | holds back what the provider has sent: "
		      "nothing had reached the client before the provider "
		      "ended, 100 ms after its first event: 1 of 1 streams | "
		      "clean > clean\n");
}

/* A client that got nothing at all was robbed, not kept waiting. */
static void t_nothing_came(void **state)
{
	struct bench *b = *state;
	size_t from;

	put_both(b, POST BEARER "\n", BODY, POST "x-api-key: " UPSTREAM "\n\n",
		 BODY);
	put_response(&b->log, "u1", 1, STREAM_HEAD);
	put_response(&b->log, "c1", 1, STREAM_HEAD);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, START);
	from = b->log.count;
	put_bytes(&b->log, "u1", 1, WLOG_DATA, TEXT("0", "a"));
	put_stream_of(b, "u1", STOP);
	put_end(&b->log, "c1", 1, END_CUT);
	for (size_t i = from; i < b->log.count; i++)
		b->log.list[i].at += 200 * TICK_MS;
	end_run(b, "a/b", "c1.events.count >= 2");
	assert_null(settled(b, "buffered"));
}

/* The other never gets to the provider. */
static void t_one_never(void **state)
{
	struct bench *b = *state;

	put_request(&b->log, "c1", 1, POST BEARER "\n");
	put_body(b, "c1", 1, "{\"n\":1}");
	put_request(&b->log, "u1", 1, POST "x-api-key: " UPSTREAM "\n\n");
	put_body(b, "u1", 1, "{\"n\":1}");
	put_request(&b->log, "c2", 1, POST BEARER "\n");
	put_body(b, "c2", 1, "{\"n\":2}");
	put_step(&b->log, 1, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_answer(b, "u1", JSON_HEAD, "{}");
	put_answer(b, "c1", JSON_HEAD, "{}");
	put_end(&b->log, "c2", 1, END_CUT);
	end_run(b, "a/b", "c2.events.count >= 2");
	assert_non_null(settled(b, "serialised"));
}

/* One request is with the provider; another gets there when that has ended. */
static void t_one_after_another(void **state)
{
	struct bench *b = *state;

	put_request(&b->log, "c1", 1, POST BEARER "\n");
	put_body(b, "c1", 1, "{\"n\":1}");
	put_request(&b->log, "u1", 1, POST "x-api-key: " UPSTREAM "\n\n");
	put_body(b, "u1", 1, "{\"n\":1}");
	put_request(&b->log, "c2", 1, POST BEARER "\n");
	put_body(b, "c2", 1, "{\"n\":2}");
	put_step(&b->log, 1, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_answer(b, "u1", JSON_HEAD, "{}");
	put_answer(b, "c1", JSON_HEAD, "{}");
	put_request(&b->log, "u2", 1, POST "x-api-key: " UPSTREAM "\n\n");
	put_body(b, "u2", 1, "{\"n\":2}");
	put_answer(b, "u2", JSON_HEAD, "{}");
	put_answer(b, "c2", JSON_HEAD, "{}");
	end_run(b, "a/b", "c1.events.count >= 2");
	assert_told(b, "serialised | lets a request wait until another has "
		       "ended: 1 of 2 requests | - > -\n");
}

static void t_beside_one_another(void **state)
{
	struct bench *b = *state;

	put_request(&b->log, "c1", 1, POST BEARER "\n");
	put_body(b, "c1", 1, "{\"n\":1}");
	put_request(&b->log, "c2", 1, POST BEARER "\n");
	put_body(b, "c2", 1, "{\"n\":2}");
	put_request(&b->log, "u1", 1, POST "x-api-key: " UPSTREAM "\n\n");
	put_body(b, "u1", 1, "{\"n\":2}");
	put_request(&b->log, "u2", 1, POST "x-api-key: " UPSTREAM "\n\n");
	put_body(b, "u2", 1, "{\"n\":1}");
	put_step(&b->log, 1, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_answer(b, "u1", JSON_HEAD, "{\"n\":2}");
	put_answer(b, "u2", JSON_HEAD, "{\"n\":1}");
	put_answer(b, "c2", JSON_HEAD, "{\"n\":2}");
	put_answer(b, "c1", JSON_HEAD, "{\"n\":1}");
	end_run(b, "a/b", "c1.events.count >= 2");
	assert_told(b, "");
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("route: reasons to answer by itself", t_reasons),
		T("route: refused keys", t_refused_keys),
		T("route: sizes", t_sizes),
		T("route: asked again", t_asked_again),
		T("route: no answer", t_no_answer),
		T("route: an own answer for a silent provider",
		  t_own_answer_for_a_silent_provider),
		T("route: an answer of one letter", t_one_letter),
		T("route: ends", t_ends),
		T("route: a head before the provider has one",
		  t_head_before_the_provider_has_one),
		T("route: a head that is held back", t_head_delayed),
		T("route: bytes that are held back", t_bytes_held_back),
		T("route: a stream that is collected", t_collected),
		T("route: a stream of which nothing came", t_nothing_came),
		T("route: one that never gets there", t_one_never),
		T("route: one after another", t_one_after_another),
		T("route: beside one another", t_beside_one_another),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
