/* Responses: routes, and what is not found since nothing is stored. */
#include <string.h>

#include "formats/plain.h"
#include "mockupstream/dialects/responses/responses_private.h"

#define COUNT_PATH "/responses/input_tokens"

/* ---- routes ---- */

bool responses_serves(struct span path)
{
	return format_of_path(path) == FORMAT_RESPONSES ||
	       span_ends(path, COUNT_PATH) ||
	       span_starts(path, "/v1/responses/");
}

static int refuse_missing(struct chat_refusal *why, const char *what,
			  struct span id)
{
	chat_refuse(why, NULL, "", "%s with id '%.*s' not found.", what,
		    SPAN_ARG(span_first(id, 100)));
	why->status = 404;
	return -1;
}

/* Refuses /v1/responses/ID and what is below it. */
static int refuse_stored(struct span path, struct chat_refusal *why)
{
	struct span id = span_skip(path, strlen("/v1/responses/"));

	return refuse_missing(why, "Response",
			      span_first(id, span_find_byte(id, '/')));
}

static int check_route(const struct anthropic_request *r,
		       struct chat_refusal *why)
{
	if (r->vendor == VENDOR_DEEPSEEK || r->vendor == VENDOR_KIMI) {
		chat_refuse(why, NULL, "", "Invalid URL (%s %.*s)",
			    r->head->method,
			    SPAN_ARG(span_first(r->path, 100)));
		why->status = 404;
		return -1;
	}
	if (format_of_path(r->path) != FORMAT_RESPONSES &&
	    !span_ends(r->path, COUNT_PATH))
		return refuse_stored(r->path, why);
	if (strcmp(r->head->method, "POST") == 0)
		return 0;
	chat_refuse(why, "method_not_supported", "",
		    "Not allowed to %s on %.*s.", r->head->method,
		    SPAN_ARG(span_first(r->path, 100)));
	why->status = 405;
	return -1;
}

/* ---- what it continues ---- */

/* A small local server ignores members that it does not know, and answers the
 * new turn. */
static int check_stored(const struct anthropic_request *r, struct jval root,
			struct chat_refusal *why)
{
	struct jval before = jscan_get(root, "previous_response_id");
	struct jval conversation = jscan_get(root, "conversation");
	struct buf id = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	if (r->vendor == VENDOR_LOCAL)
		return 0;
	if (conversation.type == J_OBJECT)
		conversation = jscan_get(conversation, "id");
	if (before.type == J_STRING) {
		(void)jscan_string(before, &id);
		rc = chat_refuse(why, "previous_response_not_found",
				 "previous_response_id",
				 "Previous response with id '%.100s' not "
				 "found.",
				 buf_str(&id));
	} else if (conversation.type == J_STRING) {
		(void)jscan_string(conversation, &id);
		rc = refuse_missing(why, "Conversation", buf_span(&id));
	}
	buf_clear(&id);
	return rc;
}

/* ---- the answer ---- */

static bool is_strict(const struct anthropic_request *r)
{
	return r->strict && r->vendor != VENDOR_LOCAL;
}

static void count_tokens(struct jval plain, struct reply *out)
{
	struct buf json = BUF_INIT(256);

	buf_addf(&json,
		 "{\"object\":\"response.input_tokens\",\"input_tokens\":%llu}",
		 (unsigned long long)prompt_tokens(plain));
	reply_json(out, 200, &json);
}

static int respond(const struct anthropic *a, const struct anthropic_request *r,
		   struct jval root, struct chat_refusal *why,
		   struct reply *out)
{
	bool counts = span_ends(r->path, COUNT_PATH);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct anthropic_ask ask;
	struct jval plain;
	int rc = -1;

	anthropic_ask_init(&ask);
	plain_request(FORMAT_RESPONSES, root, &text);
	if (jscan(buf_span(&text), &plain, NULL) < 0) {
		chat_refuse(why, NULL, "",
			    "Invalid request: it is nested too deeply.");
		goto out;
	}
	if (check_stored(r, root, why) < 0 ||
	    (is_strict(r) && !counts &&
	     responses_strict_check(root, prompt_tokens(plain), why) < 0) ||
	    responses_limits_check(root, why) < 0 ||
	    chat_ask_read(a, &ask, plain, why) < 0)
		goto out;
	if (counts)
		count_tokens(plain, out);
	else
		responses_say(r->vendor, &ask, root, r->number, out);
	rc = 0;
out:
	anthropic_ask_clear(&ask);
	buf_clear(&text);
	return rc;
}

void responses_answer(const struct anthropic *a,
		      const struct anthropic_request *r, struct reply *out)
{
	struct chat_refusal why = { .status = 0,
				    .shape = chat_vendor_of(r->vendor)->shape };
	struct jval root;

	if (check_route(r, &why) == 0 && chat_ask_credential(a, r, &why) == 0 &&
	    chat_ask_body(r, &root, &why) == 0 &&
	    respond(a, r, root, &why, out) == 0)
		return;
	chat_error(out, &why);
}
