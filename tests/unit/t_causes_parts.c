/* Parts of probe/causes by themselves: triggers, couples, joined subjects, and
 * what is counted of behaviours. */
#include "tests/unit/makelog.h"

#include <stdio.h>
#include <stdlib.h>

#include "probe/causes/causes_private.h"
#include "probe/causes/trigger.h"

static struct wlog w;
static struct view v;
static struct couples couples;

static void begin(void)
{
	wlog_init(&w, 1024 * 1024);
}

static void read_log(void)
{
	view_of(&v, &w, RUN);
	couples_of(&couples, &v);
}

static void end(void)
{
	couples_clear(&couples);
	view_clear(&v);
	wlog_clear(&w);
}

/* ---- triggers ---- */

#define GOOD "sk-good-1"
#define BAD GOOD "-and-more" /* it begins like the good one */
#define ASKS(line) line " HTTP/1.1\nauthorization: Bearer " GOOD "\n"
#define POSTS "POST /v1/messages HTTP/1.1\n"
#define PLAIN ASKS("POST /v1/messages") "\n"
#define HOSTED ASKS("POST /v1/messages") "host: h\n"
#define HIDDEN " HTTP/1.1\r\n\r\nhidden=1"

static const char *const named[] = { "sk-named-1", "sk-named-2", NULL };
static const struct causes_keys keys = { GOOD, BAD, "up", false, false, named };

struct asked {
	const char *head, *body, *name;
};

/* `reached`: the provider saw it. */
static void ask(const struct asked *a, bool raw, bool reached)
{
	begin();
	put_request(&w, "c1", 1, a->head);
	w.list[0].raw = raw;
	put_bytes(&w, "c1", 1, WLOG_BODY, a->body);
	if (reached)
		put_request(&w, "u1", 1, PLAIN);
	read_log();
	assert_int_equal(couples.count, 1);
}

static void see_triggers(const struct asked *rows, size_t count, bool raw)
{
	for (size_t i = 0; i < count; i++) {
		const char *name;

		ask(&rows[i], raw, false);
		name = trigger_of(couples.list, &keys)->name;
		if (strcmp(name, rows[i].name) != 0)
			fail_msg("'%s', not '%s': %s", name, rows[i].name,
				 rows[i].head);
		end();
	}
}

static void t_triggers(void **state)
{
	static const struct asked rows[] = {
		{ PLAIN, "{}", "" },
		{ ASKS("HEAD /") "\n", "", "head" },
		{ POSTS "\n", "{}", "no-key" },
		{ POSTS "authorization: Bearer sk-named-1\n\n", "{}",
		  "named-key" },
		{ POSTS "x-api-key: sk-named-2\n\n", "{}", "named-key" },
		{ POSTS "authorization: Bearer sk-named-2\nx-api-key: " GOOD
			"\n\n",
		  "{}", "named-key" },
		{ POSTS "authorization: Bearer " BAD "\n\n", "{}",
		  "wrong-key" },
		{ POSTS "x-api-key: " BAD "\n\n", "{}", "wrong-key" },
		{ POSTS "x-api-key: sk-other\n\n", "{}", "wrong-key" },
		{ POSTS "authorization: " BAD "\nx-api-key: " BAD "\n\n", "{}",
		  "wrong-key" },
		{ POSTS "authorization: " BAD "\nx-api-key: " GOOD "\n\n", "{}",
		  "mixed-keys" },
		{ POSTS "authorization: " GOOD "\nx-api-key: " BAD "\n\n", "{}",
		  "mixed-keys" },
		{ POSTS "authorization: " GOOD "\nx-api-key: " GOOD "\n\n",
		  "{}", "both-keys" },
		{ POSTS "x-api-key: " GOOD "\n\n", "{}", "x-api-key" },
		{ ASKS("POST http://h/v1/messages") "\n", "{}",
		  "absolute-target" },
		{ ASKS("POST /v1/messages?u=http://h/") "\n", "{}", "" },
		{ ASKS("POST /v1/messages?a=%0a") "\n", "{}", "line-break" },
		{ ASKS("POST /v1/messages?a=%0A") "\n", "{}", "line-break" },
		{ ASKS("POST //v1/messages") "\n", "{}", "double-slash" },
		{ ASKS("POST /v1/other") "\n", "{}", "unknown-path" },
		{ ASKS("POST /v1/v1/messages") "\n", "{}", "unknown-path" },
		{ ASKS("POST /") "\n", "{}", "" },
		{ ASKS("PUT /") "\n", "{}", "" },
		{ ASKS("GET /api/hello") "\n", "", "" },
		{ ASKS("POST /model/m/invoke") "\n", "{}", "" },
		{ ASKS("POST /m:rawPredict") "\n", "{}", "" },
		{ ASKS("POST /m:streamRawPredict") "\n", "{}", "" },
		{ ASKS("GET /v1/messages") "\n", "", "wrong-method" },
		{ ASKS("POST /v1/models") "\n", "{}", "wrong-method" },
		{ ASKS("GET /v1/models/m") "\n", "", "models" },
		{ ASKS("POST /v1/messages/count_tokens") "\n", "{}",
		  "count-tokens" },
		{ ASKS("POST /m:count-tokens") "\n", "{}", "count-tokens" },
		{ ASKS("GET /m:count-tokens") "\n", "", "wrong-method" },
		{ ASKS("POST /v1/messages") "content-encoding: gzip\n\n", "{}",
		  "coded-body" },
		{ PLAIN, "[]", "bad-json" },
		{ PLAIN, "no", "bad-json" },
		{ ASKS("POST /v1/messages") "connection: close\n\n", "{}", "" },
		{ ASKS("POST /v1/messages") "connection: host\n\n", "{}",
		  "connection-options" },
		{ ASKS("POST /v1/messages") "connection: content-length\n\n",
		  "{}", "connection-options" },
		{ ASKS("POST /v1/messages") "content-length: 2\n"
					    "transfer-encoding: chunked\n\n",
		  "{}", "" },
		{ PLAIN, HIDDEN, "bad-json" },
	};

	(void)state;
	see_triggers(rows, sizeof(rows) / sizeof(rows[0]), false);
}

