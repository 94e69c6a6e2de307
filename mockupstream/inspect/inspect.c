/* The server of the live page. */
#include "mockupstream/inspect/inspect.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/control_guard.h"
#include "mockupstream/inspect/inspect_private.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

#define FLUSH (100 * TICK_MS) /* changes within this time are sent together */
#define QUERY_LIMIT 400

struct inspect {
	char *title;
	/* distinguishes it from an earlier one at the same address */
	tick_t born;
	struct inspect_store store;
	struct loop *loop; /* NULL: it is not listening */
	struct serve *serve;
	struct address at;
	struct loop_timer timer;
	struct inspect_watcher *watchers;
};

/* A browser that has the page open. It is sent everything that changed after
 * `seen`, in order, as far as there is room. */
struct inspect_watcher {
	struct visit *visit;
	/* changes; until: the last change of the pass under way */
	uint64_t seen, until;
	size_t next; /* the next record of the pass, counting those dropped */
	bool full;
	struct inspect_watcher *rest;
};

struct inspect *inspect_new(const char *title, bool masked)
{
	struct inspect *i = xcalloc(1, sizeof(*i));

	i->store.masked = masked;
	i->born = loop_now();
	i->title = xstrdup(title);
	return i;
}

void inspect_free(struct inspect *i)
{
	if (!i)
		return;
	inspect_leave(i);
	inspect_store_clear(&i->store);
	free(i->title);
	free(i);
}

/* ---- sending what changed ---- */

static bool send_record(struct inspect_watcher *w,
			const struct inspect_record *r)
{
	struct buf event = BUF_INIT(BUF_NO_LIMIT);
	bool room;

	buf_add_text(&event, "data: ");
	inspect_record_write(r, &event);
	buf_add_text(&event, "\n\n");
	room = visit_send(w->visit, event.at, event.len);
	buf_clear(&event);
	return room;
}

static void pump(struct inspect *i, struct inspect_watcher *w)
{
	const struct inspect_store *s = &i->store;

	w->full = false;
	while (w->seen < s->changes) {
		size_t at;

		if (w->until == 0) {
			w->until = s->changes;
			w->next = s->dropped;
		}
		at = w->next > s->dropped ? w->next - s->dropped : 0;
		for (; at < s->count && !w->full; at++)
			if (s->list[at].changed > w->seen)
				w->full = !send_record(w, &s->list[at]);
		w->next = at + s->dropped;
		if (w->full)
			return;
		w->seen = w->until;
		w->until = 0;
	}
}

static void flush(void *arg)
{
	struct inspect *i = arg;

	for (struct inspect_watcher *w = i->watchers; w; w = w->rest)
		if (!w->full)
			pump(i, w);
}

static void changed(struct inspect *i)
{
	if (i->watchers && i->timer.slot == 0)
		loop_timer_set(i->loop, &i->timer, loop_now() + FLUSH, flush,
			       i);
}

void inspect_entry(struct inspect *i, const struct wlog_entry *e,
		   const struct secrets *known)
{
	inspect_store_entry(&i->store, e, known);
	changed(i);
}

void inspect_case(struct inspect *i, uint64_t run, struct span line,
		  struct span whole)
{
	inspect_store_case(&i->store, run, line, whole);
	changed(i);
}

/* ---- answers ---- */

static void add_fields(struct headers *h, const char *type)
{
	headers_add_text(h, "content-type", type);
	headers_add_text(h, "cache-control", "no-store");
	headers_add_text(h, "x-content-type-options", "nosniff");
	headers_add_text(h, "referrer-policy", "no-referrer");
	headers_add_text(h, "cross-origin-resource-policy", "same-origin");
	headers_add_text(h, "content-security-policy",
			 "default-src 'none'; style-src 'unsafe-inline'; "
			 "script-src 'unsafe-inline'; connect-src 'self'; "
			 "img-src data:; frame-ancestors 'none'");
}

static void answer(struct visit *v, int status, const char *type,
		   struct span body)
{
	struct headers h = { .list = NULL };

	add_fields(&h, type);
	visit_answer(v, status, &h, body);
	headers_clear(&h);
}

static void refuse(struct visit *v, int status, const char *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "%s\n", why);
	answer(v, status, "text/plain; charset=utf-8", buf_span(&text));
	buf_clear(&text);
}

static void answer_page(struct inspect *i, struct visit *v)
{
	struct buf page = BUF_INIT(BUF_NO_LIMIT);
	struct buf title = BUF_INIT(BUF_NO_LIMIT);

	jscan_quote_shown(&title, span_of(i->title));
	buf_add_text(&page, inspect_html);
	buf_replace(&page, "{{style}}", inspect_css);
	buf_replace(&page, "{{script}}", inspect_js);
	buf_replace(&page, "{{title}}", buf_str(&title));
	answer(v, 200, "text/html; charset=utf-8", buf_span(&page));
	buf_clear(&page);
	buf_clear(&title);
}

