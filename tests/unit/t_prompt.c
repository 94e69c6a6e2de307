/* Tests of wire/prompt: tokens, the prompt cache, and prices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/prompt/prices.h"

#define LONG 4096 /* letters: 1024 tokens */

struct asking {
	struct prompt_cache cache;
	tick_t now;
	uint64_t owner;
	struct prompt_usage usage; /* of the last request */
	char text[LONG + 1];
};

static int set_up(void **state)
{
	struct asking *a = calloc(1, sizeof(*a));

	memset(a->text, 'a', LONG);
	a->owner = prompt_owner(1, span_of("key"));
	*state = a;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static void ask(struct asking *a, const char *body)
{
	struct jval root;

	assert_int_equal(jscan(span_of(body), &root, NULL), 0);
	prompt_ask(&a->cache, a->owner, a->now, root, &a->usage);
}

#define MARK ",\"cache_control\":{\"type\":\"ephemeral\"}"
#define MARK_1H ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}"

/* One long system block, then short messages as they are given. */
static void ask_with(struct asking *a, const char *mark, const char *messages,
		     const char *more)
{
	struct buf body = BUF_INIT(1 << 16);

	buf_addf(&body,
		 "{\"system\":[{\"type\":\"text\",\"text\":\"%s\"%s}],"
		 "\"messages\":[%s]%s}",
		 a->text, mark, messages, more);
	ask(a, buf_str(&body));
	buf_clear(&body);
}

#define USER(text, mark) \
	"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" text \
	"\"" mark "}]}"

/* What is split adds up, and counting says the same. */
static void t_adds_up(void **state)
{
	static const char body[] =
		"{\"system\":[],\"messages\":[{\"role\":\"user\",\"content\":"
		"\"0123456789\"}],\"tools\":[{\"name\":\"abc\",\"n\":12.5,"
		"\"list\":[true,null]}]}";
	struct asking *a = *state;
	struct jval root;

	assert_int_equal(jscan(span_of(body), &root, NULL), 0);
	/* user type text text 0123456789: 26 bytes; name abc n 12.5 list true
	 * null: 24 */
	assert_int_equal(prompt_tokens(root), 50 / 4);
	ask(a, body);
	assert_int_equal(a->usage.input, 50 / 4);
	assert_int_equal(prompt_total(&a->usage), 50 / 4);
	ask_with(a, MARK, USER("12345678", ""), "");
	/* type text text and 4096 letters; user type text text 12345678 */
	assert_int_equal(a->usage.written_5m, (12 + LONG) / 4);
	assert_int_equal(a->usage.input, (4 + 12 + 8) / 4);
	ask_with(a, MARK, USER("12345678", ""), "");
	assert_int_equal(a->usage.read, (12 + LONG) / 4);
	assert_int_equal(a->usage.written_5m, 0);
}

static void t_too_short(void **state)
{
	struct asking *a = *state;

	a->text[LONG - 13] = '\0'; /* a byte less than 1024 tokens */
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.written_5m, 0);
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, 0);
	a->text[LONG - 13] = 'a';
	a->text[LONG - 12] = '\0'; /* 1024 tokens */
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.written_5m, 1024);
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, 1024);
	assert_int_equal(a->usage.written_5m, 0);
}

static void counts(const char *body, uint64_t tokens)
{
	struct jval root;

	assert_int_equal(jscan(span_of(body), &root, NULL), 0);
	assert_int_equal(prompt_tokens(root), tokens);
}

