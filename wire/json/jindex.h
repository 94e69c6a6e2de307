/*
 * A JSON text that is read once: the pass that checks it also notes where each
 * value begins and ends, and how many values are inside it. Values that come
 * from the root of an index are found without looking at the text again;
 * everything in jscan.h works with them as with any others.
 *
 * An index is worth its memory (20 bytes a value) where a document is asked for
 * more than two members. One that is used again keeps its memory.
 */
#ifndef WIRE_JSON_JINDEX_H
#define WIRE_JSON_JINDEX_H

#include "wire/json/jscan.h"

struct jnode {
	uint32_t at, len; /* the value's bytes, from where the text begins */
	uint32_t key_at, key_len; /* its key with quotes; len 0: it has none */
	uint32_t size; /* this value and all that are inside it */
};

struct jindex {
	struct jnode *nodes; /* in the order of the text */
	size_t count, room;
};

#define JINDEX_INIT ((struct jindex){ .nodes = NULL })

/* What an index holds at most; a text with more values, or with 4 GiB, is
 * checked, but not indexed. */
enum { JINDEX_VALUES_LIMIT = 1 << 20 };

/*
 * Like jscan, with the same errors. The root and all values got from it are
 * valid until the index is used for another text or cleared, and as long as the
 * text stays.
 */
int jindex_scan(struct jindex *index, struct span doc, struct jval *root,
		struct fail *f);

void jindex_clear(struct jindex *index);

#endif
