/*
 * Checks a message stream against the grammar that a client needs:
 *
 *	stream := message_start block* message_delta+ message_stop
 *	block  := content_block_start content_block_delta* content_block_stop
 *	abort  := any beginning of a stream, then error
 *
 * Pings and events of unknown names may occur anywhere.
 */
#ifndef PROBE_LOOK_GRAMMAR_H
#define PROBE_LOOK_GRAMMAR_H

#include "probe/look/view.h"

enum grammar_fault {
	GRAMMAR_GOOD,
	GRAMMAR_USAGE, /* the usage is wrong */
	GRAMMAR_TOOL, /* a call's input, or the stop reason of a call, is
			 wrong */
	GRAMMAR_OTHER,
};

/*
 * Appends "ok", or the first error and its place: "event 3
 * (content_block_delta): no block 1 is open". Events are counted from 0 without
 * pings, as in event[3].
 */
enum grammar_fault grammar_check(const struct exchange *x, struct buf *out);

#endif
