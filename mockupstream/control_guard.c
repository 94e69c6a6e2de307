/* Refuses requests of web pages to the control port. */
#include "mockupstream/control_guard.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/address.h"

enum { HOST_BYTES = 255 };

/* Reads "host", "host:8474" or "[::1]:8474": the host, without a dot at its
 * end. A host that is too long for a name is cut; it cannot be one of ours. */
static void read_host(const char *value, char out[HOST_BYTES + 1])
{
	struct span s = address_host(span_trim(span_of(value)));

	if (span_ends(s, "."))
		s = span_first(s, s.len - 1);
	s = span_first(s, HOST_BYTES);
	memcpy(out, s.at, s.len);
	out[s.len] = '\0';
}

static bool is_numeric(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, bytes) == 1 ||
	       inet_pton(AF_INET6, host, bytes) == 1;
}

static bool is_loopback(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, host, bytes) == 1)
		return bytes[0] == 127;
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0;
}

/* Is this host one of ours? A web page is called by a name, so a numeric
 * address is safe if we listen on every address. */
static bool is_ours(const char *host, const struct control_names *names)
{
	bool everywhere = strcmp(names->bound, "0.0.0.0") == 0 ||
			  strcmp(names->bound, "::") == 0;

	if (is_loopback(host) || strcasecmp(host, names->bound) == 0 ||
	    (everywhere && is_numeric(host)))
		return true;
	for (size_t i = 0; i < names->count; i++)
		if (strcasecmp(host, names->list[i]) == 0)
			return true;
	return false;
}

static bool is_page(const struct header *field)
{
	struct span name = span_of(field->name);

	if (span_is_nocase(name, "origin"))
		return true;
	/* "none": a person typed the address */
	return span_is_nocase(name, "sec-fetch-site") &&
	       strcasecmp(field->value, "none") != 0 &&
	       strcasecmp(field->value, "same-origin") != 0;
}

bool control_guard(const struct http_head *head,
		   const struct control_names *names, struct buf *why)
{
	char host[HOST_BYTES + 1];

	for (size_t i = 0; i < head->headers.count; i++) {
		const struct header *field = &head->headers.list[i];

		if (is_page(field)) {
			buf_add_text(why, "not for web pages");
			return true;
		}
		if (!span_is_nocase(span_of(field->name), "host"))
			continue;
		read_host(field->value, host);
		if (is_ours(host, names))
			continue;
		buf_addf(why,
			 "'%.100s' is no name of this control port: use "
			 "127.0.0.1, or start ccmock with --control-host NAME",
			 field->value);
		return true;
	}
	return false;
}
