/* A count of owners. */
#include "wire/bytes/shared.h"

#include <stdlib.h>

#include "wire/bytes/mem.h"

unsigned *shared_hold(unsigned **of)
{
	if (!*of) {
		*of = xmalloc(sizeof(**of));
		**of = 1;
	}
	++**of;
	return *of;
}

void shared_drop(char **memory, unsigned **of)
{
	if (!*of || --**of == 0) {
		free(*of);
		free(*memory);
	}
	*of = NULL;
	*memory = NULL;
}
