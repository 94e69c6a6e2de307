/* Tests of probe/doctor/fit: the recorded request for another model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/doctor/doctor.h"
#include "wire/bytes/mem.h"

#define BETAS \
	"claude-code-20250219, effort-2025-11-24,,per-turn-control-1," \
	"mid-conversation-2,context-1"

/* Asserts the body and betas that a request gets for a model. */
static void assert_fit(const char *model, const char *body, const char *wanted,
		       const char *betas)
{
	struct doctor d = { .model = xstrdup(model),
			    .client_betas = xstrdup(BETAS) };

	buf_init(&d.client_body, 1024 * 1024);
	buf_add_text(&d.client_body, body);
	doctor_fit(&d);
	assert_string_equal(buf_str(&d.client_body), wanted);
	assert_string_equal(d.client_betas, betas);
	buf_clear(&d.client_body);
	free(d.model);
	free(d.client_betas);
}

static void t_betas(void **state)
{
	static const char *const rows[][2] = {
		{ "effort-1,a,b", "a,b" },
		{ "a,effort-1,b", "a,b" },
		{ " a , mid-conversation-1 ", "a" },
		{ "per-turn-control-1", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct doctor d = { .model = xstrdup("haiku-4"),
				    .client_betas = xstrdup(rows[i][0]) };

		buf_init(&d.client_body, 1024);
		buf_add_text(&d.client_body, "{}");
		doctor_fit(&d);
		assert_string_equal(d.client_betas, rows[i][1]);
		buf_clear(&d.client_body);
		free(d.model);
		free(d.client_betas);
	}
}

static void t_tokens(void **state)
{
	(void)state;
	assert_fit("m", "{\"model\":\"m\",\"max_tokens\":64000}",
		   "{\"model\":\"m\",\"max_tokens\":64000}", BETAS);
	assert_fit("n", "{\"model\":\"m\",\"max_tokens\":64000}",
		   "{\"model\":\"m\",\"max_tokens\":32000}", BETAS);
	assert_fit("n", "{\"model\":\"m\",\"max_tokens\":3.20e4}",
		   "{\"model\":\"m\",\"max_tokens\":3.20e4}", BETAS);
	assert_fit("n", "{\"max_tokens\":32001}", "{\"max_tokens\":32000}",
		   BETAS);
	assert_fit("n", "{\"max_tokens\":\"64000\"}",
		   "{\"max_tokens\":\"64000\"}", BETAS);
	assert_fit("n", "{\"model\":\"m\"}", "{\"model\":\"m\"}", BETAS);
	assert_fit("n", "no", "no", BETAS);
}

#define KEPT "claude-code-20250219,context-1"

static void t_older(void **state)
{
	static const char *const models[] = {
		"claude-haiku-4-5",         "anthropic/claude-sonnet-4.5",
		"claude-sonnet-4-5",        "claude-opus-4-5",
		"claude-opus-4.5",          "claude-opus-4-1",
		"claude-opus-4.1",          "claude-opus-4-20250514",
		"claude-opus-4-0",          "claude-3-7-sonnet",
		"claude-sonnet-4-20250514", "claude-sonnet-4-0",
	};
	static const char recorded[] =
		"{\"model\":\"m\",\"thinking\":{\"type\":\"adaptive\"},"
		"\"output_config\":{\"effort\":\"high\"},\"messages\":["
		"{\"role\":\"user\"},{\"role\":\"system\",\"content\":\"a\"},"
		"{\"role\":\"system\",\"content\":\"b\"},"
		"{\"role\":\"user\",\"content\":\"c\"},"
		"{\"role\":\"system\"}]}";

	(void)state;
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		assert_fit(models[i], recorded,
			   "{\"model\":\"m\",\"thinking\":{\"budget_tokens\":"
			   "31999,\"type\":\"enabled\"},\"messages\":["
			   "{\"role\":\"user\"},"
			   "{\"role\":\"user\",\"content\":\"c\"},"
			   "{\"role\":\"system\"}]}",
			   KEPT);
	assert_fit("claude-opus-5", recorded, recorded, BETAS);
	assert_fit("claude-sonnet-4-6", recorded, recorded, BETAS);
	assert_fit("haiku-4", "{\"thinking\":{\"type\":\"disabled\"}}",
		   "{\"thinking\":{\"type\":\"disabled\"}}", KEPT);
	assert_fit("haiku-4", "{\"messages\":[{\"role\":\"system\"}]}",
		   "{\"messages\":[{\"role\":\"system\"}]}", KEPT);
}

static void t_change(void **state)
{
	struct doctor d = { .called = 0 };

	(void)state;
	buf_init(&d.client_body, 1024);
	buf_add_text(&d.client_body, "{\"a\":[1]}");
	assert_true(doctor_change(&d, EDIT_SET, "/a/0", "2"));
	assert_string_equal(buf_str(&d.client_body), "{\"a\":[2]}");
	assert_false(doctor_change(&d, EDIT_REMOVE, "/b", NULL));
	assert_string_equal(buf_str(&d.client_body), "{\"a\":[2]}");
	assert_true(doctor_change(&d, EDIT_REMOVE, "/a", NULL));
	assert_string_equal(buf_str(&d.client_body), "{}");
	buf_clear(&d.client_body);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "fit: no more tokens than the client asks for", t_tokens,
		  NULL, NULL, NULL },
		{ "fit: models without adaptive thinking", t_older, NULL, NULL,
		  NULL },
		{ "fit: betas of newer models are left out", t_betas, NULL,
		  NULL, NULL },
		{ "fit: an edit that has no place", t_change, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
