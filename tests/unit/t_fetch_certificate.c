/* net/fetch_certificate: what the library says of a certificate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/fetch_private.h"

static long verified; /* what the library says */
static struct curl_certinfo *certinfo;

CURLcode __wrap_curl_easy_getinfo(CURL *easy, CURLINFO info, ...);
CURLcode __wrap_curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
	va_list args;

	(void)easy;
	va_start(args, info);
	if (info == CURLINFO_SSL_VERIFYRESULT)
		*va_arg(args, long *) = verified;
	else if (info == CURLINFO_CERTINFO)
		*va_arg(args, struct curl_certinfo **) = certinfo;
	else
		fail();
	va_end(args);
	return CURLE_OK;
}

/* By OpenSSL's numbers, X509_V_ERR_... */
static enum certificate_fault fault_of(long number)
{
	switch (number) {
	case 0:
	case 1:
	case 62:
	case 64:
		return CERTIFICATE_NAME;
	case 9:
		return CERTIFICATE_NOT_YET;
	case 10:
		return CERTIFICATE_EXPIRED;
	case 18:
		return CERTIFICATE_SELF_SIGNED;
	case 2:
	case 19:
	case 20:
	case 21:
		return CERTIFICATE_UNKNOWN;
	default:
		return CERTIFICATE_OTHER;
	}
}

static void t_faults(void **state)
{
	struct fetch ft = { .easy = NULL };

	(void)state;
	for (verified = 0; verified < 100; verified++)
		assert_int_equal(fetch_certificate_fault(&ft),
				 fault_of(verified));
}

/* The certificate of the server, of lines that the library writes. */
static struct fetch_certificate taken(const char *const *lines)
{
	struct curl_slist *list[2] = { NULL, NULL };
	struct curl_certinfo info = { .num_of_certs = 2, .certinfo = list };
	struct fetch_certificate c = { .expires = 7 };
	struct fetch ft = { .easy = NULL };

	for (; *lines; lines++)
		list[0] = curl_slist_append(list[0], *lines);
	list[1] = curl_slist_append(NULL, "Subject:of the authority");
	certinfo = &info;
	fetch_certificate_take(&ft, &c);
	curl_slist_free_all(list[0]);
	curl_slist_free_all(list[1]);
	certinfo = NULL;
	return c;
}

static void t_taken(void **state)
{
	struct fetch_certificate c = taken((const char *const[]){
		"Subjects:another", "subject:CN = a\x01 \x7f~\xff\xc3\xa4",
		"Issuer:b", "Start date:Nov 30 15:00:00 2025 GMT",
		"Expire date:Nov 30 15:00:00 2026 GMT", "Signature:x", NULL });

	(void)state;
	assert_string_equal(c.subject, "CN = a? ?~?\xc3\xa4");
	assert_string_equal(c.issuer, "b");
	assert_int_equal(c.expires, 1796050800);
	c = taken((const char *const[]){ "Expire date:soon", NULL });
	assert_int_equal(c.expires, 0);
	assert_string_equal(c.subject, "");
}

/* As much as there is room for, without half a character. */
static void t_long(void **state)
{
	char line[200] = "Subject:", want[160];
	struct fetch_certificate c;

	(void)state;
	memset(line + 8, 'x', 158);
	strcpy(line + 8 + 158, "y");
	c = taken((const char *const[]){ line, NULL });
	assert_int_equal(strlen(c.subject), 159);
	assert_int_equal(c.subject[158], 'y');
	strcpy(line + 8 + 158, "yz");
	c = taken((const char *const[]){ line, NULL });
	assert_int_equal(strlen(c.subject), 159);
	strcpy(line + 8 + 158, "\xc3\xa4");
	c = taken((const char *const[]){ line, NULL });
	memset(want, 'x', 158);
	want[158] = '\0';
	assert_string_equal(c.subject, want);
}

static void t_none(void **state)
{
	struct curl_slist *list[1] = { NULL };
	struct curl_certinfo none = { .num_of_certs = 0, .certinfo = list };
	struct fetch_certificate c = { .expires = 7 };
	struct fetch ft = { .easy = NULL };

	(void)state;
	list[0] = curl_slist_append(NULL, "Subject:a");
	certinfo = NULL;
	fetch_certificate_take(&ft, &c);
	certinfo = &none;
	fetch_certificate_take(&ft, &c);
	assert_string_equal(c.subject, "");
	assert_int_equal(c.expires, 7);
	none.num_of_certs = 1;
	fetch_certificate_take(&ft, &c);
	assert_string_equal(c.subject, "a");
	curl_slist_free_all(list[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "certificate: what is wrong with it", t_faults, NULL, NULL,
		  NULL },
		{ "certificate: what it says", t_taken, NULL, NULL, NULL },
		{ "certificate: as much as there is room for", t_long, NULL,
		  NULL, NULL },
		{ "certificate: none is known", t_none, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fetch_certificate", tests, NULL,
					   NULL);
}
