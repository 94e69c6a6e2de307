/* A say behind the mock's port: whose request it is in each format, headers,
 * holds and cuts. */
#include "tests/unit/mock_kit.h"

#define MARK "[probe-0000000000000005]"
#define CHAT "/v1/chat/completions"
#define MESSAGES "/v1/messages"

static void ask(struct kit *k, struct client *c, const char *target,
		const char *body)
{
	client_clear(c);
	client_send(c, k,
		    &(struct client_ask){ .target = target, .body = body });
	KIT_UNTIL(k, client_ended(c));
}

static void arm(struct kit *k, struct rules **rules, const char *upstream)
{
	*rules = kit_rules(upstream);
	mock_arm(k->mock, 5, *rules);
}

static void disarm(struct kit *k, struct rules *rules, struct client *c)
{
	mock_disarm(k->mock, 5);
	rules_free(rules);
	client_clear(c);
}

/* Wherever a gateway puts the text that carries the mark, the run's rule
 * answers, in the format of the path. */
static void t_mark(void **state)
{
	static const struct {
		const char *target, *body, *begins;
	} rows[] = {
		{ MESSAGES,
		  "{\"messages\":[{\"role\":\"user\",\"content\":\"" MARK
		  "\"}]}",
		  "{\"id\":\"msg_" },
		{ MESSAGES "?beta=true",
		  "{\"stream\":true,\"system\":[{\"type\":\"text\",\"text\":"
		  "\"" MARK "\"}]}",
		  "event: message_start\n" },
		{ CHAT,
		  "{\"messages\":[{\"role\":\"user\",\"content\":\"a " MARK
		  " b\"}]}",
		  "{\"id\":\"chatcmpl-" },
		{ CHAT,
		  "{\"stream\":true,\"messages\":[{\"role\":\"user\","
		  "\"content\":[{\"type\":\"text\",\"text\":\"" MARK "\"}]}]}",
		  "data: {\"id\":\"chatcmpl-" },
		{ CHAT,
		  "{\"messages\":[{\"role\":\"system\",\"content\":\"" MARK
		  "\"},{\"role\":\"user\",\"content\":\"x\"}]}",
		  "{\"id\":\"chatcmpl-" },
		{ CHAT,
		  "{\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"1\","
		  "\"content\":\"" MARK "\"}]}",
		  "{\"id\":\"chatcmpl-" },
		/* A gateway with a base path of its provider's. */
		{ "/openai" CHAT,
		  "{\"messages\":[{\"role\":\"user\",\"content\":\"" MARK
		  "\"}]}",
		  "{\"id\":\"chatcmpl-" },
	};
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules, "{\"said\":{\"reply\":{\"say\":[{\"text\":\"x\"}]}}}");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct wlog_entry *e;

		ask(k, &c, rows[i].target, rows[i].body);
		assert_int_equal(c.status, 200);
		if (!span_starts(buf_span(&c.body), rows[i].begins))
			fail_msg("%s: %s", rows[i].body, buf_str(&c.body));
		e = kit_entry(k, NULL, WLOG_REQUEST, i);
		assert_int_equal(e->run, 5);
		assert_string_equal(e->actor, "said");
		assert_int_equal(e->exchange, i + 1);
	}
	/* Others are not the run's. */
	ask(k, &c, CHAT, "{\"messages\":[{\"role\":\"user\",\"content\":7}]}");
	assert_int_equal(kit_entry(k, "u1", WLOG_REQUEST, 0)->run, 0);
	disarm(k, rules, &c);
}

static void t_headers(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules,
	    "{\"u1\":{\"times\":\"once\",\"reply\":{\"say\":[{\"error\":"
	    "\"rate_limit_error\"}],\"headers\":[[\"retry-after\",\"7\"],"
	    "[\"x-a\",\"1\"],[\"x-a\",\"2\"]]}},"
	    "\"u2\":{\"times\":\"once\",\"reply\":{\"say\":[],\"headers\":[["
	    "\"content-type\",\"text/plain\"]]}},"
	    "\"u3\":{\"reply\":{\"say\":[],\"headers_only\":true,\"headers\":[["
	    "\"x-a\",\"1\"]]}}}");
	ask(k, &c, CHAT, "{\"x\":\"" MARK "\"}");
	assert_int_equal(c.status, 429);
	assert_string_equal(headers_get(&c.headers, "retry-after"), "7");
	assert_int_equal(headers_count(&c.headers, "x-a"), 2);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "application/json");
	assert_non_null(headers_get(&c.headers, "x-request-id"));
	ask(k, &c, MESSAGES, "{\"x\":\"" MARK "\"}");
	assert_int_equal(headers_count(&c.headers, "content-type"), 1);
	assert_string_equal(headers_get(&c.headers, "content-type"),
			    "text/plain");
	assert_non_null(headers_get(&c.headers, "request-id"));
	ask(k, &c, MESSAGES, "{\"x\":\"" MARK "\"}");
	assert_null(headers_get(&c.headers, "content-type"));
	assert_null(headers_get(&c.headers, "request-id"));
	assert_string_equal(headers_get(&c.headers, "x-a"), "1");
	disarm(k, rules, &c);
}

