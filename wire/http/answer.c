/* Reads an answer. Only this file decides where its body ends (RFC 9112,
 * 6.3). */
#include "wire/http/answer.h"

#include <string.h>

void answer_init(struct answer *a, const char *method)
{
	memset(a, 0, sizeof(*a));
	buf_init(&a->bytes, HTTP_HEAD_BYTES_LIMIT);
	a->bodyless = strcmp(method, "HEAD") == 0;
}

void answer_clear(struct answer *a)
{
	buf_clear(&a->bytes);
	http_head_clear(&a->head);
}

static enum answer_step fail_answer(struct answer *a, struct fail *f,
				    const char *text)
{
	if (text)
		fail_set(f, FAIL_SYNTAX, "%s", text);
	a->state = ANSWER_FAILED;
	return ANSWER_BAD;
}

static const char *frame(struct answer *a)
{
	const struct headers *h = &a->head.headers;
	const char *length = headers_get(h, "content-length");

	if (a->bodyless || a->head.status == 204 || a->head.status == 304) {
		a->state = ANSWER_DONE;
	} else if (headers_count(h, "transfer-encoding") > 0) {
		a->state = headers_has_token(h, "transfer-encoding", "chunked")
				   ? ANSWER_CHUNKED
				   : ANSWER_TO_CLOSE;
	} else if (length == NULL) {
		a->state = ANSWER_TO_CLOSE;
	} else if (headers_count(h, "content-length") > 1 ||
		   !span_u64(span_of(length), INT64_MAX, &a->left)) {
		return "its Content-Length is no length";
	} else {
		a->state = a->left > 0 ? ANSWER_COUNTED : ANSWER_DONE;
	}
	return NULL;
}

/* The head may come in pieces: they are collected in a->bytes. */
static enum answer_step next_head(struct answer *a, struct span *in,
				  struct fail *f)
{
	size_t had = a->bytes.len;
	const char *why;
	long len;

	/* There is room for the longest head; nothing is read after that. */
	(void)buf_add_span(&a->bytes, span_first(*in, a->bytes.limit - had));
	http_head_clear(&a->head);
	len = http_response_read(buf_span(&a->bytes), &a->head, f);
	if (len == HTTP_MORE) {
		*in = span_skip(*in, in->len);
		return ANSWER_MORE;
	}
	if (len == HTTP_BAD)
		return fail_answer(a, f, NULL);
	*in = span_skip(*in, (size_t)len - had);
	buf_reset(&a->bytes);
	if (a->head.status < 200 && a->head.status != 101) {
		if (++a->hints > ANSWER_HINTS_LIMIT)
			return fail_answer(a, f, "its 1xx heads do not end");
		return next_head(a, in, f);
	}
	why = frame(a);
	return why ? fail_answer(a, f, why) : ANSWER_HEAD;
}

static enum answer_step next_counted(struct answer *a, struct span *in,
				     struct span *out)
{
	*out = span_first(*in, a->left < in->len ? (size_t)a->left : in->len);
	*in = span_skip(*in, out->len);
	a->left -= out->len;
	if (a->left == 0)
		a->state = ANSWER_DONE;
	return ANSWER_DATA;
}

static enum answer_step next_chunked(struct answer *a, struct span *in,
				     struct span *out, struct fail *f)
{
	if (chunked_next(&a->chunked, in, out))
		return ANSWER_DATA;
	if (a->chunked.state == CHUNKED_BAD)
		return fail_answer(a, f, "its chunks are broken");
	if (a->chunked.state != CHUNKED_DONE)
		return ANSWER_MORE;
	a->state = ANSWER_DONE;
	return ANSWER_WHOLE;
}

enum answer_step answer_next(struct answer *a, struct span *in,
			     struct span *out, struct fail *f)
{
	if (a->state == ANSWER_DONE)
		return ANSWER_WHOLE;
	if (a->state == ANSWER_FAILED)
		return ANSWER_BAD;
	if (in->len == 0)
		return ANSWER_MORE;
	switch (a->state) {
	case ANSWER_IN_HEAD:
		return next_head(a, in, f);
	case ANSWER_COUNTED:
		return next_counted(a, in, out);
	case ANSWER_CHUNKED:
		return next_chunked(a, in, out, f);
	default:
		*out = *in;
		*in = span_skip(*in, in->len);
		return ANSWER_DATA;
	}
}

enum stream_end answer_end(const struct answer *a, enum stream_end how)
{
	if (a->state == ANSWER_DONE ||
	    (a->state == ANSWER_TO_CLOSE && how == END_CUT))
		return END_CLEAN;
	return a->state == ANSWER_FAILED ? END_BAD : how;
}
