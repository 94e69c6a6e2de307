/* probe/doctor/shape: members of the recorded request that a small one gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/doctor/doctor.h"

#define SMALL "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[1]"
#define RECORDED \
	"{\"model\":\"r\",\"messages\":[2],\"max_tokens\":9000,\"stream\":" \
	"true"

/* The body with what the recorded one adds to it. */
static void check(const char *recorded, const char *body, const char *wanted)
{
	struct doctor d = { .client_body = BUF_INIT(BUF_NO_LIMIT) };
	struct doctor_call c = { .body = BUF_INIT(BUF_NO_LIMIT) };

	buf_add_text(&d.client_body, recorded);
	buf_add_text(&c.body, body);
	doctor_shape(&d, &c);
	assert_string_equal(buf_str(&c.body), wanted);
	buf_clear(&d.client_body);
	buf_clear(&c.body);
}

static void t_members(void **state)
{
	(void)state;
	check(RECORDED ",\"metadata\":{\"a\":1},\"tools\":[{\"n\":1},{}]}",
	      SMALL "}",
	      SMALL ",\"metadata\":{\"a\":1},\"tools\":[{\"n\":1}]}");
	check(RECORDED ",\"metadata\":{\"a\":1},\"tools\":[{\"n\":1},{}]}",
	      SMALL ",\"tools\":[3],\"stream\":false}",
	      SMALL ",\"tools\":[3],\"stream\":false,\"metadata\":{\"a\":1}}");
	check(RECORDED ",\"tools\":[]}", SMALL "}", SMALL ",\"tools\":[]}");
}

static void t_nothing(void **state)
{
	(void)state;
	check(RECORDED "}", SMALL "}", SMALL "}");
	check(RECORDED ",\"a\":1}", "{}", "{}");
	check(RECORDED ",\"a\":1}", "", "");
	check(RECORDED ",\"a\":1}", "[1]", "[1]");
}

/* 199 letters and one of two bytes, which is not cut in its middle. */
static void t_texts(void **state)
{
	char letters[200], recorded[800], wanted[800];

	(void)state;
	memset(letters, 'x', sizeof(letters) - 1);
	letters[sizeof(letters) - 1] = '\0';
	snprintf(recorded, sizeof(recorded),
		 RECORDED ",\"system\":[{\"type\":\"text\",\"text\":"
			  "\"%s\xc3\xa9\"},{\"text\":\"a\\nb\"}]}",
		 letters);
	snprintf(wanted, sizeof(wanted),
		 SMALL ",\"system\":[{\"type\":\"text\",\"text\":\"%s\"},"
		       "{\"text\":\"a\\nb\"}]}",
		 letters);
	check(recorded, SMALL "}", wanted);
	check(RECORDED ",\"system\":\"short\"}", SMALL "}",
	      SMALL ",\"system\":\"short\"}");
}

/* A step's own field thinking is kept. */
static void t_thinking(void **state)
{
#define OFF ",\"thinking\":{\"type\":\"disabled\"}"
#define BUDGET ",\"thinking\":{\"budget_tokens\":4000}"
	(void)state;
	check(RECORDED BUDGET ",\"context_management\":{}}", SMALL OFF "}",
	      SMALL OFF "}");
	check(RECORDED BUDGET "}", SMALL "}",
	      "{\"model\":\"m\",\"max_tokens\":9000,\"messages\":[1]" BUDGET
	      "}");
	check(RECORDED ",\"thinking\":{\"type\":\"adaptive\"},"
		       "\"context_management\":{}}",
	      SMALL "}",
	      SMALL ",\"thinking\":{\"type\":\"adaptive\"},"
		    "\"context_management\":{}}");
}

static const struct CMUnitTest tests[] = {
	{ "shape: members that are lacking are added", t_members, NULL, NULL,
	  NULL },
	{ "shape: what is no request, or lacks nothing", t_nothing, NULL, NULL,
	  NULL },
	{ "shape: texts of the system prompt are cut", t_texts, NULL, NULL,
	  NULL },
	{ "shape: thinking", t_thinking, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
