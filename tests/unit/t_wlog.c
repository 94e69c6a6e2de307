/* The wire log: what it holds, and that nothing is lost on disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/log/wlog.h"

#define ROOM ((size_t)1024 * 1024)

static struct span of_bytes(const struct wlog_entry *e)
{
	return span_make(e->bytes, e->len);
}

static void write_entry(const struct wlog_entry *e, struct buf *out)
{
	buf_reset(out);
	assert_int_equal(wlog_entry_write(e, out), 0);
}

/* Writes the entry, reads it back and compares what that one writes. */
static void check_round_trip(const struct wlog_entry *e)
{
	struct buf was = BUF_INIT(ROOM), is = BUF_INIT(ROOM);
	struct fail f = FAIL_INIT;
	struct wlog w;

	wlog_init(&w, ROOM);
	write_entry(e, &was);
	assert_int_equal(
		wlog_entry_read(&w, span_first(buf_span(&was), was.len - 1),
				&f),
		0);
	write_entry(&w.list[0], &is);
	assert_string_equal(buf_str(&was), buf_str(&is));
	assert_true(span_equal(of_bytes(e), of_bytes(&w.list[0])));
	assert_int_equal(e->bytes == NULL, w.list[0].bytes == NULL);
	wlog_clear(&w);
	buf_clear(&was);
	buf_clear(&is);
}

static void t_shape(void **state)
{
	struct http_head head = { 0 };
	struct buf out = BUF_INIT(ROOM);
	struct wlog w;
	struct wlog_entry *e;

	(void)state;
	wlog_init(&w, ROOM);
	http_request_read(span_of("POST /v1/\xff HTTP/1.1\r\nA: \xe9\r\na:\r\n"
				  "\r\n"),
			  &head, NULL);
	e = wlog_add(&w, 1500, 0xab, "c1", 2, WLOG_REQUEST);
	wlog_set_head(&w, e, &head);
	http_head_clear(&head);
	write_entry(e, &out);
	assert_string_equal(
		buf_str(&out),
		"{\"at\":1500,\"run\":\"00000000000000ab\",\"actor\":\"c1\","
		"\"exchange\":2,\"kind\":\"request\",\"method\":\"POST\","
		"\"target\":{\"base64\":\"L3YxL/8=\"},\"minor\":1,"
		"\"headers\":[[\"A\",{\"base64\":\"6Q==\"}],[\"a\",\"\"]]}\n");
	e = wlog_add(&w, -1, 0, "probe", 0, WLOG_END);
	e->end = END_CUT;
	wlog_set_text(&w, e, "after %d bytes", 7);
	write_entry(e, &out);
	assert_string_equal(buf_str(&out),
			    "{\"at\":-1,\"actor\":\"probe\",\"kind\":\"end\","
			    "\"text\":\"after 7 bytes\",\"end\":\"cut\"}\n");
	buf_clear(&out);
	wlog_clear(&w);
}

static void t_any_bytes(void **state)
{
	char bytes[512];
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 256);
	for (size_t len = 0; len < sizeof(bytes); len++) {
		struct wlog_entry *e =
			wlog_add(&w, 0, UINT64_MAX, "u1", 1, WLOG_DATA);

		wlog_set_bytes(&w, e, span_first(span_make(bytes, 512), len));
		check_round_trip(e);
	}
	for (size_t c = 0; c < 256; c++) {
		struct wlog_entry *e = wlog_add(&w, 0, 1, "u1", 1, WLOG_BODY);
		char one = (char)c;

		wlog_set_bytes(&w, e, span_make(&one, 1));
		check_round_trip(e);
	}
	wlog_clear(&w);
}

static void t_every_kind(void **state)
{
	struct http_head head = { 0 };
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	http_response_read(
		span_of("HTTP/1.0 429 \xf0 no\r\nx: \x80\ty\r\n\r\n"), &head,
		NULL);
	for (int kind = WLOG_REQUEST; kind <= WLOG_NOTE; kind++) {
		struct wlog_entry *e =
			wlog_add(&w, INT64_MAX, 3, "gw", UINT32_MAX, kind);

		check_round_trip(e);
		e->end = END_RESET;
		wlog_set_text(&w, e, "%s", "\"quoted\"\t\xc3\xa9\xff");
		check_round_trip(e);
		wlog_set_head(&w, e, &head);
		check_round_trip(e);
		wlog_set_bytes(&w, e, SPAN_EMPTY);
		check_round_trip(e);
	}
	http_head_clear(&head);
	wlog_clear(&w);
}

