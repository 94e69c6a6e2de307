/* Tests of mockupstream/rules and reply. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "mockupstream/reply.h"
#include "mockupstream/rules.h"

static char root[] = P_tmpdir "/ccprobe-t-rules-XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int set_up(void **state)
{
	char inside[256], link_path[256];

	(void)state;
	assert_non_null(mkdtemp(root));
	snprintf(inside, sizeof(inside), "%s/in", root);
	assert_int_equal(mkdir(inside, 0700), 0);
	write_file("secret", "s");
	snprintf(inside, sizeof(inside), "%s/in/x", root);
	assert_int_equal(mkdir(inside, 0700), 0);
	write_file("in/x/deep.json", "[]");
	snprintf(inside, sizeof(inside), "%s/in2", root);
	assert_int_equal(mkdir(inside, 0700), 0);
	write_file("in2/a.sse", "beside");
	write_file("in/a.sse", "data: 1\n\n: @hold h\n");
	write_file("in/b.json", "{\"b\": 1}\n");
	write_file("in/bad.sse", "data: 1\n\n: @hold\n");
	snprintf(link_path, sizeof(link_path), "%s/in/link", root);
	assert_int_equal(symlink("../secret", link_path), 0);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "in/x/deep.json",
					     "in/x",
					     "in2/a.sse",
					     "in2",
					     "in/a.sse",
					     "in/b.json",
					     "in/bad.sse",
					     "in/link",
					     "in",
					     "secret",
					     "." };
	char path[256];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) - 1; i++) {
		snprintf(path, sizeof(path), "%s/%s", root, names[i]);
		remove(path);
	}
	return rmdir(root);
}

static int read_rules(struct rules **out, const char *text, struct fail *f)
{
	char inside[256];
	struct json *j = NULL;
	int rc;

	snprintf(inside, sizeof(inside), "%s/in", root);
	if (json_parse(&j, "x.json", span_of(text), f) < 0)
		return -1;
	rc = rules_read_script(out, j, inside, f);
	json_free(j);
	return rc;
}

static struct rules *read_ok(const char *text)
{
	struct rules *r = NULL;
	struct fail f = FAIL_INIT;

	if (read_rules(&r, text, &f) < 0)
		fail_msg("%s", f.text);
	return r;
}

static void assert_refused(const char *text, const char *message)
{
	struct rules *r = NULL;
	struct fail f = FAIL_INIT;

	assert_int_equal(read_rules(&r, text, &f), -1);
	assert_null(r);
	if (!strstr(f.text, message))
		fail_msg("'%s' is not in '%s'", message, f.text);
}

#define UPSTREAM(rules) "{\"upstream\":{" rules "}}"
#define REPLY(reply) UPSTREAM("\"u1\":{\"reply\":{" reply "}}")

static void t_personality(void **state)
{
	struct rules *r = read_ok(REPLY("\"provider\":\"strict\""));

	(void)state;
	assert_int_equal(r->list[0].replies[0].kind, REPLY_PROVIDER);
	assert_true(r->list[0].replies[0].strict);
	rules_free(r);
	r = read_ok(REPLY("\"provider\":true"));
	assert_false(r->list[0].replies[0].strict);
	rules_free(r);
	assert_refused(REPLY("\"provider\":\"lax\""),
		       "'provider' is true or \"strict\"");
	assert_refused(REPLY("\"provider\":\"strict\",\"status\":200"),
		       "status and headers do not go with 'provider'");
}

static void t_words_of_the_provider(void **state)
{
	struct rules *r = read_ok(
		REPLY("\"provider\":true,\"safeguards\":\"unavailable\""));

	(void)state;
	assert_int_equal(r->list[0].replies[0].safeguards,
			 SAFEGUARDS_UNAVAILABLE);
	rules_free(r);
	r = read_ok(REPLY("\"provider\":\"strict\""));
	assert_int_equal(r->list[0].replies[0].safeguards,
			 SAFEGUARDS_NOT_FLAGGED);
	rules_free(r);
	assert_refused(REPLY("\"provider\":true,\"safeguards\":\"maybe\""),
		       "'safeguards' is not_flagged, flagged, unavailable or "
		       "none");
	assert_refused(REPLY("\"status\":200,\"safeguards\":\"flagged\""),
		       "'safeguards' goes with 'provider'");
	r = read_ok(REPLY("\"provider\":true,\"threads\":\"lost\""));
	assert_int_equal(r->list[0].replies[0].threads, THREADS_LOST);
	rules_free(r);
	r = read_ok(REPLY("\"provider\":\"strict\",\"account\":\"second\""));
	assert_string_equal(r->list[0].replies[0].account, "second");
	rules_free(r);
	assert_refused(REPLY("\"status\":200,\"account\":\"second\""),
		       "'account' goes with 'provider'");
	assert_refused(REPLY("\"provider\":true,\"threads\":\"some\""),
		       "'threads' is held, lost or unsupported");
}

static void t_when_json(void **state)
{
	struct rules *r = read_ok(UPSTREAM(
		"\"u1\":{\"when\":{\"json\":[\"/a/0\", { \"b\":false }]},"
		"\"reply\":{\"status\":529}}"));

	(void)state;
	assert_string_equal(r->list[0].json_pointer, "/a/0");
	assert_string_equal(r->list[0].json_value, "{ \"b\":false }");
	rules_free(r);
	assert_refused(UPSTREAM("\"u1\":{\"when\":{\"json\":[\"a\",1]},"
				"\"reply\":{\"status\":529}}"),
		       "'json' is [\"/pointer\", VALUE]");
	assert_refused(UPSTREAM("\"u1\":{\"when\":{\"json\":[\"/a\"]},"
				"\"reply\":{\"status\":529}}"),
		       "'json' is [\"/pointer\", VALUE]");
}

static void t_when(void **state)
{
	struct rules *r = read_ok(UPSTREAM(
		"\"u1\":{\"when\":{\"method\":\"POST\",\"path\":\"/v1/*\","
		"\"model\":\"*opus*\",\"mark\":\"00000000000000a1\","
		"\"call\":2,\"header\":[\"x-a\",\"^b\"],\"has\":\"text\","
		"\"lacks\":\"other\",\"longer\":99},"
		"\"times\":\"once\",\"reply\":{\"status\":529}},"
		"\"u2\":{\"times\":3,\"reply\":{\"provider\":true}}"));
	const struct rule *u1 = &r->list[0];

	(void)state;
	assert_int_equal(r->count, 2);
	assert_string_equal(u1->name, "u1");
	assert_string_equal(u1->method, "POST");
	assert_string_equal(u1->path, "/v1/*");
	assert_string_equal(u1->model, "*opus*");
	assert_string_equal(u1->mark, "00000000000000a1");
	assert_string_equal(u1->has, "text");
	assert_string_equal(u1->lacks, "other");
	assert_int_equal(u1->longer, 99);
	assert_string_equal(u1->header_name, "x-a");
	assert_int_equal(pattern_match(u1->header_value, span_of("bc")), 1);
	assert_int_equal(u1->call, 2);
	assert_int_equal(u1->times, 1);
	assert_int_equal(r->list[1].times, 3);
	assert_int_equal(r->list[1].replies[0].kind, REPLY_PROVIDER);
	rules_free(r);
}

static void t_json_is_compact(void **state)
{
	struct rules *r = read_ok(
		REPLY("\"json\": { \"b\" : 1.10, \"a\": [ \"x y\\\" \\\\\", "
		      "12345678901234567890 ] }"));
	const struct reply *reply = &r->list[0].replies[0];

	(void)state;
	assert_int_equal(reply->status, 200);
	assert_int_equal(reply->kind, REPLY_BODY);
	assert_string_equal(reply->bytes, "{\"b\":1.10,\"a\":[\"x y\\\" "
					  "\\\\\",12345678901234567890]}");
	assert_string_equal(headers_get(&reply->headers, "content-type"),
			    "application/json");
	rules_free(r);
}

static void t_sources(void **state)
{
	struct rules *r = read_ok(UPSTREAM(
		"\"u1\":{\"replies\":[{\"stream\":\"a.sse\"},"
		"{\"events\":\"data: 1\\n\\n\",\"headers_only\":true},"
		"{\"body\":\"b.json\",\"headers\":[[\"X-A\",\"1\"],"
		"[\"x-a\",\"2\"]]},{\"text\":\"\"},{\"raw_text\":\"r\"},"
		"{\"raw\":\"b.json\",\"end\":\"rst\"},{\"json\":null},"
		"{\"status\":204},{\"end\":\"stall\"}]}"));
	const struct reply *list = r->list[0].replies;

	(void)state;
	assert_int_equal(r->list[0].reply_count, 9);
	assert_int_equal(list[0].kind, REPLY_STREAM);
	assert_string_equal(list[0].script->name, "a.sse");
	assert_string_equal(list[0].headers.list[0].value,
			    "text/event-stream; charset=utf-8");
	assert_int_equal(list[1].headers.count, 0);
	assert_string_equal(list[2].bytes, "{\"b\": 1}\n");
	assert_int_equal(headers_count(&list[2].headers, "x-a"), 2);
	assert_int_equal(list[2].headers.count, 2);
	assert_int_equal(list[3].len, 0);
	assert_int_equal(list[4].kind, REPLY_RAW);
	assert_int_equal(list[4].headers.count, 0);
	assert_int_equal(list[5].end, END_RESET);
	assert_string_equal(list[6].bytes, "null");
	assert_int_equal(list[7].kind, REPLY_NOTHING);
	assert_int_equal(list[7].end, END_CLEAN);
	assert_int_equal(list[8].status, 0);
	assert_int_equal(list[8].end, END_OPEN);
	rules_free(r);
}

static void t_holds(void **state)
{
	struct rules *r =
		read_ok(UPSTREAM("\"u1\":{\"replies\":[{\"stream\":\"a.sse\"},"
				 "{\"status\":200,\"hold\":\"before\"}]}"));

	(void)state;
	assert_true(rules_has_hold(r, "u1", "h"));
	assert_true(rules_has_hold(r, "u1", "before"));
	assert_false(rules_has_hold(r, "u1", "x"));
	assert_false(rules_has_hold(r, "u2", "h"));
	rules_free(r);
	/* Also where nothing comes before it, and at the provider. */
	r = read_ok(UPSTREAM("\"u1\":{\"reply\":{\"events\":"
			     "\": @hold first\\ndata: 1\\n\\n\"}},"
			     "\"u2\":{\"reply\":{\"provider\":true}}"));
	assert_true(rules_has_hold(r, "u1", "first"));
	assert_int_equal(r->list[1].replies[0].kind, REPLY_PROVIDER);
	assert_int_equal(r->list[1].replies[0].headers.count, 0);
	rules_free(r);
}

