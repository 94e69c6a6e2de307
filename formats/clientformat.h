/*
 * The formats that Claude Code speaks to a gateway, each with a base URL of its
 * own: the Messages API, and in its modes for Bedrock and Vertex what those
 * providers speak. A run is about one of them (--client-format), and so is a
 * case.
 */
#ifndef FORMATS_CLIENTFORMAT_H
#define FORMATS_CLIENTFORMAT_H

#include "formats/plain.h"
#include "wire/bytes/fail.h"

#define CLIENTFORMAT_NAMES "messages, bedrock or vertex"

struct clientformat {
	enum format format;
	const char *name; /* as --client-format has it */
	const char *client; /* "Claude Code in Bedrock mode" */
	const char *api; /* "the Messages API" */
	const char *recorded; /* the base of its recordings, which ccprobe's
				 own takes the place of */
	const char *folder; /* of its recordings, below fixtures/ */
	const char *first; /* their scenario of a first request */
	const char *route; /* of a message, for people */
	const char *base; /* the variable that has the gateway's URL */
	const char *base_like; /* what that URL ends with */
};

/* Of a format that a client speaks; another one is FORMAT_MESSAGES. */
const struct clientformat *clientformat_of(enum format format);

/* The path of a recorded request without the base that it was recorded with;
 * `target` is changed in place. */
void clientformat_rebase(enum format format, char *target);

/* FORMAT_UNKNOWN: no client speaks a format of this name. */
enum format clientformat_from(const char *name);

#endif
