/* What is kept: exchanges while they happen, cases when they are over. */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/blot.h"
#include "mockupstream/inspect/inspect_private.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

static size_t size_of(const struct inspect_record *r)
{
	return sizeof(*r) + r->line.len + r->text.len;
}

static void clear_record(struct inspect_record *r)
{
	buf_clear(&r->line);
	buf_clear(&r->text);
	free(r->method);
	free(r->target);
}

void inspect_store_clear(struct inspect_store *s)
{
	for (size_t i = 0; i < s->count; i++)
		clear_record(&s->list[i]);
	free(s->list);
	*s = (struct inspect_store){ .masked = s->masked };
}

/* Drops a quarter of them at once, so that this happens rarely. */
static void drop_oldest(struct inspect_store *s)
{
	size_t gone = s->count / 4 + 1;

	for (size_t i = 0; i < gone; i++) {
		s->bytes -= size_of(&s->list[i]);
		clear_record(&s->list[i]);
	}
	s->count -= gone;
	s->dropped += gone;
	memmove(s->list, s->list + gone, s->count * sizeof(*s->list));
}

static struct inspect_record *add(struct inspect_store *s, uint64_t run)
{
	while (s->count > 0 && (s->count >= INSPECT_RECORDS_LIMIT ||
				s->bytes > INSPECT_BYTES_LIMIT))
		drop_oldest(s);
	s->list = mem_room(s->list, s->count, &s->cap, sizeof(*s->list));
	s->list[s->count] = (struct inspect_record){
		.id = ++s->next,
		.run = run,
		.line = BUF_INIT(BUF_NO_LIMIT),
		.text = BUF_INIT(BUF_NO_LIMIT),
	};
	s->bytes += sizeof(*s->list);
	return &s->list[s->count++];
}

/* The newest record with this name: numbers start again when a journal does. */
static struct inspect_record *find(const struct inspect_store *s,
				   const struct wlog_entry *e)
{
	for (size_t i = s->count; i-- > 0;) {
		struct inspect_record *r = &s->list[i];

		if (r->run == e->run && r->exchange == e->exchange &&
		    strcmp(r->actor, e->actor) == 0)
			return r->over && e->kind == WLOG_REQUEST ? NULL : r;
	}
	return NULL;
}

/* Masks credentials in the header fields and the target. */
static void blot_entry(struct wlog_entry *shown, struct http_head *clean)
{
	char nothing[] = "";
	struct http_head head = { .method = nothing,
				  .target = shown->target ? shown->target
							  : nothing,
				  .headers = shown->headers };

	blot_head(&head, NULL, clean);
	shown->headers = clean->headers;
	if (shown->target)
		shown->target = clean->target;
}

static void hide(struct buf *text, const struct secrets *known)
{
	if (known)
		secrets_blot(known, text);
	secrets_guess(text);
}

static void add_line(struct inspect_store *s, struct inspect_record *r,
		     const struct wlog_entry *e, const struct secrets *known)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);
	struct http_head clean = { 0 };
	struct wlog_entry shown = *e;

	if (!s->masked)
		blot_entry(&shown, &clean);
	wlog_entry_write(&shown, &line);
	hide(&line, known);
	buf_add_span(&r->text, buf_span(&line));
	s->bytes += line.len;
	if (!r->target && shown.target) {
		buf_reset(&line);
		buf_add_text(&line, shown.target);
		hide(&line, known);
		r->target = buf_take(&line, NULL);
	}
	buf_clear(&line);
	http_head_clear(&clean);
}

static void take(struct inspect_record *r, const struct wlog_entry *e)
{
	r->until = e->at;
	switch (e->kind) {
	case WLOG_REQUEST:
		r->at = e->at;
		if (e->method && !r->method)
			r->method = xstrdup(e->method);
		break;
	case WLOG_BODY:
		r->asked += e->len;
		break;
	case WLOG_RESPONSE:
		r->status = e->status;
		break;
	case WLOG_DATA:
		r->answered += e->len;
		break;
	case WLOG_END:
		r->over = true;
		r->end = e->end;
		break;
	default:
		break;
	}
}

void inspect_store_entry(struct inspect_store *s, const struct wlog_entry *e,
			 const struct secrets *known)
{
	struct inspect_record *r;

	if (e->exchange == 0)
		return;
	r = find(s, e);
	if (!r) {
		r = add(s, e->run);
		r->exchange = e->exchange;
		r->at = e->at;
		memcpy(r->actor, e->actor, sizeof(r->actor));
	}
	take(r, e);
	add_line(s, r, e, known);
	r->changed = ++s->changes;
}

void inspect_store_case(struct inspect_store *s, uint64_t run, struct span line,
			struct span whole)
{
	struct inspect_record *r = add(s, run);

	buf_add_span(&r->line, line);
	buf_add_span(&r->text, whole);
	s->bytes += r->line.len + r->text.len;
	r->over = true;
	r->changed = ++s->changes;
}

const struct inspect_record *inspect_store_find(const struct inspect_store *s,
						uint64_t id)
{
	if (s->count == 0 || id < s->list[0].id ||
	    id >= s->list[0].id + s->count)
		return NULL;
	return &s->list[id - s->list[0].id];
}

void inspect_record_write(const struct inspect_record *r, struct buf *out)
{
	buf_addf(out, "{\"id\":%llu,\"run\":\"%016llx\",",
		 (unsigned long long)r->id, (unsigned long long)r->run);
	if (*r->actor == '\0') {
		buf_add_text(out, "\"case\":");
		buf_add_span(out, buf_span(&r->line));
		buf_add_byte(out, '}');
		return;
	}
	buf_addf(out, "\"actor\":\"%s\",\"exchange\":%u,\"method\":", r->actor,
		 r->exchange);
	jscan_quote_shown(out, span_of(r->method));
	buf_add_text(out, ",\"target\":");
	jscan_quote_shown(out, span_of(r->target));
	buf_addf(out,
		 ",\"status\":%d,\"at\":%lld,\"took\":%lld,\"asked\":%zu,"
		 "\"answered\":%zu,\"end\":\"%s\"}",
		 r->status, (long long)(r->at / 1000),
		 (long long)((r->until - r->at) / 1000), r->asked, r->answered,
		 r->over ? end_name(r->end) : "");
}

/* Whether the text has `low`, which is in lower case, in any mix of cases. */
static bool has(struct span text, struct span low)
{
	for (size_t i = 0; i + low.len <= text.len; i++) {
		size_t k = 0;

		while (k < low.len && span_lower(text.at[i + k]) == low.at[k])
			k++;
		if (k == low.len)
			return true;
	}
	return false;
}

void inspect_store_search(const struct inspect_store *s, struct span text,
			  struct buf *out)
{
	struct buf low = BUF_INIT(BUF_NO_LIMIT);
	bool any = false;

	for (size_t i = 0; i < text.len; i++)
		buf_add_byte(&low, span_lower(text.at[i]));
	buf_add_byte(out, '[');
	for (size_t i = 0; i < s->count; i++) {
		if (!has(buf_span(&s->list[i].text), buf_span(&low)))
			continue;
		buf_addf(out, "%s%llu", any ? "," : "",
			 (unsigned long long)s->list[i].id);
		any = true;
	}
	buf_add_byte(out, ']');
	buf_clear(&low);
}