/* Each stage, verb and outcome there is. */
static void t_values(void **state)
{
	struct buf out = BUF_INIT(ROOM);
	struct wlog w;
	struct wlog_entry *e;

	(void)state;
	wlog_init(&w, ROOM);
	wlog_add(&w, 0, 1, "c1", 1, WLOG_REQUEST)->raw = true;
	check_round_trip(&w.list[0]);
	for (int stage = STAGE_NONE; stage <= STAGE_BODY; stage++) {
		e = wlog_add(&w, 0, 1, "c1", 1, WLOG_END);
		e->end = END_BAD;
		e->stage = stage;
		e->tunnel = stage == STAGE_PROXY ? 407 : 0;
		check_round_trip(e);
	}
	for (int verb = VERB_NONE; verb <= VERB_HARNESS; verb++) {
		for (int how = OUTCOME_NONE; how <= OUTCOME_TIMEOUT; how++) {
			e = wlog_add(&w, 0, 1, "probe", 0, WLOG_STEP);
			e->step.index = (unsigned)how;
			e->step.verb = verb;
			e->step.outcome = how;
			check_round_trip(e);
		}
	}
	e = wlog_add(&w, 7, 0, "c1", 1, WLOG_END);
	e->end = END_BAD;
	e->stage = STAGE_PROXY;
	e->tunnel = 407;
	write_entry(e, &out);
	assert_string_equal(buf_str(&out),
			    "{\"at\":7,\"actor\":\"c1\",\"exchange\":1,"
			    "\"kind\":\"end\",\"end\":\"bad\","
			    "\"stage\":\"proxy\",\"tunnel\":407}\n");
	e = wlog_add(&w, 7, 0, "probe", 0, WLOG_STEP);
	e->step = (struct wlog_step){ 2, VERB_UNTIL, OUTCOME_TIMEOUT };
	write_entry(e, &out);
	assert_string_equal(buf_str(&out),
			    "{\"at\":7,\"actor\":\"probe\",\"kind\":\"step\","
			    "\"step\":2,\"verb\":\"until\","
			    "\"outcome\":\"timeout\"}\n");
	buf_clear(&out);
	wlog_clear(&w);
}

/* Logs of older versions have a line of text for a step. */
static void t_old_steps(void **state)
{
	static const struct {
		const char *line;
		unsigned index;
		enum wlog_verb verb;
		enum wlog_outcome outcome;
		const char *text;
	} rows[] = {
		{ "1 send started", 1, VERB_SEND, OUTCOME_STARTED, NULL },
		{ "12 until timeout", 12, VERB_UNTIL, OUTCOME_TIMEOUT, NULL },
		{ "4 await ended", 4, VERB_AWAIT, OUTCOME_ENDED, NULL },
		{ "0 harness the mock 1 until timeout", 0, VERB_HARNESS,
		  OUTCOME_NONE, "the mock 1 until timeout" },
		{ "0 harness timeout", 0, VERB_HARNESS, OUTCOME_NONE,
		  "timeout" },
		{ "1 until soon", 0, VERB_NONE, OUTCOME_NONE, "1 until soon" },
		{ "1 until", 0, VERB_NONE, OUTCOME_NONE, "1 until" },
		{ "1 think done", 0, VERB_NONE, OUTCOME_NONE, "1 think done" },
		{ "4294967296 send done", 0, VERB_NONE, OUTCOME_NONE,
		  "4294967296 send done" },
		{ "", 0, VERB_NONE, OUTCOME_NONE, "" },
	};
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf line = BUF_INIT(ROOM), told = BUF_INIT(ROOM);
		const struct wlog_entry *e;

		buf_addf(&line,
			 "{\"at\":1,\"actor\":\"probe\",\"kind\":\"step\","
			 "\"text\":\"%s\"}",
			 rows[i].line);
		assert_int_equal(wlog_entry_read(&w, buf_span(&line), NULL), 0);
		e = &w.list[i];
		assert_int_equal(e->step.index, rows[i].index);
		assert_int_equal(e->step.verb, rows[i].verb);
		assert_int_equal(e->step.outcome, rows[i].outcome);
		if (rows[i].text)
			assert_string_equal(e->text, rows[i].text);
		else
			assert_null(e->text);
		wlog_step_text(e, &told);
		assert_string_equal(buf_str(&told), rows[i].line);
		buf_clear(&line);
		buf_clear(&told);
	}
	wlog_clear(&w);
}

