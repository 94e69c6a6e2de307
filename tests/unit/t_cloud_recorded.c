/*
 * What the client sends in its cloud modes: the strict provider takes every
 * recorded request, whatever base URL comes first in its path.
 *
 *	unit-cloud_recorded [FOLDER]
 *
 * FOLDER has RELEASE/SCENARIO/NN.http; without it, it is fixtures/cloud.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/dialects/cloud/cloud.h"
#include "mockupstream/reply.h"

enum { FILE_LIMIT_BYTES = 16 << 20 };

static const char *folder;
static struct anthropic provider;
static size_t asked[CLOUD_VERTEX_COUNT + 1]; /* requests by their route */

static struct span read_file(const char *path, char *bytes)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(bytes, 1, FILE_LIMIT_BYTES, file);
	fclose(file);
	return span_make(bytes, len);
}

/* The path without the query and, where it is no cloud's, without what comes
 * before "/v1/messages". */
static struct span path_of(const char *target)
{
	struct span path = span_first(span_of(target), strcspn(target, "?"));
	size_t at = span_find(path, span_of("/v1/messages"));

	return at == SIZE_MAX ? path : span_skip(path, at);
}

static void answer(const struct http_head *head, struct span body,
		   struct reply *out)
{
	struct anthropic_request r = { .head = head,
				       .path = path_of(head->target),
				       .body = body,
				       .number = 1,
				       .strict = true };
	enum cloud_route route = cloud_route_of(r.path);

	asked[route]++;
	if (route != CLOUD_NONE)
		cloud_answer(&provider, &r, out);
	else
		anthropic_answer(&provider, &r, out);
}

static void check(const char *path, char *bytes)
{
	struct span all = read_file(path, bytes);
	struct http_head head = { 0 };
	struct reply reply = { .status = 0 };
	long len = http_request_read(all, &head, NULL);

	assert_true(len > 0);
	/* Some modes leave the credential to whoever comes next. */
	if (!headers_get(&head.headers, "authorization"))
		headers_add_text(&head.headers, "authorization", "Bearer x");
	answer(&head, span_skip(all, (size_t)len), &reply);
	if (reply.status != 200)
		fail_msg("%s: %d %.*s", path, reply.status, (int)reply.len,
			 reply.bytes ? reply.bytes : "");
	reply_clear(&reply);
	http_head_clear(&head);
}

static void t_recorded(void **state)
{
	char pattern[512], *bytes = malloc(FILE_LIMIT_BYTES);
	glob_t found;

	(void)state;
	assert_non_null(bytes);
	snprintf(pattern, sizeof(pattern), "%s/*/*/*.http", folder);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check(found.gl_pathv[i], bytes);
	printf("# %zu requests\n", found.gl_pathc);
	globfree(&found);
	free(bytes);
}

/* All routes that the client takes were among them. */
static void t_routes(void **state)
{
	(void)state;
	for (size_t i = 0; i <= CLOUD_VERTEX_COUNT; i++)
		if (i != CLOUD_BEDROCK_COUNT && i != CLOUD_BEDROCK_STRANGE)
			assert_true(asked[i] > 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		{ "cloud: no recorded request is refused", t_recorded, NULL,
		  NULL, NULL },
		{ "cloud: every route of the client was asked", t_routes, NULL,
		  NULL, NULL },
	};
	char here[512];
	const char *root = getenv("CCPROBE_ROOT");

	snprintf(here, sizeof(here), "%s/fixtures/cloud", root ? root : ".");
	folder = argc > 1 ? argv[1] : here;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("cloud_recorded", tests, NULL, NULL);
}
