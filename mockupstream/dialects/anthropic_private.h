/* What the files of this dialect share. */
#ifndef MOCK_DIALECTS_ANTHROPIC_PRIVATE_H
#define MOCK_DIALECTS_ANTHROPIC_PRIVATE_H

#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/dialects/strict.h"
#include "mockupstream/reply.h"
#include "wire/json/jscan.h"
#include "wire/prompt/prompt.h"

/* 400 or 404, with error.details.error_code beside the message. */
void anthropic_error_coded(struct reply *out, uint64_t number, int status,
			   const char *code, const char *message);

enum { ANTHROPIC_ID_LEN = 40 };

/* "msg_01...": the id of the answer to a request. */
void anthropic_message_id(uint64_t number, char out[ANTHROPIC_ID_LEN]);

/* The credential of a request, or NULL: x-api-key comes first. */
const char *anthropic_credential(const struct headers *h);

/* ---- anthropic_ask.c: what a message request asks for ---- */

/* Tools of Claude Code that the provider knows by name. */
#define TOOL_SEARCH "ToolSearch"
#define TOOL_STRUCTURED "StructuredOutput"

struct tool_call {
	struct span name, input; /* in the plan */
	bool joined; /* in the same turn as the one before it */
	struct jval tool; /* its declaration; J_NULL: there is none */
	bool deferred, loaded; /* loaded: a reference to it has come */
	bool searched; /* ToolSearch was called for it */
	bool search; /* search for it first */
};

enum { ASK_CALLS_LIMIT = 64 };

struct anthropic_ask {
	struct jval root; /* the request */
	struct buf model;
	int64_t max_tokens;
	/* omitted: leave the text of thinking out */
	bool stream, thinking, omitted;
	bool redacted; /* thinking comes as a redacted block */
	bool fresh; /* no tool result came after the newest user text */
	struct buf prompt; /* the newest user text */
	struct buf plan; /* the newest user text with tool markers */
	struct tool_call calls[ASK_CALLS_LIMIT]; /* the plan's calls */
	size_t calls_count;
	size_t results; /* results of the plan's calls so far */
	size_t searches; /* calls of ToolSearch since the plan */
	size_t structured; /* calls of StructuredOutput since the prompt */
	bool finder; /* ToolSearch is declared */
	struct jval search_tool; /* the API's own search tool; J_NULL: none */
	struct buf note; /* says which markers cannot be obeyed, and why */
	size_t tries; /* markers looked at; there is a limit */
	uint32_t pace_ms; /* between the events of a stream */
	enum safeguards safeguards; /* NONE if none are asked for */
};

void anthropic_ask_init(struct anthropic_ask *a);
void anthropic_ask_clear(struct anthropic_ask *a);

/*
 * Reads the body: `root` is checked JSON, which must outlive the ask. -1: it is
 * refused, and `why` has the API's words. `counting`: count_tokens needs no
 * max_tokens.
 */
int anthropic_ask_read(struct anthropic_ask *a, struct jval root, bool counting,
		       struct fail *why);

/* ---- anthropic_marks.c: markers in the prompt ---- */

/* The tool calls that a text asks for, in order. */
size_t anthropic_marks_calls(struct anthropic_ask *a, struct span text,
			     struct tool_call calls[ASK_CALLS_LIMIT]);

/* Notes the markers of the prompt that cannot be read. */
void anthropic_marks_complain(struct anthropic_ask *a);

/* The words between `front` and the next ']'. */
bool anthropic_marks_words(struct span text, const char *front,
			   struct span *out);

/* ---- anthropic_deferred.c: calls that can be made ---- */

/*
 * Reads the calls of the plan and keeps those that can be made, at once or
 * after a search for the tool; the note names the others.
 */
void anthropic_deferred_read(struct anthropic_ask *a);

/* ---- anthropic_said.c: an answer as blocks, and where it ends ---- */

enum said_kind {
	SAID_TEXT,
	SAID_TOOL,
	SAID_SERVER_TOOL, /* a tool that the API itself runs */
	SAID_WHOLE, /* a finished block: the result of such a tool */
};

