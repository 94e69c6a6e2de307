/* Tests of probe/run/keep/keep: which logs are kept, and what is in their files. */
#include "makelog.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/run/keep/keep.h"
#include "probe/suite/gzfile.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define KEY "sk-client-0123456789"
#define OTHER "sk-upstream-012345"

static char *folder, *out;
static char id[] = "area/name/row";
static struct wlog w;
static struct casefile one = { .id = id, .digest = 0xabc };
static struct campaign_config config;

static int set_up(void **state)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	assert_int_equal(scratch_new(&folder, NULL), 0);
	buf_addf(&path, "%s/logs", folder);
	out = xstrdup(buf_str(&path));
	buf_clear(&path);
	wlog_init(&w, 1024 * 1024);
	put_request(&w, "c1", 1,
		    "GET / HTTP/1.1\nx-api-key: " KEY "\nx-b: " OTHER
		    "\nx-c: words-of-a-header\n\n");
	put_end(&w, "c1", 1, END_CLEAN);
	config = (struct campaign_config){ .out = out,
					   .keep = KEEP_ALL,
					   .client = "2.1.329" };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&w);
	free(out);
	scratch_free(folder);
	return 0;
}

/* The text of a file in the folder, unpacked; "" where it is not there. */
static const char *text_of(const char *name)
{
	static struct buf text;
	char path[600];

	buf_clear(&text);
	buf_init(&text, BUF_NO_LIMIT);
	snprintf(path, sizeof(path), "%s/%s", out, name);
	if (access(path, F_OK) == 0)
		assert_int_equal(gzfile_load(&text, path, 1024 * 1024, NULL),
				 0);
	return buf_str(&text);
}

