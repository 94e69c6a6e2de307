/* Replaces ${name} in the files and commands of targets. */
#include "probe/run/fill.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

static const char *value_of(struct span name, const struct fill_value *values)
{
	const char *value;
	char *text;

	if (span_starts(name, "env.")) {
		text = span_dup(span_skip(name, 4));
		value = getenv(text);
		free(text);
		return value ? value : "";
	}
	for (; values->name; values++) {
		if (span_is(name, values->name))
			return values->value;
	}
	return NULL;
}

static int fill_one(struct buf *out, struct span *text,
		    const struct fill_value *values, struct fail *f)
{
	size_t end = span_find_byte(*text, '}');
	struct span name = span_skip(span_first(*text, end), 2);
	const char *value;

	if (end == SIZE_MAX)
		return fail_set(f, FAIL_CASE, "'${' without '}'");
	value = value_of(name, values);
	if (!value)
		return fail_set(f, FAIL_CASE, "unknown name '${%.*s}'",
				SPAN_ARG(span_first(name, 60)));
	*text = span_skip(*text, end + 1);
	return buf_add_text(out, value);
}

int fill(struct buf *out, struct span text, const struct fill_value *values,
	 struct fail *f)
{
	int rc = 0;

	while (rc == 0 && text.len > 0) {
		size_t at = span_find(text, span_of("${"));
		struct span plain = span_first(text, at);

		rc = buf_add_span(out, plain);
		text = span_skip(text, plain.len);
		if (rc == 0 && text.len > 0)
			rc = fill_one(out, &text, values, f);
	}
	if (rc == 0)
		return 0;
	return fail_set(
		f, FAIL_LIMIT,
		"a text is larger than %zu bytes once its names are replaced",
		out->limit);
}
