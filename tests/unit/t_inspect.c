/* Tests of mockupstream/inspect: what is kept, and the page that shows it. */
#include "tests/unit/mock_kit.h"

#include "makelog.h"
#include "mockupstream/inspect/inspect_private.h"

/* ---- what is kept ---- */

struct shelf {
	struct inspect_store store;
	struct wlog log;
};

static int shelf_set_up(void **state)
{
	struct shelf *s = calloc(1, sizeof(*s));

	wlog_init(&s->log, 1 << 20);
	*state = s;
	return 0;
}

static int shelf_tear_down(void **state)
{
	struct shelf *s = *state;

	inspect_store_clear(&s->store);
	wlog_clear(&s->log);
	free(s);
	return 0;
}

static void take_all(struct shelf *s, const struct secrets *known)
{
	for (size_t i = 0; i < s->log.count; i++)
		inspect_store_entry(&s->store, &s->log.list[i], known);
	wlog_clear(&s->log);
}

static void add_case(struct inspect_store *s, const char *line,
		     const char *whole)
{
	inspect_store_case(s, RUN, span_of(line), span_of(whole));
}

static void assert_shown(const struct inspect_record *r, const char *wanted)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	inspect_record_write(r, &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

/* All entries of an exchange are one record, in the form of a journal. */
static void t_exchange(void **state)
{
	struct shelf *s = *state;
	struct buf lines = BUF_INIT(BUF_NO_LIMIT);
	const struct inspect_record *r = s->store.list;

	put_text(&s->log, "u1", WLOG_NOTE, "of no exchange");
	put_request(&s->log, "u1", 1, "POST /v1/messages?a=b HTTP/1.1\n\n");
	put_bytes(&s->log, "u1", 1, WLOG_BODY, "asked");
	put_bytes(&s->log, "u1", 1, WLOG_BODY, "more");
	put_response(&s->log, "u1", 1, JSON_HEAD);
	put_bytes(&s->log, "u1", 1, WLOG_DATA, "an answer");
	put_bytes(&s->log, "u1", 1, WLOG_DATA, ", more");
	for (size_t i = 1; i < s->log.count; i++)
		wlog_entry_write(&s->log.list[i], &lines);
	take_all(s, NULL);
	assert_int_equal(s->store.count, 1);
	r = s->store.list;
	assert_shown(r, "{\"id\":1,\"run\":\"0000000000000abc\",\"actor\":"
			"\"u1\",\"exchange\":1,\"method\":\"POST\","
			"\"target\":\"/v1/messages?a=b\",\"status\":200,"
			"\"at\":1000,\"took\":5000,\"asked\":9,"
			"\"answered\":15,\"end\":\"\"}");
	assert_string_equal(buf_str(&r->text), buf_str(&lines));
	assert_int_equal(s->store.bytes, sizeof(*r) + lines.len);
	assert_int_equal(s->store.changes, 6);
	assert_int_equal(r->changed, 6);

	put_end(&s->log, "u1", 1, END_CUT);
	put(&s->log, "u1", 1, WLOG_NOTE)->at = 9 * TICK_MS;
	take_all(s, NULL);
	assert_int_equal(s->store.count, 1);
	assert_shown(s->store.list,
		     "{\"id\":1,\"run\":\"0000000000000abc\",\"actor\":\"u1\","
		     "\"exchange\":1,\"method\":\"POST\",\"target\":"
		     "\"/v1/messages?a=b\",\"status\":200,\"at\":1000,"
		     "\"took\":8000,\"asked\":9,\"answered\":15,"
		     "\"end\":\"cut\"}");
	buf_clear(&lines);
}

/* An exchange begins with whatever comes first; the first method and path are
 * its own. */
static void t_unnamed(void **state)
{
	struct shelf *s = *state;

	put_text(&s->log, "p", WLOG_NOTE, "first");
	put_response(&s->log, "p", 7, JSON_HEAD);
	put_bytes(&s->log, "p", 7, WLOG_DATA, "x");
	take_all(s, NULL);
	assert_shown(s->store.list,
		     "{\"id\":1,\"run\":\"0000000000000abc\",\"actor\":\"p\","
		     "\"exchange\":7,\"method\":\"\",\"target\":\"\","
		     "\"status\":200,\"at\":1000,\"took\":1000,\"asked\":0,"
		     "\"answered\":1,\"end\":\"\"}");
	put(&s->log, "p", 7, WLOG_REQUEST)->raw = true;
	s->log.list[0].at = 3 * TICK_MS;
	put_request(&s->log, "p", 7, "GET /one HTTP/1.1\n\n");
	s->log.list[1].at = 5 * TICK_MS;
	put_request(&s->log, "p", 7, "PUT /two HTTP/1.1\n\n");
	s->log.list[2].at = 6 * TICK_MS;
	take_all(s, NULL);
	assert_int_equal(s->store.count, 1);
	assert_shown(s->store.list,
		     "{\"id\":1,\"run\":\"0000000000000abc\",\"actor\":\"p\","
		     "\"exchange\":7,\"method\":\"GET\",\"target\":\"/one\","
		     "\"status\":200,\"at\":6000,\"took\":0,\"asked\":0,"
		     "\"answered\":1,\"end\":\"\"}");
}

/* Another run, actor or number is another exchange, and so is the same number
 * after an end: a journal was begun anew. */
static void t_apart(void **state)
{
	struct shelf *s = *state;
	static const uint64_t runs[] = { RUN, RUN, RUN, RUN + 1, RUN };
	static const char *const actors[] = { "u1", "u1", "c1", "u1", "u1" };
	static const unsigned numbers[] = { 1, 2, 1, 1, 1 };

	for (size_t i = 0; i < 5; i++)
		put_request(&s->log, actors[i], numbers[i],
			    "GET /x HTTP/1.1\n\n");
	for (size_t i = 0; i < 5; i++)
		s->log.list[i].run = runs[i];
	put_end(&s->log, "u1", 1, END_CLEAN);
	put_request(&s->log, "u1", 1, "GET /y HTTP/1.1\n\n");
	put_bytes(&s->log, "u1", 1, WLOG_BODY, "body");
	put_bytes(&s->log, "u1", 2, WLOG_BODY, "two");
	take_all(s, NULL);
	assert_int_equal(s->store.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(s->store.list[i].id, i + 1);
	assert_int_equal(s->store.list[3].run, RUN + 1);
	assert_string_equal(s->store.list[2].actor, "c1");
	assert_true(s->store.list[0].over);
	assert_int_equal(s->store.list[1].asked, 3);
	assert_string_equal(s->store.list[4].target, "/y");
	assert_int_equal(s->store.list[4].asked, 4);
	assert_int_equal(s->store.list[0].changed, 6);
	assert_int_equal(s->store.list[4].changed, 8);
}

/* Credentials by name, by value and by look are in neither line nor text. */
static void t_masks(void **state)
{
	struct shelf *s = *state;
	struct secrets known = { .list = NULL };
	const char *text;

	secrets_add(&known, "wombat-of-mine");
	put_request(&s->log, "u1", 1,
		    "GET /wombat-of-mine/x?api_key=plainvalue HTTP/1.1\n"
		    "x-api-key: fieldvalue\n\n");
	put_bytes(&s->log, "u1", 1, WLOG_BODY,
		  "a wombat-of-mine, sk-0123456789abcdefgh");
	take_all(s, &known);
	text = buf_str(&s->store.list[0].text);
	assert_null(strstr(text, "wombat"));
	assert_null(strstr(text, "plainvalue"));
	assert_null(strstr(text, "fieldvalue"));
	assert_null(strstr(text, "sk-0123"));
	assert_non_null(strstr(text, "\"x-api-key\",\"<credential, 10 bytes"));
	assert_non_null(strstr(text, "\"bytes\":\"a <credential, 14 bytes"));
	text = s->store.list[0].target;
	assert_true(span_starts(span_of(text), "/<credential, 14 bytes, "));
	assert_non_null(strstr(text, ">/x?api_key=<credential, 10 bytes, "));
	secrets_clear(&known);

	/* Of a journal whose heads are masked already they stay as they are. */
	inspect_store_clear(&s->store);
	s->store.masked = true;
	put_request(&s->log, "u1", 1,
		    "GET /x?api_key=plainvalue HTTP/1.1\n"
		    "x-api-key: fieldvalue\n\n");
	put_bytes(&s->log, "u1", 1, WLOG_BODY, "wombat-of-mine");
	take_all(s, NULL);
	text = buf_str(&s->store.list[0].text);
	assert_non_null(strstr(text, "fieldvalue"));
	assert_non_null(strstr(text, "wombat-of-mine"));
	assert_string_equal(s->store.list[0].target, "/x?api_key=plainvalue");
	inspect_store_clear(&s->store);
	assert_true(s->store.masked);
	assert_int_equal(s->store.count, 0);
}

static void t_cases(void **state)
{
	struct shelf *s = *state;
	const struct inspect_record *r;

	assert_null(inspect_store_find(&s->store, 0));
	assert_null(inspect_store_find(&s->store, 1));
	add_case(&s->store, "{\"id\":\"a\"}", "{\"whole\":1}");
	assert_int_equal(s->store.bytes, sizeof(*r) + 10 + 11);
	r = inspect_store_find(&s->store, 1);
	assert_non_null(r);
	assert_shown(r, "{\"id\":1,\"run\":\"0000000000000abc\",\"case\":"
			"{\"id\":\"a\"}}");
	assert_string_equal(buf_str(&r->text), "{\"whole\":1}");
	assert_true(r->over);
	assert_int_equal(r->changed, 1);
	assert_null(inspect_store_find(&s->store, 0));
	assert_null(inspect_store_find(&s->store, 2));
}

/* At a limit a quarter of all is dropped, the oldest. */
static void t_drops(void **state)
{
	struct shelf *s = *state;
	struct inspect_store *all = &s->store;

	for (size_t i = 0; i < INSPECT_RECORDS_LIMIT; i++)
		add_case(all, "ab", "cde");
	assert_int_equal(all->count, INSPECT_RECORDS_LIMIT);
	assert_int_equal(all->dropped, 0);
	add_case(all, "ab", "cde");
	assert_int_equal(all->dropped, 5001);
	assert_int_equal(all->count, 15000);
	assert_int_equal(all->bytes, 15000 * (sizeof(*all->list) + 5));
	assert_int_equal(all->list[0].id, 5002);
	assert_null(inspect_store_find(all, 5001));
	assert_int_equal(inspect_store_find(all, 5002)->id, 5002);
	assert_int_equal(inspect_store_find(all, 20001)->id, 20001);
	assert_null(inspect_store_find(all, 20002));

	inspect_store_clear(all);
	add_case(all, "ab", "cde");
	all->bytes = INSPECT_BYTES_LIMIT;
	add_case(all, "ab", "cde");
	assert_int_equal(all->count, 2);
	assert_int_equal(all->dropped, 0);
	/* Again and again, until there is room. */
	all->bytes = INSPECT_BYTES_LIMIT + 1 + sizeof(*all->list) + 5;
	add_case(all, "", "");
	assert_int_equal(all->count, 1);
	assert_int_equal(all->dropped, 2);
	assert_int_equal(all->bytes, INSPECT_BYTES_LIMIT + 1 - 5);
	assert_int_equal(all->list[0].id, 3);
}

static void t_search(void **state)
{
	static const struct {
		const char *text, *found;
	} rows[] = {
		{ "nothing", "[]" },
		{ "wombat", "[1,3]" },
		{ "WOMBAT", "[1,3]" },
		{ "the Wombat", "[1]" },
		{ "a WOMBAT too", "[3]" },
		{ "a WOMBAT too!", "[]" },
		{ "", "[1,2,3]" },
		{ "o", "[1,2,3]" },
		{ "k", "[2]" },
	};
	struct shelf *s = *state;

	add_case(&s->store, "", "the Wombat");
	add_case(&s->store, "wombat", "koala");
	add_case(&s->store, "", "a woMBAT TOo");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(100);

		inspect_store_search(&s->store, span_of(rows[i].text), &out);
		assert_string_equal(buf_str(&out), rows[i].found);
		buf_clear(&out);
	}
}

/* ---- the page ---- */

struct bench {
	struct kit kit; /* its origin is the page */
	struct inspect *page;
	struct address at;
	struct wlog log;
};

static void open_page(struct bench *b)
{
	struct kit *k = &b->kit;
	struct fail f = FAIL_INIT;

	assert_int_equal(loop_new(&k->loop, NULL), 0);
	assert_int_equal(fetcher_new(&k->fetcher, k->loop, NULL), 0);
	loop_timer_set(k->loop, &k->guard, loop_now() + KIT_GUARD_S * TICK_S,
		       kit_on_guard, k);
	if (inspect_serve(b->page, k->loop, &b->at, &f) < 0)
		fail_msg("%s", f.text);
	assert_int_not_equal(b->at.port, 0);
	snprintf(k->origin, sizeof(k->origin), "http://127.0.0.1:%u",
		 b->at.port);
}

static void close_page(struct bench *b)
{
	fetcher_free(b->kit.fetcher);
	inspect_leave(b->page);
	loop_timer_clear(b->kit.loop, &b->kit.guard);
	loop_free(b->kit.loop);
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	b->page = inspect_new("a <title>", false);
	strcpy(b->at.host, "127.0.0.1");
	wlog_init(&b->log, 1 << 20);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	inspect_free(b->page);
	wlog_clear(&b->log);
	free(b);
	return 0;
}

static void add_exchange(struct bench *b, const char *body)
{
	put_request(&b->log, "u1", 1, "GET /x HTTP/1.1\n\n");
	put_bytes(&b->log, "u1", 1, WLOG_BODY, body);
	put_end(&b->log, "u1", 1, END_CLEAN);
	for (size_t i = 0; i < b->log.count; i++)
		inspect_entry(b->page, &b->log.list[i], NULL);
	wlog_clear(&b->log);
}

static void add_line(struct bench *b, const char *line, const char *whole)
{
	inspect_case(b->page, RUN, span_of(line), span_of(whole));
}

static void start(struct bench *b, struct client *c, const char *target)
{
	*c = (struct client){ .status = 0 };
	client_send(c, &b->kit,
		    &(struct client_ask){ .method = "GET", .target = target });
}

static void get(struct bench *b, struct client *c, const char *target)
{
	start(b, c, target);
	KIT_UNTIL(&b->kit, client_ended(c));
	assert_int_equal(c->end.end, END_CLEAN);
}

static void t_page(void **state)
{
	static const char *const fields[][2] = {
		{ "content-type", "text/html; charset=utf-8" },
		{ "cache-control", "no-store" },
		{ "x-content-type-options", "nosniff" },
		{ "referrer-policy", "no-referrer" },
		{ "cross-origin-resource-policy", "same-origin" },
		{ "content-security-policy",
		  "default-src 'none'; style-src 'unsafe-inline'; "
		  "script-src 'unsafe-inline'; connect-src 'self'; "
		  "img-src data:; frame-ancestors 'none'" },
	};
	struct bench *b = *state;
	struct client c;

	open_page(b);
	get(b, &c, "/");
	assert_int_equal(c.status, 200);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		assert_string_equal(headers_get(&c.headers, fields[i][0]),
				    fields[i][1]);
	assert_true(client_has(&c, "var TITLE = \"a <title>\";") ||
		    client_has(&c, "var TITLE = \"a \\u003ctitle>\";"));
	assert_true(client_has(&c, "</style>"));
	assert_false(client_has(&c, "{{"));
	assert_true(client_has(&c, "EventSource"));
	client_clear(&c);
	close_page(b);
}

static void t_routes(void **state)
{
#define GONE "it is no longer kept\n"
#define AWAY "the page is at /\n"
	static const struct {
		const char *target;
		int status;
		const char *type, *body;
	} rows[] = {
		{ "/case/2", 200, "application/json", "{\"whole\":1}" },
		{ "/case/1", 404, "text/plain; charset=utf-8", GONE },
		{ "/case/3", 404, "text/plain; charset=utf-8", GONE },
		{ "/case/0", 404, "text/plain; charset=utf-8", AWAY },
		{ "/case/", 404, "text/plain; charset=utf-8", AWAY },
		{ "/case/2x", 404, "text/plain; charset=utf-8", AWAY },
		{ "/exchange/2", 404, "text/plain; charset=utf-8", GONE },
		{ "/exchange/3", 404, "text/plain; charset=utf-8", GONE },
		{ "/exchange/0", 404, "text/plain; charset=utf-8", AWAY },
		{ "/exchange/-1", 404, "text/plain; charset=utf-8", AWAY },
		{ "/nothing", 404, "text/plain; charset=utf-8", AWAY },
		{ "/search?q=whole", 200, "application/json", "[2]" },
	};
	struct bench *b = *state;
	struct client c;

	add_exchange(b, "body");
	add_line(b, "{}", "{\"whole\":1}");
	open_page(b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		get(b, &c, rows[i].target);
		assert_int_equal(c.status, rows[i].status);
		assert_string_equal(headers_get(&c.headers, "content-type"),
				    rows[i].type);
		assert_string_equal(buf_str(&c.body), rows[i].body);
		client_clear(&c);
	}
	get(b, &c, "/exchange/1?");
	assert_int_equal(c.status, 200);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "application/jsonl");
	assert_true(client_has(&c, "\"kind\":\"request\""));
	assert_true(client_has(&c, "\"end\":\"clean\""));
	client_clear(&c);

	client_send(&c, &b->kit,
		    &(struct client_ask){ .method = "PUT", .target = "/" });
	KIT_UNTIL(&b->kit, client_ended(&c));
	assert_int_equal(c.status, 405);
	assert_string_equal(buf_str(&c.body), "only GET\n");
	client_clear(&c);
	client_send(&c, &b->kit,
		    &(struct client_ask){
			    .method = "GET",
			    .target = "/",
			    .headers = { "origin", "http://evil.example" } });
	KIT_UNTIL(&b->kit, client_ended(&c));
	assert_int_equal(c.status, 403);
	assert_string_equal(buf_str(&c.body),
			    "only for a browser of this machine that was given "
			    "the address 127.0.0.1, [::1] or localhost\n");
	client_clear(&c);
	close_page(b);
}

