/*
 * Money is a whole number of nano-dollars, so that sums are exact: at $0.05 for
 * a million tokens one token costs 50 nano-dollars.
 */
#ifndef GATEWAY_KEYS_MONEY_H
#define GATEWAY_KEYS_MONEY_H

#include "wire/bytes/buf.h"

typedef int64_t money_t;

#define MONEY_DOLLAR INT64_C(1000000000)
#define MONEY_CENT (MONEY_DOLLAR / 100)
#define MONEY_MOST (INT64_C(1000000000) * MONEY_DOLLAR) /* of one amount */

/* Rounds to the nearest amount; false: no number, below zero, or more than
 * MONEY_MOST. */
bool money_of(double dollars, money_t *out);

/* Appends a number of dollars with all its digits: "0.01245", "50". */
void money_write(money_t m, struct buf *out);

/* Appends "$50.00", with cents rounded down; less than a cent has four
 * decimals. */
void money_show(money_t m, struct buf *out);

#endif
