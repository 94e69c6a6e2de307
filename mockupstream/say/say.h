/*
 * An answer that is described once and written in the format of the request:
 * the "say" of a reply. It is a list of parts in the order in which they are
 * sent; "form" next to it says how they are cut into pieces.
 *
 *	"say": [
 *	  { "thinking": "It greets." },
 *	  { "text": "Hello." },
 *	  { "call": "read_file", "input": { "path": "a.c" } },
 *	  { "usage": { "input": 900, "cached": 512, "output": 20 } },
 *	  { "stop": "tool_use" } ],
 *	"form": { "calls": "apart", "interleaved": true }
 *
 * The tables of say_parts.c and say_form.c describe all of it; say_list_parts()
 * and say_list_form() print them.
 *
 * Consecutive texts become one block. The client gets exactly the part of a
 * call that comes before a "cut", so a stream can be cut anywhere. Reasons and
 * types are named as in the Messages API and translated for the other formats.
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
	SAY_REFUSAL, /* a text; OpenAI's formats mark it as a refusal */
	SAY_CALL, /* a tool call; the text is its input */
	SAY_INPUT, /* more input for the call before it */
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
	/* a tool's name, a hold, a mark, a comment, a stop reason, the type of
	 * an error; NULL: none */
	char *word;
	/* a call's id, a thought's signature, a stop sequence, an error's code;
	 * NULL: none */
	char *other;
	struct buf text; /* of a thought, text, refusal, input or error */
	/* ms of a wait; an error's status, 0: the usual one of its type */
	uint32_t number;
	enum stream_end end; /* of a cut; END_OPEN stalls */
};

/* Tokens. */
struct say_usage {
	bool told; /* otherwise they are counted */
	uint32_t input, cached, written, output, thinking;
};

/* How the deltas of a call are cut. */
enum say_calls {
	SAY_CALLS_PIECES, /* id and name, then the input in pieces */
	SAY_CALLS_WHOLE, /* one delta */
	SAY_CALLS_APART, /* id, then name, then pieces */
	SAY_CALLS_REPEATED, /* id and name in each */
	/* all calls in one chunk; in Responses all of them begin before the
	 * first input */
	SAY_CALLS_TOGETHER,
	/* Only in Responses: the input comes without deltas. */
	SAY_CALLS_ADDED, /* whole, when the item begins */
	SAY_CALLS_DONE, /* in arguments.done and when the item is done */
	SAY_CALLS_ITEM, /* when the item is done */
};

/* Where chat completions have the numbers of tokens. */
enum say_told {
	SAY_TOLD_ASKED, /* in a last chunk, if include_usage asks for it */
	SAY_TOLD_ALWAYS, /* the same, even if not asked for */
	SAY_TOLD_FINISH, /* with the finish reason */
	SAY_TOLD_EACH, /* in each chunk, as counted so far */
	SAY_TOLD_NULL, /* null */
	SAY_TOLD_NEVER,
};

/* How members without a value are written. */
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
	SAY_FAILURE_EVENT, /* the event "error", as documented */
	SAY_FAILURE_NESTED, /* the same with the error in a member */
	SAY_FAILURE_BOTH, /* the nested event, then response.failed */
};

/* Whether thoughts of Responses have an encrypted form. */
enum say_encrypted {
	SAY_ENCRYPTED_ALWAYS,
	SAY_ENCRYPTED_ASKED, /* if "include" asks for it */
	SAY_ENCRYPTED_NEVER,
};

/* The encrypted form of a thought that has no signature: SAY_ENCRYPTED_FRONT,
 * then the base64 of a text that begins with SAY_ENCRYPTED_TEXT. */
#define SAY_ENCRYPTED_FRONT "gAAAAABo"
#define SAY_ENCRYPTED_TEXT "a thought of ccmock, number "

/* All zero is what the vendor itself does, except for `choices`. */
struct say_form {
	/* of the answer; NULL: a made-up id, the request's model */
	char *id, *model;
	uint32_t piece; /* bytes of a delta; 0: a sixth of the text */
	uint32_t pace_ms; /* between events */
	uint32_t slice; /* bytes of a piece on the wire; 0: whole events */
	enum say_calls calls;
	bool interleaved; /* the deltas of several calls take turns */
	bool no_index; /* calls have no index */
	enum say_told usage;
	enum say_absent absent;
	enum say_thoughts thinking;
	uint32_t choices; /* 0: one chunk without choices, and no content */
	bool opening; /* a chunk without choices comes first */
	bool no_done; /* no [DONE] */
	bool done; /* [DONE] even if the format has none */
	enum say_failure failure;
	enum say_encrypted encrypted;
	/* the finish reason (in Responses the status) is `finish`; NULL:
	 * null */
	bool has_finish;
	char *finish;
};

enum {
	SAY_BYTES_LIMIT = 200000, /* of all texts of one say together */
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

/* An empty say, cut as the vendor does. */
void say_init(struct say *s);
void say_clear(struct say *s);

/* Adds a part at the end. The pointer is valid until the next one is added. */
struct say_part *say_add(struct say *s, enum say_kind kind);

/* Reads a list of parts and, if it is not NULL, the object "form". */
int say_read(struct say **out, const struct json *j, const cJSON *list,
	     const cJSON *form, struct fail *f);
void say_free(struct say *s);

/* Whether the say has a hold of this name. */
bool say_has_hold(const struct say *s, const char *hold);

/* The status of an error, which for most is the same in all formats; 0: the
 * part is not an error. */
int say_error_status(const struct say_part *p, enum format f);

/* The request that is answered. */
struct say_asked {
	enum format format;
	struct span model;
	uint64_t number; /* used to make ids */
	uint64_t prompt; /* the tokens of the request */
	bool stream, usage; /* usage: stream_options.include_usage */
	/* the request; text.at is NULL if it is not available */
	struct jval root;
};

/* Writes the answer. *out (zero-initialised) is yours to clear. */
void say_write(const struct say *s, const struct say_asked *asked,
	       struct reply *out);

/*
 * Answers a request in the format that belongs to the path. -1: the body is not
 * a JSON object, or the path belongs to no format, and nothing was written.
 */
int say_answer(const struct say *s, struct span path, struct span body,
	       uint64_t number, struct reply *out);

/* For `ccmock help`: how each part or option is written, and what it does. */
void say_list_parts(struct buf *out);
void say_list_form(struct buf *out);

#endif
