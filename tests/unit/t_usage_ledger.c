/* gateway/ledger: records, the spool, the table, reports, metrics. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <time.h>
#include <unistd.h>

#include "gateway/ledger/ledger.h"
#include "gateway/ledger/metrics.h"
#include "gateway/ledger/report.h"
#include "gateway/ledger/usage_command.h"
#include "tests/unit/lock_kit.h"

#define DB "t_usage_ledger.db"
static struct buf line = BUF_INIT(BUF_NO_LIMIT);
static struct spool_batch batch = { .lines = BUF_INIT(BUF_NO_LIMIT) };

/* 2026-11-30 15:00:00 UTC */
#define NOW INT64_C(1796050800)

static void forget(void)
{
	static const char *const endings[] = { "",      ".spool", ".taking",
					       ".lock", "-wal",   "-shm" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), DB "%s", endings[i]);
		unlink(name);
	}
}

static struct record_row one(const char *id, const char *key, const char *model,
			     int64_t cost)
{
	struct record_row r = { .time = NOW * 1000,
				.status = 200,
				.usage = { .input = 10, .output = 20 },
				.cost = cost,
				.first_ms = -1,
				.total_ms = 5 };

	record_put(r.id, sizeof(r.id), span_of(id));
	record_put(r.key, sizeof(r.key), span_of(key));
	record_put(r.served, sizeof(r.served), span_of(model));
	record_put(r.end, sizeof(r.end), span_of("clean"));
	return r;
}

/* There and back; no part of the line is one. */
static void is_line(const struct record_row *r)
{
	struct record_row back;

	record_write(r, &line);
	assert_int_equal(span_find_byte(buf_span(&line), '\n'), line.len - 1);
	assert_int_equal(
		record_read(&back, span_first(buf_span(&line), line.len - 1)),
		0);
	assert_memory_equal(&back, r, sizeof(*r));
	for (size_t len = 0; len + 1 < line.len; len++)
		assert_int_equal(
			record_read(&back, span_first(buf_span(&line), len)),
			-1);
	buf_reset(&line);
}

/* ---- what is read and written as JSON, which takes longer ---- */

static int slowly;

int __real_jscan(struct span text, struct jval *root, struct fail *f);
int __wrap_jscan(struct span text, struct jval *root, struct fail *f);
int __wrap_jscan(struct span text, struct jval *root, struct fail *f)
{
	slowly++;
	return __real_jscan(text, root, f);
}

int __real_jscan_quote(struct buf *out, struct span text);
int __wrap_jscan_quote(struct buf *out, struct span text);
int __wrap_jscan_quote(struct buf *out, struct span text)
{
	slowly++;
	return __real_jscan_quote(out, text);
}

/* How often a record is handled as JSON, there and back. */
static void is_slow(const struct record_row *r, int times)
{
	struct record_row back;

	slowly = 0;
	record_write(r, &line);
	assert_int_equal(
		record_read(&back, span_first(buf_span(&line), line.len - 1)),
		0);
	assert_memory_equal(&back, r, sizeof(*r));
	assert_int_equal(slowly, times);
	buf_reset(&line);
}

static void t_quick(void **state)
{
	struct record_row r = one("1", "ann", "m", -1);

	(void)state;
	is_slow(&r, 0);
	r.first_ms = 999999999999999999; /* eighteen digits */
	r.bytes = -999999999999999999;
	memset(r.client, 'x', sizeof(r.client) - 1);
	is_slow(&r, 0);
	r.total_ms = 1000000000000000000; /* one more */
	is_slow(&r, 1);
	r.total_ms = 0;
	record_put(r.key, sizeof(r.key), span_of("a\"b"));
	is_slow(&r, 2);
}

