/*
 * Tests of probe/bisect: causes planted in a server that gets the recorded
 * first request of a session (50 kB), each found by name.
 */
#include "tests/unit/bisect_kit.h"
#include "tests/unit/golden_kit.h"

/* Each request that is asked, by its size: + passes, ? fails otherwise. */
#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/bisect.txt"

static struct bisect_request recorded;

/* ---- what fails ---- */

static bool has_header(const struct seen *s, const char *a, const char *b)
{
	const char *value = headers_get(&s->r->headers, a);

	return value != NULL && (b == NULL || strcmp(value, b) == 0);
}

static bool has_beta(const struct seen *s, const char *a, const char *b)
{
	return headers_has_token(&s->r->headers, "anthropic-beta", a) &&
	       (b == NULL || kit_find(s, b, NULL));
}

static bool has_query(const struct seen *s, const char *a, const char *b)
{
	(void)b;
	return strstr(s->r->target, a) != NULL;
}

static bool has_value(const struct seen *s, const char *a, const char *b)
{
	struct jval v;

	return kit_find(s, a, &v) && (b == NULL || span_is(v.text, b));
}

static bool has_both(const struct seen *s, const char *a, const char *b)
{
	return kit_find(s, a, NULL) && kit_find(s, b, NULL);
}

static bool in_tool(const struct seen *s, const char *a, const char *b)
{
	struct jval tool, v;

	return kit_has_tool(s, a, &tool) &&
	       (b == NULL || jscan_find(tool, span_of(b), &v));
}

static bool in_any_tool(const struct seen *s, const char *a, const char *b)
{
	struct jval tools, tool, v;
	struct jiter it;

	(void)b;
	if (!kit_find(s, "/tools", &tools))
		return false;
	it = jscan_iter(tools);
	while (jscan_next(&it, NULL, &tool))
		if (jscan_find(tool, span_of(a), &v))
			return true;
	return false;
}

static bool long_description(const struct seen *s, const char *a, const char *b)
{
	struct jval tools, tool, v;
	struct jiter it;

	(void)a, (void)b;
	if (!kit_find(s, "/tools", &tools))
		return false;
	it = jscan_iter(tools);
	while (jscan_next(&it, NULL, &tool))
		if (jscan_member(tool, "description", &v) &&
		    v.text.len > 3400 + 2)
			return true;
	return false;
}

static bool has_text(const struct seen *s, const char *a, const char *b)
{
	(void)b;
	return span_find(buf_span(&s->r->body), span_of(a)) != SIZE_MAX;
}

static bool has_texts(const struct seen *s, const char *a, const char *b)
{
	return has_text(s, a, NULL) && has_text(s, b, NULL);
}

static bool has_role(const struct seen *s, const char *a, const char *b)
{
	struct jval all, m, v;
	struct jiter it;

	if (!kit_find(s, "/messages", &all))
		return false;
	it = jscan_iter(all);
	while (jscan_next(&it, NULL, &m))
		if (kit_is(m, "role", a) &&
		    (b == NULL || jscan_member(m, b, &v)))
			return true;
	return false;
}

static bool most_tokens(const struct seen *s, const char *a, const char *b)
{
	struct jval v;
	int64_t n;

	(void)b;
	return kit_find(s, "/max_tokens", &v) && jscan_i64(v, &n) &&
	       n > strtol(a, NULL, 10);
}

static bool times(const struct seen *s, const char *a, const char *b)
{
	struct span rest = buf_span(&s->r->body);
	long count = 0;
	size_t at;

	while ((at = span_find(rest, span_of(a))) != SIZE_MAX) {
		rest = span_skip(rest, at + 1);
		count++;
	}
	return count >= strtol(b, NULL, 10);
}

static bool larger(const struct seen *s, const char *a, const char *b)
{
	(void)b;
	return s->r->body.len > strtoul(a, NULL, 10);
}

static bool always(const struct seen *s, const char *a, const char *b)
{
	(void)s, (void)a, (void)b;
	return true;
}

#define SCHEMA "/input_schema/properties/"

