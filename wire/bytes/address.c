/* Where to listen: a numeric address and a port. */
#include "wire/bytes/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "wire/bytes/span.h"

static int fail_form(const char *text, struct fail *f)
{
	return fail_set(f, FAIL_USAGE,
			"'%s' is not ADDR:PORT, such as 127.0.0.1:8473 or "
			"[::1]:0",
			text);
}

static bool is_numeric(const char *host, int family)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(family, host, bytes) == 1;
}

int address_read(struct address *out, const char *text, struct fail *f)
{
	const char *colon = strrchr(text, ':');
	struct address a = { 0 };
	struct span host;
	uint64_t port;
	bool v6;

	if (!colon)
		return fail_form(text, f);
	host = span_make(text, (size_t)(colon - text));
	v6 = span_starts(host, "[") && span_ends(host, "]");
	if (v6)
		host = span_first(span_skip(host, 1), host.len - 2);
	if (host.len >= sizeof(a.host))
		return fail_form(text, f);
	memcpy(a.host, host.at, host.len);
	if (!v6 && span_is_nocase(host, "localhost"))
		snprintf(a.host, sizeof(a.host), "127.0.0.1");
	if (!is_numeric(a.host, v6 ? AF_INET6 : AF_INET))
		return fail_form(text, f);
	if (!span_u64(span_of(colon + 1), UINT16_MAX, &port))
		return fail_set(f, FAIL_USAGE,
				"'%s': the port is not a number from 0 to "
				"65535",
				text);
	a.port = (uint16_t)port;
	*out = a;
	return 0;
}

const char *address_write(const struct address *a, char out[ADDRESS_TEXT_LEN])
{
	bool v6 = strchr(a->host, ':') != NULL;

	snprintf(out, ADDRESS_TEXT_LEN, "%s%s%s:%u", v6 ? "[" : "", a->host,
		 v6 ? "]" : "", a->port);
	return out;
}

struct span address_host(struct span authority)
{
	bool bracket = span_starts(authority, "[");
	struct span s = bracket ? span_skip(authority, 1) : authority;

	return span_first(s, span_find_byte(s, bracket ? ']' : ':'));
}
