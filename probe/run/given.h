/* Values of options that several commands take. All failures are FAIL_USAGE. */
#ifndef PROBE_RUN_GIVEN_H
#define PROBE_RUN_GIVEN_H

#include "probe/suite/casefile.h"
#include "wire/bytes/address.h"
#include "wire/bytes/option.h"

struct word { /* a table of them is ended by name NULL */
	const char *name;
	int value;
};

/* Finds the word `text` in the table; the failure lists all words. */
int given_word(const struct word *words, const char *option, const char *text,
	       int *out, struct fail *f);

/* --auth: bearer, x-api-key or both. */
int given_auth(enum auth_form *out, const char *text, struct fail *f);

/* --header 'NAME: VALUE', any number of times; added to `to`. */
int given_headers(struct headers *to, const struct option_list *texts,
		  struct fail *f);

/* The addresses at which the mock listens as provider a, b, ...; `out` has room
 * for ACTOR_PROVIDERS. `first` is --mock-listen, `more` what a target lists
 * after it (ends with NULL; or NULL), `listed` each "b=ADDR:PORT" of
 * --provider-listen. */
int given_mocks(struct address *out, size_t *count, const char *first,
		const char *const *more, const struct option_list *listed,
		struct fail *f);

#endif
