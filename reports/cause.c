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

void cause_list_free(struct cause *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cause_clear(&list[i]);
	free(list);
}

const char *cause_change_name(enum cause_change c)
{
	static const char *const names[] = {
		[CAUSE_KEPT] = "kept",
		[CAUSE_CHANGED] = "changed",
		[CAUSE_DROPPED] = "dropped",
		[CAUSE_ADDED] = "added",
	};

	return names[c];
}
