/* Faults of routes: paths, methods, start-up traffic, counting, models. */
#include <string.h>

#include "gateway/faults/faults.h"

static bool is_post(const struct relay *r)
{
	return strcmp(visit_head(r->visit)->method, "POST") == 0;
}

static bool is_head(const struct relay *r)
{
	return strcmp(visit_head(r->visit)->method, "HEAD") == 0;
}

static bool is_count(const struct relay *r)
{
	return fault_is_path(r, "/v1/messages/count_tokens");
}

static bool is_models(const struct relay *r)
{
	return fault_is_path(r, "/v1/models");
}

static bool query_404(struct relay *r)
{
	if (!is_post(r) || !strchr(visit_head(r->visit)->target, '?'))
		return false;
	reply_error(r, 404, "no such path");
	return true;
}

static bool models_query_404(struct relay *r)
{
	if (!is_models(r) || !strchr(visit_head(r->visit)->target, '?'))
		return false;
	reply_error(r, 404, "no such path");
	return true;
}

static bool slashes_404(struct relay *r)
{
	if (!span_starts(visit_path(r->visit), "//"))
		return false;
	reply_error(r, 404, "no such path");
	return true;
}

static void redirect(struct relay *r, int status, const char *to)
{
	struct headers headers = { 0 };

	headers_add_text(&headers, "location", to);
	r->status = status;
	visit_answer(r->visit, status, &headers, SPAN_EMPTY);
	headers_clear(&headers);
}

static bool redirects_slashes(struct relay *r)
{
	if (!span_starts(visit_path(r->visit), "//"))
		return false;
	redirect(r, 308, buf_str(&r->target));
	return true;
}

static bool redirects_posts(struct relay *r)
{
	if (!is_post(r) || r->route.kind != ROUTE_RELAY)
		return false;
	redirect(r, 307, "/v1/messages/");
	return true;
}

static bool models_redirect(struct relay *r)
{
	if (is_models(r))
		redirect(r, 301, "/v1/models/");
	return is_models(r);
}

static void page_404(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 404)
		fault_become(reply, 404, "text/html", fault_html);
}

static void app_200(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 404)
		fault_become(reply, 200, "text/html", fault_html);
}

static void page_405(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 405)
		fault_become(reply, 405, "text/html", fault_html);
}

static void method_200(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 405)
		fault_become(reply, 200, "text/plain", "ok");
}

static void method_500(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 405)
		fault_become(reply, 500, "text/plain", "Internal Server Error");
}

static bool head_hangs(struct relay *r)
{
	return is_head(r);
}

static bool head_hangs_on(struct relay *r, struct slot *s)
{
	(void)s;
	return is_head(r);
}

static bool head_closes(struct relay *r)
{
	if (is_head(r))
		visit_cut(r->visit, END_CUT);
	return is_head(r);
}

/* ---- counting ---- */

static bool count_page(struct relay *r)
{
	if (is_count(r))
		fault_answer(r, 404, "text/html", fault_html);
	return is_count(r);
}

static bool count_500(struct relay *r)
{
	if (is_count(r))
		reply_error(r, 500, "not implemented");
	return is_count(r);
}

static void count_as_inference(struct relay *r, struct fetch_request *request)
{
	if (is_count(r))
		request->target = "/v1/messages";
}

static bool count_query_404(struct relay *r)
{
	return is_count(r) && query_404(r);
}

/* Counting has failed, and the worker takes that for a model that is down. */
static bool is_poisoned;

static enum take note_count(struct relay *r, struct slot *s,
			    const struct http_head *head,
			    struct relay_answer *a)
{
	(void)s;
	(void)a;
	if (is_count(r) && head->status >= 400)
		is_poisoned = true;
	return TAKE_NOT;
}

static bool refuse_poisoned(struct relay *r)
{
	if (is_poisoned && fault_is_path(r, "/v1/messages"))
		reply_error(r, 503, "no healthy deployment");
	return is_poisoned && fault_is_path(r, "/v1/messages");
}

/* ---- models ---- */

static enum auth models_open(struct relay *r, enum auth auth)
{
	return is_models(r) ? AUTH_GOOD : auth;
}

static bool models_bearer(struct relay *r)
{
	if (!is_models(r) || fault_client_header(r, "authorization"))
		return false;
	reply_error(r, 401, "models want a bearer token");
	return true;
}

