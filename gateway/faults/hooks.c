/* Carries out the planted faults in the hooks of a relay. */
#include "gateway/hooks.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/faults/faults.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/pattern.h"

/* What the faults remember of one relay. All are in one list, so that memory
 * which a fault has not freed can still be reached when the program ends. */
struct state {
	struct state *next, **link;
	struct relay *relay;
	struct slot *slots;
	size_t count;
	struct buf body;
	struct relay_answer held;
	bool is_held; /* the head waits for the first byte */
};

static struct state *all;

static struct state *state_new(struct relay *r)
{
	const struct fault *const *planted = faults_planted();
	struct state *st = xcalloc(1, sizeof(*st));

	st->relay = r;
	while (planted[st->count])
		st->count++;
	st->slots = xcalloc(st->count + 1, sizeof(*st->slots));
	for (size_t i = 0; i < st->count; i++) {
		st->slots[i].fault = planted[i];
		buf_init(&st->slots[i].kept, BUF_NO_LIMIT);
		buf_init(&st->slots[i].spare, BUF_NO_LIMIT);
	}
	buf_init(&st->body, BUF_NO_LIMIT);
	st->next = all;
	st->link = &all;
	if (st->next)
		st->next->link = &st->next;
	all = st;
	fault_relay_began();
	return st;
}

static void state_free(struct state *st)
{
	fault_relay_ended();
	*st->link = st->next;
	if (st->next)
		st->next->link = st->link;
	for (size_t i = 0; i < st->count; i++) {
		buf_clear(&st->slots[i].kept);
		buf_clear(&st->slots[i].spare);
	}
	headers_clear(&st->held.headers);
	buf_clear(&st->body);
	free(st->slots);
	free(st);
}

static struct state *state_of(struct relay *r)
{
	if (!r->hooks)
		r->hooks = state_new(r);
	return r->hooks;
}

/* ---- the request ---- */

bool hook_lenient(void)
{
	const struct fault *const *planted = faults_planted();

	for (; *planted; planted++)
		if ((*planted)->lenient)
			return true;
	return false;
}

bool hook_arrived(struct relay *r)
{
	struct state *st = state_of(r);

	for (size_t i = 0; i < st->count; i++)
		if (st->slots[i].fault->arrived &&
		    st->slots[i].fault->arrived(r))
			return true;
	return false;
}

enum auth hook_auth(struct relay *r, enum auth auth)
{
	struct state *st = state_of(r);

	for (size_t i = 0; i < st->count; i++)
		if (st->slots[i].fault->auth)
			auth = st->slots[i].fault->auth(r, auth);
	return auth;
}

/* Changes the client's request before it is translated. */
static void change_client(struct relay *r, const struct fault *fault)
{
	struct buf changed = BUF_INIT(BUF_NO_LIMIT);

	if (edit_apply(&fault->client_edit, buf_span(&r->body), &changed) ||
	    fault->client) {
		if (fault->client)
			fault->client(buf_span(&r->body), &changed);
		buf_clear(&r->body);
		r->body = changed;
	} else {
		buf_clear(&changed);
	}
}

bool hook_ready(struct relay *r)
{
	struct state *st = state_of(r);

	for (size_t i = 0; i < st->count; i++)
		change_client(r, st->slots[i].fault);
	for (size_t i = 0; i < st->count; i++)
		if (st->slots[i].fault->ready &&
		    st->slots[i].fault->ready(r, &st->slots[i]))
			return true;
	return false;
}

/* Writes the body as the fault changes it; false: it stays as it is. */
static bool change_body(const struct fault *fault, struct span from,
			struct buf *to)
{
	if (edit_apply(&fault->body_edit, from, to))
		return true;
	if (!fault->body)
		return false;
	fault->body(from, to);
	return true;
}

void hook_request(struct relay *r, struct fetch_request *request,
		  struct headers *headers)
{
	struct state *st = state_of(r);

