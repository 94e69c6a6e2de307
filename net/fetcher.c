/*
 * The multi handle on the loop: the library says which sockets to watch and
 * when to be called, and we say what became ready. It must not be entered
 * again from its own callbacks, so cancelling inside them is put off until it
 * returns, which is in the same turn of the loop.
 */
#include <assert.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/fetch_private.h"
#include "wire/bytes/mem.h"

enum { IDLE_LIMIT = 256 }; /* connections that wait for a request */

struct sock {
	struct sock *next, **link;
	struct fetcher *fetcher;
	struct loop_io io;
};

/* ---- results ---- */

static int hand_over(struct fetch *ft, struct fail *f)
{
	CURLMcode rc = curl_multi_add_handle(ft->fetcher->multi, ft->easy);

	assert(rc != CURLM_RECURSIVE_API_CALL);
	if (rc != CURLM_OK)
		return fail_set(f, FAIL_SYSTEM, "libcurl: %s",
				curl_multi_strerror(rc));
	ft->added = true;
	return 0;
}

/* Adds and drops the fetches for which that could not be done inside the
 * library. */
static void catch_up(struct fetcher *fr)
{
	struct fetch *ft, *next;

	fr->changed = false;
	for (ft = fr->list; ft; ft = next) {
		next = ft->next;
		if (!ft->easy)
			continue; /* not a request of the library */
		if (ft->cancelled)
			ft->drop(ft);
		else if (!ft->added && hand_over(ft, NULL) < 0)
			ft->done(ft, CURLE_FAILED_INIT);
	}
}

static void take_results(struct fetcher *fr)
{
	CURLMsg *msg;
	struct fetch *ft = NULL;
	int left;

	msg = curl_multi_info_read(fr->multi, &left);
	for (; msg; msg = curl_multi_info_read(fr->multi, &left)) {
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
				  (char **)&ft);
		ft->done(ft, msg->data.result);
	}
}

void fetcher_enter(struct fetcher *fr)
{
	fr->depth++;
}

void fetcher_leave(struct fetcher *fr)
{
	assert(fr->depth > 0);
	if (--fr->depth > 0)
		return;
	if (fr->changed)
		catch_up(fr);
	take_results(fr);
}

/* ---- what the library waits for ---- */

static void act(struct fetcher *fr, curl_socket_t fd, int events)
{
	int running;

	fetcher_enter(fr);
	curl_multi_socket_action(fr->multi, fd, events, &running);
	fetcher_leave(fr);
}

static void on_timer(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer_wanted(CURLM *multi, long ms, void *arg)
{
	struct fetcher *fr = arg;

	(void)multi;
	if (ms < 0)
		loop_timer_clear(fr->loop, &fr->timer);
	else
		loop_timer_set(fr->loop, &fr->timer, loop_now() + ms * TICK_MS,
			       on_timer, fr);
	return 0;
}

static void on_socket(void *arg, uint32_t events)
{
	struct sock *s = arg;
	int flags = 0;

	if (events & (EPOLLIN | EPOLLHUP | EPOLLRDHUP))
		flags |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		flags |= CURL_CSELECT_OUT;
	if (events & EPOLLERR)
		flags |= CURL_CSELECT_ERR;
	act(s->fetcher, s->io.fd, flags);
}

static void sock_free(struct sock *s)
{
	loop_unwatch(s->fetcher->loop, &s->io);
	*s->link = s->next;
	if (s->next)
		s->next->link = s->link;
	free(s);
}

static struct sock *sock_new(struct fetcher *fr, curl_socket_t fd,
			     uint32_t events)
{
	struct sock *s = xcalloc(1, sizeof(*s));

	s->fetcher = fr;
	s->next = fr->socks;
	s->link = &fr->socks;
	if (s->next)
		s->next->link = &s->next;
	fr->socks = s;
	(void)loop_watch(fr->loop, &s->io, fd, events, on_socket, s, NULL);
	curl_multi_assign(fr->multi, fd, s);
	return s;
}

/* Is this a connection to a peer? The library's own pair of sockets, for
 * looking up names, is not. */
static bool is_connected(curl_socket_t fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);

	return getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
	       peer.ss_family != AF_UNIX;
}

