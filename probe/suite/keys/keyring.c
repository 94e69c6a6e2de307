/* Named keys: the table of their roles, and the list that a run has. */
#include "probe/suite/keys/keyring.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"
#include "wire/bytes/wrap.h"

static const struct keyring_role {
	const char *name; /* "budget"; NULL ends the table */
	const char *means; /* how the gateway has to set it up */
} keyring_roles[] = {
	{ "second", "has no limits, and nothing else uses it" },
	{ "metered",
	  "has no limits; its usage and models are asked for, and those of "
	  "'second'" },
	{ "bound", "is answered by provider b alone" },
	{ "narrow", "may ask for claude-haiku-4-5 alone" },
	{ "expired", "was good until 2020-01-01" },
	{ "spent",
	  "has a budget of 1 dollar a day; cases use it up, one after the "
	  "other" },
	{ "budget", "has a budget of 10 dollars a day, of which nothing is "
		    "spent when the run begins" },
	{ "brink", "has a budget of 1 dollar a day, of which nothing is spent "
		   "when the run begins" },
	{ "weekly", "has a budget of 1 dollar a week; cases use it up" },
	{ "monthly", "has a budget of 1 dollar a month; cases use it up" },
	{ "total", "has a budget of 1 dollar that is never renewed; cases use "
		   "it up" },
	{ "rated", "may send 3 requests a minute" },
	{ "single", "may have 1 request under way" },
	{ .name = NULL },
};

static const char *const marks[] = {
	"{{second", "{{metered", "{{bound",  "{{narrow", "{{expired",
	"{{spent",  "{{budget",  "{{brink",  "{{weekly", "{{monthly",
	"{{total",  "{{rated",   "{{single", NULL,
};

#define ROLES (sizeof(keyring_roles) / sizeof(keyring_roles[0]))

int keyring_check(const char *name, struct fail *f)
{
	const char *names[ROLES] = { NULL };
	const char *near;

	for (size_t i = 0; i + 1 < ROLES; i++) {
		if (strcmp(keyring_roles[i].name, name) == 0)
			return 0;
		names[i] = keyring_roles[i].name;
	}
	near = near_word(name, names);
	return fail_set(f, FAIL_CASE, "no key '%s'%s%s%s", name,
			near != NULL ? "; did you mean '" : "",
			near != NULL ? near : "",
			near != NULL ? "'?"
				     : "; `ccprobe explain keys` lists them");
}

const char *const *keyring_marks(void)
{
	return marks;
}

void keyring_list(struct buf *out)
{
	for (const struct keyring_role *r = keyring_roles; r->name; r++) {
		buf_addf(out, "%s\n", r->name);
		wrap_words(out, 2, r->means);
	}
}

void keyring_add(struct keyring *k, const char *name, const char *value)
{
	k->list = xrealloc(k->list, (k->count + 1) * sizeof(*k->list));
	k->list[k->count++] =
		(struct keyring_key){ xstrdup(name), xstrdup(value) };
}

const char *keyring_find(const struct keyring *k, const char *name)
{
	for (size_t i = 0; k != NULL && i < k->count; i++)
		if (strcmp(k->list[i].name, name) == 0)
			return k->list[i].value;
	return NULL;
}

void keyring_clear(struct keyring *k)
{
	for (size_t i = 0; i < k->count; i++) {
		free(k->list[i].name);
		free(k->list[i].value);
	}
	free(k->list);
	*k = (struct keyring){ .list = NULL };
}