static void hold(struct kit *k, const char *target, const char *before,
		 const char *after)
{
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules,
	    "{\"u1\":{\"reply\":{\"say\":[{\"text\":\"one\"},{\"hold\":\"h\"},"
	    "{\"text\":\"two\"},{\"cut\":\"rst\"}],\"form\":{\"piece\":9}}}}");
	client_send(&c, k,
		    &(struct client_ask){ .target = target,
					  .body = "{\"stream\":true,\"x\":"
						  "\"" MARK "\"}" });
	KIT_UNTIL(k, client_has(&c, before));
	assert_false(client_has(&c, after));
	assert_int_equal(mock_release(k->mock, 5, "u1.h"), 0);
	KIT_UNTIL(k, client_ended(&c));
	assert_true(client_has(&c, after));
	assert_int_equal(c.end.end, END_RESET);
	disarm(k, rules, &c);
}

static void t_holds(void **state)
{
	hold(*state, CHAT, "\"content\":\"one\"", "\"content\":\"two\"");
	hold(*state, MESSAGES, "\"text\":\"one\"", "\"text\":\"two\"");
}

/* What is none of the two is answered as the provider would, and the rule's
 * hold, delay and end count for all. */
static void t_others(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules,
	    "{\"u1\":{\"reply\":{\"say\":[{\"text\":\"x\"}],\"end\":\"fin\"}}"
	    "}");
	ask(k, &c, MESSAGES "/count_tokens",
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
	    "\"" MARK "\"}]}");
	assert_int_equal(c.status, 200);
	assert_true(client_has(&c, "{\"input_tokens\":"));
	assert_int_equal(c.end.end, END_CUT);
	ask(k, &c, MESSAGES, "[\"" MARK "\"]");
	assert_int_equal(c.status, 400);
	ask(k, &c, CHAT, "{\"x\":\"" MARK "\"}");
	assert_true(client_has(&c, "\"content\":\"x\""));
	assert_int_equal(c.end.end, END_CUT);
	disarm(k, rules, &c);
}

/* "vendor" in a rule is that of its answer alone. */
static void t_vendor(void **state)
{
	static const char body[] =
		"{\"model\":\"m\",\"messages\":[{\"role\":\"developer\","
		"\"content\":\"d\"},{\"role\":\"user\",\"content\":\"" MARK
		"\"}]}";
	struct kit *k = *state;
	struct client c = { 0 };
	struct rules *rules;

	arm(k, &rules,
	    "{\"u1\":{\"times\":\"once\",\"reply\":{\"provider\":true,"
	    "\"vendor\":\"local\"}},\"u2\":{\"reply\":{\"provider\":true}}}");
	ask(k, &c, CHAT, body);
	assert_int_equal(c.status, 500);
	assert_true(client_has(&c, "Unexpected message role."));
	client_clear(&c);
	client_send(&c, k,
		    &(struct client_ask){
			    .target = CHAT,
			    .body = body,
			    .headers = { "authorization", "Bearer k" } });
	KIT_UNTIL(k, client_ended(&c));
	assert_int_equal(c.status, 200);
	disarm(k, rules, &c);
}

#define ON_KIT(name, test) \
	{ \
		name, test, kit_set_up, kit_tear_down, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_KIT("say: the mark is found in each format", t_mark),
		ON_KIT("say: header fields of the rule", t_headers),
		ON_KIT("say: holds and cuts", t_holds),
		ON_KIT("say: what is no request of a format", t_others),
		ON_KIT("say: the vendor of a rule", t_vendor),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("say_mock", tests, NULL, NULL);
}
