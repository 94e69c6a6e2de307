/* gateway/ledger: reading usage from passing answers, and its price. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/ledger/price_list.h"
#include "gateway/ledger/tap.h"
#include "wire/bytes/base64.h"
#include "wire/http/event_stream.h"

#define START \
	"event: message_start\ndata: " \
	"{\"type\":\"message_start\",\"message\":{" \
	"\"model\":\"claude-opus-5\",\"usage\":{\"input_tokens\":412," \
	"\"cache_creation_input_tokens\":2048,\"cache_read_input_tokens\":" \
	"31744,\"output_tokens\":1,\"cache_creation\":{" \
	"\"ephemeral_5m_input_tokens\":2000,\"ephemeral_1h_input_tokens\":" \
	"48}}}}\n\n"
#define TEXT \
	"event: content_block_delta\ndata: {\"type\":\"content_block_delta\"," \
	"\"delta\":{\"text\":\"\\\"message_stop\\\" \\\"error\\\"\"}}\n\n"
#define DELTA \
	"event: message_delta\ndata: " \
	"{\"type\":\"message_delta\",\"delta\":{}," \
	"\"usage\":{\"input_tokens\":0,\"output_tokens\":97," \
	"\"cache_creation_input_tokens\":2048,\"output_tokens_details\":{" \
	"\"thinking_tokens\":40}}}\n\n"
#define STOP "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

static struct tap *tap_of(const char *type, const char *coding)
{
	struct headers h = { 0 };
	struct tap *t = tap_new();

	headers_add_text(&h, "Content-Type", type);
	if (coding)
		headers_add_text(&h, "content-encoding", coding);
	if (!tap_begin(t, &h)) {
		tap_free(t);
		t = NULL;
	}
	headers_clear(&h);
	return t;
}

static void is_whole(const struct tap *t)
{
	const struct tap_seen *seen = tap_seen(t);

	assert_string_equal(seen->model, "claude-opus-5");
	assert_int_equal(seen->usage.input, 412);
	assert_int_equal(seen->usage.output, 97);
	assert_int_equal(seen->usage.cache_5m, 2000);
	assert_int_equal(seen->usage.cache_1h, 48);
	assert_int_equal(seen->usage.cache_read, 31744);
	assert_int_equal(seen->usage.thinking, 40);
	assert_true(seen->ended);
	assert_false(seen->failed);
	assert_false(seen->blind);
}

static void t_events(void **state)
{
	static const char text[] = START TEXT DELTA TEXT STOP;
	const size_t len = sizeof(text) - 1;

	(void)state;
	for (size_t step = 1; step <= len; step += step < 20 ? 1 : 97) {
		struct tap *t =
			tap_of("text/event-stream; charset=utf-8", NULL);

		for (size_t at = 0; at < len; at += step) {
			assert_false(tap_seen(t)->ended);
			tap_feed(t,
				 span_make(text + at,
					   len - at < step ? len - at : step));
		}
		tap_finish(t);
		is_whole(t);
		tap_free(t);
	}
}

/* Other line ends, and an event longer than the buffer. */
static void t_closely(void **state)
{
	static const char text[] = START TEXT DELTA TEXT STOP;
	struct buf crlf = BUF_INIT(BUF_NO_LIMIT);
	struct buf large = BUF_INIT(BUF_NO_LIMIT);
	struct tap *t = tap_of("text/event-stream", NULL);

	(void)state;
	buf_add_text(&crlf, text);
	buf_replace(&crlf, "\n", "\r\n");
	for (size_t i = 0; i < crlf.len; i++)
		tap_feed(t, span_make(crlf.at + i, 1));
	is_whole(t);
	tap_free(t);
	buf_add_text(&large, START "data: {\"type\":\"content_block_delta\","
				   "\"delta\":{\"text\":\"");
	for (size_t i = 0; i < 100000; i++)
		buf_add_byte(&large, 'x');
	buf_add_text(&large, "\"}}\n\n" DELTA STOP);
	t = tap_of("text/event-stream", NULL);
	for (size_t i = 0; i < large.len; i += 1000)
		tap_feed(t, span_make(large.at + i, large.len - i < 1000
							    ? large.len - i
							    : 1000));
	is_whole(t);
	tap_free(t);
	buf_clear(&crlf);
	buf_clear(&large);
}

