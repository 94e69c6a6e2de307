/*
 * Where the base URL leads: sends the first small request and, if nothing like
 * the API answers, tries the paths where the API usually is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/doctor/network_private.h"
#include "probe/doctor/steps/step_private.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

#define SHOWN_BYTES ((size_t)300) /* of another server's text */
#define TEXT_LIMIT ((size_t)16 * 1024)

/* ---- kinds of answers ---- */

static bool is_json(const struct asked *x)
{
	struct jval root;

	return jscan(buf_span(&x->body), &root, NULL) == 0 &&
	       root.type == J_OBJECT;
}

static bool is_stream(const struct asked *x)
{
	const char *type = headers_get(&x->head.headers, "content-type");

	return type && strncasecmp(type, "text/event-stream", 17) == 0;
}

/* An unknown model also gives 404; a list of the routes that exist is no error
 * about a model. */
static bool is_about_model(const struct doctor_call *c)
{
	struct refusal_given g = doctor_given(c);
	struct refusal r = { .code = NULL };
	bool is = is_json(&c->got) && refusal_of(&g, &r) &&
		  (strcmp(r.code, "DR-MODEL-UNKNOWN") == 0 ||
		   strcmp(r.code, "DR-MODEL-FORBIDDEN") == 0);

	refusal_clear(&r);
	return is;
}

/* Nothing of the API answers at this path. */
static bool is_lost(const struct doctor_call *c)
{
	const struct asked *x = &c->got;
	int status = x->head.status;

	if (status == 404 || status == 405)
		return !is_about_model(c);
	return status / 100 == 2 && !is_json(x) && !is_stream(x);
}

static bool is_redirect(const struct asked *x)
{
	return x->head.status / 100 == 3 &&
	       headers_get(&x->head.headers, "location");
}

/* The API answers, perhaps with a refusal. */
static bool is_api(const struct doctor_call *c)
{
	const struct asked *x = &c->got;

	if (doctor_is_message(c))
		return true;
	return x->head.status >= 400 && is_json(x) && !is_lost(c);
}

/* ---- a plain request to a TLS server ---- */

static bool may_be_tls(const struct doctor *d, const struct asked *x)
{
	struct url_parts u;

	if (!network_url_split(d->config->base_url, &u) || u.tls)
		return false;
	if (x->head.status == 400)
		return strstr(buf_str(&x->body), "HTTPS") != NULL;
	return x->head.status == 0;
}

static bool is_plain_to_tls(struct doctor *d, const struct asked *x)
{
	struct buf base = BUF_INIT(TEXT_LIMIT);
	struct asked tls = { .end = END_OPEN };
	struct url_parts u;
	bool is;

	if (!may_be_tls(d, x))
		return false;
	network_url_split(d->config->base_url, &u);
	(void)buf_add_text(&base, "https");
	(void)buf_add_span(&base, span_skip(u.origin, strlen("http")));
	is = network_ask_bare(d, buf_str(&base), true, &tls) &&
	     tls.end == END_CLEAN;
	(void)buf_add_span(&base, u.path);
	if (is)
		network_found(d, "DR-PLAIN-TO-TLS", x, buf_str(&base), NULL,
			      NULL);
	asked_clear(&tls);
	buf_clear(&base);
	return is;
}

/* ---- redirects ---- */

static void explain_redirect(struct doctor *d, const struct doctor_call *c)
{
	static const char *const codes[] = {
		[REDIRECT_TO_API] = "DR-REDIRECT",
		[REDIRECT_TO_SELF] = "DR-REDIRECT-SELF",
		[REDIRECT_AWAY] = "DR-REDIRECT-AWAY",
	};
	const char *location = headers_get(&c->got.head.headers, "location");
	struct buf shown = BUF_INIT(TEXT_LIMIT), base = BUF_INIT(TEXT_LIMIT);
	enum redirect kind;
	char status[16];

	snprintf(status, sizeof(status), "%d", c->got.head.status);
	network_url_show(span_of(location), &shown);
	buf_cut(&shown, SHOWN_BYTES);
	kind = redirect_of(d->config->base_url, location, &base);
	if (kind == REDIRECT_TO_API)
		doctor_finding(d, codes[kind], c, buf_str(&base),
			       buf_str(&shown), status);
	else
		doctor_finding(d, codes[kind], c, buf_str(&shown), status,
			       NULL);
	buf_clear(&shown);
	buf_clear(&base);
}

/* ---- the first request ---- */

/* No answer came at all. */
static void explain_silence(struct doctor *d, const struct doctor_call *c)
{
	const struct asked *x = &c->got;

	if (is_plain_to_tls(d, x))
		return;
	if (x->end == END_BAD)
		doctor_finding(d, "DR-NOT-HTTP", c, x->text, NULL, NULL);
	else
		doctor_explain(d, c);
}

/* The state of the step "route", for the steps that need it. */
static enum step_state judge(struct doctor *d, const struct doctor_call *c)
{
	const struct asked *x = &c->got;
	int status = x->head.status;

