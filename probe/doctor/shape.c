/*
 * Gives requests of the steps all members of the recorded request, for gateways
 * that refuse requests with fewer. Texts of the system prompt are cut, and only
 * the first tool is kept.
 */
#include <string.h>

#include "probe/doctor/doctor.h"
#include "wire/json/jscan.h"

#define TEXT_BYTES ((size_t)200) /* of a text of the system prompt */

/* Appends a text, quoted, and cut between two characters. */
static void add_text(struct buf *out, struct jval text)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);
	size_t len;

	jscan_string(text, &plain);
	len = plain.len < TEXT_BYTES ? plain.len : TEXT_BYTES;
	while (len > 0 && len < plain.len && (plain.at[len] & 0xc0) == 0x80)
		len--;
	jscan_quote(out, span_first(buf_span(&plain), len));
	buf_clear(&plain);
}

static void add_block(struct buf *out, struct jval block)
{
	struct jiter it = jscan_iter(block);
	struct jval key, value;
	bool any = false;

	buf_add_byte(out, '{');
	while (jscan_next(&it, &key, &value)) {
		buf_addf(out, "%s%.*s:", any ? "," : "", SPAN_ARG(key.text));
		if (jscan_string_is(key, "text") && value.type == J_STRING)
			add_text(out, value);
		else
			buf_add_span(out, value.text);
		any = true;
	}
	buf_add_byte(out, '}');
}

static void add_system(struct buf *out, struct jval system)
{
	struct jiter it = jscan_iter(system);
	struct jval block;
	bool any = false;

	if (system.type == J_STRING) {
		add_text(out, system);
		return;
	}
	buf_add_byte(out, '[');
	while (jscan_next(&it, NULL, &block)) {
		buf_add_text(out, any ? "," : "");
		add_block(out, block);
		any = true;
	}
	buf_add_byte(out, ']');
}

static void add_tools(struct buf *out, struct jval tools)
{
	struct jiter it = jscan_iter(tools);
	struct jval tool;

	if (jscan_next(&it, NULL, &tool))
		buf_addf(out, "[%.*s]", SPAN_ARG(tool.text));
	else
		buf_add_text(out, "[]");
}

static bool has_member(struct jval object, struct jval key)
{
	struct jiter it = jscan_iter(object);
	struct jval name, value;

	while (jscan_next(&it, &name, &value))
		if (jscan_string_order(name, key) == 0)
			return true;
	return false;
}

/* max_tokens must be larger than the thinking budget of the recorded
 * request. */
static void raise_max_tokens(struct doctor_call *c, struct jval recorded)
{
	struct jval own, budget, most;

	if (jscan_find(recorded, span_of("/thinking/budget_tokens"), &budget) &&
	    jscan_member(recorded, "max_tokens", &most) &&
	    jscan(buf_span(&c->body), &own, NULL) == 0 &&
	    jscan_member(own, "max_tokens", &budget))
		buf_splice(&c->body, (size_t)(budget.text.at - c->body.at),
			   budget.text.len, most.text.at, most.text.len);
}

/* Members that are not added: `stream`, and what is invalid together with a
 * member of the step's own. */
static bool is_left_out(struct jval own, struct jval key)
{
	struct jval v;

	return jscan_string_is(key, "stream") ||
	       (jscan_string_is(key, "context_management") &&
		jscan_member(own, "thinking", &v));
}

static void add_members(struct jval own, struct jval recorded, struct buf *out)
{
	struct jiter it = jscan_iter(recorded);
	struct jval key, value;

	while (jscan_next(&it, &key, &value)) {
		if (has_member(own, key) || is_left_out(own, key))
			continue;
		buf_addf(out, ",%.*s:", SPAN_ARG(key.text));
		if (jscan_string_is(key, "system"))
			add_system(out, value);
		else if (jscan_string_is(key, "tools"))
			add_tools(out, value);
		else
			buf_add_span(out, value.text);
	}
}

void doctor_shape(const struct doctor *d, struct doctor_call *c)
{
	struct buf more = BUF_INIT(BUF_NO_LIMIT);
	struct jval own, recorded, v;
	bool thinks;

	if (jscan(buf_span(&c->body), &own, NULL) == 0 &&
	    jscan(buf_span(&d->client_body), &recorded, NULL) == 0 &&
	    own.type == J_OBJECT && jscan_count(own) > 0) {
		thinks = jscan_member(own, "thinking", &v);
		add_members(own, recorded, &more);
		buf_splice(&c->body,
			   (size_t)(own.text.at - c->body.at) + own.text.len -
				   1,
			   0, more.at, more.len);
		if (!thinks)
			raise_max_tokens(c, recorded);
	}
	buf_clear(&more);
}
