/* Signs a request: canonical request, string to sign, signature. */
#include "net/sigv4.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <gnutls/crypto.h>

#include "wire/bytes/buf.h"

enum {
	HASH_BYTES = 32,
	PARAMETERS_LIMIT = 256,
	STAMP_BYTES = 17, /* "20150830T123600Z" */
	DAY_BYTES = 8,
};

#define ALGORITHM "AWS4-HMAC-SHA256"

static void add_hex(const unsigned char *bytes, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++)
		buf_addf(out, "%02x", bytes[i]);
}

/* These functions of GnuTLS fail only where it lacks the algorithm, which none
 * does. */
static void add_hash(struct span bytes, struct buf *out)
{
	unsigned char hash[HASH_BYTES] = { 0 };

	(void)gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.at, bytes.len, hash);
	add_hex(hash, sizeof(hash), out);
}

/* `key` becomes HMAC(key, text). */
static void sign(unsigned char key[HASH_BYTES], struct span text)
{
	unsigned char mac[HASH_BYTES] = { 0 };

	(void)gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, HASH_BYTES, text.at,
			       text.len, mac);
	memcpy(key, mac, sizeof(mac));
}

static void signing_key(const struct sigv4_key *key, const char *day,
			unsigned char out[HASH_BYTES])
{
	struct buf secret = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&secret, "AWS4%s", key->secret);
	(void)gnutls_hmac_fast(GNUTLS_MAC_SHA256, buf_str(&secret), secret.len,
			       day, DAY_BYTES, out);
	sign(out, span_of(key->region));
	sign(out, span_of(key->service));
	sign(out, span_of("aws4_request"));
	if (secret.at)
		gnutls_memset(secret.at, 0, secret.len);
	buf_clear(&secret);
}

/* ---- the target ---- */

static void add_encoded(struct span s, const char *kept, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char byte = (unsigned char)s.at[i];

		if (isalnum(byte) || (byte != '\0' && strchr(kept, byte)))
			buf_add_byte(out, s.at[i]);
		else
			buf_addf(out, "%%%02X", byte);
	}
}

/* Decodes "%41" to "A", so that both spellings of a parameter are the same. */
static void add_decoded(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		char digits[3] = "";

		if (s.at[i] == '%' && s.len - i > 2 &&
		    isxdigit((unsigned char)s.at[i + 1]) &&
		    isxdigit((unsigned char)s.at[i + 2])) {
			memcpy(digits, s.at + i + 1, 2);
			buf_add_byte(out, (char)strtoul(digits, NULL, 16));
			i += 2;
		} else {
			buf_add_byte(out, s.at[i]);
		}
	}
}

static char *parameter_of(struct span part)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT), out = BUF_INIT(BUF_NO_LIMIT);
	size_t equals = span_find_byte(part, '=');

	add_decoded(span_first(part, equals), &plain);
	add_encoded(buf_span(&plain), "-._~", &out);
	buf_add_byte(&out, '=');
	buf_reset(&plain);
	if (equals < part.len)
		add_decoded(span_skip(part, equals + 1), &plain);
	add_encoded(buf_span(&plain), "-._~", &out);
	buf_clear(&plain);
	return buf_take(&out, &(size_t){ 0 });
}

/* Orders by name, then by value. '=' counts as less than all characters of a
 * name. */
static int by_name(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	size_t m = strcspn(x, "="), n = strcspn(y, "=");
	int order = memcmp(x, y, m < n ? m : n);

	if (order == 0 && m != n)
		return m < n ? -1 : 1;
	return order != 0 ? order : strcmp(x, y);
}

static int add_query(struct span query, struct buf *out, struct fail *f)
{
	char *list[PARAMETERS_LIMIT];
	size_t count = 0;
	struct span part;
	int rc = 0;

	while (query.len > 0 && span_split(&query, '&', &part)) {
		if (part.len == 0)
			continue;
		if (count == PARAMETERS_LIMIT) {
			rc = fail_set(f, FAIL_LIMIT,
				      "more than %d parameters in a query",
				      PARAMETERS_LIMIT);
			break;
		}
		list[count++] = parameter_of(part);
	}
	qsort(list, count, sizeof(*list), by_name);
	for (size_t i = 0; i < count; i++) {
		buf_addf(out, "%s%s", i > 0 ? "&" : "", list[i]);
		free(list[i]);
	}
	return rc;
}

/* ---- the fields ---- */

static bool is_signed(const char *name)
{
	return strcasecmp(name, "host") == 0 ||
	       strcasecmp(name, "content-type") == 0 ||
	       strncasecmp(name, "x-amz-", 6) == 0;
}