static bool models_static(struct relay *r)
{
	if (is_models(r))
		fault_answer(r, 200, "application/json",
			     "{\"data\":[{\"type\":\"model\",\"id\":"
			     "\"claude-3-opus-20240229\"}],"
			     "\"has_more\":false}");
	return is_models(r);
}

static bool models_page(struct relay *r)
{
	if (is_models(r))
		fault_answer(r, 200, "text/html", fault_html);
	return is_models(r);
}

const struct fault faults_of_routes[] = {
	{ .name = "query-string-404",
	  .about = "matches the whole target, so ?beta=true is not found",
	  .arrived = query_404 },
	{ .name = "double-slash-404",
	  .about = "does not know //v1/messages, which a base URL with a last "
		   "slash gives",
	  .arrived = slashes_404 },
	{ .name = "redirects-slash",
	  .about = "answers //v1/messages with a redirect",
	  .arrived = redirects_slashes },
	{ .name = "redirects-posts",
	  .about = "redirects API paths to a spelling with a last slash",
	  .arrived = redirects_posts },
	{ .name = "404-html",
	  .about = "answers unknown paths with a web page",
	  .local = page_404 },
	{ .name = "unknown-route-200",
	  .about = "answers every unknown path with a web application",
	  .local = app_200 },
	{ .name = "405-html",
	  .about = "answers a wrong method with a web page",
	  .local = page_405 },
	{ .name = "wrong-method-200",
	  .about = "answers a wrong method with 200",
	  .local = method_200 },
	{ .name = "wrong-method-500",
	  .about = "fails at a wrong method",
	  .local = method_500 },
	{ .name = "head-hangs",
	  .about = "never answers a HEAD request",
	  .arrived = head_hangs,
	  .ready = head_hangs_on },
	{ .name = "head-closes",
	  .about = "closes the connection at a HEAD request",
	  .arrived = head_closes },
	{ .name = "count-tokens-404-html",
	  .about = "has no token counting, and answers it with a web page",
	  .arrived = count_page },
	{ .name = "count-tokens-500",
	  .about = "fails at token counting",
	  .arrived = count_500 },
	{ .name = "count-tokens-query-404",
	  .about = "does not find token counting with ?beta=true",
	  .arrived = count_query_404 },
	{ .name = "count-tokens-zero",
	  .about = "counts 0 tokens for everything",
	  .applies = is_count,
	  .reply_edit = { .path = "/input_tokens", .with = "0" } },
	{ .name = "count-tokens-text",
	  .about = "gives the count as a string",
	  .applies = is_count,
	  .reply_edit = { .path = "/input_tokens", .with = "\"12\"" } },
	{ .name = "count-tokens-renamed",
	  .about = "gives the count under another name",
	  .applies = is_count,
	  .reply_edit = { .path = "/input_tokens", .key = "\"total\"" } },
	{ .name = "count-tokens-as-inference",
	  .about = "counts by running the model",
	  .request = count_as_inference },
	{ .name = "count-tokens-poisons",
	  .about = "takes a failed count for a model that is down",
	  .arrived = refuse_poisoned,
	  .response = note_count },
	{ .name = "models-openai-shape",
	  .about = "lists models in a shape without 'data'",
	  .applies = is_models,
	  .reply_edit = { .path = "/data", .key = "\"models\"" } },
	{ .name = "models-redirect",
	  .about = "answers the list of models with a redirect",
	  .arrived = models_redirect },
	{ .name = "models-empty",
	  .about = "lists no models",
	  .applies = is_models,
	  .reply_edit = { .path = "/data", .with = "[]" } },
	{ .name = "models-static",
	  .about = "lists models of its own that nobody serves",
	  .arrived = models_static },
	{ .name = "models-html",
	  .about = "answers the list of models with a web page",
	  .arrived = models_page },
	{ .name = "models-query-404",
	  .about = "does not find the models with ?limit=1000",
	  .arrived = models_query_404 },
	{ .name = "models-open",
	  .about = "lists models without a credential",
	  .auth = models_open },
	{ .name = "models-bearer-only",
	  .about = "lists models for bearer tokens only",
	  .arrived = models_bearer },
	{ .name = "models-drop-names",
	  .about = "leaves display names out of the list of models",
	  .applies = is_models,
	  .reply_edit = { .path = "/data/*/display_name" } },
	{ .name = NULL },
};
