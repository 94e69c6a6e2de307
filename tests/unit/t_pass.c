/* Tests of probe/pass: requests up, answers down, and how ends are passed
 * on. The connections are made up: what is done with them is logged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/serve/serve_private.h"
#include "probe/pass/pass.h"

static struct buf did = BUF_INIT(BUF_NO_LIMIT);
static const struct fetch_handler *up; /* of the request that is under way */
static bool has_room, starts;
static char one; /* stands for a fetch */

#define FETCH ((struct fetch *)&one)

static void add_headers(const struct headers *h)
{
	for (size_t i = 0; i < h->count; i++)
		buf_addf(&did, " %s=%s", h->list[i].name, h->list[i].value);
}

int __wrap_fetch_start(struct fetch **out, struct fetcher *fr,
		       const struct fetch_request *request,
		       const struct fetch_handler *handler, void *arg,
		       struct fail *f);
int __wrap_fetch_start(struct fetch **out, struct fetcher *fr,
		       const struct fetch_request *request,
		       const struct fetch_handler *handler, void *arg,
		       struct fail *f)
{
	(void)fr;
	(void)arg;
	if (!starts)
		return fail_set(f, FAIL_LIMIT, "no room");
	up = handler;
	*out = FETCH;
	buf_addf(&did, "up %s%s %s %s%.*s%s", request->method, request->target,
		 request->origin, request->has_body ? "[" : "",
		 SPAN_ARG(request->body), request->has_body ? "]" : "");
	assert_true(request->keep_alive);
	add_headers(request->headers);
	buf_add_byte(&did, '\n');
	return 0;
}

void __wrap_fetch_cancel(struct fetch *ft);
void __wrap_fetch_cancel(struct fetch *ft)
{
	assert_ptr_equal(ft, FETCH);
	buf_add_text(&did, "cancel\n");
}

void __wrap_fetch_resume(struct fetch *ft);
void __wrap_fetch_resume(struct fetch *ft)
{
	assert_ptr_equal(ft, FETCH);
	buf_add_text(&did, "resume\n");
}

void __wrap_visit_answer(struct visit *v, int status,
			 const struct headers *headers, struct span body);
void __wrap_visit_answer(struct visit *v, int status,
			 const struct headers *headers, struct span body)
{
	(void)v;
	buf_addf(&did, "own %d %.*s", status, SPAN_ARG(body));
	add_headers(headers);
	buf_add_byte(&did, '\n');
}

void __wrap_visit_begin(struct visit *v, int status,
			const struct headers *headers, uint64_t length);
void __wrap_visit_begin(struct visit *v, int status,
			const struct headers *headers, uint64_t length)
{
	(void)v;
	buf_addf(&did, "begin %d %d", status,
		 length == VISIT_CHUNKED ? -1 : (int)length);
	add_headers(headers);
	buf_add_byte(&did, '\n');
}

bool __wrap_visit_send(struct visit *v, const void *bytes, size_t len);
bool __wrap_visit_send(struct visit *v, const void *bytes, size_t len)
{
	(void)v;
	buf_addf(&did, "send %.*s\n", (int)len, (const char *)bytes);
	return has_room;
}

void __wrap_visit_finish(struct visit *v);
void __wrap_visit_finish(struct visit *v)
{
	(void)v;
	buf_add_text(&did, "finish\n");
}

void __wrap_visit_cut(struct visit *v, enum stream_end how);
void __wrap_visit_cut(struct visit *v, enum stream_end how)
{
	(void)v;
	buf_addf(&did, "cut %s\n", end_name(how));
}

/* ---- who looks on ---- */

static const char *refusal;

static const char *on_head(void *arg, struct passing *p)
{
	assert_ptr_equal(arg, &one);
	(void)p;
	return refusal;
}

static void on_request(void *arg, struct passing *p)
{
	assert_ptr_equal(arg, &one);
	(void)p;
	buf_add_text(&did, "request\n");
}