/* What a token is, also where it is in a form that the API does not know. */
static void t_counts(void **state)
{
	struct asking *a = *state;
	struct buf body = BUF_INIT(1 << 16);

	counts("{}", 1);
	counts("{\"system\":\"\"}", 3); /* type text text */
	counts("{\"tools\":[\"0123456789abcdef\"]}", 4);
	counts("{\"tools\":[12345678]}", 2);
	counts("{\"tools\":{\"a\":\"0123456789abcdef\"}}", 1);
	counts("{\"messages\":{\"role\":\"0123456789abcdef\"}}", 1);
	counts("{\"messages\":[{\"role\":\"12345678\"},"
	       "{\"content\":[{\"a\":\"1234567\"}]}]}",
	       4);
	/* Not shown: a tool that is deferred, what the client says of itself */
	counts("{\"tools\":[{\"defer_loading\":true,\"n\":12345678}]}", 1);
	counts("{\"tools\":[{\"defer_loading\":false,\"n\":12345678}]}",
	       (13 + 5 + 1 + 8) / 4);
	counts("{\"system\":[{\"text\":\"x-anthropic-billing-header: "
	       "a\"}]}",
	       1);
	counts("{\"system\":[{\"text\":\"12345678\"}]}", 3);
	/* A mark is none of it; only the cache is asked about marks. */
	buf_addf(&body, "{\"system\":[{\"text\":\"%s\"" MARK "}]" MARK "}",
		 a->text);
	counts(buf_str(&body), (4 + LONG) / 4);
	buf_reset(&body);
	buf_addf(&body, "{\"system\":[{\"text\":\"%s\"}]" MARK "}", a->text);
	counts(buf_str(&body), (4 + LONG) / 4);
	buf_clear(&body);
}

/* Escapes and white space are spelling: eight bytes stand for three. */
static void t_spelling(void **state)
{
	struct asking *a = *state;
	struct buf body = BUF_INIT(1 << 16);

	memcpy(a->text, "\xc3\xa9/", 3);
	ask_with(a, MARK, USER("x", ""), "");
	buf_addf(&body,
		 "{ \"system\" : [ { \"text\" : \"\\u00e9\\/%s\", \"type\" "
		 ": \"text\" " MARK " } ], \"messages\" : [] }",
		 a->text + 3);
	ask(a, buf_str(&body));
	assert_int_equal(a->usage.read, (12 + LONG) / 4);
	buf_clear(&body);
}

/* The fifth of five markers marks nothing. */
static void t_four_marks(void **state)
{
	static const char four[] =
		USER("1", MARK) "," USER("2", MARK) "," USER("3", MARK) ",";
	struct asking *a = *state;
	struct buf messages = BUF_INIT(1 << 12);

	buf_addf(&messages, "%s%s", four, USER("12345678", MARK));
	ask_with(a, MARK, buf_str(&messages), "");
	assert_int_equal(prompt_total(&a->usage) - a->usage.input,
			 (12 + LONG + 3 * 17) / 4);
	buf_clear(&messages);
}

static uint64_t tokens_of(const char *body)
{
	struct jval root;

	assert_int_equal(jscan(span_of(body), &root, NULL), 0);
	return prompt_tokens(root);
}

/* What the model is shown, in bytes of four for a token. */
static void t_counted(void **state)
{
	static const struct {
		const char *body;
		uint64_t tokens;
	} rows[] = {
		{ "{}", 1 },
		{ "{\"system\":[\"123\"]}", 1 },
		{ "{\"system\":[\"1234\"]}", 1 },
		{ "{\"system\":[\"12345678\"]}", 2 },
		{ "{\"system\":[[\"1234\",{\"5678\":true}],7890]}", 4 },
		{ "{\"system\":[\"\\n234\",\"\\n678\"]}", 2 },
		{ "{\"system\":\"1234\"}", 4 }, /* type text text 1234 */
		{ "{\"system\":{\"a\":\"12345678\"}}", 1 },
		{ "{\"messages\":[{\"role\":\"12345678\"}]}", 2 },
		{ "{\"messages\":[{\"content\":\"1234\"}]}", 4 },
		{ "{\"messages\":{\"a\":{\"role\":\"12345678\"}}}", 1 },
		{ "{\"tools\":[{\"name\":\"1234\",\"defer_loading\":true},"
		  "{\"name\":\"1234\",\"defer_loading\":false}]}",
		  26 / 4 }, /* name 1234 defer_loading false */
		{ "{\"system\":[{\"text\":\"x-anthropic-billing-header: a\"},"
		  "{\"text\":\"y-anthropic-billing-header: a\"}]}",
		  33 / 4 },
		{ "{\"system\":[{\"text\":\"1234\",\"cache_control\":"
		  "{\"type\":\"ephemeral\"}}]}",
		  2 },
	};
	struct asking *a = *state;
	struct buf body = BUF_INIT(1 << 16);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (tokens_of(rows[i].body) != rows[i].tokens)
			fail_msg("%s has %d tokens", rows[i].body,
				 (int)tokens_of(rows[i].body));
	/* Counting has no cache, so that no marker is looked for there. */
	buf_addf(&body,
		 "{\"system\":[{\"type\":\"text\",\"text\":\"%s\"" MARK
		 "}]" MARK "}",
		 a->text);
	assert_int_equal(tokens_of(buf_str(&body)), (12 + LONG) / 4);
	buf_clear(&body);
}

