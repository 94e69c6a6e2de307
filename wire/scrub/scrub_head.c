/* Scrubs targets and header fields. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"
#include "wire/scrub/scrub_private.h"

/* ---- targets ---- */

#define DIGITS "0123456789"
#define COUNT_DIGITS 3 /* a longer number is private */

/* A number without letters that may be private: an account, a telephone. */
static bool is_number(struct span part)
{
	for (size_t i = 0; i < part.len; i++)
		if (isalpha((unsigned char)part.at[i]))
			return false;
	return part.len > COUNT_DIGITS;
}

/* A part of the path. An id gets the stand-in that it has everywhere. */
static void segment(struct scrub *s, struct span part)
{
	if (is_number(part))
		scrub_text((char *)part.at, part.len);
	else if (scrub_names_is_id(part))
		scrub_names_id(&s->names, (char *)part.at, part.len, false);
	else
		scrub_words_model((char *)part.at, part.len);
}

static void parameter(struct scrub *s, struct span part)
{
	size_t equals = span_find_byte(part, '=');
	struct span name = span_first(part, equals), value;
	uint64_t number;

	if (is_number(name))
		scrub_text((char *)name.at, name.len);
	else
		scrub_words((char *)name.at, name.len);
	if (equals == SIZE_MAX)
		return;
	value = span_skip(part, equals + 1);
	if (span_u64(value, 999999, &number) || scrub_words_known(value))
		return;
	if (scrub_names_is_id(value))
		scrub_names_id(&s->names, (char *)value.at, value.len, false);
	else if (span_ends(name, "type") || span_ends(name, "version"))
		scrub_words((char *)value.at, value.len);
	else
		scrub_text_blob((char *)value.at, value.len);
}

char *scrub_head_target(struct scrub *s, const char *target)
{
	char *out = xstrdup(target);
	struct span rest = span_of(out), path, part;

	span_split(&rest, '?', &path);
	while (span_split(&path, '/', &part))
		segment(s, part);
	while (span_split(&rest, '&', &part))
		parameter(s, part);
	return out;
}

/* ---- fields ---- */

enum field_kind {
	FIELD_TEXT, /* unknown: all of it may be private */
	FIELD_WORDS,
	FIELD_LIST, /* dated words with commas */
	FIELD_HOST,
	FIELD_ID,
	FIELD_SESSION,
	FIELD_SIGNED, /* AWS4-HMAC-SHA256 ... */
	FIELD_CREDENTIAL,
	FIELD_HEX, /* a digest of the message */
	FIELD_TIME,
	FIELD_COUNT,
	FIELD_NONE, /* left out: framing */
};

/* The first row that fits counts; "*" stands for any text, at the begin or the
 * end. */
static const struct {
	const char *name;
	enum field_kind what;
} fields[] = {
	{ "content-length", FIELD_NONE },
	{ "transfer-encoding", FIELD_NONE },
	{ "content-encoding", FIELD_NONE },
	{ "expect", FIELD_NONE },
	{ "trailer", FIELD_NONE },
	{ "host", FIELD_HOST },
	{ "x-amz-security-token", FIELD_CREDENTIAL },
	{ "x-amz-date", FIELD_TIME },
	{ "x-amz-content-sha256", FIELD_HEX },
	{ "x-amz-user-agent", FIELD_WORDS },
	{ "x-amzn-bedrock-*", FIELD_WORDS },
	{ "amz-sdk-request", FIELD_WORDS },
	{ "anthropic-beta", FIELD_LIST },
	{ "x-anthropic-beta", FIELD_LIST },
	{ "anthropic-version", FIELD_WORDS },
	{ "anthropic-dangerous-direct-browser-access", FIELD_WORDS },
	{ "*-reset", FIELD_TIME },
	{ "anthropic-ratelimit-*", FIELD_COUNT },
	{ "x-claude-code-session-id", FIELD_SESSION },
	{ "x-stainless-*", FIELD_WORDS },
	{ "x-service-name", FIELD_WORDS },
	{ "x-should-retry", FIELD_WORDS },
	{ "x-app", FIELD_WORDS },
	{ "accept*", FIELD_WORDS },
	{ "cache-control", FIELD_WORDS },
	{ "connection", FIELD_WORDS },
	{ "content-type", FIELD_WORDS },
	{ "pragma", FIELD_WORDS },
	{ "retry-after*", FIELD_WORDS },
	{ "sec-fetch-*", FIELD_WORDS },
	{ "upgrade", FIELD_WORDS },
	{ "user-agent", FIELD_WORDS },
	{ "vary", FIELD_WORDS },
	{ "traceparent", FIELD_HEX },
	{ "*-id", FIELD_ID },
	{ "x-claude-*", FIELD_WORDS },
	{ "*", FIELD_TEXT },
};

static bool is_named(const char *name, const char *row)
{
	size_t len = strlen(row), n = strlen(name);

	if (row[len - 1] == '*')
		return strncasecmp(name, row, len - 1) == 0;
	if (row[0] == '*')
		return n >= len - 1 &&
		       strcasecmp(name + n - (len - 1), row + 1) == 0;
	return strcasecmp(name, row) == 0;
}

static enum field_kind field_of(const struct header *h)
{
	size_t i = 0;

