/* Tests of the client: certificates, proxies, and how far a request came. */
#include "tests/unit/tls_kit.h"

#include <curl/curl.h>
#include <errno.h>

#include "net/dial.h"

struct certificate_row {
	const char *certificate, *ca; /* ca NULL: none of ours */
	enum certificate_fault fault;
	const char *subject, *issuer;
	int64_t expires; /* 0: not looked at */
};

#define SERVER "CN = server.example"
#define TEST_CA "O = Test, CN = Test Authority"

static const struct certificate_row certificates[] = {
	{ "good.pem", "ca.pem", CERTIFICATE_GOOD, SERVER, TEST_CA, 4102444800 },
	{ "good.pem", NULL, CERTIFICATE_UNKNOWN, SERVER, TEST_CA, 4102444800 },
	{ "chain.pem", NULL, CERTIFICATE_UNKNOWN, SERVER, TEST_CA, 4102444800 },
	{ "expired.pem", "ca.pem", CERTIFICATE_EXPIRED, SERVER, TEST_CA,
	  1609459200 },
	{ "notyet.pem", "ca.pem", CERTIFICATE_NOT_YET, SERVER, TEST_CA,
	  4133980800 },
	{ "name.pem", "ca.pem", CERTIFICATE_NAME, SERVER, TEST_CA, 4102444800 },
	{ "self.pem", NULL, CERTIFICATE_SELF_SIGNED, "CN = self.example",
	  "CN = self.example", 0 },
	{ "self.pem", "self.pem", CERTIFICATE_GOOD, "CN = self.example",
	  "CN = self.example", 0 },
};

static void check_certificate(const struct certificate_row *row, bool any)
{
	struct fetch_request r;
	struct secure s;
	struct world w;
	struct call c;
	bool good = any || row->fault == CERTIFICATE_GOOD;

	world_open(&w);
	secure_open(&s, &w, row->certificate);
	r = get(&w);
	r.certificate = true;
	r.tls.any_certificate = any;
	if (row->ca)
		r.tls.ca_file = tls_path(row->ca);
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	if (c.end.certificate.fault != (any ? CERTIFICATE_GOOD : row->fault))
		fail_msg("%s: fault %d: %s", row->certificate,
			 (int)c.end.certificate.fault, c.end.text);
	assert_string_equal(c.end.certificate.subject, row->subject);
	assert_string_equal(c.end.certificate.issuer, row->issuer);
	if (row->expires)
		assert_int_equal(c.end.certificate.expires, row->expires);
	assert_int_equal(c.end.end, good ? END_CLEAN : END_REFUSED);
	assert_int_equal(c.end.stage, good ? STAGE_BODY : STAGE_TLS);
	assert_int_equal(s.count, good ? 1 : 0); /* nothing went out */
	call_close(&c);
	serve_free(s.serve);
	world_close(&w);
}

static void t_certificates(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(certificates) / sizeof(certificates[0]); i++) {
		check_certificate(&certificates[i], false);
		check_certificate(&certificates[i], true);
	}
}

static void t_only_connect(void **state)
{
	struct fetch_request r;
	struct secure s;
	struct world w;
	struct call c;

	(void)state;
	world_open(&w);
	secure_open(&s, &w, "good.pem");
	r = get(&w);
	r.certificate = r.only_connect = true;
	r.tls.ca_file = tls_path("ca.pem");
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(c.end.stage, STAGE_SEND);
	assert_string_equal(c.end.certificate.subject, SERVER);
	assert_int_equal(s.count, 0);
	call_close(&c);
	serve_free(s.serve);
	world_close(&w);
}

/* ---- raw bytes ---- */

struct raw_seen {
	struct buf in;
	enum stream_end end; /* END_OPEN: not yet */
	enum end_stage stage;
};

static void on_raw_data(void *arg, struct dial *d, struct span bytes)
{
	struct raw_seen *seen = arg;

	(void)d;
	buf_add_span(&seen->in, bytes);
}

static void on_raw_end(void *arg, struct dial *d, enum stream_end end,
		       const char *text)
{
	struct raw_seen *seen = arg;

	(void)text;
	seen->end = end;
	seen->stage = dial_stage(d);
}

static const struct dial_handler raw_handler = { on_raw_data, on_raw_end };

