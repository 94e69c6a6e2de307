/* One request under way: its life, its clock, and libcurl's callbacks. Comments
 * of these files call libcurl "the library". */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/fetch_private.h"
#include "wire/bytes/mem.h"
#include "wire/http/decode.h"

/* ---- life ---- */

static void fetch_free(struct fetch *ft)
{
	struct loop *l = ft->fetcher->loop;

	fetcher_remove(ft);
	fetch_own_leave(ft);
	loop_timer_clear(l, &ft->clock);
	loop_timer_clear(l, &ft->go_on);
	fetcher_give_easy(ft->fetcher, ft->easy);
	curl_slist_free_all(ft->fields);
	http_head_clear(&ft->head);
	buf_clear(&ft->raw_head);
	buf_clear(&ft->out);
	buf_clear(&ft->plain);
	decode_free(ft->decode);
	free(ft->url);
	free(ft->target);
	free(ft->body_copy);
	free(ft);
}

/* False: the certificate has yet to be looked at, over a second connection. */
static bool is_final(struct fetch *ft, CURLcode result, struct fetch_end *end)
{
	if (ft->looking) {
		*end = ft->end;
	} else {
		fetch_explain(ft, result, end);
		end->at = loop_now();
	}
	if (!ft->certificate)
		return true;
	fetch_certificate_take(ft, &end->certificate);
	if (ft->looking || end->certificate.fault == CERTIFICATE_GOOD ||
	    end->certificate.subject[0])
		return true;
	ft->end = *end;
	loop_timer_clear(ft->fetcher->loop, &ft->clock);
	return !fetch_look(ft);
}

static void fetch_done(struct fetch *ft, CURLcode result)
{
	struct fetch_end end;

	if (!is_final(ft, result, &end))
		return;
	/* Removing the handle from the library closes its connection. */
	if (!ft->keep || end.end != END_CLEAN)
		fetcher_remove(ft);
	fetch_own_leave(ft);
	ft->cancelled = true; /* on_end may not use the fetch any more */
	if (ft->handler->on_end)
		ft->handler->on_end(ft->arg, ft, &end);
	fetch_free(ft);
}

void fetch_cancel(struct fetch *ft)
{
	struct fetcher *fr = ft->fetcher;

	if (ft->cancelled)
		return;
	ft->cancelled = true;
	loop_timer_clear(fr->loop, &ft->clock);
	loop_timer_clear(fr->loop, &ft->go_on);
	if (ft->easy && fr->depth > 0)
		fr->changed = true;
	else if (!ft->running)
		fetch_free(ft);
}

/* ---- pausing ---- */

static void on_go_on(void *arg)
{
	struct fetch *ft = arg;
	struct fetcher *fr = ft->fetcher;
	CURLcode result;

	ft->held = false;
	fetcher_enter(fr);
	/* Delivers the bytes that were held back before it returns. */
	result = curl_easy_pause(ft->easy, CURLPAUSE_CONT);
	if (result != CURLE_OK && !ft->cancelled)
		fetch_done(ft, result);
	fetcher_leave(fr);
}

static void go_on_soon(struct fetch *ft)
{
	loop_timer_set(ft->fetcher->loop, &ft->go_on, 0, on_go_on, ft);
}

void fetch_resume(struct fetch *ft)
{
	if (!ft->paused || ft->cancelled)
		return;
	ft->paused = false;
	ft->last = loop_now();
	fetch_take_clock(ft);
	if (ft->held && ft->easy)
		go_on_soon(ft);
	else if (!ft->easy)
		fetch_own_resume(ft);
}

/* ---- what comes in ---- */

static bool is_blank(const char *line, size_t len)
{
	return len == 1 || (len == 2 && line[0] == '\r');
}

