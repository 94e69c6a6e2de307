/* Stores failing exchanges as files without credentials, for bisect and for
 * people. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/doctor/listen/listen.h"
#include "wire/bytes/folder.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/put.h"

#define NUMBER_LIMIT 999999

/* ---- the folder ---- */

/* The number in "0012-request.http", or 0. */
static unsigned number_of(const char *name)
{
	struct span rest = span_of(name), digits;
	uint64_t number;

	if (!span_ends(rest, ".http") || !span_split(&rest, '-', &digits) ||
	    !span_u64(digits, NUMBER_LIMIT, &number))
		return 0;
	return (unsigned)number;
}

int store_open(struct store *s, const char *folder, struct fail *f)
{
	struct dirent *entry;
	DIR *dir;

	if (folder_make(folder, f) < 0)
		return -1;
	dir = opendir(folder);
	if (!dir)
		return fail_errno(f, FAIL_USAGE, "%s", folder);
	*s = (struct store){ .folder = folder, .next = 1 };
	while ((entry = readdir(dir)) != NULL)
		if (number_of(entry->d_name) >= s->next)
			s->next = number_of(entry->d_name) + 1;
	closedir(dir);
	return 0;
}

/* Opens a new file, never an existing one. Returns a descriptor, or -1 with
 * errno. */
static int open_new(const struct store *s, unsigned number, const char *what,
		    char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%04u-%s.http", s->folder, number, what);
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		    S_IRUSR | S_IWUSR);
}

static int write_file(struct store *s, int fd, const char *path,
		      const struct buf *text, struct fail *f)
{
	int rc = put_bytes(fd, buf_span(text));

	if (close(fd) < 0 || rc < 0)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	s->bytes += text->len;
	return 0;
}

/* Another program may write into the same folder: then the next number is
 * taken. */
static int write_request(struct store *s, const struct buf *text,
			 unsigned *number, struct fail *f)
{
	char path[PATH_MAX];
	int fd;

	do {
		*number = s->next++;
		fd = open_new(s, *number, "request", path);
	} while (fd < 0 && errno == EEXIST && s->next <= NUMBER_LIMIT);
	if (fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	return write_file(s, fd, path, text, f);
}

static int write_answer(struct store *s, const struct buf *text,
			unsigned number, struct fail *f)
{
	char path[PATH_MAX];
	int fd = open_new(s, number, "answer", path);

	if (fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	return write_file(s, fd, path, text, f);
}

/* ---- contents ---- */

static char *blotted(const struct secrets *s, const char *text)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&out, text);
	secrets_blot(s, &out);
	return buf_take(&out, NULL);
}

/* The text that replaces a credential has blanks, which a target must not
 * have. */
static char *blotted_target(const struct secrets *s, const char *target)
{
	char *out = blotted(s, target);

	for (char *at = out; *at; at++)
		if (*at == ' ')
			*at = '_';
	return out;
}

/* The value as recorded requests have it, such as "Bearer {{credential}}", so
 * that a replay fills in its own credential. A replay has no cookie, so a
 * cookie is only masked. */
static void request_value(const struct secrets *s, const struct header *h,
			  struct buf *out)
{
	if (strcasecmp(h->name, "host") == 0) {
		buf_add_text(out, "{{host}}");
	} else if (strcasecmp(h->name, "cookie") == 0) {
		secrets_header(h->name, h->value, out);
	} else if (secrets_is_header(h->name)) {
		buf_add(out, h->value, listen_scheme(h->value));
		buf_add_text(out, "{{credential}}");
	} else {
		buf_add_text(out, h->value);
		secrets_blot(s, out);
	}
}

static void answer_value(const struct secrets *s, const struct header *h,
			 struct buf *out)
{
	secrets_header(h->name, h->value, out);
	secrets_blot(s, out);
}

/* The parts of credentials that are split over several fields. */
static void pieces_of(const struct secrets *s, const struct headers *h,
		      struct secrets *pieces)
{
	struct span *values = xcalloc(h->count, sizeof(*values));

	for (size_t i = 0; i < h->count; i++)
		values[i] = span_of(h->list[i].value);
	secrets_pieces(s, values, h->count, pieces);
	free(values);
}

typedef void value_fn(const struct secrets *s, const struct header *h,
		      struct buf *out);

static int copy_fields(const struct secrets *s, const struct headers *from,
		       value_fn *make, struct headers *to, struct fail *f)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);
	struct secrets pieces = { .list = NULL };
	int rc = 0;

	pieces_of(s, from, &pieces);
	for (size_t i = 0; i < from->count && rc == 0; i++) {
		buf_reset(&value);
		make(s, &from->list[i], &value);
		secrets_blot(&pieces, &value);
		rc = headers_add_text(to, from->list[i].name, buf_str(&value));
	}
	secrets_clear(&pieces);
	buf_clear(&value);
	return rc == 0 ? 0
		       : fail_set(f, FAIL_LIMIT,
				  "the head is too large to be stored");
}

/* The stored body is not chunked, and its length may have changed. */
static void set_framing(struct headers *h, size_t body_len)
{
	char text[24];

	if (headers_remove(h, "transfer-encoding") == 0 &&
	    !headers_get(h, "content-length"))
		return;
	snprintf(text, sizeof(text), "%zu", body_len);
	headers_set(h, "Content-Length", text);
}

static int request_text(const struct secrets *s, const struct passing *p,
			struct buf *out, struct fail *f)
{
	const struct http_head *from = visit_head(p->visit);
	struct http_head head = { .minor = from->minor };
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	buf_add_span(&body, visit_body(p->visit));
	secrets_blot(s, &body);
	head.method = blotted(s, from->method);
	head.target = blotted_target(s, from->target);
	rc = copy_fields(s, &from->headers, request_value, &head.headers, f);
	set_framing(&head.headers, body.len);
	http_head_write(&head, out);
	buf_add_span(out, buf_span(&body));
	buf_clear(&body);
	http_head_clear(&head);
	return rc;
}

static int answer_text(const struct secrets *s, const struct passing *p,
		       struct buf *out, struct fail *f)
{
	struct http_head head = { .status = p->head.status,
				  .minor = p->head.minor,
				  .reason = blotted(s, p->head.reason) };
	int rc;

	rc = copy_fields(s, &p->head.headers, answer_value, &head.headers, f);
	http_head_write(&head, out);
	buf_add_span(out, buf_span(&p->copy.body)); /* masked already */
	if (p->copy.is_short)
		buf_addf(out, "\n(cut short; %" PRIu64 " bytes came)\n",
			 p->copy.bytes);
	http_head_clear(&head);
	return rc;
}

/* ---- both files ---- */

int store_add(struct store *s, const struct passing *p, unsigned *number,
	      struct fail *f)
{
	const struct secrets *secrets = listen_of(p)->config->secrets;
	struct buf request = BUF_INIT(BUF_NO_LIMIT);
	struct buf answer = BUF_INIT(BUF_NO_LIMIT);
	int rc = -1;

	if (s->bytes >= STORE_LIMIT) {
		fail_set(f, FAIL_LIMIT, "the limit of 1 GiB is reached");
		goto out;
	}
	if (request_text(secrets, p, &request, f) < 0 ||
	    write_request(s, &request, number, f) < 0)
		goto out;
	if (p->head.status > 0 && (answer_text(secrets, p, &answer, f) < 0 ||
				   write_answer(s, &answer, *number, f) < 0))
		goto out;
	rc = 0;
out:
	buf_clear(&request);
	buf_clear(&answer);
	return rc;
}
