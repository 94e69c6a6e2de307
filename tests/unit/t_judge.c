/*
 * Judging stored runs: each folder of tests/judge has a case, the wire log of
 * a run, and what the judge must make of it. In expected.json `outcomes` are
 * all outcomes in order, each with the members that matter; `trace_has` and
 * `curl_has` must stand there, and `nowhere` in nothing that is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/judge/check.h"
#include "wire/bytes/mem.h"

#define FOLDER CCPROBE_SOURCE_DIR "/tests/judge"
#define LOG_LIMIT ((size_t)1024 * 1024)
#define RUN "0000000000000abc"

static const struct casebook_values values = {
	.client_key = "sk-client-0123456789",
	.upstream_key = "sk-upstream-0123456789",
	.wrong_key = "sk-wrong-0123456789",
};

struct expected {
	const char *verdict, *run;
	const cJSON *reason, *outcomes;
	const cJSON *trace_has, *curl_has, *nowhere;
	uint32_t limit;
};

#define AT(member) offsetof(struct expected, member)
static const struct json_field fields[] = {
	{ "verdict", JSON_TEXT, AT(verdict), JSON_REQUIRED },
	{ "run", JSON_TEXT, AT(run), 0 },
	{ "reason", JSON_ANY, AT(reason), JSON_REQUIRED },
	{ "outcomes", JSON_ARRAY, AT(outcomes), JSON_REQUIRED },
	{ "trace_has", JSON_ARRAY, AT(trace_has), 0 },
	{ "curl_has", JSON_ARRAY, AT(curl_has), 0 },
	{ "nowhere", JSON_ARRAY, AT(nowhere), 0 },
	{ "limit", JSON_U32, AT(limit), 0 },
	{ NULL, JSON_IGNORE, 0, 0 },
};

static const char *text_of(const char *text)
{
	return text != NULL ? text : "(none)";
}

static void assert_text(const cJSON *object, const char *key, const char *is)
{
	const cJSON *wanted = cJSON_GetObjectItemCaseSensitive(object, key);

	if (wanted != NULL)
		assert_string_equal(text_of(is),
				    text_of(cJSON_GetStringValue(wanted)));
}

static void assert_outcomes(const struct expected *e, const struct result *r)
{
	const cJSON *wanted;
	size_t n = 0;

	assert_int_equal(r->outcome_count, cJSON_GetArraySize(e->outcomes));
	cJSON_ArrayForEach(wanted, e->outcomes) {
		const struct outcome *is = &r->outcomes[n++];

		assert_text(wanted, "name", is->name);
		assert_text(wanted, "verdict", verdict_name(is->verdict));
		assert_text(wanted, "effect", effect_name(is->effect));
		assert_text(wanted, "expect", is->expect);
		assert_text(wanted, "wanted", is->wanted);
		assert_text(wanted, "got", is->got);
		assert_text(wanted, "difference", is->difference);
	}
}

static void assert_has(const cJSON *list, const char *text)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
		if (strstr(text_of(text), item->valuestring) == NULL)
			fail_msg("'%s' is not in\n%s", item->valuestring,
				 text_of(text));
}

static void assert_lacks(const cJSON *list, const char *text)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
		if (strstr(text_of(text), item->valuestring) != NULL)
			fail_msg("'%s' is told in\n%s", item->valuestring,
				 text_of(text));
}

static void assert_nowhere(const struct expected *e, const struct result *r)
{
	assert_lacks(e->nowhere, r->reason);
	assert_lacks(e->nowhere, r->trace);
	assert_lacks(e->nowhere, r->curl);
	for (size_t i = 0; i < r->outcome_count; i++) {
		assert_lacks(e->nowhere, r->outcomes[i].expect);
		assert_lacks(e->nowhere, r->outcomes[i].wanted);
		assert_lacks(e->nowhere, r->outcomes[i].got);
		assert_lacks(e->nowhere, r->outcomes[i].difference);
	}
}

static void assert_result(const struct expected *e, const struct result *r)
{
	const char *reason = cJSON_GetStringValue(e->reason);

	assert_string_equal(text_of(r->reason), text_of(reason));
	assert_string_equal(verdict_name(r->verdict), e->verdict);
	assert_outcomes(e, r);
	if (r->verdict == VERDICT_PASS) {
		assert_null(r->trace);
		assert_null(r->curl);
	}
	assert_has(e->trace_has, r->trace);
	assert_has(e->curl_has, r->curl);
	assert_nowhere(e, r);
}

static char *path_of(const char *name, const char *file)
{
	struct buf path = BUF_INIT(4096);

	buf_addf(&path, "%s/%s/%s", FOLDER, name, file);
	return buf_take(&path, NULL);
}

static void read_log(struct wlog *log, const char *name)
{
	struct fail f = FAIL_INIT;
	char *path = path_of(name, "log.jsonl");
	FILE *from = fopen(path, "r");

	assert_non_null(from);
	if (wlog_read(log, from, path, &f) < 0)
		fail_msg("%s", f.text);
	fclose(from);
	free(path);
}

static void read_case(struct casebook *book, const char *name)
{
	struct fail f = FAIL_INIT;
	char *path = path_of(name, "case.json");
	struct json *j = NULL;
	struct buf id = BUF_INIT(4096);

	buf_addf(&id, "cases/judge/%s.json", name);
	if (json_load(&j, path, CASE_FILE_LIMIT, &f) < 0 ||
	    casefile_parse(book, buf_str(&id), span_make(j->text, j->len),
			   &values, &f) < 0)
		fail_msg("%s", f.text);
	json_free(j);
	buf_clear(&id);
	free(path);
}

static void t_folder(void **state)
{
	const char *name = *state;
	struct expected e = { .run = RUN, .limit = LOG_LIMIT };
	struct fail f = FAIL_INIT;
	char *path = path_of(name, "expected.json");
	struct casebook book = { .list = NULL };
	struct json *j = NULL;
	struct wlog log;
	struct result r;

	if (json_load(&j, path, CASE_FILE_LIMIT, &f) < 0 ||
	    json_read(j, j->root, fields, &e, &f) < 0)
		fail_msg("%s", f.text);
	wlog_init(&log, e.limit);
	read_log(&log, name);
	read_case(&book, name);
	check_case(book.list[0], &log, strtoull(e.run, NULL, 16), &r);
	assert_result(&e, &r);
	result_clear(&r);
	casebook_clear(&book);
	wlog_clear(&log);
	json_free(j);
	free(path);
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static char *title_of(const char *name)
{
	struct buf title = BUF_INIT(4096);

	buf_addf(&title, "judge: %s", name);
	return buf_take(&title, NULL);
}

int main(void)
{
	struct dirent **list = NULL;
	int count = scandir(FOLDER, &list, no_dots, alphasort);
	struct CMUnitTest *tests;
	int rc;

	if (count <= 0) {
		printf("Bail out! nothing is in %s\n", FOLDER);
		return 99;
	}
	tests = xcalloc((size_t)count, sizeof(*tests));
	for (int i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){
			.name = title_of(list[i]->d_name),
			.test_func = t_folder,
			.initial_state = list[i]->d_name,
		};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	rc = _cmocka_run_group_tests("judge", tests, (size_t)count, NULL, NULL);
	for (int i = 0; i < count; i++) {
		free((char *)tests[i].name);
		free(list[i]);
	}
	free(tests);
	free(list);
	return rc;
}
