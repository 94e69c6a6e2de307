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
		{ "u1.asked#/model == 1",
		  { AT_MODEL, "u1", 0, "", "/model", "asked" } },
		{ "u1.asked#/models == 1",
		  { AT_BODY, "u1", 0, "", "/models", "asked" } },
		{ "u1.request.body#/model == 1",
		  { AT_BODY, "u1", 0, "", "/model", "request.body" } },
		{ "c1.thinking[12] == 1",
		  { AT_EVENTS, "c1", 0, "12", "", "thinking" } },
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

/* Those that weigh anything, the heaviest first, with its weight; '=' stands
 * between two that weigh the same. Scores are sums, so that weights count. */
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
			if (strcmp(sign, " = ") != 0)
				buf_addf(out, " %u", w);
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
		{ AT_FIELD, "field 60 > key 55 > route 45 > repeat 40" },
		{ AT_HEAD,
		  "key 60 > field 55 > line 50 > repeat 40 > route 30" },
		{ AT_SIGNED, "field 60 > body 58 > line 55 > route 45" },
		{ AT_LINE, "line 60 > key 50 > route 45 > repeat 40" },
		{ AT_BODY, "body 60 > route 45 > repeat 30" },
		{ AT_MODEL, "body 60 > route 45 > line 40 > repeat 30" },
		{ AT_COST, "key 62 > body 60 > repeat 50" },
		{ AT_COUNT, "route 60 = repeat > time 30 > line 20" },
		{ AT_MARK, "route 55 > time 50 = hang-up > repeat 40 = end" },
		{ AT_PROVIDER_END,
		  "hang-up 60 > route 50 = end > repeat 40 > time 30" },
		{ AT_STATUS,
		  "status 60 > route 58 > time 50 > repeat 40 > end 35 > line "
		  "20 = field = key = body > answer-body 12" },
		{ AT_ANSWER_FIELD, "answer-field 60 > route 55 > status 50 > "
				   "key 45 = answer-body > repeat 40 > time 20 "
				   "> line 18 = field = body" },
		{ AT_ANSWER_BODY,
		  "key 61 > answer-body 60 > route 55 > status 52 > events 50 "
		  "> repeat 45 = end > answer-field 40 > frames 30 = time > "
		  "line 18 = field = body" },
		{ AT_EVENTS, "time 65 > events 60 > answer-body 58 > route 55 "
			     "= status > repeat 50 = end > frames 48 > "
			     "answer-field 40 > line 18 = field = body" },
		{ AT_OUTCOME, "end 61 > events 60 > time 57 > route 55 = "
			      "status > repeat 50 = answer-body > frames 45 > "
			      "answer-field 40 > line 18 = field = body" },
		{ AT_END, "end 60 > route 55 > repeat 50 > time 45 > status 40 "
			  "> events 30 > answer-body 20 > field 16 = body" },
		{ AT_EXTRA, "connection 60 > route 55 > line 20" },
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
		  "gateway-gone 9 = other-api = count-lost = count-unstable > "
		  "refused 8 = passed-on = serialised = not-translated > "
		  "not-asked 7 = no-answer > own-answer 6" },
		{ PART_LINE, "" },
		{ PART_FIELD,
		  "request-field-dropped 9 = request-values-dropped > "
		  "request-field-changed 8 > request-values-added 7 > "
		  "request-field-merged 6 = request-field-sorted > "
		  "request-field-forwarded 5 > request-field-added 3" },
		{ PART_KEY, "credential-forwarded 9 = credential-in-turn = "
			    "credential-shown > credential-lost 8" },
		{ PART_BODY,
		  "body-member-removed 9 = translation-lost = "
		  "translation-added > body-value-changed 8 = body-replaced = "
		  "model-mapped = translation-changed = translation-unstable = "
		  "translation-leaks > body-text-changed 7 = body-item-moved = "
		  "translation-moved > body-member-added 6 > "
		  "request-coding-changed 5 > body-reprinted 4" },
		{ PART_REPEAT, "redirect-followed 9 > asked-twice 8" },
		{ PART_STATUS, "translation-refused 8 = status-mapped" },
		{ PART_ANSWER_FIELD,
		  "answer-field-dropped 8 = answer-field-replaced > "
		  "answer-field-forwarded 7 > answer-field-added 3" },
		{ PART_ANSWER_BODY,
		  "answer-form-changed 9 = error-replaced = error-reshaped = "
		  "answer-replaced = answer-reshaped > answer-wrapped 8 = "
		  "answer-member-removed > answer-value-changed 7 = "
		  "answer-text-changed = answer-item-moved > "
		  "answer-coding-changed 5 = answer-member-added > "
		  "answer-reprinted 3" },
		{ PART_EVENTS,
		  "answer-lost 9 = block-dropped = stream-replaced > "
		  "answer-told-otherwise 8 = event-dropped = events-merged = "
		  "events-split > event-renamed 7 > event-added 6 > "
		  "ping-dropped 5 > comments-dropped 4" },
		{ PART_FRAMES, "" },
		{ PART_TIME, "buffered 8 = head-delayed > head-early 6" },
		{ PART_END, "gave-up 8 > end-changed 7 > empty-relayed 5" },
		{ PART_HANG_UP, "hang-up-ignored 8" },
		{ PART_CONNECTION, "connection-closed 9" },
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
