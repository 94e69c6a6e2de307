/* A client's request. */
#include "tests/sound/request.h"

#include <string.h>

#include "tests/sound/freedom.h"

enum {
	HEAD_MOST = 128 << 10,
	/* at most this much of a too large body is read */
	DRAIN_MOST = 2 * REQUEST_BODY_MOST
};

/* Drops empty lines before a request. */
static void drop_empty_lines(struct bytes *in)
{
	size_t n = 0;

	while (in->len - n >= 2 && memcmp(in->at + n, "\r\n", 2) == 0)
		n += 2;
	bytes_drop(in, n);
}

/* 0: the client has left, or there is no end to it (which is refused). */
static size_t wait_for_head(struct conn *client, struct refusal *no)
{
	for (;;) {
		size_t len;

		drop_empty_lines(&client->in);
		len = client->in.len
			      ? head_length(client->in.at, client->in.len)
			      : 0;
		if (len > HEAD_MOST || (!len && client->in.len > HEAD_MOST)) {
			refusal_set(no, 431, "the head is too large");
			return 0;
		}
		if (len)
			return len;
		if (conn_more(client) != CONN_DATA)
			return 0;
	}
}

/* Takes path and query of a target, and in absolute form its host. */
static const char *origin_form(struct request *r, unsigned freedoms,
			       struct refusal *no)
{
	const char *target = r->head.word[1];
	size_t len;

	if (target[0] == '/')
		return target;
	if (!head_starts(target, "http://") &&
	    !head_starts(target, "https://")) {
		refusal_set(no, 400, "the target is no path");
		return "/";
	}
	if (freedoms & FREEDOM_NO_ABSOLUTE)
		refusal_set(no, 400, "the target is not in origin form");
	target = strstr(target, "://") + 3;
	len = strcspn(target, "/?");
	bytes_format(&r->host, "%.*s", (int)len, target);
	return target[len] == '/' ? target + len : "/";
}

static void read_target(struct request *r, unsigned freedoms,
			struct refusal *no)
{
	const char *at = origin_form(r, freedoms, no);
	size_t len = strcspn(at, "?");

	r->query = at + len;
	for (size_t i = 0; i < len; i++)
		if (at[i] != '/' || i == 0 || at[i - 1] != '/')
			bytes_add(&r->path, at + i, 1);
	bytes_add(&r->path, "", 1);
}

static void read_start(struct request *r, unsigned freedoms, struct refusal *no)
{
	const char *version = r->head.word[2];

	r->method = r->head.word[0];
	if (!*r->method || strchr(version, ' ') || !*r->head.word[1])
		refusal_set(no, 400, "the request line is malformed");
	if (!head_starts(version, "HTTP/1.") || strlen(version) != 8 ||
	    !strchr("01", version[7]))
		refusal_set(no, 505, "only HTTP/1.0 and 1.1 are spoken here");
	read_target(r, freedoms, no);
	r->closes = strcmp(version, "HTTP/1.1") != 0 ||
		    head_lists(&r->head, "connection", "close");
	r->expects = head_lists(&r->head, "expect", "100-continue");
}

static bool connection_names_framing(const struct head *h)
{
	return head_lists(h, "connection", "host") ||
	       head_lists(h, "connection", "content-length") ||
	       head_lists(h, "connection", "transfer-encoding");
}

static void read_coding(struct request *r, unsigned freedoms,
			struct refusal *no)
{
	if (head_count(&r->head, "content-length") > 0)
		refusal_set(no, 400, "a length stands beside a coding");
	if (head_count(&r->head, "transfer-encoding") > 1 ||
	    !head_same(head_find(&r->head, "transfer-encoding"), "chunked"))
		refusal_set(no, 501, "the transfer coding is not known");
	if (strcmp(r->head.word[2], "HTTP/1.1") != 0)
		refusal_set(no, 400, "HTTP/1.0 has no transfer codings");
	if (freedoms & FREEDOM_NO_CHUNKS)
		refusal_set(no, 411, "a content-length is needed");
	r->framing.kind = BODY_CHUNKED;
}

static void read_framing(struct request *r, unsigned freedoms,
			 struct refusal *no)
{
	const char *length = head_find(&r->head, "content-length");

	if (head_count(&r->head, "host") != 1)
		refusal_set(no, 400, "there must be one host field");
	else if (r->host.len == 0)
		bytes_text(&r->host, head_find(&r->head, "host"));
	bytes_add(&r->host, "", 1);
	if ((freedoms & FREEDOM_NO_NAMED_FRAMING) &&
	    connection_names_framing(&r->head))
		refusal_set(no, 400, "connection names what cannot go");
	if (head_count(&r->head, "transfer-encoding") > 0) {
		read_coding(r, freedoms, no);
	} else if (length) {
		r->framing.kind = BODY_LENGTH;
		if (head_count(&r->head, "content-length") > 1)
			refusal_set(no, 400, "there are two lengths");
		if (!body_number(length, &r->framing.left))
			refusal_set(no, 400, "the length is not a number");
		if (r->framing.left > DRAIN_MOST)
			refusal_set(no, 413, "the body is over 32 MB");
	}
}

bool request_read(struct request *r, struct conn *client, unsigned freedoms,
		  struct refusal *no)
{
	size_t len;
	const char *wrong;

	r->method = "";
	r->query = "";
	len = wait_for_head(client, no);
	if (len > 0) {
		wrong = head_read(&r->head, client->in.at, len);
		bytes_drop(&client->in, len);
		if (wrong) {
			refusal_set(no, 400, "%s", wrong);
		} else {
			read_start(r, freedoms, no);
			read_framing(r, freedoms, no);
		}
	}
	no->closes = no->status != 0;
	return len > 0 || no->status;
}

static void check_size(const struct request *r, uint64_t seen,
		       struct refusal *no)
{
	if (seen + (r->framing.kind == BODY_LENGTH ? r->framing.left : 0) <=
	    REQUEST_BODY_MOST)
		return;
	refusal_set(no, 413, "the body is over 32 MB");
	if (seen > DRAIN_MOST)
		no->closes = true;
}

bool request_body(struct request *r, struct conn *client, struct refusal *no)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	uint64_t seen = 0;

	check_size(r, 0, no);
	if (r->expects && no->status)
		no->closes = true;
	if (no->closes || r->framing.kind == BODY_NONE)
		return true;
	if (r->expects && !conn_send(client, go_on, sizeof(go_on) - 1))
		return false;
	for (;;) {
		size_t before = r->body.len;
		enum body_state state =
			body_decode(&r->framing, &client->in, &r->body);

		seen += r->body.len - before;
		check_size(r, seen, no);
		if (state == BODY_BAD) {
			refusal_set(no, 400, "a chunk is malformed");
			no->closes = true;
		}
		if (no->status)
			r->body.len = 0;
		if (state != BODY_MORE || no->closes)
			return true;
		if (conn_more(client) != CONN_DATA)
			return false;
	}
}

void request_clear(struct request *r)
{
	head_clear(&r->head);
	bytes_clear(&r->host);
	bytes_clear(&r->path);
	bytes_clear(&r->body);
}
