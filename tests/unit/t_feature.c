/* Tests of probe/refusal/feature against what the client was recorded to send. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "mockupstream/dialects/strict.h"
#include "probe/refusal/feature.h"
#include "probe/suite/scratch.h"
#include "wire/http/http.h"

enum { FILE_LIMIT_BYTES = 16 << 20, SEEN_LIMIT = 256 };

/* ---- recordings ---- */

struct recording {
	char *text;
	struct http_head head;
	struct jval root; /* J_NULL: no JSON */
};

static void read_recording(struct recording *r, const char *path)
{
	struct fail f = FAIL_INIT;
	size_t len;
	long head;

	*r = (struct recording){ .root = { .type = J_NULL } };
	if (scratch_read(&r->text, &len, path, FILE_LIMIT_BYTES, &f) < 0)
		fail_msg("%s", f.text);
	head = http_request_read(span_make(r->text, len), &r->head, &f);
	assert_true(head > 0);
	(void)jscan(span_skip(span_make(r->text, len), (size_t)head), &r->root,
		    NULL);
}

static void read_named(struct recording *r, const char *name)
{
	const char *root = getenv("CCPROBE_ROOT");
	char path[512];

	snprintf(path, sizeof(path), "%s/fixtures/requests/2.1.332/%s/01.http",
		 root ? root : ".", name);
	read_recording(r, path);
}

static void clear_recording(struct recording *r)
{
	http_head_clear(&r->head);
	free(r->text);
}

static bool next_beta(struct span *rest, struct span *beta)
{
	if (rest->len == 0 || !span_split(rest, ',', beta))
		return false;
	*beta = span_trim(*beta);
	return true;
}

static void t_betas(void **state)
{
	const char *root = getenv("CCPROBE_ROOT");
	char pattern[512];
	size_t count = 0;
	glob_t found;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/fixtures/requests/*/*/*.http",
		 root ? root : ".");
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct recording r;
		struct span rest, beta;

		read_recording(&r, found.gl_pathv[i]);
		rest = span_of(headers_get(&r.head.headers, "anthropic-beta"));
		for (; next_beta(&rest, &beta); count++)
			if (!feature_of_beta(beta))
				fail_msg("%s: %.*s", found.gl_pathv[i],
					 SPAN_ARG(beta));
		clear_recording(&r);
	}
	assert_true(count > 500);
	globfree(&found);
}

static void t_headers(void **state)
{
	struct recording r;

	(void)state;
	read_named(&r, "plain");
	for (size_t i = 0; i < r.head.headers.count; i++) {
		const char *name = r.head.headers.list[i].name;

		if (strcasecmp(name, "host") == 0 ||
		    strcasecmp(name, "connection") == 0)
			continue;
		if (!feature_named(name))
			fail_msg("%s", name);
	}
	assert_string_equal(feature_named("X-Stainless-OS")->name,
			    "x-stainless-*");
	assert_null(feature_named("X-Team"));
	clear_recording(&r);
}

/* ---- which features a recording has ---- */

struct seen {
	const struct feature *list[SEEN_LIMIT];
	size_t count;
};

static bool has(const struct seen *s, const struct feature *e)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i] == e)
			return true;
	return false;
}

static void see(struct seen *s, const struct feature *e)
{
	if (!e || has(s, e))
		return;
	assert_true(s->count < SEEN_LIMIT);
	s->list[s->count++] = e;
}

static void see_all(struct seen *s, struct buf *pointer, struct jval value)
{
	struct jiter it = jscan_iter(value);
	struct jval key, inner;
	size_t n = 0, was = pointer->len;

	see(s, feature_at(buf_span(pointer), value));
	while (jscan_next(&it, &key, &inner)) {
		if (value.type == J_OBJECT)
			jscan_pointer_add(pointer, key);
		else
			buf_addf(pointer, "/%zu", n++);
		see_all(s, pointer, inner);
		buf_cut(pointer, was);
	}
}

static void see_recording(struct seen *s, const char *name)
{
	struct buf pointer = BUF_INIT(BUF_NO_LIMIT);
	struct span rest, beta;
	struct recording r;

	s->count = 0;
	read_named(&r, name);
	see_all(s, &pointer, r.root);
	rest = span_of(headers_get(&r.head.headers, "anthropic-beta"));
	while (next_beta(&rest, &beta))
		if (feature_of_beta(beta)->kind == FEATURE_BETA)
			see(s, feature_of_beta(beta));
	buf_clear(&pointer);
	clear_recording(&r);
}

/* ---- switches ---- */

static bool is_switch(const struct feature *e, const char *text)
{
	return e->switch_off && strcmp(e->switch_off, text) == 0;
}

