/* Translates requests and answers between the formats of client and
 * upstream. */
#include "gateway/translating.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/hooks.h"
#include "gateway/pool/attempt.h"
#include "gateway/pool/cascade.h"
#include "gateway/reply.h"
#include "gateway/translate/translate.h"
#include "gateway/upstream.h"
#include "wire/bytes/mem.h"
#include "wire/http/hop.h"
#include "wire/http/sse.h"

#define ANSWER_LIMIT ((size_t)64 * 1024 * 1024) /* one that is no stream */
#define FRAME_LIMIT ((size_t)16 * 1024 * 1024) /* an event of a stream */

struct translating {
	struct translate *translate;
	struct sse events; /* of a stream */
	struct buf whole; /* an answer that is no stream */
	struct buf out; /* what the client is about to get */
	struct headers headers; /* to be sent on */
	int status; /* of the upstream; 0: none yet */
	bool broken; /* the stream cannot be read, and is cut */
	bool models; /* a list of models is asked for */
};

static void translating_new(struct relay *r)
{
	static atomic_uint_fast64_t numbers;
	struct translating *x = xcalloc(1, sizeof(*x));

	translate_new(&x->translate, &r->provider->translate,
		      atomic_fetch_add(&numbers, 1) + 1);
	sse_init(&x->events, FRAME_LIMIT);
	buf_init(&x->whole, ANSWER_LIMIT);
	buf_init(&x->out, BUF_NO_LIMIT);
	r->translating = x;
}

static void translating_free(struct relay *r)
{
	struct translating *x = r->translating;

	translate_free(x->translate);
	sse_clear(&x->events);
	buf_clear(&x->whole);
	buf_clear(&x->out);
	headers_clear(&x->headers);
	free(x);
	r->translating = NULL;
}

/* ---- the answer's head ---- */

/* Keeps the provider's own id, which its support asks for, and retry-after. */
static void keep_headers(struct translating *x, const struct headers *from)
{
	static const char *const names[][2] = {
		{ "x-request-id", "request-id" },
		{ "retry-after", "retry-after" }
	};
	char id[REPLY_ID_LEN];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = headers_get(from, names[i][0]);

		if (value)
			headers_add_text(&x->headers, names[i][1], value);
	}
	if (headers_get(&x->headers, "request-id"))
		return;
	reply_id(id);
	headers_add_text(&x->headers, "request-id", id);
}

static void begin_stream(struct relay *r, const struct http_head *head)
{
	struct relay_answer a = { .status = 200, .length = VISIT_CHUNKED };

	(void)headers_copy(&a.headers, &r->translating->headers);
	headers_add_text(&a.headers, "content-type",
			 "text/event-stream; charset=utf-8");
	headers_add_text(&a.headers, "cache-control", "no-cache");
	if (!hook_response(r, head, &a)) {
		visit_join(r->visit);
		relay_begin(r, &a);
	}
	headers_clear(&a.headers);
}

static void on_head(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct relay *r = arg;
	struct translating *x = r->translating;

	(void)ft;
	x->status = head->status;
	keep_headers(x, &head->headers);
	r->is_stream = head->status == 200 && hop_is_stream(&head->headers) &&
		       translate_streams(x->translate);
	if (r->is_stream)
		begin_stream(r, head);
}

/* ---- the answer's body ---- */

static void take_events(struct translating *x, struct span bytes)
{
	struct sse_event ev;
	enum sse_step step;

	sse_feed(&x->events, bytes.at, bytes.len);
	while ((step = sse_next(&x->events, &ev)) != SSE_MORE) {
		if (step == SSE_BAD ||
		    (step == SSE_EVENT && ev.data_lines > 0 &&
		     translate_chunk(x->translate, ev.data, &x->out) < 0)) {
			x->broken = true;
			return;
		}
	}
}

static bool send_out(struct relay *r)
{
	struct buf *out = &r->translating->out;
	bool more = true;

	if (translate_told_error(r->translating->translate))
		secrets_blot(&r->config->secrets, out);
	if (out->len > 0 && !hook_data(r, buf_span(out), &more))
		more = relay_send(r, buf_span(out));
	buf_reset(out);
	return more;
}

