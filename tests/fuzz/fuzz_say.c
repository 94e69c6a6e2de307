/*
 * A reply with a say: it is read or refused with a place. What was read is an
 * answer in each format: JSON that is whole, unless it is cut, and events that
 * each are JSON; streamed or not, the same calls are made and it ends for the
 * same reason.
 */
#include <string.h>

#include "mockupstream/reply.h"
#include "mockupstream/say/say.h"
#include "tests/fuzz/kit.h"

enum { EVENTS_LIMIT = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAME "say"
#define BODY(members) \
	"{\"model\":\"m\"" members ",\"messages\":[{\"role\":\"user\"," \
	"\"content\":\"x\"}]}"

/* Events of which there are too many, or none that is JSON, are not read. */
static bool read_events(const struct script *s, struct jval *events,
			size_t *count)
{
	for (size_t i = 0; i < s->count; i++) {
		struct span rest = s->steps[i].bytes, line;

		while (s->steps[i].op == SCRIPT_SEND &&
		       span_split(&rest, '\n', &line)) {
			if (!span_starts(line, "data: ") ||
			    span_is(line, "data: [DONE]"))
				continue;
			if (*count == EVENTS_LIMIT)
				return false;
			kit_require(jscan(span_skip(line, 6),
					  &events[(*count)++], NULL) == 0,
				    "an event is no JSON");
		}
	}
	return true;
}

static bool is_json(const struct reply *r)
{
	return strcmp(headers_get(&r->headers, "content-type"),
		      "application/json") == 0;
}

/* The plain form of an answer; false: there is none to compare. */
static bool to_plain(const struct reply *r, enum format f, struct buf *out)
{
	static struct jval events[EVENTS_LIMIT];
	struct jval root;
	size_t count = 0;

	if (r->kind == REPLY_BODY) {
		kit_require(jscan(span_make(r->bytes, r->len), &root, NULL) ==
				    0,
			    "an answer is no JSON");
		plain_answer(f, root, out);
		return r->status == 200;
	}
	if (is_json(r) || !read_events(r->script, events, &count))
		return false;
	plain_stream(f, events, count, out);
	return true;
}

static void add_calls(const struct buf *plain, struct buf *out)
{
	struct jval root, content, block;
	struct jiter it;

	kit_require(jscan(buf_span(plain), &root, NULL) == 0,
		    "a plain form is no JSON");
	content = jscan_get(root, "content");
	it = jscan_iter(content);
	while (jscan_next(&it, NULL, &block))
		if (jscan_member_is(block, "type", "tool_use"))
			buf_addf(out, "%.*s(%.*s) ",
				 SPAN_ARG(jscan_get(block, "name").text),
				 SPAN_ARG(jscan_get(block, "input").text));
	buf_add_span(out, jscan_get(root, "stop_reason").text);
}

/* Inputs that are no objects are none in a whole message. */
static bool is_same_in_both(const struct say *s, enum format f)
{
	struct jval root;

	if (s->form.no_index && f == FORMAT_CHAT)
		return false;
	for (size_t i = 0; i < s->count; i++) {
		const struct say_part *p = &s->parts[i];

		if (p->kind == SAY_CUT || p->kind == SAY_ERROR ||
		    (p->kind == SAY_INPUT && f == FORMAT_MESSAGES))
			return false;
		if (p->kind == SAY_CALL && f == FORMAT_MESSAGES &&
		    (jscan(buf_span(&p->text), &root, NULL) < 0 ||
		     root.type != J_OBJECT))
			return false;
	}
	return true;
}

static void answer(const struct say *s, enum format f, const char *body,
		   struct reply *out)
{
	static const char *const paths[] = {
		[FORMAT_MESSAGES] = "/v1/messages",
		[FORMAT_CHAT] = "/v1/chat/completions",
		[FORMAT_RESPONSES] = "/v1/responses",
	};

	*out = (struct reply){ .status = 0 };
	kit_require(say_answer(s, span_of(paths[f]), span_of(body), 7, out) ==
			    0,
		    "a request is not answered");
	kit_require(out->status >= 200 && out->status <= 599,
		    "an answer without a status");
}

static void check_format(const struct say *s, enum format f)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT), a = BUF_INIT(BUF_NO_LIMIT),
		   b = BUF_INIT(BUF_NO_LIMIT);
	struct reply whole, stream;
	bool both;

	answer(s, f, BODY(""), &whole);
	answer(s, f,
	       BODY(",\"stream\":true,\"stream_options\":{\"include_usage\":"
		    "true}"),
	       &stream);
	both = to_plain(&whole, f, &plain);
	if (both)
		add_calls(&plain, &a);
	buf_reset(&plain);
	both = to_plain(&stream, f, &plain) && both;
	if (both && is_same_in_both(s, f)) {
		add_calls(&plain, &b);
		kit_require(span_equal(buf_span(&a), buf_span(&b)),
			    "streamed it says something else");
	}
	reply_clear(&whole);
	reply_clear(&stream);
	buf_clear(&plain);
	buf_clear(&a);
	buf_clear(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct rules *rules = NULL;
	struct fail f = FAIL_INIT;
	struct json *j = NULL;

	buf_add_text(&text, "{\"u1\":{\"reply\":");
	buf_add(&text, data, size);
	buf_add_text(&text, "}}");
	if (json_parse(&j, NAME, buf_span(&text), &f) < 0 ||
	    rules_read(&rules, j, j->root, kit_folder(), &f) < 0)
		kit_failed(&f, NAME);
	for (size_t i = 0; rules && i < rules->count; i++) {
		const struct reply *r = &rules->list[i].replies[0];

		if (r->kind != REPLY_SAY)
			continue;
		for (enum format to = FORMAT_MESSAGES; to <= FORMAT_RESPONSES;
		     to++)
			check_format(r->say, to);
	}
	rules_free(rules);
	json_free(j);
	buf_clear(&text);
	return 0;
}
