/* A server that listens no more, and one that takes its place. */
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <unistd.h>

#include "net/serve_private.h"

void serve_quiesce(struct serve *s)
{
	int fd;

	if (s->quiet)
		return;
	/* Who is connected already is let in first. */
	serve_turn(s);
	s->quiet = true;
	fd = MHD_quiesce_daemon(s->daemon);
	if (fd >= 0)
		close(fd);
}

int serve_take_over(const struct serve *from, uint16_t *port, struct fail *f)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(from->daemon, MHD_DAEMON_INFO_LISTEN_FD);
	int fd = info && !from->quiet
			 ? fcntl(info->listen_fd, F_DUPFD_CLOEXEC, 0)
			 : -1;

	if (fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "the listening socket");
	*port = from->port;
	return fd;
}

size_t serve_connections(const struct serve *s)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(
		s->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return info ? info->num_connections : 0;
}

void serve_set_limits(struct serve *s, size_t body_limit, uint32_t head_ms)
{
	s->config.body_limit = body_limit;
	s->config.head_ms = head_ms;
}

static enum MHD_Result nobody(void *cls, struct MHD_Connection *mhd,
			      const char *url, const char *method,
			      const char *version, const char *bytes,
			      size_t *len, void **context)
{
	(void)cls;
	(void)mhd;
	(void)url;
	(void)method;
	(void)version;
	(void)bytes;
	(void)len;
	(void)context;
	return MHD_NO;
}

/* The library reads both when a server starts; this one listens to nobody. */
int serve_check_certificate(const char *cert, const char *key, struct fail *f)
{
	struct MHD_Daemon *d = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_TLS | MHD_USE_NO_LISTEN_SOCKET, 0, NULL,
		NULL, nobody, NULL, MHD_OPTION_HTTPS_MEM_CERT, cert,
		MHD_OPTION_HTTPS_MEM_KEY, key, MHD_OPTION_END);

	if (!d)
		return fail_set(f, FAIL_USAGE,
				"the certificate is not PEM text that belongs "
				"to the key");
	MHD_stop_daemon(d);
	return 0;
}
