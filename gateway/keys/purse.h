/*
 * What a key has used so far: money, turns of the last minute, requests under
 * way. All workers share it. Keys of the same name share a purse, so that a new
 * key can replace an old one; a purse outlives the configuration that named it.
 */
#ifndef GATEWAY_KEYS_PURSE_H
#define GATEWAY_KEYS_PURSE_H

#include "gateway/keys/budget.h"
#include "wire/bytes/tick.h"

struct purse;
struct purses; /* all purses */

struct purses *purses_new(void);
void purses_free(struct purses *all);

/* The purse of this name; it is made if there is none. */
struct purse *purses_find(struct purses *all, const char *name);

/* ---- what any thread may call ---- */

/* Takes a turn of the last minute (a_minute 0: no limit). false: none is free,
 * and *wait is the time until one is. */
bool purse_turn(struct purse *p, size_t a_minute, tick_t now, tick_t *wait);

/* Adds a request under way (most 0: no limit). false: there are `most`
 * already. */
bool purse_enter(struct purse *p, size_t most);
void purse_leave(struct purse *p);

/* Adds a cost; a cost below zero takes back what was too much. */
void purse_spend(struct purse *p, int64_t now, money_t cost);
struct budget_spent purse_spent(struct purse *p, int64_t now);

/* Sets what was spent before this program began. */
void purse_restore(struct purse *p, const struct budget_spent *before);

#endif