/* Exactly 1024 tokens are cached. */
static void t_just_long(void **state)
{
	struct asking *a = *state;

	a->text[LONG - 12] = '\0';
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.written_5m, 1024);
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, 1024);
}

static uint64_t read_of(struct asking *a, const char *model, const char *tools,
			const char *content)
{
	struct buf body = BUF_INIT(1 << 16);

	buf_addf(&body,
		 "{\"model\":\"%s\",\"tools\":[%s],\"messages\":[{\"role\":"
		 "\"user\",\"content\":[{\"type\":\"text\",\"text\":\"%s%"
		 "s\"" MARK "}]}]}",
		 model, tools, a->text, content);
	ask(a, buf_str(&body));
	buf_clear(&body);
	return a->usage.read;
}

/* Whatever the model is shown makes another prefix. */
static void t_others(void **state)
{
	static const struct {
		const char *model, *tools, *content;
	} rows[] = {
		{ "m", "[1]", "12" },      { "n", "[1]", "12" },
		{ "m", "[2]", "12" },      { "m", "[\"1\"]", "12" },
		{ "m", "[1,[]]", "12" },   { "m", "[[1],[]]", "12" },
		{ "m", "[[1,[]]]", "12" }, { "m", "[{\"1\":1}]", "12" },
		{ "m", "[1]", "13" },      { "m", "[true]", "12" },
	};
	struct asking *a = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (read_of(a, rows[i].model, rows[i].tools, rows[i].content))
			fail_msg("%zu is like another", i);
	assert_true(read_of(a, "m", "[1]", "12") > 1024);
	a->text[0] = 'b';
	assert_int_equal(read_of(a, "m", "[1]", "12"), 0);
}

/* Only "1h" is an hour. */
static void t_lives(void **state)
{
	static const char *const marks[] = {
		",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"5m\"}",
		",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":60}",
		MARK,
	};
	struct asking *a = *state;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		a->text[0] = (char)('b' + i);
		ask_with(a, marks[i], USER("x", ""), "");
		assert_int_equal(a->usage.written_5m, (12 + LONG) / 4);
		assert_int_equal(a->usage.written_1h, 0);
		a->now += 5 * 60 * TICK_S - 1;
		ask_with(a, marks[i], USER("x", ""), "");
		assert_int_equal(a->usage.read, (12 + LONG) / 4);
		a->now += 5 * 60 * TICK_S;
		ask_with(a, marks[i], USER("x", ""), "");
		assert_int_equal(a->usage.read, 0);
	}
	a->text[0] = 'a';
	ask_with(a, MARK_1H, USER("x", ""), "");
	a->now += 60 * 60 * TICK_S - 1;
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, (12 + LONG) / 4);
	a->now += 60 * 60 * TICK_S;
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, 0);
	/* The hour is over, and five minutes stay five. */
	a->now += 5 * 60 * TICK_S;
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, 0);
}