static struct dial *dial_raw(struct world *w, struct raw_seen *seen,
			     const char *ca, const char *text)
{
	struct dial_to to = { .origin = w->origin, .fetcher = w->fetcher };
	struct dial *d;

	if (ca)
		to.tls.ca_file = tls_path(ca);
	*seen = (struct raw_seen){ .in = BUF_INIT(1 << 20) };
	assert_int_equal(dial_start(&d, w->loop, &to, span_of(text), 1 << 20,
				    &raw_handler, seen, NULL),
			 0);
	return d;
}

static void on_raw(void *arg, struct visit *v)
{
	static const char answer[] =
		"HTTP/1.1 299 Raw\r\nContent-Length: 2\r\n\r\nok";

	(void)arg;
	visit_raw(v, answer, strlen(answer));
	visit_cut(v, END_CUT);
}

/* Bytes that the server does not look at are encrypted like others. */
static void t_raw(void **state)
{
	static const struct serve_handler handler = { .on_request = on_raw };
	char *cert = tls_text("good.pem"), *key = tls_text("key.pem");
	struct serve_config config = { .host = "127.0.0.1",
				       .tls_cert = cert,
				       .tls_key = key };
	struct serve *s;
	struct world w;
	struct call c;
	struct fetch_request r;

	(void)state;
	world_open(&w);
	assert_int_equal(serve_new(&s, w.loop, &config, &handler, NULL, NULL),
			 0);
	snprintf(w.origin, sizeof(w.origin), "https://127.0.0.1:%u",
		 serve_port(s));
	r = get(&w);
	r.tls.any_certificate = true;
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.status, 299);
	assert_string_equal(buf_str(&c.body), "ok");
	assert_int_equal(c.end.end, END_CLEAN);
	call_close(&c);
	serve_free(s);
	world_close(&w);
	free(cert);
	free(key);
}

/* A client that sends nothing, or half of a hello, keeps nobody waiting. One
 * that speaks no TLS gets an alert, and is hung up on. */
static void t_strangers(void **state)
{
	struct rawpeer silent, half, plain, brief;
	struct fetch_request r;
	struct secure s;
	struct world w;
	struct call c;
	uint16_t port;

	(void)state;
	world_open(&w);
	secure_open(&s, &w, "good.pem");
	port = serve_port(s.serve);
	rawpeer_connect(&silent, w.loop, port);
	rawpeer_connect(&half, w.loop, port);
	rawpeer_text(&half, "\x16\x03\x01\x02");
	rawpeer_connect(&plain, w.loop, port);
	rawpeer_text(&plain, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	rawpeer_connect(&brief, w.loop, port);
	rawpeer_text(&brief, "\x16\x03\x01");
	rawpeer_close(&brief);
	WAIT_FOR(w.loop, plain.end != END_OPEN);
	assert_true(plain.in.len > 0 && plain.in.at[0] == 0x15);
	r = get(&w);
	r.tls.ca_file = tls_path("ca.pem");
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.status, 200);
	assert_string_equal(buf_str(&c.body), "ok");
	call_close(&c);
	assert_int_equal(s.count, 1);
	assert_int_equal(silent.end, END_OPEN);
	assert_int_equal(half.end, END_OPEN);
	WAIT_FOR(w.loop, serve_connections(s.serve) <= 3);
	rawpeer_close(&silent);
	rawpeer_close(&half);
	rawpeer_close(&plain);
	serve_free(s.serve);
	world_close(&w);
}

/* One connection, many requests: what TLS has read already is not forgotten. */
static void t_keep_alive(void **state)
{
	struct raw_seen seen;
	struct secure s;
	struct world w;
	struct dial *d;

	(void)state;
	world_open(&w);
	secure_open(&s, &w, "good.pem");
	d = dial_raw(&w, &seen, "ca.pem",
		     "GET /a HTTP/1.1\r\nhost: a\r\n\r\n"
		     "GET /b HTTP/1.1\r\nhost: a\r\n\r\n"
		     "GET /c HTTP/1.1\r\nhost: a\r\n\r\n");
	WAIT_FOR(w.loop, s.count == 3);
	dial_send(d, span_of("GET /d HTTP/1.1\r\nhost: a\r\n"
			     "connection: close\r\n\r\n"));
	WAIT_FOR(w.loop, seen.end != END_OPEN);
	assert_int_equal(s.count, 4);
	assert_int_equal(seen.end, END_CUT);
	buf_clear(&seen.in);
	serve_free(s.serve);
	world_close(&w);
}

