/* gateway/ledger/admin: who may ask the admin port, and what it says. */
#include <time.h>
#include <unistd.h>

#include "gateway/ledger/admin.h"
#include "tests/unit/fetch_kit.h"

#define DB "t_admin.db"

static struct world w;
static struct ledger_config config;
static struct ledger_files *ledger;
static struct admin *admin;
static struct call c;

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

/* Two requests: of now, and of two days ago. */
static void fill_ledger(void)
{
	struct spool_batch batch;
	struct record_row r = { .time = (int64_t)time(NULL) * 1000,
				.status = 200,
				.usage = { .input = 10, .output = 20 },
				.cost = 5,
				.first_ms = -1 };

	spool_batch_init(&batch);
	record_put(r.id, sizeof(r.id), span_of("1"));
	record_put(r.key, sizeof(r.key), span_of("ann"));
	record_put(r.session, sizeof(r.session), span_of("s+1"));
	record_put(r.served, sizeof(r.served), span_of("m 1"));
	record_put(r.end, sizeof(r.end), span_of("clean"));
	ledger_add(ledger, &r, &batch);
	record_put(r.id, sizeof(r.id), span_of("2"));
	record_put(r.key, sizeof(r.key), span_of("bob"));
	record_put(r.served, sizeof(r.served), span_of("z"));
	r.time -= INT64_C(2) * 86400 * 1000;
	ledger_add(ledger, &r, &batch);
	ledger_write(ledger, &batch);
	spool_batch_clear(&batch);
}

static int set_up(void **state)
{
	struct fail f = FAIL_INIT;

	(void)state;
	forget();
	world_open(&w);
	ledger_config_init(&config);
	config.path = strdup(DB);
	assert_int_equal(address_read(&config.admin, "127.0.0.1:0", &f), 0);
	assert_int_equal(ledger_new(&ledger, &config, NULL), 0);
	fill_ledger();
	assert_int_equal(admin_new(&admin, w.loop, ledger, &config, NULL), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	admin_free(admin);
	admin_free(NULL);
	ledger_free(ledger);
	ledger_config_clear(&config);
	world_close(&w);
	forget();
	return 0;
}

/* Asks; the answer is in `c`. */
static void ask(const char *method, const char *target, const char *name,
		const char *value)
{
	char origin[64];
	struct headers h = { 0 };
	struct fetch_request r = { .origin = origin,
				   .method = method,
				   .target = target,
				   .headers = &h };

	snprintf(origin, sizeof(origin), "http://127.0.0.1:%u",
		 admin_port(admin));
	if (name)
		headers_add_text(&h, name, value);
	call_open(&c, &w, &r);
	headers_clear(&h);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_string_equal(headers_get(&c.headers, "cache-control"),
			    "no-store");
	assert_string_equal(headers_get(&c.headers, "x-content-type-options"),
			    "nosniff");
}

static void says(const char *target, int status, const char *type,
		 const char *text)
{
	ask("GET", target, NULL, NULL);
	assert_int_equal(c.status, status);
	assert_string_equal(headers_get(&c.headers, "content-type"), type);
	if (!strstr(buf_str(&c.body), text))
		fail_msg("%s: '%s' is not in %s", target, text,
			 buf_str(&c.body));
	call_close(&c);
}

/* The names of the rows of a table. */
static void rows(const char *query, const char *names)
{
	char target[200];
	struct buf seen = BUF_INIT(1000);
	struct span rest, line, name;

	snprintf(target, sizeof(target), "/usage.csv%s", query);
	ask("GET", target, NULL, NULL);
	assert_int_equal(c.status, 200);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "text/csv; charset=utf-8");
	rest = buf_span(&c.body);
	assert_true(span_split(&rest, '\n', &line));
	while (span_split(&rest, '\n', &line))
		if (span_split(&line, ',', &name))
			buf_add_span(&seen, name);
	if (strcmp(buf_str(&seen), names) != 0)
		fail_msg("%s: %s", query, buf_str(&c.body));
	buf_clear(&seen);
	call_close(&c);
}