static void t_line(void **state)
{
	struct record_row r = one("1", "ann", "m", -1), back;

	(void)state;
	is_line(&r);
	r.cost = INT64_MAX;
	r.bytes = INT64_MIN + 1;
	r.first_ms = 999999999999999999;
	is_line(&r);
	memset(r.client, 'x', sizeof(r.client) - 1);
	record_put(r.key, sizeof(r.key), span_of("a\"b\\\n\x7f"));
	record_put(r.session, sizeof(r.session),
		   span_of("\xe6\xbc\xa2\xe5\xad\x97"));
	is_line(&r);
	for (int c = 1; c < 0x80; c++) /* each byte, in each place of eight */
		for (size_t at = 0; at < 17; at++) {
			r = one("1", "abcdefghijklmnopq", "m", 0);
			r.key[at] = (char)c;
			record_write(&r, &line);
			line.len--;
			assert_int_equal(record_read(&back, buf_span(&line)),
					 0);
			assert_memory_equal(&back, &r, sizeof(r));
			buf_reset(&line);
		}
	assert_int_equal(record_read(&back, span_of("[]")), -1);
}

/* One of a newer ccgate's, which has more, with blanks. */
static void t_newer(void **state)
{
	struct record_row r = one("1", "ann", "m", 5), back;

	(void)state;
	record_write(&r, &line);
	buf_replace(&line, "\"clean\"]", "\"clean\", {\"new\": []}]");
	assert_int_equal(record_read(&back, buf_span(&line)), 0);
	assert_memory_equal(&back, &r, sizeof(r));
	buf_replace(&line, "200,10,20", "9223372036854775807,10,20");
	assert_int_equal(record_read(&back, buf_span(&line)), 0);
	assert_int_equal(back.status, INT64_MAX);
	buf_replace(&line, "9223372036854775807,10,20",
		    "9999999999999999999,10,20"); /* too large for a number */
	assert_int_equal(record_read(&back, buf_span(&line)), -1);
	buf_replace(&line, "9999999999999999999,10,20", "200,\"10\",20");
	assert_int_equal(record_read(&back, buf_span(&line)), -1);
	buf_reset(&line);
}

static void t_put(void **state)
{
	char text[6];

	(void)state;
	record_put(text, sizeof(text), span_of("abcde"));
	assert_string_equal(text, "abcde");
	record_put(text, sizeof(text), span_of("abcd\xc3\xa4"));
	assert_string_equal(text, "abcd"); /* no half of a character */
	record_put(text, sizeof(text), span_of("\x80\x80\x80\x80\x80\x80\x80"));
	assert_string_equal(text, "\x80\x80\x80\x80\x80");
	record_put(text, sizeof(text), SPAN_EMPTY);
	assert_string_equal(text, "");
}

static int add(struct spool *s, const struct record_row *r)
{
	spool_batch_add(&batch, r);
	return spool_write(s, &batch);
}

static void keep(struct ledger_files *l, const struct record_row *r)
{
	ledger_add(l, r, &batch);
	ledger_write(l, &batch);
}

static int count_one(void *arg, const struct record_row *r, struct fail *f)
{
	(void)r;
	(void)f;
	++*(size_t *)arg;
	return 0;
}

static size_t lines(bool aside, size_t *broken)
{
	size_t count = 0;

	*broken = 0;
	assert_int_equal(spool_read(DB, aside, count_one, &count, broken, NULL),
			 0);
	return count;
}

