/*
 * Subjects: the left-hand side of an expectation, a path into the view. The
 * table in subject_rows.c is the reference (`ccprobe explain subjects` prints
 * it): c1.status, c1.header.NAME, c1.body#/pointer, c1.events.names,
 * u1.request.body, u1.requests.count, ...
 */
#ifndef PROBE_LOOK_SUBJECT_H
#define PROBE_LOOK_SUBJECT_H

#include "probe/look/value.h"
#include "probe/look/view.h"

struct subject;

/* Reads "c1.event[last]#/error/type". An error names what is unknown, and the
 * most similar word. */
int subject_new(struct subject **out, const char *text, struct fail *f);
void subject_free(struct subject *s);
const char *subject_text(const struct subject *s);
const char *subject_actor(const struct subject *s); /* "u1" of "u1[2].end" */
bool subject_is_events(const struct subject *s); /* allowed only with
						    same-events */
bool subject_is_cost(const struct subject *s); /* needs a session that is
						  played */

void subject_value(const struct subject *s, const struct view *v,
		   struct value *out);

/* The same, to show to people: credentials in header fields are masked. */
void subject_shown(const struct subject *s, const struct view *v,
		   struct value *out);

#endif
