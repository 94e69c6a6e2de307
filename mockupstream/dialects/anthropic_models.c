/* The list of models, with the API's pages. */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"

enum { PAGE_DEFAULT = 20, PAGE_LIMIT = 1000 };

struct model {
	const char *id, *name, *created, *line;
	unsigned output; /* most tokens of an answer */
};

/* The newest first. Some of the dates are made up. */
static const struct model models[] = {
	{ "claude-opus-5-5", "Claude Opus 5.5", "2026-10-08T00:00:00Z", "opus",
	  128000 },
	{ "claude-fable-5-2", "Claude Fable 5.2", "2026-09-29T00:00:00Z",
	  "fable", 128000 },
	{ "claude-haiku-5-5", "Claude Haiku 5.5", "2026-09-01T00:00:00Z",
	  "haiku", 128000 },
	{ "claude-sonnet-5-5", "Claude Sonnet 5.5", "2026-08-18T00:00:00Z",
	  "sonnet", 128000 },
	{ "claude-opus-5", "Claude Opus 5", "2026-06-02T00:00:00Z", "opus",
	  128000 },
	{ "claude-sonnet-5", "Claude Sonnet 5", "2026-04-14T00:00:00Z",
	  "sonnet", 128000 },
	{ "claude-opus-4-5", "Claude Opus 4.5", "2025-11-24T00:00:00Z", "opus",
	  64000 },
	{ "claude-haiku-4-5-20251001", "Claude Haiku 4.5",
	  "2025-10-15T00:00:00Z", "haiku", 64000 },
	{ "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5",
	  "2025-09-29T00:00:00Z", "sonnet", 64000 },
};

enum { MOST_INPUT = 200000 };

enum { MODELS = sizeof(models) / sizeof(models[0]) };

static void write_model(struct buf *json, const struct model *m)
{
	buf_addf(json,
		 "{\"type\":\"model\",\"id\":\"%s\",\"display_name\":\"%s\","
		 "\"created_at\":\"%s\",\"lifecycle\":\"active\","
		 "\"line\":\"%s\",\"max_input_tokens\":%d,"
		 "\"max_tokens\":%u}",
		 m->id, m->name, m->created, m->line, MOST_INPUT, m->output);
}

/* The place of a model in the list, or MODELS. */
static size_t find_model(struct span id)
{
	for (size_t i = 0; i < MODELS; i++)
		if (span_is(id, models[i].id))
			return i;
	return MODELS;
}

struct page {
	size_t from, to; /* models[from .. to) */
};

static int fail_parameter(const struct anthropic_request *r, const char *name,
			  const char *what, struct reply *out)
{
	anthropic_error(out, r->number, 400, "invalid_request_error", "%s: %s",
			name, what);
	return -1;
}

/* limit, after_id and before_id; others are not looked at. */
static int read_page(const struct anthropic_request *r, struct page *page,
		     struct reply *out)
{
	struct span query = span_of(r->head->target), part, name;
	uint64_t limit = PAGE_DEFAULT;
	size_t after = MODELS, before = MODELS;

	span_split(&query, '?', &part);
	while (span_split(&query, '&', &part)) {
		span_split(&part, '=', &name);
		if (span_is(name, "limit") &&
		    (!part.at || !span_u64(part, PAGE_LIMIT, &limit) ||
		     limit == 0))
			return fail_parameter(r, "limit",
					      "a number from 1 to 1000", out);
		if (span_is(name, "after_id")) {
			after = part.at ? find_model(part) : MODELS;
			if (after == MODELS)
				return fail_parameter(r, "after_id",
						      "no such model", out);
		}
		if (span_is(name, "before_id")) {
			before = part.at ? find_model(part) : MODELS;
			if (before == MODELS)
				return fail_parameter(r, "before_id",
						      "no such model", out);
		}
	}
	page->from = after < MODELS ? after + 1 : 0;
	page->to = before;
	if (page->from > page->to)
		page->from = page->to;
	if (page->to - page->from > limit)
		page->to = page->from + limit;
	return 0;
}

static void write_id(struct buf *json, const char *key, const struct page *p,
		     size_t at)
{
	if (p->from == p->to)
		buf_addf(json, ",\"%s\":null", key);
	else
		buf_addf(json, ",\"%s\":\"%s\"", key, models[at].id);
}

static void write_list(const struct page *page, struct reply *out)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&json, "{\"data\":[");
	for (size_t i = page->from; i < page->to; i++) {
		if (i > page->from)
			buf_add_byte(&json, ',');
		write_model(&json, &models[i]);
	}
	buf_addf(&json, "],\"has_more\":%s",
		 page->to < MODELS ? "true" : "false");
	write_id(&json, "first_id", page, page->from);
	write_id(&json, "last_id", page, page->to - 1);
	buf_add_byte(&json, '}');
	reply_json(out, 200, &json);
}

void anthropic_models(const struct anthropic_request *r, struct span id,
		      struct reply *out)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT);
	struct page page;
	size_t at = find_model(id);

	if (id.len > 0 && at == MODELS) {
		anthropic_error(out, r->number, 404, "not_found_error",
				"model: %.*s", SPAN_ARG(span_first(id, 200)));
	} else if (id.len > 0) {
		write_model(&json, &models[at]);
		reply_json(out, 200, &json);
	} else if (read_page(r, &page, out) == 0) {
		write_list(&page, out);
	}
}
