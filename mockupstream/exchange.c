/* One request and its answer: finds the run and the rule, and plays the
 * reply. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "formats/plain.h"
#include "mockupstream/blot.h"
#include "mockupstream/dialects/chat/chat.h"
#include "mockupstream/dialects/cloud/cloud.h"
#include "mockupstream/dialects/responses/responses.h"
#include "mockupstream/record.h"
#include "mockupstream/reply.h"
#include "mockupstream/say/say.h"
#include "wire/bytes/mem.h"

/* ---- the play's owner ---- */

static void on_head(void *arg, const struct http_head *head)
{
	struct mock_exchange *x = arg;

	x->status = head->status;
	record_response(x, head);
}

static void on_data(void *arg, struct span bytes)
{
	struct mock_exchange *x = arg;

	x->sent += bytes.len;
	record_bytes(x, WLOG_DATA, bytes);
}

static void on_mark(void *arg, const char *name)
{
	record_text(arg, WLOG_MARK, name);
}

static bool is_released(void *arg, const char *hold)
{
	struct mock_exchange *x = arg;

	return x->run && mock_run_is_released(x->run, x->actor, hold);
}

static const struct play_owner owner = {
	.on_head = on_head,
	.on_data = on_data,
	.on_mark = on_mark,
	.is_released = is_released,
};

/* ---- whose request it is ---- */

/* The mark in a target. A client that follows a redirect may spell its brackets
 * %5B and %5D. */
static uint64_t mark_in_target(const char *target)
{
	struct buf plain = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	uint64_t mark;

	while (*target) {
		bool opens = strncasecmp(target, "%5B", 3) == 0;
		bool closes = strncasecmp(target, "%5D", 3) == 0;

		buf_add_byte(&plain, opens ? '[' : closes ? ']' : *target);
		target += opens || closes ? 3 : 1;
	}
	mark = mark_find(buf_span(&plain));
	buf_clear(&plain);
	return mark;
}

/* The mark: in the body, else in the target, else in a header's value. */
static uint64_t find_mark(const struct visit *v)
{
	const struct http_head *head = visit_head(v);
	struct buf counted = BUF_INIT(visit_body(v).len);
	uint64_t mark = mark_find(visit_body(v));

	if (mark == 0 && cloud_counted(visit_path(v), visit_body(v), &counted))
		mark = mark_find(buf_span(&counted));
	buf_clear(&counted);
	if (mark == 0)
		mark = mark_in_target(head->target);
	for (size_t i = 0; mark == 0 && i < head->headers.count; i++)
		mark = mark_find(span_of(head->headers.list[i].value));
	return mark;
}

static struct mock_run *find_run(const struct mock *m, uint64_t mark)
{
	struct mock_run *run = mock_run_find(m, mark ? mark : m->lane);

	return run ? run : mock_run_find(m, 0);
}

/* Names the exchange; `counts` has a count for each provider. */
static void name_exchange(struct mock_exchange *x, const char *actor,
			  unsigned *counts)
{
	actor_write(x->actor, actor, x->provider);
	x->number = ++counts[x->provider - 'a'];
}

static struct mock_exchange *exchange_new(const struct mock_door *door,
					  struct visit *v, uint64_t mark)
{
	struct mock_exchange *x = xcalloc(1, sizeof(*x));
	struct mock *m = door->mock;
	struct mock_run *run = find_run(m, mark);

	x->mock = m;
	x->provider = door->provider;
	x->visit = v;
	x->serial = ++m->serial;
	x->run = run;
	x->run_id = run->id;
	run->calls++;
	x->next = run->open;
	x->link = &run->open;
	if (x->next)
		x->next->link = &x->next;
	run->open = x;
	m->open++;
	visit_set(v, x);
	return x;
}

static void leave_run(struct mock_exchange *x)
{
	if (!x->run)
		return;
	*x->link = x->next;
	if (x->next)
		x->next->link = x->link;
	x->run = NULL;
}

static void exchange_free(struct mock_exchange *x)
{
	leave_run(x);
	play_stop(&x->play);
	reply_clear(&x->own);
	x->mock->open--;
	visit_set(x->visit, NULL);
	free(x);
}

void exchange_abort(struct mock_exchange *x, const char *text)
{
	play_stop(&x->play);
	leave_run(x);
	x->rule = NULL;
	record_end(x, END_CUT, text);
	visit_cut(x->visit, END_CUT);
}

/* ---- who answers ---- */

static const struct mock_door *door_of(const struct mock_exchange *x)
{
	return &x->mock->doors[x->provider - 'a'];
}

/* Each provider is an account of its own, unless the rule names one. */
static const char *account_of(const struct mock_exchange *x,
			      const struct reply *as)
{
	if (as->account || x->provider == 'a')
		return as->account;
	return door_of(x)->name;
}

