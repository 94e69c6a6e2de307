/* Explains cases, requirements, words, subjects and operators. */
#ifndef PROBE_COMMAND_EXPLAIN_H
#define PROBE_COMMAND_EXPLAIN_H

#include "probe/suite/casefile.h"
#include "probe/suite/requirements.h"

void explain_case(const struct casefile *c, const struct requirements *known,
		  struct buf *out);
/* Explains a requirement or failure: its source, and for each case that guards
 * it why, effect and fix. */
void explain_requirement(const struct requirement *r,
			 const struct casebook *book, struct buf *out);
/* Explains a word of reports ("undecided", "breaks", "client-config") or a
 * claim ("relays"). false: not such a word. */
bool explain_word(const char *word, struct buf *out);
/* The n-th word that explain_word() knows, from 0; NULL: no more. */
const char *explain_word_nth(size_t n);
void explain_subjects(struct buf *out);
void explain_operators(struct buf *out);

#endif
