/* Tests of probe/bisect: reading the request, retry-after, the memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/bisect/trial.h"
#include "probe/suite/scratch.h"
#include "wire/log/wlog.h"

#define KEY "sk-test-sample-key-0001"
#define HEAD "POST /v1/messages HTTP/1.1\r\n"

static char *folder;

static int set_up(void **state)
{
	(void)state;
	unsetenv("ANTHROPIC_AUTH_TOKEN");
	unsetenv("ANTHROPIC_API_KEY");
	return scratch_new(&folder, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(folder);
	return 0;
}

static int read_with(struct sample *out, const char *text,
		     struct sample_options *o, struct fail *f)
{
	static const struct option_list none;
	char path[512];

	snprintf(path, sizeof(path), "%s/a.http", folder);
	assert_int_equal(scratch_write(folder, "a.http", span_of(text), NULL),
			 0);
	o->from = path;
	o->url = o->url ? o->url : "http://user:pass-word-1@h:1/base/";
	o->headers = o->headers ? o->headers : &none;
	return sample_read(out, o, f);
}

static void assert_sent(const struct sample *s, const char *name,
			const char *value)
{
	struct headers sent = { .count = 0 };
	const char *is;

	assert_int_equal(sample_fill(s, &s->request.headers, &sent, NULL), 0);
	is = headers_get(&sent, name);
	if (value == NULL)
		assert_null(is);
	else
		assert_string_equal(is, value);
	headers_clear(&sent);
}

static void assert_kept(const struct sample *s, const char *name,
			const char *value)
{
	assert_string_equal(headers_get(&s->request.headers, name), value);
}

static void t_credentials(void **state)
{
	struct sample_options as_is = { .key = NULL }, key = { .key = KEY },
			      form = { .key = KEY, .auth = "both" };
	struct sample s;

	(void)state;
	assert_int_equal(read_with(&s,
				   HEAD "Host: a\r\nAuthorization: Bearer "
					"one-secret\r\nX-Our-Token: "
					"two-secret\r\n\r\n{}",
				   &as_is, NULL),
			 0);
	assert_kept(&s, "authorization", "Bearer {{credential}}");
	assert_kept(&s, "x-our-token", "{{credential-2}}");
	assert_sent(&s, "authorization", "Bearer one-secret");
	assert_sent(&s, "x-our-token", "two-secret");
	assert_sent(&s, "host", NULL);
	assert_string_equal(s.host, "h:1");
	sample_clear(&s);

	assert_int_equal(read_with(&s, HEAD "x-api-key: {{credential}}\n\n{}",
				   &key, NULL),
			 0);
	assert_sent(&s, "x-api-key", KEY);
	assert_sent(&s, "authorization", NULL);
	sample_clear(&s);

	assert_int_equal(
		read_with(&s, HEAD "x-api-key: own\r\n\r\n{}", &form, NULL), 0);
	assert_sent(&s, "x-api-key", KEY);
	assert_sent(&s, "authorization", "Bearer " KEY);
	sample_clear(&s);
}

static void t_environment(void **state)
{
	struct sample_options o = { .key = NULL };
	struct fail f = FAIL_INIT;
	struct sample s;

	(void)state;
	assert_int_equal(
		read_with(&s, HEAD "Authorization: Bearer {{credential}}\n\n{}",
			  &o, &f),
		-1);
	assert_non_null(strstr(f.text, "ANTHROPIC_AUTH_TOKEN"));
	setenv("ANTHROPIC_API_KEY", KEY, 1);
	assert_int_equal(
		read_with(&s, HEAD "Authorization: Bearer {{credential}}\n\n{}",
			  &o, NULL),
		0);
	unsetenv("ANTHROPIC_API_KEY");
	assert_sent(&s, "x-api-key", KEY);
	assert_sent(&s, "authorization", NULL);
	assert_string_equal(s.found, "ANTHROPIC_API_KEY");
	sample_clear(&s);
	/* A request without a credential gets none unless one is given. */
	assert_int_equal(read_with(&s, HEAD "a: b\n\n{}", &o, NULL), 0);
	assert_int_equal(s.request.headers.count, 1);
	sample_clear(&s);
}

