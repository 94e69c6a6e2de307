#include "reports/bill.h"

#include <string.h>

#include "reports/members.h"

static const struct prices *prices_in(const struct run_report *r)
{
	return r->prices != NULL ? r->prices : &prices_usual;
}

/* The last part of the case's id identifies the session. */
static const char *session_of(const struct result *one)
{
	const char *slash = strrchr(one->id, '/');

	return slash != NULL ? slash + 1 : one->id;
}

/* Why the cost is not decided; NULL: it is decided. */
static const char *why_open(const struct result *one)
{
	if (one->bill->open != NULL)
		return one->bill->open;
	if (one->verdict == VERDICT_PASS || one->verdict == VERDICT_FAIL)
		return NULL;
	return one->reason != NULL ? one->reason : "it could not be judged";
}

bool bill_is_told(const struct result *one)
{
	return one->bill != NULL && one->verdict != VERDICT_SKIP &&
	       !one->left_out;
}

bool bill_any(const struct run_report *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (bill_is_told(&r->list[i]))
			return true;
	return false;
}

static void write_decided(const struct run_report *r, const struct result *one,
			  struct buf *out)
{
	struct buf through = BUF_INIT(BUF_NO_LIMIT);
	struct buf direct = BUF_INIT(BUF_NO_LIMIT);
	const struct bill *b = one->bill;
	bool same;

	prices_write(prices_of(prices_in(r), &b->through), &through);
	prices_write(prices_of(prices_in(r), &b->direct), &direct);
	same = span_equal(buf_span(&through), buf_span(&direct));
	buf_add_span(out, buf_span(&through));
	if (!same)
		buf_addf(out, " instead of %s", buf_str(&direct));
	buf_addf(out, " for %zu turn%s (%s)", b->turns,
		 b->turns == 1 ? "" : "s", session_of(one));
	if (same)
		buf_add_text(out, ", as much as without a gateway");
	else if (b->why != NULL)
		buf_addf(out, ": %s", b->why);
	buf_clear(&through);
	buf_clear(&direct);
}

void bill_write(const struct run_report *r, const struct result *one,
		struct buf *out)
{
	const char *open = why_open(one);

	if (open == NULL)
		write_decided(r, one, out);
	else
		buf_addf(out, "not decided (%s): %s", session_of(one), open);
}

/* ---- JSON ---- */

static void member_dollars(struct members *m, const char *name, double value)
{
	member(m, name);
	buf_addf(m->out, "%.6f", value);
}

static void write_price(struct members *m, const char *name, double value)
{
	member(m, name);
	buf_addf(m->out, "%.6g", value);
}

static void write_prices(const struct prices *p, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	write_price(&m, "input", p->input);
	write_price(&m, "output", p->output);
	write_price(&m, "read_percent", p->read);
	write_price(&m, "write_5m_percent", p->written_5m);
	write_price(&m, "write_1h_percent", p->written_1h);
	buf_add_byte(out, '}');
}

static void write_side(struct members *outer, const char *name,
		       const struct prompt_usage *u, double dollars)
{
	struct members m = { .out = outer->out };

	member(outer, name);
	buf_add_byte(m.out, '{');
	member_number(&m, "input", (long long)u->input);
	member_number(&m, "read", (long long)u->read);
	member_number(&m, "written_5m", (long long)u->written_5m);
	member_number(&m, "written_1h", (long long)u->written_1h);
	member_number(&m, "output", (long long)u->output);
	member_dollars(&m, "dollars", dollars);
	buf_add_byte(m.out, '}');
}

static void write_session(const struct run_report *r, const struct result *one,
			  struct buf *out)
{
	const struct prices *p = prices_in(r);
	const char *open = why_open(one);
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "case", one->id);
	member_bool(&m, "decided", open == NULL);
	member_text(&m, "open", open);
	if (open == NULL) {
		const struct bill *b = one->bill;

		member_number(&m, "turns", (long long)b->turns);
		member_number(&m, "requests", (long long)b->requests);
		write_side(&m, "direct", &b->direct, prices_of(p, &b->direct));
		write_side(&m, "through", &b->through,
			   prices_of(p, &b->through));
		member_text(&m, "why", b->why);
	}
	buf_add_byte(out, '}');
}

void bill_write_json(const struct run_report *r, struct buf *out)
{
	struct members m = { .out = out };
	const char *between = "";

	buf_add_byte(out, '{');
	member(&m, "prices");
	write_prices(prices_in(r), out);
	member(&m, "sessions");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		if (!bill_is_told(&r->list[i]))
			continue;
		buf_add_text(out, between);
		write_session(r, &r->list[i], out);
		between = ",";
	}
	buf_add_text(out, "]}");
}
