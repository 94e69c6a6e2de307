/* Finds the parts of a URL that may be secret, and shows a URL with them
 * masked. */
#include "probe/settings/settings_private.h"

#include <string.h>

struct span route_url_user(const char *url)
{
	const char *slashes = strstr(url, "://");
	const char *host = slashes ? slashes + 3 : url;
	struct span rest = span_make(host, strcspn(host, "/?#\\"));

	for (size_t i = rest.len; i-- > 0;)
		if (rest.at[i] == '@')
			return span_first(rest, i);
	return SPAN_EMPTY;
}

struct span route_url_query(const char *url)
{
	const char *query = strchr(url, '?');

	return query ? span_of(query + 1) : SPAN_EMPTY;
}

void route_url_show(const char *url, struct buf *out)
{
	struct span secret = route_url_user(url), query = route_url_query(url);
	size_t end = query.len > 0 ? (size_t)(query.at - url) : strlen(url);
	size_t done = 0;

	if (secret.len > 0) {
		buf_add(out, url, (size_t)(secret.at - url));
		secrets_stand_in(secret, out);
		done = (size_t)(secret.at - url) + secret.len;
	}
	if (end > done)
		buf_add(out, url + done, end - done);
	if (query.len > 0)
		secrets_stand_in(query, out);
}
