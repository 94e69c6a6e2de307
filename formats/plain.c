/* Which format it is, and the reader of each. */
#include "formats/plain.h"

#include <string.h>

#include "formats/plain_private.h"

struct format_row {
	enum format format;
	const char *name, *path;
	void (*request)(struct jval root, struct buf *out);
	void (*answer)(struct jval root, struct buf *out);
	void (*stream)(const struct jval *events, size_t count,
		       struct buf *out);
};

static const struct format_row rows[] = {
	{ FORMAT_MESSAGES, "messages", "/v1/messages", plain_messages_request,
	  plain_messages_answer, plain_messages_stream },
	{ FORMAT_CHAT, "openai-chat", "/chat/completions", plain_chat_request,
	  plain_chat_answer, plain_chat_stream },
	{ FORMAT_RESPONSES, "openai-responses", "/responses",
	  plain_responses_request, plain_responses_answer,
	  plain_responses_stream },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

enum format format_of_path(struct span path)
{
	for (size_t i = 0; i < ROWS; i++)
		if (span_ends(path, rows[i].path))
			return rows[i].format;
	return FORMAT_UNKNOWN;
}

static const struct format_row *row_of(enum format f)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].format == f)
			return &rows[i];
	return NULL;
}

const char *format_name(enum format f)
{
	const struct format_row *row = row_of(f);

	return row ? row->name : "unknown";
}

enum format format_from(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].format;
	return FORMAT_UNKNOWN;
}

bool format_is_foreign(enum format f)
{
	return f != FORMAT_UNKNOWN && f != FORMAT_MESSAGES;
}

void format_list(struct buf *out)
{
	for (size_t i = 0; i < ROWS; i++)
		buf_addf(out, "%s'%s'",
			 i == 0          ? ""
			 : i + 1 == ROWS ? " or "
					 : ", ",
			 rows[i].name);
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
