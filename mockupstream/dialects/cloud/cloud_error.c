/* Errors in the shapes of both vendors. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/cloud/cloud_private.h"
#include "wire/http/event_stream.h"

enum { MESSAGE_LIMIT_BYTES = 1024 };

/* What Amazon's services append to the name of an error. */
#define AMAZON_SPACE ":http://internal.amazon.com/coral/com.amazon.bedrock/"

/* ---- shapes ---- */

void cloud_error_name(struct headers *h, const char *type)
{
	char value[160];

	snprintf(value, sizeof(value), "%s" AMAZON_SPACE, type);
	(void)headers_set(h, "x-amzn-ErrorType", value);
}

static void write_amazon(struct span message, struct buf *out)
{
	buf_add_text(out, "{\"message\":");
	jscan_quote(out, message);
	buf_add_byte(out, '}');
}

static void write_google(int status, const char *word, struct span message,
			 struct buf *out)
{
	buf_addf(out, "{\"error\":{\"code\":%d,\"message\":", status);
	jscan_quote(out, message);
	buf_addf(out, ",\"status\":\"%s\"}}", word);
}

void cloud_error_amazon(struct reply *out, int status, const char *type,
			const char *fmt, ...)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT);
	char message[MESSAGE_LIMIT_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	write_amazon(span_of(message), &json);
	reply_json(out, status, &json);
	cloud_error_name(&out->headers, type);
}

void cloud_error_google(struct reply *out, int status, const char *word,
			const char *fmt, ...)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT);
	char message[MESSAGE_LIMIT_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	write_google(status, word, span_of(message), &json);
	reply_json(out, status, &json);
}

/* ---- errors of the Messages API ---- */

/* What each error becomes. google: NULL means that Vertex passes the model's
 * own error on. */
