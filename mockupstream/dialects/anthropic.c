/* The first-party provider: routes, credentials and refusals. */
#include "mockupstream/dialects/anthropic.h"

#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"

enum { HEAD_AND_KEY = 1 << 0, HAS_BODY = 1 << 1 };

typedef void answer_fn(struct anthropic *a, const struct anthropic_request *r,
		       struct jval root, struct reply *out);

struct anthropic_route {
	const char *path; /* with '/' at its end: for all paths that begin so */
	const char *methods; /* separated by spaces */
	unsigned flags;
	answer_fn *answer;
};

static void say_hello(struct anthropic *a, const struct anthropic_request *r,
		      struct jval root, struct reply *out)
{
	struct buf json = BUF_INIT(64);

	(void)a;
	(void)r;
	(void)root;
	buf_add_text(&json, "{\"message\":\"hello\"}");
	reply_json(out, 200, &json);
}

static void list_models(struct anthropic *a, const struct anthropic_request *r,
			struct jval root, struct reply *out)
{
	(void)a;
	(void)root;
	anthropic_models(a, r, span_skip(r->path, strlen("/v1/models/")), out);
}

/* Reads what the request asks for. Refuses with 400 an invalid request, with
 * 404 an unknown model. */
static int read_ask(const struct anthropic *a, struct anthropic_ask *ask,
		    const struct anthropic_request *r, struct jval root,
		    bool counting, struct reply *out)
{
	struct fail why = FAIL_INIT;
	int status = 0;

	anthropic_ask_init(ask);
	if (r->strict)
		status = strict_check(&r->head->headers, root, counting,
				      strict_account(r->account), &why);
	if (status == 0 && anthropic_ask_read(ask, root, counting, &why) < 0)
		status = 400;
	if (status != 0) {
		anthropic_error(out, r->number, status,
				status == 404 ? "not_found_error"
					      : "invalid_request_error",
				"%s", why.text);
		return -1;
	}
	if (!anthropic_models_have(a, buf_span(&ask->model))) {
		anthropic_error(out, r->number, 404, "not_found_error",
				"model: %.200s", buf_str(&ask->model));
		return -1;
	}
	return 0;
}

/* Splits the input tokens by what is in the cache, and adds to the cache. */
static void bill(struct anthropic *a, const struct anthropic_request *r,
		 struct jval root, struct prompt_usage *out)
{
	const char *key = anthropic_credential(&r->head->headers);
	uint64_t owner = prompt_owner(r->run, span_of(key != NULL ? key : ""));

	prompt_ask(&a->cache, owner, r->now, root, out);
}

static void say_message(struct anthropic *a, const struct anthropic_request *r,
			struct jval root, struct reply *out)
{
	struct anthropic_turn turn;
	struct anthropic_ask ask;
	struct binding binding = { 0 };
	struct prompt_usage usage;

	if (anthropic_turn_begin(a, r, root, &turn, out) < 0) {
		anthropic_turn_clear(&turn);
		return;
	}
	if (read_ask(a, &ask, r, turn.root, false, out) == 0) {
		bill(a, r, turn.root, &usage);
		if (r->strict)
			strict_bind(turn.root, strict_account(r->account),
				    &binding);
		ask.safeguards = anthropic_safeguards_of(r, turn.root);
		anthropic_say(&ask, &usage, r->strict ? &binding : NULL,
			      r->number, &turn.content, out);
		anthropic_turn_keep(a, r, &turn);
	}
	anthropic_ask_clear(&ask);
	anthropic_turn_clear(&turn);
}

static void count_tokens(struct anthropic *a, const struct anthropic_request *r,
			 struct jval root, struct reply *out)
{
	struct buf json = BUF_INIT(64);
	struct anthropic_ask ask;

	if (read_ask(a, &ask, r, root, true, out) == 0) {
		buf_addf(&json, "{\"input_tokens\":%llu}",
			 (unsigned long long)prompt_tokens(root));
		reply_json(out, 200, &json);
	}
	anthropic_ask_clear(&ask);
}

