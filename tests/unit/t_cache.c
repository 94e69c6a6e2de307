/* Tests of the prompt cache and of the personalities through the provider. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/reply.h"
#include "wire/json/jscan.h"

#define TEXT_BYTES 6000

struct cache {
	struct anthropic provider;
	tick_t now;
	uint64_t run, number;
	bool strict;
	const char *key;
	char *text; /* TEXT_BYTES letters: more than 1024 tokens */
	struct buf said;
	int status;
};

static int set_up(void **state)
{
	struct cache *c = calloc(1, sizeof(*c));

	c->now = TICK_S;
	c->key = "k";
	c->text = malloc(TEXT_BYTES + 1);
	memset(c->text, 'a', TEXT_BYTES);
	c->text[TEXT_BYTES] = '\0';
	c->said = (struct buf)BUF_INIT(BUF_NO_LIMIT);
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct cache *c = *state;

	buf_clear(&c->said);
	free(c->text);
	free(c);
	return 0;
}

static void post(struct cache *c, const char *body)
{
	struct http_head head = { .method = strdup("POST"),
				  .target = strdup("/v1/messages"),
				  .minor = 1 };
	struct anthropic_request r = { .head = &head,
				       .path = span_of("/v1/messages"),
				       .body = span_of(body),
				       .number = ++c->number,
				       .run = c->run,
				       .now = c->now,
				       .strict = c->strict };
	struct reply reply = { .status = 0 };

	headers_add_text(&head.headers, "x-api-key", c->key);
	headers_add_text(&head.headers, "anthropic-version", "2023-06-01");
	headers_add_text(&head.headers, "anthropic-beta",
			 "extended-cache-ttl-2025-04-11,"
			 "advanced-tool-use-2025-11-20");
	anthropic_answer(&c->provider, &r, &reply);
	buf_reset(&c->said);
	buf_add(&c->said, reply.bytes, reply.len);
	c->status = reply.status;
	reply_clear(&reply);
	http_head_clear(&head);
}

static struct jval said_at(const struct cache *c, const char *pointer)
{
	struct jval root, v;

	assert_int_equal(jscan(buf_span(&c->said), &root, NULL), 0);
	if (!jscan_find(root, span_of(pointer), &v))
		fail_msg("no %s in %s", pointer, buf_str(&c->said));
	return v;
}

static int64_t number_at(const struct cache *c, const char *pointer)
{
	int64_t n = -1;

	assert_true(jscan_i64(said_at(c, pointer), &n));
	return n;
}

static int64_t was_read(const struct cache *c)
{
	return number_at(c, "/usage/cache_read_input_tokens");
}

static int64_t was_created(const struct cache *c)
{
	return number_at(c, "/usage/cache_creation_input_tokens");
}

#define MARK ",\"cache_control\":{\"type\":\"ephemeral\"}"
#define MARK_1H ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}"

/* A system prompt of one long block; `front` and `mark` are JSON. */
static void ask(struct cache *c, const char *front, const char *mark,
		const char *prompt)
{
	struct buf body = BUF_INIT(1 << 20);

	buf_addf(&body,
		 "{\"model\":\"claude-opus-5-5\",\"max_tokens\":99,"
		 "\"system\":[%s{\"type\":\"text\",\"text\":\"%s\"%s}],"
		 "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}",
		 front, c->text, mark, prompt);
	post(c, buf_str(&body));
	assert_int_equal(c->status, 200);
	buf_clear(&body);
}

static void t_read_again(void **state)
{
	struct cache *c = *state;

	ask(c, "", MARK, "one");
	assert_true(was_created(c) > 1400);
	assert_int_equal(was_read(c), 0);
	assert_int_equal(number_at(c, "/usage/cache_creation/"
				      "ephemeral_5m_input_tokens"),
			 was_created(c));
	ask(c, "", MARK, "two");
	assert_true(was_read(c) > 1400);
	assert_int_equal(was_created(c), 0);
}

/* Many prefixes at once: none takes the place of another. */
static void t_many(void **state)
{
	struct cache *c = *state;
	char front[64];

	for (int turn = 0; turn < 2; turn++)
		for (int i = 0; i < 1000; i++) {
			snprintf(front, sizeof(front),
				 "{\"type\":\"text\",\"text\":\"%d\"},", i);
			ask(c, front, MARK, "one");
			assert_int_equal(was_read(c) > 0, turn);
			assert_int_equal(was_created(c) > 0, !turn);
			c->now++;
		}
}

