/* The prices that a report is written with. */
#ifndef PROBE_COMMAND_MONEY_H
#define PROBE_COMMAND_MONEY_H

#include "wire/prompt/prices.h"

#define MONEY_HELP \
	"what tokens cost (cases/prices.json of the suite), for what reports " \
	"say of the prompt cache; no verdict depends on it"

/* Those of the file that was given (NULL: none), else those of the suite. */
int money_prices(struct prices *out, const char *root, const char *given,
		 struct fail *f);

#endif
