/* Queries of the control port: run=HEX, since=NUMBER, hold=NAME. */
#include "mockupstream/control_query.h"

#include <ctype.h>
#include <string.h>

enum { HEX_DIGITS = 16, SHOWN_BYTES = 100 };

static bool read_hex(struct span s, uint64_t *out)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if (!isxdigit(c))
			return false;
		n = n << 4 |
		    (uint64_t)(isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
	}
	*out = n;
	return s.len > 0 && s.len <= HEX_DIGITS;
}

static bool read_hold(struct span s, char *out)
{
	if (s.len > CONTROL_QUERY_HOLD || span_find_byte(s, '\0') != SIZE_MAX)
		return false;
	memcpy(out, s.at, s.len);
	out[s.len] = '\0';
	return true;
}

static bool read_parameter(struct control_query *q, struct span name,
			   struct span value)
{
	if (span_is(name, "run")) {
		q->has_run = true;
		return read_hex(value, &q->run);
	}
	if (span_is(name, "since"))
		return span_u64(value, UINT64_MAX, &q->since);
	return span_is(name, "hold") && read_hold(value, q->hold);
}

int control_query_read(struct control_query *out, struct span target,
		       struct fail *f)
{
	struct span part, name;

	span_split(&target, '?', &part);
	while (span_split(&target, '&', &part)) {
		struct span value = part;

		span_split(&value, '=', &name);
		if (!value.at || !read_parameter(out, name, value))
			return fail_set(
				f, FAIL_SYNTAX, "not understood: '%.*s'",
				SPAN_ARG(span_first(part, SHOWN_BYTES)));
	}
	return 0;
}
