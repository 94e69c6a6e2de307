/* The parts of a say, read from JSON. */
#include <string.h>

#include "mockupstream/say/say_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/wrap.h"

struct part_draft {
	const char *thinking, *signature, *text, *refusal, *call, *id;
	const char *sequence, *error, *message, *code, *cut, *hold, *mark;
	const char *comment;
	const cJSON *input, *usage, *stop;
	uint32_t status, wait;
};

static const struct json_field fields[] = {
	{ "thinking", JSON_TEXT, offsetof(struct part_draft, thinking), 0 },
	{ "signature", JSON_TEXT, offsetof(struct part_draft, signature), 0 },
	{ "text", JSON_TEXT, offsetof(struct part_draft, text), 0 },
	{ "refusal", JSON_TEXT, offsetof(struct part_draft, refusal), 0 },
	{ "call", JSON_TEXT, offsetof(struct part_draft, call), 0 },
	{ "id", JSON_TEXT, offsetof(struct part_draft, id), 0 },
	{ "input", JSON_ANY, offsetof(struct part_draft, input), 0 },
	{ "usage", JSON_OBJECT, offsetof(struct part_draft, usage), 0 },
	{ "stop", JSON_ANY, offsetof(struct part_draft, stop), 0 },
	{ "sequence", JSON_TEXT, offsetof(struct part_draft, sequence), 0 },
	{ "error", JSON_TEXT, offsetof(struct part_draft, error), 0 },
	{ "message", JSON_TEXT, offsetof(struct part_draft, message), 0 },
	{ "status", JSON_U32, offsetof(struct part_draft, status), 0 },
	{ "code", JSON_TEXT, offsetof(struct part_draft, code), 0 },
	{ "cut", JSON_TEXT, offsetof(struct part_draft, cut), 0 },
	{ "wait", JSON_U32, offsetof(struct part_draft, wait), 0 },
	{ "hold", JSON_TEXT, offsetof(struct part_draft, hold), 0 },
	{ "mark", JSON_TEXT, offsetof(struct part_draft, mark), 0 },
	{ "comment", JSON_TEXT, offsetof(struct part_draft, comment), 0 },
	{ NULL, JSON_IGNORE, 0, 0 },
};

static const struct json_field usage_fields[] = {
	{ "input", JSON_U32, offsetof(struct say_usage, input), 0 },
	{ "cached", JSON_U32, offsetof(struct say_usage, cached), 0 },
	{ "written", JSON_U32, offsetof(struct say_usage, written), 0 },
	{ "output", JSON_U32, offsetof(struct say_usage, output), 0 },
	{ "thinking", JSON_U32, offsetof(struct say_usage, thinking), 0 },
	{ NULL, JSON_IGNORE, 0, 0 },
};

static const char *const stops[] = { "end_turn",
				     "tool_use",
				     "max_tokens",
				     "stop_sequence",
				     "refusal",
				     "pause_turn",
				     "model_context_window_exceeded",
				     NULL };

static const char *const cuts[] = { "fin", "rst", "stall", "clean", NULL };
static const enum stream_end cut_ends[] = { END_CUT, END_RESET, END_OPEN,
					    END_CLEAN };

/* The members that tell which part it is. The first one found counts; "input"
 * comes after "call", which it can go with. */