static void on_answer(void *arg, struct passing *p)
{
	assert_ptr_equal(arg, &one);
	buf_addf(&did, "answer %d %s\n", p->head.status, p->head.reason);
}

static void on_piece(void *arg, struct passing *p, struct span bytes)
{
	assert_ptr_equal(arg, &one);
	(void)p;
	buf_addf(&did, "piece %.*s\n", SPAN_ARG(bytes));
}

static void on_over(void *arg, struct passing *p)
{
	assert_ptr_equal(arg, &one);
	buf_addf(&did, "over %s '%s' %s\n", end_name(p->end), p->text,
		 p->own ? "own" : "theirs");
}

static const struct pass_watch watch = { .on_head = on_head,
					 .on_request = on_request,
					 .on_answer = on_answer,
					 .on_piece = on_piece,
					 .on_over = on_over };
static struct pass pass;
static struct visit v;

/* ---- a visit ---- */

static int set_up(void **state)
{
	(void)state;
	buf_clear(&did);
	pass = (struct pass){
		.origin = "O", .peer = "gateway", .watch = &watch, .arg = &one
	};
	v = (struct visit){ .body = BUF_INIT(BUF_NO_LIMIT) };
	up = NULL;
	refusal = NULL;
	has_room = starts = true;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	http_head_clear(&v.head);
	buf_clear(&v.body);
	buf_clear(&did);
	return 0;
}

static void did_so(const char *wanted)
{
	assert_string_equal(buf_str(&did), wanted);
	buf_reset(&did);
}

static void comes(const char *head)
{
	http_head_clear(&v.head);
	assert_true(http_request_read(span_of(head), &v.head, NULL) > 0);
	pass_handler.on_head(&pass, &v);
}

static void asks(const char *head, const char *body)
{
	comes(head);
	buf_reset(&v.body);
	buf_add_text(&v.body, body);
	pass_handler.on_request(&pass, &v);
}

static void begins(const char *head)
{
	struct http_head answer = { .status = 0 };

	assert_true(http_response_read(span_of(head), &answer, NULL) > 0);
	up->on_head(visit_get(&v), FETCH, &answer);
	http_head_clear(&answer);
}

static void ends(enum stream_end end, const char *text)
{
	struct fetch_end e = { .end = end };

	snprintf(e.text, sizeof(e.text), "%s", text);
	up->on_end(visit_get(&v), FETCH, &e);
}

static void is_done(void)
{
	pass_handler.on_done(&pass, &v, END_CLEAN);
}

#define GET "GET /x HTTP/1.1\n\n"
#define UP "request\nup GET/x O \n"
#define OK "HTTP/1.1 200 Fine\ncontent-length: 3\n\n"
#define BEGUN "answer 200 Fine\nbegin 200 3 content-length=3\n"
#define OWN(status, type, text) \
	"own " status " {\"type\":\"error\",\"error\":{\"type\":\"" type \
	"\",\"message\":\"" text "\"}} content-type=application/json\n"

