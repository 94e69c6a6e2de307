/*
 * Any bytes as the body of a chat completion, and of a response: each vendor, and the strict one,
 * refuses it with a status and a message, or answers it. Both are JSON, and so
 * is each event of a stream; what is refused is refused in the same words when
 * it is asked twice.
 */
#include <string.h>

#include "mockupstream/dialects/chat/chat.h"
#include "mockupstream/dialects/responses/responses.h"
#include "mockupstream/reply.h"
#include "tests/fuzz/kit.h"
#include "wire/json/jscan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *path;

static void answer(struct span body, enum vendor vendor, bool strict,
		   struct reply *out)
{
	struct anthropic provider = { .key = NULL };
	struct http_head head = { .method = (char *)"POST",
				  .target = (char *)path,
				  .minor = 1 };
	struct anthropic_request r = { .head = &head,
				       .path = span_of(head.target),
				       .body = body,
				       .number = 7,
				       .vendor = vendor,
				       .strict = strict };

	*out = (struct reply){ .status = 0 };
	headers_add_text(&head.headers, "authorization", "Bearer k");
	if (responses_serves(r.path))
		responses_answer(&provider, &r, out);
	else
		chat_answer(&provider, &r, out);
	headers_clear(&head.headers);
}

static void check_events(const struct script *s)
{
	struct jval root;

	for (size_t i = 0; i < s->count; i++) {
		struct span line = s->steps[i].bytes;

		if (s->steps[i].op != SCRIPT_SEND)
			continue;
		if (span_starts(line, "event: "))
			line = span_skip(line, span_find_byte(line, '\n') + 1);
		kit_require(span_starts(line, "data: ") &&
				    span_ends(line, "\n\n"),
			    "a chunk is no event");
		line = span_first(span_skip(line, 6), line.len - 8);
		kit_require(span_is(line, "[DONE]") ||
				    jscan(line, &root, NULL) == 0,
			    "a chunk is no JSON");
	}
}

static void check_body(const struct reply *r)
{
	struct jval root, error;

	kit_require(jscan(span_make(r->bytes, r->len), &root, NULL) == 0,
		    "an answer is no JSON");
	error = jscan_get(root, "error");
	kit_require((r->status == 200) == (error.text.at == NULL),
		    "a status that the body does not have");
	kit_require(r->status == 200 ||
			    jscan_get(error, "message").text.len > 2,
		    "refused without a word");
}

static void check_vendor(struct span body, enum vendor vendor, bool strict)
{
	struct reply one, two;

	answer(body, vendor, strict, &one);
	answer(body, vendor, strict, &two);
	kit_require(one.kind == two.kind && one.status == two.status &&
			    one.len == two.len &&
			    (one.len == 0 ||
			     memcmp(one.bytes, two.bytes, one.len) == 0),
		    "asked twice it says something else");
	if (one.kind == REPLY_STREAM)
		check_events(one.script);
	else
		check_body(&one);
	reply_clear(&one);
	reply_clear(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "/v1/chat/completions",
					     "/v1/responses",
					     "/v1/responses/input_tokens" };
	struct span body = span_make(data, size);

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		path = paths[i];
		check_vendor(body, VENDOR_OPENAI, true);
		for (int v = VENDOR_OPENAI; v <= VENDOR_LOCAL; v++)
			check_vendor(body, (enum vendor)v, false);
	}
	return 0;
}
