/* What a gateway does to traffic, read off logs that are written by hand. */
#include "tests/unit/behaviour_kit.h"

#include "probe/causes/behaviour.h"
#include "probe/suite/requirements.h"

/* ---- nothing ---- */

static void t_what_gateways_do_is_no_cause(void **state)
{
	struct bench *b = *state;

	put_both(b, CLIENT "host: gateway:1\nconnection: keep-alive\n\n",
		 "{\"model\":\"m\"}",
		 PROVIDER "host: provider:2\nvia: 1.1 gw\n\n",
		 "{\"model\":\"m\"}");
	put_answer(b, "u1", JSON_HEAD, "{\"a\":1}");
	put_answer(b, "c1",
		   "HTTP/1.1 200 OK\ncontent-type: application/json\n"
		   "date: today\nserver: gw\n\n",
		   "{\"a\":1}");
	end_run(b, "a/pass", NULL);
	assert_non_null(settled(b, "credential-replaced:x-api-key"));
	for (size_t i = 0; i < b->report.cause_count; i++) {
		const struct cause *c = &b->report.causes[i];

		assert_int_equal(c->case_count, 0);
		assert_null(c->duty);
		assert_true(strcmp(c->id, "request-field-added:via") == 0 ||
			    strcmp(c->kind, "credential-replaced") == 0);
	}
}

static void t_a_failure_that_nothing_explains_stands_alone(void **state)
{
	struct bench *b = *state;

	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_answers(b, JSON_HEAD, "{\"a\":1}", "{\"a\":1}");
	end_run(b, "a/fail", "c1.header.request-id present");
	settled(b, "");
	assert_int_equal(b->results[0].cause, 0);
}

/* ---- the request ---- */

static void t_a_dropped_field_has_numbers(void **state)
{
	struct bench *b = *state;
	const struct cause *c;

	for (int i = 0; i < 3; i++) {
		put_both(b, CLIENT "anthropic-beta: a,b\n\n", "{}",
			 PROVIDER "\n", "{}");
		put_answers(b, JSON_HEAD, "{}", "{}");
		end_run(b,
			i == 0   ? "a/0"
			: i == 1 ? "a/1"
				 : "a/2",
			"u1.request.header.anthropic-beta == \"a,b\"");
	}
	c = explains(b, "request-field-dropped:anthropic-beta");
	assert_string_equal(c->headline,
			    "drops the request field anthropic-beta: 3 of 3 "
			    "requests");
	assert_string_equal(c->duty, "HDR-01");
	assert_int_equal(c->case_count, 3);
	assert_int_equal(c->example_count, 2);
	assert_string_equal(c->examples[0].sent, "a,b");
	assert_null(c->examples[0].got);
	assert_int_equal(c->change, CAUSE_DROPPED);
}

