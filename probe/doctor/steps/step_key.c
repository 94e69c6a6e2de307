/* Checks the credential: which header carries it, and how a wrong one is
 * answered. */
#include <stdlib.h>
#include <string.h>

#include "probe/doctor/network.h"
#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)4 * 1024)

enum form { BEARER, API_KEY, BOTH, BEARER_BESIDE, KEY_BESIDE, FORMS };

static const struct {
	enum auth_form auth;
	const char *name;
} forms[FORMS] = {
	[BEARER] = { AUTH_BEARER, "Authorization: Bearer" },
	[API_KEY] = { AUTH_API_KEY, "x-api-key" },
	[BOTH] = { AUTH_BOTH, "both, the same" },
	[BEARER_BESIDE] = { AUTH_GOOD_BEARER_WRONG_KEY,
			    "right bearer, wrong x-api-key" },
	[KEY_BESIDE] = { AUTH_WRONG_BEARER_GOOD_KEY,
			 "wrong bearer, right x-api-key" },
};

struct key_trial {
	struct doctor_call calls[FORMS];
	const struct doctor_call *as[FORMS]; /* the call that shows this form,
						or NULL */
	const struct doctor_call *configured; /* the call with the client's own
						 headers */
};

static const struct settings_credential *credential(const struct doctor *d,
						    size_t n)
{
	const struct settings *s = d->config->settings;

	return n < s->credential_count ? &s->credentials[n] : NULL;
}

static bool is_api_key(const struct settings_credential *c)
{
	return strcmp(c->header, "x-api-key") == 0;
}

/* The form of the client's own credentials. FORMS: two different ones. */
static enum form configured_form(const struct doctor *d)
{
	const struct settings_credential *a = credential(d, 0);
	const struct settings_credential *b = credential(d, 1);

	if (b)
		return strcmp(a->value, b->value) == 0 ? BOTH : FORMS;
	return is_api_key(a) ? API_KEY : BEARER;
}

/* The key was accepted: any 2xx without an error in it, a message or not. */
static bool is_let_in(const struct doctor_call *c)
{
	struct jval root, v;

	if (c->got.head.status / 100 != 2)
		return false;
	return jscan(buf_span(&c->got.body), &root, NULL) < 0 ||
	       root.type != J_OBJECT || !jscan_member(root, "error", &v);
}

static bool works(const struct key_trial *t, enum form f)
{
	return t->as[f] && is_let_in(t->as[f]);
}

/* The answer does not refuse the key. */
static bool is_busy(const struct doctor_call *c)
{
	int status = c->got.head.status;

	return status == 0 || status == 429 || status >= 500;
}

static void tell_form(const struct key_trial *t, enum form f, struct buf *table)
{
	if (!t->as[f])
		return;
	buf_addf(table, "%-30s ", forms[f].name);
	step_outcome(t->as[f], table);
	buf_add_byte(table, '\n');
}

/* False: the budget is spent. */
static bool try_forms(struct doctor *d, struct key_trial *t,
		      struct step_result *out)
{
	enum form own = configured_form(d);

	t->configured = d->first;
	for (size_t f = 0; f < FORMS; f++) {
		struct doctor_call *c = &t->calls[f];

		if (f == (size_t)own && d->first) {
			t->as[f] = d->first;
		} else {
			c->auth = forms[f].auth;
			doctor_small(d, c, 1, NULL, "");
			if (!step_ask(d, c, out))
				return false;
			t->as[f] = c;
		}
		tell_form(t, (enum form)f, &out->table);
	}
	if (!t->configured)
		t->configured = t->as[own < FORMS ? own : BOTH];
	return true;
}

/* ---- what it means ---- */

static const char *variable_of(const struct doctor *d)
{
	return credential(d, 0)->variable;
}

static const char *header_of(bool api_key)
{
	return api_key ? "x-api-key" : "Authorization: Bearer";
}

static const char *variable_for(bool api_key)
{
	return api_key ? "ANTHROPIC_API_KEY" : "ANTHROPIC_AUTH_TOKEN";
}

