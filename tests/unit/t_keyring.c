/* Tests of probe/suite/keys: named keys, and wishes of requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/suite/keys/keyring.h"
#include "probe/suite/keys/wishes.h"

static void t_roles(void **state)
{
	struct fail f = FAIL_INIT;
	struct buf list = BUF_INIT(1 << 16);

	(void)state;
	keyring_list(&list);
	assert_true(span_starts(buf_span(&list), "second\n  has no limits"));
	assert_int_equal(keyring_check("second", &f), 0);
	assert_int_equal(keyring_check("single", &f), 0);
	for (const char *const *m = keyring_marks(); *m; m++) {
		assert_int_equal(keyring_check(*m + 2, &f), 0);
		assert_non_null(strstr(buf_str(&list), *m + 2));
	}
	buf_clear(&list);
	assert_int_equal(keyring_check("budgte", &f), -1);
	assert_string_equal(f.text, "no key 'budgte'; did you mean 'budget'?");
	assert_int_equal(f.code, FAIL_CASE);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(keyring_check("quite another", &f), -1);
	assert_string_equal(f.text, "no key 'quite another'; `ccprobe explain "
				    "keys` lists them");
}

static void t_ring(void **state)
{
	struct keyring k = { .list = NULL };
	char value[] = "sk-1";

	(void)state;
	assert_null(keyring_find(NULL, "budget"));
	assert_null(keyring_find(&k, "budget"));
	keyring_add(&k, "budget", value);
	keyring_add(&k, "rated", "sk-2");
	value[0] = 'x';
	assert_string_equal(keyring_find(&k, "budget"), "sk-1");
	assert_string_equal(keyring_find(&k, "rated"), "sk-2");
	assert_null(keyring_find(&k, "second"));
	keyring_clear(&k);
	assert_int_equal(k.count, 0);
}

#define NO_PLACE \
	"w:1:1: wishes are read in a 'header' or in a 'member' of the body"

/* Where wishes are; NULL: the object is right. */
static void t_places(void **state)
{
	static const struct {
		const char *text, *header, *member, *complaint;
	} rows[] = {
		{ "{\"header\":\"x-w\"}", "x-w", NULL, NULL },
		{ "{\"member\":\"w\"}", NULL, "w", NULL },
		{ "{}", NULL, NULL, NO_PLACE },
		{ "{\"header\":\"x-w\",\"member\":\"w\"}", NULL, NULL,
		  NO_PLACE },
		{ "{\"header\":\"\"}", NULL, NULL,
		  "w:1:11: key 'header' may not be empty" },
		{ "{\"member\":\"\"}", NULL, NULL,
		  "w:1:11: key 'member' may not be empty" },
	};
	struct wishes w = { .header = "x" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;
		struct json *j;

		assert_int_equal(json_parse(&j, "w", span_of(rows[i].text), &f),
				 0);
		assert_int_equal(wishes_read(&w, j, j->root, &f),
				 rows[i].complaint ? -1 : 0);
		assert_string_equal(f.text,
				    rows[i].complaint ? rows[i].complaint : "");
		if (rows[i].header)
			assert_string_equal(w.header, rows[i].header);
		if (rows[i].member)
			assert_string_equal(w.member, rows[i].member);
		json_free(j);
	}
	assert_int_equal(wishes_read(&w, NULL, NULL, NULL), 0);
	assert_null(w.header);
	assert_null(w.member);
}

static void t_wishes(void **state)
{
	static const struct {
		const char *text;
		int rc;
	} rows[] = {
		{ "{}", 0 },
		{ "{\"only\":[],\"ignore\":[],\"order\":[],\"sort\":\"price\","
		  "\"allow_fallbacks\":false,\"data_collection\":\"deny\"}",
		  0 },
		{ "{\"only\":[],\"ignore\":[],\"order\":[],\"allow_fallbacks\":"
		  "true}",
		  0 },
		{ "{\"sort\":\"\"}", -1 },
		{ "{\"data_collection\":\"\"}", -1 },
		{ "{\"only\":\"a\"}", -1 },
		{ "{\"other\":1}", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;
		struct json *j;

		assert_int_equal(json_parse(&j, "w", span_of(rows[i].text), &f),
				 0);
		assert_int_equal(wishes_check(j, j->root, &f), rows[i].rc);
		json_free(j);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "keyring: each role is known, no other is", t_roles, NULL,
		  NULL, NULL },
		{ "wishes: in a header or in a member", t_places, NULL, NULL,
		  NULL },
		{ "wishes: their members", t_wishes, NULL, NULL, NULL },
		{ "keyring: the keys of a run are found by name", t_ring, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