static void t_a_list_can_lose_get_and_sort_values(void **state)
{
	static const struct {
		const char *got, *id;
	} rows[] = {
		{ "a", "request-values-dropped:anthropic-beta" },
		{ "a,b,c", "request-values-added:anthropic-beta" },
		{ "b,a", "request-field-sorted:anthropic-beta" },
		{ "A,B", "request-field-changed:anthropic-beta" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char provider[256];
		void *inner = NULL;

		(void)state;
		set_up(&inner);
		snprintf(provider, sizeof(provider),
			 PROVIDER "anthropic-beta: %s\n\n", rows[i].got);
		put_both(inner, CLIENT "anthropic-beta: a,b\n\n", "{}",
			 provider, "{}");
		put_answers(inner, JSON_HEAD, "{}", "{}");
		end_run(inner, "a/b",
			"u1.request.header.anthropic-beta == \"a,b\"");
		explains(inner, rows[i].id);
		tear_down(&inner);
	}
}

static void t_two_lines_made_one_are_merged(void **state)
{
	struct bench *b = *state;

	put_both(b, CLIENT "anthropic-beta: a\nanthropic-beta: b\n\n", "{}",
		 PROVIDER "anthropic-beta: a, b\n\n", "{}");
	put_answers(b, JSON_HEAD, "{}", "{}");
	end_run(b, "a/b", "u1.request.headers.count.anthropic-beta == 2");
	explains(b, "request-field-merged:anthropic-beta");
}

static void t_another_field_explains_nothing(void **state)
{
	struct bench *b = *state;

	put_both(b, CLIENT "x-app: cli\n\n", "{}", PROVIDER "\n", "{}");
	put_answers(b, JSON_HEAD, "{}", "{}");
	end_run(b, "a/b", "u1.request.header.anthropic-version == \"1\"");
	assert_non_null(settled(b, "request-field-dropped:x-stainless-*"));
	assert_int_equal(b->results[0].cause, 0);
}

static void t_a_key_that_is_passed_on_is_named_and_not_shown(void **state)
{
	struct bench *b = *state;
	const struct cause *c;

	put_both(b, CLIENT "\n", "{}", PROVIDER "x-user: " KEY "\n\n", "{}");
	put_answers(b, JSON_HEAD, "{}", "{}");
	end_run(b, "a/b", "u1.request.head lacks \"key\"");
	c = explains(b, "credential-forwarded:x-user");
	assert_int_equal(c->effect, EFFECT_EXPOSES);
	for (size_t i = 0; i < b->report.cause_count; i++) {
		const struct cause *one = &b->report.causes[i];

		assert_null(strstr(one->headline, KEY));
		for (size_t k = 0; k < one->example_count; k++)
			assert_true(one->examples[k].got == NULL ||
				    strstr(one->examples[k].got, KEY) == NULL);
	}
}

/* Two requests of one client; `second` is what the provider sees of the other. */
static void see_turns(const char *client, const char *second,
		      const char *expect, const char *id)
{
	struct bench *b = NULL;
	void *inner = NULL;

	set_up(&inner);
	b = inner;
	put_both(b, CLIENT "\n", "{\"a\":1}", PROVIDER "\n", "{\"a\":1}");
	put_answers(b, JSON_HEAD, "{}", "{}");
	put_request(&b->log, "c2", 1, client);
	put_body(b, "c2", 1, "{\"a\":2}");
	put_request(&b->log, "u1", 2, second);
	put_body(b, "u1", 2, "{\"a\":2}");
	put_response(&b->log, "u1", 2, JSON_HEAD);
	put_end(&b->log, "u1", 2, END_CLEAN);
	put_answer(b, "c2", JSON_HEAD, "");
	end_run(b, "a/b", expect);
	if (expect != NULL)
		explains(b, id);
	else
		assert_null(settled(b, id));
	tear_down(&inner);
}

static void t_keys_in_turn(void **state)
{
	(void)state;
	see_turns(CLIENT "\n", HEAD "x-api-key: another\n\n", "u1.cost <= 110",
		  "credential-in-turn");
	see_turns(CLIENT "\n", HEAD "x-api-key: another\n\n",
		  "u1.credentials.count == 1", "credential-in-turn");
	see_turns(CLIENT "\n", PROVIDER "\n", NULL, "credential-in-turn");
	/* The client itself sent another credential. */
	see_turns(HEAD "authorization: Bearer " WRONG "\n\n",
		  HEAD "x-api-key: another\n\n", NULL, "credential-in-turn");
}

/* ---- the body ---- */

static void see_body(const char *sent, const char *got, const char *expect,
		     const char *id)
{
	void *inner = NULL;

	set_up(&inner);
	put_both(inner, CLIENT "\n", sent, PROVIDER "\n", got);
	put_answers(inner, JSON_HEAD, "{}", "{}");
	end_run(inner, "body/x", expect);
	explains(inner, id);
	tear_down(&inner);
}

static void t_bodies_differ_by_place(void **state)
{
	static const char *const same =
		"u1.request.body same-json {\"of\": \"c1.request.body\"}";

	(void)state;
	see_body("{\"m\":[{\"c\":[{\"type\":\"text\",\"cache_control\":{}}]}]}",
		 "{\"m\":[{\"c\":[{\"type\":\"text\"}]}]}", same,
		 "body-member-removed:*/cache_control");
	see_body("{\"messages\":[{\"role\":\"user\"},{\"role\":\"system\"}]}",
		 "{\"messages\":[{\"role\":\"user\"}]}", same,
		 "body-member-removed:/messages/*[system]");
	see_body("{\"max_tokens\":1}", "{\"max_tokens\":1,\"temperature\":1}",
		 same, "body-member-added:/temperature");
	see_body("{\"max_tokens\":64000}", "{\"max_tokens\":8192}", same,
		 "body-value-changed:/max_tokens");
	see_body("{\"model\":\"a\"}", "{\"model\":\"b\"}", same,
		 "model-mapped");
	see_body("{\"tools\":[{\"name\":\"b\"},{\"name\":\"a\"}]}",
		 "{\"tools\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", same,
		 "body-item-moved:/tools");
	see_body("{\"a\":\"x\\r\\ny\"}", "{\"a\":\"x\\ny\"}", same,
		 "body-text-changed:strings");
}

static void t_bodies_that_say_the_same_were_printed_anew(void **state)
{
	static const char *const bytes =
		"u1.request.body same-bytes {\"of\": \"c1.request.body\"}";

	(void)state;
	see_body("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}", bytes,
		 "body-reprinted:member-order");
	see_body("{\"b\":1.10}", "{\"b\":1.1}", bytes,
		 "body-reprinted:numbers");
	see_body("{\"b\":9007199254740993}", "{\"b\":9007199254740992}", bytes,
		 "body-reprinted:numbers");
	see_body("{\"b\":\"\\u00e9\"}", "{\"b\":\"\xc3\xa9\"}", bytes,
		 "body-reprinted:escapes");
	see_body("{\"b\":1}", "{ \"b\": 1 }", bytes,
		 "body-reprinted:white-space");
}

static void t_what_is_lost_explains_before_what_is_printed(void **state)
{
	(void)state;
	see_body("{\"b\":1.10,\"thinking\":{}}", "{\"b\":1.1}",
		 "u1.request.body same-json {\"of\": \"c1.request.body\"}",
		 "body-member-removed:/thinking");
	see_body("{\"b\":1.10,\"thinking\":{}}", "{\"b\":1.1}",
		 "u1.request.body#/b same-bytes {\"of\": \"c1\"}",
		 "body-reprinted:numbers");
}

/* ---- through the provider's refusal ---- */

#define REFUSAL(words) \
	"{\"type\":\"error\",\"error\":{\"type\":" \
	"\"invalid_request_error\",\"message\":\"" words "\"}}"

static void refused_for(struct bench *b, const char *refusal)
{
	static const char body[] = "{\"context_management\":{\"edits\":[]}}";

	put_both(b,
		 CLIENT "anthropic-beta: context-management-2025-06-27\n"
			"x-app: cli\n\n",
		 body, PROVIDER "\n", body);
	put_answers(b, "HTTP/1.1 400 Bad Request\n\n", refusal, refusal);
	end_run(b, "a/b", "c1.status == 200");
	explains(b, "request-field-dropped:anthropic-beta");
}

static void t_a_refusal_leads_to_what_the_request_has_lost(void **state)
{
	refused_for(*state, REFUSAL("context_management: Extra inputs are not "
				    "permitted"));
}

static void t_a_refusal_names_the_field_of_betas(void **state)
{
	refused_for(*state, REFUSAL("this needs another anthropic-beta"));
}

/* ---- the answer ---- */

static void t_a_mapped_status_is_one_behaviour(void **state)
{
	struct bench *b = *state;
	const struct cause *c;

	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_answer(b, "u1",
		   "HTTP/1.1 529 Overloaded\nretry-after: 7\n"
		   "content-type: application/json\n\n",
		   OVERLOADED);
	put_answer(b, "c1",
		   "HTTP/1.1 502 Bad Gateway\ncontent-type: text/html\n\n",
		   "<html>bad gateway</html>");
	end_run(b, "a/b", "c1.header.retry-after == \"7\"");
	c = explains(b, "status-mapped:529-502");
	assert_non_null(strstr(c->headline, "the provider's 529 with 502"));
	assert_non_null(strstr(c->headline, ": 1 of 1 answers"));
	assert_string_equal(c->duty, "ERR-08");
	assert_int_equal(c->level, LEVEL_SHOULD);
	assert_null(settled(b, "answer-field-dropped:retry-after"));
}

static void put_mapped(struct bench *b, const char *head, const char *id)
{
	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_answer(b, "u1", head, OVERLOADED);
	put_answer(b, "c1", "HTTP/1.1 502 Bad Gateway\n\n", "no");
	end_run(b, id, "c1.status == 500");
}

static void t_statuses_of_a_class_are_one_cause(void **state)
{
	struct bench *b = *state;
	const struct cause *c;

	put_mapped(b, "HTTP/1.1 529 Overloaded\n\n", "a/1");
	put_mapped(b, "HTTP/1.1 500 Internal\n\n", "a/2");
	put_mapped(b, "HTTP/1.1 503 Busy\n\n", "a/3");
	c = explains(b, "status-mapped:5xx-502");
	assert_int_equal(c->case_count, 3);
	assert_non_null(strstr(c->headline, ": 3 of 3"));
	assert_int_equal(b->report.cause_count, 2); /* and the credential */
}

static void t_errors_can_be_replaced_reshaped_and_wrapped(void **state)
{
	static const struct {
		const char *got, *expect, *id;
	} rows[] = {
		{ "<html>no</html>", "c1.body#/error/type == \"x\"",
		  "error-replaced:page" },
		{ "{\"detail\":\"Overloaded\"}", "c1.body#/error/type == \"x\"",
		  "error-reshaped:json" },
		{ "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\""
		  ",\"message\":\"Upstream said: Overloaded\"}}",
		  "c1.body#/error/message == \"x\"",
		  "answer-wrapped:error-message" },
		{ "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
		  "\"message\":\"Overloaded\"}}",
		  "c1.body#/error/type == \"x\"",
		  "answer-text-changed:error-type" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		void *inner = NULL;

		set_up(&inner);
		put_both(inner, CLIENT "\n", "{}", PROVIDER "\n", "{}");
		put_answers(inner, "HTTP/1.1 529 Overloaded\n\n", OVERLOADED,
			    rows[i].got);
		end_run(inner, "a/b", rows[i].expect);
		explains(inner, rows[i].id);
		tear_down(&inner);
	}
}

/* ---- events ---- */

static void see_stream(const char *was, const char *is, const char *expect,
		       const char *id)
{
	void *inner = NULL;

	set_up(&inner);
	put_both(inner, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_answers(inner, STREAM_HEAD, was, is);
	end_run(inner, "stream/x", expect);
	explains(inner, id);
	tear_down(&inner);
}

static void t_streams_differ_by_events(void **state)
{
	static const char *const same =
		"c1.events same-events {\"of\": \"u1.events\"}";

	(void)state;
	see_stream(START PING STOP, START STOP, "c1.pings.count >= 1",
		   "ping-dropped");
	see_stream(START TEXT("0", "a") STOP, START STOP, same,
		   "event-dropped:text_delta");
	see_stream(START STOP, START STOP "data: [DONE]\n\n", same,
		   "event-added:[DONE]");
	see_stream(START TEXT("0", "a") TEXT("0", "b") STOP,
		   START TEXT("0", "ab") STOP, same,
		   "events-merged:text_delta");
	see_stream(START DELTA("0", "signature_delta", "signature", "ab") STOP,
		   START DELTA("0", "signature_delta", "signature", "a")
			   DELTA("0", "signature_delta", "signature", "b") STOP,
		   same, "events-split:signature_delta");
	see_stream(START THOUGHT("0") BLOCK("1", "text") TEXT("1", "a")
			   CLOSE("1") STOP,
		   START BLOCK("0", "text") TEXT("0", "a") CLOSE("0") STOP,
		   same, "block-dropped:thinking");
	see_stream(START BLOCK("0", "text") TEXT("0", "a") CLOSE("0") STOP,
		   START BLOCK("1", "text") TEXT("1", "a") CLOSE("1") STOP,
		   same, "answer-value-changed:index");
	see_stream(START TEXT("0", "a") STOP,
		   "data: {\"object\":\"chat.completion.chunk\"}\n\n", same,
		   "stream-replaced:chat.completion.chunk");
	see_stream(START STOP,
		   "event: message_start\r\ndata: {\"type\":"
		   "\"message_start\"}\r\n\r\nevent: message_stop\r\ndata: "
		   "{\"type\":\"message_stop\"}\r\n\r\n",
		   same, "stream-reframed:line-ends");
}

static void t_added_pings_are_a_note(void **state)
{
	struct bench *b = *state;
	const struct cause *c;

	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_answers(b, STREAM_HEAD, START STOP, START PING PING STOP);
	end_run(b, "a/b", NULL);
	c = settled(b, "pings-added");
	assert_non_null(c);
	assert_null(c->duty);
	assert_int_equal(c->level, LEVEL_MAY);
}

static void t_a_client_that_left_was_not_robbed(void **state)
{
	struct bench *b = *state;

	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_response(&b->log, "u1", 1, STREAM_HEAD);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, START TEXT("0", "a") STOP);
	put_response(&b->log, "c1", 1, STREAM_HEAD);
	put_bytes(&b->log, "c1", 1, WLOG_DATA, START);
	put_end(&b->log, "c1", 1, END_CANCELLED);
	put_end(&b->log, "u1", 1, END_CANCELLED);
	end_run(b, "a/b", NULL);
	settled(b, "");
	assert_int_equal(b->report.cause_count, 1); /* the credential */
}

/* ---- ends and times ---- */

static void put_ends(struct bench *b, enum stream_end was, enum stream_end is)
{
	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_response(&b->log, "u1", 1, STREAM_HEAD);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, START);
	put_response(&b->log, "c1", 1, STREAM_HEAD);
	put_bytes(&b->log, "c1", 1, WLOG_DATA, START);
	if (is == END_CANCELLED)
		put_end(&b->log, "c1", 1, is);
	put_end(&b->log, "u1", 1, was);
	if (is != END_CANCELLED)
		put_end(&b->log, "c1", 1, is);
}

static void t_a_broken_end_turned_clean(void **state)
{
	struct bench *b = *state;

	put_ends(b, END_CUT, END_CLEAN);
	end_run(b, "a/b", "c1.end in [\"cut\",\"reset\"]");
	explains(b, "end-changed:broken-clean");
}

static void t_cut_and_reset_are_both_broken(void **state)
{
	struct bench *b = *state;

	put_ends(b, END_RESET, END_CUT);
	end_run(b, "a/b", NULL);
	assert_null(settled(b, "end-changed:broken-clean"));
	assert_int_equal(b->report.cause_count, 1);
}

static void t_to_the_end_of_the_connection_is_clean(void **state)
{
	struct bench *b = *state;

	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_response(&b->log, "u1", 1, "HTTP/1.0 200 OK\n\n");
	put_bytes(&b->log, "u1", 1, WLOG_DATA, "{}");
	put_end(&b->log, "u1", 1, END_CUT);
	put_answer(b, "c1", "HTTP/1.1 200 OK\n\n", "{}");
	end_run(b, "a/b", NULL);
	settled(b, "");
	assert_int_equal(b->report.cause_count, 1); /* the credential */
}

static void t_an_own_answer_has_an_end_of_its_own(void **state)
{
	struct bench *b = *state;

	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_response(&b->log, "u1", 1,
		     "HTTP/1.1 200 OK\ncontent-length: 9\n\n");
	put_bytes(&b->log, "u1", 1, WLOG_DATA, "{");
	put_end(&b->log, "u1", 1, END_CLEAN);
	put_answer(b, "c1", "HTTP/1.1 502 Bad Gateway\n\n", "no");
	end_run(b, "a/b", NULL);
	assert_null(settled(b, "end-changed:broken-clean"));
	assert_non_null(settled(b, "status-mapped:200-502"));
}

static void t_a_hang_up_that_is_not_passed_on(void **state)
{
	struct bench *b = *state;

	put_ends(b, END_CLEAN, END_CANCELLED);
	end_run(b, "a/b", "u1.end == \"cancelled\"");
	explains(b, "hang-up-ignored:in-answer");
}

static void t_a_provider_that_was_given_up(void **state)
{
	struct bench *b = *state;

	put_ends(b, END_CANCELLED, END_CUT);
	end_run(b, "a/b", "c1.end == \"clean\"");
	explains(b, "gave-up:in-answer");
}

static void t_buffering_is_seen_where_a_wait_was_in_vain(void **state)
{
	struct bench *b = *state;

	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_response(&b->log, "u1", 1, STREAM_HEAD);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, START TEXT("0", "a"));
	put_text(&b->log, "u1", WLOG_MARK, "half");
	put_step(&b->log, 2, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, STOP);
	put_end(&b->log, "u1", 1, END_CLEAN);
	put_answer(b, "c1", STREAM_HEAD, START TEXT("0", "a") STOP);
	end_run(b, "a/b", "c1.events.count >= 2");
	assert_int_equal(explains(b, "buffered")->count, 1);
}