	if (network_is_astray(d) && !is_api(c))
		return STATE_BAD;
	if (status == 0) {
		explain_silence(d, c);
	} else if (is_redirect(x)) {
		explain_redirect(d, c);
	} else if (status == 407 && d->config->settings->proxy) {
		network_proxy_failed(d, "DR-PROXY-REFUSES", x, status);
	} else if (is_lost(c)) {
		return STATE_BAD; /* the step "path" says more */
	} else if (status / 100 == 2 && x->end == END_TIMEOUT) {
		doctor_explain(d, c); /* other answers would not end, either */
	} else if (status / 100 == 2) {
		return STATE_OK;
	} else if (is_json(x) &&
		   (status == 400 || status == 401 || status == 403)) {
		return STATE_DOUBTFUL; /* the step "header" says more */
	} else if (!is_plain_to_tls(d, x)) {
		doctor_explain(d, c);
		return is_about_model(c) ? STATE_DOUBTFUL : STATE_BAD;
	}
	return STATE_BAD;
}

/*
 * ---- if only the small request is refused ----
 *
 * The recorded request may be accepted, because it has more in it. Then all
 * later requests are made like it.
 */

static bool can_ask(const struct doctor *d)
{
	return !d->over && d->called < d->config->max_requests;
}

/* Refusals that a request with more in it would get, too. */
static bool is_of_account(const char *code)
{
	static const char *const codes[] = {
		"DR-BUDGET",          "DR-MODEL-FORBIDDEN", "DR-MODEL-UNKNOWN",
		"DR-UPSTREAM-KEY",    "DR-LONG-CONTEXT",    "DR-KEY-REFUSED",
		"DR-VERSION-NOT-SENT"
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

/* The request may be refused because of what it lacks. */
static bool may_lack(const struct doctor_call *c)
{
	static const int statuses[] = { 400, 403, 422, 500 };
	struct refusal_given given = doctor_given(c);
	struct refusal why = { .code = NULL };
	bool may = false;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		may = may || c->got.head.status == statuses[i];
	may = may && is_json(&c->got) && refusal_of(&given, &why) &&
	      !is_of_account(why.code);
	refusal_clear(&why);
	return may;
}

static bool is_recorded_taken(struct doctor *d)
{
	struct doctor_call c = { .enough = step_has_content };
	bool is;

	step_recorded(d, &c);
	is = doctor_call(d, &c) && step_is_taken(&c);
	d->seen.realistic = is;
	d->seen.recorded_tokens = step_input_tokens(&c);
	doctor_call_clear(&c);
	return is;
}

/* Sends the small request once more. If it is accepted, it replaces the first
 * from here on. */
static bool take_again(struct doctor *d, bool shaped)
{
	struct doctor_call *c;

	if (!can_ask(d))
		return false;
	c = xcalloc(1, sizeof(*c));
	d->shaped = shaped;
	doctor_small(d, c, 1, NULL, "");
	if (doctor_call(d, c) && doctor_is_message(c)) {
		doctor_call_clear(d->first);
		free(d->first);
		d->first = c;
		return true;
	}
	d->shaped = false;
	doctor_call_clear(c);
	free(c);
	return false;
}

/* Makes all later requests like the recorded one, with its texts cut. If that
 * is refused, the steps end: the whole request would cost too much each
 * time. */
static void go_on(struct doctor *d, struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);

	step_outcome(d->first, &what);
	step_finding(d, out, "DR-SMALL-REFUSED", d->first, buf_str(&what), NULL,
		     NULL);
	if (take_again(d, true)) {
		(void)buf_add_text(&out->text,
				   "; the recorded request is accepted, and "
				   "all later ones are made like it");
	} else {
		(void)buf_add_text(&out->text,
				   "; the recorded request is accepted, but "
				   "not with its texts cut");
		out->state = STATE_BAD;
	}
	buf_clear(&what);
}

/* true: the recorded request is accepted, and the small one is refused each
 * time; a finding says so. */
static bool is_only_small(struct doctor *d, struct step_result *out)
{
	if (!may_lack(d->first) || !can_ask(d) || !is_recorded_taken(d))
		return false;
	if (take_again(d, false)) {
		(void)buf_add_text(&out->text, "; sent again, it is accepted");
		return false;
	}
	go_on(d, out);
	return true;
}

void network_route(struct doctor *d, struct step_result *out)
{
	struct doctor_call *c = xcalloc(1, sizeof(*c));

	d->first = c;
	doctor_small(d, c, 1, NULL, "");
	if (!doctor_call(d, c)) {
		(void)buf_add_text(&out->text, "interrupted");
		out->state = STATE_SKIPPED;
		return;
	}
	doctor_tell(c, &out->text);
	if (!is_only_small(d, out))
		out->state = judge(d, d->first);
}

/* ---- other paths ---- */

/* As the user wrote it; the client and the settings remove the slash. */
static bool ends_in_slash(const struct doctor *d)
{
	const char *url =
		settings_get(d->config->settings, "ANTHROPIC_BASE_URL");
	size_t len = url ? strlen(url) : 0;

	return len > 0 && url[len - 1] == '/';
}

bool network_path_applies(const struct doctor *d, struct buf *why)
{
	(void)why;
	return d->first && is_lost(d->first) && !network_is_astray(d);
}

bool network_slash_applies(const struct doctor *d, struct buf *why)
{
	(void)why;
	return ends_in_slash(d) && (!d->first || is_api(d->first));
}

static bool answers(struct doctor *d, const struct path_try *t,
		    struct buf *table)
{
	struct doctor_call c = { .base_url = t->base, .target = t->target };
	bool is;

	doctor_small(d, &c, 1, NULL, "");
	is = doctor_call(d, &c) && is_api(&c);
	(void)buf_addf(table, "%s%s: ", t->base, t->target);
	doctor_tell(&c, table);
	(void)buf_add_byte(table, '\n');
	doctor_call_clear(&c);
	return is;
}

static bool find_elsewhere(struct doctor *d, struct step_result *out)
{
	struct path_try tries[PATH_TRIES], *found = NULL;
	size_t count = path_try_of(d->config->base_url, tries);

	for (size_t i = 0; i < count && !found && can_ask(d); i++)
		if (answers(d, &tries[i], &out->table))
			found = &tries[i];
	if (found) {
		(void)buf_addf(&out->text, "the API is at %s", found->base);
		doctor_finding(d, found->code, d->first, found->base,
			       found->word, NULL);
	}
	path_try_clear(tries, count);
	return found;
}

/* If the path is known, an empty request is refused without any cost. */
static bool is_openai(struct doctor *d, struct step_result *out)
{
	const char *base = d->config->base_url;
	struct url_parts u;
	struct doctor_call c = { .target = "/v1/chat/completions" };
	bool is;

	if (network_url_split(base, &u) && span_ends(u.path, "/v1"))
		c.target = "/chat/completions";
	buf_init(&c.body, TEXT_LIMIT);
	(void)buf_add_text(&c.body, "{}");
	is = doctor_call(d, &c) && is_json(&c.got) &&
	     (!is_lost(&c) || is_about_model(&c));
	(void)buf_addf(&out->table, "%s: ", c.target);
	doctor_tell(&c, &out->table);
	(void)buf_add_byte(&out->table, '\n');
	if (is) {
		(void)buf_addf(&out->text, "only %s is there", c.target);
		doctor_finding(d, "DR-OPENAI-ONLY", &c, c.target, NULL, NULL);
	}
	doctor_call_clear(&c);
	return is;
}

/* The API was found nowhere: finds out what answers instead. */
static void explain_lost(struct doctor *d)
{
	const struct asked *x = &d->first->got;
	struct buf title = BUF_INIT(TEXT_LIMIT), path = BUF_INIT(TEXT_LIMIT);
	struct url_parts u = { .path = SPAN_EMPTY };
	char status[16];

	network_url_split(d->config->base_url, &u);
	(void)buf_add_span(&path, u.path);
	(void)buf_add_text(&path, "/v1/messages");
	snprintf(status, sizeof(status), "%d", x->head.status);
	if (x->head.status / 100 != 2)
		doctor_finding(d, "DR-NO-SUCH-PATH", d->first, buf_str(&path),
			       status, NULL);
	else if (network_answer_is_page(x, &title))
		doctor_finding(d, "DR-HTML", d->first,
			       title.len > 0 ? buf_str(&title) : "no title",
			       NULL, NULL);
	else
		doctor_explain(d, d->first);
	buf_clear(&title);
	buf_clear(&path);
}

/* Sends the request of a client that joins base URL and path as they are. */
void network_slash(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .target = "//v1/messages?beta=true" };

	doctor_small(d, &c, 1, NULL, "");
	if (doctor_call(d, &c) && !is_api(&c) && c.got.head.status > 0)
		doctor_finding(d, "DR-TRAILING-SLASH", &c, d->config->base_url,
			       NULL, NULL);
	(void)buf_add_text(&out->text, "//v1/messages: ");
	doctor_tell(&c, &out->text);
	doctor_call_clear(&c);
}

/* Something that is no page answers at this path, so another API there is not
 * the reason. */
static bool is_there(const struct doctor_call *c)
{
	struct buf title = BUF_INIT(TEXT_LIMIT);
	bool is = c->got.head.status / 100 == 2 &&
		  !network_answer_is_page(&c->got, &title);

	buf_clear(&title);
	return is;
}

void network_path(struct doctor *d, struct step_result *out)
{
	out->state = STATE_BAD;
	if (find_elsewhere(d, out) ||
	    (!is_there(d->first) && can_ask(d) && is_openai(d, out)))
		return;
	(void)buf_add_text(&out->text, "nothing like the API was found");
	explain_lost(d);
}
