/* Writes the changes as JSON; docs/record.md describes it. */
#include "probe/drift/drift.h"
#include "wire/json/jscan.h"

static void add_text(struct buf *out, const char *name, const char *text)
{
	buf_addf(out, "\"%s\": ", name);
	if (text == NULL)
		buf_add_text(out, "null");
	else
		jscan_quote_shown(out, span_of(text));
}

static void add_list(struct buf *out, const char *name,
		     const struct drift_list *l)
{
	buf_addf(out, "\"%s\": [", name);
	for (size_t i = 0; i < l->count; i++) {
		buf_add_text(out, i > 0 ? ", " : "");
		jscan_quote_shown(out, span_of(l->list[i]));
	}
	buf_add_byte(out, ']');
}

static void add_change(struct buf *out, const struct drift_change *c)
{
	buf_add_text(out, "    { ");
	add_text(out, "kind", drift_kind_name(c->kind));
	buf_add_text(out, ", ");
	add_text(out, "what", c->what);
	buf_add_text(out, ", ");
	add_text(out, "was", c->was);
	buf_add_text(out, ", ");
	add_text(out, "now", c->now);
	buf_add_text(out, ",\n      ");
	add_list(out, "requests", &c->in);
	buf_add_text(out, ",\n      ");
	add_list(out, "with", &c->with);
	buf_add_text(out, ", ");
	add_list(out, "cases", &c->cases);
	buf_addf(out, ", \"senders\": %zu }", c->senders);
}

void drift_json(const struct drift *d, struct buf *out)
{
	buf_add_text(out, "{ ");
	add_text(out, "old", d->old);
	buf_add_text(out, ", ");
	add_text(out, "new", d->new);
	buf_add_text(out, ",\n  ");
	add_list(out, "compared", &d->compared);
	buf_add_text(out, ",\n  ");
	add_list(out, "only_old", &d->only_old);
	buf_add_text(out, ",\n  ");
	add_list(out, "only_new", &d->only_new);
	buf_addf(out,
		 ",\n  \"requests\": %zu,\n  \"prose\": { \"texts\": %zu, "
		 "\"requests\": %zu },\n  \"changes\": [\n",
		 d->requests, d->texts, d->texts_in);
	for (size_t i = 0; i < d->count; i++) {
		add_change(out, &d->changes[i]);
		buf_add_text(out, i + 1 < d->count ? ",\n" : "\n");
	}
	buf_add_text(out, "  ] }\n");
}