static void t_cancel_while_looking(void **state)
{
	struct fetch_request r;
	struct secure s;
	struct world w;
	struct call c;
	int turns;

	(void)state;
	for (turns = 0; turns < 12; turns++) {
		world_open(&w);
		secure_open(&s, &w, "expired.pem");
		r = get(&w);
		r.certificate = true;
		call_open(&c, &w, &r);
		step_reset();
		for (int i = 0; i < turns && c.ends == 0; i++)
			step(w.loop);
		call_close(&c);
		assert_int_equal(s.count, 0);
		serve_free(s.serve);
		world_close(&w);
	}
}

/* ---- how far it came ---- */

static void t_stage_name(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;

	(void)state;
	world_open(&w);
	r = get(&w);
	/* A label of 64 bytes: no server needs to be asked. */
	r.origin = "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		   "aaaaaaaaaaaaaaaa.invalid";
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_REFUSED);
	assert_int_equal(c.end.stage, STAGE_NAME);
	call_close(&c);
	world_close(&w);
}

static void t_stage_connect(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;

	(void)state;
	world_open(&w);
	rawserver_close(&w.server); /* its port is free now */
	r = get(&w);
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_REFUSED);
	assert_int_equal(c.end.stage, STAGE_CONNECT);
	assert_int_equal(c.end.os_error, ECONNREFUSED);
	call_close(&c);
	world_close(&w);
}

static void t_stage_tls(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;

	(void)state;
	world_open(&w);
	memcpy(w.origin, "https", 5);
	snprintf(w.origin, sizeof(w.origin), "https://127.0.0.1:%u",
		 w.server.port);
	r = get(&w);
	r.certificate = true;
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, w.server.count == 1 && w.server.peers[0].in.len > 0);
	assert_int_equal(fetch_stage(c.fetch), STAGE_TLS);
	rawpeer_text(&w.server.peers[0], "HTTP/1.1 400 Bad Request\r\n\r\n");
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_REFUSED);
	assert_int_equal(c.end.stage, STAGE_TLS);
	assert_int_equal(c.end.certificate.fault, CERTIFICATE_GOOD);
	call_close(&c);
	world_close(&w);
}

/* One connection for a client that has a certificate. */
static FILE *demanding_open(struct world *w)
{
	char command[2048], line[256] = "";
	unsigned port = 0;
	FILE *server;

	snprintf(command, sizeof(command),
		 "cd '%s' && exec openssl s_server -accept 127.0.0.1:0 -www "
		 "-naccept 1 -tls1_3 -cert good.pem -key key.pem -Verify 1 "
		 "-verify_return_error -CAfile ca.pem 2>&1",
		 tls_folder);
	server = popen(command, "r");
	assert_non_null(server);
	while (port == 0 && fgets(line, sizeof(line), server) != NULL)
		(void)sscanf(line, "ACCEPT 127.0.0.1:%u", &port);
	if (port == 0)
		fail_msg("openssl s_server says: %s", line);
	snprintf(w->origin, sizeof(w->origin), "https://127.0.0.1:%u", port);
	return server;
}

/*
 * A server of TLS 1.3 refuses a client without a certificate when that client
 * has done its part: the request is under way by then. The alert may be lost
 * when the server closes on it; then it is tried again.
 */
static void t_stage_alert(void **state)
{
	enum stream_end end = END_RESET;

	(void)state;
	for (int i = 0; i < 10 && end == END_RESET; i++) {
		struct fetch_request r;
		struct world w;
		struct call c;
		FILE *server;

		world_open(&w);
		server = demanding_open(&w);
		r = get(&w);
		r.tls.ca_file = tls_path("ca.pem");
		call_open(&c, &w, &r);
		WAIT_FOR(w.loop, c.ends == 1);
		end = c.end.end;
		if (end != END_RESET &&
		    (end != END_BAD || c.end.stage != STAGE_TLS || !c.end.sent))
			fail_msg("%s, %s: %s", end_name(end),
				 end_stage_name(c.end.stage), c.end.text);
		call_close(&c);
		world_close(&w);
		pclose(server);
	}
	assert_int_equal(end, END_BAD);
}