	if (secrets_is_header(h->name))
		return strncasecmp(h->value, "AWS4-HMAC", 9) == 0
			       ? FIELD_SIGNED
			       : FIELD_CREDENTIAL;
	while (!is_named(h->name, fields[i].name))
		i++;
	return fields[i].what;
}

/* ---- values ---- */

#define DAY "20260101"
/* Makes the digits of a digest zeros; dashes between them stay. */
static void zeros(char *at, size_t len)
{
	if (strspn(at, DIGITS "abcdefABCDEF-") != len) {
		scrub_text(at, len);
		return;
	}
	for (size_t i = 0; i < len; i++)
		at[i] = at[i] == '-' ? '-' : '0';
}

/* Replaces a time: every recording is of one day. */
static void time_of(char *at, size_t len)
{
	static const char *const forms[] = { DAY "T000000Z",
					     "2026-01-01T00:00:00Z",
					     "1767225600" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (len == strlen(forms[i])) {
			memcpy(at, forms[i], len);
			return;
		}
	scrub_text(at, len);
}

static void dated_list(struct span rest)
{
	struct span part;

	while (span_split(&rest, ',', &part)) {
		part = span_trim(part);
		if (!scrub_words_dated(part))
			scrub_words((char *)part.at, part.len);
	}
}

/* "Credential=ID/DATE/REGION/SERVICE/aws4_request": the region and the service
 * are words. */
static void credential_scope(struct span value, struct buf *out)
{
	struct span part;
	char *copy;

	buf_add_text(out, "{{credential}}");
	span_split(&value, '/', &part);
	copy = span_dup(value);
	if (value.at != NULL)
		buf_add_byte(out, '/');
	scrub_words(copy, strlen(copy));
	if (strspn(copy, DIGITS) == sizeof(DAY) - 1)
		memcpy(copy, DAY, sizeof(DAY) - 1);
	buf_add_text(out, copy);
	free(copy);
}

/* "AWS4-HMAC-SHA256 Credential=..., SignedHeaders=a;b, Signature=..." */
static void signed_value(const char *value, struct buf *out)
{
	struct span rest = span_of(value), part;
	bool first = true;

	span_split(&rest, ' ', &part);
	buf_add_text(out, "AWS4-HMAC-SHA256 ");
	while (span_split(&rest, ',', &part)) {
		part = span_trim(part);
		buf_add_text(out, first ? "" : ", ");
		first = false;
		if (span_starts(part, "Credential=")) {
			buf_add_text(out, "Credential=");
			credential_scope(span_skip(part, 11), out);
		} else if (span_starts(part, "SignedHeaders=")) {
			buf_add_span(out, part); /* names of fields */
		} else {
			buf_add_text(out, "Signature={{signature}}");
		}
	}
}

static struct span scheme_of(const char *value)
{
	static const char *const schemes[] = { "Bearer ", "Basic " };

	for (size_t i = 0; i < 2; i++)
		if (strncasecmp(value, schemes[i], strlen(schemes[i])) == 0)
			return span_first(span_of(value), strlen(schemes[i]));
	return SPAN_EMPTY;
}

/* Hides the release of the kernel, after "os/linux#": it belongs to one
 * machine. */
static void machine(char *value)
{
	char *at = strstr(value, "os/");

	at = at != NULL ? strchr(at, '#') : NULL;
	for (; at != NULL && *at != '\0' && *at != ' '; at++)
		if (isdigit((unsigned char)*at))
			*at = '0';
}

static void change(struct scrub *s, enum field_kind what, char *value)
{
	size_t len = strlen(value);

	switch (what) {
	case FIELD_WORDS:
		scrub_words(value, len);
		machine(value);
		break;
	case FIELD_LIST:
		dated_list(span_make(value, len));
		break;
	case FIELD_ID:
	case FIELD_SESSION:
		scrub_names_id(&s->names, value, len, what == FIELD_SESSION);
		break;
	case FIELD_HEX:
		zeros(value, len);
		break;
	case FIELD_COUNT:
		if (strspn(value, DIGITS) != len)
			scrub_words(value, len);
		break;
	case FIELD_TIME:
		time_of(value, len);
		break;
	default:
		scrub_text(value, len);
		break;
	}
}

static void field_value(struct scrub *s, enum field_kind what,
			const struct header *h, struct buf *out)
{
	if (what == FIELD_HOST) {
		buf_add_text(out, "{{host}}");
	} else if (what == FIELD_CREDENTIAL) {
		buf_add_span(out, scheme_of(h->value));
		buf_add_text(out, "{{credential}}");
	} else if (what == FIELD_SIGNED) {
		signed_value(h->value, out);
	} else {
		buf_add_text(out, h->value);
		if (out->len > 0)
			change(s, what, out->at);
	}
}

int scrub_head_fields(struct scrub *s, const struct headers *from,
		      struct headers *to, struct fail *f)
{
	struct buf value = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	int rc = 0;

	for (size_t i = 0; i < from->count && rc == 0; i++) {
		enum field_kind what = field_of(&from->list[i]);

		if (what == FIELD_NONE)
			continue;
		buf_reset(&value);
		field_value(s, what, &from->list[i], &value);
		rc = headers_add_text(to, from->list[i].name, buf_str(&value));
	}
	buf_clear(&value);
	return rc == 0 ? 0
		       : fail_set(f, FAIL_LIMIT,
				  "the head is too large to be stored");
}
