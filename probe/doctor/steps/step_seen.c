/* Reads what answers say about themselves: tokens, and the model that they
 * name. */
#include <string.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)4 * 1024)

static int64_t number(struct jval usage, const char *name)
{
	struct jval v;
	int64_t n;

	return jscan_member(usage, name, &v) && jscan_i64(v, &n) ? n : -1;
}

static void take_usage(struct jval usage, struct step_usage *out)
{
	static const struct {
		const char *name;
		size_t at;
	} members[] = {
		{ "input_tokens", offsetof(struct step_usage, input) },
		{ "cache_creation_input_tokens",
		  offsetof(struct step_usage, created) },
		{ "cache_read_input_tokens",
		  offsetof(struct step_usage, read) },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		int64_t *to = (int64_t *)((char *)out + members[i].at);
		int64_t n = number(usage, members[i].name);

		if (n > *to)
			*to = n;
	}
}

/* A stream has usage in message_start; a translating gateway often has it in
 * message_delta. */
void step_usage_of(const struct doctor_call *c, struct step_usage *out)
{
	static const char *const places[] = { "/message/usage", "/usage" };
	struct look s;
	struct jval usage;

	*out = (struct step_usage){ .input = -1, .created = -1, .read = -1 };
	look_of(&s, c);
	if (!s.x->is_stream && s.x->json.text.at &&
	    jscan_member(s.x->json, "usage", &usage))
		take_usage(usage, out);
	for (size_t i = 0; s.x->is_stream && i < s.x->event_count; i++)
		for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++)
			if (s.x->events[i].json.text.at &&
			    jscan_find(s.x->events[i].json, span_of(places[p]),
				       &usage))
				take_usage(usage, out);
	look_clear(&s);
}

int64_t step_input_tokens(const struct doctor_call *c)
{
	struct step_usage u;
	int64_t sum = 0;

	if (c->got.head.status != 200)
		return 0;
	step_usage_of(c, &u);
	if (u.input > 0)
		sum += u.input;
	if (u.created > 0)
		sum += u.created;
	if (u.read > 0)
		sum += u.read;
	return sum;
}

/* ---- what later steps need ---- */

static void take_model(struct jval message, struct buf *out)
{
	struct jval v;

	if (message.type == J_OBJECT && jscan_member(message, "model", &v) &&
	    v.type == J_STRING)
		jscan_string(v, out);
}

static void find_model(const struct doctor_call *c, struct buf *out)
{
	struct look s;
	struct jval message;
	const struct view_event *first;

	look_of(&s, c);
	first = view_event(s.x, 0);
	if (!s.x->is_stream && s.x->json.text.at)
		take_model(s.x->json, out);
	else if (first && first->json.text.at &&
		 jscan_member(first->json, "message", &message))
		take_model(message, out);
	look_clear(&s);
}

static void note_model(struct doctor *d, const struct doctor_call *c)
{
	struct buf name = BUF_INIT(TEXT_LIMIT);
	struct span rest = buf_span(&d->seen.models), line;
	bool known = false;

	find_model(c, &name);
	while (!known && rest.len > 0 && span_split(&rest, '\n', &line))
		known = span_equal(line, buf_span(&name));
	if (name.len > 0 && !known)
		buf_addf(&d->seen.models, "%s\n", buf_str(&name));
	buf_clear(&name);
}

/* The small request is sent several times, so its tokens can be compared. */
static void note_small(struct doctor *d, const struct doctor_call *c)
{
	int64_t n;

	if (!d->first || c->target || c->base_url ||
	    !span_equal(buf_span(&c->body), buf_span(&d->first->body)))
		return;
	if (d->seen.small_tokens == 0)
		d->seen.small_tokens = step_input_tokens(d->first);
	n = step_input_tokens(c);
	if (n > 0 && d->seen.small_tokens > 0 && n != d->seen.small_tokens)
		d->seen.small_other = n;
}

void step_note(struct doctor *d, const struct doctor_call *c)
{
	if (c->got.head.status != 200)
		return;
	note_small(d, c);
	if (!c->target)
		note_model(d, c);
}
