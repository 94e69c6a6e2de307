/* One result: reads and clears it, and makes its names and titles. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "probe/matrix/matrix_private.h"

#define REPORT_LIMIT ((size_t)256 * 1024 * 1024)

static int by_id(const void *left, const void *right)
{
	const struct matrix_case *a = left, *b = right;

	return strcmp(a->id, b->id);
}

static int sort(struct matrix_result *r, struct fail *f)
{
	if (r->case_count > 0)
		qsort(r->cases, r->case_count, sizeof(*r->cases), by_id);
	for (size_t i = 0; i < r->case_count; i++) {
		if (i > 0 && strcmp(r->cases[i - 1].id, r->cases[i].id) == 0)
			return fail_set(f, FAIL_CASE,
					"%s: the case '%s' is in it twice",
					r->path, r->cases[i].id);
		r->counts[r->cases[i].state]++;
	}
	return 0;
}

static int take(struct matrix_result *r, struct fail *f)
{
	const cJSON *root = r->json->root;

	r->is_short = cJSON_GetObjectItemCaseSensitive(root, "result") != NULL;
	if (r->is_short)
		return matrix_short_take(r, f);
	if (cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(root, "version")) &&
	    cJSON_GetObjectItemCaseSensitive(root, "cases"))
		return matrix_report_take(r, f);
	return fail_set(f, FAIL_CASE,
			"%s: this is neither a report of `ccprobe run "
			"--report json` nor a result file of `ccprobe matrix "
			"--store`",
			r->path);
}

int matrix_result_read(struct matrix_result *out, const char *path,
		       struct fail *f)
{
	struct matrix_result r = { .path = span_dup(span_of(path)) };
	int rc = json_load(&r.json, path, REPORT_LIMIT, f);

	if (rc == 0)
		rc = take(&r, f);
	if (rc == 0)
		rc = sort(&r, f);
	if (rc < 0)
		matrix_result_clear(&r);
	else
		*out = r;
	return rc;
}

void matrix_result_clear(struct matrix_result *r)
{
	for (size_t i = 0; i < r->cause_count; i++)
		free(r->causes[i].examples);
	free(r->causes);
	free(r->claims);
	free(r->cases);
	free(r->reproduce);
	free(r->path);
	json_free(r->json);
	*r = (struct matrix_result){ .path = NULL };
}

static bool is_same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

bool matrix_result_is_kin(const struct matrix_result *a,
			  const struct matrix_result *b)
{
	return is_same(a->gateway, b->gateway) &&
	       is_same(a->client_format, b->client_format) &&
	       is_same(a->provider, b->provider) &&
	       is_same(a->client, b->client);
}

/* Appends the text in lower case; each run of characters that are not letters,
 * digits or dots becomes one "-". */
static void add_word(struct buf *out, const char *text)
{
	size_t start = out->len;

	for (; text && *text; text++) {
		if (isalnum((unsigned char)*text) || *text == '.')
			buf_add_byte(out, (char)tolower((unsigned char)*text));
		else if (out->len > start && out->at[out->len - 1] != '-')
			buf_add_byte(out, '-');
	}
	while (out->len > start && out->at[out->len - 1] == '-')
		buf_cut(out, out->len - 1);
}

void matrix_result_name(const struct matrix_result *r, struct buf *out)
{
	const char *formats[] = { r->client_format, r->provider };
	const char *rest[] = { r->version, r->client, r->date };

	add_word(out, r->gateway);
	for (size_t i = 0; i < 2; i++) {
		if (!formats[i] || is_same(formats[i], "messages"))
			continue;
		buf_add_text(out, i == 0 ? "-for-" : "-to-");
		add_word(out, formats[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		if (!rest[i] || !*rest[i])
			continue;
		buf_add_byte(out, '-');
		add_word(out, rest[i]);
	}
	buf_add_text(out, ".json");
}

void matrix_title(const struct matrix_result *r, struct buf *out)
{
	buf_add_text(out, r->gateway);
	if (r->version && *r->version)
		buf_addf(out, " %s", r->version);
}

/* A format in words; NULL: the Messages API, or one that is not known. */
static const char *format_words(const char *format)
{
	static const struct {
		const char *name, *words;
	} formats[] = {
		{ "bedrock", "Bedrock" },
		{ "vertex", "Vertex AI" },
		{ "openai-chat", "OpenAI's chat completions" },
		{ "openai-responses", "OpenAI's Responses" },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (format && strcmp(formats[i].name, format) == 0)
			return formats[i].words;
	return NULL;
}

void matrix_terms(const struct matrix_result *r, struct buf *out)
{
	const char *mode =
		r->client_format && strcmp(r->client_format, "vertex") == 0
			? "Vertex"
			: format_words(r->client_format);
	const char *provider = format_words(r->provider);

	buf_addf(out, "Claude Code %s", r->client ? r->client : "not told");
	if (mode)
		buf_addf(out, " in %s mode", mode);
	if (provider)
		buf_addf(out, ", in front of %s", provider);
}