static void begin_events(struct inspect *i, struct visit *v)
{
	struct inspect_watcher *w = xcalloc(1, sizeof(*w));
	struct headers h = { .list = NULL };
	struct buf hello = BUF_INIT(100);

	w->visit = v;
	w->rest = i->watchers;
	i->watchers = w;
	visit_set(v, w);
	add_fields(&h, "text/event-stream");
	visit_begin(v, 200, &h, VISIT_CHUNKED);
	headers_clear(&h);
	buf_addf(&hello, "retry: 500\nevent: hello\ndata: %lld\n\n",
		 (long long)i->born);
	visit_send(v, hello.at, hello.len);
	buf_clear(&hello);
	pump(i, w);
}

/* "/exchange/12" gives 12; 0: the path is no such path. */
static uint64_t number_in(struct span path, const char *before)
{
	uint64_t id = 0;

	if (span_starts(path, before))
		(void)span_u64(span_skip(path, strlen(before)), UINT64_MAX,
			       &id);
	return id;
}

static void answer_record(struct inspect *i, struct visit *v, uint64_t id,
			  bool is_case)
{
	const struct inspect_record *r = inspect_store_find(&i->store, id);

	if (!r || (*r->actor == '\0') != is_case)
		refuse(v, 404, "it is no longer kept");
	else
		answer(v, 200,
		       is_case ? "application/json" : "application/jsonl",
		       buf_span(&r->text));
}

static int nibble(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = strchr(digits, c | 0x20);

	return at ? (int)(at - digits) : -1;
}

static void decode(struct span from, struct buf *out)
{
	for (; from.len > 0; from = span_skip(from, 1)) {
		char byte = *from.at;

		if (byte == '%' && from.len > 2 && nibble(from.at[1]) >= 0 &&
		    nibble(from.at[2]) >= 0) {
			byte = (char)(nibble(from.at[1]) * 16 +
				      nibble(from.at[2]));
			from = span_skip(from, 2);
		} else if (byte == '+') {
			byte = ' ';
		}
		buf_add_byte(out, byte);
	}
}

static void answer_search(struct inspect *i, struct visit *v)
{
	struct span query = span_of(visit_head(v)->target);
	struct buf text = BUF_INIT(QUERY_LIMIT), found = BUF_INIT(BUF_NO_LIMIT);

	query = span_skip(query, span_find(query, span_of("?q=")));
	decode(span_first(span_skip(query, 3), QUERY_LIMIT), &text);
	inspect_store_search(&i->store, buf_span(&text), &found);
	answer(v, 200, "application/json", buf_span(&found));
	buf_clear(&text);
	buf_clear(&found);
}

static void route(struct inspect *i, struct visit *v)
{
	struct span path = visit_path(v);
	uint64_t exchange = number_in(path, "/exchange/");
	uint64_t one_case = number_in(path, "/case/");

	if (!span_is(span_of(visit_head(v)->method), "GET"))
		refuse(v, 405, "only GET");
	else if (span_is(path, "/"))
		answer_page(i, v);
	else if (span_is(path, "/events"))
		begin_events(i, v);
	else if (span_is(path, "/search"))
		answer_search(i, v);
	else if (exchange > 0)
		answer_record(i, v, exchange, false);
	else if (one_case > 0)
		answer_record(i, v, one_case, true);
	else
		refuse(v, 404, "the page is at /");
}

static void on_request(void *arg, struct visit *v)
{
	struct inspect *i = arg;
	struct control_names names = { .bound = i->at.host };
	struct buf why = BUF_INIT(1024);

	if (control_guard(visit_head(v), &names, &why))
		refuse(v, 403,
		       "only for a browser of this machine that was given the "
		       "address 127.0.0.1, [::1] or localhost");
	else
		route(i, v);
	buf_clear(&why);
}

static void on_room(void *arg, struct visit *v)
{
	if (visit_get(v))
		pump(arg, visit_get(v));
}

static void on_done(void *arg, struct visit *v, enum stream_end end)
{
	struct inspect *i = arg;
	struct inspect_watcher **at = &i->watchers, *gone = visit_get(v);

	(void)end;
	if (!gone)
		return;
	while (*at != gone)
		at = &(*at)->rest;
	*at = gone->rest;
	free(gone);
}

/* ---- beginning and ending ---- */

static bool is_loopback(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, bytes) == 1 ? bytes[0] == 127
						    : strcmp(host, "::1") == 0;
}

int inspect_check(const struct address *at, struct fail *f)
{
	if (!is_loopback(at->host))
		return fail_set(f, FAIL_USAGE,
				"--inspect %s: the page shows what nobody else "
				"should see; give a loopback address, such as "
				"127.0.0.1:8475",
				at->host);
	return 0;
}

int inspect_serve(struct inspect *i, struct loop *l, struct address *at,
		  struct fail *f)
{
	static const struct serve_handler handler = { .on_request = on_request,
						      .on_room = on_room,
						      .on_done = on_done };
	struct serve_config config = { .host = at->host,
				       .port = at->port,
				       .body_limit = 1024 };

	if (inspect_check(at, f) < 0)
		return -1;
	if (serve_new(&i->serve, l, &config, &handler, i, f) < 0)
		return -1;
	i->loop = l;
	at->port = serve_port(i->serve);
	i->at = *at;
	return 0;
}

void inspect_leave(struct inspect *i)
{
	if (!i->loop)
		return;
	loop_timer_clear(i->loop, &i->timer);
	serve_free(i->serve);
	i->serve = NULL;
	i->loop = NULL;
}