static void finish_stream(struct relay *r, enum stream_end end)
{
	struct translating *x = r->translating;

	if (end == END_CLEAN && !translate_finish(x->translate, &x->out))
		end = END_CUT;
	(void)send_out(r);
	if (!hook_end(r, &end))
		relay_close(r, end);
}

static bool on_data(void *arg, struct fetch *ft, struct span bytes)
{
	struct relay *r = arg;
	struct translating *x = r->translating;
	bool failed, more;

	(void)ft;
	if (!r->is_stream) {
		if (buf_add_span(&x->whole, bytes) < 0) {
			relay_drop(r);
			reply_endless(r);
		}
		return true;
	}
	take_events(x, bytes);
	more = send_out(r);
	failed = translate_told_error(x->translate);
	if (!x->broken && !failed)
		return more;
	relay_drop(r);
	if (failed) { /* nothing goes out after an error */
		finish_stream(r, END_CLEAN);
		return true;
	}
	snprintf(r->note, sizeof(r->note),
		 "what the provider streams cannot be read");
	relay_close(r, END_CUT);
	return true;
}

/* ---- the answer's end ---- */
static void reply_json(struct relay *r, int status)
{
	struct translating *x = r->translating;
	struct gate_reply reply = { .status = status, .body = x->out };

	reply.headers = x->headers;
	x->headers = (struct headers){ 0 };
	buf_init(&x->out, BUF_NO_LIMIT);
	headers_add_text(&reply.headers, "content-type", "application/json");
	reply_send(r, &reply);
}

/* Writes the list {"data":[{"id":...}]} in the client's format. */
static void list_models(struct translating *x, struct jval root)
{
	struct jval data, model, id;
	struct jiter it;
	size_t count = 0;

	buf_add_text(&x->out, "{\"data\":[");
	if (jscan_member(root, "data", &data)) {
		it = jscan_iter(data);
		while (data.type == J_ARRAY && jscan_next(&it, NULL, &model)) {
			if (!jscan_member(model, "id", &id) ||
			    id.type != J_STRING)
				continue;
			buf_addf(&x->out,
				 "%s{\"type\":\"model\",\"id\":%.*s,"
				 "\"display_name\":%.*s,\"created_at\":"
				 "\"1970-01-01T00:00:00Z\"}",
				 count++ > 0 ? "," : "", SPAN_ARG(id.text),
				 SPAN_ARG(id.text));
		}
	}
	buf_add_text(&x->out, "],\"has_more\":false,\"first_id\":null,"
			      "\"last_id\":null}");
}

/* Answers with the provider's error, without keys: some providers quote the key
 * that they refuse. */
static void reply_failure(struct relay *r, int status)
{
	struct translating *x = r->translating;

	status = translate_error(status, buf_span(&x->whole),
				 headers_get(&x->headers, "request-id"),
				 &x->out);
	secrets_blot(&r->config->secrets, &x->out);
	reply_json(r, status);
}

static void reply_whole(struct relay *r)
{
	struct translating *x = r->translating;
	struct jval root;
	int failure;

	if (x->status != 200 && x->status < 400) {
		reply_neither(r, x->status);
		return;
	}
	if (x->status != 200) {
		reply_failure(r, x->status);
		return;
	}
	if (jscan(buf_span(&x->whole), &root, NULL) < 0) {
		reply_error(r, 502,
			    "what the provider answered cannot be read");
		return;
	}
	failure = x->models ? 0 : translate_failure(x->translate, root);
	if (failure) {
		if (!cascade_moves(r, failure))
			reply_failure(r, failure);
		return;
	}
	if (x->models)
		list_models(x, root);
	else if (translate_streams(x->translate) ||
		 translate_answer(x->translate, root, &x->out) < 0) {
		reply_error(r, 502,
			    "the provider's answer is no completion of the "
			    "kind that was asked for");
		return;
	}
	reply_json(r, 200);
}

