/* Helpers for the steps up to a connection and for those of the route. */
#include <stdio.h>

#include "probe/doctor/network_private.h"

#define TEXT_LIMIT ((size_t)16 * 1024)

enum { SHORT_MS = 5000 };

void network_found(struct doctor *d, const char *code, const struct asked *x,
		   const char *w1, const char *w2, const char *w3)
{
	const char *given[FINDING_WORDS] = { w1, w2, w3 };
	struct buf words[FINDING_WORDS];
	const char *texts[FINDING_WORDS];
	struct buf evidence = BUF_INIT(TEXT_LIMIT);

	for (size_t i = 0; i < FINDING_WORDS; i++) {
		buf_init(&words[i], TEXT_LIMIT);
		(void)buf_add_text(&words[i], given[i] ? given[i] : "");
		secrets_blot(&d->secrets, &words[i]);
		texts[i] = given[i] ? buf_str(&words[i]) : NULL;
	}
	if (x->text[0])
		(void)buf_addf(&evidence, "%s\n", x->text);
	if (x->certificate.subject[0])
		(void)buf_addf(&evidence, "certificate of %s, issued by %s\n",
			       x->certificate.subject, x->certificate.issuer);
	secrets_blot(&d->secrets, &evidence);
	findings_add(&d->findings, d->step->id, code, texts, FINDING_WORDS,
		     &evidence);
	for (size_t i = 0; i < FINDING_WORDS; i++)
		buf_clear(&words[i]);
}

bool network_ask(struct asker *a, struct doctor *d, const struct ask *q,
		 struct asked *out)
{
	struct fail f = FAIL_INIT;

	if (asker_ask(a, q, out, &f) < 0) {
		out->end = END_BAD;
		snprintf(out->text, sizeof(out->text), "%.*s",
			 (int)sizeof(out->text) - 1, f.text);
		return false;
	}
	if (asker_interrupted(a))
		d->over = true;
	return !d->over;
}

bool network_ask_bare(struct doctor *d, const char *base, bool only_connect,
		      struct asked *out)
{
	const struct settings *s = d->config->settings;
	struct asker_config config = { .base_url = base,
				       .proxy = s->proxy,
				       .tls = { .any_certificate = true },
				       .rate = d->config->rate,
				       .connect_ms = SHORT_MS,
				       .head_ms = SHORT_MS,
				       .idle_ms = SHORT_MS };
	struct ask q = { .method = "GET",
			 .target = "/",
			 .only_connect = only_connect };
	struct asker *a;
	bool ok;

	if (!only_connect && d->called >= d->config->max_requests)
		return false;
	if (asker_new(&a, &config, NULL) < 0)
		return false;
	ok = asker_interruptible(a, NULL) == 0 && network_ask(a, d, &q, out);
	if (ok && !only_connect)
		d->called++;
	asker_free(a);
	return ok;
}

void network_parts(const struct doctor *d, struct url_parts *u)
{
	if (!network_url_split(d->config->base_url, u))
		*u = (struct url_parts){ .host = SPAN_EMPTY };
}

void network_proxy_failed(struct doctor *d, const char *code,
			  const struct asked *x, int status)
{
	const struct settings *s = d->config->settings;
	struct buf proxy = BUF_INIT(TEXT_LIMIT);
	char number[16];

	network_url_show(span_of(s->proxy), &proxy);
	snprintf(number, sizeof(number), "%d", status);
	if (status > 0)
		network_found(d, code, x, buf_str(&proxy), number,
			      s->proxy_source);
	else
		network_found(d, code, x, buf_str(&proxy), s->proxy_source,
			      NULL);
	buf_clear(&proxy);
}

/* Such a proxy is the error, whatever else is seen. */
bool network_is_astray(const struct doctor *d)
{
	struct url_parts u;

	network_parts(d, &u);
	return d->config->settings->proxy && network_is_loopback(u.host);
}
