/* Finds the rule that answers a request. */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/dialects/cloud/cloud.h"
#include "mockupstream/mock_private.h"
#include "wire/json/jscan.h"

enum { MODEL_LIMIT_BYTES = 4096 };

struct pick_asked {
	struct visit *visit;
	char provider;
	uint64_t mark;
	uint32_t call;
	struct jval body; /* text.at == NULL if not JSON */
	struct buf path, model; /* model: empty if there is none */
};

/* Finds the model: in the body or, for a cloud, in the path. */
static void find_model(struct pick_asked *q)
{
	struct jval model;

	/* No rule could have a longer name. */
	if (q->body.text.at != NULL && q->body.type == J_OBJECT &&
	    jscan_member(q->body, "model", &model) && model.type == J_STRING)
		(void)jscan_string(model, &q->model);
	else
		(void)cloud_model(visit_path(q->visit), &q->model);
}

static bool mark_fits(const char *digits, uint64_t mark)
{
	return strtoull(digits, NULL, 16) == mark;
}

/* Does the header fit? A field on several lines is one value with commas. */
static bool header_fits(const struct rule *rule, const struct headers *h)
{
	size_t count = headers_count(h, rule->header_name);
	struct buf value = BUF_INIT(BUF_NO_LIMIT);
	bool fits;

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_text(&value, ", ");
		buf_add_text(&value, headers_nth(h, rule->header_name, i));
	}
	fits = count > 0 &&
	       pattern_match(rule->header_value, buf_span(&value)) == 1;
	buf_clear(&value);
	return fits;
}

static bool json_fits(const struct rule *rule, struct jval body)
{
	struct jval wanted, found;

	return body.text.at != NULL &&
	       jscan_find(body, span_of(rule->json_pointer), &found) &&
	       jscan(span_of(rule->json_value), &wanted, NULL) == 0 &&
	       jscan_diff(wanted, found, 0, 0, NULL, NULL) == 0;
}

static bool body_fits(const struct rule *r, const struct pick_asked *q)
{
	struct span body = visit_body(q->visit);

	if (r->json_pointer && !json_fits(r, q->body))
		return false;
	if (r->longer && body.len <= r->longer)
		return false;
	if (r->lacks && span_find(body, span_of(r->lacks)) != SIZE_MAX)
		return false;
	return !r->has || span_find(body, span_of(r->has)) != SIZE_MAX;
}

static bool rule_fits(const struct rule *r, const struct pick_asked *q)
{
	const struct http_head *head = visit_head(q->visit);

	uint32_t used = r->each ? r->used_by[q->provider - 'a'] : r->used;

	if (used >= r->times && r->times != UINT32_MAX)
		return false;
	if (r->provider && r->provider != q->provider)
		return false;
	if (r->method && strcmp(r->method, head->method) != 0)
		return false;
	if (r->path && !pattern_glob(r->path, buf_str(&q->path)))
		return false;
	if (r->model &&
	    (q->model.len == 0 || !pattern_glob(r->model, buf_str(&q->model))))
		return false;
	if (r->mark && !mark_fits(r->mark, q->mark))
		return false;
	if (r->call && r->call != q->call)
		return false;
	if (r->header_name && !header_fits(r, &head->headers))
		return false;
	return body_fits(r, q);
}

struct rule *pick_rule(struct mock_run *run, const struct mock_exchange *x,
		       uint64_t mark)
{
	struct pick_asked q = { .visit = x->visit,
				.provider = x->provider,
				.mark = mark,
				.body = x->json,
				.call = run->calls,
				.path = BUF_INIT(BUF_NO_LIMIT),
				.model = BUF_INIT(MODEL_LIMIT_BYTES) };
	struct rule *found = NULL;

	buf_add_span(&q.path, visit_path(x->visit));
	find_model(&q);
	for (size_t i = 0; i < run->rules->count && !found; i++)
		if (rule_fits(&run->rules->list[i], &q))
			found = &run->rules->list[i];
	if (found)
		found->used++;
	buf_clear(&q.path);
	buf_clear(&q.model);
	return found;
}

const struct reply *pick_reply(const struct rule *rule)
{
	size_t turn = rule->used - 1;

	return &rule->replies[turn < rule->reply_count ? turn
						       : rule->reply_count - 1];
}