static void t_stage_send(void **state)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct fetch_request r;
	struct world w;
	struct call c;

	(void)state;
	world_open(&w);
	while (body.len < (size_t)32 * 1024 * 1024)
		buf_add_text(&body, "0123456789abcdef");
	r = get(&w);
	r.method = "POST";
	r.body = buf_span(&body);
	r.has_body = true;
	call_open(&c, &w, &r);
	/* An address has no name to look up. */
	assert_int_equal(fetch_stage(c.fetch), STAGE_CONNECT);
	WAIT_FOR(w.loop, w.server.count == 1 && w.server.peers[0].in.len > 0);
	assert_int_equal(fetch_stage(c.fetch), STAGE_SEND);
	rawpeer_reset(&w.server.peers[0]);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.stage, STAGE_SEND);
	assert_true(c.end.sent);
	call_close(&c);
	buf_clear(&body);
	world_close(&w);
}

static void t_stage_silence(void **state)
{
	struct world w;
	struct call c;
	struct fetch_request r;

	(void)state;
	world_open(&w);
	r = get(&w);
	r.head_ms = 50;
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_TIMEOUT);
	assert_int_equal(c.end.stage, STAGE_HEAD);
	call_close(&c);
	world_close(&w);
}

/* ---- proxies ---- */

static void proxy_url(char *out, size_t size, const struct world *w,
		      const char *user)
{
	snprintf(out, size, "http://%s127.0.0.1:%u", user, w->server.port);
}

/* user "ann", password "geheim@1" */
#define USER "ann:geheim%401@"
#define USER_BASE64 "YW5uOmdlaGVpbUAx"

static void t_proxy_plain(void **state)
{
	struct headers h = { 0 };
	struct fetch_request r;
	char proxy[128];
	struct world w;
	struct call c;

	(void)state;
	world_open(&w);
	proxy_url(proxy, sizeof(proxy), &w, USER);
	headers_add_text(&h, "x-a", "1");
	r = get(&w);
	r.origin = "http://gateway.invalid:81/api/";
	r.target = "/v1/../x?y=1";
	r.headers = &h;
	r.proxy = proxy;
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, w.server.count == 1 &&
				 rawpeer_has(&w.server.peers[0], "\r\n\r\n"));
	assert_string_equal(
		buf_str(&w.server.peers[0].in),
		"GET http://gateway.invalid:81/api/v1/../x?y=1 HTTP/1.1\r\n"
		"Host: gateway.invalid:81\r\n"
		"Proxy-Authorization: Basic " USER_BASE64 "\r\n"
		"x-a: 1\r\n\r\n");
	rawpeer_text(&w.server.peers[0], "HTTP/1.1 204 No Content\r\n\r\n");
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.status, 204);
	assert_int_equal(c.end.stage, STAGE_BODY);
	call_close(&c);
	headers_clear(&h);
	world_close(&w);
}

