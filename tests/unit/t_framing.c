/* Tests of wire/http/framing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wire/http/framing.h"

static const char *doubt(int minor, const char *fields)
{
	struct http_head h = { .minor = minor };
	struct span rest = span_of(fields), line;
	const char *found;

	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		size_t colon = span_find_byte(line, ':');

		headers_add(&h.headers, span_first(line, colon),
			    span_skip(line, colon + 1));
	}
	found = framing_doubt(&h);
	headers_clear(&h.headers);
	return found;
}

static void t_sound(void **state)
{
	(void)state;
	assert_null(doubt(1, "host:a\ncontent-length:3"));
	assert_null(doubt(1, "host:a\ntransfer-encoding:Chunked"));
	assert_null(doubt(0, "content-length:3"));
}

static void t_doubtful(void **state)
{
	static const char *const heads[] = {
		"host:a\ncontent-length:3\ntransfer-encoding:chunked",
		"host:a\ncontent-length:3\nContent-Length:3",
		"host:a\ntransfer-encoding:xchunked",
		"host:a\ntransfer-encoding:chunked, identity",
		"host:a\ntransfer-encoding:chunked\ntransfer-encoding:chunked",
		"host:a\nhost:a",
		"content-length:3",
		"host:a\ntransfer-encoding :chunked",
		"host:a\n x:y",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (doubt(1, heads[i]) == NULL)
			fail_msg("%s", heads[i]);
	assert_non_null(doubt(0, "transfer-encoding:chunked"));
}

static const struct CMUnitTest tests[] = {
	{ "framing: sound heads", t_sound, NULL, NULL, NULL },
	{ "framing: heads that two readers may read in two ways", t_doubtful,
	  NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("framing", tests, NULL, NULL);
}
