/* Faults of requests in Bedrock's and Vertex's formats, and of how they are
 * refused. */
#include <string.h>

#include "gateway/auth.h"
#include "gateway/faults/faults.h"

static bool is_get(const struct relay *r)
{
	return strcmp(visit_head(r->visit)->method, "GET") == 0;
}

static bool is_whole(const struct relay *r)
{
	return r->route.cloud.call == BRIDGE_MESSAGE;
}

static bool is_stream(const struct relay *r)
{
	return r->route.cloud.call == BRIDGE_STREAM;
}

static bool is_count(const struct relay *r)
{
	return r->route.cloud.call == BRIDGE_COUNT;
}

static bool is_profiles(const struct relay *r)
{
	return r->route.cloud.call == BRIDGE_PROFILES;
}

/* ---- paths ---- */

static bool decodes_slash(struct relay *r, struct slot *s)
{
	(void)s;
	buf_replace(&r->target, "%2F", "/");
	return false;
}

static bool escapes_twice(struct relay *r, struct slot *s)
{
	(void)s;
	buf_replace(&r->target, "%", "%25");
	return false;
}

/* Cuts a version off the model's id, as a router does that takes the first
 * colon or '@' for the end of the id. */
static void cut_version(struct relay *r, char from, char to)
{
	struct span target = buf_span(&r->target);
	size_t at = span_find_byte(target, from);
	struct buf cut = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	size_t end;

	if (at == SIZE_MAX)
		return;
	end = span_find_byte(span_skip(target, at + 1), to);
	if (end == SIZE_MAX)
		return;
	buf_add_span(&cut, span_first(target, at));
	buf_add_span(&cut, span_skip(target, at + 1 + end));
	buf_clear(&r->target);
	r->target = cut;
}

static bool cuts_at_colon(struct relay *r, struct slot *s)
{
	(void)s;
	if (r->route.cloud.vendor == BRIDGE_BEDROCK)
		cut_version(r, ':', '/');
	return false;
}

static bool cuts_at_at(struct relay *r, struct slot *s)
{
	(void)s;
	cut_version(r, '@', ':');
	return false;
}

static bool asks_whole(struct relay *r, struct slot *s)
{
	(void)s;
	buf_replace(&r->target, "/invoke-with-response-stream", "/invoke");
	buf_replace(&r->target, ":streamRawPredict", ":rawPredict");
	return false;
}

static bool refuses_whole(struct relay *r)
{
	if (!is_whole(r))
		return false;
	reply_error(r, 500, "there is no such route");
	return true;
}

static bool refuses_count(struct relay *r)
{
	if (!is_count(r))
		return false;
	reply_error(r, 404, "there is no such route");
	return true;
}

static bool page_for_strange(struct relay *r)
{
	if (r->route.kind != ROUTE_NONE)
		return false;
	fault_answer(r, 404, "text/html", fault_html);
	return true;
}

static bool fails_at_profiles(struct relay *r)
{
	if (!is_profiles(r))
		return false;
	reply_error(r, 502, "no profiles");
	return true;
}

static bool hangs_at_profiles(struct relay *r, struct slot *s)
{
	(void)s;
	return is_profiles(r);
}

/* ---- credentials ---- */

static enum auth gets_are_open(struct relay *r, enum auth auth)
{
	return is_get(r) ? AUTH_GOOD : auth;
}

static enum auth open_to_all(struct relay *r, enum auth auth)
{
	(void)r;
	(void)auth;
	return AUTH_GOOD;
}

static void passes_key_on(struct relay *r, struct headers *h)
{
	const char *value = fault_client_header(r, "authorization");

	if (value)
		headers_add_text(h, "x-client-authorization", value);
}

static void anthropic_shape(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 401)
		fault_become(reply, 401, "application/json",
			     "{\"error\":\"unauthorized\"}");
}

static void page_401(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 401)
		fault_become(reply, 401, "text/html", fault_html);
}

