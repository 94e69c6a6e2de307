/* Packs and unpacks by zlib. */
#include "probe/suite/gzfile.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

#define GZIP_WINDOW (MAX_WBITS + 16) /* zlib: with the head of a gzip file */
#define MEMORY_LEVEL 9

struct packing {
	z_stream z;
	FILE *to;
};

/* ---- packing ---- */

static int add(struct packing *p, const char *bytes, size_t len, int flush)
{
	unsigned char piece[16384];

	p->z.next_in = (unsigned char *)bytes;
	p->z.avail_in = (unsigned)len;
	do {
		p->z.next_out = piece;
		p->z.avail_out = sizeof(piece);
		deflate(&p->z, flush);
		fwrite(piece, 1, sizeof(piece) - p->z.avail_out, p->to);
	} while (p->z.avail_out == 0);
	return ferror(p->to) ? -1 : 0;
}

static ssize_t write_packed(void *cookie, const char *bytes, size_t len)
{
	return add(cookie, bytes, len, Z_NO_FLUSH) < 0 ? 0 : (ssize_t)len;
}

static int end_packed(void *cookie)
{
	struct packing *p = cookie;
	int rc = add(p, NULL, 0, Z_FINISH);

	deflateEnd(&p->z);
	free(p);
	return rc;
}

FILE *gzfile_pack(FILE *to)
{
	static const cookie_io_functions_t calls = { .write = write_packed,
						     .close = end_packed };
	struct packing *p = xcalloc(1, sizeof(*p));
	FILE *packed = NULL;

	p->to = to;
	/* Best speed: logs are written while other cases are timed. */
	if (deflateInit2(&p->z, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW,
			 MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK)
		packed = fopencookie(p, "w", calls);
	if (packed == NULL)
		abort(); /* a lack of memory */
	return packed;
}

/* ---- unpacking ---- */

static int unpack_all(gzFile from, const char *path, size_t most,
		      struct buf *to, struct fail *f)
{
	char piece[16384];
	size_t got = 0;
	int len, why;
	const char *words;

	while ((len = gzread(from, piece, sizeof(piece))) > 0) {
		got += (size_t)len;
		if (got > most || buf_add(to, piece, (size_t)len) < 0)
			return fail_set(f, FAIL_LIMIT,
					"%s: larger than %zu bytes", path,
					most);
	}
	words = gzerror(from, &why);
	if (why == Z_ERRNO)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	if (why == Z_BUF_ERROR)
		return fail_set(f, FAIL_SYNTAX,
				"%s: the end of this gzip file is missing",
				path);
	if (why != Z_OK)
		return fail_set(f, FAIL_SYNTAX,
				"%s: this gzip file is damaged: %s", path,
				words);
	return 0;
}

int gzfile_load(struct buf *to, const char *path, size_t most, struct fail *f)
{
	int fd = load_open(path, f), rc;
	gzFile from;

	if (fd < 0)
		return -1;
	from = gzdopen(fd, "r");
	if (from == NULL) {
		(void)close(fd);
		return fail_set(f, FAIL_SYSTEM, "%s: no memory", path);
	}
	rc = unpack_all(from, path, most, to, f);
	gzclose_r(from);
	return rc;
}
