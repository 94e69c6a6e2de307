/* Faults of framing, of targets, and of what Connection says. */
#include <stdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/faults/faults.h"

static bool is_absolute(const struct relay *r)
{
	return strncmp(visit_head(r->visit)->target, "http://", 7) == 0;
}

/* Sends the request to the host of an absolute target. A host name becomes a
 * port where nobody listens. */
static void goes_to_host(struct relay *r, struct fetch_request *request)
{
	static char origin[80];
	struct span host;

	if (!is_absolute(r))
		return;
	host = span_of(visit_head(r->visit)->target + 7);
	host = span_first(host, span_find_byte(host, '/'));
	if (!span_starts(host, "127.0.0.1:"))
		host = span_of("127.0.0.1:1");
	snprintf(origin, sizeof(origin), "http://%.*s", (int)host.len, host.at);
	request->origin = origin;
}

static int digit(char c)
{
	const char *all = "0123456789abcdef0123456789ABCDEF", *at;

	at = c != '\0' ? strchr(all, c) : NULL;
	return at ? (int)(at - all) % 16 : -1;
}

static void obeys_connection(struct relay *r, struct fetch_request *request)
{
	const char *value = fault_client_header(r, "connection");

	if (request->body.len == 0 ||
	    (strstr(value, "content-length") == NULL &&
	     strstr(value, "host") == NULL))
		return;
	request->body = span_first(request->body, request->body.len - 1);
}

static void decodes(struct relay *r, struct fetch_request *request)
{
	const char *from = request->target;
	struct buf to = BUF_INIT(BUF_NO_LIMIT);

	for (; *from; from++) {
		int high = *from == '%' ? digit(from[1]) : -1;
		int low = high >= 0 ? digit(from[2]) : -1;

		buf_add_byte(&to, low >= 0 ? (char)(high * 16 + low) : *from);
		from += low >= 0 ? 2 : 0;
	}
	buf_clear(&r->target);
	r->target = to;
	request->target = buf_str(&r->target);
}

/* Puts the failed request into the error, as the exception of a library
 * would. */
static void tells_all(struct relay *r, struct gate_reply *reply)
{
	struct buf text = BUF_INIT(4096);

	if (reply->status < 500)
		return;
	buf_addf(&text,
		 "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
		 "\"message\":\"POST %s failed (x-api-key: %s)\"}}",
		 r->provider->url, r->provider->key);
	fault_become(reply, reply->status, "application/json", buf_str(&text));
	buf_clear(&text);
}

const struct fault faults_of_framing[] = {
	{ .name = "any-framing",
	  .about = "takes requests whose length two readers read in two ways",
	  .lenient = true },
	{ .name = "reads-by-hand",
	  .about = "takes any line end and any number as a length, and reads "
		   "what is left over as the next request",
	  .by_hand = true },
	{ .name = "head-as-get",
	  .about = "answers HEAD with the body that GET has",
	  .by_hand = true,
	  .head_as_get = true },
	{ .name = "believes-absolute-targets",
	  .about = "asks the host that the target names",
	  .request = goes_to_host },
	{ .name = "obeys-connection",
	  .about = "cuts the body where Connection names its length",
	  .request = obeys_connection },
	{ .name = "decodes-targets",
	  .about = "writes the upstream's request with the decoded target",
	  .request = decodes },
	{ .name = "tells-all-in-errors",
	  .about = "puts the failed request into its errors, with the key",
	  .local = tells_all },
	{ .name = NULL },
};
