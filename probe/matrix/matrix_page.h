/* Parts of the HTML page, for matrix_html.c. */
#ifndef PROBE_MATRIX_MATRIX_PAGE_H
#define PROBE_MATRIX_MATRIX_PAGE_H

#include "probe/matrix/matrix.h"

/* page/matrix.css and page/matrix.js */
extern const char matrix_css[], matrix_js[];

/* As the legend says it. */
const char *matrix_page_meaning(enum matrix_state s);

/* Appends a cell's content: how many cases fail, or the word of its state. */
void matrix_page_cell(const struct matrix_cell *cell, struct buf *out);

/* Does the cell lead to evidence? It does if it fails or is undecided. */
bool matrix_page_tells(const struct matrix_cell *cell);

/* Appends a column's name: gateway and version, formats that are not the usual
 * ones, and the client's version. */
void matrix_page_column(const struct matrix_result *r, struct buf *out);

/* Appends the areas of a duty's cases, with a blank in front of each and one at
 * the end. */
void matrix_page_areas(const struct matrix *m, const char *duty,
		       struct buf *out);

bool matrix_page_has_old(const struct matrix *m);
void matrix_page_history(const struct matrix *m, struct buf *out);

/* Everything about one result: causes, duties, and how to repeat it. */
void matrix_page_result(const struct matrix *m, size_t i, struct buf *out);

#endif
