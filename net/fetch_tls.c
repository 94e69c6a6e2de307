/*
 * Sets the authorities that a connection trusts, and our own certificate. A
 * file of authorities would replace the system's in the library, so both are
 * joined here.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/fetch_private.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/put.h"

#define FILE_LIMIT ((size_t)8 * 1024 * 1024)
#define CERTIFICATE_MARK "CERTIFICATE-----"
#define KEY_MARK "PRIVATE KEY-----"
#define ENCRYPTED_MARK "ENCRYPTED"

enum { LOOK_MS = 5000 };

/* ---- files ---- */

static bool holds(const struct buf *text, const char *mark)
{
	return span_find(buf_span(text), span_of(mark)) != SIZE_MAX;
}

/* ---- authorities ---- */

/* A file of authorities joined with the system's, in a file without a name. It
 * is a file because the library reads a file once and keeps the result, but not
 * memory or a folder; and reading authorities takes longer than all else. */
struct trusted {
	struct trusted *next;
	char *path; /* the caller's file */
	int fd; /* -1: there is no such file */
	char name[32]; /* "/proc/self/fd/7" */
};

/* The system's authorities as one file, or NULL. */
static const char *system_file(void)
{
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);

	return v->age >= CURLVERSION_SEVENTH && v->cainfo &&
			       access(v->cainfo, R_OK) == 0
		       ? v->cainfo
		       : NULL;
}

static void join(struct trusted *t, const struct buf *both)
{
	t->fd = memfd_create("authorities", MFD_CLOEXEC);
	if (t->fd < 0)
		return;
	snprintf(t->name, sizeof(t->name), "/proc/self/fd/%d", t->fd);
	if (put_bytes(t->fd, buf_span(both)) == 0 && access(t->name, R_OK) == 0)
		return;
	(void)close(t->fd);
	t->fd = -1;
}

static struct trusted *trusted_add(struct fetcher *fr, const char *path)
{
	struct trusted *t = xcalloc(1, sizeof(*t));
	struct buf both = BUF_INIT(2 * FILE_LIMIT + 1);
	struct buf theirs = BUF_INIT(FILE_LIMIT);
	const char *system = system_file();

	t->path = xstrdup(path);
	t->fd = -1;
	if (system && load_file(&both, path, FILE_LIMIT, NULL) == 0 &&
	    holds(&both, CERTIFICATE_MARK) &&
	    load_file(&theirs, system, 2 * FILE_LIMIT + 1, NULL) == 0) {
		buf_add_text(&both, "\n");
		buf_add_span(&both, buf_span(&theirs));
		join(t, &both);
	}
	buf_clear(&both);
	buf_clear(&theirs);
	t->next = fr->trusted;
	fr->trusted = t;
	return t;
}

/* A file that is not usable is left for the library to refuse. Where the system
 * has no file but a folder, the folder stays in use as well. */
static void set_authorities(struct fetch *ft, const char *path)
{
	struct trusted *t = ft->fetcher->trusted;

	while (t && strcmp(t->path, path) != 0)
		t = t->next;
	if (!t)
		t = trusted_add(ft->fetcher, path);
	if (t->fd >= 0)
		path = t->name;
	curl_easy_setopt(ft->easy, CURLOPT_CAINFO, path);
	curl_easy_setopt(ft->easy, CURLOPT_PROXY_CAINFO, path);
}

void fetch_free_trusted(struct fetcher *fr)
{
	while (fr->trusted) {
		struct trusted *t = fr->trusted;

		fr->trusted = t->next;
		if (t->fd >= 0)
			(void)close(t->fd);
		free(t->path);
		free(t);
	}
}

/* ---- a request's ---- */

/* An empty password keeps the library from asking for one on the terminal. */
static void set_client(CURL *e, const struct fetch_tls *tls)
{
	if (!tls->client_cert)
		return;
	curl_easy_setopt(e, CURLOPT_SSLCERT, tls->client_cert);
	curl_easy_setopt(e, CURLOPT_SSLKEY,
			 tls->client_key ? tls->client_key : tls->client_cert);
	curl_easy_setopt(e, CURLOPT_KEYPASSWD,
			 tls->client_key_password ? tls->client_key_password
						  : "");
}

void fetch_set_tls(struct fetch *ft, const struct fetch_tls *tls)
{
	CURL *e = ft->easy;
	bool any = tls->any_certificate;

	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, any ? 0L : 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, any ? 0L : 2L);
	if (tls->ca_file)
		set_authorities(ft, tls->ca_file);
	if (ft->tls && system_file()) {
		curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(e, CURLOPT_PROXY_CAPATH, NULL);
	}
	set_client(e, tls);
}

/* ---- looking at the files beforehand ---- */

/* A listener that accepts one connection and never answers. */
struct stub {
	int listener, peer; /* -1: none */
};

static int stub_open(struct stub *s, char *url, size_t size)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);

	s->peer = -1;
	s->listener =
		socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (s->listener < 0 ||
	    bind(s->listener, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(s->listener, 1) < 0 ||
	    getsockname(s->listener, (struct sockaddr *)&at, &len) < 0)
		return -1;
	snprintf(url, size, "https://127.0.0.1:%u/",
		 (unsigned)ntohs(at.sin_port));
	return 0;
}

static void stub_close(struct stub *s)
{
	if (s->peer >= 0)
		(void)close(s->peer);
	if (s->listener >= 0)
		(void)close(s->listener);
	s->peer = s->listener = -1;
}

