/*
 * What is wrong, as a sentence. Checks are named by what is true of a good
 * gateway ("the status is 401"); where one fails, reports say what was got and
 * what was wanted instead. Texts are not made safe for a terminal here.
 */
#ifndef REPORTS_COMPLAINT_H
#define REPORTS_COMPLAINT_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

/*
 * Appends "the status is 200; it should be 401" where subject, operator and
 * values can be told in a line. false, and nothing is appended: they cannot.
 */
bool complaint_sentence(const struct outcome *o, struct buf *out);

/* The same; or, where there is none, "not so: NAME" with what differs first. */
void complaint_write(const struct outcome *o, struct buf *out);

/* Of a failing case: what was found out about it; else the complaint about its
 * worst check, and how many more do not hold. Of others the reason. */
void complaint_of(const struct result *r, struct buf *out);

/* The reason is no more than the name of a check that fails. */
bool complaint_is_reason(const struct result *r);

#endif
