/* The ledger's table. */
#include "gateway/ledger/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "wire/bytes/mem.h"

enum { BUSY_MS = 10000 };

struct store_table {
	char *path;
	sqlite3 *db;
	sqlite3_stmt *add, *overlay;
};

static int wrong(struct store_table *s, struct fail *f)
{
	return fail_set(f, FAIL_SYSTEM, "%s: %s", s->path,
			s->db ? sqlite3_errmsg(s->db) : "out of memory");
}

static int run(struct store_table *s, const char *sql, struct fail *f)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? 0
		       : wrong(s, f);
}

static int prepare(struct store_table *s, const char *sql, sqlite3_stmt **out,
		   struct fail *f)
{
	return sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK
		       ? 0
		       : wrong(s, f);
}

/* ---- the table's text ---- */

static void add_columns(struct buf *sql, bool declared)
{
	for (const struct column *c = record_columns; c->name; c++) {
		buf_addf(sql, "%s%s", c == record_columns ? "" : ",", c->name);
		if (declared)
			buf_addf(sql, "%s%s",
				 c->kind == COLUMN_TEXT ? " TEXT" : " INTEGER",
				 c == record_columns       ? " PRIMARY KEY"
				 : c->kind == COLUMN_MAYBE ? ""
							   : " NOT NULL");
	}
}

static void add_table(struct buf *sql, const char *what, const char *name)
{
	buf_addf(sql, "CREATE %s IF NOT EXISTS %s(", what, name);
	add_columns(sql, true);
	buf_add_text(sql, ") WITHOUT ROWID;");
}

static int make(struct store_table *s, struct fail *f)
{
	struct buf sql = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	add_table(&sql, "TABLE", "requests");
	buf_add_text(&sql, "CREATE INDEX IF NOT EXISTS requests_time ON "
			   "requests(time);");
	rc = run(s, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;", f);
	if (rc == 0)
		rc = run(s, buf_str(&sql), f);
	buf_clear(&sql);
	return rc;
}

/* Makes the view "seen": the rows of both tables; if a record is in both, the
 * newer one counts. */
static int look(struct store_table *s, struct fail *f)
{
	struct buf sql = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	add_table(&sql, "TEMP TABLE", "fresh");
	buf_add_text(&sql, "CREATE TEMP VIEW seen AS SELECT * FROM fresh UNION "
			   "ALL SELECT * FROM main.requests WHERE id NOT IN "
			   "(SELECT id FROM fresh);");
	rc = run(s, buf_str(&sql), f);
	buf_clear(&sql);
	return rc;
}

static int prepare_add(struct store_table *s, const char *table,
		       sqlite3_stmt **out, struct fail *f)
{
	struct buf sql = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	buf_addf(&sql, "INSERT OR REPLACE INTO %s(", table);
	add_columns(&sql, false);
	buf_add_text(&sql, ") VALUES(");
	for (const struct column *c = record_columns; c->name; c++)
		buf_add_text(&sql, c == record_columns ? "?" : ",?");
	buf_add_byte(&sql, ')');
	rc = prepare(s, buf_str(&sql), out, f);
	buf_clear(&sql);
	return rc;
}

/* ---- life ---- */

/* Makes the file for its owner alone: what each key spends concerns nobody else
 * on the machine. */
static int create(const char *path, struct fail *f)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	return close(fd);
}

int store_open(struct store_table **out, const char *path, bool write,
	       struct fail *f)
{
	int flags = SQLITE_OPEN_NOMUTEX |
		    (write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
			   : SQLITE_OPEN_READWRITE);
	struct store_table *s = xcalloc(1, sizeof(*s));
	int rc = -1;

	s->path = xstrdup(path);
	if (write && create(path, f) < 0)
		goto out;
	if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK) {
		wrong(s, f);
		goto out;
	}
	sqlite3_busy_timeout(s->db, BUSY_MS);
	if ((write && make(s, f) < 0) || look(s, f) < 0 ||
	    (write && prepare_add(s, "main.requests", &s->add, f) < 0) ||
	    prepare_add(s, "temp.fresh", &s->overlay, f) < 0)
		goto out;
	*out = s;
	s = NULL;
	rc = 0;
out:
	store_close(s);
	return rc;
}

void store_close(struct store_table *s)
{
	if (!s)
		return;
	sqlite3_finalize(s->add);
	sqlite3_finalize(s->overlay);
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}

/* ---- writing ---- */

int store_begin(struct store_table *s, struct fail *f)
{
	return run(s, "BEGIN IMMEDIATE", f);
}

int store_end(struct store_table *s, bool good, struct fail *f)
{
	return run(s, good ? "COMMIT" : "ROLLBACK", f);
}

static int put(struct store_table *s, sqlite3_stmt *stmt,
	       const struct record_row *r, struct fail *f)
{
	int at = 1, rc = SQLITE_OK;

	for (const struct column *c = record_columns; c->name && !rc;
	     c++, at++) {
		if (c->kind == COLUMN_TEXT)
			rc = sqlite3_bind_text(stmt, at, record_text(r, c), -1,
					       SQLITE_STATIC);
		else if (c->kind == COLUMN_MAYBE && record_number(r, c) < 0)
			rc = sqlite3_bind_null(stmt, at);
		else
			rc = sqlite3_bind_int64(stmt, at, record_number(r, c));
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt) == SQLITE_DONE ? SQLITE_OK
						       : SQLITE_ERROR;
	sqlite3_reset(stmt);
	return rc == SQLITE_OK ? 0 : wrong(s, f);
}

