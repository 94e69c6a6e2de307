/* probe/bisect/memory: a request that was answered is not sent again, not even
 * in a later run; a folder with other content is not touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/bisect/memory.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

struct desk {
	char *top;
	char folder[4096];
	struct bisect_request request;
	struct memory_config config;
	struct memory *m;
};

static struct bisect_request request_of(const char *target, const char *body)
{
	struct bisect_request r = { .method = xstrdup("POST"),
				    .target = xstrdup(target),
				    .body = BUF_INIT(BUF_NO_LIMIT) };

	headers_add_text(&r.headers, "x-api-key", "{{credential}}");
	buf_add_text(&r.body, body);
	return r;
}

static int set_up(void **state)
{
	struct desk *d = xcalloc(1, sizeof(*d));

	assert_int_equal(scratch_new(&d->top, NULL), 0);
	snprintf(d->folder, sizeof(d->folder), "%s/out", d->top);
	d->request = request_of("/v1/messages", "{\"a\":1}");
	d->config = (struct memory_config){ .folder = d->folder,
					    .request = &d->request,
					    .url = "http://h",
					    .credential = 0xab };
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	memory_close(d->m);
	bisect_request_clear(&d->request);
	scratch_free(d->top);
	free(d);
	return 0;
}

static void open_desk(struct desk *d)
{
	struct fail f = FAIL_INIT;

	memory_close(d->m);
	d->m = NULL;
	if (memory_open(&d->m, &d->config, &f) < 0)
		fail_msg("%s", f.text);
}

static void assert_refused(struct desk *d, const char *part)
{
	struct fail f = FAIL_INIT;

	memory_close(d->m);
	d->m = NULL;
	assert_int_equal(memory_open(&d->m, &d->config, &f), -1);
	assert_null(d->m);
	assert_int_equal(f.code, FAIL_USAGE);
	if (!strstr(f.text, part))
		fail_msg("'%s' is not in: %s", part, f.text);
}

static void add(struct desk *d, uint64_t hash, int status, bool failed,
		bool whole, const char *text)
{
	char *normal = xstrdup(text);

	memory_add(d->m,
		   &(struct remembered){ hash, status, failed, whole, normal });
	free(normal);
	assert_int_equal(memory_result(d->m, NULL), 0);
}

static void assert_found(struct desk *d, uint64_t hash, int status, bool failed,
			 bool whole, const char *text)
{
	const struct remembered *r = memory_find(d->m, hash);

	assert_non_null(r);
	assert_int_equal(r->status, status);
	assert_int_equal(r->failed, failed);
	assert_int_equal(r->whole, whole);
	assert_string_equal(r->normal, text);
}

static void put(const struct desk *d, const char *name, const char *text)
{
	assert_int_equal(scratch_write(d->folder, name, span_of(text), NULL),
			 0);
}

static char *read_file(const struct desk *d)
{
	static char text[8192];
	char path[5000];
	FILE *from;
	size_t n;

	snprintf(path, sizeof(path), "%s/" MEMORY_FILE, d->folder);
	from = fopen(path, "r");
	assert_non_null(from);
	n = fread(text, 1, sizeof(text) - 1, from);
	text[n] = '\0';
	fclose(from);
	return text;
}

static void t_again(void **state)
{
	struct desk *d = *state;

	open_desk(d);
	assert_string_equal(memory_folder(d->m), d->folder);
	assert_int_equal(memory_count(d->m), 0);
	assert_false(memory_begun(d->m, 1));
	add(d, 1, 400, true, true, "line\n\"quoted\"");
	assert_false(memory_begun(d->m, 1));
	add(d, 2, 200, false, false, "");
	add(d, 1, 0, false, true, "later");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(memory_count(d->m), 3);
		assert_found(d, 1, 0, false, true, "later");
		assert_found(d, 2, 200, false, false, "");
		assert_null(memory_find(d->m, 3));
		assert_true(memory_begun(d->m, 1));
		open_desk(d);
	}
	for (unsigned i = 0; i < 200; i++)
		add(d, 100 + i, 999, true, false, "x");
	open_desk(d);
	assert_int_equal(memory_count(d->m), 203);
	assert_found(d, 299, 999, true, false, "x");
	assert_found(d, 1, 0, false, true, "later");
}

static void t_torn(void **state)
{
	static const char *const wrong[] = {
		"{\"hash\":\"0000000000000007\",\"status\":1000,\"text\":\"\"}",
		"{\"hash\":\"0000000000000007\",\"status\":-1}",
		"{\"hash\":\"0000000000000007\",\"status\":\"1\"}",
		"{\"hash\":\"007\",\"status\":1}",
		"{\"hash\":7,\"status\":1}",
		"{\"status\":1}",
		"[]",
		"{\"hash\"",
	};
	struct desk *d = *state;
	struct buf text = BUF_INIT(8192);
	char origin[300];

	open_desk(d);
	add(d, 1, 400, true, true, "a");
	snprintf(origin, sizeof(origin), "%.*s",
		 (int)strcspn(read_file(d), "\n"), read_file(d));
	buf_add_text(&text, read_file(d));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		buf_addf(&text, "%s\n", wrong[i]);
	buf_add_text(&text, "{\"hash\":\"0000000000000002\",\"status\":999}\n");
	buf_add_text(&text, "{\"hash\":\"0000000000000003\",\"status\":200");
	memory_close(d->m);
	d->m = NULL;
	put(d, MEMORY_FILE, buf_str(&text));
	open_desk(d);
	assert_int_equal(memory_count(d->m), 2);
	assert_found(d, 2, 999, false, false, "");
	add(d, 4, 200, false, false, "after");
	open_desk(d); /* it did not go on in the torn line */
	assert_int_equal(memory_count(d->m), 3);
	assert_found(d, 4, 200, false, false, "after");
	assert_int_equal(strncmp(read_file(d), origin, strlen(origin)), 0);
	buf_clear(&text);
}

