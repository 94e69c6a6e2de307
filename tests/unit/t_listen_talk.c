/* Tests of probe/doctor/listen/listen_talk.c: what a client did between two
 * requests of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/doctor/listen/listen.h"

#define USER "{\"role\":\"user\",\"content\":\"hello\"}"
#define TURN USER ",{\"role\":\"assistant\",\"content\":[]}," USER
#define NOTE(text) USER ",{\"role\":\"system\",\"content\":\"" text "\"}"
#define BOUND \
	"messages.1.content.0: this thinking block is bound to a different " \
	"conversation; "

struct sent {
	const char *betas, *members, *messages;
};

/* A request of the session s1 with these members and messages. */
static bool read_it(struct listen_talk *out, const struct sent *s)
{
	struct http_head head = { .method = (char *)"POST",
				  .target = (char *)"/v1/messages?beta=true" };
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	bool is;

	headers_add_text(&head.headers, "x-claude-code-session-id", "s1");
	if (s->betas)
		headers_add_text(&head.headers, "anthropic-beta", s->betas);
	buf_addf(&body, "{\"messages\":[%s]%s}", s->messages, s->members);
	is = listen_talk_of(out, &head, buf_span(&body));
	headers_clear(&head.headers);
	buf_clear(&body);
	return is;
}

static void add(struct listen_talks *all, const struct sent *s, int status)
{
	struct listen_talk t;

	assert_true(read_it(&t, s));
	t.status = status;
	listen_talks_add(all, &t);
}

/* ---- tries ---- */

static void check_less(const struct sent *first, int status,
		       const struct sent *second, const char *wanted)
{
	struct listen_talks all = { .count = 0 };
	struct buf less = BUF_INIT(BUF_NO_LIMIT);
	const struct listen_talk *before;
	struct listen_talk now;

	add(&all, first, status);
	assert_true(read_it(&now, second));
	before = listen_talk_before(&all, &now);
	assert_int_equal(before != NULL, wanted != NULL);
	if (before) {
		listen_talk_less(before, &now, &less);
		assert_string_equal(buf_str(&less), wanted);
	}
	buf_clear(&less);
	listen_talk_clear(&now);
	listen_talks_clear(&all);
}

static void t_tries(void **state)
{
	static const struct sent whole = {
		"a-1, b-2,c-3",
		",\"thinking\":{\"display\":\"omitted\"},\"tools\":[1]", USER
	};

	(void)state;
	check_less(&whole, 400,
		   &(struct sent){ "a-1,c-3", whole.members, USER },
		   "beta `b-2`");
	check_less(&whole, 400,
		   &(struct sent){ "a-1", ",\"thinking\":{},\"tools\":[1,2]",
				   USER },
		   "beta `b-2`, beta `c-3`, thinking.display, deferred tools");
	check_less(&whole, 400, &whole, "");
	check_less(&(struct sent){ "a-1,, b-2,", ",\"stream\":true", USER },
		   400, &(struct sent){ "b-2", "", USER },
		   "beta `a-1`, streaming");
	check_less(&(struct sent){ NULL, ",\"stream\":true", USER }, 400,
		   &(struct sent){ NULL, ",\"stream\":false", USER },
		   "streaming");
	check_less(&(struct sent){ NULL, ",\"stream\":true", USER }, 400,
		   &(struct sent){ NULL, ",\"stream\":true", USER }, "");
	check_less(&(struct sent){ NULL, "", USER }, 400,
		   &(struct sent){ "a-1", whole.members, USER },
		   "deferred tools");
	/* Other tools, but not more of them. */
	check_less(&whole, 400,
		   &(struct sent){ whole.betas,
				   ",\"thinking\":{\"display\":\"omitted\"},"
				   "\"tools\":[2]",
				   USER },
		   "");
	check_less(&whole, 400,
		   &(struct sent){ whole.betas,
				   ",\"thinking\":{\"display\":\"omitted\"}",
				   USER },
		   "");
	check_less(&whole, 401, &whole, NULL);
	check_less(&whole, 0, &whole, NULL);
	/* As many messages, and others of the user. */
	check_less(&whole, 400,
		   &(struct sent){ "a-1", whole.members,
				   "{\"role\":\"user\",\"content\":\"bye\"}" },
		   NULL);
	check_less(&whole, 200, &whole, NULL);
	check_less(&whole, 400, &(struct sent){ "a-1", whole.members, TURN },
		   NULL);
}

/* A message of role system is not the user's: the client rewrites it. */
static void t_system(void **state)
{
	(void)state;
	check_less(&(struct sent){ "a", "", USER ",7,{\"role\":7},{}" }, 400,
		   &(struct sent){ NULL, "", USER ",8,{\"role\":8},[]" },
		   "beta `a`");
	check_less(&(struct sent){ "a", "", NOTE("one") }, 400,
		   &(struct sent){ NULL, "", NOTE("two") }, "beta `a`");
}

/* ---- changes ---- */

static void check_change(const char *members, const char *error,
			 const char *wanted)
{
	struct listen_talks all = { .count = 0 };
	struct listen_talk now;
	const char *what;

	add(&all,
	    &(struct sent){ NULL, ",\"tools\":[1],\"system\":\"s\"", USER },
	    200);
	assert_true(read_it(&now, &(struct sent){ NULL, members, TURN }));
	what = listen_talk_changed(&all, &now, span_of(error));
	if (wanted)
		assert_string_equal(what, wanted);
	else
		assert_null(what);
	listen_talk_clear(&now);
	listen_talks_clear(&all);
}

