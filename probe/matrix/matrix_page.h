/* Parts of the page. */
#ifndef PROBE_MATRIX_MATRIX_PAGE_H
#define PROBE_MATRIX_MATRIX_PAGE_H

#include "probe/matrix/matrix.h"

/* page/matrix.css and page/matrix.js */
extern const char matrix_css[], matrix_js[];

const char *matrix_page_meaning(enum matrix_state s); /* of the legend */

/* What stands in a cell: how many fail, or a word. */
void matrix_page_cell(const struct matrix_cell *cell, struct buf *out);

/* Is there more to say of it than the cell does? */
bool matrix_page_tells(const struct matrix_cell *cell);

/* What a column is called: short, with what tells it from its neighbours. */
void matrix_page_column(const struct matrix_result *r, struct buf *out);

/* The areas of a duty's cases, with blanks between and around. */
void matrix_page_areas(const struct matrix *m, const char *duty,
		       struct buf *out);

bool matrix_page_has_old(const struct matrix *m);
void matrix_page_history(const struct matrix *m, struct buf *out);

/* All there is to say of one result: causes, duties, how to repeat it. */
void matrix_page_result(const struct matrix *m, size_t i, struct buf *out);

#endif
