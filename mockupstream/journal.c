/* The bounded journal of a ccmock. */
#include "mockupstream/journal.h"

#include <stdlib.h>

#include "mockupstream/requests.h"
#include "wire/bytes/mem.h"

struct journal {
	struct wlog older, newer;
	uint64_t first; /* number of the first entry in `older` */
	size_t half; /* bytes that fill `newer` */
	struct requests *requests;
	FILE *file;
	bool broken;
	tick_t zero;
	struct buf line;
};

struct journal *journal_new(size_t limit, FILE *file)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	wlog_init(&j->older, limit);
	wlog_init(&j->newer, limit);
	j->half = limit / 2;
	j->requests = requests_new();
	j->file = file;
	j->zero = loop_now();
	j->line = (struct buf)BUF_INIT(BUF_NO_LIMIT);
	return j;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	wlog_clear(&j->older);
	wlog_clear(&j->newer);
	requests_free(j->requests);
	buf_clear(&j->line);
	free(j);
}

void journal_reset(struct journal *j)
{
	j->first += j->older.count + j->newer.count;
	wlog_clear(&j->older);
	wlog_clear(&j->newer);
	requests_reset(j->requests);
}

bool journal_is_broken(const struct journal *j)
{
	return j->broken;
}

static struct wlog *log_for(void *arg, uint64_t run)
{
	struct journal *j = arg;
	size_t bytes =
		j->newer.bytes + j->newer.count * sizeof(struct wlog_entry);

	(void)run;
	if (bytes > j->half) {
		j->first += j->older.count;
		wlog_clear(&j->older);
		j->older = j->newer;
		wlog_init(&j->newer, j->older.bytes_limit);
	}
	return &j->newer;
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
	uint64_t middle = j->first + j->older.count;

	write_log(&j->older, j->first, q, out);
	write_log(&j->newer, middle, q, out);
	return middle + j->newer.count;
}

void journal_requests(const struct journal *j, const struct journal_query *q,
		      struct buf *out)
{
	requests_write(j->requests, q, out);
}
