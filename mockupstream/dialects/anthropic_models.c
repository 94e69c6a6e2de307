/* The list of models, page by page as in the API. */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"

enum { PAGE_DEFAULT = 20, PAGE_LIMIT = 1000 };

struct model {
	const char *id, *name, *created, *line;
	unsigned output; /* most tokens of an answer */
};

/* The newest come first. Some of the dates are made up. */
static const struct model known[] = {
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

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

/* ---- which there are ---- */

struct model_list {
	struct span ids[ANTHROPIC_MODELS_LIMIT];
	size_t count;
};

static struct model_list list_of(const struct anthropic *a)
{
	struct model_list l = { .count = 0 };
	struct span rest = span_of(a->models ? a->models : "");

	while (a->models && l.count < ANTHROPIC_MODELS_LIMIT &&
	       span_split(&rest, ',', &l.ids[l.count]))
		l.count++;
	for (size_t i = 0; !a->models && i < KNOWN; i++)
		l.ids[l.count++] = span_of(known[i].id);
	return l;
}

static bool is_model_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr("._:/@-[]", c));
}

int anthropic_models_check(const char *names, struct fail *f)
{
	struct span rest = span_of(names), name;
	size_t count = 0;

	while (span_split(&rest, ',', &name)) {
		size_t i = 0;

		while (i < name.len && is_model_letter(name.at[i]))
			i++;
		if (name.len == 0 || i < name.len)
			return fail_set(f, FAIL_USAGE,
					"--models: '%.*s' is no name of a "
					"model; write NAME,NAME,...",
					SPAN_ARG(span_first(name, 100)));
		if (++count > ANTHROPIC_MODELS_LIMIT)
			return fail_set(f, FAIL_USAGE,
					"--models: more than %d names",
					ANTHROPIC_MODELS_LIMIT);
	}
	return 0;
}

bool anthropic_models_have(const struct anthropic *a, struct span name)
{
	if (!a->models)
		return span_find(name, span_of("no-such-model")) == SIZE_MAX;
	return span_has_word(span_of(a->models), ',', name);
}

void anthropic_models_each(const struct anthropic *a,
			   void (*take)(void *arg, struct span id), void *arg)
{
	struct model_list l = list_of(a);

	for (size_t i = 0; i < l.count; i++)
		take(arg, l.ids[i]);
}

/* ---- the list ---- */

static void write_model(struct buf *json, struct span id)
{
	struct model m = { .created = "2026-01-01T00:00:00Z",
			   .line = "other",
			   .output = 64000 };

	for (size_t i = 0; i < KNOWN; i++)
		if (span_is(id, known[i].id))
			m = known[i];
	buf_addf(json,
		 "{\"type\":\"model\",\"id\":\"%.*s\",\"display_name\":\"",
		 SPAN_ARG(id));
	buf_add_span(json, m.name ? span_of(m.name) : id);
	buf_addf(json,
		 "\",\"created_at\":\"%s\",\"lifecycle\":\"active\","
		 "\"line\":\"%s\",\"max_input_tokens\":%d,"
		 "\"max_tokens\":%u}",
		 m.created, m.line, MOST_INPUT, m.output);
}

/* The place of a model in the list, or the list's count. */
static size_t find_model(const struct model_list *l, struct span id)
{
	size_t i = 0;

	while (i < l->count && !span_equal(l->ids[i], id))
		i++;
	return i;
}

struct page {
	size_t from, to; /* ids[from .. to) */
};

static int fail_parameter(const struct anthropic_request *r, const char *name,
			  const char *what, struct reply *out)
{
	anthropic_error(out, r->number, 400, "invalid_request_error", "%s: %s",
			name, what);
	return -1;
}

/* Reads limit, after_id and before_id; others are ignored. */
static int read_page(const struct anthropic_request *r,
		     const struct model_list *l, struct page *page,
		     struct reply *out)
{
	struct span query = span_of(r->head->target), part, name;
	uint64_t limit = PAGE_DEFAULT;
	size_t after = l->count, before = l->count;

	span_split(&query, '?', &part);
	while (span_split(&query, '&', &part)) {
		span_split(&part, '=', &name);
		if (span_is(name, "limit") &&
		    (!part.at || !span_u64(part, PAGE_LIMIT, &limit) ||
		     limit == 0))
			return fail_parameter(r, "limit",
					      "a number from 1 to 1000", out);
		if (span_is(name, "after_id")) {
			after = part.at ? find_model(l, part) : l->count;
			if (after == l->count)
				return fail_parameter(r, "after_id",
						      "no such model", out);
		}
		if (span_is(name, "before_id")) {
			before = part.at ? find_model(l, part) : l->count;
			if (before == l->count)
				return fail_parameter(r, "before_id",
						      "no such model", out);
		}
	}
	page->from = after < l->count ? after + 1 : 0;
	page->to = before;
	if (page->from > page->to)
		page->from = page->to;
	if (page->to - page->from > limit)
		page->to = page->from + limit;
	return 0;
}

static void write_id(struct buf *json, const char *key,
		     const struct model_list *l, const struct page *p,
		     size_t at)
{
	if (p->from == p->to)
		buf_addf(json, ",\"%s\":null", key);
	else
		buf_addf(json, ",\"%s\":\"%.*s\"", key, SPAN_ARG(l->ids[at]));
}

static void write_list(const struct model_list *l, const struct page *page,
		       struct reply *out)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&json, "{\"data\":[");
	for (size_t i = page->from; i < page->to; i++) {
		if (i > page->from)
			buf_add_byte(&json, ',');
		write_model(&json, l->ids[i]);
	}
	buf_addf(&json, "],\"has_more\":%s",
		 page->to < l->count ? "true" : "false");
	write_id(&json, "first_id", l, page, page->from);
	write_id(&json, "last_id", l, page, page->to - 1);
	buf_add_byte(&json, '}');
	reply_json(out, 200, &json);
}

void anthropic_models(const struct anthropic *a,
		      const struct anthropic_request *r, struct span id,
		      struct reply *out)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT);
	struct model_list l = list_of(a);
	struct page page;

	if (id.len > 0 && find_model(&l, id) == l.count) {
		anthropic_error(out, r->number, 404, "not_found_error",
				"model: %.*s", SPAN_ARG(span_first(id, 200)));
	} else if (id.len > 0) {
		write_model(&json, id);
		reply_json(out, 200, &json);
	} else if (read_page(r, &l, &page, out) == 0) {
		write_list(&l, &page, out);
	}
}
