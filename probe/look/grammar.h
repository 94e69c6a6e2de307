/*
 * The grammar of a message stream as a client needs it:
 *
 *	stream := message_start block* message_delta+ message_stop
 *	block  := content_block_start content_block_delta* content_block_stop
 *	abort  := any beginning of a stream, then error
 *
 * Pings and events of unknown names may stand anywhere.
 */
#ifndef PROBE_LOOK_GRAMMAR_H
#define PROBE_LOOK_GRAMMAR_H

#include "probe/look/view.h"

enum grammar_fault {
	GRAMMAR_GOOD,
	GRAMMAR_USAGE, /* of what was counted */
	GRAMMAR_TOOL, /* of a call's input, or of the stop reason of one */
	GRAMMAR_OTHER,
};

/*
 * Appends "ok", or one sentence that says what is wrong first and where:
 * "event 3 (content_block_delta): no block 1 is open". Events are counted from
 * 0 without pings, as in event[3].
 */
enum grammar_fault grammar_check(const struct exchange *x, struct buf *out);

#endif