/* What is looked for is written as in a form. */
static void t_words(void **state)
{
	static const struct {
		const char *query, *found;
	} rows[] = {
		{ "?q=one+two", "[1]" },   { "?q=one%20two", "[1]" },
		{ "?q=%4f%6E%65", "[1]" }, { "?q=50%25", "[2]" },
		{ "?q=50%", "[2]" },       { "?q=50%2", "[]" },
		{ "?q=50%+o", "[2]" },     { "?q=a%2bb", "[3]" },
		{ "?q=a%2Bb", "[3]" },     { "?q=a+b", "[]" },
		{ "?q=%zz", "[3]" },       { "?q=%4z", "[3]" },
		{ "?q=%z4", "[3]" },       { "?q=", "[1,2,3,4]" },
		{ "", "[1,2,3,4]" },       { "?q=%41%42", "[]" },
		{ "?q=%C3%A9", "[3]" },    { "?q=ne+tw%6f", "[1]" },
		{ "?q=%09", "[3]" },
	};
	struct bench *b = *state;
	struct client c;
	char target[512], most[401];

	memset(most, 'x', 398);
	strcpy(most + 398, "%4");
	add_line(b, "{}", "One two");
	add_line(b, "{}", "50% off");
	add_line(b, "{}", "a+b %zz %4z %z4 \303\251\t");
	add_line(b, "{}", most);
	open_page(b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(target, sizeof(target), "/search%s", rows[i].query);
		get(b, &c, target);
		assert_string_equal(buf_str(&c.body), rows[i].found);
		client_clear(&c);
	}
	/* 400 bytes of it count. */
	snprintf(target, sizeof(target), "/search?q=%s1", most);
	get(b, &c, target);
	assert_string_equal(buf_str(&c.body), "[4]");
	client_clear(&c);
	close_page(b);
}

