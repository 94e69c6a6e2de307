/* Findings about where the client sends requests: no base URL, clouds, gateway
 * mode, what an administrator allows; and about models that it replaces. */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define GATEWAY_MODE "CLAUDE_CODE_USE_GATEWAY"
#define URL "ANTHROPIC_BASE_URL"

/* "NAME in the environment"; yours to free(). */
static char *set_in(const struct setting *x)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&b, "%s in %s", x->name, x->source);
	return buf_take(&b, NULL);
}

/* ---- no base URL ---- */

static bool is_default(const struct settings *s)
{
	return strcmp(s->base_url_source, "the default") == 0;
}

static bool has_token(const struct settings *s)
{
	return s->credential_count > 0 &&
	       strcmp(s->credentials[0].variable, "ANTHROPIC_AUTH_TOKEN") == 0;
}

/* The first variable with a base URL that the client does not read. A variable
 * of other programs counts only if the client has no credential, or a token. */
static const struct setting *find_slip(const struct settings *s)
{
	bool alone = s->credential_count == 0 || has_token(s);

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < s->count; i++) {
			const struct setting *x = &s->list[i];
			unsigned flags = known_find(span_of(x->name))->flags;
			bool others = (flags & KNOWN_OTHERS) != 0;

			if (flags & KNOWN_SLIP && x->wins && *x->value &&
			    others == (pass == 1) && (!others || alone))
				return x;
		}
	return NULL;
}

/* The base URL that was meant: without "/v1", with which base URLs of other
 * programs end. */
static char *meant_url(const struct setting *x)
{
	char *url = values_trimmed(x->value);
	size_t len = strlen(url);

	while (len > 0 && url[len - 1] == '/')
		url[--len] = '\0';
	if (span_ends(span_of(url), "/v1"))
		url[len - 3] = '\0';
	return url;
}

static void tell_slip(struct reading *r, const struct setting *x)
{
	struct buf what = BUF_INIT(BUF_NO_LIMIT), fix = BUF_INIT(BUF_NO_LIMIT);
	char *url = meant_url(x);

	buf_addf(&what, "Claude Code does not read %s in %s", x->name,
		 x->source);
	buf_addf(&fix, "put the value of %s into " URL "%s", x->name,
		 span_ends(span_of(x->value), "/v1") ? ", without /v1" : "");
	settings_finding(r, "DR-NO-BASE-URL", buf_str(&what), buf_str(&fix),
			 NULL);
	findings_raise(r->to, "DR-NO-BASE-URL", SEVERITY_ERROR);
	settings_mend(r, "DR-NO-BASE-URL", x, URL, url);
	r->s->no_gateway = true;
	free(url);
	buf_clear(&what);
	buf_clear(&fix);
}

static void tell_default(struct reading *r)
{
	const char *by = r->s->credentials[0].source;
	struct buf what = BUF_INIT(BUF_NO_LIMIT), fix = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&what, "%s goes to api.anthropic.com", by);
	buf_addf(&fix, "set " URL " to the root of the gateway, where %s is",
		 by);
	settings_finding(r, "DR-NO-BASE-URL", buf_str(&what), buf_str(&fix),
			 NULL);
	buf_clear(&what);
	buf_clear(&fix);
}

void settings_check_default(struct reading *r)
{
	const struct setting *slip;

	if (!is_default(r->s))
		return;
	slip = find_slip(r->s);
	if (slip)
		tell_slip(r, slip);
	else if (has_token(r->s))
		tell_default(r);
}

/* ---- clouds, and gateways of the client's own kind ---- */

static bool is_on(const struct setting *x)
{
	return x && values_is_true(x->value);
}