static void t_old_raw_bytes(void **state)
{
	static const struct {
		const char *kind, *rest;
		bool raw;
	} rows[] = {
		{ "request", ",\"text\":\"" WLOG_RAW_TEXT "\"", true },
		{ "request", ",\"text\":\"left out\"", false },
		{ "request", ",\"raw\":false", false },
		{ "request", ",\"raw\":true", true },
		{ "note", ",\"text\":\"" WLOG_RAW_TEXT "\"", false },
	};
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf line = BUF_INIT(ROOM);

		buf_addf(&line, "{\"at\":1,\"actor\":\"c1\",\"kind\":\"%s\"%s}",
			 rows[i].kind, rows[i].rest);
		assert_int_equal(wlog_entry_read(&w, buf_span(&line), NULL), 0);
		assert_int_equal(w.list[i].raw, rows[i].raw);
		buf_clear(&line);
	}
	wlog_clear(&w);
}

static void t_byte_limit(void **state)
{
	struct http_head head = { .status = 200, .minor = 1 };
	struct wlog w;
	struct wlog_entry *e;

	(void)state;
	wlog_init(&w, 10);
	e = wlog_add(&w, 0, 1, "u1", 1, WLOG_DATA);
	wlog_set_bytes(&w, e, span_of("0123456789"));
	assert_int_equal(w.bytes, 10);
	assert_false(w.full);
	wlog_set_bytes(&w, e, span_of("9876543210"));
	assert_int_equal(w.bytes, 10);
	assert_false(w.full);
	e = wlog_add(&w, 0, 1, "u1", 1, WLOG_DATA);
	wlog_set_bytes(&w, e, SPAN_EMPTY);
	assert_false(w.full);
	assert_non_null(e->bytes);
	wlog_set_bytes(&w, e, span_of("x"));
	assert_true(w.full);
	assert_null(e->bytes);
	assert_string_equal(e->text,
			    "left out, the log is full: 1 bytes of the body");
	/* What an entry says itself stays. */
	wlog_set_text(&w, e, "said");
	wlog_set_bytes(&w, e, span_of("xy"));
	assert_null(e->bytes);
	assert_string_equal(e->text, "said");
	e = wlog_add(&w, 0, 1, "u1", 1, WLOG_RESPONSE);
	headers_add_text(&head.headers, "a", "b");
	wlog_set_head(&w, e, &head);
	assert_int_equal(e->status, 200);
	assert_int_equal(e->headers.count, 0);
	assert_int_equal(w.count, 3);
	headers_clear(&head.headers);
	wlog_clear(&w);
	assert_int_equal(w.bytes, 0);
	assert_false(w.full);
}

/* Every byte that a log keeps is counted once. */
static void t_counts_bytes(void **state)
{
	struct http_head head = { .status = 200, .minor = 1 };
	char reason[] = "OK";
	struct wlog_entry *e;
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	e = wlog_add(&w, 0, 1, "u1", 1, WLOG_RESPONSE);
	assert_int_equal(w.bytes, 0);
	wlog_set_text(&w, e, "%s", "four");
	assert_int_equal(w.bytes, 4);
	wlog_set_text(&w, e, "%s", "three");
	assert_int_equal(w.bytes, 5);
	head.reason = reason;
	headers_add_text(&head.headers, "a", "b");
	for (int again = 0; again < 2; again++) {
		wlog_set_head(&w, e, &head);
		assert_int_equal(w.bytes, 5 + 2 + head.headers.bytes);
	}
	wlog_set_bytes(&w, e, span_of("123"));
	assert_int_equal(w.bytes, 5 + 2 + head.headers.bytes + 3);
	headers_clear(&head.headers);
	wlog_clear(&w);
}

/* Whatever does not fit: a shorter rest may fit, and is not written either. */
static void check_no_room(const struct wlog_entry *e)
{
	struct buf all = BUF_INIT(ROOM);

	write_entry(e, &all);
	for (size_t limit = 1; limit < all.len; limit++) {
		struct buf small = BUF_INIT(limit);

		assert_int_equal(wlog_entry_write(e, &small), -1);
		assert_int_equal(small.len, 0);
		buf_clear(&small);
	}
	buf_clear(&all);
}

