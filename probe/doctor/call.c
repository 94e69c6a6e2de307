/* One exchange of a step: sends the client's headers and credentials, and
 * reports what came back without them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/doctor/doctor.h"
#include "probe/run/outgoing.h"
#include "wire/bytes/mem.h"
#include "wire/http/sse.h"
#include "wire/json/jscan.h"

#define BODY_LIMIT ((size_t)64 * 1024 * 1024)
#define TEXT_LIMIT ((size_t)64 * 1024)
#define EVENT_LIMIT ((size_t)4 * 1024 * 1024)
#define FIRST_MS 30000 /* a wrong address should not cost two minutes */
#define WHOLE_MS 120000
#define WHOLE_FACTOR 3 /* times --timeout */
#define KEY_LEAST 8 /* bytes; a shorter key may be part of other text */
#define TARGET "/v1/messages?beta=true"

/* ---- the request ---- */

static void add_all(struct headers *to, const struct headers *from)
{
	for (size_t i = 0; from && i < from->count; i++)
		headers_set(to, from->list[i].name, from->list[i].value);
}

static void add_bearer(struct headers *to, const char *key)
{
	outgoing_credential(to, AUTH_BEARER, key, "", NULL);
}

/* Adds each credential header with its value. */
static void add_configured(struct headers *to, const struct settings *s)
{
	for (size_t i = 0; i < s->credential_count; i++) {
		const struct settings_credential *c = &s->credentials[i];

		if (strcmp(c->header, "x-api-key") == 0)
			headers_add_text(to, c->header, c->value);
		else
			add_bearer(to, c->value);
	}
}

static void add_betas(const struct doctor *d, struct doctor_call *c)
{
	struct buf all = BUF_INIT(TEXT_LIMIT);
	struct span rest = span_of(d->client_betas), one;

	buf_add_text(&all, c->betas ? c->betas : "");
	while (d->shaped && span_split(&rest, ',', &one))
		if (span_find(buf_span(&all), span_trim(one)) == SIZE_MAX)
			buf_addf(&all, "%s%.*s", all.len > 0 ? "," : "",
				 SPAN_ARG(span_trim(one)));
	if (all.len > 0)
		headers_set(&c->sent, "anthropic-beta", buf_str(&all));
	buf_clear(&all);
}

static void make_headers(const struct doctor *d, struct doctor_call *c)
{
	headers_copy(&c->sent, &d->client_headers);
	if (c->body.len == 0)
		headers_remove(&c->sent, "content-type");
	add_betas(d, c);
	if (c->auth == AUTH_DEFAULT)
		add_configured(&c->sent, d->config->settings);
	else
		outgoing_credential(&c->sent, c->auth, d->key, d->wrong_key,
				    NULL);
	add_all(&c->sent, &d->config->settings->extra);
	add_all(&c->sent, d->config->extra);
}

void doctor_small(const struct doctor *d, struct doctor_call *c,
		  unsigned max_tokens, const char *prompt, const char *members)
{
	buf_clear(&c->body);
	buf_init(&c->body, BODY_LIMIT);
	buf_add_text(&c->body, "{\"model\":");
	jscan_quote(&c->body, span_of(d->model));
	buf_addf(&c->body,
		 ",\"max_tokens\":%u,\"messages\":[{\"role\":\"user\","
		 "\"content\":",
		 max_tokens);
	jscan_quote(&c->body, span_of(prompt ? prompt : "."));
	buf_addf(&c->body, "}]%s}", members);
}

/* ---- sending ---- */

int doctor_asker(struct asker **out, const struct doctor_config *config,
		 const char *base_url, struct fail *f)
{
	const struct settings *s = config->settings;
	struct asker_config asker = {
		.base_url = base_url,
		.proxy = s->proxy,
		.tls = tls_files_borrow(&s->tls),
		.rate = config->rate,
		.head_ms = config->timeout_ms,
		.idle_ms = config->timeout_ms,
		.body_limit = BODY_LIMIT,
	};

	if (asker_new(out, &asker, f) < 0)
		return -1;
	if (asker_interruptible(*out, f) < 0) {
		asker_free(*out);
		return -1;
	}
	return 0;
}

/* Sends the call to another address than the configured one. */
static int ask_elsewhere(struct doctor *d, const struct doctor_call *c,
			 const struct ask *q, struct asked *out, struct fail *f)
{
	struct asker *other;
	int rc;

	if (doctor_asker(&other, d->config, c->base_url, f) < 0)
		return -1;
	rc = asker_ask(other, q, out, f);
	d->over = d->over || asker_interrupted(other);
	asker_free(other);
	return rc;
}

static void not_started(struct asked *out, const struct fail *f)
{
	out->end = END_REFUSED;
	snprintf(out->text, sizeof(out->text), "%.*s",
		 (int)sizeof(out->text) - 1, f->text);
}

/* A key that the gateway repeats gets into transcripts and logs. */
static void look_for_key(struct doctor *d, const struct doctor_call *c)
{
	const struct headers *h = &c->got.head.headers;
	struct span key = span_of(d->key);

	if (key.len < KEY_LEAST || c->got.head.status == 0)
		return;
	if (span_find(buf_span(&c->got.body), key) != SIZE_MAX)
		doctor_finding(d, "DR-KEY-ECHOED", c, "the body", NULL, NULL);
	for (size_t i = 0; i < h->count; i++)
		if (strstr(h->list[i].value, d->key))
			doctor_finding(d, "DR-KEY-ECHOED", c, h->list[i].name,
				       NULL, NULL);
}

static bool is_for_messages(const struct ask *q)
{
	return span_is(span_first(span_of(q->target), strcspn(q->target, "?")),
		       "/v1/messages");
}

