/*
 * Functions that a relay calls so that the test build (ccgate-faulty) can plant
 * faults. In the normal build they do nothing.
 */
#ifndef GATEWAY_HOOKS_H
#define GATEWAY_HOOKS_H

#include "gateway/pool/cascade.h"
#include "gateway/reply.h"

#ifdef CCGATE_FAULTS

/* The port to announce, when the gateway listens at `port`. */
uint16_t hook_port(uint16_t port);

/* Are heads that could be read in two ways accepted? */
bool hook_lenient(void);

/* A head has come and its route is known. true: the hook does the rest. */
bool hook_arrived(struct relay *r);

/* The result of the check of the credential. */
enum auth hook_auth(struct relay *r, enum auth auth);

/* The whole request has come. true: the hook starts it, or answers it. */
bool hook_ready(struct relay *r);

/* The request that goes upstream. What the hook puts in must live until
 * hook_done. */
void hook_request(struct relay *r, struct fetch_request *request,
		  struct headers *headers);

/* The upstream's head, and the head that is to go out. true: do not begin the
 * answer now. */
bool hook_response(struct relay *r, const struct http_head *head,
		   struct relay_answer *a);

/* A piece of the answer. true: the hook has dealt with it, and *more is what to
 * return. */
bool hook_data(struct relay *r, struct span bytes, bool *more);

/* The answer ended. true: the hook has dealt with it. */
bool hook_end(struct relay *r, enum stream_end *end);

/* The client is gone. true: the upstream goes on. */
bool hook_outlives(struct relay *r);

/* An answer of the gateway's own. */
void hook_reply(struct relay *r, struct gate_reply *reply);

/* The relay is freed. */
void hook_done(struct relay *r);

/* ---- where there are several providers ---- */

/* The fields of a request that the choice reads. */
const struct headers *hook_heard(const struct relay *r,
				 const struct headers *h);

/* The wishes and the request by which a provider is chosen. */
void hook_choice(const struct relay *r, struct wish *wish,
		 struct pool_asked *asked);

/* Has an attempt failed, so that another provider is asked? */
bool hook_fails(const struct relay *r, enum cascade_end end, int status,
		bool fails);

/* An answer broke off that the client has seen a part of. true: another
 * provider is asked. */
bool hook_resumes(const struct relay *r);

/* The same for an answer that goes on with these bytes. */
bool hook_resumes_at(const struct relay *r, struct span bytes);

/* The model that is sent upstream. */
const char *hook_model(const struct relay *r, const char *name);

/* ---- where keys have limits ---- */

struct record_row;

/* true: the limit of this name ("budget") is not enforced. */
bool hook_lifts(const struct relay *r, const char *limit);

/* What a request costs. */
int64_t hook_cost(const struct relay *r, const struct record_row *record,
		  int64_t cost);

#else

static inline uint16_t hook_port(uint16_t port)
{
	return port;
}

static inline bool hook_lenient(void)
{
	return false;
}

static inline bool hook_arrived(struct relay *r)
{
	(void)r;
	return false;
}

static inline enum auth hook_auth(struct relay *r, enum auth auth)
{
	(void)r;
	return auth;
}

static inline bool hook_ready(struct relay *r)
{
	(void)r;
	return false;
}

static inline void hook_request(struct relay *r, struct fetch_request *request,
				struct headers *headers)
{
	(void)r;
	(void)request;
	(void)headers;
}

static inline bool hook_response(struct relay *r, const struct http_head *head,
				 struct relay_answer *a)
{
	(void)r;
	(void)head;
	(void)a;
	return false;
}

static inline bool hook_data(struct relay *r, struct span bytes, bool *more)
{
	(void)r;
	(void)bytes;
	(void)more;
	return false;
}

static inline bool hook_end(struct relay *r, enum stream_end *end)
{
	(void)r;
	(void)end;
	return false;
}

static inline bool hook_outlives(struct relay *r)
{
	(void)r;
	return false;
}

static inline void hook_reply(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	(void)reply;
}

static inline void hook_done(struct relay *r)
{
	(void)r;
}

static inline const struct headers *hook_heard(const struct relay *r,
					       const struct headers *h)
{
	(void)r;
	return h;
}

static inline void hook_choice(const struct relay *r, struct wish *wish,
			       struct pool_asked *asked)
{
	(void)r;
	(void)wish;
	(void)asked;
}

static inline bool hook_fails(const struct relay *r, enum cascade_end end,
			      int status, bool fails)
{
	(void)r;
	(void)end;
	(void)status;
	return fails;
}

static inline bool hook_resumes(const struct relay *r)
{
	(void)r;
	return false;
}

static inline bool hook_resumes_at(const struct relay *r, struct span bytes)
{
	(void)r;
	(void)bytes;
	return false;
}

static inline const char *hook_model(const struct relay *r, const char *name)
{
	(void)r;
	return name;
}

struct record_row;

static inline bool hook_lifts(const struct relay *r, const char *limit)
{
	(void)r;
	(void)limit;
	return false;
}

static inline int64_t hook_cost(const struct relay *r,
				const struct record_row *record, int64_t cost)
{
	(void)r;
	(void)record;
	return cost;
}

#endif
#endif