/* A line that does not fit is not begun, wherever it stops fitting. */
static void t_no_room(void **state)
{
	static char text[] = "text", empty[] = "", bytes[] = "bytes\xff";
	struct wlog_entry rows[] = {
		{ .kind = WLOG_REQUEST },
		{ .kind = WLOG_REQUEST, .method = text },
		{ .kind = WLOG_NOTE, .run = 0xab },
		{ .kind = WLOG_NOTE, .actor = "a long name of one" },
		{ .kind = WLOG_NOTE, .exchange = 123456789 },
		{ .kind = WLOG_NOTE, .method = text },
		{ .kind = WLOG_NOTE, .target = text },
		{ .kind = WLOG_NOTE, .minor = 1 },
		{ .kind = WLOG_NOTE, .status = 200 },
		{ .kind = WLOG_NOTE, .reason = text },
		{ .kind = WLOG_NOTE, .raw = true },
		{ .kind = WLOG_NOTE, .text = empty },
		{ .kind = WLOG_NOTE, .text = text },
		{ .kind = WLOG_NOTE, .step = { .index = 2 } },
		{ .kind = WLOG_NOTE, .step = { .verb = VERB_SEND } },
		{ .kind = WLOG_NOTE, .step = { .outcome = OUTCOME_DONE } },
		{ .kind = WLOG_NOTE, .end = END_CUT },
		{ .kind = WLOG_NOTE, .stage = STAGE_TLS },
		{ .kind = WLOG_NOTE, .tunnel = 407 },
		{ .kind = WLOG_NOTE, .bytes = bytes, .len = 5 },
		{ .kind = WLOG_NOTE, .bytes = bytes, .len = 6 },
	};
	struct wlog_entry e = { .kind = WLOG_RESPONSE };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_no_room(&rows[i]);
	headers_add_text(&e.headers, "a-long-name", "");
	check_no_room(&e);
	headers_add_text(&e.headers, "a", "a \xff value");
	check_no_room(&e);
	headers_clear(&e.headers);
}

/* Both kinds of heads say which version and which fields they have: none. */
static void t_empty_heads(void **state)
{
	struct buf out = BUF_INIT(ROOM);
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	write_entry(wlog_add(&w, 0, 0, "c1", 1, WLOG_REQUEST), &out);
	assert_string_equal(buf_str(&out),
			    "{\"at\":0,\"actor\":\"c1\",\"exchange\":1,"
			    "\"kind\":\"request\",\"minor\":0,"
			    "\"headers\":[]}\n");
	write_entry(wlog_add(&w, 0, 0, "c1", 1, WLOG_RESPONSE), &out);
	assert_string_equal(buf_str(&out),
			    "{\"at\":0,\"actor\":\"c1\",\"exchange\":1,"
			    "\"kind\":\"response\",\"minor\":0,"
			    "\"headers\":[]}\n");
	write_entry(wlog_add(&w, 0, 0, "c1", 1, WLOG_BODY), &out);
	assert_string_equal(buf_str(&out),
			    "{\"at\":0,\"actor\":\"c1\","
			    "\"exchange\":1,\"kind\":\"body\"}\n");
	buf_clear(&out);
	wlog_clear(&w);
}

/* An end says how it ended; another entry does if it knows. */
static void t_ends(void **state)
{
	struct buf out = BUF_INIT(ROOM);
	struct wlog w;
	struct wlog_entry *e;

	(void)state;
	wlog_init(&w, ROOM);
	write_entry(wlog_add(&w, 0, 0, "c1", 1, WLOG_END), &out);
	assert_string_equal(buf_str(&out),
			    "{\"at\":0,\"actor\":\"c1\",\"exchange\":1,"
			    "\"kind\":\"end\",\"end\":\"open\"}\n");
	e = wlog_add(&w, 0, 0, "c1", 1, WLOG_NOTE);
	e->end = END_CLEAN;
	write_entry(e, &out);
	assert_string_equal(buf_str(&out),
			    "{\"at\":0,\"actor\":\"c1\",\"exchange\":1,"
			    "\"kind\":\"note\",\"end\":\"clean\"}\n");
	buf_clear(&out);
	wlog_clear(&w);
}

