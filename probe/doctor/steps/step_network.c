/*
 * Steps before the first request: proxy, name, connection, TLS. All look at one
 * connection on which nothing is sent.
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "probe/doctor/network_private.h"

#define TEXT_LIMIT ((size_t)16 * 1024)

enum { SOON_DAYS = 14, DAY_S = 86400, ADDRESSES = 4 };

/* ---- the connection ---- */

/* The connection, which is made on the first call. */
static const struct asked *reach(struct doctor *d)
{
	struct ask q = { .method = "GET", .target = "/", .only_connect = true };

	if (d->reached.began == 0)
		network_ask(d->asker, d, &q, &d->reached);
	return &d->reached;
}

static void shown_origin(const struct doctor *d, struct buf *out)
{
	struct url_parts u;

	network_parts(d, &u);
	network_url_show(u.origin, out);
}

/* Whether the URL cannot be used for requests at all. */
static bool is_bad_url(struct doctor *d, struct step_result *out)
{
	const struct asked *x = reach(d);

	if (x->end != END_BAD || x->stage > STAGE_NAME)
		return false;
	(void)buf_add_text(&out->text, x->text);
	network_found(d, "DR-BAD-URL", x, x->text, NULL, NULL);
	out->state = STATE_BAD;
	return true;
}

static bool was_interrupted(struct doctor *d, struct step_result *out)
{
	if (!d->over)
		return false;
	(void)buf_add_text(&out->text, "interrupted");
	out->state = STATE_SKIPPED;
	return true;
}

/* ---- proxy ---- */

static bool has_proxy(const struct doctor *d, struct buf *why)
{
	(void)why;
	return d->config->settings->proxy != NULL;
}

static bool has_no_proxy(const struct doctor *d, struct buf *why)
{
	return !has_proxy(d, why);
}

static void check_loopback(struct doctor *d, const struct asked *x,
			   struct step_result *out)
{
	if (!network_is_astray(d))
		return;
	network_found(d, "DR-PROXY-LOOPBACK", x, d->config->base_url,
		      d->config->settings->proxy_source, NULL);
	out->state = STATE_DOUBTFUL;
}

static void run_proxy(struct doctor *d, struct step_result *out)
{
	const struct settings *s = d->config->settings;
	const struct asked *x = reach(d);

	if (was_interrupted(d, out) || is_bad_url(d, out))
		return;
	network_url_show(span_of(s->proxy), &out->text);
	(void)buf_addf(&out->text, " (%s)", s->proxy_source);
	check_loopback(d, x, out);
	if (x->end == END_CLEAN || x->stage != STAGE_PROXY)
		return;
	(void)buf_addf(&out->text, ": %s", x->text);
	if (!network_is_astray(d))
		network_proxy_failed(d, network_code(x), x, x->tunnel);
	out->state = STATE_BAD;
}

/* ---- name ---- */

static void add_address(const struct addrinfo *a, struct buf *out)
{
	char text[NI_MAXHOST];

	if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text), NULL, 0,
			NI_NUMERICHOST) == 0)
		(void)buf_addf(out, "%s%s", out->len > 0 ? ", " : "", text);
}

/* This is quick, because the name was just looked up. */
static void add_addresses(const char *host, struct buf *out)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *list = NULL, *a;
	tick_t began = loop_now();
	int n = 0;

	if (getaddrinfo(host, NULL, &hints, &list) != 0) {
		(void)buf_add_text(out, "known");
		return;
	}
	for (a = list; a && n < ADDRESSES; a = a->ai_next, n++)
		add_address(a, out);
	if (a)
		(void)buf_add_text(out, ", ...");
	(void)buf_addf(out, ", in %lld ms",
		       (long long)((loop_now() - began) / TICK_MS));
	freeaddrinfo(list);
}

static void run_name(struct doctor *d, struct step_result *out)
{
	struct buf advice = BUF_INIT(TEXT_LIMIT);
	const struct asked *x = reach(d);
	struct url_parts u;
	char *host;

	if (was_interrupted(d, out) || is_bad_url(d, out))
		return;
	network_parts(d, &u);
	host = span_dup(u.host);
	if (x->end == END_CLEAN || x->stage > STAGE_NAME) {
		add_addresses(host, &out->text);
	} else {
		(void)buf_add_text(&out->text, x->text);
		network_host_advice(u.host, &advice);
		network_found(d, "DR-NO-NAME", x, host, buf_str(&advice), NULL);
		out->state = STATE_BAD;
	}
	free(host);
	buf_clear(&advice);
}

/* ---- connection ---- */

static void run_connect(struct doctor *d, struct step_result *out)
{
	struct buf origin = BUF_INIT(TEXT_LIMIT);
	const struct asked *x = reach(d);

	shown_origin(d, &origin);
	if (x->end == END_CLEAN || x->stage > STAGE_CONNECT) {
		(void)buf_addf(&out->text, "%s accepts connections",
			       buf_str(&origin));
	} else {
		(void)buf_add_text(&out->text, x->text);
		network_found(d, network_code(x), x, buf_str(&origin),
			      x->os_error ? strerror(x->os_error) : x->text,
			      NULL);
		out->state = STATE_BAD;
	}
	buf_clear(&origin);
}