static void t_changes(void **state)
{
	(void)state;
	check_change(",\"tools\":[2],\"system\":\"s\"",
		     BOUND "the tools differ", "the tools");
	check_change(",\"tools\":[1],\"system\":\"t\"",
		     BOUND "the system prompt differs", "the system prompt");
	/* The gateway made the difference. */
	check_change(",\"tools\":[1],\"system\":\"s\"",
		     BOUND "the tools differ", NULL);
	check_change(",\"tools\":[1],\"system\":\"t\"",
		     BOUND "the tools differ", NULL);
	/* The request of that turn was not seen. */
	check_change(",\"tools\":[2],\"system\":\"s\"",
		     "messages.7.content.0: the tools differ", NULL);
	check_change(",\"tools\":[2]", "the tools differ", NULL);
	check_change(",\"tools\":[2]", "messages.x.content: tools differ",
		     NULL);
	check_change(",\"tools\":[2]", "messages.1: tools differ", NULL);
	check_change(",\"tools\":[2],\"system\":\"t\"",
		     "in messages.1.content.0: the system prompt differs",
		     "the system prompt");
}

static bool read_at(struct listen_talk *out, const char *method,
		    const char *target, const char *body, bool has_session)
{
	struct http_head head = { .method = (char *)method,
				  .target = (char *)target };
	bool is;

	if (has_session)
		headers_add_text(&head.headers, "x-claude-code-session-id",
				 "s1");
	is = listen_talk_of(out, &head, span_of(body));
	headers_clear(&head.headers);
	return is;
}

static void t_others(void **state)
{
	static const char asks[] = "{\"messages\":[" USER "]}";
	static const struct {
		const char *method, *target, *body;
		bool is;
	} rows[] = {
		{ "POST", "/v1/messages", asks, true },
		{ "POST", "/base/v1/messages?beta=true", asks, true },
		{ "GET", "/v1/messages", asks, false },
		{ "POST", "/v1/messages/count_tokens", asks, false },
		{ "POST", "/v1/complete?/v1/messages", asks, false },
		{ "POST", "/v1/messages", "[" USER "]", false },
		{ "POST", "/v1/messages", "{}", false },
		{ "POST", "/v1/messages", "", false },
	};
	struct listen_talk t;

	(void)state;
	assert_false(read_it(&t, &(struct sent){ NULL, "", "" }));
	assert_false(read_it(&t, &(struct sent){ NULL, ",", USER }));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (read_at(&t, rows[i].method, rows[i].target, rows[i].body,
			    false) != rows[i].is)
			fail_msg("%s %s %s", rows[i].method, rows[i].target,
				 rows[i].body);
		if (rows[i].is)
			listen_talk_clear(&t);
	}
}

/* A session has its name in a header field, or else in the metadata. */
static void t_sessions(void **state)
{
#define OF(user) \
	"{\"metadata\":{\"user_id\":\"" user "\"},\"messages\":[" USER "]}"
	struct listen_talk a, b;

	(void)state;
	assert_true(read_at(&a, "POST", "/v1/messages", OF("u1"), false));
	assert_true(read_at(&b, "POST", "/v1/messages", OF("u2"), false));
	assert_true(a.session != 0 && a.session != b.session);
	listen_talk_clear(&b);
	assert_true(read_at(&b, "POST", "/v1/messages", OF("u1"), false));
	assert_true(a.session == b.session);
	assert_int_equal(b.messages, 1);
	assert_int_equal(b.tool_count, 0);
	assert_false(b.streams || b.display);
	assert_string_equal(b.betas, "");
	listen_talk_clear(&a);
	listen_talk_clear(&b);
	assert_true(read_at(&a, "POST", "/v1/messages", OF("u1"), true));
	assert_true(read_at(&b, "POST", "/v1/messages", OF("u2"), true));
	assert_true(a.session == b.session);
	listen_talk_clear(&a);
	listen_talk_clear(&b);
	assert_true(read_at(&a, "POST", "/v1/messages",
			    "{\"messages\":[" USER "]}", false));
	assert_true(a.session == 0);
	listen_talk_clear(&a);
}

/* Only the last 64 turns are remembered; the rest is freed. */
static void t_many(void **state)
{
	struct listen_talks all = { .count = 0 };
	struct listen_talk now;

	(void)state;
	add(&all, &(struct sent){ "a", "", TURN }, 400);
	for (int i = 0; i < LISTEN_TALKS; i++)
		add(&all, &(struct sent){ "a", "", USER }, 200);
	assert_true(read_it(&now, &(struct sent){ NULL, "", TURN }));
	assert_null(listen_talk_before(&all, &now));
	listen_talk_clear(&now);
	listen_talks_clear(&all);
}

static const struct CMUnitTest tests[] = {
	{ "listen_talk: a try that has less", t_tries, NULL, NULL, NULL },
	{ "listen_talk: messages that are not the user's", t_system, NULL, NULL,
	  NULL },
	{ "listen_talk: what the client changed", t_changes, NULL, NULL, NULL },
	{ "listen_talk: what is no request for a message", t_others, NULL, NULL,
	  NULL },
	{ "listen_talk: which session it is of", t_sessions, NULL, NULL, NULL },
	{ "listen_talk: only so many are remembered", t_many, NULL, NULL,
	  NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("listen_talk", tests, NULL, NULL);
}