#define EVENT_OF(id, line) \
	"data: {\"id\":" id ",\"run\":\"0000000000000abc\",\"case\":" line \
	"}\n\n"

static void t_case_one(void **state)
{
	struct bench *b = *state;
	struct client c;

	add_line(b, "{}", "first");
	open_page(b);
	get(b, &c, "/case/1");
	assert_string_equal(buf_str(&c.body), "first");
	client_clear(&c);
	close_page(b);
}

/* One that looks on gets what there is, and then each change once. */
static void t_events(void **state)
{
	struct bench *b = *state;
	struct client one, two, three;
	const char *rest;

	add_line(b, "{}", "first");
	open_page(b);
	start(b, &one, "/events");
	KIT_UNTIL(&b->kit, client_has(&one, "{}}\n\n"));
	assert_int_equal(one.status, 200);
	assert_string_equal(headers_get(&one.headers, "content-type"),
			    "text/event-stream");
	assert_string_equal(headers_get(&one.headers, "cache-control"),
			    "no-store");
	assert_true(span_starts(buf_span(&one.body),
				"retry: 500\nevent: hello\ndata: "));
	rest = strstr(buf_str(&one.body), "\n\n");
	assert_non_null(rest);
	assert_string_equal(rest + 2, EVENT_OF("1", "{}"));

	start(b, &two, "/events");
	KIT_UNTIL(&b->kit, client_has(&two, "\"id\":1,"));
	start(b, &three, "/events");
	KIT_UNTIL(&b->kit, client_has(&three, "\"id\":1,"));
	fetch_cancel(two.fetch);
	two.fetch = NULL;
	buf_reset(&one.body);
	buf_reset(&three.body);
	add_line(b, "[2]", "second");
	add_line(b, "[3]", "third");
	KIT_UNTIL(&b->kit, client_has(&one, "[3]}\n\n") &&
				   client_has(&three, "[3]}\n\n"));
	assert_string_equal(buf_str(&one.body),
			    EVENT_OF("2", "[2]") EVENT_OF("3", "[3]"));
	assert_string_equal(buf_str(&three.body), buf_str(&one.body));

	/* An exchange comes again with each change. */
	buf_reset(&one.body);
	add_exchange(b, "body");
	KIT_UNTIL(&b->kit, client_has(&one, "\"end\":\"clean\"}\n\n"));
	assert_true(span_starts(buf_span(&one.body), "data: {\"id\":4,"));
	fetch_cancel(one.fetch);
	one.fetch = NULL;
	buf_reset(&three.body);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, "late");
	inspect_entry(b->page, &b->log.list[0], NULL);
	KIT_UNTIL(&b->kit, client_has(&three, "\"answered\":4,"));
	client_clear(&one);
	client_clear(&two);
	client_clear(&three);
	close_page(b);
}

