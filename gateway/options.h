/* The command line of ccgate, and the configuration that follows from it. */
#ifndef GATEWAY_OPTIONS_H
#define GATEWAY_OPTIONS_H

#include "gateway/config.h"
#include "wire/bytes/option.h"

struct options {
	bool help, version, log, list_faults, connect;
	const char *config, *listen, *upstream, *upstream_key, *upstream_auth;
	const char *upstream_format, *upstream_key_id, *upstream_session;
	const char *upstream_region, *upstream_project, *fronts;
	const char *tls_cert, *tls_key, *log_format;
	uint32_t workers, drain_ms; /* OPTIONS_NO_NUMBER: not given */
	struct option_list keys, faults;
};

#define OPTIONS_NO_NUMBER UINT32_MAX

/* Reads the command line; `rest` is what is no option. Clear both, also after
 * a failure. */
int options_read(struct options *o, int argc, char **argv,
		 struct option_list *rest, struct fail *f);
void options_clear(struct options *o);

void options_help(struct buf *out);

/* The manual in a form of manual.h. false: there is no such form. */
bool options_manual(const char *form, struct buf *out);

/* Reads the file, then the options, which go before it; adds all that is wrong
 * or missing. */
void options_configure(const struct options *o, struct config *c,
		       struct mistakes *to);

#endif
