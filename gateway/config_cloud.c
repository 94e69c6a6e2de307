/* What the configuration says of Bedrock and Vertex. */
#include <stdlib.h>
#include <string.h>

#include "gateway/config.h"
#include "wire/bytes/mem.h"

static const struct {
	const char *word;
	enum bridge_vendor vendor;
} fronts[] = {
	{ "messages", BRIDGE_NONE },
	{ "bedrock", BRIDGE_BEDROCK },
	{ "vertex", BRIDGE_VERTEX },
};

static unsigned front_of(struct span word)
{
	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (span_is(word, fronts[i].word))
			return 1U << fronts[i].vendor;
	return 0;
}

int config_set_fronts(struct config *c, const char *words, struct fail *f)
{
	struct span rest = span_of(words), word;
	unsigned bits = 0, bit;

	while (span_split(&rest, ',', &word)) {
		bit = front_of(span_trim(word));
		if (!bit)
			return fail_set(f, FAIL_USAGE,
					"fronts are 'messages', 'bedrock' and "
					"'vertex' with commas between them, "
					"not '%.40s'",
					words);
		bits |= bit;
	}
	c->fronts = bits;
	return 0;
}

/* It becomes a part of a path, of a signature. */
static int set_name(char **to, const char *what, const char *word,
		    struct fail *f)
{
	if (strchr(word, '%') || !bridge_name_is_sound(span_of(word), false))
		return fail_set(f, FAIL_USAGE,
				"the %s has other characters than letters, "
				"digits, '.', '_', ':' and '-', or is empty",
				what);
	free(*to);
	*to = xstrdup(word);
	return 0;
}

int config_set_region(struct config *c, const char *word, struct fail *f)
{
	return set_name(&c->region, "region", word, f);
}

int config_set_project(struct config *c, const char *word, struct fail *f)
{
	return set_name(&c->project, "project", word, f);
}

static int set_secret(struct config *c, char **to, const char *value,
		      struct fail *f)
{
	if (config_check_key(value, f) < 0)
		return -1;
	free(*to);
	*to = xstrdup(value);
	secrets_add(&c->secrets, value);
	return 0;
}

int config_set_key_id(struct config *c, const char *value, struct fail *f)
{
	return set_secret(c, &c->key_id, value, f);
}

int config_set_session(struct config *c, const char *value, struct fail *f)
{
	return set_secret(c, &c->session, value, f);
}

int config_add_model(struct config *c, const char *client, const char *provider,
		     struct fail *f)
{
	if (config_check_key(client, NULL) < 0 ||
	    config_check_key(provider, NULL) < 0)
		return fail_set(f, FAIL_USAGE,
				"a model's name is empty, or has spaces or "
				"characters that are not ASCII");
	bridge_models_add(&c->models, span_of(client), span_of(provider));
	return 0;
}

enum bridge_vendor config_vendor(const struct config *c)
{
	switch (c->format) {
	case UPSTREAM_BEDROCK:
		return BRIDGE_BEDROCK;
	case UPSTREAM_VERTEX:
		return BRIDGE_VERTEX;
	default:
		return BRIDGE_NONE;
	}
}

bool config_translates(const struct config *c)
{
	return c->format == UPSTREAM_CHAT || c->format == UPSTREAM_RESPONSES;
}

/* A credential that the client made for one format is of no use in another. */
bool config_serves(const struct config *c, enum bridge_vendor front)
{
	if (!(c->fronts & 1U << front))
		return false;
	if (front == config_vendor(c))
		return true;
	if (c->scheme == KEY_CLIENT)
		return false;
	return front == BRIDGE_NONE || c->format == UPSTREAM_MESSAGES;
}

/* A configuration with which everybody gets 404. */
static bool serves_nobody(const struct config *c)
{
	for (enum bridge_vendor v = BRIDGE_NONE; v <= BRIDGE_VERTEX; v++)
		if (config_serves(c, v))
			return false;
	return true;
}

const char *config_region(const struct config *c)
{
	if (c->region)
		return c->region;
	return c->format == UPSTREAM_VERTEX ? "global" : "us-east-1";
}

void config_lacks_cloud(const struct config *c, struct mistakes *to)
{
	if (c->scheme == KEY_SIGV4 && !c->key_id)
		config_lack(to, "a key that signs needs its id: say "
				"--upstream-key-id ID, or \"key_id\" in the "
				"file's \"upstream\"");
	if (c->scheme == KEY_SIGV4 && c->format != UPSTREAM_BEDROCK)
		config_lack(to, "only Bedrock takes signed requests: "
				"say --upstream-format bedrock");
	if (c->scheme == KEY_CLIENT && config_translates(c))
		config_lack(to, "a client's own credential is good for its own "
				"format only, and this one is translated: give "
				"the upstream's key");
	if (serves_nobody(c) &&
	    !(c->scheme == KEY_CLIENT && config_translates(c)))
		config_lack(to, "no client is served: the provider takes "
				"requests of none of the fronts; say --fronts "
				"messages, or \"fronts\" in the --config file");
	if (c->format == UPSTREAM_VERTEX && !c->project &&
	    config_serves(c, BRIDGE_NONE))
		config_lack(to, "requests of the Messages API need a project "
				"of Vertex: say --upstream-project ID, or "
				"--fronts vertex");
}
