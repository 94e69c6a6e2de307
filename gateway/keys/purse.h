/*
 * What a key has used so far: money, turns of the last minute, requests under
 * way. Workers share it. Keys of one name have one purse, so that one key can
 * take the place of another; it outlives the configuration that named it.
 */
#ifndef GATEWAY_KEYS_PURSE_H
#define GATEWAY_KEYS_PURSE_H

#include "gateway/keys/budget.h"
#include "wire/bytes/tick.h"

struct purse;
struct purses; /* all there are */

struct purses *purses_new(void);
void purses_free(struct purses *all);

/* The purse of this name, which is made if there is none. */
struct purse *purses_find(struct purses *all, const char *name);

/* ---- what any thread may call ---- */

/* A turn of the last minute's (0: as many as one likes). false: *wait is how
 * long until there is one. */
bool purse_turn(struct purse *p, size_t a_minute, tick_t now, tick_t *wait);

/* One more under way (0: any number). false: there are as many as may be. */
bool purse_enter(struct purse *p, size_t most);
void purse_leave(struct purse *p);

/* A cost below zero takes back what was too much. */
void purse_spend(struct purse *p, int64_t now, money_t cost);
struct budget_spent purse_spent(struct purse *p, int64_t now);

/* What was spent before this program began. */
void purse_restore(struct purse *p, const struct budget_spent *before);

#endif
