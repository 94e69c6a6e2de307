/* Plans of runs without a mock: what they cost, and what is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/run/blackbox.h"

#define HEAD \
	"{\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"G-1\"]," \
	"\"level\":\"should\",\"effect\":\"costs\","
#define SEND(more, target, text) \
	"\"steps\":[{\"send\":\"c1\"," more \
	"\"request\":{\"method\":\"POST\",\"target\":\"" target "\"," \
	"\"text\":\"" text "\"}}],"
#define CHECK \
	"\"checks\":[{\"name\":\"n\",\"expect\":[\"c1.status\",\"==\",200]}]}"
/* 40 bytes: ten tokens */
#define ASK "{\\\"max_tokens\\\":25,\\\"model\\\":\\\"abcdefghijkl\\\"}"

static void parse(struct casebook *book, const char *text)
{
	static const struct casebook_values values = {
		.client_key = "a",
		.upstream_key = "b",
		.wrong_key = "c",
		.model = "own",
	};
	struct fail f = FAIL_INIT;

	if (casefile_parse(book, "cases/x/y.json", span_of(text), &values, &f) <
	    0)
		fail_msg("%s", f.text);
}

static bool lacks_models(void *arg, const char *claim, struct buf *out)
{
	(void)arg;
	(void)out;
	return strcmp(claim, "models") == 0;
}

static struct cost cost_of(const char *text)
{
	struct casebook book = { .list = NULL };
	struct cost cost;

	parse(&book, text);
	cost = blackbox_cost(book.list[0]);
	casebook_clear(&book);
	return cost;
}

static void t_cost(void **state)
{
	struct cost cost;

	(void)state;
	cost = cost_of(HEAD SEND("", "/v1/messages?beta=true", ASK) CHECK);
	assert_int_equal(cost.requests, 1);
	assert_int_equal(cost.input, 10);
	assert_int_equal(cost.output, 25);
	cost = cost_of(HEAD SEND("\"count\":6,", "/v1/messages", ASK) CHECK);
	assert_int_equal(cost.requests, 6);
	assert_int_equal(cost.input, 60);
	assert_int_equal(cost.output, 150);
}

static void t_free(void **state)
{
	struct cost cost;

	(void)state;
	cost = cost_of(HEAD SEND("", "/v1/messages/count_tokens", ASK) CHECK);
	assert_int_equal(cost.requests, 1);
	assert_int_equal(cost.input + cost.output, 0);
	cost = cost_of(HEAD SEND("", "/v1/messages", "{\\\"max_tokens\\\":-1}")
			       CHECK);
	assert_int_equal(cost.output, 0);
	cost = cost_of(HEAD SEND("", "/v1/messages", "no json") CHECK);
	assert_int_equal(cost.output, 0);
}

static void t_cost_more(void **state)
{
	struct cost cost;

	(void)state;
	cost = cost_of(HEAD SEND("", "/v1/messages",
				 "{\\\"max_tokens\\\":2000000}") CHECK);
	assert_int_equal(cost.output, 1000000);
	cost = cost_of(HEAD SEND("", "/v1/messages", "{\\\"max_tokens\\\":1.5}")
			       CHECK);
	assert_int_equal(cost.output, 0);
	assert_int_equal(cost.input, 4);
	cost = cost_of(HEAD SEND("", "/v1/messages", "[1]") CHECK);
	assert_int_equal(cost.output, 0);
	cost = cost_of(HEAD SEND("", "/p/messages/", ASK) CHECK);
	assert_int_equal(cost.input, 0);
	cost = cost_of(HEAD SEND("", "/p/messages?a=/messages", ASK) CHECK);
	assert_int_equal(cost.input, 10);
	cost = cost_of(HEAD "\"steps\":[{\"send\":\"c1\",\"request\":"
			    "{\"method\":\"PUT\",\"target\":\"/messages\","
			    "\"text\":\"" ASK "\"}}]," CHECK);
	assert_int_equal(cost.requests, 1);
	assert_int_equal(cost.input, 0);
	cost = cost_of(HEAD "\"steps\":[{\"send\":\"c1\",\"raw_text\":"
			    "\"POST /messages HTTP/1.1\\r\\n\\r\\n\"}]," CHECK);
	assert_int_equal(cost.requests, 1);
	assert_int_equal(cost.input, 0);
}

/* The verdict of a failure in a run with an answer of this status. */
static enum verdict excused(uint64_t run, const char *actor,
			    enum wlog_kind kind, int status,
			    enum verdict verdict, const char *wanted)
{
	struct result r = { .verdict = verdict };
	struct wlog w;