static void t_raw(void **state)
{
	static const struct asked rows[] = {
		{ HOSTED "\n", "no", "" },
		{ HOSTED "content-length: 2\n"
			 "transfer-encoding: chunked\n\n",
		  "{}", TRIGGER_FRAMING },
		{ HOSTED "\n", HIDDEN, TRIGGER_FRAMING },
		{ HOSTED "\n", "hidden=1", "" },
		{ HOSTED "\n", " HTTP/1.1\r\n", "" },
	};

	(void)state;
	see_triggers(rows, sizeof(rows) / sizeof(rows[0]), true);
}

/* What the provider got was good JSON to the gateway. */
static void t_reached(void **state)
{
	static const struct asked no_json = { PLAIN, "no", "" };

	(void)state;
	ask(&no_json, false, true);
	assert_string_equal(trigger_of(couples.list, &keys)->name, "");
	end();
}

/* What is told without a key that is known, or without names. */
static void t_keys_unknown(void **state)
{
	static const struct causes_keys none = { .client = NULL };
	static const struct asked both = {
		POSTS "authorization: a\nx-api-key: " GOOD "\n\n", "{}", ""
	};

	(void)state;
	ask(&both, false, false);
	assert_string_equal(trigger_of(couples.list, &none)->name, "both-keys");
	end();
}

static void assert_body(size_t len, const char *name)
{
	v.list[0].request_body.len = len;
	assert_string_equal(trigger_of(couples.list, &keys)->name, name);
}

static void t_sizes(void **state)
{
	static const struct asked plain = { PLAIN, "{}", "" };
	const size_t kib = 1024;

	(void)state;
	ask(&plain, false, true);
	assert_body(900 * kib, "");
	assert_body(900 * kib + 1, "large-body");
	assert_body(32 * kib * kib, "large-body");
	assert_body(32 * kib * kib + 1, "too-large");
	v.list[0].request_body.len = 2;
	w.list[0].headers.bytes = 4 * kib;
	assert_string_equal(trigger_of(couples.list, &keys)->name, "");
	w.list[0].headers.bytes = 4 * kib + 1;
	assert_string_equal(trigger_of(couples.list, &keys)->name,
			    "large-head");
	end();
}

