/*
 * The parts of the HTML report. The page is one file that loads nothing, can be
 * read without its script, and stays below HTML_LIMIT: cases that do not fit
 * are written without their evidence.
 */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

#define HTML_LIMIT ((size_t)2600 * 1000) /* bytes of the whole page */

extern const char page_css[], page_js[]; /* page/, compiled in */

/* Writes a case, folded, with everything that helps to act on it; `open`: not
 * folded. */
void html_case(const struct run_report *r, const struct result *one, bool open,
	       bool with_evidence, struct buf *out);

/* Writes the heads and bodies of two sides, with the differences marked. */
void html_sides(const struct sides *s, const char *left, const char *right,
		struct buf *out);

/* Writes the timeline of both sides as SVG. */
void html_timeline(const struct evidence *e, struct buf *out);

/* Writes text, escaped; nothing for NULL. */
void html_text(struct buf *out, const char *text);

/* Writes the attributes that the filters use. */
void html_data(const struct run_report *r, const struct result *one,
	       struct buf *out);

/* Writes what the gateway does, at the top: each cause with links to its
 * cases. */
void html_causes(const struct run_report *r, struct buf *out);

/* Writes the cause of a case, with a link to it; and the filter by cause. */
void html_cause_of(const struct run_report *r, const struct result *one,
		   struct buf *out);
void html_cause_filter(const struct run_report *r, struct buf *out);

#endif