static void note_socket(CURL *easy, curl_socket_t fd)
{
	struct fetch *ft = NULL;

	if (easy)
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&ft);
	if (!ft)
		return;
	ft->fd = fd;
	if (!ft->connected)
		ft->connected = is_connected(fd);
}

static int on_socket_wanted(CURL *easy, curl_socket_t fd, int what, void *arg,
			    void *assigned)
{
	struct fetcher *fr = arg;
	struct sock *s = assigned;
	uint32_t events = 0;

	if (what == CURL_POLL_REMOVE) {
		note_socket(easy, CURL_SOCKET_BAD);
		if (s)
			sock_free(s);
		return 0;
	}
	if (what & CURL_POLL_IN)
		events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		events |= EPOLLOUT;
	note_socket(easy, fd);
	if (s)
		loop_rewatch(fr->loop, &s->io, events);
	else
		sock_new(fr, fd, events);
	return 0;
}

/* ---- life ---- */

int fetcher_new(struct fetcher **out, struct loop *l, struct fail *f)
{
	struct fetcher *fr;
	CURLM *multi;

	if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK)
		return fail_set(f, FAIL_SYSTEM, "libcurl does not start");
	multi = curl_multi_init();
	if (!multi) {
		curl_global_cleanup();
		return fail_set(f, FAIL_SYSTEM, "libcurl does not start");
	}
	fr = xcalloc(1, sizeof(*fr));
	fr->loop = l;
	fr->multi = multi;
	/* The library's own limit is four for each request that is under way
	 * now; it would close the others as soon as fewer are. */
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)IDLE_LIMIT);
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket_wanted);
	curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, fr);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted);
	curl_multi_setopt(multi, CURLMOPT_TIMERDATA, fr);
	*out = fr;
	return 0;
}

void fetcher_free(struct fetcher *fr)
{
	if (!fr)
		return;
	assert(fr->depth == 0);
	while (fr->list)
		fr->list->drop(fr->list);
	while (fr->spare_count > 0)
		curl_easy_cleanup(fr->spare[--fr->spare_count]);
	curl_multi_cleanup(fr->multi);
	while (fr->socks)
		sock_free(fr->socks);
	loop_timer_clear(fr->loop, &fr->timer);
	fetch_free_trusted(fr);
	fetch_own_free_idle(fr);
	fetch_origin_forget(fr);
	free(fr->bytes);
	free(fr);
	curl_global_cleanup();
}

CURL *fetcher_take_easy(struct fetcher *fr)
{
	return fr->spare_count > 0 ? fr->spare[--fr->spare_count]
				   : curl_easy_init();
}

void fetcher_give_easy(struct fetcher *fr, CURL *easy)
{
	if (!easy)
		return;
	if (fr->spare_count == FETCHER_SPARE) {
		curl_easy_cleanup(easy);
		return;
	}
	curl_easy_reset(easy);
	fr->spare[fr->spare_count++] = easy;
}

int fetcher_add(struct fetcher *fr, struct fetch *ft, struct fail *f)
{
	ft->next = fr->list;
	ft->link = &fr->list;
	if (ft->next)
		ft->next->link = &ft->next;
	fr->list = ft;
	if (!ft->easy)
		return fetch_own_start(ft, f);
	if (fr->depth == 0)
		return hand_over(ft, f);
	fr->changed = true;
	return 0;
}

void fetcher_remove(struct fetch *ft)
{
	if (ft->link) {
		*ft->link = ft->next;
		if (ft->next)
			ft->next->link = ft->link;
		ft->link = NULL;
	}
	if (ft->added)
		curl_multi_remove_handle(ft->fetcher->multi, ft->easy);
	ft->added = false;
}
