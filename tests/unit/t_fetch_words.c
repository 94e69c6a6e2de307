/*
 * No decision may depend on libcurl's messages: each failure is tried with
 * libcurl's text, with none, and with a misleading one, and the results must be
 * the same. The link puts __wrap_fetch_words() in the place of fetch_words().
 */
#include "tests/unit/tls_kit.h"

#include "net/fetch_private.h"
#include "probe/bisect/trial.h"
#include "probe/doctor/network.h"
#include "probe/judge/check.h"
#include "probe/refusal/refusal.h"
#include "probe/run/preflight/preflight.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define RUN 7

static const char *instead; /* NULL: the library's own */
static size_t replaced; /* how often */

const char *__real_fetch_words(const struct fetch *ft, CURLcode result,
			       const char *otherwise);
const char *__wrap_fetch_words(const struct fetch *ft, CURLcode result,
			       const char *otherwise);

const char *__wrap_fetch_words(const struct fetch *ft, CURLcode result,
			       const char *otherwise)
{
	if (!instead)
		return __real_fetch_words(ft, result, otherwise);
	replaced++;
	return instead;
}

static const char *const wordings[] = {
	"",
	"Failed, for some reason",
	"SSL certificate problem: TLS CA file, CONNECT response 407, target "
	"host name, HTTPS, usage [DONE] timeout 401",
	"CONNECT tunnel failed, response 502: Could not resolve host",
};

/* ---- what goes wrong ---- */

/* The server's part once the request (or the beginning of TLS) has come. */
typedef void part_fn(struct rawpeer *p, struct call *c, struct loop *l);

static void part_close(struct rawpeer *p, struct call *c, struct loop *l)
{
	(void)c;
	(void)l;
	rawpeer_close(p);
}

static void part_reset(struct rawpeer *p, struct call *c, struct loop *l)
{
	(void)c;
	(void)l;
	rawpeer_reset(p);
}

static void part_plain(struct rawpeer *p, struct call *c, struct loop *l)
{
	(void)c;
	(void)l;
	rawpeer_text(p, "HTTP/1.1 400 Bad Request\r\n\r\n");
}

static void part_garbage(struct rawpeer *p, struct call *c, struct loop *l)
{
	(void)c;
	(void)l;
	rawpeer_text(p, "SSH-2.0-x\r\n\r\nabcdefgh");
	rawpeer_close(p);
}

static void part_407(struct rawpeer *p, struct call *c, struct loop *l)
{
	(void)c;
	(void)l;
	rawpeer_text(p, "HTTP/1.1 407 Proxy Authentication Required\r\n"
			"Proxy-Authenticate: Basic realm=x\r\n"
			"Content-Length: 2\r\n\r\nno");
}

static void part_502(struct rawpeer *p, struct call *c, struct loop *l)
{
	(void)c;
	(void)l;
	rawpeer_text(p, "HTTP/1.1 502 Bad Gateway\r\n"
			"Content-Length: 2\r\n\r\nno");
}

#define STREAM \
	"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" \
	"Transfer-Encoding: chunked\r\n\r\n"

static void part_cut(struct rawpeer *p, struct call *c, struct loop *l)
{
	(void)c;
	(void)l;
	rawpeer_text(p, STREAM "1\r\na\r\n");
	rawpeer_close(p);
}

static void part_bad_chunk(struct rawpeer *p, struct call *c, struct loop *l)
{
	(void)c;
	(void)l;
	rawpeer_text(p, STREAM "1\r\na\r\nzz\r\n");
}

static void part_reset_body(struct rawpeer *p, struct call *c, struct loop *l)
{
	rawpeer_text(p, STREAM "1\r\na\r\n");
	WAIT_FOR(l, c->body.len > 0);
	rawpeer_reset(p);
}

static void part_bad_coding(struct rawpeer *p, struct call *c, struct loop *l)
{
	(void)c;
	(void)l;
	rawpeer_text(p, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
			"Content-Length: 4\r\n\r\nnone");
}

