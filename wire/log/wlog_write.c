/*
 * Writing the wire log: one JSON object a line. Text that is UTF-8 is written
 * as a string, so that a log can be read and searched; anything else is
 * {"base64": "..."}.
 */
#include "wire/log/wlog.h"

#include <inttypes.h>

#include "wire/bytes/base64.h"
#include "wire/json/jscan.h"

static bool has_head(enum wlog_kind kind)
{
	return kind == WLOG_REQUEST || kind == WLOG_RESPONSE;
}

static int write_bytes(struct buf *out, struct span bytes)
{
	if (span_is_utf8(bytes))
		return jscan_quote(out, bytes);
	if (buf_add_text(out, "{\"base64\":\"") < 0 ||
	    base64_encode(bytes, out) < 0)
		return -1;
	return buf_add_text(out, "\"}");
}

/* ,"key": and the value; nothing at all for NULL */
static int write_text(struct buf *out, const char *key, const char *text)
{
	if (text == NULL)
		return 0;
	if (buf_addf(out, ",\"%s\":", key) < 0)
		return -1;
	return write_bytes(out, span_of(text));
}

static int write_headers(struct buf *out, const struct headers *h)
{
	int rc = buf_add_text(out, ",\"headers\":[");

	for (size_t i = 0; i < h->count && rc == 0; i++) {
		if (buf_add_text(out, i > 0 ? ",[" : "[") < 0 ||
		    write_bytes(out, span_of(h->list[i].name)) < 0 ||
		    buf_add_byte(out, ',') < 0 ||
		    write_bytes(out, span_of(h->list[i].value)) < 0)
			return -1;
		rc = buf_add_byte(out, ']');
	}
	return rc == 0 ? buf_add_byte(out, ']') : -1;
}

static int write_place(struct buf *out, const struct wlog_entry *e)
{
	int rc = buf_addf(out, "{\"at\":%" PRId64, e->at);

	if (rc == 0 && e->run != 0)
		rc = buf_addf(out, ",\"run\":\"%016" PRIx64 "\"", e->run);
	if (rc == 0)
		rc = write_text(out, "actor", e->actor);
	if (rc == 0 && e->exchange != 0)
		rc = buf_addf(out, ",\"exchange\":%u", e->exchange);
	return rc == 0 ? write_text(out, "kind", wlog_kind_name(e->kind)) : -1;
}

static int write_head(struct buf *out, const struct wlog_entry *e)
{
	if (write_text(out, "method", e->method) < 0 ||
	    write_text(out, "target", e->target) < 0)
		return -1;
	if ((has_head(e->kind) || e->minor != 0) &&
	    buf_addf(out, ",\"minor\":%d", e->minor) < 0)
		return -1;
	if (e->status != 0 && buf_addf(out, ",\"status\":%d", e->status) < 0)
		return -1;
	if (write_text(out, "reason", e->reason) < 0)
		return -1;
	if (!has_head(e->kind) && e->headers.count == 0)
		return 0;
	return write_headers(out, &e->headers);
}

static int write_number(struct buf *out, const char *key, uint64_t n)
{
	return n != 0 ? buf_addf(out, ",\"%s\":%" PRIu64, key, n) : 0;
}

/* Nothing at all for "" */
static int write_name(struct buf *out, const char *key, const char *name)
{
	return write_text(out, key, *name != '\0' ? name : NULL);
}

static int write_step(struct buf *out, const struct wlog_step *step)
{
	if (write_number(out, "step", step->index) < 0 ||
	    write_name(out, "verb", wlog_verb_name(step->verb)) < 0)
		return -1;
	return write_name(out, "outcome", wlog_outcome_name(step->outcome));
}

static int write_end(struct buf *out, const struct wlog_entry *e)
{
	if ((e->kind == WLOG_END || e->end != END_OPEN) &&
	    write_text(out, "end", end_name(e->end)) < 0)
		return -1;
	if (e->stage != STAGE_NONE &&
	    write_text(out, "stage", end_stage_name(e->stage)) < 0)
		return -1;
	return write_number(out, "tunnel", (uint64_t)e->tunnel);
}

static int write_rest(struct buf *out, const struct wlog_entry *e)
{
	if (e->raw && buf_add_text(out, ",\"raw\":true") < 0)
		return -1;
	if (write_step(out, &e->step) < 0 ||
	    write_text(out, "text", e->text) < 0 || write_end(out, e) < 0)
		return -1;
	if (e->bytes != NULL &&
	    (buf_add_text(out, ",\"bytes\":") < 0 ||
	     write_bytes(out, span_make(e->bytes, e->len)) < 0))
		return -1;
	return buf_add_text(out, "}\n");
}

int wlog_entry_write(const struct wlog_entry *e, struct buf *out)
{
	size_t before = out->len;

	if (write_place(out, e) < 0 || write_head(out, e) < 0 ||
	    write_rest(out, e) < 0) {
		buf_cut(out, before);
		return -1;
	}
	return 0;
}
