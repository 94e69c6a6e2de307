/*
 * Rows of option tables that several commands share. Each is given the offset
 * of its member: ROW_SUITE(offsetof(struct list_options, suite)).
 */
#ifndef PROBE_COMMAND_ROWS_H
#define PROBE_COMMAND_ROWS_H

#include "wire/bytes/option.h"

/* a fixed port, for the gateway's configuration */
#define MOCK_LISTEN "127.0.0.1:8473"

#define ROW(name, kind, at, value, help) \
	{ \
		name, kind, at, value, help \
	}

#define ROW_HELP(at) ROW("help", OPTION_FLAG, at, NULL, "show this")

#define ROW_SUITE(at) \
	ROW("suite", OPTION_TEXT, at, "DIR", \
	    "folder with cases/, fixtures/ and targets/")

#define ROW_NO_COLOR(at) \
	ROW("no-color", OPTION_FLAG, at, NULL, \
	    "no colour on a terminal (NO_COLOR does the same)")

#define ROW_VERBOSE(at) \
	ROW("verbose", OPTION_FLAG, at, NULL, \
	    "-v: the summary shows every failing case in full, also those " \
	    "that a cause explains")

/* Which gateway, how to ask it, and its providers. AT(member) is the offset of
 * a member in the command's own struct. */
#define ROWS_GATEWAY(AT) \
	ROW("gateway", OPTION_TEXT, AT(gateway), "URL", \
	    "a gateway that is running: what ANTHROPIC_BASE_URL would be"), \
		ROW("target", OPTION_TEXT, AT(target), "NAME|FILE", \
		    "start one of targets/, or the target.json given"), \
		ROW("bundled", OPTION_FLAG, AT(bundled), NULL, \
		    "start the bundled gateway (this is the default)"), \
		ROW("key", OPTION_TEXT, AT(key), "VALUE|env:NAME", \
		    "the key clients show to the gateway"), \
		ROW("auth", OPTION_TEXT, AT(auth), "FORM", \
		    "how they show it: bearer, x-api-key or both"), \
		ROW("header", OPTION_LIST, AT(headers), "'NAME: VALUE'", \
		    "a header to send with every request"), \
		ROW("mock-listen", OPTION_TEXT, AT(mock_listen), "ADDR:PORT", \
		    "where the mock provider listens (with " \
		    "--gateway: " MOCK_LISTEN "; otherwise any free port)"), \
		ROW("provider-listen", OPTION_LIST, AT(provider_listen), \
		    "b=ADDR:PORT", \
		    "where it listens as a further provider: b, then c and " \
		    "so on (for cases with several providers)"), \
		ROW("upstream-key", OPTION_TEXT, AT(upstream_key), \
		    "VALUE|env:NAME", \
		    "the key the gateway is configured to use upstream")

#endif