/* The request for the provider; `as` says how it is to answer. */
static struct anthropic_request request_of(const struct mock_exchange *x,
					   const struct reply *as)
{
	return (struct anthropic_request){
		.head = visit_head(x->visit),
		.path = visit_path(x->visit),
		.body = visit_body(x->visit),
		.json = x->json.text.at ? &x->json : NULL,
		.too_large = visit_too_large(x->visit),
		.number = x->serial,
		.run = x->run_id,
		.now = loop_now(),
		.strict = as->strict,
		.safeguards = as->safeguards,
		.threads = as->threads,
		.vendor = as->vendor ? as->vendor : x->mock->config.vendor,
		.account = account_of(x, as),
	};
}

static void ask_provider(struct mock_exchange *x, const struct reply *as)
{
	struct anthropic_request r = request_of(x, as);

	if (cloud_route_of(r.path) != CLOUD_NONE)
		cloud_answer(&x->mock->provider, &r, &x->own);
	else if (responses_serves(r.path))
		responses_answer(&x->mock->provider, &r, &x->own);
	else if (chat_serves(&r))
		chat_answer(&x->mock->provider, &r, &x->own);
	else
		anthropic_answer(&x->mock->provider, &r, &x->own);
}

/* A reply that was made for a request, with the rule's hold, delay and end. */
static const struct reply *made_for_rule(struct mock_exchange *x,
					 const struct reply *r)
{
	x->own.hold = r->hold ? xstrdup(r->hold) : NULL;
	x->own.delay_ms = r->delay_ms;
	x->own.end = r->end;
	x->own.headers_only = r->headers_only;
	return &x->own;
}

static const struct reply *ask_for_rule(struct mock_exchange *x,
					const struct reply *r)
{
	ask_provider(x, r);
	return made_for_rule(x, r);
}

/* Adds the rule's header fields; they replace ours of the same name. */
static void add_headers(struct headers *to, const struct reply *r)
{
	static const char *const ours[] = { "content-type", "cache-control" };

	if (r->headers_only)
		headers_clear(to);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (headers_get(&r->headers, ours[i]))
			(void)headers_remove(to, ours[i]);
	for (size_t i = 0; i < r->headers.count; i++)
		(void)headers_add_text(to, r->headers.list[i].name,
				       r->headers.list[i].value);
}

/* Says the rule's `say` in the format of the request. A request in no known
 * format is answered by the provider. */
static const struct reply *say_for_rule(struct mock_exchange *x,
					const struct reply *r)
{
	struct anthropic_request q = request_of(x, r);
	bool is_said;

	if (cloud_route_of(q.path) != CLOUD_NONE)
		is_said = cloud_say(&x->mock->provider, &q, r->say, &x->own);
	else
		is_said = say_answer(r->say, q.path, q.body, x->serial,
				     &x->own) == 0;
	if (!is_said)
		return ask_for_rule(x, r);
	add_headers(&x->own.headers, r);
	return made_for_rule(x, r);
}

/* The rule's own reply; if a cloud was asked, in that cloud's form. */
static const struct reply *send_for_rule(struct mock_exchange *x,
					 const struct reply *r)
{
	struct anthropic_request q = request_of(x, r);

	if (r->exact || !cloud_reply(&q, r, &x->own))
		return r;
	return made_for_rule(x, r);
}

static const struct reply *refuse(struct mock_exchange *x)
{
	const struct reply by_itself = { .strict = false };
	struct anthropic_request q = request_of(x, &by_itself);
	struct reply error = { .status = 0 };

	anthropic_error(&error, x->serial, 500, "api_error",
			"ccmock: no rule answers this request");
	if (cloud_reply(&q, &error, &x->own))
		reply_clear(&error);
	else
		x->own = error;
	return &x->own;
}

static void name_by_rule(struct mock_exchange *x, uint64_t mark)
{
	struct mock_run *run = x->run;

	if (!run->rules) {
		name_exchange(x, "u1", run->plain);
		return;
	}
	x->rule = pick_rule(run, x, mark);
	if (x->rule)
		name_exchange(x, x->rule->name, x->rule->used_by);
	else
		name_exchange(x, "u0", run->unmatched);
}

static const struct reply *choose_reply(struct mock_exchange *x)
{
	const struct reply by_itself = { .strict = x->mock->config.strict };
	const struct reply *r;

	/* A body that was not kept cannot be matched or played back. */
	if (visit_too_large(x->visit) || (!x->rule && !x->run->rules)) {
		ask_provider(x, &by_itself);
		return &x->own;
	}
	if (!x->rule)
		return refuse(x);
	r = pick_reply(x->rule);
	if (r->kind == REPLY_SAY)
		return say_for_rule(x, r);
	if (r->kind == REPLY_PROVIDER)
		return ask_for_rule(x, r);
	return send_for_rule(x, r);
}

/* Fills in a "location": the port, which is known only when the mock listens,
 * and the mark, which a client that follows with GET can bring back only in the
 * target. */
static void put_place(const struct mock_exchange *x, struct headers *to)
{
	static const char word[] = "{{port}}";
	const char *location = headers_get(to, "location");
	const char *at = location ? strstr(location, word) : NULL;
	struct buf text = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);

	if (!location)
		return;
	if (at) {
		buf_add(&text, location, (size_t)(at - location));
		buf_addf(&text, "%u", (unsigned)serve_port(door_of(x)->serve));
		location = at + sizeof(word) - 1;
	}
	buf_add_text(&text, location);
	(void)mark_put(text.at, text.len, x->run_id);
	(void)headers_set(to, "location", buf_str(&text));
	buf_clear(&text);
}

