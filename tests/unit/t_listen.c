/* Tests of probe/pass/copy and probe/doctor/listen: what is kept of an answer to
 * look at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/serve/serve_private.h"
#include "probe/doctor/listen/listen.h"

#define FRAMES 60000 /* 6 MB */

static void begin(struct copy *c, const char *type, const char *coding)
{
	struct headers h = { .list = NULL };

	headers_add_text(&h, "content-type", type);
	if (coding)
		headers_add_text(&h, "content-encoding", coding);
	copy_init(c);
	copy_begin(c, &h);
	headers_clear(&h);
}

static void add(struct copy *c, const char *text)
{
	copy_add(c, span_of(text));
}

static void add_frames(struct copy *c, const char *newline)
{
	char text[160];

	for (int i = 0; i < FRAMES; i++) {
		snprintf(text, sizeof(text), "%s%sdata: {\"n\":%06d,%0*d}%s%s",
			 i % 3 == 1   ? "event: e"
			 : i % 3 == 2 ? "id: 1"
				      : "x: 1",
			 newline, i, 80, 0, newline, newline);
		add(c, text);
	}
}

/* Every frame that is left is a whole one, the first and the last are there. */
static void assert_frames(const struct copy *c)
{
	struct sse s;
	struct sse_event ev;
	unsigned first = FRAMES, last = 0, n;

	sse_init(&s, 1024);
	sse_feed(&s, c->body.at, c->body.len);
	while (sse_next(&s, &ev) == SSE_EVENT) {
		assert_int_equal(ev.data.len, strlen("{\"n\":000000,}") + 80);
		assert_int_equal(sscanf(ev.data.at, "{\"n\":%u", &n), 1);
		first = n < first ? n : first;
		last = n;
	}
	sse_clear(&s);
	assert_int_equal(first, 0);
	assert_int_equal(last, FRAMES - 1);
}

static void check_long(const char *newline)
{
	struct copy c;

	begin(&c, "text/event-stream", NULL);
	add_frames(&c, newline);
	assert_int_equal(c.events, FRAMES);
	assert_true(c.is_short);
	assert_in_range(c.body.len, COPY_STREAM_LIMIT / 4, COPY_STREAM_LIMIT);
	assert_in_range(c.body.cap, 1, 2 * COPY_STREAM_LIMIT);
	assert_frames(&c);
	copy_clear(&c);
}

static void t_long(void **state)
{
	(void)state;
	check_long("\n");
	check_long("\r\n");
}

static void t_endless(void **state)
{
	struct copy c;

	(void)state;
	begin(&c, "text/event-stream", NULL);
	add(&c, "data: ");
	for (int i = 0; i < FRAMES; i++)
		add(&c, "0123456789012345678901234567890123456789012345678901"
			"234567890123456789012345678901234567890123456789");
	assert_true(c.is_short && c.unreadable);
	assert_in_range(c.body.len, 0, COPY_STREAM_LIMIT);
	assert_int_equal(c.bytes, 6 + 100 * FRAMES);
	copy_clear(&c);
}

static void t_large(void **state)
{
	struct copy c;

	(void)state;
	begin(&c, "application/json", NULL);
	add(&c, "{\"begin\":1,");
	add_frames(&c, "\n");
	assert_true(c.is_short);
	assert_int_equal(c.body.len, COPY_LIMIT);
	assert_int_equal(memcmp(c.body.at, "{\"begin\":1,", 11), 0);
	assert_int_equal(c.events, 0);
	copy_clear(&c);
}

static void t_codings(void **state)
{
	/* "data: a", two newlines, by gzip -9n */
	static const char coded[] =
		"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\x49\x2c\x49\xb4"
		"\x52\x48\xe4\xe2\x02\x00\x7e\xe3\xc4\x38\x09\x00\x00\x00";
	struct copy c;

	(void)state;
	begin(&c, "text/event-stream", "gzip");
	for (size_t i = 0; i < sizeof(coded) - 1; i++)
		copy_add(&c, span_make(&coded[i], 1));
	assert_string_equal(buf_str(&c.body), "data: a\n\n");
	assert_int_equal(c.events, 1);
	assert_int_equal(c.bytes, sizeof(coded) - 1);
	copy_clear(&c);

	begin(&c, "text/event-stream", "gzip");
	add(&c, "this is no gzip");
	assert_true(c.undecodable);
	copy_clear(&c);

	begin(&c, "text/event-stream", "rot13");
	assert_true(c.undecodable);
	copy_clear(&c);
}

#define KEY "sk-planted-0123456789abcdef"
#define ERROR "event: error\ndata: {\"error\":{\"message\":\"" KEY "\"}}\n\n"
#define EVENT "event: message_start\ndata: {\"a\":\"" KEY "\"}\n\n"

