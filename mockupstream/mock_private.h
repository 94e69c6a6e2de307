/* What mock.c, mock_run.c (runs), exchange.c (requests) and pick.c (rules)
 * share. */
#ifndef MOCK_MOCK_PRIVATE_H
#define MOCK_MOCK_PRIVATE_H

#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/mock.h"
#include "mockupstream/play.h"
#include "wire/json/jindex.h"

/* A run: the requests with one mark. */
struct mock_run {
	uint64_t id;
	struct rules *rules; /* borrowed; NULL: the provider answers */
	struct mock_exchange *open;
	char **released; /* "u1.name" */
	size_t released_count;
	uint32_t calls; /* requests so far */
	/* requests named "u1", without rules */
	unsigned plain[ACTOR_PROVIDERS];
	unsigned unmatched[ACTOR_PROVIDERS]; /* requests named "u0" */
};

/* One request and its answer; lives as long as the visit. */
struct mock_exchange {
	struct mock *mock;
	char provider; /* the one that was asked: 'a' */
	struct mock_run *run; /* NULL once the run is disarmed */
	struct mock_exchange *next, **link; /* in run->open */
	struct visit *visit;
	struct rule *rule; /* NULL: none fits, or there are none */
	/* the body; text.at is NULL if it is not JSON, and after the answer */
	struct jval json;
	struct reply own; /* a reply that was made for this request */
	struct play play;
	uint64_t run_id, serial;
	char actor[ACTOR_LEN];
	unsigned number; /* of the actor's exchanges, from 1 */
	int status; /* of the answer; 0: not begun */
	uint64_t sent; /* bytes of its body */
	bool ended; /* END is in the log */
};

struct mock_door { /* where one provider listens */
	struct mock *mock;
	struct serve *serve;
	char provider;
	char name[2]; /* the letter as text, for an account's name */
};

struct mock {
	struct loop *loop;
	struct mock_config config;
	char *key;
	struct mock_door doors[ACTOR_PROVIDERS];
	size_t door_count;
	struct anthropic provider;
	struct jindex index; /* index of the body that is being answered */
	struct mock_run **runs; /* sorted by id; run 0 is always there */
	size_t runs_count, runs_cap;
	uint64_t lane;
	uint64_t serial; /* requests so far */
	size_t open;
};

extern const struct serve_handler mock_handler;

/* Where the run is in the sorted list, or would be. */
size_t mock_run_slot(const struct mock *m, uint64_t id);

/* The run with this id, or NULL. */
struct mock_run *mock_run_find(const struct mock *m, uint64_t id);
struct mock_run *mock_run_add(struct mock *m, uint64_t id);
void mock_run_free(struct mock_run *run);
void mock_run_forget(struct mock_run *run); /* forgets the released holds */
bool mock_run_is_released(const struct mock_run *run, const char *actor,
			  const char *hold);

/* Ends an exchange from our side and logs its END with that text. */
void exchange_abort(struct mock_exchange *x, const char *text);

/* The first rule that fits and is not used up; counts its use. */
struct rule *pick_rule(struct mock_run *run, const struct mock_exchange *x,
		       uint64_t mark);

/* The reply of a rule that was just picked. */
const struct reply *pick_reply(const struct rule *rule);

#endif
