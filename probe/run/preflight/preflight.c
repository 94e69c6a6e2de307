/*
 * Judges the first request of a run by a table: the first row whose test is
 * true is the cause. Rows follow the way of the answer: connection, HTTP,
 * status, body, mock.
 */
#include "probe/run/preflight/preflight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/vendor.h"
#include "formats/clientformat.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define SAID_LIMIT 65536
#define SAID_SHOWN 300
#define PATH_SHOWN 80

struct sight { /* what the log shows of the first request */
	const struct preflight *p;
	const struct exchange *client, *upstream; /* NULL: not seen */
	int status; /* 0: no answer */
	char *type, *location; /* of the answer; "" if none */
	struct buf said; /* the gateway's own words, printable; may be empty */
};

/* ---- tests for what may be wrong ---- */

static bool is_message(const struct sight *s)
{
	return s->status == 200 && s->client->end == END_CLEAN &&
	       (s->client->stop_reason || s->client->block_count > 0);
}

static bool is_refused(const struct sight *s)
{
	return s->client->end == END_REFUSED;
}

static bool is_nameless(const struct sight *s)
{
	return s->status == 0 && s->client->stage == STAGE_NAME;
}

static bool is_tls(const struct sight *s)
{
	return s->status == 0 && s->client->stage == STAGE_TLS &&
	       s->client->end != END_TIMEOUT;
}

static bool is_silent(const struct sight *s)
{
	return s->status == 0 && s->client->end == END_TIMEOUT;
}

static bool is_closed(const struct sight *s)
{
	return s->status == 0 &&
	       (s->client->end == END_CUT || s->client->end == END_RESET);
}

static bool is_not_http(const struct sight *s)
{
	return s->status == 0;
}

static bool is_endless(const struct sight *s)
{
	return s->client->end == END_TIMEOUT || s->client->end == END_BAD;
}

static bool is_key(const struct sight *s)
{
	return s->status == 401 || s->status == 403;
}

static bool is_path(const struct sight *s)
{
	return s->status == 404 || s->status == 405;
}

static bool is_redirect(const struct sight *s)
{
	return s->status >= 300 && s->status < 400;
}

static bool is_page(const struct sight *s)
{
	return strcasestr(s->type, "text/html");
}

/* Without a mock, 404 may mean the path or the model. A JSON error that has the
 * word "model" means the model. */
static bool is_model(const struct sight *s)
{
	return s->p->black_box && (s->status == 404 || s->status == 400) &&
	       s->client->json.text.at &&
	       span_find(buf_span(&s->client->body), span_of("model")) !=
		       SIZE_MAX;
}

static bool is_black_box_silent(const struct sight *s)
{
	return s->p->black_box && is_silent(s);
}

static bool is_black_box_status(const struct sight *s)
{
	return s->p->black_box && s->status != 200;
}

/* The gateway's request reached the mock and asked for an API that the mock
 * does not have. */
static bool is_translator(const struct sight *s)
{
	return s->upstream && s->upstream->request &&
	       view_format(s->upstream) == FORMAT_UNKNOWN;
}

static bool carries(const struct headers *h, const char *name, const char *key)
{
	const char *value = headers_get(h, name);

	return value && strstr(value, key);
}

static bool is_other_key(const struct sight *s)
{
	const struct headers *h;

	if (!s->p->upstream_key || !s->upstream || !s->upstream->request ||
	    !is_message(s))
		return false;
	h = &s->upstream->request->headers;
	return !carries(h, "x-api-key", s->p->upstream_key) &&
	       !carries(h, "authorization", s->p->upstream_key);
}

/* A proxy answers 502, 503 or 504 if it cannot reach its upstream, often with a
 * page. A page with another status may be of any web server. */
static bool is_upstream_away(const struct sight *s)
{
	if (s->upstream || s->p->black_box)
		return false;
	return (s->status >= 502 && s->status <= 504) ||
	       (s->status >= 500 && !is_page(s));
}

static bool is_other_status(const struct sight *s)
{
	return s->status != 200;
}

static bool is_other_provider(const struct sight *s)
{
	return is_message(s) && !s->upstream && !s->p->black_box;
}

static bool is_broken_off(const struct sight *s)
{
	return s->client->end != END_CLEAN;
}

static bool is_anything(const struct sight *s)
{
	(void)s;
	return true;
}

