/* probe/doctor/switches: fields and betas that the settings switch off are not
 * sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/doctor/doctor.h"
#include "wire/bytes/mem.h"

#define BETAS \
	"claude-code-20250219, interleaved-thinking-2025-05-14,," \
	"context-management-2025-06-27,effort-2025-11-24"
#define BODY \
	"{\"model\":\"m\",\"thinking\":{\"type\":\"adaptive\"}," \
	"\"context_management\":{\"edits\":[{\"type\":" \
	"\"clear_thinking_20251015\"}]}," \
	"\"output_config\":{\"effort\":\"high\"}}"

static struct settings settings;
static struct setting variable;
static struct doctor_config config = { .settings = &settings };
static struct doctor d;

/* With this variable set, or none; then the betas and the body. */
static void check(const char *name, const char *value, const char *body,
		  const char *betas, const char *left)
{
	variable = (struct setting){ .name = (char *)name,
				     .value = (char *)value,
				     .source = (char *)"x",
				     .wins = true };
	settings.list = &variable;
	settings.count = name ? 1 : 0;
	d = (struct doctor){ .config = &config,
			     .client_betas = xstrdup(BETAS),
			     .client_body = BUF_INIT(BUF_NO_LIMIT) };
	buf_add_text(&d.client_body, body);
	doctor_switches(&d);
	assert_string_equal(d.client_betas, betas);
	assert_string_equal(buf_str(&d.client_body), left);
	free(d.client_betas);
	buf_clear(&d.client_body);
}

#define ALL \
	"claude-code-20250219,interleaved-thinking-2025-05-14," \
	"context-management-2025-06-27,effort-2025-11-24"

static void t_none(void **state)
{
	(void)state;
	check(NULL, NULL, BODY, ALL, BODY);
	check("DISABLE_INTERLEAVED_THINKING", "0", BODY, ALL, BODY);
	check("DISABLE_INTERLEAVED", "1", BODY, ALL, BODY);
}

static void t_beta(void **state)
{
	(void)state;
	check("DISABLE_INTERLEAVED_THINKING", "1", BODY,
	      "claude-code-20250219,context-management-2025-06-27,"
	      "effort-2025-11-24",
	      BODY);
}

static void t_field(void **state)
{
	(void)state;
	check("CLAUDE_CODE_EFFORT_LEVEL", "unset", BODY,
	      "claude-code-20250219,interleaved-thinking-2025-05-14,"
	      "context-management-2025-06-27",
	      "{\"model\":\"m\",\"thinking\":{\"type\":\"adaptive\"},"
	      "\"context_management\":{\"edits\":[{\"type\":"
	      "\"clear_thinking_20251015\"}]}}");
}

/* What needs a beta that is gone goes with it. */
static void t_field_of_beta(void **state)
{
	(void)state;
	check("CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS", "1",
	      "{\"context_management\":{\"edits\":[]},\"a\":[{\"b\":1}]}",
	      "claude-code-20250219,interleaved-thinking-2025-05-14,"
	      "effort-2025-11-24",
	      "{\"a\":[{\"b\":1}]}");
}

/* Where there is no thinking nothing clears it. */
static void t_clears_nothing(void **state)
{
	(void)state;
	check(NULL, NULL,
	      "{\"context_management\":{\"edits\":[{\"type\":"
	      "\"clear_thinking_20251015\"}]},\"a\":1}",
	      ALL, "{\"a\":1}");
	check(NULL, NULL,
	      "{\"context_management\":{\"edits\":[{\"type\":"
	      "\"clear_tool_uses_20250919\"}]},\"a\":1}",
	      ALL,
	      "{\"context_management\":{\"edits\":[{\"type\":"
	      "\"clear_tool_uses_20250919\"}]},\"a\":1}");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "switches: without one all stays", t_none, NULL, NULL, NULL },
		{ "switches: a beta goes", t_beta, NULL, NULL, NULL },
		{ "switches: a field goes with its beta", t_field, NULL, NULL,
		  NULL },
		{ "switches: what needs a beta goes with it", t_field_of_beta,
		  NULL, NULL, NULL },
		{ "switches: nothing is cleared that is not there",
		  t_clears_nothing, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("switches", tests, NULL, NULL);
}
