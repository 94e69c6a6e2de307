/* Tests of probe/refusal/refusal_evidence: what is shown of an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probe/refusal/refusal.h"
#include "tests/unit/refusal_kit.h"

struct row {
	int status;
	const char *head; /* lines of "name: value" */
	const char *body, *end_text, *wanted;
};

static void add_lines(struct headers *h, const char *lines)
{
	struct span rest = span_of(lines), line;

	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		struct span name;
		char one[300], value[300];

		span_split(&line, ':', &name);
		snprintf(one, sizeof(one), "%.*s", SPAN_ARG(name));
		snprintf(value, sizeof(value), "%.*s",
			 SPAN_ARG(span_trim(line)));
		headers_add_text(h, one, value);
	}
}

static void assert_evidence(const struct row *r)
{
	struct headers sent = { .list = NULL }, got = { .list = NULL };
	struct refusal_given g = {
		.method = "POST",
		.target = "/v1/messages",
		.sent = &sent,
		.sent_body = span_of("12345"),
		.status = r->status,
		.got = r->head ? &got : NULL,
		.got_body = span_of(r->body),
		.end = END_CLEAN,
		.end_text = r->end_text,
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	headers_add_text(&sent, "x-api-key", KIT_KEY);
	headers_add_text(&sent, "x-plain", "plain-words-123");
	if (r->head)
		add_lines(&got, r->head);
	refusal_evidence(&g, &out);
	assert_string_equal(buf_str(&out), r->wanted);
	buf_clear(&out);
	headers_clear(&sent);
	headers_clear(&got);
}

static void t_rows(void **state)
{
	static const struct row rows[] = {
		{ 0, NULL, "", NULL, "no answer\nrequest: 5 bytes\n" },
		{ 0, NULL, "", "", "no answer\nrequest: 5 bytes\n" },
		{ 0, NULL, "x", "cut off",
		  "no answer\nend: cut off\nrequest: 5 bytes\n" },
		{ 200, "", "abc", NULL,
		  "status: 200\ncontent-type: (none)\nlength: 3 bytes\n"
		  "request: 5 bytes\n" },
		{ 200, "content-type: text/html", "<html><title>Sign in", NULL,
		  "status: 200\ncontent-type: text/html\nlength: 20 bytes\n"
		  "page title: Sign in\nrequest: 5 bytes\n" },
		{ 300, "Content-Type: text/plain", "gone", NULL,
		  "status: 300\ncontent-type: text/plain\nlength: 4 bytes\n"
		  "error message: gone\nrequest: 5 bytes\n" },
		{ 299, "Content-Type: text/plain", "gone", NULL,
		  "status: 299\ncontent-type: text/plain\nlength: 4 bytes\n"
		  "request: 5 bytes\n" },
		{ 400, "", "{\"error\":{\"type\":\"t\"}}", NULL,
		  "status: 400\ncontent-type: (none)\nlength: 22 bytes\n"
		  "error type: t\nrequest: 5 bytes\n" },
		{ 400, "", "{\"error\":{\"type\":\"t\",\"message\":\"m\"}}",
		  "e",
		  "status: 400\ncontent-type: (none)\nlength: 36 bytes\n"
		  "end: e\nerror type: t\nerror message: m\n"
		  "request: 5 bytes\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_evidence(&rows[i]);
}

#define FRONT "status: 401\ncontent-type: (none)\nlength: 0 bytes\n"
#define BACK "request: 5 bytes\n"

/* Fields that say who wrote the answer, and no others. */
static void t_fields(void **state)
{
	static const struct row rows[] = {
		{ 401,
		  "Request-Id: r\nx-other: 1\nx-kong-a: 2\nX-Kong-: 3\n"
		  "x-kong: 4\nserver: s\nserver-timing: 5",
		  "", NULL,
		  FRONT
		  "Request-Id: r\nx-kong-a: 2\nX-Kong-: 3\nserver: s\n" BACK },
		{ 401,
		  "x-litellm-key-spend: 1\nx-litellm-cost: 2\n"
		  "x-portkey-key-name: 3\nx-portkey: 4",
		  "", NULL,
		  FRONT "x-litellm-cost: 2\nx-portkey-key-name: 3\n" BACK },
		{ 401, "location: https://h/p?secret=1\nvia: 1.1 a?b", "", NULL,
		  FRONT "location: https://h/p\nvia: 1.1 a\n" BACK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_evidence(&rows[i]);
}

/* No more than so many of them. */
static void t_many(void **state)
{
	struct headers got = { .list = NULL };
	struct refusal_given g = { .status = 401, .got = &got };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	char name[32];

	(void)state;
	for (int i = 1; i <= 25; i++) {
		snprintf(name, sizeof(name), "x-kong-%d", i);
		headers_add_text(&got, name, "v");
	}
	refusal_evidence(&g, &out);
	assert_non_null(strstr(buf_str(&out), "\nx-kong-24: v\n"));
	assert_null(strstr(buf_str(&out), "x-kong-25"));
	buf_clear(&out);
	headers_clear(&got);
}

/* The key that was sent, wherever it stands, and what looks like one. */
static void t_secrets(void **state)
{
	static const char *const rows[] = {
		"x-served-by: " KIT_KEY,
		"content-type: " KIT_KEY,
		"via: sk-ant-0123456789abcdefghijklmnop",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct headers sent = { .list = NULL }, got = { .list = NULL };
		struct refusal_given g = {
			.sent = &sent,
			.status = 401,
			.got = &got,
			.got_body = span_of("{\"error\":{\"type\":\"" KIT_KEY
					    "\",\"message\":\"" KIT_KEY "\"}}"),
			.end_text = KIT_KEY,
		};
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		headers_add_text(&sent, "authorization", "Bearer " KIT_KEY);
		add_lines(&got, rows[i]);
		refusal_evidence(&g, &out);
		assert_null(strstr(buf_str(&out), "0123456789abcdef"));
		assert_non_null(strstr(buf_str(&out), "\nend: <credential, "));
		assert_non_null(
			strstr(buf_str(&out), "\nerror type: <credential, "));
		assert_non_null(strstr(buf_str(&out),
				       "\nerror message: <credential, "));
		buf_clear(&out);
		headers_clear(&sent);
		headers_clear(&got);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "evidence: lines of an answer", t_rows, NULL, NULL, NULL },
		{ "evidence: fields that say who wrote it", t_fields, NULL,
		  NULL, NULL },
		{ "evidence: so many fields", t_many, NULL, NULL, NULL },
		{ "evidence: no credential", t_secrets, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