static void t_empty(void **state)
{
	struct sample_options o = { .key = KEY };
	struct buf text = BUF_INIT(1024);
	struct sample s;

	(void)state;
	assert_int_equal(read_with(&s, HEAD "\n{}", &o, NULL), 0);
	buf_add_text(&text, "a " KEY " b " KEY);
	sample_empty(&s, &text);
	assert_string_equal(buf_str(&text),
			    "a {{credential}} b {{credential}}");
	buf_reset(&text);
	buf_add_text(&text, "user:pass-word-1");
	trial_blot(&s, &text);
	assert_null(strstr(buf_str(&text), "pass-word-1"));
	/* A secret that JSON spells in another way is found in both. */
	sample_secret(&s, "quo\"ted-word-9");
	buf_reset(&text);
	buf_add_text(&text,
		     "{\"a\":\"x quo\\\"ted-word-9 y\"} quo\"ted-word-9");
	trial_blot(&s, &text);
	assert_null(strstr(buf_str(&text), "ted-word-9"));
	assert_non_null(strstr(buf_str(&text), "{\"a\":\"x "));
	buf_clear(&text);
	sample_clear(&s);
}

/* The header fields that the request keeps, as "name=value" with blanks
 * between. */
static void assert_fields(const struct sample *s, const char *wanted)
{
	struct buf is = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < s->request.headers.count; i++)
		buf_addf(&is, "%s%s=%s", i > 0 ? " " : "",
			 s->request.headers.list[i].name,
			 s->request.headers.list[i].value);
	assert_string_equal(buf_str(&is), wanted);
	buf_clear(&is);
}