/* A user may have no password, and a password no user. */
static void t_proxy_half_a_user(void **state)
{
	static const char *const rows[][2] = {
		{ "ann@", "Proxy-Authorization: Basic YW5uOg==\r\n" },
		{ ":geheim@", "Proxy-Authorization: Basic OmdlaGVpbQ==\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fetch_request r;
		char proxy[128];
		struct world w;
		struct call c;

		world_open(&w);
		proxy_url(proxy, sizeof(proxy), &w, rows[i][0]);
		r = get(&w);
		r.origin = "http://gateway.invalid:81";
		r.proxy = proxy;
		call_open(&c, &w, &r);
		WAIT_FOR(w.loop,
			 w.server.count == 1 &&
				 rawpeer_has(&w.server.peers[0], "\r\n\r\n"));
		assert_true(rawpeer_has(&w.server.peers[0], rows[i][1]));
		call_close(&c);
		world_close(&w);
	}
}

static void t_proxy_tunnel_refused(void **state)
{
	struct headers h = { 0 };
	struct fetch_request r;
	char proxy[128];
	struct world w;
	struct rawpeer *p;
	struct call c;

	(void)state;
	world_open(&w);
	proxy_url(proxy, sizeof(proxy), &w, USER);
	headers_add_text(&h, "x-api-key", "for-the-gateway");
	r = get(&w);
	r.origin = "https://gateway.invalid/api";
	r.headers = &h;
	r.proxy = proxy;
	r.certificate = true;
	call_open(&c, &w, &r);
	p = &w.server.peers[0];
	WAIT_FOR(w.loop, w.server.count == 1 && rawpeer_has(p, "\r\n\r\n"));
	assert_true(rawpeer_has(p, "CONNECT gateway.invalid:443 HTTP/1.1\r\n"));
	assert_true(rawpeer_has(p, USER_BASE64));
	assert_false(rawpeer_has(p, "for-the-gateway"));
	rawpeer_text(p, "HTTP/1.1 407 Proxy Authentication Required\r\n"
			"Proxy-Authenticate: Basic realm=x\r\n"
			"Content-Length: 2\r\n\r\nno");
	WAIT_FOR(w.loop, c.ends == 1);
	assert_int_equal(c.heads, 0);
	assert_int_equal(c.end.stage, STAGE_PROXY);
	assert_int_equal(c.end.tunnel, 407);
	assert_non_null(strstr(c.end.text, "407"));
	call_close(&c);
	headers_clear(&h);
	world_close(&w);
}

static void t_proxy_away(void **state)
{
	static const char *const origins[] = { "http://gateway.invalid",
					       "https://gateway.invalid" };
	struct fetch_request r;
	char proxy[128];
	struct world w;
	struct call c;
	size_t i;

	(void)state;
	world_open(&w);
	rawserver_close(&w.server);
	proxy_url(proxy, sizeof(proxy), &w, USER);
	for (i = 0; i < 2; i++) {
		r = get(&w);
		r.origin = origins[i];
		r.proxy = proxy;
		call_open(&c, &w, &r);
		WAIT_FOR(w.loop, c.ends == 1);
		assert_int_equal(c.end.end, END_REFUSED);
		assert_int_equal(c.end.stage, STAGE_PROXY);
		assert_null(strstr(c.end.text, "geheim"));
		call_close(&c);
	}
	world_close(&w);
}

static void t_proxy_bad_url(void **state)
{
	static const char *const urls[] = {
		"socks5://ann:geheim@127.0.0.1:1", "http://ann:geheim@:x",
		"http://ann:geheim@127.0.0.1:99999999", "http://ann:geh eim@x"
	};
	struct fetch_request r;
	struct fetch *ft;
	struct world w;
	size_t i;

	(void)state;
	world_open(&w);
	r = get(&w);
	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct fail f = FAIL_INIT;

		r.proxy = urls[i];
		assert_int_equal(fetch_start(&ft, w.fetcher, &r, &call_handler,
					     NULL, &f),
				 -1);
		assert_int_equal(f.code, FAIL_USAGE);
		assert_null(strstr(f.text, "geh"));
	}
	world_close(&w);
}

/* ---- authorities ---- */

/* The system's authorities are those of a file of ours. */
static const char *system_file;

curl_version_info_data *__real_curl_version_info(CURLversion age);
curl_version_info_data *__wrap_curl_version_info(CURLversion age);

curl_version_info_data *__wrap_curl_version_info(CURLversion age)
{
	static curl_version_info_data data;

	data = *__real_curl_version_info(age);
	if (system_file)
		data.cainfo = system_file;
	return &data;
}

static enum stream_end end_with(const char *certificate, const char *ca)
{
	struct fetch_request r;
	enum stream_end end;
	struct secure s;
	struct world w;
	struct call c;
	char path[512];

	world_open(&w);
	secure_open(&s, &w, certificate);
	r = get(&w);
	snprintf(path, sizeof(path), "%s", tls_path(ca));
	r.tls.ca_file = path;
	call_open(&c, &w, &r);
	WAIT_FOR(w.loop, c.ends == 1);
	end = c.end.end;
	call_close(&c);
	serve_free(s.serve);
	world_close(&w);
	return end;
}

