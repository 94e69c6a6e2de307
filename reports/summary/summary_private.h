/* For the files of the summary only: where it is written, and its parts. */
#ifndef REPORTS_SUMMARY_SUMMARY_PRIVATE_H
#define REPORTS_SUMMARY_SUMMARY_PRIVATE_H

#include "reports/reports.h"

#define SUMMARY_MARGIN "      " /* the indent of what belongs to a heading */
/* the indent of the text after a word like "why" */
#define SUMMARY_INSIDE SUMMARY_MARGIN "        "
#define SUMMARY_BESIDE "           " /* the indent of the text after a label */

#define SUMMARY_WIDTH 80

struct summary {
	const struct run_report *r;
	struct buf *out;
	struct summary_how how;
};

/* ---- lines ---- */

/* Writes the word for a verdict in its colour, padded to `width`. */
void summary_label(struct summary *s, enum verdict v, size_t width);

/* Writes any word in the colour of a verdict, in the same way. */
void summary_word(struct summary *s, enum verdict v, const char *word,
		  size_t width);

#define SUMMARY_LABEL_WIDTH 11

/* Writes a word in that column without colour: "note". */
void summary_plain(struct summary *s, const char *word);

/* Writes text broken into lines after `indent`; the first line has already
 * begun, at the column of the indent. Ends the line. */
void summary_wrapped(struct summary *s, const char *text, const char *indent);

/* The same for items on a line each, none of which is broken. */
void summary_items(struct summary *s, const char *lines, const char *indent);

/* Writes " why ..."; nothing if there is no text. */
void summary_field(struct summary *s, const char *name, const char *text);

/* Writes the text line by line, up to a number of lines. */
void summary_block(struct summary *s, const char *name, const char *text);

/* Whether failures that a cause explains are written in full, too: if that was
 * asked for, or only a few cases were selected. */
bool summary_tells_all(const struct summary *s);

/* ---- parts ---- */

/* What the gateway does, with the failures that this explains. */
void summary_causes(struct summary *s);

/* Cases in full: those that no cause explains, or all of them. */
void summary_problems(struct summary *s);

/* A few lines with all areas, or one for each of them. */
void summary_areas(struct summary *s);

/* What is not a failure but still worth knowing. */
void summary_notes(struct summary *s);

#endif
