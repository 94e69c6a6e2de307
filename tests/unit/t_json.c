/* Reading what people wrote: every complaint has a place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "wire/bytes/near.h"
#include "wire/json/json.h"

struct shop {
	const char *name;
	bool open;
	uint32_t limit;
	uint64_t total;
	const cJSON *owner, *goods, *any;
};

static const struct json_field fields[] = {
	{ "name", JSON_TEXT, offsetof(struct shop, name),
	  JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "open", JSON_BOOL, offsetof(struct shop, open), 0 },
	{ "limit", JSON_U32, offsetof(struct shop, limit), 0 },
	{ "total", JSON_U64, offsetof(struct shop, total), 0 },
	{ "owner", JSON_OBJECT, offsetof(struct shop, owner), 0 },
	{ "goods", JSON_ARRAY, offsetof(struct shop, goods), JSON_NOT_EMPTY },
	{ "any", JSON_ANY, offsetof(struct shop, any), 0 },
	{ "note", JSON_IGNORE, 0, 0 },
	{ NULL, JSON_ANY, 0, 0 },
};

static int parse_and_read(const char *text, struct shop *into, struct fail *f)
{
	struct json *j;
	int rc;

	if (json_parse(&j, "s.json", span_of(text), f) < 0)
		return -1;
	rc = json_read(j, j->root, fields, into, f);
	json_free(j);
	return rc;
}

static void complain(const char *text, const char *want)
{
	struct fail f = FAIL_INIT;
	struct shop shop;

	assert_int_equal(parse_and_read(text, &shop, &f), -1);
	assert_string_equal(f.text, want);
	assert_int_equal(f.code, FAIL_CASE);
}

static void t_reads(void **state)
{
	static const char text[] =
		"{\"name\":\"x\",\"open\":true,\"limit\":4294967295,"
		"\"total\":9007199254740992,\"owner\":{},\"goods\":[1],"
		"\"any\":null,\"note\":[{}]}";
	struct shop shop = { .name = NULL };
	struct json *j = NULL;

	(void)state;
	assert_int_equal(json_parse(&j, "s", span_of(text), NULL), 0);
	assert_int_equal(json_read(j, j->root, fields, &shop, NULL), 0);
	assert_string_equal(shop.name, "x");
	assert_true(shop.open);
	assert_true(shop.limit == UINT32_MAX);
	assert_true(shop.total == (uint64_t)1 << 53);
	assert_true(cJSON_IsObject(shop.owner));
	assert_int_equal(cJSON_GetArraySize(shop.goods), 1);
	assert_true(cJSON_IsNull(shop.any));
	json_free(j);
	json_free(NULL);
}

/* The least and the most of everything. */
static void t_bounds(void **state)
{
	struct shop shop = { .open = true, .limit = 7, .total = 7 };

	(void)state;
	assert_int_equal(parse_and_read("{\"name\":\"x\",\"open\":false,"
					"\"limit\":0,\"total\":0}",
					&shop, NULL),
			 0);
	assert_false(shop.open);
	assert_int_equal(shop.limit, 0);
	assert_true(shop.total == 0);
	assert_int_equal(parse_and_read("{\"name\":\"x\",\"total\":"
					"9007199254740991,\"limit\":1.0}",
					&shop, NULL),
			 0);
	assert_true(shop.total == ((uint64_t)1 << 53) - 1);
	assert_int_equal(shop.limit, 1);
}

static void on_mistake(void *arg, const struct fail *f)
{
	buf_addf(arg, "%s\n", f->text);
}

/* Every mistake is told, and what is right is stored. */
static void t_all_mistakes(void **state)
{
	struct buf told = BUF_INIT(1000);
	struct shop shop = { .limit = 7, .total = 7 };
	struct json *j = NULL;

	(void)state;
	assert_int_equal(json_parse(&j, "s",
				    span_of("{\"limit\":\"x\",\"total\":3,"
					    "\"opn\":1,\"goods\":[]}"),
				    NULL),
			 0);
	json_read_all(j, j->root, fields, &shop, on_mistake, &told);
	assert_string_equal(
		buf_str(&told),
		"s:1:10: key 'limit' must be a whole number from 0 to "
		"4294967295\n"
		"s:1:24: unknown key 'opn'; did you mean 'open'?\n"
		"s:1:40: key 'goods' may not be empty\n"
		"s:1:1: key 'name' is missing\n");
	assert_int_equal(shop.limit, 7);
	assert_true(shop.total == 3);
	assert_null(shop.goods);
	json_free(j);
	buf_clear(&told);
}