/* An unknown name is refused, and leaves the output unchanged. */
static void t_names(void **state)
{
	enum wlog_outcome outcome = OUTCOME_DONE;
	enum wlog_verb verb = VERB_READ;

	(void)state;
	assert_int_equal(wlog_verb_from(span_of("think"), &verb), -1);
	assert_int_equal(wlog_verb_from(span_of(""), &verb), -1);
	assert_int_equal(verb, VERB_READ);
	assert_int_equal(wlog_verb_from(span_of("send"), &verb), 0);
	assert_int_equal(verb, VERB_SEND);
	assert_int_equal(wlog_outcome_from(span_of("soon"), &outcome), -1);
	assert_int_equal(wlog_outcome_from(span_of(""), &outcome), -1);
	assert_int_equal(outcome, OUTCOME_DONE);
	assert_int_equal(wlog_outcome_from(span_of("started"), &outcome), 0);
	assert_int_equal(outcome, OUTCOME_STARTED);
}

static void t_file(void **state)
{
	struct buf out = BUF_INIT(ROOM);
	struct wlog w, back;
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	/* 1.8 MB, lines from nothing to 16 kB */
	wlog_init(&w, SIZE_MAX);
	wlog_init(&back, SIZE_MAX);
	for (unsigned i = 0; i < 300; i++) {
		struct wlog_entry *e = wlog_add(&w, i, i, "c1", i, WLOG_BODY);
		char *bytes = calloc(1, i * 40 + 1);

		memset(bytes, i % 2 ? 0xff : '\n', i * 40);
		wlog_set_bytes(&w, e, span_make(bytes, i * 40));
		free(bytes);
	}
	for (size_t i = 0; i < w.count; i++) {
		write_entry(&w.list[i], &out);
		fwrite(out.at, 1, out.len, file);
	}
	rewind(file);
	assert_int_equal(wlog_read(&back, file, "run.jsonl", NULL), 0);
	assert_int_equal(back.count, w.count);
	for (size_t i = 0; i < w.count; i++)
		assert_true(span_equal(of_bytes(&back.list[i]),
				       of_bytes(&w.list[i])));
	fclose(file);
	buf_clear(&out);
	wlog_clear(&w);
	wlog_clear(&back);
}

#define START "{\"at\":1,\"actor\":\"c1\",\"kind\":\"note\""