/* A prefix that takes another's place has nothing of its hour. */
static void t_crowded(void **state)
{
	struct asking *a = *state;
	struct prompt_prefix *all = a->cache.seen[0];

	for (size_t i = 0; i < PROMPT_CACHE_SETS * PROMPT_CACHE_WAYS; i++)
		all[i] = (struct prompt_prefix){ 1 + i / PROMPT_CACHE_WAYS,
						 3600 * TICK_S, 3600 * TICK_S };
	ask_with(a, MARK, USER("x", ""), "");
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, (12 + LONG) / 4);
	a->now = 300 * TICK_S;
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, 0);
}

/* A prefix stands in its own set, and is looked for nowhere else. */
static void t_sets(void **state)
{
	struct asking *a = *state;
	struct prompt_prefix *all = a->cache.seen[0];
	struct prompt_prefix is;
	size_t own = 0;

	ask_with(a, MARK, USER("x", ""), "");
	while (all[own].hash == 0)
		own++;
	own -= own % PROMPT_CACHE_WAYS;
	is = all[own];
	assert_true(own + PROMPT_CACHE_WAYS <
		    PROMPT_CACHE_SETS * PROMPT_CACHE_WAYS);
	for (size_t i = 0; i < PROMPT_CACHE_WAYS; i++)
		all[own + i] = (struct prompt_prefix){ 1, 3600 * TICK_S, 1 };
	all[own + PROMPT_CACHE_WAYS] = is;
	all[own + PROMPT_CACHE_WAYS].until = 3600 * TICK_S - 1;
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, 0);
	assert_int_equal(all[own].hash, is.hash);
}

/* A marker on the request as a whole is one on its last block. */
static void t_whole(void **state)
{
	struct asking *a = *state;

	ask_with(a, "", USER("x", ""), MARK);
	assert_int_equal(a->usage.written_5m, (12 + LONG + 17) / 4);
	ask_with(a, "", USER("x", "") "," USER("y", ""), MARK_1H);
	assert_int_equal(a->usage.read, (12 + LONG + 17) / 4);
	assert_int_equal(a->usage.written_1h,
			 (12 + LONG + 34) / 4 - (12 + LONG + 17) / 4);
	/* A block's own marker is not changed by it, nor is another value one. */
	ask_with(a, "", USER("z", MARK), MARK_1H);
	a->now = 400 * TICK_S;
	ask_with(a, "", USER("z", MARK), "");
	assert_int_equal(a->usage.read, 0);
	ask_with(a, "", USER("x", ""), ",\"cache_control\":true");
	assert_int_equal(prompt_total(&a->usage), a->usage.input);
	ask(a, "{\"cache_control\":{}}");
	assert_int_equal(a->usage.input, 1);
	assert_int_equal(prompt_total(&a->usage), 1);
}

/* The whole request may be one block; a mark on it is none beside one that its
 * last block has, and only an object is a mark. */
static void t_whole_alone(void **state)
{
	struct asking *a = *state;

	ask_with(a, "", "", MARK);
	assert_int_equal(a->usage.written_5m, (12 + LONG) / 4);
	ask(a, "{\"system\":[]" MARK "}");
	assert_int_equal(a->usage.input, 1);
	a->owner++;
	ask_with(a, MARK, "", MARK_1H);
	assert_int_equal(a->usage.written_5m, (12 + LONG) / 4);
	assert_int_equal(a->usage.written_1h, 0);
	a->now += 400 * TICK_S;
	ask_with(a, MARK, "", "");
	assert_int_equal(a->usage.read, 0);
	a->owner++;
	ask_with(a, "", "", ",\"cache_control\":null");
	assert_int_equal(a->usage.input, (12 + LONG) / 4);
	ask_with(a, ",\"cache_control\":null", "", "");
	assert_int_equal(a->usage.input, (12 + LONG) / 4);
	assert_int_equal(prompt_total(&a->usage), a->usage.input);
}

