/* Where the mock provider of a run listens, as one provider or as several. */
#include <string.h>

#include "probe/command/rows.h"
#include "probe/command/run_plan.h"

#define MOCK_LISTEN_ANY "127.0.0.1:0"

static int add_mock(struct run_plan *p, const char *text, struct fail *f)
{
	struct campaign_config *c = &p->config;

	if (address_read(&c->mocks[c->mock_count], text, f) < 0)
		return -1;
	c->mock_count++;
	return 0;
}

/* "b=127.0.0.1:8474" of this option, in order of the letters. */
static int add_listed(struct run_plan *p, const char *text, struct fail *f)
{
	char letter = (char)('a' + p->config.mock_count);

	if (p->config.mock_count == ACTOR_PROVIDERS)
		return fail_set(f, FAIL_USAGE,
				"--provider-listen: the last provider is %c",
				letter - 1);
	if (text[0] != letter || text[1] != '=')
		return fail_set(f, FAIL_USAGE,
				"--provider-listen: '%s' should be "
				"%c=ADDR:PORT",
				text, letter);
	return add_mock(p, text + 2, f);
}

int run_mocks_read(struct run_plan *p, struct fail *f)
{
	const struct run_options *o = &p->options;
	const struct option_list *listed = o->provider_listen.count > 0
						   ? &o->provider_listen
						   : &p->project.providers;
	const char *const *of_target =
		p->target ? target_providers(p->target) : NULL;
	const char *first = o->mock_listen;

	if (!first)
		first = p->gateway ? MOCK_LISTEN : MOCK_LISTEN_ANY;
	if (add_mock(p, first, f) < 0)
		return -1;
	if (of_target && of_target[0] && listed->count > 0)
		return fail_set(
			f, FAIL_USAGE,
			"--provider-listen: target %s says itself where "
			"its providers are",
			target_name(p->target));
	for (size_t i = 0; of_target && of_target[i]; i++)
		if (add_mock(p, of_target[i], f) < 0)
			return -1;
	for (size_t i = 0; i < listed->count; i++)
		if (add_listed(p, listed->list[i], f) < 0)
			return -1;
	return 0;
}
