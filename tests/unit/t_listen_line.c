/*
 * probe/doctor/listen: the lines about exchanges, and the files that are kept of
 * those that failed. Both are compared with tests/golden/listen.txt, which
 * UPDATE_GOLDEN=1 writes anew.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/serve/serve_private.h"
#include "probe/doctor/listen/listen.h"
#include "probe/suite/scratch.h"
#include "tests/unit/golden_kit.h"
#include "wire/bytes/load.h"

#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/listen.txt"
#define KEY "sk-planted-0123456789abcdef"
#define ERROR(type, text) \
	"{\"type\":\"error\",\"error\":{\"type\":\"" type \
	"\",\"message\":\"" text "\"}}"
#define ASKS "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}"

/* An exchange that is over. */
struct row {
	const char *method, *target; /* NULL: POST /v1/messages */
	const char *body; /* of the request; NULL: ASKS */
	const char *type; /* of the answer; NULL: JSON */
	const char *answer;
	int status; /* 0: none came */
	enum stream_end end;
	const char *text, *own;
	bool endless, is_chunked;
	uint64_t more; /* bytes of the answer that are not kept */
};

static struct buf all = BUF_INIT(BUF_NO_LIMIT);
static struct listener l;
static struct secrets secrets;
static struct listen_config config = { .base_url = "http://gw.example",
				       .secrets = &secrets };
static char *folder;

static int set_up(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	if (scratch_new(&folder, NULL) < 0)
		return -1;
	golden_open(GOLDEN);
	secrets_add(&secrets, KEY);
	l.config = &config;
	l.pass.arg = &l;
	return store_open(&l.store, folder, &f);
}

static int tear_down(void **state)
{
	(void)state;
	golden_close(&all);
	listen_tally_clear(&l.tally);
	listen_talks_clear(&l.talks);
	secrets_clear(&secrets);
	scratch_free(folder);
	buf_clear(&all);
	return 0;
}

/* What was printed, with one time of day and one folder. */
static void take_printed(int file)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	char piece[4096];
	ssize_t len;

	assert_int_equal(lseek(file, 0, SEEK_SET), 0);
	while ((len = read(file, piece, sizeof(piece))) > 0)
		buf_add(&text, piece, (size_t)len);
	assert_int_equal(ftruncate(file, 0), 0);
	assert_int_equal(lseek(file, 0, SEEK_SET), 0);
	buf_replace(&text, folder, "FOLDER");
	if (text.len > 8 && text.at[2] == ':' && text.at[5] == ':')
		memcpy(text.at, "HH:MM:SS", 8);
	buf_add_span(&all, buf_span(&text));
	buf_clear(&text);
}

/* Runs this with the standard output in a file. */
static void printed(void (*run)(void *arg), void *arg)
{
	char path[] = "/tmp/listen-XXXXXX";
	int file = mkstemp(path), out;

	assert_true(file >= 0);
	assert_int_equal(unlink(path), 0);
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	assert_true(out >= 0);
	assert_int_equal(dup2(file, STDOUT_FILENO), STDOUT_FILENO);
	run(arg);
	fflush(stdout);
	assert_int_equal(dup2(out, STDOUT_FILENO), STDOUT_FILENO);
	take_printed(file);
	close(out);
	close(file);
}

static void run_exchange(void *arg)
{
	listen_line_exchange(&l, arg);
}

static void run_summary(void *arg)
{
	(void)arg;
	listen_line_summary(&l);
}

static void fill_request(const struct row *row, struct visit *v)
{
	v->head.method = (char *)(row->method ? row->method : "POST");
	v->head.target =
		(char *)(row->target ? row->target : "/v1/messages?key=" KEY);
	v->head.minor = 1;
	headers_add_text(&v->head.headers, "Host", "there");
	headers_add_text(&v->head.headers, "Authorization", "Bearer " KEY);
	headers_add_text(&v->head.headers, "Cookie", "sid=" KEY);
	headers_add_text(&v->head.headers, "x-app", "cli of " KEY);
	if (row->is_chunked)
		headers_add_text(&v->head.headers, "Transfer-Encoding",
				 "chunked");
	buf_init(&v->body, BUF_NO_LIMIT);
	buf_add_text(&v->body, row->body ? row->body : ASKS);
}

