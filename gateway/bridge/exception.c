/* Errors in a stream, by their names on both sides. */
#include "gateway/bridge/bridge_private.h"

/* For a type, the first row that has it. Bedrock's names in the first rows are
 * those that clients know; they ignore other names. The last row is for all
 * else. */
static const struct bridge_exception rows[] = {
	{ "throttlingException", "rate_limit_error", 429 },
	{ "validationException", "invalid_request_error", 400 },
	{ "internalServerException", "api_error", 500 },
	{ "throttlingException", "overloaded_error", 529 },
	{ "validationException", "authentication_error", 401 },
	{ "validationException", "permission_error", 403 },
	{ "validationException", "not_found_error", 404 },
	{ "validationException", "request_too_large", 413 },
	{ "validationException", "billing_error", 402 },
	{ "serviceUnavailableException", "overloaded_error", 529 },
	{ "modelTimeoutException", "timeout_error", 504 },
	{ "modelStreamErrorException", "api_error", 500 },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

const struct bridge_exception *bridge_exception_named(struct span bedrock)
{
	for (size_t i = 0; i < ROWS; i++)
		if (span_is(bedrock, rows[i].bedrock))
			return &rows[i];
	return &rows[ROWS - 1];
}

const struct bridge_exception *bridge_exception_typed(struct span messages)
{
	for (size_t i = 0; i < ROWS; i++)
		if (span_is(messages, rows[i].messages))
			return &rows[i];
	return &rows[ROWS - 1];
}
