/* Tests of probe/record: complete files that overwrite none, what is stored and
 * printed, and answers as scripts of ccmock. */
#include <errno.h>
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

#include "net/loop.h"
#include "net/serve/serve_private.h"
#include "probe/record/record_private.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

/* ---- a clock, and how often the loop was stopped ---- */

static tick_t now;
static int stops;

tick_t __wrap_loop_now(void);
tick_t __wrap_loop_now(void)
{
	return now;
}

void __wrap_loop_stop(struct loop *l);
void __wrap_loop_stop(struct loop *l)
{
	(void)l;
	stops++;
}

/* ---- a folder, and a disk that is full when a file is closed ---- */

static bool is_full;

int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
	int rc = __real_close(fd);

	errno = is_full ? ENOSPC : errno;
	return is_full ? -1 : rc;
}

static char *base, *path;

static int set_up(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	assert_int_equal(scratch_new(&base, NULL), 0);
	buf_addf(&text, "%s/out", base);
	path = buf_take(&text, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(base);
	free(path);
	return 0;
}

static const char *in(const char *name)
{
	static char text[600];

	snprintf(text, sizeof(text), "%s/%s", path, name);
	return text;
}

static void assert_mode(const char *name, mode_t mode)
{
	struct stat st;

	assert_int_equal(stat(in(name), &st), 0);
	assert_int_equal(st.st_mode & (mode_t)0777, mode);
}

static void assert_text(const char *name, const char *wanted)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	assert_int_equal(load_file(&text, in(name), 1 << 20, NULL), 0);
	assert_string_equal(buf_str(&text), wanted);
	buf_clear(&text);
}

static bool is_there(const char *name)
{
	return access(in(name), F_OK) == 0;
}

