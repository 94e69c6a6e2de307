/*
 * Which credential is sent in which header. Each header is filled on its own by
 * the first of these that is set:
 *   Authorization  ANTHROPIC_AUTH_TOKEN, the helper, and if there is no key
 *                  either: an Authorization of ANTHROPIC_CUSTOM_HEADERS,
 *                  CLAUDE_CODE_OAUTH_TOKEN, the login
 *   x-api-key      an x-api-key of ANTHROPIC_CUSTOM_HEADERS,
 *                  ANTHROPIC_API_KEY, the helper, the saved primaryApiKey
 */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"

/* Takes `value` over. `in`, and `source` if it is not NULL, say where it is
 * from. */
static void add(struct settings *s, const char *header, const char *variable,
		char *value, const char *in, const char *source)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&b, in);
	if (source)
		buf_addf(&b, " in %s", source);
	s->credentials[s->credential_count++] = (struct settings_credential){
		.header = header,
		.value = value,
		.source = buf_take(&b, NULL),
		.variable = xstrdup(variable),
	};
}

/* False: it is not set, or blank. */
static bool add_variable(struct settings *s, const char *header,
			 const char *name)
{
	const struct setting *x = values_find(s, name);
	char *value = values_trimmed(x ? x->value : "");

	if (!*value) {
		free(value);
		return false;
	}
	add(s, header, name, value, name, x->source);
	return true;
}

/* True if there is a helper, even one that gave no key: nothing after it is
 * used then. */
static bool add_helper(const struct reading *r, const char *header)
{
	const struct setting *x = values_find(r->s, "apiKeyHelper");

	if (!x || !*x->value)
		return false;
	if (r->helper_key)
		add(r->s, header, "apiKeyHelper", xstrdup(r->helper_key),
		    "apiKeyHelper", x->source);
	return true;
}

/* Moves a header of ANTHROPIC_CUSTOM_HEADERS from `extra` to the credentials.
 * True if it was set. */
static bool add_custom(struct settings *s, const char *header)
{
	const char *value = headers_get(&s->extra, header);
	bool is_bearer = strcasecmp(header, "authorization") == 0;

	if (!value || (is_bearer && strncasecmp(value, "Bearer ", 7) != 0))
		return value != NULL;
	add(s, header, "ANTHROPIC_CUSTOM_HEADERS",
	    values_trimmed(value + (is_bearer ? 7 : 0)),
	    "ANTHROPIC_CUSTOM_HEADERS",
	    values_find(s, "ANTHROPIC_CUSTOM_HEADERS")->source);
	headers_remove(&s->extra, header);
	return true;
}

static bool has_text(const struct settings *s, const char *name)
{
	char *value = values_trimmed(values_text(s, name));
	bool has = *value != '\0';

	free(value);
	return has;
}

static bool uses_login(const struct reading *r)
{
	return !has_text(r->s, "ANTHROPIC_AUTH_TOKEN") &&
	       !has_text(r->s, "ANTHROPIC_API_KEY") &&
	       !*values_text(r->s, "apiKeyHelper") &&
	       (has_text(r->s, "CLAUDE_CODE_OAUTH_TOKEN") ||
		(r->login.token && *r->login.token));
}

static void resolve_bearer(const struct reading *r)
{
	static const char header[] = "Authorization";
	const struct login *l = &r->login;

	if (add_variable(r->s, header, "ANTHROPIC_AUTH_TOKEN") ||
	    add_helper(r, header)) {
		headers_remove(&r->s->extra, header);
		return;
	}
	if (add_custom(r->s, header) || !uses_login(r))
		return;
	if (!add_variable(r->s, header, "CLAUDE_CODE_OAUTH_TOKEN"))
		add(r->s, header, "login", xstrdup(l->token), "the login",
		    l->token_source);
}

static void resolve_key(const struct reading *r)
{
	static const char header[] = "x-api-key";
	const struct login *l = &r->login;

	if (add_custom(r->s, header) ||
	    add_variable(r->s, header, "ANTHROPIC_API_KEY") ||
	    add_helper(r, header) || uses_login(r))
		return;
	if (l->key && *l->key)
		add(r->s, header, "primaryApiKey", xstrdup(l->key),
		    "primaryApiKey", l->key_source);
}

static void take_given(const struct reading *r)
{
	static const char *const names[] = { "Authorization", "x-api-key" };
	bool in[] = { r->place->given_bearer, r->place->given_api_key };

	for (size_t i = 0; i < 2; i++) {
		headers_remove(&r->s->extra, names[i]);
		if (in[i])
			add(r->s, names[i], "--key",
			    xstrdup(r->place->given_key), "--key", NULL);
	}
}

/* ---- ANTHROPIC_CUSTOM_HEADERS ---- */

static struct span trimmed(struct span s)
{
	s = span_trim(s);
	while (s.len > 0 && s.at[s.len - 1] == '\r')
		s = span_trim(span_first(s, s.len - 1));
	return s;
}

void credentials_read_headers(const char *text, struct headers *out)
{
	struct span rest = span_of(text), line, name;

	while (span_split(&rest, '\n', &line)) {
		size_t colon = span_find_byte(line, ':');
		char *key, *value;

		if (colon == SIZE_MAX)
			continue;
		name = trimmed(span_first(line, colon));
		key = span_dup(name);
		value = span_dup(trimmed(span_skip(line, colon + 1)));
		if (*key) /* of two with the same name the last counts */
			headers_set(out, key, value);
		free(key);
		free(value);
	}
}

/* In gateway mode (CLAUDE_CODE_USE_GATEWAY) the client sends a token alone
 * (measured with 2.1.332). */
static void drop_key(struct settings *s)
{
	struct settings_credential *key = &s->credentials[1];

	if (s->credential_count < 2 ||
	    strcmp(s->credentials[0].variable, "ANTHROPIC_AUTH_TOKEN") != 0 ||
	    !values_is_true(values_text(s, "CLAUDE_CODE_USE_GATEWAY")))
		return;
	free(key->value);
	free(key->source);
	free(key->variable);
	s->credential_count = 1;
}

void credentials_resolve(struct reading *r)
{
	credentials_read_headers(values_text(r->s, "ANTHROPIC_CUSTOM_HEADERS"),
				 &r->s->extra);
	if (r->place->given_key) {
		take_given(r);
		return;
	}
	resolve_bearer(r);
	resolve_key(r);
	drop_key(r->s);
}