static void t_a_drop_is_no_buffering(void **state)
{
	struct bench *b = *state;

	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_response(&b->log, "u1", 1, STREAM_HEAD);
	put_response(&b->log, "c1", 1, STREAM_HEAD);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, START TEXT("0", "a"));
	put_bytes(&b->log, "c1", 1, WLOG_DATA, START);
	put_text(&b->log, "u1", WLOG_MARK, "half");
	put_step(&b->log, 2, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_bytes(&b->log, "u1", 1, WLOG_DATA, STOP);
	put_bytes(&b->log, "c1", 1, WLOG_DATA, STOP);
	put_end(&b->log, "u1", 1, END_CLEAN);
	put_end(&b->log, "c1", 1, END_CLEAN);
	end_run(b, "a/b", "c1.events.count >= 2");
	explains(b, "event-dropped:text_delta");
}

/* ---- the provider is asked, or not ---- */

static void put_own(struct bench *b, const char *request, const char *answer)
{
	put_request(&b->log, "c1", 1, request);
	put_body(b, "c1", 1, "{\"model\":\"m\"}");
	put_answer(b, "c1", answer, "<!doctype html><p>no");
}

static void t_a_plain_request_is_refused(void **state)
{
	struct bench *b = *state;
	const struct cause *c;

	put_own(b, CLIENT "\n", "HTTP/1.1 403 Forbidden\n\n");
	end_run(b, "a/b", "c1.status == 200");
	c = explains(b, "refused:403");
	assert_non_null(strstr(c->headline, "a plain request with 403"));
}