/* Closes once the handshake has begun: by then the library has read all
 * files. */
static void stub_turn(struct stub *s)
{
	char bytes[1024];

	if (s->peer < 0 && s->listener >= 0)
		s->peer = accept4(s->listener, NULL, NULL,
				  SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (s->peer >= 0 && recv(s->peer, bytes, sizeof(bytes), 0) > 0)
		stub_close(s);
}

static CURLcode carry_out(CURLM *multi, struct stub *s)
{
	CURLcode result = CURLE_FAILED_INIT;
	int running = 1, left;
	CURLMsg *msg;

	while (running > 0 && curl_multi_perform(multi, &running) == CURLM_OK) {
		struct curl_waitfd own = { .fd = s->peer >= 0 ? s->peer
							      : s->listener,
					   .events = CURL_WAIT_POLLIN };

		stub_turn(s);
		if (running > 0)
			(void)curl_multi_poll(multi, &own, own.fd >= 0 ? 1 : 0,
					      LOOK_MS, NULL);
	}
	msg = curl_multi_info_read(multi, &left);
	if (msg && msg->msg == CURLMSG_DONE)
		result = msg->data.result;
	return result;
}

/* Lets the library read the files, for a connection to a listener of ours. Only
 * results about the files say something. */
static CURLcode rehearse(const struct fetch_tls *tls)
{
	CURLcode result = CURLE_FAILED_INIT;
	struct stub s = { -1, -1 };
	CURLM *multi = curl_multi_init();
	CURL *e = curl_easy_init();
	char url[64];

	if (!multi || !e || stub_open(&s, url, sizeof(url)) < 0)
		goto out;
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)LOOK_MS);
	if (tls->ca_file) {
		curl_easy_setopt(e, CURLOPT_CAINFO, tls->ca_file);
		curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	}
	set_client(e, tls);
	if (curl_multi_add_handle(multi, e) == CURLM_OK)
		result = carry_out(multi, &s);
	curl_multi_remove_handle(multi, e);
out:
	stub_close(&s);
	curl_easy_cleanup(e);
	curl_multi_cleanup(multi);
	return result;
}

/* Fails unless the file can be read and has `mark` in it. *encrypted: is it
 * protected by a passphrase? */
static int check_file(const char *name, const char *path, const char *mark,
		      const char *what, bool *encrypted, struct fail *f)
{
	struct buf text = BUF_INIT(FILE_LIMIT);
	struct fail why = FAIL_INIT;
	int rc = 0;

	if (load_file(&text, path, FILE_LIMIT, &why) < 0)
		rc = fail_set(f, FAIL_USAGE, "%s: %s", name, why.text);
	else if (!holds(&text, mark))
		rc = fail_set(f, FAIL_USAGE,
			      "%s: %s: there is no %s in it; a PEM file is "
			      "wanted",
			      name, path, what);
	if (encrypted)
		*encrypted = holds(&text, ENCRYPTED_MARK);
	buf_clear(&text);
	return rc;
}

/* Fails unless the library accepts the certificates in a file. */
static int check_certificates(const char *name, const char *path,
			      struct fail *f)
{
	struct fetch_tls alone = { .ca_file = path };

	if (check_file(name, path, CERTIFICATE_MARK, "certificate", NULL, f) <
	    0)
		return -1;
	if (rehearse(&alone) == CURLE_SSL_CACERT_BADFILE)
		return fail_set(f, FAIL_USAGE,
				"%s: %s: a certificate in it is damaged", name,
				path);
	return 0;
}

static int check_client(const struct fetch_tls *tls,
			const struct fetch_tls_names *names, struct fail *f)
{
	struct fetch_tls alone = *tls;
	const char *key = tls->client_key ? tls->client_key : tls->client_cert;
	const char *name =
		tls->client_key ? names->client_key : names->client_cert;
	bool encrypted = false;

	if (check_certificates(names->client_cert, tls->client_cert, f) < 0 ||
	    check_file(name, key, KEY_MARK, "private key", &encrypted, f) < 0)
		return -1;
	if (encrypted && !tls->client_key_password &&
	    names->client_key_password)
		return fail_set(f, FAIL_USAGE,
				"%s: %s: the key is protected by a passphrase, "
				"and none is in %s",
				name, key, names->client_key_password);
	if (encrypted && !tls->client_key_password)
		return fail_set(f, FAIL_USAGE,
				"%s: %s: the key is protected by a passphrase; "
				"give one that is not (openssl pkey -in KEY "
				"-out PLAIN)",
				name, key);
	alone.ca_file = NULL;
	if (rehearse(&alone) != CURLE_SSL_CERTPROBLEM)
		return 0;
	return fail_set(f, FAIL_USAGE,
			encrypted ? "%s: %s: the passphrase does not open the "
				    "key, or it is not the key of the "
				    "certificate in %s"
				  : "%s: %s: the key is not the key of the "
				    "certificate in %s, or is damaged",
			name, key, tls->client_cert);
}

int fetch_check_tls(const struct fetch_tls *tls,
		    const struct fetch_tls_names *names, struct fail *f)
{
	if (tls->client_key && !tls->client_cert)
		return fail_set(f, FAIL_USAGE, "%s goes with %s",
				names->client_key, names->client_cert);
	if (tls->ca_file &&
	    check_certificates(names->ca_file, tls->ca_file, f) < 0)
		return -1;
	if (tls->client_cert && check_client(tls, names, f) < 0)
		return -1;
	return 0;
}
