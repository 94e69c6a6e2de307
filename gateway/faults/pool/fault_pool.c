/* Faults of gateways that choose among several providers. */
#include "gateway/faults/faults.h"

/* ---- who is replaced, and who is not ---- */

static bool status_is(enum cascade_end end, int status, int from, int to)
{
	return end == CASCADE_STATUS && status >= from && status <= to;
}

static bool stops_at_408(const struct relay *r, enum cascade_end end,
			 int status, bool fails)
{
	(void)r;
	return fails && !status_is(end, status, 408, 408);
}

static bool stops_at_429(const struct relay *r, enum cascade_end end,
			 int status, bool fails)
{
	(void)r;
	return fails && !status_is(end, status, 429, 429);
}

static bool stops_at_5xx(const struct relay *r, enum cascade_end end,
			 int status, bool fails)
{
	(void)r;
	return fails && !status_is(end, status, 500, 528);
}

static bool stops_at_529(const struct relay *r, enum cascade_end end,
			 int status, bool fails)
{
	(void)r;
	return fails && !status_is(end, status, 529, 529);
}

static bool stops_without_answer(const struct relay *r, enum cascade_end end,
				 int status, bool fails)
{
	(void)r;
	(void)status;
	return fails && end != CASCADE_BROKEN;
}

static bool takes_error_event(const struct relay *r, enum cascade_end end,
			      int status, bool fails)
{
	(void)r;
	(void)status;
	return fails && end != CASCADE_EVENT;
}

static bool takes_empty_stream(const struct relay *r, enum cascade_end end,
			       int status, bool fails)
{
	(void)r;
	(void)status;
	return fails && end != CASCADE_EMPTY;
}

static bool goes_on_after_400(const struct relay *r, enum cascade_end end,
			      int status, bool fails)
{
	(void)r;
	return fails || status_is(end, status, 400, 400) ||
	       status_is(end, status, 413, 422);
}

/* Passes the first answer on, whatever it is. */
static bool asks_one(const struct relay *r, enum cascade_end end, int status,
		     bool fails)
{
	(void)r;
	(void)end;
	(void)status;
	(void)fails;
	return false;
}

/* ---- whose fault it is ---- */

/* A request that names no model may go to any provider, and would mark those
 * that a case keeps for itself. */
static bool blames_400(const struct relay *r, enum cascade_end end, int status,
		       bool fails)
{
	if (status_is(end, status, 400, 400) && cascade_asked(r)[0])
		cascade_blame((struct relay *)r);
	return fails;
}

static bool blames_cancel(const struct relay *r)
{
	if (r->fetch)
		cascade_blame((struct relay *)r);
	return false;
}

/* Asks the next provider, though nobody waits for its answer. */
static bool asks_after_cancel(const struct relay *r)
{
	if (r->visit && r->fetch)
		return cascade_move((struct relay *)r);
	return r->fetch != NULL;
}

/* ---- what the client gets ---- */

/* Answers in its own words when all providers have failed. */
static enum take own_words(struct relay *r, struct slot *s,
			   const struct http_head *head, struct relay_answer *a)
{
	(void)s;
	(void)a;
	if (head->status < 429 || !cascade_after(r)[0])
		return TAKE_NOT;
	relay_drop(r);
	reply_error(r, 502, "all providers failed");
	return TAKE_OVER;
}

/* Hides the words with which a second provider refused the request. */
static enum take hides_refusal(struct relay *r, struct slot *s,
			       const struct http_head *head,
			       struct relay_answer *a)
{
	(void)s;
	(void)a;
	if (head->status != 400 || !cascade_after(r)[0])
		return TAKE_NOT;
	relay_drop(r);
	reply_error(r, 400, "the provider refused the request");
	return TAKE_OVER;
}

/* ---- who is asked ---- */

static void forgets_failures(struct wish *wish, struct pool_asked *asked)
{
	(void)wish;
	asked->now += 3600 * TICK_S;
}

static void forgets_soon(struct wish *wish, struct pool_asked *asked)
{
	(void)wish;
	asked->now += STANDING_SICK - TICK_S;
}

/* Treats each failure as if it had just happened. */
static void never_forgives(struct wish *wish, struct pool_asked *asked)
{
	(void)wish;
	asked->now -= 3600 * TICK_S;
}

static void forgets_sessions(struct wish *wish, struct pool_asked *asked)
{
	(void)wish;
	asked->session = 0;
}

static void ignores_only(struct wish *wish, struct pool_asked *asked)
{
	(void)asked;
	wish->only = UINT64_MAX;
}

static void ignores_ignore(struct wish *wish, struct pool_asked *asked)
{
	(void)asked;
	wish->ignore = 0;
}

static void ignores_order(struct wish *wish, struct pool_asked *asked)
{
	wish->ordered = 0;
	asked->moves = false;
}

static void ignores_fallbacks(struct wish *wish, struct pool_asked *asked)
{
	(void)asked;
	wish->no_fallbacks = false;
}

static void ignores_collection(struct wish *wish, struct pool_asked *asked)
{
	(void)asked;
	wish->deny_collection = false;
}

static void ignores_sort(struct wish *wish, struct pool_asked *asked)
{
	(void)asked;
	wish->sort = WISH_LISTED;
}

/* A request for the most tokens per second gets the provider that begins
 * soonest, and the other way round. */
static void swaps_measures(struct wish *wish, struct pool_asked *asked)
{
	(void)asked;
	if (wish->sort == WISH_THROUGHPUT)
		wish->sort = WISH_LATENCY;
	else if (wish->sort == WISH_LATENCY)
		wish->sort = WISH_THROUGHPUT;
}

