/* Makes a script with the same steps and other bytes. */
#include "mockupstream/script.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* Copies a step without its bytes. */
static struct script_step copy_of(const struct script_step *from)
{
	struct script_step to = *from;

	if (from->sizes_count > 0) {
		size_t size = from->sizes_count * sizeof(*from->sizes);

		to.sizes = xmalloc(size);
		memcpy(to.sizes, from->sizes, size);
	}
	to.name = from->name ? xstrdup(from->name) : NULL;
	return to;
}

/* Adds a step; the address of its bytes is set when the text does not move any
 * more. */
static void add_step(struct script *to, const struct script_step *from,
		     size_t len)
{
	struct script_step *step = &to->steps[to->count++];

	*step = copy_of(from);
	step->bytes = (struct span){ .at = NULL, .len = len };
}

struct script *script_map(const struct script *s, script_map_fn *fn, void *arg)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct script *to = xcalloc(1, sizeof(*to));
	size_t at = 0;

	to->name = xstrdup(s->name);
	to->coding = s->coding;
	to->cap = s->count + 1;
	to->steps = xcalloc(to->cap, sizeof(*to->steps));
	for (size_t i = 0; i < s->count; i++) {
		size_t before = text.len;

		if (s->steps[i].op == SCRIPT_SEND)
			fn(arg, s->steps[i].bytes, &text);
		if (s->steps[i].op != SCRIPT_SEND || text.len > before)
			add_step(to, &s->steps[i], text.len - before);
	}
	to->text = buf_take(&text, &to->len);
	for (size_t i = 0; i < to->count; i++) {
		struct script_step *step = &to->steps[i];

		if (step->op != SCRIPT_SEND)
			continue;
		step->bytes.at = to->text + at;
		at += step->bytes.len;
	}
	return to;
}