static const struct part_row {
	const char *key;
	enum say_kind kind;
	const char *with; /* other members that it may have */
	const char *shown, *help;
} rows[] = {
	{ "thinking", SAY_THINKING, "signature",
	  "\"thinking\": TEXT, \"signature\": TEXT", "what the model thinks" },
	{ "text", SAY_TEXT, "", "\"text\": TEXT",
	  "consecutive texts become one block" },
	{ "refusal", SAY_REFUSAL, "", "\"refusal\": TEXT",
	  "a text; OpenAI's formats mark it as a refusal" },
	{ "call", SAY_CALL, "input id",
	  "\"call\": NAME, \"input\": VALUE, \"id\": TEXT",
	  "a tool call; an input that is a string is sent unchanged, so it can "
	  "be broken on purpose" },
	{ "input", SAY_INPUT, "", "\"input\": TEXT",
	  "more input for the call before it" },
	{ "usage", SAY_USAGE, "",
	  "\"usage\": {\"input\", \"cached\", \"written\", \"output\", "
	  "\"thinking\"}",
	  "tokens (otherwise they are counted); input means the tokens that "
	  "were not cached" },
	{ "stop", SAY_STOP, "sequence",
	  "\"stop\": WORD or null, \"sequence\": TEXT",
	  "why it ends: end_turn, tool_use, max_tokens, stop_sequence, "
	  "refusal, pause_turn, model_context_window_exceeded" },
	{ "error", SAY_ERROR, "message status code",
	  "\"error\": TYPE, \"message\": TEXT, \"status\": N, \"code\": TEXT",
	  "as the first part, or in an answer that is not streamed, it is the "
	  "whole answer; otherwise, or with the status 200, it is an event of "
	  "the stream" },
	{ "cut", SAY_CUT, "", "\"cut\": fin, rst, stall or clean",
	  "the answer breaks off here; clean: the body ends as if it were "
	  "complete" },
	{ "wait", SAY_WAIT, "", "\"wait\": MS", "silence" },
	{ "hold", SAY_HOLD, "", "\"hold\": NAME",
	  "wait until NAME is released" },
	{ "mark", SAY_MARK, "", "\"mark\": NAME", "a line in the journal" },
	{ "comment", SAY_COMMENT, "", "\"comment\": TEXT",
	  "a comment line of the stream" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

struct parts_reader {
	struct say *say;
	const struct json *json;
	struct fail *f;
	size_t bytes; /* of all texts so far */
	bool stopped, over, in_call;
};

void say_list_parts(struct buf *out)
{
	buf_add_text(out, "\"say\": [PART, ...] in a reply: written in the "
			  "format of the request, streamed or\nnot as the "
			  "request asks. A PART is one of\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		buf_addf(out, "{ %s }\n", rows[i].shown);
		wrap_words(out, 4, rows[i].help);
	}
	buf_add_text(out, "\nTypes of errors, with their status in each "
			  "format:\n");
	say_error_list(out);
}

/* ---- which part it is ---- */

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static int fail_no_part(struct parts_reader *r, const cJSON *node)
{
	struct buf list = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	for (size_t i = 0; i < ROWS; i++)
		buf_addf(&list, "%s%s",
			 i == 0          ? ""
			 : i + 1 == ROWS ? " or "
					 : ", ",
			 rows[i].key);
	rc = json_fail(r->json, node, r->f, "a part of 'say' has %s",
		       buf_str(&list));
	buf_clear(&list);
	return rc;
}

static int find_row(struct parts_reader *r, const cJSON *object,
		    const struct part_row **out)
{
	const struct part_row *row = NULL;
	const cJSON *node;

	for (size_t i = 0; i < ROWS && !row; i++)
		if (member(object, rows[i].key))
			row = &rows[i];
	if (!row)
		return fail_no_part(r, object);
	cJSON_ArrayForEach(node, object)
		if (strcmp(node->string, row->key) != 0 &&
		    !span_has_word(span_of(row->with), ' ',
				   span_of(node->string)))
			return json_fail(r->json, node, r->f,
					 "'%s' does not go with '%s'",
					 node->string, row->key);
	*out = row;
	return 0;
}

/* ---- what it says ---- */

static int add_text(struct parts_reader *r, const cJSON *node, struct span text,
		    struct say_part *p)
{
	r->bytes += text.len;
	if (r->bytes > SAY_BYTES_LIMIT)
		return json_fail(r->json, node, r->f,
				 "'say' has more than %d bytes of text",
				 SAY_BYTES_LIMIT);
	buf_add_span(&p->text, text);
	return 0;
}

static int take_word(struct parts_reader *r, const cJSON *node, char **out)
{
	if (!node)
		return 0;
	if (strlen(node->valuestring) > SAY_WORD_LIMIT)
		return json_fail(r->json, node, r->f,
				 "'%s' has more than %d bytes", node->string,
				 SAY_WORD_LIMIT);
	*out = xstrdup(node->valuestring);
	return 0;
}

/* A string is sent unchanged, other JSON as it is written. */
static int read_input(struct parts_reader *r, const cJSON *node,
		      struct say_part *p)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	if (!node) {
		buf_add_text(&text, "{}");
	} else if (cJSON_IsString(node)) {
		if (json_has_nul(r->json, node))
			return json_fail(r->json, node, r->f,
					 "'input' may not contain \\u0000");
		buf_add_text(&text, node->valuestring);
	} else {
		jscan_compact(&text, json_raw(r->json, node).text);
	}
	rc = add_text(r, node, buf_span(&text), p);
	buf_clear(&text);
	return rc;
}

static int read_stop(struct parts_reader *r, const cJSON *object,
		     const cJSON *node, struct say_part *p)
{
	size_t which = 0;

	if (r->stopped)
		return json_fail(r->json, node, r->f, "a second 'stop'");
	r->stopped = true;
	if (take_word(r, member(object, "sequence"), &p->other) < 0)
		return -1;
	if (cJSON_IsNull(node))
		return 0;
	if (!cJSON_IsString(node))
		return json_fail(r->json, node, r->f,
				 "'stop' must be a string or null");
	if (say_read_word(r->json, node, stops, &which, r->f) < 0)
		return -1;
	p->word = xstrdup(stops[which]);
	return 0;
}

static int read_usage(struct parts_reader *r, const cJSON *node)
{
	struct say_usage *u = &r->say->usage;

	if (u->told)
		return json_fail(r->json, node, r->f, "a second 'usage'");
	u->told = true;
	return json_read(r->json, node, usage_fields, u, r->f);
}

static int read_error(struct parts_reader *r, const cJSON *object,
		      const struct part_draft *d, struct say_part *p)
{
	const cJSON *status = member(object, "status");
	size_t which = 0;

	if (say_read_word(r->json, member(object, "error"), say_error_types,
			  &which, r->f) < 0)
		return -1;
	if (status && (d->status < 200 || d->status > 599))
		return json_fail(r->json, status, r->f,
				 "a status must be 200 to 599");
	p->word = xstrdup(say_error_types[which]);
	p->number = d->status;
	if (d->message &&
	    add_text(r, member(object, "message"), span_of(d->message), p) < 0)
		return -1;
	return take_word(r, member(object, "code"), &p->other);
}

static int read_cut(struct parts_reader *r, const cJSON *node,
		    struct say_part *p)
{
	size_t which = 0;

	if (say_read_word(r->json, node, cuts, &which, r->f) < 0)
		return -1;
	p->end = cut_ends[which];
	return 0;
}

static int read_name(struct parts_reader *r, const cJSON *node,
		     struct say_part *p)
{
	if (!script_is_name(span_of(node->valuestring)))
		return json_fail(
			r->json, node, r->f,
			"a name must have letters, digits, '-', '_' and "
			"'.', at most 64");
	p->word = xstrdup(node->valuestring);
	return 0;
}

/* It must be one line, and not look like a directive. */
static int read_comment(struct parts_reader *r, const cJSON *node,
			struct say_part *p)
{
	for (const char *c = node->valuestring; *c; c++)
		if ((unsigned char)*c < ' ')
			return json_fail(r->json, node, r->f,
					 "a comment must be one line");
	if (node->valuestring[0] == '@')
		return json_fail(r->json, node, r->f,
				 "a comment does not begin with '@'");
	return take_word(r, node, &p->word);
}

static int read_call(struct parts_reader *r, const cJSON *object,
		     struct say_part *p)
{
	if (take_word(r, member(object, "call"), &p->word) < 0 ||
	    take_word(r, member(object, "id"), &p->other) < 0)
		return -1;
	return read_input(r, member(object, "input"), p);
}

static int read_text(struct parts_reader *r, const cJSON *object,
		     const cJSON *node, struct say_part *p)
{
	if (take_word(r, member(object, "signature"), &p->other) < 0)
		return -1;
	return add_text(r, node, span_of(node->valuestring), p);
}

static int read_more(struct parts_reader *r, const cJSON *node,
		     struct say_part *p)
{
	if (!cJSON_IsString(node))
		return json_fail(r->json, node, r->f,
				 "'input' without 'call' must be a string");
	if (!r->in_call)
		return json_fail(r->json, node, r->f,
				 "'input' continues a call, and there is none "
				 "before it");
	return read_input(r, node, p);
}

static int read_wait(struct parts_reader *r, const cJSON *node, uint32_t ms,
		     struct say_part *p)
{
	if (ms > SCRIPT_WAIT_LIMIT_MS)
		return json_fail(r->json, node, r->f, "more than an hour");
	p->number = ms;
	return 0;
}

static int read_kind(struct parts_reader *r, const cJSON *object,
		     const struct part_draft *d, struct say_part *p,
		     const cJSON *node)
{
	switch (p->kind) {
	case SAY_THINKING:
	case SAY_TEXT:
	case SAY_REFUSAL:
		return read_text(r, object, node, p);
	case SAY_CALL:
		return read_call(r, object, p);
	case SAY_INPUT:
		return read_more(r, node, p);
	case SAY_USAGE:
		return read_usage(r, node);
	case SAY_STOP:
		return read_stop(r, object, node, p);
	case SAY_ERROR:
		return read_error(r, object, d, p);
	case SAY_CUT:
		return read_cut(r, node, p);
	case SAY_WAIT:
		return read_wait(r, node, d->wait, p);
	case SAY_HOLD:
	case SAY_MARK:
		return read_name(r, node, p);
	case SAY_COMMENT:
		return read_comment(r, node, p);
	}
	return 0;
}

/* ---- the order ---- */

static bool is_content(enum say_kind kind)
{
	return kind <= SAY_INPUT;
}

static int check_order(struct parts_reader *r, const cJSON *node,
		       enum say_kind kind)
{
	if (r->over)
		return json_fail(r->json, node, r->f,
				 "nothing is said after 'cut' and 'error'");
	if (r->stopped && is_content(kind))
		return json_fail(r->json, node, r->f, "'%s' comes after 'stop'",
				 node->string);
	return 0;
}

static void note(struct parts_reader *r, enum say_kind kind)
{
	r->over = kind == SAY_CUT || kind == SAY_ERROR;
	if (is_content(kind))
		r->in_call = kind == SAY_CALL || kind == SAY_INPUT;
}

static int read_part(struct parts_reader *r, const cJSON *object)
{
	struct part_draft d = { .wait = 0 };
	const struct part_row *row = NULL;
	const cJSON *node;

	if (json_read(r->json, object, fields, &d, r->f) < 0 ||
	    find_row(r, object, &row) < 0)
		return -1;
	node = member(object, row->key);
	if (check_order(r, node, row->kind) < 0)
		return -1;
	if (read_kind(r, object, &d, say_add(r->say, row->kind), node) < 0)
		return -1;
	note(r, row->kind);
	return 0;
}

int say_read(struct say **out, const struct json *j, const cJSON *list,
	     const cJSON *form, struct fail *f)
{
	struct parts_reader r = { .json = j, .f = f };
	const cJSON *node;
	int rc = -1;

	r.say = xcalloc(1, sizeof(*r.say));
	say_init(r.say);
	if (!span_is_utf8(json_raw(j, list).text)) {
		json_fail(j, list, f,
			  "'say' is not UTF-8; use 'events' or 'raw' for other "
			  "bytes");
		goto out;
	}
	if (cJSON_GetArraySize(list) > SAY_PARTS_LIMIT) {
		json_fail(j, list, f, "'say' has more than %d parts",
			  SAY_PARTS_LIMIT);
		goto out;
	}
	if (form && say_read_form(&r.say->form, j, form, f) < 0)
		goto out;
	cJSON_ArrayForEach(node, list)
		if (read_part(&r, node) < 0)
			goto out;
	*out = r.say;
	r.say = NULL;
	rc = 0;
out:
	say_free(r.say);
	return rc;
}
