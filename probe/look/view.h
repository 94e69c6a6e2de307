/*
 * The wire log of one run, arranged for questions: exchanges by actor, whole
 * bodies, and the events of streams. A view is a pure function of the log,
 * which may still grow.
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
	bool is_idle; /* the client was measured to ignore it: "[DONE]" of
			 another API, or a repeated message_start */
	unsigned event_lines, data_lines, newlines;
	struct jval json; /* of data; text.at == NULL if not JSON */
};

/* A frame of Amazon's event stream with right checksums. */
struct view_frame {
	char *kind; /* "event", "exception", "error" */
	char *type; /* "chunk", "throttlingException", ... */
	char *payload;
	size_t payload_len;
	tick_t at; /* when its last byte was sent or received */
};

struct view_block { /* a whole content block, of a stream or a body */
	char *type, *text; /* text, thinking, or partial_json joined */
	size_t text_len;
	char *signature; /* "" if none */
	char *id, *name; /* of a tool use; "" otherwise */
};

struct arrival { /* a part of an answer's body */
	size_t end; /* bytes of content that can be read after it */
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
	struct span content; /* what checks read: `body` or `plain` */
	char *unreadable; /* why the body cannot be decoded, or NULL */
	struct arrival *arrivals;
	size_t pieces;
	enum stream_end end;
	const char *end_text;
	enum end_stage stage; /* how far it got, if it did not end well */
	tick_t began, head_at, first_byte_at,
		ended_at; /* TICK_NEVER: not yet */
	bool is_stream; /* content-type text/event-stream, or a body that begins
			   like one: the client reads it, too */
	bool is_framed; /* the stream is in frames, and the events are those in
			   the frames */
	struct view_frame *frames;
	size_t frame_count;
	char *bad_frame; /* what is wrong after the last good frame, or NULL */
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
 * Ignores entries of other runs. Never fails: what cannot be read is absent.
 * Reads at most VIEW_BODY_LIMIT bytes of a body. A view borrows from the log,
 * and is valid until the log grows.
 */
#define VIEW_BODY_LIMIT ((size_t)64 * 1024 * 1024)

void view_of(struct view *v, const struct wlog *log, uint64_t run);
void view_clear(struct view *v);

/* The n-th exchange of this actor, from 1. "u" means any upstream actor; an
 * actor without the letter of a provider means that of any provider
 * (wire/log/actor.h). */
const struct exchange *view_find(const struct view *v, const char *actor,
				 unsigned number);
size_t view_count(const struct view *v, const char *actor);

/*
 * Events that a client uses: no pings, no idle ones, and no event that the end
 * of the stream cut off inside its data. `n` counts them from 0; NULL: there is
 * no such event.
 */
bool view_event_counts(const struct view_event *ev);
const struct view_event *view_event(const struct exchange *x, size_t n);
size_t view_event_count(const struct exchange *x);

/* The format of a request, by its path; x may be NULL. */
enum format view_format(const struct exchange *x);

/* Fills in blocks and stop_reason from the events or the body (message.c). */
void message_of(struct exchange *x);

/* When the mock reached this mark or hold ("u1", "name"); TICK_NEVER: it did
 * not. */
tick_t view_mark(const struct view *v, const char *actor, const char *name);

#endif
