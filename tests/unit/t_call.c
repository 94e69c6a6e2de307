/* Tests of probe/doctor/call: requests that are sent, and findings about
 * answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/doctor/doctor.h"
#include "wire/bytes/mem.h"

static struct doctor_call call_of(int status, const char *body)
{
	struct doctor_call c = { .got.end = END_CLEAN };

	c.got.head.status = status;
	buf_init(&c.got.body, BUF_NO_LIMIT);
	buf_add_text(&c.got.body, body);
	return c;
}

static void t_small(void **state)
{
	char model[] = "m\"1";
	struct doctor d = { .model = model };
	struct doctor_call c = { .method = NULL };

	(void)state;
	doctor_small(&d, &c, 7, NULL, "");
	assert_string_equal(buf_str(&c.body),
			    "{\"model\":\"m\\\"1\",\"max_tokens\":7,"
			    "\"messages\":[{\"role\":\"user\",\"content\":"
			    "\".\"}]}");
	doctor_small(&d, &c, 16, "say \"a\"", ",\"stream\":true");
	assert_string_equal(buf_str(&c.body),
			    "{\"model\":\"m\\\"1\",\"max_tokens\":16,"
			    "\"messages\":[{\"role\":\"user\",\"content\":"
			    "\"say \\\"a\\\"\"}],\"stream\":true}");
	doctor_call_clear(&c);
}

#define EVENT(name) "event: " name "\ndata: {}\n\n"

static void t_is_message(void **state)
{
	static const struct {
		int status;
		enum stream_end end;
		const char *body;
		bool is;
	} rows[] = {
		{ 200, END_CLEAN, "{\"type\":\"message\",\"content\":[]}",
		  true },
		{ 201, END_CLEAN, "{\"type\":\"message\",\"content\":[]}",
		  false },
		{ 200, END_CUT, "{\"type\":\"message\",\"content\":[]}",
		  false },
		{ 200, END_CLEAN, "{\"type\":\"message\",\"content\":{}}",
		  false },
		{ 200, END_CLEAN, "{\"type\":\"message\"}", false },
		{ 200, END_CLEAN, "{\"type\":\"other\",\"content\":[]}",
		  false },
		{ 200, END_CLEAN, "{\"type\":1,\"content\":[]}", false },
		{ 200, END_CLEAN, "{\"content\":[]}", false },
		{ 200, END_CLEAN, "", false },
		{ 200, END_CLEAN,
		  EVENT("message_start") EVENT("x") EVENT("message_stop"),
		  true },
		{ 200, END_CLEAN,
		  ": c\n\n" EVENT("message_start") ": c\n\n" EVENT(
			  "message_stop"),
		  true },
		{ 200, END_CUT, EVENT("message_start") EVENT("message_stop"),
		  false },
		{ 200, END_CLEAN, EVENT("message_start") EVENT("x"), false },
		{ 200, END_CLEAN, EVENT("message_stop"), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct doctor_call c = call_of(rows[i].status, rows[i].body);

		c.got.end = rows[i].end;
		if (doctor_is_message(&c) != rows[i].is)
			fail_msg("row %zu: %s", i, rows[i].body);
		doctor_call_clear(&c);
	}
}

static void assert_tells(const struct doctor_call *c, const char *wanted)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	doctor_tell(c, &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void t_tell(void **state)
{
	struct doctor_call c = call_of(400, "12345");

	(void)state;
	c.got.began = 3 * TICK_MS;
	c.got.ended = 44 * TICK_MS;
	assert_tells(&c, "status 400, 5 bytes, in 41 ms");
	headers_add_text(&c.got.head.headers, "Content-Type",
			 "text/html; charset=x");
	assert_tells(&c, "status 400, text/html, 5 bytes, in 41 ms");
	c.got.head.status = 0;
	c.got.end = END_RESET;
	assert_tells(&c, "reset");
	snprintf(c.got.text, sizeof(c.got.text), "no way");
	assert_tells(&c, "no way");
	doctor_call_clear(&c);
}

static void t_given(void **state)
{
	struct doctor_call c = call_of(200, "b");
	struct refusal_given g = doctor_given(&c);

	(void)state;
	assert_string_equal(g.method, "POST");
	assert_string_equal(g.target, "/v1/messages?beta=true");
	assert_int_equal(g.status, 200);
	assert_ptr_equal(g.got, &c.got.head.headers);
	assert_true(span_is(g.got_body, "b"));
	c.method = "GET";
	c.target = "/x";
	c.got.head.status = 0;
	g = doctor_given(&c);
	assert_string_equal(g.method, "GET");
	assert_string_equal(g.target, "/x");
	assert_null(g.got);
	doctor_call_clear(&c);
}

#define KEY "sk-call-0123456789abcdef"

/* Findings have the words and the evidence, without what is secret. */
static void t_findings(void **state)
{
	static const struct doctor_step step = { .id = "route" };
	struct doctor_call bad = call_of(401, "{\"error\":{\"type\":"
					      "\"authentication_error\","
					      "\"message\":\"no " KEY "\"}}");
	struct doctor_call good =
		call_of(200, "{\"type\":\"message\",\"content\":[]}");
	struct doctor d = { .called = 0 };
	const struct finding *x;

	(void)state;
	secrets_add(&d.secrets, KEY);
	headers_add_text(&bad.sent, "x-api-key", KEY);
	assert_false(doctor_explain(&d, &good));
	assert_int_equal(d.findings.count, 0);
	assert_true(doctor_explain(&d, &bad));
	assert_int_equal(d.findings.count, 1);
	x = &d.findings.list[0];
	assert_string_equal(x->kind->code, "DR-KEY-REFUSED");
	assert_string_equal(x->step, "settings");
	assert_null(strstr(x->headline, KEY));
	assert_null(strstr(x->evidence, KEY));
	assert_non_null(strstr(x->evidence, "<credential"));
	d.step = &step;
	doctor_finding(&d, "DR-KEY-ECHOED", NULL, "the body " KEY, NULL, NULL);
	assert_int_equal(d.findings.count, 2);
	x = &d.findings.list[1];
	assert_string_equal(x->step, "route");
	assert_non_null(strstr(x->words[0], "the body <credential"));
	assert_null(x->words[1]);
	assert_string_equal(x->evidence ? x->evidence : "", "");
	findings_clear(&d.findings);
	secrets_clear(&d.secrets);
	doctor_call_clear(&bad);
	doctor_call_clear(&good);
}

