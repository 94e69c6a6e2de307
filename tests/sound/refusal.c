/* Answers of the gateway's own. */
#include "tests/sound/refusal.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct row {
	int status;
	const char *reason, *type;
} rows[] = {
	{ 400, "Bad Request", "invalid_request_error" },
	{ 401, "Unauthorized", "authentication_error" },
	{ 404, "Not Found", "not_found_error" },
	{ 405, "Method Not Allowed", "invalid_request_error" },
	{ 411, "Length Required", "invalid_request_error" },
	{ 413, "Content Too Large", "request_too_large" },
	{ 415, "Unsupported Media Type", "invalid_request_error" },
	{ 429, "Too Many Requests", "rate_limit_error" },
	{ 431, "Request Header Fields Too Large", "invalid_request_error" },
	{ 501, "Not Implemented", "invalid_request_error" },
	{ 502, "Bad Gateway", "api_error" },
	{ 503, "Service Unavailable", "api_error" },
	{ 504, "Gateway Timeout", "timeout_error" },
	{ 505, "HTTP Version Not Supported", "invalid_request_error" },
	{ 0, "Internal Server Error", "api_error" },
};

static const struct row *row_of(int status)
{
	const struct row *row = rows;

	while (row->status && row->status != status)
		row++;
	return row;
}

void refusal_set(struct refusal *no, int status, const char *format, ...)
{
	va_list args;

	if (no->status)
		return;
	no->status = status;
	va_start(args, format);
	vsnprintf(no->text, sizeof(no->text), format, args);
	va_end(args);
}

void refusal_id(char id[REFUSAL_ID])
{
	static atomic_uint next;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(id, REFUSAL_ID, "req_sound%08llx%05lx%06x",
		 (unsigned long long)now.tv_sec, now.tv_nsec >> 10,
		 atomic_fetch_add(&next, 1) & 0xffffff);
}

bool refusal_send(const struct refusal *no, const struct conn *client,
		  const char *method, const char *id_field)
{
	const struct row *row = row_of(no->status);
	struct bytes body = { 0 }, all = { 0 };
	char id[REFUSAL_ID];
	bool sent;

	refusal_id(id);
	bytes_format(&body,
		     "{\"type\":\"error\",\"error\":{\"type\":\"%s\","
		     "\"message\":\"%s\"},\"request_id\":\"%s\"}",
		     row->type, no->text, id);
	bytes_format(&all,
		     "HTTP/1.1 %d %s\r\ncontent-type: application/json\r\n"
		     "content-length: %zu\r\n%s: %s\r\n",
		     no->status, row->reason, body.len, id_field, id);
	if (no->retry_after)
		bytes_format(&all, "retry-after: %d\r\n", no->retry_after);
	if (no->allow)
		bytes_format(&all, "allow: %s\r\n", no->allow);
	if (no->closes)
		bytes_text(&all, "connection: close\r\n");
	bytes_text(&all, "\r\n");
	if (strcmp(method, "HEAD") != 0)
		bytes_add(&all, body.at, body.len);
	sent = conn_send(client, all.at, all.len);
	bytes_clear(&body);
	bytes_clear(&all);
	return sent;
}
