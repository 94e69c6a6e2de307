/* Changes while a server runs: its socket is taken over, its limits change. */
#include <string.h>

#include <fcntl.h>

#include "net/serve/serve_private.h"

int serve_take_over(const struct serve *from, uint16_t *port, struct fail *f)
{
	int fd = fcntl(from->fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "the listening socket");
	*port = from->port;
	return fd;
}

size_t serve_connections(const struct serve *s)
{
	return s->conns_count;
}

void serve_set_limits(struct serve *s, size_t body_limit, uint32_t head_ms)
{
	s->config.body_limit = body_limit;
	s->config.head_ms = head_ms;
}

int serve_check_certificate(const char *cert, const char *key, struct fail *f)
{
	const struct serve_config config = { .tls_cert = cert, .tls_key = key };
	struct serve_tls *tls;

	if (strstr(key, "BEGIN ENCRYPTED ") || strstr(key, ",ENCRYPTED"))
		return fail_set(f, FAIL_USAGE,
				"the key is protected by a passphrase; give "
				"one that is not (openssl pkey -in KEY -out "
				"PLAIN)");
	if (serve_tls_new(&tls, &config, NULL) < 0)
		return fail_set(f, FAIL_USAGE,
				"the certificate is not PEM text that belongs "
				"to the key");
	serve_tls_free(tls);
	return 0;
}