static void sells_free(struct wish *wish, struct pool_asked *asked)
{
	(void)asked;
	wish->free = false;
}

/* ---- names ---- */

/* The model's name as the client spelt it. */
static const char *asked_model(const struct relay *r, const char *name)
{
	return cascade_asked(r)[0] ? cascade_asked(r) : name;
}

static bool is_list(const struct relay *r)
{
	return fault_is_path(r, "/v1/models");
}

/* Lists models in the form that other vendors use at this path. */
static void lists_as_others(struct relay *r, struct gate_reply *reply)
{
	if (reply->status == 200 && is_list(r))
		fault_become(reply, 200, "application/json",
			     "{\"object\":\"list\",\"data\":[{\"object\":"
			     "\"model\",\"name\":\"claude-opus-4-5\"}]}");
}

static bool list_hangs(struct relay *r)
{
	return is_list(r);
}

static bool list_hangs_on(struct relay *r, struct slot *s)
{
	(void)s;
	return is_list(r);
}

static void lists_nothing(struct relay *r, struct gate_reply *reply)
{
	if (reply->status == 200 && is_list(r))
		fault_become(reply, 200, "application/json",
			     "{\"data\":[],\"has_more\":false,\"first_id\":"
			     "null,\"last_id\":null}");
}

/* Answers 503 for an unknown model, so that clients ask again and again. */
static void unknown_as_outage(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 404)
		reply->status = 503;
}

const struct fault faults_of_pools[] = {
	{ "pool-stops-at-408", "asks no other provider after a 408",
	  .fails = stops_at_408 },
	{ "pool-stops-at-429", "asks no other provider after a 429",
	  .fails = stops_at_429 },
	{ "pool-stops-at-5xx",
	  "asks no other provider after a 5xx other than 529",
	  .fails = stops_at_5xx },
	{ "pool-stops-at-529", "asks no other provider after a 529",
	  .fails = stops_at_529 },
	{ "pool-stops-without-answer",
	  "asks nobody else when a provider has no connection or no answer",
	  .fails = stops_without_answer },
	{ "pool-takes-error-event",
	  "takes an error as the first event for an answer",
	  .fails = takes_error_event },
	{ "pool-takes-empty-stream",
	  "takes a stream without a byte for an answer",
	  .fails = takes_empty_stream },
	{ "pool-asks-one", "never asks a second provider", .fails = asks_one },
	{ "pool-goes-on-after-400",
	  "asks another provider after a 400, 413 or 422",
	  .fails = goes_on_after_400 },
	{ "pool-resumes",
	  "continues with another provider's answer when one breaks off",
	  .resumes = true },
	{ "pool-blames-400", "asks a provider last after it has answered 400",
	  .fails = blames_400 },
	{ "pool-blames-cancel",
	  "asks a provider last after a client has left it",
	  .outlives = blames_cancel },
	{ "pool-own-words",
	  "says in words of its own that all providers failed",
	  .response = own_words },
	{ "pool-hides-refusal",
	  "gives the refusal of a second provider words of its own",
	  .response = hides_refusal },
	{ "pool-forgets-failures",
	  "asks a provider that has just failed as if it had not",
	  .choice = forgets_failures },
	{ "pool-forgets-soon", "forgets a failure after a second",
	  .choice = forgets_soon },
	{ "pool-never-forgives",
	  "never again asks a provider first that has failed once",
	  .choice = never_forgives },
	{ "pool-asks-after-cancel",
	  "asks another provider when a client has left",
	  .outlives = asks_after_cancel },
	{ "pool-forgets-sessions", "does not keep a session with one provider",
	  .choice = forgets_sessions },
	{ "pool-ignores-only", "asks providers that 'only' does not name",
	  .choice = ignores_only },
	{ "pool-ignores-ignore", "asks providers that 'ignore' names",
	  .choice = ignores_ignore },
	{ "pool-ignores-order", "does not follow 'order'",
	  .choice = ignores_order },
	{ "pool-ignores-fallbacks",
	  "asks another provider where fallbacks are forbidden",
	  .choice = ignores_fallbacks },
	{ "pool-ignores-collection",
	  "asks providers that keep data where that is forbidden",
	  .choice = ignores_collection },
	{ "pool-ignores-sort",
	  "asks providers in the order of its list, not as 'sort' says",
	  .choice = ignores_sort },
	{ "pool-swaps-measures",
	  "takes throughput for latency, and latency for throughput",
	  .choice = swaps_measures },
	{ "pool-ignores-keys",
	  "does not follow the routing of the client's key",
	  .lifts = "routing of keys" },
	{ "pool-ignores-wishes",
	  "does not follow the routing that a request asks for",
	  .lifts = "routing of requests" },
	{ "pool-sells-free", "asks providers that have a price for ':free'",
	  .choice = sells_free },
	{ "pool-passes-asked-model",
	  "sends the model's name to the provider as the client has spelt it",
	  .model = asked_model },
	{ "pool-lists-as-others", "lists models in another vendor's shape",
	  .local = lists_as_others },
	{ "pool-unknown-as-outage",
	  "answers 503 for a model that nobody serves",
	  .local = unknown_as_outage },
	{ "pool-lists-nothing", "lists no models", .local = lists_nothing },
	{ "pool-lists-never",
	  "does not answer a request for the list of models",
	  .arrived = list_hangs, .ready = list_hangs_on },
	{ "pool-lists-for-ever",
	  "says after each page of models that there is another one",
	  .own_edit = { .path = "/has_more", .with = "true" } },
	{ .name = NULL },
};