static void drops_stainless(struct relay *r, struct headers *h)
{
	(void)r;
	headers_remove(h, "x-stainless-os");
	headers_remove(h, "x-stainless-arch");
}

static void names_itself(struct relay *r, struct headers *h)
{
	(void)r;
	headers_set(h, "Host", "bedrock-runtime.gateway.internal");
}

static void drops_session(struct relay *r, struct headers *h)
{
	(void)r;
	headers_remove(h, "x-claude-code-session-id");
}

/* ---- fields ---- */

static void drops_betas(struct relay *r, struct headers *h)
{
	(void)r;
	headers_remove(h, "anthropic-beta");
}

static void drops_tier(struct relay *r, struct headers *h)
{
	(void)r;
	headers_remove(h, "x-amzn-bedrock-service-tier");
}

static bool refuses_strangers(struct relay *r)
{
	const struct headers *h = &visit_head(r->visit)->headers;

	for (size_t i = 0; i < h->count; i++)
		if (strncasecmp(h->list[i].name, "x-team", 6) == 0) {
			reply_error(r, 400, "a header field is not known");
			return true;
		}
	return false;
}

/* ---- bodies ---- */

/* Puts the words of the first request into all others, as a buffer would that
 * all requests share. */
static void shares_words(struct span from, struct buf *to)
{
	static char first[16];
	size_t at = span_find(from, span_of("lane-"));
	char own[16] = "";

	buf_add_span(to, from);
	if (at == SIZE_MAX || from.len - at < 7)
		return;
	memcpy(own, from.at + at, 7);
	if (!*first)
		memcpy(first, own, 8);
	buf_replace(to, own, first);
}

/* Reads numbers as doubles and prints them again. */
static void rounds_numbers(struct span from, struct buf *to)
{
	buf_add_span(to, from);
	buf_replace(to, "9007199254740993", "9007199254740992");
}

static bool is_known(struct span key)
{
	static const char known[] =
		"\"messages\" \"system\" \"tools\" \"max_tokens\" "
		"\"anthropic_version\" \"anthropic_beta\" \"metadata\" "
		"\"thinking\" \"output_config\" \"stream\" "
		"\"context_management\" \"model\" \"tool_choice\"";

	return span_has_word(span_of(known), ' ', key);
}

static void knows_members(struct span from, struct buf *to)
{
	fault_pick_members(from, is_known, to);
}

/* ---- asking again ---- */

static enum take again_at(struct relay *r, struct slot *s, bool is_wanted)
{
	if (!is_wanted || s->count++ > 0)
		return TAKE_NOT;
	relay_drop(r);
	relay_start(r);
	return TAKE_OVER;
}

static enum take again_at_400(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a)
{
	(void)a;
	return again_at(r, s, head->status == 400);
}

static bool outlives(const struct relay *r)
{
	return r->status == 0 || is_stream(r);
}

/* ---- errors ---- */

static bool is_error(const struct relay *r)
{
	return r->status >= 400 || r->status == 0;
}

static void says_nothing(struct relay *r, struct span from, struct buf *to)
{
	(void)r;
	(void)from;
	buf_add_text(to, "{\"message\":\"Bad Request\"}");
}

static void fails_at_json(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 400)
		reply->status = 500;
}