/* Nothing of one answer gets into the next. */
static void t_again(void **state)
{
	struct tap *t = tap_of("text/event-stream", NULL);
	struct headers h = { 0 };

	(void)state;
	tap_feed(t, span_of(START "data: {\"type\":\"mess"));
	headers_add_text(&h, "content-type", "text/event-stream");
	assert_true(tap_begin(t, &h));
	assert_int_equal(tap_seen(t)->usage.input, 0);
	assert_string_equal(tap_seen(t)->model, "");
	tap_feed(t, span_of(START DELTA STOP));
	is_whole(t);
	headers_set(&h, "content-type", "application/json");
	assert_true(tap_begin(t, &h));
	tap_feed(t, span_of("{\"usage\":{\"input_tokens\":3}}"));
	tap_finish(t);
	assert_int_equal(tap_seen(t)->usage.input, 3);
	assert_int_equal(tap_seen(t)->usage.output, 0);
	assert_false(tap_seen(t)->ended);
	headers_clear(&h);
	tap_free(t);
}

/* What is no JSON, and what is cut, in any place. */
static void t_broken(void **state)
{
	static const char text[] =
		"{\"a\":[{\"usage\":{\"input_tokens\":1}},\"}\"],"
		"\"model\":\"\\u006d\",\"usage\":{\"x\":{\"output_tokens\":"
		"2},\"input_tokens\":3,\"cache_creation\":{"
		"\"ephemeral_5m_input_tokens\":4},\"output_tokens_details\":"
		"{\"thinking_tokens\":5}}}";
	static const char *const odd[] = { "{}}",
					   "{,}",
					   "{:}",
					   "{\"}",
					   "{\"model\":\"}",
					   "{\"usage\":{\"}}",
					   "{a:1}",
					   "{\"usage\":}",
					   "{\"usage\"}",
					   "{\"model\":\"\\\"}",
					   "{\"usage\":{]}",
					   "{\"usage\":[}",
					   "{\"usage\":{\"input_tokens\":-}}",
					   "{\"a\":1 2}" };

	(void)state;
	for (size_t cut = 0; cut <= sizeof(text) - 1; cut++) {
		struct tap *t = tap_of("application/json", NULL);
		const struct tap_seen *seen = tap_seen(t);

		tap_feed(t, span_make(text, sizeof(text) - 1 - cut));
		tap_feed(t, span_of(cut ? "}" : " \r\n"));
		tap_finish(t);
		if (cut <= 1) {
			assert_string_equal(seen->model, "m");
			assert_int_equal(seen->usage.input, 3);
			assert_int_equal(seen->usage.cache_5m, 4);
			assert_int_equal(seen->usage.thinking, 5);
		}
		assert_true(seen->usage.input == 0 || seen->usage.input == 3);
		assert_int_equal(seen->usage.output, 0);
		tap_free(t);
	}
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct tap *t = tap_of("application/json", NULL);

		tap_feed(t, span_of(odd[i]));
		tap_finish(t);
		assert_int_equal(tap_seen(t)->usage.input, 0);
		assert_string_equal(tap_seen(t)->model, "");
		tap_free(t);
	}
}

static void t_cut(void **state)
{
	struct tap *t = tap_of("text/event-stream", NULL);

	(void)state;
	tap_feed(t, span_of(START TEXT));
	assert_false(tap_seen(t)->ended);
	assert_int_equal(tap_seen(t)->usage.input, 412);
	assert_int_equal(tap_seen(t)->usage.output, 1);
	tap_feed(t, span_of("event: error\ndata: {\"type\":\"error\",\"error\":"
			    "{\"type\":\"overloaded_error\"}}\n\n"));
	assert_true(tap_seen(t)->ended);
	assert_true(tap_seen(t)->failed);
	tap_free(t);
	tap_free(NULL);
}

static void add_frame(struct buf *out, const char *event)
{
	struct buf payload = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&payload, "{\"bytes\":\"");
	base64_encode(span_of(event), &payload);
	buf_add_text(&payload, "\",\"p\":\"abc\"}");
	event_frame_write_event(out, "chunk", buf_span(&payload));
	buf_clear(&payload);
}

