/* The parts of the configuration for Bedrock and Vertex. */
#include "gateway/config.h"

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

bool config_serves(const struct config *c, enum bridge_vendor front)
{
	if (!(c->fronts & 1U << front))
		return false;
	return c->pool ? pool_serves(c->pool, front)
		       : provider_serves(&c->upstream, front);
}

/* With this configuration every client would get 404. */
static bool serves_nobody(const struct config *c)
{
	for (enum bridge_vendor v = BRIDGE_NONE; v <= BRIDGE_VERTEX; v++)
		if (config_serves(c, v))
			return false;
	return true;
}

void config_lacks_cloud(const struct config *c, struct mistakes *to)
{
	const struct provider *p = &c->upstream;

	if (p->scheme == KEY_SIGV4 && !p->key_id)
		config_lack(to, "a key that signs needs its id: say "
				"--upstream-key-id ID, or \"key_id\" in the "
				"file's \"upstream\"");
	if (p->scheme == KEY_SIGV4 && p->format != PROVIDER_BEDROCK)
		config_lack(to, "only Bedrock takes signed requests: "
				"say --upstream-format bedrock");
	if (p->scheme == KEY_CLIENT && provider_translates(p))
		config_lack(to, "a client's own credential is good for its own "
				"format only, and this one is translated: give "
				"the upstream's key");
	if (serves_nobody(c) &&
	    !(p->scheme == KEY_CLIENT && provider_translates(p)))
		config_lack(to, "no client is served: the provider takes "
				"requests of none of the fronts; say --fronts "
				"messages, or \"fronts\" in the --config file");
	if (p->format == PROVIDER_VERTEX && !p->project &&
	    config_serves(c, BRIDGE_NONE))
		config_lack(to, "requests of the Messages API need a project "
				"of Vertex: say --upstream-project ID, or "
				"--fronts vertex");
}
