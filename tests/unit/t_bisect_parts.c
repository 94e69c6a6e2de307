/*
 * Tests of probe/bisect: what a request is made of, the request without some
 * of its parts, and what belongs together; and searches for causes that are
 * picked at random.
 */
#include "tests/unit/bisect_kit.h"

struct shape { /* a request and how it looks */
	struct bisect_request given;
	struct parts parts;
	struct looks looks;
};

static void shape_make(struct shape *s, const char *betas, const char *body)
{
	kit_make(&s->given, betas);
	buf_add_text(&s->given.body, body);
	parts_of(&s->parts, &s->given);
	looks_init(&s->looks, &s->parts);
}

static void shape_clear(struct shape *s)
{
	looks_clear(&s->looks);
	parts_clear(&s->parts);
	bisect_request_clear(&s->given);
}

static size_t at_pointer(const struct shape *s, const char *pointer)
{
	struct jval root, v;
	struct fail why = FAIL_INIT;

	assert_int_equal(jscan(buf_span(&s->given.body), &root, &why), 0);
	assert_true(jscan_find(root, span_of(pointer), &v));
	for (size_t i = 0; i < s->parts.count; i++)
		if (s->parts.list[i].value.text.at == v.text.at &&
		    s->parts.list[i].value.text.len == v.text.len)
			return i;
	fail_msg("%s is no part", pointer);
	return NO_PART;
}

/* Removes all parts at these pointers, separated by blanks. */
static void all_go(struct shape *s, const char *pointers)
{
	struct span rest = span_of(pointers), one;

	while (span_split(&rest, ' ', &one)) {
		char *pointer = span_dup(one);

		if (*pointer != '\0')
			s->looks.of[at_pointer(s, pointer)].how = HOW_GONE;
		free(pointer);
	}
}

static void assert_body(const struct shape *s, const char *wanted)
{
	struct bisect_request r;

	without(&s->parts, &s->looks, &r);
	assert_string_equal(buf_str(&r.body), wanted);
	bisect_request_clear(&r);
}

static void assert_without(const char *body, const char *pointers,
			   const char *wanted)
{
	struct shape s;

	shape_make(&s, NULL, body);
	all_go(&s, pointers);
	assert_body(&s, wanted);
	shape_clear(&s);
}

static void t_without(void **state)
{
	const char *body =
		" { \"a\" : 1.0 , \"b\":[ 1,2 ,3\n], \"c\":\"\\u0041\" }\n";

	(void)state;
	assert_without(body, "/a",
		       " { \"b\":[ 1,2 ,3\n], \"c\":\"\\u0041\" }\n");
	assert_without(body, "/b", " { \"a\" : 1.0, \"c\":\"\\u0041\" }\n");
	assert_without(body, "/c", " { \"a\" : 1.0 , \"b\":[ 1,2 ,3\n] }\n");
	assert_without(body, "/b/0 /c", " { \"a\" : 1.0 , \"b\":[ 2 ,3\n] }\n");
	assert_without(body, "/b/1 /a",
		       " { \"b\":[ 1 ,3\n], \"c\":\"\\u0041\" }\n");
	assert_without(body, "/b/0 /b/1 /b/2 /a /c", " { \"b\":[ \n] }\n");
	assert_without(body, "/a /b /c", " {  }\n");
}

static void t_pointers(void **state)
{
	struct shape s;
	struct buf pointer = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	shape_make(&s, NULL, "{\"a/b\":[0,{\"~\":1}]}");
	part_pointer(&s.parts, at_pointer(&s, "/a~1b/1/~0"), &pointer);
	assert_string_equal(buf_str(&pointer), "/a~1b/1/~0");
	buf_clear(&pointer);
	shape_clear(&s);
}

