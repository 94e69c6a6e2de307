/*
 * An annotated event stream, read into steps. The file is a valid SSE stream;
 * comment lines that begin with ": @" are directives and are not sent. The
 * table in script.c has them all; script_list() prints it.
 *
 * Each event (and each other comment line between events) is one HTTP chunk
 * unless cut smaller. Bytes of events are sent exactly as in the file,
 * whatever their line ends. A directive inside an event is an error.
 */
#ifndef MOCK_SCRIPT_H
#define MOCK_SCRIPT_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

enum script_op {
	SCRIPT_SEND, /* bytes, in pieces of `sizes` (none: as one) */
	SCRIPT_WAIT,
	SCRIPT_HOLD,
	SCRIPT_MARK,
	SCRIPT_CUT_FIN,
	SCRIPT_CUT_RST,
	SCRIPT_STALL,
	SCRIPT_END,
};

enum script_coding { CODING_NONE, CODING_GZIP, CODING_BR, CODING_ZSTD };

struct script_step {
	enum script_op op;
	struct span bytes; /* SEND: into the script's own copy of the text */
	size_t *sizes; /* SEND: offsets of the cuts, ascending */
	size_t sizes_count;
	uint32_t repeat; /* SEND: 1 and up */
	uint32_t slice; /* SEND: piece size, 0: none */
	uint32_t ms; /* WAIT; SEND: pace after each event */
	char *name; /* HOLD, MARK */
	unsigned line; /* in the file, from 1 */
};

struct script {
	char *name; /* for messages */
	char *text;
	size_t len;
	struct script_step *steps;
	size_t count, cap;
	enum script_coding coding;
};

#define SCRIPT_REPEAT_LIMIT 100000
#define SCRIPT_WAIT_LIMIT_MS 3600000

/* Reads a copy of `text`. Messages say name:line. */
int script_read(struct script **out, const char *name, struct span text,
		struct fail *f);
void script_free(struct script *s);

/* Appends the bytes that are sent instead of `bytes` of a step. */
typedef void script_map_fn(void *arg, struct span bytes, struct buf *out);

/* The same steps with other bytes; a step whose new bytes are empty is left
 * out. Yours to free. */
struct script *script_map(const struct script *s, script_map_fn *fn, void *arg);

/* May a hold or a mark have this name? */
bool script_is_name(struct span s);

/* Appends the directives for `ccprobe explain directives`: how each is written
 * and what it does. */
void script_list(struct buf *out);

#endif
