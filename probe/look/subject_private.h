/* The table of subjects, and what its functions get. */
#ifndef PROBE_LOOK_SUBJECT_PRIVATE_H
#define PROBE_LOOK_SUBJECT_PRIVATE_H

#include "probe/look/subject.h"

enum subject_takes {
	TAKES_NOTHING,
	TAKES_POINTER, /* "#/pointer" may follow */
	TAKES_NAME, /* the rest is a name */
	TAKES_EVENT, /* "[0]", "[last]" or "[NAME]"; a pointer may follow */
	TAKES_BLOCK, /* "[0]"; a pointer may follow */
};

struct subject_asked {
	const struct view *view;
	const struct exchange *x; /* NULL only for rows with `always` */
	const char *actor, *argument;
	bool blot; /* for printing: credentials in heads are masked */
};

typedef void subject_get(const struct subject_asked *a, struct value *v);

struct subject_row {
	const char *word;
	enum subject_takes takes;
	bool always; /* has a value even without an exchange */
	subject_get *get;
	const char *shown; /* the spelling for users */
	const char *help;
};

/* The last row has no word. */
extern const struct subject_row subject_rows[];

/* ---- subject_head.c ---- */

/* The answer's head; NULL: there is none, and the value is absent. */
const struct wlog_entry *subject_asked_answer(const struct subject_asked *a,
					      struct value *v);
/* Whether the answer's body can be read. If not, the value is absent. */
bool subject_asked_body_reads(const struct subject_asked *a, struct value *v);

subject_get subject_get_provider, subject_get_status, subject_get_reason,
	subject_get_header, subject_get_request_header,
	subject_get_header_count, subject_get_request_header_count,
	subject_get_head, subject_get_request_head, subject_get_method,
	subject_get_target, subject_get_path, subject_get_query,
	subject_get_body, subject_get_body_length, subject_get_extra,
	subject_get_request_id, subject_get_request_body,
	subject_get_request_body_length, subject_get_end;

/* ---- subject_signed.c ---- */

subject_get subject_get_signed;

/* ---- subject_frames.c ---- */

subject_get subject_get_frames, subject_get_frame_count, subject_get_frame,
	subject_get_framing;

/* ---- subject_plain.c ---- */

subject_get subject_get_asked, subject_get_said;

/* ---- subject_user.c ---- */

subject_get subject_get_exit, subject_get_stdout, subject_get_stderr,
	subject_get_file, subject_get_screen, subject_get_terminal;

/* ---- subject_message.c ---- */

subject_get subject_get_events, subject_get_event_count, subject_get_ping_count,
	subject_get_comment_count, subject_get_event_names, subject_get_event,
	subject_get_grammar, subject_get_outcome, subject_get_text,
	subject_get_tool_input, subject_get_tool_id, subject_get_tool_name,
	subject_get_thinking, subject_get_signature, subject_get_finish;

#endif
