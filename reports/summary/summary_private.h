/* For the files of the summary: where it is written, and its parts. */
#ifndef REPORTS_SUMMARY_SUMMARY_PRIVATE_H
#define REPORTS_SUMMARY_SUMMARY_PRIVATE_H

#include "reports/reports.h"

#define SUMMARY_MARGIN "      " /* of what belongs to a heading */
#define SUMMARY_INSIDE SUMMARY_MARGIN "        " /* behind a word like "why" */
#define SUMMARY_BESIDE "           " /* behind a label of its own column */

#define SUMMARY_WIDTH 80

struct summary {
	const struct run_report *r;
	struct buf *out;
	struct summary_how how;
};

/* ---- lines ---- */

/* The word of a verdict in its colour, filled up to `width`. */
void summary_label(struct summary *s, enum verdict v, size_t width);

/* Any word in the colour of a verdict, the same way. */
void summary_word(struct summary *s, enum verdict v, const char *word,
		  size_t width);

#define SUMMARY_LABEL_WIDTH 11

/* A word in that column without a colour: "note". */
void summary_plain(struct summary *s, const char *word);

/* Broken into lines behind `indent`; the first is begun already, at the column
 * that the indent has. Ends the line. */
void summary_wrapped(struct summary *s, const char *text, const char *indent);

/* The same with what stands on a line each, of which none is broken. */
void summary_items(struct summary *s, const char *lines, const char *indent);

/* "      why     ..."; nothing where there is no text. */
void summary_field(struct summary *s, const char *name, const char *text);

/* As it is, line by line, a number of them. */
void summary_block(struct summary *s, const char *name, const char *text);

/* Are failures told in full that a cause explains? Where somebody asks for it,
 * or looks into a few cases. */
bool summary_tells_all(const struct summary *s);

/* ---- parts ---- */

/* What the gateway does, with the failures that this explains. */
void summary_causes(struct summary *s);

/* Cases in full: those that no cause explains, or all of them. */
void summary_problems(struct summary *s);

/* A few lines with all areas, or one for each of them. */
void summary_areas(struct summary *s);

/* What is no failure and is told all the same. */
void summary_notes(struct summary *s);

#endif
