/*
 * All of `ccprobe bisect` but its options, without a network: the link puts an asker
 * of this file in the place of the real one, which refuses what a row says. What is
 * told, printed and written is compared with tests/golden/hunt.txt, which
 * UPDATE_GOLDEN=1 writes anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/bisect/hunt.h"
#include "probe/suite/scratch.h"
#include "tests/unit/golden_kit.h"
#include "wire/bytes/mem.h"

#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/hunt.txt"
#define KEY "sk-hunt-0123456789abcdef"
#define RULES 3

#define ERROR(type, text) \
	"{\"type\":\"error\",\"error\":{\"type\":\"" type \
	"\",\"message\":\"" text "\"},\"request_id\":\"req_%zu\"}"
#define EVENT(name, rest) \
	"event: " name "\ndata: {\"type\":\"" name "\"" rest "}\n\n"
#define BEGUN \
	EVENT("message_start", \
	      ",\"message\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":" \
	      "\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":" \
	      "{\"input_tokens\":9,\"output_tokens\":1}}")
#define TEXT \
	EVENT("content_block_start", \
	      ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":" \
	      "\"\"}") \
	EVENT("content_block_delta", \
	      ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" \
	      "\"hi\"}") \
	EVENT("content_block_stop", ",\"index\":0")
#define END \
	EVENT("message_delta", \
	      ",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":" \
	      "{\"output_tokens\":2}") \
	EVENT("message_stop", "")
#define WHOLE BEGUN TEXT END
#define REFUSED(text) ERROR("invalid_request_error", text)

/* Which requests a rule is about, and the answer; %zu is the number of the
 * request. */
struct rule {
	const char *has; /* in the body, or in a header's value; NULL: any */
	const char *lacks; /* in the body */
	size_t longer; /* than this, in bytes; 0: any */
	size_t from, times; /* so often, from this request on; 0: always */
	int status; /* 0: no answer */
	const char *type, *body; /* NULL: application/json */
	const char *header, *value; /* of the answer; or NULL */
	enum stream_end end; /* END_OPEN: clean */
	enum end_stage stage;
	const char *text; /* of an end that is not clean */
};

struct row {
	const char *title;
	struct rule rules[RULES]; /* the first that fits; none: it passes */
	const char *request; /* a file's text; NULL: the recorded request */
	size_t most, confirm; /* 0: 100 and 2 */
	uint32_t max_wait;
	bool grows; /* parts of the recorded request may be added */
	bool again; /* twice, with what is remembered */
	bool shows_host;
};

#define SMALL \
	"POST /v1/messages?beta=true HTTP/1.1\r\nHost: h\r\n" \
	"Authorization: Bearer " KEY "\r\nContent-Type: application/json\r\n" \
	"anthropic-version: 2023-06-01\r\n\r\n" \
	"{\"model\":\"claude-opus-5-5\",\"max_tokens\":8,\"messages\":" \
	"[{\"role\":\"user\",\"content\":\"hello\"}]}"

#define UNEXPECTED(beta) \
	REFUSED("Unexpected value(s) `" beta \
		"` for the `anthropic-beta` header")