/* Only the fields of the key count. */
static void t_triggers_of_keys(void **state)
{
	static const struct asked rows[] = {
		{ ASKS("HEAD /") "\n", "", "" },
		{ ASKS("PUT /nowhere") "x-api-key: " GOOD "\n\n", "",
		  "both-keys" },
		{ ASKS("PUT /nowhere") "x-api-key: " BAD "\n\n", "",
		  "mixed-keys" },
		{ "PUT /nowhere HTTP/1.1\nx-api-key: " GOOD "\n\n", "",
		  "x-api-key" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask(&rows[i], false, false);
		assert_string_equal(trigger_of_key(couples.list, &keys)->name,
				    rows[i].name);
		end();
	}
}

static void t_no_http(void **state)
{
	struct wlog_entry *e;

	(void)state;
	begin();
	e = put(&w, "c1", 1, WLOG_REQUEST);
	wlog_set_text(&w, e, "no HTTP");
	read_log();
	assert_string_equal(trigger_of(couples.list, &keys)->said,
			    "what is no HTTP");
	end();
}

/* ---- couples ---- */

struct side {
	const char *actor;
	unsigned number;
	tick_t from, to; /* to 0: it has no end */
	const char *target, *body, *answer;
};

static void add_entry(const struct side *s, tick_t at, enum wlog_kind kind,
		      const char *bytes)
{
	wlog_set_bytes(&w, wlog_add(&w, at, RUN, s->actor, s->number, kind),
		       span_of(bytes));
}

static void play(const struct side *s)
{
	struct wlog_entry *e =
		wlog_add(&w, s->from, RUN, s->actor, s->number, WLOG_REQUEST);
	struct http_head h = { .method = (char *)"POST",
			       .target = (char *)s->target };

	wlog_set_head(&w, e, &h);
	if (*s->body)
		add_entry(s, s->from, WLOG_BODY, s->body);
	if (*s->answer)
		add_entry(s, s->from, WLOG_DATA, s->answer);
	if (s->to > 0)
		wlog_add(&w, s->to, RUN, s->actor, s->number, WLOG_END)->end =
			END_CLEAN;
}

static void tell(const struct exchange *x, struct buf *out)
{
	buf_addf(out, x->number > 1 ? "%s[%u]" : "%s", x->actor, x->number);
}

struct scene {
	struct side sides[5];
	const char *told; /* "c1: u1, u2; c2: " */
};

static void t_couples(void **state)
{
	static const struct scene rows[] = {
		/* Only one was open, be it as different as it may. */
		{ { { "c1", 1, 10, 20, "/a", "a", "" },
		    { "c2", 1, 30, 40, "/b", "b", "" },
		    { "u2", 1, 10, 0, "/b", "b", "" },
		    { "u2", 2, 20, 0, "/b", "b", "" },
		    { "u1", 1, 30, 0, "/a", "a", "" } },
		  "c1: u2 u2[2]; c2: u1; " },
		/* None was open: the last that began before it. */
		{ { { "c1", 1, 10, 20, "/a", "a", "" },
		    { "c2", 1, 30, 40, "/b", "b", "" },
		    { "c3", 1, 60, 70, "/a", "a", "" },
		    { "u1", 1, 50, 0, "/a", "a", "" },
		    { "u1", 2, 9, 0, "/a", "a", "" } },
		  "c1: ; c2: u1; c3: ; " },
		{ { { "c1", 1, 10, 11, "/a", "a", "" },
		    { "c2", 1, 30, 0, "/b", "b", "" },
		    { "u1", 1, 29, 0, "/b", "b", "" },
		    { "u1", 2, 99, 0, "/a", "a", "" } },
		  "c1: u1; c2: u1[2]; " },
		/* Two were open: the path comes first, without its query. */
		{ { { "c1", 1, 1, 0, "/a", "1111", "" },
		    { "c2", 1, 1, 0, "/b?x", "2222", "" },
		    { "u9", 1, 5, 0, "/a?y", "2222", "" },
		    { "u9", 2, 5, 0, "/b", "1111", "" } },
		  "c1: u9; c2: u9[2]; " },
		/* The same body comes before one that has more in common. */
		{ { { "c1", 1, 1, 0, "/a", "aaaaaaaab", "" },
		    { "c2", 1, 1, 0, "/a", "aaaa", "" },
		    { "u1", 1, 5, 0, "/a", "aaaa", "" } },
		  "c1: ; c2: u1; " },
		/* What bodies have in common, from the front or the back. */
		{ { { "c1", 1, 1, 0, "/a", "abxx", "" },
		    { "c2", 1, 1, 0, "/a", "abcd", "" },
		    { "u1", 1, 5, 0, "/a", "abcz", "" } },
		  "c1: ; c2: u1; " },
		{ { { "c1", 1, 1, 0, "/a", "abcd", "" },
		    { "c2", 1, 1, 0, "/a", "abxx", "" },
		    { "u2", 1, 5, 0, "/a", "abcz", "" } },
		  "c1: u2; c2: ; " },
		{ { { "c1", 1, 1, 0, "/a", "xxcd", "" },
		    { "c2", 1, 1, 0, "/a", "xbcd", "" },
		    { "u1", 1, 5, 0, "/a", "abcd", "" } },
		  "c1: ; c2: u1; " },
		{ { { "c1", 1, 1, 0, "/a", "abc", "" },
		    { "c2", 1, 1, 0, "/a", "xbc", "" },
		    { "u2", 1, 5, 0, "/a", "abcd", "" } },
		  "c1: u2; c2: ; " },
		/* One that has nobody yet, before one with the same answer. */
		{ { { "c1", 1, 1, 0, "/a", "a", "A" },
		    { "c2", 1, 1, 0, "/a", "a", "" },
		    { "u1", 1, 5, 0, "/a", "a", "" },
		    { "u1", 2, 5, 0, "/a", "a", "A" } },
		  "c1: u1; c2: u1[2]; " },
		/* The same answer, before the same number. */
		{ { { "c1", 1, 1, 0, "/a", "a", "A" },
		    { "c2", 1, 1, 0, "/a", "a", "B" },
		    { "u1", 1, 5, 0, "/a", "a", "B" } },
		  "c1: ; c2: u1; " },
		/* Two answers without a byte are not the same one. */
		{ { { "c1", 1, 1, 0, "/a", "a", "" },
		    { "c2", 1, 1, 0, "/a", "a", "B" },
		    { "u2", 1, 5, 0, "/a", "a", "" } },
		  "c1: ; c2: u2; " },
		/* The same number. */
		{ { { "c1", 1, 1, 0, "/a", "a", "" },
		    { "c1", 2, 1, 0, "/a", "a", "" },
		    { "u1", 2, 5, 0, "/a", "a", "" } },
		  "c1: ; c1[2]: u1[2]; " },
		{ { { "c1", 1, 1, 0, "/a", "a", "" },
		    { "c2", 1, 1, 0, "/a", "a", "" },
		    { "u2@b", 1, 5, 0, "/a", "a", "" } },
		  "c1: ; c2: u2@b; " },
	};
	struct buf out = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		for (size_t k = 0; k < 5 && rows[i].sides[k].actor; k++)
			play(&rows[i].sides[k]);
		read_log();
		buf_reset(&out);
		for (size_t k = 0; k < couples.count; k++) {
			tell(couples.list[k].c, &out);
			buf_add_byte(&out, ':');
			for (size_t n = 0; n < couples.list[k].count; n++) {
				buf_add_byte(&out, ' ');
				tell(couples.list[k].u[n], &out);
			}
			buf_add_text(&out,
				     couples.list[k].count ? "; " : " ; ");
		}
		if (strcmp(buf_str(&out), rows[i].told) != 0)
			fail_msg("%zu: %s", i, buf_str(&out));
		end();
	}
	buf_clear(&out);
}

