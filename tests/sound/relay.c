/* A request's way to the provider, and the answer's way back. */
#include "tests/sound/relay.h"

#include <string.h>

#include "tests/sound/events.h"
#include "tests/sound/fields.h"
#include "tests/sound/freedom.h"
#include "tests/sound/member.h"

enum { HEAD_MOST = 256 << 10, LATENCY_MS = 300, HELD_MOST = 64 << 10 };

struct relay {
	struct sound *s;
	struct conn *client;
	const struct request *r;
	struct conn up;
	struct head answer;
	struct body framing;
	struct events events;
	struct bytes held; /* for the client, not sent yet */
	bool is_stream; /* events without a content coding */
	bool rewrites;
	bool counted; /* the client is told a length, or there is no body */
	/* To the client; if not counted and not chunked, the answer ends with
	 * its connection */
	bool chunked;
	bool begun; /* the head has gone to the client */
	bool any; /* byte of the body has come */
};

static enum relay_end refused(struct refusal *no, int status, const char *why)
{
	refusal_set(no, status, "%s", why);
	return RELAY_REFUSED;
}

/* Decides what to do if no head of an answer came. */
static enum relay_end no_head(enum conn_got got, struct refusal *no)
{
	switch (got) {
	case CONN_LEFT:
		return RELAY_LEFT;
	case CONN_LATE:
		return refused(no, 504, "the provider does not answer");
	default:
		return refused(no, 502, "the provider broke off");
	}
}

static bool is_answer(const struct head *h)
{
	return head_starts(h->word[0], "HTTP/1.") && strlen(h->word[1]) == 3 &&
	       strspn(h->word[1], "0123456789") == 3;
}

/* Interim answers are skipped. */
static enum relay_end read_head(struct relay *y, struct refusal *no)
{
	struct bytes *in = &y->up.in;

	for (;;) {
		size_t len = in->len ? head_length(in->at, in->len) : 0;
		enum conn_got got;

		if (len > 0) {
			const char *wrong = head_read(&y->answer, in->at, len);

			bytes_drop(in, len);
			if (wrong || !is_answer(&y->answer))
				return refused(no, 502,
					       "the provider's answer is not "
					       "HTTP");
			if (y->answer.word[1][0] != '1')
				return RELAY_WHOLE;
			head_clear(&y->answer);
			continue;
		}
		if (in->len > HEAD_MOST)
			return refused(no, 502,
				       "the provider's head has no end");
		got = conn_more_for(&y->up, y->client);
		if (got != CONN_DATA)
			return no_head(got, no);
	}
}

/* Adds the request without its safeguards; false: it has none, or they are not
 * spelt as Claude Code spells them. */
static bool add_unguarded(struct bytes *out, const struct relay *y)
{
	static const char key[] = ",\"safeguards\":";
	const struct bytes *body = &y->r->body;
	struct request told = *y->r;
	size_t front, behind;
	struct member m;

	if (!member_find(&m, body, "safeguards") || m.at < strlen(key))
		return false;
	front = m.at - strlen(key);
	behind = m.at + m.len;
	if (memcmp(body->at + front, key, strlen(key)) != 0)
		return false;
	told.unguarded = true;
	told.body.len = body->len - (behind - front);
	fields_to_provider(out, y->s, &told);
	bytes_add(out, body->at, front);
	bytes_add(out, body->at + behind, body->len - behind);
	return true;
}

static void add_request(struct bytes *out, const struct relay *y)
{
	static const char alias[] = "claude-opus-5-5";
	static const char dated[] = "\"claude-opus-5-5-20260715\"";
	const struct bytes *body = &y->r->body;
	struct request told = *y->r; /* its length may be another */
	struct member m;
	size_t behind;

	if ((y->s->freedoms & FREEDOM_DROPS_SAFEGUARDS) &&
	    add_unguarded(out, y))
		return;
	if (!(y->s->freedoms & FREEDOM_ALIAS) ||
	    !member_find(&m, body, "model") || !member_is(&m, body, alias)) {
		fields_to_provider(out, y->s, y->r);
		bytes_add(out, body->at, body->len);
		return;
	}
	told.body.len = body->len - m.len + strlen(dated);
	fields_to_provider(out, y->s, &told);
	behind = m.at + m.len;
	bytes_add(out, body->at, m.at);
	bytes_text(out, dated);
	bytes_add(out, body->at + behind, body->len - behind);
}

/* Sends the request and waits for the head of the answer. */
static enum relay_end ask(struct relay *y, struct refusal *no)
{
	struct bytes request = { 0 };
	enum conn_got got;

	if ((y->s->freedoms & FREEDOM_LATENCY) &&
	    !conn_wait(y->client, LATENCY_MS))
		return RELAY_LEFT;
	if (!conn_dial(&y->up, (struct sockaddr *)&y->s->to, y->s->to_len))
		return refused(no, 502, "the provider cannot be reached");
	add_request(&request, y);
	got = conn_send_for(&y->up, &request, y->client);
	bytes_clear(&request);
	return got == CONN_DATA ? read_head(y, no) : no_head(got, no);
}

/* Decides how the answer goes to the client; its head waits in `held`. */
static enum relay_end begin(struct relay *y, struct refusal *no)
{
	const char *type = head_find(&y->answer, "content-type");
	const char *length = head_find(&y->answer, "content-length");
	const char *wrong =
		body_of_answer(&y->framing, &y->answer, y->r->method);
	bool is_event_stream = type && head_starts(type, "text/event-stream") &&
			       strcmp(y->answer.word[1], "200") == 0;

