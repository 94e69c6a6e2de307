/* One chunk of a chat completion. */
#include "mockupstream/say/say_private.h"

enum { CREATED = 1790000000 };

void say_chunk_front(const struct say_chat *c, const char *object)
{
	const struct say_form *form = &c->say->form;

	buf_add_text(c->to, "{\"id\":");
	if (form->id)
		jscan_quote(c->to, span_of(form->id));
	else
		buf_addf(c->to, "\"chatcmpl-mock%012llu\"",
			 (unsigned long long)c->asked->number);
	buf_addf(c->to, ",\"object\":\"%s\",\"created\":%d,\"model\":", object,
		 CREATED);
	jscan_quote(c->to,
		    form->model ? span_of(form->model) : c->asked->model);
	buf_add_text(c->to, ",\"service_tier\":\"default\","
			    "\"system_fingerprint\":\"fp_mock\","
			    "\"choices\":[");
}

void say_chunk_tokens(const struct say_chat *c, uint64_t output)
{
	const struct say_usage *u = &c->tokens;
	uint64_t prompt = (uint64_t)u->input + u->cached + u->written;

	buf_addf(c->to,
		 "{\"prompt_tokens\":%llu,\"completion_tokens\":%llu,"
		 "\"total_tokens\":%llu,\"prompt_tokens_details\":"
		 "{\"cached_tokens\":%u,\"audio_tokens\":0},"
		 "\"completion_tokens_details\":{\"reasoning_tokens\":%u}}",
		 (unsigned long long)prompt, (unsigned long long)output,
		 (unsigned long long)(prompt + output), u->cached, u->thinking);
}

/* Writes ,"usage":... of a chunk that is not the last. */
static void write_usage(struct say_chat *c, bool finish)
{
	uint64_t output = c->tokens.output;

	switch (c->say->form.usage) {
	case SAY_TOLD_ASKED:
		if (c->asked->usage)
			buf_add_text(c->to, ",\"usage\":null");
		break;
	case SAY_TOLD_ALWAYS:
	case SAY_TOLD_NULL:
		buf_add_text(c->to, ",\"usage\":null");
		break;
	case SAY_TOLD_EACH:
		buf_add_text(c->to, ",\"usage\":");
		say_chunk_tokens(c, finish || c->chunks > output ? output
								 : c->chunks);
		break;
	case SAY_TOLD_FINISH:
		if (finish) {
			buf_add_text(c->to, ",\"usage\":");
			say_chunk_tokens(c, output);
		}
		break;
	case SAY_TOLD_NEVER:
		break;
	}
}

static void chunk_begin(struct say_chat *c)
{
	buf_add_text(c->to, "data: ");
	say_chunk_front(c, "chat.completion.chunk");
}

/* Writes what comes after the delta of a choice, and the end of the chunk. */
static void choice_end(struct say_chat *c, bool finish)
{
	buf_add_text(c->to, "},\"logprobs\":null,\"finish_reason\":");
	if (finish && c->finish)
		jscan_quote(c->to, span_of(c->finish));
	else
		buf_add_text(c->to, "null");
	buf_add_text(c->to, "}]");
	write_usage(c, finish);
	buf_add_text(c->to, "}\n\n");
	c->chunks++;
}

static void choice_begin(struct say_chat *c, uint32_t index)
{
	chunk_begin(c);
	buf_addf(c->to, "{\"index\":%u,\"delta\":{", index);
}

void say_chunk_absent(const struct say_chat *c, unsigned has, struct buf *to)
{
	static const struct {
		unsigned bit;
		const char *null, *empty;
	} rows[] = {
		{ SAY_CHUNK_CONTENT, ",\"content\":null", ",\"content\":\"\"" },
		{ SAY_CHUNK_REFUSAL, ",\"refusal\":null", ",\"refusal\":\"\"" },
		{ SAY_CHUNK_CALLS, ",\"tool_calls\":null",
		  ",\"tool_calls\":[]" },
	};
	enum say_absent absent = c->say->form.absent;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (absent != SAY_ABSENT_OUT && !(has & rows[i].bit))
			buf_add_text(to, absent == SAY_ABSENT_NULL
						 ? rows[i].null
						 : rows[i].empty);
}

void say_chunk_delta(struct say_chat *c, unsigned has,
		     const struct buf *members)
{
	choice_begin(c, 0);
	buf_add_span(c->to, buf_span(members));
	say_chunk_absent(c, has, c->to);
	choice_end(c, false);
	for (uint32_t i = 1; i < c->say->form.choices; i++) {
		choice_begin(c, i);
		buf_addf(c->to, "\"content\":\"choice %u \"", i);
		choice_end(c, false);
	}
}

void say_chunk_empty(struct say_chat *c)
{
	chunk_begin(c);
	buf_add_byte(c->to, ']');
	write_usage(c, false);
	buf_add_text(c->to, "}\n\n");
}

void say_chunk_finish(struct say_chat *c)
{
	for (uint32_t i = 0; i < c->say->form.choices; i++) {
		choice_begin(c, i);
		choice_end(c, true);
	}
}

void say_chunk_usage(struct say_chat *c)
{
	enum say_told told = c->say->form.usage;
	bool due = told == SAY_TOLD_ALWAYS ||
		   (c->asked->usage && told != SAY_TOLD_NEVER &&
		    told != SAY_TOLD_FINISH);

	if (!due)
		return;
	chunk_begin(c);
	buf_add_text(c->to, "],\"usage\":");
	if (told == SAY_TOLD_NULL)
		buf_add_text(c->to, "null");
	else
		say_chunk_tokens(c, c->tokens.output);
	buf_add_text(c->to, "}\n\n");
}