static void t_strict(void **state)
{
	static const struct {
		const char *line, *why;
	} rows[] = {
		{ "[]", "not an object" },
		{ "{}", "'at' is missing" },
		{ "{\"at\":1,\"kind\":\"note\"}", "'actor' is missing" },
		{ START ",\"x\\u0041\":1}", "unknown key \"x\\u0041\"" },
		{ START ",\"at\":1}", "duplicate key 'at'" },
		{ START ",\"\\u0061t\":1}", "duplicate key 'at'" },
		{ START ",\"status\":\"1\"}",
		  "'status': not a whole number from 0 to 999" },
		{ START ",\"status\":1000}",
		  "'status': not a whole number from 0 to 999" },
		{ START ",\"minor\":1.0}",
		  "'minor': not a whole number from 0 to 9" },
		{ START ",\"exchange\":4294967296}",
		  "'exchange': not a whole number from 0 to 4294967295" },
		{ START ",\"run\":\"12\"}", "'run': not 16 hex digits" },
		{ START ",\"run\":\"00000000000000AB\"}",
		  "'run': not 16 hex digits" },
		{ START ",\"run\":123456789012345678}",
		  "'run': not 16 hex digits" },
		{ START ",\"run\":\"000000000000000g\"}",
		  "'run': not 16 hex digits" },
		{ START ",\"run\":\"`000000000000000\"}",
		  "'run': not 16 hex digits" },
		{ START ",\"run\":\"0000000/00000000\"}",
		  "'run': not 16 hex digits" },
		{ START ",\"run\":\"0000000:00000000\"}",
		  "'run': not 16 hex digits" },
		{ START ",\"minor\":10}",
		  "'minor': not a whole number from 0 to 9" },
		{ START ",\"minor\":-1}",
		  "'minor': not a whole number from 0 to 9" },
		{ START ",\"step\":4294967296}",
		  "'step': not a whole number from 1 to 4294967295" },
		{ "{\"at\":9223372036854775808}",
		  "'at': not a whole number from -9223372036854775808 to "
		  "9223372036854775807" },
		{ START ",\"a123456789012345678901234567890123456789"
			"01234567890123456789012345678901234567890\":1}",
		  "unknown key \"a1234567890123456789012345678901234567890123"
		  "4567890123456789012" },
		{ START ",\"end\":1}",
		  "'end': neither a string nor {\"base64\": ...}" },
		{ START ",\"bytes\":{\"base64\":1}}", "'bytes': not base64" },
		{ START ",\"bytes\":{\"base65\":\"\"}}",
		  "'bytes': not base64" },
		{ START ",\"bytes\":[]}",
		  "'bytes': neither a string nor {\"base64\": ...}" },
		{ START ",\"bytes\":\"\\udc00\"}",
		  "'bytes': not Unicode text" },
		{ START ",\"headers\":[{\"a\":1,\"b\":2}]}",
		  "'headers': a header is not [name, value]" },
		{ START ",\"headers\":[[\"a\",\"b\",\"c\"]]}",
		  "'headers': a header is not [name, value]" },
		{ START ",\"headers\":[[\"a\",\"b\"],[\"a\",1]]}",
		  "'headers': neither a string nor {\"base64\": ...}" },
		{ START ",\"headers\":[[1,\"b\"]]}",
		  "'headers': neither a string nor {\"base64\": ...}" },
		{ "{\"at\":1,\"actor\":\"c1\"}", "'kind' is missing" },
		{ "{\"at\":1,\"actor\":\"c1\",\"kind\":1}",
		  "'kind': no such kind of entry" },
		{ "{\"at\":1,\"actor\":1,\"kind\":\"note\"}",
		  "'actor': neither a string nor {\"base64\": ...}" },
		{ START ",\"end\":\"soon\"}",
		  "'end': no such end of a stream" },
		{ START ",\"stage\":\"later\"}",
		  "'stage': no such stage of a request" },
		{ START ",\"verb\":\"think\"}",
		  "'verb': no such verb of a step" },
		{ START ",\"verb\":\"\"}", "'verb': no such verb of a step" },
		{ START ",\"outcome\":\"soon\"}",
		  "'outcome': no such outcome of a step" },
		{ START ",\"raw\":1}", "'raw': neither true nor false" },
		{ START ",\"step\":0}",
		  "'step': not a whole number from 1 to 4294967295" },
		{ START ",\"tunnel\":1000}",
		  "'tunnel': not a whole number from 0 to 999" },
		{ START ",\"text\":\"a\\u0000\"}", "'text': a NUL inside" },
		{ START ",\"text\":\"\\ud800\"}", "'text': not Unicode text" },
		{ START ",\"text\":1}",
		  "'text': neither a string nor {\"base64\": ...}" },
		{ START ",\"bytes\":{\"base64\":\"Zg=\"}}",
		  "'bytes': not base64" },
		{ START ",\"bytes\":{\"base64\":\"\",\"x\":1}}",
		  "'bytes': not base64" },
		{ START ",\"bytes\":{}}", "'bytes': not base64" },
		{ START ",\"headers\":{}}", "'headers': not an array" },
		{ START ",\"headers\":[[\"a\"]]}",
		  "'headers': a header is not [name, value]" },
		{ START ",\"headers\":[[\"a\",\"b\\n\"]]}",
		  "'headers': too many, or a line end inside" },
		{ "{\"at\":1,\"actor\":\"c1\",\"kind\":\"nota\"}",
		  "'kind': no such kind of entry" },
		{ "{\"at\":1,\"actor\":\"aaaaaaaaaaaaaaaaaaaaaaaa\"}",
		  "'actor': longer than 23 bytes" },
	};
	struct fail too_long = FAIL_INIT;
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;

		assert_int_equal(wlog_entry_read(&w, span_of(rows[i].line), &f),
				 -1);
		assert_string_equal(f.text, rows[i].why);
	}
	assert_int_equal(w.count, 0);
	assert_int_equal(wlog_entry_read(&w, span_make("", WLOG_LINE_LIMIT + 1),
					 &too_long),
			 -1);
	assert_string_equal(too_long.text, "longer than 67108864 bytes");
	wlog_clear(&w);
}

/* The largest and the least of everything. */
static void t_bounds(void **state)
{
	static const char line[] =
		"{\"at\":-9223372036854775808,"
		"\"run\":\"0123456789abcdef\","
		"\"actor\":\"a234567890123456789012c\","
		"\"exchange\":4294967295,\"kind\":\"note\",\"minor\":9,"
		"\"status\":999,\"step\":4294967295,\"tunnel\":999}\n";
	struct buf out = BUF_INIT(ROOM);
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	assert_int_equal(
		wlog_entry_read(&w, span_first(span_of(line), strlen(line) - 1),
				NULL),
		0);
	assert_int_equal(w.list[0].run, 0x0123456789abcdef);
	write_entry(&w.list[0], &out);
	assert_string_equal(buf_str(&out), line);
	assert_int_equal(wlog_entry_read(&w,
					 span_of(START ",\"step\":1,"
						       "\"tunnel\":0}"),
					 NULL),
			 0);
	assert_int_equal(w.list[1].step.index, 1);
	assert_int_equal(w.list[1].tunnel, 0);
	buf_clear(&out);
	wlog_clear(&w);
}