static const struct row rows[] = {
	{ .title = "a field",
	  .rules = { { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata: Extra inputs are not "
				       "permitted") } },
	  .again = true },
	{ .title = "a beta",
	  .rules = { { .has = "interleaved-thinking-2025-05-14",
		       .status = 400,
		       .header = "x-served-by",
		       .value = "pool-7",
		       .body = REFUSED("Unexpected value(s) "
				       "`interleaved-thinking-2025-05-14` for "
				       "the `anthropic-beta` header") } },
	  .shows_host = true },
	{ .title = "two causes, one after the other",
	  .rules = { { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata is refused") },
		     { .has = "\"effort\"",
		       .status = 422,
		       .body = "{\"detail\":\"no effort\"}" } } },
	{ .title = "a tool",
	  .rules = { { .has = "\"exclusiveMinimum\"",
		       .status = 400,
		       .body = REFUSED("tools.3.custom.input_schema: JSON "
				       "schema is invalid") } } },
	{ .title = "too long",
	  .rules = { { .longer = 30000,
		       .status = 413,
		       .type = "text/html",
		       .body = "<html><title>413 Request Entity Too Large"
			       "</title></html>" } } },
	{ .title = "everything",
	  .rules = { { .status = 403,
		       .type = "text/html",
		       .body = "<html><title>Access denied</title>" } } },
	{ .title = "it passes", .rules = { { .has = "no such text" } } },
	{ .title = "the second time it passes",
	  .rules = { { .times = 1,
		       .status = 500,
		       .body = ERROR("api_error",
				     "Internal server error") } } },
	{ .title = "each time in another way",
	  .rules = { { .times = 1,
		       .status = 500,
		       .body = ERROR("api_error", "Internal server error") },
		     { .times = 2, .status = 400, .body = REFUSED("no") } } },
	{ .title = "the key",
	  .rules = { { .status = 401,
		       .body = ERROR("authentication_error",
				     "invalid x-api-key") } } },
	{ .title = "nobody is there",
	  .rules = { { .end = END_REFUSED,
		       .stage = STAGE_CONNECT,
		       .text = "nothing listens" } } },
	{ .title = "no name",
	  .rules = { { .end = END_REFUSED,
		       .stage = STAGE_NAME,
		       .text = "no such host" } } },
	{ .title = "no answer",
	  .rules = { { .has = "\"metadata\"",
		       .end = END_TIMEOUT,
		       .stage = STAGE_HEAD,
		       .text = "nothing came for 120 s" } } },
	{ .title = "the connection is reset",
	  .rules = { { .has = "\"metadata\"",
		       .end = END_RESET,
		       .stage = STAGE_HEAD,
		       .text = "the peer reset it" } } },
	{ .title = "the answer is cut",
	  .rules = { { .has = "\"metadata\"",
		       .status = 200,
		       .type = "text/event-stream",
		       .body = BEGUN,
		       .end = END_CUT,
		       .stage = STAGE_BODY,
		       .text = "the body was cut" } } },
	{ .title = "an error in a stream",
	  .rules = { { .has = "\"metadata\"",
		       .status = 200,
		       .type = "text/event-stream; charset=utf-8",
		       .body = "event: error\ndata: {\"type\":\"error\","
			       "\"error\":{\"type\":\"overloaded_error\","
			       "\"message\":\"Overloaded\"}}\n\n" } } },
	{ .title = "a message with comments",
	  .rules = { { .status = 200,
		       .type = "text/event-stream",
		       .body = ": hello\n\n" BEGUN ": more\n\n" TEXT END } } },
	{ .title = "a message without an end",
	  .rules = { { .has = "\"metadata\"",
		       .status = 200,
		       .type = "text/event-stream",
		       .body = BEGUN TEXT } } },
	{ .title = "a stream that does not begin",
	  .rules = { { .status = 200,
		       .type = "text/event-stream",
		       .body = TEXT END } } },
	{ .title = "a page",
	  .rules = { { .status = 200,
		       .type = "text/html",
		       .body = "<html><title>Sign in</title></html>" } } },
	{ .title = "another API",
	  .rules = { { .status = 200,
		       .body = "{\"id\":\"x\",\"object\":\"chat.completion\","
			       "\"choices\":[]}" } } },
	{ .title = "an error with status 200",
	  .rules = { { .has = "\"metadata\"",
		       .status = 200,
		       .body = REFUSED("metadata") } } },
	{ .title = "an empty answer",
	  .rules = { { .has = "\"metadata\"", .status = 200, .body = "" } } },
	{ .title = "a message",
	  .rules = { { .status = 200,
		       .body = "{\"type\":\"message\",\"content\":[]}" } } },
	{ .title = "a redirect",
	  .rules = { { .status = 302,
		       .header = "location",
		       .value = "https://login.example/",
		       .body = "" } } },
	{ .title = "too many requests, for a while",
	  .rules = { { .times = 2,
		       .status = 429,
		       .header = "retry-after",
		       .value = "7",
		       .body = ERROR("rate_limit_error", "slow down") },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "too many requests, for long",
	  .rules = { { .status = 429,
		       .header = "retry-after",
		       .value = "61",
		       .body = ERROR("rate_limit_error", "slow down") } } },
	{ .title = "too many requests, whatever is waited",
	  .rules = { { .status = 429,
		       .header = "retry-after",
		       .value = "60",
		       .body = ERROR("rate_limit_error", "slow down") } } },
	{ .title = "too many requests, of those with a field",
	  .rules = { { .has = "\"metadata\"",
		       .status = 429,
		       .body = ERROR("rate_limit_error", "slow down") } } },
	{ .title = "overloaded at first",
	  .rules = { { .times = 3,
		       .status = 529,
		       .body = ERROR("overloaded_error", "Overloaded") },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "a gateway that is away for one request",
	  .rules = { { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") },
		     { .has = "\"effort\"",
		       .status = 502,
		       .type = "text/html",
		       .body = "<html>Bad gateway" } } },
	{ .title = "words that repeat the request",
	  .rules = { { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("request %zu of claude-opus-5-5 at "
				       "2026-11-30T10:00:00Z: bad") } } },
	{ .title = "words with the key in them",
	  .rules = { { .has = "\"metadata\"",
		       .status = 400,
		       .header = "x-upstream",
		       .value = "k=" KEY,
		       .body = REFUSED("the key " KEY " has no metadata") } } },
	{ .title = "words that list what is wrong",
	  .rules = { { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata: no; system: no") },
		     { .has = "\"system\"",
		       .status = 400,
		       .body = REFUSED("system: no") } } },
	{ .title = "few requests are left",
	  .most = 6,
	  .rules = { { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } },
	  .again = true },
	{ .title = "no request is left after the confirmations",
	  .most = 3,
	  .confirm = 3,
	  .rules = { { .status = 400, .body = REFUSED("no") } } },
	{ .title = "one confirmation",
	  .confirm = 1,
	  .rules = { { .has = "\"thinking\":",
		       .status = 500,
		       .type = "text/plain",
		       .body = "panic: index out of range" } } },
	{ .title = "a small request, refused for what it lacks",
	  .request = SMALL,
	  .grows = true,
	  .rules = { { .lacks = "\"system\"",
		       .status = 403,
		       .body = ERROR("permission_error",
				     "only Claude Code is served") } } },
	{ .title = "a small request, refused whatever it has",
	  .request = SMALL,
	  .grows = true,
	  .rules = { { .status = 400, .body = REFUSED("no") } } },
	{ .title = "a small request, and it must not grow",
	  .request = SMALL,
	  .rules = { { .lacks = "\"system\"",
		       .status = 400,
		       .body = REFUSED("only Claude Code is served") } } },
	{ .title = "a small request, and a value of it",
	  .request = SMALL,
	  .rules = { { .has = "hello",
		       .status = 400,
		       .body = REFUSED(
			       "messages.0.content: no greetings") } } },
	{ .title = "502, once, while it is searched",
	  .rules = { { .from = 4, .times = 1, .status = 502, .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "503, once, while it is searched",
	  .rules = { { .from = 4, .times = 1, .status = 503, .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "504, once, while it is searched",
	  .rules = { { .from = 4, .times = 1, .status = 504, .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "529, once, while it is searched",
	  .rules = { { .from = 4, .times = 1, .status = 529, .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "503, twice, while it is searched",
	  .rules = { { .from = 4, .times = 2, .status = 503, .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "500, once, while it is searched",
	  .rules = { { .from = 4, .times = 1, .status = 500, .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "429 with a retry-after, 1 times, while it is searched",
	  .rules = { { .from = 4,
		       .times = 1,
		       .status = 429,
		       .header = "retry-after",
		       .value = "1.5",
		       .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "429 with a retry-after, 2 times, while it is searched",
	  .rules = { { .from = 4,
		       .times = 2,
		       .status = 429,
		       .header = "retry-after",
		       .value = "1.5",
		       .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "503 with a retry-after, 1 times, while it is searched",
	  .rules = { { .from = 4,
		       .times = 1,
		       .status = 503,
		       .header = "retry-after",
		       .value = "1.5",
		       .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "529 with a retry-after, 3 times, while it is searched",
	  .rules = { { .from = 4,
		       .times = 3,
		       .status = 529,
		       .header = "retry-after",
		       .value = "1.5",
		       .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "429 without a retry-after, while it is searched",
	  .rules = { { .from = 4, .times = 1, .status = 429, .body = "{}" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "no answer once, while it is searched",
	  .rules = { { .from = 4,
		       .times = 1,
		       .end = END_TIMEOUT,
		       .stage = STAGE_HEAD,
		       .text = "nothing came" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "nobody is there twice, while it is searched",
	  .rules = { { .from = 4,
		       .times = 2,
		       .end = END_REFUSED,
		       .stage = STAGE_CONNECT,
		       .text = "nothing listens" },
		     { .has = "\"metadata\"",
		       .status = 400,
		       .body = REFUSED("metadata") } } },
	{ .title = "an error in a stream, with what is remembered",
	  .again = true,
	  .rules = { { .has = "\"metadata\"",
		       .status = 299,
		       .type = "text/event-stream",
		       .body = "event: error\ndata: {}\n\n" } } },
	{ .title = "four answers of two kinds",
	  .confirm = 4,
	  .rules = { { .times = 1, .status = 500, .body = "{}" },
		     { .from = 2, .times = 2, .status = 400, .body = "no" },
		     { .from = 4, .status = 500, .body = "{}" } } },
	{ .title = "a beta whose field is there",
	  .rules = { { .has = "context-management-2025-06-27",
		       .status = 400,
		       .body = REFUSED("no such beta") } } },
	{ .title = "words that name a field that every request has",
	  .request = SMALL,
	  .rules = { { .status = 400,
		       .body = REFUSED("max_completion_tokens: too many") } } },
	{ .title = "words that name a field that is not there",
	  .request = SMALL,
	  .rules = { { .status = 400,
		       .body = REFUSED("user: Extra inputs are not "
				       "permitted") } } },
	{ .title = "a small request, refused with 400",
	  .request = SMALL,
	  .grows = true,
	  .rules = { { .lacks = "\"system\"", .status = 400, .body = "{}" } } },
	{ .title = "a small request, refused with 401",
	  .request = SMALL,
	  .grows = true,
	  .rules = { { .lacks = "\"system\"", .status = 401, .body = "{}" } } },
	{ .title = "a small request, refused with 402",
	  .request = SMALL,
	  .grows = true,
	  .rules = { { .lacks = "\"system\"", .status = 402, .body = "{}" } } },
	{ .title = "a small request, refused with 404",
	  .request = SMALL,
	  .grows = true,
	  .rules = { { .lacks = "\"system\"", .status = 404, .body = "{}" } } },
	{ .title = "a small request, refused with 405",
	  .request = SMALL,
	  .grows = true,
	  .rules = { { .lacks = "\"system\"", .status = 405, .body = "{}" } } },
	{ .title = "a small request, refused with 407",
	  .request = SMALL,
	  .grows = true,
	  .rules = { { .lacks = "\"system\"", .status = 407, .body = "{}" } } },
	{ .title = "a small request, refused with 429",
	  .request = SMALL,
	  .grows = true,
	  .rules = { { .lacks = "\"system\"", .status = 429, .body = "{}" } } },
	{ .title = "a small request, and its model",
	  .request = SMALL,
	  .rules = { { .has = "claude-opus-5-5",
		       .status = 404,
		       .body = ERROR("not_found_error",
				     "model: claude-opus-5-5") } } },
	{ .title = "betas, each refused in words of its own",
	  .rules = { { .has = "interleaved-thinking-2025-05-14",
		       .status = 400,
		       .body = UNEXPECTED("interleaved-thinking-2025-05-14") },
		     { .has = "thinking-token-count-2026-05-13",
		       .status = 400,
		       .body = UNEXPECTED(
			       "thinking-token-count-2026-05-13") } } },
	{ .title = "a beta that was changed on the way",
	  .rules = { { .has = "thinking-token-count-2026-05-13",
		       .status = 400,
		       .body = UNEXPECTED(
			       "Thinking-Token-Count-2026-05-13") } } },
	{ .title = "a clearing of thinking, from which thinking was taken away",
	  .rules = { { .has = "\"clear_thinking_20251015\"",
		       .status = 400,
		       .body = REFUSED("`clear_thinking_20251015` strategy "
				       "requires `thinking` to be enabled or "
				       "adaptive") } } },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* ---- the asker ---- */

struct asker {
	size_t asked;
};

static struct world {
	const struct row *row;
	tick_t now;
	struct buf *told;
	struct asker asker;
} world;

size_t __wrap_asker_count(const struct asker *a);
bool __wrap_asker_interrupted(const struct asker *a);
bool __wrap_asker_wait(struct asker *a, uint32_t ms);
int __wrap_asker_ask(struct asker *a, const struct ask *q, struct asked *out,
		     struct fail *f);
tick_t __wrap_loop_now(void);
time_t __wrap_time(time_t *at);

time_t __wrap_time(time_t *at)
{
	(void)at;
	return 1796000000; /* 2026-11-30 */
}

tick_t __wrap_loop_now(void)
{
	return world.now;
}

size_t __wrap_asker_count(const struct asker *a)
{
	return a->asked;
}

bool __wrap_asker_interrupted(const struct asker *a)
{
	(void)a;
	return false;
}

bool __wrap_asker_wait(struct asker *a, uint32_t ms)
{
	(void)a;
	buf_addf(world.told, " wait(%u)", ms);
	world.now += ms * TICK_MS;
	return true;
}

static bool has(const struct ask *q, const char *text)
{
	bool is = span_find(q->body, span_of(text)) != SIZE_MAX;

	for (size_t i = 0; i < q->headers->count; i++)
		is = is || strstr(q->headers->list[i].value, text);
	return is;
}

static const struct rule *rule_for(const struct ask *q, size_t number)
{
	for (size_t i = 0; i < RULES; i++) {
		const struct rule *r = &world.row->rules[i];

		if (r->status == 0 && r->end == END_OPEN)
			continue;
		if ((!r->has || has(q, r->has)) &&
		    (!r->lacks ||
		     span_find(q->body, span_of(r->lacks)) == SIZE_MAX) &&
		    q->body.len > r->longer && number >= r->from &&
		    (!r->times || number < (r->from ? r->from : 1) + r->times))
			return r;
	}
	return NULL;
}

int __wrap_asker_ask(struct asker *a, const struct ask *q, struct asked *out,
		     struct fail *f)
{
	static const struct rule passes = { .status = 200,
					    .type = "text/event-stream",
					    .body = WHOLE };
	size_t number = ++a->asked;
	const struct rule *r = rule_for(q, number);
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	(void)f;
	assert_non_null(strstr(headers_get(q->headers, "authorization"), KEY));
	buf_addf(world.told, " %zu%s", q->body.len, r ? "" : "+");
	r = r ? r : &passes;
	world.now += 10 * TICK_MS;
	*out = (struct asked){ .end = r->end == END_OPEN ? END_CLEAN : r->end,
			       .stage = r->stage,
			       .sent = r->stage > STAGE_CONNECT ||
				       r->status > 0,
			       .began = world.now - 10 * TICK_MS,
			       .head_at = world.now,
			       .ended = world.now };
	if (r->text)
		snprintf(out->text, sizeof(out->text), "%s", r->text);
	buf_init(&out->body, BUF_NO_LIMIT);
	if (r->status == 0)
		return 0;
	out->head.status = r->status;
	out->head.minor = 1;
	headers_add_text(&out->head.headers, "content-type",
			 r->type ? r->type : "application/json");
	if (r->header)
		headers_add_text(&out->head.headers, r->header, r->value);
	for (const char *p = r->body; *p; p++)
		if (strncmp(p, "%zu", 3) == 0) {
			buf_addf(&body, "%zu", number);
			p += 2;
		} else {
			buf_add_byte(&body, *p);
		}
	buf_add_span(&out->body, buf_span(&body));
	buf_clear(&body);
	if (q->enough && q->enough(q->arg, out))
		out->end = END_CANCELLED;
	return 0;
}

/* ---- the hunt ---- */

static char *folder, before[4096];

static int set_up(void **state)
{
	(void)state;
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(scratch_new(&folder, NULL), 0);
	return chdir(folder);
}

static int tear_down(void **state)
{
	(void)state;
	assert_int_equal(chdir(before), 0);
	scratch_free(folder);
	return 0;
}

static void on_tell(void *arg, const char *text)
{
	(void)arg;
	buf_addf(world.told, " [%s]", text);
}

static void on_sent(void *arg, size_t bytes)
{
	(void)arg;
	buf_addf(world.told, "/%zu", bytes);
}

static void read_sample(struct hunt *h, const struct row *row)
{
	struct option_list none = { .list = NULL };
	struct sample_options o = { .from = "plain/01",
				    .url = "http://127.0.0.1:4000/a/",
				    .key = KEY,
				    .suite = CCPROBE_SOURCE_DIR,
				    .headers = &none };
	struct fail f = FAIL_INIT;

	if (row->request) {
		assert_int_equal(scratch_write(folder, "small.http",
					       span_of(row->request), NULL),
				 0);
		o.from = "small.http";
		o.key = NULL;
	}
	if (sample_read(&h->sample, &o, &f) < 0)
		fail_msg("%s", f.text);
	if (row->grows)
		sample_recorded(&h->recorded, &h->sample, CCPROBE_SOURCE_DIR);
}

static void open_memory(struct hunt *h, const char *out)
{
	struct memory_config config = { .folder = out,
					.request = &h->sample.request,
					.url = h->sample.base_url,
					.credential =
						sample_digest(&h->sample) };
	struct fail f = FAIL_INIT;

	if (memory_open(&h->memory, &config, &f) < 0)
		fail_msg("%s", f.text);
}

/* Each file that was written: its length, or the whole report. */
static void add_files(const struct hunt *h, struct buf *out)
{
	struct span rest = buf_span(&h->report.files), name;

	while (rest.len > 0 && span_split(&rest, '\n', &name)) {
		char path[500], *text;
		size_t len;

		snprintf(path, sizeof(path), "%s/%.*s", h->report.folder,
			 SPAN_ARG(name));
		assert_int_equal(scratch_read(&text, &len, path, 1 << 24, NULL),
				 0);
		assert_null(strstr(text, KEY));
		buf_addf(out, "-- %.*s: %zu bytes\n", SPAN_ARG(name), len);
		if (span_ends(name, ".md") ||
		    (world.row == rows && span_ends(name, ".sh")))
			for (const char *p = text; *p; p++)
				if (*p != '\r') /* of HTTP's lines */
					buf_add_byte(out, *p);
		free(text);
	}
}

static void add_hunt(const struct row *row, const char *name, struct buf *out)
{
	struct hunt h = { .recorded = { .body = BUF_INIT(BUF_NO_LIMIT) },
			  .report = { .files = BUF_INIT(BUF_NO_LIMIT) } };
	struct trials_config trials = {
		.asker = &world.asker,
		.given = &h.sample,
		.most = row->most ? row->most : 100,
		.max_wait_s = 60,
		.tell = on_tell,
		.sent = on_sent,
		.arg = &h,
	};
	struct fail f = FAIL_INIT;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	world.row = row;
	world.asker.asked = 0;
	world.told = out;
	world.now = 1000 * TICK_S;
	read_sample(&h, row);
	open_memory(&h, name);
	trials.memory = h.memory;
	trials_init(&h.trials, &trials);
	h.report.sample = &h.sample;
	h.report.folder = memory_folder(h.memory);
	h.report.show_host = row->shows_host;
	h.report.curl_options = "";
	h.report.most = trials.most;
	h.confirm = row->confirm ? row->confirm : 2;
	buf_addf(out, "==== %s:", row->title);
	if (hunt_run(&h, &f) < 0)
		buf_addf(out, "\nfails: %s\n", f.text);
	else if (bisect_report_files(&h.report, h.memory, &f) < 0 ||
		 memory_result(h.memory, &f) < 0)
		fail_msg("%s", f.text);
	buf_add_byte(out, '\n');
	bisect_report_print(&h.report, &text);
	if (row->rules[0].from == 0) /* the others are told briefly */
		bisect_report_json(&h.report, &text);
	assert_null(strstr(buf_str(&text), KEY));
	buf_add_span(out, buf_span(&text));
	if (row->rules[0].from == 0)
		add_files(&h, out);
	buf_clear(&text);
	/* Which clears the sample, too; the asker is no real one. */
	h.asker = NULL;
	hunt_clear(&h);
}

static void t_hunts(void **state)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	assert_non_null(freopen("/dev/null", "w", stderr));
	golden_open(GOLDEN);
	for (size_t i = 0; i < ROWS; i++) {
		char name[40];

		snprintf(name, sizeof(name), "found-%zu", i);
		add_hunt(&rows[i], name, &all);
		golden_compare(&all);
		if (rows[i].again)
			add_hunt(&rows[i], name, &all);
		golden_compare(&all);
	}
	golden_close(&all);
	buf_clear(&all);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "hunt: what is found, told and written", t_hunts, set_up,
		  tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("hunt", tests, NULL, NULL);
}