	wlog_init(&w, 100000);
	wlog_add(&w, 0, run, actor, 1, kind)->status = status;
	wlog_add(&w, 0, 7, "c1", 1, WLOG_RESPONSE)->status = 500;
	blackbox_excuse(&w, 7, &r);
	if (wanted)
		assert_string_equal(r.reason, wanted);
	else
		assert_null(r.reason);
	verdict = r.verdict;
	result_clear(&r);
	wlog_clear(&w);
	return verdict;
}

/* After 429 and 529 a failure says nothing about the gateway. */
static void t_excuse(void **state)
{
	static const char later[] =
		"throttled: c2 was answered with status 429; try again later, "
		"or with fewer --jobs";

	(void)state;
	assert_int_equal(
		excused(7, "c2", WLOG_RESPONSE, 429, VERDICT_FAIL, later),
		VERDICT_UNDECIDED);
	assert_int_equal(
		excused(7, "c1", WLOG_RESPONSE, 529, VERDICT_FAIL,
			"throttled: c1 was answered with status 529; try again "
			"later, or with fewer --jobs"),
		VERDICT_UNDECIDED);
	assert_int_equal(
		excused(7, "c2", WLOG_RESPONSE, 429, VERDICT_PASS, NULL),
		VERDICT_PASS);
	assert_int_equal(
		excused(7, "c2", WLOG_RESPONSE, 503, VERDICT_FAIL, NULL),
		VERDICT_FAIL);
	assert_int_equal(
		excused(8, "c2", WLOG_RESPONSE, 429, VERDICT_FAIL, NULL),
		VERDICT_FAIL);
	assert_int_equal(
		excused(7, "u1", WLOG_RESPONSE, 429, VERDICT_FAIL, NULL),
		VERDICT_FAIL);
	assert_int_equal(excused(7, "c2", WLOG_END, 429, VERDICT_FAIL, NULL),
			 VERDICT_FAIL);
}

static void t_plan(void **state)
{
	struct casebook book = { .list = NULL };
	struct blackbox plan = { .max_requests = 4, .lacks = lacks_models };
	const char *left_out[5];

	(void)state;
	parse(&book, HEAD SEND("", "/v1/messages", ASK) CHECK);
	parse(&book,
	      HEAD "\"black_box\":true," SEND("", "/v1/messages", ASK) CHECK);
	parse(&book, HEAD "\"black_box\":true," SEND(
			     "\"count\":3,", "/v1/messages", ASK) CHECK);
	parse(&book, HEAD "\"black_box\":true,\"needs\":[\"models\"]," SEND(
			     "", "/v1/messages", ASK) CHECK);
	parse(&book, HEAD "\"black_box\":true," SEND(
			     "\"count\":2,", "/v1/messages", ASK) CHECK);
	plan.cases = book.list;
	plan.count = book.count;
	blackbox_plan(&plan, book.list[0], left_out);
	assert_non_null(strstr(left_out[0], "mock"));
	assert_null(left_out[1]);
	assert_non_null(strstr(left_out[2], "--max-requests"));
	assert_null(left_out[3]); /* which is skipped, and free */
	assert_null(left_out[4]);
	assert_int_equal(plan.decided, 2);
	assert_int_equal(plan.cost.requests, 4);
	assert_int_equal(plan.cost.output, 100);
	casebook_clear(&book);
}

static void t_model(void **state)
{
	struct casebook book = { .list = NULL };

	(void)state;
	parse(&book, HEAD SEND("", "/v1/messages", "${model}") CHECK);
	assert_memory_equal(book.list[0]->steps[0].request->body, "own", 3);
	casebook_clear(&book);
}

static const struct CMUnitTest tests[] = {
	{ "blackbox: requests and tokens are counted", t_cost, NULL, NULL,
	  NULL },
	{ "blackbox: counting costs nothing, nor does what is no request",
	  t_free, NULL, NULL, NULL },
	{ "blackbox: what costs nothing, and what costs most", t_cost_more,
	  NULL, NULL, NULL },
	{ "blackbox: an answer that says not now", t_excuse, NULL, NULL, NULL },
	{ "blackbox: what needs a mock or is beyond the limit is left out",
	  t_plan, NULL, NULL, NULL },
	{ "blackbox: cases ask for the model that was given", t_model, NULL,
	  NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("blackbox", tests, NULL, NULL);
}