struct said_block {
	enum said_kind kind;
	struct buf text; /* the text, the input of a tool, a whole block */
	struct buf name, id; /* of a tool */
	struct buf citation; /* of a text: a JSON object, or empty */
	bool cut; /* the input of a tool is not complete */
};

struct said {
	struct said_block *blocks;
	size_t count;
	size_t calls; /* blocks of kind SAID_TOOL */
	size_t searches, fetches; /* of the web */
	const char *stop; /* the stop reason */
	struct buf sequence; /* the stop sequence that was met, or empty */
};

#define SAID_INIT \
	{ \
		.blocks = NULL, .count = 0, .stop = "end_turn", \
		.sequence = BUF_INIT(BUF_NO_LIMIT) \
	}

void said_clear(struct said *s);

/* Adds a block at the end. The pointer is valid until the next one is added. */
struct said_block *said_add(struct said *s, enum said_kind kind);

/*
 * Ends the answer at the first stop sequence, and where max_tokens are used
 * up. Returns its output tokens, and those of the thinking before it.
 */
uint64_t said_end(const struct anthropic_ask *a, uint64_t thinking,
		  struct said *s);

/* ---- anthropic_choice.c: what is said ---- */

/*
 * Makes the blocks of the answer, by tool_choice, the markers, and the format
 * of the output. The caller sets the ids of calls.
 */
void anthropic_choice(const struct anthropic_ask *a, uint64_t number,
		      struct said *out);

/* ---- anthropic_server_tools.c: tools that the API itself runs ---- */

/* Adds the blocks of the web searches and fetches that are asked for. */
void anthropic_server_tools_say(const struct anthropic_ask *a,
				struct span chosen, uint64_t number,
				struct said *out);

/* Adds the blocks of a search for a deferred tool. */
void anthropic_server_tools_find(const struct anthropic_ask *a,
				 const struct tool_call *call, uint64_t number,
				 struct said *out);

/* Is this a tool that the API runs itself, such as web_search? */
bool anthropic_server_tools_has(struct jval tool);

/* ---- anthropic_safeguards.c: verdicts on tool calls ---- */

/* NONE, unless the request asks for them by its field and its beta. */
enum safeguards anthropic_safeguards_of(const struct anthropic_request *r,
					struct jval root);

/*
 * Appends the member "safeguard_results" with a comma before it: a verdict on
 * each call of the answer.
 */
void anthropic_safeguards_write(enum safeguards what, const struct said *said,
				struct buf *to);

/* ---- anthropic_say.c: the answer ---- */

/*
 * Writes the answer. `binding`: what a thinking block is bound to; NULL:
 * nothing. The answer's blocks are also appended to `content`, as a list.
 */
void anthropic_say(const struct anthropic_ask *a,
		   const struct prompt_usage *usage,
		   const struct binding *binding, uint64_t number,
		   struct buf *content, struct reply *out);

/* ---- anthropic_threads.c: conversations that are held ---- */

struct anthropic_turn {
	struct jval root; /* the request with the whole conversation */
	bool is_held; /* the request asks for a thread */
	/* the thread that it continues; NULL: none */
	struct anthropic_thread *from;
	struct buf whole; /* the text of `root`, if it goes on */
	struct buf content; /* the answer's blocks */
};

/* Begins a turn. -1: it is refused, and *out has the answer. Clear the turn in
 * any case. */
int anthropic_turn_begin(struct anthropic *a, const struct anthropic_request *r,
			 struct jval root, struct anthropic_turn *t,
			 struct reply *out);

/* Holds the conversation with its answer, if the request asked for that. */
void anthropic_turn_keep(struct anthropic *a, const struct anthropic_request *r,
			 struct anthropic_turn *t);

void anthropic_turn_clear(struct anthropic_turn *t);

/* ---- anthropic_models.c ---- */

/* Is there a model of this name? */
bool anthropic_models_have(const struct anthropic *a, struct span name);

/* Calls `take` for each model, in order. */
void anthropic_models_each(const struct anthropic *a,
			   void (*take)(void *arg, struct span id), void *arg);

/* GET /v1/models (id is empty) and GET /v1/models/ID. */
void anthropic_models(const struct anthropic *a,
		      const struct anthropic_request *r, struct span id,
		      struct reply *out);

#endif
