/*
 * A server for tests of bisect: it has planted causes and, if it is strict,
 * rules that every request has to keep. It counts requests and complains about
 * candidates that are larger than the given request.
 */
#ifndef TESTS_BISECT_KIT_H
#define TESTS_BISECT_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/bisect/bisect_private.h"
#include "wire/bytes/mem.h"

struct seen { /* a request, parsed */
	const struct bisect_request *r;
	struct jval root;
};

typedef bool kit_fails_fn(const struct seen *s, const char *a, const char *b);

struct kit_cause {
	kit_fails_fn *fails;
	const char *a, *b;
	const char *text; /* of the error; NULL: "cause" */
};

#define KIT_CAUSES 4
#define KIT_NAMES 6

struct kit_row { /* a server, and the causes that have to be found */
	const char *title;
	struct kit_cause causes[KIT_CAUSES];
	/* For each cause the names of its culprits, joined by " + ". No names
	 * at all: not checked. */
	const char *names[KIT_NAMES];
};

struct kit {
	const struct bisect_request *given;
	const struct kit_row *row;
	bool strict;
	unsigned budget; /* trials; 0: as many as it wants */
	const char *wanted; /* the error that the search is about */
	unsigned trials;
	struct jval body; /* the given one; no text: it is not JSON */
	struct bisect_request *asked; /* for this error */
	size_t asked_count;
};

/* The whole course of each search is written here; NULL: it is not. */
static struct buf *kit_course;

static inline bool kit_find(const struct seen *s, const char *pointer,
			    struct jval *out)
{
	struct jval v;

	if (s->root.text.len == 0)
		return false;
	return jscan_find(s->root, span_of(pointer), out != NULL ? out : &v);
}

static inline bool kit_is(struct jval object, const char *key, const char *text)
{
	struct jval v;

	return jscan_member(object, key, &v) && v.type == J_STRING &&
	       jscan_string_is(v, text);
}

/* ---- rules of a strict server ---- */

static inline bool kit_has_tool(const struct seen *s, const char *name,
				struct jval *out)
{
	struct jval tools, tool;
	struct jiter it;

	if (!kit_find(s, "/tools", &tools))
		return false;
	it = jscan_iter(tools);
	while (jscan_next(&it, NULL, &tool)) {
		if (kit_is(tool, "name", name)) {
			*out = tool;
			return true;
		}
	}
	return false;
}

static inline const char *kit_tools_error(const struct seen *s)
{
	struct jval tools, tool, v, schema;
	struct jiter it;
	size_t count = 0, deferred = 0;

	if (!kit_find(s, "/tools", &tools))
		return kit_find(s, "/tool_choice", NULL)
			       ? "tool_choice without tools"
			       : NULL;
	it = jscan_iter(tools);
	while (jscan_next(&it, NULL, &tool)) {
		count++;
		if (!jscan_member(tool, "name", &v))
			return "tool: name required";
		if (!jscan_member(tool, "input_schema", &schema) ||
		    !kit_is(schema, "type", "object"))
			return "tool: input_schema required";
		deferred += jscan_member(tool, "defer_loading", &v);
	}
	return count > 0 && deferred == count ? "all tools deferred" : NULL;
}

/* How many blocks of a message have a member with this text. */
static inline size_t kit_blocks(struct jval message, const char *key,
				struct jval text)
{
	struct jval content, block, v;
	struct jiter it;
	size_t count = 0;

	if (!jscan_member(message, "content", &content))
		return 0;
	it = jscan_iter(content);
	while (jscan_next(&it, NULL, &block))
		count += jscan_member(block, key, &v) &&
			 jscan_string_order(v, text) == 0;
	return count;
}

static inline const char *kit_content_error(struct jval before,
					    struct jval message,
					    struct jval after)
{
	struct jval content, block, v;
	struct jiter it;

	if (!jscan_member(message, "content", &content))
		return "message: content required";
	if (content.type == J_STRING)
		return content.text.len > 2 ? NULL : "message: empty";
	if (jscan_count(content) == 0)
		return "message: no content";
	it = jscan_iter(content);
	while (jscan_next(&it, NULL, &block)) {
		if (!jscan_member(block, "type", &v))
			return "block: type required";
		if (kit_is(block, "type", "text") &&
		    (!jscan_member(block, "text", &v) || v.text.len <= 2))
			return "block: text required";
		if (jscan_member(block, "tool_use_id", &v) &&
		    kit_blocks(before, "id", v) == 0)
			return "tool_result without tool_use";
		if (jscan_member(block, "id", &v) &&
		    kit_blocks(after, "tool_use_id", v) == 0)
			return "tool_use without tool_result";
	}
	return NULL;
}

