/* Tests of probe/refusal/refusal_clean: error texts without what changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/refusal/refusal.h"

static const struct {
	const char *text, *wanted;
} rows[] = {
	/* numbers, and what they count */
	{ "12 of 345", "N of N" },
	{ "1.5 MB is 900 bytes", "N is N" },
	{ "1,200 KiB and 3s", "N and N" },
	{ "1. 2, 3", "N. N, N" },
	{ "7 bits 8B 9 Bs", "N bits N N Bs" },
	{ "5ms 6 msg", "N N msg" },
	{ "12 GB", "N" },
	{ "9.", "N." },
	{ "9,", "N" },
	{ "tools.25.name", "tools.N.name" },
	{ "claude-opus-4-1", "claude-opus-N-N" },
	{ "x12y3", "xNyN" },
	{ "a1 1a", "aN Na" },
	/* what is made up for each request */
	{ "id req_12345678", "id ID" },
	{ "id req_1234567", "id req_N" },
	{ "toolu_abcdefgh", "ID" },
	{ "chatcmpl-abcdefgh", "ID" },
	{ "chatcmpl-abcdefg", "chatcmpl-abcdefg" },
	{ "123e4567-e89b-12d3-a456-426614174000", "ID" },
	{ "123e4567-e89b-12d3-a456-42661417400g", "NeN-eNb-NdN-aN-Ng" },
	{ "123e4567xe89b-12d3-a456-426614174000", "NeNxeNb-NdN-aN-N" },
	{ "deadbeefdeadbeef", "ID" },
	{ "deadbeefdeadbee", "deadbeefdeadbee" },
	{ "deadbee1", "N" },
	{ "deadbe1", "deadbeN" },
	{ "deadbeef", "deadbeef" },
	{ "12345678", "N" },
	{ "1234567890123456", "ID" },
	{ "zB3zzzzzzzzzzzzzzzzz", "ID" },
	{ "zB3zzzzzzzzzzzzzzzz", "zBNzzzzzzzzzzzzzzzz" },
	{ "zBzzzzzzzzzzzzzzzzzz", "zBzzzzzzzzzzzzzzzzzz" },
	{ "ABCDEFGHIJKLMNOPQR123", "ID" },
	{ "ABCDEFGHIJKLMNOPQRS12", "ABCDEFGHIJKLMNOPQRSN" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaa-1A2BCD", "ID" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaa-1ABC",
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaa-NABC" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaa-1ABCDa",
	  "aaaaaaaaaaaaaaaaaaaaaaaaaa-NABCDa" },
	{ "AAAAAAAAAAAAAAAAAAAAAAAAAA-12abc",
	  "AAAAAAAAAAAAAAAAAAAAAAAAAA-Nabc" },
	{ "AAAAAAAAAAAAAAAAAAAAAAAAAA-1a2bcd", "ID" },
	/* complaints that are told again */
	{ "a: 1, a: 2, b", "a: N, b" },
	{ "a; a;b", "a;b" },
	{ "a\na\nb\n", "a\nb" },
	{ "a,, b", "a, b" },
	{ "1,2", "N" },
	{ "x1,y", "xN,y" },
	{ "x,1", "x,N" },
	{ ",a", ",a" },
	{ "", "" },
};

static void t_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		refusal_normal(span_of(rows[i].text), &out);
		if (strcmp(buf_str(&out), rows[i].wanted) != 0)
			print_message("%s: %s, not %s\n", rows[i].text,
				      buf_str(&out), rows[i].wanted);
		assert_string_equal(buf_str(&out), rows[i].wanted);
		buf_clear(&out);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "clean: what is the same but for what changes", t_rows, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("clean", tests, NULL, NULL);
}