/* Who said it belongs to the prefix. */
static void t_other_role(void **state)
{
	static const char shell[] =
		"{\"model\":\"claude-opus-5-5\",\"max_tokens\":99,\"messages\":"
		"[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"%s\","
		"\"content\":[{\"type\":\"text\",\"text\":\"%s\"" MARK
		"}]},{\"role\":\"user\",\"content\":\"b\"}]}";
	struct buf body = BUF_INIT(1 << 20);
	struct cache *c = *state;

	buf_addf(&body, shell, "assistant", c->text);
	post(c, buf_str(&body));
	post(c, buf_str(&body));
	assert_true(was_read(c) > 1400);
	buf_reset(&body);
	buf_addf(&body, shell, "user", c->text);
	post(c, buf_str(&body));
	assert_int_equal(was_read(c), 0);
	buf_clear(&body);
}

static void t_lost_marker(void **state)
{
	struct cache *c = *state;

	ask(c, "", MARK, "one");
	ask(c, "", "", "two");
	assert_int_equal(was_read(c), 0);
	assert_int_equal(was_created(c), 0);
	assert_true(number_at(c, "/usage/input_tokens") > 1400);
}

static void t_stamped(void **state)
{
	struct cache *c = *state;

	ask(c, "", MARK, "one");
	ask(c, "{\"type\":\"text\",\"text\":\"It is noon.\"},", MARK, "one");
	assert_int_equal(was_read(c), 0);
	assert_true(was_created(c) > 1400);
}

static void t_attribution(void **state)
{
	struct cache *c = *state;

	ask(c,
	    "{\"type\":\"text\",\"text\":\"x-anthropic-billing-header: a\"},",
	    MARK, "one");
	ask(c,
	    "{\"type\":\"text\",\"text\":\"x-anthropic-billing-header: b\"},",
	    MARK, "one");
	assert_true(was_read(c) > 1400);
}

static void t_forgotten(void **state)
{
	struct cache *c = *state;

	ask(c, "", MARK, "one");
	c->now += 299 * TICK_S;
	ask(c, "", MARK, "one");
	assert_true(was_read(c) > 1400);
	c->now += 299 * TICK_S; /* reading has made it young again */
	ask(c, "", MARK, "one");
	assert_true(was_read(c) > 1400);
	c->now += 301 * TICK_S;
	ask(c, "", MARK, "one");
	assert_int_equal(was_read(c), 0);
}

/* At the end of its time a prefix is gone, and not before. */
static void t_exact_times(void **state)
{
	static const struct {
		const char *mark;
		tick_t seconds;
	} rows[] = { { MARK, 300 }, { MARK_1H, 3600 } };
	struct cache *c = *state;

	for (size_t i = 0; i < 2; i++) {
		c->run = 10 + i;
		ask(c, "", rows[i].mark, "one");
		c->now += rows[i].seconds * TICK_S - 1;
		ask(c, "", rows[i].mark, "one");
		assert_true(was_read(c) > 1400);
		c->now += rows[i].seconds * TICK_S;
		ask(c, "", rows[i].mark, "one");
		assert_int_equal(was_read(c), 0);
	}
}

/* The shortest prefix that is cached has 1024 tokens. */
static void t_shortest(void **state)
{
	struct cache *c = *state;
	size_t len = 3900;
	int64_t created = 0;

	for (; created == 0; len++) {
		c->text[len] = '\0';
		c->run = len;
		ask(c, "", MARK, "one");
		created = was_created(c);
		ask(c, "", MARK, "one");
		assert_int_equal(was_read(c), created);
		c->text[len] = 'a';
	}
	assert_int_equal(created, 1024);
	assert_in_range(len, 4000, 4100);
}

/* Two markers: what each of them creates is told by its time. */
static void t_two_times(void **state)
{
	struct buf front = BUF_INIT(1 << 20);
	struct cache *c = *state;
	int64_t hour, minutes;

	buf_addf(&front, "{\"type\":\"text\",\"text\":\"%s\"" MARK_1H "},",
		 c->text);
	ask(c, buf_str(&front), MARK, "one");
	hour = number_at(c, "/usage/cache_creation/ephemeral_1h_input_tokens");
	minutes =
		number_at(c, "/usage/cache_creation/ephemeral_5m_input_tokens");
	assert_in_range(hour, 1500, 1520);
	assert_in_range(minutes, 1500, 1520);
	assert_int_equal(was_created(c), hour + minutes);
	assert_in_range(number_at(c, "/usage/input_tokens"), 1, 60);
	/* The second alone is new where the first is known. */
	c->now += 400 * TICK_S;
	ask(c, buf_str(&front), MARK, "one");
	assert_int_equal(was_read(c), hour);
	assert_int_equal(was_created(c), minutes);
	assert_int_equal(number_at(c, "/usage/cache_creation/"
				      "ephemeral_1h_input_tokens"),
			 0);
	buf_clear(&front);
}