/* In texts: %u the gateway's URL, %m the mock's address, %s the status, %e how
 * it ended, %l the Location, %t the content type, %a the key's headers, %k
 * how the key is set, %p the path at the provider, %v whose API that is, %n
 * whose API the client asks for, %r its route, %b the variable that has its
 * base, %w how that ends. */
static const struct preflight_cause {
	bool (*is)(const struct sight *s);
	const char *code; /* for `ccprobe explain`; two rows may share one */
	const char *headline;
	const char *advice;
} causes[] = {
	{ is_tls, "PRE-TLS", "no TLS connection to %u: %e",
	  "Is this an https port, and its certificate known here?\n"
	  "Trust a private authority with --ca-file PEM; --insecure takes any\n"
	  "certificate. To a gateway that wants one of the client show it "
	  "with\n"
	  "--client-cert PEM --client-key PEM.\n"
	  "For a gateway without TLS write http:// in --gateway.\n" },
	{ is_nameless, "PRE-NO-NAME", "the name in %u has no address",
	  "%e\n"
	  "Correct the name in --gateway. Is it known to a resolver that this\n"
	  "machine does not ask, such as that of a network or a container?\n" },
	{ is_refused, "PRE-REFUSED", "nothing listens at %u",
	  "%e\n"
	  "Start the gateway, or correct the address in --gateway.\n"
	  "In a container, publish its port; 127.0.0.1 is this machine "
	  "only.\n" },
	{ is_black_box_silent, "PRE-SILENT",
	  "%u takes connections, and no answer comes",
	  "%e\n"
	  "Is this the gateway's HTTP port?\n" },
	{ is_silent, "PRE-SILENT", "%u takes connections, and no answer comes",
	  "%e\n"
	  "Is this the gateway's HTTP port? It may also be waiting for an\n"
	  "upstream that it cannot reach: point it at http://%m.\n" },
	{ is_closed, "PRE-CLOSED", "%u closes the connection without an answer",
	  "%e\n"
	  "Does it serve plain HTTP on this port, or only HTTPS? Its own log\n"
	  "should say why it hangs up.\n" },
	{ is_not_http, "PRE-NOT-HTTP", "what %u answers is not HTTP",
	  "%e\n"
	  "Is this the gateway's own port? A port that speaks TLS needs\n"
	  "https:// in --gateway.\n" },
	{ is_translator, "PRE-TRANSLATES",
	  "the gateway asks its provider for %p: %v",
	  "ccprobe's mock has the Anthropic API and OpenAI's chat completions\n"
	  "and Responses. Has this gateway a route to such a provider? Then\n"
	  "configure http://%m there.\n"
	  "For any gateway, `ccprobe run --no-mock` decides what\n"
	  "a client alone can see.\n" },
	{ is_other_key, "PRE-UPSTREAM-KEY",
	  "the gateway does not use the key that --upstream-key says",
	  "The request that reached the mock carries another one. Correct\n"
	  "--upstream-key, or the key in the gateway's configuration; without\n"
	  "--upstream-key this is not looked at.\n" },
	{ is_upstream_away, "PRE-UPSTREAM",
	  "the gateway answers %s by itself: it did not reach the mock",
	  "The mock provider waits at http://%m and has seen no request.\n"
	  "Make that address the gateway's Anthropic base URL (from inside a\n"
	  "container: the host's address, and --mock-listen 0.0.0.0:8473).\n"
	  "A proxy in front of the gateway answers so, too, if it cannot reach "
	  "the\n"
	  "gateway.\n" },
	{ is_page, "PRE-PAGE", "%u answers with a web page (status %s, %t)",
	  "This is a web server, a login page or a proxy's error page, not\n"
	  "%n. Check host, port and path in --gateway: the\n"
	  "request went to <gateway>%r.\n" },
	{ is_redirect, "PRE-REDIRECT", "%u redirects to %l",
	  "Claude Code's POST would not follow. Give the final address in\n"
	  "--gateway (http or https? with or without a path?).\n" },
	{ is_key, "PRE-KEY", "the gateway refuses the key: status %s",
	  "The key went in %a.\n"
	  "%k\n"
	  "--auth bearer, x-api-key or both says which header carries it.\n" },
	{ is_model, "PRE-MODEL",
	  "the gateway does not serve this model: status %s",
	  "--model ID says which one to ask for; %u/v1/models may list them.\n"
	  "A gateway may also refuse 'max_tokens' or 'stream' with this "
	  "status.\n" },
	{ is_path, "PRE-PATH", "the gateway does not know %r: status %s",
	  "The request went to %u%r.\n"
	  "--gateway is what %b would be: %w.\n" },
	{ is_black_box_status, "PRE-STATUS",
	  "a small request is answered with status %s",
	  "It has the headers of Claude Code %c and asks for a few words.\n"
	  "The gateway's own log should say why it refuses it.\n" },
	{ is_endless, "PRE-ENDLESS", "the answer of %u does not end",
	  "%e\n"
	  "A plain request has to be answered in time (--preflight-ms).\n" },
	{ is_other_status, "PRE-STATUS",
	  "an ordinary request is answered with status %s",
	  "The request is what Claude Code %c sends first, as recorded.\n"
	  "The gateway's own log should say why it refuses it.\n" },
	{ is_broken_off, "PRE-CUT", "the answer breaks off: %e",
	  "A plain request has to be answered to its end.\n" },
	{ is_other_provider, "PRE-OTHER-PROVIDER",
	  "the gateway answers, but not from the mock provider",
	  "It has another upstream (or answers from a cache). ccprobe's mock\n"
	  "has to be its provider: configure http://%m as its Anthropic\n"
	  "base URL, once; --mock-listen ADDR:PORT moves the mock "
	  "elsewhere.\n" },
	{ is_anything, "PRE-NO-MESSAGE",
	  "the answer to an ordinary request is not a message",
	  "Status %s, content type '%t'.\n"
	  "Expected: the stream of a message, or the message as JSON.\n" },
};