static inline const char *kit_messages_error(const struct seen *s)
{
	const struct jval none = { .type = J_NULL };
	struct jval all, m, v, before = none;
	struct jiter it;
	const char *last = "assistant", *why = NULL;

	if (!kit_find(s, "/messages", &all) || jscan_count(all) == 0)
		return "messages required";
	it = jscan_iter(all);
	while (why == NULL && jscan_next(&it, NULL, &m)) {
		struct jiter peek = it;
		struct jval after = none;

		jscan_next(&peek, NULL, &after);
		if (!jscan_member(m, "role", &v))
			return "message: role required";
		why = kit_content_error(before, m, after);
		before = m;
		if (kit_is(m, "role", "system"))
			continue;
		if (why == NULL && kit_is(m, "role", last))
			why = "roles must alternate";
		last = kit_is(m, "role", "user") ? "user" : "assistant";
	}
	if (why == NULL && strcmp(last, "assistant") == 0)
		why = "the last message must be a user's";
	return why;
}

static inline const char *kit_fields_error(const struct seen *s)
{
	struct jval v, budget;
	int64_t most, thinking;

	if (!headers_has_token(&s->r->headers, "anthropic-beta",
			       "context-management-2025-06-27") &&
	    kit_find(s, "/context_management", NULL))
		return "context_management: extra inputs";
	if (!headers_has_token(&s->r->headers, "anthropic-beta",
			       "effort-2025-11-24") &&
	    kit_find(s, "/output_config", NULL))
		return "output_config: extra inputs";
	if (kit_find(s, "/context_management/edits/0", &v) &&
	    !kit_find(s, "/thinking", NULL))
		return "clear_thinking needs thinking";
	if (!kit_find(s, "/model", NULL) || !kit_find(s, "/max_tokens", &v) ||
	    !jscan_i64(v, &most))
		return "model and max_tokens required";
	if (kit_find(s, "/thinking/budget_tokens", &budget) &&
	    (!jscan_i64(budget, &thinking) || thinking >= most))
		return "budget_tokens must be less than max_tokens";
	return NULL;
}

static inline const char *kit_rules_error(const struct seen *s)
{
	const char *why;

	if (headers_get(&s->r->headers, "content-type") == NULL)
		return "content-type is missing";
	why = kit_fields_error(s);
	if (why == NULL)
		why = kit_tools_error(s);
	return why == NULL ? kit_messages_error(s) : why;
}

/* ---- the server ---- */

static inline const char *kit_answer(const struct kit *k,
				     const struct bisect_request *r)
{
	struct seen s = { .r = r };
	struct fail why = FAIL_INIT;
	const char *broken;

	if (k->body.text.len > 0 && r->body.len > 0)
		assert_int_equal(jscan(buf_span(&r->body), &s.root, &why), 0);
	broken = k->strict ? kit_rules_error(&s) : NULL;
	if (broken != NULL)
		return broken;
	for (size_t i = 0; i < KIT_CAUSES && k->row->causes[i].fails; i++) {
		const struct kit_cause *c = &k->row->causes[i];

		if (c->fails(&s, c->a, c->b))
			return c->text != NULL ? c->text : "cause";
	}
	return NULL;
}

static inline bool kit_same(const struct bisect_request *a,
			    const struct bisect_request *b)
{
	bool same = strcmp(a->target, b->target) == 0 &&
		    a->headers.count == b->headers.count &&
		    span_equal(buf_span(&a->body), buf_span(&b->body));

	for (size_t i = 0; same && i < a->headers.count; i++)
		same = strcmp(a->headers.list[i].name,
			      b->headers.list[i].name) == 0 &&
		       strcmp(a->headers.list[i].value,
			      b->headers.list[i].value) == 0;
	return same;
}

static inline void kit_forget(struct kit *k)
{
	for (size_t i = 0; i < k->asked_count; i++)
		bisect_request_clear(&k->asked[i]);
	free(k->asked);
	k->asked = NULL;
	k->asked_count = 0;
}

