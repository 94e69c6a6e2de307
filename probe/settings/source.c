/* One settings file: read without trusting it, and checked as the client
 * checks it. */
#include "probe/settings/settings_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/bytes/mem.h"

#define FILE_LIMIT (16 * 1024 * 1024) /* .claude.json grows with use */
#define SOURCES_LIMIT 64

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

/* ---- what the client checks ---- */

static const struct {
	const char *key;
	enum jtype type;
	const char *text;
} schema[] = {
	{ "env", J_OBJECT, "'env' is no object" },
	{ "apiKeyHelper", J_STRING, "'apiKeyHelper' is no string" },
	{ "model", J_STRING, "'model' is no string" },
	{ "modelOverrides", J_OBJECT, "'modelOverrides' is no object" },
	{ "permissions", J_OBJECT, "'permissions' is no object" },
};

static void tell(struct reading *r, const struct source *x, const char *where,
		 const char *what)
{
	bool stops = x->kind == SOURCE_MANAGED || x->kind == SOURCE_STATE;

	settings_finding(r, stops ? "DR-START-FILE" : "DR-SETTINGS-FILE", where,
			 what, NULL);
}

/* A member of the wrong type: the client drops the file, but of a managed one
 * only the member. False: nothing of it counts. */
static bool check_types(struct reading *r, const struct source *x)
{
	bool fine = true;
	struct jval v;

	for (size_t i = 0; i < sizeof(schema) / sizeof(schema[0]); i++) {
		char *where;

		if (!source_member(x->root, schema[i].key, &v) ||
		    v.type == schema[i].type || x->kind == SOURCE_STATE)
			continue;
		where = source_place(x, v);
		if (x->kind == SOURCE_MANAGED) {
			settings_finding(r, "DR-MANAGED-VALUE", where,
					 schema[i].text, NULL);
		} else {
			tell(r, x, where, schema[i].text);
			fine = false;
		}
		free(where);
	}
	return fine;
}

static bool is_blank(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!strchr(" \t\r\n", s.at[i]))
			return false;
	return true;
}

static void tell_syntax(struct reading *r, const struct source *x,
			const struct fail *f)
{
	struct buf where = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&where, "%s:%u:%u", x->shown, f->line, f->column);
	tell(r, x, buf_str(&where), fail_what(f));
	buf_clear(&where);
}

static bool parse(struct reading *r, struct source *x, size_t len)
{
	struct fail f = FAIL_INIT;
	char *where;

	x->json = span_make(x->text, len);
	if (span_starts(x->json, "\xef\xbb\xbf"))
		x->json = span_skip(x->json, 3);
	if (is_blank(x->json))
		return false;
	if (jscan(x->json, &x->root, &f) < 0) {
		tell_syntax(r, x, &f);
		return false;
	}
	if (x->root.type != J_OBJECT) {
		where = source_place(x, x->root);
		tell(r, x, where, "is no object");
		free(where);
		return false;
	}
	return check_types(r, x);
}

void source_add(struct reading *r, enum source_kind kind, const char *path)
{
	struct source x = { .kind = kind, .path = xstrdup(path) };
	struct fail f = FAIL_INIT;
	size_t len = 0;
	int rc = source_text(path, &x.text, &len, &f);

	x.shown = source_shown(r->place, path);
	if (rc < 0)
		tell(r, &x, x.shown,
		     *fail_what(&f) ? fail_what(&f) : "cannot be read");
	if (rc <= 0 || r->source_count >= SOURCES_LIMIT || !parse(r, &x, len)) {
		source_clear(&x);
		return;
	}
	r->sources = xrealloc(r->sources,
			      (r->source_count + 1) * sizeof(*r->sources));
	r->sources[r->source_count++] = x;
	values_of_source(r, &x);
}

void source_clear(struct source *x)
{
	free(x->path);
	free(x->shown);
	free(x->text);
}