static void t_no_betas(void **state)
{
	struct seen plain, without;
	size_t gone = 0;

	(void)state;
	see_recording(&plain, "plain");
	see_recording(&without, "betas-disabled");
	for (size_t i = 0; i < plain.count; i++) {
		const struct feature *e = plain.list[i];
		bool goes =
			is_switch(e,
				  "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1") ||
			is_switch(e, "ENABLE_TOOL_SEARCH=false");

		if (goes == has(&without, e))
			fail_msg("%s %s", e->name, goes ? "stays" : "goes");
		gone += goes;
	}
	assert_true(gone >= 5);
	assert_true(has(&plain, feature_named("context_management")));
	assert_true(has(&plain, feature_named("role=system")));
	assert_true(has(&plain, feature_named("thinking token count")));
}

static void t_no_caching(void **state)
{
	struct seen plain, without;

	(void)state;
	see_recording(&plain, "plain");
	see_recording(&without, "caching-disabled");
	for (size_t i = 0; i < plain.count; i++)
		if (is_switch(plain.list[i], "DISABLE_PROMPT_CACHING=1") ==
		    has(&without, plain.list[i]))
			fail_msg("%s", plain.list[i]->name);
	assert_true(has(&plain, feature_named("cache_control")));
}

static void t_long_cache(void **state)
{
	struct seen plain, hour;

	(void)state;
	see_recording(&plain, "plain");
	see_recording(&hour, "caching-1h");
	assert_true(has(&hour, feature_named("cache_control.ttl=1h")));
	assert_false(has(&plain, feature_named("cache_control.ttl=1h")));
}

/* ---- places ---- */

static const struct feature *at(const char *pointer, const char *json)
{
	struct jval value;

	assert_int_equal(jscan(span_of(json), &value, NULL), 0);
	return feature_at(span_of(pointer), value);
}

static void assert_at(const char *pointer, const char *json, const char *name)
{
	const struct feature *e = at(pointer, json);

	if (!e)
		fail_msg("%s: nothing", pointer);
	assert_string_equal(e->name, name);
}

static void t_places(void **state)
{
	(void)state;
	assert_at("/context_management", "{}", "context_management");
	assert_null(at("/context_management/edits", "[]"));
	assert_null(at("/messages/0/context_management", "{}"));
	assert_at("/tools/17/defer_loading", "true", "tools.defer_loading");
	assert_at("/messages/4/content/0/cache_control", "{}", "cache_control");
	assert_at("/messages/4/content/0/cache_control/ttl", "\"1h\"",
		  "cache_control.ttl=1h");
	assert_null(at("/messages/4/content/0/cache_control/ttl", "\"5m\""));
	assert_at("/system/1/cache_control", "{\"ttl\":\"1h\"}",
		  "cache_control.ttl=1h");
	assert_at("/messages/4/content/1/content/0",
		  "{\"type\":\"tool_reference\"}", "tool_reference");
	assert_at("/messages/4/content/1/content/0/type", "\"tool_reference\"",
		  "tool_reference");
	assert_at("/messages/1", "{\"role\":\"system\"}", "role=system");
	assert_at("/tools/3", "{\"type\":\"web_search_20250305\"}",
		  "web_search");
	assert_at("/thinking", "{\"type\":\"adaptive\"}",
		  "thinking.type=adaptive");
	assert_at("/thinking", "{\"type\":\"enabled\"}", "thinking");
}

/* Arguments and schemas are the user's. */
static void t_foreign(void **state)
{
	(void)state;
	assert_null(at("/tools/0/input_schema/properties/cache_control", "{}"));
	assert_null(at("/messages/1/content/0/input/type", "\"thinking\""));
	assert_null(at("", "{\"speed\":\"fast\"}"));
	assert_null(at("/", "{}"));
}

static void t_advice(void **state)
{
	struct buf out = BUF_INIT(1000);

	(void)state;
	feature_advice(feature_named("tools.defer_loading"), &out);
	assert_string_equal(
		buf_str(&out),
		"the gateway has to forward the field and its beta together, "
		"or take away both (anthropic-beta: "
		"advanced-tool-use-2025-11-20 or tool-search-tool-2025-10-19); "
		"until it does, set ENABLE_TOOL_SEARCH=false for Claude Code");
	buf_reset(&out);
	feature_advice(feature_named("metadata"), &out);
	assert_string_equal(buf_str(&out),
			    "the gateway has to forward it as it is; no "
			    "setting of Claude Code turns it off");
	buf_clear(&out);
}

/* ---- the strict provider knows the same pairs ---- */

#define FRONT \
	"{\"model\":\"claude-opus-5-5\",\"max_tokens\":64,\"messages\":[{" \
	"\"role\":\"user\",\"content\":\"hi\"}"
#define TOP(members) FRONT "]," members "}"
#define TURN(members) \
	FRONT ",{\"role\":\"system\",\"content\":\"s\"," members "}]}"
#define TOOL(members) \
	TOP("\"tools\":[{\"name\":\"T\",\"input_schema\":{\"type\":" \
	    "\"object\"}" \
	    "," members "}]")
