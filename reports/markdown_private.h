/* For the files of the Markdown report only: its pieces. */
#ifndef REPORTS_MARKDOWN_PRIVATE_H
#define REPORTS_MARKDOWN_PRIVATE_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"

/* Writes a case in full under a heading such as "###". */
void markdown_case(struct buf *out, const char *heading,
		   const struct result *r);

/* Writes a failing case as one item: its id, and what is wrong. */
void markdown_line(struct buf *out, const struct result *r);

/* Writes "- **why:** ..."; nothing if there is no text. */
void markdown_item(struct buf *out, const char *name, const char *text);

/* Writes a value within a line of text. */
void markdown_code(struct buf *out, const char *text);

#endif