static void t_frames(void **state)
{
	struct tap *t = tap_of("application/vnd.amazon.eventstream", NULL);
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	add_frame(&out, strstr(START, "data: ") + 6);
	add_frame(&out, strstr(DELTA, "data: ") + 6);
	add_frame(&out, strstr(STOP, "data: ") + 6);
	for (size_t i = 0; i < out.len; i++)
		tap_feed(t, span_make(out.at + i, 1));
	is_whole(t);
	tap_free(t);
	buf_reset(&out);
	t = tap_of("application/vnd.amazon.eventstream", NULL);
	event_frame_write_exception(&out, "throttlingException",
				    span_of("{\"message\":\"slow\"}"));
	tap_feed(t, buf_span(&out));
	assert_true(tap_seen(t)->failed);
	tap_free(t);
	t = tap_of("application/vnd.amazon.eventstream", NULL);
	tap_feed(t, span_of("this is no frame, and long enough to tell"));
	assert_true(tap_seen(t)->blind);
	tap_feed(t, buf_span(&out));
	assert_false(tap_seen(t)->ended);
	tap_free(t);
	buf_clear(&out);
}

static void t_message(void **state)
{
	static const char body[] =
		"{\"model\":\"claude-opus-5\",\"usage\":{\"input_tokens\":7,"
		"\"output_tokens\":9,\"cache_creation_input_tokens\":5}}";
	struct tap *t = tap_of("application/json", NULL);

	(void)state;
	tap_feed(t, span_make(body, 20));
	tap_feed(t, span_of(body + 20));
	assert_int_equal(tap_seen(t)->usage.input, 0);
	tap_finish(t);
	tap_finish(t);
	assert_int_equal(tap_seen(t)->usage.input, 7);
	assert_int_equal(tap_seen(t)->usage.output, 9);
	assert_int_equal(tap_seen(t)->usage.cache_5m, 5);
	assert_string_equal(tap_seen(t)->model, "claude-opus-5");
	tap_free(t);
	t = tap_of("application/json", NULL);
	tap_feed(t, span_make(body, 40)); /* cut: nothing is made up */
	tap_finish(t);
	assert_int_equal(tap_seen(t)->usage.input, 0);
	tap_free(t);
	assert_null(tap_of("text/html", NULL));
	assert_null(tap_of("application/json", "rot13"));
}

/* gzip of START DELTA STOP is made where zlib is: here one that is broken. */
static void t_broken_coding(void **state)
{
	struct tap *t = tap_of("text/event-stream", "gzip");

	(void)state;
	tap_feed(t, span_of(START));
	assert_true(tap_seen(t)->blind);
	assert_int_equal(tap_seen(t)->usage.input, 0);
	tap_free(t);
}

static void t_numbers(void **state)
{
	struct usage_tokens u = { .input = 1 };
	struct jval v;

	(void)state;
	assert_int_equal(jscan(span_of("{\"input_tokens\":-5,\"output_tokens\":"
				       "99999999999,\"cache_creation\":null,"
				       "\"cache_read_input_tokens\":\"7\"}"),
			       &v, NULL),
			 0);
	usage_read(&u, v.text);
	assert_int_equal(u.input, 1);
	assert_int_equal(u.output, USAGE_MOST);
	assert_int_equal(u.cache_read, 0);
	assert_int_equal(jscan(span_of("[]"), &v, NULL), 0);
	usage_read(&u, v.text);
	/* Parts that are not all: the rest was for five minutes. */
	assert_int_equal(jscan(span_of("{\"cache_creation_input_tokens\":10,"
				       "\"cache_creation\":{"
				       "\"ephemeral_1h_input_tokens\":4}}"),
			       &v, NULL),
			 0);
	usage_read(&u, v.text);
	assert_int_equal(u.cache_5m, 6);
	assert_int_equal(u.cache_1h, 4);
}

/* ---- prices ---- */

static char mistakes[2000];

static void on_mistake(void *arg, const struct fail *f)
{
	size_t len = strlen(mistakes);

	(void)arg;
	snprintf(mistakes + len, sizeof(mistakes) - len, "%s\n", f->text);
}

static void read_prices(struct price_list *l, const char *text)
{
	struct fail f = FAIL_INIT;
	struct json *j;

	mistakes[0] = '\0';
	*l = (struct price_list){ .count = 0 };
	assert_int_equal(json_parse(&j, "p.json", span_of(text), &f), 0);
	price_list_read(l, j, on_mistake, NULL);
	json_free(j);
}

