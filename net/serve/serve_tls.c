/* TLS of the server, by GnuTLS. */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "net/serve/serve_private.h"
#include "wire/bytes/mem.h"

struct serve_tls {
	gnutls_certificate_credentials_t credentials;
};

/* Nothing but a name for what GnuTLS calls gnutls_session_t. */
struct tls_session {
	gnutls_session_t session;
};

static gnutls_datum_t datum_of(const char *text)
{
	gnutls_datum_t d = { (unsigned char *)text, (unsigned)strlen(text) };

	return d;
}

int serve_tls_new(struct serve_tls **out, const struct serve_config *config,
		  struct fail *f)
{
	struct serve_tls *t = xcalloc(1, sizeof(*t));
	gnutls_datum_t certificate = datum_of(config->tls_cert);
	gnutls_datum_t key = datum_of(config->tls_key);

	if (gnutls_certificate_allocate_credentials(&t->credentials) < 0 ||
	    gnutls_certificate_set_x509_key_mem(t->credentials, &certificate,
						&key,
						GNUTLS_X509_FMT_PEM) < 0) {
		serve_tls_free(t);
		return fail_set(f, FAIL_SYSTEM,
				"%s:%u: the HTTP server did not start; is the "
				"certificate PEM text that belongs to the "
				"key?",
				config->host, config->port);
	}
	*out = t;
	return 0;
}

void serve_tls_free(struct serve_tls *t)
{
	if (!t)
		return;
	if (t->credentials)
		gnutls_certificate_free_credentials(t->credentials);
	free(t);
}

struct tls_session *tls_session_new(const struct serve_tls *t, int fd)
{
	struct tls_session *s = xcalloc(1, sizeof(*s));
	gnutls_datum_t protocol = datum_of("http/1.1");

	if (gnutls_init(&s->session, GNUTLS_SERVER | GNUTLS_NONBLOCK |
					     GNUTLS_NO_SIGNAL) < 0) {
		free(s);
		return NULL;
	}
	(void)gnutls_set_default_priority(s->session);
	(void)gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE,
				     t->credentials);
	(void)gnutls_alpn_set_protocols(s->session, &protocol, 1, 0);
	gnutls_transport_set_int(s->session, fd);
	return s;
}

void tls_session_free(struct tls_session *s)
{
	if (!s)
		return;
	gnutls_deinit(s->session);
	free(s);
}

static bool is_again(ssize_t rc)
{
	return rc == GNUTLS_E_AGAIN || rc == GNUTLS_E_INTERRUPTED;
}

int tls_session_shake(struct tls_session *s, bool *wants_room)
{
	int rc;

	do
		rc = gnutls_handshake(s->session);
	while (rc < 0 && !is_again(rc) && !gnutls_error_is_fatal(rc));
	*wants_room = gnutls_record_get_direction(s->session) == 1;
	if (rc == GNUTLS_E_SUCCESS)
		return 1;
	if (is_again(rc))
		return 0;
	(void)gnutls_alert_send_appropriate(s->session, rc);
	return -1;
}

/* The result as that of recv() or send(). Errors that are not fatal (a
 * renegotiation, a warning) are ignored. */
static ssize_t result_of(ssize_t rc)
{
	if (rc >= 0)
		return rc;
	errno = is_again(rc) || !gnutls_error_is_fatal((int)rc) ? EAGAIN
								: EPIPE;
	return -1;
}

/* A client that closes TCP without closing TLS has gone, too. */
ssize_t tls_session_recv(struct tls_session *s, void *bytes, size_t len)
{
	ssize_t rc = gnutls_record_recv(s->session, bytes, len);

	return rc == GNUTLS_E_PREMATURE_TERMINATION ? 0 : result_of(rc);
}

ssize_t tls_session_send(struct tls_session *s, const void *bytes, size_t len)
{
	return result_of(gnutls_record_send(s->session, bytes, len));
}

bool tls_session_has_more(const struct tls_session *s)
{
	return gnutls_record_check_pending(s->session) > 0;
}

void tls_session_end(struct tls_session *s)
{
	(void)gnutls_bye(s->session, GNUTLS_SHUT_WR);
}
