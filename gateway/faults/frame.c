/* Reads and writes frames of an event stream for the faults. */
#include "gateway/faults/faults.h"

#include <string.h>

size_t frame_len(struct span bytes)
{
	static const char *const blanks[] = { "\n\n", "\r\n\r\n", "\r\r" };
	size_t best = 0;

	for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++) {
		size_t at = span_find(bytes, span_of(blanks[i]));

		if (at == SIZE_MAX)
			continue;
		at += strlen(blanks[i]);
		if (best == 0 || at < best)
			best = at;
	}
	return best;
}

static struct span value_of(struct span line, const char *field)
{
	struct span value = span_skip(line, strlen(field));

	if (value.len > 0 && value.at[value.len - 1] == '\r')
		value.len--;
	return span_starts(value, " ") ? span_skip(value, 1) : value;
}

struct frame frame_read(struct span frame)
{
	struct frame parts = { SPAN_EMPTY, SPAN_EMPTY };
	struct span rest = frame, line;

	while (span_split(&rest, '\n', &line)) {
		if (span_starts(line, "event:") && parts.name.len == 0)
			parts.name = value_of(line, "event:");
		if (span_starts(line, "data:") && parts.data.len == 0)
			parts.data = value_of(line, "data:");
	}
	return parts;
}

void frame_write(struct buf *out, const char *name, const char *data)
{
	buf_addf(out, "event: %s\ndata: %s\n\n", name, data);
}

void frame_write_data(struct buf *out, struct span frame, struct span data)
{
	struct span old = frame_read(frame).data;
	size_t at = (size_t)(old.at - frame.at);

	if (old.len == 0) {
		buf_add_span(out, frame);
		return;
	}
	buf_add_span(out, span_first(frame, at));
	buf_add_span(out, data);
	buf_add_span(out, span_skip(frame, at + old.len));
}

bool frame_is(struct span frame, const char *name)
{
	return span_is(frame_read(frame).name, name);
}

bool frame_find(struct span frame, const char *pointer, struct jval *out)
{
	struct jval root;

	return jscan(frame_read(frame).data, &root, NULL) == 0 &&
	       jscan_find(root, span_of(pointer), out);
}