	if (wrong)
		return refused(no, 502, "the provider's answer is not framed");
	if ((y->s->freedoms & FREEDOM_FAILOVER) && y->answer.word[1][0] == '5')
		return refused(no, 502, "no provider is left that works");
	if (is_event_stream && y->framing.kind == BODY_LENGTH &&
	    y->framing.left == 0)
		return refused(no, 502, "the provider's answer is empty");
	y->is_stream = is_event_stream && y->framing.kind != BODY_NONE &&
		       !head_find(&y->answer, "content-encoding");
	y->events.freedoms = y->s->freedoms &
			     (FREEDOM_PINGS | FREEDOM_COMMENTS | FREEDOM_CRLF);
	y->rewrites = y->is_stream && y->events.freedoms;
	y->counted = (y->framing.kind == BODY_NONE ||
		      y->framing.kind == BODY_LENGTH) &&
		     !y->rewrites;
	y->chunked = !y->counted && strcmp(y->r->head.word[2], "HTTP/1.1") == 0;
	fields_to_client(&y->held, y->s, &y->answer);
	if (y->chunked)
		bytes_text(&y->held, "transfer-encoding: chunked\r\n");
	if (y->counted && length)
		bytes_format(&y->held, "content-length: %s\r\n", length);
	if (y->r->closes)
		bytes_text(&y->held, "connection: close\r\n");
	bytes_text(&y->held, "\r\n");
	return RELAY_WHOLE;
}

/* Adds a piece for the client; an empty one is skipped, because an empty chunk
 * would end the body. */
static void add_to_client(struct relay *y, const struct bytes *piece)
{
	if (piece->len == 0)
		return;
	if (y->chunked)
		bytes_format(&y->held, "%zx\r\n", piece->len);
	bytes_add(&y->held, piece->at, piece->len);
	if (y->chunked)
		bytes_text(&y->held, "\r\n");
}

/* Adds a piece of the answer's body. */
static void add_piece(struct relay *y, const struct bytes *piece)
{
	struct bytes changed = { 0 };

	if (piece->len == 0)
		return;
	y->any = true;
	if (y->is_stream)
		events_copy(&y->events, piece->at, piece->len, &changed);
	add_to_client(y, y->rewrites ? &changed : piece);
	bytes_clear(&changed);
}

/* Is the answer held back until its first event? */
static bool holds(const struct relay *y)
{
	if (!(y->s->freedoms & FREEDOM_FIRST_EVENT) || y->begun)
		return false;
	if (!y->is_stream)
		return !y->any;
	return y->events.whole == 0 && y->held.len < HELD_MOST;
}

static bool flush(struct relay *y)
{
	bool sent = conn_send(y->client, y->held.at, y->held.len);

	y->begun = true;
	y->held.len = 0;
	return sent;
}

/* If the end of the connection is the end of the body, a cut has to be a
 * reset. */
static enum relay_end cut(const struct relay *y)
{
	return y->counted || y->chunked ? RELAY_CUT : RELAY_RESET;
}

/* The body came to its end. */
static enum relay_end finish(struct relay *y, struct refusal *no)
{
	if (y->is_stream && !y->any) {
		if (!y->begun)
			return refused(no, 502,
				       "the provider's answer is empty");
		return cut(y);
	}
	if (y->chunked)
		bytes_text(&y->held, "0\r\n\r\n");
	if (!flush(y))
		return RELAY_LEFT;
	return y->r->closes ? RELAY_LAST : RELAY_WHOLE;
}

/* The body broke off. If the answer was held back, the client has seen nothing
 * of it. */
static enum relay_end broken(struct relay *y, enum relay_end how,
			     struct refusal *no)
{
	if (!y->begun && (y->s->freedoms & FREEDOM_FIRST_EVENT))
		return refused(no, 502, "the provider broke off");
	return flush(y) ? how : RELAY_LEFT;
}

static enum relay_end pump(struct relay *y, struct refusal *no)
{
	struct bytes piece = { 0 };

	for (;;) {
		enum body_state state =
			body_decode(&y->framing, &y->up.in, &piece);

		add_piece(y, &piece);
		bytes_clear(&piece);
		if (state == BODY_BAD)
			return broken(y, cut(y), no);
		if (state == BODY_END)
			return finish(y, no);
		if (!holds(y) && !flush(y))
			return RELAY_LEFT;
		switch (conn_more_for(&y->up, y->client)) {
		case CONN_DATA:
			break;
		case CONN_END:
			if (y->framing.kind == BODY_CLOSE)
				return finish(y, no);
			return broken(y, cut(y), no);
		case CONN_LEFT:
			return RELAY_LEFT;
		case CONN_RESET:
			return broken(y, RELAY_RESET, no);
		case CONN_LATE:
			return broken(y, cut(y), no);
		}
	}
}

enum relay_end relay_run(struct sound *s, struct conn *client,
			 const struct request *r, struct refusal *no)
{
	struct relay y = { .s = s, .client = client, .r = r, .up.fd = -1 };
	uint64_t tokens = member_number(&r->body, "max_tokens");
	enum relay_end end;

	account_take(&s->account, s->freedoms, tokens, no);
	if (no->status)
		return RELAY_REFUSED;
	end = ask(&y, no);
	if (end == RELAY_WHOLE) {
		account_saw(&s->account, &y.answer);
		end = begin(&y, no);
	}
	if (end == RELAY_WHOLE)
		end = pump(&y, no);
	account_give(&s->account, tokens);
	conn_close(&y.up);
	head_clear(&y.answer);
	bytes_clear(&y.held);
	return end;
}
