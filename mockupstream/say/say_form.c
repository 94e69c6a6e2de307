/* The object "form": how a say is cut, and what its chunks leave out. */
#include <string.h>

#include "mockupstream/say/say_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"
#include "wire/bytes/wrap.h"

enum { SHOWN_BYTES = 60 };

struct form_draft {
	const char *id, *model, *calls, *usage, *absent, *thinking;
	const char *error, *encrypted;
	const cJSON *finish;
	uint32_t piece, pace, slice, choices;
	bool interleaved, index, opening, done;
};

static const struct json_field fields[] = {
	{ "piece", JSON_U32, offsetof(struct form_draft, piece), 0 },
	{ "pace", JSON_U32, offsetof(struct form_draft, pace), 0 },
	{ "slice", JSON_U32, offsetof(struct form_draft, slice), 0 },
	{ "id", JSON_TEXT, offsetof(struct form_draft, id), 0 },
	{ "model", JSON_TEXT, offsetof(struct form_draft, model), 0 },
	{ "calls", JSON_TEXT, offsetof(struct form_draft, calls), 0 },
	{ "interleaved", JSON_BOOL, offsetof(struct form_draft, interleaved),
	  0 },
	{ "index", JSON_BOOL, offsetof(struct form_draft, index), 0 },
	{ "usage", JSON_TEXT, offsetof(struct form_draft, usage), 0 },
	{ "absent", JSON_TEXT, offsetof(struct form_draft, absent), 0 },
	{ "thinking", JSON_TEXT, offsetof(struct form_draft, thinking), 0 },
	{ "choices", JSON_U32, offsetof(struct form_draft, choices), 0 },
	{ "opening", JSON_BOOL, offsetof(struct form_draft, opening), 0 },
	{ "finish", JSON_ANY, offsetof(struct form_draft, finish), 0 },
	{ "done", JSON_BOOL, offsetof(struct form_draft, done), 0 },
	{ "error", JSON_TEXT, offsetof(struct form_draft, error), 0 },
	{ "encrypted", JSON_TEXT, offsetof(struct form_draft, encrypted), 0 },
	{ NULL, JSON_IGNORE, 0, 0 },
};

/* In the order of the fields. */
static const struct {
	const char *text;
} helps[] = {
	{ "bytes of each delta of a text or an input (0: a sixth of it)" },
	{ "milliseconds between events" },
	{ "bytes of each piece on the wire (0: whole events)" },
	{ "the id of the answer" },
	{ "the model of the answer (otherwise that of the request)" },
	{ "a call is: pieces (id and name, then its input in pieces), whole "
	  "(one delta), apart (id, then name, then pieces), repeated (id and "
	  "name in each delta) or together (all calls in one chunk, or begun "
	  "before the first has an input); in Responses also, without deltas, "
	  "added (the input is whole when the item begins), done (in "
	  "arguments.done) or item (only when the item is done)" },
	{ "true: the deltas of consecutive calls take turns" },
	{ "false: the deltas of calls have no index" },
	{ "tokens are given: asked (in a last chunk, if include_usage asks for "
	  "it), always (even if not asked for), finish (with the finish "
	  "reason), each (in each chunk), null or never" },
	{ "members without a value are: out (left out), null or empty" },
	{ "thoughts are in: reasoning_content, reasoning or tags (<think> in "
	  "the "
	  "content); in Responses reasoning is the item's content, and the "
	  "others are its summary" },
	{ "how many choices, 0 to 4; the first one has the answer" },
	{ "true: a chunk without choices comes first" },
	{ "the finish reason, in Responses the status, as it is, or null" },
	{ "false: there is no [DONE]; true: there is one in Responses, too" },
	{ "an error in a stream of Responses is: failed (response.failed), "
	  "event (the event error), nested (the same with the error in a "
	  "member) or both (the nested event, then response.failed)" },
	{ "thoughts of Responses have encrypted_content: always, asked (if "
	  "include asks for it) or never" },
};

_Static_assert(sizeof(fields) / sizeof(fields[0]) - 1 ==
		       sizeof(helps) / sizeof(helps[0]),
	       "a help for each field");

/* In the order of their enumerations. */
static const char *const calls_words[] = { "pieces",   "whole",    "apart",
					   "repeated", "together", "added",
					   "done",     "item",     NULL };
static const char *const error_words[] = { "failed", "event", "nested", "both",
					   NULL };
static const char *const encrypted_words[] = { "always", "asked", "never",
					       NULL };
static const char *const usage_words[] = { "asked", "always", "finish", "each",
					   "null",  "never",  NULL };
static const char *const absent_words[] = { "out", "null", "empty", NULL };
static const char *const thinking_words[] = { "reasoning_content", "reasoning",
					      "tags", NULL };