static void t_spool(void **state)
{
	struct record_row r = one("1", "k", "m", 0);
	struct fail f = FAIL_INIT;
	struct spool *s, *second = NULL;
	size_t broken;
	FILE *torn;

	(void)state;
	forget();
	assert_int_equal(spool_open(&s, DB, NULL), 0);
	assert_int_equal(spool_open(&second, DB, &f), -1);
	assert_int_equal(f.code, FAIL_LIMIT);
	assert_string_equal(f.text, DB ": the ledger is in use by another "
				       "ccgate; give each a ledger of its own");
	locks_begin();
	assert_int_equal(spool_size(s), 0);
	assert_locked_once();
	assert_int_equal(add(s, &r), 0);
	assert_locked_once();
	assert_int_equal(spool_write(s, &batch), 0); /* nothing */
	assert_int_equal(locks_taken, 0);
	assert_true(spool_size(s) > 0);
	assert_int_equal(lines(false, &broken), 1); /* as it is written */
	locks_begin();
	assert_int_equal(spool_set_aside(s, NULL), 0);
	assert_locked_once();
	assert_int_equal(spool_size(s), 0);
	assert_int_equal(lines(false, &broken), 0);
	assert_int_equal(lines(true, &broken), 1);
	add(s, &r);
	assert_int_equal(spool_set_aside(s, NULL), 0); /* not taken yet */
	assert_int_equal(lines(true, &broken), 1);
	assert_int_equal(lines(false, &broken), 1);
	errno = EACCES; /* of another call */
	assert_int_equal(spool_taken(s, NULL), 0);
	assert_int_equal(spool_taken(s, NULL), 0);
	assert_false(spool_is_aside(s));
	unlink(DB ".spool");
	f = (struct fail)FAIL_INIT;
	assert_int_equal(spool_set_aside(s, &f), -1);
	assert_string_equal(f.text, DB ".spool: No such file or directory");
	locks_begin();
	spool_close(s);
	assert_int_equal(locks_gone, 1);
	assert_int_equal(spool_open(&s, DB, NULL), 0);
	add(s, &r);
	add(s, &r);
	spool_close(s);
	/* The whole line of an earlier run is no half of one. */
	assert_int_equal(spool_open(&s, DB, NULL), 0);
	add(s, &r);
	assert_int_equal(lines(false, &broken), 3);
	assert_int_equal(broken, 0);
	spool_close(s);
	unlink(DB ".spool");
	assert_int_equal(spool_open(&s, DB, NULL), 0);
	add(s, &r);
	spool_close(s);
	/* The half of a line does not spoil the next one. */
	torn = fopen(DB ".spool", "a");
	fputs("[\"tor", torn);
	fclose(torn);
	assert_int_equal(spool_open(&s, DB, NULL), 0);
	add(s, &r);
	add(s, &r);
	assert_int_equal(lines(false, &broken), 3);
	assert_int_equal(broken, 1);
	assert_int_equal(spool_lost(s), 0);
	spool_close(s);
	spool_close(NULL);
}

static money_t spent_of(struct ledger_files *l, const char *name)
{
	struct client_key k;
	struct budget_spent spent;

	client_key_init(&k, name, "value");
	ledger_attach(l, &k, 1);
	spent = purse_spent(k.purse, time(NULL));
	client_key_clear(&k);
	return spent.spent[BUDGET_TOTAL];
}

/* Records of a program that was killed are taken into the table once. */
static void t_restart(void **state)
{
	struct ledger_config c = { .path = (char *)DB };
	struct record_row r = one("1", "ann", "m", 7), again = r;
	struct ledger_files *l;
	struct spool *s;
	char id[40], other[40];

	(void)state;
	forget();
	assert_int_equal(spool_open(&s, DB, NULL), 0);
	add(s, &r);
	spool_set_aside(s, NULL);
	again.cost = 8; /* a later record of the same request */
	add(s, &again);
	r = one("2", "ann", "m", -1);
	add(s, &r);
	spool_close(s);
	assert_int_equal(ledger_new(&l, &c, NULL), 0);
	assert_true(ledger_keeps(l));
	assert_int_equal(spent_of(l, "ann"), 8);
	assert_int_equal(spent_of(l, "bob"), 0);
	/* One run's ids are in their order, another run's are others. */
	for (unsigned i = 0; i < 300; i++) {
		char digits[9];

		ledger_id(l, id, sizeof(id));
		snprintf(digits, sizeof(digits), "%08x", i);
		assert_int_equal(strlen(id), 16 + 1 + 8);
		assert_int_equal(id[16], '-');
		assert_string_equal(id + 17, digits);
	}
	ledger_id(l, other, sizeof(other));
	assert_memory_equal(id, other, 17);
	r = one(id, "ann", "m", 5);
	keep(l, &r);
	assert_int_equal(ledger_lost(l), 0);
	ledger_free(l);
	assert_int_equal(ledger_new(&l, &c, NULL), 0);
	assert_int_equal(spent_of(l, "ann"), 13);
	r = one("today", "carl", "m", 4);
	r.time = (int64_t)time(NULL) * 1000;
	keep(l, &r);
	r = one("before", "carl", "m", 6);
	r.time = ((int64_t)time(NULL) - 32 * 86400) * 1000;
	keep(l, &r);
	ledger_free(l);
	assert_int_equal(ledger_new(&l, &c, NULL), 0);
	{
		struct client_key k;
		struct budget_spent spent;

		client_key_init(&k, "carl", "value");
		ledger_attach(l, &k, 1);
		spent = purse_spent(k.purse, time(NULL));
		client_key_clear(&k);
		assert_int_equal(spent.spent[BUDGET_DAY], 4);
		assert_int_equal(spent.spent[BUDGET_WEEK], 4);
		assert_int_equal(spent.spent[BUDGET_MONTH], 4);
		assert_int_equal(spent.spent[BUDGET_TOTAL], 10);
	}
	ledger_id(l, other, sizeof(other));
	assert_memory_not_equal(id, other, 16);
	ledger_free(l);
	ledger_free(NULL);
	/* Without a path no file is there. */
	forget();
	c.path = NULL;
	assert_int_equal(ledger_new(&l, &c, NULL), 0);
	assert_false(ledger_keeps(l));
	assert_int_equal(ledger_take(l, NULL), 0);
	keep(l, &r);
	ledger_free(l);
	assert_int_not_equal(access(DB, F_OK), 0);
	assert_int_not_equal(access(DB ".lock", F_OK), 0);
}

