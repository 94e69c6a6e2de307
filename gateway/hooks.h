/*
 * The seams of a relay, where the test build (ccgate-faulty) plants faults. In
 * the normal build each is nothing at all.
 */
#ifndef GATEWAY_HOOKS_H
#define GATEWAY_HOOKS_H

#include "gateway/pool/cascade.h"
#include "gateway/reply.h"

#ifdef CCGATE_FAULTS

/* The port that is announced, when the gateway listens at this one. */
uint16_t hook_port(uint16_t port);

/* Heads that could be read in two ways are taken as they come. */
bool hook_lenient(void);

/* A head is in and its route known. true: the rest is the hook's affair. */
bool hook_arrived(struct relay *r);

/* The verdict on the credential. */
enum auth hook_auth(struct relay *r, enum auth auth);

/* The whole request is in. true: the hook starts, or answers, by itself. */
bool hook_ready(struct relay *r);

/* What goes upstream. What the hook puts in must live until hook_done. */
void hook_request(struct relay *r, struct fetch_request *request,
		  struct headers *headers);

/* The upstream's head and what is to go out. true: it is not begun now. */
bool hook_response(struct relay *r, const struct http_head *head,
		   struct relay_answer *a);

/* A piece of the answer. true: dealt with; *more is what to return. */
bool hook_data(struct relay *r, struct span bytes, bool *more);

/* The answer ended. true: dealt with. */
bool hook_end(struct relay *r, enum stream_end *end);

/* The client is gone. true: the upstream is not told. */
bool hook_outlives(struct relay *r);

/* An answer of the gateway's own. */
void hook_reply(struct relay *r, struct gate_reply *reply);

/* The relay is freed. */
void hook_done(struct relay *r);

/* ---- where there are several providers ---- */

/* The fields of a request that the choice reads. */
const struct headers *hook_heard(const struct relay *r,
				 const struct headers *h);

/* What the choice is made of. */
void hook_choice(const struct relay *r, struct wish *wish,
		 struct pool_asked *asked);

/* The verdict on an attempt: does somebody else have to be asked? */
bool hook_fails(const struct relay *r, enum cascade_end end, int status,
		bool fails);

/* An answer that the client has seen broke off. true: somebody else is asked. */
bool hook_resumes(const struct relay *r);

/* The same, of an answer that goes on with these bytes. */
bool hook_resumes_at(const struct relay *r, struct span bytes);

/* The model that goes up. */
const char *hook_model(const struct relay *r, const char *name);

/* ---- where keys have limits ---- */

struct record_row;

/* A limit of this name ("budget") is not kept to. */
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