static void fill_answer(const struct row *row, struct passing *p)
{
	p->began = 100 * TICK_S;
	p->head_at = p->began + 5 * TICK_MS;
	p->ended = row->endless ? 0 : p->began + 1005 * TICK_MS;
	p->end = row->own || row->end != END_OPEN ? row->end : END_CLEAN;
	p->own = row->own;
	snprintf(p->text, sizeof(p->text), "%s", row->text ? row->text : "");
	p->head.status = row->status;
	p->head.minor = 1;
	p->head.reason = (char *)"Said " KEY;
	headers_add_text(&p->head.headers, "content-type",
			 row->type ? row->type : "application/json");
	headers_add_text(&p->head.headers, "set-cookie", "sid=" KEY);
	copy_init(&p->copy);
	copy_begin(&p->copy, &p->head.headers);
	if (row->answer)
		copy_add(&p->copy, span_of(row->answer));
	p->copy.bytes += row->more;
	p->copy.is_short = row->more > 0;
}

static void exchange(struct row row)
{
	struct visit v = { .status = 0 };
	struct passing p = { .pass = &l.pass, .visit = &v };

	fill_request(&row, &v);
	fill_answer(&row, &p);
	printed(run_exchange, &p);
	copy_clear(&p.copy);
	headers_clear(&p.head.headers);
	headers_clear(&v.head.headers);
	buf_clear(&v.body);
}

#define STREAM "text/event-stream"
#define STARTED "event: message_start\ndata: {\"type\":\"message_start\"}\n\n"
#define STOPPED "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
#define MESSAGE "{\"type\":\"message\",\"content\":[]}"