	for (size_t i = 0; i < st->count; i++) {
		const struct fault *fault = st->slots[i].fault;
		struct buf changed = BUF_INIT(BUF_NO_LIMIT);

		if (fault->fields)
			fault->fields(r, headers);
		if (request->body.len > 0 &&
		    change_body(fault, request->body, &changed)) {
			buf_clear(&st->body);
			st->body = changed;
			request->body = buf_span(&st->body);
			request->body_lent =
				false; /* it changes if it is asked again */
		} else {
			buf_clear(&changed);
		}
		if (fault->request)
			fault->request(r, request);
	}
}

/* ---- the answer ---- */

static bool applies(const struct relay *r, const struct fault *fault)
{
	return !fault->applies || fault->applies(r);
}

static bool changes_body(const struct relay *r, const struct fault *fault)
{
	if (!applies(r, fault))
		return false;
	if (fault->piece || fault->end)
		return true;
	return r->is_stream ? fault->frame || fault->frame_edit.path
			    : fault->reply || fault->reply_edit.path;
}

static void hide_fields(struct headers *h, const char *glob)
{
	struct headers to = { 0 };

	for (size_t i = 0; i < h->count; i++) {
		struct buf name = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);

		for (const char *p = h->list[i].name; *p; p++)
			buf_add_byte(&name, (char)tolower((unsigned char)*p));
		if (!pattern_glob(glob, buf_str(&name)))
			headers_add_text(&to, h->list[i].name,
					 h->list[i].value);
		buf_clear(&name);
	}
	headers_clear(h);
	*h = to;
}

bool hook_response(struct relay *r, const struct http_head *head,
		   struct relay_answer *a)
{
	struct state *st = state_of(r);
	enum take take = TAKE_NOT;

	if (!r->visit || r->status != 0)
		return true;
	for (size_t i = 0; i < st->count && take == TAKE_NOT; i++) {
		struct slot *s = &st->slots[i];

		if (changes_body(r, s->fault) && a->status != 204)
			a->length = VISIT_CHUNKED;
		if (head->status == s->fault->status_from)
			a->status = s->fault->status_to;
		if (s->fault->hides)
			hide_fields(&a->headers, s->fault->hides);
		if (s->fault->response)
			take = s->fault->response(r, s, head, a);
	}
	if (take == TAKE_HOLD) {
		headers_copy(&st->held.headers, &a->headers);
		st->held.status = a->status;
		st->held.length = a->length;
		st->is_held = true;
	}
	return take != TAKE_NOT;
}

static void change_frame(struct slot *s, struct span frame, struct buf *out)
{
	const struct fault *fault = s->fault;
	struct buf data = BUF_INIT(BUF_NO_LIMIT);

	if (fault->frame)
		fault->frame(s, frame, out);
	else if ((!fault->event || frame_is(frame, fault->event)) &&
		 edit_apply(&fault->frame_edit, frame_read(frame).data, &data))
		frame_write_data(out, frame, buf_span(&data));
	else
		buf_add_span(out, frame);
	buf_clear(&data);
}

static void change_frames(struct slot *s, struct buf *out)
{
	/* A blank line may begin in the bytes that were searched. */
	size_t from = s->looked > 3 ? s->looked - 3 : 0, len;

	while ((len = frame_len(span_skip(buf_span(&s->kept), from))) > 0) {
		len += from;
		change_frame(s, span_first(buf_span(&s->kept), len), out);
		buf_drop(&s->kept, len);
		from = 0;
	}
	s->looked = s->kept.len;
}

/* Applies one fault to a piece of the answer. */
static void change_piece(struct relay *r, struct slot *s, struct span bytes,
			 struct buf *out)
{
	const struct fault *fault = s->fault;

	if (!changes_body(r, fault)) {
		buf_add_span(out, bytes);
	} else if (fault->piece) {
		fault->piece(s, bytes, out);
	} else if (r->is_stream && (fault->frame || fault->frame_edit.path)) {
		buf_add_span(&s->kept, bytes);
		change_frames(s, out);
	} else if (!r->is_stream && (fault->reply || fault->reply_edit.path)) {
		buf_add_span(&s->kept, bytes);
	} else {
		buf_add_span(out, bytes);
	}
}

