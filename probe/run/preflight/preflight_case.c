/* Makes the case of a preflight, which sends the first recorded request, or a
 * small one. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/run/preflight/preflight.h"
#include "formats/clientformat.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define REQUEST_LIMIT ((size_t)8 * 1024 * 1024)
#define SMALL_LIMIT ((size_t)64 * 1024)
#define FIRST_REQUEST "fixtures/%s/%s/%s/turn-1.http"

static int find_request(struct request *r, const struct preflight_first *first,
			struct fail *f)
{
	const struct clientformat *format = clientformat_of(first->format);
	char path[PATH_MAX];

	if (!first->client)
		return fail_set(f, FAIL_CASE,
				"%s/fixtures/requests: no recorded requests",
				first->root);
	snprintf(path, sizeof(path), FIRST_REQUEST, format->folder,
		 first->client, format->first);
	return clients_recording(&r->source, first->root, path, f);
}

static int read_request(struct request *r, const struct preflight_first *first,
			struct fail *f)
{
	struct fail why = FAIL_INIT;
	char path[PATH_MAX];
	char *text = NULL;
	size_t len;
	long head;

	if (find_request(r, first, f) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/%s", first->root, r->source);
	if (scratch_read(&text, &len, path, REQUEST_LIMIT, f) < 0)
		return -1;
	head = http_request_read(span_make(text, len), &r->head, &why);
	if (head < 0) {
		free(text);
		return fail_set(
			f, FAIL_CASE, "%s: no recorded request: %s", path,
			head == HTTP_MORE ? "its head has no end" : why.text);
	}
	clientformat_rebase(first->format, r->head.target);
	r->has_body = true;
	r->body_len = len - (size_t)head;
	r->body = xmemdup(text + head, r->body_len);
	r->keyed = request_needs_key(first->format, &r->head);
	free(text);
	return 0;
}

/* Begins a small body, up to the messages. Formats with the model in the path
 * have anthropic_version in the body. */
static void begin_small(const struct preflight_first *first, struct buf *body)
{
	const char *model = first->model ? first->model : RECORDED_MODEL;

	switch (first->format) {
	case FORMAT_BEDROCK:
		buf_add_text(body, "{\"anthropic_version\":"
				   "\"bedrock-2023-05-31\",\"max_tokens\":16");
		break;
	case FORMAT_VERTEX:
		buf_add_text(body, "{\"anthropic_version\":"
				   "\"vertex-2023-10-16\",\"max_tokens\":16,"
				   "\"stream\":true");
		break;
	default:
		buf_add_text(body, "{\"model\":");
		jscan_quote(body, span_of(model));
		buf_add_text(body, ",\"max_tokens\":16,\"stream\":true");
	}
}

/* Puts the model that is asked for into the path in place of the recorded one.
 * A slash in it becomes %2F. */
static void put_model(struct request *r, const struct preflight_first *first)
{
	struct buf target = BUF_INIT(SMALL_LIMIT),
		   model = BUF_INIT(SMALL_LIMIT),
		   recorded = BUF_INIT(SMALL_LIMIT);

	if (first->model &&
	    format_model(first->format, span_of(r->head.target), &recorded)) {
		buf_add_text(&model, first->model);
		(void)buf_replace(&model, "/", "%2F");
		buf_add_text(&target, r->head.target);
		(void)buf_replace(&target, buf_str(&recorded), buf_str(&model));
		free(r->head.target);
		r->head.target = buf_take(&target, NULL);
	}
	buf_clear(&target);
	buf_clear(&model);
	buf_clear(&recorded);
}

static void make_small(struct request *r, const struct preflight_first *first)
{
	struct buf body = BUF_INIT(SMALL_LIMIT);

	begin_small(first, &body);
	buf_add_text(&body, ",\"messages\":[{\"role\":\"user\",\"content\":"
			    "\"Say hello. [probe-0000000000000000]\"}]}");
	free(r->body);
	r->body = buf_take(&body, &r->body_len);
	put_model(r, first);
}

int preflight_case(struct casefile **out, const struct preflight_first *first,
		   struct fail *f)
{
	struct casefile *c = xcalloc(1, sizeof(*c));

	c->id = xstrdup("preflight");
	c->area = xstrdup("preflight");
	c->limit_ms = PREFLIGHT_MS;
	c->steps = xcalloc(1, sizeof(*c->steps));
	c->step_count = 1;
	c->steps[0].kind = STEP_SEND;
	c->steps[0].actor = xstrdup("c1");
	c->steps[0].count = 1;
	c->steps[0].request = xcalloc(1, sizeof(struct request));
	if (read_request(c->steps[0].request, first, f) < 0) {
		casefile_free(c);
		return -1;
	}
	if (first->small)
		make_small(c->steps[0].request, first);
	*out = c;
	return 0;
}