static void t_paths(void **state)
{
	(void)state;
	says("/usage", 200, "text/html; charset=utf-8",
	     "<title>ccgate usage</title>");
	says("/", 200, "text/html; charset=utf-8",
	     "<title>ccgate usage</title>");
	says("/usage.json", 200, "application/json",
	     "\"total\":{\"requests\":2,");
	says("/metrics", 200, "text/plain; version=0.0.4; charset=utf-8",
	     "ccgate_ledger_lost_total 0\n");
	says("/usages", 404, "text/plain; charset=utf-8",
	     "there are /usage, /usage.json, /usage.csv and /metrics\n");
	ask("GET", "/usage", NULL, NULL);
	assert_true(span_starts(
		span_of(headers_get(&c.headers, "content-security-policy")),
		"default-src 'none'; "));
	call_close(&c);
	ask("HEAD", "/usage", NULL, NULL);
	assert_int_equal(c.status, 405);
	assert_string_equal(headers_get(&c.headers, "allow"), "GET");
	call_close(&c);
}

static void t_queries(void **state)
{
	(void)state;
	rows("", "\"ann\"\"bob\"");
	rows("?by=model", "\"m 1\"\"z\"");
	rows("?by=model&by=key", "\"m 1\"\"z\"");
	rows("?by=&by=model", "\"m 1\"\"z\"");
	rows("?by&x=y", "\"ann\"\"bob\"");
	rows("?key=ann", "\"ann\"");
	rows("?key=%61nn", "\"ann\"");
	rows("?key=an%6E", "\"ann\"");
	rows("?key=an%6e", "\"ann\"");
	rows("?key=an%6", "");
	rows("?key=an%6g", "");
	rows("?key=an%g6", "");
	rows("?key=ann%", "");
	rows("?by=model&model=m+1", "\"m 1\"");
	rows("?by=model&model=m%201", "\"m 1\"");
	rows("?session=s%2B1", "\"ann\"\"bob\"");
	rows("?session=s%2b1&key=bob", "\"bob\"");
	rows("?session=s+1", "");
	rows("?since=24h", "\"ann\"");
	rows("?until=24h", "\"bob\"");
	says("/usage.json?by=week", 400, "text/plain; charset=utf-8",
	     "by is key, model, session, day, hour or provider");
	says("/usage.csv?since=soon", 400, "text/plain; charset=utf-8",
	     "a time must be a day");
	says("/usage.csv?until=soon", 400, "text/plain; charset=utf-8",
	     "a time must be a day");
}

static int status_of(const char *name, const char *value)
{
	int status;

	ask("GET", "/metrics", name, value);
	status = c.status;
	if (status == 401)
		assert_string_equal(headers_get(&c.headers, "www-authenticate"),
				    "Basic realm=\"ccgate usage\"");
	call_close(&c);
	return status;
}

/* Without a key only names of this machine are served. */
static void t_hosts(void **state)
{
	static const struct {
		const char *host;
		int status;
	} all[] = {
		{ "localhost", 200 },       { "LocalHost:8", 200 },
		{ "127.0.0.1", 200 },       { "127.9.0.1:80", 200 },
		{ "[::1]:80", 200 },        { "[::1]", 200 },
		{ "evil.example", 403 },    { "localhost.evil.example", 403 },
		{ "127evil.example", 403 }, { "1.127.0.0", 403 },
		{ "[::11]", 403 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (status_of("host", all[i].host) != all[i].status)
			fail_msg("%s", all[i].host);
}

/* With one it has to be shown. */
static void t_key(void **state)
{
	static const struct {
		const char *value;
		int status;
	} all[] = {
		{ "Bearer secret", 200 },
		{ "bearer  secret ", 200 },
		{ "Bearer secret2", 401 },
		{ "Bearer", 401 },
		{ "secret", 401 },
		{ "Digest secret", 401 },
		{ "Basic YW55OnNlY3JldA==", 200 }, /* any:secret */
		{ "BASIC OnNlY3JldA==", 200 }, /* :secret */
		{ "Basic YW55OnNlY3JldDI=", 401 }, /* any:secret2 */
		{ "Basic c2VjcmV0", 401 }, /* secret */
		{ "Basic *", 401 },
	};

	(void)state;
	config.has_admin_key = true;
	sha256_of(span_of("secret"), config.admin_key);
	assert_int_equal(status_of(NULL, NULL), 401);
	assert_int_equal(status_of("host", "localhost"), 401);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (status_of("authorization", all[i].value) != all[i].status)
			fail_msg("%s", all[i].value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "admin: what there is", t_paths, set_up, tear_down, NULL },
		{ "admin: questions", t_queries, set_up, tear_down, NULL },
		{ "admin: for this machine only, without a key", t_hosts,
		  set_up, tear_down, NULL },
		{ "admin: the key as a password or a bearer", t_key, set_up,
		  tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("admin", tests, NULL, NULL);
}