static unsigned mode_of(const char *name)
{
	struct stat st;
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", out, name);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static size_t lines_of(const char *name)
{
	size_t n = 0;

	for (const char *at = text_of(name); *at; at++)
		n += *at == '\n';
	return n;
}

static struct result result_of(enum verdict verdict)
{
	return (struct result){ .id = id, .verdict = verdict };
}

/* Is a log with this verdict kept? Checks also that the folder is complete. */
static bool is_kept(enum keep keep, enum verdict verdict)
{
	struct result r = result_of(verdict);
	struct keeper *k;
	struct fail f = FAIL_INIT;

	config.keep = keep;
	assert_int_equal(keeper_new(&k, &config, NULL, &f), 0);
	keeper_add(k, &r, &one, &w, 0x12);
	assert_int_equal(keeper_end(k, true, &f), 0);
	keeper_free(k);
	return strstr(text_of(KEPT_MANIFEST), "area.name.row") != NULL;
}

static void t_which(void **state)
{
	(void)state;
	for (int v = 0; v < VERDICT_COUNT; v++)
		assert_true(is_kept(KEEP_ALL, (enum verdict)v));
	assert_false(is_kept(KEEP_NONE, VERDICT_FAIL));
	assert_false(is_kept(KEEP_FAIL, VERDICT_PASS));
	assert_true(is_kept(KEEP_FAIL, VERDICT_FAIL));
	assert_true(is_kept(KEEP_FAIL, VERDICT_UNDECIDED));
	assert_false(is_kept(KEEP_FAIL, VERDICT_SKIP));
	assert_true(is_kept(KEEP_FAIL, VERDICT_BROKEN));
}

/* What the first line says, as it stands in a text of JSON. */
static void assert_origin(const char *wanted)
{
	const char *text = text_of("area.name.row.jsonl.gz");

	if (!strstr(text, wanted))
		fail_msg("%s is not in %s", wanted, text);
	assert_true(span_starts(span_of(text), "{\"at\":0,\"actor\":\"probe\","
					       "\"kind\":\"note\",\"text\":"));
}

static void t_origin(void **state)
{
	(void)state;
	assert_true(is_kept(KEEP_ALL, VERDICT_FAIL));
	assert_origin("{\\\"ccprobe\\\":\\\"" CCPROBE_VERSION
		      "\\\",\\\"case\\\":\\\"area/name/row\\\","
		      "\\\"digest\\\":\\\"0000000000000abc\\\","
		      "\\\"run\\\":\\\"0000000000000012\\\","
		      "\\\"verdict\\\":\\\"fail\\\","
		      "\\\"client\\\":\\\"2.1.329\\\"}");
	config.client_format = FORMAT_BEDROCK;
	config.model = "m";
	config.client_key = KEY;
	config.upstream_key = OTHER;
	config.wrong_key = KEY;
	assert_true(is_kept(KEEP_ALL, VERDICT_PASS));
	assert_origin("\\\"client\\\":\\\"2.1.329\\\",\\\"client_format\\\":"
		      "\\\"bedrock\\\",\\\"model\\\":\\\"m\\\","
		      "\\\"credential\\\":\\\"{{credential......}}\\\","
		      "\\\"upstream-key\\\":\\\"{{upstream-key..}}\\\","
		      "\\\"wrong-credential\\\":"
		      "\\\"{{credential......}}\\\"}");
	assert_origin("[\"x-api-key\",\"{{credential......}}\"]");
	assert_origin("[\"x-b\",\"{{upstream-key..}}\"]");
	assert_int_equal(lines_of("area.name.row.jsonl.gz"), 3);
	assert_null(strstr(text_of("area.name.row.jsonl.gz"), KEY));
	assert_null(strstr(text_of("area.name.row.jsonl.gz"), OTHER));
}

/* Keys that are weak are no secrets; what was sent with
 * every request may be one. */
static void t_secrets(void **state)
{
	struct keyring_key named[] = {
		{ .name = (char *)"of-one", .value = (char *)KEY },
		{ .name = (char *)"of-another", .value = (char *)OTHER }
	};
	struct keyring ring = { .list = named, .count = 2 };
	struct headers extra = { .list = NULL };
	struct result r = result_of(VERDICT_PASS);
	struct keeper *k;

	(void)state;
	config.weak[CASE_KEY_CLIENT] = true;
	config.client_key = "sk-shor";
	config.wrong_key = "sk-short";
	assert_true(is_kept(KEEP_ALL, VERDICT_PASS));
	assert_origin("\\\"credential\\\":\\\"sk-shor\\\"");
	assert_origin("\\\"wrong-credential\\\":\\\"{{wron}}\\\"");
	config.client_key = config.upstream_key = KEY;
	config.wrong_key = OTHER;
	assert_true(is_kept(KEEP_ALL, VERDICT_PASS));
	assert_origin("\\\"credential\\\":\\\"" KEY "\\\"");
	assert_origin("\\\"upstream-key\\\":\\\"" KEY "\\\"");
	assert_null(strstr(text_of("area.name.row.jsonl.gz"), OTHER));
	config.weak[CASE_KEY_CLIENT] = false;
	config.weak[CASE_KEY_UPSTREAM] = true;
	config.client_key = OTHER;
	assert_true(is_kept(KEEP_ALL, VERDICT_PASS));
	assert_origin("\\\"upstream-key\\\":\\\"" KEY "\\\"");
	assert_null(strstr(text_of("area.name.row.jsonl.gz"), OTHER));
	config.client_key = config.upstream_key = config.wrong_key = NULL;
	config.ring = &ring;
	assert_true(is_kept(KEEP_ALL, VERDICT_PASS));
	assert_origin("{{of-one..........}}");
	assert_origin("{{of-another....}}");
	config.ring = NULL;
	headers_add_text(&extra, "x-api-key", KEY);
	headers_add_text(&extra, "x-c", "words-of-a-header");
	assert_int_equal(keeper_new(&k, &config, &extra, NULL), 0);
	keeper_add(k, &r, &one, &w, 1);
	keeper_free(k);
	headers_clear(&extra);
	assert_null(strstr(text_of("area.name.row.jsonl.gz"), KEY));
	assert_origin("words-of-a-header");
}

/* Only --keep all packs, and a folder has one log of a case. */
static void t_packed(void **state)
{
	static const char *const names[] = { "area.name.row.jsonl.gz",
					     "area.name.row.jsonl" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		bool all = i % 2 == 0;

		assert_true(is_kept(all ? KEEP_ALL : KEEP_FAIL, VERDICT_FAIL));
		assert_non_null(strstr(text_of(names[!all]), "\"at\":"));
		assert_string_equal(text_of(names[all]), "");
		assert_non_null(strstr(text_of(KEPT_MANIFEST),
				       all ? "row.jsonl.gz\"" : "row.jsonl\""));
	}
}

static void t_manifest(void **state)
{
	static char second[] = "b";
	struct result r = result_of(VERDICT_PASS);
	struct keeper *k;
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(keeper_new(&k, &config, NULL, &f), 0);
	assert_string_equal(text_of(KEPT_MANIFEST),
			    "{\"ccprobe\":\"" CCPROBE_VERSION
			    "\",\"complete\":false,\n \"logs\":[]}\n");
	keeper_add(k, &r, &one, &w, 1);
	r.id = second;
	keeper_add(k, &r, &one, &w, 2);
	assert_int_equal(mode_of(KEPT_MANIFEST), 0600);
	assert_int_equal(mode_of("b.jsonl.gz"), 0600);
	assert_int_equal(keeper_end(k, false, &f), 0);
	assert_non_null(strstr(text_of(KEPT_MANIFEST), "\"complete\":false"));
	assert_int_equal(keeper_end(k, true, &f), 0);
	assert_string_equal(text_of(KEPT_MANIFEST),
			    "{\"ccprobe\":\"" CCPROBE_VERSION
			    "\",\"complete\":true,\n \"logs\":["
			    "\"area.name.row.jsonl.gz\",\n"
			    "  \"b.jsonl.gz\"]}\n");
	keeper_free(k);
	keeper_free(NULL);
}

/* A folder that cannot be created, and one that was removed. */
static void t_troubles(void **state)
{
	struct result r = result_of(VERDICT_PASS);
	struct keeper *k;
	struct fail f = FAIL_INIT;
	char path[600], wanted[700];

	(void)state;
	snprintf(path, sizeof(path), "%s/no/such", folder);
	config.out = path;
	assert_int_equal(keeper_new(&k, &config, NULL, &f), -1);
	assert_non_null(strstr(f.text, "/no/such"));
	config.out = out;
	f = (struct fail)FAIL_INIT;
	assert_int_equal(keeper_new(&k, &config, NULL, &f), 0);
	snprintf(path, sizeof(path), "%s/" KEPT_MANIFEST, out);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(out), 0);
	assert_int_equal(keeper_end(k, true, &f), -1);
	assert_non_null(strstr(f.text, "the wire logs lack their manifest: "));
	assert_int_equal(keeper_end(k, false, &f), 0);
	f = (struct fail)FAIL_INIT;
	keeper_add(k, &r, &one, &w, 1);
	assert_int_equal(keeper_end(k, true, &f), -1);
	snprintf(wanted, sizeof(wanted),
		 "1 wire log could not be written to %s: ", out);
	assert_ptr_equal(strstr(f.text, wanted), f.text);
	assert_non_null(strstr(f.text, "No such file"));
	f = (struct fail)FAIL_INIT;
	assert_int_equal(scratch_write(folder, "logs", span_of("x"), &f), 0);
	keeper_add(k, &r, &one, &w, 1);
	assert_int_equal(keeper_end(k, true, &f), -1);
	assert_ptr_equal(strstr(f.text, "2 wire logs could not be written to"),
			 f.text);
	assert_non_null(strstr(f.text, "No such file")); /* the first one's */
	keeper_free(k);
	/* No manifest can be written over a folder. */
	assert_int_equal(unlink(out), 0);
	assert_int_equal(mkdir(out, 0700), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(keeper_new(&k, &config, NULL, &f), -1);
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("keep: logs of the verdicts that were asked for", t_which),
		T("keep: the first line says what the log is of", t_origin),
		T("keep: which keys are painted over", t_secrets),
		T("keep: which logs are packed", t_packed),
		T("keep: the manifest", t_manifest),
		T("keep: folders that do not take a log", t_troubles),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