/* Remembers the request, and asserts that it was not sent before. */
static inline void kit_remember(struct kit *k, const struct bisect_request *r)
{
	assert_false(kit_same(r, k->given));
	for (size_t i = 0; i < k->asked_count; i++)
		assert_false(kit_same(r, &k->asked[i]));
	k->asked = xrealloc(k->asked, (k->asked_count + 1) * sizeof(*k->asked));
	bisect_request_copy(&k->asked[k->asked_count++], r);
}

static inline enum trial kit_trial(void *arg, const struct bisect_request *r)
{
	struct kit *k = arg;
	const char *text;

	assert_true(r->body.len <= k->given->body.len);
	assert_true(r->headers.bytes <= k->given->headers.bytes);
	if (k->budget > 0 && k->trials == k->budget)
		return TRIAL_OVER;
	k->trials++;
	kit_remember(k, r);
	text = kit_answer(k, r);
	if (kit_course)
		buf_addf(kit_course, " %zu%s", bisect_request_size(r),
			 text == NULL                   ? "+"
			 : strcmp(text, k->wanted) == 0 ? ""
							: "?");
	if (text == NULL)
		return TRIAL_PASSES;
	return strcmp(text, k->wanted) == 0 ? TRIAL_SAME : TRIAL_OTHER;
}

static inline bool kit_again(void *arg, const struct bisect_request *r)
{
	struct kit *k = arg;
	const char *text = kit_answer(k, r);

	k->trials++;
	kit_forget(k);
	if (text != NULL)
		k->wanted = text;
	return text != NULL;
}

/* ---- running it ---- */

static inline void kit_names(const struct bisect_cause *c, struct buf *out)
{
	for (size_t i = 0; i < c->count; i++) {
		if (i > 0)
			buf_add_text(out, " + ");
		buf_add_text(out, c->culprits[i].name);
	}
	if (c->is_each)
		buf_add_text(out, ": each");
	if (c->is_size)
		buf_add_text(out, "size");
	if (c->is_bare)
		buf_addf(out, "%sbare", c->count > 0 ? " + " : "");
}

static inline void kit_tell_request(const char *what,
				    const struct bisect_request *r)
{
	buf_addf(kit_course, "  %s: %s", what, r->target);
	for (size_t i = 0; i < r->headers.count; i++)
		buf_addf(kit_course, ", %s", r->headers.list[i].name);
	if (r->body.len > 300)
		buf_addf(kit_course, ", %zu bytes\n", r->body.len);
	else
		buf_addf(kit_course, "\n    %s\n", buf_str(&r->body));
}

static inline void kit_tell_culprit(const char *what, const struct culprit *c)
{
	buf_addf(kit_course, "  %s %s", what, c->name);
	if (c->pointer)
		buf_addf(kit_course, ", at %s", c->pointer);
	if (c->header)
		buf_addf(kit_course, ", of %s", c->header);
	if (c->value)
		buf_addf(kit_course, ", %s", c->value);
	buf_addf(kit_course, "%s\n", c->feature ? ", known" : "");
}

static inline void kit_tell(const struct bisect_cause *c)
{
	if (!kit_course)
		return;
	buf_addf(kit_course, " cause:%s%s%s%s\n", c->is_each ? " each" : "",
		 c->is_size ? " size" : "", c->is_bare ? " bare" : "",
		 c->minimal ? "" : " cut short");
	if (c->is_size)
		buf_addf(kit_course, "  fails at %zu, passes at %zu\n",
			 c->fails_at, c->passes_at);
	for (size_t i = 0; i < c->count; i++)
		kit_tell_culprit("culprit", &c->culprits[i]);
	for (size_t i = 0; i < c->missing_count; i++)
		kit_tell_culprit("missing", &c->missing[i]);
	kit_tell_request("smallest", &c->smallest);
	if (c->passing.method)
		kit_tell_request("passing", &c->passing);
}

/* May this beta, or thinking, stay, because the request has the field that goes
 * with it? */
static inline bool kit_is_needed(const struct parts *ps, size_t part)
{
	for (size_t i = 0; i < ps->need_count; i++)
		if ((ps->list[part].kind == PART_BETA ||
		     part_is(&ps->list[part], "thinking")) &&
		    ps->needs[i].what == part)
			return true;
	return false;
}