static void t_betas(void **state)
{
	struct shape s;
	struct bisect_request r;

	(void)state;
	shape_make(&s, "a ,  b,c", "{}");
	without(&s.parts, &s.looks, &r);
	assert_string_equal(headers_get(&r.headers, "anthropic-beta"),
			    "a ,  b,c");
	bisect_request_clear(&r);
	for (size_t i = 0; i < s.parts.count; i++)
		if (s.parts.list[i].kind == PART_BETA &&
		    span_is(s.parts.list[i].bytes, "b"))
			s.looks.of[i].how = HOW_GONE;
	without(&s.parts, &s.looks, &r);
	assert_string_equal(headers_get(&r.headers, "anthropic-beta"), "a,c");
	bisect_request_clear(&r);
	for (size_t i = 0; i < s.parts.count; i++)
		if (s.parts.list[i].kind == PART_BETA)
			s.looks.of[i].how = HOW_GONE;
	looks_tidy(&s.parts, &s.looks);
	without(&s.parts, &s.looks, &r);
	assert_null(headers_get(&r.headers, "anthropic-beta"));
	bisect_request_clear(&r);
	shape_clear(&s);
}

/* ---- what belongs together ---- */

#define HISTORY \
	"{\"messages\":[{\"role\":\"user\",\"content\":\"one more\"}," \
	"{\"role\":\"assistant\",\"content\":[{\"type\":\"text\"," \
	"\"text\":\"I look\"},{\"type\":\"tool_use\",\"id\":\"t\"," \
	"\"name\":\"n\",\"input\":{\"a\":1}}]},{\"role\":\"user\"," \
	"\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\"," \
	"\"content\":\"ok\"}]},{\"role\":\"assistant\",\"content\":" \
	"\"done\"},{\"role\":\"user\",\"content\":\"thank you\"}]}"

static void assert_closed(const char *betas, const char *body,
			  const char *pointers, enum closing c,
			  const char *wanted)
{
	struct shape s;

	shape_make(&s, betas, body);
	all_go(&s, pointers);
	looks_close(&s.parts, &s.looks, c);
	assert_body(&s, wanted);
	shape_clear(&s);
}

#define X "{\"role\":\"user\",\"content\":\"x\"}"
#define USE \
	"{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\"," \
	"\"id\":\"t\",\"name\":\"n\",\"input\":{}}]}"

static void t_history(void **state)
{
	(void)state;
	/* The last one is what a bare request says. */
	assert_closed(NULL, HISTORY,
		      "/messages/0 /messages/1 /messages/2 /messages/3 "
		      "/messages/4",
		      CLOSE_PULL, "{\"messages\":[" X "]}");
	/* A result brings its use, and that a user's turn before it. */
	assert_closed(NULL, HISTORY,
		      "/messages/0 /messages/1 /messages/3 /messages/4",
		      CLOSE_PULL,
		      "{\"messages\":[" X "," USE
		      ",{\"role\":\"user\",\"content\":[{\"type\":"
		      "\"tool_result\",\"tool_use_id\":\"t\",\"content\":"
		      "\"ok\"}]}]}");
	/* An answer needs a user's turn before it and one after it. */
	assert_closed(NULL, HISTORY,
		      "/messages/0 /messages/1 /messages/2 /messages/4",
		      CLOSE_PULL,
		      "{\"messages\":[" X ",{\"role\":\"assistant\","
		      "\"content\":\"done\"}," X "]}");
	assert_closed(NULL,
		      "{\"messages\":[" X ",{\"role\":\"assistant\","
		      "\"content\":\"done\"}," X "]}",
		      "/messages/1", CLOSE_PULL,
		      "{\"messages\":[" X ",{\"role\":\"assistant\","
		      "\"content\":\"x\"}," X "]}");
	/* A use that is taken out takes its result along. */
	assert_closed(NULL, HISTORY, "/messages/1/content/1", CLOSE_DROP,
		      "{\"messages\":[{\"role\":\"user\",\"content\":"
		      "\"one more\"},{\"role\":\"assistant\",\"content\":[{"
		      "\"type\":\"text\",\"text\":\"I look\"}]}," X
		      ",{\"role\":\"assistant\",\"content\":\"done\"},{"
		      "\"role\":\"user\",\"content\":\"thank you\"}]}");
}