static void t_prices(void **state)
{
	static const struct {
		const char *asked, *found;
	} rows[] = {
		{ "claude-haiku-4-5", "claude-haiku-4-5" },
		{ "claude-haiku-4-5-20251001", "claude-haiku-4-5" },
		{ "anthropic/claude-haiku-4-5", "claude-haiku-4-5" },
		{ "anthropic/claude-haiku-4-5:free", "claude-haiku-4-5" },
		{ "claude-haiku-4-5[1m]", "claude-haiku-4-5" },
		{ "us.anthropic.claude-haiku-4-5-20251001-v1:0",
		  "claude-haiku-4-5" },
		{ "claude-haiku-4-5@20251001", "claude-haiku-4-5" },
		{ "vendor/other:nitro", "vendor/other:nitro" },
		{ "vendor/other", NULL },
		{ "claude-haiku-4", NULL },
		{ "claude-haiku-4-5-2025", NULL },
		{ "claude-haiku-4-52", NULL },
		{ "", NULL },
	};
	const struct price_row *row;
	struct usage_tokens u = { .input = 10,
				  .output = 20,
				  .cache_5m = 3,
				  .cache_1h = 4,
				  .cache_read = 5 };
	struct price_list l;

	(void)state;
	read_prices(&l,
		    "{ \"source\": \"s\", \"date\": \"d\", \"models\": {"
		    "\"vendor/other:nitro\": { \"input\": 1, \"output\": 2 },"
		    "\"claude-haiku-4-5\": { \"input\": 0.1, \"output\": 0.5,"
		    "  \"cache_read\": 0.01, \"cache_write_5m\": 0.125,"
		    "  \"cache_write_1h\": 0.2, \"long\": { \"above\": 22,"
		    "  \"input\": 0.5, \"output\": 2.5 } } } }");
	assert_string_equal(mistakes, "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row = price_list_find(&l, span_of(rows[i].asked));
		if (!row != !rows[i].found ||
		    (row && strcmp(row->model, rows[i].found) != 0))
			fail_msg("%s: %s", rows[i].asked,
				 row ? row->model : "none");
	}
	row = price_list_find(&l, span_of("claude-haiku-4-5"));
	assert_int_equal(price_of(row, &u),
			 10 * 100 + 20 * 500 + 3 * 125 + 4 * 200 + 5 * 10);
	u.input = 11; /* 23 of a prompt */
	assert_int_equal(price_of(row, &u),
			 11 * 500 + 20 * 2500 + 3 * 625 + 4 * 1000 + 5 * 50);
	price_list_clear(&l);
}

static void t_wrong_prices(void **state)
{
	struct price_list l;

	(void)state;
	read_prices(&l,
		    "{ \"models\": { \"a\": 1,\n \"b\": { \"input\": -1 },\n"
		    " \"c\": { \"input\": 1, \"output\": 10001,"
		    " \"long\": { \"above\": 0, \"input\": 1, \"output\": 1 }"
		    " } } }");
	assert_string_equal(
		mistakes,
		"p.json:1:20: the prices of a model are an object with 'input' "
		"and 'output'\n"
		"p.json:2:7: key 'output' is missing\n"
		"p.json:2:18: a price must be a number of dollars for a "
		"million "
		"tokens, from 0 to 10000\n"
		"p.json:3:31: a price must be a number of dollars for a "
		"million "
		"tokens, from 0 to 10000\n"
		"p.json:3:57: 'above' must be a number of tokens\n");
	price_list_clear(&l);
	read_prices(&l, "[]");
	assert_string_equal(mistakes, "p.json:1:1: this is not an object\n");
	mistakes[0] = '\0';
	price_list_load(&l, CCPROBE_SOURCE_DIR "/gateway/prices.json",
			on_mistake, NULL);
	assert_string_equal(mistakes, "");
	assert_non_null(price_list_find(&l, span_of("claude-opus-5-5")));
	price_list_clear(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_events),
		cmocka_unit_test(t_closely),
		cmocka_unit_test(t_again),
		cmocka_unit_test(t_cut),
		cmocka_unit_test(t_broken),
		cmocka_unit_test(t_frames),
		cmocka_unit_test(t_message),
		cmocka_unit_test(t_broken_coding),
		cmocka_unit_test(t_numbers),
		cmocka_unit_test(t_prices),
		cmocka_unit_test(t_wrong_prices),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
