/* Makes requests from recorded ones: the same bytes for each turn. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/bench/bench_private.h"
#include "probe/run/outgoing.h"
#include "probe/suite/clients.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

enum { RECORDING_LIMIT_BYTES = 4 * 1024 * 1024 };

const struct bench_sizes bench_sizes[BENCH_SIZES] = {
	{ "5 kB", "bare/01.http", 0 },
	{ "50 kB", "plain/01.http", 0 },
	{ "1 MB", "plain/01.http", 950 * 1000 },
};

static int load_recording(const char *root, const char *name, struct buf *out,
			  struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct clients clients = { .count = 0 };
	const char *version = NULL;
	int rc = -1;

	if (clients_read(&clients, root, f) == 0 &&
	    clients_choose(&version, &clients, NULL, f) == 0) {
		if (version) {
			buf_addf(&path, "%s/fixtures/requests/%s/%s", root,
				 version, name);
			rc = load_file(out, buf_str(&path),
				       RECORDING_LIMIT_BYTES, f);
		} else {
			fail_set(f, FAIL_USAGE,
				 "%s has no recordings in fixtures/requests",
				 root);
		}
	}
	clients_clear(&clients);
	buf_clear(&path);
	return rc;
}

/* Text that no rule and no cache looks for. */
static void add_filler(size_t bytes, struct buf *out)
{
	static const char words[] = " lorem ipsum dolor sit amet";

	for (size_t i = 0; i < bytes; i += sizeof(words) - 1)
		buf_add_text(out, words);
}

/* Replaces the recorded mark by `word`, which holds our mark, and adds filler
 * after it. */
static int make_body(struct span recorded, const struct bench_sizes *size,
		     struct span word, struct buf *out, struct fail *f)
{
	size_t at = span_find(recorded, span_of(CLIENTS_MARK));

	if (at == SIZE_MAX)
		return fail_set(f, FAIL_CASE, "%s has no mark %s",
				size->recording, CLIENTS_MARK);
	buf_add_span(out, span_first(recorded, at));
	buf_add_span(out, word);
	add_filler(size->filler, out);
	buf_add_span(out, span_skip(recorded, at + strlen(CLIENTS_MARK)));
	return 0;
}

/* Puts the path of the URL before the target of the request. */
static void add_base(struct http_head *head, const char *url)
{
	const char *base = strstr(url, "://");
	struct buf target = BUF_INIT(BUF_NO_LIMIT);

	base = base ? base + 3 : url;
	buf_addf(&target, "%s%s", base + strcspn(base, "/"), head->target);
	free(head->target);
	head->target = xstrdup(buf_str(&target));
	buf_clear(&target);
}

static int write_out(struct outgoing *o, const char *url, struct buf *out,
		     struct fail *f)
{
	char length[24];

	snprintf(length, sizeof(length), "%zu", o->body.len);
	add_base(&o->head, url);
	if (headers_add_text(&o->head.headers, "Content-Length", length) < 0 ||
	    http_head_write(&o->head, out) < 0 ||
	    buf_add_span(out, buf_span(&o->body)) < 0)
		return fail_set(f, FAIL_LIMIT, "the request is too large");
	return 0;
}

int bench_request(const char *root, const struct bench_sizes *size,
		  uint64_t mark, struct span word, const struct bench_to *to,
		  struct buf *out, struct fail *f)
{
	struct outgoing_values values = { .run = mark,
					  .gateway = to->url,
					  .client_key = to->key,
					  .auth = to->auth,
					  .extra = to->extra };
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct request r = { .has_body = true, .keyed = true };
	struct outgoing o = { .has_body = false };
	int rc = -1;
	long head;

	if (load_recording(root, size->recording, &bytes, f) < 0)
		goto out;
	head = http_request_read(buf_span(&bytes), &r.head, f);
	if (head < 0)
		goto out;
	if (make_body(span_skip(buf_span(&bytes), (size_t)head), size, word,
		      &body, f) < 0)
		goto out;
	r.body = body.at;
	r.body_len = body.len;
	if (outgoing_make(&o, &r, &values, f) == 0)
		rc = write_out(&o, to->url, out, f);
out:
	outgoing_clear(&o);
	http_head_clear(&r.head);
	buf_clear(&body);
	buf_clear(&bytes);
	return rc;
}
