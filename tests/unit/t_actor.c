/* Tests of wire/log/actor: the letters of providers in names of actors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "wire/log/actor.h"

static void t_letter(void **state)
{
	(void)state;
	assert_int_equal(actor_letter("u1"), '\0');
	assert_int_equal(actor_letter("u1@a"), 'a');
	assert_int_equal(actor_letter("u@h"), 'h');
	assert_int_equal(actor_letter("u1@i"), '\0');
	assert_int_equal(actor_letter("u1@"), '\0');
	assert_int_equal(actor_letter("u1@bc"), '\0');
	assert_int_equal(actor_letter("u1@`"), '\0');
	assert_int_equal(actor_provider("u1"), 'a');
	assert_int_equal(actor_provider("u1@c"), 'c');
	assert_true(span_is(actor_base("u1@c"), "u1"));
	assert_true(span_is(actor_base("u1"), "u1"));
}

static void t_is(void **state)
{
	static const struct {
		const char *actor, *asked;
		bool is;
	} rows[] = {
		{ "u1", "u1", true },      { "u1@b", "u1", true },
		{ "u1", "u1@a", true },    { "u1", "u1@b", false },
		{ "u1@b", "u1@b", true },  { "u1@b", "u1@a", false },
		{ "u2@b", "u1@b", false }, { "u1", "u", true },
		{ "u1@b", "u", true },     { "u1@b", "u@b", true },
		{ "u1", "u@b", false },    { "u1", "u@a", true },
		{ "c1", "u", false },      { "c1", "u@a", false },
		{ "c1", "c1", true },      { "u10", "u1", false },
		{ "u1", "u10", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (actor_is(rows[i].actor, rows[i].asked) != rows[i].is)
			fail_msg("%s, asked for as %s", rows[i].actor,
				 rows[i].asked);
}

static void t_write(void **state)
{
	char name[ACTOR_LEN];

	(void)state;
	actor_write(name, "u1", 'a');
	assert_string_equal(name, "u1");
	actor_write(name, "a23456789012345678901", 'h');
	assert_string_equal(name, "a23456789012345678901@h");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "actor: whose letter it is", t_letter, NULL, NULL, NULL },
		{ "actor: who is meant", t_is, NULL, NULL, NULL },
		{ "actor: as logs have it", t_write, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("actor", tests, NULL, NULL);
}
