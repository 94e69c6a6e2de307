/* Reads an exchange for its explanation: whether it failed, and its
 * credentials. */
#include <string.h>
#include <strings.h>

#include "probe/doctor/listen/listen.h"

static struct refusal_given given_of(const struct passing *p)
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

/* false for an exchange that the gateway has not seen, for HEAD, whose answer
 * nobody reads, and for a success that is too large to read whole. */
bool listen_judged(const struct passing *p)
{
	if (p->end == END_OPEN)
		return false;
	if (p->copy.is_short && !p->copy.is_stream && p->head.status < 300)
		return false;
	return strcmp(visit_head(p->visit)->method, "HEAD") != 0;
}

/* The error is read a second time, after credentials are masked: its words are
 * cut, and a cut credential would not be recognised. */
bool listen_failed(struct passing *p, struct refusal *out)
{
	struct refusal_given given = given_of(p);
	struct refusal raw = { .code = NULL };

	if (!listen_judged(p) || !refusal_of(&given, &raw))
		return false;
	secrets_blot(listen_of(p)->config->secrets, &p->copy.body);
	secrets_guess(&p->copy.body);
	given = given_of(p);
	if (!refusal_of(&given, out))
		out->code = raw.code;
	refusal_clear(&raw);
	return true;
}

size_t listen_scheme(const char *value)
{
	static const char *const schemes[] = { "Bearer ", "Basic " };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncasecmp(value, schemes[i], strlen(schemes[i])) == 0)
			return strlen(schemes[i]);
	return 0;
}

struct listener *listen_of(const struct passing *p)
{
	return p->pass->arg;
}

int listen_learn(struct secrets *s, const struct headers *h)
{
	for (size_t i = 0; i < h->count; i++) {
		const char *value = h->list[i].value;

		value += listen_scheme(value);
		if (!secrets_is_header(h->list[i].name) ||
		    secrets_has(s, value))
			continue;
		if (s->count >= LISTEN_SECRETS)
			return -1;
		secrets_add_header(s, h->list[i].name, h->list[i].value);
		secrets_add(s, value);
	}
	return 0;
}