static void t_fields(void **state)
{
	const char *field = "{\"context_management\":{\"edits\":[]}}";
	const char *tools = "{\"tools\":[{\"name\":\"a\",\"input_schema\":{"
			    "\"type\":\"object\",\"x\":1}},{\"name\":\"b\"}],"
			    "\"tool_choice\":{\"type\":\"any\"}}";
	const char *schema =
		"{\"tools\":[{\"name\":\"a\",\"input_schema\":{\"type\":"
		"\"object\",\"properties\":{\"p\":{\"$ref\":\"#/$defs/d\"},"
		"\"q\":{}},\"required\":[\"p\",\"q\"],\"$defs\":{\"d\":{"
		"\"e\":1}}}}]}";

	(void)state;
	assert_closed("context-management-2025-06-27", field,
		      "/context_management", CLOSE_PULL, "{}");
	assert_closed("x", field, "", CLOSE_DROP, field);
	assert_closed(NULL, tools, "/tools/0 /tools/1", CLOSE_PULL,
		      "{\"tools\":[{\"name\":\"a\",\"input_schema\":{"
		      "\"type\":\"object\"}}],\"tool_choice\":{\"type\":"
		      "\"any\"}}");
	assert_closed(NULL, tools, "/tools/0 /tools/1", CLOSE_DROP, "{}");
	assert_closed(NULL, schema,
		      "/tools/0/input_schema/$defs "
		      "/tools/0/input_schema/properties/q",
		      CLOSE_PULL,
		      "{\"tools\":[{\"name\":\"a\",\"input_schema\":{\"type\":"
		      "\"object\",\"properties\":{\"p\":{\"$ref\":"
		      "\"#/$defs/d\"}},\"required\":[\"p\"],\"$defs\":{"
		      "\"d\":{}}}}]}");
}

static void add_part(const struct shape *s, size_t part, struct buf *out)
{
	if (s->parts.list[part].kind == PART_BETA)
		buf_add_span(out, s->parts.list[part].bytes);
	else
		part_pointer(&s->parts, part, out);
}

/* "/a>/b": a needs b; "!": and goes with it. */
static void assert_needs(const char *betas, const char *body,
			 const char *wanted)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct shape s;

	shape_make(&s, betas, body);
	for (size_t i = 0; i < s.parts.need_count; i++) {
		const struct need *n = &s.parts.needs[i];

		buf_add_text(&out, i > 0 ? " " : "");
		add_part(&s, n->who, &out);
		buf_add_text(&out, n->follows ? "!>" : ">");
		add_part(&s, n->what, &out);
	}
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
	shape_clear(&s);
}

#define CHOICE(choice) \
	"{\"tools\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"tool_" \
	"choice\":" choice "}"
#define SCHEMA(schema) \
	"{\"tools\":[{\"name\":\"a\",\"input_schema\":" schema "}]}"
#define SAYS(content) "{\"role\":\"user\",\"content\":" content "}"