static void keep_many(struct ledger_files *l, size_t bytes)
{
	struct record_row r = one("1", "ann", "m", 7);

	while (batch.lines.len < bytes)
		ledger_add(l, &r, &batch);
	ledger_write(l, &batch);
}

/* While many come in they stay in the spool, but not for ever. */
static void t_calmly(void **state)
{
	struct ledger_config c = { .path = (char *)DB };
	struct ledger_files *l;
	size_t broken;

	(void)state;
	forget();
	assert_int_equal(ledger_new(&l, &c, NULL), 0);
	keep_many(l, 1000);
	assert_int_equal(ledger_take_calmly(l, NULL), 0);
	assert_int_equal(lines(false, &broken), 0);
	for (int i = 0; i < 2; i++) {
		keep_many(l, 300000);
		assert_int_equal(ledger_take_calmly(l, NULL), 0);
		assert_true(lines(false, &broken) > 0);
	}
	assert_int_equal(ledger_take_calmly(l, NULL), 0);
	assert_int_equal(lines(false, &broken), 0);
	keep_many(l, (size_t)33 * 1024 * 1024);
	assert_int_equal(ledger_take_calmly(l, NULL), 0);
	assert_int_equal(lines(false, &broken), 0);
	assert_int_equal(broken, 0);
	ledger_free(l);
	c.path = NULL;
	assert_int_equal(ledger_new(&l, &c, NULL), 0);
	assert_int_equal(ledger_take_calmly(l, NULL), 0);
	ledger_free(l);
	buf_clear(&batch.lines);
	forget();
}

static size_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void reports(const char *arguments, int want, const char *text)
{
	char copy[200], *argv[20] = { (char *)"usage" }, *at = copy;
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;
	int argc = 1, rc;

	snprintf(copy, sizeof(copy), "%s", arguments);
	while ((argv[argc] = strtok_r(at, " ", &at)) != NULL)
		argc++;
	rc = usage_command(argc, argv, &out, &f);
	if (rc != want || strcmp(rc ? f.text : buf_str(&out), text) != 0)
		fail_msg("'%s' gives %d and '%s'", arguments, rc,
			 rc ? f.text : buf_str(&out));
	buf_clear(&out);
}

