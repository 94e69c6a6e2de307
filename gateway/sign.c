/* Amazon's signature over a request to the upstream. */
#include "gateway/sign.h"

#include <string.h>
#include <time.h>

#include "net/sigv4.h"

#define SERVICE "bedrock"

/* Splits the origin into the value of Host and the path before the target. */
static void split_origin(const char *origin, struct buf *host,
			 struct buf *target)
{
	struct span rest = span_of(origin);
	size_t scheme = span_find(rest, span_of("://")), slash;

	rest = span_skip(rest, scheme + strlen("://"));
	slash = span_find_byte(rest, '/');
	buf_add_span(host, span_first(rest, slash));
	buf_add_span(target, span_skip(rest, slash));
}

int sign_request(const struct provider *p, const struct fetch_request *request,
		 struct headers *headers, struct fail *f)
{
	struct sigv4_key key = { p->key_id, p->key, p->session,
				 provider_region(p), SERVICE };
	struct buf host = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	struct buf target = BUF_INIT(BUF_NO_LIMIT);
	struct sigv4_request what = { .method = request->method,
				      .body = request->body,
				      .now = (int64_t)time(NULL) };
	int rc;

	if (p->scheme != KEY_SIGV4)
		return 0;
	split_origin(request->origin, &host, &target);
	buf_add_text(&target, request->target);
	what.target = buf_span(&target);
	rc = headers_set(headers, "Host", buf_str(&host));
	if (rc < 0)
		fail_set(f, FAIL_LIMIT, "too many header fields");
	else
		rc = sigv4_sign(&key, &what, headers, f);
	buf_clear(&host);
	buf_clear(&target);
	return rc;
}
