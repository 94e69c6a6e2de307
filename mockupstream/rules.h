/*
 * Which reply answers which request: the "upstream" member of a case, which is
 * also the format of a ccmock script file ({"upstream": {...}}).
 *
 *	"upstream": {
 *	  "u1": {
 *	    "when":  { "method": "POST", "path": "/v1/messages", "model": "*opus*",
 *	               "mark": "00000000000000a1", "call": 2,
 *	               "header": ["x-name", "PATTERN"], "has": "text in the body",
 *	               "lacks": "text not in it", "longer": 1000,  // bytes
 *	               "json": ["/pointer", VALUE] },   // in the body, however spelt
 *	    "times": "always",                       // or "once", or a number,
 *	                                             // or "once-each": of each
 *	                                             // provider
 *	    "reply":   { ...one reply... },
 *	    "replies": [ {...}, {...} ]              // in turn; the last repeats
 *	  }
 *	}
 *
 * A gateway may have several providers, a, b and so on (mock.h). A rule whose
 * name ends with a letter, such as "u1@b", is for that provider only. A rule
 * without a letter is for all providers, or for a alone if another rule has the
 * same name with a letter.
 *
 * Rules are tried in the order written; the first whose `when` fits and whose
 * `times` are not used up answers. An absent `when` fits everything. `path`
 * and `model` may hold * and ?. `call` is the number of this request among all
 * of the run (from 1). A reply:
 *
 *	{ "status": 200, "headers": [["content-type", "text/event-stream"]],
 *	  "stream": "fixtures/streams/x.sse"      // annotated stream, or
 *	  "events": "event: ping\ndata: {}\n\n"   // the same, inline, or
 *	  "body":   "fixtures/replies/x.json"     // bytes of a file, or
 *	  "text":   "...", "json": {...},         // inline; json is compact, or
 *	  "raw":    "fixtures/raw/bad-chunk.http" // to the socket as it is
 *	  "raw_text": "HTTP/1.1 200 OK\r\n..."    // the same, inline, or
 *	  "provider": true                        // what ccmock says by itself,
 *	                                          // or "strict": the same, and
 *	                                          // refuses what the API refuses
 *	  "say": [ ... ], "form": { ... }         // said in the format that is
 *	                                          // asked: say/say.h
 *	  "safeguards": "flagged",                // with provider: its verdicts on
 *	                                          // tool calls, else not_flagged;
 *	                                          // "unavailable", "none"
 *	  "threads": "lost",                      // with provider: threads are
 *	                                          // forgotten, else held;
 *	                                          // "unsupported"
 *	  "vendor": "local",                      // with provider: whose chat
 *	                                          // completions it plays
 *	  "account": "second",                    // with provider: whose key it
 *	                                          // was asked with; threads of
 *	                                          // others are not found, and
 *	                                          // their signatures not valid
 *	  "hold": "before-head", "delay_ms": 0,   // before the status line
 *	  "end": "clean" }                        // "fin", "rst", "stall": what
 *	                                          // follows the body, or comes
 *	                                          // instead of a missing one
 *
 * Content-Length is sent for body, text and json; streams are chunked, and so
 * is a body whose end is not clean (with a length, what follows a whole body
 * could not be seen). A reply without "headers" gets a content-type: that of an
 * event stream, or application/json. The first-party headers (request-id, rate
 * limits) are added where the reply does not have them. "headers_only": true
 * leaves out all that is not in "headers". To requests of Bedrock and of Vertex
 * AI, streams and json in the form of the Messages API go in the form of that
 * vendor, unless "headers" name a content-type or "headers_only" is true. In a
 * "location", {{port}} is the port that the mock listens on, and
 * [probe-0000000000000000] the run's mark.
 */
#ifndef MOCK_RULES_H
#define MOCK_RULES_H

#include <cjson/cJSON.h>

#include "mockupstream/script.h"
#include "mockupstream/vendor.h"
#include "wire/bytes/buf.h"
#include "wire/bytes/pattern.h"
#include "wire/http/end.h"
#include "wire/http/http.h"
#include "wire/json/json.h"
#include "wire/log/actor.h"

/* What the provider answers about the safeguards that a request asks for. */
enum safeguards {
	SAFEGUARDS_NOT_FLAGGED,
	SAFEGUARDS_FLAGGED,
	SAFEGUARDS_UNAVAILABLE,
	SAFEGUARDS_NONE /* nothing */
};

/* What the provider does with threads that a request asks for. */
enum threads {
	THREADS_HELD,
	THREADS_LOST, /* threads that requests go on with are forgotten */
	THREADS_UNSUPPORTED /* it refuses them */
};

enum reply_kind {
	REPLY_STREAM,
	REPLY_BODY,
	REPLY_RAW,
	REPLY_PROVIDER,
	REPLY_SAY,
	REPLY_NOTHING
};

struct say;

struct reply {
	enum reply_kind kind;
	int status;
	struct headers headers;
	bool headers_only;
	struct script *script; /* REPLY_STREAM */
	struct say *say; /* REPLY_SAY */
	char *bytes; /* REPLY_BODY, REPLY_RAW; REPLY_SAY: as it is written */
	size_t len;
	bool exact; /* sent as it is, whatever the request's format */
	bool strict; /* REPLY_PROVIDER */
	enum safeguards safeguards; /* REPLY_PROVIDER */
	enum threads threads; /* REPLY_PROVIDER */
	enum vendor vendor; /* REPLY_PROVIDER */
	char *account; /* REPLY_PROVIDER; NULL: none in particular */
	char *hold; /* NULL: none */
	uint32_t delay_ms;
	enum stream_end end; /* END_CLEAN, END_CUT, END_RESET;
				  END_OPEN: stall */
};

struct rule {
	char *name; /* "u1" */
	char provider; /* the only provider that it is for; 0: all */
	char *method, *path, *model, *mark, *has, *lacks; /* or NULL */
	char *header_name; /* or NULL */
	struct pattern *header_value;
	char *json_pointer, *json_value; /* or NULL; the value is JSON */
	uint32_t call; /* 0: any */
	uint32_t longer; /* the body has more bytes; 0: any */
	uint32_t times; /* UINT32_MAX: always */
	bool each; /* `times` counts for each provider, not for all */
	struct reply *replies;
	size_t reply_count;
	uint32_t used;
	uint32_t used_by[ACTOR_PROVIDERS]; /* uses by each provider */
};

struct rules {
	struct rule *list;
	size_t count;
};

/*
 * Reads the object of rules. Files are looked up under `root` (the folder that
 * holds fixtures/); a path that leaves it is refused. Each file is read once
 * a call and may have 64 MiB at most.
 */
int rules_read(struct rules **out, const struct json *j, const cJSON *object,
	       const char *root, struct fail *f);
void rules_free(struct rules *r);

/* The same from a whole script: {"upstream": {...}} and nothing else. */
int rules_read_script(struct rules **out, const struct json *j,
		      const char *root, struct fail *f);

/* Rules of several script files, in order; a name may be used once. */
int rules_load(struct rules **out, const char *const *paths, size_t count,
	       const char *root, struct fail *f);

/* True if a rule is meant by a name such as "u1", or "u1@b" of provider b. */
bool rule_is(const struct rule *r, const char *name);

/* Names of all holds in all replies: true if `hold` is one of them. */
bool rules_has_hold(const struct rules *r, const char *rule, const char *hold);

#endif
