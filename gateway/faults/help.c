/* Functions that several faults use. */
#include "gateway/faults/faults.h"

const char fault_html[] = "<html>\n<head><title>Error</title></head>\n"
			  "<body><center><h1>Error</h1></center></body>\n"
			  "</html>\n";

const char *fault_client_header(const struct relay *r, const char *name)
{
	return headers_get(&visit_head(r->visit)->headers, name);
}

bool fault_is_stream(const struct relay *r)
{
	return r->is_stream;
}

bool fault_is_path(const struct relay *r, const char *path)
{
	struct span target = buf_span(&r->target);

	return span_is(span_first(target, span_find_byte(target, '?')), path);
}

void fault_drop_beta(struct headers *h, const char *beta)
{
	const char *list = headers_get(h, "anthropic-beta");
	struct span rest = span_of(list), item;
	struct buf kept = BUF_INIT(BUF_NO_LIMIT);

	if (!headers_has_token(h, "anthropic-beta", beta))
		return;
	while (span_split(&rest, ',', &item)) {
		if (span_is(span_trim(item), beta))
			continue;
		if (kept.len > 0)
			buf_add_byte(&kept, ',');
		buf_add_span(&kept, item);
	}
	headers_set(h, "anthropic-beta", buf_str(&kept));
	buf_clear(&kept);
}

bool fault_asks_for(const struct relay *r, const char *pointer)
{
	struct jval root, v;

	return jscan(buf_span(&r->body), &root, NULL) == 0 &&
	       jscan_find(root, span_of(pointer), &v);
}

bool fault_refuse(struct relay *r, const char *pointer)
{
	if (!fault_asks_for(r, pointer))
		return false;
	fault_answer(r, 400, "application/json",
		     "{\"type\":\"error\",\"error\":{\"type\":"
		     "\"invalid_request_error\",\"message\":"
		     "\"unsupported parameter\"}}");
	return true;
}

void fault_become(struct gate_reply *reply, int status, const char *type,
		  const char *body)
{
	reply->status = status;
	headers_clear(&reply->headers);
	headers_add_text(&reply->headers, "content-type", type);
	buf_reset(&reply->body);
	buf_add_text(&reply->body, body);
}

void fault_answer(struct relay *r, int status, const char *type,
		  const char *body)
{
	struct headers headers = { 0 };

	headers_add_text(&headers, "content-type", type);
	r->status = status;
	visit_answer(r->visit, status, &headers, span_of(body));
	headers_clear(&headers);
}

void fault_keep(struct slot *s, struct span bytes, struct buf *out)
{
	(void)out;
	buf_add_span(&s->kept, bytes);
}

void fault_give(struct slot *s, struct buf *out, enum stream_end *end)
{
	(void)end;
	buf_add_span(out, buf_span(&s->kept));
	buf_reset(&s->kept);
}

void fault_pick_members(struct span from, bool (*is_known)(struct span key),
			struct buf *to)
{
	struct jval root, key, value;
	struct jiter it;
	bool comma = false;

	if (jscan(from, &root, NULL) < 0 || root.type != J_OBJECT) {
		buf_add_span(to, from);
		return;
	}
	buf_add_byte(to, '{');
	for (it = jscan_iter(root); jscan_next(&it, &key, &value);) {
		if (!is_known(key.text))
			continue;
		buf_addf(to, "%s%.*s:", comma ? "," : "", SPAN_ARG(key.text));
		buf_add_span(to, value.text);
		comma = true;
	}
	buf_add_byte(to, '}');
}