const struct fault faults_of_clouds[] = {
	{ .name = "cloud-decodes-slash",
	  .about = "decodes the slash of an ARN in the path",
	  .ready = decodes_slash },
	{ .name = "cloud-escapes-twice",
	  .about = "escapes a model's id that is escaped already",
	  .ready = escapes_twice },
	{ .name = "cloud-cuts-at-colon",
	  .about = "takes the first colon for the end of a model's id",
	  .ready = cuts_at_colon },
	{ .name = "vertex-cuts-at-at",
	  .about = "cuts the date off a model's id",
	  .ready = cuts_at_at },
	{ .name = "bedrock-asks-whole",
	  .about = "asks without a stream where one was asked for",
	  .ready = asks_whole },
	{ .name = "vertex-asks-whole",
	  .about = "asks without a stream where one was asked for",
	  .ready = asks_whole },
	{ .name = "bedrock-streams-only",
	  .about = "has no route without a stream",
	  .arrived = refuses_whole },
	{ .name = "vertex-streams-only",
	  .about = "has no route without a stream",
	  .arrived = refuses_whole },
	{ .name = "vertex-counts-nothing",
	  .about = "has no route for counting tokens",
	  .arrived = refuses_count },
	{ .name = "bedrock-page-for-404",
	  .about = "answers unknown routes with a web page",
	  .arrived = page_for_strange },
	{ .name = "vertex-page-for-404",
	  .about = "answers unknown routes with a web page",
	  .arrived = page_for_strange },
	{ .name = "bedrock-profiles-502",
	  .about = "fails at lists of inference profiles",
	  .arrived = fails_at_profiles },
	{ .name = "bedrock-profiles-hang",
	  .about = "never answers a list of inference profiles",
	  .ready = hangs_at_profiles },
	{ .name = "bedrock-open-gets",
	  .about = "asks no credential of a GET",
	  .auth = gets_are_open },
	{ .name = "bedrock-open",
	  .about = "serves everyone",
	  .auth = open_to_all },
	{ .name = "vertex-open",
	  .about = "serves everyone",
	  .auth = open_to_all },
	{ .name = "bedrock-passes-key-on",
	  .about = "sends the client's key to the provider",
	  .fields = passes_key_on },
	{ .name = "vertex-passes-key-on",
	  .about = "sends the client's key to the provider",
	  .fields = passes_key_on },
	{ .name = "bedrock-refuses-otherwise",
	  .about = "answers a wrong key in a shape that the client cannot read",
	  .local = anthropic_shape },
	{ .name = "vertex-refuses-with-page",
	  .about = "answers a wrong key with a web page",
	  .local = page_401 },
	{ .name = "bedrock-signed-edited",
	  .about = "drops fields that the client's signature covers",
	  .fields = drops_stainless },
	{ .name = "bedrock-signed-host",
	  .about = "puts another Host into a signed request",
	  .fields = names_itself },
	{ .name = "bedrock-signed-session",
	  .about = "drops the session from a signed request",
	  .fields = drops_session },
	{ .name = "bedrock-drops-beta-field",
	  .about = "drops anthropic-beta beside the betas of the body",
	  .fields = drops_betas },
	{ .name = "vertex-drops-betas",
	  .about = "drops anthropic-beta",
	  .fields = drops_betas },
	{ .name = "bedrock-drops-betas",
	  .about = "takes anthropic_beta out of the body",
	  .body_edit = { .path = "/anthropic_beta" } },
	{ .name = "bedrock-drops-tier",
	  .about = "drops the service tier",
	  .fields = drops_tier },
	{ .name = "bedrock-hides-amzn",
	  .about = "keeps Amazon's fields of an answer back",
	  .hides = "x-amzn*" },
	{ .name = "bedrock-refuses-strangers",
	  .about = "refuses header fields that it does not know",
	  .arrived = refuses_strangers },
	{ .name = "vertex-refuses-strangers",
	  .about = "refuses header fields that it does not know",
	  .arrived = refuses_strangers },
	{ .name = "bedrock-adds-model",
	  .about = "puts the model into the body, too",
	  .body_edit = { .path = "", .last = "\"model\":\"claude\"" } },
	{ .name = "vertex-adds-model",
	  .about = "puts the model into the body, too",
	  .body_edit = { .path = "", .last = "\"model\":\"claude\"" } },
	{ .name = "bedrock-drops-version",
	  .about = "takes anthropic_version out of the body",
	  .body_edit = { .path = "/anthropic_version" } },
	{ .name = "vertex-drops-version",
	  .about = "takes anthropic_version out of the body",
	  .body_edit = { .path = "/anthropic_version" } },
	{ .name = "vertex-drops-counted-model",
	  .about = "takes the model out of the body of a count",
	  .body_edit = { .path = "/model" } },
	{ .name = "bedrock-shares-words",
	  .about = "sends the text of one request with another",
	  .body = shares_words },
	{ .name = "vertex-shares-words",
	  .about = "sends the text of one request with another",
	  .body = shares_words },
	{ .name = "bedrock-rounds",
	  .about = "rounds large numbers",
	  .body = rounds_numbers },
	{ .name = "vertex-knows-members",
	  .about = "drops members of the body that it does not know",
	  .body = knows_members },
	{ .name = "bedrock-retries-400",
	  .about = "asks again at 400, unseen by the client",
	  .response = again_at_400 },
	{ .name = "vertex-retries-400",
	  .about = "asks again at 400, unseen by the client",
	  .response = again_at_400 },
	{ .name = "bedrock-reads-on",
	  .about = "lets the provider go on when the client has gone",
	  .outlives = outlives },
	{ .name = "vertex-reads-on",
	  .about = "lets the provider go on when the client has gone",
	  .outlives = outlives },
	{ .name = "bedrock-says-nothing",
	  .about = "replaces the words of every error by a general phrase",
	  .applies = is_error,
	  .reply = says_nothing },
	{ .name = "vertex-says-nothing",
	  .about = "replaces the words of every error by a general phrase",
	  .applies = is_error,
	  .reply = says_nothing },
	{ .name = "bedrock-429-to-500",
	  .about = "makes a 429 a 500",
	  .status_from = 429,
	  .status_to = 500 },
	{ .name = "vertex-429-to-500",
	  .about = "makes a 429 a 500",
	  .status_from = 429,
	  .status_to = 500 },
	{ .name = "bedrock-403-to-400",
	  .about = "makes a 403 a 400",
	  .status_from = 403,
	  .status_to = 400 },
	{ .name = "vertex-403-to-401",
	  .about = "makes a 403 a 401",
	  .status_from = 403,
	  .status_to = 401 },
	{ .name = "bedrock-404-to-400",
	  .about = "makes a 404 a 400",
	  .status_from = 404,
	  .status_to = 400 },
	{ .name = "vertex-404-to-400",
	  .about = "makes a 404 a 400",
	  .status_from = 404,
	  .status_to = 400 },
	{ .name = "bedrock-424-to-500",
	  .about = "makes a 424 a 500",
	  .status_from = 424,
	  .status_to = 500 },
	{ .name = "bedrock-500-to-400",
	  .about = "makes a 500 a 400",
	  .status_from = 500,
	  .status_to = 400 },
	{ .name = "vertex-500-to-400",
	  .about = "makes a 500 a 400",
	  .status_from = 500,
	  .status_to = 400 },
	{ .name = "bedrock-503-to-400",
	  .about = "makes a 503 a 400",
	  .status_from = 503,
	  .status_to = 400 },
	{ .name = "vertex-503-to-400",
	  .about = "makes a 503 a 400",
	  .status_from = 503,
	  .status_to = 400 },
	{ .name = "vertex-529-to-400",
	  .about = "makes a 529 a 400",
	  .status_from = 529,
	  .status_to = 400 },
	{ .name = "bedrock-hides-retry-after",
	  .about = "keeps retry-after back",
	  .hides = "retry-after*" },
	{ .name = "vertex-hides-retry-after",
	  .about = "keeps retry-after back",
	  .hides = "retry-after*" },
	{ .name = "bedrock-bad-json-500",
	  .about = "fails at a body that is no JSON",
	  .status_from = 400,
	  .status_to = 500,
	  .local = fails_at_json },
	{ .name = "vertex-bad-json-500",
	  .about = "fails at a body that is no JSON",
	  .status_from = 400,
	  .status_to = 500,
	  .local = fails_at_json },
	{ .name = NULL },
};