static int by_field(const void *a, const void *b)
{
	const struct header *const *x = a, *const *y = b;
	int order = strcasecmp((*x)->name, (*y)->name);

	if (order == 0) /* in the order of the request */
		return *x < *y ? -1 : 1;
	return order;
}

/* Appends a value; a run of blanks becomes one. */
static void add_value(const char *value, struct buf *out)
{
	for (const char *p = value; *p; p++)
		if (*p != ' ' || p[1] != ' ')
			buf_add_byte(out, *p);
}

/* Appends a line "name:value" for each signed field, and the names to
 * `names`. */
static void add_fields(const struct headers *h, struct buf *out,
		       struct buf *names)
{
	const struct header *list[HTTP_HEADERS_LIMIT];
	size_t count = 0;

	for (size_t i = 0; i < h->count; i++)
		if (is_signed(h->list[i].name))
			list[count++] = &h->list[i];
	qsort(list, count, sizeof(*list), by_field);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcasecmp(list[i]->name, list[i - 1]->name) == 0)
			buf_add_byte(out, ',');
		else {
			buf_add_text(out, i > 0 ? "\n" : "");
			buf_add_text(names, i > 0 ? ";" : "");
			for (const char *p = list[i]->name; *p; p++) {
				char c = (char)tolower((unsigned char)*p);

				buf_add_byte(out, c);
				buf_add_byte(names, c);
			}
			buf_add_byte(out, ':');
		}
		add_value(list[i]->value, out);
	}
	buf_add_byte(out, '\n');
}

/* ---- the whole ---- */

static int canonical(const struct sigv4_request *r, const struct headers *h,
		     struct buf *out, struct buf *names, struct fail *f)
{
	size_t mark = span_find_byte(r->target, '?');

	buf_addf(out, "%s\n", r->method);
	add_encoded(span_first(r->target, mark), "-._~/", out);
	buf_add_byte(out, '\n');
	if (mark < r->target.len &&
	    add_query(span_skip(r->target, mark + 1), out, f) < 0)
		return -1;
	buf_add_byte(out, '\n');
	add_fields(h, out, names);
	buf_addf(out, "\n%s\n", buf_str(names));
	add_hash(r->body, out);
	return 0;
}

static int set_fields(const struct sigv4_key *key, const char *stamp,
		      struct headers *h, struct fail *f)
{
	headers_remove(h, "authorization");
	headers_remove(h, "x-amz-security-token");
	headers_remove(h, "x-amz-date");
	if (!headers_get(h, "host"))
		return fail_set(f, FAIL_USAGE,
				"a request without a Host cannot be signed");
	if (headers_add_text(h, "X-Amz-Date", stamp) < 0 ||
	    (key->session &&
	     headers_add_text(h, "X-Amz-Security-Token", key->session) < 0))
		return fail_set(f, FAIL_LIMIT, "too many header fields");
	return 0;
}

int sigv4_sign(const struct sigv4_key *key, const struct sigv4_request *request,
	       struct headers *headers, struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT),
		   names = BUF_INIT(BUF_NO_LIMIT);
	struct buf scope = BUF_INIT(BUF_NO_LIMIT),
		   hash = BUF_INIT(BUF_NO_LIMIT);
	unsigned char mac[HASH_BYTES] = { 0 };
	time_t now = (time_t)request->now;
	char stamp[STAMP_BYTES];
	struct tm tm;
	int rc = -1;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	if (set_fields(key, stamp, headers, f) < 0 ||
	    canonical(request, headers, &text, &names, f) < 0)
		goto out;
	buf_addf(&scope, "%.*s/%s/%s/aws4_request", DAY_BYTES, stamp,
		 key->region, key->service);
	add_hash(buf_span(&text), &hash);
	buf_reset(&text);
	buf_addf(&text, ALGORITHM "\n%s\n%s\n%s", stamp, buf_str(&scope),
		 buf_str(&hash));
	signing_key(key, stamp, mac);
	sign(mac, buf_span(&text));
	buf_reset(&text);
	buf_addf(&text,
		 ALGORITHM " Credential=%s/%s, SignedHeaders=%s, Signature=",
		 key->access, buf_str(&scope), buf_str(&names));
	add_hex(mac, sizeof(mac), &text);
	rc = headers_add(headers, span_of("Authorization"), buf_span(&text));
	if (rc < 0)
		fail_set(f, FAIL_LIMIT, "too many header fields");
out:
	buf_clear(&text);
	buf_clear(&names);
	buf_clear(&scope);
	buf_clear(&hash);
	return rc;
}
