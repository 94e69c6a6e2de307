/*
 * Credentials that are whole only over several header fields, events or pieces
 * of a body: what of them stands in each, so that it is blotted out of reports.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/run/campaign_private.h"
#include "wire/bytes/mem.h"

static void look_at_head(struct campaign *c, const struct wlog_entry *e)
{
	struct span *values = xcalloc(e->headers.count + 1, sizeof(*values));

	for (size_t i = 0; i < e->headers.count; i++)
		values[i] = span_of(e->headers.list[i].value);
	secrets_pieces(&c->secrets, values, e->headers.count, &c->pieces);
	free(values);
}

static void look_at_pieces(struct campaign *c, const struct view *v,
			   const struct exchange *x)
{
	struct span *list = xcalloc(x->pieces + 1, sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < v->log->count && count < x->pieces; i++) {
		const struct wlog_entry *e = &v->log->list[i];

		if (e->kind == WLOG_DATA && e->run == v->run &&
		    e->exchange == x->number && strcmp(e->actor, x->actor) == 0)
			list[count++] = span_make(e->bytes, e->len);
	}
	secrets_pieces(&c->secrets, list, count, &c->pieces);
	free(list);
}

void campaign_look_for_pieces(struct campaign *c, const struct view *v)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct exchange *x = &v->list[i];

		if (x->actor[0] == 'u' && x->request)
			look_at_head(c, x->request);
		if (x->actor[0] != 'c')
			continue;
		if (x->response)
			look_at_head(c, x->response);
		look_at_pieces(c, v, x);
		secrets_pieces(&c->secrets, &x->content, 1, &c->pieces);
	}
}