void say_list_form(struct buf *out)
{
	buf_add_text(out,
		     "\"form\": {...} next to \"say\" in a reply. piece, pace, "
		     "slice, id and model work in\nall formats; calls, "
		     "interleaved, usage, thinking, finish and done in "
		     "chat\ncompletions and Responses; error and encrypted in "
		     "Responses, the others only in chat\ncompletions.\n\n");
	for (size_t i = 0; fields[i].key; i++) {
		buf_addf(out, "%s\n", fields[i].key);
		wrap_words(out, 4, helps[i].text);
	}
}

static int fail_word(const struct json *j, const cJSON *node,
		     const char *const *words, struct fail *f)
{
	const char *near = near_word(node->valuestring, words);
	struct buf list = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	for (size_t i = 0; words[i]; i++)
		buf_addf(&list, "%s%s",
			 i == 0         ? ""
			 : words[i + 1] ? ", "
					: " or ",
			 words[i]);
	rc = json_fail(j, node, f, "'%s' is %s, not '%.*s'%s%s%s", node->string,
		       buf_str(&list), SHOWN_BYTES, node->valuestring,
		       near ? "; did you mean '" : "", near ? near : "",
		       near ? "'?" : "");
	buf_clear(&list);
	return rc;
}

int say_read_word(const struct json *j, const cJSON *node,
		  const char *const *words, size_t *out, struct fail *f)
{
	if (!node)
		return 0;
	for (size_t i = 0; words[i]; i++)
		if (strcmp(node->valuestring, words[i]) == 0) {
			*out = i;
			return 0;
		}
	return fail_word(j, node, words, f);
}

static int read_words(struct say_form *out, const struct json *j,
		      const cJSON *object, struct fail *f)
{
	size_t calls = 0, usage = 0, absent = 0, thinking = 0, error = 0,
	       encrypted = 0;

#define READ(key, words, into) \
	say_read_word(j, cJSON_GetObjectItemCaseSensitive(object, key), words, \
		      into, f)
	if (READ("calls", calls_words, &calls) < 0 ||
	    READ("usage", usage_words, &usage) < 0 ||
	    READ("absent", absent_words, &absent) < 0 ||
	    READ("thinking", thinking_words, &thinking) < 0 ||
	    READ("error", error_words, &error) < 0 ||
	    READ("encrypted", encrypted_words, &encrypted) < 0)
		return -1;
#undef READ
	out->calls = (enum say_calls)calls;
	out->usage = (enum say_told)usage;
	out->absent = (enum say_absent)absent;
	out->thinking = (enum say_thoughts)thinking;
	out->failure = (enum say_failure)error;
	out->encrypted = (enum say_encrypted)encrypted;
	return 0;
}

static int check(const struct form_draft *d, const struct json *j,
		 const cJSON *object, struct fail *f)
{
	const cJSON *node;

	if (d->choices > SAY_CHOICES_LIMIT)
		return json_fail(
			j, cJSON_GetObjectItemCaseSensitive(object, "choices"),
			f, "'choices' must be a number from 0 to %d",
			SAY_CHOICES_LIMIT);
	if (d->pace > SCRIPT_WAIT_LIMIT_MS)
		return json_fail(
			j, cJSON_GetObjectItemCaseSensitive(object, "pace"), f,
			"more than an hour");
	if (d->finish && !cJSON_IsString(d->finish) && !cJSON_IsNull(d->finish))
		return json_fail(j, d->finish, f,
				 "'finish' must be a string or null");
	cJSON_ArrayForEach(node, object)
		if (cJSON_IsString(node) &&
		    strlen(node->valuestring) > SAY_WORD_LIMIT)
			return json_fail(j, node, f,
					 "'%s' has more than %d bytes",
					 node->string, SAY_WORD_LIMIT);
	return 0;
}

int say_read_form(struct say_form *out, const struct json *j,
		  const cJSON *object, struct fail *f)
{
	struct form_draft d = { .choices = 1, .index = true, .done = true };

	if (json_read(j, object, fields, &d, f) < 0 ||
	    check(&d, j, object, f) < 0 || read_words(out, j, object, f) < 0)
		return -1;
	out->id = d.id ? xstrdup(d.id) : NULL;
	out->model = d.model ? xstrdup(d.model) : NULL;
	out->piece = d.piece;
	out->pace_ms = d.pace;
	out->slice = d.slice;
	out->interleaved = d.interleaved;
	out->no_index = !d.index;
	out->choices = d.choices;
	out->opening = d.opening;
	out->no_done = !d.done;
	out->done = d.done && cJSON_HasObjectItem(object, "done");
	out->has_finish = d.finish != NULL;
	if (d.finish && cJSON_IsString(d.finish))
		out->finish = xstrdup(d.finish->valuestring);
	return 0;
}
