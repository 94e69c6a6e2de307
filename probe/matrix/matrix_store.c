/* Writes a result file, and checks one for `ccprobe lint`. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "probe/matrix/matrix_private.h"
#include "reports/members.h"
#include "reports/reports.h"
#include "wire/bytes/mem.h"

#define RESULT_LIMIT ((size_t)4 * 1024 * 1024)
#define REASON_MOST 200 /* bytes of a reason or an example */

static void short_text(struct members *m, const char *name, const char *text)
{
	if (!text)
		return;
	member(m, name);
	jscan_quote_shown(m->out, report_piece(text, REASON_MOST));
}

static void write_case(const struct matrix_case *c, struct members *m)
{
	struct members one = { .out = m->out };

	member(m, c->id);
	if (c->state != MATRIX_FAIL && c->state != MATRIX_UNDECIDED) {
		jscan_quote_shown(m->out, span_of(matrix_state_name(c->state)));
		return;
	}
	buf_add_byte(m->out, '{');
	member_text(&one, "verdict", matrix_state_name(c->state));
	if (c->state == MATRIX_FAIL) {
		member_text(&one, "level", level_name(c->level));
		member_text(&one, "effect", effect_name(c->effect));
		member_text(&one, "cause", c->cause);
	}
	short_text(&one, "reason", c->reason ? c->reason : "not told");
	short_text(&one, "seen", c->seen);
	buf_add_byte(m->out, '}');
}

static void write_duties(const struct matrix_result *r, struct members *m)
{
	struct members duties = { .out = m->out, .lines = true };
	bool *done = xcalloc(r->case_count + 1, sizeof(*done));

	member(m, "duties");
	buf_add_byte(m->out, '{');
	for (size_t i = 0; i < r->case_count; i++) {
		struct members cases = { .out = m->out };

		if (done[i])
			continue;
		member(&duties, r->cases[i].duty);
		buf_add_byte(m->out, '{');
		for (size_t k = i; k < r->case_count; k++) {
			if (strcmp(r->cases[k].duty, r->cases[i].duty) != 0)
				continue;
			done[k] = true;
			write_case(&r->cases[k], &cases);
		}
		buf_add_byte(m->out, '}');
	}
	buf_add_text(m->out, "\n}");
	free(done);
}

static void write_example(const struct matrix_example *e, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "case", e->id);
	short_text(&m, "sent", e->sent);
	short_text(&m, "got", e->got);
	buf_add_byte(out, '}');
}

static void write_cause(const struct matrix_cause *c, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "id", c->id);
	member_text(&m, "headline", c->headline);
	member_text(&m, "duty", c->duty);
	member_text(&m, "level", level_name(c->level));
	member_text(&m, "effect", effect_name(c->effect));
	member_text(&m, "fix", c->fix);
	member(&m, "examples");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < c->example_count; i++) {
		buf_add_text(out, i == 0 ? "" : ",");
		write_example(&c->examples[i], out);
	}
	buf_add_text(out, "]}");
}

static void write_grade(const struct matrix_result *r, struct members *m)
{
	struct members grade = { .out = m->out };

	if (!r->letter)
		return;
	member(m, "grade");
	buf_add_byte(m->out, '{');
	member_text(&grade, "letter", r->letter);
	member_number(&grade, "score", r->score);
	member_text(&grade, "missing", r->missing);
	buf_add_byte(m->out, '}');
}

static void write_claims(const struct matrix_result *r, struct members *m)
{
	member(m, "not_offered");
	buf_add_byte(m->out, '[');
	for (size_t i = 0; i < r->claim_count; i++) {
		struct members one = { .out = m->out };

		buf_add_text(m->out, i == 0 ? "\n{" : ",\n{");
		member_text(&one, "claim", r->claims[i].claim);
		member_text(&one, "without", r->claims[i].without);
		buf_add_byte(m->out, '}');
	}
	buf_add_byte(m->out, ']');
}

