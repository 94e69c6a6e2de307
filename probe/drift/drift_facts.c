/* Makes a sorted list of facts of a request. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/drift/drift_private.h"
#include "wire/bytes/hash.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/secrets.h"
#include "wire/scrub/scrub.h"

#define VALUE_LIMIT 160 /* bytes of a value that are compared and shown */

/* ---- lists ---- */

void drift_list_add(struct drift_list *l, struct span text)
{
	l->list = mem_room(l->list, l->count, &l->cap, sizeof(*l->list));
	l->list[l->count++] = span_dup(text);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void drift_list_sort(struct drift_list *l)
{
	size_t kept = 0;

	if (l->list != NULL)
		qsort(l->list, l->count, sizeof(*l->list), by_text);
	for (size_t i = 0; i < l->count; i++) {
		if (kept > 0 && strcmp(l->list[kept - 1], l->list[i]) == 0)
			free(l->list[i]);
		else
			l->list[kept++] = l->list[i];
	}
	l->count = kept;
}

void drift_list_clear(struct drift_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->list[i]);
	free(l->list);
	*l = (struct drift_list){ .list = NULL };
}

/* ---- facts ---- */

static void add(struct drift_list *l, const char *what, struct span name,
		struct span value)
{
	struct buf fact = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&fact, what);
	buf_add_span(&fact, name);
	if (value.at != NULL) {
		buf_add_byte(&fact, DRIFT_VALUE);
		buf_add_span(&fact, span_first(value, VALUE_LIMIT));
	}
	drift_list_add(l, buf_span(&fact));
	buf_clear(&fact);
}

static const struct span nothing = { .at = NULL };

/* Values that differ each time, and stand-ins, are not compared. */
static bool has_value(const struct header *h)
{
	return !secrets_is_header(h->name) && !strstr(h->value, "{{") &&
	       !(strlen(h->name) > 3 &&
		 strcasecmp(h->name + strlen(h->name) - 3, "-id") == 0);
}

static void add_betas(struct drift_list *l, struct span rest)
{
	struct span part;

	while (span_split(&rest, ',', &part))
		if (span_trim(part).len > 0)
			add(l, "beta ", span_trim(part), nothing);
}

/* "os/linux#6.1.0" names the kernel of the machine that recorded. */
static void leave_out_kernel(struct buf *value)
{
	size_t at = span_find(buf_span(value), span_of("os/linux#"));

	if (at == SIZE_MAX)
		return;
	at += strlen("os/linux#");
	(void)buf_splice(value, at, strcspn(buf_str(value) + at, " "), "KERNEL",
			 strlen("KERNEL"));
}

static void add_field(struct drift_request *r, const struct header *h,
		      const char *version)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);

	drift_list_add(&r->order, span_of(h->name));
	add(&r->facts, "header ", span_of(h->name), nothing);
	if (strcasecmp(h->name, "anthropic-beta") == 0) {
		add_betas(&r->facts, span_of(h->value));
	} else if (has_value(h)) {
		buf_add_text(&value, h->value);
		buf_replace(&value, version, "VERSION");
		leave_out_kernel(&value);
		add(&r->facts, "header ", span_of(h->name), buf_span(&value));
	}
	buf_clear(&value);
}

static void add_prose(struct drift_request *r, const struct scrub_seen *seen)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_span(&text, seen->path);
	buf_addf(&text, " %016" PRIx64,
		 hash_bytes(HASH_START, seen->value.text));
	drift_list_add(&r->prose, buf_span(&text));
	buf_clear(&text);
}

static void on_value(void *arg, const struct scrub_seen *seen)
{
	struct drift_request *r = arg;
	bool plain = seen->opens || seen->open;

	if (seen->value.type == J_STRING && seen->open)
		add_prose(r, seen);
	if (seen->nested || seen->path.len == 0)
		return;
	if (span_find_byte(span_skip(seen->path, 1), '/') == SIZE_MAX &&
	    span_find_byte(seen->path, '[') == SIZE_MAX)
		drift_list_add(&r->order, seen->path);
	add(&r->facts, "", seen->path, nothing);
	if (!plain)
		add(&r->facts, "", seen->path, seen->value.text);
}

void drift_facts(struct drift_request *out, const struct http_head *head,
		 struct span body, const char *version)
{
	struct buf route = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&route, "%s %.*s", head->method,
		 (int)strcspn(head->target, "?"), head->target);
	out->route = buf_take(&route, NULL);
	buf_addf(&route, "%s %s", head->method, head->target);
	add(&out->facts, "route ", buf_span(&route), nothing);
	buf_clear(&route);
	for (size_t i = 0; i < head->headers.count; i++)
		add_field(out, &head->headers.list[i], version);
	scrub_look(body, on_value, out);
	drift_list_sort(&out->facts);
	drift_list_sort(&out->prose);
}

void drift_request_clear(struct drift_request *r)
{
	free(r->name);
	free(r->route);
	drift_list_clear(&r->facts);
	drift_list_clear(&r->prose);
	drift_list_clear(&r->order);
}