/* Whether the second of two different credentials works, alone in its
 * header. */
static bool second_works(struct doctor *d, struct step_result *out)
{
	const struct settings_credential *b = credential(d, 1);
	struct doctor_call c = { .auth = AUTH_BEARER };
	const char *first = d->key;
	bool works = false;

	if (is_api_key(b))
		c.auth = AUTH_API_KEY;
	doctor_small(d, &c, 1, NULL, "");
	d->key = b->value;
	if (step_ask(d, &c, out)) {
		works = is_let_in(&c);
		buf_addf(&out->table, "%-30s ", b->variable);
		step_outcome(&c, &out->table);
		buf_add_byte(&out->table, '\n');
	}
	d->key = first;
	doctor_call_clear(&c);
	return works;
}

/* Whether one of two different credentials is enough; if so, adds a finding. */
static bool explain_two(struct doctor *d, const struct key_trial *t,
			struct step_result *out)
{
	const struct settings_credential *a = credential(d, 0);
	const struct settings_credential *b = credential(d, 1);
	bool first = works(t, is_api_key(a) ? API_KEY : BEARER);

	if (!first && !second_works(d, out))
		return false;
	step_finding(d, out, "DR-KEY-TWO-DIFFERENT", t->configured,
		     first ? a->header : b->header,
		     first ? b->variable : a->variable, NULL);
	return true;
}

/* The client's own form is refused; another one may be accepted. */
static void explain_refused(struct doctor *d, const struct key_trial *t,
			    struct step_result *out)
{
	bool bearer = works(t, BEARER), api_key = works(t, API_KEY);
	enum form own = configured_form(d);

	if (own == FORMS && explain_two(d, t, out))
		buf_add_text(&out->text, "the two credentials are refused "
					 "together, but one of them is not");
	else if (!bearer && !api_key)
		step_failed(d, t->configured, out);
	else if (own == BOTH)
		step_finding(d, out, "DR-KEY-BOTH-REFUSED", t->configured,
			     header_of(!bearer), NULL, NULL);
	else
		step_finding(d, out, "DR-WRONG-VARIABLE", t->configured,
			     variable_of(d),
			     header_of(is_api_key(credential(d, 0))),
			     variable_for(!bearer));
	if (out->text.len == 0)
		buf_addf(&out->text,
			 "the key is refused as it is sent, but accepted in %s",
			 header_of(!bearer));
	out->state = STATE_BAD;
}

static const char *winner(const struct key_trial *t)
{
	bool bearer = works(t, BEARER_BESIDE), api_key = works(t, KEY_BESIDE);

	if (t->as[BOTH] && !works(t, BOTH) && !is_busy(t->as[BOTH]))
		return "both in one request are refused";
	if (bearer && api_key)
		return "of two different ones either will do";
	if (bearer)
		return "of two different ones the bearer decides";
	if (api_key)
		return "of two different ones x-api-key decides";
	return "of two different ones both have to be right";
}

static void tell_works(const struct key_trial *t, struct buf *text)
{
	if (works(t, BEARER) && works(t, API_KEY))
		buf_add_text(text, "both headers work");
	else if (works(t, BEARER))
		buf_add_text(text, "Authorization: Bearer works, x-api-key "
				   "does not");
	else
		buf_add_text(text, "x-api-key works, Authorization: Bearer "
				   "does not");
	buf_addf(text, "; %s", winner(t));
}

/* The first request failed for a reason that no other header would change. */
static bool is_of_another(const struct doctor *d)
{
	int status = d->first ? d->first->got.head.status : 200;

	return status / 100 != 2 && status != 400 && status != 401 &&
	       status != 403;
}