static void t_reports(void **state)
{
	struct ledger_config c = { .path = (char *)DB };
	struct record_row rows[] = {
		one("1", "ann", "m1", 20000000),
		one("2", "ann", "m2", 1500000000),
		one("3", "=bob", "m1", -1),
		one("4", "", "", 0),
	};
	struct ledger_files *l;
	size_t open;

	(void)state;
	forget();
	assert_int_equal(ledger_new(&l, &c, NULL), 0);
	rows[1].time -= 86400000;
	rows[3].status = 502;
	rows[3].usage = (struct usage_tokens){ .input = 0 };
	record_put(rows[0].session, 80, span_of("s1"));
	for (size_t i = 0; i < 3; i++)
		keep(l, &rows[i]);
	assert_int_equal(ledger_take(l, NULL), 0);
	keep(l, &rows[3]); /* in the spool: it is seen, too */
	rows[0].usage.output = 21; /* and so is what takes another's place */
	keep(l, &rows[0]);
	reports(DB, 0,
		"key     requests  failed  input  output  cache_write_5m  "
		"cache_write_1h  cache_read  thinking  unpriced   cost\n"
		"ann            2       0     20      41               0  "
		"             0           0         0         0  $1.52\n"
		"(none)         1       1      0       0               0  "
		"             0           0         0         0  $0.00\n"
		"=bob           1       0     10      20               0  "
		"             0           0         0         1  $0.00\n"
		"total          4       1     30      61               0  "
		"             0           0         0         1  $1.52\n");
	reports(DB " --by model --format csv --key ann", 0,
		"model,requests,failed,input,output,cache_write_5m,"
		"cache_write_1h,cache_read,thinking,unpriced,cost\n"
		"\"m2\",1,0,10,20,0,0,0,0,0,1.5\n"
		"\"m1\",1,0,10,21,0,0,0,0,0,0.02\n");
	reports(DB " --format csv --model m1 --since 2026-11-30", 0,
		"key,requests,failed,input,output,cache_write_5m,"
		"cache_write_1h,cache_read,thinking,unpriced,cost\n"
		"\"ann\",1,0,10,21,0,0,0,0,0,0.02\n"
		"\"'=bob\",1,0,10,20,0,0,0,0,1,0\n");
	reports(DB " --by day --format json --until 2026-11-30", 0,
		"{\"by\":\"day\",\"currency\":\"USD\",\"rows\":[\n"
		"{\"day\":\"2026-11-29\",\"requests\":1,\"failed\":0,\"input\":"
		"10,"
		"\"output\":20,\"cache_write_5m\":0,\"cache_write_1h\":0,"
		"\"cache_read\":0,\"thinking\":0,\"unpriced\":0,\"cost\":1.5}],"
		"\n"
		"\"total\":{\"requests\":1,\"failed\":0,\"input\":10,"
		"\"output\":20,"
		"\"cache_write_5m\":0,\"cache_write_1h\":0,\"cache_read\":0,"
		"\"thinking\":0,\"unpriced\":0,\"cost\":1.5}}\n");
	reports(DB " --by hour --format csv --session s1", 0,
		"hour,requests,failed,input,output,cache_write_5m,"
		"cache_write_1h,cache_read,thinking,unpriced,cost\n"
		"\"2026-11-30T15:00Z\",1,0,10,21,0,0,0,0,0,0.02\n");
	reports(DB " --key ann --model m2", 0,
		"key  requests  failed  input  output  cache_write_5m  "
		"cache_write_1h  cache_read  thinking  unpriced   cost\n"
		"ann         1       0     10      20               0  "
		"             0           0         0         0  $1.50\n");
	reports(DB " --by model --format csv --since 2026-11-29T15:00:00Z "
		   "--until 2026-11-29T15:00:01Z",
		0,
		"model,requests,failed,input,output,cache_write_5m,"
		"cache_write_1h,cache_read,thinking,unpriced,cost\n"
		"\"m2\",1,0,10,20,0,0,0,0,0,1.5\n");
	reports(DB " --format csv --until 2026-11-29T15:00:00Z", 0,
		"key,requests,failed,input,output,cache_write_5m,"
		"cache_write_1h,cache_read,thinking,unpriced,cost\n");
	reports(DB " --until yesterday", -1,
		"a time must be a day (2026-11-30), a second of it "
		"(2026-11-30T12:00:00Z), or so far back: 90m, 24h, 7d; not "
		"'yesterday'");
	{
		struct store_table *store;
		struct report most = { .format = REPORT_CSV, .most = 1 };
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		assert_int_equal(store_open(&store, DB, false, NULL), 0);
		assert_int_equal(report_write(store, &most, &out, NULL), 0);
		assert_string_equal(
			buf_str(&out),
			"key,requests,failed,input,output,cache_write_5m,"
			"cache_write_1h,cache_read,thinking,unpriced,cost\n"
			"\"ann\",2,0,20,40,0,0,0,0,0,1.52\n");
		buf_clear(&out);
		store_close(store);
	}
	reports(DB " --by week", -1,
		"--by is key, model, session, day, hour or provider, not "
		"'week'");
	reports(DB " --format xml", -1,
		"--format is text, csv or json, not 'xml'");
	reports(DB " --since yesterday", -1,
		"a time must be a day (2026-11-30), a second of it "
		"(2026-11-30T12:00:00Z), or so far back: 90m, 24h, 7d; not "
		"'yesterday'");
	reports("", -1,
		"usage: ccgate usage LEDGER [OPTION...]; LEDGER is the "
		"\"path\" "
		"of the configuration's \"ledger\"");
	reports("no-such.db", -1, "no-such.db: unable to open database file");
	ledger_free(l);
	open = open_files();
	reports(DB " --key nobody --format csv", 0,
		"key,requests,failed,input,output,cache_write_5m,"
		"cache_write_1h,cache_read,thinking,unpriced,cost\n");
	assert_int_equal(open_files(), open);
	forget();
}