static void make_headers(struct mock_exchange *x, const struct reply *r,
			 struct headers *out)
{
	enum cloud_route cloud;

	(void)headers_copy(out, &r->headers);
	put_place(x, out);
	if (r->kind == REPLY_STREAM && r->script->coding != CODING_NONE &&
	    !headers_get(out, "content-encoding"))
		(void)headers_add_text(out, "content-encoding",
				       coding_name(r->script->coding));
	if (r->headers_only || r->status == 0)
		return;
	cloud = cloud_route_of(visit_path(x->visit));
	if (cloud != CLOUD_NONE)
		cloud_headers(cloud, out, x->serial);
	else if (format_of_path(visit_path(x->visit)) == FORMAT_CHAT ||
		 responses_serves(visit_path(x->visit)))
		chat_headers(out, x->serial);
	else
		anthropic_headers(out, x->serial);
}

/* ---- the visit ---- */

/* Reads the body once; all look up its members in the index. */
static void read_body(struct mock_exchange *x)
{
	if (jindex_scan(&x->mock->index, visit_body(x->visit), &x->json, NULL) <
	    0)
		x->json = (struct jval){ .type = J_NULL };
}

static void on_request(void *arg, struct visit *v)
{
	const struct mock_door *door = arg;
	uint64_t mark = find_mark(v);
	struct mock_exchange *x = exchange_new(door, v, mark);
	struct headers headers = { 0 };
	const struct reply *reply;

	read_body(x);
	name_by_rule(x, mark);
	record_request(x);
	record_bytes(x, WLOG_BODY, visit_body(v));
	record_strangers(x, mark);
	reply = choose_reply(x);
	x->json = (struct jval){ .type = J_NULL };
	make_headers(x, reply, &headers);
	play_start(&x->play, door->mock->loop, v, reply, &headers, &owner, x);
}

static void on_room(void *arg, struct visit *v)
{
	struct mock_exchange *x = visit_get(v);

	(void)arg;
	if (x)
		play_room(&x->play);
}

static void on_hangup(void *arg, struct visit *v, enum stream_end end)
{
	struct mock_exchange *x = visit_get(v);

	(void)arg;
	if (!x)
		return;
	play_stop(&x->play);
	record_end(x, END_CANCELLED,
		   end == END_RESET ? "the client reset the connection"
				    : "the client closed the connection");
}

/* The exchange of a client that left in the middle of its request: it is
 * logged, too. */
static struct mock_exchange *late_exchange(const struct mock_door *door,
					   struct visit *v)
{
	struct mock_exchange *x = exchange_new(door, v, find_mark(v));

	name_exchange(x, "u0", x->run->unmatched);
	record_request(x);
	record_end(x, END_CANCELLED,
		   "the client left before its request was complete");
	return x;
}

static void tell(const struct mock_exchange *x, enum stream_end end)
{
	const struct mock_config *config = &x->mock->config;
	struct secrets secrets = { .list = NULL };
	const struct access a = {
		.method = visit_head(x->visit)->method,
		.path = visit_path(x->visit),
		.status = x->status,
		.bytes = x->sent,
		.took = loop_now() - visit_began(x->visit),
		.end = end,
		.secrets = &secrets,
	};

	if (!config->on_over)
		return;
	blot_find(visit_head(x->visit), x->mock->key, &secrets);
	config->on_over(config->arg, &a);
	secrets_clear(&secrets);
}

static void on_done(void *arg, struct visit *v, enum stream_end end)
{
	struct mock_exchange *x = visit_get(v);

	if (!x)
		x = late_exchange(arg, v);
	record_end(x, end,
		   end == END_CANCELLED ? "the client closed the connection"
					: "");
	tell(x, end);
	exchange_free(x);
}

/* Logs and answers a request that the server itself refuses. It belongs to no
 * run, or to the lane. */
static void on_refuse(void *arg, struct visit *v,
		      const struct framing_refusal *why,
		      struct headers *headers, struct buf *body)
{
	const struct mock_door *door = arg;
	struct mock *m = door->mock;
	struct mock_exchange x = { .mock = m, .run_id = find_run(m, 0)->id };
	char note[240];

	(void)v;
	actor_write(x.actor, "u0", door->provider);
	snprintf(note, sizeof(note), "refused a request with %d: %s",
		 why->status, why->text);
	record_text(&x, WLOG_NOTE, note);
	anthropic_error(&x.own, ++m->serial, why->status,
			why->status == 413 ? "request_too_large"
					   : "invalid_request_error",
			"%s", why->text);
	anthropic_headers(&x.own.headers, m->serial);
	(void)headers_copy(headers, &x.own.headers);
	(void)buf_add(body, x.own.bytes, x.own.len);
	reply_clear(&x.own);
}

const struct serve_handler mock_handler = {
	.on_request = on_request,
	.on_room = on_room,
	.on_hangup = on_hangup,
	.on_done = on_done,
	.on_refuse = on_refuse,
};
