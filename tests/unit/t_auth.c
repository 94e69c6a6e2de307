/* gateway/auth: which credentials are good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gateway/auth.h"

static struct config config;

static int set_up(void **state)
{
	(void)state;
	config_init(&config);
	config_add_key(&config, "alice", "key-one", NULL);
	config_add_key(&config, NULL, "key-two", NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	config_clear(&config);
	return 0;
}

/* The verdict on up to two fields. */
static enum auth verdict(const char *name, const char *value, const char *name2,
			 const char *value2)
{
	struct headers h = { 0 };
	enum auth auth;

	headers_add_text(&h, "accept", "*/*");
	if (name)
		headers_add_text(&h, name, value);
	if (name2)
		headers_add_text(&h, name2, value2);
	auth = auth_check(&config, &h, NULL);
	headers_clear(&h);
	return auth;
}

static enum auth one(const char *name, const char *value)
{
	return verdict(name, value, NULL, NULL);
}

static void t_either(void **state)
{
	(void)state;
	assert_int_equal(one("x-api-key", "key-one"), AUTH_GOOD);
	assert_int_equal(one("X-Api-Key", "key-two"), AUTH_GOOD);
	assert_int_equal(one("Authorization", "Bearer key-one"), AUTH_GOOD);
	assert_int_equal(one("authorization", "bearer  key-two "), AUTH_GOOD);
}

static void t_both(void **state)
{
	(void)state;
	assert_int_equal(verdict("x-api-key", "key-one", "authorization",
				 "Bearer key-one"),
			 AUTH_GOOD);
	assert_int_equal(verdict("x-api-key", "other", "authorization",
				 "Bearer key-one"),
			 AUTH_GOOD);
	assert_int_equal(verdict("authorization", "Bearer other", "x-api-key",
				 "key-two"),
			 AUTH_GOOD);
	assert_int_equal(verdict("authorization", "Bearer other", "x-api-key",
				 "another"),
			 AUTH_WRONG);
}

static void t_missing(void **state)
{
	(void)state;
	assert_int_equal(one(NULL, NULL), AUTH_MISSING);
	assert_int_equal(one("proxy-authorization", "Bearer key-one"),
			 AUTH_MISSING);
}

static void t_wrong(void **state)
{
	static const char *const keys[] = {
		"",
		"k",
		"key-on",
		"key-one2",
		"KEY-ONE",
		"key-onekey-one",
		"key-two,key-one",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		assert_int_equal(one("x-api-key", keys[i]), AUTH_WRONG);
}

static void t_scheme(void **state)
{
	static const char *const values[] = {
		"",
		"Bearer",
		"Bearer ",
		"key-one",
		"Basic key-one",
		"Bearerkey-one",
		"Bearer key-one key-two",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		assert_int_equal(one("authorization", values[i]), AUTH_WRONG);
}

/* The first credential that is good is the one that counts. */
static void t_who(void **state)
{
	struct headers h = { 0 };
	const struct client_key *who = NULL;

	(void)state;
	headers_add_text(&h, "x-api-key", "other");
	headers_add_text(&h, "authorization", "Bearer key-two");
	assert_int_equal(auth_check(&config, &h, &who), AUTH_GOOD);
	assert_ptr_equal(who, &config.keys[1]);
	headers_add_text(&h, "x-api-key", "key-one");
	assert_int_equal(auth_check(&config, &h, &who), AUTH_GOOD);
	assert_ptr_equal(who, &config.keys[1]);
	headers_clear(&h);
	assert_int_equal(auth_check(&config, &h, &who), AUTH_MISSING);
	assert_null(who);
}

/* A credential of the client's own is for the provider to judge. */
static void t_client(void **state)
{
	struct header other = { (char *)"x-api-keys", (char *)"k" };
	struct span credential;

	(void)state;
	config.upstream.scheme = KEY_CLIENT;
	assert_int_equal(one("x-api-key", "any"), AUTH_GOOD);
	assert_int_equal(one("authorization", "AWS4-HMAC-SHA256 x"), AUTH_GOOD);
	assert_int_equal(one(NULL, NULL), AUTH_MISSING);
	assert_false(auth_is_offered(&other, &credential));
	other.name = (char *)"authorizations";
	assert_false(auth_is_offered(&other, &credential));
	other.name = (char *)"AUTHORIZATION";
	other.value = (char *)" bearer  a b ";
	assert_true(auth_is_offered(&other, &credential));
	assert_true(span_is(credential, "a b"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "auth: a key is good in either field", t_either, NULL, NULL,
		  NULL },
		{ "auth: one good key of two is enough", t_both, NULL, NULL,
		  NULL },
		{ "auth: no credential is told from a wrong one", t_missing,
		  NULL, NULL, NULL },
		{ "auth: a key is good as a whole only", t_wrong, NULL, NULL,
		  NULL },
		{ "auth: other schemes than Bearer are wrong", t_scheme, NULL,
		  NULL, NULL },
		{ "auth: who it is", t_who, NULL, NULL, NULL },
		{ "auth: a credential of the client's own", t_client, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("auth", tests, set_up, tear_down);
}
