/* What a gateway does to requests: all that is told of one exchange. */
#include "tests/unit/behaviour_kit.h"

#include "mockupstream/coding.h"

struct row {
	const char *sent_head, *sent, *got_head, *got, *told;
};

static void see_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		void *inner = NULL;
		struct bench *b;

		set_up(&inner);
		b = inner;
		put_both(b, rows[i].sent_head, rows[i].sent, rows[i].got_head,
			 rows[i].got);
		put_answers(b, JSON_HEAD, "{}", "{}");
		end_run(b, "a/b", NULL);
		assert_told(b, rows[i].told);
		tear_down(&inner);
	}
}

#define SEE(rows) see_rows(rows, sizeof(rows) / sizeof((rows)[0]))
#define TO(line) line " HTTP/1.1\nauthorization: Bearer " KEY "\n"
#define AT(line) line " HTTP/1.1\nx-api-key: " UPSTREAM "\n"
#define POST "POST /v1/messages"

static void t_lines(void **state)
{
	static const struct row rows[] = {
		{ TO(POST) "\n", "{}", AT("PUT /v1/messages") "\n", "{}",
		  "method-changed | changes the method: POST becomes PUT: 1 of "
		  "1 requests | POST > PUT\n" },
		{ TO(POST "?a=1") "\n", "{}", AT(POST) "\n", "{}",
		  "query-changed | changes the query: ?a=1 becomes : 1 of 1 "
		  "requests | ?a=1 > \n" },
		{ TO(POST) "\n", "{}", AT("POST /v2/messages?b") "\n", "{}",
		  "path-changed | asks the provider for another path: "
		  "/v1/messages becomes /v2/messages: 1 of 1 requests | "
		  "/v1/messages > /v2/messages\n"
		  "query-changed | changes the query:  becomes ?b: 1 of 1 "
		  "requests |  > ?b\n" },
		{ TO("POST http://gw:1/v1/messages?a") "\n", "{}",
		  AT("POST /v1/messages?a") "\n", "{}", "" },
		{ TO("POST /v1/messages?u=http://b/c") "\n", "{}",
		  AT("POST /v1/messages?u=http://b/d") "\n", "{}",
		  "query-changed | changes the query: ?u=http://b/c becomes "
		  "?u=http://b/d: 1 of 1 requests | ?u=http://b/c > "
		  "?u=http://b/d\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_fields(void **state)
{
	static const struct row rows[] = {
		{ TO(POST) "Host: gw\nx-a: 1\nX-A: 2\n\n", "{}",
		  AT(POST) "Host: up\nx-a: 1\nx-a: 2\n\n", "{}", "" },
		{ TO(POST) "x-a: 1\nx-a: 2\n\n", "{}", AT(POST) "x-a: 1\n\n",
		  "{}",
		  "request-field-changed:x-a | changes the request field x-a: "
		  "1 of 1 requests | 1, 2 > 1\n" },
		{ TO(POST) "host: gw\n\n", "{}", AT(POST) "host: gw\n\n", "{}",
		  "request-field-forwarded:host | passes on the request field "
		  "host: 1 of 1 requests | gw > gw\n" },
		{ TO("POST http://gw:1/v1/messages") "host: gw\n\n", "{}",
		  AT(POST) "host: gw:1\n\n", "{}",
		  "request-field-forwarded:host | passes on the request field "
		  "host: 1 of 1 requests | gw > gw:1\n" },
		{ TO(POST) "cookie: a\nvia: b\n\n", "{}",
		  AT(POST) "cookie: a\nvia: b, c\n\n", "{}",
		  "request-field-changed:via | changes the request field via: "
		  "1 of 1 requests | b > b, c\n"
		  "request-field-forwarded:cookie | passes on the request "
		  "field cookie: 1 of 1 requests |  > \n"
		  "request-field-forwarded:hop-by-hop | passes on the request "
		  "field via: 1 of 1 requests | b > b, c\n" },
		{ TO(POST) "connection: x-hop\nx-hop: 1\nte: trailers\n\n",
		  "{}", AT(POST) "x-hop: 1\n\n", "{}",
		  "request-field-forwarded:hop-by-hop | passes on the request "
		  "field x-hop: 1 of 1 requests | 1 > 1\n" },
		{ TO(POST) "connection: close\nkeep-alive: 5\n\n", "{}",
		  AT(POST) "connection: close\nkeep-alive: 6\n\n", "{}", "" },
		{ TO(POST) "accept-encoding: gzip, br\n\n", "{}",
		  AT(POST) "accept-encoding: br,gzip\n\n", "{}",
		  "request-field-sorted:accept-encoding | changes the order of "
		  "the values of accept-encoding: 1 of 1 requests | gzip, br > "
		  "br,gzip\n" },
		{ TO(POST) "anthropic-beta: a,b,b\n\n", "{}",
		  AT(POST) "anthropic-beta: a,b\n\n", "{}",
		  "request-values-dropped:anthropic-beta | drops values of the "
		  "request field anthropic-beta: 1 of 1 requests | a,b,b > "
		  "a,b\n" },
		{ TO(POST) "anthropic-beta: a,ab\n\n", "{}",
		  AT(POST) "anthropic-beta: ab,c\n\n", "{}",
		  "request-field-changed:anthropic-beta | changes the request "
		  "field anthropic-beta: 1 of 1 requests | a,ab > ab,c\n" },
		{ TO(POST) "\n", "{}", AT(POST) "x-b: 1\nx-b: 2\n\n", "{}",
		  "request-field-added:x-b | adds the request field x-b: 1 of "
		  "1 requests | - > 1\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_keys(void **state)
{
	static const struct row rows[] = {
		{ TO(POST) "\n", "{}", POST " HTTP/1.1\n\n", "{}",
		  "credential-lost | sends no credential to the provider: 1 of "
		  "1 requests | - > -\n" },
		{ POST " HTTP/1.1\nx-api-key: " KEY "\n\n", "{}",
		  POST " HTTP/1.1\n\n", "{}",
		  "credential-lost | sends no credential to the provider: 1 of "
		  "1 requests | - > -\n" },
		{ POST " HTTP/1.1\n\n", "{}", POST " HTTP/1.1\n\n", "{}", "" },
		{ TO(POST) "\n", "{}", AT(POST "?key=" KEY) "\n", "{}",
		  "credential-forwarded:the query | sends the client's own "
		  "credential to the provider, in the query: 1 of 1 requests | "
		  "- > -\n"
		  "query-changed | changes the query:  becomes "
		  "?key=<credential, 15 bytes, deb9>: 1 of 1 requests |  > "
		  "?key=<credential, 15 bytes, deb9>\n" },
		{ TO(POST "?key=" KEY) "\n", "{}", AT(POST "?key=" KEY) "\n",
		  "{}", "" },
		{ TO(POST) "\n", "{}", TO(POST) "\n", "{}",
		  "credential-forwarded:authorization | sends the client's own "
		  "credential to the provider, in authorization: 1 of 1 "
		  "requests | - > -\n" },
		{ POST " HTTP/1.1\nx-api-key: " WRONG "\n\n", "{}",
		  AT(POST) "x-user: " WRONG "\n\n", "{}",
		  "credential-forwarded:x-user | sends the client's own "
		  "credential to the provider, in x-user: 1 of 1 requests | - "
		  "> -\n"
		  "request-field-added:x-user | adds the request field x-user: "
		  "1 of 1 requests | - > <credential, 14 bytes, 90a4>\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_bodies(void **state)
{
	static const struct row rows[] = {
		{ TO(POST) "\n", "{\"a\":1}", AT(POST) "\n", "",
		  "body-replaced:nothing | sends another body than it got: "
		  "nothing: 1 of 1 requests | {\"a\":1} > \n" },
		{ TO(POST) "\n", "{\"a\":1}", AT(POST) "\n", "a=1",
		  "body-replaced:bytes | sends another body than it got: "
		  "bytes: 1 of 1 requests | {\"a\":1} > a=1\n" },
		{ TO(POST) "\n", "no", AT(POST) "\n", "{}",
		  "body-replaced:bytes | sends another body than it got: "
		  "bytes: 1 of 1 requests | no > {}\n" },
		{ TO(POST) "content-encoding: gzip\n\n", "{\"a\":1}",
		  AT(POST) "\n", "{\"a\":1}",
		  "request-coding-changed | changes the content coding of the "
		  "request's body: gzip becomes identity: 1 of 1 requests | "
		  "gzip > identity\n"
		  "request-field-dropped:content-encoding | drops the request "
		  "field content-encoding: 1 of 1 requests | gzip > -\n" },
		{ TO(POST) "content-encoding: Gzip\n\n", "{\"a\":1}",
		  AT(POST) "content-encoding: gzip\n\n", "{\"a\":1}",
		  "request-field-changed:content-encoding | changes the "
		  "request field content-encoding: 1 of 1 requests | Gzip > "
		  "gzip\n" },
		{ TO(POST) "\n", "{\"a\":1}",
		  AT(POST) "content-encoding: identity\n\n", "{\"a\":2}",
		  "body-value-changed:/a | changes /a in the request's body: 1 "
		  "of 1 requests | 1 > 2\n"
		  "request-field-added:content-encoding | adds the request "
		  "field content-encoding: 1 of 1 requests | - > identity\n" },
	};

	(void)state;
	SEE(rows);
}

/* What became of values and of items. */
static void t_json(void **state)
{
	static const struct row rows[] = {
		{ TO(POST) "\n",
		  "{\"tools\":[{\"input_schema\":{\"p\":1,\"q\":2}}]}",
		  AT(POST) "\n", "{\"tools\":[{\"input_schema\":{\"q\":2}}]}",
		  "body-member-removed:/tools/*/input_schema/p | takes "
		  "/tools/*/input_schema/p out of the request's body: 1 of 1 "
		  "requests | 1 > -\n" },
		{ TO(POST) "\n", "{\"input\":{\"a\":[1,2]}}", AT(POST) "\n",
		  "{\"input\":{\"a\":[1]}}",
		  "body-member-removed:/* | takes /input/**/* out of the "
		  "request's body: 1 of 1 requests | 2 > -\n" },
		{ TO(POST) "\n", "{\"schema\":{\"a\":{\"b\":{\"c\":1}}}}",
		  AT(POST) "\n", "{\"schema\":{\"a\":{\"b\":{}}}}",
		  "body-member-removed:/* | takes /schema/**/c out of the "
		  "request's body: 1 of 1 requests | 1 > -\n" },
		{ TO(POST) "\n", "{\"m\":[{\"role\":\"user\"},1]}",
		  AT(POST) "\n", "{\"m\":[1]}",
		  "body-member-removed:/* | takes /m/*[user] out of the "
		  "request's body: 1 of 1 requests | {\"role\":\"user\"} > "
		  "-\n" },
		{ TO(POST) "\n", "{\"m\":[{\"role\":\"user\",\"type\":5},1]}",
		  AT(POST) "\n", "{\"m\":[1]}",
		  "body-member-removed:/* | takes /m/* out of the request's "
		  "body: 1 of 1 requests | {\"role\":\"user\",\"type\":5} > "
		  "-\n" },
		{ TO(POST) "\n", "{\"input\":{\"a\":1}}", AT(POST) "\n",
		  "{\"input\":7}",
		  "body-value-changed:/input | changes /input in the request's "
		  "body: 1 of 1 requests | {\"a\":1} > 7\n" },
		{ TO(POST) "\n",
		  "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
		  AT(POST) "\n",
		  "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		  "\"text\",\"text\":\"a\"}]}]}",
		  "body-value-changed:/messages/*/content | changes "
		  "/messages/*/content in the request's body: 1 of 1 requests "
		  "| \"a\" > [{\"type\":\"text\",\"text\":\"a\"}]\n" },
		{ TO(POST) "\n", "{\"m\":[1,2,3]}", AT(POST) "\n",
		  "{\"m\":[1,3]}",
		  "body-member-removed:/* | takes /m/* out of the request's "
		  "body: 1 of 1 requests | 2 > -\n" },
		{ TO(POST) "\n", "{\"m\":[1,2]}", AT(POST) "\n",
		  "{\"m\":[1,2,2]}",
		  "body-member-added:/m/* | puts /m/* into the request's body: "
		  "1 of 1 requests | - > 2\n" },
		{ TO(POST) "\n", "{\"a\":[{\"x\":1}],\"b\":[]}", AT(POST) "\n",
		  "{\"a\":[],\"b\":[{\"x\":1}]}",
		  "body-item-moved:/a/* | changes the order in the request's "
		  "body: /a/*: 1 of 1 requests | {\"x\":1} > -\n" },
		{ TO(POST) "\n", "{\"a\":\"x\",\"b\":1}", AT(POST) "\n",
		  "{\"a\":1,\"b\":\"x\"}",
		  "body-value-changed:/a | changes /a in the request's body: 1 "
		  "of 1 requests | \"x\" > 1\n"
		  "body-value-changed:/b | changes /b in the request's body: 1 "
		  "of 1 requests | 1 > \"x\"\n" },
		{ TO(POST) "\n", "{\"a\":{}}", AT(POST) "\n", "{\"a\":[]}",
		  "body-value-changed:/a | changes /a in the request's body: 1 "
		  "of 1 requests | {} > []\n" },
		{ TO(POST) "\n", "{\"a\":1e2}", AT(POST) "\n", "{\"a\":100}",
		  "body-reprinted:numbers | reprints the request's body: "
		  "numbers: 1 of 1 requests | 1e2 > 100\n" },
		{ TO(POST) "\n", "{\"a\":[1,2,3]}", AT(POST) "\n",
		  "{\"a\":[3,2,1]}",
		  "body-item-moved:/a | changes the order in the request's "
		  "body: /a: 1 of 1 requests | [1,2,3] > [3,2,1]\n" },
		{ TO(POST) "\n", "{\"a\":[[1,2]]}", AT(POST) "\n",
		  "{\"a\":[[2,1]]}",
		  "body-item-moved:/a/* | changes the order in the request's "
		  "body: /a/*: 1 of 1 requests | [1,2] > [2,1]\n" },
		{ TO(POST) "\n", "{\"a\":{\"b\":{\"c\":{\"d\":1}}}}",
		  AT(POST) "\n", "{\"a\":{\"b\":{\"c\":{}}}}",
		  "body-member-removed:/* | takes /a/b/c/d out of the "
		  "request's body: 1 of 1 requests | 1 > -\n" },
		{ TO(POST) "\n",
		  "{\"tools\":[{\"name\":\"a\",\"input_schema\":{\"p\":{\"x\":"
		  "1}}}]}",
		  AT(POST) "\n",
		  "{\"tools\":[{\"name\":\"a\",\"input_schema\":{\"p\":{}}}]}",
		  "body-member-removed:/tools/*/input_schema/**/x | takes "
		  "/tools/*/input_schema/**/x out of the request's body: 1 of "
		  "1 requests | 1 > -\n" },
		{ TO(POST) "\n",
		  "{\"m\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":"
		  "\"image\"}]}",
		  AT(POST) "\n", "{\"m\":[{\"type\":\"text\",\"text\":\"a\"}]}",
		  "body-member-removed:/* | takes /m/*[image] out of the "
		  "request's body: 1 of 1 requests | {\"type\":\"image\"} > "
		  "-\n" },
		{ TO(POST) "\n", "{\"m\":[{\"type\":5},1]}", AT(POST) "\n",
		  "{\"m\":[1]}",
		  "body-member-removed:/* | takes /m/* out of the request's "
		  "body: 1 of 1 requests | {\"type\":5} > -\n" },
		{ TO(POST) "\n", "{\"m\":[{\"a\":1,\"b\":2},1]}", AT(POST) "\n",
		  "{\"m\":[1]}",
		  "body-member-removed:/* | takes /m/* out of the request's "
		  "body: 1 of 1 requests | {\"a\":1,\"b\":2} > -\n" },
		{ TO(POST) "\n", "{\"m\":[\"a\",1]}", AT(POST) "\n",
		  "{\"m\":[1]}",
		  "body-member-removed:/* | takes /m/* out of the request's "
		  "body: 1 of 1 requests | \"a\" > -\n" },
		{ TO(POST) "\n", "{\"a\":[1,2,3,4]}", AT(POST) "\n",
		  "{\"a\":[2,3,4,1]}",
		  "body-item-moved:/a | changes the order in the request's "
		  "body: /a: 1 of 1 requests | [1,2,3,4] > [2,3,4,1]\n" },
		{ TO(POST) "\n", "{\"a\":[1,1,2]}", AT(POST) "\n",
		  "{\"a\":[1,2,2]}",
		  "body-value-changed:/a/* | changes /a/* in the request's "
		  "body: 1 of 1 requests | 1 > 2\n" },
		{ TO(POST) "\n", "{\"a\":1,\"n\":1.0}", AT(POST) "\n",
		  "{\"n\":1,\"a\":1}",
		  "body-reprinted:member-order | reprints the request's body: "
		  "member-order: 1 of 1 requests | 1.0 > 1\n"
		  "body-reprinted:numbers | reprints the request's body: "
		  "numbers: 1 of 1 requests | 1.0 > 1\n" },
		{ TO(POST) "\n", "{\"model\":\"a\",\"b\":1}", AT(POST) "\n",
		  "{\"model\":\"b\",\"b\":2}",
		  "body-value-changed:/b | changes /b in the request's body: 1 "
		  "of 1 requests | 1 > 2\n"
		  "model-mapped | asks for another model: \"a\" becomes \"b\": "
		  "1 of 1 requests | \"a\" > \"b\"\n" },
		{ TO(POST) "\n", "{\"system\":\"a\"}", AT(POST) "\n",
		  "{\"system\":\"b\"}",
		  "body-text-changed:strings | changes text in the request's "
		  "body: /system: 1 of 1 requests | \"a\" > \"b\"\n" },
		{ TO(POST) "\n", "{\"a\":true}", AT(POST) "\n", "{\"a\":false}",
		  "body-value-changed:/a | changes /a in the request's body: 1 "
		  "of 1 requests | true > false\n" },
		{ TO(POST) "\n", "{\"a\":null}", AT(POST) "\n", "{\"a\":0}",
		  "body-value-changed:/a | changes /a in the request's body: 1 "
		  "of 1 requests | null > 0\n" },
		{ TO(POST) "\n", "{\"a\":\"x\"}", AT(POST) "\n",
		  "{\"a\":\"xy\"}",
		  "body-text-changed:strings | changes text in the request's "
		  "body: /a: 1 of 1 requests | \"x\" > \"xy\"\n" },
	};

	(void)state;
	SEE(rows);
}

static void put_coded(struct bench *b, const char *actor, const char *head,
		      const char *text)
{
	struct coding *c = coding_new(CODING_GZIP);
	struct buf out = BUF_INIT(65536);

	put_request(&b->log, actor, 1, head);
	coding_add(c, span_of(text), &out);
	coding_finish(c, &out);
	wlog_set_bytes(&b->log, put(&b->log, actor, 1, WLOG_BODY),
		       buf_span(&out));
	coding_free(c);
	buf_clear(&out);
}

/* Bodies are compared without their coding, where that can be undone. */
static void t_coded(void **state)
{
#define GZIP "content-encoding: gzip\n\n"
	static const struct row rows[] = {
		{ TO(POST) GZIP, "no gzip", AT(POST) GZIP, "other", "" },
		{ TO(POST) "content-encoding: x-own\n\n", "a",
		  AT(POST) "content-encoding: x-own\n\n", "b", "" },
	};
	struct bench *b = *state;

	put_coded(b, "c1", TO(POST) GZIP, "{\"a\":1}");
	put_coded(b, "u1", AT(POST) GZIP, "{\"a\":2}");
	put_answers(b, JSON_HEAD, "{}", "{}");
	end_run(b, "a/b", NULL);
	assert_told(b, "body-value-changed:/a | changes /a in the request's "
		       "body: 1 of 1 requests | 1 > 2\n");
	SEE(rows);
}

#define LONG "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* Of a long line 160 bytes are told. */
static void t_long_line(void **state)
{
	static const struct row rows[] = {
		{ TO(POST "?a" LONG LONG LONG LONG) "\n", "{}", AT(POST) "\n",
		  "{}",
		  "query-changed | changes the query: "
		  "?axxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: 1 of 1 requests | "
		  "?axxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... (202 bytes) > "
		  "\n" },
	};

	(void)state;
	SEE(rows);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "requests: lines", t_lines, NULL, NULL, NULL },
		{ "requests: fields", t_fields, NULL, NULL, NULL },
		{ "requests: keys", t_keys, NULL, NULL, NULL },
		{ "requests: bodies", t_bodies, NULL, NULL, NULL },
		{ "requests: values and items", t_json, NULL, NULL, NULL },
		{ "requests: bodies in a coding", t_coded, set_up, tear_down,
		  NULL },
		{ "requests: a long line", t_long_line, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