/* ---- TLS ---- */

static bool is_https(const struct doctor *d, struct buf *why)
{
	struct url_parts u;

	(void)why;
	network_parts(d, &u);
	return u.tls;
}

static void date_of(int64_t at, char *out, size_t size)
{
	time_t t = (time_t)at;
	struct tm tm;

	out[0] = '\0';
	if (at != 0 && gmtime_r(&t, &tm))
		strftime(out, size, "%Y-%m-%d", &tm);
}

static void check_expiry(struct doctor *d, const struct asked *x,
			 struct step_result *out)
{
	int64_t left = x->certificate.expires - (int64_t)time(NULL);
	char date[32], days[32];

	if (x->certificate.expires == 0)
		return;
	date_of(x->certificate.expires, date, sizeof(date));
	(void)buf_addf(&out->text, ", until %s", date);
	if (left >= (int64_t)SOON_DAYS * DAY_S || left < 0)
		return;
	snprintf(days, sizeof(days), "%lld", (long long)(left / DAY_S));
	network_found(d, "DR-TLS-EXPIRES-SOON", x, date, days, NULL);
	out->state = STATE_DOUBTFUL;
}

/* After a failed handshake: whether the port speaks plain HTTP. */
static bool is_plain_port(struct doctor *d, const struct asked *x)
{
	struct buf base = BUF_INIT(TEXT_LIMIT);
	struct asked plain = { .end = END_OPEN };
	struct url_parts u;
	bool is;

	network_parts(d, &u);
	(void)buf_add_text(&base, "http");
	(void)buf_add_span(&base, span_skip(u.origin, strlen("https")));
	is = network_ask_bare(d, buf_str(&base), false, &plain) &&
	     plain.head.status > 0;
	(void)buf_add_span(&base, u.path);
	if (is)
		network_found(d, "DR-TLS-PLAIN-PORT", x, buf_str(&base), NULL,
			      NULL);
	asked_clear(&plain);
	buf_clear(&base);
	return is;
}

static void tls_failed(struct doctor *d, const struct asked *x)
{
	const struct fetch_certificate *c = &x->certificate;
	const char *code = network_code(x);
	struct url_parts u;
	char *host, date[32];

	network_parts(d, &u);
	host = span_dup(u.host);
	date_of(c->expires, date, sizeof(date));
	if (c->fault == CERTIFICATE_EXPIRED)
		network_found(d, code, x, date[0] ? date : "an unknown day",
			      NULL, NULL);
	else if (c->fault == CERTIFICATE_NAME)
		network_found(d, code, x, host, c->subject, NULL);
	else if (c->fault != CERTIFICATE_GOOD && c->fault != CERTIFICATE_OTHER)
		network_found(d, code, x, c->issuer, NULL, NULL);
	else if (x->ca_file_bad && d->config->settings->tls.ca_file)
		network_found(d, code, x, d->config->settings->tls.ca_file,
			      NULL, NULL);
	else if (x->ca_file_bad)
		network_found(d, "DR-TLS-NO-ROOTS", x, NULL, NULL, NULL);
	else if (!is_plain_port(d, x))
		network_found(d, code, x, host, x->text, NULL);
	free(host);
}

static void run_tls(struct doctor *d, struct step_result *out)
{
	const struct asked *x = reach(d);

	if (x->end != END_CLEAN) {
		(void)buf_add_text(&out->text, x->text);
		tls_failed(d, x);
		out->state = STATE_BAD;
		return;
	}
	if (x->certificate.subject[0])
		(void)buf_addf(&out->text, "%s, issued by %s",
			       x->certificate.subject, x->certificate.issuer);
	else
		(void)buf_add_text(&out->text, "a certificate that is trusted");
	check_expiry(d, x, out);
	if (d->config->settings->tls.any_certificate)
		(void)buf_add_text(&out->text, "; not checked");
}

const struct doctor_step doctor_steps_network[] = {
	{ "proxy", "Proxy", NULL, 0, 0, has_proxy, run_proxy },
	{ "name", "Name", NULL, 0, 0, has_no_proxy, run_name },
	{ "connect", "Connection", "name", 0, 0, has_no_proxy, run_connect },
	{ "tls", "TLS", "proxy name connect", 1, 0, is_https, run_tls },
	{ "route", "Route", "proxy name connect tls", 1, ROUTE_TOKENS, NULL,
	  network_route },
	/* Takes the place of the steps that need "route". */
	{ "path", "Path", "proxy name connect tls", 0, 0, network_path_applies,
	  network_path },
	{ "slash", "Slash", "route", 1, ROUTE_TOKENS, network_slash_applies,
	  network_slash },
	{ .id = NULL },
};
