/*
 * The wire log of one run, arranged for asking: exchanges by actor, bodies put
 * together, streams read into events. A view is a pure function of the log; it
 * can be made from a log that is still growing.
 */
#ifndef PROBE_LOOK_VIEW_H
#define PROBE_LOOK_VIEW_H

#include "formats/plain.h"
#include "wire/http/sse.h"
#include "wire/json/jscan.h"
#include "wire/log/wlog.h"

struct view_event {
	char *name, *data;
	size_t name_len, data_len;
	tick_t at; /* when its last byte was sent or received */
	bool is_ping, unterminated;
	bool is_idle; /* the client was measured to read over it: "[DONE]" of
			 another API, and message_start a second time */
	unsigned event_lines, data_lines, newlines;
	struct jval json; /* of data; text.at == NULL if not JSON */
};

/* A frame of Amazon's event stream, whose checksums were right. */
struct view_frame {
	char *kind; /* "event", "exception", "error" */
	char *type; /* "chunk", "throttlingException", ... */
	char *payload;
	size_t payload_len;
	tick_t at; /* when its last byte was sent or received */
};

struct view_block { /* a content block put together, stream or not */
	char *type, *text; /* text, thinking, or partial_json joined */
	size_t text_len;
	char *signature; /* "" if none */
	char *id, *name; /* of a tool use; "" otherwise */
};

struct arrival { /* of a piece of an answer's body */
	size_t end; /* content that can be read with it */
	tick_t at;
};

struct exchange {
	const char *actor;
	unsigned number; /* from 1, per actor */
	const struct wlog_entry *request, *response; /* NULL: not seen */
	struct span request_body;
	struct buf extra; /* what came after the answer */
	struct buf body; /* the answer's body bytes, as they came */
	struct buf plain; /* without its content coding, if it has one */
	struct span content; /* what is looked into: one of the two */
	char *unreadable; /* why the coding cannot be undone, or NULL */
	struct arrival *arrivals;
	size_t pieces;
	enum stream_end end;
	const char *end_text;
	enum end_stage stage; /* how far it came, where it did not end well */
	tick_t began, head_at, first_byte_at,
		ended_at; /* TICK_NEVER: not yet */
	bool is_stream; /* content-type text/event-stream; or another one, and
			   it begins as such a stream: the client reads it */
	bool is_framed; /* a stream, and in frames; the events are those that
			   they hold */
	struct view_frame *frames;
	size_t frame_count;
	char *bad_frame; /* what is wrong with the one after them; or NULL */
	struct view_event *events; /* pings and unknown ones included */
	size_t event_count;
	size_t comment_count, ping_count;
	struct view_block *blocks;
	size_t block_count;
	char *stop_reason; /* NULL: none */
	struct jval json; /* of content; text.at == NULL if not JSON */
};

struct view {
	uint64_t run;
	struct exchange *list; /* in order of beginning */
	size_t count;
	const struct wlog *log;
};

/*
 * Entries of other runs are passed over. Never fails: what cannot be read is
 * absent. At most VIEW_BODY_LIMIT bytes of a body are looked into. A view
 * borrows from the log and is valid until the log grows.
 */
#define VIEW_BODY_LIMIT ((size_t)64 * 1024 * 1024)

void view_of(struct view *v, const struct wlog *log, uint64_t run);
void view_clear(struct view *v);

/* The n-th exchange (from 1) of this actor; "u" is any of the upstream's,
 * and one without the letter of a provider that of any (wire/log/actor.h). */
const struct exchange *view_find(const struct view *v, const char *actor,
				 unsigned number);
size_t view_count(const struct view *v, const char *actor);

/*
 * Events that a client gets: not a ping, not an idle one, and not a frame that the end of the
 * stream cut off inside its data. `n` counts them from 0; NULL: no such one.
 */
bool view_event_counts(const struct view_event *ev);
const struct view_event *view_event(const struct exchange *x, size_t n);
size_t view_event_count(const struct exchange *x);

/* The format of a request, by its path; NULL, or no request: unknown. */
enum format view_format(const struct exchange *x);

/* Fills in blocks and stop_reason from the events or the body (message.c). */
void message_of(struct exchange *x);

/* When the mock reached this mark or hold ("u1", "name"); TICK_NEVER. */
tick_t view_mark(const struct view *v, const char *actor, const char *name);

#endif