enum where {
	WHERE_RAW, /* the server of the world, over http */
	WHERE_RAW_TLS, /* the same, as if it were https */
	WHERE_AWAY, /* nobody listens */
	WHERE_NO_NAME,
	WHERE_SECURE, /* a server with a certificate */
	WHERE_PROXY, /* the world's server is a proxy of https */
	WHERE_NO_PROXY,
};

static const struct trouble {
	const char *name;
	enum where where;
	part_fn *part; /* of WHERE_RAW... and WHERE_PROXY; NULL: silence */
	const char *certificate, *ca; /* of WHERE_SECURE */
	/* The expected results: */
	enum stream_end end;
	enum end_stage stage;
	const char *network, *refusal, *preflight;
} troubles[] = {
	{ "a name without an address", WHERE_NO_NAME, NULL, NULL, NULL,
	  END_REFUSED, STAGE_NAME, "DR-NO-NAME", "DR-NO-ANSWER",
	  "PRE-NO-NAME" },
	{ "nobody listens", WHERE_AWAY, NULL, NULL, NULL, END_REFUSED,
	  STAGE_CONNECT, "DR-REFUSED", "DR-NO-ANSWER", "PRE-REFUSED" },
	{ "silence", WHERE_RAW, NULL, NULL, NULL, END_TIMEOUT, STAGE_HEAD, NULL,
	  "DR-NO-ANSWER", "PRE-SILENT" },
	{ "closed", WHERE_RAW, part_close, NULL, NULL, END_CUT, STAGE_HEAD,
	  NULL, "DR-NO-ANSWER", "PRE-CLOSED" },
	{ "reset", WHERE_RAW, part_reset, NULL, NULL, END_RESET, STAGE_HEAD,
	  NULL, "DR-NO-ANSWER", "PRE-CLOSED" },
	{ "no HTTP", WHERE_RAW, part_garbage, NULL, NULL, END_BAD, STAGE_HEAD,
	  NULL, "DR-NO-ANSWER", "PRE-NOT-HTTP" },
	{ "a body that is cut", WHERE_RAW, part_cut, NULL, NULL, END_CUT,
	  STAGE_BODY, NULL, "DR-STREAM-CUT", "PRE-CUT" },
	{ "a body that is reset", WHERE_RAW, part_reset_body, NULL, NULL,
	  END_RESET, STAGE_BODY, NULL, "DR-STREAM-CUT", "PRE-CUT" },
	{ "a broken chunk", WHERE_RAW, part_bad_chunk, NULL, NULL, END_BAD,
	  STAGE_BODY, NULL, "DR-STREAM-CUT", "PRE-ENDLESS" },
	{ "a body that does not decode", WHERE_RAW, part_bad_coding, NULL, NULL,
	  END_BAD, STAGE_BODY, NULL, "DR-STREAM-CUT", "PRE-ENDLESS" },
	{ "TLS with who speaks none", WHERE_RAW_TLS, part_plain, NULL, NULL,
	  END_REFUSED, STAGE_TLS, "DR-TLS-FAILS", "DR-NO-ANSWER", "PRE-TLS" },
	{ "closed in the handshake", WHERE_RAW_TLS, part_close, NULL, NULL,
	  END_REFUSED, STAGE_TLS, "DR-TLS-FAILS", "DR-NO-ANSWER", "PRE-TLS" },
	{ "reset in the handshake", WHERE_RAW_TLS, part_reset, NULL, NULL,
	  END_REFUSED, STAGE_TLS, "DR-TLS-FAILS", "DR-NO-ANSWER", "PRE-TLS" },
	{ "silence in the handshake", WHERE_RAW_TLS, NULL, NULL, NULL,
	  END_TIMEOUT, STAGE_TLS, "DR-TLS-FAILS", "DR-NO-ANSWER",
	  "PRE-SILENT" },
	{ "expired", WHERE_SECURE, NULL, "expired.pem", "ca.pem", END_REFUSED,
	  STAGE_TLS, "DR-TLS-EXPIRED", "DR-NO-ANSWER", "PRE-TLS" },
	{ "not yet valid", WHERE_SECURE, NULL, "notyet.pem", "ca.pem",
	  END_REFUSED, STAGE_TLS, "DR-TLS-NOT-YET", "DR-NO-ANSWER", "PRE-TLS" },
	{ "of another name", WHERE_SECURE, NULL, "name.pem", "ca.pem",
	  END_REFUSED, STAGE_TLS, "DR-TLS-NAME", "DR-NO-ANSWER", "PRE-TLS" },
	{ "signed by itself", WHERE_SECURE, NULL, "self.pem", NULL, END_REFUSED,
	  STAGE_TLS, "DR-TLS-SELF-SIGNED", "DR-NO-ANSWER", "PRE-TLS" },
	{ "signed by a stranger", WHERE_SECURE, NULL, "good.pem", NULL,
	  END_REFUSED, STAGE_TLS, "DR-TLS-UNKNOWN-ISSUER", "DR-NO-ANSWER",
	  "PRE-TLS" },
	{ "no file of authorities", WHERE_SECURE, NULL, "good.pem",
	  "no-such.pem", END_REFUSED, STAGE_TLS, "DR-TLS-CA-FILE",
	  "DR-NO-ANSWER", "PRE-TLS" },
	{ "a tunnel refused with 407", WHERE_PROXY, part_407, NULL, NULL,
	  END_BAD, STAGE_PROXY, "DR-PROXY-REFUSES", "DR-NO-ANSWER",
	  "PRE-NOT-HTTP" },
	{ "a tunnel refused with 502", WHERE_PROXY, part_502, NULL, NULL,
	  END_BAD, STAGE_PROXY, "DR-PROXY-FAILS", "DR-NO-ANSWER",
	  "PRE-NOT-HTTP" },
	{ "a proxy that is not there", WHERE_NO_PROXY, NULL, NULL, NULL,
	  END_REFUSED, STAGE_PROXY, "DR-PROXY-UNREACHABLE", "DR-NO-ANSWER",
	  "PRE-REFUSED" },
};

