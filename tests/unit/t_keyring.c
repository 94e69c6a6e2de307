/* Tests of probe/suite/keys: named keys, and wishes of a request. */
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

/* Reads {"place": ..., "wish": ...}: where wishes are read, and one. */
static void reads(const char *text, const char *header, const char *member,
		  const char *why)
{
	struct wishes w = { .header = "left" };
	struct fail f = FAIL_INIT;
	struct json *j;
	const cJSON *wish;
	int rc;

	assert_int_equal(json_parse(&j, "a.json", span_of(text), &f), 0);
	rc = wishes_read(
		&w, j, cJSON_GetObjectItemCaseSensitive(j->root, "place"), &f);
	wish = cJSON_GetObjectItemCaseSensitive(j->root, "wish");
	if (rc == 0 && wish)
		rc = wishes_check(j, wish, &f);
	assert_int_equal(rc, why ? -1 : 0);
	assert_string_equal(f.text, why ? why : "");
	if (!why) {
		assert_true(!w.header == !header && !w.member == !member);
		assert_string_equal(w.header ? w.header : "",
				    header ? header : "");
		assert_string_equal(w.member ? w.member : "",
				    member ? member : "");
	}
	json_free(j);
}

static void t_wishes(void **state)
{
	static const char one[] = "a.json:1:10: wishes are read in a 'header' "
				  "or in a 'member' of the body";

	(void)state;
	reads("{}", NULL, NULL, NULL);
	reads("{\"place\":{\"header\":\"x-a\"}}", "x-a", NULL, NULL);
	reads("{\"place\":{\"member\":\"b\"}}", NULL, "b", NULL);
	reads("{\"place\":{}}", NULL, NULL, one);
	reads("{\"place\":{\"header\":\"x-a\",\"member\":\"b\"}}", NULL, NULL,
	      one);
	reads("{\"place\":{\"heder\":\"x-a\"}}", NULL, NULL,
	      "a.json:1:11: unknown key 'heder'; did you mean 'header'?");
	reads("{\"wish\":{}}", NULL, NULL, NULL);
	reads("{\"wish\":{\"only\":[\"a\"],\"ignore\":[],\"order\":[],"
	      "\"sort\":\"price\",\"allow_fallbacks\":false,"
	      "\"data_collection\":\"deny\"}}",
	      NULL, NULL, NULL);
	reads("{\"wish\":{\"onyl\":[]}}", NULL, NULL,
	      "a.json:1:10: unknown key 'onyl'; did you mean 'only'?");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "keyring: each role is known, no other is", t_roles, NULL,
		  NULL, NULL },
		{ "keyring: the keys of a run are found by name", t_ring, NULL,
		  NULL, NULL },
		{ "wishes: where they are read, and what one may be", t_wishes,
		  NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