static bool check_cloud(struct reading *r, const char *name, const char *base)
{
	const struct setting *x = values_find(r->s, name);
	const struct setting *end = r->s->list + r->s->count;
	char *where;

	if (!is_on(x))
		return false;
	where = set_in(x);
	if (settings_check_cloud(r, name, where)) {
		free(where);
		return true;
	}
	settings_finding(r, "DR-PROVIDER-MODE", where, base, NULL);
	free(where);
	/* Each place that switches it on has to be changed: without the first,
	 * the next one would count. */
	for (; x < end && strcmp(x->name, name) == 0; x++)
		if (is_on(x))
			settings_mend(r, "DR-PROVIDER-MODE", x, name, NULL);
	return true;
}

static void check_gateway(struct reading *r)
{
	const struct setting *x = values_find(r->s, GATEWAY_MODE);
	char *where;

	if (!is_on(x) || !has_token(r->s))
		return;
	where = set_in(x);
	settings_finding(r, "DR-GATEWAY-MODE", where, NULL, NULL);
	settings_mend(r, "DR-GATEWAY-MODE", x, GATEWAY_MODE, NULL);
	free(where);
}

bool settings_check_modes(struct reading *r)
{
	static const struct {
		const char *name, *base;
	} clouds[] = {
		{ "CLAUDE_CODE_USE_BEDROCK", "ANTHROPIC_BEDROCK_BASE_URL" },
		{ "CLAUDE_CODE_USE_VERTEX", "ANTHROPIC_VERTEX_BASE_URL" },
		{ "CLAUDE_CODE_USE_FOUNDRY", "ANTHROPIC_FOUNDRY_BASE_URL" },
		{ "CLAUDE_CODE_USE_ANTHROPIC_AWS", "ANTHROPIC_AWS_BASE_URL" },
		{ "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
		  "ANTHROPIC_GOOGLE_CLOUD_BASE_URL" },
		{ "CLAUDE_CODE_USE_MANTLE",
		  "ANTHROPIC_BEDROCK_MANTLE_BASE_URL" },
	};
	bool on = false;

	for (size_t i = 0; i < sizeof(clouds) / sizeof(clouds[0]); i++)
		on = check_cloud(r, clouds[i].name, clouds[i].base) || on;
	if (!on)
		check_gateway(r);
	return on;
}

/* ---- what an administrator allows ---- */

static bool has_word(const char *list, const char *word)
{
	struct jval root, key, item;
	struct jiter it;

	if (jscan(span_of(list), &root, NULL) < 0 || root.type != J_ARRAY)
		return false;
	it = jscan_iter(root);
	while (jscan_next(&it, &key, &item))
		if (jscan_string_is(item, word))
			return true;
	return false;
}

/* allowedProviders: a gateway needs "customEndpoint" in the list, and a base
 * URL that managed settings set. */
void settings_check_allowed(struct reading *r)
{
	const struct setting *x = values_find(r->s, "allowedProviders");
	const struct setting *url = values_find(r->s, URL);
	const char *why = NULL;

	if (!x || is_default(r->s) ||
	    strcmp(r->s->own_url, SETTINGS_DEFAULT_URL) == 0)
		return;
	if (!has_word(x->value, "customEndpoint"))
		why = "does not have \"customEndpoint\"";
	else if (url && !url->managed)
		why = "allows only a base URL that managed settings set";
	if (why)
		settings_finding(r, "DR-PROVIDER-BARRED", x->source, why, NULL);
}

/* ---- models ---- */

static const struct setting *asked_for(const struct settings *s)
{
	const struct setting *x = values_find(s, "ANTHROPIC_MODEL");

	return x && *x->value ? x : values_find(s, "model");
}

void settings_check_model(struct reading *r)
{
	const struct setting *x = asked_for(r->s);
	char *model = values_trimmed(x ? x->value : "");
	size_t window = strcspn(model, "[");
	char *where;

	model[window] = '\0';
	if (model_instead(r->s, model)) {
		where = set_in(x);
		settings_finding(r, "DR-MODEL-RETIRED", where, model,
				 r->s->model);
		settings_mend(r, "DR-MODEL-RETIRED", x, x->name, r->s->model);
		free(where);
	}
	free(model);
}
