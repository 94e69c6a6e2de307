/* Findings about credentials and other variables; check_url.c has those about
 * the base URL and certificates. */
#include "probe/settings/settings_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"

/* "ANTHROPIC_API_KEY in the environment"; yours to free(). */
static char *set_in(const struct setting *x)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&b, "%s in %s", x->name, x->source);
	return buf_take(&b, NULL);
}

static void tell(struct reading *r, const char *code, const struct setting *x,
		 const char *what)
{
	char *where = set_in(x);

	settings_finding(r, code, where, what, NULL);
	free(where);
}

/* ---- the text of a credential ---- */

static bool is_reference(const char *value)
{
	return value[0] == '$' &&
	       (value[1] == '{' || isalpha((unsigned char)value[1]));
}

static const char *odd(const char *value)
{
	size_t len = strlen(value);

	if (strchr("\"'`", value[0]) || strchr("\"'`", value[len - 1]))
		return "holds quotes";
	if (strncasecmp(value, "Bearer ", 7) == 0)
		return "begins with 'Bearer '";
	if (strpbrk(value, "\r\n"))
		return "holds a line break";
	if (strpbrk(value, " \t"))
		return "holds a blank";
	for (size_t i = 0; i < len; i++)
		if (value[i] < ' ' || value[i] > '~')
			return "holds a byte that is no printable ASCII";
	return NULL;
}

/* Adds a repair that sets `name` to the value of x, written as $NAME, so that
 * the credential itself is not shown. */
static void mend_with_key(struct reading *r, const char *code,
			  const struct setting *x, const char *name)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&value, "$%s", x->name);
	settings_mend(r, code, x, name, buf_str(&value));
	buf_clear(&value);
}

static void tell_mend(struct reading *r, const char *code,
		      const struct setting *x, const char *what)
{
	tell(r, code, x, what);
	settings_mend(r, code, x, x->name, "$GATEWAY_KEY");
}

static void check_text(struct reading *r, const char *name)
{
	const struct setting *x = values_find(r->s, name);
	char *value = values_trimmed(x ? x->value : "");
	const char *what = *value ? odd(value) : NULL;

	if (*value && is_reference(value))
		tell(r, "DR-KEY-REFERENCE", x, NULL);
	else if (what)
		tell_mend(r, "DR-KEY-SPACES", x, what);
	else if (*value && strcmp(value, x->value) != 0)
		tell_mend(r, "DR-VALUE-TRIMMED", x, NULL);
	free(value);
}

/* ---- which credentials are sent ---- */

static void check_both(struct reading *r)
{
	const struct settings_credential *a = &r->s->credentials[0];
	const struct settings_credential *b = &r->s->credentials[1];
	char *state;

	if (r->s->credential_count < 2 || strcmp(a->variable, b->variable) == 0)
		return;
	if (strcmp(b->variable, "primaryApiKey") != 0) {
		settings_finding(r, "DR-BOTH-CREDENTIALS", a->source, b->source,
				 NULL);
		return;
	}
	settings_finding(r, "DR-SAVED-KEY", a->source, b->source, NULL);
	state = source_shown(r->place, r->state);
	settings_mend_file(r, "DR-SAVED-KEY", state, "primaryApiKey", NULL);
	free(state);
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n\v\f")] == '\0';
}

/* Finds a blank value that overrides one that is not blank. */
static bool check_hidden(struct reading *r, const char *name)
{
	const struct setting *x = values_find(r->s, name);
	const struct setting *end = r->s->list + r->s->count;

	if (!x || !is_blank(x->value))
		return false;
	for (const struct setting *y = x + 1;
	     y < end && strcmp(y->name, name) == 0; y++)
		if (!is_blank(y->value)) {
			tell(r, "DR-EMPTY-WINS", x, y->source);
			settings_mend(r, "DR-EMPTY-WINS", x, name, NULL);
			return true;
		}
	return false;
}

