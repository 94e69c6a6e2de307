/* Writes the matrix as JSON (docs/schema/matrix.schema.json). */
#include "probe/matrix/matrix.h"
#include "reports/members.h"

static void write_counts(const size_t *counts, struct members *m)
{
	struct members inner = { .out = m->out };

	member(m, "counts");
	buf_add_byte(m->out, '{');
	for (int s = 0; s < MATRIX_STATES; s++)
		if (counts[s] > 0)
			member_number(&inner,
				      matrix_state_name((enum matrix_state)s),
				      (long long)counts[s]);
	buf_add_byte(m->out, '}');
}

static void write_cell(const struct matrix_cell *cell, const char *name,
		       struct members *m)
{
	struct members inner = { .out = m->out };

	member(m, name);
	buf_add_byte(m->out, '{');
	member_text(&inner, "state", matrix_state_name(cell->state));
	if (cell->state == MATRIX_FAIL) {
		member_text(&inner, "level", level_name(cell->level));
		member_text(&inner, "effect", effect_name(cell->effect));
	}
	write_counts(cell->counts, &inner);
	buf_add_byte(m->out, '}');
}

static void write_texts(const char *const *list, size_t count, const char *name,
			struct members *m)
{
	member(m, name);
	buf_add_byte(m->out, '[');
	for (size_t i = 0; i < count; i++) {
		buf_add_text(m->out, i == 0 ? "" : ",");
		jscan_quote_shown(m->out, span_of(list[i]));
	}
	buf_add_byte(m->out, ']');
}

/* Each case that fails or is undecided, with its reason and its cause. */
static void write_problems(const struct matrix_result *r, struct members *m)
{
	bool any = false;

	member(m, "problems");
	buf_add_byte(m->out, '[');
	for (size_t i = 0; i < r->case_count; i++) {
		const struct matrix_case *c = &r->cases[i];
		struct members one = { .out = m->out };

		if (c->state != MATRIX_FAIL && c->state != MATRIX_UNDECIDED)
			continue;
		buf_add_text(m->out, any ? ",\n{" : "\n{");
		any = true;
		member_text(&one, "case", c->id);
		member_text(&one, "duty", c->duty);
		member_text(&one, "state", matrix_state_name(c->state));
		if (c->state == MATRIX_FAIL) {
			member_text(&one, "level", level_name(c->level));
			member_text(&one, "effect", effect_name(c->effect));
		}
		member_text(&one, "cause", c->cause);
		member_text(&one, "reason", c->reason);
		member_text(&one, "seen", c->seen);
		buf_add_byte(m->out, '}');
	}
	buf_add_byte(m->out, ']');
}

static void write_causes(const struct matrix_result *r, struct members *m)
{
	member(m, "causes");
	buf_add_byte(m->out, '[');
	for (size_t i = 0; i < r->cause_count; i++) {
		const struct matrix_cause *c = &r->causes[i];
		struct members one = { .out = m->out };

		buf_add_text(m->out, i == 0 ? "\n{" : ",\n{");
		member_text(&one, "id", c->id);
		member_text(&one, "headline", c->headline);
		member_text(&one, "duty", c->duty);
		member_text(&one, "level", level_name(c->level));
		member_text(&one, "effect", effect_name(c->effect));
		member_text(&one, "fix", c->fix);
		buf_add_byte(m->out, '}');
	}
	buf_add_byte(m->out, ']');
}

static void write_claims(const struct matrix_result *r, struct members *m)
{
	member(m, "not_offered");
	buf_add_byte(m->out, '[');
	for (size_t i = 0; i < r->claim_count; i++) {
		buf_add_text(m->out, i == 0 ? "" : ",");
		jscan_quote_shown(m->out, span_of(r->claims[i].claim));
	}
	buf_add_byte(m->out, ']');
}

static void write_history(const struct matrix *m, const struct matrix_result *r,
			  struct members *to)
{
	const struct matrix_result *was = matrix_older(m, r);
	struct members inner = { .out = to->out };
	struct matrix_step step;

	if (!was)
		return;
	matrix_step_of(&step, was, r);
	member(to, "since");
	buf_add_byte(to->out, '{');
	member_text(&inner, "version", was->version);
	member_text(&inner, "date", was->date);
	write_texts(step.broken, step.broken_count, "fails", &inner);
	write_texts(step.mended, step.mended_count, "passes", &inner);
	buf_add_byte(to->out, '}');
	matrix_step_clear(&step);
}

static void write_cells(const struct matrix *m, const struct matrix_result *r,
			struct members *to)
{
	struct members areas = { .out = to->out }, duties = { .out = to->out };

	member(to, "areas");
	buf_add_byte(to->out, '{');
	for (size_t i = 0; i < m->area_count; i++) {
		struct matrix_cell cell = matrix_area_cell(r, m->areas[i]);

		write_cell(&cell, m->areas[i], &areas);
	}
	buf_add_byte(to->out, '}');
	member(to, "duties");
	buf_add_byte(to->out, '{');
	for (size_t i = 0; i < m->duty_count; i++) {
		struct matrix_cell cell = matrix_duty_cell(r, m->duties[i]);

		write_cell(&cell, m->duties[i], &duties);
	}
	buf_add_byte(to->out, '}');
}

static void write_result(const struct matrix *m, const struct matrix_result *r,
			 struct buf *out)
{
	struct members to = { .out = out };

	buf_add_byte(out, '{');
	member_text(&to, "gateway", r->gateway);
	member_text(&to, "version", r->version);
	member_text(&to, "client", r->client);
	member_text(&to, "client_format", r->client_format);
	member_text(&to, "provider", r->provider);
	member_text(&to, "ccprobe", r->ccprobe);
	member_text(&to, "date", r->date);
	member_bool(&to, "newest", !r->is_old);
	if (r->letter) {
		member_text(&to, "grade", r->letter);
		member_number(&to, "score", r->score);
		member_text(&to, "missing", r->missing);
	}
	write_counts(r->counts, &to);
	write_texts(r->reproduce, r->reproduce_count, "reproduce", &to);
	write_claims(r, &to);
	write_history(m, r, &to);
	write_cells(m, r, &to);
	write_causes(r, &to);
	write_problems(r, &to);
	buf_add_byte(out, '}');
}

void matrix_json_write(const struct matrix *m, struct buf *out)
{
	buf_add_text(out, "{\"matrix\":1,\"ccprobe\":\"" CCPROBE_VERSION
			  "\",\"results\":[");
	for (size_t i = 0; i < m->count; i++) {
		buf_add_text(out, i == 0 ? "\n" : ",\n");
		write_result(m, &m->list[i], out);
	}
	buf_add_text(out, "\n]}\n");
}
