/* Fills in the words of refusals: parts of the request, fields with their betas
 * and switches. */
#include <stdlib.h>
#include <string.h>

#include "probe/refusal/feature.h"
#include "probe/refusal/refusal_private.h"

bool refused_fill_message(const struct refused *x, struct refusal *out)
{
	refused_fill_text(x, out, 0);
	return true;
}

/* The request was sent without anthropic-version, so it was not lost on the
 * way. */
bool refused_fill_no_version(const struct refused *x, struct refusal *out)
{
	if (x->g->sent == NULL ||
	    headers_get(x->g->sent, "anthropic-version") != NULL ||
	    span_find(x->g->sent_body, span_of("\"anthropic_version\"")) !=
		    SIZE_MAX)
		return false;
	return refused_fill_message(x, out);
}

bool refused_fill_status(const struct refused *x, struct refusal *out)
{
	refusal_wordf(out, 0, "%d", x->g->status);
	refused_fill_text(x, out, 1);
	return true;
}

bool refused_fill_size(const struct refused *x, struct refusal *out)
{
	const char *server = refused_header(x, "server");

	refusal_wordf(out, 0, "%zu", x->g->sent_body.len);
	refusal_word(out, 1, span_of(*server ? server : "(no server header)"));
	return true;
}

bool refused_fill_model(const struct refused *x, struct refusal *out)
{
	struct buf model = BUF_INIT(BUF_NO_LIMIT);
	struct jval v;

	if (x->sent.type == J_OBJECT && jscan_member(x->sent, "model", &v) &&
	    v.type == J_STRING)
		(void)jscan_string(v, &model);
	refusal_word(out, 0,
		     model.len > 0 ? buf_span(&model) : span_of("the model"));
	refused_fill_text(x, out, 1);
	buf_clear(&model);
	return true;
}

/* The part of the request that the message names, as people name it. */
bool refused_fill_find(const struct refused *x, struct span *out)
{
	struct refused_part *p = x->part;

	if (!p->looked)
		p->found =
			refusal_part(buf_span(&x->message), x->sent, &p->text);
	p->looked = true;
	*out = buf_span(&p->text);
	return p->found;
}

bool refused_fill_part(const struct refused *x, struct refusal *out)
{
	struct span part;
	bool found = refused_fill_find(x, &part);

	refusal_word(out, 0, found ? part : span_of("a part of the request"));
	refused_fill_text(x, out, 1);
	return true;
}

/* Only if the error names a message of the request. */
bool refused_fill_block(const struct refused *x, struct refusal *out)
{
	struct span part;

	return refused_fill_find(x, &part) && span_starts(part, "message ") &&
	       refused_fill_part(x, out);
}

/* ---- fields and their betas ---- */

static void add_switch(const struct feature *e, size_t n, struct refusal *out)
{
	if (e && e->switch_off)
		refusal_wordf(out, n, "until then set %s", e->switch_off);
	else
		refusal_word(out, n,
			     span_of("no setting of Claude Code turns it off"));
}

static bool is_sent(const struct refused *x, struct span beta)
{
	char *name = span_dup(beta);
	bool sent = x->g->sent &&
		    headers_has_token(x->g->sent, "anthropic-beta", name);

	free(name);
	return sent;
}

static void add_beta(const struct refused *x, const struct feature *e, size_t n,
		     struct refusal *out)
{
	struct span rest = span_of(e && e->betas ? e->betas : ""), beta;

	if (rest.len == 0) {
		refusal_word(out, n, span_of("no beta belongs to it"));
		return;
	}
	while (rest.len > 0 && span_split(&rest, ' ', &beta))
		if (is_sent(x, beta)) {
			refusal_wordf(out, n, "its beta %.*s was sent",
				      SPAN_ARG(beta));
			return;
		}
	rest = span_of(e->betas);
	span_split(&rest, ' ', &beta);
	refusal_wordf(out, n, "its beta %.*s was not sent", SPAN_ARG(beta));
}

/* "tools.0.custom.defer_loading", "messages[3].clear_at", as a pointer into the
 * request. Steps that are no members but kinds ("custom") are left out. */
static void pointer_of(struct span path, struct jval sent, struct buf *out)
{
	struct jval at = sent, next;

	while (path.len > 0) {
		size_t n = 0, was = out->len;

		while (n < path.len && !strchr("./[]", path.at[n]))
			n++;
		if (n > 0) {
			buf_addf(out, "/%.*s", SPAN_ARG(span_first(path, n)));
			if (jscan_find(at, span_skip(buf_span(out), was),
				       &next))
				at = next;
			else if (n < path.len)
				buf_cut(out, was);
		}
		path = span_skip(path, n + 1);
	}
}

static const struct feature *feature_of_path(const struct refused *x,
					     struct span path)
{
	struct jval none = { .type = J_NULL, .text = SPAN_EMPTY }, value;
	struct buf pointer = BUF_INIT(BUF_NO_LIMIT);
	const struct feature *e;

	pointer_of(path, x->sent, &pointer);
	if (!jscan_find(x->sent, buf_span(&pointer), &value))
		value = none;
	e = feature_at(buf_span(&pointer), value);
	buf_clear(&pointer);
	return e;
}

bool refused_fill_field(const struct refused *x, struct refusal *out)
{
	struct buf part = BUF_INIT(BUF_NO_LIMIT);
	const struct feature *e;
	struct span field;

	if (!refused_field(buf_span(&x->message), &field))
		return false;
	e = feature_of_path(x, field);
	if (!refusal_part(field, x->sent, &part))
		buf_addf(&part, "field `%.*s`", SPAN_ARG(field));
	refusal_word(out, 0, buf_span(&part));
	add_beta(x, e, 1, out);
	add_switch(e, 2, out);
	buf_clear(&part);
	return true;
}

/* A field that is in no row of the table of features and nowhere in the
 * request. */
bool refused_fill_added(const struct refused *x, struct refusal *out)
{
	struct span field, last;

	if (x->sent.type != J_OBJECT ||
	    !refused_field(buf_span(&x->message), &field) ||
	    feature_of_path(x, field))
		return false;
	last = field;
	for (size_t i = 0; i < field.len; i++)
		if (strchr("./[]", field.at[i]))
			last = span_skip(field, i + 1);
	if (last.len == 0 || refused_has_member(x, last))
		return false;
	refusal_word(out, 0, field);
	refused_fill_text(x, out, 1);
	return true;
}

/* The request had thinking, and the error says that thinking is missing. */
bool refused_fill_unthinking(const struct refused *x, struct refusal *out)
{
	struct jval thinking;

	if (x->sent.type != J_OBJECT ||
	    !jscan_member(x->sent, "thinking", &thinking))
		return false;
	refused_fill_text(x, out, 0);
	return true;
}

bool refused_fill_management(const struct refused *x, struct refusal *out)
{
	add_beta(x, feature_named("context_management"), 0, out);
	refused_fill_text(x, out, 1);
	return true;
}

/* Names the field of thinking or effort that the error means. */
bool refused_fill_thinking(const struct refused *x, struct refusal *out)
{
	const struct feature *e =
		refused_says(x, "effort")
			? feature_named("output_config.effort")
		: refused_says(x, "display") ? feature_named("thinking.display")
		: refused_says(x, "adaptive")
			? feature_named("thinking.type=adaptive")
		: refused_says(x, "budget")
			? feature_named("thinking.budget_tokens")
			: feature_named("thinking");

	refusal_word(out, 0, span_of(e->name));
	refused_fill_text(x, out, 1);
	add_switch(e, 2, out);
	return true;
}