static void step_header(struct doctor *d, struct step_result *out)
{
	struct key_trial t = { .configured = NULL };

	if (d->first && !is_let_in(d->first) &&
	    (!credential(d, 0) || is_of_another(d))) {
		if (credential(d, 0))
			buf_add_text(&out->text, "not tried in other headers");
		step_failed(d, d->first, out);
		out->state = STATE_BAD;
		return;
	}
	if (!credential(d, 0)) {
		buf_add_text(&out->text, "none is needed");
		return;
	}
	if (try_forms(d, &t, out)) {
		if (!is_let_in(t.configured))
			explain_refused(d, &t, out);
		else
			tell_works(&t, &out->text);
		if (is_let_in(t.configured) && !works(&t, BOTH) &&
		    !is_busy(t.as[BOTH]))
			step_finding(d, out, "DR-KEY-BOTH-REFUSED", t.as[BOTH],
				     header_of(!works(&t, BEARER)), NULL, NULL);
	}
	for (size_t f = 0; f < FORMS; f++)
		doctor_call_clear(&t.calls[f]);
}

/* ---- a wrong key ---- */

static bool is_here(const struct doctor *d)
{
	struct url_parts u;

	return network_url_split(d->config->base_url, &u) &&
	       network_is_loopback(u.host);
}

/* What Claude Code does with an answer that should have been a 401. */
static const char *made_of(int status)
{
	if (status == 400 || status == 422)
		return "Claude Code asks up to six times, each time with less, "
		       "and never says that it is the key";
	if (status == 403 || status == 402)
		return "Claude Code shows it, but does not say that the key is "
		       "wrong";
	if (status >= 500 || status == 429 || status == 408 || status == 409)
		return "Claude Code takes it for a temporary failure and "
		       "retries";
	if (status >= 300 && status < 400)
		return "Claude Code does not follow it";
	if (status >= 200 && status < 300)
		return "Claude Code says that the answer is malformed";
	return "Claude Code does not see that it is the key";
}

static void judge_wrong(struct doctor *d, const struct doctor_call *c,
			struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int status = c->got.head.status;

	if (is_let_in(c)) {
		if (!is_here(d))
			step_finding(d, out, "DR-KEY-ANY-ACCEPTED", c, NULL,
				     NULL, NULL);
		buf_add_text(&out->text, "it is accepted like the right one");
	} else if (status == 401 && !step_is_api_error(c)) {
		step_finding(d, out, "DR-WRONG-KEY-SHAPE", c, NULL, NULL, NULL);
		buf_add_text(&out->text, "401, not in the shape of this API");
	} else if (status != 401) {
		step_outcome(c, &what);
		step_finding(d, out, "DR-WRONG-KEY-STATUS", c, buf_str(&what),
			     made_of(status), NULL);
		buf_addf(&out->text, "it should be 401, and is %s",
			 buf_str(&what));
	} else {
		buf_add_text(&out->text, "401, in the shape of this API");
	}
	buf_clear(&what);
}

/* Sends the right key after the wrong one, before the wrong one is judged: if
 * it is refused now, all later steps would fail, too. */
static void step_wrong_key(struct doctor *d, struct step_result *out)
{
	const struct settings_credential *own = credential(d, 0);
	struct doctor_call wrong = { .auth = AUTH_WRONG_BEARER }, right = { 0 };
	bool blocked;

	if (is_api_key(own))
		wrong.auth = AUTH_WRONG_API_KEY;
	doctor_small(d, &wrong, 1, NULL, "");
	doctor_small(d, &right, 1, NULL, "");
	if (step_ask(d, &wrong, out) && step_ask(d, &right, out)) {
		blocked = !is_let_in(&right) && !is_busy(&right);
		if (blocked) {
			step_finding(d, out, "DR-KEY-BLOCKED", &right, NULL,
				     NULL, NULL);
			buf_add_text(&out->text,
				     "after it the right key is refused; ");
		}
		judge_wrong(d, &wrong, out);
		if (blocked)
			out->state = STATE_BAD;
	}
	doctor_call_clear(&wrong);
	doctor_call_clear(&right);
}

static bool has_key(const struct doctor *d, struct buf *why)
{
	(void)why;
	return *d->key != '\0';
}

const struct doctor_step doctor_steps_key[] = {
	{ "header", "Credential header", "route", 6, 100, NULL, step_header },
	{ "wrong-key", "Wrong key", "header", 2, 40, has_key, step_wrong_key },
	{ .id = NULL },
};
