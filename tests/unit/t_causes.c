/* What causes make of several runs: which failure is whose, in which order they
 * are told, and how a gateway that died is told. */
#include "tests/unit/behaviour_kit.h"

#define BETA "anthropic-beta: a,b\n"
#define OF_FIELD "u1.request.header.anthropic-beta == \"a,b\""
#define OF_BODY "u1.request.body same-json {\"of\": \"c1.request.body\"}"
#define FIELD "request-field-dropped:anthropic-beta"
#define BODY "body-member-removed:/thinking"

/* Both a field and a member of the body are lost. */
static void put_losses(struct bench *b)
{
	put_both(b, CLIENT BETA "\n", "{\"a\":1,\"thinking\":{}}",
		 PROVIDER "\n", "{\"a\":1}");
	put_answers(b, JSON_HEAD, "{}", "{}");
}

/* Ends the run with these outcomes; they have to live on. */
static void end_with(struct bench *b, const char *id, struct outcome *list,
		     size_t count)
{
	size_t n = b->report.count++;
	struct view v;

	b->results[n] = (struct result){ .id = (char *)id,
					 .verdict = VERDICT_FAIL,
					 .outcomes = list,
					 .outcome_count = count };
	view_of(&v, &b->log, RUN);
	causes_add(b->causes, &v, &b->results[n]);
	view_clear(&v);
	wlog_clear(&b->log);
	wlog_init(&b->log, (size_t)64 * 1024 * 1024);
}

static struct outcome failed(const char *expect, enum level level,
			     enum effect effect)
{
	return (struct outcome){ .name = (char *)"n",
				 .expect = (char *)expect,
				 .verdict = VERDICT_FAIL,
				 .level = level,
				 .effect = effect };
}

/* ---- which of the failed checks counts ---- */

