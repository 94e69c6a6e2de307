/* Writes errors in the form that clients of each format know. */
#include <string.h>

#include "gateway/bridge/bridge.h"

enum { SHOWN_BYTES = 2000 };

/* The names of Bedrock's service model, and Google's codes. */
static const struct {
	int status;
	const char *bedrock, *google;
} names[] = {
	{ 401, "UnrecognizedClientException", "UNAUTHENTICATED" },
	{ 403, "AccessDeniedException", "PERMISSION_DENIED" },
	{ 404, "ResourceNotFoundException", "NOT_FOUND" },
	{ 408, "ModelTimeoutException", "DEADLINE_EXCEEDED" },
	{ 424, "ModelErrorException", "FAILED_PRECONDITION" },
	{ 429, "ThrottlingException", "RESOURCE_EXHAUSTED" },
	{ 503, "ServiceUnavailableException", "UNAVAILABLE" },
	{ 504, "ModelTimeoutException", "DEADLINE_EXCEEDED" },
	{ 529, "ServiceUnavailableException", "UNAVAILABLE" },
	/* all other 4xx, and all else */
	{ .bedrock = "ValidationException", .google = "INVALID_ARGUMENT" },
	{ .bedrock = "InternalServerException", .google = "INTERNAL" },
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static size_t row_of(int status)
{
	for (size_t i = 0; i < NAMES; i++)
		if (names[i].status == status)
			return i;
	return status >= 400 && status < 500 ? NAMES - 2 : NAMES - 1;
}

const char *bridge_error_name(int status)
{
	return names[row_of(status)].bedrock;
}

void bridge_error_write(enum bridge_vendor vendor, int status,
			struct span words, struct buf *out)
{
	if (vendor == BRIDGE_BEDROCK) {
		buf_add_text(out, "{\"message\":");
		jscan_quote(out, words);
		buf_add_byte(out, '}');
		return;
	}
	buf_addf(out, "{\"error\":{\"code\":%d,\"message\":", status);
	jscan_quote(out, words);
	buf_addf(out, ",\"status\":\"%s\"}}", names[row_of(status)].google);
}

/* The error itself: Google puts it into a list where a stream was asked for. */
static struct jval first_of(struct jval root)
{
	struct jiter it = jscan_iter(root);
	struct jval item;

	if (root.type == J_ARRAY && jscan_next(&it, NULL, &item))
		return item;
	return root;
}

void bridge_error_words(struct span body, struct buf *out)
{
	static const char *const keys[] = { "message", "Message" };
	struct jval root, error, text = { .type = J_NULL };

	if (jscan(body, &root, NULL) < 0) {
		buf_add_span(out, span_first(body, SHOWN_BYTES));
		return;
	}
	root = first_of(root);
	error = jscan_get(root, "error");
	text = jscan_get(error, "message");
	for (size_t i = 0; i < 2 && text.type != J_STRING; i++)
		text = jscan_get(root, keys[i]);
	if (text.type != J_STRING)
		text = error;
	if (text.type == J_STRING)
		jscan_string(text, out);
	else
		buf_add_span(out, span_first(root.text, SHOWN_BYTES));
}