static bool check_elsewhere(struct reading *r)
{
	static const char *const names[] = {
		"OPENROUTER_API_KEY",  "ANTHROPIC_KEY",
		"ANTHROPIC_TOKEN",     "ANTHROPIC_API_TOKEN",
		"ANTHROPIC_AUTH_KEY",  "CLAUDE_API_KEY",
		"CLAUDE_CODE_API_KEY", "LITELLM_API_KEY",
		"LITELLM_MASTER_KEY",  "ANTHROPIC_AUTHTOKEN",
		"ANTHROPIC_APIKEY",    "ANTROPIC_AUTH_TOKEN",
		"ANTROPIC_API_KEY",    "CLAUDE_AUTH_TOKEN",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct setting *x = values_find(r->s, names[i]);

		if (x && !is_blank(x->value)) {
			tell(r, "DR-KEY-ELSEWHERE", x, NULL);
			mend_with_key(r, "DR-KEY-ELSEWHERE", x,
				      "ANTHROPIC_AUTH_TOKEN");
			return true;
		}
	}
	return false;
}

static void tell_none(struct reading *r)
{
	settings_finding(r, "DR-NO-CREDENTIAL", NULL, NULL, NULL);
	settings_mend_file(r, "DR-NO-CREDENTIAL", NULL, "ANTHROPIC_AUTH_TOKEN",
			   "$GATEWAY_KEY");
}

/* If there is no credential: tells the reason if one is found, else that there
 * is none. */
static void check_none(struct reading *r)
{
	size_t before = r->to->count;

	if (r->s->credential_count > 0 ||
	    headers_get(&r->s->extra, "authorization") ||
	    *values_text(r->s, "apiKeyHelper")) {
		dotenv_check(r);
		return;
	}
	check_hidden(r, "ANTHROPIC_AUTH_TOKEN");
	check_hidden(r, "ANTHROPIC_API_KEY");
	check_hidden(r, "apiKeyHelper");
	if (r->to->count == before)
		dotenv_check(r);
	if (r->to->count == before && !check_elsewhere(r))
		tell_none(r);
}

static void tell_rejected(struct reading *r, const struct setting *x,
			  const char *state)
{
	tell(r, "DR-KEY-REJECTED", x, state);
	settings_mend_file(r, "DR-KEY-REJECTED", state,
			   "customApiKeyResponses.rejected", NULL);
}

static void check_rejected(struct reading *r)
{
	const struct setting *x = values_find(r->s, "ANTHROPIC_API_KEY");
	char *key = values_trimmed(x ? x->value : "");
	char *state = source_shown(r->place, r->state);

	if (login_rejects(&r->login, key))
		tell_rejected(r, x, state);
	free(state);
	free(key);
}

/* ---- where it is kept ---- */

static void tell_committed(struct reading *r, const struct source *x,
			   const char *name, const char *where)
{
	static const char code[] = "DR-KEY-COMMITTED";
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	settings_finding(r, code, name, where, NULL);
	buf_addf(&text, "env.%s", name);
	settings_mend_file(r, code, x->shown, buf_str(&text), NULL);
	settings_mend_file(r, code, ".claude/settings.local.json",
			   buf_str(&text), "$GATEWAY_KEY");
	buf_clear(&text);
}

static void check_committed(struct reading *r, const struct source *x)
{
	struct jval env, key, value;
	struct jiter it;

	if (!source_member(x->root, "env", &env))
		return;
	it = jscan_iter(env);
	while (jscan_next(&it, &key, &value)) {
		char *name = source_string(key);
		char *text = source_string(value);
		const struct known *k = known_find(span_of(name));
		char *where = source_place(x, value);

		if (k && k->flags & KNOWN_SECRET && text && !is_blank(text) &&
		    !is_reference(text))
			tell_committed(r, x, k->name, where);
		free(where);
		free(text);
		free(name);
	}
}

