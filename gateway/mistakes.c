/* A list of mistakes. */
#include "gateway/mistakes.h"

void mistakes_add(struct mistakes *m, const struct fail *f)
{
	if (m->count < MISTAKES_LIMIT)
		m->list[m->count] = *f;
	m->count++;
}

void mistakes_place(struct mistakes *m, const struct json *j, const cJSON *node,
		    const struct fail *why)
{
	struct fail f = FAIL_INIT;

	json_fail(j, node, &f, "%s", why->text);
	mistakes_add(m, &f);
}

void mistakes_take(void *arg, const struct fail *f)
{
	mistakes_add(arg, f);
}
