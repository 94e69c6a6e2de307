/* Translates requests and answers, for tests. */
#ifndef TESTS_UNIT_TRANSLATE_KIT_H
#define TESTS_UNIT_TRANSLATE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/translate/translate.h"

static const struct translate_rules plain_rules;

static inline struct jval json_of(const char *text)
{
	struct jval root;
	struct fail f = FAIL_INIT;

	if (jscan(span_of(text), &root, &f) < 0)
		fail_msg("%s: %s", text, f.text);
	return root;
}

#define ASK(members) "{\"model\":\"m\",\"max_tokens\":9," members "}"
#define USER(content) "{\"role\":\"user\",\"content\":" content "}"
#define SAYS(content) "{\"role\":\"assistant\",\"content\":" content "}"
#define TURNS(list) ASK("\"messages\":[" list "]")
#define HI "\"messages\":[" USER("\"hi\"") "]"
#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"
#define IMAGE \
	"{\"type\":\"image\",\"source\":{\"type\":\"base64\"," \
	"\"media_type\":\"image/png\",\"data\":\"QUJD\"}}"
#define USE(id) \
	"{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"n\",\"input\":" \
	"{\"a\":1.0}}"
#define RESULT(id, content) \
	"{\"type\":\"tool_result\",\"tool_use_id\":\"" id \
	"\",\"content\":" content "}"

#define USAGE(in, cached, made) \
	"{\"input_tokens\":" in ",\"cache_creation_input_tokens\":0," \
	"\"cache_read_input_tokens\":" cached ",\"output_tokens\":" made "}"

static inline struct translate *asked(bool stream)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;

	translate_new(&t, &plain_rules, 1);
	assert_int_equal(
		translate_request(
			t,
			json_of(stream ? ASK("\"stream\":true," HI) : ASK(HI)),
			&out, NULL),
		0);
	assert_int_equal(translate_streams(t), stream);
	buf_clear(&out);
	return t;
}

#endif