static void check_sources(struct reading *r)
{
	for (size_t i = 0; r->tree && i < r->source_count; i++)
		if (r->sources[i].kind == SOURCE_PROJECT &&
		    strcmp(r->place->folder, r->place->home) != 0)
			check_committed(r, &r->sources[i]);
}

/* ---- values that override others ---- */

static void check_shadowed(struct reading *r)
{
	const struct setting *list = r->s->list;

	for (size_t i = 0; i + 1 < r->s->count; i++) {
		const struct setting *x = &list[i], *y = &list[i + 1];
		char *where;

		if (!x->wins || strcmp(x->name, y->name) != 0 ||
		    strcmp(x->value, y->value) == 0 || is_blank(x->value) ||
		    is_blank(y->value) || strcmp(x->name, "model") == 0)
			continue;
		where = set_in(x);
		settings_finding(r, "DR-SHADOWED", where, y->source, x->name);
		settings_mend(r, "DR-SHADOWED", y, y->name, NULL);
		free(where);
	}
}

/* Managed settings may demand a login; then another credential is refused. */
static void check_forced(struct reading *r)
{
	const struct setting *x = values_find(r->s, "forceLoginMethod");
	const char *by = r->s->credential_count > 0
				 ? r->s->credentials[0].variable
				 : "login";

	if (!x)
		x = values_find(r->s, "forceLoginOrgUUID");
	if (x && strcmp(by, "login") != 0 &&
	    strcmp(by, "CLAUDE_CODE_OAUTH_TOKEN") != 0)
		tell(r, "DR-LOGIN-FORCED", x, by);
}

static const char *odd_headers(const char *text)
{
	struct span rest = span_of(text), line;

	while (span_split(&rest, '\n', &line)) {
		size_t colon = span_find_byte(line, ':');
		struct span name = span_trim(span_first(line, colon));

		if (span_trim(line).len == 0 || span_is(line, "\r"))
			continue;
		if (colon == SIZE_MAX)
			return "has a line without a colon, which is left out";
		for (size_t i = 0; i < name.len; i++)
			if (!isalnum((unsigned char)name.at[i]) &&
			    !strchr("!#$%&'*+-.^_`|~", name.at[i]))
				return "has a name that no header can have; "
				       "the session fails";
		if (name.len == 0)
			return "has a header without a name; the session fails";
		if (span_find(line, span_of("\\n")) != SIZE_MAX)
			return "has a backslash and an n where a line break "
			       "should be";
	}
	return NULL;
}

static void check_headers(struct reading *r)
{
	const struct setting *x = values_find(r->s, "ANTHROPIC_CUSTOM_HEADERS");
	const char *what = x ? odd_headers(x->value) : NULL;

	if (what)
		tell(r, "DR-CUSTOM-HEADERS", x, what);
}

static void check_gateway(struct reading *r)
{
	check_url(r);
	if (!check_hidden(r, "ANTHROPIC_BASE_URL"))
		settings_check_default(r);
	settings_check_allowed(r);
}

static void check_credentials(struct reading *r)
{
	check_text(r, "ANTHROPIC_AUTH_TOKEN");
	check_text(r, "ANTHROPIC_API_KEY");
	check_text(r, "CLAUDE_CODE_OAUTH_TOKEN");
	check_both(r);
	check_none(r);
	check_rejected(r);
	check_forced(r);
}

void check_all(struct reading *r)
{
	const struct settings_place *p = r->place;
	bool in_cloud = !p->given_url && settings_check_modes(r);

	/* In a cloud's own mode the client uses none of these settings. */
	if (!in_cloud && !p->given_url)
		check_gateway(r);
	if (!in_cloud && !p->given_key)
		check_credentials(r);
	if (!in_cloud) {
		check_headers(r);
		settings_check_model(r);
	}
	check_sources(r);
	settings_check_way(r);
	check_shadowed(r);
}
