/* Tests of probe/suite/newfile: a file is written whole or not at all, and what
 * is no file stays what it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/suite/newfile.h"
#include "probe/suite/scratch.h"

static char *folder;
static char before[4096];

static int set_up(void **state)
{
	(void)state;
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(scratch_new(&folder, NULL), 0);
	assert_int_equal(chdir(folder), 0);
	umask(022);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	assert_int_equal(chdir(before), 0);
	scratch_free(folder);
	return 0;
}

static void writes(const char *path, const char *text, bool is_private)
{
	struct fail f = FAIL_INIT;

	if (newfile_write(path, span_of(text), is_private, &f) < 0)
		fail_msg("%s: %s", path, f.text);
}

static void holds(const char *path, const char *text, mode_t mode)
{
	char *is;
	size_t len;
	struct stat st;

	assert_int_equal(scratch_read(&is, &len, path, 1000, NULL), 0);
	assert_string_equal(is, text);
	free(is);
	assert_int_equal(lstat(path, &st), 0);
	if (mode != 0)
		assert_int_equal(st.st_mode, S_IFREG | mode);
	else
		assert_true(S_ISLNK(st.st_mode));
}

static void has_files(size_t count)
{
	DIR *d = opendir(".");

	assert_non_null(d);
	while (readdir(d) != NULL)
		count--;
	assert_int_equal(count + 2, 0);
	closedir(d);
}

static void t_writes(void **state)
{
	(void)state;
	writes("a", "one", false);
	holds("a", "one", 0644);
	writes("./a", "2", false);
	holds("a", "2", 0644);
	writes("secret", "three", true);
	holds("secret", "three", 0600);
	assert_int_equal(symlink("a", "link"), 0);
	writes("link", "four", true);
	holds("link", "four", 0);
	holds("a", "four", 0600);
	has_files(3);
}

/* Nothing is left where a file cannot be written. */
static void t_fails(void **state)
{
	struct fail f = FAIL_INIT;
	struct newfile n;

	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(newfile_write("folder", span_of("x"), false, &f), -1);
	assert_int_equal(f.code, FAIL_SYSTEM);
	assert_string_equal(f.text, "folder: Is a directory");
	f = (struct fail)FAIL_INIT;
	assert_int_equal(newfile_open(&n, "none/a", false, &f), -1);
	assert_string_equal(f.text, "none/a: No such file or directory");
	assert_null(n.path);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(newfile_write("/dev/full", span_of("x"), false, &f),
			 -1);
	assert_string_equal(f.text, "/dev/full: No space left on device");
	/* The folder that the file was to be renamed in is gone. */
	assert_int_equal(newfile_open(&n, "folder/a", false, &f), 0);
	assert_int_equal(unlink(n.beside), 0);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(newfile_close(&n, &f), -1);
	assert_non_null(strstr(f.text, "folder/a: No such file or directory"));
	has_files(1);
}

static void t_pipe(void **state)
{
	char got[4] = { 0 };
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	fd = open("pipe", O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	writes("pipe", "abc", false);
	assert_int_equal(read(fd, got, sizeof(got)), 3);
	assert_string_equal(got, "abc");
	close(fd);
	assert_int_equal(stat("pipe", &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	has_files(1);
}

static void t_check(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	writes("a", "one", false);
	assert_int_equal(newfile_check("a", &f), 0);
	assert_int_equal(newfile_check("b", &f), 0);
	assert_int_equal(newfile_check("./b", &f), 0);
	assert_int_equal(newfile_check("/dev/null", &f), 0);
	assert_int_equal(newfile_check(".", &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_string_equal(f.text, ".: Is a directory");
	f = (struct fail)FAIL_INIT;
	assert_int_equal(newfile_check("none/b", &f), -1);
	assert_string_equal(f.text, "none/b: No such file or directory");
	f = (struct fail)FAIL_INIT;
	assert_int_equal(newfile_check("a/b", &f), -1);
	assert_string_equal(f.text, "a/b: Permission denied");
}

static void t_same(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "a", "a", true },
		{ "a", "./a", true },
		{ "a", "link", true },
		{ "a", "hard", true },
		{ "a", "b", false },
		{ "a", "new", false },
		{ "new", "a", false },
		{ "new", "new", true },
		{ "new", "./new", true },
		{ "new", "folder/new", false },
		{ "new", "news", false },
		{ "folder/../new", "new", true },
		{ "none/new", "new", false },
		{ "none/x", "none/x", false },
		{ "folder", "folder", false },
		{ "/new-x", "/./new-x", true },
		{ "/new-x", "new-x", false },
	};

	(void)state;
	writes("a", "one", false);
	writes("b", "one", false);
	assert_int_equal(symlink("a", "link"), 0);
	assert_int_equal(link("a", "hard"), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (newfile_is_same(rows[i].a, rows[i].b) != rows[i].same)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
}

#define TEST(title, fn) \
	{ \
		"newfile: " title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("is written, for all or for one", t_writes),
		TEST("leaves nothing if it fails", t_fails),
		TEST("a pipe stays one", t_pipe),
		TEST("can be written, or why not", t_check),
		TEST("two names of one file", t_same),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("newfile", tests, NULL, NULL);
}