static void address(const struct trouble *t, struct world *w, char *proxy,
		    size_t size, struct fetch_request *r)
{
	if (t->where == WHERE_RAW_TLS)
		snprintf(w->origin, sizeof(w->origin), "https://127.0.0.1:%u",
			 w->server.port);
	*r = get(w);
	r->certificate = true;
	r->decompress = true;
	/* Only a silent server runs into the time limit. */
	r->head_ms = t->part || t->where == WHERE_SECURE ? 0 : 50;
	if (t->ca)
		r->tls.ca_file = tls_path(t->ca);
	if (t->where == WHERE_NO_NAME)
		r->origin =
			"http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaa.invalid";
	if (t->where == WHERE_PROXY || t->where == WHERE_NO_PROXY) {
		snprintf(proxy, size, "http://127.0.0.1:%u", w->server.port);
		r->origin = "https://gateway.invalid";
		r->proxy = proxy;
	}
	if (t->where == WHERE_AWAY || t->where == WHERE_NO_PROXY)
		rawserver_close(&w->server);
	if (t->where == WHERE_AWAY || t->where == WHERE_NO_PROXY ||
	    t->where == WHERE_NO_NAME)
		r->head_ms = 0;
}

static void play(const struct trouble *t, struct call *c)
{
	struct secure s = { .serve = NULL };
	struct fetch_request r;
	struct world w;
	char proxy[64];

	world_open(&w);
	if (t->where == WHERE_SECURE)
		secure_open(&s, &w, t->certificate);
	address(t, &w, proxy, sizeof(proxy), &r);
	call_open(c, &w, &r);
	if (t->part) {
		WAIT_FOR(w.loop,
			 w.server.count == 1 && w.server.peers[0].in.len > 0);
		t->part(&w.server.peers[0], c, w.loop);
	}
	WAIT_FOR(w.loop, c->ends == 1);
	serve_free(s.serve);
	world_close(&w);
}

/* ---- what is made of it ---- */

struct made {
	struct fetch_end end;
	char network[40], refusal[40], preflight[40], verdict[16];
};

