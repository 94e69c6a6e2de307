/*
 * Options that say how to reach the gateway: which certificates to trust, which
 * one to show, and how fast to send.
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
	/* they come from ccprobe.json, not from an option */
	bool ca_of_project, client_of_project, rate_of_project;
};

/* Rows for a command whose struct has a member `connect`. The last three
 * arguments are added to the help of a row, to name where its value may come
 * from otherwise: " (else VARIABLE)". */
#define CONNECT_ROWS(AT, else_any, else_ca, else_own) \
	ROW("insecure", OPTION_FLAG, AT(connect.insecure), NULL, \
	    "accept any certificate of the gateway" else_any), \
		ROW("ca-file", OPTION_TEXT, AT(connect.ca_file), "PEM", \
		    "authorities to trust besides the system's" else_ca), \
		ROW("client-cert", OPTION_TEXT, AT(connect.client_cert), \
		    "PEM", \
		    "the certificate to show to a gateway that asks for " \
		    "one" else_own), \
		ROW("client-key", OPTION_TEXT, AT(connect.client_key), "PEM", \
		    "its key, without a passphrase (else it is in the file " \
		    "of --client-cert)"), \
		ROW("rate", OPTION_TEXT, AT(connect.rate), "N", \
		    "send no more than N requests a second, such as 0.5")

/* Takes values that no option gave from the project file, and borrows them. */
void connect_of_project(struct connect_options *o, const struct project *j);

/* The settings for TLS, borrowed from `o`. Checks the files: FAIL_USAGE says
 * what is wrong with one. */
int connect_tls(struct fetch_tls *out, const struct connect_options *o,
		struct fail *f);

/* Without --rate there is no limit. */
int connect_rate(struct rate *out, const struct connect_options *o,
		 struct fail *f);

/* The first TLS option that was given, such as "--ca-file", to reject it where
 * there is no TLS; NULL: none was. */
const char *connect_first_tls(const struct connect_options *o);

#endif
