/* Cases, subjects and operators in words. */
#ifndef PROBE_COMMAND_EXPLAIN_H
#define PROBE_COMMAND_EXPLAIN_H

#include "probe/suite/casefile.h"
#include "probe/suite/requirements.h"

void explain_case(const struct casefile *c, const struct requirements *known,
		  struct buf *out);
/* Requirement or failure: its source, and what each case that guards it says
 * of why, the client and the fix. */
void explain_requirement(const struct requirement *r,
			 const struct casebook *book, struct buf *out);
/* "undecided", "breaks", "client-config": words of reports; "relays": a claim.
 * false: no word. */
bool explain_word(const char *word, struct buf *out);
/* The n-th word that it knows (from 0), or NULL. */
const char *explain_word_nth(size_t n);
void explain_subjects(struct buf *out);
void explain_operators(struct buf *out);

#endif