/* White space is no part of it, the model is. */
static void t_white_space(void **state)
{
	static const char *const shells[] = {
		"{\"model\":\"m\",\"max_tokens\":99,\"messages\":[{\"role\":"
		"\"user\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"" MARK
		"}]}]}",
		"{ \"model\" : \"m\" , \"max_tokens\":99,\"messages\":[ { "
		"\"role\" : \"user\" , \"content\" : [ { \"type\" : \"text\" , "
		"\"text\":\"%s\" " MARK " } ] } ] }",
		"{\"model\":\"n\",\"max_tokens\":99,\"messages\":[{\"role\":"
		"\"user\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"" MARK
		"}]}]}",
	};
	struct cache *c = *state;

	for (size_t i = 0; i < 3; i++) {
		struct span shell = span_of(shells[i]);
		size_t at = span_find(shell, span_of("%s"));
		struct buf body = BUF_INIT(1 << 20);

		buf_add_span(&body, span_first(shell, at));
		buf_add_text(&body, c->text);
		buf_add_span(&body, span_skip(shell, at + 2));
		post(c, buf_str(&body));
		if (i == 1)
			assert_true(was_read(c) > 1400);
		else
			assert_int_equal(was_read(c), 0);
		buf_clear(&body);
	}
}

static void t_an_hour(void **state)
{
	struct cache *c = *state;

	ask(c, "", MARK_1H, "one");
	assert_int_equal(number_at(c, "/usage/cache_creation/"
				      "ephemeral_1h_input_tokens"),
			 was_created(c));
	c->now += 3500 * TICK_S;
	ask(c, "", MARK_1H, "one");
	assert_true(was_read(c) > 1400);
}

static void t_runs(void **state)
{
	struct cache *c = *state;

	ask(c, "", MARK, "one");
	c->run = 2;
	ask(c, "", MARK, "one");
	assert_int_equal(was_read(c), 0);
}

static void t_credentials(void **state)
{
	struct cache *c = *state;

	ask(c, "", MARK, "one");
	c->key = "of another account";
	ask(c, "", MARK, "one");
	assert_int_equal(was_read(c), 0);
	c->key = "k";
	ask(c, "", MARK, "one");
	assert_true(was_read(c) > 1400);
}

/* A conversation with `blocks` short blocks, the last one marked. */
static void ask_blocks(struct cache *c, unsigned blocks)
{
	struct buf body = BUF_INIT(1 << 20);

	buf_addf(&body,
		 "{\"model\":\"claude-opus-5-5\",\"max_tokens\":99,"
		 "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		 "\"text\",\"text\":\"%s\"}",
		 c->text);
	for (unsigned i = 1; i <= blocks; i++)
		buf_addf(&body, ",{\"type\":\"text\",\"text\":\"%u\"%s}", i,
			 i == blocks ? MARK : "");
	buf_add_text(&body, "]}]}");
	post(c, buf_str(&body));
	buf_clear(&body);
}

static void t_looks_back(void **state)
{
	struct cache *c = *state;

	ask_blocks(c, 1);
	ask_blocks(c, 20);
	assert_true(was_read(c) > 1400);
	ask_blocks(c, 40);
	assert_int_equal(was_read(c), 0);
	c->run = 77;
	ask_blocks(c, 1);
	ask_blocks(c, 21);
	assert_int_equal(was_read(c), 0);
}

/* A marked block and its text alone, whatever the order of its members. */
static void t_spelling(void **state)
{
	struct cache *c = *state;
	struct buf body = BUF_INIT(1 << 20);

	for (int turn = 0; turn < 2; turn++) {
		buf_reset(&body);
		buf_add_text(&body, "{\"model\":\"claude-opus-5-5\","
				    "\"max_tokens\":99,\"messages\":[{"
				    "\"role\":\"user\",\"content\":");
		if (turn == 0)
			buf_addf(&body,
				 "[{\"cache_control\":{\"type\":"
				 "\"ephemeral\"},\"text\":\"%s\","
				 "\"type\":\"text\"}]}]}",
				 c->text);
		else
			buf_addf(&body,
				 "\"%s\"},{\"role\":\"user\",\"content\":[{"
				 "\"type\":\"text\",\"text\":\"b\"" MARK
				 "}]}]}",
				 c->text);
		post(c, buf_str(&body));
	}
	assert_true(was_read(c) > 1400);
	buf_clear(&body);
}

static void t_deferred(void **state)
{
	static const char tool[] = "{\"name\":\"Late\",\"input_schema\":{},"
				   "\"defer_loading\":true}";
	struct cache *c = *state;
	struct buf body = BUF_INIT(1 << 20);

	for (int with = 0; with < 2; with++) {
		buf_reset(&body);
		buf_addf(&body,
			 "{\"model\":\"claude-opus-5-5\",\"max_tokens\":99,"
			 "\"tools\":[{\"name\":\"A\",\"input_schema\":{}}%s%s],"
			 "\"system\":[{\"type\":\"text\",\"text\":\"%s\"" MARK
			 "}],\"messages\":[{\"role\":\"user\",\"content\":"
			 "\"x\"}]}",
			 with ? "," : "", with ? tool : "", c->text);
		post(c, buf_str(&body));
	}
	assert_true(was_read(c) > 1400);
	buf_clear(&body);
}

