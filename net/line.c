/* A connection that was taken over from a fetch: the library's handle of it. */
#include "net/line.h"

#include <errno.h>
#include <stdlib.h>

#include "net/fetch_private.h"
#include "wire/bytes/mem.h"

struct line {
	CURL *easy;
	CURLM *multi;
};

struct line *line_of(struct fetch *ft)
{
	struct line *n = xcalloc(1, sizeof(*n));

	n->easy = ft->easy;
	n->multi = ft->fetcher->multi;
	/* The handle must not use what belongs to the fetch any more. */
	curl_easy_setopt(n->easy, CURLOPT_PRIVATE, NULL);
	curl_easy_setopt(n->easy, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(n->easy, CURLOPT_HTTPHEADER, NULL);
	ft->easy = NULL;
	ft->added = false;
	return n;
}

void line_free(struct line *n)
{
	if (!n)
		return;
	curl_multi_remove_handle(n->multi, n->easy);
	curl_easy_cleanup(n->easy);
	free(n);
}

int line_fd(const struct line *n)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	curl_easy_getinfo(n->easy, CURLINFO_ACTIVESOCKET, &fd);
	return fd;
}

/* The result as that of recv() or send(). A peer that closes TCP without
 * closing TLS has closed, too. */
static ssize_t outcome(const struct line *n, CURLcode result, size_t done,
		       int otherwise)
{
	long os = 0;

	if (result == CURLE_OK)
		return (ssize_t)done;
	if (result == CURLE_AGAIN) {
		errno = EAGAIN;
		return -1;
	}
	curl_easy_getinfo(n->easy, CURLINFO_OS_ERRNO, &os);
	errno = os != 0 ? (int)os : otherwise;
	return errno == 0 ? 0 : -1;
}

ssize_t line_recv(struct line *n, void *to, size_t len)
{
	size_t done = 0;
	CURLcode result = curl_easy_recv(n->easy, to, len, &done);

	return outcome(n, result, done, 0);
}

ssize_t line_send(struct line *n, const void *from, size_t len)
{
	size_t done = 0;
	CURLcode result = curl_easy_send(n->easy, from, len, &done);

	return outcome(n, result, done, EPIPE);
}
