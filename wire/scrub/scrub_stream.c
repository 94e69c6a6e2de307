/* Scrubs the events of an answer. The input of a tool, spread over many events,
 * is put together first. */
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/scrub/scrub_private.h"

/* ---- a line "data: ..." ---- */

/* The text after the field's name and its blank. */
static struct span data_of(struct span line)
{
	if (!span_starts(line, "data:"))
		return SPAN_EMPTY;
	line = span_skip(line, 5);
	return span_skip(line, span_starts(line, " "));
}

static bool is_json(struct span text)
{
	return span_starts(text, "{") || span_starts(text, "[");
}

/* Lines end in LF, CR or both. */
static bool next_line(struct span *rest, struct span *line)
{
	size_t n = 0;

	if (rest->len == 0)
		return false;
	while (n < rest->len && rest->at[n] != '\n' && rest->at[n] != '\r')
		n++;
	*line = span_first(*rest, n);
	*rest = span_skip(*rest, n + 1);
	return true;
}

static void data_line(struct scrub *s, struct span data)
{
	if (!is_json(data))
		scrub_text((char *)data.at, data.len);
	else if (!scrub_json(s, (char *)data.at, data.len, PLACE_ROOT))
		scrub_text_fragment((char *)data.at, data.len);
}

static void one_line(struct scrub *s, struct span line)
{
	struct span data = data_of(line), value;
	size_t colon = span_find_byte(line, ':');

	if (span_starts(line, "data:")) {
		if (data.len > 0 && !span_is(data, "[DONE]"))
			data_line(s, data);
		return;
	}
	value = span_skip(line, colon == SIZE_MAX ? line.len : colon + 1);
	if (span_starts(line, "event:"))
		scrub_words((char *)value.at, value.len);
	else if (span_starts(line, "retry:") &&
		 scrub_words_number(span_trim(value)))
		return;
	else if (span_starts(line, "id:") || span_starts(line, ":") ||
		 span_starts(line, "retry:"))
		scrub_text((char *)value.at, value.len);
	else
		scrub_text((char *)line.at, line.len);
}

/* ---- a tool's input over many events ---- */

struct input_piece {
	struct span string; /* with its quotes */
	size_t from, len; /* decoded, in the whole */
};

struct input {
	long index; /* of the block */
	struct buf whole;
	struct input_piece *list;
	size_t count, cap;
};

struct inputs {
	struct input *list;
	size_t count;
};

#define INPUTS_LIMIT 256 /* blocks */

static struct input *input_of(struct inputs *all, long index)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].index == index)
			return &all->list[i];
	if (all->count == INPUTS_LIMIT)
		return NULL;
	all->list = xrealloc(all->list, (all->count + 1) * sizeof(*all->list));
	all->list[all->count] =
		(struct input){ .index = index,
				.whole = BUF_INIT(SCRUB_BODY_LIMIT) };
	return &all->list[all->count++];
}

static void add_piece(struct inputs *all, struct span data)
{
	struct jval root, index, piece;
	struct input *in;
	int64_t n = 0;

	if (jscan(data, &root, NULL) < 0 ||
	    !jscan_find(root, span_of("/delta/partial_json"), &piece) ||
	    piece.type != J_STRING)
		return;
	if (jscan_find(root, span_of("/index"), &index))
		jscan_i64(index, &n);
	in = input_of(all, (long)n);
	if (in == NULL)
		return;
	in->list = mem_room(in->list, in->count, &in->cap, sizeof(*in->list));
	in->list[in->count].string = piece.text;
	in->list[in->count].from = in->whole.len;
	jscan_string(piece, &in->whole);
	in->list[in->count].len = in->whole.len - in->list[in->count].from;
	in->count++;
}

static void end_input(struct scrub *s, struct input *in)
{
	scrub_value_plain(s, in->whole.at, in->whole.len, WHAT_FRAGMENT);
	for (size_t i = 0; i < in->count; i++)
		scrub_value_respell(in->list[i].string,
				    span_make(in->whole.at + in->list[i].from,
					      in->list[i].len));
	buf_clear(&in->whole);
	free(in->list);
}

static void find_inputs(struct inputs *all, struct span rest)
{
	struct span line, data;

	while (next_line(&rest, &line)) {
		data = data_of(line);
		if (span_find(data, span_of("partial_json")) != SIZE_MAX)
			add_piece(all, data);
	}
}

#define BOM "\xef\xbb\xbf"

/* A piece of a tool's input is no JSON by itself and becomes filler as a whole.
 * The whole input, scrubbed as JSON, is written over that, so that names of
 * members stay. */
void scrub_stream(struct scrub *s, char *at, size_t len)
{
	struct span all = span_make(at, len), rest, line;
	struct inputs inputs = { .list = NULL };

	if (span_starts(all, BOM))
		all = span_skip(all, strlen(BOM));
	find_inputs(&inputs, all);
	rest = all;
	while (next_line(&rest, &line))
		one_line(s, line);
	for (size_t i = 0; i < inputs.count; i++)
		end_input(s, &inputs.list[i]);
	free(inputs.list);
}
