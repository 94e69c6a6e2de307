/* What all files of this dialect share: ids, errors in the API's form, header
 * fields of answers. */
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "mockupstream/dialects/anthropic_private.h"

#define ORGANIZATION "00000000-0000-4000-8000-0000000000cc"

/* "req_01...": the id of a request. */
static void request_id(uint64_t number, char out[ANTHROPIC_ID_LEN])
{
	snprintf(out, ANTHROPIC_ID_LEN, "req_01Mock%014llu",
		 (unsigned long long)number);
}

void anthropic_message_id(uint64_t number, char out[ANTHROPIC_ID_LEN])
{
	snprintf(out, ANTHROPIC_ID_LEN, "msg_01Mock%014llu",
		 (unsigned long long)number);
}

const char *anthropic_credential(const struct headers *h)
{
	const char *key = headers_get(h, "x-api-key");
	const char *bearer = headers_get(h, "authorization");

	if (key && key[0] != '\0')
		return key;
	if (bearer && strncasecmp(bearer, "Bearer ", 7) == 0 &&
	    bearer[7] != '\0')
		return bearer + 7;
	return NULL;
}

static void write_error(struct reply *out, uint64_t number, int status,
			const char *type, const char *code, const char *message)
{
	struct buf json = BUF_INIT(8192);
	char id[ANTHROPIC_ID_LEN];

	request_id(number, id);
	buf_addf(&json,
		 "{\"type\":\"error\",\"error\":{\"type\":\"%s\","
		 "\"message\":",
		 type);
	jscan_quote(&json, span_of(message));
	if (code)
		buf_addf(&json, ",\"details\":{\"error_code\":\"%s\"}", code);
	buf_addf(&json, "},\"request_id\":\"%s\"}", id);
	reply_json(out, status, &json);
}

void anthropic_error(struct reply *out, uint64_t number, int status,
		     const char *type, const char *fmt, ...)
{
	char message[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	write_error(out, number, status, type, NULL, message);
}

void anthropic_error_coded(struct reply *out, uint64_t number, int status,
			   const char *code, const char *message)
{
	write_error(out, number, status,
		    status == 404 ? "not_found_error" : "invalid_request_error",
		    code, message);
}

static void add_missing(struct headers *h, const char *name, const char *value)
{
	if (!headers_get(h, name))
		headers_add_text(h, name, value);
}

/* Adds one family of limits: limit, remaining and the time of the reset. */
static void add_limit(struct headers *h, const char *family,
		      unsigned long limit, unsigned long used,
		      const char *reset)
{
	char name[80], value[32];

	snprintf(name, sizeof(name), "anthropic-ratelimit-%s-limit", family);
	snprintf(value, sizeof(value), "%lu", limit);
	add_missing(h, name, value);
	snprintf(name, sizeof(name), "anthropic-ratelimit-%s-remaining",
		 family);
	snprintf(value, sizeof(value), "%lu", limit - used);
	add_missing(h, name, value);
	snprintf(name, sizeof(name), "anthropic-ratelimit-%s-reset", family);
	add_missing(h, name, reset);
}

void anthropic_headers(struct headers *h, uint64_t number)
{
	time_t soon = time(NULL) + 60;
	char id[ANTHROPIC_ID_LEN], reset[32];
	struct tm tm;

	gmtime_r(&soon, &tm);
	strftime(reset, sizeof(reset), "%Y-%m-%dT%H:%M:%SZ", &tm);
	request_id(number, id);
	add_missing(h, "request-id", id);
	add_missing(h, "anthropic-organization-id", ORGANIZATION);
	/* The limits of a large account, so that a gateway that looks at them
	 * lets the 64 requests of a whole run pass at once. */
	add_limit(h, "requests", 4000000, 1, reset);
	add_limit(h, "tokens", 480000000, 1000, reset);
	add_limit(h, "input-tokens", 400000000, 1000, reset);
	add_limit(h, "output-tokens", 80000000, 0, reset);
}
