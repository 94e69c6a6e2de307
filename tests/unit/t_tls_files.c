/* probe/settings/tls_files: the files of a TLS connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/settings/tls_files.h"
#include "wire/bytes/mem.h"

static void t_over(void **state)
{
	struct tls_files t = { .ca_file = xstrdup("ca"),
			       .client_cert = xstrdup("cert"),
			       .client_key = xstrdup("key"),
			       .client_key_password = xstrdup("word") };
	struct fetch_tls typed = { .any_certificate = false };
	struct fetch_tls out;

	(void)state;
	/* Options that were not given change nothing. */
	tls_files_over(&t, &typed);
	out = tls_files_borrow(&t);
	assert_false(out.any_certificate);
	assert_string_equal(out.ca_file, "ca");
	assert_string_equal(out.client_cert, "cert");
	assert_string_equal(out.client_key, "key");
	assert_string_equal(out.client_key_password, "word");
	/* A key without a certificate is for none. */
	typed.client_key = "typed-key";
	typed.ca_file = "typed-ca";
	tls_files_over(&t, &typed);
	assert_string_equal(t.ca_file, "typed-ca");
	assert_string_equal(t.client_key, "key");
	/* A certificate comes with its key, or has it in itself. */
	typed.client_cert = "typed-cert";
	typed.any_certificate = true;
	tls_files_over(&t, &typed);
	out = tls_files_borrow(&t);
	assert_true(out.any_certificate);
	assert_string_equal(out.client_cert, "typed-cert");
	assert_string_equal(out.client_key, "typed-key");
	assert_null(out.client_key_password);
	typed = (struct fetch_tls){ .client_cert = "both",
				    .client_key_password = "p" };
	tls_files_over(&t, &typed);
	assert_true(t.any_certificate);
	assert_string_equal(t.client_cert, "both");
	assert_null(t.client_key);
	assert_string_equal(t.client_key_password, "p");
	assert_string_equal(t.ca_file, "typed-ca");
	tls_files_clear(&t);
	assert_null(t.ca_file);
	assert_null(t.client_cert);
	assert_false(t.any_certificate);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "tls_files: what is typed goes over what is set", t_over,
		  NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tls_files", tests, NULL, NULL);
}
