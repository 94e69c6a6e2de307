/* Keeps answers in a file, and sees to its folder. */
#include "probe/bisect/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/bytes/folder.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/put.h"

#define FILE_LIMIT ((size_t)64 * 1024 * 1024)

struct memory {
	char *folder;
	char *origin; /* the first line, without its end */
	int fd;
	struct remembered *list;
	size_t count, cap;
	struct fail fail;
};

/* ---- hashes ---- */

#define HASH_START UINT64_C(14695981039346656037)

static uint64_t hash_add(uint64_t hash, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.at[i]) *
		       UINT64_C(1099511628211);
	/* Separates texts by a value that no byte has. */
	return (hash ^ 0x100) * UINT64_C(1099511628211);
}

/* Whether the 16 digits and the "]" of a mark follow "[probe-". */
static bool is_mark(struct span s)
{
	return s.len > 16 && s.at[16] == ']' &&
	       strspn(s.at, "0123456789abcdef") == 16;
}

static uint64_t hash_body(uint64_t hash, struct span body)
{
	static const char open[] = "[probe-";
	size_t at;

	while ((at = span_find(body, span_of(open))) != SIZE_MAX) {
		at += strlen(open);
		hash = hash_add(hash, span_first(body, at));
		body = span_skip(body, at);
		if (is_mark(body))
			body = span_skip(body, 16);
	}
	return hash_add(hash, body);
}

uint64_t memory_hash(const struct bisect_request *r)
{
	uint64_t hash = hash_add(HASH_START, span_of(r->method));

	hash = hash_add(hash, span_of(r->target));
	for (size_t i = 0; i < r->headers.count; i++) {
		hash = hash_add(hash, span_of(r->headers.list[i].name));
		hash = hash_add(hash, span_of(r->headers.list[i].value));
	}
	return hash_body(hash, buf_span(&r->body));
}

static uint64_t hash_of_both(const struct memory_config *config)
{
	return hash_add(memory_hash(config->request), span_of(config->url));
}

/* ---- what is remembered ---- */

static void keep(struct memory *m, const struct remembered *r)
{
	m->list = mem_room(m->list, m->count, &m->cap, sizeof(*m->list));
	m->list[m->count] = *r;
	m->list[m->count++].normal = xstrdup(r->normal ? r->normal : "");
}

const struct remembered *memory_find(const struct memory *m, uint64_t hash)
{
	for (size_t i = m->count; i > 0; i--)
		if (m->list[i - 1].hash == hash)
			return &m->list[i - 1];
	return NULL;
}

static bool is_true(struct jval object, const char *key)
{
	struct jval value;

	return jscan_member(object, key, &value) && value.type == J_TRUE;
}

/* A line that is no answer, such as a torn one, is ignored. */
static void read_line(struct memory *m, struct span line)
{
	struct buf normal = BUF_INIT(FILE_LIMIT), hash = BUF_INIT(64);
	struct remembered r = { .hash = 0 };
	struct jval root, value;
	int64_t status;

	if (jscan(line, &root, NULL) < 0 || root.type != J_OBJECT ||
	    !jscan_member(root, "hash", &value) || value.type != J_STRING ||
	    jscan_string(value, &hash) < 0 || hash.len != 16 ||
	    !jscan_member(root, "status", &value) || value.type != J_NUMBER ||
	    !jscan_i64(value, &status) || status < 0 || status > 999)
		goto out;
	r.hash = strtoull(buf_str(&hash), NULL, 16);
	r.status = (int)status;
	r.failed = is_true(root, "failed");
	r.whole = is_true(root, "whole");
	if (jscan_member(root, "text", &value) && value.type == J_STRING)
		(void)jscan_string(value, &normal);
	r.normal = (char *)buf_str(&normal);
	keep(m, &r);
out:
	buf_clear(&normal);
	buf_clear(&hash);
}

void memory_add(struct memory *m, const struct remembered *r)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	keep(m, r);
	buf_addf(&line, "{\"hash\":\"%016" PRIx64 "\",\"status\":%d", r->hash,
		 r->status);
	buf_addf(&line, ",\"failed\":%s,\"whole\":%s,\"text\":",
		 r->failed ? "true" : "false", r->whole ? "true" : "false");
	jscan_quote(&line, span_of(r->normal));
	buf_add_text(&line, "}\n");
	if (put_bytes(m->fd, buf_span(&line)) < 0)
		fail_errno(&m->fail, FAIL_SYSTEM, "%s/%s", m->folder,
			   MEMORY_FILE);
	buf_clear(&line);
}

int memory_result(const struct memory *m, struct fail *f)
{
	if (m->fail.code == FAIL_OK)
		return 0;
	return fail_copy(f, &m->fail);
}

/* ---- the folder ---- */

static bool is_empty(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	bool empty = d != NULL;

	while (empty && (e = readdir(d)) != NULL)
		empty = strcmp(e->d_name, ".") == 0 ||
			strcmp(e->d_name, "..") == 0;
	if (d != NULL)
		closedir(d);
	return empty;
}

static int make_folder(const char *folder, struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	bool ours;

	if (folder_make(folder, f) < 0)
		return -1;
	buf_addf(&path, "%s/" MEMORY_FILE, folder);
	ours = access(buf_str(&path), F_OK) == 0;
	buf_clear(&path);
	if (ours || is_empty(folder))
		return 0;
	return fail_set(f, FAIL_USAGE,
			"%s: the folder is not empty and has no " MEMORY_FILE
			"; name another one with --out",
			folder);
}

