/* Lists of models, page by page. */
#include "gateway/pool/catalog.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/hooks.h"
#include "gateway/reply.h"
#include "wire/bytes/mem.h"

#define MODELS "/v1/models"

enum { LIMIT_DEFAULT = 20, LIMIT_MOST = 1000, ID_LIMIT = 4096 };

/* ---- a row ---- */

/* The day at the end of an id: "claude-sonnet-4-5-20250929". false: none. */
static bool day_of(struct span id, struct span *day)
{
	*day = span_skip(id, id.len > 8 ? id.len - 8 : id.len);
	for (size_t i = 0; i < day->len; i++)
		if (!isdigit((unsigned char)day->at[i]))
			return false;
	return day->len == 8 && day->at[-1] == '-' && day->at[0] == '2';
}

static void write_row(const struct catalog_row *row, struct buf *out)
{
	struct span day;

	buf_add_text(out, "{\"type\":\"model\",\"id\":");
	jscan_quote(out, span_of(row->id));
	buf_add_text(out, ",\"display_name\":");
	jscan_quote(out, span_of(row->display));
	if (day_of(span_of(row->id), &day))
		buf_addf(out, ",\"created_at\":\"%.4s-%.2s-%.2sT00:00:00Z\"}",
			 day.at, day.at + 4, day.at + 6);
	else
		buf_add_text(out, ",\"created_at\":\"1970-01-01T00:00:00Z\"}");
}

static const struct catalog_row *row_of(const struct catalog *c, struct span id)
{
	for (size_t i = 0; i < c->count; i++)
		if (span_is(id, c->list[i].id))
			return &c->list[i];
	return NULL;
}

/* ---- a page ---- */

struct catalog_view {
	size_t from, to, limit;
	/* the page is the last before `to`, not the first after `from` */
	bool backwards;
};

static int bound(const struct catalog *c, struct span value, size_t *at,
		 struct fail *why)
{
	struct buf id = BUF_INIT(ID_LIMIT);
	const struct catalog_row *row;

	bridge_name_decode(value, &id);
	row = row_of(c, buf_span(&id));
	buf_clear(&id);
	if (!row)
		return fail_set(why, FAIL_USAGE,
				"after_id, before_id: no model of the list "
				"has this id");
	*at = (size_t)(row - c->list);
	return 0;
}

static int read_part(const struct catalog *c, struct span part,
		     struct catalog_view *page, struct fail *why)
{
	uint64_t limit;

	if (span_starts(part, "limit=")) {
		if (!span_u64(span_skip(part, 6), LIMIT_MOST, &limit) ||
		    limit == 0)
			return fail_set(why, FAIL_USAGE,
					"limit: it is a number from 1 to %d",
					LIMIT_MOST);
		page->limit = (size_t)limit;
	} else if (span_starts(part, "after_id=")) {
		if (bound(c, span_skip(part, 9), &page->from, why) < 0)
			return -1;
		page->from++;
	} else if (span_starts(part, "before_id=")) {
		page->backwards = true;
		return bound(c, span_skip(part, 10), &page->to, why);
	}
	return 0;
}

static int read_query(const struct catalog *c, struct span query,
		      struct catalog_view *page, struct fail *why)
{
	struct span part;

	*page = (struct catalog_view){ .to = c->count, .limit = LIMIT_DEFAULT };
	while (span_split(&query, '&', &part))
		if (read_part(c, part, page, why) < 0)
			return -1;
	if (page->from > page->to)
		page->from = page->to;
	return 0;
}

static void write_id(const char *key, const struct catalog_row *row,
		     struct buf *out)
{
	buf_addf(out, ",\"%s\":", key);
	if (row)
		jscan_quote(out, span_of(row->id));
	else
		buf_add_text(out, "null");
}

int catalog_page(const struct catalog *c, struct span query, struct buf *out,
		 struct fail *why)
{
	struct catalog_view page;
	bool more;