static void t_paths_stay_inside(void **state)
{
	(void)state;
	assert_refused(REPLY("\"body\":\"../secret\""), "leaves the folder");
	assert_refused(REPLY("\"body\":\"link\""), "leaves the folder");
	assert_refused(REPLY("\"body\":\"/etc/passwd\""), "x.json:1:");
	assert_refused(REPLY("\"body\":\"none\""), "No such file");
	assert_refused(REPLY("\"body\":\".\""), "leaves the folder");
	/* A folder whose name begins like that of the root is another one. */
	assert_refused(REPLY("\"body\":\"../in2/a.sse\""), "leaves the folder");
	/* Inside, but named as if it were anywhere. */
	assert_refused(REPLY("\"body\":\"/b.json\""), "leaves the folder");
	assert_refused(REPLY("\"body\":\"x\""), "'x' is not a file");
	rules_free(read_ok(REPLY("\"body\":\"x/deep.json\"")));
	rules_free(read_ok(REPLY("\"body\":\"x/../b.json\"")));
}

/* What is said of each mistake, with its place. */
static void assert_file(const char *folder, const char *path, const char *text)
{
	struct file file = { .path = NULL };
	struct fail f = FAIL_INIT;

	if (file_read(&file, folder, path, &f) < 0)
		fail_msg("%s: %s", path, f.text);
	assert_string_equal(file.path, path);
	assert_string_equal(file.bytes, text);
	assert_int_equal(file.len, strlen(text));
	free(file.path);
	free(file.bytes);
}

