/* Cases, subjects and operators in words. */
#ifndef PROBE_EXPLAIN_H
#define PROBE_EXPLAIN_H

#include "probe/casefile.h"
#include "probe/requirements.h"

void explain_case(const struct casefile *c, const struct requirements *known,
		  struct buf *out);
/* Requirement or failure: its source, and what each case that guards it says
 * of why, the client and the fix. */
void explain_requirement(const struct requirement *r,
			 const struct casebook *book, struct buf *out);
/* "undecided", "breaks", "client-config": words of reports. false: no word. */
bool explain_word(const char *word, struct buf *out);
void explain_subjects(struct buf *out);
void explain_operators(struct buf *out);

/* Appends words, broken between them, each line behind `indent` blanks. */
void explain_wrap(struct buf *out, int indent, const char *text);
/* The same behind an empty line and a title. */
void explain_part(struct buf *out, const char *title, const char *text);

#endif