static const struct kit_row rows[] = {
	{ "a field, and the beta it needs",
	  { { has_value, "/context_management", NULL, NULL } },
	  { "field `context_management`" } },
	{ "a field without a beta",
	  { { has_value, "/metadata", NULL, NULL } },
	  { "field `metadata`" } },
	{ "a member of a field",
	  { { has_value, "/thinking/display", NULL, NULL } },
	  { "field `thinking`: display" } },
	{ "a value two levels deep",
	  { { has_value, "/output_config/effort", "\"medium\"", NULL } },
	  { "field `output_config`: effort" } },
	{ "a flag",
	  { { has_value, "/stream", "true", NULL } },
	  { "field `stream`" } },
	{ "a beta without a field",
	  { { has_beta, "claude-code-20250219", NULL, NULL } },
	  { "beta `claude-code-20250219`" } },
	{ "a beta that has a field, alone",
	  { { has_beta, "context-management-2025-06-27", NULL, NULL } },
	  { "beta `context-management-2025-06-27`" } },
	{ "a pair of a beta and a field of another",
	  { { has_beta, "claude-code-20250219", "/metadata", NULL } },
	  { "beta `claude-code-20250219` + field `metadata`" } },
	{ "a pair of fields",
	  { { has_both, "/stream", "/system", NULL } },
	  { "field `stream` + field `system`" } },
	{ "a header",
	  { { has_header, "x-app", NULL, NULL } },
	  { "header `x-app`" } },
	{ "another header",
	  { { has_header, "User-Agent", NULL, NULL } },
	  { "header `User-Agent`" } },
	{ "the query",
	  { { has_query, "beta=true", NULL, NULL } },
	  { "the query `?beta=true`" } },
	{ "a keyword of a schema",
	  { { in_tool, "Workflow", SCHEMA "resumeFromRunId/pattern", NULL } },
	  { "tool `Workflow`: "
	    "input_schema.properties.resumeFromRunId.pattern" } },
	{ "a keyword deep in a schema",
	  { { in_tool, "ReportFindings",
	      SCHEMA "findings/items/properties/line/maximum", NULL } },
	  { "tool `ReportFindings`: "
	    "input_schema.properties.findings.items.properties.line."
	    "maximum" } },
	{ "a deferred tool",
	  { { in_any_tool, "/defer_loading", NULL, NULL } },
	  { "tool `DeferredToolPlaceholder`: defer_loading" } },
	{ "a keyword that most tools have",
	  { { in_any_tool, "/input_schema/$schema", NULL, NULL } },
	  { "tool `Agent`: input_schema.$schema" } },
	{ "any tool",
	  { { in_any_tool, "/name", NULL, NULL } },
	  { "field `tools`" } },
	{ "a tool by its name",
	  { { in_tool, "Skill", NULL, NULL } },
	  { "tool `Skill`: name" } },
	{ "any system prompt",
	  { { has_value, "/system", NULL, NULL } },
	  { "field `system`" } },
	{ "a text in the system prompt",
	  { { has_text, "cc_version=", NULL, NULL } },
	  { "the text \"cc_version=\" in system block 1" } },
	{ "a text in a message",
	  { { has_text, "<system-reminder>", NULL, NULL } },
	  { "the text \"<system-reminder>\" in message 1" } },
	{ "a message of a role",
	  { { has_role, "system", NULL, NULL } },
	  { "message 2: role `system`" } },
	{ "a member of a message",
	  { { has_role, "system", "output_config", NULL } },
	  { "message 2 (system): output_config" } },
	{ "a number",
	  { { most_tokens, "8192", NULL, NULL } },
	  { "field `max_tokens`" } },
	{ "too many markers",
	  { { times, "cache_control", "3", NULL } },
	  { "`cache_control` of system block 2 + "
	    "`cache_control` of system block 3 + "
	    "`cache_control` of message 2 (system): text block 1" } },
	{ "any marker",
	  { { has_text, "cache_control", NULL, NULL } },
	  { "`cache_control` of message 2 (system): text block 1" } },
	{ "too many bytes", { { larger, "20000", NULL, NULL } }, { "size" } },
	{ "a text that is too long",
	  { { long_description, NULL, NULL, NULL } },
	  { "the length (3401 bytes) of the text in tool "
	    "`ScheduleWakeup`: description" } },
	{ "everything", { { always, NULL, NULL, NULL } }, { "bare" } },
	{ "the model",
	  { { has_value, "/model", "\"claude-opus-5-5\"", NULL } },
	  { "field `model` + bare" } },
	{ "a header that every request has",
	  { { has_header, "anthropic-version", "2023-06-01", NULL } },
	  { "header `anthropic-version` + bare" } },
	{ "a dash that is not ASCII, in many texts",
	  { { has_text, "\xe2\x80\x94", NULL, NULL } },
	  { "the text \"\xe2\x80\x94\" in message 2" } },
	{ "two texts together",
	  { { has_texts, "cc_version", "600000 rad", NULL } },
	  { "the text \"cc_version\" in system block 1 + the text "
	    "\"600000 rad\" in tool `Bash`: "
	    "input_schema.properties.timeout.description" } },
	{ "two causes with their own words",
	  { { has_value, "/metadata", NULL, "metadata is refused" },
	    { has_header, "x-app", NULL, "x-app is refused" } },
	  { "field `metadata`", "header `x-app`" } },
	{ "two causes with the same words",
	  { { has_value, "/thinking", NULL, NULL },
	    { in_tool, "Read", SCHEMA "limit/exclusiveMinimum", NULL } },
	  { "tool `Read`: input_schema.properties.limit.exclusiveMinimum",
	    "field `thinking`" } },
	{ "two betas, each by itself",
	  { { has_beta, "interleaved-thinking-2025-05-14", NULL, NULL },
	    { has_beta, "thinking-token-count-2026-05-13", NULL, NULL } },
	  { "beta `interleaved-thinking-2025-05-14` + beta "
	    "`thinking-token-count-2026-05-13`: each" } },
	{ "two betas with their own words",
	  { { has_beta, "interleaved-thinking-2025-05-14", NULL, "first" },
	    { has_beta, "thinking-token-count-2026-05-13", NULL, "second" } },
	  { "beta `interleaved-thinking-2025-05-14`",
	    "beta `thinking-token-count-2026-05-13`" } },
	{ "too many bytes, and behind it a field",
	  { { larger, "30000", NULL, "too large" },
	    { has_value, "/metadata", NULL, "metadata is refused" } },
	  { "size", "field `metadata`" } },
};

