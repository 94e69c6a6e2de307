/* An index: the values that a scan finds, without looking at the text again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/bytes/buf.h"
#include "wire/json/jindex.h"

static const char session[] =
	" {\"model\" : \"m\", \"messages\":[ {\"role\":\"user\",\"content\":"
	"[{\"type\":\"text\",\"text\":\"a\\\"b\\u00e9\"}, {}]} , [[]], 7 ],"
	"\"n\\u0061me\":null,\"max\":-1.5e3,\"stream\":true}\n";

static struct jval index_of(struct jindex *index, const char *text)
{
	struct jval root;

	assert_int_equal(jindex_scan(index, span_of(text), &root, NULL), 0);
	return root;
}

static void assert_text(struct jval v, const char *text)
{
	assert_int_equal(v.text.len, strlen(text));
	assert_memory_equal(v.text.at, text, v.text.len);
}

static void t_finds(void **state)
{
	static const struct {
		const char *pointer, *text;
	} rows[] = {
		{ "/model", "\"m\"" },
		{ "/messages/0/role", "\"user\"" },
		{ "/messages/0/content/0/text", "\"a\\\"b\\u00e9\"" },
		{ "/messages/0/content/1", "{}" },
		{ "/messages/1/0", "[]" },
		{ "/messages/last", "7" },
		{ "/name", "null" },
		{ "/max", "-1.5e3" },
		{ "/stream", "true" },
	};
	struct jindex index = JINDEX_INIT;
	struct jval root = index_of(&index, session), v;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(jscan_find(root, span_of(rows[i].pointer), &v));
		assert_text(v, rows[i].text);
		assert_non_null(v.node);
	}
	assert_false(jscan_find(root, span_of("/messages/3"), &v));
	assert_false(jscan_find(root, span_of("/role"), &v));
	jindex_clear(&index);
}

static void t_counts(void **state)
{
	struct jindex index = JINDEX_INIT;
	struct jval root = index_of(&index, session), v;

	(void)state;
	assert_int_equal(index.count, 16);
	assert_int_equal(index.nodes[0].size, 16);
	assert_int_equal(jscan_count(root), 5);
	assert_true(jscan_member(root, "messages", &v));
	assert_int_equal(jscan_count(v), 3);
	assert_int_equal(v.node->size, 11);
	jindex_clear(&index);
}

/* Numbers from a longer text do not show in a shorter one. */
static void t_again(void **state)
{
	struct jindex index = JINDEX_INIT;
	struct jval root = index_of(&index, session), v;

	(void)state;
	root = index_of(&index, "{\"a\":[1,2]}");
	assert_int_equal(index.count, 4);
	assert_int_equal(jscan_count(root), 1);
	assert_true(jscan_find(root, span_of("/a/1"), &v));
	assert_text(v, "2");
	root = index_of(&index, "3");
	assert_int_equal(jscan_count(root), 0);
	assert_text(root, "3");
	jindex_clear(&index);
}

static void t_complains(void **state)
{
	static const char *const bad[] = { "", "{\"a\":}", "[1,]", "{} {}" };
	struct jindex index = JINDEX_INIT;
	struct jval root;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fail f = FAIL_INIT, plain = FAIL_INIT;

		assert_int_equal(
			jindex_scan(&index, span_of(bad[i]), &root, &f), -1);
		assert_int_equal(jscan(span_of(bad[i]), &root, &plain), -1);
		assert_string_equal(f.text, plain.text);
	}
	jindex_clear(&index);
}

/* [0,0,...]: `items` zeros */
static void add_zeros(struct buf *text, size_t items)
{
	buf_add_byte(text, '[');
	for (size_t i = 0; i < items; i++)
		buf_add_text(text, i > 0 ? ",0" : "0");
	buf_add_byte(text, ']');
}

static void t_limit(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jindex index = JINDEX_INIT;
	struct jval root;

	(void)state;
	add_zeros(&text, JINDEX_VALUES_LIMIT - 1);
	assert_int_equal(jindex_scan(&index, buf_span(&text), &root, NULL), 0);
	assert_non_null(root.node);
	assert_int_equal(jscan_count(root), JINDEX_VALUES_LIMIT - 1);
	buf_reset(&text);
	add_zeros(&text, JINDEX_VALUES_LIMIT);
	assert_int_equal(jindex_scan(&index, buf_span(&text), &root, NULL), 0);
	assert_null(root.node);
	assert_int_equal(jscan_count(root), JINDEX_VALUES_LIMIT);
	buf_clear(&text);
	jindex_clear(&index);
}

/* Several members at once are those that are found one by one. */
static void assert_picks(struct jval object)
{
	enum { KEYS = 5 };
	static const struct span keys[KEYS] = {
		JSCAN_KEY("name"), JSCAN_KEY("max"),      JSCAN_KEY("none"),
		JSCAN_KEY("type"), JSCAN_KEY("messages"),
	};
	struct jval out[KEYS], one;

	jscan_pick(object, keys, KEYS, out);
	for (size_t i = 0; i < KEYS; i++) {
		one = jscan_get(object, keys[i].at);
		assert_int_equal(out[i].type, one.type);
		assert_ptr_equal(out[i].text.at, one.text.at);
		assert_int_equal(out[i].text.len, one.text.len);
		assert_ptr_equal(out[i].node, one.node);
	}
}

static void t_picks(void **state)
{
	static const char *const texts[] = {
		session,
		"{\"name\":1,\"max\":{\"name\":2},\"nam\":3,\"names\":4}",
		"{\"max\":null,\"name\":\"a\",\"name\":\"b\",\"max\":1}",
		"{\"n\\u0061me\":1,\"\\u0074ype\":[2],\"n\\u0061mes\":3}",
		"{\"nam\\\\\":1,\"\":2,\"type\":{},\"messages\":[[]]}",
		"{}",
		"[{\"name\":1}]",
		"\"name\"",
	};
	struct jindex index = JINDEX_INIT;
	struct jval root;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_picks(index_of(&index, texts[i]));
		assert_int_equal(jscan(span_of(texts[i]), &root, NULL), 0);
		assert_picks(root);
	}
	jindex_clear(&index);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "jindex: pointers find values", t_finds, NULL, NULL, NULL },
		{ "jindex: it knows how many are inside", t_counts, NULL, NULL,
		  NULL },
		{ "jindex: one is used for a second text", t_again, NULL, NULL,
		  NULL },
		{ "jindex: several members are picked at once", t_picks, NULL,
		  NULL, NULL },
		{ "jindex: it complains as a scan does", t_complains, NULL,
		  NULL, NULL },
		{ "jindex: a text with too many values is scanned", t_limit,
		  NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("jindex", tests, NULL, NULL);
}