static void assert_no_file(const char *folder, const char *path,
			   const char *told)
{
	struct file file;
	struct fail f = FAIL_INIT;

	assert_int_equal(file_read(&file, folder, path, &f), -1);
	assert_int_equal(f.code, FAIL_CASE);
	assert_string_equal(f.text, told);
}

static void t_files(void **state)
{
	char path[512], told[600], longest[5000];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_file(root, "secret", "s");
	snprintf(path, sizeof(path), "%s/secret", root + 1);
	assert_file("/", path, "s");
	assert_no_file("/no-such-folder", "a",
		       "the folder '/no-such-folder': No such file or "
		       "directory");
	assert_no_file(root, "none", "'none': No such file or directory");
	assert_no_file(root, longest, "the path is too long");
	assert_no_file(root, "in", "'in' is not a file");
	snprintf(told, sizeof(told), "'.' leaves the folder '%s'", root);
	assert_no_file(root, ".", told);
	snprintf(path, sizeof(path), "%s/secret", root);
	assert_int_equal(truncate(path, (off_t)REPLY_FILE_LIMIT_BYTES + 1), 0);
	assert_no_file(root, "secret", "'secret' is larger than 64 MiB");
	write_file("secret", "s");
}

static void t_words(void **state)
{
#define ONE(rule) UPSTREAM("\"u1\":{" rule "}")
#define WHEN(when) ONE("\"when\":{" when "},\"reply\":{\"status\":200}")
	static const char name[] = "1:14: a rule's name has lower-case "
				   "letters, digits, '-' and '_', at most 21";
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "{\"upstream\":1}", "key 'upstream' must be an object" },
		{ "{\"upstream\":{}}", "x.json:1:13: 'upstream' must be an "
				       "object of 1 to 1000 rules" },
		{ UPSTREAM("\"u1\":{\"reply\":{\"status\":200}},\"u1\":1"),
		  "duplicate key 'u1'" },
		{ UPSTREAM("\"u1\":1"), "1:19: a rule must be an object" },
		{ UPSTREAM("\"\":{\"reply\":{\"status\":200}}"),
		  "a rule's name has lower-case letters" },
		{ UPSTREAM("\"a234567890123456789012\":{}"),
		  "a rule's name has lower-case letters" },
		{ UPSTREAM("\"a.b\":{}"),
		  "a rule's name has lower-case letters" },
		{ ONE("\"reply\":{\"status\":200},\"replies\":[{}]"),
		  "1:19: a rule must have 'reply' or 'replies', not both" },
		{ ONE("\"replies\":[]"), "key 'replies' may not be empty" },
		{ ONE("\"replies\":[1]"), "1:31: a reply must be an object" },
		{ ONE("\"replies\":[{\"status\":200},{}]"),
		  "1:46: a reply says what is sent" },
		{ ONE("\"times\":\"twice\",\"reply\":{\"status\":200}"),
		  "1:28: 'times' is \"always\", \"once\", \"once-each\" or a "
		  "number from 1" },
		{ ONE("\"times\":4294967295,\"reply\":{\"status\":200}"),
		  "1:28: 'times' is \"always\", \"once\", \"once-each\" or a "
		  "number from 1" },
		{ ONE("\"times\":true,\"reply\":{\"status\":200}"),
		  "1:28: 'times' is \"always\", \"once\", \"once-each\" or a "
		  "number from 1" },
		{ WHEN("\"header\":[\"a\"]"),
		  "'header' is [\"name\", \"PATTERN\"]" },
		{ WHEN("\"header\":[\"a\",1]"),
		  "'header' is [\"name\", \"PATTERN\"]" },
		{ WHEN("\"header\":[1,\"a\"]"),
		  "'header' is [\"name\", \"PATTERN\"]" },
		{ WHEN("\"header\":[\"a\",\"b\",\"c\"]"),
		  "'header' is [\"name\", \"PATTERN\"]" },
		{ WHEN("\"json\":[1,1]"), "'json' is [\"/pointer\", VALUE]" },
		{ WHEN("\"json\":[\"/a\",1,2]"),
		  "'json' is [\"/pointer\", VALUE]" },
		{ WHEN("\"mark\":\"00000000000000A1\""), "a mark must be 16" },
		{ WHEN("\"mark\":\"00000000000000a11\""), "a mark must be 16" },
		{ WHEN("\"method\":\"\""), "key 'method' may not be empty" },
		{ REPLY("\"status\":199"),
		  "1:38: a status must be 200 to 599; others go by 'raw'" },
		{ REPLY("\"status\":600"),
		  "1:38: a status must be 200 to 599; others go by 'raw'" },
		{ REPLY("\"status\":200,\"delay_ms\":3600001"),
		  "1:53: more than an hour" },
		{ REPLY("\"end\":\"clean\""), "a reply says what is sent" },
		{ REPLY("\"provider\":false"), "a reply says what is sent" },
		{ REPLY("\"provider\":1"), "'provider' is true or \"strict\"" },
		{ REPLY("\"provider\":true,\"text\":\"a\""),
		  "a reply must have 'text' or 'provider', not both" },
		{ REPLY("\"end\":\"fin\",\"headers\":[[\"a\",\"b\"]]"),
		  "headers without a status" },
		{ REPLY("\"provider\":true,\"headers\":[]"),
		  "status and headers do not go with 'provider'" },
		{ REPLY("\"raw\":\"b.json\",\"headers\":[]"),
		  "status and headers do not go with 'raw'" },
		{ REPLY("\"status\":200,\"headers\":[[\"\",\"b\"]]"),
		  "a header must be written [\"name\", \"value\"]" },
		{ REPLY("\"status\":200,\"headers\":[[\"a\",1]]"),
		  "a header must be written [\"name\", \"value\"]" },
		{ REPLY("\"status\":200,\"headers\":[[\"a\",\"b\",\"c\"]]"),
		  "a header must be written [\"name\", \"value\"]" },
		{ REPLY("\"text\":\"\",\"end\":\"x\""),
		  "'end' is clean, fin, rst or stall" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refused(rows[i].text, rows[i].message);
	assert_refused(UPSTREAM("\"A\":{}"), name + 5);
}

