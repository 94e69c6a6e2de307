/* What passes on and what does not. */
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
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return strncasecmp(name, "proxy-", strlen("proxy-")) == 0 ||
	       headers_has_token(h, "connection", name);
}

bool hop_length(const struct http_head *answer, uint64_t *length)
{
	const char *text = headers_get(&answer->headers, "content-length");

	if (answer->status == 204 || answer->status == 304) {
		*length = 0;
		return true;
	}
	return !headers_get(&answer->headers, "transfer-encoding") && text &&
	       span_u64(span_of(text), INT64_MAX, length);
}

bool hop_is_stream(const struct headers *h)
{
	struct span type = span_of(headers_get(h, "content-type")), name;

	return span_split(&type, ';', &name) &&
	       span_is_nocase(span_trim(name), "text/event-stream");
}