/* Only a step's text is a step, and only if no value says what it is. */
static void t_text_is_text(void **state)
{
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	assert_int_equal(
		wlog_entry_read(&w, span_of(START ",\"text\":\"1 send done\"}"),
				NULL),
		0);
	assert_int_equal(w.list[0].step.verb, VERB_NONE);
	assert_string_equal(w.list[0].text, "1 send done");
	assert_int_equal(wlog_entry_read(&w,
					 span_of("{\"at\":1,\"actor\":\"c1\","
						 "\"kind\":\"step\","
						 "\"verb\":\"harness\","
						 "\"text\":\"1 send done\"}"),
					 NULL),
			 0);
	assert_int_equal(w.list[1].step.verb, VERB_HARNESS);
	assert_int_equal(w.list[1].step.index, 0);
	assert_string_equal(w.list[1].text, "1 send done");
	assert_null(w.list[1].bytes);
	wlog_clear(&w);
}

/* Reads a log of this text and gives how many entries came of it. */
static size_t read_log(const char *text, size_t len, struct fail *f)
{
	FILE *file = tmpfile();
	struct wlog w;
	size_t count;
	int rc;

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	rewind(file);
	wlog_init(&w, ROOM);
	rc = wlog_read(&w, file, "run.jsonl", f);
	assert_int_equal(rc, f->code == FAIL_OK ? 0 : -1);
	count = w.count;
	fclose(file);
	wlog_clear(&w);
	return count;
}

static void t_lines(void **state)
{
	struct buf text = BUF_INIT(ROOM);
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(read_log("", 0, &f), 0);
	buf_add_text(&text, START "}\n" START "}");
	assert_int_equal(read_log(text.at, text.len, &f), 2);
	buf_add_text(&text, "\n");
	assert_int_equal(read_log(text.at, text.len, &f), 2);
	/* Lines about as long as what is taken at once. */
	for (size_t len = 4094; len < 4099; len++) {
		buf_reset(&text);
		buf_add_text(&text, START ",\"text\":\"");
		while (text.len < len - 2)
			buf_add_byte(&text, 'x');
		buf_add_text(&text, "\"}\n" START "}\n");
		assert_int_equal(read_log(text.at, text.len, &f), 2);
	}
	assert_int_equal(f.code, FAIL_OK);
	buf_reset(&text);
	buf_add_text(&text, START "}\n\n" START "}\n");
	assert_int_equal(read_log(text.at, text.len, &f), 1);
	assert_int_equal(strncmp(f.text, "run.jsonl:2: not JSON", 21), 0);
	buf_clear(&text);
}

static void t_unreadable(void **state)
{
	FILE *file = fopen("/", "r");
	struct fail f = FAIL_INIT;
	struct wlog w;

	(void)state;
	assert_non_null(file);
	wlog_init(&w, ROOM);
	assert_int_equal(wlog_read(&w, file, "run.jsonl", &f), -1);
	assert_string_equal(f.text,
			    "run.jsonl:1: cannot be read: Is a directory");
	fclose(file);
	wlog_clear(&w);
}

static void t_file_and_line_are_named(void **state)
{
	char text[] = START "}\n" START ",\"text\":1}\n";
	FILE *file = fmemopen(text, strlen(text), "r");
	struct fail f = FAIL_INIT;
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	assert_int_equal(wlog_read(&w, file, "run.jsonl", &f), -1);
	assert_string_equal(f.text, "run.jsonl:2: 'text': neither a string nor "
				    "{\"base64\": ...}");
	assert_int_equal(w.count, 1);
	fclose(file);
	wlog_clear(&w);
}

static void t_cut_line(void **state)
{
	char text[] = START "}\n" START;
	FILE *file = fmemopen(text, strlen(text), "r");
	struct fail f = FAIL_INIT;
	struct wlog w;

	(void)state;
	wlog_init(&w, ROOM);
	assert_int_equal(wlog_read(&w, file, "run.jsonl", &f), -1);
	assert_int_equal(strncmp(f.text, "run.jsonl:2: not JSON: 1:", 25), 0);
	fclose(file);
	wlog_clear(&w);
}