	if (read_query(c, query, &page, why) < 0)
		return -1;
	more = page.to - page.from > page.limit;
	if (more && page.backwards)
		page.from = page.to - page.limit;
	else if (more)
		page.to = page.from + page.limit;
	buf_add_text(out, "{\"data\":[");
	for (size_t i = page.from; i < page.to; i++) {
		if (i > page.from)
			buf_add_byte(out, ',');
		write_row(&c->list[i], out);
	}
	buf_addf(out, "],\"has_more\":%s", more ? "true" : "false");
	more = page.from < page.to; /* is the page not empty? */
	write_id("first_id", more ? &c->list[page.from] : NULL, out);
	write_id("last_id", more ? &c->list[page.to - 1] : NULL, out);
	buf_add_byte(out, '}');
	return 0;
}

/* ---- the list ---- */

static void add_row(struct catalog *c, const char *id, const char *display)
{
	if (row_of(c, span_of(id)))
		return;
	c->list[c->count++] =
		(struct catalog_row){ id, display ? display : id };
}

/* May the client's key ask for this model? */
static bool is_for(const struct relay *r, const char *id)
{
	return !r->key || client_key_may_ask(r->key, span_of(id)) ||
	       hook_lifts(r, "lists");
}

/* Collects the aliases and models that this key may ask for. */
static void collect(struct catalog *c, const struct relay *r)
{
	const struct names_table *n = &r->config->pool->names;

	c->list = xcalloc(n->aliases_count + n->known_count + 1,
			  sizeof(*c->list));
	for (size_t i = 0; i < n->aliases_count; i++)
		if (is_for(r, n->aliases[i].name) ||
		    is_for(r, n->aliases[i].model))
			add_row(c, n->aliases[i].name, n->aliases[i].display);
	for (size_t i = 0; i < n->known_count; i++)
		if (is_for(r, n->known[i]))
			add_row(c, n->known[i], NULL);
}

/* ---- the answer ---- */

static void reply_body(struct relay *r, struct buf *body)
{
	struct gate_reply reply = { .status = 200, .body = *body };
	char id[REPLY_ID_LEN];

	buf_init(body, BUF_NO_LIMIT);
	reply_id(id);
	headers_add_text(&reply.headers, "content-type", "application/json");
	headers_add_text(&reply.headers, "request-id", id);
	reply_send(r, &reply);
}

static void reply_one(struct relay *r, const struct catalog *c,
		      struct span encoded)
{
	struct buf id = BUF_INIT(ID_LIMIT), body = BUF_INIT(BUF_NO_LIMIT);
	const struct catalog_row *row;

	bridge_name_decode(encoded, &id);
	row = row_of(c, buf_span(&id));
	if (row) {
		write_row(row, &body);
		reply_body(r, &body);
	} else {
		reply_error(r, 404, "this gateway does not list this model");
	}
	buf_clear(&id);
	buf_clear(&body);
}

static void reply_page(struct relay *r, const struct catalog *c,
		       struct span query)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct fail why = FAIL_INIT;

	if (catalog_page(c, query, &body, &why) < 0)
		reply_error(r, 400, why.text);
	else
		reply_body(r, &body);
	buf_clear(&body);
}

bool catalog_reply(struct relay *r)
{
	const struct names_table *n = &r->config->pool->names;
	struct span target = buf_span(&r->target);
	struct span path = span_first(target, span_find_byte(target, '?'));
	struct catalog c = { .list = NULL };

	if (n->aliases_count + n->known_count == 0 ||
	    r->route.cloud.vendor != BRIDGE_NONE || !span_starts(path, MODELS))
		return false;
	collect(&c, r);
	if (path.len == strlen(MODELS))
		reply_page(r, &c, span_skip(target, path.len + 1));
	else
		reply_one(r, &c, span_skip(path, strlen(MODELS "/")));
	free(c.list);
	return true;
}
