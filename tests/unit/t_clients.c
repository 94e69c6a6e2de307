/* Tests of probe/suite/clients: versions, ranges, and the turns of a session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "probe/suite/clients.h"
#include "probe/suite/scratch.h"

static char old[] = "2.0.76", middle[] = "2.1.100", newest[] = "2.1.329";
static char *versions[] = { old, middle, newest };
static const struct clients known = { versions, 3 };

static void t_versions(void **state)
{
	(void)state;
	assert_true(client_is_version("2.1.329"));
	assert_true(client_is_version("0.0.0"));
	assert_false(client_is_version("2.1"));
	assert_false(client_is_version("2.1.329.1"));
	assert_false(client_is_version("2.1.x"));
	assert_false(client_is_version("2..1"));
	assert_false(client_is_version("v2.1.329"));
	assert_false(client_is_version(""));
	assert_true(client_compare("2.1.100", "2.1.99") > 0);
	assert_true(client_compare("1.0.128", "2.0.1") < 0);
	assert_int_equal(client_compare("2.1.7", "2.1.7"), 0);
}

static void t_ranges(void **state)
{
	static const struct {
		const char *min, *max;
		bool fits[3];
		const char *newest, *text;
	} rows[] = {
		{ NULL,
		  NULL,
		  { true, true, true },
		  "2.1.329",
		  "Claude Code of any version" },
		{ "2.1.100",
		  NULL,
		  { false, true, true },
		  "2.1.329",
		  "Claude Code 2.1.100 or newer" },
		{ NULL,
		  "2.1.99",
		  { true, false, false },
		  "2.0.76",
		  "Claude Code 2.1.99 or older" },
		{ "2.0.80",
		  "2.1.328",
		  { false, true, false },
		  "2.1.100",
		  "Claude Code 2.0.80 to 2.1.328" },
		{ "2.1.329",
		  "2.1.329",
		  { false, false, true },
		  "2.1.329",
		  "Claude Code 2.1.329" },
		{ "3.0.0",
		  NULL,
		  { false, false, false },
		  NULL,
		  "Claude Code 3.0.0 or newer" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct client_range range = {
			rows[i].min != NULL ? strdup(rows[i].min) : NULL,
			rows[i].max != NULL ? strdup(rows[i].max) : NULL
		};
		struct buf text = BUF_INIT(BUF_NO_LIMIT);
		const char *best = clients_newest(&known, &range);

		for (size_t k = 0; k < known.count; k++)
			assert_int_equal(client_fits(&range, known.list[k]),
					 rows[i].fits[k]);
		if (rows[i].newest == NULL)
			assert_null(best);
		else
			assert_string_equal(best, rows[i].newest);
		client_range_write(&range, &text);
		assert_string_equal(buf_str(&text), rows[i].text);
		buf_clear(&text);
		client_range_clear(&range);
	}
}

static void t_choice(void **state)
{
	static const struct clients none = { NULL, 0 };
	struct fail f = FAIL_INIT;
	const char *chosen = NULL;

	(void)state;
	assert_int_equal(clients_choose(&chosen, &known, NULL, &f), 0);
	assert_string_equal(chosen, "2.1.329");
	assert_int_equal(clients_choose(&chosen, &known, "2.0.76", &f), 0);
	assert_string_equal(chosen, "2.0.76");
	assert_int_equal(clients_choose(&chosen, &none, NULL, &f), 0);
	assert_null(chosen);
	assert_int_equal(clients_choose(&chosen, &known, "2.0.7", &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_string_equal(f.text,
			    "--client: no requests of '2.0.7' are recorded; "
			    "there are: 2.0.76, 2.1.100, 2.1.329");
}

static void make(const char *root, const char *folder)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", root, folder);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void put(const char *folder, const char *name, const char *text)
{
	struct fail f = FAIL_INIT;

	assert_int_equal(scratch_write(folder, name, span_of(text), &f), 0);
}

/* A suite with two releases; the newer one begins with a warm-up. */
static char *suite(void)
{
	struct fail f = FAIL_INIT;
	char *root = NULL, session[4096];

	assert_int_equal(scratch_new(&root, &f), 0);
	make(root, "fixtures");
	make(root, "fixtures/requests");
	make(root, "fixtures/requests/2.1.9");
	make(root, "fixtures/requests/2.1.10");
	make(root, "fixtures/requests/drafts");
	make(root, "fixtures/requests/2.1.10/plain");
	snprintf(session, sizeof(session), "%s/fixtures/requests/2.1.10/plain",
		 root);
	put(session, "01.http", "HEAD / HTTP/1.1\r\n\r\n");
	put(session, "02.http", "[probe-0000000000000000] first");
	put(session, "03.http", "a title");
	put(session, "04.http", "[probe-0000000000000000] second");
	put(session, "notes.txt", "[probe-0000000000000000]");
	return root;
}