static struct wlog_entry *add_body(struct wlog *w, const char *actor,
				   struct span bytes)
{
	struct wlog_entry *e = wlog_add(w, 0, 1, actor, 1, WLOG_BODY);

	wlog_set_bytes(w, e, bytes);
	return e;
}

/* Both sides of a gateway that passes a body on see the same one. */
static void t_same_bodies(void **state)
{
	char text[5000], other[5000];
	struct buf given = BUF_INIT(ROOM);
	struct wlog_entry *e;
	struct wlog w;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(other, text, sizeof(text));
	other[4999] = 'b';
	wlog_init(&w, ROOM);
	buf_add(&given, text, sizeof(text));
	e = wlog_add(&w, 0, 1, "c1", 1, WLOG_BODY);
	wlog_take_bytes(&w, e, &given);
	assert_int_equal(given.len, 0);
	(void)add_body(&w, "u1", span_make(text, sizeof(text)));
	(void)add_body(&w, "u2", span_make(other, sizeof(other)));
	(void)add_body(&w, "u3", span_make(text, 10));
	e = add_body(&w, "u4", span_make(text, sizeof(text)));
	wlog_set_bytes(&w, e, span_make(text, 7)); /* others keep theirs */
	(void)add_body(&w, "u5", span_make(other, sizeof(other)));
	assert_ptr_equal(w.list[0].bytes, w.list[1].bytes);
	assert_ptr_equal(w.list[2].bytes, w.list[5].bytes);
	assert_int_equal(w.list[4].len, 7);
	assert_memory_equal(w.list[1].bytes, text, sizeof(text));
	assert_memory_equal(w.list[2].bytes, other, sizeof(other));
	assert_int_equal(w.bytes, 4 * sizeof(text) + 17);
	/* The pieces of an answer between do not count. */
	for (int i = 0; i < 9; i++)
		wlog_set_bytes(&w, wlog_add(&w, 0, 1, "c1", 1, WLOG_DATA),
			       span_of("a piece of an answer"));
	e = add_body(&w, "u6", span_make(other, sizeof(other)));
	assert_ptr_equal(w.list[2].bytes, e->bytes);
	wlog_clear(&w);
	buf_clear(&given);
}

/* What a log has no room for stays where it was. */
static void t_no_room_to_take(void **state)
{
	struct buf given = BUF_INIT(ROOM);
	struct wlog_entry *e;
	struct wlog w;

	(void)state;
	wlog_init(&w, 10);
	buf_add_text(&given, "more than ten bytes");
	e = wlog_add(&w, 0, 1, "c1", 1, WLOG_BODY);
	wlog_take_bytes(&w, e, &given);
	assert_true(w.full);
	assert_null(e->bytes);
	assert_string_equal(buf_str(&given), "more than ten bytes");
	wlog_clear(&w);
	buf_clear(&given);
}

#define TEST(title, fn) \
	{ \
		"wlog: " title, fn, NULL, NULL, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("an entry is one line with its keys in order", t_shape),
		TEST("any bytes come back", t_any_bytes),
		TEST("every kind of entry comes back", t_every_kind),
		TEST("stages and steps come back", t_values),
		TEST("steps of older logs are read", t_old_steps),
		TEST("raw bytes of older logs are told apart", t_old_raw_bytes),
		TEST("at the byte limit the entry is kept", t_byte_limit),
		TEST("what is kept is counted", t_counts_bytes),
		TEST("two bodies of the same bytes are kept once",
		     t_same_bodies),
		TEST("what has no room is not taken over", t_no_room_to_take),
		TEST("a line that does not fit is not begun", t_no_room),
		TEST("a head without fields says so", t_empty_heads),
		TEST("how a stream ended is told", t_ends),
		TEST("verbs and outcomes have names", t_names),
		TEST("a log is written to a file and read", t_file),
		TEST("reading is strict and says why", t_strict),
		TEST("values reach as far as they may", t_bounds),
		TEST("text is a step only of a step", t_text_is_text),
		TEST("lines are counted and may lack the last end", t_lines),
		TEST("a file that cannot be read says why", t_unreadable),
		TEST("a bad line is named by file and number",
		     t_file_and_line_are_named),
		TEST("a cut line is an error", t_cut_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("wlog", tests, NULL, NULL);
}
