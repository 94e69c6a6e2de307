/*
 * A line about each of the newest requests: a ring of rows, found through a
 * hash table of chains by what all entries of an exchange share.
 */
#include "mockupstream/requests.h"

#include <stdlib.h>
#include <string.h>

#include "mockupstream/dialects/cloud/cloud.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

enum { ROWS = 65536, TEXT_LIMIT_BYTES = 1024 };

struct request_row {
	uint64_t run;
	char actor[24];
	unsigned exchange;
	char *method, *target, *model; /* model: NULL if not known */
	int status;
	enum stream_end end;
	struct request_row *next; /* in its chain */
};

struct requests {
	struct request_row *rows[ROWS]; /* rows[n % ROWS] is the n-th */
	size_t count;
	struct request_row *chains[ROWS];
};

static size_t chain_of(uint64_t run, const char *actor, unsigned exchange)
{
	uint64_t h = run * UINT64_C(0x9e3779b97f4a7c15) + exchange;

	for (; *actor; actor++)
		h = h * 31 + (unsigned char)*actor;
	h *= UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(h >> 48);
}

static bool is_row_of(const struct request_row *row, const struct wlog_entry *e)
{
	return row->run == e->run && row->exchange == e->exchange &&
	       strcmp(row->actor, e->actor) == 0;
}

/* The newest row of this entry's exchange. */
static struct request_row *find(const struct requests *r,
				const struct wlog_entry *e)
{
	struct request_row *row =
		r->chains[chain_of(e->run, e->actor, e->exchange)];

	while (row && !is_row_of(row, e))
		row = row->next;
	return row;
}

static void row_free(struct request_row *row)
{
	if (!row)
		return;
	free(row->method);
	free(row->target);
	free(row->model);
	free(row);
}

static void drop(struct requests *r, struct request_row *row)
{
	struct request_row **link;

	if (!row)
		return;
	link = &r->chains[chain_of(row->run, row->actor, row->exchange)];
	while (*link != row)
		link = &(*link)->next;
	*link = row->next;
	row_free(row);
}

static char *short_copy(const char *text)
{
	return span_dup(span_first(span_of(text), TEXT_LIMIT_BYTES));
}

/* Takes the model from the path, where clouds have it. */
static void take_model_of_path(struct request_row *row)
{
	struct span path = span_of(row->target);
	struct buf text = BUF_INIT(TEXT_LIMIT_BYTES);

	if (cloud_model(span_first(path, span_find_byte(path, '?')), &text))
		row->model = xstrdup(buf_str(&text));
	buf_clear(&text);
}

static void add(struct requests *r, const struct wlog_entry *e)
{
	struct request_row **slot = &r->rows[r->count++ % ROWS];
	struct request_row *row = xcalloc(1, sizeof(*row)), **chain;

	drop(r, *slot);
	row->run = e->run;
	row->exchange = e->exchange;
	memcpy(row->actor, e->actor, sizeof(row->actor));
	row->method = short_copy(e->method);
	row->target = short_copy(e->target);
	take_model_of_path(row);
	chain = &r->chains[chain_of(e->run, e->actor, e->exchange)];
	row->next = *chain;
	*chain = row;
	*slot = row;
}

static void take_model(struct request_row *row, const struct wlog_entry *e)
{
	struct buf text = BUF_INIT(TEXT_LIMIT_BYTES);
	struct jval root, model;

	if (!row->model && e->len > 0 &&
	    jscan(span_make(e->bytes, e->len), &root, NULL) == 0 &&
	    root.type == J_OBJECT && jscan_member(root, "model", &model) &&
	    model.type == J_STRING && jscan_string(model, &text) == 0)
		row->model = xstrdup(buf_str(&text));
	buf_clear(&text);
}

void requests_take(struct requests *r, const struct wlog_entry *e)
{
	struct request_row *row;

	if (e->kind == WLOG_REQUEST) {
		add(r, e);
		return;
	}
	if (e->kind != WLOG_BODY && e->kind != WLOG_RESPONSE &&
	    e->kind != WLOG_END)
		return;
	row = find(r, e);
	if (!row)
		return;
	if (e->kind == WLOG_BODY)
		take_model(row, e);
	else if (e->kind == WLOG_RESPONSE)
		row->status = e->status;
	else
		row->end = e->end;
}

static void write_text(const char *key, const char *text, struct buf *out)
{
	buf_addf(out, ",\"%s\":", key);
	if (text)
		jscan_quote(out, span_of(text));
	else
		buf_add_text(out, "null");
}

static void write_row(const struct request_row *row, struct buf *out)
{
	buf_addf(out, "{\"run\":\"%016llx\",\"actor\":\"%s\",\"exchange\":%u",
		 (unsigned long long)row->run, row->actor, row->exchange);
	write_text("method", row->method, out);
	write_text("target", row->target, out);
	write_text("model", row->model, out);
	buf_addf(out, ",\"status\":%d,\"end\":\"%s\",\"open\":%s}", row->status,
		 end_name(row->end), row->end == END_OPEN ? "true" : "false");
}

void requests_write(const struct requests *r, const struct journal_query *q,
		    struct buf *out)
{
	size_t from = r->count > ROWS ? r->count - ROWS : 0;
	bool any = false;

	buf_add_byte(out, '[');
	for (size_t i = from; i < r->count; i++) {
		const struct request_row *row = r->rows[i % ROWS];

		if (q->by_run && row->run != q->run)
			continue;
		buf_add_text(out, any ? ",\n" : "\n");
		any = true;
		write_row(row, out);
	}
	buf_add_text(out, "\n]\n");
}

struct requests *requests_new(void)
{
	return xcalloc(1, sizeof(struct requests));
}

void requests_reset(struct requests *r)
{
	for (size_t i = 0; i < ROWS; i++)
		row_free(r->rows[i]);
	memset(r, 0, sizeof(*r));
}

void requests_free(struct requests *r)
{
	if (!r)
		return;
	requests_reset(r);
	free(r);
}