/* ---- the strict personality, over two turns ---- */

#define TURN_1(prompt) \
	"{\"model\":\"claude-opus-5-5\",\"max_tokens\":99,\"thinking\":{" \
	"\"type\":\"adaptive\"},\"tools\":[{\"name\":\"Read\"," \
	"\"input_schema\":{}}],\"messages\":[{\"role\":\"user\",\"content\":" \
	"\"" prompt "\"}"

static void next_turn(struct cache *c, const char *system)
{
	struct buf blocks = BUF_INIT(1 << 16), id = BUF_INIT(256),
		   body = BUF_INIT(1 << 16);

	buf_add_span(&blocks, said_at(c, "/content").text);
	buf_add_span(&id, said_at(c, "/content/1/id").text);
	buf_addf(
		&body,
		TURN_1("[redacted-thinking] [tool:Read {\\\"a\\\":1}]") ",{"
									"\"role"
									"\":"
									"\"assi"
									"stant"
									"\","
									"\"cont"
									"ent\":"
									"%s},{"
									"\"role"
									"\":"
									"\"user"
									"\","
									"\"cont"
									"ent\":"
									"[{"
									"\"type"
									"\":"
									"\"tool"
									"_resul"
									"t\","
									"\"tool"
									"_use_"
									"id\":%"
									"s}]}]"
									"%s}",
		buf_str(&blocks), buf_str(&id), system);
	post(c, buf_str(&body));
	buf_clear(&blocks);
	buf_clear(&id);
	buf_clear(&body);
}

static void t_strict_turns(void **state)
{
	struct cache *c = *state;

	c->strict = true;
	post(c, TURN_1("[redacted-thinking] [tool:Read {\\\"a\\\":1}]") "]}");
	assert_int_equal(c->status, 200);
	assert_true(jscan_string_is(said_at(c, "/content/0/type"),
				    "redacted_thinking"));
	next_turn(c, "");
	assert_int_equal(c->status, 200);
	post(c, TURN_1("[redacted-thinking] [tool:Read {\\\"a\\\":1}]") "]}");
	next_turn(c, ",\"system\":\"stamped\"");
	assert_int_equal(c->status, 400);
	assert_true(jscan_string_is(
		said_at(c, "/error/message"),
		"messages.1.content.0: this thinking block is bound to a "
		"different conversation; the system prompt differs"));
}

static void t_lenient(void **state)
{
	struct cache *c = *state;

	post(c, TURN_1("hi") "],\"ccprobe_future\":1}");
	assert_int_equal(c->status, 200);
	c->strict = true;
	post(c, TURN_1("hi") "],\"ccprobe_future\":1}");
	assert_int_equal(c->status, 400);
	assert_true(jscan_string_is(said_at(c, "/error/type"),
				    "invalid_request_error"));
	post(c, "{\"model\":\"claude-none\",\"max_tokens\":9,\"messages\":[{"
		"\"role\":\"user\",\"content\":\"x\"}]}");
	assert_int_equal(c->status, 404);
	assert_true(
		jscan_string_is(said_at(c, "/error/type"), "not_found_error"));
}

#define CASE(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE("cache: a marked prefix is read the next time",
		     t_read_again),
		CASE("cache: a thousand prefixes at once", t_many),
		CASE("cache: who said it belongs to the prefix", t_other_role),
		CASE("cache: a lost marker shows as input that is not cached",
		     t_lost_marker),
		CASE("cache: text in front of the prefix makes it a new one",
		     t_stamped),
		CASE("cache: the attribution block does not count",
		     t_attribution),
		CASE("cache: after five minutes without use it is forgotten",
		     t_forgotten),
		CASE("cache: an hour where the marker says so", t_an_hour),
		CASE("cache: to the end of its time and no longer",
		     t_exact_times),
		CASE("cache: the shortest prefix", t_shortest),
		CASE("cache: markers of both times", t_two_times),
		CASE("cache: white space does not count, the model does",
		     t_white_space),
		CASE("cache: each run has its own", t_runs),
		CASE("cache: each credential has its own", t_credentials),
		CASE("cache: a marker looks back 20 blocks", t_looks_back),
		CASE("cache: a text is a block, and the order of members does "
		     "not count",
		     t_spelling),
		CASE("cache: deferred tools do not count", t_deferred),
		CASE("strict: the provider takes back what it said, and "
		     "notices a prefix that was edited",
		     t_strict_turns),
		CASE("strict: the lenient provider takes what the strict one "
		     "refuses",
		     t_lenient),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
