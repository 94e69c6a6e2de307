/* Checks what surrounds messages: token counting, the list of models,
 * headers. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)64 * 1024)
#define COUNT_TARGET "/v1/messages/count_tokens?beta=true"
#define COUNT_BETA "token-counting-2024-11-01"
#define MODELS_TARGET "/v1/models?limit=1000"
#define MODELS_MS 3000
#define MODELS_MS_LIMIT 60000
#define TIMEOUT_VARIABLE "CLAUDE_CODE_GATEWAY_MODEL_DISCOVERY_TIMEOUT_MS"
#define SHOWN_IDS 8

/* ---- count_tokens ---- */

static void make_count(const struct doctor *d, struct doctor_call *c)
{
	c->target = COUNT_TARGET;
	c->betas = COUNT_BETA;
	buf_init(&c->body, TEXT_LIMIT);
	buf_add_text(&c->body, "{\"model\":");
	jscan_quote(&c->body, span_of(d->model));
	buf_add_text(&c->body, ",\"messages\":[{\"role\":\"user\",\"content\":"
			       "\"How many tokens are these words?\"}]}");
}

static bool counted(const struct doctor_call *c, int64_t *tokens)
{
	struct jval root, v;

	return c->got.head.status == 200 &&
	       jscan(buf_span(&c->got.body), &root, NULL) == 0 &&
	       root.type == J_OBJECT &&
	       jscan_member(root, "input_tokens", &v) && v.type == J_NUMBER &&
	       jscan_i64(v, tokens) && *tokens > 0;
}

void step_count(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int64_t tokens;
	int status;

	make_count(d, &c);
	if (!step_ask(d, &c, out))
		goto out;
	status = c.got.head.status;
	step_outcome(&c, &what);
	if (counted(&c, &tokens)) {
		buf_addf(&out->text, "%lld tokens in seven words",
			 (long long)tokens);
		goto out;
	}
	if (status == 200)
		buf_add_text(&what, ", without a number above 0 in "
				    "\"input_tokens\"");
	buf_add_span(&out->text, buf_span(&what));
	if (status == 404 || status == 405 || status == 501)
		step_finding(d, out, "DR-NO-COUNT", &c, NULL, NULL, NULL);
	else
		step_finding(d, out, "DR-COUNT-SHAPE", &c, buf_str(&what), NULL,
			     NULL);
out:
	buf_clear(&what);
	doctor_call_clear(&c);
}

/* ---- the list of models ---- */

struct listing {
	bool readable, more; /* more: there is another page */
	size_t count, usable, unknown; /* unknown: not built into the client */
	bool listed; /* the configured model is in it */
	struct buf ids, shown; /* some of the usable ids; some of the unknown
				  ones */
};

/* The filter of the client. */
static bool is_usable(const char *id)
{
	return strcasestr(id, "claude") || strcasestr(id, "anthropic");
}

/* Names of Anthropic that the client's picker has anyway. */
static bool is_builtin(const char *id)
{
	static const char *const fronts[] = {
		"claude-opus-",  "claude-sonnet-", "claude-haiku-",
		"claude-fable-", "claude-mythos-", "claude-3"
	};

	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (strncmp(id, fronts[i], strlen(fronts[i])) == 0)
			return true;
	return false;
}

/* "claude-sonnet-4-5" is listed as "claude-sonnet-4-5-20250929". */
static bool is_same_model(const char *listed, const char *model)
{
	size_t len = strlen(model);

	return strncmp(listed, model, len) == 0 &&
	       (!listed[len] || listed[len] == '-');
}

static void add_id(struct buf *to, const char *id)
{
	buf_addf(to, "%s%s", to->len > 0 ? ", " : "", id);
}

static void take_id(struct listing *l, const char *id, const char *model)
{
	l->count++;
	l->listed = l->listed || is_same_model(id, model);
	if (!is_usable(id))
		return;
	if (l->usable++ < SHOWN_IDS)
		add_id(&l->ids, id);
	if (!is_builtin(id) && l->unknown++ < SHOWN_IDS)
		add_id(&l->shown, id);
}

static void read_listing(const struct doctor_call *c, const char *model,
			 struct listing *l)
{
	struct jval root, data, item, more;
	struct jiter it;

	buf_init(&l->ids, TEXT_LIMIT);
	buf_init(&l->shown, TEXT_LIMIT);
	if (c->got.head.status != 200 ||
	    jscan(buf_span(&c->got.body), &root, NULL) < 0 ||
	    root.type != J_OBJECT || !jscan_member(root, "data", &data) ||
	    data.type != J_ARRAY)
		return;
	l->readable = true;
	l->more = jscan_member(root, "has_more", &more) && more.type == J_TRUE;
	it = jscan_iter(data);
	while (jscan_next(&it, NULL, &item)) {
		struct buf id = BUF_INIT(TEXT_LIMIT);

		if (step_member(item, "id", &id))
			take_id(l, buf_str(&id), model);
		buf_clear(&id);
	}
}

/* The user configured this model by its name: not by a word such as "opus", and
 * it is not just that of the recording. */
