/* An exchange as it is explained, and the scheme of a credential. */
#include <string.h>
#include <strings.h>

#include "probe/doctor/listen/listen.h"

struct refusal_given passing_given(const struct passing *p)
{
	const struct http_head *head = visit_head(p->visit);

	return (struct refusal_given){
		.method = head->method,
		.target = head->target,
		.sent = &head->headers,
		.sent_body = visit_body(p->visit),
		.status = p->head.status,
		.got = p->head.status > 0 ? &p->head.headers : NULL,
		.got_body = buf_span(&p->copy.body),
		.end = p->end,
		.end_text = p->text,
	};
}

size_t listen_scheme(const char *value)
{
	static const char *const schemes[] = { "Bearer ", "Basic " };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncasecmp(value, schemes[i], strlen(schemes[i])) == 0)
			return strlen(schemes[i]);
	return 0;
}