/* Without a server the head that would have been sent is still available. */
static void t_sent(void **state)
{
	struct settings_credential credentials[2] = {
		{ .header = "Authorization", .value = (char *)"tok" },
		{ .header = "x-api-key", .value = (char *)"key" },
	};
	struct settings s = { .credential_count = 2 };
	struct headers extra = { .list = NULL };
	struct doctor_config config = { .base_url = "http://127.0.0.1:1",
					.settings = &s,
					.extra = &extra,
					.max_requests = 2 };
	struct doctor d = { .config = &config, .key = "tok" };
	struct doctor_call c = { .method = "GET", .betas = "a,b" };

	(void)state;
	memcpy(s.credentials, credentials, sizeof(credentials));
	headers_add_text(&s.extra, "x-one", "1");
	headers_add_text(&s.extra, "x-two", "1");
	headers_add_text(&extra, "x-two", "2");
	headers_add_text(&d.client_headers, "content-type", "application/json");
	headers_add_text(&d.client_headers, "x-app", "cli");
	assert_int_equal(doctor_asker(&d.asker, &config, config.base_url, NULL),
			 0);
	assert_true(doctor_call(&d, &c));
	assert_int_equal(c.got.head.status, 0);
	assert_int_equal(c.got.end, END_REFUSED);
	assert_string_equal(headers_get(&c.sent, "authorization"),
			    "Bearer tok");
	assert_string_equal(headers_get(&c.sent, "x-api-key"), "key");
	assert_string_equal(headers_get(&c.sent, "anthropic-beta"), "a,b");
	assert_string_equal(headers_get(&c.sent, "x-one"), "1");
	assert_string_equal(headers_get(&c.sent, "x-two"), "2");
	assert_string_equal(headers_get(&c.sent, "x-app"), "cli");
	assert_null(headers_get(&c.sent, "content-type"));
	doctor_call_clear(&c);
	c = (struct doctor_call){ .auth = AUTH_API_KEY,
				  .base_url = "ftp://nowhere" };
	buf_init(&c.body, 100);
	buf_add_text(&c.body, "{}");
	assert_true(doctor_call(&d, &c));
	assert_int_equal(c.got.end, END_REFUSED);
	assert_true(*c.got.text != '\0');
	assert_string_equal(headers_get(&c.sent, "x-api-key"), "tok");
	assert_null(headers_get(&c.sent, "authorization"));
	assert_null(headers_get(&c.sent, "anthropic-beta"));
	assert_string_equal(headers_get(&c.sent, "content-type"),
			    "application/json");
	doctor_call_clear(&c);
	assert_int_equal(d.called, 2);
	assert_false(d.over);
	c = (struct doctor_call){ .method = "GET" };
	assert_false(doctor_call(&d, &c));
	assert_true(d.over);
	assert_int_equal(d.called, 2);
	doctor_call_clear(&c);
	asker_free(d.asker);
	headers_clear(&s.extra);
	headers_clear(&extra);
	headers_clear(&d.client_headers);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "call: a small request", t_small, NULL, NULL, NULL },
		{ "call: which answers are messages", t_is_message, NULL, NULL,
		  NULL },
		{ "call: an answer in a line", t_tell, NULL, NULL, NULL },
		{ "call: what an answer is judged by", t_given, NULL, NULL,
		  NULL },
		{ "call: findings hold no credential", t_findings, NULL, NULL,
		  NULL },
		{ "call: what goes out, and how often", t_sent, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
