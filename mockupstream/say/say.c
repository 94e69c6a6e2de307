/* The value of a say: an answer described once for all formats. */
#include "mockupstream/say/say.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

void say_init(struct say *s)
{
	*s = (struct say){ .form = { .choices = 1 } };
}

void say_clear(struct say *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->parts[i].word);
		free(s->parts[i].other);
		buf_clear(&s->parts[i].text);
	}
	free(s->parts);
	free(s->form.id);
	free(s->form.model);
	free(s->form.finish);
	say_init(s);
}

void say_free(struct say *s)
{
	if (!s)
		return;
	say_clear(s);
	free(s);
}

struct say_part *say_add(struct say *s, enum say_kind kind)
{
	struct say_part *p;

	s->parts = xrealloc(s->parts, (s->count + 1) * sizeof(*s->parts));
	p = &s->parts[s->count++];
	*p = (struct say_part){ .kind = kind, .text = BUF_INIT(BUF_NO_LIMIT) };
	return p;
}

bool say_has_hold(const struct say *s, const char *hold)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->parts[i].kind == SAY_HOLD &&
		    strcmp(s->parts[i].word, hold) == 0)
			return true;
	return false;
}
