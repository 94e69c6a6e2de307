/*
 * How the gateway is reached, as the command line has it: whom to trust, who
 * we are, how fast.
 */
#ifndef PROBE_COMMAND_CONNECT_H
#define PROBE_COMMAND_CONNECT_H

#include "net/fetch.h"
#include "wire/bytes/rate.h"
#include "probe/command/project.h"
#include "probe/command/rows.h"

struct connect_options { /* NULL: not given */
	bool insecure;
	const char *ca_file, *client_cert, *client_key, *rate;
	/* Not typed, but from ccprobe.json. */
	bool ca_of_project, client_of_project, rate_of_project;
};

/* Rows for a command whose struct has such a member `connect`. What else a file
 * or a switch may come from stands after its help: " (else VARIABLE)". */
#define CONNECT_ROWS(AT, else_any, else_ca, else_own) \
	ROW("insecure", OPTION_FLAG, AT(connect.insecure), NULL, \
	    "take any certificate of the gateway" else_any), \
		ROW("ca-file", OPTION_TEXT, AT(connect.ca_file), "PEM", \
		    "authorities to trust beside the system's" else_ca), \
		ROW("client-cert", OPTION_TEXT, AT(connect.client_cert), \
		    "PEM", \
		    "the certificate to show to a gateway that asks for " \
		    "one" else_own), \
		ROW("client-key", OPTION_TEXT, AT(connect.client_key), "PEM", \
		    "its key, without a passphrase (else it is in the file " \
		    "of --client-cert)"), \
		ROW("rate", OPTION_TEXT, AT(connect.rate), "N", \
		    "send no more than N requests a second, such as 0.5")

/* What was not typed is taken of the file, from which it is borrowed. */
void connect_of_project(struct connect_options *o, const struct project *j);

/* What the TLS options come to; borrows from `o`. The files were looked at:
 * FAIL_USAGE says what is wrong with one. */
int connect_tls(struct fetch_tls *out, const struct connect_options *o,
		struct fail *f);

/* None where no rate was given. */
int connect_rate(struct rate *out, const struct connect_options *o,
		 struct fail *f);

/* The first TLS option that was given, "--ca-file", for where there is no TLS;
 * NULL: none was. */
const char *connect_first_tls(const struct connect_options *o);

#endif