static void t_accounts(void **state)
{
	struct asking *a = *state;

	ask_with(a, MARK, USER("x", ""), "");
	a->owner = prompt_owner(1, span_of("other"));
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, 0);
	a->owner = prompt_owner(2, span_of("key"));
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, 0);
	a->owner = prompt_owner(1, span_of("key"));
	ask_with(a, MARK, USER("x", ""), "");
	assert_int_equal(a->usage.read, (12 + LONG) / 4);
}

/* A prefix that a later marker reads is kept longer, too; a five-minute marker
 * does not shorten an hour. */
static void t_lives_on(void **state)
{
	struct asking *a = *state;

	ask_with(a, MARK, USER("x", ""), "");
	a->now = 200 * TICK_S;
	ask_with(a, "", USER("x", MARK), "");
	assert_int_equal(a->usage.read, (12 + LONG) / 4);
	a->now = 400 * TICK_S;
	ask_with(a, MARK, USER("z", ""), "");
	assert_int_equal(a->usage.read, (12 + LONG) / 4);
	ask_with(a, MARK_1H, USER("z", ""), "");
	ask_with(a, MARK, USER("z", ""), "");
	a->now = 3000 * TICK_S;
	ask_with(a, MARK, USER("z", ""), "");
	assert_int_equal(a->usage.read, (12 + LONG) / 4);
}

/* ---- prices ---- */

static void t_dollars(void **state)
{
	struct prompt_usage u = { .input = 1000,
				  .read = 1000000,
				  .written_5m = 100000,
				  .written_1h = 10000,
				  .output = 2000 };
	struct prompt_usage sum = { .input = 0 };
	struct buf text = BUF_INIT(64);

	(void)state;
	/* (1000 + 100000 + 125000 + 20000) * 3 + 2000 * 15 */
	assert_float_equal(prices_of(&prices_usual, &u), 0.768, 1e-9);
	prompt_add(&sum, &u);
	prompt_add(&sum, &u);
	assert_float_equal(prices_of(&prices_usual, &sum), 1.536, 1e-9);
	prices_write(0.768, &text);
	assert_string_equal(buf_str(&text), "$0.77");
	buf_reset(&text);
	prices_write(0.0312, &text);
	assert_string_equal(buf_str(&text), "$0.0312");
	buf_reset(&text);
	prices_write(0.095, &text);
	assert_string_equal(buf_str(&text), "$0.10");
	buf_reset(&text);
	prices_write(0.0949, &text);
	assert_string_equal(buf_str(&text), "$0.0949");
	buf_reset(&text);
	prices_write(0, &text);
	assert_string_equal(buf_str(&text), "$0.00");
	buf_clear(&text);
}

static void cannot_be_read(const char *text, const char *why)
{
	char path[] = "/tmp/prices-XXXXXX";
	struct prices p = { .input = 7 };
	struct fail f = FAIL_INIT;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
	assert_int_equal(prices_read(&p, path, &f), why ? -1 : 0);
	assert_int_equal(unlink(path), 0);
	if (why && !strstr(f.text, why))
		fail_msg("%s: %s", text, f.text);
	assert_true(p.input == (why ? 7 : 0));
}

#define PRICES(date, input, read) \
	"{\"name\":\"n\",\"source\":\"s\",\"date\":\"" date \
	"\",\"input\":" input \
	",\"output\":15,\"cache\":{\"read_percent\":" read \
	",\"write_5m_percent\":125,\"write_1h_percent\":200}}"
#define A_PRICE(output, written_5m, written_1h) \
	"{\"name\":\"n\",\"source\":\"s\",\"date\":\"2026-11-30\"," \
	"\"input\":3,\"output\":" output \
	",\"cache\":{\"read_percent\":10,\"write_5m_percent\":" written_5m \
	",\"write_1h_percent\":" written_1h "}}"
#define A_DAY ":1:33: key 'date' must be a day such as 2026-11-30"
#define A_NUMBER(key) "key '" key "' must be a number from 0 to 1000000"

