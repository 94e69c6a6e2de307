/* Inputs of several parts, and files that a target writes for its reader. */
#include "tests/fuzz/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/suite/scratch.h"
#include "wire/bytes/buf.h"

void kit_require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

void kit_failed(const struct fail *f, const char *file)
{
	kit_require(f->code != FAIL_OK, "a failure without a code");
	kit_require(strncmp(f->text, file, strlen(file)) == 0 &&
			    f->text[strlen(file)] == ':',
		    "a failure that does not name the file");
	kit_require(strchr(f->text, '\n') == NULL,
		    "a failure of more than one line");
}

/* ---- parts ---- */

void kit_parts(struct span bytes, const char *const *names, size_t count,
	       struct span *out)
{
	struct span *at = NULL, line;

	for (size_t i = 0; i < count; i++)
		out[i] = (struct span){ .at = NULL };
	while (bytes.len > 0 && span_split(&bytes, '\n', &line)) {
		size_t i = count;

		if (span_starts(line, "@"))
			for (i = 0; i < count; i++)
				if (span_is(span_skip(line, 1), names[i]))
					break;
		if (i < count) {
			at = &out[i];
			*at = bytes.at ? span_first(bytes, 0) : SPAN_EMPTY;
		} else if (at) {
			*at = span_make(at->at,
					(size_t)(line.at + line.len - at->at));
		}
	}
}

/* ---- files ---- */

static void write_all(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);

		kit_require(n > 0, "a file cannot be written");
		bytes = span_skip(bytes, (size_t)n);
	}
}

const char *kit_file(size_t slot, struct span bytes)
{
	static struct {
		int fd;
		char path[64];
	} files[KIT_SLOTS];

	kit_require(slot < KIT_SLOTS, "no such slot");
	if (files[slot].path[0] == '\0') {
		files[slot].fd = memfd_create("fuzz", MFD_CLOEXEC);
		kit_require(files[slot].fd >= 0, "no file in memory");
		snprintf(files[slot].path, sizeof(files[slot].path),
			 "/proc/self/fd/%d", files[slot].fd);
	}
	kit_require(ftruncate(files[slot].fd, 0) == 0 &&
			    lseek(files[slot].fd, 0, SEEK_SET) == 0,
		    "a file cannot be emptied");
	write_all(files[slot].fd, bytes);
	return files[slot].path;
}

static char *folder;

static void remove_folder(void)
{
	scratch_free(folder);
}

const char *kit_folder(void)
{
	if (folder == NULL) {
		kit_require(scratch_new(&folder, NULL) == 0,
			    "no folder can be made below $TMPDIR");
		atexit(remove_folder);
	}
	return folder;
}

static void make_folders(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		(void)mkdir(path, 0700);
		*p = '/';
	}
}

void kit_put(const char *name, struct span bytes)
{
	struct buf path = BUF_INIT(4096);
	FILE *to;

	kit_require(buf_addf(&path, "%s/%s", kit_folder(), name) == 0,
		    "a path that is too long");
	if (bytes.at == NULL) {
		(void)unlink(buf_str(&path));
	} else {
		to = fopen(buf_str(&path), "wb");
		if (to == NULL) {
			make_folders(path.at);
			to = fopen(buf_str(&path), "wb");
		}
		kit_require(to != NULL, "a file cannot be made");
		write_all(fileno(to), bytes);
		fclose(to);
	}
	buf_clear(&path);
}
