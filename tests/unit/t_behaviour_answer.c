/* What a gateway does to answers: all that is told of one exchange. */
#include "tests/unit/behaviour_kit.h"

#define OK "HTTP/1.1 200 OK\n"
#define JSON_TYPE "content-type: application/json\n"
#define STREAM_TYPE "content-type: text/event-stream\n"
#define MESSAGE "{\"id\":\"m\",\"role\":\"assistant\",\"usage\":{}}"
#define SHAPE(words) \
	"{\"type\":\"error\",\"error\":{\"type\":\"x_error\"," \
	"\"message\":\"" words "\"}}"

struct row {
	const char *was_head, *was, *is_head, *is, *told;
};

static void see_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		void *inner = NULL;
		struct bench *b;

		set_up(&inner);
		b = inner;
		put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
		put_answer(b, "u1", rows[i].was_head, rows[i].was);
		put_answer(b, "c1", rows[i].is_head, rows[i].is);
		end_run(b, "a/b", NULL);
		assert_told(b, rows[i].told);
		tear_down(&inner);
	}
}

#define SEE(rows) see_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void t_fields(void **state)
{
	static const struct row rows[] = {
		{ OK JSON_TYPE "date: a\nserver: b\nvia: c\n\n", MESSAGE,
		  OK JSON_TYPE "date: d\nserver: e\nvia: f\n\n", MESSAGE, "" },
		{ OK "request-id: r\nX-A: 1\n\n", MESSAGE,
		  OK "request-id: q\nX-B: 2\n\n", MESSAGE,
		  "answer-field-added:x-b | adds the field x-b to answers: 1 "
		  "of 1 answers | - > 2\n"
		  "answer-field-dropped:* | drops the provider's field x-a: 1 "
		  "of 1 answers | 1 > -\n"
		  "answer-field-replaced:request-id | replaces the provider's "
		  "field request-id: 1 of 1 answers | r > q\n" },
		{ OK "set-cookie: a=1\n\n", MESSAGE, OK "\n", MESSAGE, "" },
		{ OK "set-cookie: a=1\n\n", MESSAGE, OK "set-cookie: b=2\n\n",
		  MESSAGE,
		  "answer-field-forwarded:set-cookie | passes the provider's "
		  "field set-cookie to the client: 1 of 1 answers | a=1 > "
		  "b=2\n" },
		{ OK "Set-Cookie: a=1\n\n", MESSAGE, OK "set-cookie: a=1\n\n",
		  MESSAGE,
		  "answer-field-forwarded:set-cookie | passes the provider's "
		  "field set-cookie to the client: 1 of 1 answers | a=1 > "
		  "a=1\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_codings(void **state)
{
	static const struct row rows[] = {
		{ OK "\n", MESSAGE, OK "content-encoding: gzip\n\n", MESSAGE,
		  "answer-coding-changed:unreadable | changes the content "
		  "coding of answers: it says gzip, and that cannot be undone: "
		  "1 of 1 answers | "
		  "{\"id\":\"m\",\"role\":\"assistant\",\"usage\":{}} > \n" },
		{ OK "content-encoding: gzip\n\n", MESSAGE,
		  OK "content-encoding: gzip\n\n", MESSAGE, "" },
		{ OK "content-encoding: x-own\n\n", MESSAGE, OK "\n", MESSAGE,
		  "answer-field-dropped:content-encoding | drops the "
		  "provider's field content-encoding: 1 of 1 answers | x-own > "
		  "-\n" },
		{ OK "content-encoding: Identity\n\n", MESSAGE, OK "\n",
		  MESSAGE, "" },
		{ OK "\n", "", OK "content-encoding: identity\n\n", "", "" },
		{ OK "content-encoding: x-a\n\n", MESSAGE,
		  OK "content-encoding: x-b\n\n", MESSAGE,
		  "answer-coding-changed:x-b | changes the content coding of "
		  "answers: x-a becomes x-b: 1 of 1 answers |  > \n" },
		{ OK "content-encoding: x-own\n\n", MESSAGE, OK "\n", "{}",
		  "answer-coding-changed:identity | changes the content coding "
		  "of answers: x-own becomes identity: 1 of 1 answers |  > {}\n"
		  "answer-replaced:json | answers with a body of its own: "
		  "json: 1 of 1 answers |  > {}\n" },
		{ OK "content-encoding: x-own\n\n", "", OK "\n", "",
		  "answer-coding-changed:identity | changes the content coding "
		  "of answers: x-own becomes identity: 1 of 1 answers |  > "
		  "\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_bodies(void **state)
{
	static const struct row rows[] = {
		{ OK JSON_TYPE "\n", MESSAGE, OK JSON_TYPE "\n", "{\"id\":",
		  "answer-replaced:cut-short | answers with a body of its own: "
		  "the first part of it: 1 of 1 answers | "
		  "{\"id\":\"m\",\"role\":\"assistant\",\"usage\":{}} > "
		  "{\"id\":\n" },
		{ OK JSON_TYPE "\n", MESSAGE, OK JSON_TYPE "\n", "",
		  "answer-replaced:empty | answers with a body of its own: "
		  "empty: 1 of 1 answers | "
		  "{\"id\":\"m\",\"role\":\"assistant\",\"usage\":{}} > \n" },
		{ OK JSON_TYPE "\n", MESSAGE, OK "content-type: text/html\n\n",
		  "<html>busy",
		  "answer-replaced:page | answers with a body of its own: "
		  "page: 1 of 1 answers | "
		  "{\"id\":\"m\",\"role\":\"assistant\",\"usage\":{}} > "
		  "<html>busy\n" },
		{ OK JSON_TYPE "\n", MESSAGE, OK JSON_TYPE "\n",
		  "{\"object\":\"chat\",\"choices\":[]}",
		  "answer-reshaped:json | gives answers another shape: json: 1 "
		  "of 1 answers | "
		  "{\"id\":\"m\",\"role\":\"assistant\",\"usage\":{}} > "
		  "{\"object\":\"chat\",\"choices\":[]}\n" },
		{ OK JSON_TYPE "\n", "{\"id\":\"m\",\"role\":\"a\"}",
		  OK JSON_TYPE "\n", "{\"object\":\"chat\"}",
		  "answer-member-added:* | puts /object into answers: 1 of 1 "
		  "answers | - > \"chat\"\n"
		  "answer-member-removed:* | takes /id, /role out of answers: "
		  "1 of 1 answers | \"m\" > -\n" },
		{ OK JSON_TYPE "\n", MESSAGE, OK JSON_TYPE "\n",
		  SHAPE("no quota"),
		  "answer-replaced:error | answers with a body of its own: an "
		  "error, \"no quota\": 1 of 1 answers | "
		  "/v1/messages?beta=true > "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"no quota\"}}\n" },
		{ OK JSON_TYPE "\n", MESSAGE, OK STREAM_TYPE "\n", START STOP,
		  "answer-form-changed:message-stream | gives the answer "
		  "another form: one message becomes events: 1 of 1 answers | "
		  "{\"id\":\"m\",\"role\":\"assistant\",\"usage\":{}} > event: "
		  "message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n\n" },
		{ OK STREAM_TYPE "\n", START STOP, OK JSON_TYPE "\n", MESSAGE,
		  "answer-form-changed:stream-message | gives the answer "
		  "another form: events become one body: 1 of 1 answers | "
		  "event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n > "
		  "{\"id\":\"m\",\"role\":\"assistant\",\"usage\":{}}\n" },
	};

	(void)state;
	SEE(rows);
}

#define BUSY "HTTP/1.1 529 Overloaded\n"

static void t_errors(void **state)
{
	static const struct row rows[] = {
		{ BUSY "\n", SHAPE("busy"), BUSY "\n", "",
		  "error-replaced:empty | replaces the provider's errors by a "
		  "body of its own: empty: 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > \n" },
		{ BUSY "\n", SHAPE("busy"), BUSY "\n",
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\"}}",
		  "error-reshaped:x_error | gives the provider's errors "
		  "another shape: x_error: 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\"}}\n" },
		{ BUSY "\n", SHAPE("busy"), BUSY "\n", SHAPE("busy at b"),
		  "answer-wrapped:error-message | puts words of its own around "
		  "the provider's: \"busy at b\": 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy at b\"}}\n" },
		{ BUSY "\n", SHAPE("busy"), BUSY "\n", SHAPE("other"),
		  "answer-text-changed:error-message | changes text in "
		  "answers: /error/message: 1 of 1 answers | \"busy\" > "
		  "\"other\"\n" },
		{ BUSY "\n", "{\"detail\":\"a\"}", BUSY "\n",
		  "{\"detail\":\"b\"}",
		  "answer-text-changed:strings | changes text in answers: "
		  "/detail: 1 of 1 answers | \"a\" > \"b\"\n" },
		{ BUSY "\n", "no", BUSY "\n", "{\"detail\":\"b\"}",
		  "error-replaced:json | replaces the provider's errors by a "
		  "body of its own: json, \"b\": 1 of 1 answers | no > "
		  "{\"detail\":\"b\"}\n" },
		{ BUSY JSON_TYPE "retry-after: 3\n\n", SHAPE("busy"),
		  BUSY "content-type: text/html\n\n", "<html>",
		  "error-replaced:page | replaces the provider's errors by a "
		  "body of its own: page: 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > <html>\n" },
		{ BUSY JSON_TYPE "retry-after: 3\n\n", SHAPE("busy"),
		  BUSY "content-type: text/json\n\n", "{\"detail\":\"busy\"}",
		  "answer-field-dropped:retry-after | drops the provider's "
		  "field retry-after: 1 of 1 answers | 3 > -\n"
		  "answer-field-replaced:content-type | replaces the "
		  "provider's field content-type: 1 of 1 answers | "
		  "application/json > text/json\n"
		  "error-reshaped:json | gives the provider's errors another "
		  "shape: json, \"busy\": 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > {\"detail\":\"busy\"}\n" },
		{ BUSY STREAM_TYPE "\n", START STOP, BUSY JSON_TYPE "\n",
		  SHAPE("busy"),
		  "error-replaced:x_error | replaces the provider's errors by "
		  "a body of its own: x_error, \"busy\": 1 of 1 answers | "
		  "event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n > "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}}\n" },
		{ BUSY "\n", SHAPE("busy"), "HTTP/1.1 500 No\n\n",
		  SHAPE("busy"),
		  "status-mapped:529-500 | answers the provider's 529 with 500 "
		  "(\"busy\"): 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}}\n" },
		{ BUSY "\n", SHAPE(""), BUSY "\n", SHAPE("busy"),
		  "answer-text-changed:error-message | changes text in "
		  "answers: /error/message: 1 of 1 answers | \"\" > "
		  "\"busy\"\n" },
		{ BUSY "\n", SHAPE("busy"), BUSY "\n", "{\"type\":\"error\"}",
		  "error-reshaped:json | gives the provider's errors another "
		  "shape: json: 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > {\"type\":\"error\"}\n" },
		{ BUSY "\n", SHAPE("busy"), BUSY "\n",
		  "{\"type\":\"error\",\"error\":7}",
		  "error-reshaped:json | gives the provider's errors another "
		  "shape: json: 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > "
		  "{\"type\":\"error\",\"error\":7}\n" },
		{ BUSY "\n", SHAPE("busy"), BUSY "\n",
		  "{\"type\":\"x\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}}",
		  "error-reshaped:json | gives the provider's errors another "
		  "shape: json, \"busy\": 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > "
		  "{\"type\":\"x\",\"error\":{\"type\":\"x_error\",\"message\":"
		  "\"busy\"}}\n" },
		{ BUSY "\n", "{\"type\":\"x\",\"a\":1}", BUSY "\n",
		  SHAPE("busy"),
		  "answer-member-added:* | puts /error into answers: 1 of 1 "
		  "answers | - > {\"type\":\"x_error\",\"message\":\"busy\"}\n"
		  "answer-member-removed:* | takes /a out of answers: 1 of 1 "
		  "answers | 1 > -\n"
		  "answer-text-changed:strings | changes text in answers: "
		  "/type: 1 of 1 answers | \"x\" > \"error\"\n" },
		{ BUSY "\n", SHAPE("busy"), OK "\n", SHAPE("busy"),
		  "status-mapped:529-200 | answers the provider's 529 with 200 "
		  "(\"busy\"): 1 of 1 answers | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}} > "
		  "{\"type\":\"error\",\"error\":{\"type\":\"x_error\","
		  "\"message\":\"busy\"}}\n" },
	};

	(void)state;
	SEE(rows);
}

/* A key of any side, in a field or in the body; what the provider itself has
 * said is not the gateway's. */
static void t_keys(void **state)
{
	static const struct row rows[] = {
		{ OK "\n", MESSAGE, OK "X-Key: " UPSTREAM "\n\n", MESSAGE,
		  "answer-field-added:x-key | adds the field x-key to answers: "
		  "1 of 1 answers | - > <credential, 17 bytes, 91ce>\n"
		  "credential-shown:x-key | shows a credential in its answer, "
		  "in x-key: 1 of 1 answers | - > -\n" },
		{ OK "\n", MESSAGE, OK "\n", "{\"id\":\"" KEY "\"}",
		  "answer-member-removed:* | takes /role out of answers: 1 of "
		  "1 answers | \"assistant\" > -\n"
		  "answer-member-removed:usage | takes /usage out of answers: "
		  "1 of 1 answers | {} > -\n"
		  "answer-text-changed:message-id | changes text in answers: "
		  "/id: 1 of 1 answers | \"m\" > \"<credential, 15 bytes, "
		  "deb9>\"\n"
		  "credential-shown:the body | shows a credential in its "
		  "answer, in the body: 1 of 1 answers | - > -\n" },
		{ OK "\n", "{\"id\":\"" WRONG "\"}", OK "\n",
		  "{\"id\": \"" WRONG "\"}",
		  "answer-reprinted:white-space | reprints the JSON of "
		  "answers: "
		  "white-space: 1 of 1 answers | {\"id\":\"<credential, "
		  "14 bytes, 90a4>\"} > {\"id\": \"<credential, 14 bytes, "
		  "90a4>\"}\n" },
		{ OK "\n", "{\"id\":\"" WRONG "\"}", OK "\n",
		  "{\"id\":\"" WRONG "\"}", "" },
	};

	(void)state;
	SEE(rows);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "answers: fields", t_fields, NULL, NULL, NULL },
		{ "answers: codings", t_codings, NULL, NULL, NULL },
		{ "answers: bodies", t_bodies, NULL, NULL, NULL },
		{ "answers: errors", t_errors, NULL, NULL, NULL },
		{ "answers: keys", t_keys, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("answers", tests, NULL, NULL);
}
