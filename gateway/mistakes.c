/* A list of failures. */
#include "gateway/mistakes.h"

void mistakes_add(struct mistakes *m, const struct fail *f)
{
	if (m->count < MISTAKES_LIMIT)
		m->list[m->count] = *f;
	m->count++;
}