static void put_file(const char *name, const char *text)
{
	FILE *to = fopen(in(name), "we");

	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

static void open_folder(struct record_folder *d, bool closed)
{
	struct fail f = FAIL_INIT;

	if (record_folder_open(d, path, closed, &f) < 0)
		fail_msg("%s", f.text);
}

static void t_modes(void **state)
{
	static const struct {
		bool closed;
		mode_t folder, file;
	} rows[] = { { false, 0755, 0644 }, { true, 0700, 0600 } };
	struct record_folder d;

	(void)state;
	umask(022);
	for (size_t i = 0; i < 2; i++) {
		open_folder(&d, rows[i].closed);
		assert_mode("", rows[i].folder);
		assert_int_equal(record_folder_make(&d, "more", NULL), 0);
		assert_int_equal(record_folder_make(&d, "more", NULL), 0);
		assert_mode("more", rows[i].folder);
		assert_int_equal(
			record_folder_write(&d, "a", span_of("x"), NULL), 0);
		assert_mode("a", rows[i].file);
		record_folder_close(&d);
		assert_int_equal(d.fd, -1);
		unlink(in("a"));
		rmdir(in("more"));
		rmdir(path);
	}
}

static void t_written(void **state)
{
	struct fail f = FAIL_INIT;
	struct record_folder d;

	(void)state;
	open_folder(&d, false);
	assert_true(d.made);
	assert_int_equal(record_folder_write(&d, "a", span_of("one"), &f), 0);
	assert_int_equal(record_folder_write(&d, "b", span_of("four"), &f), 0);
	assert_int_equal(d.files, 2);
	assert_int_equal(d.bytes, 7);
	assert_int_equal(record_folder_write(&d, "a", span_of("two"), &f), -1);
	assert_int_equal(f.code, FAIL_SYSTEM);
	assert_non_null(strstr(f.text, "/out/a: File exists"));
	assert_int_equal(d.files, 2);
	assert_int_equal(d.bytes, 7);
	assert_false(is_there("a.part"));
	put_file("c.part", "theirs");
	assert_int_equal(record_folder_write(&d, "c", span_of("two"), &f), -1);
	assert_text("c.part", "theirs");
	f = (struct fail){ .code = FAIL_OK };
	assert_int_equal(record_folder_write(&d, "no/d", span_of("x"), &f), -1);
	assert_non_null(strstr(f.text, "/out/no/d: No such file"));
	f = (struct fail){ .code = FAIL_OK };
	is_full = true;
	assert_int_equal(record_folder_write(&d, "e", span_of("x"), &f), -1);
	is_full = false;
	assert_non_null(strstr(f.text, "/out/e: No space left"));
	assert_false(is_there("e"));
	assert_false(is_there("e.part"));
	record_folder_close(&d);
	assert_text("a", "one");
	assert_text("b", "four");
}

static void t_limit(void **state)
{
	struct fail f = FAIL_INIT;
	struct record_folder d;

	(void)state;
	open_folder(&d, false);
	d.bytes = RECORD_BYTES_LIMIT - 4;
	assert_int_equal(record_folder_write(&d, "a", span_of("12345"), &f),
			 -1);
	assert_int_equal(f.code, FAIL_LIMIT);
	assert_non_null(strstr(f.text,
			       ": 2048 MB are recorded, the limit of one "
			       "folder; name a new folder to go on"));
	assert_int_equal(record_folder_write(&d, "a", span_of("1234"), &f), 0);
	record_folder_close(&d);
}

static void t_folders(void **state)
{
	struct fail f = FAIL_INIT;
	struct record_folder d;

	(void)state;
	open_folder(&d, false);
	record_folder_close(&d);
	record_folder_close(&d);
	assert_false(is_there("")); /* created and not used: removed */
	assert_int_equal(mkdir(path, 0711), 0);
	open_folder(&d, false);
	assert_false(d.made);
	record_folder_close(&d);
	assert_mode("", 0711); /* not ours: as it was */
	put_file(".hidden", "");
	assert_int_equal(record_folder_open(&d, path, false, &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_non_null(strstr(f.text,
			       "/out: the folder holds '.hidden', and nothing "
			       "is overwritten; name a new folder"));
	assert_int_equal(d.fd, -1);
	unlink(in(".hidden"));
	f = (struct fail){ .code = FAIL_OK };
	assert_int_equal(record_folder_open(&d, in("no/way"), false, &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	f = (struct fail){ .code = FAIL_OK };
	open_folder(&d, false);
	assert_int_equal(record_folder_make(&d, "a/b", &f), -1);
	assert_int_equal(f.code, FAIL_SYSTEM);
	assert_non_null(strstr(f.text, "/out/a/b: No such file"));
	record_folder_close(&d);
}

/* ---- what passes ---- */

static struct record_config config;
static struct recorder r;
static struct passing p;
static struct visit v;
static int outputs[2];

/* What is said from here on is in files beside the folder. */
static void hear(void)
{
	static const char *const names[] = { "../said", "../told" };

	for (int i = 0; i < 2; i++) {
		fflush(i ? stderr : stdout);
		outputs[i] = dup(i + 1);
		FILE *to = fopen(in(names[i]), "we");

		assert_non_null(to);
		assert_true(dup2(fileno(to), i + 1) >= 0);
		fclose(to);
	}
}

static void heard(void)
{
	for (int i = 0; i < 2; i++) {
		fflush(i ? stderr : stdout);
		assert_true(dup2(outputs[i], i + 1) >= 0);
		close(outputs[i]);
	}
}

static int record_up(void **state)
{
	(void)set_up(state);
	config = (struct record_config){ .answers = true };
	r = (struct recorder){ .config = &config,
			       .script = BUF_INIT(BUF_NO_LIMIT),
			       .next = 1 };
	r.scrub = scrub_new(false);
	open_folder(&r.folder, false);
	stops = 0;
	now = 0;
	return 0;
}

static int record_down(void **state)
{
	record_folder_close(&r.folder);
	scrub_free(r.scrub);
	buf_clear(&r.script);
	return tear_down(state);
}

/* A request: what is said of it on stdout and stderr. */
static void asks(const char *head, const char *body, const char *said,
		 const char *told)
{
	http_head_clear(&v.head);
	v = (struct visit){ .body = BUF_INIT(BUF_NO_LIMIT) };
	p = (struct passing){ .pass = &r.pass, .visit = &v };
	assert_true(http_request_read(span_of(head), &v.head, NULL) > 0);
	buf_add_text(&v.body, body);
	hear();
	record_watch.on_request(&r, &p);
	assert_text("../said", said); /* it is told at once */
	heard();
	buf_clear(&v.body);
	http_head_clear(&v.head);
	assert_text("../said", said);
	assert_text("../told", told);
}

/* Its answer, and its end; `head` is NULL where none came. */
static void ends(const char *head, const char *body, enum stream_end end,
		 const char *told)
{
	if (head) {
		assert_true(http_response_read(span_of(head), &p.head, NULL) >
			    0);
		record_watch.on_answer(&r, &p);
		record_watch.on_piece(&r, &p, span_of(body));
	}
	p.end = end;
	hear();
	record_watch.on_over(&r, &p);
	heard();
	http_head_clear(&p.head);
	assert_text("../said", "");
	assert_text("../told", told);
}

#define ASK "POST /v1/messages?beta=true HTTP/1.1\nhost: a.example\n\n"
#define LINE "POST /v1/messages?beta=true, 15 bytes\n"
#define STREAM "{\"stream\":true}"
#define STORED \
	"POST /v1/messages?beta=true HTTP/1.1\r\nhost: " \
	"{{host}}\r\n\r\n" STREAM

static void t_requests(void **state)
{
	(void)state;
	config.answers = false;
	asks(ASK, STREAM, "01.http  " LINE, "");
	assert_null(p.mine);
	ends("HTTP/1.1 200 OK\n\n", "{}", END_CLEAN, "");
	asks(ASK, STREAM, "02.http  " LINE, "");
	ends(NULL, NULL, END_CLEAN, "");
	assert_text("01.http", STORED);
	assert_text("02.http", STORED);
	assert_int_equal(r.requests, 2);
	assert_int_equal(r.next, 3);
	assert_int_equal(r.answers, 0);
	assert_int_equal(r.refused, 0);
	assert_int_equal(r.broken.code, FAIL_OK);
	assert_int_equal(stops, 0);
}

/* What cannot be read is not stored, and the recording goes on. */
static void t_refused(void **state)
{
	struct buf head = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	asks("POST / HTTP/1.1\ncontent-encoding: gzip\n\n", "no gzip", "",
	     "not stored  a body that cannot be read: the body is not gzip, as "
	     "its "
	     "header says\n");
	assert_null(p.mine);
	ends("HTTP/1.1 200 OK\n\n", "{}", END_CLEAN, "");
	/* Stand-ins make it larger than a head may be. */
	buf_add_text(&head, "POST / HTTP/1.1\nx-api-key: k\nx-long: ");
	while (head.len < HTTP_HEAD_BYTES_LIMIT - 4)
		buf_add_byte(&head, 'a');
	buf_add_text(&head, "\n\n");
	asks(buf_str(&head), "", "",
	     "not stored  head is longer than 262144 bytes\n");
	assert_int_equal(r.refused, 2);
	assert_int_equal(r.requests, 0);
	assert_int_equal(r.broken.code, FAIL_OK);
	asks(ASK, STREAM, "01.http  " LINE, "");
	ends(NULL, NULL, END_CLEAN, "");
	assert_int_equal(stops, 0);
	buf_clear(&head);
}

/* A file that cannot be written ends the recording. */
static void t_broken(void **state)
{
	(void)state;
	put_file("01.http", "theirs");
	asks(ASK, STREAM, "", "");
	assert_null(p.mine);
	assert_int_equal(r.broken.code, FAIL_SYSTEM);
	assert_non_null(strstr(r.broken.text, "01.http: File exists"));
	assert_true(r.pass.over);
	assert_int_equal(stops, 1);
	assert_int_equal(r.requests, 0);
	unlink(in("01.http"));
	asks(ASK, STREAM, "", "");
	assert_false(is_there("01.http"));
}

static void t_most(void **state)
{
	(void)state;
	config.answers = false;
	r.next = RECORD_FILES_LIMIT;
	asks(ASK, STREAM, "9999.http  " LINE, "");
	assert_int_equal(stops, 0);
	asks(ASK, STREAM, "", "");
	assert_int_equal(r.broken.code, FAIL_SYSTEM);
	assert_string_equal(r.broken.text,
			    "9999 requests are recorded, the limit of one "
			    "folder; name a new folder to go on");
	assert_int_equal(stops, 1);
}

/* ---- what is said of what went wrong ---- */

static void t_trouble(void **state)
{
	static const struct {
		bool stored;
		const char *own, *text;
		enum stream_end end;
		bool over;
		const char *told;
	} rows[] = {
		{ true, NULL, "", END_CLEAN, false, "" },
		{ true, NULL, "it broke off", END_CUT, false,
		  "01.http  it broke off\n" },
		{ false, NULL, "it broke off", END_CUT, false,
		  "answer  it broke off\n" },
		{ true, NULL, "the client hung up", END_CANCELLED, false, "" },
		{ true, NULL, "it broke off", END_CUT, true, "" },
		{ true, "it is too large", "", END_OPEN, false,
		  "01.http  it is too large\n" },
		{ false, "it is too large", "", END_OPEN, false,
		  "not stored  it is too large\n" },
		{ false, "it is too large", "why", END_REFUSED, true,
		  "not stored  why\n" },
		{ false, NULL, "a\nb ##[error]", END_BAD, false,
		  "answer  a\\nb ##\\[error]\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		config.answers = rows[i].stored;
		r.next = 1;
		asks(ASK, STREAM, "01.http  " LINE, "");
		p.own = rows[i].own;
		snprintf(p.text, sizeof(p.text), "%s", rows[i].text);
		r.pass.over = rows[i].over;
		ends(NULL, NULL, rows[i].end, rows[i].told);
		unlink(in("01.http"));
	}
}

/* Each byte of it takes four when it is shown. */
static void t_shown(void **state)
{
	struct buf told = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	config.answers = false;
	asks(ASK, STREAM, "01.http  " LINE, "");
	memset(p.text, '\1', sizeof(p.text) - 1);
	buf_add_text(&told, "answer  ");
	for (size_t i = 0; i < sizeof(p.text) - 1; i++)
		buf_add_text(&told, "\\x01");
	buf_add_byte(&told, '\n');
	ends(NULL, NULL, END_BAD, buf_str(&told));
	buf_clear(&told);
}

/* ---- answers ---- */

static void t_answers(void **state)
{
	(void)state;
	asks(ASK, STREAM, "01.http  " LINE, "");
	assert_non_null(p.mine);
	ends("HTTP/1.1 529 Overloaded\ncontent-type: application/json\n"
	     "date: today\nConnection: close\nretry-after: 7\n\n",
	     "{\"type\":\"error\"}", END_CLEAN, "");
	asks(ASK, STREAM, "02.http  " LINE, "");
	p.began = 10 * TICK_MS;
	p.head_at = 15 * TICK_MS;
	ends("HTTP/1.1 204 No\n\n", "", END_RESET, "02.http  \n");
	asks(ASK, STREAM, "03.http  " LINE, "");
	p.began = 10 * TICK_MS;
	p.head_at = 15 * TICK_MS - 1;
	ends("HTTP/1.1 200 OK\ncontent-type: text/event-stream\n\n",
	     "data: {\"type\":\"ping\"}\n\ndata: {", END_CANCELLED, "");
	asks(ASK, STREAM, "04.http  " LINE, "");
	ends(NULL, NULL, END_CANCELLED, "");
	asks(ASK, STREAM, "05.http  " LINE, "");
	ends("HTTP/1.1 200 OK\ncontent-type: text/event-stream\n\n",
	     "data: {\"type\":\"ping\"}\n\n", END_RESET, "05.http  \n");
	assert_text("answers/05.sse",
		    "data: {\"type\":\"ping\"}\n\n: @cut rst\n");
	assert_int_equal(r.answers, 4);
	assert_text("answers/01.body", "{\"type\":\"error\"}");
	assert_text("answers/03.sse", "data: {\"type\":\"ping\"}\n\ndata: {");
	assert_false(is_there("answers/02.body"));
	assert_false(is_there("answers/04.body"));
	record_script_write(&r.script, &v.body);
	assert_string_equal(
		buf_str(&v.body),
		"{ \"upstream\": {\n"
		"  \"a01\": {\n    \"when\": { \"method\": \"POST\", "
		"\"path\": \"/v1/messages\" },\n    \"times\": \"once\",\n"
		"    \"reply\": {\n      \"status\": 529, \"headers_only\": "
		"true,\n      \"headers\": [[\"content-type\", "
		"\"application/json\"], [\"retry-after\", \"7\"]],\n"
		"      \"body\": \"01.body\" } },\n"
		"  \"a02\": {\n    \"when\": { \"method\": \"POST\", "
		"\"path\": \"/v1/messages\" },\n    \"times\": \"once\",\n"
		"    \"reply\": {\n      \"status\": 204, \"headers_only\": "
		"true,\n      \"headers\": [],\n      \"delay_ms\": 5,\n"
		"      \"end\": \"rst\" } },\n"
		"  \"a03\": {\n    \"when\": { \"method\": \"POST\", "
		"\"path\": \"/v1/messages\" },\n    \"times\": \"once\",\n"
		"    \"reply\": {\n      \"status\": 200, \"headers_only\": "
		"true,\n      \"headers\": [[\"content-type\", "
		"\"text/event-stream\"]],\n      \"stream\": \"03.sse\",\n"
		"      \"end\": \"stall\" } },\n"
		"  \"a05\": {\n    \"when\": { \"method\": \"POST\", "
		"\"path\": \"/v1/messages\" },\n    \"times\": \"once\",\n"
		"    \"reply\": {\n      \"status\": 200, \"headers_only\": "
		"true,\n      \"headers\": [[\"content-type\", "
		"\"text/event-stream\"]],\n      \"stream\": \"05.sse\" } }\n"
		"} }\n");
	buf_clear(&v.body);
}

static void t_answers_lost(void **state)
{
	static const char lost[] =
		"01.http  its answer is not stored: it is too large, or its "
		"content-encoding is not known\n";

	(void)state;
	asks(ASK, STREAM, "01.http  " LINE, "");
	ends("HTTP/1.1 200 OK\ncontent-encoding: pack200\n\n", "x", END_CLEAN,
	     lost);
	unlink(in("01.http"));
	r.next = 1;
	asks(ASK, STREAM, "01.http  " LINE, "");
	r.folder.bytes = RECORD_BYTES_LIMIT;
	ends("HTTP/1.1 200 OK\n\n", "x", END_CLEAN, lost);
	assert_int_equal(r.broken.code, FAIL_OK);
	assert_int_equal(r.answers, 0);
	assert_int_equal(r.script.len, 0);
}

static void t_answers_broken(void **state)
{
	(void)state;
	asks(ASK, STREAM, "01.http  " LINE, "");
	put_file("answers", "theirs");
	ends("HTTP/1.1 200 OK\n\n", "x", END_CLEAN, "");
	assert_int_equal(r.broken.code, FAIL_SYSTEM);
	assert_int_equal(r.answers, 0);
	assert_int_equal(stops, 1);
	unlink(in("answers"));
	asks(ASK, STREAM, "", "");
	assert_false(is_there("answers"));
}

/* ---- streams, with their timing ---- */

#define TYPE "content-type: text/event-stream\n"

/* The pieces of an answer, each `ms` after the one in front of it, as a file.
 * A piece of "" only lets time pass. */
static void add_stream(const char *head, const char *const *pieces, tick_t ms,
		       enum stream_end end, struct buf *out)
{
	struct scrub *s = scrub_new(true);
	struct http_head answer = { .status = 0 };
	struct record_answer a;

	record_answer_init(&a);
	assert_true(http_response_read(span_of(head), &answer, NULL) > 0);
	record_answer_begin(&a, &answer.headers);
	now = 1000 * TICK_MS;
	for (; *pieces; pieces++) {
		now += ms * TICK_MS;
		if (**pieces)
			record_answer_add(&a, span_of(*pieces));
	}
	assert_int_equal(
		record_answer_write(&a, s, 1000 * TICK_MS, end, out, NULL), 0);
	record_answer_clear(&a);
	http_head_clear(&answer);
	scrub_free(s);
}

static void t_streams(void **state)
{
	static const struct {
		const char *pieces[5];
		tick_t ms;
		enum stream_end end;
		const char *wanted;
	} rows[] = {
		{ { "data: a\n\n" }, 4, END_CLEAN, "data: a\n\n" },
		{ { "data: a\n\n" }, 5, END_CLEAN, ": @wait 5\ndata: a\n\n" },
		{ { "data: a\n\ndata: b\n\n", "data: c\n\n" },
		  9,
		  END_CLEAN,
		  ": @wait 9\ndata: a\n\ndata: b\n\n: @wait 9\ndata: c\n\n" },
		{ { "data: a\n", "\nda", "", "ta: b\n\n" },
		  10,
		  END_CLEAN,
		  ": @wait 20\ndata: a\n\n: @wait 20\ndata: b\n\n" },
		{ { "data: a\n\n" },
		  3600001,
		  END_CLEAN,
		  ": @wait 3600000\ndata: a\n\n" },
		{ { "data: a\n\n: note\n\n", "data: b\n\n" },
		  0,
		  END_CLEAN,
		  "data: a\n\n: note\n\ndata: b\n\n" },
		{ { ": @cut rst\n\ndata: : @x\n: @y\n\n" },
		  0,
		  END_CLEAN,
		  ": .cut rst\n\ndata: : @x\n: .y\n\n" },
		{ { "data: a\n\n" }, 0, END_RESET, "data: a\n\n: @cut rst\n" },
		{ { "data: a\n\n" }, 0, END_CUT, "data: a\n\n: @cut fin\n" },
		{ { "data: a\n\n" },
		  0,
		  END_CANCELLED,
		  "data: a\n\n: @stall\n" },
		{ { "data: a\r\n\r\n" },
		  0,
		  END_CUT,
		  "data: a\r\n\r\n: @cut fin\n" },
		{ { "data: a\n\ndata: b" }, 0, END_CUT, "data: a\n\ndata: b" },
		{ { "data: a\n" }, 0, END_CUT, "data: a\n" },
		{ { "d" }, 0, END_CUT, "d" },
		{ { NULL }, 0, END_CUT, ": @cut fin\n" },
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		add_stream("HTTP/1.1 200 OK\n" TYPE "\n", rows[i].pieces,
			   rows[i].ms, rows[i].end, &out);
		if (strcmp(buf_str(&out), rows[i].wanted) != 0)
			fail_msg("row %zu: '%s', not '%s'", i, buf_str(&out),
				 rows[i].wanted);
		buf_reset(&out);
	}
	buf_clear(&out);
}

/* How the body was packed; what nobody can unpack is lost. */
static void t_codings(void **state)
{
	static const struct {
		const char *fields, *coding;
		bool stream, lost;
	} rows[] = {
		{ "", NULL, false, false },
		{ TYPE, NULL, true, false },
		{ "content-encoding: identity\n", NULL, false, false },
		{ TYPE "content-encoding: gzip\n", "gzip", true, false },
		{ "Content-Encoding: BR\n", "br", false, false },
		{ "content-encoding: zstd\n", "zstd", false, false },
		{ "content-encoding: pack200\n", NULL, false, true },
		{ "content-encoding: gzip\ncontent-encoding: br\n", "gzip",
		  false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_head head = { .status = 0 };
		struct buf text = BUF_INIT(BUF_NO_LIMIT);
		struct record_answer a;

		buf_addf(&text, "HTTP/1.1 200 OK\n%s\n", rows[i].fields);
		assert_true(http_response_read(buf_span(&text), &head, NULL) >
			    0);
		record_answer_init(&a);
		record_answer_begin(&a, &head.headers);
		if (rows[i].coding)
			assert_string_equal(a.coding, rows[i].coding);
		else
			assert_null(a.coding);
		assert_int_equal(a.stream, rows[i].stream);
		assert_int_equal(a.lost, rows[i].lost);
		record_answer_add(&a, span_of("text"));
		if (!a.coding)
			assert_int_equal(a.body.len, a.lost ? 0 : 4);
		if (!a.coding)
			assert_int_equal(a.count, a.lost ? 0 : 1);
		record_answer_clear(&a);
		http_head_clear(&head);
		buf_clear(&text);
	}
}

#define FOLDER(title, test) \
	{ \
		title, test, set_up, tear_down, NULL \
	}
#define PASSES(title, test) \
	{ \
		title, test, record_up, record_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FOLDER("record: who can read what is stored", t_modes),
		FOLDER("record: nothing is overwritten", t_written),
		FOLDER("record: what one folder holds at most", t_limit),
		FOLDER("record: which folder is taken, and left", t_folders),
		PASSES("record: requests get numbers", t_requests),
		PASSES("record: one that is refused is told", t_refused),
		PASSES("record: a file in its way ends it", t_broken),
		PASSES("record: how many requests at most", t_most),
		PASSES("record: what went wrong is told", t_trouble),
		PASSES("record: what is shown is escaped", t_shown),
		PASSES("record: answers are stored with a rule", t_answers),
		PASSES("record: an answer that is lost is told",
		       t_answers_lost),
		PASSES("record: an answer that cannot be stored ends it",
		       t_answers_broken),
		PASSES("record: streams have their timing and their end",
		       t_streams),
		PASSES("record: how an answer was packed", t_codings),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
