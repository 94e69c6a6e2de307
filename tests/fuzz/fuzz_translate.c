/*
 * Any JSON as a request that is translated, as a whole answer and as the chunks
 * of one; any bytes as an error. What comes out is JSON, and a stream of it.
 */
#include <assert.h>
#include <stdint.h>

#include "gateway/translate/translate.h"
#include "wire/http/sse.h"

/* The assertions are the test; a build without them would test nothing. */
#ifdef NDEBUG
#error "fuzz targets need assert()"
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct translate_rules rules[] = {
	{ .format = TRANSLATE_CHAT, .reasoning = true },
	{ .format = TRANSLATE_RESPONSES },
};

static void check_object(struct buf *out)
{
	struct jval root;

	assert(jscan(buf_span(out), &root, NULL) == 0);
	assert(root.type == J_OBJECT);
	buf_reset(out);
}

static void check_events(struct span stream)
{
	struct sse s;
	struct sse_event ev;
	struct jval root;

	sse_init(&s, SIZE_MAX);
	sse_feed(&s, stream.at, stream.len);
	while (sse_next(&s, &ev) == SSE_EVENT)
		assert(jscan(ev.data, &root, NULL) == 0 &&
		       root.type == J_OBJECT);
	sse_clear(&s);
}

static void check_document(struct translate *t, struct jval root,
			   struct buf *out)
{
	struct fail why = FAIL_INIT;
	uint64_t tokens;

	if (translate_request(t, root, out, &why) == 0)
		check_object(out);
	else
		assert(out->len == 0 && why.text[0] != '\0');
	assert(translate_failure(t, root) == 0 ||
	       translate_failure(t, root) >= 400);
	if (translate_answer(t, root, out) == 0)
		check_object(out);
	if (translate_count(root, &tokens, &why) == 0)
		assert(tokens > 0);
}

static void check_chunks(struct translate *t, struct span text, struct buf *out)
{
	struct span line;

	while (span_split(&text, '\n', &line))
		if (translate_chunk(t, line, out) < 0)
			break;
	(void)translate_finish(t, out);
	check_events(buf_span(out));
	buf_reset(out);
}

static void check_format(const struct translate_rules *r, struct span text)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;
	struct jval root;

	translate_new(&t, r, 1);
	if (jscan(text, &root, NULL) == 0)
		check_document(t, root, &out);
	check_chunks(t, text, &out);
	assert(translate_error(400, text, "req_1", &out) == 400);
	check_object(&out);
	translate_free(t);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		check_format(&rules[i], span_make(bytes, len));
	return 0;
}
