/* What the parts of the configuration are judged with. */
#include "gateway/config.h"

int config_check_key(const char *value, struct fail *f)
{
	for (const char *p = value; *p; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return fail_set(f, FAIL_USAGE,
					"the key has spaces or characters "
					"that are not ASCII");
	return *value ? 0 : fail_set(f, FAIL_USAGE, "the key is empty");
}

void config_lack(struct mistakes *to, const char *what)
{
	struct fail f = FAIL_INIT;

	fail_set(&f, FAIL_USAGE, "%s", what);
	mistakes_add(to, &f);
}
