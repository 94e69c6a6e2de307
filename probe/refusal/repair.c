/* Lists of repairs, and the text of each. */
#include "probe/refusal/repair.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"
#include "wire/json/jscan.h"

#define VALUE_SHOWN ((size_t)2000)

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

void repairs_add(struct repairs *s, const struct repair *r)
{
	s->list = xrealloc(s->list, (s->count + 1) * sizeof(*s->list));
	s->list[s->count++] = (struct repair){
		.kind = r->kind,
		.code = r->code,
		.file = copy(r->file),
		.member = copy(r->member),
		.value = copy(r->value),
	};
}

void repairs_clear(struct repairs *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->list[i].file);
		free(s->list[i].member);
		free(s->list[i].value);
	}
	free(s->list);
	*s = (struct repairs){ .list = NULL };
}

const char *repair_name(enum repair_kind kind)
{
	static const char *const names[] = { "set", "remove", "by-hand" };

	return names[kind];
}

/* Quoted for a shell: in '...', but in "..." if it begins with $NAME, so that
 * the shell fills it in. */
static void quoted(const char *value, struct buf *out)
{
	bool named = value[0] == '$';

	buf_add_byte(out, named ? '"' : '\'');
	for (const char *c = value; *c; c++) {
		if (*c == '\'' && !named)
			buf_add_text(out, "'\\''");
		else
			buf_add_byte(out, *c);
	}
	buf_add_byte(out, named ? '"' : '\'');
}

static void in_shell(const struct repair *r, struct buf *out)
{
	if (r->kind == REPAIR_REMOVE) {
		buf_addf(out, "unset %s", r->member);
		return;
	}
	buf_addf(out, "export %s=", r->member);
	quoted(r->value, out);
}

/* {"env": {"NAME": "value"}}: the member inside those that hold it. */
static void in_file(const struct repair *r, struct buf *out)
{
	struct span rest = span_of(r->member), part;
	unsigned depth = 0;

	buf_addf(out, "in %s set ", r->file);
	while (rest.len > 0 && span_split(&rest, '.', &part)) {
		buf_add_byte(out, '{');
		jscan_quote(out, part);
		buf_add_text(out, ": ");
		depth++;
	}
	jscan_quote(out, span_of(r->value));
	while (depth-- > 0)
		buf_add_byte(out, '}');
}

void repair_text(const struct repair *r, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (r->kind == REPAIR_HAND)
		buf_addf(&text, "by hand: %s", r->value);
	else if (!r->file)
		in_shell(r, &text);
	else if (r->kind == REPAIR_REMOVE)
		buf_addf(&text, "in %s remove %s", r->file, r->member);
	else
		in_file(r, &text);
	print_bytes(buf_span(&text), VALUE_SHOWN, out);
	buf_clear(&text);
}