/* Who has sent no request is in no couple. */
static void t_no_couples(void **state)
{
	(void)state;
	begin();
	put_end(&w, "c1", 1, END_CLEAN);
	put_end(&w, "u1", 1, END_CLEAN);
	put_request(&w, "c2", 1, PLAIN);
	put_end(&w, "u2", 1, END_CLEAN);
	read_log();
	assert_int_equal(couples.count, 1);
	assert_int_equal(couples.list[0].count, 0);
	assert_null(couple_answered(&couples.list[0]));
	end();
}

/* ---- subjects that are joined ---- */

enum { MOST = 4 };
#define MAPPED BEHAVIOUR_STATUS_MAPPED
#define OWN BEHAVIOUR_OWN_ANSWER

struct joined {
	enum behaviour_kind kind;
	const char *subjects[MOST]; /* the first is asked for */
	const char *joined;
};

static void t_joined(void **state)
{
	static const struct joined rows[] = {
		{ MAPPED, { "529-502" }, "" },
		{ MAPPED, { "529-502", "500-502" }, "5xx-502" },
		{ MAPPED, { "529-502", "500-503" }, "" },
		{ MAPPED, { "529-502", "429-502" }, "errors-502" },
		{ MAPPED, { "529-502", "500-502", "429-502" }, "errors-502" },
		{ MAPPED, { "400-500", "401-500" }, "4xx-500" },
		{ MAPPED, { "401-500", "399-500" }, "" },
		{ MAPPED, { "499-502", "401-502" }, "4xx-502" },
		{ MAPPED, { "401-502", "499-502" }, "4xx-502" },
		{ MAPPED, { "500-502", "499-502" }, "errors-502" },
		{ MAPPED, { "399-500", "401-500", "402-500" }, "" },
		{ MAPPED, { "none", "401-500", "402-500" }, "" },
		{ OWN, { "529-502", "500-502" }, "" },
		{ OWN, { "a-404-page", "b-404-page" }, "" },
		{ OWN,
		  { "a-404-page", "b-405-page", "c-500-page" },
		  "all-page" },
		{ OWN, { "404-text", "b-405-text", "c-500-text" }, "all-text" },
		{ OWN,
		  { "a-404-json", "b-405-json", "c-500-json" },
		  "all-json" },
		{ OWN,
		  { "a-404-empty", "b-405-empty", "c-500-empty" },
		  "all-empty" },
		{ OWN, { "a-404-page", "b-405-page", "c-500-text" }, "" },
		{ OWN, { "a-404-odd", "b-405-odd", "c-500-odd" }, "" },
		{ OWN,
		  { "a-400-page", "b-405-page", "c-500-page" },
		  "all-page" },
		{ OWN,
		  { "a-399-page", "b-405-page", "c-500-page", "d-500-page" },
		  "" },
		{ OWN,
		  { "wrong-key-401-page", "b-405-page", "c-500-page" },
		  "all-page" },
		{ OWN,
		  { "wrong-key-403-page", "b-405-page", "c-500-page" },
		  "all-page" },
		{ OWN,
		  { "wrong-key-404-page", "b-405-page", "c-500-page",
		    "d-500-page" },
		  "" },
		{ OWN,
		  { "wrong-key-402-page", "b-405-page", "c-500-page",
		    "d-500-page" },
		  "" },
		{ OWN,
		  { "wrong-key-400-page", "b-405-page", "c-500-page",
		    "d-500-page" },
		  "" },
		{ MAPPED, { "a-404-page", "b-404-page", "c-404-page" }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct behaviour list[MOST] = { { .kind = rows[i].kind } };
		struct behaviours seen = { .list = list };
		char out[CAUSES_JOINED];

		for (; seen.count < MOST && rows[i].subjects[seen.count];
		     seen.count++)
			list[seen.count] = (struct behaviour){
				.kind = rows[i].kind,
				.subject = (char *)rows[i].subjects[seen.count],
			};
		causes_joined_subject(&seen, &list[0], out);
		if (strcmp(out, rows[i].joined) != 0)
			fail_msg("%zu: %s", i, out);
	}
}

/* ---- behaviours ---- */

static struct behaviours seen;

static void add(enum behaviour_kind kind, const char *subject,
		const char *detail, const char *of)
{
	const struct behaviour_sight s = {
		.kind = kind, .subject = subject, .detail = detail, .of = of
	};

	behaviours_add(&seen, &s);
}

static void assert_headline(size_t n, const char *wanted)
{
	struct buf out = BUF_INIT(4096);

	behaviours_headline(&seen, &seen.list[n], &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

/* Names of tallies in any order. */
static void t_tallies(void **state)
{
	static const char *const names[] = { "m",        "c", "x", "a",
					     "requests", "b", "z", "n" };

	(void)state;
	behaviours_run(&seen, "a/1");
	for (size_t i = 0; i < 8; i++)
		for (size_t n = 0; n <= i; n++)
			behaviours_count(&seen, names[i]);
	for (size_t i = 0; i < 8; i++) {
		char subject[8];

		snprintf(subject, sizeof(subject), "x-%zu", i);
		add(BEHAVIOUR_FIELD_CHANGED, subject, NULL, names[i]);
	}
	assert_int_equal(seen.tally_count, 8);
	assert_true(seen.count > 0);
	for (size_t i = 1; i < 8; i++)
		assert_true(strcmp(seen.tallies[i - 1].name,
				   seen.tallies[i].name) < 0);
	for (size_t i = 0; i < 8; i++)
		for (size_t k = 0; k < 8; k++)
			if (strcmp(names[i], seen.tallies[k].name) == 0)
				assert_int_equal(seen.tallies[k].count, i + 1);
	behaviours_clear(&seen);
}

/* A behaviour counts once for an exchange. */
static void t_counts(void **state)
{
	(void)state;
	behaviours_run(&seen, "a/1");
	for (int i = 0; i < 3; i++)
		behaviours_count(&seen, "answers");
	behaviours_count(&seen, "part");
	behaviours_count(&seen, "part");
	add(BEHAVIOUR_STATUS_MAPPED, "529-502", NULL, "part");
	add(BEHAVIOUR_STATUS_MAPPED, "529-502", NULL, "part");
	assert_int_equal(seen.list[0].count, 1);
	assert_headline(0, "answers the provider's 529 with 502: 1 of 2 "
			   "answers");
	behaviours_pair(&seen, 1);
	add(BEHAVIOUR_STATUS_MAPPED, "529-502", NULL, "part");
	add(BEHAVIOUR_STATUS_MAPPED, "none", NULL, "nothing");
	assert_headline(1, "answers the provider's none with : 1 of 3 answers");
	behaviours_run(&seen, "a/2");
	add(BEHAVIOUR_STATUS_MAPPED, "529-502", NULL, "part");
	assert_headline(0, "answers the provider's 529 with 502: 3 of 3 "
			   "answers");
	assert_int_equal(seen.list[0].example_count, 2);
	assert_string_equal(seen.list[0].examples[0].id, "a/1");
	assert_string_equal(seen.list[0].examples[1].id, "a/2");
	behaviours_run(&seen, "a/3");
	add(BEHAVIOUR_STATUS_MAPPED, "529-502", NULL, "part");
	assert_int_equal(seen.list[0].example_count, CAUSE_EXAMPLES);
	assert_int_equal(CAUSE_EXAMPLES, 2);
	behaviours_clear(&seen);
}

/* Of a family the first six names are told. */
static void t_families(void **state)
{
	char subject[32];

	(void)state;
	behaviours_run(&seen, "a/1");
	for (int i = 0; i < 7; i++) {
		snprintf(subject, sizeof(subject), "anthropic-n%d", i);
		add(BEHAVIOUR_FIELD_DROPPED, subject, NULL, NULL);
		add(BEHAVIOUR_FIELD_DROPPED, subject, NULL, NULL);
		if (i == 5)
			assert_headline(0, "drops the request field "
					   "anthropic-n0, anthropic-n1, "
					   "anthropic-n2, anthropic-n3, "
					   "anthropic-n4, anthropic-n5: 1 of 1 "
					   "requests");
	}
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.list[0].id,
			    "request-field-dropped:anthropic-*");
	assert_headline(0, "drops the request field anthropic-n0, "
			   "anthropic-n1, anthropic-n2, anthropic-n3, "
			   "anthropic-n4, anthropic-n5 and others: 1 of 1 "
			   "requests");
	behaviours_clear(&seen);
}

/* A place of a pair is kept once, and of each run no more than 512. */
static void t_sightings(void **state)
{
	char detail[32];

	(void)state;
	behaviours_run(&seen, "a/1");
	add(BEHAVIOUR_BODY_REMOVED, "/a", "/a/0", NULL);
	add(BEHAVIOUR_BODY_REMOVED, "/a", "/a/0", NULL);
	assert_int_equal(seen.run_count, 1);
	add(BEHAVIOUR_BODY_REMOVED, "/a", "/a/1", NULL);
	add(BEHAVIOUR_BODY_ADDED, "/a", "/a/0", NULL);
	behaviours_pair(&seen, 1);
	add(BEHAVIOUR_BODY_REMOVED, "/a", "/a/0", NULL);
	assert_int_equal(seen.run_count, 4);
	assert_int_equal(seen.run[3].pair, 1);
	assert_string_equal(seen.run[1].detail, "/a/1");
	for (int i = 0; i < 600; i++) {
		snprintf(detail, sizeof(detail), "/b/%d", i);
		add(BEHAVIOUR_BODY_REMOVED, "/a", detail, NULL);
	}
	assert_int_equal(seen.run_count, BEHAVIOURS_RUN_LIMIT);
	behaviours_run(&seen, "a/2");
	assert_int_equal(seen.run_count, 0);
	assert_int_equal(seen.pair, 0);
	behaviours_clear(&seen);
}

static void t_too_many(void **state)
{
	char subject[32];

	(void)state;
	behaviours_run(&seen, "a/1");
	for (int i = 0; i < BEHAVIOURS_LIMIT + 2; i++) {
		snprintf(subject, sizeof(subject), "%d-1", i);
		add(BEHAVIOUR_STATUS_MAPPED, subject, NULL, NULL);
	}
	assert_int_equal(seen.count, BEHAVIOURS_LIMIT);
	behaviours_pair(&seen, 1);
	add(BEHAVIOUR_STATUS_MAPPED, "0-1", NULL, NULL);
	assert_int_equal(seen.list[0].count, 2);
	behaviours_clear(&seen);
}

/* ---- explained ---- */

static void assert_explained(const char *id, const char *wanted)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	assert_true(behaviour_explain(id, &out));
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void t_explained(void **state)
{
	(void)state;
	/* By subject, with and without a word for all others. */
	assert_explained(
		"ping-dropped",
		"ping-dropped\n"
		"\n"
		"  The gateway drops pings.\n"
		"\n"
		"What it means\n"
		"  In a long silence nothing tells the client that the "
		"provider is there, so it\n"
		"  gives up and asks again.\n"
		"\n"
		"What to do\n"
		"  Pass pings on when they come.\n"
		"\n"
		"Duties, by subject\n"
		"  anything else                SSE-19    must, breaks\n"
		"  The duty is broken if a failing case shows this behaviour. "
		"Without a failing\n"
		"  case it is only a note of the run.\n");
	assert_explained(
		"method-changed",
		"method-changed\n"
		"\n"
		"  The gateway changes the method: ...\n"
		"\n"
		"What it means\n"
		"  The provider is asked for something else.\n"
		"\n"
		"What to do\n"
		"  Pass the method on.\n"
		"\n"
		"Duties, by subject\n"
		"  anything else                ROUTE-02  must, breaks\n"
		"  The duty is broken if a failing case shows this behaviour. "
		"Without a failing\n"
		"  case it is only a note of the run.\n");
	assert_explained(
		"status-mapped",
		"status-mapped\n"
		"\n"
		"  The gateway answers the provider's ... with ...\n"
		"\n"
		"What it means\n"
		"  The status tells the client whether to send again, to wait, "
		"to log in or to\n"
		"  give up; with another status it does something else.\n"
		"\n"
		"What to do\n"
		"  Pass the provider's status and body on as they came.\n"
		"\n"
		"Duties, by subject\n"
		"  529-5??                      ERR-08    should, degrades\n"
		"  5*-5??                       ERR-08    should, degrades\n"
		"  529-*                        ERR-11    must, breaks\n"
		"  413-*                        ERR-09    must, breaks\n"
		"  *-2??                        ERR-12    must, breaks\n"
		"  4*-5*                        ERR-11    must, costs\n"
		"  5*-4*                        ERR-11    must, breaks\n"
		"  anything else                ERR-01    must, costs\n"
		"  The duty is broken if a failing case shows this behaviour. "
		"Without a failing\n"
		"  case it is only a note of the run.\n");
	/* A subject, and the name of a family. */
	assert_explained(
		"request-field-dropped:anthropic-beta",
		"request-field-dropped:anthropic-beta\n"
		"\n"
		"  The gateway drops the request field ...\n"
		"\n"
		"What it means\n"
		"  The provider does not learn what the field says. Without "
		"its beta a member\n"
		"  of the body is refused; without its version so is the "
		"request.\n"
		"\n"
		"What to do\n"
		"  Copy anthropic-beta as it came: no list of known values, no "
		"sorting, no\n"
		"  additions.\n"
		"\n"
		"Duty\n"
		"  anthropic-beta               HDR-01    must, costs\n"
		"  The duty is broken if a failing case shows this behaviour. "
		"Without a failing\n"
		"  case it is only a note of the run.\n");
	assert_explained(
		"request-field-dropped:anthropic-*",
		"request-field-dropped:anthropic-*\n"
		"\n"
		"  The gateway drops the request field ...\n"
		"\n"
		"What it means\n"
		"  The provider does not learn what the field says. Without "
		"its beta a member\n"
		"  of the body is refused; without its version so is the "
		"request.\n"
		"\n"
		"What to do\n"
		"  Copy every anthropic-* field, known or not.\n"
		"\n"
		"Duty\n"
		"  anthropic-*                  HDR-04    may, degrades\n"
		"  The duty is broken if a failing case shows this behaviour. "
		"Without a failing\n"
		"  case it is only a note of the run.\n");
	assert_explained(
		"request-field-dropped:",
		"request-field-dropped:\n"
		"\n"
		"  The gateway drops the request field ...\n"
		"\n"
		"What it means\n"
		"  The provider does not learn what the field says. Without "
		"its beta a member\n"
		"  of the body is refused; without its version so is the "
		"request.\n"
		"\n"
		"What to do\n"
		"  Copy what came, but for the fields of the connection and "
		"the credential.\n"
		"\n"
		"Duty\n"
		"                               -         may, cosmetic\n"
		"  The duty is broken if a failing case shows this behaviour. "
		"Without a failing\n"
		"  case it is only a note of the run.\n");
}

static void t_not_explained(void **state)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	/* A rule for all others leaves nothing else. */
	assert_true(behaviour_explain("request-field-dropped", &out));
	assert_non_null(strstr(buf_str(&out), "\n  anthropic-beta  "));
	assert_non_null(strstr(buf_str(&out), "\n  *  "));
	assert_null(strstr(buf_str(&out), "anything else"));
	buf_reset(&out);
	assert_false(behaviour_explain("ping-droppe", &out));
	assert_false(behaviour_explain(":x", &out));
	assert_int_equal(out.len, 0);
	behaviour_list(&out);
	assert_true(span_starts(
		buf_span(&out),
		"  gateway-gone             is gone: it takes no connection "
		"any more\n"
		"  refused                  refuses by itself what it should "
		"pass on: ...\n"
		"  own-answer               answers by itself: ...\n"
		"  not-asked                answers ... without asking the "
		"provider\n"));
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "triggers: requests", t_triggers, NULL, NULL, NULL },
		{ "triggers: raw bytes", t_raw, NULL, NULL, NULL },
		{ "triggers: what reached the provider", t_reached, NULL, NULL,
		  NULL },
		{ "triggers: keys that are not known", t_keys_unknown, NULL,
		  NULL, NULL },
		{ "triggers: sizes", t_sizes, NULL, NULL, NULL },
		{ "triggers: keys alone", t_triggers_of_keys, NULL, NULL,
		  NULL },
		{ "triggers: what is no HTTP", t_no_http, NULL, NULL, NULL },
		{ "couples: who belongs to whom", t_couples, NULL, NULL, NULL },
		{ "couples: who has sent nothing", t_no_couples, NULL, NULL,
		  NULL },
		{ "joined: subjects of one mistake", t_joined, NULL, NULL,
		  NULL },
		{ "behaviours: tallies", t_tallies, NULL, NULL, NULL },
		{ "behaviours: each exchange counts once", t_counts, NULL, NULL,
		  NULL },
		{ "behaviours: families", t_families, NULL, NULL, NULL },
		{ "behaviours: sightings of a run", t_sightings, NULL, NULL,
		  NULL },
		{ "behaviours: what one means", t_explained, NULL, NULL, NULL },
		{ "behaviours: what there is not", t_not_explained, NULL, NULL,
		  NULL },
		{ "behaviours: there may be too many", t_too_many, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("causes_parts", tests, NULL, NULL);
}