static void t_lines(void **state)
{
	static const struct row rows[] = {
		{ .status = 200, .answer = MESSAGE },
		{ .status = 200, .answer = MESSAGE, .endless = true },
		{ .method = "GET",
		  .target = "/v1/models?limit=3",
		  .body = "",
		  .status = 200,
		  .answer = "{\"data\":[]}" },
		{ .body = "[]", .status = 200, .answer = MESSAGE },
		{ .body = "{\"model\":7}", .status = 200, .answer = MESSAGE },
		{ .body = "{\"model\":\"" KEY "\"}",
		  .status = 200,
		  .answer = MESSAGE },
		{ .body = "{", .status = 200, .answer = MESSAGE },
		{ .status = 200, .type = STREAM, .answer = STARTED STOPPED },
		{ .status = 200,
		  .type = STREAM,
		  .answer = STARTED,
		  .end = END_CANCELLED },
		{ .status = 200,
		  .type = STREAM,
		  .answer = STARTED STOPPED,
		  .text = "the end of " KEY },
		{ .own = "too many credentials", .end = END_OPEN },
		{ .method = "HEAD", .status = 500, .answer = "" },
		/* a success that is too large to be read */
		{ .status = 200, .answer = "{", .more = 9 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		exchange(rows[i]);
	golden_compare(&all);
}

static void t_failures(void **state)
{
	static const struct row rows[] = {
		{ .end = END_RESET, .text = "the peer reset it" },
		{ .status = 400,
		  .answer = ERROR("invalid_request_error", "no " KEY) },
		{ .status = 400,
		  .answer = ERROR("invalid_request_error", "no " KEY),
		  .body = "" },
		{ .status = 500, .answer = "{", .more = 9, .is_chunked = true },
		{ .status = 401,
		  .answer = ERROR("authentication_error", "who") },
		{ .status = 429, .answer = ERROR("rate_limit_error", "slow") },
		{ .status = 404, .answer = ERROR("not_found_error", "x") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		exchange(rows[i]);
	/* Of those that are alike, three are kept. */
	for (size_t i = 0; i < 4; i++)
		exchange((struct row){ .status = 503,
				       .body = "{}",
				       .answer = ERROR("api_error", "later") });
	golden_compare(&all);
}

#define PROMPT(n) "\"messages\":[{\"role\":\"user\",\"content\":\"" n "\"}]"

/* Tries that the client makes by itself, each with less. */
static void t_tries(void **state)
{
	static const char refused[] =
		ERROR("invalid_request_error", "thinking: no");

	uint64_t bytes;

	(void)state;
	exchange((struct row){ .body = "{" PROMPT("a") ",\"thinking\":{"
						       "\"display\":\"x\"},"
						       "\"stream\":true}",
			       .status = 400,
			       .answer = refused });
	exchange((struct row){ .body = "{" PROMPT("a") ",\"stream\":true}",
			       .status = 400,
			       .answer = refused });
	exchange((struct row){ .body = "{" PROMPT("a") "}",
			       .status = 200,
			       .answer = MESSAGE });
	exchange((struct row){ .body = "{" PROMPT("b") "}",
			       .status = 200,
			       .answer = MESSAGE });
	/* The first try could not be kept, so the next one is. */
	bytes = l.store.bytes;
	l.store.bytes = STORE_LIMIT;
	exchange((struct row){ .body = "{" PROMPT("c") ",\"stream\":true}",
			       .status = 400,
			       .answer = ERROR("api_error", "neither") });
	l.store.bytes = bytes;
	exchange((struct row){ .body = "{" PROMPT("c") "}",
			       .status = 400,
			       .answer = ERROR("api_error", "neither") });
	golden_compare(&all);
}

/* What cannot be kept. */
static void t_not_kept(void **state)
{
	uint64_t bytes = l.store.bytes;
	const char *there = l.store.folder;
	size_t was;

	(void)state;
	l.store.bytes = STORE_LIMIT;
	exchange((struct row){ .body = "{}",
			       .status = 505,
			       .answer = ERROR("api_error", "5") });
	l.store.bytes = STORE_LIMIT - 1;
	exchange((struct row){ .body = "{}",
			       .status = 506,
			       .answer = ERROR("api_error", "6") });
	l.store.bytes = bytes;
	l.store.folder = "/no-such-folder";
	exchange((struct row){ .body = "{}",
			       .status = 507,
			       .answer = ERROR("api_error", "7") });
	l.store.folder = there;
	printed(run_summary, NULL);
	/* More kinds than there is room for; the last one is told. */
	was = all.len;
	for (int status = 510; l.tally.count < ALIKE_LIMIT; status++)
		exchange((struct row){ .body = "{}",
				       .status = status,
				       .answer = ERROR("api_error", "n") });
	buf_cut(&all, was);
	exchange((struct row){ .body = "{}",
			       .status = 499,
			       .answer = ERROR("api_error", "n") });
	golden_compare(&all);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The first files that were kept, as they are. */
static void t_files(void **state)
{
	DIR *dir = opendir(folder);
	char *names[400];
	struct dirent *entry;
	size_t count = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' && count < 400)
			names[count++] = strdup(entry->d_name);
	closedir(dir);
	qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < count; i++) {
		struct buf path = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(&path, "%s/%s", folder, names[i]);
		buf_addf(&all, "\n== %s\n", names[i]);
		if (i < 12)
			assert_int_equal(
				load_file(&all, buf_str(&path), 4096, NULL), 0);
		buf_clear(&path);
		free(names[i]);
	}
	buf_replace(&all, "\r", "");
	golden_compare(&all);
}

/* Numbers go on after those that are there, whatever else is in the folder. */
static void t_numbers(void **state)
{
	static const struct {
		const char *name;
		unsigned next;
	} rows[] = {
		{ "7-request.http", 8 },
		{ "0012-answer.http", 13 },
		{ "0011-request.http", 13 },
		{ "0100.http", 13 },
		{ "0100-request.htm", 13 },
		{ "x-request.http", 13 },
		{ "1000000-request.http", 13 },
		{ "999999-request.http", 1000000 },
	};
	char *own;
	struct store s;
	char path[300];

	(void)state;
	assert_int_equal(scratch_new(&own, NULL), 0);
	assert_int_equal(store_open(&s, own, NULL), 0);
	assert_int_equal(s.next, 1);
	assert_true(s.bytes == 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int fd;

		snprintf(path, sizeof(path), "%s/%s", own, rows[i].name);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		assert_true(fd >= 0);
		close(fd);
		assert_int_equal(store_open(&s, own, NULL), 0);
		if (s.next != rows[i].next)
			fail_msg("%s: %u", rows[i].name, s.next);
	}
	scratch_free(own);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "listen: a line about each exchange", t_lines, NULL, NULL,
		  NULL },
		{ "listen: why one failed, and where it is kept", t_failures,
		  NULL, NULL, NULL },
		{ "listen: tries of the client", t_tries, NULL, NULL, NULL },
		{ "listen: what is not kept", t_not_kept, NULL, NULL, NULL },
		{ "listen: what the files hold", t_files, NULL, NULL, NULL },
		{ "listen: numbers of files go on", t_numbers, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("listen_line", tests, set_up,
					   tear_down);
}