static void t_untouched(void **state)
{
	struct shop shop = { .limit = 7 };

	(void)state;
	assert_int_equal(parse_and_read("{\"name\":\"x\"}", &shop, NULL), 0);
	assert_int_equal(shop.limit, 7);
	assert_int_equal(
		parse_and_read("{\"limit\":1,\"name\":2}", &shop, NULL), -1);
	assert_int_equal(shop.limit, 7);
}

static void t_unknown(void **state)
{
	(void)state;
	complain("{\n  \"name\": \"x\",\n  \"limitt\": 1\n}",
		 "s.json:3:3: unknown key 'limitt'; did you mean 'limit'?");
	complain("{\"Name\":1}",
		 "s.json:1:2: unknown key 'Name'; did you mean 'name'?");
	complain("{\"entirely-else\":1}",
		 "s.json:1:2: unknown key 'entirely-else'");
	complain("{\"$schema\":1}", "s.json:1:2: unknown key '$schema'");
	complain("{\"name\":\"x\",\"0123456789012345678901234567890123456789"
		 "0123456789012345678901234567890123456789012345678901234567"
		 "89abc\":1}",
		 "s.json:1:13: unknown key '0123456789012345678901234567890123"
		 "4567890123456789012345678901234567890123456789012345678901234"
		 "56789'");
}

static void t_duplicate(void **state)
{
	(void)state;
	complain("{\"\":1,\"\":2}", "s.json:1:7: duplicate key ''");
	complain("{\"name\":\"x\",\n \"note\":{\"a\":1,\n \"\\u0061\":2}}",
		 "s.json:3:2: duplicate key '\\u0061'");
}

static void t_syntax(void **state)
{
	(void)state;
	complain("{\"name\":\"x\",}",
		 "s.json:1:13: a key in quotes should be here");
	complain("", "s.json:1:1: end of text, but a value should be here");
	complain("{\"name\":\n\"\\ud800\"}",
		 "s.json:2:2: this string or number has no value");
}

static void t_kinds(void **state)
{
	(void)state;
	complain("{\"name\": 1}", "s.json:1:10: key 'name' must be a string");
	complain("{\"name\": null}",
		 "s.json:1:10: key 'name' must be a string");
	complain("{\"open\":\n1}",
		 "s.json:2:1: key 'open' must be true or false");
	complain("{\"limit\":4294967296}",
		 "s.json:1:10: key 'limit' must be a whole number from 0 to "
		 "4294967295");
	complain("{\"limit\":1.5}",
		 "s.json:1:10: key 'limit' must be a whole number from 0 to "
		 "4294967295");
	complain("{\"total\":9007199254740993}",
		 "s.json:1:10: key 'total' must be a whole number from 0 to "
		 "9007199254740992");
	complain("{\"total\":-1}",
		 "s.json:1:10: key 'total' must be a whole number from 0 to "
		 "9007199254740992");
	complain("{\"limit\":-1}",
		 "s.json:1:10: key 'limit' must be a whole number from 0 to "
		 "4294967295");
	complain("{\"limit\":\"1\"}",
		 "s.json:1:10: key 'limit' must be a whole number from 0 to "
		 "4294967295");
	complain("{\"total\":9007199254740992.5}",
		 "s.json:1:10: key 'total' must be a whole number from 0 to "
		 "9007199254740992");
	complain("{\"total\":1e300}",
		 "s.json:1:10: key 'total' must be a whole number from 0 to "
		 "9007199254740992");
	complain("{\"open\":null}",
		 "s.json:1:9: key 'open' must be true or false");
	complain("{\"owner\":[]}",
		 "s.json:1:10: key 'owner' must be an object");
	complain("{\"goods\":{}}", "s.json:1:10: key 'goods' must be an array");
	complain("[]", "s.json:1:1: an object should be here");
}

static void t_flags(void **state)
{
	(void)state;
	complain("\n{}", "s.json:2:1: key 'name' is missing");
	complain("{\"name\":\"\"}", "s.json:1:9: key 'name' may not be empty");
	complain("{\"name\":\"x\",\"goods\":[]}",
		 "s.json:1:21: key 'goods' may not be empty");
}

/* cJSON would read "na" of either. */
static void t_nul(void **state)
{
	(void)state;
	complain("{\"name\":\"na\\u0000me\"}",
		 "s.json:1:9: key 'name' may not contain \\u0000");
	complain("{\"name\\u0000x\":\"na\"}",
		 "s.json:1:2: no key may contain \\u0000");
}