static void t_bad_prices(void **state)
{
	struct prices p = { .input = 0 };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(prices_read(&p, "/no/such/prices", &f), -1);
	cannot_be_read(PRICES("2026-11-30", "0", "1000000"), NULL);
	cannot_be_read(PRICES("x026-11-30", "3", "10"), A_DAY);
	cannot_be_read("[]", "the prices must be a JSON object");
	cannot_be_read(PRICES("2026-11-3", "3", "10"), A_DAY);
	cannot_be_read(PRICES("2026-11-300", "3", "10"), A_DAY);
	cannot_be_read(PRICES("2026/11-30", "3", "10"), A_DAY);
	cannot_be_read(PRICES("2026-11_30", "3", "10"), A_DAY);
	cannot_be_read(PRICES("2026-1:-30", "3", "10"), A_DAY);
	cannot_be_read(PRICES("202/-11-30", "3", "10"), A_DAY);
	cannot_be_read(PRICES("2026-11-09", "0", "0"), NULL);
	cannot_be_read(PRICES("2026-11-30", "-1", "10"), A_NUMBER("input"));
	cannot_be_read(PRICES("2026-11-30", "\"3\"", "10"), A_NUMBER("input"));
	cannot_be_read(PRICES("2026-11-30", "3", "1000001"),
		       A_NUMBER("read_percent"));
	cannot_be_read(A_PRICE("null", "125", "200"), A_NUMBER("output"));
	cannot_be_read(A_PRICE("15", "null", "200"),
		       A_NUMBER("write_5m_percent"));
	cannot_be_read(A_PRICE("15", "125", "null"),
		       A_NUMBER("write_1h_percent"));
	cannot_be_read("{\"name\":\"n\",\"source\":\"s\",\"date\":"
		       "\"2026-11-30\",\"input\":3,\"output\":15,\"cache\":{"
		       "\"read_percent\":10,\"write_5m_percent\":125}}",
		       "key 'write_1h_percent' is missing");
	cannot_be_read("{\"name\":\"n\",\"source\":\"s\",\"date\":"
		       "\"2026-11-30\",\"output\":15,\"cache\":{"
		       "\"read_percent\":10,\"write_5m_percent\":125,"
		       "\"write_1h_percent\":200}}",
		       "key 'input' is missing");
}

/* What the suite says is what verdicts go by. */
static void t_of_the_suite(void **state)
{
	struct prices p = { .input = 0 };
	struct fail f = FAIL_INIT;

	(void)state;
	if (prices_read(&p, CCPROBE_SOURCE_DIR "/cases/prices.json", &f) < 0)
		fail_msg("%s", f.text);
	assert_memory_equal(&p, &prices_usual, sizeof(p));
}

#define CASE(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE("prompt: tokens add up to what counting says", t_adds_up),
		CASE("prompt: fewer than 1024 tokens are not cached",
		     t_too_short),
		CASE("prompt: what is counted", t_counted),
		CASE("prompt: 1024 tokens are cached", t_just_long),
		CASE("prompt: whatever is shown makes a prefix of its own",
		     t_others),
		CASE("prompt: five minutes, and an hour", t_lives),
		CASE("prompt: a new prefix has its own life", t_crowded),
		CASE("prompt: a set for each prefix", t_sets),
		CASE("prompt: what counts as a token", t_counts),
		CASE("prompt: escapes and white space do not count",
		     t_spelling),
		CASE("prompt: there are four markers", t_four_marks),
		CASE("prompt: a marker for the whole request is one for its "
		     "last block",
		     t_whole),
		CASE("prompt: and where that is the only one", t_whole_alone),
		CASE("prompt: runs and accounts have caches of their own",
		     t_accounts),
		CASE("prompt: what is read lives on", t_lives_on),
		CASE("prices: tokens in dollars", t_dollars),
		CASE("prices: what are none", t_bad_prices),
		CASE("prices: the file of the suite has the usual ones",
		     t_of_the_suite),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
