/* A head is sound, or it is refused: nothing is repaired. */
#include "wire/http/framing.h"

#include <string.h>

/* token of RFC 9110, 5.6.2 */
static bool is_token(const char *name)
{
	return *name != '\0' &&
	       name[strspn(name, "!#$%&'*+-.^_`|~0123456789"
				 "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

static bool has_odd_name(const struct headers *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (!is_token(h->list[i].name))
			return true;
	return false;
}

const char *framing_doubt(const struct http_head *h)
{
	const struct headers *fields = &h->headers;
	const char *coding = headers_get(fields, "transfer-encoding");
	size_t lengths = headers_count(fields, "content-length");

	if (has_odd_name(fields))
		return "a header has a name that is none";
	if (lengths > 1)
		return "there is more than one Content-Length";
	if (headers_count(fields, "host") > 1)
		return "there is more than one Host";
	if (h->minor > 0 && headers_count(fields, "host") == 0)
		return "there is no Host";
	if (!coding)
		return NULL;
	if (lengths > 0)
		return "there are both Transfer-Encoding and Content-Length";
	if (h->minor == 0)
		return "HTTP/1.0 has no Transfer-Encoding";
	if (headers_count(fields, "transfer-encoding") > 1 ||
	    !span_is_nocase(span_of(coding), "chunked"))
		return "the only Transfer-Encoding known here is chunked";
	return NULL;
}
