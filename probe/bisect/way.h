/*
 * How a server is reached: proxy and certificates of the command line, or else
 * those that Claude Code would use (probe/settings).
 */
#ifndef PROBE_BISECT_WAY_H
#define PROBE_BISECT_WAY_H

#include "net/fetch.h"
#include "probe/bisect/sample.h"
#include "probe/settings/tls_files.h"

struct way_given { /* as typed; NULL: not given */
	const char *proxy;
	struct fetch_tls tls;
};

struct way { /* zero-initialised: no proxy, default certificates */
	char *proxy, *proxy_source; /* or NULL */
	struct tls_files tls; /* absolute paths */
	char *curl; /* the same as curl options: " --insecure" */
};

/* Reads the way to sample->base_url. Passwords of proxy and key become secrets
 * of the sample. */
void way_read(struct way *out, const struct way_given *given,
	      struct sample *sample);
void way_clear(struct way *w);

#endif
