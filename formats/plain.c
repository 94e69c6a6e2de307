/* Which format it is, and the reader of each. */
#include "formats/plain.h"

#include <string.h>

#include "formats/plain_private.h"

struct format_row {
	enum format format;
	const char *name;
	const char *path, *stream_path; /* a path ends so; NULL: no other one */
	const char *model; /* what stands before the model's id in the path */
	void (*request)(struct jval root, struct buf *out);
	void (*answer)(struct jval root, struct buf *out);
	void (*stream)(const struct jval *events, size_t count,
		       struct buf *out);
};

static const struct format_row rows[] = {
	{ FORMAT_MESSAGES, "messages", "/v1/messages", NULL, NULL,
	  plain_messages_request, plain_messages_answer,
	  plain_messages_stream },
	{ FORMAT_CHAT, "openai-chat", "/chat/completions", NULL, NULL,
	  plain_chat_request, plain_chat_answer, plain_chat_stream },
	{ FORMAT_RESPONSES, "openai-responses", "/responses", NULL, NULL,
	  plain_responses_request, plain_responses_answer,
	  plain_responses_stream },
	{ FORMAT_BEDROCK, "bedrock", "/invoke", "/invoke-with-response-stream",
	  "/model/", plain_messages_request, plain_messages_answer,
	  plain_messages_stream },
	{ FORMAT_VERTEX, "vertex", ":rawPredict", ":streamRawPredict",
	  "/models/", plain_messages_request, plain_messages_answer,
	  plain_messages_stream },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static const struct format_row *row_of(enum format f)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].format == f)
			return &rows[i];
	return NULL;
}

/* Where the path ends as one of the row's does, what stands before that. */
static bool path_fits(const struct format_row *row, struct span path,
		      struct span *before)
{
	const char *end = row->path;

	if (row->stream_path && span_ends(path, row->stream_path))
		end = row->stream_path;
	*before = span_first(path, path.len - strlen(end));
	return span_ends(path, end);
}

/* The id as it is spelt; Vertex counts tokens under a model's name. */
static bool find_model(const struct format_row *row, struct span before,
		       struct span *model)
{
	size_t at = before.len;

	while (at > 0 && before.at[at - 1] != '/')
		at--;
	*model = span_skip(before, at);
	return span_ends(span_first(before, at), row->model) &&
	       model->len > 0 && !span_is(*model, "count-tokens");
}

static bool is_path_of(const struct format_row *row, struct span path,
		       struct span *model)
{
	struct span before;

	return path_fits(row, path, &before) &&
	       (!row->model || find_model(row, before, model));
}

enum format format_of_path(struct span path)
{
	struct span model;

	for (size_t i = 0; i < ROWS; i++)
		if (is_path_of(&rows[i], path, &model))
			return rows[i].format;
	return FORMAT_UNKNOWN;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "%2F" is a slash; what is no such escape stays. */
static void decode(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		int high = -1, low = -1;

		if (text.at[i] == '%' && i + 2 < text.len) {
			high = digit_of(text.at[i + 1]);
			low = digit_of(text.at[i + 2]);
		}
		if (high < 0 || low < 0) {
			buf_add_byte(out, text.at[i]);
			continue;
		}
		buf_add_byte(out, (char)(high * 16 + low));
		i += 2;
	}
}

bool format_model(enum format f, struct span path, struct buf *out)
{
	const struct format_row *row = row_of(f);
	struct span model = SPAN_EMPTY;

	if (!row || !row->model || !is_path_of(row, path, &model))
		return false;
	decode(model, out);
	return true;
}

const char *format_name(enum format f)
{
	const struct format_row *row = row_of(f);

	return row ? row->name : "unknown";
}

bool format_is_anthropic(enum format f)
{
	return f == FORMAT_MESSAGES || f == FORMAT_BEDROCK ||
	       f == FORMAT_VERTEX;
}

enum format format_from(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].format;
	return FORMAT_UNKNOWN;
}

void plain_request(enum format f, struct jval root, struct buf *out)
{
	const struct format_row *row = row_of(f);

	if (row)
		row->request(root, out);
}

void plain_answer(enum format f, struct jval root, struct buf *out)
{
	const struct format_row *row = row_of(f);

	if (row)
		row->answer(root, out);
}

void plain_stream(enum format f, const struct jval *events, size_t count,
		  struct buf *out)
{
	const struct format_row *row = row_of(f);

	if (row)
		row->stream(events, count, out);
}
