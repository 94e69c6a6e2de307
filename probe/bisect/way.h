/*
 * How a server is reached: proxy and certificates as the command line has
 * them, and otherwise as Claude Code would (probe/settings).
 */
#ifndef PROBE_BISECT_WAY_H
#define PROBE_BISECT_WAY_H

#include "net/fetch.h"
#include "probe/bisect/sample.h"
#include "probe/settings/tls_files.h"

struct way_given { /* as it was typed; NULL: not given */
	const char *proxy;
	struct fetch_tls tls;
};

struct way { /* zero-initialised is straight ahead */
	char *proxy, *proxy_source; /* or NULL */
	struct tls_files tls; /* absolute paths */
	char *curl; /* the same as options of curl: " --insecure" */
};

/* The password of a proxy is one of the sample's secrets from here on. */
void way_read(struct way *out, const struct way_given *given,
	      struct sample *sample);
void way_clear(struct way *w);

#endif
