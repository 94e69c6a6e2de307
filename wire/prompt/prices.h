/*
 * What tokens cost. A suite has cases/prices.json; `--prices FILE` names another
 * file.
 */
#ifndef WIRE_PROMPT_PRICES_H
#define WIRE_PROMPT_PRICES_H

#include "wire/prompt/prompt.h"

struct prices {
	double input, output; /* dollars for a million tokens */
	double read, written_5m, written_1h; /* in percent of input */
};

/* The prices of our own cases/prices.json, which a test compares them with.
 * Verdicts go by these, whatever prices a report is written with. A newer model
 * reads from the cache for less, so by its prices a lost cache would cost still
 * more. */
extern const struct prices prices_usual;

/* Reads a file. Fails, with the place in it, for a key that is unknown or
 * missing, and for a price that is no number from 0 to 1,000,000. */
int prices_read(struct prices *out, const char *path, struct fail *f);

/* What these tokens cost, in dollars. */
double prices_of(const struct prices *p, const struct prompt_usage *u);

/* Appends "$1.07"; small amounts have four decimals: "$0.0312". */
void prices_write(double dollars, struct buf *out);

#endif