static const char *told(const char *text)
{
	return text && *text ? text : "not given";
}

void matrix_result_write(const struct matrix_result *r, struct buf *out)
{
	struct members m = { .out = out, .lines = true };

	buf_add_byte(out, '{');
	member_number(&m, "result", MATRIX_FORMAT);
	member_text(&m, "gateway", r->gateway);
	member_text(&m, "version", told(r->version));
	member_text(&m, "client", told(r->client));
	member_text(&m, "client_format",
		    r->client_format ? r->client_format : "messages");
	member_text(&m, "provider", r->provider);
	member_text(&m, "ccprobe", told(r->ccprobe));
	member_text(&m, "date", r->date ? r->date : "");
	member_text(&m, "channel", told(r->channel));
	write_grade(r, &m);
	member(&m, "reproduce");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->reproduce_count; i++) {
		buf_add_text(out, i == 0 ? "" : ", ");
		jscan_quote_shown(out, span_of(r->reproduce[i]));
	}
	buf_add_byte(out, ']');
	write_claims(r, &m);
	member(&m, "causes");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->cause_count; i++) {
		buf_add_text(out, i == 0 ? "\n" : ",\n");
		write_cause(&r->causes[i], out);
	}
	buf_add_byte(out, ']');
	write_duties(r, &m);
	buf_add_text(out, "\n}\n");
}

/* ---- lint ---- */

static bool is_date(const char *text)
{
	static const char form[] = "0000-00-00";

	if (strlen(text) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == '-' ? text[i] != '-'
				   : !isdigit((unsigned char)text[i]))
			return false;
	return true;
}

/* Does a failing case cap the grade at C (docs/reports.md)? A must-case does
 * whose effect is breaks or exposes. */
static bool is_capped(const struct matrix_result *r)
{
	for (size_t i = 0; i < r->case_count; i++)
		if (r->cases[i].state == MATRIX_FAIL &&
		    r->cases[i].level == LEVEL_MUST &&
		    r->cases[i].effect <= EFFECT_BREAKS)
			return true;
	return false;
}

static int check_name(const struct matrix_result *r, struct fail *f)
{
	const char *slash = strrchr(r->path, '/');
	const char *base = slash ? slash + 1 : r->path;
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	matrix_result_name(r, &name);
	if (strcmp(base, buf_str(&name)) != 0)
		rc = fail_set(f, FAIL_CASE,
			      "%s: by its content the file has to be named %s; "
			      "rename it",
			      r->path, buf_str(&name));
	buf_clear(&name);
	return rc;
}

static int check(const struct matrix_result *r, struct fail *f)
{
	if (!is_date(r->date))
		return fail_set(
			f, FAIL_CASE,
			"%s: \"date\": '%s' is no date such as 2026-11-30",
			r->path, r->date);
	if (r->letter && strchr("AB", *r->letter) && is_capped(r))
		return fail_set(f, FAIL_CASE,
				"%s: grade %s, but a must-case of effect "
				"breaks or exposes fails: C at most",
				r->path, r->letter);
	if (r->letter && r->counts[MATRIX_FAIL] == 0 && r->score != 100)
		return fail_set(f, FAIL_CASE,
				"%s: a score of %u, and no case fails", r->path,
				r->score);
	return check_name(r, f);
}

bool matrix_result_is_short(const char *path)
{
	struct json *j = NULL;
	bool found;

	if (json_load(&j, path, RESULT_LIMIT, NULL) < 0)
		return false;
	found = cJSON_GetObjectItemCaseSensitive(j->root, "result") != NULL;
	json_free(j);
	return found;
}

int matrix_result_lint(const char *path, struct fail *f)
{
	struct matrix_result r;
	int rc = matrix_result_read(&r, path, f);

	if (rc < 0)
		return -1;
	rc = check(&r, f);
	matrix_result_clear(&r);
	return rc;
}
