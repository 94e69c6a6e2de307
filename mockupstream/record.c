/* Logs an exchange. */
#include "mockupstream/record.h"

#include "mockupstream/blot.h"

struct record {
	struct wlog *log;
	struct wlog_entry *entry; /* NULL: the entry is dropped */
};

static bool is_logged(const struct mock_exchange *x)
{
	return x->mock->config.sink.log_for != NULL;
}

static struct record record_at(struct mock_exchange *x, tick_t at,
			       enum wlog_kind kind)
{
	const struct mock_sink *sink = &x->mock->config.sink;
	struct record r = { .log = NULL };

	if (is_logged(x))
		r.log = sink->log_for(sink->arg, x->run_id);
	if (r.log)
		r.entry = wlog_add(r.log, at - sink->zero, x->run_id, x->actor,
				   x->number, kind);
	return r;
}

static struct record record_now(struct mock_exchange *x, enum wlog_kind kind)
{
	return record_at(x, loop_now(), kind);
}

static void record_done(struct mock_exchange *x, const struct record *r)
{
	const struct mock_sink *sink = &x->mock->config.sink;

	if (r->entry && sink->on_entry)
		sink->on_entry(sink->arg, r->entry);
}

static void write_head(struct mock_exchange *x, tick_t at, enum wlog_kind kind,
		       const struct http_head *head)
{
	struct record r = record_at(x, at, kind);

	if (r.entry)
		wlog_set_head(r.log, r.entry, head);
	record_done(x, &r);
}

void record_request(struct mock_exchange *x)
{
	const struct http_head *head = visit_head(x->visit);
	struct http_head clean = { 0 };

	if (!is_logged(x))
		return;
	if (x->mock->config.blots) {
		blot_head(head, x->mock->key, &clean);
		head = &clean;
	}
	write_head(x, visit_began(x->visit), WLOG_REQUEST, head);
	http_head_clear(&clean);
}

void record_response(struct mock_exchange *x, const struct http_head *head)
{
	write_head(x, loop_now(), WLOG_RESPONSE, head);
}

void record_bytes(struct mock_exchange *x, enum wlog_kind kind,
		  struct span bytes)
{
	struct record r = record_now(x, kind);

	if (r.entry && x->mock->config.log_bytes)
		wlog_set_bytes(r.log, r.entry, bytes);
	else if (r.entry)
		wlog_set_text(r.log, r.entry, "%zu bytes", bytes.len);
	record_done(x, &r);
}

void record_text(struct mock_exchange *x, enum wlog_kind kind, const char *text)
{
	struct record r = record_now(x, kind);

	if (r.entry)
		wlog_set_text(r.log, r.entry, "%s", text);
	record_done(x, &r);
}

void record_end(struct mock_exchange *x, enum stream_end end, const char *text)
{
	struct record r;

	if (x->ended)
		return;
	x->ended = true;
	r = record_now(x, WLOG_END);
	if (r.entry) {
		r.entry->end = end;
		if (text[0] != '\0')
			wlog_set_text(r.log, r.entry, "%s", text);
	}
	record_done(x, &r);
}

/* A rule of run 0 may ask for a mark that no run has. */
void record_strangers(struct mock_exchange *x, uint64_t mark)
{
	struct http_head clean = { 0 };
	struct record r;

	if (!is_logged(x))
		return;
	if (mark != 0 && mark != x->run_id && !(x->rule && x->rule->mark)) {
		r = record_now(x, WLOG_NOTE);
		if (r.entry)
			wlog_set_text(r.log, r.entry,
				      "no run has the mark %016llx",
				      (unsigned long long)mark);
		record_done(x, &r);
	}
	if (!x->run->rules || x->rule)
		return;
	blot_head(visit_head(x->visit), x->mock->key, &clean);
	r = record_now(x, WLOG_NOTE);
	if (r.entry)
		wlog_set_text(r.log, r.entry, "no rule answers %s %s",
			      clean.method, clean.target);
	record_done(x, &r);
	http_head_clear(&clean);
}
