/* Finds the model in a request's body. */
#include "gateway/meter/asked.h"

#include <string.h>

#include "wire/json/jindex.h"

enum { QUICK_BYTES = 256 };

int asked_model(struct span body, struct buf *out)
{
	struct jindex index = JINDEX_INIT;
	struct jval root, key, value, model = { .type = J_NULL };
	struct jiter it;
	size_t count = 0;
	int rc = -1;

	if (jindex_scan(&index, body, &root, NULL) == 0 &&
	    root.type == J_OBJECT) {
		it = jscan_iter(root);
		while (jscan_next(&it, &key, &value))
			if (jscan_string_is(key, "model")) {
				model = value;
				count++;
			}
		if (count == 1 && model.type == J_STRING)
			rc = jscan_string(model, out);
	}
	jindex_clear(&index);
	return rc;
}

int asked_model_quickly(struct span body, struct buf *out)
{
	/* As JavaScript writes it, and as Python does. */
	static const char *const before[] = { "{\"model\":\"",
					      "{\"model\": \"" };
	struct span rest;
	size_t end;

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		if (!span_starts(body, before[i]))
			continue;
		rest = span_first(span_skip(body, strlen(before[i])),
				  QUICK_BYTES);
		end = span_find_byte(rest, '"');
		if (end == SIZE_MAX || memchr(rest.at, '\\', end))
			return -1;
		return buf_add_span(out, span_first(rest, end));
	}
	return -1;
}
