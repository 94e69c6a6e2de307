/* probe/suite/gzfile: files that are packed and unpacked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/suite/gzfile.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

#define LONG_LEN ((size_t)300000)

static char *folder;
static char path[4096];
static struct buf text;

static int set_up(void **state)
{
	(void)state;
	buf_init(&text, BUF_NO_LIMIT);
	assert_int_equal(scratch_new(&folder, NULL), 0);
	snprintf(path, sizeof(path), "%s/a.gz", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	buf_clear(&text);
	scratch_free(folder);
	return 0;
}

static void pack(const char *bytes, size_t len)
{
	FILE *to = fopen(path, "w"), *packed;

	assert_non_null(to);
	packed = gzfile_pack(to);
	assert_int_equal(fwrite(bytes, 1, len, packed), len);
	assert_int_equal(fclose(packed), 0);
	assert_int_equal(fclose(to), 0);
}

/* Bytes that no packing makes much shorter. */
static char *noise(size_t len)
{
	char *bytes = xmalloc(len);
	uint32_t x = 1;

	for (size_t i = 0; i < len; i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (char)(x >> 24);
	}
	return bytes;
}

static void assert_loads(size_t most, int rc, const char *said)
{
	struct fail f = FAIL_INIT;
	struct buf wanted = BUF_INIT(BUF_NO_LIMIT);

	buf_reset(&text);
	assert_int_equal(gzfile_load(&text, path, most, &f), rc);
	buf_addf(&wanted, "%s%s", path, said);
	if (rc < 0)
		assert_memory_equal(f.text, buf_str(&wanted), wanted.len);
	buf_clear(&wanted);
}

static void t_there_and_back(void **state)
{
	char *bytes = noise(LONG_LEN);
	struct buf packed = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	pack(bytes, LONG_LEN);
	assert_loads(LONG_LEN, 0, NULL);
	assert_int_equal(text.len, LONG_LEN);
	assert_memory_equal(text.at, bytes, LONG_LEN);
	assert_loads(LONG_LEN - 1, -1, ": larger than 299999 bytes");
	memset(bytes, 'a', LONG_LEN);
	pack(bytes, LONG_LEN);
	assert_int_equal(load_file(&packed, path, 4096, NULL), 0);
	assert_memory_equal(packed.at, "\x1f\x8b", 2);
	assert_loads(LONG_LEN, 0, NULL);
	assert_int_equal(text.len, LONG_LEN);
	pack("", 0);
	assert_loads(0, 0, NULL);
	assert_int_equal(text.len, 0);
	buf_clear(&packed);
	free(bytes);
}

static void t_plain(void **state)
{
	(void)state;
	assert_int_equal(scratch_write(folder, "a.gz", span_of("plain"), NULL),
			 0);
	assert_loads(5, 0, NULL);
	assert_string_equal(buf_str(&text), "plain");
	assert_loads(4, -1, ": larger than 4 bytes");
}

static void t_damaged(void **state)
{
	struct buf packed = BUF_INIT(BUF_NO_LIMIT);
	char *bytes = noise(1000);

	(void)state;
	pack(bytes, 1000);
	assert_int_equal(load_file(&packed, path, 4096, NULL), 0);
	scratch_write(folder, "a.gz", span_make(packed.at, packed.len - 1),
		      NULL);
	assert_loads(4096, -1, ": the end of this gzip file is missing");
	packed.at[packed.len - 8] ^= 1; /* in the check sum */
	scratch_write(folder, "a.gz", buf_span(&packed), NULL);
	assert_loads(4096, -1, ": this gzip file is damaged: ");
	snprintf(path, sizeof(path), "%s/none", folder);
	assert_loads(4096, -1, ": No such file or directory");
	snprintf(path, sizeof(path), "%s", folder);
	assert_loads(4096, -1, ": Is a directory");
	buf_clear(&packed);
	free(bytes);
}

static void t_disk_is_full(void **state)
{
	FILE *to = fopen("/dev/full", "w"), *packed;

	(void)state;
	assert_non_null(to);
	packed = gzfile_pack(to);
	for (int i = 0; i < 100; i++)
		fputs("words", packed);
	fclose(packed);
	fflush(to);
	assert_true(ferror(to));
	fclose(to);
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("gzfile: what was packed is unpacked", t_there_and_back),
		T("gzfile: what is not packed is read as it is", t_plain),
		T("gzfile: what cannot be unpacked", t_damaged),
		T("gzfile: the file tells that it could not be written",
		  t_disk_is_full),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("gzfile", tests, NULL, NULL);
}
