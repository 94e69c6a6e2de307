/* Reads settings files, which may hold anything, and their members. */
#include "probe/settings/settings_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/bytes/mem.h"

#define FILE_LIMIT (16 * 1024 * 1024) /* .claude.json grows with use */

static int fail_file(struct fail *f, const char *path)
{
	return fail_place(f, FAIL_SYSTEM, path, 0, 0, "%s", strerror(errno));
}

static int read_text(int fd, const char *path, struct buf *b, struct fail *f)
{
	char bytes[16384];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		if (buf_add(b, bytes, (size_t)n) < 0)
			return fail_place(f, FAIL_LIMIT, path, 0, 0,
					  "larger than %d bytes", FILE_LIMIT);
	if (n < 0)
		return fail_file(f, path);
	return 0;
}

int source_text(const char *path, char **out, size_t *len, struct fail *f)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct buf b = BUF_INIT(FILE_LIMIT);
	struct stat st;
	int rc = -1;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0)
		return fail_file(f, path);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		fail_place(f, FAIL_SYSTEM, path, 0, 0, "is no regular file");
	} else if (read_text(fd, path, &b, f) == 0) {
		buf_add_text(&b, "");
		*out = buf_take(&b, len);
		rc = 1;
	}
	close(fd);
	buf_clear(&b);
	return rc;
}

static char *below(const char *folder, const char *path, const char *mark)
{
	size_t len = strlen(folder);
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (len < 2 || strncmp(path, folder, len) != 0 || path[len] != '/')
		return NULL;
	buf_addf(&b, "%s%s", mark, path + len + 1);
	return buf_take(&b, NULL);
}

char *source_shown(const struct settings_place *p, const char *path)
{
	char *shown = below(p->folder, path, "");

	if (shown && strcmp(p->folder, p->home) == 0) {
		free(shown);
		shown = NULL;
	}
	if (!shown)
		shown = below(p->home, path, "~/");
	return shown ? shown : xstrdup(path);
}

bool source_member(struct jval object, const char *key, struct jval *out)
{
	struct jiter it = jscan_iter(object);
	struct jval name, value;
	bool found = false;

	if (object.type != J_OBJECT)
		return false;
	while (jscan_next(&it, &name, &value))
		if (jscan_string_is(name, key)) {
			*out = value;
			found = true;
		}
	return found;
}

char *source_place(const struct source *x, struct jval at)
{
	struct place p = jscan_place(x->json, at.text.at);
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&b, "%s:%u:%u", x->shown, p.line, p.column);
	return buf_take(&b, NULL);
}

char *source_string(struct jval v)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (v.type != J_STRING)
		return NULL;
	jscan_string(v, &b);
	if (memchr(buf_str(&b), '\0', b.len)) {
		buf_clear(&b);
		return NULL;
	}
	return b.len > 0 ? buf_take(&b, NULL) : xstrdup("");
}

void source_clear(struct source *x)
{
	free(x->path);
	free(x->shown);
	free(x->text);
}