static void t_what_is_missing_was_refused(void **state)
{
	struct bench *b = *state;

	put_own(b, HEAD "x-api-key: " KEY "\n\n",
		"HTTP/1.1 401 Unauthorized\n\n");
	end_run(b, "a/b", "u1.request.header.x-app == \"cli\"");
	explains(b, "refused:x-api-key-401");
}

static void t_a_wrong_key_is_answered_with_a_page(void **state)
{
	struct bench *b = *state;

	put_own(b, HEAD "authorization: Bearer " WRONG "\n\n",
		"HTTP/1.1 403 Forbidden\n\n");
	end_run(b, "a/b", "c1.status == 401");
	explains(b, "own-answer:wrong-key-403-page");
}

/* Pages in place of JSON are one cause; a status that is wrong is another. */
static void t_pages_are_one_cause(void **state)
{
	static const struct {
		const char *head, *status, *id;
	} rows[] = {
		{ HEAD "\n", "HTTP/1.1 401 Unauthorized\n\n", "a/1" },
		{ HEAD "authorization: Bearer " WRONG "\n\n",
		  "HTTP/1.1 401 Unauthorized\n\n", "a/2" },
		{ HEAD "authorization: Bearer " WRONG "\n\n",
		  "HTTP/1.1 403 Forbidden\n\n", "a/3" },
		{ HEAD "authorization: Bearer " WRONG "\n\n",
		  "HTTP/1.1 400 Bad Request\n\n", "a/4" },
	};
	struct bench *b = *state;
	const struct cause *c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_own(b, rows[i].head, rows[i].status);
		end_run(b, rows[i].id, "c1.status == 418");
	}
	c = explains(b, "own-answer:all-page");
	assert_int_equal(c->case_count, 3);
	assert_non_null(settled(b, "own-answer:wrong-key-400-page"));
}

