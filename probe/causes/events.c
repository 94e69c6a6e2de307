/* Names events by their kind. */
#include "probe/causes/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

static void member(struct jval object, const char *key, char out[EVENT_KIND])
{
	struct buf text = BUF_INIT(EVENT_KIND - 1);
	struct jval v;

	out[0] = '\0';
	if (jscan_member(object, key, &v) && v.type == J_STRING &&
	    jscan_string(v, &text) == 0 && span_is_utf8(buf_span(&text)))
		snprintf(out, EVENT_KIND, "%s", buf_str(&text));
	buf_clear(&text);
}

void events_name(struct event *e)
{
	const struct view_event *ev = e->ev;
	struct jval inner;

	e->index = -1;
	if (ev->json.text.at == NULL) {
		snprintf(e->kind, EVENT_KIND, "%s",
			 strcmp(ev->data, "[DONE]") == 0 ? "[DONE]"
							 : EVENT_NOT_JSON);
		return;
	}
	member(ev->json, "type", e->kind);
	if (e->kind[0] == '\0')
		member(ev->json, "object", e->kind);
	if (jscan_member(ev->json, "index", &inner) &&
	    !jscan_i64(inner, &e->index))
		e->index = -1;
	if (jscan_member(ev->json, "delta", &inner) &&
	    strcmp(e->kind, "content_block_delta") == 0)
		member(inner, "type", e->kind);
	if (jscan_member(ev->json, "content_block", &inner))
		member(inner, "type", e->block);
	if (e->kind[0] == '\0')
		snprintf(e->kind, EVENT_KIND, "%.40s",
			 ev->name_len > 0 ? ev->name : "unnamed");
}

struct events events_of(const struct exchange *x)
{
	struct events out = { .count = 0 };

	out.list = xcalloc(x->event_count, sizeof(*out.list));
	for (size_t i = 0; i < x->event_count; i++)
		if (view_event_counts(&x->events[i]) || x->events[i].is_idle)
			out.list[out.count++].ev = &x->events[i];
	return out;
}

bool events_is_same(const struct event *a, const struct event *b)
{
	return a->ev->name_len == b->ev->name_len &&
	       a->ev->data_len == b->ev->data_len &&
	       memcmp(a->ev->name, b->ev->name, a->ev->name_len) == 0 &&
	       memcmp(a->ev->data, b->ev->data, a->ev->data_len) == 0;
}

bool events_is_kin(const struct event *a, const struct event *b)
{
	return strcmp(a->kind, b->kind) == 0 && strcmp(a->block, b->block) == 0;
}

/* Another API has such events. */
bool events_is_foreign(const struct event *e)
{
	static const char *const known[] = {
		"message_start",
		"message_delta",
		"message_stop",
		"content_block_start",
		"content_block_stop",
		"text_delta",
		"input_json_delta",
		"thinking_delta",
		"signature_delta",
		"citations_delta",
		"error",
		"ping",
		"[DONE]",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(e->kind, known[i]) == 0)
			return false;
	return true;
}