static void t_folders(void **state)
{
	struct clients found = { .list = NULL };
	struct fail f = FAIL_INIT;
	char *root = suite();

	(void)state;
	assert_int_equal(clients_read(&found, root, &f), 0);
	assert_int_equal(found.count, 2);
	assert_string_equal(found.list[0], "2.1.9");
	assert_string_equal(found.list[1], "2.1.10");
	clients_clear(&found);
	assert_int_equal(clients_read(&found, "/nonexistent", &f), 0);
	assert_int_equal(found.count, 0);
	clients_clear(&found);
	scratch_free(root);
}

static void t_turns(void **state)
{
	static const struct {
		const char *name, *file, *says;
	} rows[] = {
		{ "turn-1.http", "02.http", NULL },
		{ "turn-2.http", "04.http", NULL },
		{ "01.http", "01.http", NULL },
		{ "turn-0.http", "turn-0.http", NULL },
		{ "turn-.http", "turn-.http", NULL },
		{ "turn-3.http", NULL,
		  "fixtures/requests/2.1.10/plain: no recorded turn 3" },
	};
	char *root = suite();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;
		char path[200], *file = NULL;
		int rc;

		snprintf(path, sizeof(path),
			 "fixtures/requests/2.1.10/plain/%s", rows[i].name);
		rc = clients_recording(&file, root, path, &f);
		if (rows[i].says != NULL) {
			assert_int_equal(rc, -1);
			assert_string_equal(f.text, rows[i].says);
			continue;
		}
		assert_int_equal(rc, 0);
		assert_string_equal(strrchr(file, '/') + 1, rows[i].file);
		free(file);
	}
	scratch_free(root);
}

/* Not every release was recorded in the modes of clouds: the newest one before
 * it stands in. */
static void t_clouds(void **state)
{
	static const char *const rows[][2] = {
		{ "cloud/2.1.7/plain/a.http", "cloud/2.1.7/plain/a.http" },
		{ "cloud/2.1.8/plain/a.http", "cloud/2.1.8/plain/a.http" },
		{ "cloud/2.1.9/plain/a.http", "cloud/2.1.9/plain/a.http" },
		{ "cloud/2.1.10/a.http", "cloud/2.1.10/a.http" },
		{ "cloud/2.1.11/a.http", "cloud/2.1.10/a.http" },
		{ "cloud/2.1.12/a.http", "cloud/2.1.12/a.http" },
		{ "cloud/3.0.0/a.http", "cloud/2.2.0/a.http" },
		{ "cloud/newest/a.http", "cloud/newest/a.http" },
		{ "clouds/2.1.11/a.http", "clouds/2.1.11/a.http" },
	};
	static const char *const folders[] = {
		"fixtures/cloud",        "fixtures/cloud/2.1.9",
		"fixtures/cloud/2.1.12", "fixtures/cloud/2.1.8",
		"fixtures/cloud/2.2.0",  "fixtures/cloud/2.1.10"
	};
	char *root = suite();

	(void)state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make(root, folders[i]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;
		char path[200], *file = NULL;

		snprintf(path, sizeof(path), "fixtures/%s", rows[i][0]);
		assert_int_equal(clients_recording(&file, root, path, &f), 0);
		assert_string_equal(file + strlen("fixtures/"), rows[i][1]);
		free(file);
	}
	scratch_free(root);
}

static const struct CMUnitTest tests[] = {
	{ "clients: a version is three numbers, compared as numbers",
	  t_versions, NULL, NULL, NULL },
	{ "clients: min and max belong to the range, and either may be missing",
	  t_ranges, NULL, NULL, NULL },
	{ "clients: the newest is chosen, or the one asked for, or it is told "
	  "which there are",
	  t_choice, NULL, NULL, NULL },
	{ "clients: folders that are versions are releases, in order of age",
	  t_folders, NULL, NULL, NULL },
	{ "clients: releases that stand in for others", t_clouds, NULL, NULL,
	  NULL },
	{ "clients: turns are the requests that carry the mark", t_turns, NULL,
	  NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("clients", tests, NULL, NULL);
}