/* Whose a rule is: one provider's, or anybody's. */
static void t_providers(void **state)
{
#define RULE "{\"reply\":{\"status\":200,\"text\":\"\"}}"
	struct rules *r = read_ok(UPSTREAM("\"u1\":" RULE ",\"u2@c\":" RULE
					   ",\"u1@b\":" RULE ",\"u3\":" RULE));

	(void)state;
	assert_string_equal(r->list[0].name, "u1");
	assert_int_equal(r->list[0].provider, 'a');
	assert_string_equal(r->list[1].name, "u2");
	assert_int_equal(r->list[1].provider, 'c');
	assert_string_equal(r->list[2].name, "u1");
	assert_int_equal(r->list[2].provider, 'b');
	assert_int_equal(r->list[3].provider, 0);
	assert_false(r->list[0].each);
	assert_true(rule_is(&r->list[0], "u1"));
	assert_true(rule_is(&r->list[0], "u1@a"));
	assert_false(rule_is(&r->list[0], "u1@b"));
	assert_false(rule_is(&r->list[0], "u2"));
	assert_true(rule_is(&r->list[1], "u2"));
	assert_true(rule_is(&r->list[3], "u3@h"));
	rules_free(r);
	r = read_ok(UPSTREAM("\"u1\":{\"times\":\"once-each\",\"reply\":"
			     "{\"status\":200}}"));
	assert_true(r->list[0].each);
	assert_int_equal(r->list[0].times, 1);
	rules_free(r);
	assert_refused(
		UPSTREAM("\"u1@i\":{}"),
		"1:21: a provider must be a letter from a to h, as in u1@b");
	assert_refused(UPSTREAM("\"u1@\":{}"), "a provider must be a letter");
	assert_refused(UPSTREAM("\"@b\":{}"), "a rule's name has lower-case");
	assert_refused(UPSTREAM("\"u1\":" RULE ",\"u1@a\":" RULE),
		       "a second rule 'u1@a'");
#undef RULE
}