/* Writes the bytes that a fault still held when the answer ended. */
static void change_rest(struct relay *r, struct slot *s, struct buf *out)
{
	const struct fault *fault = s->fault;
	struct span rest = buf_span(&s->kept);

	if (fault->piece || !changes_body(r, fault))
		return;
	if (!r->is_stream && fault->reply)
		fault->reply(r, rest, out);
	else if (!r->is_stream && edit_apply(&fault->reply_edit, rest, out))
		return;
	else if (rest.len > 0 && r->is_stream)
		change_frame(s, rest, out);
	else
		buf_add_span(out, rest);
}

static void begin_held(struct relay *r, struct state *st)
{
	if (st->is_held && r->status == 0)
		relay_begin(r, &st->held);
}

static bool send(struct relay *r, struct state *st, const struct buf *bytes)
{
	if (bytes->len == 0)
		return true;
	begin_held(r, st);
	return relay_send(r, buf_span(bytes));
}

/* Applies all faults in turn to a piece; at the end writes what they held,
 * too. */
static bool pass(struct relay *r, struct span bytes, enum stream_end *end)
{
	struct state *st = state_of(r);
	struct buf from = BUF_INIT(BUF_NO_LIMIT);
	bool more;

	buf_add_span(&from, bytes);
	for (size_t i = 0; i < st->count; i++) {
		struct slot *s = &st->slots[i];
		struct buf to = BUF_INIT(BUF_NO_LIMIT);

		if (from.len > 0)
			change_piece(r, s, buf_span(&from), &to);
		if (end)
			change_rest(r, s, &to);
		if (end && s->fault->end && applies(r, s->fault))
			s->fault->end(s, &to, end);
		buf_clear(&from);
		from = to;
	}
	more = send(r, st, &from);
	buf_clear(&from);
	return more;
}

bool hook_data(struct relay *r, struct span bytes, bool *more)
{
	*more = !r->visit || pass(r, bytes, NULL);
	return true;
}

bool hook_end(struct relay *r, enum stream_end *end)
{
	struct state *st = state_of(r);

	if (!r->visit) {
		relay_free(r);
		return true;
	}
	for (size_t i = 0; i < st->count; i++)
		if (st->slots[i].fault->again &&
		    st->slots[i].fault->again(r, &st->slots[i], *end))
			return true;
	if (r->status == 0 && !st->is_held)
		return false; /* no head has come */
	pass(r, SPAN_EMPTY, end);
	if (*end == END_CLEAN)
		begin_held(r, st);
	return false;
}

/* ---- the rest ---- */

bool hook_outlives(struct relay *r)
{
	struct state *st = state_of(r);

	for (size_t i = 0; i < st->count; i++)
		if (r->fetch && st->slots[i].fault->outlives &&
		    st->slots[i].fault->outlives(r))
			return true;
	return false;
}

void hook_reply(struct relay *r, struct gate_reply *reply)
{
	struct state *st = state_of(r);

	for (size_t i = 0; i < st->count; i++) {
		struct buf changed = BUF_INIT(BUF_NO_LIMIT);

		if (reply->status == 200 &&
		    edit_apply(&st->slots[i].fault->own_edit,
			       buf_span(&reply->body), &changed)) {
			buf_clear(&reply->body);
			reply->body = changed;
		} else {
			buf_clear(&changed);
		}
		if (st->slots[i].fault->local)
			st->slots[i].fault->local(r, reply);
	}
}

void hook_done(struct relay *r)
{
	struct state *st = state_of(r);

	for (size_t i = 0; i < st->count; i++)
		if (st->slots[i].fault->done)
			st->slots[i].fault->done(r, &st->slots[i]);
	state_free(st);
}
