/* The server of the admin port. */
#include "gateway/ledger/admin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/ledger/metrics.h"
#include "gateway/ledger/report.h"
#include "net/serve/serve.h"
#include "wire/bytes/base64.h"
#include "wire/bytes/mem.h"

enum { BODY_LIMIT = 64 * 1024, CONNECTIONS = 256, GROUPS_MOST = 10000 };

struct admin {
	struct ledger_files *ledger;
	const struct ledger_config *config;
	struct serve *serve;
};

struct admin_answer {
	int status;
	struct headers headers;
	struct buf body;
};

/* ---- who asks ---- */

static bool is_key(const struct admin *a, struct span offered)
{
	unsigned char hash[SHA256_BYTES];

	sha256_of(offered, hash);
	return sha256_is_same(hash, a->config->admin_key);
}

/* Does the request show the key: as the password of Basic, or after Bearer? */
static bool shows_key(const struct admin *a, const struct headers *h)
{
	struct span rest = span_trim(span_of(headers_get(h, "authorization")));
	struct buf pair = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	struct span word;
	bool good = false;
	size_t colon;

	if (!span_split(&rest, ' ', &word) || !rest.at)
		return false;
	if (span_is_nocase(word, "bearer")) {
		good = is_key(a, span_trim(rest));
	} else if (span_is_nocase(word, "basic") &&
		   base64_decode(span_trim(rest), &pair) == 0) {
		colon = span_find_byte(buf_span(&pair), ':');
		good = colon != SIZE_MAX &&
		       is_key(a, span_skip(buf_span(&pair), colon + 1));
	}
	buf_clear(&pair);
	return good;
}

/* Is the request for a name of this machine? A foreign page whose name leads
 * here could read our answers. */
static bool is_our_host(const struct headers *h)
{
	struct span host = address_host(span_of(headers_get(h, "host")));

	return span_is_nocase(host, "localhost") || span_is(host, "::1") ||
	       span_starts(host, "127.");
}

/* ---- what is asked ---- */

static void say(struct admin_answer *out, int status, const char *type,
		const char *text)
{
	out->status = status;
	headers_set(&out->headers, "content-type", type);
	buf_add_text(&out->body, text);
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static char *decoded(struct span text)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < text.len; i++) {
		bool coded = text.at[i] == '%' && i + 2 < text.len &&
			     hex_of(text.at[i + 1]) >= 0 &&
			     hex_of(text.at[i + 2]) >= 0;

		if (coded)
			buf_add_byte(&out, (char)(hex_of(text.at[i + 1]) * 16 +
						  hex_of(text.at[i + 2])));
		else
			buf_add_byte(&out,
				     text.at[i] == '+' ? ' ' : text.at[i]);
		i += coded ? 2 : 0;
	}
	return buf_take(&out, NULL);
}

/* Members of the query; yours to free. */
struct admin_query {
	char *by, *key, *model, *session, *since, *until;
};

static void read_query(struct admin_query *q, struct span rest)
{
	const struct {
		const char *name;
		char **to;
	} rows[] = { { "by", &q->by },       { "key", &q->key },
		     { "model", &q->model }, { "session", &q->session },
		     { "since", &q->since }, { "until", &q->until } };
	struct span part, name;

	while (span_split(&rest, '&', &part)) {
		if (!span_split(&part, '=', &name) || !part.at || !part.len)
			continue;
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (span_is(name, rows[i].name) && !*rows[i].to)
				*rows[i].to = decoded(part);
	}
}

static void clear_query(struct admin_query *q)
{
	free(q->by);
	free(q->key);
	free(q->model);
	free(q->session);
	free(q->since);
	free(q->until);
}

static int fill(struct report *r, const struct admin_query *q, struct fail *f)
{
	int64_t now = (int64_t)time(NULL);

	if (q->by && store_group_from(q->by, &r->group) < 0)
		return fail_set(f, FAIL_USAGE,
				"by is key, model, session, day, hour or "
				"provider");
	if ((q->since && report_time(q->since, now, &r->filter.since, f) < 0) ||
	    (q->until && report_time(q->until, now, &r->filter.until, f) < 0))
		return -1;
	r->filter.key = q->key;
	r->filter.model = q->model;
	r->filter.session = q->session;
	return 0;
}

