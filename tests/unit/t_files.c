/* Files and folders: what is read whole, what is written whole, which folder is
 * made, and what is said where that cannot be. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/bytes/folder.h"
#include "wire/bytes/load.h"
#include "wire/bytes/put.h"

static char home[] = "/tmp/files-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(home) && chdir(home) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const made[] = { "file", "pipe", "link" };

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		(void)unlink(made[i]);
	(void)rmdir("one/two");
	(void)rmdir("one");
	return chdir("/") == 0 && rmdir(home) == 0 ? 0 : -1;
}

static void write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(put_bytes(fd, span_of(text)), 0);
	assert_int_equal(close(fd), 0);
}

/* ---- folders ---- */

static void assert_made(const char *path)
{
	struct fail f = FAIL_INIT;
	struct stat st;

	if (folder_make(path, &f) < 0)
		fail_msg("%s: %s", path, f.text);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
}

static void assert_not_made(const char *path, const char *told)
{
	struct fail f = FAIL_INIT;

	assert_int_equal(folder_make(path, &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_string_equal(f.text, told);
}

#define FIRST " to make it in; make that first, or name another"

static void t_folders(void **state)
{
	(void)state;
	assert_made("one");
	assert_made("one"); /* it may be there */
	assert_made("one/two/");
	assert_made("one/two");
	assert_made("/tmp//");
	assert_not_made("", "the name of the folder is empty; name a folder");
	assert_not_made("no/two", "no/two: there is no folder no" FIRST);
	assert_not_made("no/two//", "no/two//: there is no folder no" FIRST);
	assert_not_made("one/no//two",
			"one/no//two: there is no folder one/no" FIRST);
	assert_not_made("/no-such-folder/two",
			"/no-such-folder/two: there is no folder "
			"/no-such-folder" FIRST);
	write_file("file", "x");
	assert_not_made("file", "file: not a folder");
	assert_not_made("file/two", "file/two: Not a directory");
	assert_int_equal(symlink("no", "link"), 0);
	assert_not_made("link", "link: No such file or directory");
}

/* ---- reading ---- */

static void assert_loaded(const char *path, size_t most, const char *text)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;

	if (load_file(&b, path, most, &f) < 0)
		fail_msg("%s: %s", path, f.text);
	assert_string_equal(buf_str(&b), text);
	buf_clear(&b);
}

static void assert_not_loaded(const char *path, size_t limit, size_t most,
			      enum fail_code code, const char *told)
{
	struct buf b = BUF_INIT(limit);
	struct fail f = FAIL_INIT;

	assert_int_equal(load_file(&b, path, most, &f), -1);
	assert_int_equal(f.code, code);
	assert_string_equal(f.text, told);
	buf_clear(&b);
}

static void t_load(void **state)
{
	(void)state;
	write_file("file", "");
	assert_loaded("file", 0, "");
	write_file("file", "four");
	assert_loaded("file", 4, "four");
	assert_not_loaded("file", 100, 3, FAIL_LIMIT,
			  "file: larger than 3 bytes");
	assert_not_loaded("file", 3, 100, FAIL_LIMIT,
			  "file: larger than 100 bytes");
	assert_not_loaded("no", 100, 100, FAIL_SYSTEM,
			  "no: No such file or directory");
	assert_not_loaded(".", 100, 100, FAIL_SYSTEM, ".: Is a directory");
}

/* A pipe may wait for ever, so it is read only where it was handed over. */
static void t_pipes(void **state)
{
	static const char *const handed[] = { "/dev/fd/", "/proc/self/fd/" };
	char path[64];

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_not_loaded("pipe", 100, 100, FAIL_SYSTEM,
			  "pipe: not a regular file");
	for (size_t i = 0; i < sizeof(handed) / sizeof(handed[0]); i++) {
		int ends[2];

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(put_bytes(ends[1], span_of("handed")), 0);
		assert_int_equal(close(ends[1]), 0);
		snprintf(path, sizeof(path), "%s%d", handed[i], ends[0]);
		assert_loaded(path, 6, "handed");
		assert_int_equal(close(ends[0]), 0);
	}
}

/* ---- writing ---- */

static void t_put(void **state)
{
	int full = open("/dev/full", O_WRONLY);

	(void)state;
	assert_true(full >= 0);
	assert_int_equal(put_bytes(full, SPAN_EMPTY), 0);
	assert_int_equal(put_bytes(full, span_of("x")), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(close(full), 0);
	assert_int_equal(put_bytes(-1, span_of("x")), -1);
	assert_int_equal(errno, EBADF);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "files: a folder is made, or why not", t_folders, NULL, NULL,
		  NULL },
		{ "files: a file is read up to a limit", t_load, NULL, NULL,
		  NULL },
		{ "files: a pipe is read if it was handed over", t_pipes, NULL,
		  NULL, NULL },
		{ "files: bytes are written, or why not", t_put, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("files", tests, set_up, tear_down);
}
