/* What one request and its answer share, and the table of formats. */
#include <stdlib.h>

#include "gateway/translate/translate_private.h"
#include "wire/bytes/mem.h"

static const struct translate_form forms[] = {
	[TRANSLATE_CHAT] = {
		.path = "/v1/chat/completions",
		.request = translate_chat_request,
		.failure = translate_chat_failure,
		.answer = translate_chat_answer,
		.chunk = translate_chat_chunk,
		.finish = translate_chat_finish,
		.words = {
			.text = "{\"type\":\"text\",\"text\":",
			.image = "{\"type\":\"image_url\",\"image_url\":"
				 "{\"url\":",
			.image_end = "}}",
			.file = "{\"type\":\"file\",\"file\":{\"filename\":"
				"\"document.pdf\",\"file_data\":",
			.file_end = "}}",
			.tool = "{\"type\":\"function\",\"function\":{"
				"\"name\":",
			.tool_end = "}}",
			.choice = "{\"type\":\"function\",\"function\":{"
				  "\"name\":",
			.choice_end = "}}",
		},
	},
	[TRANSLATE_RESPONSES] = {
		.path = "/v1/responses",
		.request = translate_responses_request,
		.failure = translate_responses_failure,
		.answer = translate_responses_answer,
		.chunk = translate_responses_chunk,
		.finish = translate_responses_finish,
		.words = {
			.text = "{\"type\":\"input_text\",\"text\":",
			.image = "{\"type\":\"input_image\",\"detail\":"
				 "\"auto\",\"image_url\":",
			.image_end = "}",
			.file = "{\"type\":\"input_file\",\"filename\":"
				"\"document.pdf\",\"file_data\":",
			.file_end = "}",
			.file_url = "{\"type\":\"input_file\",\"file_url\":",
			.tool = "{\"type\":\"function\",\"name\":",
			.tool_end = ",\"strict\":false}",
			.choice = "{\"type\":\"function\",\"name\":",
			.choice_end = "}",
		},
	},
};

void translate_new(struct translate **out, const struct translate_rules *rules,
		   uint64_t number)
{
	struct translate *t = xcalloc(1, sizeof(*t));

	t->rules = *rules;
	t->form = &forms[rules->format];
	t->number = number;
	t->input = t->cached = t->stored = t->output = -1;
	buf_init(&t->model, 4096);
	buf_init(&t->finish, BUF_NO_LIMIT); /* a limit of an event holds */
	buf_init(&t->signature, BUF_NO_LIMIT);
	buf_init(&t->front, BUF_NO_LIMIT);
	buf_init(&t->like.chunk, BUF_NO_LIMIT); /* an event */
	buf_init(&t->text, BUF_NO_LIMIT); /* limited by that of an event */
	*out = t;
}

void translate_free(struct translate *t)
{
	for (size_t i = 0; i < t->names_count; i++)
		free(t->names[i].own);
	for (size_t i = 0; i < t->calls_count; i++) {
		buf_clear(&t->calls[i].id);
		buf_clear(&t->calls[i].name);
		buf_clear(&t->calls[i].waiting);
		buf_clear(&t->calls[i].given);
	}
	free(t->names);
	free(t->calls);
	free(t->parts);
	buf_clear(&t->model);
	buf_clear(&t->finish);
	buf_clear(&t->signature);
	buf_clear(&t->front);
	buf_clear(&t->like.chunk);
	buf_clear(&t->text);
	jindex_clear(&t->chunk);
	free(t);
}

bool translate_streams(const struct translate *t)
{
	return t->streams;
}

const char *translate_path(const struct translate *t)
{
	return t->form->path;
}

int translate_request(struct translate *t, struct jval root, struct buf *out,
		      struct fail *why)
{
	size_t was = out->len;

	t->streams = jscan_get(root, "stream").type == J_TRUE;
	if (translate_check_fields(root, why) == 0 &&
	    t->form->request(t, root, out, why) == 0)
		return 0;
	buf_cut(out, was);
	return -1;
}

int translate_failure(const struct translate *t, struct jval root)
{
	return t->form->failure(root);
}

int translate_answer(struct translate *t, struct jval root, struct buf *out)
{
	return t->form->answer(t, root, out);
}

int translate_chunk(struct translate *t, struct span data, struct buf *out)
{
	return t->form->chunk(t, data, out);
}

bool translate_finish(struct translate *t, struct buf *out)
{
	return t->form->finish(t, out);
}

bool translate_told_error(const struct translate *t)
{
	return t->ended;
}
