/* The files that a TLS connection needs, as owned copies. */
#include "probe/settings/tls_files.h"

#include <stdlib.h>

#include "wire/bytes/mem.h"

struct fetch_tls tls_files_borrow(const struct tls_files *t)
{
	return (struct fetch_tls){
		.any_certificate = t->any_certificate,
		.ca_file = t->ca_file,
		.client_cert = t->client_cert,
		.client_key = t->client_key,
		.client_key_password = t->client_key_password,
	};
}

static void put(char **to, const char *text)
{
	free(*to);
	*to = text ? xstrdup(text) : NULL;
}

void tls_files_over(struct tls_files *t, const struct fetch_tls *typed)
{
	t->any_certificate = t->any_certificate || typed->any_certificate;
	if (typed->ca_file)
		put(&t->ca_file, typed->ca_file);
	if (!typed->client_cert)
		return;
	put(&t->client_cert, typed->client_cert);
	put(&t->client_key, typed->client_key);
	put(&t->client_key_password, typed->client_key_password);
}

void tls_files_clear(struct tls_files *t)
{
	free(t->ca_file);
	free(t->client_cert);
	free(t->client_key);
	free(t->client_key_password);
	*t = (struct tls_files){ .ca_file = NULL };
}
