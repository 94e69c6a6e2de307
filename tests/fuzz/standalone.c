/*
 * Runs a fuzz target over the files of the folders given as arguments, so
 * that every corpus is an ordinary test with any compiler. TAP: one point a
 * file; a file that breaks the target ends the program. Each input lies in
 * memory of its exact size, where a sanitizer sees a byte read too many.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "wire/bytes/buf.h"

#define FILE_LIMIT_BYTES ((size_t)16 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int read_file(const char *path, struct buf *out)
{
	char piece[16384];
	FILE *from = fopen(path, "rb");
	size_t len;
	int rc = 0;

	if (from == NULL)
		return -1;
	while (rc == 0 && (len = fread(piece, 1, sizeof(piece), from)) > 0)
		rc = buf_add(out, piece, len);
	if (ferror(from))
		rc = -1;
	fclose(from);
	return rc;
}

static int run_bytes(struct span s)
{
	uint8_t *tight = malloc(s.len > 0 ? s.len : 1);

	if (tight == NULL)
		return -1;
	memcpy(tight, s.at, s.len);
	LLVMFuzzerTestOneInput(tight, s.len);
	free(tight);
	return 0;
}

static int run_file(const char *path)
{
	struct buf text = BUF_INIT(FILE_LIMIT_BYTES);
	int rc = read_file(path, &text);

	if (rc == 0)
		rc = run_bytes(buf_span(&text));
	buf_clear(&text);
	return rc;
}

/* Number of points so far, or -1 when one was not ok. */
static int run_folder(const char *folder, int points)
{
	struct dirent **names = NULL;
	int count = scandir(folder, &names, is_shown, alphasort);
	bool good = count > 0; /* an empty corpus tests nothing */

	if (!good)
		printf("not ok %d - %s: no files\n", points + 1, folder);
	for (int i = 0; i < count; i++) {
		struct buf path = BUF_INIT(4096);
		int rc = buf_addf(&path, "%s/%s", folder, names[i]->d_name);

		if (rc == 0)
			rc = run_file(buf_str(&path));
		printf("%s %d - %s\n", rc == 0 ? "ok" : "not ok", ++points,
		       names[i]->d_name);
		fflush(stdout);
		good = good && rc == 0;
		buf_clear(&path);
		free(names[i]);
	}
	free(names);
	return good ? points : -1;
}

int main(int argc, char **argv)
{
	int points = 0;
	bool good = argc > 1;

	for (int i = 1; i < argc; i++) {
		int now = run_folder(argv[i], points);

		good = good && now >= 0;
		points = now >= 0 ? now : points + 1;
	}
	printf("1..%d\n", points);
	return good ? 0 : 1;
}
