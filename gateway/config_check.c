/* What the parts of the configuration are judged with. */
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

/* What was spent has to be known after a restart, too. */
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