/* Without its betas the request has fields that a strict server refuses. */
static const struct kit_row any_beta = { "any beta at all",
					 { { has_header, "anthropic-beta", NULL,
					     NULL } },
					 { "header `anthropic-beta`" } };

#define ROWS (sizeof(rows) / sizeof(*rows))

static unsigned counts[2][ROWS];

static void run_rows(bool strict)
{
	for (size_t i = 0; i < ROWS; i++)
		counts[strict][i] = kit_run(&recorded, &rows[i], strict);
}

static struct buf course = BUF_INIT(BUF_NO_LIMIT);

/* What is asked, and in which order, is as it was. */
static void t_course(void **state)
{
	(void)state;
	golden_open(GOLDEN);
	golden_close(&course);
	buf_clear(&course);
}

static void t_lax(void **state)
{
	(void)state;
	kit_course = &course;
	run_rows(false);
	kit_run(&recorded, &any_beta, false);
}

static void t_strict(void **state)
{
	(void)state;
	run_rows(true);
	kit_course = NULL;
}

static int in_order(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void t_median(void **state)
{
	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		qsort(counts[strict], ROWS, sizeof(**counts), in_order);
		printf("# %s: median %u, most %u\n", strict ? "strict" : "lax",
		       counts[strict][ROWS / 2], counts[strict][ROWS - 1]);
		assert_true(counts[strict][ROWS / 2] < 60);
		assert_true(counts[strict][ROWS - 1] < 100);
	}
}

/* Whenever it is cut short, what is known is given back, and fails. */
static void t_over(void **state)
{
	const struct kit_row *row = &rows[12];

	(void)state;
	for (unsigned budget = 1; budget < 20; budget++) {
		struct kit k = { .given = &recorded,
				 .row = row,
				 .strict = true,
				 .budget = budget,
				 .wanted = "cause" };
		struct bisect_cause causes[BISECT_CAUSES_LIMIT];
		struct fail why = FAIL_INIT;

		assert_int_equal(bisect_reduce(&recorded, kit_trial, kit_again,
					       &k, NULL, causes, &why),
				 1);
		assert_int_equal(k.trials, budget);
		assert_false(causes[0].minimal);
		assert_non_null(kit_answer(&k, &causes[0].smallest));
		bisect_cause_clear(&causes[0]);
		kit_forget(&k);
	}
}

static const struct CMUnitTest tests[] = {
	{ "bisect: causes planted in a lax server", t_lax, NULL, NULL, NULL },
	{ "bisect: causes planted in a strict server", t_strict, NULL, NULL,
	  NULL },
	{ "bisect: each search takes its course", t_course, NULL, NULL, NULL },
	{ "bisect: few requests on the recorded request", t_median, NULL, NULL,
	  NULL },
	{ "bisect: a search cut short keeps what it knows", t_over, NULL, NULL,
	  NULL },
};

int main(void)
{
	int rc;

	kit_read(&recorded,
		 CCPROBE_SOURCE_DIR "/fixtures/requests/2.1.329/plain/01.http");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	rc = cmocka_run_group_tests_name("bisect", tests, NULL, NULL);
	bisect_request_clear(&recorded);
	return rc;
}
