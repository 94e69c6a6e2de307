/* Chat completions: routes, credentials, and errors in this vendor's form. */
#include "mockupstream/dialects/chat/chat.h"

#include <stdio.h>
#include <string.h>

#include "formats/plain.h"
#include "mockupstream/dialects/chat/chat_private.h"

/* Refuses what the vendor refuses. */
static int check(const struct anthropic_request *r, struct jval root,
		 uint64_t prompt, struct chat_refusal *why)
{
	const struct chat_vendor *v = chat_vendor_of(r->vendor);

	if (v->check && v->check(v, root, prompt, why) < 0)
		return -1;
	if (v->pairs && chat_turns_check(jscan_get(root, "messages"), why) < 0)
		return -1;
	if (v->check || !r->strict)
		return 0;
	return chat_strict_check(root, prompt, why);
}

static int complete(const struct anthropic *a,
		    const struct anthropic_request *r, struct jval root,
		    struct chat_refusal *why, struct reply *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct anthropic_ask ask;
	struct jval plain;
	int rc = -1;

	anthropic_ask_init(&ask);
	plain_request(FORMAT_CHAT, root, &text);
	if (jscan(buf_span(&text), &plain, NULL) < 0) {
		chat_refuse(why, NULL, "",
			    "Invalid request: it is nested too deeply.");
		goto out;
	}
	if (check(r, root, prompt_tokens(plain), why) < 0 ||
	    chat_limits_check(root, why) < 0 ||
	    chat_ask_read(a, &ask, plain, why) < 0)
		goto out;
	chat_say(chat_vendor_of(r->vendor), &ask, root, r->number, out);
	rc = 0;
out:
	anthropic_ask_clear(&ask);
	buf_clear(&text);
	return rc;
}

/* Is this the list of models of this vendor? The Messages API has the same
 * path, with other header fields. */
static bool is_models(const struct anthropic_request *r)
{
	const struct headers *h = &r->head->headers;

	return span_is(r->path, "/v1/models") &&
	       headers_get(h, "authorization") &&
	       !headers_get(h, "anthropic-version") &&
	       !headers_get(h, "anthropic-beta") &&
	       !headers_get(h, "x-api-key");
}

bool chat_serves(const struct anthropic_request *r)
{
	return format_of_path(r->path) == FORMAT_CHAT || is_models(r);
}

static void add_model(void *arg, struct span id)
{
	struct buf *json = arg;

	buf_addf(json,
		 "%s{\"id\":\"%.*s\",\"object\":\"model\",\"created\":"
		 "1790000000,\"owned_by\":\"ccmock\"}",
		 json->at[json->len - 1] == '[' ? "" : ",", SPAN_ARG(id));
}

static void list_models(const struct anthropic *a, struct reply *out)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&json, "{\"object\":\"list\",\"data\":[");
	if (a->models)
		anthropic_models_each(a, add_model, &json);
	else
		add_model(&json, span_of("gpt-mock"));
	buf_add_text(&json, "]}");
	reply_json(out, 200, &json);
}

void chat_answer(const struct anthropic *a, const struct anthropic_request *r,
		 struct reply *out)
{
	struct chat_refusal why = { .status = 0,
				    .shape = chat_vendor_of(r->vendor)->shape };
	struct jval root;
	bool models = is_models(r);

	if (strcmp(r->head->method, models ? "GET" : "POST") != 0) {
		chat_refuse(&why, "method_not_supported", "",
			    "Not allowed to %s on %.*s.", r->head->method,
			    SPAN_ARG(span_first(r->path, 100)));
		why.status = 405;
	} else if (chat_ask_credential(a, r, &why) == 0) {
		if (models) {
			list_models(a, out);
			return;
		}
		if (chat_ask_body(r, &root, &why) == 0 &&
		    complete(a, r, root, &why, out) == 0)
			return;
	}
	chat_error(out, &why);
}

void chat_headers(struct headers *h, uint64_t number)
{
	char id[40];

	snprintf(id, sizeof(id), "req_mock%024llu", (unsigned long long)number);
	if (!headers_get(h, "x-request-id"))
		headers_add_text(h, "x-request-id", id);
	if (!headers_get(h, "openai-version"))
		headers_add_text(h, "openai-version", "2020-10-01");
}