static int read_whole(int fd, struct buf *out)
{
	char piece[65536];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0 && buf_add(out, piece, (size_t)n) < 0)
			return -1;
	}
	return 0;
}

/* Empties the file and writes its first line. */
static int start(struct memory *m, struct fail *f)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	buf_addf(&line, "%s\n", m->origin);
	if (ftruncate(m->fd, 0) < 0 || put_bytes(m->fd, buf_span(&line)) < 0)
		rc = fail_errno(f, FAIL_SYSTEM, "%s/%s", m->folder,
				MEMORY_FILE);
	buf_clear(&line);
	return rc;
}

static uint64_t belongs_to(struct span origin, const char *member)
{
	struct buf text = BUF_INIT(64);
	struct jval root, value;
	uint64_t hash = 0;

	if (jscan(origin, &root, NULL) == 0 && root.type == J_OBJECT &&
	    jscan_member(root, member, &value) && value.type == J_STRING &&
	    jscan_string(value, &text) == 0)
		hash = strtoull(buf_str(&text), NULL, 16);
	buf_clear(&text);
	return hash;
}

static int go_on(struct memory *m, const struct memory_config *config,
		 struct span text, struct fail *f)
{
	size_t whole = text.len, end;
	struct span line;

	end = span_find_byte(text, '\n');
	line = span_first(text, end);
	if (end == SIZE_MAX ||
	    belongs_to(line, "request") != hash_of_both(config))
		return fail_set(f, FAIL_USAGE,
				"%s: it belongs to another request or URL; "
				"name another folder with --out",
				m->folder);
	if (config->fresh)
		return start(m, f);
	if (belongs_to(line, "credential") != config->credential)
		return fail_set(f, FAIL_USAGE,
				"%s: its answers were given to another "
				"credential; --fresh forgets them",
				m->folder);
	/* Bytes after the last end of line are of a torn line. */
	while (whole > 0 && text.at[whole - 1] != '\n')
		whole--;
	if (whole < text.len && ftruncate(m->fd, (off_t)whole) < 0)
		return fail_errno(f, FAIL_SYSTEM, "%s/%s", m->folder,
				  MEMORY_FILE);
	text = span_skip(span_first(text, whole), end + 1);
	while (span_split(&text, '\n', &line))
		read_line(m, line);
	return 0;
}

static int open_file(struct memory *m, const struct memory_config *config,
		     struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT), text = BUF_INIT(FILE_LIMIT);
	struct stat st;
	int rc;

	buf_addf(&path, "%s/" MEMORY_FILE, m->folder);
	m->fd = open(buf_str(&path),
		     O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
			     O_NONBLOCK,
		     0600);
	if (m->fd < 0)
		rc = fail_errno(f, FAIL_USAGE, "%s", buf_str(&path));
	else if (fstat(m->fd, &st) < 0 || !S_ISREG(st.st_mode))
		rc = fail_set(f, FAIL_USAGE, "%s: not a regular file",
			      buf_str(&path));
	else if (flock(m->fd, LOCK_EX | LOCK_NB) < 0)
		rc = fail_set(f, FAIL_USAGE, "%s: another ccprobe uses it",
			      m->folder);
	else if (read_whole(m->fd, &text) < 0)
		rc = fail_set(f, FAIL_USAGE,
			      "%s: cannot be read, or is larger than 64 MiB",
			      buf_str(&path));
	else if (text.len == 0)
		rc = start(m, f);
	else
		rc = go_on(m, config, buf_span(&text), f);
	buf_clear(&path);
	buf_clear(&text);
	return rc;
}

int memory_open(struct memory **out, const struct memory_config *config,
		struct fail *f)
{
	struct memory *m = xcalloc(1, sizeof(*m));
	uint64_t hash = hash_of_both(config);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	m->fd = -1;
	if (config->folder != NULL)
		buf_add_text(&text, config->folder);
	else
		buf_addf(&text, "bisect-%08" PRIx64, hash >> 32);
	m->folder = buf_take(&text, NULL);
	buf_addf(&text,
		 "{\"ccprobe\":\"%s\",\"request\":\"%016" PRIx64
		 "\",\"credential\":\"%04x\"}",
		 CCPROBE_VERSION, hash, config->credential);
	m->origin = buf_take(&text, NULL);
	if (make_folder(m->folder, f) < 0 || open_file(m, config, f) < 0) {
		memory_close(m);
		return -1;
	}
	*out = m;
	return 0;
}

void memory_close(struct memory *m)
{
	if (m == NULL)
		return;
	if (m->fd >= 0)
		close(m->fd);
	for (size_t i = 0; i < m->count; i++)
		free(m->list[i].normal);
	free(m->list);
	free(m->folder);
	free(m->origin);
	free(m);
}

const char *memory_folder(const struct memory *m)
{
	return m->folder;
}

size_t memory_count(const struct memory *m)
{
	return m->count;
}

bool memory_begun(const struct memory *m, uint64_t given)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].hash != given)
			return true;
	return false;
}

int memory_write(const struct memory *m, const char *name, struct span bytes,
		 bool program, struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	int fd, rc = 0;

	buf_addf(&path, "%s/%s", m->folder, name);
	fd = open(buf_str(&path),
		  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW |
			  O_NONBLOCK,
		  program ? 0700 : 0600);
	if (fd < 0 || put_bytes(fd, bytes) < 0)
		rc = fail_errno(f, FAIL_SYSTEM, "%s", buf_str(&path));
	if (fd >= 0)
		close(fd);
	buf_clear(&path);
	return rc;
}