/* An exchange that is over: does it fail, and does its answer stay as it came? */
static void check_over(const char *body, enum stream_end end, bool fails)
{
	struct secrets secrets = { .list = NULL };
	struct listen_config config = { .secrets = &secrets };
	struct listener l = { .config = &config };
	struct visit v = { .head = { .method = (char *)"POST",
				     .target = (char *)"/v1/messages" } };
	struct pass pass = { .arg = &l };
	struct passing p = { .pass = &pass, .visit = &v, .end = end };
	struct refusal why = { .code = NULL };

	secrets_add(&secrets, KEY);
	headers_add_text(&p.head.headers, "content-type", "text/event-stream");
	p.head.status = 200;
	copy_init(&p.copy);
	copy_begin(&p.copy, &p.head.headers);
	add(&p.copy, body);
	assert_int_equal(listen_failed(&p, &why), fails);
	assert_int_equal(why.code != NULL, fails);
	assert_int_equal(strstr(buf_str(&p.copy.body), KEY) == NULL, fails);
	for (size_t i = 0; i < FINDING_WORDS; i++)
		assert_true(!why.words[i] || !strstr(why.words[i], "sk-"));
	refusal_clear(&why);
	copy_clear(&p.copy);
	headers_clear(&p.head.headers);
	secrets_clear(&secrets);
}

/* Searching for credentials must not take too long when many exchanges end
 * together. */
static void t_searched(void **state)
{
	(void)state;
	check_over(EVENT, END_CANCELLED, false);
	check_over(EVENT "event: message_stop\ndata: {}\n\n", END_CLEAN, false);
	check_over(EVENT, END_CUT, true);
	check_over(EVENT ERROR, END_CLEAN, true);
	check_over(EVENT ERROR, END_CANCELLED, true);
}

/* Case does not matter; what is no scheme is a part of the credential. */
static void t_scheme(void **state)
{
	(void)state;
	assert_int_equal(listen_scheme("Bearer sk-1"), 7);
	assert_int_equal(listen_scheme("bEARER sk-1"), 7);
	assert_int_equal(listen_scheme("Basic eDp5"), 6);
	assert_int_equal(listen_scheme("basic eDp5"), 6);
	assert_int_equal(listen_scheme("sk-1"), 0);
	assert_int_equal(listen_scheme("Bearer"), 0);
	assert_int_equal(listen_scheme(""), 0);
}

/* Credentials that clients send are learnt; of "SCHEME value" only the
 * value. */
static void t_learned(void **state)
{
	struct secrets secrets = { .list = NULL };
	struct headers h = { .list = NULL };
	char value[40];

	(void)state;
	headers_add_text(&h, "authorization", "Bearer " KEY);
	headers_add_text(&h, "cookie", "a=1; sid=0123456789abcdef0123456789");
	headers_add_text(&h, "x-app", "a-word-that-is-no-secret");
	headers_add_text(&h, "x-api-key", "sk-other-0123456789abcdef");
	assert_int_equal(listen_learn(&secrets, &h), 0);
	assert_true(secrets_has(&secrets, KEY));
	assert_false(secrets_has(&secrets, "Bearer " KEY));
	assert_true(secrets_has(&secrets, "0123456789abcdef0123456789"));
	assert_true(secrets_has(&secrets, "sk-other-0123456789abcdef"));
	assert_false(secrets_has(&secrets, "a-word-that-is-no-secret"));
	while (secrets.count < LISTEN_SECRETS) {
		snprintf(value, sizeof(value), "sk-more-%020zu", secrets.count);
		secrets_add(&secrets, value);
	}
	/* A known credential does not count against the limit. */
	assert_int_equal(listen_learn(&secrets, &h), 0);
	headers_add_text(&h, "x-api-key", "sk-third-0123456789abcdef");
	assert_int_equal(listen_learn(&secrets, &h), -1);
	assert_int_equal(secrets.count, LISTEN_SECRETS);
	headers_clear(&h);
	secrets_clear(&secrets);
}

static const struct CMUnitTest tests[] = {
	{ "listen: begin and end of a long stream are kept, in whole frames",
	  t_long, NULL, NULL, NULL },
	{ "listen: a line without an end is bounded", t_endless, NULL, NULL,
	  NULL },
	{ "listen: of another answer the begin is kept", t_large, NULL, NULL,
	  NULL },
	{ "listen: codings are undone", t_codings, NULL, NULL, NULL },
	{ "listen: only an answer that failed is searched for credentials",
	  t_searched, NULL, NULL, NULL },
	{ "listen: credentials of clients are learnt", t_learned, NULL, NULL,
	  NULL },
	{ "listen: a scheme is in front of a credential", t_scheme, NULL, NULL,
	  NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("listen", tests, NULL, NULL);
}
