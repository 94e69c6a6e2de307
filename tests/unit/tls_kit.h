/* A server with a certificate, for tests. */
#ifndef TESTS_UNIT_TLS_KIT_H
#define TESTS_UNIT_TLS_KIT_H

#include "tests/unit/fetch_kit.h"

#include <unistd.h>

#include "net/serve/serve.h"
#include "probe/suite/scratch.h"

#define MAKE CCPROBE_SOURCE_DIR "/tests/tls/certificates.sh"

static char *tls_folder; /* of the certificates */

static inline const char *tls_path(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", tls_folder, name);
	return path;
}

static inline char *tls_text(const char *name)
{
	char *text = NULL;
	size_t len;

	assert_int_equal(
		scratch_read(&text, &len, tls_path(name), 1 << 16, NULL), 0);
	return text;
}

static inline int tls_set_up(void **state)
{
	char command[1024];

	(void)state;
	if (scratch_new(&tls_folder, NULL) < 0)
		return -1;
	snprintf(command, sizeof(command), "'%s' '%s'", MAKE, tls_folder);
	return system(command);
}

static inline int tls_tear_down(void **state)
{
	(void)state;
	scratch_free(tls_folder);
	return 0;
}

/* ---- a server with a certificate ---- */

static inline void tls_on_request(void *arg, struct visit *v)
{
	int *count = arg;

	++*count;
	visit_answer(v, 200, NULL, span_of("ok"));
}

struct secure {
	struct serve *serve;
	int count; /* of requests that it has seen */
};

static inline void secure_open(struct secure *s, struct world *w,
			       const char *certificate)
{
	static const struct serve_handler handler = { .on_request =
							      tls_on_request };
	char *cert = tls_text(certificate), *key = tls_text("key.pem");
	struct serve_config config = { .host = "127.0.0.1",
				       .body_limit = 1000,
				       .tls_cert = cert,
				       .tls_key = key };

	s->count = 0;
	assert_int_equal(serve_new(&s->serve, w->loop, &config, &handler,
				   &s->count, NULL),
			 0);
	snprintf(w->origin, sizeof(w->origin), "https://127.0.0.1:%u",
		 serve_port(s->serve));
	free(cert);
	free(key);
}

#endif
