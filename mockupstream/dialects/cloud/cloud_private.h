/* What the files of this dialect share. */
#ifndef MOCK_DIALECTS_CLOUD_PRIVATE_H
#define MOCK_DIALECTS_CLOUD_PRIVATE_H

#include "mockupstream/dialects/anthropic_private.h"
#include "mockupstream/dialects/cloud/cloud.h"

/* ---- cloud_route.c ---- */

bool cloud_is_bedrock(enum cloud_route route);

/* Appends the name that the model has in the Messages API: without the region,
 * "anthropic." and the version suffix. */
void cloud_name(const struct anthropic *a, struct span id, struct buf *out);

/* The version of the Messages API that may also be given in the body. */
#define CLOUD_VERSION "2026-10-21"

/* ---- cloud_asked.c: a request turned into one of the Messages API ---- */

struct cloud_asked {
	enum cloud_route route;
	struct buf id; /* the model's, as requested */
	struct buf body; /* in the form of the Messages API */
	struct http_head head;
	struct anthropic_request r; /* of head and body */
};

/* -1: the request is refused, and *out has the answer. `c` is yours to clear in
 * any case. */
int cloud_asked_init(struct cloud_asked *c, const struct anthropic *a,
		     const struct anthropic_request *r, struct reply *out);
void cloud_asked_clear(struct cloud_asked *c);

/* ---- cloud_strict.c ---- */

/* Checks for what this vendor refuses and the Messages API accepts. -1: `why`
 * has the message. */
int cloud_strict_check(enum cloud_route route, const struct headers *headers,
		       struct jval root, struct fail *why);

/* ---- cloud_error.c ---- */

/* {"message":...} with x-amzn-ErrorType. */
void cloud_error_amazon(struct reply *out, int status, const char *type,
			const char *fmt, ...) ATTR_PRINTF(4, 5);

/* {"error":{"code","message","status"}} */
void cloud_error_google(struct reply *out, int status, const char *word,
			const char *fmt, ...) ATTR_PRINTF(4, 5);

/* Sets x-amzn-ErrorType, as Amazon's services spell it. */
void cloud_error_name(struct headers *h, const char *type);

/* An error in this vendor's form. */
struct cloud_error {
	int status;
	const char *type; /* of Amazon; NULL: none */
};

/* Appends the body for an error; `json` is the error of the Messages API.
 * false: it is not an error. */
bool cloud_error_write(enum cloud_route route, int status, struct span json,
		       struct cloud_error *e, struct buf *out);

/* Appends the frame of Bedrock for an error event of a stream. */
void cloud_error_frame(struct jval event, struct buf *out);

/* ---- cloud_dress.c: answers in this vendor's form ---- */

/* own: the answer was written by the provider or a say, not by the author of a
 * script. false: it is sent unchanged. */
bool cloud_dress(enum cloud_route route, uint64_t number, bool own,
		 const struct reply *from, struct reply *out);

/* ---- cloud_frames.c ---- */

/* Rewrites the events of a stream of the Messages API as frames of Bedrock. */
struct script *cloud_frames(const struct script *s, uint64_t number, bool own);

/* ---- cloud_profiles.c ---- */

/* GET /inference-profiles (id is empty) and GET /inference-profiles/ID. */
void cloud_profiles(const struct anthropic *a,
		    const struct anthropic_request *r, struct span id,
		    struct reply *out);

/* How an id made by the provider of the Messages API begins, and how it begins
 * with each vendor. */
#define CLOUD_ID "\"id\":\"msg_01Mock"
#define CLOUD_ID_BEDROCK "\"id\":\"msg_bdrk_01Mock"
#define CLOUD_ID_VERTEX "\"id\":\"msg_vrtx_01Mock"

#endif