static void t_up(void **state)
{
	static const struct {
		const char *head, *body, *wanted;
	} rows[] = {
		{ "GET /x?a=1 HTTP/1.1\nhost: h\nExpect: 100-continue\nA: 1\n"
		  "connection: b\nb: 2\na: 3\n\n",
		  "", "request\nup GET/x?a=1 O  A=1 a=3\n" },
		{ "POST /x HTTP/1.1\n\n", "", "request\nup POST/x O []\n" },
		{ "POST /x HTTP/1.1\n\n", "b", "request\nup POST/x O [b]\n" },
		{ "PUT /x HTTP/1.1\n\n", "", "request\nup PUT/x O \n" },
		{ "PUT /x HTTP/1.1\n\n", "b", "request\nup PUT/x O [b]\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		asks(rows[i].head, rows[i].body);
		did_so(rows[i].wanted);
		begins(OK);
		ends(END_CLEAN, "");
		is_done();
		did_so(BEGUN "finish\nover clean '' theirs\n");
	}
}

/* Content-Length: 0 means an empty body, except for methods without a body. */
static void t_lengths(void **state)
{
	(void)state;
	asks("PUT /x HTTP/1.1\ncontent-length: 0\n\n", "");
	assert_non_null(strstr(buf_str(&did), "O []"));
	buf_reset(&did);
	is_done();
	did_so("cancel\nover cancelled 'the request was not read to its end' "
	       "theirs\n");
	asks("HEAD /x HTTP/1.1\ncontent-length: 0\n\n", "");
	assert_null(strstr(buf_str(&did), "[]"));
	buf_reset(&did);
	pass.over = true;
	is_done();
	did_so("cancel\nover cancelled 'ccprobe was ended' theirs\n");
}

static void t_refused(void **state)
{
	(void)state;
	refusal = "not now";
	comes(GET);
	did_so(OWN("503", "api_error", "not now"));
	is_done();
	did_so("over open '' own\n");
	refusal = NULL;
	comes("GET http://a/x HTTP/1.1\n\n");
	did_so(OWN("400", "invalid_request_error",
		   "ccprobe's pass-through is no proxy: set ANTHROPIC_BASE_URL "
		   "to its address"));
	is_done();
	buf_reset(&did);
	v.too_large = true;
	asks(GET, "");
	did_so(OWN("413", "request_too_large",
		   "ccprobe's pass-through takes bodies of up to 40 MB"));
	is_done();
	buf_reset(&did);
	v.too_large = false;
	starts = false;
	asks(GET, "");
	did_so("request\n" OWN(
		"400", "invalid_request_error",
		"ccprobe's pass-through cannot send this request"));
	is_done();
	did_so("over bad 'no room' own\n");
}

static void t_heads(void **state)
{
	static const char own[] =
		"cancel\n" OWN("502", "api_error",
			       "ccprobe's pass-through: what was answered "
			       "cannot be passed on");
	struct passing *p;

	(void)state;
	asks(GET, "");
	did_so(UP);
	begins("HTTP/1.1 200 OK\nA: 1\nkeep-alive: 5\nconnection: b\nb: 2\n"
	       "transfer-encoding: chunked\n\n");
	did_so("answer 200 OK\nbegin 200 -1 A=1\n");
	p = visit_get(&v);
	assert_int_equal(p->head.headers.count, 5);
	assert_int_equal(p->head.minor, 1);
	is_done();
	did_so("cancel\nover cancelled 'the request was not read to its end' "
	       "theirs\n");
	asks(GET, "");
	did_so(UP);
	begins("HTTP/1.1 199 Odd\n\n");
	did_so(own);
	is_done();
	did_so("over bad 'the protocol was changed' own\n");
	asks(GET, "");
	did_so(UP);
	begins("HTTP/1.1 200 OK\ncontent-length: 1\ncontent-length: 2\n\n");
	did_so(own);
	is_done();
	did_so("over bad 'the answer's length can be read in two ways' own\n");
}

static void t_room(void **state)
{
	(void)state;
	asks(GET, "");
	begins(OK);
	buf_reset(&did);
	assert_true(up->on_data(visit_get(&v), FETCH, span_of("a")));
	pass_handler.on_room(&pass, &v);
	did_so("send a\npiece a\n");
	has_room = false;
	assert_false(up->on_data(visit_get(&v), FETCH, span_of("b")));
	pass_handler.on_room(&pass, &v);
	pass_handler.on_room(&pass, &v);
	did_so("send b\npiece b\nresume\n");
	assert_false(up->on_data(visit_get(&v), FETCH, span_of("c")));
	ends(END_CLEAN, "");
	pass_handler.on_room(&pass, &v);
	is_done();
	did_so("send c\npiece c\nfinish\nover clean '' theirs\n");
}

static void t_ends(void **state)
{
	static const struct {
		bool begun;
		enum stream_end end;
		const char *peer, *wanted;
	} rows[] = {
		{ true, END_CLEAN, "gateway",
		  "finish\nover clean 'why' theirs\n" },
		{ true, END_CUT, "gateway",
		  "cut cut\nover cut 'why' theirs\n" },
		{ true, END_RESET, "gateway",
		  "cut reset\nover reset 'why' theirs\n" },
		{ true, END_TIMEOUT, "gateway",
		  "cut cut\nover timeout 'why' theirs\n" },
		{ false, END_CUT, "gateway",
		  "cut cut\nover cut 'why' theirs\n" },
		{ false, END_RESET, "gateway",
		  "cut reset\nover reset 'why' theirs\n" },
		{ false, END_BAD, "gateway",
		  OWN("502", "api_error",
		      "ccprobe's pass-through: what was answered is not "
		      "HTTP") "over bad 'why' own\n" },
		{ false, END_REFUSED, "gateway",
		  OWN("502", "api_error",
		      "ccprobe's pass-through could not reach the "
		      "gateway") "over refused 'why' own\n" },
		{ false, END_REFUSED, "upstream",
		  OWN("502", "api_error",
		      "ccprobe's pass-through could not reach its "
		      "upstream") "over refused 'why' own\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pass.peer = rows[i].peer;
		asks(GET, "");
		if (rows[i].begun)
			begins(OK);
		buf_reset(&did);
		ends(rows[i].end, "why");
		is_done();
		did_so(rows[i].wanted);
	}
}

/* What is told of an end is cut to fit. */
static void t_long_end(void **state)
{
	char text[sizeof(((struct fetch_end *)NULL)->text)];
	struct passing *p;
	size_t most = sizeof(p->text) - 1;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	asks(GET, "");
	ends(END_CUT, text);
	p = visit_get(&v);
	assert_int_equal(strlen(p->text),
			 strlen(text) < most ? strlen(text) : most);
	is_done();
}

static void t_hangup(void **state)
{
	(void)state;
	asks(GET, "");
	buf_reset(&did);
	pass_handler.on_hangup(&pass, &v, END_CUT);
	did_so("cancel\n");
	is_done();
	did_so("over cancelled 'the client hung up' theirs\n");
}

/* A copy is kept where one is wanted; what cannot be read is no clean end. */
static void t_copies(void **state)
{
	struct passing *p;

	(void)state;
	asks(GET, "");
	begins(OK);
	up->on_data(visit_get(&v), FETCH, span_of("abc"));
	p = visit_get(&v);
	assert_int_equal(p->copy.bytes, 0);
	is_done();
	pass.copies = true;
	asks(GET, "");
	begins(OK);
	up->on_data(visit_get(&v), FETCH, span_of("abc"));
	p = visit_get(&v);
	assert_string_equal(buf_str(&p->copy.body), "abc");
	is_done();
	asks(GET, "");
	begins("HTTP/1.1 200 OK\ncontent-encoding: gzip\n\n");
	up->on_data(visit_get(&v), FETCH, span_of("no gzip"));
	buf_reset(&did);
	ends(END_CLEAN, "");
	is_done();
	did_so("finish\nover bad 'the body is not what content-encoding says' "
	       "theirs\n");
}

/* ---- copies by themselves ---- */

static void copies(struct copy *c, const char *type, const char *coding)
{
	struct headers h = { 0 };

	headers_add_text(&h, "content-type", type);
	if (coding)
		headers_add_text(&h, "content-encoding", coding);
	copy_init(c);
	copy_begin(c, &h);
	headers_clear(&h);
}

#define STREAM "text/event-stream"

static void t_events(void **state)
{
	struct copy c;

	(void)state;
	copies(&c, STREAM, NULL);
	copy_add(&c, span_of("data: 1\n\n: c\n\nda"));
	assert_int_equal(c.events, 1);
	copy_add(&c, span_of("ta: 2\n\n"));
	assert_int_equal(c.events, 2);
	assert_int_equal(c.bytes, 23);
	assert_false(c.unreadable);
	assert_string_equal(buf_str(&c.body), "data: 1\n\n: c\n\ndata: 2\n\n");
	copy_clear(&c);
	copies(&c, "text/plain", "identity");
	copy_add(&c, span_of("data: 1\n\n"));
	assert_int_equal(c.events, 0);
	assert_false(c.undecodable);
	assert_string_equal(buf_str(&c.body), "data: 1\n\n");
	copy_clear(&c);
}

/* "data: 1", a comment and "data: 2" */
static const unsigned char zipped[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
	0x4b, 0x49, 0x2c, 0x49, 0xb4, 0x52, 0x30, 0xe4, 0xe2, 0xb2,
	0x52, 0x48, 0xe6, 0xe2, 0x4a, 0x01, 0xf3, 0x8c, 0xb8, 0xb8,
	0x00, 0x6c, 0x7d, 0xe9, 0xb8, 0x17, 0x00, 0x00, 0x00,
};

static void t_codings(void **state)
{
	struct span bytes = span_make(zipped, sizeof(zipped));
	struct copy c;

	(void)state;
	copies(&c, STREAM, "gzip");
	copy_add(&c, span_first(bytes, 20));
	copy_add(&c, span_skip(bytes, 20));
	assert_int_equal(c.events, 2);
	assert_int_equal(c.bytes, sizeof(zipped));
	assert_string_equal(buf_str(&c.body), "data: 1\n\n: c\n\ndata: 2\n\n");
	assert_false(c.undecodable);
	/* Nothing may come after it, and then nothing is kept. */
	copy_add(&c, span_of("x"));
	assert_true(c.undecodable);
	copy_add(&c, bytes);
	assert_int_equal(c.body.len, 23);
	assert_int_equal(c.bytes, 2 * sizeof(zipped) + 1);
	copy_clear(&c);
	copies(&c, "text/plain", "rot13");
	assert_true(c.undecodable);
	copy_add(&c, bytes);
	assert_int_equal(c.body.len, 0);
	copy_clear(&c);
}

/* Of a long body only its beginning is kept. */
static void t_long_body(void **state)
{
	char *text = calloc(1, COPY_LIMIT);
	struct copy c;

	(void)state;
	memset(text, 'a', COPY_LIMIT);
	copies(&c, "text/plain", NULL);
	copy_add(&c, span_make(text, COPY_LIMIT));
	assert_false(c.is_short);
	copy_add(&c, SPAN_EMPTY);
	assert_false(c.is_short);
	copy_add(&c, span_of("b"));
	assert_true(c.is_short);
	assert_int_equal(c.bytes, COPY_LIMIT + 1);
	assert_int_equal(c.body.len, COPY_LIMIT);
	assert_int_equal(c.body.at[COPY_LIMIT - 1], 'a');
	copy_clear(&c);
	free(text);
}

/* Frames of so many bytes, which have a number; the last bytes are `end`. */
static void add_frames(struct copy *c, size_t count, size_t size,
		       const char *end)
{
	for (size_t i = 0; i < count; i++) {
		char frame[256];
		int len = snprintf(frame, sizeof(frame), "data: %05zu", i);

		memset(frame + len, '.', sizeof(frame) - (size_t)len);
		memcpy(frame + size - strlen(end), end, strlen(end));
		copy_add(c, span_make(frame, size));
	}
}

/* The number of the frame that begins there. */
static int frame_at(struct copy *c, size_t at)
{
	struct span s = span_skip(buf_span(&c->body), at);

	assert_true(span_starts(s, "data: "));
	return atoi(s.at + 6);
}

/* Of a long stream the beginning and the end are kept, in whole events. */
static void t_long_stream(void **state)
{
	static const struct {
		size_t size;
		const char *end;
		size_t front, kept; /* bytes that stay */
	} rows[] = {
		/* a quarter at the front, and another at the end */
		{ 64, "\n\n", 65536, 131072 },
		{ 64, "\n\r\n", 65536, 131072 },
		{ 100, "\n\n", 65500, 65500 + 262144 - 196700 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t whole = COPY_STREAM_LIMIT / rows[i].size + 1;
		size_t gone;
		struct copy c;

		copies(&c, STREAM, NULL);
		add_frames(&c, whole, rows[i].size, rows[i].end);
		assert_true(c.is_short);
		assert_int_equal(c.events, whole);
		gone = COPY_STREAM_LIMIT - rows[i].kept;
		assert_int_equal(c.body.len, whole * rows[i].size - gone);
		assert_int_equal(frame_at(&c, 0), 0);
		assert_int_equal(frame_at(&c, rows[i].front - rows[i].size),
				 rows[i].front / rows[i].size - 1);
		assert_int_equal(frame_at(&c, rows[i].front),
				 (rows[i].front + gone) / rows[i].size);
		copy_clear(&c);
	}
}

/* A stream that is one long line has no event that could stay. */
static void t_endless_line(void **state)
{
	size_t len = COPY_STREAM_LIMIT;
	char *text = calloc(1, len);
	struct copy c;

	(void)state;
	memset(text, 'a', len);
	copies(&c, STREAM, NULL);
	copy_add(&c, span_make(text, len));
	assert_false(c.is_short);
	copy_add(&c, span_of("bc"));
	assert_true(c.is_short);
	assert_string_equal(buf_str(&c.body), "bc");
	assert_int_equal(c.events, 0);
	for (int i = 0; i < 4; i++)
		copy_add(&c, span_make(text, len));
	assert_true(c.unreadable);
	copy_add(&c, span_of("\n\ndata: 1\n\n"));
	assert_int_equal(c.events, 0);
	copy_clear(&c);
	free(text);
}

/* All callbacks of the watcher may be NULL. */
static void t_alone(void **state)
{
	static const struct pass_watch none = { .on_head = NULL };

	(void)state;
	pass.watch = &none;
	asks(GET, "");
	begins(OK);
	up->on_data(visit_get(&v), FETCH, span_of("abc"));
	ends(END_CLEAN, "");
	is_done();
	did_so("up GET/x O \nbegin 200 3 content-length=3\nsend abc\nfinish\n");
}

static void t_loopback(void **state)
{
	(void)state;
	assert_true(pass_is_loopback("127.0.0.1"));
	assert_true(pass_is_loopback("127.9.9.9"));
	assert_true(pass_is_loopback("::1"));
	assert_false(pass_is_loopback("128.0.0.1"));
	assert_false(pass_is_loopback("127"));
	assert_false(pass_is_loopback("::"));
}

#define VISIT(title, test) \
	{ \
		title, test, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		VISIT("pass: what goes up", t_up),
		VISIT("pass: what has a body, and what is left", t_lengths),
		VISIT("pass: what is refused", t_refused),
		VISIT("pass: heads that come down", t_heads),
		VISIT("pass: it waits for room", t_room),
		VISIT("pass: each end is passed on", t_ends),
		VISIT("pass: who hangs up", t_hangup),
		VISIT("pass: copies", t_copies),
		VISIT("pass: nobody looks on", t_alone),
		VISIT("pass: what is told of an end is cut", t_long_end),
		VISIT("copy: events are counted", t_events),
		VISIT("copy: codings are undone", t_codings),
		VISIT("copy: the beginning of a long body", t_long_body),
		VISIT("copy: the beginning and the end of a long stream",
		      t_long_stream),
		VISIT("copy: a line without an end", t_endless_line),
		VISIT("pass: which addresses are loopback", t_loopback),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pass", tests, NULL, NULL);
}