static void t_worst(void **state)
{
	static const struct {
		struct outcome list[3];
		const char *id; /* NULL: none */
	} rows[] = {
		{ { { .expect = (char *)OF_FIELD, .level = LEVEL_SHOULD },
		    { .expect = (char *)OF_BODY, .level = LEVEL_MUST } },
		  BODY },
		{ { { .expect = (char *)OF_FIELD, .level = LEVEL_MUST },
		    { .expect = (char *)OF_BODY, .level = LEVEL_SHOULD } },
		  FIELD },
		/* The first of two that are as bad. */
		{ { { .expect = (char *)OF_FIELD },
		    { .expect = (char *)OF_BODY } },
		  FIELD },
		{ { { .expect = (char *)OF_BODY },
		    { .expect = (char *)OF_FIELD } },
		  BODY },
		{ { { .expect = (char *)OF_FIELD, .effect = EFFECT_COSTS },
		    { .expect = (char *)OF_BODY, .effect = EFFECT_BREAKS } },
		  BODY },
		{ { { .expect = (char *)OF_FIELD, .effect = EFFECT_EXPOSES },
		    { .expect = (char *)OF_BODY, .effect = EFFECT_BREAKS } },
		  FIELD },
		/* The level comes before the effect. */
		{ { { .expect = (char *)OF_FIELD,
		      .level = LEVEL_SHOULD,
		      .effect = EFFECT_EXPOSES },
		    { .expect = (char *)OF_BODY,
		      .level = LEVEL_MUST,
		      .effect = EFFECT_COSMETIC } },
		  BODY },
		/* What may be is no failure, nor what passed. */
		{ { { .expect = (char *)OF_FIELD, .level = LEVEL_MAY } },
		  NULL },
		{ { { .expect = (char *)OF_FIELD,
		      .verdict = VERDICT_UNDECIDED } },
		  NULL },
		/* The worst one that is explained. */
		{ { { .expect = (char *)"c1.cost == 1" },
		    { .expect = (char *)OF_BODY, .level = LEVEL_SHOULD },
		    { .expect = (char *)OF_FIELD, .level = LEVEL_SHOULD } },
		  BODY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct outcome list[3];
		void *inner = NULL;
		size_t n = 0;
		struct bench *b;

		for (; n < 3 && rows[i].list[n].expect; n++) {
			list[n] = rows[i].list[n];
			if (list[n].verdict == VERDICT_PASS)
				list[n].verdict = VERDICT_FAIL;
		}
		set_up(&inner);
		b = inner;
		put_losses(b);
		end_with(b, "a/b", list, n);
		settled(b, "");
		if (rows[i].id == NULL) {
			assert_int_equal(b->results[0].cause, 0);
		} else {
			assert_int_not_equal(b->results[0].cause, 0);
			assert_string_equal(
				b->report.causes[b->results[0].cause - 1].id,
				rows[i].id);
		}
		tear_down(&inner);
	}
}

/* A case that is run again has the cause of its last run. */
static void t_again(void **state)
{
	struct outcome one = failed(OF_FIELD, LEVEL_MUST, EFFECT_BREAKS);
	struct outcome two = failed(OF_BODY, LEVEL_MUST, EFFECT_BREAKS);
	struct outcome other = failed(OF_FIELD, LEVEL_MUST, EFFECT_BREAKS);
	struct bench *b = *state;

	put_losses(b);
	end_with(b, "a/b", &one, 1);
	put_losses(b);
	end_with(b, "a/c", &other, 1);
	put_losses(b);
	end_with(b, "a/b", &two, 1);
	settled(b, "");
	assert_string_equal(b->report.causes[b->results[0].cause - 1].id, BODY);
	assert_string_equal(b->report.causes[b->results[1].cause - 1].id,
			    FIELD);
	assert_string_equal(b->report.causes[b->results[2].cause - 1].id, BODY);
}

/* ---- the order ---- */

struct harm {
	const char *expect;
	enum level level;
	enum effect effect;
};

/* The first cause after these failures. */
static void assert_first(const struct harm *list, size_t count, const char *id)
{
	static const char *const ids[] = { "a/1", "a/2", "a/3", "a/4" };
	struct outcome outcomes[4];
	void *inner = NULL;
	struct bench *b;

	set_up(&inner);
	b = inner;
	for (size_t i = 0; i < count; i++) {
		outcomes[i] =
			failed(list[i].expect, list[i].level, list[i].effect);
		put_losses(b);
		end_with(b, ids[i], &outcomes[i], 1);
	}
	settled(b, "");
	assert_string_equal(b->report.causes[0].id, id);
	tear_down(&inner);
}

#define MUST(expect, effect) \
	{ \
		expect, LEVEL_MUST, EFFECT_##effect \
	}
#define SHOULD(expect, effect) \
	{ \
		expect, LEVEL_SHOULD, EFFECT_##effect \
	}
#define FIRST(list, id) assert_first(list, sizeof(list) / sizeof((list)[0]), id)

/* Of two that harm as much, the first by name is told first. */
static void see_even(const char *one, const char *two)
{
	const struct harm exposes[] = { SHOULD(one, EXPOSES),
					MUST(two, BREAKS) };
	const struct harm costs[] = { MUST(one, COSTS), SHOULD(two, BREAKS),
				      SHOULD(two, BREAKS) };
	const struct harm degrades[] = { MUST(one, DEGRADES),
					 SHOULD(two, BREAKS) };
	const struct harm cosmetic[] = { MUST(one, COSMETIC),
					 SHOULD(two, DEGRADES) };
	const struct harm twice[] = { SHOULD(one, COSTS), SHOULD(one, COSTS),
				      SHOULD(two, BREAKS) };

	FIRST(exposes, BODY);
	FIRST(costs, BODY);
	FIRST(degrades, BODY);
	FIRST(cosmetic, BODY);
	FIRST(twice, BODY);
}

static void t_harm(void **state)
{
	static const struct harm more[] = { MUST(OF_FIELD, BREAKS),
					    MUST(OF_BODY, COSTS) };
	static const struct harm less[] = { MUST(OF_FIELD, COSTS),
					    MUST(OF_BODY, BREAKS) };

	(void)state;
	see_even(OF_FIELD, OF_BODY);
	see_even(OF_BODY, OF_FIELD);
	FIRST(more, FIELD);
	FIRST(less, BODY);
}

/* What explains nothing stands after what does, the most frequent first. */
static void t_notes(void **state)
{
	struct bench *b = *state;
	static const char *const wanted[] = {
		FIELD,
		"credential-replaced:x-api-key",
		"request-field-added:x-b",
		"request-field-added:x-a",
		"request-field-added:x-c",
	};

	put_both(b, CLIENT "\n", "{}", PROVIDER "x-c: 1\nx-b: 1\n\n", "{}");
	put_answers(b, JSON_HEAD, "{}", "{}");
	end_run(b, "a/1", NULL);
	put_both(b, CLIENT "\n", "{}", PROVIDER "x-a: 1\nx-b: 1\n\n", "{}");
	put_answers(b, JSON_HEAD, "{}", "{}");
	end_run(b, "a/2", NULL);
	put_both(b, CLIENT BETA "\n", "{}", PROVIDER "\n", "{}");
	put_answers(b, JSON_HEAD, "{}", "{}");
	end_run(b, "a/3", OF_FIELD);
	settled(b, "");
	assert_int_equal(b->report.cause_count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(b->report.causes[i].id, wanted[i]);
	assert_null(b->report.causes[2].duty);
	assert_non_null(b->report.causes[0].duty);
	assert_int_equal(b->results[2].cause, 1);
}

/* ---- who is nearest to what a check looks at ---- */

#define OK "HTTP/1.1 200 OK\n"
#define TYPE "content-type: application/json\n"

struct scene {
	const char *client, *sent, *provider, *got; /* the requests */
	const char *was_head, *was, *is_head, *is; /* the answers */
	const char *expect, *id; /* NULL: nobody */
};

static void see(const struct scene *s)
{
	struct outcome one = failed(s->expect, LEVEL_MUST, EFFECT_BREAKS);
	const char *id = NULL;
	void *inner = NULL;
	struct bench *b;

	set_up(&inner);
	b = inner;
	put_both(b, s->client, s->sent, s->provider, s->got);
	put_answer(b, "u1", s->was_head, s->was);
	put_answer(b, "c1", s->is_head, s->is);
	end_with(b, "a/b", &one, 1);
	settled(b, "");
	if (b->results[0].cause > 0)
		id = b->report.causes[b->results[0].cause - 1].id;
	if (strcmp(id ? id : "-", s->id ? s->id : "-") != 0)
		fail_msg("%s: %s, not %s", s->expect, id ? id : "nobody",
			 s->id ? s->id : "nobody");
	tear_down(&inner);
}

static void see_all(const struct scene *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		see(&rows[i]);
}

#define SEE(rows) see_all(rows, sizeof(rows) / sizeof((rows)[0]))
#define WELL OK TYPE "\n", "{}", OK TYPE "\n", "{}"

/* In bodies the place decides. */
static void t_places(void **state)
{
#define CHANGED_BODY \
	CLIENT "\n", \
		"{\"thinking\":{\"type\":\"a\"},\"max_tokens\":9,\"tools\":[{" \
		"\"name\":\"a\",\"cache_control\":{\"type\":\"e\"}}]}", \
		PROVIDER "\n", \
		"{\"max_tokens\":8,\"tools\":[{\"name\":\"a\"}]," \
		"\"temperature\":1}", \
		WELL
	static const struct scene rows[] = {
		{ CHANGED_BODY, "u1.request.body#/thinking == 1",
		  "body-member-removed:/thinking" },
		{ CHANGED_BODY, "u1.request.body#/thinking/type == 1",
		  "body-member-removed:/thinking" },
		{ CHANGED_BODY, "u1.request.body#/max_tokens == 1",
		  "body-value-changed:/max_tokens" },
		{ CHANGED_BODY, "u1.request.body#/temperature absent",
		  "body-member-added:/temperature" },
		{ CHANGED_BODY, "u1.request.body#/tools/0/cache_control == 1",
		  "body-member-removed:*/cache_control" },
		{ CHANGED_BODY, "u1.request.body#/tools/7/cache_control == 1",
		  "body-member-removed:*/cache_control" },
		{ CHANGED_BODY, "u1.request.body#/tools == 1",
		  "body-member-removed:*/cache_control" },
		{ CHANGED_BODY, "u1.request.body#/tools/x/cache_control == 1",
		  "body-member-removed:*/cache_control" },
		{ CHANGED_BODY, "u1.request.body#/tools/0/input_schema == 1",
		  "body-member-removed:*/cache_control" },
		{ CHANGED_BODY, "u1.request.header.x-app == 1", NULL },
		{ CHANGED_BODY, "c1.status == 404",
		  "body-member-removed:/thinking" },
	};

	(void)state;
	SEE(rows);
}

#define REFUSES(words) \
	"HTTP/1.1 400 Bad\n\n", \
		"{\"type\":\"error\",\"error\":{\"type\":" \
		"\"invalid_request_error\",\"message\":\"" words "\"}}"
#define REFUSED(words) REFUSES(words), REFUSES(words)

/* The words of a refusal lead to what was lost. */
static void t_refusals(void **state)
{
#define BETA_AND_BODY \
	CLIENT "anthropic-beta: context-management-2025-06-27\n\n", \
		"{\"context_management\":{},\"thinking\":{}}", PROVIDER "\n", \
		"{\"context_management\":{}}"
	static const struct scene rows[] = {
		{ BETA_AND_BODY, REFUSED("context_management: no such input"),
		  "c1.status == 200", FIELD },
		{ BETA_AND_BODY, REFUSED("another anthropic-beta is needed"),
		  "c1.status == 200", FIELD },
		{ BETA_AND_BODY, REFUSED("it is too long"), "c1.status == 200",
		  BODY },
		{ BETA_AND_BODY, OK TYPE "\n", "{}", OK TYPE "\n", "{}",
		  "c1.status == 404", FIELD },
	};

	(void)state;
	SEE(rows);
}

/* Credentials, where they are looked for. */
static void t_keys(void **state)
{
#define FORWARDED CLIENT "\n", "{}", PROVIDER "x-user: " KEY "\n\n", "{}", WELL
#define KEYLESS CLIENT "\n", "{}", HEAD "\n", "{}", WELL
#define SHOWS \
	CLIENT "\n", "{}", PROVIDER "\n", "{}", OK TYPE "\n", "{}", \
		OK TYPE "x-key: " UPSTREAM "\n\n", "{}"
	static const struct scene rows[] = {
		{ FORWARDED, "u1.request.header.x-user absent",
		  "credential-forwarded:x-user" },
		{ FORWARDED, "u1.request.header.x-other absent",
		  "credential-forwarded:x-user" },
		{ FORWARDED, "u1.request.header.x-api-key == \"a\"",
		  "credential-replaced:x-api-key" },
		{ FORWARDED, "u1.request.header.authorization == \"a\"",
		  "credential-replaced:x-api-key" },
		{ FORWARDED, "u1.request.head lacks \"a\"",
		  "credential-forwarded:x-user" },
		{ FORWARDED, "u1.request.target == \"/\"",
		  "credential-forwarded:x-user" },
		{ FORWARDED, "c1.status == 404", "request-field-added:x-user" },
		{ FORWARDED, "c1.header.x-user absent",
		  "request-field-added:x-user" },
		{ KEYLESS, "u1.request.header.x-api-key == \"a\"",
		  "credential-lost" },
		{ KEYLESS, "c1.status == 404", "credential-lost" },
		{ KEYLESS, "u1.request.header.x-app == \"a\"",
		  "credential-lost" },
		{ SHOWS, "c1.header.x-key absent", "answer-field-added:x-key" },
		{ SHOWS, "c1.header.x-other absent", "credential-shown:x-key" },
		{ SHOWS, "c1.head lacks \"a\"", "credential-shown:x-key" },
		{ SHOWS, "c1.body lacks \"a\"", "credential-shown:x-key" },
		{ SHOWS, "u1.request.head lacks \"a\"", NULL },
		{ SHOWS, "c1.status == 404", "credential-shown:x-key" },
	};

	(void)state;
	SEE(rows);
}

/* What the answer became. */
static void t_answers(void **state)
{
#define ASKS CLIENT "\n", "{}", PROVIDER "\n", "{}"
#define STREAMS(was, is) ASKS, STREAM_HEAD, was, STREAM_HEAD, is
#define REPRINTED \
	ASKS, OK TYPE "\n", "{\"a\":1.10,\"b\":2}", OK TYPE "\n", \
		"{\"a\":1.1,\"b\":2}"
#define LOSES \
	ASKS, OK TYPE "request-id: r\nx-a: 1\n\n", \
		"{\"id\":\"m\",\"role\":\"a\"}", \
		OK "content-type: text/json\n\n", "{\"id\":\"m\"}"
	static const struct scene rows[] = {
		{ REPRINTED, "c1.body same-bytes {\"of\": \"u1.body\"}",
		  "answer-reprinted:numbers" },
		{ REPRINTED, "c1.body#/a == 1", NULL },
		{ REPRINTED, "c1.status == 404", NULL },
		{ LOSES, "c1.header.request-id == 1",
		  "answer-field-dropped:request-id" },
		{ LOSES, "c1.request_id == 1",
		  "answer-field-dropped:request-id" },
		{ LOSES, "c1.header.x-a == 1", "answer-field-dropped:*" },
		{ LOSES, "c1.header.x-none == 1", "answer-member-removed:*" },
		{ LOSES, "c1.header.content-type == 1",
		  "answer-field-replaced:content-type" },
		{ LOSES, "c1.body#/role == 1", "answer-member-removed:*" },
		{ LOSES, "c1.text == 1", "answer-member-removed:*" },
		{ LOSES, "c1.outcome == 1", "answer-member-removed:*" },
		{ LOSES, "c1.status == 404", "answer-member-removed:*" },
		{ STREAMS(START THOUGHT("0") BLOCK("1", "text") TEXT("1", "a")
				  CLOSE("1") PING STOP,
			  START BLOCK("0", "text") TEXT("0", "b") CLOSE("0")
				  STOP),
		  "c1.pings.count == 1", "ping-dropped" },
		{ STREAMS(START THOUGHT("0") BLOCK("1", "text") TEXT("1", "a")
				  CLOSE("1") PING STOP,
			  START BLOCK("0", "text") TEXT("0", "b") CLOSE("0")
				  STOP),
		  "c1.thinking == 1", "block-dropped:thinking" },
		{ STREAMS(START ": a\n\n" PING STOP, START STOP),
		  "c1.comments.count == 1", "comments-dropped" },
		{ STREAMS(START ": a\n\n" PING STOP, START STOP),
		  "c1.pings.count == 1", "ping-dropped" },
		{ STREAMS(START ": a\n\n" PING STOP, START STOP),
		  "c1.events.count == 1", "ping-dropped" },
		{ STREAMS(START STOP, START ": a\n\n" PING STOP),
		  "c1.comments.count == 0", "comments-added" },
		{ STREAMS(START STOP, START ": a\n\n" PING STOP),
		  "c1.pings.count == 0", "pings-added" },
	};

	(void)state;
	SEE(rows);
}

/* A later turn is refused for what became of an earlier answer. */
static void t_history(void **state)
{
	static const char refusal[] =
		"{\"type\":\"error\",\"error\":{\"type\":"
		"\"invalid_request_error\",\"message\":\"no signature\"}}";
	struct outcome one =
		failed("c2.status == 200", LEVEL_MUST, EFFECT_BREAKS);
	struct bench *b = *state;

	put_both(b, CLIENT "\n", "{\"a\":1}", PROVIDER "\n", "{\"a\":1}");
	put_answer(b, "u1", STREAM_HEAD, START THOUGHT("0") STOP);
	put_answer(b, "c1", STREAM_HEAD, START STOP);
	put_request(&b->log, "c2", 1, CLIENT "x-a: 1\n\n");
	put_body(b, "c2", 1, "{\"a\":2}");
	put_request(&b->log, "u2", 1, PROVIDER "\n");
	put_body(b, "u2", 1, "{\"a\":2}");
	put_answer(b, "u2", "HTTP/1.1 400 Bad\n\n", refusal);
	put_answer(b, "c2", "HTTP/1.1 400 Bad\n\n", refusal);
	end_with(b, "a/b", &one, 1);
	settled(b, "");
	assert_string_equal(b->report.causes[b->results[0].cause - 1].id,
			    "block-dropped:thinking");
}

/* ---- keys ---- */

/* A weak key is a part of other text: it is not masked. */
static void t_weak_keys(void **state)
{
	static const struct {
		bool client, upstream;
		const char *told;
	} rows[] = {
		{ false, false,
		  "answer-field-added:x-b | adds the field x-b to answers: 1 "
		  "of 1 answers | - > <credential, 17 bytes, 91ce>\n"
		  "answer-field-dropped:content-type | drops the provider's "
		  "field content-type: 1 of 1 answers | application/json > -\n"
		  "credential-forwarded:x-a | sends the client's own "
		  "credential to the provider, in x-a: 1 of 1 requests | - > "
		  "-\n"
		  "credential-shown:x-b | shows a credential in its answer, in "
		  "x-b: 1 of 1 answers | - > -\n"
		  "request-field-added:x-a | adds the request field x-a: 1 of "
		  "1 requests | - > <credential, 15 bytes, deb9>\n" },
		{ true, false,
		  "answer-field-added:x-b | adds the field x-b to answers: 1 "
		  "of 1 answers | - > <credential, 17 bytes, 91ce>\n"
		  "answer-field-dropped:content-type | drops the provider's "
		  "field content-type: 1 of 1 answers | application/json > -\n"
		  "credential-shown:x-b | shows a credential in its answer, in "
		  "x-b: 1 of 1 answers | - > -\n"
		  "request-field-added:x-a | adds the request field x-a: 1 of "
		  "1 requests | - > client-key-1234\n" },
		{ false, true,
		  "answer-field-added:x-b | adds the field x-b to answers: 1 "
		  "of 1 answers | - > upstream-key-9012\n"
		  "answer-field-dropped:content-type | drops the provider's "
		  "field content-type: 1 of 1 answers | application/json > -\n"
		  "credential-forwarded:x-a | sends the client's own "
		  "credential to the provider, in x-a: 1 of 1 requests | - > "
		  "-\n"
		  "request-field-added:x-a | adds the request field x-a: 1 of "
		  "1 requests | - > <credential, 15 bytes, deb9>\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct causes_keys keys = {
			KEY, WRONG, UPSTREAM, rows[i].client, rows[i].upstream,
			NULL
		};
		void *inner = NULL;
		struct bench *b;

		set_up(&inner);
		b = inner;
		causes_free(b->causes);
		b->causes = causes_new(&keys);
		put_both(b, CLIENT "\n", "{}", PROVIDER "x-a: " KEY "\n\n",
			 "{}");
		put_answer(b, "u1", JSON_HEAD, "{}");
		put_answer(b, "c1", "HTTP/1.1 200 OK\nx-b: " UPSTREAM "\n\n",
			   "{}");
		end_run(b, "a/b", NULL);
		assert_told(b, rows[i].told);
		tear_down(&inner);
	}
}

/* ---- joined statuses ---- */

static void put_status(struct bench *b, const char *was, const char *is)
{
	put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
	put_answer(b, "u1", was, OVERLOADED);
	put_answer(b, "c1", is, OVERLOADED);
}

/* Joined statuses are counted out of all answers with one of them. */
static void t_of_statuses(void **state)
{
	static const char gone[] = "HTTP/1.1 502 Bad\n\n";
	struct bench *b = *state;

	put_status(b, "HTTP/1.1 529 Busy\n\n", gone);
	end_run(b, "a/1", NULL);
	put_status(b, "HTTP/1.1 500 No\n\n", gone);
	end_run(b, "a/2", NULL);
	put_status(b, "HTTP/1.1 529 Busy\n\n", "HTTP/1.1 529 Busy\n\n");
	end_run(b, "a/3", NULL);
	put_status(b, "HTTP/1.1 503 Busy\n\n", "HTTP/1.1 503 Busy\n\n");
	end_run(b, "a/4", NULL);
	assert_non_null(settled(b, "status-mapped:5xx-502"));
	assert_non_null(strstr(settled(b, "status-mapped:5xx-502")->headline,
			       ": 2 of 3"));
}

/* ---- a gateway that died ---- */

static void put_lost(struct bench *b, enum stream_end end, const char *id)
{
	put_request(&b->log, "c1", 1, CLIENT "\n");
	put_body(b, "c1", 1, "{}");
	if (end != END_REFUSED) {
		put_request(&b->log, "u1", 1, PROVIDER "\n");
		put_body(b, "u1", 1, "{}");
		put_answer(b, "u1", JSON_HEAD, "{}");
	}
	put_end(&b->log, "c1", 1, end);
	wlog_set_text(&b->log, &b->log.list[b->log.count - 1],
		      "nobody listens");
	end_run(b, id, "c1.status == 200");
}

static void t_died(void **state)
{
	struct bench *b = *state;

	b->report.died = true;
	put_lost(b, END_RESET, "a/1");
	put_lost(b, END_TIMEOUT, "a/2");
	put_lost(b, END_REFUSED, "a/3");
	put_lost(b, END_CUT, "a/4");
	assert_told(b, "gateway-gone | died during the run: its last words are "
		       "not known: 3 of 4 | /v1/messages?beta=true > -\n"
		       "no-answer:provider-asked-timeout | gives no answer: "
		       "the provider was asked, and the connection is timeout: "
		       "1 of 4 requests | /v1/messages?beta=true > -\n");
}

static void t_died_saying(void **state)
{
	static char words[] = "panic with " KEY;
	struct bench *b = *state;

	b->report.died = true;
	b->report.last_words = words;
	put_lost(b, END_REFUSED, "a/1");
	assert_told(
		b,
		"gateway-gone | died during the run: panic with <credential, "
		"15 bytes, deb9>: 1 of 1 | /v1/messages?beta=true > -\n");
}

static void t_did_not_die(void **state)
{
	struct bench *b = *state;

	put_lost(b, END_RESET, "a/1");
	put_lost(b, END_REFUSED, "a/2");
	assert_told(b, "gateway-gone | is gone: it takes no connection any "
		       "more (nobody listens): 1 of 2 requests | "
		       "/v1/messages?beta=true > -\n"
		       "no-answer:provider-asked-reset | gives no answer: the "
		       "provider was asked, and the connection is reset: 1 of "
		       "2 requests | /v1/messages?beta=true > -\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "causes: the worst failure of a case counts", t_worst, NULL,
		  NULL, NULL },
		{ "causes: a case that is run again", t_again, set_up,
		  tear_down, NULL },
		{ "causes: by harm", t_harm, NULL, NULL, NULL },
		{ "causes: places in bodies", t_places, NULL, NULL, NULL },
		{ "causes: words of refusals", t_refusals, NULL, NULL, NULL },
		{ "causes: keys", t_keys, NULL, NULL, NULL },
		{ "causes: answers", t_answers, NULL, NULL, NULL },
		{ "causes: what became of an earlier answer", t_history, set_up,
		  tear_down, NULL },
		{ "causes: notes come last", t_notes, set_up, tear_down, NULL },
		{ "causes: weak keys", t_weak_keys, NULL, NULL, NULL },
		{ "causes: joined statuses", t_of_statuses, set_up, tear_down,
		  NULL },
		{ "causes: a gateway that died", t_died, set_up, tear_down,
		  NULL },
		{ "causes: its last words", t_died_saying, set_up, tear_down,
		  NULL },
		{ "causes: a gateway that did not die", t_did_not_die, set_up,
		  tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