/* Each event has a number that is one more than the one before. There may be
 * gaps, after which `after` comes. */
static void assert_ids(const struct client *c, uint64_t after)
{
	static const char before[] = "data: {\"id\":";
	struct span rest = buf_span(&c->body), line;
	uint64_t id, last = 0;

	while (span_split(&rest, '\n', &line)) {
		if (!span_starts(line, before))
			continue;
		id = strtoull(line.at + strlen(before), NULL, 10);
		if (id != last + 1)
			assert_int_equal(id, after);
		last = id;
	}
	assert_int_not_equal(last, 0);
}

/* One that does not read for a while gets all that is still there, in order. */
static void t_slow(void **state)
{
	struct bench *b = *state;
	struct client c = { .pausing = true };
	char line[1001];

	memset(line, '1', 1000);
	line[1000] = '\0';
	open_page(b);
	client_send(
		&c, &b->kit,
		&(struct client_ask){ .method = "GET", .target = "/events" });
	KIT_UNTIL(&b->kit, client_has(&c, "hello"));
	for (unsigned i = 0; i < INSPECT_RECORDS_LIMIT; i++)
		add_line(b, line, "");
	c.pausing = false;
	fetch_resume(c.fetch);
	KIT_UNTIL(&b->kit, c.body.len > 1000000);
	c.pausing = true;
	/* So many that all of the first ones are dropped. */
	for (unsigned i = 0; i < 15003; i++)
		add_line(b, line, "");
	add_line(b, "[0]", "");
	c.pausing = false;
	fetch_resume(c.fetch);
	KIT_UNTIL(&b->kit, span_ends(buf_span(&c.body), ":[0]}\n\n"));
	assert_ids(&c, 20005);
	client_clear(&c);
	close_page(b);
}