/* Asserts that the smallest request has nothing optional left. */
static inline void kit_minimal(const struct kit *k,
			       const struct bisect_request *smallest)
{
	const char *error = kit_answer(k, smallest);
	struct parts ps;
	struct looks l;

	parts_of(&ps, smallest);
	looks_init(&l, &ps);
	for (size_t i = 1; i < ps.count; i++) {
		struct bisect_request r;
		const char *text;

		if (!part_is_optional(&ps.list[i]) || kit_is_needed(&ps, i) ||
		    (ps.list[i].place == PLACE_MESSAGE &&
		     ps.list[ps.messages].count == 1))
			continue;
		memset(l.of, 0, ps.count * sizeof(*l.of));
		l.of[i].how = HOW_GONE;
		looks_tidy(&ps, &l);
		without(&ps, &l, &r);
		text = kit_answer(k, &r);
		assert_false(text != NULL && strcmp(text, error) == 0);
		bisect_request_clear(&r);
	}
	looks_clear(&l);
	parts_clear(&ps);
}

static inline void kit_check(struct kit *k, const struct bisect_cause *c,
			     size_t n)
{
	struct buf names = BUF_INIT(BUF_NO_LIMIT);
	const char *first = k->wanted;

	kit_names(c, &names);
	if (k->row->names[0] != NULL) {
		assert_non_null(k->row->names[n]);
		assert_string_equal(buf_str(&names), k->row->names[n]);
	}
	assert_true(c->minimal);
	assert_non_null(kit_answer(k, &c->smallest));
	if (!c->is_size)
		kit_minimal(k, &c->smallest);
	if (c->passing.method != NULL)
		assert_null(kit_answer(k, &c->passing));
	k->wanted = first;
	buf_clear(&names);
}

/* Searches, checks the causes found, and returns the number of trials. */
static inline unsigned kit_run(const struct bisect_request *given,
			       const struct kit_row *row, bool strict)
{
	struct kit k = { .given = given, .row = row, .strict = strict };
	struct bisect_cause causes[BISECT_CAUSES_LIMIT];
	struct fail why = FAIL_INIT;
	int count;

	jscan(buf_span(&given->body), &k.body, NULL);
	k.wanted = kit_answer(&k, given);
	assert_non_null(k.wanted);
	if (kit_course)
		buf_addf(kit_course, "%s%s:", row->title,
			 strict ? ", strictly" : "");
	count = bisect_reduce(given, kit_trial, kit_again, &k, NULL, causes,
			      &why);
	if (kit_course)
		buf_add_byte(kit_course, '\n');
	printf("# %3u trials: %s\n", k.trials, row->title);
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		kit_check(&k, &causes[i], (size_t)i);
		kit_tell(&causes[i]);
		bisect_cause_clear(&causes[i]);
	}
	kit_forget(&k);
	assert_true(row->names[0] == NULL || row->names[count] == NULL);
	return k.trials;
}

/* ---- requests ---- */

static inline void kit_read(struct bisect_request *out, const char *path)
{
	FILE *file = fopen(path, "rb");
	struct http_head head;
	struct fail why = FAIL_INIT;
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);
	char part[4096];
	size_t n;
	long len;

	assert_non_null(file);
	while ((n = fread(part, 1, sizeof(part), file)) > 0)
		buf_add(&bytes, part, n);
	fclose(file);
	len = http_request_read(buf_span(&bytes), &head, &why);
	assert_true(len > 0);
	*out = (struct bisect_request){ .body = BUF_INIT(BUF_NO_LIMIT) };
	out->method = xstrdup(head.method);
	out->target = xstrdup(head.target);
	headers_copy(&out->headers, &head.headers);
	buf_add_span(&out->body, span_skip(buf_span(&bytes), (size_t)len));
	http_head_clear(&head);
	buf_clear(&bytes);
}

static inline void kit_make(struct bisect_request *out, const char *betas)
{
	*out = (struct bisect_request){ .body = BUF_INIT(BUF_NO_LIMIT) };
	out->method = xstrdup("POST");
	out->target = xstrdup("/v1/messages?beta=true");
	headers_add_text(&out->headers, "Authorization",
			 "Bearer {{credential}}");
	headers_add_text(&out->headers, "Content-Type", "application/json");
	headers_add_text(&out->headers, "anthropic-version", "2023-06-01");
	if (betas != NULL)
		headers_add_text(&out->headers, "anthropic-beta", betas);
	headers_add_text(&out->headers, "x-app", "cli");
}

#endif