static void on_end(void *arg, struct fetch *ft, const struct fetch_end *e)
{
	struct relay *r = arg;

	(void)ft;
	r->fetch = NULL;
	if (e->end != END_CLEAN)
		snprintf(r->note, sizeof(r->note), "%s: %.120s",
			 end_name(e->end), e->text);
	if (r->is_stream)
		finish_stream(r, e->end);
	else if (e->end != END_CLEAN)
		reply_error(r, upstream_status(e->end),
			    upstream_message(e->end));
	else
		reply_whole(r);
}

static const struct fetch_handler handler = {
	.on_head = on_head,
	.on_data = on_data,
	.on_end = on_end,
};

/* ---- the request ---- */

static void ask(struct relay *r, const char *method, const char *target)
{
	const struct provider *p = r->provider;
	struct headers headers = { 0 };
	struct buf bearer = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	struct fail f = FAIL_INIT;
	struct fetch_request request = {
		.origin = p->url,
		.method = method,
		.target = target,
		.headers = &headers,
		.body = buf_span(&r->body),
		.body_lent = true,
		.has_body = strcmp(method, "POST") == 0,
		.decompress = true,
		.keep_alive = true,
		.tls = { .ca_file = p->ca_file },
		.connect_ms = p->connect_ms,
		.head_ms = p->head_ms,
		.idle_ms = p->idle_ms,
	};

	buf_addf(&bearer, "Bearer %s", p->key);
	headers_add_text(&headers, "authorization", buf_str(&bearer));
	if (request.has_body)
		headers_add_text(&headers, "content-type", "application/json");
	headers_add_text(&headers, "accept",
			 translate_streams(r->translating->translate)
				 ? "text/event-stream"
				 : "application/json");
	hook_request(r, &request, &headers);
	if (attempt_fetch(r, &request, &handler, &f) < 0) {
		snprintf(r->note, sizeof(r->note), "%.150s", f.text);
		reply_error(r, 502, upstream_message(END_REFUSED));
	}
	headers_clear(&headers);
	buf_clear(&bearer);
}

static int read_body(struct relay *r, struct jval *root)
{
	struct fail f = FAIL_INIT;
	char why[200];

	if (jscan(buf_span(&r->body), root, &f) == 0 && root->type == J_OBJECT)
		return 0;
	snprintf(why, sizeof(why),
		 "The request body is not a JSON object%s%.120s",
		 f.text[0] ? ": " : "", f.text);
	reply_error(r, 400, why);
	return -1;
}

static void start_message(struct relay *r, struct jval root)
{
	struct buf asked = BUF_INIT(BUF_NO_LIMIT);
	struct fail why = FAIL_INIT;

	if (translate_request(r->translating->translate, root, &asked, &why) <
	    0) {
		buf_clear(&asked);
		reply_error(r, 400, why.text);
		return;
	}
	attempt_change_body(r, &asked);
	ask(r, "POST", translate_path(r->translating->translate));
}

static void count_tokens(struct relay *r, struct jval root)
{
	char id[REPLY_ID_LEN];
	struct fail why = FAIL_INIT;
	uint64_t tokens;

	if (translate_count(root, &tokens, &why) < 0) {
		reply_error(r, 400, why.text);
		return;
	}
	reply_id(id);
	headers_add_text(&r->translating->headers, "request-id", id);
	buf_addf(&r->translating->out, "{\"input_tokens\":%llu}",
		 (unsigned long long)tokens);
	reply_json(r, 200);
}

static void translating_start(struct relay *r)
{
	struct span target = buf_span(&r->target);
	struct span path = span_first(target, span_find_byte(target, '?'));
	struct jval root;

	translating_new(r);
	if (span_starts(path, "/v1/models")) {
		r->translating->models = true;
		ask(r, "GET", "/v1/models");
	} else if (read_body(r, &root) < 0) {
		return;
	} else if (span_is(path, "/v1/messages/count_tokens")) {
		count_tokens(r, root);
	} else {
		start_message(r, root);
	}
}

const struct relay_way translating_way = {
	.start = translating_start,
	.free = translating_free,
};