#define MARK(members) \
	TOP("\"system\":[{\"type\":\"text\",\"text\":\"s\"," \
	    "\"cache_control\":{\"type\":\"ephemeral\"," members "}}]")

static const struct {
	const char *name, *body;
} pairs[] = {
	{ "context_management", TOP("\"context_management\":{}") },
	{ "output_config.task_budget",
	  TOP("\"output_config\":{\"task_budget\":{}}") },
	{ "messages.output_config",
	  TURN("\"output_config\":{\"effort\":\"low\"}") },
	{ "messages.clear_at", TURN("\"clear_at\":\"x\"") },
	{ "tools.allowed_callers", TOOL("\"allowed_callers\":[]") },
	{ "cache_control.scope", MARK("\"scope\":\"global\"") },
	{ "thinking.block_binding",
	  TOP("\"thinking\":{\"type\":\"adaptive\",\"block_binding\":{}}") },
	{ "speed", TOP("\"speed\":\"fast\"") },
	{ "fallback_credit_token", TOP("\"fallback_credit_token\":\"x\"") },
	{ "fallbacks", TOP("\"fallbacks\":[]") },
	{ "mcp_servers", TOP("\"mcp_servers\":[]") },
	{ "safeguards", TOP("\"safeguards\":[]") },
	{ "thread", TOP("\"thread\":{\"type\":\"create\"}") },
	{ "compaction", TOP("\"compaction\":{\"type\":\"summarize\"}") },
	{ "tags", TOP("\"tags\":{}") },
	{ "billing_policy", TOP("\"billing_policy\":{}") },
	{ "advisor", TOP("\"tools\":[{\"type\":\"advisor_20260301\","
			 "\"name\":\"advisor\"}]") },
};

static int strict(const char *body, struct span beta, struct fail *why)
{
	struct headers sent = { .list = NULL };
	struct jval root;
	int status;

	assert_int_equal(jscan(span_of(body), &root, why), 0);
	headers_add(&sent, span_of("anthropic-beta"), beta);
	status = strict_check(&sent, root, false, 0, why);
	headers_clear(&sent);
	return status;
}

static void t_strict(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct feature *e = feature_named(pairs[i].name);
		struct buf pointer = BUF_INIT(BUF_NO_LIMIT);
		struct seen s = { .count = 0 };
		struct fail why = FAIL_INIT;
		struct span rest, beta;
		struct jval root;

		assert_non_null(e);
		assert_int_equal(jscan(span_of(pairs[i].body), &root, NULL), 0);
		see_all(&s, &pointer, root);
		if (!has(&s, e))
			fail_msg("%s is not seen", e->name);
		assert_int_equal(strict(pairs[i].body,
					span_of("claude-code-20250219"), &why),
				 400);
		rest = span_of(e->betas);
		while (rest.len > 0 && span_split(&rest, ' ', &beta)) {
			why = (struct fail)FAIL_INIT;
			if (strict(pairs[i].body, beta, &why) != 0)
				fail_msg("%s: %s", e->name, why.text);
		}
		buf_clear(&pointer);
	}
}

static void t_rows(void **state)
{
	const struct feature *e;

	(void)state;
	for (size_t n = 0; (e = feature_nth(n)) != NULL; n++) {
		bool in_body =
			e->kind != FEATURE_BETA && e->kind != FEATURE_HEADER;

		if (feature_named(e->name) != e)
			fail_msg("%s is there twice", e->name);
		assert_true(in_body == (e->pattern != NULL));
		assert_non_null(e->forward);
		if (e->switch_off)
			assert_non_null(strchr(e->switch_off, '='));
	}
	assert_null(feature_of_beta(span_of("no-such-beta-2025-01-01")));
	assert_null(feature_of_beta(span_of("")));
}

static const struct CMUnitTest tests[] = {
	{ "feature: rows are whole", t_rows, NULL, NULL, NULL },
	{ "feature: every beta of the recordings is known", t_betas, NULL, NULL,
	  NULL },
	{ "feature: headers of the client are known", t_headers, NULL, NULL,
	  NULL },
	{ "feature: betas-disabled lacks what that switch takes away",
	  t_no_betas, NULL, NULL, NULL },
	{ "feature: caching-disabled lacks what that switch takes away",
	  t_no_caching, NULL, NULL, NULL },
	{ "feature: caching-1h has its ttl", t_long_cache, NULL, NULL, NULL },
	{ "feature: places", t_places, NULL, NULL, NULL },
	{ "feature: arguments and schemas are no features", t_foreign, NULL,
	  NULL, NULL },
	{ "feature: advice", t_advice, NULL, NULL, NULL },
	{ "feature: the strict provider has the same pairs", t_strict, NULL,
	  NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("feature", tests, NULL, NULL);
}