static void t_headers(void **state)
{
	static const struct {
		const char *head, *key, *auth, *extra, *wanted;
	} rows[] = {
		{ "Connection: a\nContent-Length: 2\nKeep-Alive: 1\nExpect: 1\n"
		  "Transfer-Encoding: x\nHosts: 1\n",
		  NULL, NULL, NULL, "Hosts=1" },
		{ "x-api-key:\nx-token: a b\n", NULL, NULL, NULL,
		  "x-api-key= x-token=a {{credential}}" },
		{ "Cookie: a=b c\nx-token: a=b c\n", NULL, NULL, NULL,
		  "Cookie={{credential}} x-token=a=b {{credential-2}}" },
		{ "x-token: one\nx-secret: one\n", NULL, NULL, NULL,
		  "x-token={{credential}} x-secret={{credential}}" },
		{ "a: b\n", KEY, NULL, NULL,
		  "a=b Authorization=Bearer {{credential}}" },
		{ "x-api-key: one\na: b\n", KEY, NULL, NULL,
		  "x-api-key={{credential}} a=b" },
		{ "x-token: one\n", KEY, NULL, NULL,
		  "x-token={{credential-2}} Authorization=Bearer "
		  "{{credential}}" },
		{ "authorization: one\na: b\n", KEY, "x-api-key", NULL,
		  "x-api-key={{credential}} a=b" },
		{ "a: b\n", KEY, "bearer", NULL,
		  "a=b Authorization=Bearer {{credential}}" },
		{ "a: b\nx-api-key: 1\nauthorization: 2\n", KEY, "both", NULL,
		  "a=b Authorization=Bearer {{credential}} "
		  "x-api-key={{credential}}" },
		{ "a: b\nA: c\n", NULL, NULL, "a:  d ", "a=d" },
		{ "a: b\n", NULL, NULL, "x-token: d",
		  "a=b x-token={{credential}}" },
		{ "a: {{wrong-credential}} {{credential}}\n", KEY, NULL, NULL,
		  "a={{wrong-credential}} {{credential}} Authorization=Bearer "
		  "{{credential}}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *extra[] = { rows[i].extra };
		struct option_list list = { .list = extra,
					    .count = rows[i].extra != NULL };
		struct sample_options o = { .key = rows[i].key,
					    .auth = rows[i].auth,
					    .headers = &list };
		struct buf text = BUF_INIT(4096);
		struct fail f = FAIL_INIT;
		struct sample s;

		buf_addf(&text, HEAD "%s\n{}", rows[i].head);
		if (read_with(&s, buf_str(&text), &o, &f) < 0)
			fail_msg("row %zu: %s", i, f.text);
		assert_fields(&s, rows[i].wanted);
		sample_clear(&s);
		buf_clear(&text);
	}
}

static void t_wrong(void **state)
{
	static const struct {
		const char *text, *extra, *auth, *why;
	} rows[] = {
		{ HEAD "\n{}", "none", NULL,
		  "--header: 'none' is not NAME: VALUE" },
		{ HEAD "\n{}", ": x", NULL,
		  "--header: ': x' is not NAME: VALUE" },
		{ HEAD "\n{}", NULL, "basic", "" },
		{ HEAD "\n{", NULL, NULL, "a.http: the body is not JSON: 1:2" },
		{ HEAD "Content-Encoding: gzip\n\n{", NULL, NULL,
		  "a.http: the body is not JSON (it has to be stored without "
		  "its transfer and content coding): " },
		{ HEAD "Transfer-Encoding: chunked\n\n{", NULL, NULL,
		  "a.http: the body is not JSON (it has to be stored without "
		  "its transfer and content coding): " },
		{ "POST http://h/ HTTP/1.1\n\n{}", NULL, NULL,
		  "a.http: the target begins with '/' (the host is in the "
		  "URL)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *extra[] = { rows[i].extra };
		struct option_list list = { .list = extra,
					    .count = rows[i].extra != NULL };
		struct sample_options o = { .key = KEY,
					    .auth = rows[i].auth,
					    .headers = &list };
		struct fail f = FAIL_INIT;
		struct sample s;

		assert_int_equal(read_with(&s, rows[i].text, &o, &f), -1);
		if (strstr(f.text, rows[i].why) == NULL)
			fail_msg("row %zu: %s", i, f.text);
	}
}

static void t_targets(void **state)
{
	static const char *const rows[][2] = {
		{ "/v1/messages", "/v1/messages" },
		{ "/v1?beta=true", "/v1?beta=true" },
		{ "/v1?key=abc&x=1&api_key=d", "/v1?key={{credential-2}}&x=1&"
					       "api_key={{credential-3}}" },
		{ "/v1?key&key=&x&key={{credential}}",
		  "/v1?key&key=&x&key={{credential}}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample_options o = { .key = NULL };
		struct buf text = BUF_INIT(4096);
		struct sample s;

		buf_addf(&text, "POST %s HTTP/1.1\n\n{\"a\":[1,2],\"b\":5}",
			 rows[i][0]);
		assert_int_equal(read_with(&s, buf_str(&text), &o, NULL), 0);
		assert_string_equal(s.request.target, rows[i][1]);
		assert_int_equal(sample_count(&s, "a"), 2);
		assert_int_equal(sample_count(&s, "b"), 0);
		assert_int_equal(sample_count(&s, "c"), 0);
		sample_clear(&s);
		buf_clear(&text);
	}
}

static void t_urls(void **state)
{
	static const char *const bad[] = {
		"http://",     "http:///",    "https://@",
		"http://a@/x", "http://h/?a", "http://h#",
		"ftp://h",     "http:h",      "",
	};
	struct sample_options o = { .key = KEY,
				    .url = "HTTP://us:pa@h:80//p//" };
	struct sample s;

	(void)state;
	assert_int_equal(read_with(&s, HEAD "\n{}", &o, NULL), 0);
	assert_string_equal(s.base_url, "HTTP://h:80//p");
	assert_string_equal(s.host, "h:80");
	sample_clear(&s);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		o.url = bad[i];
		assert_int_equal(read_with(&s, HEAD "\n{}", &o, NULL), -1);
	}
}

static int64_t after(const char *value)
{
	struct headers h = { .count = 0 };
	int64_t seconds;

	headers_add_text(&h, "Retry-After", value);
	seconds = trial_retry_after(&h, INT64_C(784111777));
	headers_clear(&h);
	return seconds;
}

static void t_retry_after(void **state)
{
	struct headers none = { .count = 0 };

	(void)state;
	assert_int_equal(trial_retry_after(&none, 0), -1);
	assert_int_equal(after("7"), 7);
	assert_int_equal(after("0"), 0);
	assert_int_equal(after("1.5"), 2);
	assert_int_equal(after("99999999999999999999"), 1000000);
	assert_int_equal(after("Sun, 06 Nov 1994 08:50:37 GMT"), 60);
	assert_int_equal(after("Sun, 06 Nov 1994 08:00:00 GMT"), 0);
	assert_int_equal(after("soon"), -1);
	assert_int_equal(after("-1"), -1);
}

static void t_hash(void **state)
{
	struct sample_options o = { .key = KEY };
	struct sample s;
	uint64_t first;

	(void)state;
	assert_int_equal(
		read_with(&s, HEAD "\n\"[probe-0000000000000000]\"", &o, NULL),
		0);
	first = memory_hash(&s.request);
	memcpy(s.request.body.at + 8, "00000000000000a1", 16);
	assert_true(memory_hash(&s.request) == first);
	s.request.body.at[1] = '{';
	assert_true(memory_hash(&s.request) != first);
	sample_clear(&s);
	/* What only begins like a mark is none. */
	assert_int_equal(read_with(&s,
				   HEAD "a: b\n\n\"[probe-0000000000000000\"",
				   &o, NULL),
			 0);
	first = memory_hash(&s.request);
	memcpy(s.request.body.at + 8, "00000000000000a1", 16);
	assert_true(memory_hash(&s.request) != first);
	sample_clear(&s);
	assert_int_equal(read_with(&s,
				   HEAD "a: b\n\n\"[probe-00000000000000g0]\"",
				   &o, NULL),
			 0);
	first = memory_hash(&s.request);
	memcpy(s.request.body.at + 8, "00000000000000a1", 16);
	assert_true(memory_hash(&s.request) != first);
	sample_clear(&s);
	/* The answers of an older ccprobe are found again. */
	assert_int_equal(read_with(&s, HEAD "\n{}", &o, NULL), 0);
	assert_int_equal(sample_digest(&s), 0x4ff5);
	sample_clear(&s);
	o.key = NULL;
	assert_int_equal(read_with(&s,
				   HEAD "a: b\n\n\"[probe-0000000000000000]\"",
				   &o, NULL),
			 0);
	assert_true(memory_hash(&s.request) == UINT64_C(0x7bee965744e97da4));
	s.request.headers.list[0].name[0] = 'b';
	assert_true(memory_hash(&s.request) != UINT64_C(0x7bee965744e97da4));
	sample_clear(&s);
}

static void t_memory(void **state)
{
	struct sample_options o = { .key = KEY };
	struct remembered r = { .hash = 7,
				.status = 400,
				.failed = true,
				.whole = true,
				.normal = (char *)"a \"b\"" };
	char path[512];
	struct sample s;
	struct memory *m, *second = NULL;
	struct memory_config c = { .folder = path, .url = "u" };
	struct fail f = FAIL_INIT;

	(void)state;
	snprintf(path, sizeof(path), "%s/memory", folder);
	assert_int_equal(read_with(&s, HEAD "\n{}", &o, NULL), 0);
	c.request = &s.request;
	assert_int_equal(memory_open(&m, &c, NULL), 0);
	memory_add(m, &r);
	memory_close(m);

	assert_int_equal(memory_open(&m, &c, NULL), 0);
	assert_int_equal(memory_count(m), 1);
	assert_null(memory_find(m, 8));
	assert_string_equal(memory_find(m, 7)->normal, "a \"b\"");
	assert_int_equal(memory_find(m, 7)->status, 400);
	assert_true(memory_find(m, 7)->failed);
	assert_true(memory_begun(m, 8));
	assert_false(memory_begun(m, 7));
	/* A second user of the folder is refused. */
	assert_int_equal(memory_open(&second, &c, &f), -1);
	assert_non_null(strstr(f.text, "another ccprobe"));
	memory_close(m);

	f = (struct fail){ .code = FAIL_OK };
	c.url = "other";
	assert_int_equal(memory_open(&m, &c, &f), -1);
	assert_non_null(strstr(f.text, "another request"));
	sample_clear(&s);
}

#define ANSWER(hash, status) \
	"{\"hash\":" hash ",\"status\":" status ",\"failed\":false," \
	"\"whole\":true,\"text\":\"t\"}\n"

static void append(const char *path, const char *text)
{
	FILE *to = fopen(path, "a");

	assert_non_null(to);
	assert_int_equal(fputs(text, to) >= 0, 1);
	assert_int_equal(fclose(to), 0);
}

/* Lines that are no answers are left out, a torn one is removed, and of two
 * about one request the newer one counts. */
static void t_memory_lines(void **state)
{
	static const char lines[] = ANSWER("\"0000000000000001\"", "0") ANSWER(
		"\"0000000000000002\"",
		"999") ANSWER("\"000000000000000\"",
			      "200") ANSWER("\"00000000000000003\"", "200")
		ANSWER("5", "200") ANSWER("\"0000000000000004\"", "-1")
			ANSWER("\"0000000000000004\"",
			       "1000") ANSWER("\"0000000000000004\"", "\"4\"")
				ANSWER("\"0000000000000004\"",
				       "1.5") "{\"hash\":\"0000000000000004\"}"
					      "\n{\"status\":4}\n"
					      "[]\nno\n\n"
					      "{\"hash\":\"0000000000000001\","
					      "\"status\":7,\"failed\":true,"
					      "\"whole\":5}\n{\"hash\":\"00";
	struct sample_options o = { .key = KEY };
	struct remembered r = { .hash = 9, .normal = NULL };
	char path[512], file[600];
	struct sample s;
	struct memory *m;
	struct memory_config c = { .folder = path,
				   .url = "u",
				   .credential = 5 };
	struct fail f = FAIL_INIT;

	(void)state;
	snprintf(path, sizeof(path), "%s/lines", folder);
	snprintf(file, sizeof(file), "%s/" MEMORY_FILE, path);
	assert_int_equal(read_with(&s, HEAD "\n{}", &o, NULL), 0);
	c.request = &s.request;
	assert_int_equal(memory_open(&m, &c, NULL), 0);
	assert_string_equal(memory_folder(m), path);
	assert_int_equal(memory_count(m), 0);
	memory_close(m);
	append(file, lines);
	assert_int_equal(memory_open(&m, &c, NULL), 0);
	assert_int_equal(memory_count(m), 3);
	assert_int_equal(memory_find(m, 1)->status, 7);
	assert_true(memory_find(m, 1)->failed);
	assert_false(memory_find(m, 1)->whole);
	assert_string_equal(memory_find(m, 1)->normal, "");
	assert_int_equal(memory_find(m, 2)->status, 999);
	assert_false(memory_find(m, 2)->failed);
	assert_true(memory_find(m, 2)->whole);
	assert_string_equal(memory_find(m, 2)->normal, "t");
	r.normal = (char *)"more";
	memory_add(m, &r);
	assert_int_equal(memory_result(m, &f), 0);
	memory_close(m);
	assert_int_equal(memory_open(&m, &c, NULL), 0);
	assert_int_equal(memory_count(m), 4);
	assert_string_equal(memory_find(m, 9)->normal, "more");
	memory_close(m);
	c.credential = 6;
	assert_int_equal(memory_open(&m, &c, &f), -1);
	assert_non_null(strstr(f.text, "given to another credential"));
	c.fresh = true;
	assert_int_equal(memory_open(&m, &c, NULL), 0);
	assert_int_equal(memory_count(m), 0);
	memory_close(m);
	c.fresh = false;
	assert_int_equal(memory_open(&m, &c, NULL), 0);
	assert_int_equal(memory_count(m), 0);
	memory_close(m);
	sample_clear(&s);
}

static void t_memory_folder(void **state)
{
	struct sample_options o = { .key = KEY };
	char path[512], file[600], before[4096];
	struct sample s;
	struct memory *m;
	struct memory_config c = { .folder = path, .url = "u" };
	struct fail f = FAIL_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(read_with(&s, HEAD "\n{}", &o, NULL), 0);
	c.request = &s.request;
	snprintf(path, sizeof(path), "%s/other", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(memory_open(&m, &c, NULL), 0); /* it is empty */
	assert_int_equal(memory_write(m, "a.sh", span_of("one"), true, &f), 0);
	assert_int_equal(memory_write(m, "b", span_of("two"), false, &f), 0);
	assert_int_equal(memory_write(m, "none/b", span_of("x"), false, &f),
			 -1);
	assert_int_equal(f.code, FAIL_SYSTEM);
	f = (struct fail)FAIL_INIT;
	memory_close(m);
	snprintf(file, sizeof(file), "%s/a.sh", path);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(st.st_size, 3);
	snprintf(file, sizeof(file), "%s/b", path);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(file, sizeof(file), "%s/" MEMORY_FILE, path);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(memory_open(&m, &c, &f), -1);
	assert_non_null(strstr(f.text, "is not empty and has no "));
	assert_int_equal(mkfifo(file, 0600), 0);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(memory_open(&m, &c, &f), -1);
	assert_non_null(strstr(f.text, ": not a regular file"));
	/* Without a name it is one that the request gives. */
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(folder), 0);
	c.folder = NULL;
	assert_int_equal(memory_open(&m, &c, NULL), 0);
	assert_int_equal(strncmp(memory_folder(m), "bisect-", 7), 0);
	assert_int_equal(strlen(memory_folder(m)), 15);
	assert_int_equal(access(memory_folder(m), F_OK), 0);
	memory_close(m);
	assert_int_equal(chdir(before), 0);
	sample_clear(&s);
}

/* One exchange of a kept log. */
static void put_exchange(struct wlog *log, const char *actor, unsigned exchange,
			 const char *body, int status)
{
	struct http_head sent = { .method = NULL }, got = { .method = NULL };

	assert_true(http_request_read(span_of(HEAD "a: b\r\n\r\n"), &sent,
				      NULL) > 0);
	wlog_set_head(log, wlog_add(log, 0, 1, actor, exchange, WLOG_REQUEST),
		      &sent);
	wlog_set_bytes(log, wlog_add(log, 0, 1, actor, exchange, WLOG_BODY),
		       span_of(body));
	got.status = status;
	got.minor = 1;
	wlog_set_head(log, wlog_add(log, 0, 1, actor, exchange, WLOG_RESPONSE),
		      &got);
	http_head_clear(&sent);
}

/* What is found in a log of these exchanges. */
static void assert_in_log(struct wlog *log, const char *body)
{
	struct http_head head = { .method = NULL };
	struct buf found = BUF_INIT(SAMPLE_LIMIT), lines = BUF_INIT(1 << 20);
	struct fail f = FAIL_INIT;
	char *source = NULL;
	char path[512];
	FILE *to;
	int rc;

	snprintf(path, sizeof(path), "%s/a.jsonl", folder);
	to = fopen(path, "w");
	assert_non_null(to);
	for (size_t i = 0; i < log->count; i++)
		wlog_entry_write(&log->list[i], &lines);
	fwrite(lines.at, 1, lines.len, to);
	fclose(to);
	buf_clear(&lines);
	rc = sample_find(&head, &found, &source, path, NULL, &f);
	assert_string_equal(source, path);
	if (body) {
		assert_int_equal(rc, 0);
		assert_string_equal(buf_str(&found), body);
		assert_string_equal(headers_get(&head.headers, "a"), "b");
	} else {
		assert_int_equal(rc, -1);
		assert_non_null(
			strstr(f.text, "no request of a client is in it"));
	}
	free(source);
	http_head_clear(&head);
	buf_clear(&found);
	wlog_clear(log);
	wlog_init(log, 1 << 20);
}

/* The client's first request that was refused, or else its first. */
static void t_log(void **state)
{
	struct wlog log;

	(void)state;
	wlog_init(&log, 1 << 20);
	put_exchange(&log, "u1", 1, "up", 400);
	put_exchange(&log, "c1", 1, "one", 200);
	put_exchange(&log, "c2", 1, "two", 399);
	assert_in_log(&log, "one");
	put_exchange(&log, "u1", 2, "up", 400);
	put_exchange(&log, "u2", 1, "up", 400);
	put_exchange(&log, "c1", 1, "one", 200);
	put_exchange(&log, "c1", 2, "two", 400);
	put_exchange(&log, "c2", 1, "three", 500);
	assert_in_log(&log, "two");
	put_exchange(&log, "u1", 1, "up", 400);
	assert_in_log(&log, NULL);
	wlog_clear(&log);
}

static const struct CMUnitTest tests[] = {
	{ "sample: credentials are in slots, wherever they come from",
	  t_credentials, NULL, NULL, NULL },
	{ "sample: the environment is asked where a placeholder is",
	  t_environment, NULL, NULL, NULL },
	{ "sample: secrets are found again in texts", t_empty, NULL, NULL,
	  NULL },
	{ "sample: header fields", t_headers, NULL, NULL, NULL },
	{ "sample: what cannot be sent", t_wrong, NULL, NULL, NULL },
	{ "sample: keys in the target, and lists in the body", t_targets, NULL,
	  NULL, NULL },
	{ "sample: a URL has a host, and neither user nor query", t_urls, NULL,
	  NULL, NULL },
	{ "sample: of a kept log the first request that was refused", t_log,
	  NULL, NULL, NULL },
	{ "exchange: retry-after is seconds or a date", t_retry_after, NULL,
	  NULL, NULL },
	{ "memory: a hash does not depend on the mark", t_hash, NULL, NULL,
	  NULL },
	{ "memory: answers are found again, by their owner", t_memory, NULL,
	  NULL, NULL },
	{ "memory: lines of its file", t_memory_lines, NULL, NULL, NULL },
	{ "memory: its folder", t_memory_folder, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("sample", tests, set_up, tear_down);
}