static void answer_usage(struct admin *a, struct span query,
			 enum report_format format, struct admin_answer *out)
{
	struct report r = { .format = format, .most = GROUPS_MOST };
	struct admin_query q = { .by = NULL };
	struct fail f = FAIL_INIT;

	read_query(&q, query);
	if (fill(&r, &q, &f) < 0) {
		say(out, 400, "text/plain; charset=utf-8", f.text);
		/* with the newest records */
	} else if (ledger_take(a->ledger, &f) < 0 ||
		   report_write(ledger_store(a->ledger), &r, &out->body, &f) <
			   0) {
		buf_reset(&out->body);
		say(out, 500, "text/plain; charset=utf-8", f.text);
	} else {
		say(out, 200,
		    format == REPORT_CSV ? "text/csv; charset=utf-8"
					 : "application/json",
		    "");
	}
	clear_query(&q);
}

static void answer_page(struct admin_answer *out)
{
	headers_add_text(&out->headers, "content-security-policy",
			 "default-src 'none'; style-src 'unsafe-inline'; "
			 "script-src 'unsafe-inline'; connect-src 'self'; "
			 "base-uri 'none'; form-action 'none'; "
			 "frame-ancestors 'none'");
	say(out, 200, "text/html; charset=utf-8", page_usage);
}

static void answer(struct admin *a, struct span target,
		   struct admin_answer *out)
{
	size_t mark = span_find_byte(target, '?');
	struct span path = span_first(target, mark);
	struct span query = span_skip(target, path.len + 1);

	if (span_is(path, "/usage") || span_is(path, "/")) {
		answer_page(out);
	} else if (span_is(path, "/usage.json")) {
		answer_usage(a, query, REPORT_JSON, out);
	} else if (span_is(path, "/usage.csv")) {
		answer_usage(a, query, REPORT_CSV, out);
	} else if (span_is(path, "/metrics")) {
		say(out, 200, METRICS_TYPE, "");
		metrics_prometheus(ledger_counters(a->ledger),
				   ledger_lost(a->ledger), &out->body);
	} else {
		say(out, 404, "text/plain; charset=utf-8",
		    "there are /usage, /usage.json, /usage.csv and /metrics\n");
	}
}

static void on_request(void *arg, struct visit *v)
{
	struct admin *a = arg;
	const struct http_head *head = visit_head(v);
	struct admin_answer out = { .body = BUF_INIT(BUF_NO_LIMIT) };

	headers_add_text(&out.headers, "cache-control", "no-store");
	headers_add_text(&out.headers, "x-content-type-options", "nosniff");
	if (strcmp(head->method, "GET") != 0) {
		headers_add_text(&out.headers, "allow", "GET");
		say(&out, 405, "text/plain; charset=utf-8",
		    "this port is for GET only\n");
	} else if (a->config->has_admin_key && !shows_key(a, &head->headers)) {
		headers_add_text(&out.headers, "www-authenticate",
				 "Basic realm=\"ccgate usage\"");
		say(&out, 401, "text/plain; charset=utf-8",
		    "show the admin_key of the configuration, by Basic or "
		    "Bearer\n");
	} else if (!a->config->has_admin_key && !is_our_host(&head->headers)) {
		say(&out, 403, "text/plain; charset=utf-8",
		    "without an admin_key this port is for loopback only\n");
	} else {
		answer(a, span_of(head->target), &out);
	}
	visit_answer(v, out.status, &out.headers, buf_span(&out.body));
	headers_clear(&out.headers);
	buf_clear(&out.body);
}

static const struct serve_handler handler = { .on_request = on_request };

int admin_new(struct admin **out, struct loop *l, struct ledger_files *ledger,
	      const struct ledger_config *c, struct fail *f)
{
	struct admin *a = xcalloc(1, sizeof(*a));
	struct serve_config at = {
		.host = c->admin.host,
		.port = c->admin.port,
		.body_limit = BODY_LIMIT,
		.connections_limit = CONNECTIONS,
	};

	a->ledger = ledger;
	a->config = c;
	if (serve_new(&a->serve, l, &at, &handler, a, f) < 0) {
		free(a);
		return -1;
	}
	*out = a;
	return 0;
}

void admin_free(struct admin *a)
{
	if (!a)
		return;
	serve_free(a->serve);
	free(a);
}

uint16_t admin_port(const struct admin *a)
{
	return serve_port(a->serve);
}
