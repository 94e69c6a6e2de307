/* Findings about a cloud's mode (Bedrock, Vertex) with a gateway: which base
 * URL and credential the client uses, and what the gateway has to serve. */
#include <stdlib.h>
#include <string.h>

#include "probe/settings/settings_private.h"
#include "wire/bytes/mem.h"

#define TOKEN "ANTHROPIC_AUTH_TOKEN"

static const struct cloud {
	const char *mode, *base;
	/* Variable that leaves the cloud's credential to the gateway */
	const char *skip;
	/* Variable with the cloud's key, a bearer token; NULL: none */
	const char *key;
	const char *format; /* for --client-format */
} clouds[] = {
	{ "CLAUDE_CODE_USE_BEDROCK", "ANTHROPIC_BEDROCK_BASE_URL",
	  "CLAUDE_CODE_SKIP_BEDROCK_AUTH", "AWS_BEARER_TOKEN_BEDROCK",
	  "bedrock" },
	{ "CLAUDE_CODE_USE_VERTEX", "ANTHROPIC_VERTEX_BASE_URL",
	  "CLAUDE_CODE_SKIP_VERTEX_AUTH", NULL, "vertex" },
};

static bool is_set(const struct reading *r, const char *name)
{
	const struct setting *x = name ? values_find(r->s, name) : NULL;

	return x && *x->value;
}

static bool is_on(const struct reading *r, const char *name)
{
	const struct setting *x = values_find(r->s, name);

	return x && values_is_true(x->value);
}

static void check_credential(struct reading *r, const struct cloud *c)
{
	bool skips = is_on(r, c->skip), has_key = is_set(r, c->key);

	if (has_key)
		return;
	if (skips && !is_set(r, TOKEN))
		settings_finding(r, "DR-CLOUD-NO-KEY", c->skip, c->base, NULL);
	else if (skips && c->key)
		settings_finding(r, "DR-CLOUD-GETS", TOKEN, NULL, NULL);
	else if (!skips && c->key)
		settings_finding(r, "DR-CLOUD-SIGNED", c->skip, c->key, NULL);
}

/* Takes the cloud's base URL as the client's, unless the command line gave
 * one. */
static void use_base(struct reading *r, const struct cloud *c)
{
	const struct setting *x = values_find(r->s, c->base);
	struct buf source = BUF_INIT(BUF_NO_LIMIT);

	if (r->place->given_url)
		return;
	r->s->cloud = true;
	free(r->s->base_url);
	free(r->s->base_url_source);
	r->s->base_url = xstrdup(x->value);
	buf_addf(&source, "%s in %s", c->base, x->source);
	r->s->base_url_source = buf_take(&source, NULL);
}

bool settings_check_cloud(struct reading *r, const char *mode,
			  const char *where)
{
	for (size_t i = 0; i < sizeof(clouds) / sizeof(clouds[0]); i++) {
		const struct cloud *c = &clouds[i];

		if (strcmp(c->mode, mode) != 0 || !is_set(r, c->base))
			continue;
		settings_finding(r, "DR-CLOUD-FORMAT", where, c->base,
				 c->format);
		check_credential(r, c);
		use_base(r, c);
		return true;
	}
	return false;
}
