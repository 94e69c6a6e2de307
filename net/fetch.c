/* One request under way: its life, its clock, and what the library tells. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/fetch_private.h"
#include "wire/bytes/mem.h"

/* ---- life ---- */

static void fetch_free(struct fetch *ft)
{
	struct loop *l = ft->fetcher->loop;

	fetcher_remove(ft);
	loop_timer_clear(l, &ft->clock);
	loop_timer_clear(l, &ft->go_on);
	fetcher_give_easy(ft->fetcher, ft->easy);
	curl_slist_free_all(ft->fields);
	http_head_clear(&ft->head);
	buf_clear(&ft->raw_head);
	free(ft->url);
	free(ft->target);
	free(ft->body_copy);
	free(ft);
}

/* False: the certificate is still to be looked at. */
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
	/* The library hangs up when it is removed. */
	if (!ft->keep || end.end != END_CLEAN)
		fetcher_remove(ft);
	ft->cancelled = true; /* from here on nothing can be asked of it */
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
	if (fr->depth > 0)
		fr->changed = true;
	else
		fetch_free(ft);
}

/* ---- the clock: until the head, then between bytes ---- */

static void clock_set(struct fetch *ft);

static void on_clock(void *arg)
{
	struct fetch *ft = arg;
	uint32_t ms = ft->has_head ? ft->idle_ms : ft->head_ms;

	if (loop_now() < ft->last + ms * TICK_MS) {
		clock_set(ft);
		return;
	}
	if (ft->has_head)
		fetch_end_set(&ft->end, END_TIMEOUT,
			      "silence for %u ms in the answer's body", ms);
	else
		fetch_end_set(&ft->end, END_TIMEOUT, "no answer within %u ms",
			      ms);
	fetch_done(ft, CURLE_OPERATION_TIMEDOUT);
}

/* `last` is the start until the head has come. Bytes that come in only move
 * `last`; the timer looks at it when it fires. */
static void clock_set(struct fetch *ft)
{
	uint32_t ms = ft->has_head ? ft->idle_ms : ft->head_ms;

	if (ms == 0 || ft->paused)
		loop_timer_clear(ft->fetcher->loop, &ft->clock);
	else
		loop_timer_set(ft->fetcher->loop, &ft->clock,
			       ft->last + ms * TICK_MS, on_clock, ft);
}

/* ---- pausing ---- */

static void on_go_on(void *arg)
{
	struct fetch *ft = arg;
	struct fetcher *fr = ft->fetcher;
	CURLcode result;

	ft->held = false;
	fetcher_enter(fr);
	/* Delivers what was held back before it returns. */
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
	clock_set(ft);
	if (ft->held)
		go_on_soon(ft);
}

/* ---- what comes in ---- */

static bool is_blank(const char *line, size_t len)
{
	return len == 1 || (len == 2 && line[0] == '\r');
}

static int take_head(struct fetch *ft)
{
	struct fail f = FAIL_INIT;

	http_head_clear(&ft->head);
	if (http_response_read(buf_span(&ft->raw_head), &ft->head, &f) < 0) {
		fetch_end_set(&ft->end, END_BAD, "%s",
			      f.code ? f.text : "the head is not HTTP");
		return -1;
	}
	buf_reset(&ft->raw_head);
	if (ft->head.status < 200 && ft->head.status != 101)
		return 0; /* RFC 9110, 15.2: the final answer is to come */
	ft->has_head = true;
	ft->last = loop_now();
	clock_set(ft);
	if (ft->handler->on_head)
		ft->handler->on_head(ft->arg, ft, &ft->head);
	return ft->cancelled ? -1 : 0;
}

static size_t on_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct fetch *ft = arg;

	n *= size;
	if (ft->cancelled)
		return 0;
	ft->head_bytes += n;
	if (ft->head_bytes > HTTP_HEAD_BYTES_LIMIT) {
		fetch_end_set(&ft->end, END_BAD,
			      "the answer's head is larger than 256 KiB");
		return 0;
	}
	if (ft->has_head) { /* a trailer */
		ft->last = loop_now();
		return n;
	}
	(void)buf_add(&ft->raw_head, bytes, n);
	if (is_blank(bytes, n) && take_head(ft) < 0)
		return 0;
	return n;
}

static void give(struct fetch *ft, const char *bytes, size_t len)
{
	ft->received += len;
	ft->last = loop_now();
	if (!ft->handler->on_data || len == 0)
		return;
	if (!ft->handler->on_data(ft->arg, ft, span_make(bytes, len)) &&
	    !ft->cancelled) {
		ft->paused = true;
		clock_set(ft);
	}
}

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct fetch *ft = arg;
	uint64_t left;

	n *= size;
	if (ft->cancelled)
		return CURL_WRITEFUNC_ERROR;
	if (ft->paused) {
		ft->held = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	left = ft->body_limit - ft->received;
	if (ft->body_limit > 0 && n > left) {
		give(ft, bytes, (size_t)left);
		fetch_end_set(&ft->end, END_BAD,
			      "the answer's body is larger than %llu bytes",
			      (unsigned long long)ft->body_limit);
		return CURL_WRITEFUNC_ERROR;
	}
	give(ft, bytes, n);
	return ft->cancelled ? CURL_WRITEFUNC_ERROR : n;
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

	if (ft->cancelled) /* what was lent is gone */
		return CURL_READFUNC_ABORT;
	/* A server that refuses early answers and closes; sending on would
	 * fail and lose its answer. So what it says is read first. */
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
	if (fetch_prepare(ft, r, f) < 0)
		goto failed;
	set_callbacks(ft, r->has_body);
	if (fetcher_add(fr, ft, f) < 0)
		goto failed;
	clock_set(ft);
	*out = ft;
	return 0;
failed:
	fetch_free(ft);
	return -1;
}
