/* Turns a say into the reply to a request. */
#include "mockupstream/say/say_private.h"
#include "wire/prompt/prompt.h"

enum { MODEL_LIMIT_BYTES = 256 };

/* ---- whole answers ---- */

/* In an answer that is not streamed, pauses come before the body, and a cut in
 * its middle. */
static void write_pauses(const struct say *s, struct buf *to)
{
	if (s->form.slice > 0)
		buf_addf(to, ": @slice %u\n", s->form.slice);
	for (size_t i = 0; i < s->count; i++) {
		enum say_kind kind = s->parts[i].kind;

		if (kind == SAY_WAIT || kind == SAY_HOLD || kind == SAY_MARK)
			say_step(&s->parts[i], to);
	}
}

static const struct say_part *last_of(const struct say *s, enum say_kind kind)
{
	if (s->count > 0 && s->parts[s->count - 1].kind == kind)
		return &s->parts[s->count - 1];
	return NULL;
}

static void reply_whole(const struct say *s, int status, struct buf *json,
			struct reply *out)
{
	const struct say_part *cut = last_of(s, SAY_CUT);
	struct buf steps = BUF_INIT(BUF_NO_LIMIT);

	write_pauses(s, &steps);
	if (steps.len == 0 && !cut) {
		reply_json(out, status, json);
		return;
	}
	if (cut) {
		buf_cut(json, json->len / 2);
		buf_add_text(json, "\n\n");
	}
	buf_add_span(&steps, buf_span(json));
	if (cut)
		say_step(cut, &steps);
	reply_steps(out, "application/json", &steps);
	out->status = status;
	buf_clear(json);
}

/* ---- errors ---- */

static bool says_anything(const struct say *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->parts[i].kind <= SAY_INPUT ||
		    s->parts[i].kind == SAY_STOP)
			return true;
	return false;
}

/* The error that is the whole answer, or NULL. */
static const struct say_part *find_error(const struct say *s,
					 const struct say_asked *asked)
{
	const struct say_part *error = last_of(s, SAY_ERROR);
	bool ok = error && error->number == 200;

	if (error && asked->stream && (says_anything(s) || ok))
		return NULL;
	/* A response reports its failure itself. */
	return asked->format == FORMAT_RESPONSES && ok ? NULL : error;
}

/* ---- writing ---- */

typedef void write_fn(const struct say *s, const struct say_asked *asked,
		      struct buf *to);

/* How each format is written. The first row is for all others. */
static const struct writers {
	enum format format;
	write_fn *stream, *whole;
} rows[] = {
	{ FORMAT_MESSAGES, say_messages_stream, say_messages_whole },
	{ FORMAT_CHAT, say_chat_stream, say_chat_whole },
	{ FORMAT_RESPONSES, say_responses_stream, say_responses_whole },
};

static const struct writers *writers_of(enum format f)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].format == f)
			return &rows[i];
	return rows;
}

static void write_stream(const struct say *s, const struct say_asked *asked,
			 struct buf *to)
{
	if (s->form.pace_ms > 0)
		buf_addf(to, ": @pace %u\n", s->form.pace_ms);
	if (s->form.slice > 0)
		buf_addf(to, ": @slice %u\n", s->form.slice);
	writers_of(asked->format)->stream(s, asked, to);
}

void say_write(const struct say *s, const struct say_asked *asked,
	       struct reply *out)
{
	const struct say_part *error = find_error(s, asked);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (error) {
		say_error_write(error, asked, &text);
		reply_whole(s, say_error_status(error, asked->format), &text,
			    out);
	} else if (asked->stream) {
		write_stream(s, asked, &text);
		reply_stream(out, &text);
	} else {
		writers_of(asked->format)->whole(s, asked, &text);
		reply_whole(s, 200, &text, out);
	}
}

static uint64_t prompt_of(enum format f, struct jval root)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	uint64_t tokens = 1;
	struct jval plain;

	if (f == FORMAT_MESSAGES)
		return prompt_tokens(root);
	plain_request(f, root, &text);
	if (jscan(buf_span(&text), &plain, NULL) == 0)
		tokens = prompt_tokens(plain);
	buf_clear(&text);
	return tokens;
}

int say_answer(const struct say *s, struct span path, struct span body,
	       uint64_t number, struct reply *out)
{
	struct say_asked asked = { .format = format_of_path(path),
				   .number = number };
	struct buf model = BUF_INIT(MODEL_LIMIT_BYTES);
	struct jval root;

	if (asked.format == FORMAT_UNKNOWN || jscan(body, &root, NULL) < 0 ||
	    root.type != J_OBJECT)
		return -1;
	if (jscan_get(root, "model").type == J_STRING)
		(void)jscan_string(jscan_get(root, "model"), &model);
	asked.model = buf_span(&model);
	asked.stream = jscan_get(root, "stream").type == J_TRUE;
	asked.usage =
		jscan_get(jscan_get(root, "stream_options"), "include_usage")
			.type == J_TRUE;
	asked.prompt = prompt_of(asked.format, root);
	asked.root = root;
	say_write(s, &asked, out);
	buf_clear(&model);
	return 0;
}
