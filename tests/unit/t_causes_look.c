/* probe/causes/causes_look: what an expectation looks at, and who is nearest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/causes/causes_look.h"
#include "wire/bytes/buf.h"

/* ---- expectations ---- */

static void t_texts(void **state)
{
	static const struct {
		const char *expect;
		struct causes_look is;
	} rows[] = {
		{ "c1.status == 200",
		  { AT_STATUS, "c1", 0, "", "", "status" } },
		{ "c1.event[content_block_start]#/index == 1",
		  { AT_EVENTS, "c1", 0, "content_block_start", "/index",
		    "event" } },
		{ "c1.events == 1", { AT_EVENTS, "c1", 0, "", "", "events" } },
		{ "u1[12].request.header.X-Api-Key == \"k\"",
		  { AT_FIELD, "u1", 12, "x-api-key", "", "request.header." } },
		{ "c1.request.header.A == \"k\"",
		  { AT_FIELD, "c1", 0, "a", "", "request.header." } },
		{ "c1.header.A == \"k\"",
		  { AT_ANSWER_FIELD, "c1", 0, "a", "", "header." } },
		{ "c1.request_id == \"k\"",
		  { AT_ANSWER_FIELD, "c1", 0, "request-id", "",
		    "request_id" } },
		{ "u1.body#/Type == 1",
		  { AT_PROVIDER_END, "u1", 0, "", "/Type", "body" } },
		{ "c1.body#/Type == 1",
		  { AT_ANSWER_BODY, "c1", 0, "", "/Type", "body" } },
		{ "u1.extra == 0", { AT_EXTRA, "u1", 0, "", "", "extra" } },
		{ "u.requests.count == 1",
		  { AT_COUNT, "u", 0, "", "", "requests.count" } },
		{ "c1.outcome == \"ok\"",
		  { AT_OUTCOME, "c1", 0, "", "", "outcome" } },
		{ "c1 ends", { AT_END, "c1", 0, "", "", "" } },
		{ "u1 ends", { AT_PROVIDER_END, "u1", 0, "", "", "" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct causes_look *is = &rows[i].is;
		struct causes_look l;

		assert_true(causes_look_of(&l, rows[i].expect));
		assert_int_equal(l.at, is->at);
		assert_string_equal(l.actor, is->actor);
		assert_int_equal(l.number, is->number);
		assert_string_equal(l.name, is->name);
		assert_string_equal(l.pointer, is->pointer);
		assert_string_equal(l.word, is->word);
	}
}

static void t_nothing(void **state)
{
	static const char *const texts[] = { NULL,
					     "",
					     " c1.status == 1",
					     ".status == 1",
					     "c1.cost == 1",
					     "u1.text == \"a\"" };
	struct causes_look l;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_false(causes_look_of(&l, texts[i]));
		assert_int_equal(l.at, AT_NOTHING);
	}
}

/* ---- who is nearest ---- */

typedef const char *word_fn(size_t n);
typedef unsigned weight_fn(size_t at, size_t n);

/* Those that weigh anything, the heaviest first; '=' stands between two that
 * weigh the same. */
static void in_order(size_t at, size_t count, weight_fn *weight, word_fn *word,
		     struct buf *out)
{
	buf_reset(out);
	for (unsigned w = 255; w > 0; w--) {
		const char *sign = out->len > 0 ? " > " : "";

		for (size_t i = 0; i < count; i++) {
			if (weight(at, i) != w)
				continue;
			buf_addf(out, "%s%s", sign, word(i));
			sign = " = ";
		}
	}
}

static const char *part_word(size_t n)
{
	static const char *const words[CAUSES_PARTS] = {
		[PART_ROUTE] = "route",
		[PART_LINE] = "line",
		[PART_FIELD] = "field",
		[PART_KEY] = "key",
		[PART_BODY] = "body",
		[PART_REPEAT] = "repeat",
		[PART_STATUS] = "status",
		[PART_ANSWER_FIELD] = "answer-field",
		[PART_ANSWER_BODY] = "answer-body",
		[PART_EVENTS] = "events",
		[PART_FRAMES] = "frames",
		[PART_TIME] = "time",
		[PART_END] = "end",
		[PART_HANG_UP] = "hang-up",
		[PART_CONNECTION] = "connection",
	};

	return words[n];
}

static unsigned part_weight(size_t at, size_t n)
{
	return causes_look_nearness[at][n];
}

static void t_parts(void **state)
{
	static const struct {
		enum looks_at at;
		const char *order;
	} rows[] = {
		{ AT_FIELD, "field > key > route > repeat" },
		{ AT_HEAD, "key > field > line > repeat > route" },
		{ AT_LINE, "line > key > route > repeat" },
		{ AT_BODY, "body > route > repeat" },
		{ AT_COST, "key > body > repeat" },
		{ AT_COUNT, "route = repeat > time > line" },
		{ AT_MARK, "route > time = hang-up > repeat = end" },
		{ AT_PROVIDER_END, "hang-up > route = end > repeat > time" },
		{ AT_STATUS,
		  "status > route > time > repeat > end > line = field "
		  "= key = body > answer-body" },
		{ AT_ANSWER_FIELD,
		  "answer-field > route > status > key = answer-body > "
		  "repeat > time > line = field = body" },
		{ AT_ANSWER_BODY,
		  "key > answer-body > route > status > events > repeat"
		  " = end > answer-field > frames = time > line = field"
		  " = body" },
		{ AT_EVENTS,
		  "time > events > answer-body > route = status > "
		  "repeat = end > frames > answer-field > line = field "
		  "= body" },
		{ AT_OUTCOME,
		  "end > events > time > route = status > repeat = "
		  "answer-body > frames > answer-field > line = field ="
		  " body" },
		{ AT_END, "end > route > repeat > time > status > events > "
			  "answer-body > field = body" },
		{ AT_EXTRA, "connection > route > line" },
	};
	struct buf out = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		in_order(rows[i].at, CAUSES_PARTS, part_weight, part_word,
			 &out);
		assert_string_equal(buf_str(&out), rows[i].order);
	}
	buf_clear(&out);
}

