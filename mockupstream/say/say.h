/*
 * An answer that is said once and written in the format of the request: the
 * "say" of a reply. It is a list of parts in the order in which they are said;
 * "form" beside it says how they are cut.
 *
 *	"say": [
 *	  { "thinking": "It greets." },
 *	  { "text": "Hello." },
 *	  { "call": "read_file", "input": { "path": "a.c" } },
 *	  { "usage": { "input": 900, "cached": 512, "output": 20 } },
 *	  { "stop": "tool_use" } ],
 *	"form": { "calls": "apart", "interleaved": true }
 *
 * The tables of say_parts.c and say_form.c have all of it; say_list_parts()
 * and say_list_form() print them.
 *
 * Texts that follow one another are one block. What is said of a call before
 * its "cut" is what a client gets of it, so a stream can be cut at each place.
 * Words are those of the Messages API; the other formats get their own for them.
 */
#ifndef MOCK_SAY_SAY_H
#define MOCK_SAY_SAY_H

#include "formats/plain.h"
#include "wire/bytes/buf.h"
#include "wire/http/end.h"
#include "wire/json/json.h"

struct reply;

enum say_kind {
	SAY_THINKING,
	SAY_TEXT,
	SAY_REFUSAL, /* a text; OpenAI's formats tell it from others */
	SAY_CALL, /* of a tool; the text is its input */
	SAY_INPUT, /* more of the input of the call before */
	SAY_USAGE,
	SAY_STOP, /* why it ends */
	SAY_ERROR,
	SAY_CUT,
	SAY_WAIT,
	SAY_HOLD,
	SAY_MARK,
	SAY_COMMENT,
};

struct say_part {
	enum say_kind kind;
	char *word; /* a tool's name, a hold, a mark, a comment, the reason of a
		       stop, the type of an error; NULL: none */
	char *other; /* a call's id, a thought's signature, a stop sequence, an
			error's code; NULL: none */
	struct buf text; /* of a thought, text, refusal, input or error */
	uint32_t number; /* ms of a wait; an error's status, 0: by its type */
	enum stream_end end; /* of a cut: END_OPEN stalls */
};

/* Tokens. */
struct say_usage {
	bool told; /* else they are counted */
	uint32_t input, cached, written, output, thinking;
};

/* How the deltas of a call are cut. */
enum say_calls {
	SAY_CALLS_PIECES, /* id and name, then the input in pieces */
	SAY_CALLS_WHOLE, /* one delta */
	SAY_CALLS_APART, /* id, then name, then pieces */
	SAY_CALLS_REPEATED, /* id and name in each */
	SAY_CALLS_TOGETHER, /* all calls in one chunk; in Responses all of
			       them begin before the first has an input */
	/* In Responses alone: the input comes without deltas. */
	SAY_CALLS_ADDED, /* whole where the item begins */
	SAY_CALLS_DONE, /* in arguments.done and where the item is done */
	SAY_CALLS_ITEM, /* where the item is done */
};

/* Where chat completions tell tokens. */
enum say_told {
	SAY_TOLD_ASKED, /* in a last chunk, for include_usage */
	SAY_TOLD_ALWAYS, /* the same, unasked */
	SAY_TOLD_FINISH, /* beside the finish reason */
	SAY_TOLD_EACH, /* in each chunk, so far */
	SAY_TOLD_NULL, /* null */
	SAY_TOLD_NEVER,
};

/* What members come as that have nothing to say. */
enum say_absent { SAY_ABSENT_OUT, SAY_ABSENT_NULL, SAY_ABSENT_EMPTY };

/* Where chat completions have thoughts. */
enum say_thoughts {
	SAY_THOUGHTS_REASONING_CONTENT,
	SAY_THOUGHTS_REASONING,
	SAY_THOUGHTS_TAGS, /* in the content, between <think> and </think> */
};

/* How a stream of Responses fails. */
enum say_failure {
	SAY_FAILURE_FAILED, /* response.failed */
	SAY_FAILURE_EVENT, /* the event "error", as it is documented */
	SAY_FAILURE_NESTED, /* the same with the error in a member */
	SAY_FAILURE_BOTH, /* that one, then response.failed */
};

/* Whether thoughts of Responses have an encrypted form. */
enum say_encrypted {
	SAY_ENCRYPTED_ALWAYS,
	SAY_ENCRYPTED_ASKED, /* for "include" */
	SAY_ENCRYPTED_NEVER,
};

/* It is made of these, where the thought has no signature: the front, and in
 * base64 a text that begins so. */
#define SAY_ENCRYPTED_FRONT "gAAAAABo"
#define SAY_ENCRYPTED_TEXT "a thought of ccmock, number "

/* Zero-initialised it is what the vendor itself does, but for `choices`. */
struct say_form {
	char *id, *model; /* of the answer; NULL: made up, the request's */
	uint32_t piece; /* bytes of a delta; 0: a sixth */
	uint32_t pace_ms; /* between events */
	uint32_t slice; /* bytes of a piece on the wire; 0: whole events */
	enum say_calls calls;
	bool interleaved; /* calls take turns */
	bool no_index; /* calls have none */
	enum say_told usage;
	enum say_absent absent;
	enum say_thoughts thinking;
	uint32_t choices; /* 0: a chunk without any, and nothing said */
	bool opening; /* a chunk without choices comes first */
	bool no_done; /* no [DONE] */
	bool done; /* one also where the format has none */
	enum say_failure failure;
	enum say_encrypted encrypted;
	bool has_finish; /* the finish reason, in Responses the status, is
			    `finish`; NULL: null */
	char *finish;
};

enum {
	SAY_BYTES_LIMIT = 200000, /* of all texts of one say */
	SAY_PARTS_LIMIT = 1000,
	SAY_CHOICES_LIMIT = 4,
	SAY_WORD_LIMIT = 256, /* bytes of names, ids, reasons */
};

struct say {
	struct say_part *parts;
	size_t count;
	struct say_usage usage;
	struct say_form form;
};

/* Empty, and cut as the vendor does. */
void say_init(struct say *s);
void say_clear(struct say *s);

/* A part at the end; it is the say's, until the next one is added. */
struct say_part *say_add(struct say *s, enum say_kind kind);

/* Reads a list of parts and, if it is not NULL, the object "form". */
int say_read(struct say **out, const struct json *j, const cJSON *list,
	     const cJSON *form, struct fail *f);
void say_free(struct say *s);

/* A reply can be released at this hold. */
bool say_has_hold(const struct say *s, const char *hold);

/* The status of an error, which is the same in all formats for most; 0: the
 * part is none. */
int say_error_status(const struct say_part *p, enum format f);

/* What is asked of whoever says it. */
struct say_asked {
	enum format format;
	struct span model;
	uint64_t number; /* ids are made of it */
	uint64_t prompt; /* tokens of the request */
	bool stream, usage; /* usage: stream_options.include_usage */
	struct jval root; /* the request; text.at NULL: it is not at hand */
};

/* Writes it. *out (zero-initialised) is yours to clear. */
void say_write(const struct say *s, const struct say_asked *asked,
	       struct reply *out);

/*
 * Answers a request of one of the formats, whose path that is. -1: the body is
 * no JSON object, or the path none of a format, and nothing was written.
 */
int say_answer(const struct say *s, struct span path, struct span body,
	       uint64_t number, struct reply *out);

/* For `ccmock help`: how each is written, and what it does. */
void say_list_parts(struct buf *out);
void say_list_form(struct buf *out);

#endif
