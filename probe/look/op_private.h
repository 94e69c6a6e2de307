/* The table of operators, and what they get to decide. */
#ifndef PROBE_LOOK_OP_PRIVATE_H
#define PROBE_LOOK_OP_PRIVATE_H

#include "probe/look/expect.h"
#include "probe/look/op.h"
#include "probe/look/value.h"

enum right_side {
	RIGHT_NONE,
	RIGHT_ANY = 1 << 0, /* any JSON value */
	RIGHT_NUMBER = 1 << 1,
	RIGHT_LIST = 1 << 2,
	RIGHT_TEXTS = 1 << 3, /* a text or a list of texts */
	RIGHT_PATTERN = 1 << 4,
	RIGHT_OF = 1 << 5, /* {"of": SUBJECT} */
	RIGHT_FILE = 1 << 6, /* {"file": "fixtures/..."} */
	RIGHT_GROWTH = 1 << 7, /* {"of": SUBJECT, "by": NUMBER} */
};

struct asking {
	const struct expect *e;
	const struct value *left;
	const struct value *right; /* of {"of": ...}; otherwise NULL */
	struct buf *difference; /* may be NULL */
};

struct op {
	const char *word;
	unsigned right;
	bool events; /* `.events` may be on the left */
	bool absent; /* holds if the left side is absent */
	int (*holds)(const struct asking *a); /* 1, 0, -1 as in
						 expect_holds() */
	const char *wish; /* begins the text `wanted`, before the value */
	const char *right_text, *help;
};

/* The last row has no word. */
extern const struct op op_rows[];

#endif
