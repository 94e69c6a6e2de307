/* Sends a request to ccmock's /v1/chat/completions or another path of OpenAI's,
 * and checks the answer. */
#ifndef TESTS_UNIT_CHAT_KIT_H
#define TESTS_UNIT_CHAT_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "formats/plain.h"
#include "mockupstream/dialects/chat/chat.h"
#include "mockupstream/dialects/responses/responses.h"
#include "mockupstream/reply.h"

struct asked {
	struct reply reply;
	struct jval root; /* of a body; text.at NULL: a stream */
	struct headers headers;
};

static enum vendor vendor;
static const char *path_asked = "/v1/chat/completions";

static inline void ask_with(struct asked *a, const char *key,
			    const char *method, const char *body, bool strict)
{
	struct anthropic provider = { .key = "right" };
	struct http_head head = { 0 };
	struct anthropic_request r = { .path = span_of(path_asked),
				       .body = span_of(body),
				       .number = 7,
				       .strict = strict,
				       .vendor = vendor };

	*a = (struct asked){ .root = { .type = J_NULL } };
	if (key)
		headers_add_text(&a->headers, "authorization", key);
	head.method = (char *)method;
	head.headers = a->headers;
	r.head = &head;
	if (responses_serves(r.path)) {
		responses_answer(&provider, &r, &a->reply);
	} else {
		assert_true(chat_serves(&r));
		chat_answer(&provider, &r, &a->reply);
	}
	if (a->reply.kind == REPLY_BODY)
		assert_int_equal(jscan(span_make(a->reply.bytes, a->reply.len),
				       &a->root, NULL),
				 0);
}

static inline void ask(struct asked *a, const char *body, bool strict)
{
	ask_with(a, "Bearer right", "POST", body, strict);
}

static inline void asked_clear(struct asked *a)
{
	reply_clear(&a->reply);
	headers_clear(&a->headers);
}

/* The text at a pointer; "null" for null. */
static inline void assert_at(const struct asked *a, const char *pointer,
			     const char *text)
{
	struct buf is = BUF_INIT(4096);
	struct jval v;

	assert_true(jscan_find(a->root, span_of(pointer), &v));
	if (v.type == J_STRING)
		jscan_string(v, &is);
	else
		buf_add_span(&is, v.text);
	assert_string_equal(buf_str(&is), text);
	buf_clear(&is);
}

/* A request, and how the strict provider refuses it. */
struct strict_row {
	const char *body;
	const char *code, *param; /* NULL: accepted */
	const char *words; /* in the message */
};

static inline void assert_words(const struct asked *a, const char *body,
				const char *words)
{
	struct buf text = BUF_INIT(4096);
	struct jval message;

	assert_true(jscan_find(a->root, span_of("/error/message"), &message));
	jscan_string(message, &text);
	if (!strstr(buf_str(&text), words))
		fail_msg("%s: '%s' is not in: %s", body, words, buf_str(&text));
	buf_clear(&text);
}

static inline void check_strict(const struct strict_row *row)
{
	struct asked a;

	ask(&a, row->body, true);
	if (!row->code) {
		if (a.reply.status != 200)
			fail_msg("%s: %s", row->body, a.reply.bytes);
		asked_clear(&a);
		return;
	}
	if (a.reply.status != 400)
		fail_msg("taken: %s", row->body);
	assert_at(&a, "/error/code", row->code);
	assert_at(&a, "/error/param", row->param);
	assert_words(&a, row->body, row->words);
	asked_clear(&a);
	/* The lenient provider accepts most of these. */
	ask(&a, row->body, false);
	assert_true(a.reply.status == 200 || a.reply.status == 400);
	asked_clear(&a);
}

#define USER "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define TURNS(list) "{\"model\":\"m\",\"messages\":[" list "]}"
#define CALLS(list) \
	"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" list "]}"
#define CALL(id) \
	"{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":" \
	"\"a\",\"arguments\":\"{}\"}}"
#define RESULT(id) \
	"{\"role\":\"tool\",\"tool_call_id\":\"" id "\",\"content\":\"r\"}"
#define SAYS "{\"role\":\"user\",\"content\":\"u\"}"

#endif
