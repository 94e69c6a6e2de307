/* Writes what was found as JSON; docs/schema/bisect.schema.json describes
 * it. */
#include "probe/bisect/report.h"
#include "reports/members.h"

static void bytes_of(struct members *m, const char *name,
		     const struct bisect_request *r)
{
	if (r->method != NULL)
		member_number(m, name, (long long)bisect_request_size(r));
}

static void request(const struct bisect_report *r, struct buf *out)
{
	const struct bisect_request *q = &r->sample->request;
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "source", r->sample->source);
	member_text(&m, "method", q->method);
	member_text(&m, "target", q->target);
	bytes_of(&m, "bytes", q);
	member_number(&m, "tools", (long long)sample_count(r->sample, "tools"));
	member_number(&m, "messages",
		      (long long)sample_count(r->sample, "messages"));
	member_text(&m, "client", headers_get(&q->headers, "user-agent"));
	buf_add_byte(out, '}');
}

static void answer(const struct seen *s, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_bool(&m, "failed", s->failed);
	member_number(&m, "status", s->status);
	if (s->failed) {
		member_text(&m, "type", s->type);
		member_text(&m, "text", *s->text ? s->text : s->normal);
		member_text(&m, "headline", s->headline);
		member_text(&m, "fix", s->fix);
	}
	member_text(&m, "served", s->served);
	buf_add_byte(out, '}');
}

static void culprit(const struct culprit *c, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "name", c->name);
	member_text(&m, "pointer", c->pointer);
	member_text(&m, "header", c->header);
	member_text(&m, "value", c->value);
	if (c->feature != NULL) {
		member_text(&m, "feature", c->feature->name);
		member_text(&m, "betas", c->feature->betas);
		member_text(&m, "switch_off", c->feature->switch_off);
	}
	buf_add_byte(out, '}');
}

static void culprits(const struct culprit *list, size_t count, struct buf *out)
{
	buf_add_byte(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_byte(out, ',');
		culprit(&list[i], out);
	}
	buf_add_byte(out, ']');
}

static void cause(const struct bisect_report *r, const struct bisect_found *x,
		  struct buf *out)
{
	const struct bisect_cause *c = x->cause;
	struct members m = { .out = out };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_byte(out, '{');
	bisect_found_name(x, &text);
	member_text(&m, "name", buf_str(&text));
	member(&m, "culprits");
	culprits(c->culprits, c->count, out);
	if (c->is_each)
		member_bool(&m, "each", true);
	if (c->missing_count > 0) {
		member(&m, "missing");
		culprits(c->missing, c->missing_count, out);
	}
	if (c->is_size) {
		member_number(&m, "fails_at", (long long)c->fails_at);
		member_number(&m, "passes_at", (long long)c->passes_at);
	}
	member_bool(&m, "bare", c->is_bare);
	member_bool(&m, "minimal", c->minimal);
	bytes_of(&m, "smallest_bytes", &c->smallest);
	bytes_of(&m, "passing_bytes", &c->passing);
	if (x->passing_status > 0)
		member_number(&m, "passing_status", x->passing_status);
	buf_reset(&text);
	bisect_report_advice(r, x, &text);
	member_text(&m, "advice", buf_str(&text));
	member(&m, "failure");
	answer(&x->failure, out);
	buf_add_byte(out, '}');
	buf_clear(&text);
}

static void files(const struct bisect_report *r, struct buf *out)
{
	struct span rest = buf_span(&r->files), name;
	bool any = false;

	buf_add_byte(out, '[');
	while (span_split(&rest, '\n', &name)) {
		if (name.len == 0)
			continue;
		buf_add_text(out, any ? "," : "");
		jscan_quote_shown(out, name);
		any = true;
	}
	buf_add_byte(out, ']');
}

void bisect_report_json(const struct bisect_report *r, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_number(&m, "version", 1);
	member_text(&m, "ccprobe", CCPROBE_VERSION);
	member_text(&m, "end", bisect_end_name(r->end));
	member_text(&m, "cut_short", r->why_over);
	member(&m, "request");
	request(r, out);
	member(&m, "answers");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->answer_count; i++) {
		buf_add_text(out, i > 0 ? "," : "");
		answer(&r->answers[i], out);
	}
	buf_add_byte(out, ']');
	member(&m, "causes");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		buf_add_text(out, i > 0 ? "," : "");
		cause(r, &r->list[i], out);
	}
	buf_add_byte(out, ']');
	member_number(&m, "requests", (long long)r->sent);
	member_number(&m, "max_requests", (long long)r->most);
	member_number(&m, "remembered", (long long)r->remembered);
	member_text(&m, "folder", r->folder);
	member(&m, "files");
	files(r, out);
	buf_add_text(out, "}\n");
}