static void t_needs(void **state)
{
	(void)state;
	assert_needs(NULL, CHOICE("{\"type\":\"any\"}"),
		     "/tool_choice>/tools/0 /tool_choice>/tools/1");
	assert_needs(NULL, CHOICE("{\"name\":\"b\"}"), "/tool_choice>/tools/1");
	assert_needs(NULL, CHOICE("{\"name\":\"c\"}"),
		     "/tool_choice>/tools/0 /tool_choice>/tools/1");
	assert_needs(NULL, CHOICE("{\"name\":5}"),
		     "/tool_choice>/tools/0 /tool_choice>/tools/1");
	assert_needs(NULL, "{\"tool_choice\":{\"name\":\"b\"}}", "");
	assert_needs(
		NULL,
		"{\"tools\":[{\"name\":\"a\",\"defer_loading\":true},"
		"{\"name\":\"b\"},{\"name\":\"c\",\"defer_loading\":false},"
		"{\"name\":\"d\",\"defer_loading\":true}]}",
		"/tools/0/defer_loading>/tools/1 "
		"/tools/3/defer_loading>/tools/1");
	assert_needs(NULL,
		     "{\"tools\":[{\"name\":\"a\",\"defer_loading\":true}]}",
		     "");
	assert_needs(
		NULL,
		"{\"tools\":[{\"name\":\"a\"},{\"name\":\"b\"}],"
		"\"messages\":[" SAYS("[{\"type\":\"x\",\"tool_name\":"
				      "\"b\"},{\"tool_name\":\"c\"}]") "]}",
		"/messages/0/content/0>/tools/1");
	/* A use is in the same message or in one of the two before. */
	assert_needs(
		NULL,
		"{\"messages\":[" SAYS("[{\"id\":\"t\"}]") "," SAYS(
			"\"x\"") "," SAYS("[{\"tool_use_id\":\"t\"}]") "]}",
		"/messages/2/content/0>/messages/0/content/0 "
		"/messages/0/content/0>/messages/2/content/0");
	assert_needs(
		NULL,
		"{\"messages\":[" SAYS("[{\"id\":\"t\"}]") "," SAYS(
			"\"x\"") "," SAYS("\"x\"") "," SAYS("[{\"tool_use_id\":"
							    "\"t\"}]") "]}",
		"");
	assert_needs(NULL,
		     "{\"messages\":[" SAYS("[{\"id\":\"s\"},{\"id\":\"t\"},"
					    "{\"tool_use_id\":\"t\"}]") "]}",
		     "/messages/0/content/2>/messages/0/content/1 "
		     "/messages/0/content/1>/messages/0/content/2");
	assert_needs(NULL,
		     "{\"messages\":[" SAYS(
			     "[{\"id\":5},{\"tool_use_id\":5}]") ",{\"role\":"
								 "\"user\"}]}",
		     "");
	assert_needs(
		NULL,
		"{\"thinking\":{},\"context_management\":{\"edits\":["
		"{\"type\":\"clear_tools\"},{\"type\":\"clear_thinking_1\"},"
		"{\"type\":5}]}}",
		"/context_management/edits/1>/thinking");
	assert_needs("x,context-management-2025-06-27",
		     "{\"context_management\":{\"edits\":[]},\"thinking\":{}}",
		     "/context_management>context-management-2025-06-27");
	assert_needs(NULL,
		     SCHEMA("{\"properties\":{\"p\":{\"$ref\":\"#/$defs/d\"},"
			    "\"q\":{\"$ref\":\"x#/$defs/d\"},\"r\":{\"$ref\":"
			    "\"#/$defs/e\"},\"s\":{\"$ref\":5}},\"required\":"
			    "[\"q\",\"z\",5],\"$defs\":{\"d\":{}}}"),
		     "/tools/0/input_schema/required/0!>"
		     "/tools/0/input_schema/properties/q "
		     "/tools/0/input_schema/properties/p/$ref>"
		     "/tools/0/input_schema/$defs/d");
	assert_needs(NULL,
		     SCHEMA("{\"properties\":{\"p\":{\"properties\":{\"a\":{}},"
			    "\"required\":[\"a\"]}}}"),
		     "/tools/0/input_schema/properties/p/required/0!>"
		     "/tools/0/input_schema/properties/p/properties/a");
	assert_needs(NULL, SCHEMA("{\"required\":[\"a\"]}"), "");
	assert_needs(NULL,
		     "{\"x\":{\"$ref\":\"#/y\"},\"y\":1,\"required\":[\"y\"],"
		     "\"properties\":{\"y\":1}}",
		     "");
}

/* A budget for thinking must be smaller than max_tokens. */
static void t_budget(void **state)
{
	static const char body[] = "{\"max_tokens\":64,\"thinking\":{\"type\":"
				   "\"enabled\",\"budget_tokens\":32}}";
	struct shape s;

	(void)state;
	shape_make(&s, NULL, body);
	s.looks.of[at_pointer(&s, "/max_tokens")].how = HOW_SHORT;
	looks_close(&s.parts, &s.looks, CLOSE_PULL);
	assert_body(&s, body);
	s.looks.of[at_pointer(&s, "/max_tokens")].how = HOW_SHORT;
	all_go(&s, "/thinking");
	looks_close(&s.parts, &s.looks, CLOSE_PULL);
	assert_body(&s, "{\"max_tokens\":1}");
	shape_clear(&s);
}

/* If a beta is removed, its field goes too, or brings the beta back. */
static void t_beta(void **state)
{
	struct shape s;
	struct bisect_request r;
	size_t beta = 0;

	(void)state;
	shape_make(&s, "context-management-2025-06-27",
		   "{\"context_management\":{}}");
	for (size_t i = 0; i < s.parts.count; i++)
		if (s.parts.list[i].kind == PART_BETA)
			beta = i;
	s.looks.of[beta].how = HOW_GONE;
	looks_close(&s.parts, &s.looks, CLOSE_PULL);
	without(&s.parts, &s.looks, &r);
	assert_non_null(headers_get(&r.headers, "anthropic-beta"));
	bisect_request_clear(&r);
	s.looks.of[beta].how = HOW_TAKEN;
	looks_close(&s.parts, &s.looks, CLOSE_DROP);
	assert_body(&s, "{}");
	shape_clear(&s);
}

