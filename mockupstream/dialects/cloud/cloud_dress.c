/* Rewrites an answer of the Messages API as the vendor's. */
#include <stdio.h>

#include "mockupstream/dialects/cloud/cloud_private.h"
#include "wire/bytes/mem.h"
#include "wire/http/event_stream.h"

struct dressing {
	enum cloud_route route;
	int status;
	bool own;
	struct cloud_error error; /* if the answer is an error */
};

/* ---- what replaces some bytes ---- */

static bool write_count(struct span json, struct buf *out)
{
	struct jval root, tokens;

	if (jscan(json, &root, NULL) < 0 || root.type != J_OBJECT ||
	    !jscan_member(root, "input_tokens", &tokens))
		return false;
	buf_addf(out, "{\"inputTokens\":%.*s}", SPAN_ARG(tokens.text));
	return true;
}

static void write_own(const struct dressing *d, struct span bytes,
		      struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_span(&text, bytes);
	if (d->own)
		(void)buf_replace(&text, CLOUD_ID,
				  cloud_is_bedrock(d->route) ? CLOUD_ID_BEDROCK
							     : CLOUD_ID_VERTEX);
	buf_add_span(out, buf_span(&text));
	buf_clear(&text);
}

static void dress_bytes(void *arg, struct span bytes, struct buf *out)
{
	struct dressing *d = arg;

	if (d->status >= 400 &&
	    cloud_error_write(d->route, d->status, bytes, &d->error, out))
		return;
	if (d->route == CLOUD_BEDROCK_COUNT && d->status < 300 &&
	    write_count(bytes, out))
		return;
	write_own(d, bytes, out);
}

/* ---- replies ---- */

static void add_count(struct headers *h, const char *name, struct jval tokens)
{
	char value[32];

	if (tokens.type != J_NUMBER)
		return;
	snprintf(value, sizeof(value), "%.*s", SPAN_ARG(tokens.text));
	(void)headers_set(h, name, value);
}

/* The tokens of an answer that is not streamed are in its headers, too. */
static void add_counts(struct reply *out)
{
	struct jval root, usage;

	if (jscan(span_make(out->bytes, out->len), &root, NULL) < 0 ||
	    root.type != J_OBJECT || !jscan_member(root, "usage", &usage) ||
	    usage.type != J_OBJECT)
		return;
	add_count(&out->headers, "X-Amzn-Bedrock-Input-Token-Count",
		  jscan_get(usage, "input_tokens"));
	add_count(&out->headers, "X-Amzn-Bedrock-Output-Token-Count",
		  jscan_get(usage, "output_tokens"));
	(void)headers_set(&out->headers, "X-Amzn-Bedrock-Invocation-Latency",
			  "1000");
}

static void dress_head(const struct dressing *d, struct reply *out)
{
	if (d->error.status != 0)
		out->status = d->error.status;
	if (d->error.type)
		cloud_error_name(&out->headers, d->error.type);
}

static void dress_stream(struct dressing *d, uint64_t number,
			 const struct reply *from, struct reply *out)
{
	out->kind = REPLY_STREAM;
	if (d->route != CLOUD_BEDROCK_STREAM || d->status >= 300) {
		out->script = script_map(from->script, dress_bytes, d);
		return;
	}
	out->script = cloud_frames(from->script, number, d->own);
	(void)headers_remove(&out->headers, "cache-control");
	(void)headers_set(&out->headers, "content-type", EVENT_STREAM_TYPE);
	(void)headers_set(&out->headers, "X-Amzn-Bedrock-Content-Type",
			  "application/json");
}

static void dress_body(struct dressing *d, const struct reply *from,
		       struct reply *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	dress_bytes(d, span_make(from->bytes, from->len), &text);
	out->kind = REPLY_BODY;
	out->bytes = buf_take(&text, &out->len);
	if (d->route == CLOUD_BEDROCK_INVOKE && d->status < 300 && d->own)
		add_counts(out);
}

bool cloud_dress(enum cloud_route route, uint64_t number, bool own,
		 const struct reply *from, struct reply *out)
{
	struct dressing d = { .route = route,
			      .status = from->status,
			      .own = own };

	if (from->kind != REPLY_STREAM && from->kind != REPLY_BODY)
		return false;
	out->status = from->status;
	out->end = from->end;
	(void)headers_copy(&out->headers, &from->headers);
	if (from->kind == REPLY_STREAM)
		dress_stream(&d, number, from, out);
	else
		dress_body(&d, from, out);
	dress_head(&d, out);
	return true;
}