static void t_a_wrong_key_is_served(void **state)
{
	struct bench *b = *state;

	put_both(b, HEAD "authorization: Bearer " WRONG "\n\n", "{}",
		 PROVIDER "\n", "{}");
	put_answers(b, JSON_HEAD, "{}", "{}");
	end_run(b, "a/b", "c1.status == 401");
	explains(b, "passed-on:wrong-key");
}

static void t_the_provider_is_asked_again(void **state)
{
	struct bench *b = *state;

	put_request(&b->log, "c1", 1, CLIENT "\n");
	put_body(b, "c1", 1, "{}");
	put_request(&b->log, "u1", 1, PROVIDER "\n");
	put_body(b, "u1", 1, "{}");
	put_answer(b, "u1", "HTTP/1.1 429 Slow down\n\n", OVERLOADED);
	put_request(&b->log, "u1", 2, PROVIDER "\n");
	put_body(b, "u1", 2, "{}");
	put_response(&b->log, "u1", 2, JSON_HEAD);
	put_end(&b->log, "u1", 2, END_CLEAN);
	put_response(&b->log, "c1", 1, JSON_HEAD);
	put_end(&b->log, "c1", 1, END_CLEAN);
	end_run(b, "a/b", "u.requests.count == 1");
	explains(b, "asked-twice:429");
}

