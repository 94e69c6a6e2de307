/* The known word nearest to a misspelt one. */
#include "wire/bytes/near.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define LONGEST 80

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool is_same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Edits that make one word of the other: insert, drop or replace a byte, or
 * swap two neighbours. Case does not count. Both are at most LONGEST bytes.
 */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[LONGEST + 1][LONGEST + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	for (size_t i = 0; i <= a_len; i++)
		row[i][0] = (unsigned)i;
	for (size_t k = 0; k <= b_len; k++)
		row[0][k] = (unsigned)k;
	for (size_t i = 1; i <= a_len; i++) {
		for (size_t k = 1; k <= b_len; k++) {
			unsigned d = row[i - 1][k - 1] +
				     !is_same(a[i - 1], b[k - 1]);

			d = least(d, row[i - 1][k] + 1);
			d = least(d, row[i][k - 1] + 1);
			if (i > 1 && k > 1 && is_same(a[i - 1], b[k - 2]) &&
			    is_same(a[i - 2], b[k - 1]))
				d = least(d, row[i - 2][k - 2] + 1);
			row[i][k] = d;
		}
	}
	return row[a_len][b_len];
}

const char *near_word(const char *word, const char *const *words)
{
	size_t len = strlen(word);
	/* edits; fewer are near */
	unsigned best = len < 4 ? 2 : len < 8 ? 3 : 4;
	const char *near = NULL;

	if (len == 0 || len > LONGEST)
		return NULL;
	for (; *words != NULL; words++) {
		unsigned d;

		if (strlen(*words) > LONGEST)
			continue;
		d = distance(word, *words);
		if (d < best) {
			best = d;
			near = *words;
		}
	}
	return near;
}