/* The values that are just allowed. */
static void t_bounds(void **state)
{
	struct rules *r = read_ok(
		UPSTREAM("\"a23456789012345678-_1\":{\"times\":4294967294,"
			 "\"reply\":{\"status\":599,\"delay_ms\":3600000,"
			 "\"end\":\"clean\"}},"
			 "\"b\":{\"times\":\"always\",\"reply\":{\"provider\":"
			 "false,\"text\":\"a\",\"end\":\"fin\"}},"
			 "\"c\":{\"times\":1,\"reply\":{\"provider\":true,"
			 "\"safeguards\":\"flagged\",\"hold\":\"h\"}}"));

	(void)state;
	assert_int_equal(r->list[0].times, 4294967294);
	assert_int_equal(r->list[0].replies[0].status, 599);
	assert_int_equal(r->list[0].replies[0].delay_ms, 3600000);
	assert_int_equal(r->list[0].replies[0].end, END_CLEAN);
	assert_int_equal(r->list[1].times, UINT32_MAX);
	assert_int_equal(r->list[1].replies[0].kind, REPLY_BODY);
	assert_int_equal(r->list[1].replies[0].status, 200);
	assert_int_equal(r->list[1].replies[0].end, END_CUT);
	assert_int_equal(r->list[2].times, 1);
	assert_int_equal(r->list[2].replies[0].safeguards, SAFEGUARDS_FLAGGED);
	assert_string_equal(r->list[2].replies[0].hold, "h");
	assert_null(r->list[0].replies[0].hold);
	rules_free(r);
	rules_free(NULL);
}