static void t_a_gateway_that_is_gone(void **state)
{
	struct bench *b = *state;

	put_request(&b->log, "c1", 1, CLIENT "\n");
	put_end(&b->log, "c1", 1, END_REFUSED);
	end_run(b, "a/b", "c1.status == 200");
	explains(b, "gateway-gone");
}

/* ---- the tables ---- */

static void t_every_kind_has_words_and_a_fix(void **state)
{
	(void)state;
	for (size_t i = 0; behaviour_name(i) != NULL; i++) {
		const struct behaviour_row *row =
			behaviour_row((enum behaviour_kind)i);
		struct buf text = BUF_INIT(BUF_NO_LIMIT);

		assert_non_null(row->sentence);
		assert_true(strlen(row->meaning) > 0);
		assert_true(strlen(row->fix) > 0);
		assert_int_not_equal(row->part, PART_NONE);
		assert_true(behaviour_explain(row->kind, &text));
		assert_non_null(strstr(buf_str(&text), "What to do"));
		buf_clear(&text);
	}
}

static void t_the_first_rule_that_fits_counts(void **state)
{
	const struct behaviour_rule *r;

	(void)state;
	r = behaviour_rule(BEHAVIOUR_FIELD_DROPPED, "anthropic-beta");
	assert_string_equal(r->duty, "HDR-01");
	r = behaviour_rule(BEHAVIOUR_FIELD_DROPPED, "anthropic-new");
	assert_string_equal(r->duty, "HDR-04");
	assert_string_equal(r->family, "anthropic-*");
	assert_null(behaviour_rule(BEHAVIOUR_GONE, ""));
}