/* ---- at random ---- */

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Whatever is taken away, valid JSON is left, and not more than there was. */
static void t_any(void **state)
{
	struct bisect_request given;
	struct parts ps;
	struct looks l;
	uint32_t seed = 1;

	(void)state;
	kit_read(&given,
		 CCPROBE_SOURCE_DIR "/fixtures/requests/2.1.329/plain/01.http");
	parts_of(&ps, &given);
	looks_init(&l, &ps);
	for (int round = 0; round < 300; round++) {
		struct bisect_request r;
		struct jval root;

		for (size_t i = 1; i < ps.count; i++) {
			l.of[i].how = HOW_KEPT;
			if (next_random(&seed) % 300 < (unsigned)round)
				part_out(&ps, &l, i);
		}
		if (round % 3 > 0)
			looks_close(&ps, &l,
				    round % 3 == 1 ? CLOSE_PULL : CLOSE_DROP);
		without(&ps, &l, &r);
		assert_int_equal(jscan(buf_span(&r.body), &root, NULL), 0);
		assert_true(r.body.len <= given.body.len);
		assert_true(r.headers.bytes <= given.headers.bytes);
		bisect_request_clear(&r);
	}
	looks_clear(&l);
	parts_clear(&ps);
	bisect_request_clear(&given);
}

static bool has_all(const struct seen *s, const char *a, const char *b)
{
	struct span body = buf_span(&s->r->body);

	return span_find(body, span_of(a)) != SIZE_MAX &&
	       span_find(body, span_of(b)) != SIZE_MAX;
}

/* A member of the given body as it is spelt there. */
static char *pick(const struct parts *ps, uint32_t *seed)
{
	for (;;) {
		const struct part *p = &ps->list[next_random(seed) % ps->count];
		size_t len;

		if (p->kind != PART_MEMBER || !part_is_optional(p))
			continue;
		len = (size_t)(p->value.text.at + p->value.text.len -
			       p->key.text.at);
		if (len < 80)
			return span_dup(span_make(p->key.text.at, len));
	}
}

/* Pairs of anything are found, and what is found is minimal (kit_check). */
static void t_random(void **state)
{
	struct bisect_request given;
	struct parts ps;
	uint32_t seed = 7;

	(void)state;
	kit_read(&given,
		 CCPROBE_SOURCE_DIR "/fixtures/requests/2.1.329/plain/01.http");
	parts_of(&ps, &given);
	for (int i = 0; i < 20; i++) {
		char *a = pick(&ps, &seed), *b = pick(&ps, &seed);
		struct kit_row row = { .title = a,
				       .causes = { { has_all, a, b, NULL } } };

		assert_true(kit_run(&given, &row, i % 2 > 0) < 200);
		free(a);
		free(b);
	}
	parts_clear(&ps);
	bisect_request_clear(&given);
}

static const struct CMUnitTest tests[] = {
	{ "bisect parts: the bytes of what stays are untouched", t_without,
	  NULL, NULL, NULL },
	{ "bisect parts: pointers", t_pointers, NULL, NULL, NULL },
	{ "bisect parts: betas one by one", t_betas, NULL, NULL, NULL },
	{ "bisect parts: messages take turns, tools have results", t_history,
	  NULL, NULL, NULL },
	{ "bisect parts: fields, tools and schemas", t_fields, NULL, NULL,
	  NULL },
	{ "bisect parts: what needs what", t_needs, NULL, NULL, NULL },
	{ "bisect parts: a budget and max_tokens", t_budget, NULL, NULL, NULL },
	{ "bisect parts: a beta and its field", t_beta, NULL, NULL, NULL },
	{ "bisect parts: valid JSON, whatever is taken away", t_any, NULL, NULL,
	  NULL },
	{ "bisect parts: causes picked at random", t_random, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bisect_parts", tests, NULL, NULL);
}
