/* A finding about what is set. */
#include "probe/settings/settings_private.h"

void settings_finding(struct reading *r, const char *code, const char *w1,
		      const char *w2, const char *w3)
{
	const char *words[] = { w1, w2, w3 };

	findings_add(r->to, SETTINGS_STEP, code, words, 3, NULL);
}
