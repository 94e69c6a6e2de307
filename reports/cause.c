/* Causes as values. */
#include "reports/cause.h"

#include <stdlib.h>

void cause_clear(struct cause *c)
{
	for (size_t i = 0; i < c->example_count; i++) {
		free(c->examples[i].id);
		free(c->examples[i].sent);
		free(c->examples[i].got);
	}
	free(c->id);
	free(c->headline);
	free(c->fix);
	free(c->cases);
	*c = (struct cause){ .id = NULL };
}
