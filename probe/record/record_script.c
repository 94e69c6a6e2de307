/* Writes the answers as a script of ccmock, which plays each of them once, in
 * order. */
#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "probe/record/record_private.h"
#include "wire/json/jscan.h"

#define DELAY_LEAST_MS 5

static void add_string(struct buf *out, const char *text)
{
	jscan_quote(out, span_of(text));
}

static void add_headers(struct buf *out, const struct headers *h)
{
	bool first = true;

	buf_add_text(out, "[");
	for (size_t i = 0; i < h->count; i++) {
		if (strcasecmp(h->list[i].name, "date") == 0 ||
		    strcasecmp(h->list[i].name, "connection") == 0)
			continue; /* ccmock sets these itself */
		buf_add_text(out, first ? "[" : ", [");
		first = false;
		add_string(out, h->list[i].name);
		buf_add_text(out, ", ");
		add_string(out, h->list[i].value);
		buf_add_text(out, "]");
	}
	buf_add_text(out, "]");
}

static const char *end_of(enum stream_end end)
{
	return end == END_RESET       ? "rst"
	       : end == END_CANCELLED ? "stall"
				      : "fin";
}

void record_script_add(struct buf *script, const struct record_answer *a,
		       const struct passing *p, const struct headers *headers,
		       const char *file)
{
	tick_t ms = (p->head_at - p->began) / TICK_MS;

	buf_addf(script, "%s  \"a%02u\": {\n    \"when\": { \"method\": ",
		 script->len > 0 ? ",\n" : "", a->number);
	add_string(script, a->method);
	buf_add_text(script, ", \"path\": ");
	add_string(script, a->path);
	buf_addf(script,
		 " },\n    \"times\": \"once\",\n    \"reply\": {\n      "
		 "\"status\": %d, \"headers_only\": true,\n      "
		 "\"headers\": ",
		 p->head.status);
	add_headers(script, headers);
	if (ms >= DELAY_LEAST_MS)
		buf_addf(script, ",\n      \"delay_ms\": %" PRId64,
			 (int64_t)ms);
	if (file != NULL) {
		buf_addf(script,
			 ",\n      \"%s\": ", a->stream ? "stream" : "body");
		add_string(script, file);
	}
	if (p->end != END_CLEAN && !a->says_end)
		buf_addf(script, ",\n      \"end\": \"%s\"", end_of(p->end));
	buf_add_text(script, " } }");
}

void record_script_write(const struct buf *rules, struct buf *out)
{
	buf_add_text(out, "{ \"upstream\": {\n");
	buf_add_span(out, buf_span(rules));
	buf_add_text(out, "\n} }\n");
}
