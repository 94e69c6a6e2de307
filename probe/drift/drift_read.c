/* Reads the recordings of a release. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "probe/drift/drift_private.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"
#include "wire/scrub/scrub.h"

#define FILE_LIMIT ((size_t)64 * 1024 * 1024)

static int is_request(const struct dirent *entry)
{
	return span_ends(span_of(entry->d_name), ".http");
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Scrubs each recording once more: those that others scrubbed have other
 * filler, and after this all have the same. */
static int facts_of(struct drift_request *out, struct scrub *s,
		    const char *path, const char *version, struct fail *f)
{
	struct buf bytes = BUF_INIT(FILE_LIMIT), clean = BUF_INIT(FILE_LIMIT);
	struct http_head head = { .method = NULL };
	struct fail why = FAIL_INIT;
	long n = HTTP_BAD;
	int rc = load_file(&bytes, path, FILE_LIMIT, f);

	if (rc == 0)
		n = http_request_read(buf_span(&bytes), &head, &why);
	if (rc == 0 && n > 0)
		rc = scrub_request(s, &head,
				   span_skip(buf_span(&bytes), (size_t)n),
				   &clean, &why);
	http_head_clear(&head);
	if (rc == 0 && n > 0)
		n = http_request_read(buf_span(&clean), &head, &why);
	if (rc == 0 && n > 0)
		drift_facts(out, &head, span_skip(buf_span(&clean), (size_t)n),
			    version);
	else
		rc = fail_set(f, FAIL_CASE, "%s is no recorded request: %s",
			      path, why.code ? why.text : "it has no end");
	http_head_clear(&head);
	buf_clear(&bytes);
	buf_clear(&clean);
	return rc;
}

static int read_scenario(struct drift_scenario *out, const char *folder,
			 const char *version, struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct scrub *s = scrub_new(false);
	struct dirent **list = NULL;
	int count = scandir(folder, &list, is_request, alphasort), rc = 0;

	out->list = xcalloc((size_t)(count > 0 ? count : 0) + 1,
			    sizeof(*out->list));
	for (int i = 0; i < count; i++) {
		struct drift_request *r = &out->list[out->count];

		buf_reset(&path);
		buf_addf(&path, "%s/%s", folder, list[i]->d_name);
		if (rc == 0)
			rc = facts_of(r, s, buf_str(&path), version, f);
		r->name = span_dup(
			span_first(span_of(list[i]->d_name),
				   strlen(list[i]->d_name) - strlen(".http")));
		out->count++;
		free(list[i]);
	}
	free(list);
	scrub_free(s);
	buf_clear(&path);
	return rc;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int drift_release_read(struct drift_release *out, const char *root,
		       const char *version, struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct dirent **list = NULL;
	size_t len;
	int count, rc = 0;

	buf_addf(&path, "%s/fixtures/requests/%s", root, version);
	len = path.len;
	count = scandir(buf_str(&path), &list, is_visible, alphasort);
	if (count < 0)
		rc = fail_errno(f, FAIL_USAGE, "%s", buf_str(&path));
	out->list = xcalloc((size_t)(count > 0 ? count : 0) + 1,
			    sizeof(*out->list));
	for (int i = 0; i < count; i++) {
		struct drift_scenario *s = &out->list[out->count];

		buf_cut(&path, len);
		buf_addf(&path, "/%s", list[i]->d_name);
		if (rc == 0 && is_folder(buf_str(&path))) {
			s->name = xstrdup(list[i]->d_name);
			out->count++;
			rc = read_scenario(s, buf_str(&path), version, f);
		}
		free(list[i]);
	}
	free(list);
	buf_clear(&path);
	return rc;
}

void drift_release_clear(struct drift_release *r)
{
	for (size_t i = 0; i < r->count; i++) {
		for (size_t k = 0; k < r->list[i].count; k++)
			drift_request_clear(&r->list[i].list[k]);
		free(r->list[i].list);
		free(r->list[i].name);
	}
	free(r->list);
	*r = (struct drift_release){ .list = NULL };
}
