/* Writes the diagnosis as JSON; docs/schema/doctor.schema.json describes it. */
#include "probe/doctor/doctor.h"
#include "reports/members.h"

static const char *const states[] = {
	[STATE_OK] = "ok",
	[STATE_DOUBTFUL] = "doubtful",
	[STATE_BAD] = "bad",
	[STATE_SKIPPED] = "skipped",
};

static void member_url(struct members *m, const struct doctor *d)
{
	struct buf url = BUF_INIT(BUF_NO_LIMIT);

	doctor_show_url(d, &url);
	member_text(m, "base_url", buf_str(&url));
	buf_clear(&url);
}

static void settings(const struct doctor *d, struct buf *out)
{
	const struct settings *s = d->config->settings;
	struct members m = { .out = out }, c;
	struct buf blotted = BUF_INIT(BUF_NO_LIMIT);

	buf_add_byte(out, '{');
	member_url(&m, d);
	member_text(&m, "base_url_source", s->base_url_source);
	member_text(&m, "model", s->model);
	member_text(&m, "proxy_source", s->proxy_source);
	member_text(&m, "ca_file", s->tls.ca_file);
	member_text(&m, "client_cert", s->tls.client_cert);
	member_bool(&m, "any_certificate", s->tls.any_certificate);
	member_bool(&m, "discovery", s->discovery);
	member(&m, "credentials");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < s->credential_count; i++) {
		c = (struct members){ .out = out };
		buf_add_text(out, i > 0 ? ",{" : "{");
		member_text(&c, "header", s->credentials[i].header);
		buf_reset(&blotted);
		secrets_stand_in(span_of(s->credentials[i].value), &blotted);
		member_text(&c, "value", buf_str(&blotted));
		member_text(&c, "variable", s->credentials[i].variable);
		member_text(&c, "source", s->credentials[i].source);
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, ']');
	member(&m, "headers");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < s->extra.count; i++) {
		buf_add_text(out, i > 0 ? ",[" : "[");
		jscan_quote_shown(out, span_of(s->extra.list[i].name));
		buf_add_byte(out, ',');
		buf_reset(&blotted);
		secrets_header(s->extra.list[i].name, s->extra.list[i].value,
			       &blotted);
		secrets_blot(&d->secrets, &blotted);
		jscan_quote_shown(out, buf_span(&blotted));
		buf_add_byte(out, ']');
	}
	buf_add_text(out, "]}");
	buf_clear(&blotted);
}

static void step(const struct doctor_done *done, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "id", done->step->id);
	member_text(&m, "title", done->step->title);
	member_text(&m, "state", states[done->result.state]);
	member_text(&m, "text", buf_str(&done->result.text));
	if (done->result.table.len > 0)
		member_text(&m, "table", buf_str(&done->result.table));
	buf_add_byte(out, '}');
}

static void finding(const struct finding *g, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "code", g->kind->code);
	member_text(&m, "severity", severity_name(g->severity));
	member_text(&m, "blame", blame_name(g->kind->blame));
	member_text(&m, "step", g->step);
	member_text(&m, "headline", g->headline);
	member_text(&m, "evidence", g->evidence);
	member_text(&m, "fix", g->fix);
	buf_add_byte(out, '}');
}

void doctor_json(const struct doctor_report *r, struct buf *out)
{
	const struct doctor *d = r->doctor;
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_number(&m, "version", 1);
	member_text(&m, "ccprobe", CCPROBE_VERSION);
	member_url(&m, d);
	member_text(&m, "model", d->model);
	member(&m, "settings");
	settings(d, out);
	member_number(&m, "planned_requests", r->planned_requests);
	member_number(&m, "planned_tokens", r->planned_tokens);
	member_number(&m, "requests", (long long)d->called);
	member_bool(&m, "finished", doctor_finished(r));
	member_bool(&m, "sound", findings_sound(&d->findings));
	member(&m, "steps");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		if (i > 0)
			buf_add_byte(out, ',');
		step(&r->list[i], out);
	}
	buf_add_byte(out, ']');
	member(&m, "findings");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < d->findings.count; i++) {
		if (i > 0)
			buf_add_byte(out, ',');
		finding(&d->findings.list[i], out);
	}
	buf_add_byte(out, ']');
	if (d->config->fix) {
		member(&m, "fix");
		doctor_json_fix(d, out);
	}
	buf_add_text(out, "}\n");
}
