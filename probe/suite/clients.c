/* Recorded releases of the client: their list and order, ranges, and the paths
 * of recordings. */
#include "probe/suite/clients.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define FOLDER "fixtures/requests"
#define REQUEST_LIMIT ((size_t)64 * 1024 * 1024)

/* ---- versions ---- */

static bool read_version(uint64_t out[3], const char *text)
{
	struct span rest = span_of(text), part;

	for (int i = 0; i < 3; i++) {
		if (rest.at == NULL || !span_split(&rest, '.', &part) ||
		    !span_u64(part, 1000000, &out[i]))
			return false;
	}
	return rest.at == NULL;
}

bool client_is_version(const char *text)
{
	uint64_t numbers[3];

	return read_version(numbers, text);
}

int client_compare(const char *left, const char *right)
{
	uint64_t a[3] = { 0 }, b[3] = { 0 };

	read_version(a, left);
	read_version(b, right);
	for (int i = 0; i < 3; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* ---- ranges ---- */

bool client_fits(const struct client_range *range, const char *version)
{
	return (range->min == NULL ||
		client_compare(range->min, version) <= 0) &&
	       (range->max == NULL || client_compare(version, range->max) <= 0);
}

void client_range_write(const struct client_range *range, struct buf *out)
{
	buf_add_text(out, "Claude Code ");
	if (range->min != NULL && range->max != NULL &&
	    strcmp(range->min, range->max) == 0)
		buf_add_text(out, range->min);
	else if (range->min != NULL && range->max != NULL)
		buf_addf(out, "%s to %s", range->min, range->max);
	else if (range->min != NULL)
		buf_addf(out, "%s or newer", range->min);
	else if (range->max != NULL)
		buf_addf(out, "%s or older", range->max);
	else
		buf_add_text(out, "of any version");
}

void client_range_clear(struct client_range *range)
{
	free(range->min);
	free(range->max);
	*range = (struct client_range){ .min = NULL };
}

/* ---- releases ---- */

static int is_release(const struct dirent *entry)
{
	return client_is_version(entry->d_name);
}

static int by_version(const struct dirent **left, const struct dirent **right)
{
	return client_compare((*left)->d_name, (*right)->d_name);
}

int clients_read(struct clients *out, const char *root, struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct dirent **list = NULL;
	int count, rc = 0;

	buf_addf(&path, "%s/" FOLDER, root);
	count = scandir(buf_str(&path), &list, is_release, by_version);
	if (count < 0 && errno != ENOENT)
		rc = fail_errno(f, FAIL_SYSTEM, "%s", buf_str(&path));
	buf_clear(&path);
	if (count < 0)
		count = 0;
	if (rc == 0) {
		out->list = xcalloc((size_t)count, sizeof(*out->list));
		out->count = (size_t)count;
	}
	for (int i = 0; i < count; i++) {
		out->list[i] = xstrdup(list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return rc;
}

void clients_clear(struct clients *clients)
{
	for (size_t i = 0; i < clients->count; i++)
		free(clients->list[i]);
	free(clients->list);
	*clients = (struct clients){ .list = NULL };
}

static int fail_unknown(const struct clients *clients, const char *wanted,
			struct fail *f)
{
	struct buf known = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < clients->count; i++)
		buf_addf(&known, "%s%s", i > 0 ? ", " : "", clients->list[i]);
	fail_set(f, FAIL_USAGE,
		 "--client: no requests of '%s' are recorded; there are: %s",
		 wanted, clients->count > 0 ? buf_str(&known) : "none");
	buf_clear(&known);
	return -1;
}

int clients_choose(const char **out, const struct clients *clients,
		   const char *wanted, struct fail *f)
{
	const char *newest = NULL;

	for (size_t i = 0; i < clients->count; i++) {
		newest = clients->list[i];
		if (wanted != NULL && strcmp(newest, wanted) == 0)
			break;
	}
	if (wanted != NULL && (newest == NULL || strcmp(newest, wanted) != 0))
		return fail_unknown(clients, wanted, f);
	*out = newest;
	return 0;
}

const char *clients_newest(const struct clients *clients,
			   const struct client_range *range)
{
	const char *newest = NULL;

	for (size_t i = 0; i < clients->count; i++)
		if (client_fits(range, clients->list[i]))
			newest = clients->list[i];
	return newest;
}

/* ---- turns ---- */

static int is_request(const struct dirent *entry)
{
	return span_ends(span_of(entry->d_name), ".http");
}

/* 1: the file has the mark, 0: it has none, -1: it cannot be read. */
static int has_mark(const char *path, struct fail *f)
{
	char *text = NULL;
	size_t len = 0;
	int marked;

	if (scratch_read(&text, &len, path, REQUEST_LIMIT, f) < 0)
		return -1;
	marked = span_find(span_make(text, len), span_of(CLIENTS_MARK)) !=
		 SIZE_MAX;
	free(text);
	return marked;
}

struct turning {
	const char *root;
	struct span folder; /* below root */
	uint64_t turn;
	struct fail *f;
};

/* 1: found, `out` is its path; 0: the session has fewer turns; -1: a file
 * cannot be read. */
static int find_turn(const struct turning *t, struct dirent **list, int count,
		     struct buf *out)
{
	struct buf full = BUF_INIT(BUF_NO_LIMIT);
	uint64_t turn = 0;
	int marked = 0;

	for (int i = 0; i < count && marked >= 0 && turn < t->turn; i++) {
		buf_reset(out);
		buf_addf(out, "%.*s/%s", SPAN_ARG(t->folder), list[i]->d_name);
		buf_reset(&full);
		buf_addf(&full, "%s/%s", t->root, buf_str(out));
		marked = has_mark(buf_str(&full), t->f);
		if (marked > 0)
			turn++;
	}
	buf_clear(&full);
	return marked < 0 ? -1 : turn == t->turn;
}

static int read_turn(const struct turning *t, char **out)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct dirent **list = NULL;
	int count, found = 0;

	buf_addf(&path, "%s/%.*s", t->root, SPAN_ARG(t->folder));
	count = scandir(buf_str(&path), &list, is_request, alphasort);
	if (count > 0)
		found = find_turn(t, list, count, &path);
	for (int i = 0; i < count; i++)
		free(list[i]);
	free(list);
	if (found > 0)
		*out = buf_take(&path, NULL);
	else if (found == 0)
		fail_set(t->f, FAIL_CASE, "%.*s: no recorded turn %u",
			 SPAN_ARG(t->folder), (unsigned)t->turn);
	buf_clear(&path);
	return found > 0 ? 0 : -1;
}

/* ---- cloud modes, which not every release was recorded in ---- */

#define CLOUD "fixtures/cloud/"

/* The newest release in the folder that is not newer than `version`, yours to
 * free(); NULL: none. */
static char *find_release(const char *folder, const char *version)
{
	struct dirent **list = NULL;
	int count = scandir(folder, &list, is_release, NULL);
	char *best = NULL;

	for (int i = 0; i < count; i++) {
		const char *name = list[i]->d_name;

		if (client_compare(name, version) <= 0 &&
		    (!best || client_compare(name, best) > 0)) {
			free(best);
			best = xstrdup(name);
		}
		free(list[i]);
	}
	free(list);
	return best;
}

/* Cloud modes are not recorded for every release. Returns the path with the
 * newest recorded release that is not newer than the one in `path`; yours to
 * free(). */
static char *stand_in(const char *root, const char *path)
{
	struct span rest = span_of(path), version;
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	char *wanted, *found = NULL;

	if (!span_starts(rest, CLOUD))
		return xstrdup(path);
	rest = span_skip(rest, strlen(CLOUD));
	(void)span_split(&rest, '/', &version);
	wanted = span_dup(version);
	buf_addf(&out, "%s/" CLOUD, root);
	if (client_is_version(wanted))
		found = find_release(buf_str(&out), wanted);
	buf_reset(&out);
	buf_addf(&out, CLOUD "%s/%.*s", found ? found : wanted, SPAN_ARG(rest));
	free(wanted);
	free(found);
	return buf_take(&out, NULL);
}

static int read_recording(char **out, const char *root, const char *path,
			  struct fail *f)
{
	struct turning t = { .root = root, .f = f };
	const char *slash = strrchr(path, '/');
	struct span name = span_of(slash != NULL ? slash + 1 : path);

	if (slash != NULL && span_starts(name, "turn-") &&
	    span_ends(name, ".http") &&
	    span_u64(span_make(name.at + 5, name.len - 10), 9999, &t.turn) &&
	    t.turn > 0) {
		t.folder = span_make(path, (size_t)(slash - path));
		return read_turn(&t, out);
	}
	*out = xstrdup(path);
	return 0;
}

int clients_recording(char **out, const char *root, const char *path,
		      struct fail *f)
{
	char *there = stand_in(root, path);
	int rc = read_recording(out, root, there, f);

	free(there);
	return rc;
}