static const char *kind_word(size_t n)
{
	return behaviour_row((enum behaviour_kind)n)->kind;
}

static unsigned kind_weight(size_t part, size_t n)
{
	return behaviour_row((enum behaviour_kind)n)->part == part
		       ? causes_look_ranks[n]
		       : 0;
}

static void t_kinds(void **state)
{
	static const struct {
		enum behaviour_part part;
		const char *order;
	} rows[] = {
		{ PART_ROUTE,
		  "gateway-gone = other-api = count-lost = "
		  "count-unstable > refused = passed-on = serialised = "
		  "not-translated > not-asked = no-answer > own-answer" },
		{ PART_LINE, "" },
		{ PART_FIELD,
		  "request-field-dropped = request-values-dropped > "
		  "request-field-changed > request-values-added > "
		  "request-field-merged = request-field-sorted > "
		  "request-field-forwarded > request-field-added" },
		{ PART_KEY, "credential-forwarded = credential-in-turn = "
			    "credential-shown > credential-lost" },
		{ PART_BODY,
		  "body-member-removed = translation-lost = "
		  "translation-added > body-value-changed = "
		  "body-replaced = model-mapped = translation-changed ="
		  " translation-unstable = translation-leaks > "
		  "body-text-changed = body-item-moved = "
		  "translation-moved > body-member-added > "
		  "request-coding-changed > body-reprinted" },
		{ PART_REPEAT, "redirect-followed > asked-twice" },
		{ PART_STATUS, "translation-refused = status-mapped" },
		{ PART_ANSWER_FIELD,
		  "answer-field-dropped = answer-field-replaced > "
		  "answer-field-forwarded > answer-field-added" },
		{ PART_ANSWER_BODY,
		  "answer-form-changed = error-replaced = "
		  "error-reshaped = answer-replaced = answer-reshaped >"
		  " answer-wrapped = answer-member-removed > "
		  "answer-value-changed = answer-text-changed = "
		  "answer-item-moved > answer-coding-changed = "
		  "answer-member-added > answer-reprinted" },
		{ PART_EVENTS,
		  "answer-lost = block-dropped = stream-replaced > "
		  "answer-told-otherwise = event-dropped = "
		  "events-merged = events-split > event-renamed > "
		  "event-added > ping-dropped > comments-dropped" },
		{ PART_FRAMES, "" },
		{ PART_TIME, "buffered = head-delayed > head-early" },
		{ PART_END, "gave-up > end-changed > empty-relayed" },
		{ PART_HANG_UP, "hang-up-ignored" },
		{ PART_CONNECTION, "connection-closed" },
	};
	struct buf out = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		in_order(rows[i].part, BEHAVIOUR_KINDS, kind_weight, kind_word,
			 &out);
		assert_string_equal(buf_str(&out), rows[i].order);
	}
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "look: what a text looks at", t_texts, NULL, NULL, NULL },
		{ "look: texts that behaviours have no part in", t_nothing,
		  NULL, NULL, NULL },
		{ "look: which parts are nearest", t_parts, NULL, NULL, NULL },
		{ "look: which of one part comes first", t_kinds, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("causes_look", tests, NULL, NULL);
}