static void take(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void make_network(const struct fetch_end *end, struct made *m)
{
	struct asked x = { .end = end->end,
			   .stage = end->stage,
			   .sent = end->sent,
			   .tunnel = end->tunnel,
			   .os_error = end->os_error,
			   .ca_file_bad = end->ca_file_bad,
			   .certificate = end->certificate };

	take(x.text, sizeof(x.text), end->text);
	take(m->network, sizeof(m->network), network_code(&x));
}

static void make_refusal(const struct call *c, struct made *m)
{
	struct headers sent = { .count = 0 };
	struct refusal_given g = { .method = "POST",
				   .target = "/v1/messages",
				   .sent = &sent,
				   .status = c->status,
				   .got = c->status ? &c->headers : NULL,
				   .got_body = buf_span(&c->body),
				   .end = c->end.end,
				   .end_text = c->end.text };
	struct refusal r = { .code = NULL };

	if (refusal_of(&g, &r))
		take(m->refusal, sizeof(m->refusal), r.code);
	refusal_clear(&r);
}

static void put_answer(struct wlog *w, const struct call *c)
{
	struct http_head head = { .status = c->status, .minor = 1 };

	head.headers = c->headers;
	wlog_set_head(w, wlog_add(w, 1, RUN, "c1", 1, WLOG_RESPONSE), &head);
	wlog_set_bytes(w, wlog_add(w, 2, RUN, "c1", 1, WLOG_DATA),
		       buf_span(&c->body));
}

/* The log that the driver writes of it. */
static void make_log(struct wlog *w, const struct call *c)
{
	char method[] = "POST", target[] = "/v1/messages";
	struct http_head head = { .method = method, .target = target };
	struct wlog_entry *e;

	wlog_init(w, 1024 * 1024);
	wlog_set_head(w, wlog_add(w, 0, RUN, "c1", 1, WLOG_REQUEST), &head);
	if (c->status)
		put_answer(w, c);
	e = wlog_add(w, 3, RUN, "c1", 1, WLOG_END);
	e->end = c->end.end;
	e->stage = c->end.stage;
	e->tunnel = c->end.tunnel;
	wlog_set_text(w, e, "%s", c->end.text);
}

/* The "PRE-X" of "(ccprobe explain PRE-X)": nothing else tells it. */
static void make_preflight(const struct wlog *w, struct made *m)
{
	struct preflight p = { .gateway = "http://127.0.0.1:1",
			       .mock = "127.0.0.1:8473",
			       .auth = "the header 'x'",
			       .client = "2.1.329",
			       .settings = "Set it." };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	const char *code;

	assert_false(preflight_judge(w, RUN, &p, &out));
	for (size_t n = 0; (code = preflight_code(n)) != NULL; n++) {
		char told[64];

		snprintf(told, sizeof(told), "(ccprobe explain %s)", code);
		if (strstr(buf_str(&out), told))
			take(m->preflight, sizeof(m->preflight), code);
	}
	buf_clear(&out);
}

static const char text[] =
	"{\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"A\"],"
	"\"level\":\"must\",\"effect\":\"breaks\","
	"\"steps\":[{\"send\":\"c1\",\"request\":{\"method\":\"POST\","
	"\"target\":\"/v1/messages\"}}],\"checks\":[{\"name\":\"n\","
	"\"expect\":[\"c1.end\",\"==\",\"clean\"]}]}";

static void make_verdict(const struct wlog *w, struct made *m)
{
	struct casebook book = { .count = 0 };
	struct fail f = FAIL_INIT;
	struct result r;

	if (casefile_parse(&book, "cases/a/b.json", span_of(text), NULL, &f) <
	    0)
		fail_msg("%s", f.text);
	check_case(book.list[0], w, RUN, &r);
	take(m->verdict, sizeof(m->verdict), verdict_name(r.verdict));
	result_clear(&r);
	casebook_clear(&book);
}

static void make_all(const struct trouble *t, struct made *m)
{
	struct call c;
	struct wlog w;

	memset(m, 0, sizeof(*m));
	play(t, &c);
	m->end = c.end;
	make_network(&c.end, m);
	make_refusal(&c, m);
	make_log(&w, &c);
	make_preflight(&w, m);
	make_verdict(&w, m);
	wlog_clear(&w);
	call_close(&c);
}

/* ---- the tests ---- */

static void same_text(const struct trouble *t, const char *what, const char *is,
		      const char *wanted)
{
	if (strcmp(is, wanted ? wanted : "") != 0)
		fail_msg("%s: %s is '%s', not '%s', with the words '%s'",
			 t->name, what, is, wanted ? wanted : "",
			 instead ? instead : "(the library's)");
}

static void same_number(const struct trouble *t, const char *what, int is,
			int wanted)
{
	if (is != wanted)
		fail_msg("%s: %s is %d, not %d, with the words '%s'", t->name,
			 what, is, wanted,
			 instead ? instead : "(the library's)");
}

static void check_made(const struct trouble *t, const struct made *m)
{
	same_text(t, "the end", end_name(m->end.end), end_name(t->end));
	same_text(t, "the stage", end_stage_name(m->end.stage),
		  end_stage_name(t->stage));
	same_text(t, "doctor's code", m->network, t->network);
	same_text(t, "the refusal", m->refusal, t->refusal);
	same_text(t, "preflight's code", m->preflight, t->preflight);
	same_text(t, "the verdict", m->verdict, "fail");
}

static void check_same(const struct trouble *t, const struct made *m,
		       const struct made *first)
{
	same_number(t, "the certificate", m->end.certificate.fault,
		    first->end.certificate.fault);
	same_number(t, "the tunnel", m->end.tunnel, first->end.tunnel);
	same_number(t, "sent", m->end.sent, first->end.sent);
	same_number(t, "the error", m->end.os_error, first->end.os_error);
}

static void t_own(void **state)
{
	(void)state;
	instead = NULL;
	for (size_t i = 0; i < COUNT(troubles); i++) {
		struct made m;

		make_all(&troubles[i], &m);
		check_made(&troubles[i], &m);
	}
}

static void t_others(void **state)
{
	(void)state;
	replaced = 0;
	for (size_t i = 0; i < COUNT(troubles); i++) {
		struct made first, m;

		instead = NULL;
		make_all(&troubles[i], &first);
		for (size_t k = 0; k < COUNT(wordings); k++) {
			instead = wordings[k];
			make_all(&troubles[i], &m);
			check_made(&troubles[i], &m);
			check_same(&troubles[i], &m, &first);
		}
	}
	instead = NULL;
	/* Of silence the library says nothing, and is not asked. */
	assert_true(replaced > COUNT(troubles) * COUNT(wordings) / 2);
}

/* What bisect compares failures by. */
static void make_seen(const char *base, const char *proxy, struct seen *out)
{
	struct asker_config config = { .base_url = base, .proxy = proxy };
	struct sample sample = { .source = NULL };
	struct bisect_request q = { .body = BUF_INIT(100) };
	char method[] = "POST", target[] = "/v1/messages";
	struct fail f = FAIL_INIT;
	struct asker *a;

	q.method = method;
	q.target = target;
	buf_add_text(&q.body, "{}");
	assert_int_equal(asker_new(&a, &config, &f), 0);
	assert_int_equal(exchange(a, &sample, &q, false, out, &f), 0);
	buf_clear(&q.body);
	asker_free(a);
}

static void t_bisect(void **state)
{
	struct world w;
	char away[64];
	struct {
		const char *base, *proxy, *normal;
	} rows[] = {
		{ "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aaaaaaaaaaaaaaa.invalid",
		  NULL, "refused, looking up the name" },
		{ away, NULL, "refused, connecting" },
		{ "http://gateway.invalid", away, "refused, at the proxy" },
	};

	(void)state;
	world_open(&w);
	snprintf(away, sizeof(away), "%s", w.origin);
	world_close(&w);
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k <= COUNT(wordings); k++) {
			struct seen seen;

			instead = k > 0 ? wordings[k - 1] : NULL;
			make_seen(rows[i].base, rows[i].proxy, &seen);
			assert_true(seen.failed);
			assert_false(seen.reached);
			assert_string_equal(seen.normal, rows[i].normal);
			assert_string_equal(seen.code, "DR-NO-ANSWER");
			seen_clear(&seen);
		}
	instead = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "words: what is made of the library's own", t_own, NULL, NULL,
		  NULL },
		{ "words: the same is made of any others", t_others, NULL, NULL,
		  NULL },
		{ "words: bisect compares none of them", t_bisect, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fetch_words", tests, tls_set_up,
					   tls_tear_down);
}