static void t_duties_are_requirements(void **state)
{
	struct requirements known = { .list = NULL };
	const struct behaviour_rule *rule;

	(void)state;
	assert_int_equal(requirements_read(&known, CCPROBE_SOURCE_DIR, NULL),
			 0);
	for (size_t i = 0; behaviour_name(i) != NULL; i++) {
		const char *duty = behaviour_row((enum behaviour_kind)i)->duty;

		if (duty != NULL && requirements_find(&known, duty) == NULL)
			fail_msg("%s: no requirement %s", behaviour_name(i),
				 duty);
	}
	for (size_t i = 0; (rule = behaviour_rule_nth(i)) != NULL; i++)
		if (rule->duty != NULL &&
		    requirements_find(&known, rule->duty) == NULL)
			fail_msg("%s: no requirement %s", rule->pattern,
				 rule->duty);
	requirements_clear(&known);
}

int main(void)
{
#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}
	const struct CMUnitTest tests[] = {
		T("causes: what gateways do is no cause",
		  t_what_gateways_do_is_no_cause),
		T("causes: a failure that nothing explains stands alone",
		  t_a_failure_that_nothing_explains_stands_alone),
		T("causes: a dropped field has numbers",
		  t_a_dropped_field_has_numbers),
		T("causes: a list can lose get and sort values",
		  t_a_list_can_lose_get_and_sort_values),
		T("causes: two lines made one are merged",
		  t_two_lines_made_one_are_merged),
		T("causes: another field explains nothing",
		  t_another_field_explains_nothing),
		T("causes: a key that is passed on is named and not shown",
		  t_a_key_that_is_passed_on_is_named_and_not_shown),
		T("causes: another key for each turn of a session",
		  t_keys_in_turn),
		T("causes: bodies differ by place", t_bodies_differ_by_place),
		T("causes: bodies that say the same were printed anew",
		  t_bodies_that_say_the_same_were_printed_anew),
		T("causes: what is lost explains before what is printed",
		  t_what_is_lost_explains_before_what_is_printed),
		T("causes: a refusal leads to what the request has lost",
		  t_a_refusal_leads_to_what_the_request_has_lost),
		T("causes: a refusal names the field of betas",
		  t_a_refusal_names_the_field_of_betas),
		T("causes: a mapped status is one behaviour",
		  t_a_mapped_status_is_one_behaviour),
		T("causes: statuses of a class are one cause",
		  t_statuses_of_a_class_are_one_cause),
		T("causes: errors can be replaced reshaped and wrapped",
		  t_errors_can_be_replaced_reshaped_and_wrapped),
		T("causes: streams differ by events",
		  t_streams_differ_by_events),
		T("causes: added pings are a note", t_added_pings_are_a_note),
		T("causes: a client that left was not robbed",
		  t_a_client_that_left_was_not_robbed),
		T("causes: a broken end turned clean",
		  t_a_broken_end_turned_clean),
		T("causes: cut and reset are both broken",
		  t_cut_and_reset_are_both_broken),
		T("causes: to the end of the connection is clean",
		  t_to_the_end_of_the_connection_is_clean),
		T("causes: an own answer has an end of its own",
		  t_an_own_answer_has_an_end_of_its_own),
		T("causes: a hang up that is not passed on",
		  t_a_hang_up_that_is_not_passed_on),
		T("causes: a provider that was given up",
		  t_a_provider_that_was_given_up),
		T("causes: buffering is seen where a wait was in vain",
		  t_buffering_is_seen_where_a_wait_was_in_vain),
		T("causes: a drop is no buffering", t_a_drop_is_no_buffering),
		T("causes: a plain request is refused",
		  t_a_plain_request_is_refused),
		T("causes: what is missing was refused",
		  t_what_is_missing_was_refused),
		T("causes: a wrong key is answered with a page",
		  t_a_wrong_key_is_answered_with_a_page),
		T("causes: pages are one cause, and a wrong status another",
		  t_pages_are_one_cause),
		T("causes: a wrong key is served", t_a_wrong_key_is_served),
		T("causes: the provider is asked again",
		  t_the_provider_is_asked_again),
		T("causes: a gateway that is gone", t_a_gateway_that_is_gone),
		T("causes: duties are requirements", t_duties_are_requirements),
		T("causes: every kind has words and a fix",
		  t_every_kind_has_words_and_a_fix),
		T("causes: the first rule that fits counts",
		  t_the_first_rule_that_fits_counts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
