/* Which fields a relay passes on, and how long a body is. */
#include "wire/http/hop.h"

#include <string.h>
#include <strings.h>

bool hop_is_field(const struct headers *h, const char *name)
{
	static const char *const names[] = {
		"connection", "keep-alive", "te",
		"trailer",    "upgrade",    "transfer-encoding"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (((name[0] ^ names[i][0]) & ~0x20) == 0 &&
		    strcasecmp(name, names[i]) == 0)
			return true;
	return strncasecmp(name, "proxy-", strlen("proxy-")) == 0 ||
	       headers_has_token(h, "connection", name);
}

/* How many different lengths there are: 0, 1, or 2 for more; -1: one of them is
 * no number. */
static int lengths_of(const struct headers *h, uint64_t *length)
{
	const char *value;
	uint64_t next;
	int count = 0;

	for (size_t i = 0; (value = headers_nth(h, "content-length", i)); i++) {
		struct span rest = span_of(value), part = SPAN_EMPTY;

		do {
			(void)span_split(&rest, ',', &part);
			if (!span_u64(span_trim(part), INT64_MAX, &next))
				return -1;
			if (count > 0 && next != *length)
				return 2;
			*length = next;
			count = 1;
		} while (rest.at);
	}
	return count;
}

bool hop_length(const struct http_head *answer, uint64_t *length)
{
	uint64_t said;

	if (answer->status == 204 || answer->status == 304) {
		*length = 0;
		return true;
	}
	if (headers_get(&answer->headers, "transfer-encoding") ||
	    lengths_of(&answer->headers, &said) != 1)
		return false;
	*length = said;
	return true;
}

const char *hop_doubt(const struct http_head *answer)
{
	uint64_t length;

	switch (lengths_of(&answer->headers, &length)) {
	case -1:
		return "a Content-Length that is no number we know";
	case 2:
		return "two lengths that differ";
	default:
		return NULL;
	}
}

bool hop_is_stream(const struct headers *h)
{
	struct span type = span_of(headers_get(h, "content-type")), name;

	return span_split(&type, ';', &name) &&
	       span_is_nocase(span_trim(name), "text/event-stream");
}