int store_add(struct store_table *s, const struct record_row *r, struct fail *f)
{
	return put(s, s->add, r, f);
}

int store_overlay(struct store_table *s, const struct record_row *r,
		  struct fail *f)
{
	return put(s, s->overlay, r, f);
}

/* ---- questions ---- */

static const struct {
	const char *word, *value;
} groups[] = {
	[STORE_BY_KEY] = { "key", "key" },
	[STORE_BY_MODEL] = { "model", "CASE served WHEN '' THEN asked ELSE "
				      "served END" },
	[STORE_BY_SESSION] = { "session", "session" },
	[STORE_BY_DAY] = { "day",
			   "strftime('%Y-%m-%d',time/1000,'unixepoch')" },
	[STORE_BY_HOUR] = { "hour", "strftime('%Y-%m-%dT%H:00Z',time/"
				    "1000,'unixepoch')" },
	[STORE_BY_PROVIDER] = { "provider", "provider" },
	[STORE_BY_ALL] = { "all", "'all'" },
};

int store_group_from(const char *word, enum store_group *out)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (strcmp(groups[i].word, word) == 0) {
			*out = (enum store_group)i;
			return 0;
		}
	return -1;
}

const char *store_group_word(enum store_group group)
{
	return groups[group].word;
}

#define SUMS \
	"count(*)," \
	"sum(status<200 OR status>=400 OR end<>'clean')," \
	"sum(cost IS NULL AND input+output+cache_write_5m+cache_write_1h+" \
	"cache_read>0)," \
	"sum(input),sum(output),sum(cache_write_5m),sum(cache_write_1h)," \
	"sum(cache_read),sum(thinking),coalesce(sum(cost),0)"

static struct store_sum sum_of(sqlite3_stmt *stmt)
{
	const char *name = (const char *)sqlite3_column_text(stmt, 0);

	return (struct store_sum){
		.name = name ? name : "",
		.requests = sqlite3_column_int64(stmt, 1),
		.failed = sqlite3_column_int64(stmt, 2),
		.unpriced = sqlite3_column_int64(stmt, 3),
		.usage = { .input = sqlite3_column_int64(stmt, 4),
			   .output = sqlite3_column_int64(stmt, 5),
			   .cache_5m = sqlite3_column_int64(stmt, 6),
			   .cache_1h = sqlite3_column_int64(stmt, 7),
			   .cache_read = sqlite3_column_int64(stmt, 8),
			   .thinking = sqlite3_column_int64(stmt, 9) },
		.cost = sqlite3_column_int64(stmt, 10),
	};
}

static int bind_filter(sqlite3_stmt *stmt, const struct store_filter *filter)
{
	const char *texts[] = { filter->key, filter->model, filter->session };
	int rc = SQLITE_OK;

	for (int i = 0; i < 3 && rc == SQLITE_OK; i++)
		rc = texts[i] ? sqlite3_bind_text(stmt, i + 1, texts[i], -1,
						  SQLITE_STATIC)
			      : sqlite3_bind_null(stmt, i + 1);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(stmt, 4, filter->since);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(
			stmt, 5, filter->until > 0 ? filter->until : INT64_MAX);
	return rc;
}

int store_sums(struct store_table *s, enum store_group group,
	       const struct store_filter *filter, size_t most, store_fn *fn,
	       void *arg, struct fail *f)
{
	bool in_time = group == STORE_BY_DAY || group == STORE_BY_HOUR;
	struct buf sql = BUF_INIT(BUF_NO_LIMIT);
	sqlite3_stmt *stmt = NULL;
	int rc, step = SQLITE_ERROR;

	buf_addf(&sql,
		 "SELECT %s AS name," SUMS
		 " FROM seen WHERE (?1 IS NULL OR key=?1) AND (?2 IS NULL OR "
		 "%s=?2) AND (?3 IS NULL OR session=?3) AND time>=?4 AND "
		 "time<?5 GROUP BY name ORDER BY %s LIMIT %lld",
		 groups[group].value, groups[STORE_BY_MODEL].value,
		 in_time ? "name" : "11 DESC,2 DESC,name",
		 most > 0 ? (long long)most : -1LL);
	rc = prepare(s, buf_str(&sql), &stmt, f);
	if (rc == 0 && bind_filter(stmt, filter) != SQLITE_OK)
		rc = wrong(s, f);
	while (rc == 0 && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct store_sum sum = sum_of(stmt);

		fn(arg, &sum);
	}
	if (rc == 0 && step != SQLITE_DONE)
		rc = wrong(s, f);
	sqlite3_finalize(stmt);
	buf_clear(&sql);
	return rc;
}

int store_spent(struct store_table *s, int64_t since_ms, store_spent_fn *fn,
		void *arg, struct fail *f)
{
	sqlite3_stmt *stmt = NULL;
	int rc, step = SQLITE_ERROR;

	rc = prepare(s,
		     "SELECT key,coalesce(sum(cost),0) FROM seen WHERE "
		     "time>=?1 GROUP BY key",
		     &stmt, f);
	if (rc == 0 && sqlite3_bind_int64(stmt, 1, since_ms) != SQLITE_OK)
		rc = wrong(s, f);
	while (rc == 0 && (step = sqlite3_step(stmt)) == SQLITE_ROW)
		fn(arg, (const char *)sqlite3_column_text(stmt, 0),
		   sqlite3_column_int64(stmt, 1));
	if (rc == 0 && step != SQLITE_DONE)
		rc = wrong(s, f);
	sqlite3_finalize(stmt);
	return rc;
}