static void write_text(const struct sight *s, const char *text, struct buf *out)
{
	const struct clientformat *client = clientformat_of(s->p->format);

	for (; *text; text++) {
		if (*text != '%') {
			buf_add_byte(out, *text);
			continue;
		}
		text++;
		switch (*text) {
		case 'u':
			buf_add_text(out, s->p->gateway);
			break;
		case 'm':
			buf_add_text(out, s->p->mock);
			break;
		case 's':
			buf_addf(out, "%d", s->status);
			break;
		case 'e':
			buf_add_text(out,
				     s->client->end_text && *s->client->end_text
					     ? s->client->end_text
					     : end_name(s->client->end));
			break;
		case 'p':
			print_bytes(span_of(s->upstream->request->target),
				    PATH_SHOWN, out);
			break;
		case 'v':
			vendor_tell(s->upstream->request->target, out);
			break;
		case 'l':
			buf_add_text(out, s->location);
			break;
		case 't':
			buf_add_text(out, s->type);
			break;
		case 'a':
			buf_add_text(out, s->p->auth);
			break;
		case 'c':
			buf_add_text(out, s->p->client);
			break;
		case 'k':
			buf_add_text(out, s->p->settings);
			break;
		case 'n':
			buf_add_text(out, client->api);
			break;
		case 'r':
			buf_add_text(out, client->route);
			break;
		case 'b':
			buf_add_text(out, client->base);
			break;
		case 'w':
			buf_add_text(out, client->base_like);
			break;
		}
	}
}

/* A header of the answer for printing, cut to 200 bytes; bytes that are not
 * printable become '?'. */
static char *header_text(const struct exchange *e, const char *name)
{
	const char *value = NULL;
	char *text;

	if (e->response)
		value = headers_get(&e->response->headers, name);
	text = span_dup(span_first(span_of(value), 200));
	for (char *at = text; *at; at++) {
		if (*at < ' ' || *at > '~')
			*at = '?';
	}
	return text;
}

/* Writes the advice below its headline, each line indented. */
static void write_advice(const struct sight *s, const char *text,
			 struct buf *out)
{
	struct buf filled = BUF_INIT(16 * 1024);
	struct span rest, line;

	write_text(s, text, &filled);
	rest = buf_span(&filled);
	while (rest.len && span_split(&rest, '\n', &line))
		buf_addf(out, "  %.*s\n", SPAN_ARG(line));
	buf_clear(&filled);
}

/* Keeps the message of the error, or the begin of the body. */
static void read_said(struct sight *s)
{
	struct jval error, message;
	struct buf text = BUF_INIT(SAID_LIMIT);

	if (s->status < 300)
		return;
	if (s->client->json.text.at &&
	    jscan_member(s->client->json, "error", &error) &&
	    jscan_member(error, "message", &message) &&
	    message.type == J_STRING && jscan_string(message, &text) == 0)
		print_bytes(buf_span(&text), SAID_SHOWN, &s->said);
	else
		print_bytes(s->client->content, SAID_SHOWN, &s->said);
	buf_clear(&text);
}