static bool is_configured(const struct doctor *d)
{
	const char *name = d->config->model ? d->config->model
					    : d->config->settings->model;

	return name && strncmp(name, d->model, strlen(d->model)) == 0;
}

static uint64_t time_limit(const struct doctor *d)
{
	const char *given = settings_get(d->config->settings, TIMEOUT_VARIABLE);
	uint64_t ms;

	return given && span_u64(span_of(given), MODELS_MS_LIMIT, &ms) && ms > 0
		       ? ms
		       : MODELS_MS;
}

static void tell_no_list(const struct doctor_call *c, struct buf *text)
{
	if (c->got.head.status == 200)
		buf_add_text(text, ", without a list in \"data\"");
}

/* What the client's model discovery does with the list. true: it fails. */
static bool discovery_fails(struct doctor *d, const struct doctor_call *c,
			    const struct listing *l, struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);
	const char *code = NULL, *word = NULL, *location;
	int status = c->got.head.status;
	uint64_t ms = (uint64_t)((c->got.ended - c->got.began) / TICK_MS);

	step_outcome(c, &what);
	if (status >= 300 && status < 400) {
		location = headers_get(&c->got.head.headers, "location");
		code = "DR-MODELS-REDIRECT";
		word = location ? location : "nowhere";
	} else if (!l->readable) {
		tell_no_list(c, &what);
		code = "DR-MODELS-FAIL";
		word = buf_str(&what);
	} else if (l->count == 0) {
		code = "DR-MODELS-EMPTY";
	} else if (l->usable == 0) {
		buf_reset(&what);
		buf_addf(&what, "%zu", l->count);
		code = "DR-MODELS-NONE-USABLE";
		word = buf_str(&what);
	} else if (ms > time_limit(d)) {
		buf_reset(&what);
		buf_addf(&what, "%llu ms", (unsigned long long)ms);
		code = "DR-MODELS-SLOW";
		word = buf_str(&what);
	}
	if (code)
		step_finding(d, out, code, c, word, NULL, NULL);
	buf_clear(&what);
	return code != NULL;
}

static void tell_listing(const struct doctor *d, const struct doctor_call *c,
			 const struct listing *l, struct buf *text)
{
	if (l->readable) {
		buf_addf(text,
			 "%zu listed, %zu that Claude Code uses, in %lld ms",
			 l->count, l->usable,
			 (long long)((c->got.ended - c->got.began) / TICK_MS));
	} else {
		step_outcome(c, text);
		tell_no_list(c, text);
	}
	if (!d->config->settings->discovery)
		buf_add_text(text, " (discovery is off)");
}

static bool is_served(const struct doctor_call *c)
{
	int status = c->got.head.status;

	return status != 404 && status != 405 && status != 501;
}

static void judge_listing(struct doctor *d, const struct doctor_call *c,
			  const struct listing *l, struct step_result *out)
{
	bool on = d->config->settings->discovery;

	if (on && discovery_fails(d, c, l, out))
		return;
	if (!l->readable) { /* only discovery needs the list */
		out->state = is_served(c) ? STATE_DOUBTFUL : STATE_SKIPPED;
		return;
	}
	if (!on && l->unknown > 0)
		step_finding(d, out, "DR-DISCOVERY-OFF", c, buf_str(&l->shown),
			     NULL, NULL);
	if (!d->first || !step_is_good(d->first))
		buf_addf(&out->table, "%s%s\n", buf_str(&l->ids),
			 l->usable > SHOWN_IDS ? ", ..." : "");
	else if (l->usable > 0 && !l->listed && !l->more && is_configured(d))
		step_finding(d, out, "DR-MODEL-NOT-LISTED", c, d->model, NULL,
			     NULL);
}

void step_models(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = "GET", .target = MODELS_TARGET };
	struct listing l = { .readable = false };

	if (step_ask(d, &c, out)) {
		read_listing(&c, d->model, &l);
		tell_listing(d, &c, &l, &out->text);
		judge_listing(d, &c, &l, out);
		buf_clear(&l.ids);
		buf_clear(&l.shown);
	}
	doctor_call_clear(&c);
}

/* ---- headers on the way back ---- */

void step_headers(struct doctor *d, struct step_result *out)
{
	static const char *const names[] = {
		"request-id",
		"anthropic-organization-id",
		"anthropic-ratelimit-requests-remaining",
		"anthropic-ratelimit-tokens-remaining",
		"server",
		"via",
		NULL,
	};
	const struct headers *h = d->first ? &d->first->got.head.headers : NULL;
	size_t there = 0;

	for (size_t i = 0; h && names[i]; i++) {
		const char *value = headers_get(h, names[i]);

		if (!value)
			continue;
		there++;
		buf_addf(&out->table, "%-40s %s\n", names[i], value);
	}
	buf_addf(&out->text, "%zu that a support request would want", there);
	if (h && !headers_get(h, "request-id"))
		step_finding(d, out, "DR-NO-REQUEST-ID", d->first, NULL, NULL,
			     NULL);
}
