/* Answers the requests to Bedrock and Vertex. */
#include "mockupstream/dialects/cloud/cloud.h"

#include <string.h>

#include "mockupstream/dialects/cloud/cloud_private.h"

/* ---- refusals ---- */

static bool is_list(enum cloud_route route)
{
	return route == CLOUD_BEDROCK_PROFILES ||
	       route == CLOUD_BEDROCK_PROFILE;
}

static bool is_method(enum cloud_route route, const char *method)
{
	return strcmp(method, is_list(route) ? "GET" : "POST") == 0;
}

static void refuse_operation(enum cloud_route route,
			     const struct anthropic_request *r,
			     struct reply *out)
{
	if (cloud_is_bedrock(route))
		cloud_error_amazon(out, 404, "UnknownOperationException",
				   "There is no operation %s %.*s; the id of a "
				   "model is one part of the path, with %%2F "
				   "for each slash in it.",
				   r->head->method,
				   SPAN_ARG(span_first(r->path, 300)));
	else
		cloud_error_google(
			out, 404, "NOT_FOUND", "There is no method %s %.*s.",
			r->head->method, SPAN_ARG(span_first(r->path, 300)));
}

/* Each vendor refuses an unknown model in its own way. */
static void refuse_model(const struct cloud_asked *c,
			 const struct anthropic_request *r, struct reply *out)
{
	struct span where = r->path;

	if (cloud_is_bedrock(c->route)) {
		cloud_error_amazon(out, 400, "ValidationException",
				   "The provided model identifier is invalid.");
		return;
	}
	if (span_find(where, span_of("projects/")) != SIZE_MAX)
		where = span_skip(where,
				  span_find(where, span_of("projects/")));
	if (span_find_byte(where, ':') != SIZE_MAX)
		where = span_first(where, span_find_byte(where, ':'));
	cloud_error_google(out, 404, "NOT_FOUND",
			   "Publisher Model `%.*s` was not found or your "
			   "project does not have access to it. Please ensure "
			   "you are using a valid model version.",
			   SPAN_ARG(span_first(where, 300)));
}

/* ---- answers ---- */

static void dress(const struct cloud_asked *c, struct reply *said,
		  struct reply *out)
{
	if (cloud_dress(c->route, c->r.number, true, said, out))
		reply_clear(said);
	else
		*out = *said;
}

static void answer_model(struct anthropic *a, const struct anthropic_request *r,
			 struct reply *out)
{
	struct reply said = { .status = 0 };
	struct cloud_asked c;

	if (cloud_asked_init(&c, a, r, out) == 0) {
		anthropic_answer(a, &c.r, &said);
		if (said.status == 404) {
			refuse_model(&c, r, out);
			reply_clear(&said);
		} else {
			dress(&c, &said, out);
		}
	}
	cloud_asked_clear(&c);
}

static void answer_list(const struct anthropic *a,
			const struct anthropic_request *r, struct reply *out)
{
	struct buf id = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);

	(void)cloud_model(r->path, &id);
	cloud_profiles(a, r, buf_span(&id), out);
	buf_clear(&id);
}

void cloud_answer(struct anthropic *a, const struct anthropic_request *r,
		  struct reply *out)
{
	enum cloud_route route = cloud_route_of(r->path);

	if (route == CLOUD_BEDROCK_STRANGE ||
	    !is_method(route, r->head->method))
		refuse_operation(route, r, out);
	else if (is_list(route))
		answer_list(a, r, out);
	else
		answer_model(a, r, out);
}

bool cloud_say(const struct anthropic *a, const struct anthropic_request *r,
	       const struct say *say, struct reply *out)
{
	enum cloud_route route = cloud_route_of(r->path);
	struct reply said = { .status = 0 };
	struct cloud_asked c;
	bool is_said = false;

	if (route != CLOUD_BEDROCK_INVOKE && route != CLOUD_BEDROCK_STREAM &&
	    route != CLOUD_VERTEX_INVOKE && route != CLOUD_VERTEX_STREAM)
		return false;
	if (cloud_asked_init(&c, a, r, &said) == 0 &&
	    say_answer(say, c.r.path, c.r.body, r->number, &said) == 0) {
		dress(&c, &said, out);
		is_said = true;
	} else {
		reply_clear(&said);
	}
	cloud_asked_clear(&c);
	return is_said;
}

bool cloud_reply(const struct anthropic_request *r, const struct reply *from,
		 struct reply *out)
{
	enum cloud_route route = cloud_route_of(r->path);

	return route != CLOUD_NONE &&
	       cloud_dress(route, r->number, false, from, out);
}
