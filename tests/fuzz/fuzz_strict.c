/*
 * Any JSON as the body of a message: the strict provider refuses it with a
 * reason or answers it, and both are JSON. What thinking is bound to is the
 * same when it is asked twice.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/dialects/strict.h"
#include "mockupstream/reply.h"

/* The assertions are the test; a build without them would test nothing. */
#ifdef NDEBUG
#error "fuzz targets need assert()"
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct anthropic provider;

static void check_reply(const struct reply *reply)
{
	struct jval root;

	if (reply->kind == REPLY_STREAM)
		return;
	assert(reply->kind == REPLY_BODY);
	assert(jscan(span_make(reply->bytes, reply->len), &root, NULL) == 0);
}

static void answer(struct span body, bool strict)
{
	struct http_head head = { .method = (char *)"POST",
				  .target = (char *)"/v1/messages",
				  .minor = 1 };
	struct anthropic_request r = { .head = &head,
				       .path = span_of(head.target),
				       .body = body,
				       .now = 1,
				       .strict = strict };
	struct reply reply = { .status = 0 };

	headers_add_text(&head.headers, "x-api-key", "k");
	headers_add_text(&head.headers, "anthropic-version", "2023-06-01");
	headers_add_text(&head.headers, "anthropic-beta",
			 "context-management-2025-06-27,effort-2025-11-24,"
			 "extended-cache-ttl-2025-04-11,"
			 "advanced-tool-use-2025-11-20");
	anthropic_answer(&provider, &r, &reply);
	check_reply(&reply);
	reply_clear(&reply);
	headers_clear(&head.headers);
}

static void check_binding(struct jval root)
{
	struct binding one, two;

	strict_bind(root, 0, &one);
	strict_bind(root, 0, &two);
	assert(memcmp(&one, &two, sizeof(one)) == 0);
}

static void check_refusal(struct jval root)
{
	struct headers none = { .count = 0 };
	struct fail why = FAIL_INIT;
	int status = strict_check(&none, root, true, 0, &why);

	assert(status == 0 || status == 400 || status == 404);
	assert((status == 0) == (why.text[0] == '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span body = span_make(bytes, len);
	struct jval root;

	if (jscan(body, &root, NULL) < 0 || root.type != J_OBJECT)
		return 0;
	check_binding(root);
	check_refusal(root);
	answer(body, true);
	answer(body, false);
	return 0;
}