/* One's own authority is there beside the system's, not in their place. */
static void t_both_authorities(void **state)
{
	char path[512];

	(void)state;
	assert_int_equal(end_with("good.pem", "self.pem"), END_REFUSED);
	snprintf(path, sizeof(path), "%s", tls_path("ca.pem"));
	system_file = path;
	assert_int_equal(end_with("good.pem", "self.pem"), END_CLEAN);
	assert_int_equal(end_with("self.pem", "self.pem"), END_CLEAN);
	assert_int_equal(end_with("good.pem", "key.pem"), END_REFUSED);
	system_file = NULL;
}

static void t_dial(void **state)
{
	struct raw_seen seen;
	struct secure s;
	struct world w;
	struct dial *d;

	(void)state;
	world_open(&w);
	secure_open(&s, &w, "good.pem");
	dial_raw(&w, &seen, "ca.pem",
		 "GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
	WAIT_FOR(w.loop, seen.end != END_OPEN);
	assert_int_equal(seen.end, END_CUT); /* the server is done */
	assert_int_equal(seen.stage, STAGE_HEAD);
	assert_true(span_starts(buf_span(&seen.in), "HTTP/1.1 200 "));
	assert_true(span_ends(buf_span(&seen.in), "ok"));
	assert_int_equal(s.count, 1);
	buf_clear(&seen.in);

	dial_raw(&w, &seen, NULL, "GET /x HTTP/1.1\r\n\r\n");
	WAIT_FOR(w.loop, seen.end != END_OPEN);
	assert_int_equal(seen.end, END_REFUSED);
	assert_int_equal(seen.stage, STAGE_TLS);
	assert_int_equal(s.count, 1); /* nothing went out */

	/* Given up on the way, and when it is there. */
	d = dial_raw(&w, &seen, "ca.pem", "GET ");
	dial_cancel(d);
	d = dial_raw(&w, &seen, "ca.pem", "GET ");
	WAIT_FOR(w.loop, dial_stage(d) == STAGE_HEAD);
	dial_send(d, span_of("/y HTTP/1.1\r\nhost: a\r\n\r\n"));
	WAIT_FOR(w.loop, seen.in.len > 0);
	assert_int_equal(s.count, 2);
	dial_cancel(d);
	assert_int_equal(seen.end, END_OPEN);
	buf_clear(&seen.in);
	serve_free(s.serve);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "fetch: what is wrong with a certificate", t_certificates,
		  NULL, NULL, NULL },
		{ "fetch: only a connection, with its certificate",
		  t_only_connect, NULL, NULL, NULL },
		{ "serve: raw bytes go through TLS, too", t_raw, NULL, NULL,
		  NULL },
		{ "serve: a client without TLS is no burden to others",
		  t_strangers, NULL, NULL, NULL },
		{ "serve: many requests come through one session", t_keep_alive,
		  NULL, NULL, NULL },
		{ "fetch: cancelled while it looks at a certificate",
		  t_cancel_while_looking, NULL, NULL, NULL },
		{ "fetch: a name without an address", t_stage_name, NULL, NULL,
		  NULL },
		{ "fetch: a port where nobody listens", t_stage_connect, NULL,
		  NULL, NULL },
		{ "fetch: TLS with a server that speaks none", t_stage_tls,
		  NULL, NULL, NULL },
		{ "fetch: a server that wants a certificate", t_stage_alert,
		  NULL, NULL, NULL },
		{ "fetch: a request that is not sent whole", t_stage_send, NULL,
		  NULL, NULL },
		{ "fetch: connected, and no answer", t_stage_silence, NULL,
		  NULL, NULL },
		{ "fetch: authorities beside the system's", t_both_authorities,
		  NULL, NULL, NULL },
		{ "dial: raw bytes with TLS", t_dial, NULL, NULL, NULL },
		{ "fetch: a proxy gets the whole URL", t_proxy_plain, NULL,
		  NULL, NULL },
		{ "fetch: a proxy's user without a password",
		  t_proxy_half_a_user, NULL, NULL, NULL },
		{ "fetch: a tunnel that is refused", t_proxy_tunnel_refused,
		  NULL, NULL, NULL },
		{ "fetch: a proxy that is not there", t_proxy_away, NULL, NULL,
		  NULL },
		{ "fetch: a proxy's URL is never repeated", t_proxy_bad_url,
		  NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fetch_tls", tests, tls_set_up,
					   tls_tear_down);
}