static void t_back(void **state)
{
	int64_t ms = 0;

	(void)state;
	assert_int_equal(report_time("90m", NOW, &ms, NULL), 0);
	assert_int_equal(ms, (NOW - 5400) * 1000);
	assert_int_equal(report_time("24h", NOW, &ms, NULL), 0);
	assert_int_equal(ms, (NOW - 86400) * 1000);
	assert_int_equal(report_time("7d", NOW, &ms, NULL), 0);
	assert_int_equal(ms, (NOW - 7 * 86400) * 1000);
	assert_int_equal(report_time("1m", NOW, &ms, NULL), 0);
	assert_int_equal(ms, (NOW - 60) * 1000);
	assert_int_equal(report_time("100000d", NOW, &ms, NULL), 0);
	assert_int_equal(ms, (NOW - INT64_C(8640000000)) * 1000);
	assert_int_equal(report_time("100001d", NOW, &ms, NULL), -1);
	assert_int_equal(report_time("2026-11-30", NOW, &ms, NULL), 0);
	assert_int_equal(ms, (NOW - 15 * 3600) * 1000);
	assert_int_equal(report_time("", NOW, &ms, NULL), -1);
	assert_int_equal(report_time("d", NOW, &ms, NULL), -1);
	assert_int_equal(report_time("7w", NOW, &ms, NULL), -1);
}

static void t_metrics(void **state)
{
	struct counters *c = counters_new();
	struct record_row r = one("1", "a\"b", "m", 1500000000);
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	locks_begin();
	counters_add(c, &r);
	assert_locked_once();
	record_put(r.end, sizeof(r.end), span_of("cut"));
	counters_add(c, &r);
	metrics_prometheus(c, 3, &out);
	assert_string_equal(
		buf_str(&out),
		"# HELP claude_code_token_usage_tokens_total Tokens that "
		"providers reported.\n"
		"# TYPE claude_code_token_usage_tokens_total counter\n"
		"claude_code_token_usage_tokens_total{key=\"a\\\"b\",model="
		"\"m\","
		"type=\"input\"} 20\n"
		"claude_code_token_usage_tokens_total{key=\"a\\\"b\",model="
		"\"m\","
		"type=\"output\"} 40\n"
		"claude_code_token_usage_tokens_total{key=\"a\\\"b\",model="
		"\"m\","
		"type=\"cacheRead\"} 0\n"
		"claude_code_token_usage_tokens_total{key=\"a\\\"b\",model="
		"\"m\","
		"type=\"cacheCreation\"} 0\n"
		"# HELP claude_code_cost_usage_USD_total Cost of these tokens "
		"by the gateway's prices.\n"
		"# TYPE claude_code_cost_usage_USD_total counter\n"
		"claude_code_cost_usage_USD_total{key=\"a\\\"b\",model=\"m\"} "
		"3\n"
		"# HELP ccgate_requests_total Requests that are over; failed: "
		"refused, an error, or not whole.\n"
		"# TYPE ccgate_requests_total counter\n"
		"ccgate_requests_total{key=\"a\\\"b\",model=\"m\",outcome="
		"\"ok\"} "
		"1\n"
		"ccgate_requests_total{key=\"a\\\"b\",model=\"m\",outcome="
		"\"failed\"} 1\n"
		"# HELP ccgate_ledger_lost_total Records that could not be "
		"written.\n"
		"# TYPE ccgate_ledger_lost_total counter\n"
		"ccgate_ledger_lost_total 3\n");
	buf_reset(&out);
	assert_int_equal(locks_held, 0);
	assert_int_equal(locks_taken, 4); /* another record, three metrics */
	counters_free(c);
	assert_int_equal(locks_gone, 1);
	/* What is a failure; costs that are not known; odd names. */
	c = counters_new();
	r = one("1", "a\nb\\", "", 1);
	record_put(r.asked, sizeof(r.asked), span_of("asked"));
	r.status = 199;
	counters_add(c, &r);
	r.status = 400;
	counters_add(c, &r);
	r.status = 399;
	counters_add(c, &r);
	r.cost = -1;
	r.usage.cache_5m = 5;
	r.usage.cache_1h = 7;
	r.usage.cache_read = 3;
	counters_add(c, &r);
	metrics_prometheus(c, 0, &out);
#define LABELS "{key=\"a\\nb\\\\\",model=\"asked\""
	assert_non_null(strstr(buf_str(&out), LABELS ",outcome=\"ok\"} 2\n"));
	assert_non_null(
		strstr(buf_str(&out), LABELS ",outcome=\"failed\"} 2\n"));
	assert_non_null(strstr(buf_str(&out), LABELS "} 0.000000003\n"));
	assert_non_null(
		strstr(buf_str(&out), LABELS ",type=\"cacheRead\"} 3\n"));
	assert_non_null(
		strstr(buf_str(&out), LABELS ",type=\"cacheCreation\"} 12\n"));
	buf_clear(&out);
	counters_free(c);
}