/* A thousand rules, and one more. */
static void t_many(void **state)
{
	struct buf text = BUF_INIT(1 << 20);
	struct rules *r;

	(void)state;
	buf_add_text(&text, "{\"upstream\":{");
	for (int i = 0; i < 1000; i++)
		buf_addf(&text, "%s\"u%d\":{\"reply\":{\"status\":200}}",
			 i > 0 ? "," : "", i);
	buf_add_text(&text, "}}");
	r = read_ok(buf_str(&text));
	assert_int_equal(r->count, 1000);
	rules_free(r);
	buf_cut(&text, text.len - 2);
	buf_add_text(&text, ",\"more\":{\"reply\":{\"status\":200}}}}");
	assert_refused(buf_str(&text),
		       "'upstream' must be an object of 1 to 1000 rules");
	buf_clear(&text);
}

static void t_refused(void **state)
{
	(void)state;
	assert_refused(UPSTREAM("\"u1\":{}"), "'reply' or 'replies'");
	assert_refused(UPSTREAM("\"U1\":{\"reply\":{\"status\":200}}"),
		       "a rule's name");
	assert_refused(UPSTREAM("\"u1\":{\"times\":0,\"reply\":"
				"{\"status\":200}}"),
		       "'times' is");
	assert_refused(UPSTREAM("\"u1\":{\"when\":{\"longer\":\"9\"},"
				"\"reply\":{\"status\":529}}"),
		       "longer");
	assert_refused(UPSTREAM("\"u1\":{\"when\":{\"mark\":\"a1\"},"
				"\"reply\":{\"status\":200}}"),
		       "a mark must be 16");
	assert_refused(UPSTREAM("\"u1\":{\"when\":{\"header\":[\"a\",\"(\"]},"
				"\"reply\":{\"status\":200}}"),
		       "x.json:1:");
	assert_refused(REPLY("\"statuss\":200"), "did you mean 'status'");
	assert_refused(UPSTREAM("\"busy\":{\"repply\":{}}"),
		       "did you mean 'reply'? (rule 'busy')");
	assert_refused(REPLY(""), "a reply says what is sent");
	assert_refused(REPLY("\"status\":101"), "200 to 599");
	assert_refused(REPLY("\"text\":\"\",\"json\":1"), "not both");
	assert_refused(REPLY("\"text\":\"\",\"end\":\"x\""), "'end' is");
	assert_refused(REPLY("\"raw_text\":\"\",\"status\":200"),
		       "do not go with 'raw_text'");
	assert_refused(REPLY("\"stream\":\"bad.sse\""),
		       "bad.sse:3: a value is missing");
	assert_refused(REPLY("\"status\":200,\"headers\":[[\"a\"]]"),
		       "a header must be");
	assert_refused(REPLY("\"status\":200,\"headers\":[[\"a\",\"b\\nc\"]]"),
		       "not a header");
	assert_refused("{\"upstream\":{}}", "1 to 1000 rules");
	assert_refused("[]", "a script must be");
	assert_refused("{}", "upstream");
}

