/* The files that a TLS connection needs, as owned copies. */
#ifndef PROBE_SETTINGS_TLS_FILES_H
#define PROBE_SETTINGS_TLS_FILES_H

#include "net/fetch.h"

struct tls_files { /* NULL: none */
	bool any_certificate; /* any certificate of the server is accepted */
	char *ca_file; /* authorities beside the system's */
	char *client_cert, *client_key, *client_key_password;
};

/* The same for a request; the texts are borrowed. */
struct fetch_tls tls_files_borrow(const struct tls_files *t);

/* Options of the command line replace what the settings have; a certificate is
 * replaced together with its key. */
void tls_files_over(struct tls_files *t, const struct fetch_tls *typed);
void tls_files_clear(struct tls_files *t);

#endif