static size_t on_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct fetch *ft = arg;

	n *= size;
	if (ft->cancelled)
		return 0;
	if (fetch_take_more(ft, n) < 0)
		return 0;
	if (ft->has_head) { /* a trailer */
		ft->last = loop_now();
		return n;
	}
	(void)buf_add(&ft->raw_head, bytes, n);
	if (!is_blank(bytes, n))
		return n;
	if (fetch_take_read(ft) < 0 ||
	    (fetch_take_is_final(ft) && fetch_take_head(ft) < 0))
		return 0;
	return n;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct fetch *ft = arg;

	n *= size;
	if (ft->cancelled)
		return CURL_WRITEFUNC_ERROR;
	if (ft->paused) {
		ft->held = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	ft->last = loop_now();
	return fetch_take_body(ft, span_make(bytes, n)) < 0
		       ? CURL_WRITEFUNC_ERROR
		       : n;
}

/* ---- what goes out ---- */

/* What waits to be read: > 0 something, 0 only the end, < 0 nothing. */
static ssize_t peek(curl_socket_t fd)
{
	char byte;

	if (fd == CURL_SOCKET_BAD)
		return -1;
	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
}

static size_t on_send(char *out, size_t size, size_t n, void *arg)
{
	struct fetch *ft = arg;
	size_t left = ft->body_len - ft->body_at;
	ssize_t waits = ft->has_head ? -1 : peek(ft->fd);

	if (ft->cancelled) /* a lent body is gone */
		return CURL_READFUNC_ABORT;
	/* A server that refuses a request early answers and closes. If we went
	 * on sending, that would fail and lose the answer, so the answer is
	 * read first. */
	if (waits > 0) {
		go_on_soon(ft);
		return CURL_READFUNC_PAUSE;
	}
	if (waits == 0) {
		fetch_end_set(&ft->end, END_CUT,
			      "closed before the request was sent");
		return CURL_READFUNC_ABORT;
	}
	n *= size;
	n = n < left ? n : left;
	memcpy(out, ft->body + ft->body_at, n);
	ft->body_at += n;
	ft->moved = loop_now();
	return n;
}

/* Called each time before the request is sent: the library would send it
 * again when a kept connection turns out to be dead. */
static int on_attempt(void *arg, char *ip, char *local_ip, int port,
		      int local_port)
{
	struct fetch *ft = arg;

	(void)ip;
	(void)local_ip;
	(void)port;
	(void)local_port;
	if (++ft->attempts == 1)
		return CURL_PREREQFUNC_OK;
	fetch_end_set(&ft->end, END_CUT,
		      "the server closed a kept connection instead of "
		      "answering; the request is not repeated");
	return CURL_PREREQFUNC_ABORT;
}

static void set_callbacks(struct fetch *ft, bool has_body)
{
	CURL *e = ft->easy;

	curl_easy_setopt(e, CURLOPT_PRIVATE, ft);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, ft->error);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, ft);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, ft);
	curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_attempt);
	curl_easy_setopt(e, CURLOPT_PREREQDATA, ft);
	if (!has_body)
		return;
	curl_easy_setopt(e, CURLOPT_READFUNCTION, on_send);
	curl_easy_setopt(e, CURLOPT_READDATA, ft);
}

int fetch_start(struct fetch **out, struct fetcher *fr,
		const struct fetch_request *r,
		const struct fetch_handler *handler, void *arg, struct fail *f)
{
	struct fetch *ft = xcalloc(1, sizeof(*ft));

	ft->fetcher = fr;
	ft->handler = handler;
	ft->arg = arg;
	ft->done = fetch_done;
	ft->drop = fetch_free;
	ft->fd = CURL_SOCKET_BAD;
	ft->last = loop_now();
	buf_init(&ft->raw_head, HTTP_HEAD_BYTES_LIMIT);
	buf_init(&ft->out, BUF_NO_LIMIT); /* of what was asked for */
	if (fetch_prepare(ft, r, f) < 0)
		goto failed;
	if (ft->easy)
		set_callbacks(ft, r->has_body);
	if (fetcher_add(fr, ft, f) < 0)
		goto failed;
	fetch_take_clock(ft);
	*out = ft;
	return 0;
failed:
	fetch_free(ft);
	return -1;
}
