/* The bounded journal of a ccmock. */
#include "mockupstream/journal.h"

#include <stdlib.h>

#include "mockupstream/requests.h"
#include "wire/bytes/mem.h"

/* The journal has this many parts, and drops the oldest one at once. Parts are
 * small, since freeing many entries takes long and delays answers. */
#define PARTS 64

struct journal {
	struct wlog parts[PARTS]; /* a ring */
	size_t newest; /* the part being written; the oldest comes after it */
	uint64_t first; /* number of the oldest entry */
	size_t part_bytes; /* bytes that fill a part */
	struct requests *requests;
	FILE *file;
	bool broken;
	tick_t zero;
	struct buf line;
};

struct journal *journal_new(size_t limit, FILE *file)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	for (size_t i = 0; i < PARTS; i++)
		wlog_init(&j->parts[i], limit);
	j->part_bytes = limit / PARTS;
	j->requests = requests_new();
	j->file = file;
	j->zero = loop_now();
	j->line = (struct buf)BUF_INIT(BUF_NO_LIMIT);
	return j;
}

static size_t count_entries(const struct journal *j)
{
	size_t count = 0;

	for (size_t i = 0; i < PARTS; i++)
		count += j->parts[i].count;
	return count;
}

static void clear_parts(struct journal *j)
{
	for (size_t i = 0; i < PARTS; i++)
		wlog_clear(&j->parts[i]);
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	clear_parts(j);
	requests_free(j->requests);
	buf_clear(&j->line);
	free(j);
}

void journal_reset(struct journal *j)
{
	j->first += count_entries(j);
	clear_parts(j);
	requests_reset(j->requests);
}

bool journal_is_broken(const struct journal *j)
{
	return j->broken;
}

uint64_t journal_first(const struct journal *j)
{
	return j->first;
}

static bool is_full(const struct journal *j, const struct wlog *part)
{
	return part->bytes + part->count * sizeof(struct wlog_entry) >
	       j->part_bytes;
}

static struct wlog *log_for(void *arg, uint64_t run)
{
	struct journal *j = arg;
	struct wlog *oldest = &j->parts[(j->newest + 1) % PARTS];

	(void)run;
	if (is_full(j, &j->parts[j->newest])) {
		j->first += oldest->count;
		wlog_clear(oldest);
		j->newest = (j->newest + 1) % PARTS;
	}
	return &j->parts[j->newest];
}

static void write_line(struct journal *j, const struct wlog_entry *e)
{
	buf_reset(&j->line);
	wlog_entry_write(e, &j->line);
	if (fwrite(j->line.at, 1, j->line.len, j->file) != j->line.len ||
	    fflush(j->file) != 0)
		j->broken = true;
}

static void on_entry(void *arg, const struct wlog_entry *e)
{
	struct journal *j = arg;

	requests_take(j->requests, e);
	if (j->file && !j->broken)
		write_line(j, e);
}

struct mock_sink journal_sink(struct journal *j)
{
	return (struct mock_sink){
		.log_for = log_for,
		.on_entry = on_entry,
		.arg = j,
		.zero = j->zero,
	};
}

static void write_log(const struct wlog *log, uint64_t first,
		      const struct journal_query *q, struct buf *out)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct wlog_entry *e = &log->list[i];

		if (first + i >= q->since && (!q->by_run || e->run == q->run))
			wlog_entry_write(e, out);
	}
}

uint64_t journal_write(const struct journal *j, const struct journal_query *q,
		       struct buf *out)
{
	uint64_t next = j->first;

	for (size_t i = 1; i <= PARTS; i++) {
		const struct wlog *part = &j->parts[(j->newest + i) % PARTS];

		write_log(part, next, q, out);
		next += part->count;
	}
	return next;
}

void journal_requests(const struct journal *j, const struct journal_query *q,
		      struct buf *out)
{
	requests_write(j->requests, q, out);
}