static const struct anthropic_route routes[] = {
	{ "/v1/messages", "POST", HEAD_AND_KEY | HAS_BODY, say_message },
	{ "/v1/messages/count_tokens", "POST", HEAD_AND_KEY | HAS_BODY,
	  count_tokens },
	{ "/v1/models", "GET HEAD", HEAD_AND_KEY, list_models },
	{ "/v1/models/", "GET HEAD", HEAD_AND_KEY, list_models },
	{ "/", "HEAD", 0, say_hello },
	{ "/api/hello", "GET HEAD", 0, say_hello },
};

enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

static bool route_fits(const struct anthropic_route *route, struct span path)
{
	size_t len = strlen(route->path);

	if (len > 1 && route->path[len - 1] == '/')
		return path.len > len && span_starts(path, route->path);
	return span_is(path, route->path);
}

/* Parts of the API that are not played. */
static const char *const parts[] = {
	"/v1/messages/batches", "/v1/files",  "/v1/skills",   "/v1/complete",
	"/v1/organizations",    "/v1/agents", "/v1/sessions", "/v1/environments"
};

/* Answers 404; for a part of the API that is not played, with the paths that
 * are. */
static void refuse_path(const struct anthropic_request *r, struct reply *out)
{
	const char *part = NULL;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (span_starts(r->path, parts[i]))
			part = parts[i];
	if (part)
		anthropic_error(out, r->number, 404, "not_found_error",
				"ccmock does not serve %s. It serves POST "
				"/v1/messages, POST /v1/messages/count_tokens, "
				"GET /v1/models and HEAD /; a script can "
				"answer anything else.",
				part);
	else
		anthropic_error(out, r->number, 404, "not_found_error",
				"Not found: %.*s",
				SPAN_ARG(span_first(r->path, 200)));
}

static int check_credential(const struct anthropic *a,
			    const struct anthropic_request *r,
			    struct reply *out)
{
	const char *key = anthropic_credential(&r->head->headers);

	if (!key)
		anthropic_error(out, r->number, 401, "authentication_error",
				"x-api-key header is required");
	else if (a->key && strcmp(a->key, key) != 0)
		anthropic_error(out, r->number, 401, "authentication_error",
				"invalid x-api-key");
	else
		return 0;
	return -1;
}

static int check_body(const struct anthropic_request *r, struct jval *root,
		      struct reply *out)
{
	struct fail why = FAIL_INIT;

	if (r->too_large) {
		anthropic_error(out, r->number, 413, "request_too_large",
				"Request exceeds the maximum size");
		return -1;
	}
	if (r->json) {
		*root = *r->json;
	} else if (jscan(r->body, root, &why) < 0) {
		anthropic_error(out, r->number, 400, "invalid_request_error",
				"The request body is not valid JSON: %s",
				why.text);
		return -1;
	}
	if (root->type != J_OBJECT) {
		anthropic_error(out, r->number, 400, "invalid_request_error",
				"The request body is not a JSON object");
		return -1;
	}
	return 0;
}

static int check_request(const struct anthropic *a,
			 const struct anthropic_request *r,
			 const struct anthropic_route *route, struct jval *root,
			 struct reply *out)
{
	if ((route->flags & HEAD_AND_KEY) && check_credential(a, r, out) < 0)
		return -1;
	if ((route->flags & HEAD_AND_KEY) &&
	    !headers_get(&r->head->headers, "anthropic-version")) {
		anthropic_error(out, r->number, 400, "invalid_request_error",
				"anthropic-version: header is required");
		return -1;
	}
	if (route->flags & HAS_BODY)
		return check_body(r, root, out);
	return 0;
}

void anthropic_answer(struct anthropic *a, const struct anthropic_request *r,
		      struct reply *out)
{
	const struct anthropic_route *route = NULL;
	struct jval root = { .type = J_NULL };

	for (size_t i = 0; i < ROUTES && !route; i++)
		if (route_fits(&routes[i], r->path))
			route = &routes[i];
	if (!route)
		refuse_path(r, out);
	else if (!span_has_word(span_of(route->methods), ' ',
				span_of(r->head->method)))
		anthropic_error(out, r->number, 405, "invalid_request_error",
				"Method Not Allowed");
	else if (check_request(a, r, route, &root, out) == 0)
		route->answer(a, r, root, out);
}