static void t_belongs(void **state)
{
	struct bisect_request other = request_of("/v1/messages", "{\"a\":2}");
	struct desk *d = *state;

	open_desk(d);
	add(d, 1, 400, true, true, "a");
	d->config.request = &other;
	assert_refused(d, "belongs to another request or URL");
	d->config.fresh = true;
	assert_refused(d, "belongs to another request or URL");
	d->config.request = &d->request;
	d->config.url = "http://other";
	assert_refused(d, "belongs to another request or URL");
	d->config.url = "http://h";
	d->config.fresh = false;
	d->config.credential = 0xac;
	assert_refused(d, "given to another credential; --fresh forgets them");
	d->config.fresh = true;
	open_desk(d);
	assert_int_equal(memory_count(d->m), 0);
	d->config.fresh = false;
	open_desk(d);
	bisect_request_clear(&other);
}

static void t_folders(void **state)
{
	struct desk *d = *state;
	struct memory *second = NULL;
	struct fail f = FAIL_INIT;

	assert_int_equal(mkdir(d->folder, 0700), 0);
	put(d, "mine.txt", "x");
	assert_refused(d, "is not empty and has no answers.jsonl");
	put(d, MEMORY_FILE, "");
	open_desk(d); /* an empty one is begun */
	assert_int_equal(memory_open(&second, &d->config, &f), -1);
	assert_non_null(strstr(f.text, "another ccprobe uses it"));
	memory_close(d->m);
	d->m = NULL;
	put(d, MEMORY_FILE, "no line end");
	assert_refused(d, "belongs to another request");
	snprintf(d->folder, sizeof(d->folder), "%s/none/out", d->top);
	assert_refused(d, "none/out: there is no folder ");
	snprintf(d->folder, sizeof(d->folder), "%s/empty", d->top);
	assert_int_equal(mkdir(d->folder, 0700), 0);
	open_desk(d);
}

static void t_files(void **state)
{
	struct desk *d = *state;
	struct fail f = FAIL_INIT;
	char path[5000];
	struct stat st;

	open_desk(d);
	assert_int_equal(memory_write(d->m, "a.json", span_of("{}"), false, &f),
			 0);
	assert_int_equal(memory_write(d->m, "a.sh", span_of("#"), true, &f), 0);
	snprintf(path, sizeof(path), "%s/a.json", d->folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, 2);
	snprintf(path, sizeof(path), "%s/a.sh", d->folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(memory_write(d->m, "no/a", span_of("#"), true, &f),
			 -1);
	assert_int_equal(f.code, FAIL_SYSTEM);
}

static uint64_t hash_of(const char *target, const char *body)
{
	struct bisect_request r = request_of(target, body);
	uint64_t hash = memory_hash(&r);

	bisect_request_clear(&r);
	return hash;
}

static void t_hash(void **state)
{
	uint64_t zeros = hash_of("/a", "x[probe-0000000000000000]y");

	(void)state;
	assert_true(hash_of("/a", "b") == hash_of("/a", "b"));
	assert_false(hash_of("/a", "b") == hash_of("/ab", ""));
	assert_false(hash_of("/a", "b") == hash_of("/a", "c"));
	/* Marks are fresh in every run. */
	assert_true(zeros == hash_of("/a", "x[probe-00000000000000a1]y"));
	assert_false(zeros == hash_of("/a", "x[probe-00000000000000A1]y"));
	assert_false(zeros == hash_of("/a", "x[probe-0000000000000000]z"));
	assert_false(zeros == hash_of("/a", "z[probe-0000000000000000]y"));
	assert_false(hash_of("/a", "[probe-000000000000000]") ==
		     hash_of("/a", "[probe-000000000000001]"));
	assert_false(hash_of("/a", "[probe-0000000000000001") ==
		     hash_of("/a", "[probe-0000000000000002"));
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("memory: what was answered is there in the next run",
		  t_again),
		T("memory: a torn line is passed over, and not gone on with",
		  t_torn),
		T("memory: a folder belongs to one request, URL and credential",
		  t_belongs),
		T("memory: folders of others are left alone", t_folders),
		T("memory: files are their owner's", t_files),
		T("memory: marks make no other request", t_hash),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
