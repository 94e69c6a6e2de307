/*
 * Any JSON as a request and as an answer of each format: its plain form is one
 * JSON object, and the plain form of a Messages request stays as it is when it
 * is read again. Each line of the input is an event of a stream, too.
 */
#include <assert.h>
#include <stdint.h>

#include "formats/plain.h"

/* The assertions are the test; a build without them would test nothing. */
#ifdef NDEBUG
#error "fuzz targets need assert()"
#endif

enum { EVENTS_LIMIT = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_object(const struct buf *out)
{
	struct jval root;

	assert(jscan(buf_span(out), &root, NULL) == 0);
	assert(root.type == J_OBJECT);
}

static void check_again(const struct buf *first)
{
	struct buf second = BUF_INIT(BUF_NO_LIMIT);
	struct jval root;

	assert(jscan(buf_span(first), &root, NULL) == 0);
	plain_request(FORMAT_MESSAGES, root, &second);
	assert(span_equal(buf_span(first), buf_span(&second)));
	buf_clear(&second);
}

static void check_document(enum format f, struct jval root)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	plain_request(f, root, &out);
	check_object(&out);
	if (f == FORMAT_MESSAGES)
		check_again(&out);
	buf_reset(&out);
	plain_answer(f, root, &out);
	check_object(&out);
	buf_clear(&out);
}

static void check_stream(enum format f, struct span text)
{
	struct jval events[EVENTS_LIMIT];
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct span line;
	size_t count = 0;

	while (count < EVENTS_LIMIT && span_split(&text, '\n', &line))
		if (jscan(line, &events[count], NULL) == 0)
			count++;
	plain_stream(f, events, count, &out);
	check_object(&out);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = span_make(bytes, len);

	for (enum format f = FORMAT_MESSAGES; f <= FORMAT_RESPONSES; f++) {
		struct jval root;

		if (jscan(text, &root, NULL) == 0)
			check_document(f, root);
		check_stream(f, text);
	}
	return 0;
}