/* Names that clients choose do not fill the memory. */
static void t_many(void **state)
{
	struct counters *c = counters_new();
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (int i = 0; i < COUNTERS_MOST + 5; i++) {
		char name[20];
		struct record_row r;

		snprintf(name, sizeof(name), "m%d", i);
		r = one("1", "k", name, 1);
		counters_add(c, &r);
	}
	metrics_prometheus(c, 0, &out);
	assert_non_null(
		strstr(buf_str(&out),
		       "{key=\"\",model=\"other\",outcome=\"ok\"} 5\n"));
	buf_clear(&out);
	counters_free(c);
	counters_free(NULL);
}

static void t_otlp(void **state)
{
	struct counters *c = counters_new();
	struct record_row r = one("1", "ann", "m", 1500000000);
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct jval root, v;
	double cost;

	(void)state;
	counters_add(c, &r);
	metrics_otlp(c, 2, 1000, 2000, &out);
	assert_int_equal(jscan(buf_span(&out), &root, NULL), 0);
	assert_true(jscan_find(root,
			       span_of("/resourceMetrics/0/scopeMetrics/0/"
				       "metrics/0/sum/dataPoints/1"),
			       &v));
	assert_true(span_is(
		v.text,
		"{\"attributes\":[{\"key\":\"key\",\"value\":{\"stringValue\":"
		"\"ann\"}},{\"key\":\"model\",\"value\":{\"stringValue\":\"m\"}"
		"},"
		"{\"key\":\"type\",\"value\":{\"stringValue\":\"output\"}}],"
		"\"startTimeUnixNano\":\"1000\",\"timeUnixNano\":\"2000\","
		"\"asInt\":\"20\"}"));
	assert_true(jscan_find(root,
			       span_of("/resourceMetrics/0/scopeMetrics/0/"
				       "metrics/1/sum/dataPoints/0/asDouble"),
			       &v));
	assert_true(jscan_double(v, &cost) && cost == 1.5);
	assert_true(jscan_find(root,
			       span_of("/resourceMetrics/0/scopeMetrics/0/"
				       "metrics/3/sum/dataPoints/0/asInt"),
			       &v));
	assert_true(jscan_string_is(v, "2"));
	buf_clear(&out);
	counters_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_quick),  cmocka_unit_test(t_line),
		cmocka_unit_test(t_newer),  cmocka_unit_test(t_put),
		cmocka_unit_test(t_spool),  cmocka_unit_test(t_restart),
		cmocka_unit_test(t_calmly), cmocka_unit_test(t_reports),
		cmocka_unit_test(t_back),   cmocka_unit_test(t_metrics),
		cmocka_unit_test(t_many),   cmocka_unit_test(t_otlp),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
