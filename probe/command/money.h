/* The prices of tokens, for reports. */
#ifndef PROBE_COMMAND_MONEY_H
#define PROBE_COMMAND_MONEY_H

#include "wire/prompt/prices.h"

#define MONEY_HELP \
	"what tokens cost (cases/prices.json of the suite), for what reports " \
	"say about the prompt cache; no verdict depends on it"

/* Reads the given file, or else (NULL) that of the suite, or else uses built-in
 * prices. */
int money_prices(struct prices *out, const char *root, const char *given,
		 struct fail *f);

#endif
