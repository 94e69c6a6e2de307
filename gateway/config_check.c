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