static void note_time(struct doctor *d, const struct asked *got)
{
	struct doctor_seen *s = &d->seen;
	tick_t took = got->head_at - got->began;

	if (got->head.status == 0)
		return;
	if (s->answers++ == 0 || took < s->first_byte_least)
		s->first_byte_least = took;
	if (took > s->first_byte_most)
		s->first_byte_most = took;
}

bool doctor_call(struct doctor *d, struct doctor_call *c)
{
	struct fail f = FAIL_INIT;
	struct ask q = {
		.method = c->method ? c->method : "POST",
		.target = c->target ? c->target : TARGET,
		.has_body = c->body.len > 0,
		.decode = true,
		.whole_ms = d->config->timeout_ms
				    ? WHOLE_FACTOR * d->config->timeout_ms
				    : WHOLE_MS,
		.enough = c->enough,
		.arg = c->arg,
	};
	int rc;

	if (d->over || d->called >= d->config->max_requests) {
		d->over = true;
		return false;
	}
	if (d->called == 0 && d->config->timeout_ms == 0)
		q.head_ms = FIRST_MS;
	d->called++;
	if (d->shaped && is_for_messages(&q))
		doctor_shape(d, c);
	q.body = buf_span(&c->body);
	make_headers(d, c);
	q.headers = &c->sent;
	rc = c->base_url ? ask_elsewhere(d, c, &q, &c->got, &f)
			 : asker_ask(d->asker, &q, &c->got, &f);
	if (rc < 0)
		not_started(&c->got, &f);
	look_for_key(d, c);
	note_time(d, &c->got);
	if (asker_interrupted(d->asker))
		d->over = true;
	return !d->over || c->got.head.status > 0;
}

void doctor_call_clear(struct doctor_call *c)
{
	buf_clear(&c->body);
	headers_clear(&c->sent);
	asked_clear(&c->got);
}

/* ---- what came back ---- */

static bool ends_as_message(struct span body)
{
	struct sse reader;
	struct sse_event ev;
	bool begun = false, ended = false;

	sse_init(&reader, EVENT_LIMIT);
	sse_feed(&reader, body.at, body.len);
	for (enum sse_step step = sse_next(&reader, &ev);
	     step == SSE_EVENT || step == SSE_COMMENT;
	     step = sse_next(&reader, &ev)) {
		begun = begun || (step == SSE_EVENT &&
				  span_is(ev.name, "message_start"));
		ended = ended ||
			(step == SSE_EVENT && span_is(ev.name, "message_stop"));
	}
	sse_clear(&reader);
	return begun && ended;
}

bool doctor_is_message(const struct doctor_call *c)
{
	struct span body = buf_span(&c->got.body);
	struct jval root, type, content;

	if (c->got.head.status != 200 || c->got.end != END_CLEAN)
		return false;
	if (jscan(body, &root, NULL) < 0)
		return ends_as_message(body);
	return jscan_member(root, "type", &type) && type.type == J_STRING &&
	       jscan_string_is(type, "message") &&
	       jscan_member(root, "content", &content) &&
	       content.type == J_ARRAY;
}

struct refusal_given doctor_given(const struct doctor_call *c)
{
	return (struct refusal_given){
		.method = c->method ? c->method : "POST",
		.target = c->target ? c->target : TARGET,
		.sent = &c->sent,
		.sent_body = buf_span(&c->body),
		.status = c->got.head.status,
		.got = c->got.head.status > 0 ? &c->got.head.headers : NULL,
		.got_body = buf_span(&c->got.body),
		.end = c->got.end,
		.end_text = c->got.text,
	};
}

void doctor_finding(struct doctor *d, const char *code,
		    const struct doctor_call *c, const char *w1, const char *w2,
		    const char *w3)
{
	const char *given[FINDING_WORDS] = { w1, w2, w3 };
	struct buf blotted[FINDING_WORDS];
	const char *words[FINDING_WORDS];
	struct buf evidence = BUF_INIT(TEXT_LIMIT);

	for (size_t i = 0; i < FINDING_WORDS; i++) {
		buf_init(&blotted[i], TEXT_LIMIT);
		if (given[i])
			buf_add_text(&blotted[i], given[i]);
		secrets_blot(&d->secrets, &blotted[i]);
		words[i] = given[i] ? buf_str(&blotted[i]) : NULL;
	}
	if (c) {
		struct refusal_given g = doctor_given(c);

		refusal_evidence(&g, &evidence);
		secrets_blot(&d->secrets, &evidence);
	}
	findings_add(&d->findings, d->step ? d->step->id : "settings", code,
		     words, FINDING_WORDS, &evidence);
	for (size_t i = 0; i < FINDING_WORDS; i++)
		buf_clear(&blotted[i]);
}

bool doctor_explain(struct doctor *d, const struct doctor_call *c)
{
	struct refusal_given g = doctor_given(c);
	struct refusal r = { .code = NULL };

	g.key_passed = d->first && d->first != c &&
		       d->first->got.head.status / 100 == 2;
	if (!refusal_of(&g, &r))
		return false;
	doctor_finding(d, r.code, c, r.words[0], r.words[1], r.words[2]);
	refusal_clear(&r);
	return true;
}

void doctor_tell(const struct doctor_call *c, struct buf *out)
{
	const struct asked *got = &c->got;
	const char *type;

	if (got->head.status == 0) {
		buf_add_text(out,
			     got->text[0] ? got->text : end_name(got->end));
		return;
	}
	type = headers_get(&got->head.headers, "content-type");
	buf_addf(out, "status %d, ", got->head.status);
	if (type)
		buf_addf(out, "%.*s, ", (int)strcspn(type, ";"), type);
	buf_addf(out, "%zu bytes, in %lld ms", got->body.len,
		 (long long)((got->ended - got->began) / TICK_MS));
}