/* It is left with a change that was not told yet, and served again. */
static void t_again(void **state)
{
	struct bench *b = *state;
	struct client c;

	inspect_leave(b->page);
	open_page(b);
	start(b, &c, "/events");
	KIT_UNTIL(&b->kit, client_has(&c, "hello"));
	add_line(b, "[1]", "");
	client_clear(&c);
	close_page(b);
	add_line(b, "[2]", "");
	open_page(b);
	start(b, &c, "/events");
	KIT_UNTIL(&b->kit, client_has(&c, "[2]}\n\n"));
	assert_true(client_has(&c, "\n\n" EVENT_OF("1", "[1]")
					   EVENT_OF("2", "[2]")));
	add_line(b, "[3]", "");
	KIT_UNTIL(&b->kit, client_has(&c, "[3]}\n\n"));
	client_clear(&c);
	close_page(b);
}

static void t_address(void **state)
{
	static const struct {
		const char *host;
		bool taken;
	} rows[] = {
		{ "127.0.0.1", true },  { "127.200.0.9", true },
		{ "::1", true },        { "::2", false },
		{ "126.0.0.1", false }, { "128.0.0.1", false },
		{ "0.0.0.0", false },   { "::", false },
		{ "1.0.0.127", false }, { "localhost", false },
	};
	struct bench *b = *state;
	struct address at;
	struct inspect *other = inspect_new("other", false);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;
		char wanted[200];

		strcpy(at.host, rows[i].host);
		assert_int_equal(inspect_check(&at, &f),
				 rows[i].taken ? 0 : -1);
		if (rows[i].taken)
			continue;
		snprintf(wanted, sizeof(wanted),
			 "--inspect %s: the page shows what nobody else should "
			 "see; give a loopback address, such as 127.0.0.1:8475",
			 rows[i].host);
		assert_string_equal(f.text, wanted);
		assert_int_equal(f.code, FAIL_USAGE);
	}
	open_page(b);
	at = (struct address){ .host = "0.0.0.0" };
	assert_int_equal(inspect_serve(other, b->kit.loop, &at, NULL), -1);
	at = b->at;
	assert_int_equal(inspect_serve(other, b->kit.loop, &at, NULL), -1);
	at.port = 0;
	assert_int_equal(inspect_serve(other, b->kit.loop, &at, NULL), 0);
	inspect_free(other);
	/* Its port is free again. */
	other = inspect_new("other", false);
	assert_int_equal(inspect_serve(other, b->kit.loop, &at, NULL), 0);
	inspect_free(other);
	close_page(b);
}

int main(void)
{
#define KEPT(title, fn) \
	{ \
		"inspect: " title, fn, shelf_set_up, shelf_tear_down, NULL \
	}
#define PAGE(title, fn) \
	{ \
		"inspect: " title, fn, set_up, tear_down, NULL \
	}
	const struct CMUnitTest tests[] = {
		KEPT("an exchange", t_exchange),
		KEPT("an exchange without a beginning", t_unnamed),
		KEPT("exchanges are kept apart", t_apart),
		KEPT("credentials are masked", t_masks),
		KEPT("a case", t_cases),
		KEPT("the oldest are dropped", t_drops),
		KEPT("what has a text", t_search),
		PAGE("the page", t_page),
		PAGE("each path", t_routes),
		PAGE("a case comes first", t_case_one),
		PAGE("how a search is written", t_words),
		PAGE("events", t_events),
		PAGE("a slow reader", t_slow),
		PAGE("left, and served again", t_again),
		PAGE("only for this machine", t_address),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("inspect", tests, NULL, NULL);
}
