/* The known word nearest to a misspelt one. */
#ifndef WIRE_BYTES_NEAR_H
#define WIRE_BYTES_NEAR_H

/* The nearest of the NULL-ended words, or NULL if none is near. Case does not
 * count. */
const char *near_word(const char *word, const char *const *words);

#endif