static const struct cloud_error_row {
	const char *type;
	int status;
	int amazon_status;
	const char *amazon; /* the name of the exception */
	const char *event; /* the same in a stream */
	int google_status;
	const char *google;
} rows[] = {
	{ "invalid_request_error", 400, 400, "ValidationException",
	  "validationException", 400, NULL },
	{ "authentication_error", 401, 403, "AccessDeniedException",
	  "modelStreamErrorException", 401, "UNAUTHENTICATED" },
	{ "billing_error", 402, 403, "AccessDeniedException",
	  "modelStreamErrorException", 403, "PERMISSION_DENIED" },
	{ "permission_error", 403, 403, "AccessDeniedException",
	  "modelStreamErrorException", 403, "PERMISSION_DENIED" },
	{ "not_found_error", 404, 404, "ResourceNotFoundException",
	  "modelStreamErrorException", 404, "NOT_FOUND" },
	{ "request_too_large", 413, 413, "ValidationException",
	  "validationException", 413, NULL },
	{ "rate_limit_error", 429, 429, "ThrottlingException",
	  "throttlingException", 429, "RESOURCE_EXHAUSTED" },
	{ "timeout_error", 504, 408, "ModelTimeoutException",
	  "modelTimeoutException", 504, "DEADLINE_EXCEEDED" },
	{ "overloaded_error", 529, 503, "ServiceUnavailableException",
	  "serviceUnavailableException", 529, NULL },
	{ "api_error", 500, 500, "InternalServerException",
	  "internalServerException", 500, "INTERNAL" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* Errors that are known by their status alone. */
static const struct {
	int status;
	const char *amazon, *google;
} by_status[] = {
	{ 400, "ValidationException", NULL },
	{ 403, "AccessDeniedException", "PERMISSION_DENIED" },
	{ 404, "ResourceNotFoundException", "NOT_FOUND" },
	{ 408, "ModelTimeoutException", "DEADLINE_EXCEEDED" },
	{ 424, "ModelErrorException", "FAILED_PRECONDITION" },
	{ 429, "ThrottlingException", "RESOURCE_EXHAUSTED" },
	{ 500, "InternalServerException", "INTERNAL" },
	{ 503, "ServiceUnavailableException", "UNAVAILABLE" },
};

static const struct cloud_error_row *row_of(struct jval type)
{
	for (size_t i = 0; i < ROWS; i++)
		if (type.type == J_STRING &&
		    jscan_string_is(type, rows[i].type))
			return &rows[i];
	return &rows[ROWS - 1];
}

/* A script may have given the error another status than its usual one. */
static struct cloud_error_row with_status(struct cloud_error_row row,
					  int status, enum cloud_route route)
{
	if (status == row.status || status == 529 || status == 200)
		return row;
	row.amazon_status = row.google_status = status;
	for (size_t i = 0; i < sizeof(by_status) / sizeof(by_status[0]); i++)
		if (by_status[i].status == status) {
			row.amazon = by_status[i].amazon;
			row.google = by_status[i].google;
		}
	if (status == 424 && route == CLOUD_BEDROCK_STREAM)
		row.amazon = "ModelStreamErrorException";
	return row;
}

/* Replaces messages that Amazon words differently. */
static struct span amazon_words(struct span message)
{
	if (span_starts(message, "prompt is too long"))
		return span_of("Input is too long for requested model.");
	return message;
}

static bool read_error(struct jval root, struct jval *type, struct buf *message)
{
	struct jval error;

	if (root.type != J_OBJECT || !jscan_member_is(root, "type", "error") ||
	    !jscan_member(root, "error", &error) || error.type != J_OBJECT)
		return false;
	*type = jscan_get(error, "type");
	if (jscan_get(error, "message").type == J_STRING)
		(void)jscan_string(jscan_get(error, "message"), message);
	return true;
}

bool cloud_error_write(enum cloud_route route, int status, struct span json,
		       struct cloud_error *e, struct buf *out)
{
	struct buf message = BUF_INIT(BUF_NO_LIMIT);
	struct jval root, type;
	struct cloud_error_row row;
	bool is_error = jscan(json, &root, NULL) == 0 &&
			read_error(root, &type, &message);

	if (is_error) {
		row = with_status(*row_of(type), status, route);
		*e = (struct cloud_error){ .status = row.google_status };
		if (cloud_is_bedrock(route)) {
			*e = (struct cloud_error){ row.amazon_status,
						   row.amazon };
			write_amazon(amazon_words(buf_span(&message)), out);
		} else if (row.google) {
			write_google(row.google_status, row.google,
				     buf_span(&message), out);
		} else {
			buf_add_span(out, json);
			(void)buf_replace(out, "\"req_01", "\"req_vrtx_01");
		}
	}
	buf_clear(&message);
	return is_error;
}

void cloud_error_frame(struct jval event, struct buf *out)
{
	struct buf message = BUF_INIT(BUF_NO_LIMIT),
		   payload = BUF_INIT(BUF_NO_LIMIT);
	struct jval type = { .type = J_NULL };
	const struct cloud_error_row *row;

	(void)read_error(event, &type, &message);
	row = row_of(type);
	write_amazon(amazon_words(buf_span(&message)), &payload);
	if (strcmp(row->event, "modelStreamErrorException") == 0) {
		buf_cut(&payload, payload.len - 1);
		buf_addf(&payload,
			 ",\"originalStatusCode\":%d,\"originalMessage\":",
			 row->status);
		jscan_quote(&payload, buf_span(&message));
		buf_add_byte(&payload, '}');
	}
	(void)event_frame_write_exception(out, row->event, buf_span(&payload));
	buf_clear(&payload);
	buf_clear(&message);
}

/* ---- fields of every answer ---- */

static void add_missing(struct headers *h, const char *name, const char *value)
{
	if (!headers_get(h, name))
		(void)headers_add_text(h, name, value);
}

void cloud_headers(enum cloud_route route, struct headers *h, uint64_t number)
{
	char id[ANTHROPIC_ID_LEN];

	if (cloud_is_bedrock(route)) {
		snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012llx",
			 (unsigned long long)number & 0xffffffffffff);
		add_missing(h, "x-amzn-RequestId", id);
	} else {
		snprintf(id, sizeof(id), "req_vrtx_01Mock%014llu",
			 (unsigned long long)number);
		add_missing(h, "request-id", id);
	}
}
