/* Checks that several parts of the configuration use. */
#include "gateway/config.h"

int config_check_key(const char *value, struct fail *f)
{
	return provider_check_key(value, f);
}

void config_lack(struct mistakes *to, const char *what)
{
	struct fail f = FAIL_INIT;

	fail_set(&f, FAIL_USAGE, "%s", what);
	mistakes_add(to, &f);
}

bool config_counts(const struct config *c)
{
	return c->limited || c->ledger.path;
}

/* A budget needs a ledger, so that what was spent is known after a restart. */
void config_lacks_ledger(const struct config *c, struct mistakes *to)
{
	bool budgets = false;

	for (size_t i = 0; i < c->keys_count; i++)
		budgets |= budget_is_any(&c->keys[i].budget);
	if (budgets && !c->ledger.path)
		config_lack(to, "a key has a budget, and there is no ledger to "
				"keep what it spends: give \"ledger\" with a "
				"\"path\"");
	else if (budgets && !c->ledger.prices_path)
		config_lack(to, "a key has a budget, and nothing has a price: "
				"give \"prices\" in \"ledger\"");
}