static void diagnose(const struct sight *s, struct buf *out)
{
	const struct preflight_cause *cause = causes;

	while (!cause->is(s))
		cause++;
	write_text(s, cause->headline, out);
	buf_add_byte(out, '\n');
	write_advice(s, cause->advice, out);
	if (s->said.len > 0)
		buf_addf(out, "  It said: %s\n", buf_str(&s->said));
	buf_addf(out, "  (ccprobe explain %s)\n", cause->code);
}

/* What `ccprobe explain` has in place of the letters of write_text. */
static const char *word_of(char letter)
{
	switch (letter) {
	case 'u':
		return "URL";
	case 'p':
		return "a path";
	case 'v':
		return "that is an API which the mock does not speak";
	case 'm':
		return "ADDR:PORT of the mock";
	case 'e':
		return "what the connection said";
	case 'k':
		return "Set the gateway's own key with --key VALUE or --key "
		       "env:NAME.";
	case 'a':
		return "the header that --auth names (bearer: "
		       "authorization)";
	case 'c':
		return "the release that --client names";
	case 's':
		return "N";
	case 'n':
		return clientformat_of(FORMAT_MESSAGES)->api;
	case 'r':
		return clientformat_of(FORMAT_MESSAGES)->route;
	case 'b':
		return clientformat_of(FORMAT_MESSAGES)->base;
	case 'w':
		return clientformat_of(FORMAT_MESSAGES)->base_like;
	case 't':
		return "its content type";
	case 'l':
		return "another address";
	default:
		return "...";
	}
}

static void write_words(const char *text, struct buf *out)
{
	for (; *text; text++) {
		if (*text == '%')
			buf_add_text(out, word_of(*++text));
		else
			buf_add_byte(out, *text);
		if (*text == '\n' && text[1])
			buf_add_text(out, "  ");
	}
}

const char *preflight_code(size_t n)
{
	return n < sizeof(causes) / sizeof(causes[0]) ? causes[n].code : NULL;
}

bool preflight_explain(const char *code, struct buf *out)
{
	bool known = false;

	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		if (strcmp(causes[i].code, code) != 0)
			continue;
		buf_addf(out, "%s%s (before the first case)\n  ",
			 known ? "\n" : "", code);
		write_words(causes[i].headline, out);
		buf_add_text(out, "\n\nFix\n  ");
		write_words(causes[i].advice, out);
		known = true;
	}
	return known;
}

/* Two rows with the same code and headline are listed once. */
static bool is_told_before(size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (strcmp(causes[i].code, causes[row].code) == 0 &&
		    strcmp(causes[i].headline, causes[row].headline) == 0)
			return true;
	return false;
}

void preflight_list(struct buf *out)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		if (is_told_before(i))
			continue;
		buf_addf(out, "%s\n  ", causes[i].code);
		write_words(causes[i].headline, out);
		buf_add_byte(out, '\n');
	}
}

bool preflight_judge(const struct wlog *log, uint64_t run,
		     const struct preflight *p, struct buf *out)
{
	struct sight s = { .p = p };
	struct view v;
	bool open;

	view_of(&v, log, run);
	s.client = view_find(&v, "c1", 1);
	s.upstream = view_find(&v, "u", 1);
	if (!s.client) {
		view_clear(&v);
		buf_add_text(out, "the request could not be sent\n");
		return false;
	}
	s.status = s.client->response ? s.client->response->status : 0;
	s.type = header_text(s.client, "content-type");
	s.location = header_text(s.client, "location");
	buf_init(&s.said, SAID_LIMIT);
	read_said(&s);
	open = is_message(&s) && (s.upstream || p->black_box) &&
	       !is_other_key(&s);
	if (!open)
		diagnose(&s, out);
	buf_clear(&s.said);
	free(s.type);
	free(s.location);
	view_clear(&v);
	return open;
}

bool preflight_is_refusal(const struct wlog *log, uint64_t run)
{
	struct view v;
	const struct exchange *x;
	int status = 0;

	view_of(&v, log, run);
	x = view_find(&v, "c1", 1);
	if (x && x->response)
		status = x->response->status;
	view_clear(&v);
	return status >= 400 && status < 500 && status != 401 &&
	       status != 403 && status != 404 && status != 405;
}
