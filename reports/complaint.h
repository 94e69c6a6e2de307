/*
 * What is wrong, as a sentence. The name of a check says what is true of a good
 * gateway ("the status is 401"); when it fails, reports say what came and what
 * was wanted instead. The texts are not made safe for a terminal here.
 */
#ifndef REPORTS_COMPLAINT_H
#define REPORTS_COMPLAINT_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

/*
 * Appends "the status is 200; it should be 401" if the subject, the operator
 * and the values can be described in one line. false: they cannot, and nothing
 * was appended.
 */
bool complaint_sentence(const struct outcome *o, struct buf *out);

/* The same; if there is no sentence, "not so: NAME" and the first
 * difference. */
void complaint_write(const struct outcome *o, struct buf *out);

/* What is wrong with a case. If it fails: what was found out about it, or the
 * complaint about its worst check and the number of others that fail.
 * Otherwise: the reason. */
void complaint_of(const struct result *r, struct buf *out);

/* Whether the reason is only the name of a failing check. */
bool complaint_is_reason(const struct result *r);

#endif