static void t_raw(void **state)
{
	static const char text[] =
		"{\"a\":[{\"b\":[]},\n 1.10],\"c\":\"\\u0041\"}";
	struct json *j = NULL;
	const cJSON *a;
	cJSON *other;
	struct fail f = FAIL_INIT;
	struct place p;

	(void)state;
	assert_int_equal(json_parse(&j, "s", span_of(text), NULL), 0);
	a = cJSON_GetObjectItemCaseSensitive(j->root, "a");
	assert_true(span_is(json_raw(j, j->root).text, text));
	assert_true(span_is(json_raw(j, a->child).text, "{\"b\":[]}"));
	assert_true(span_is(json_raw(j, a->child->next).text, "1.10"));
	assert_true(span_is(json_raw(j, a->next).text, "\"\\u0041\""));
	p = json_place(j, a->child->next);
	assert_int_equal(p.line, 2);
	assert_int_equal(p.column, 2);
	assert_int_equal(json_fail(j, a->next, &f, "no %s", "good"), -1);
	assert_string_equal(f.text, "s:2:12: no good");
	/* No node, or one of another tree, has no text, and is placed at the
	 * begin. */
	p = json_place(j, NULL);
	assert_true(p.line == 1 && p.column == 1);
	assert_int_equal(json_raw(j, NULL).text.len, 0);
	assert_int_equal(json_raw(j, NULL).type, J_NULL);
	other = cJSON_CreateNull();
	p = json_place(j, other);
	assert_true(p.line == 1 && p.column == 1);
	assert_int_equal(json_raw(j, other).text.len, 0);
	cJSON_Delete(other);
	json_free(j);
}

static void t_nearest(void **state)
{
	static const char *const words[] = { "expect", "client", "upstream",
					     "why", NULL };

	(void)state;
	assert_string_equal(near_word("exepct", words), "expect");
	assert_string_equal(near_word("upsteam", words), "upstream");
	assert_string_equal(near_word("whi", words), "why");
	assert_null(near_word("gateway", words));
	/* One letter may be wrong in three, two in four to seven, then three. */
	assert_null(near_word("wxz", words));
	assert_string_equal(near_word("wxyz", (const char *[]){ "wxab", NULL }),
			    "wxab");
	assert_null(near_word("wxyz", (const char *[]){ "wabc", NULL }));
	assert_null(near_word("exxxxct", words));
	assert_string_equal(
		near_word("expxxxt", (const char *[]){ "expaaxt", NULL }),
		"expaaxt");
	assert_string_equal(near_word("upstxxxm", words), "upstream");
	assert_null(near_word("upsxxxxm", words));
	assert_null(near_word("", words));
}

/* Edits from one word to the other, tried one after the other. */
static unsigned edits(const char *a, const char *b)
{
	unsigned best, d;

	if (*a == '\0' || *b == '\0')
		return (unsigned)(strlen(a) + strlen(b));
	if (*a == *b)
		return edits(a + 1, b + 1);
	best = 1 + edits(a + 1, b + 1);
	d = 1 + edits(a + 1, b);
	best = d < best ? d : best;
	d = 1 + edits(a, b + 1);
	best = d < best ? d : best;
	if (a[0] == b[1] && a[1] == b[0] && a[1] != '\0') {
		d = 1 + edits(a + 2, b + 2);
		best = d < best ? d : best;
	}
	return best;
}

/* The n-th word of the letters a and b, of one letter and more. */
static void word_of(unsigned n, char word[8])
{
	size_t len = 0;

	for (n += 2; n > 1; n /= 2)
		word[len++] = n % 2 ? 'b' : 'a';
	word[len] = '\0';
}