/* Several scripts are one list of rules, in order; names are used once. */
static void t_load(void **state)
{
	static const char *const texts[] = {
		"{\"upstream\":{\"u1\":{\"reply\":{\"text\":\"1\"}}}}",
		"{\"upstream\":{\"u2\":{\"reply\":{\"text\":\"2\"}},"
		"\"u3\":{\"reply\":{\"text\":\"3\"}}}}",
		"{\"upstream\":1}",
	};
	struct fail none = FAIL_INIT, twice = FAIL_INIT, bad = FAIL_INIT;
	char path[3][256];
	const char *const all[] = { path[0], path[1], path[2] };
	const char *const again[] = { path[0], path[0] };
	const char *const missing[] = { path[0], "nowhere.json" };
	struct rules *rules = NULL;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char name[32];

		snprintf(name, sizeof(name), "in/load-%zu.json", i);
		write_file(name, texts[i]);
		snprintf(path[i], sizeof(path[i]), "%s/%s", root, name);
	}
	assert_int_equal(rules_load(&rules, all, 2, root, NULL), 0);
	assert_int_equal(rules->count, 3);
	assert_string_equal(rules->list[0].name, "u1");
	assert_string_equal(rules->list[2].name, "u3");
	rules_free(rules);
	rules = NULL;
	assert_int_equal(rules_load(&rules, missing, 2, root, &none), -1);
	assert_non_null(strstr(none.text, "nowhere.json"));
	assert_int_equal(rules_load(&rules, again, 2, root, &twice), -1);
	assert_non_null(strstr(twice.text, "u1"));
	assert_int_equal(rules_load(&rules, all, 3, root, &bad), -1);
	assert_non_null(strstr(bad.text, "load-2.json:1:"));
	assert_null(rules);
	for (size_t i = 0; i < 3; i++)
		remove(path[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "rules: the provider has two personalities", t_personality,
		  NULL, NULL, NULL },
		{ "rules: words for the provider are read",
		  t_words_of_the_provider, NULL, NULL, NULL },
		{ "rules: a value in the body is read", t_when_json, NULL, NULL,
		  NULL },
		{ "rules: when, times and the order are read", t_when, NULL,
		  NULL, NULL },
		{ "rules: json is sent compact and otherwise as written",
		  t_json_is_compact, NULL, NULL, NULL },
		{ "rules: each source of bytes is read", t_sources, NULL, NULL,
		  NULL },
		{ "rules: holds are known by name", t_holds, NULL, NULL, NULL },
		{ "rules: a file outside the root is refused",
		  t_paths_stay_inside, NULL, NULL, NULL },
		{ "rules: a file is read, or why not", t_files, NULL, NULL,
		  NULL },
		{ "rules: what is said of each mistake", t_words, NULL, NULL,
		  NULL },
		{ "rules: a letter names the provider", t_providers, NULL, NULL,
		  NULL },
		{ "rules: values that are just allowed", t_bounds, NULL, NULL,
		  NULL },
		{ "rules: there may be a thousand", t_many, NULL, NULL, NULL },
		{ "rules: several scripts are one list", t_load, NULL, NULL,
		  NULL },
		{ "rules: each mistake is told with its place", t_refused, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("rules", tests, set_up, tear_down);
}