/* Every pair of short words: near where few enough edits lie between. */
static void t_distance(void **state)
{
	enum { WORDS = 2 + 4 + 8 + 16 + 32 + 64 };
	char longest[82];

	(void)state;
	for (unsigned i = 0; i < WORDS; i++)
		for (unsigned k = 0; k < WORDS; k++) {
			char a[8], b[8];
			const char *words[] = { b, NULL };

			word_of(i, a);
			word_of(k, b);
			if ((near_word(a, words) != NULL) !=
			    (edits(a, b) <= (strlen(a) < 4 ? 1 : 2)))
				fail_msg("%s and %s: %u", a, b, edits(a, b));
		}
	/* The nearer one, and of two the first. */
	assert_string_equal(
		near_word("abcde",
			  (const char *[]){ "abcxx", "abcdx", "abcxe", NULL }),
		"abcdx");
	memset(longest, 'a', sizeof(longest));
	longest[80] = '\0';
	assert_ptr_equal(near_word(longest, (const char *[]){ longest, NULL }),
			 longest);
	longest[80] = 'a';
	longest[81] = '\0';
	assert_null(near_word(longest, (const char *[]){ longest, NULL }));
	assert_null(near_word(longest + 1, (const char *[]){ longest, NULL }));
	assert_ptr_equal(
		near_word(longest + 2, (const char *[]){ longest + 1, NULL }),
		longest + 1);
}

static void t_load(void **state)
{
	char path[] = "json-XXXXXX";
	struct fail missing = FAIL_INIT, large = FAIL_INIT, folder = FAIL_INIT;
	struct json *j = NULL;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "{\"a\":1}", 7), 7);
	close(fd);
	assert_int_equal(json_load(&j, path, 7, NULL), 0);
	assert_string_equal(j->name, path);
	json_free(j);
	j = NULL;
	assert_int_equal(json_load(&j, path, 6, &large), -1);
	assert_int_equal(large.code, FAIL_LIMIT);
	unlink(path);
	assert_int_equal(json_load(&j, path, 7, &missing), -1);
	assert_int_equal(missing.code, FAIL_SYSTEM);
	assert_int_equal(json_load(&j, "/", 7, &folder), -1);
	assert_string_equal(folder.text, "/: Is a directory");
	assert_null(j);
}

/* A pipe is read if the caller has opened it; a named pipe is not waited
 * for. */
static void t_pipes(void **state)
{
	struct fail f = FAIL_INIT;
	struct json *j = NULL;
	char path[64];
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "{\"a\":1}", 7), 7);
	close(fd[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd[0]);
	assert_int_equal(json_load(&j, path, 7, NULL), 0);
	json_free(j);
	close(fd[0]);
	snprintf(path, sizeof(path), "/tmp/t_json-%d", (int)getpid());
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(json_load(&j, path, 7, &f), -1);
	assert_true(strstr(f.text, ": not a regular file") != NULL);
	unlink(path);
}

/* Files about as long as what is read at once. */
static void t_long_files(void **state)
{
	char path[] = "json-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (size_t len = 16383; len < 16387; len++) {
		char *text = malloc(len);
		struct fail f = FAIL_INIT;
		struct json *j = NULL;

		memset(text, ' ', len);
		text[len - 1] = '7';
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		assert_int_equal(write(fd, text, len), len);
		assert_int_equal(json_load(&j, path, len, NULL), 0);
		assert_int_equal(j->len, len);
		json_free(j);
		assert_int_equal(json_load(&j, path, len - 1, &f), -1);
		assert_int_equal(f.code, FAIL_LIMIT);
		free(text);
	}
	close(fd);
	unlink(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "json: a table reads an object into a struct", t_reads, NULL,
		  NULL, NULL },
		{ "json: numbers from the least to the most", t_bounds, NULL,
		  NULL, NULL },
		{ "json: every mistake may be told", t_all_mistakes, NULL, NULL,
		  NULL },
		{ "json: absent members and failures leave the struct",
		  t_untouched, NULL, NULL, NULL },
		{ "json: an unknown key is told with the nearest known one",
		  t_unknown, NULL, NULL, NULL },
		{ "json: a duplicate key is told where it stands", t_duplicate,
		  NULL, NULL, NULL },
		{ "json: a syntax error is told where it stands", t_syntax,
		  NULL, NULL, NULL },
		{ "json: values have the kind their field wants", t_kinds, NULL,
		  NULL, NULL },
		{ "json: required and not empty", t_flags, NULL, NULL, NULL },
		{ "json: a NUL in a string does not shorten it", t_nul, NULL,
		  NULL, NULL },
		{ "json: a node leads back to its text", t_raw, NULL, NULL,
		  NULL },
		{ "json: the nearest word is near", t_nearest, NULL, NULL,
		  NULL },
		{ "json: how near words are", t_distance, NULL, NULL, NULL },
		{ "json: a file is read up to its limit", t_load, NULL, NULL,
		  NULL },
		{ "json: pipes are read where they are handed over", t_pipes,
		  NULL, NULL, NULL },
		{ "json: files longer than one read", t_long_files, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
