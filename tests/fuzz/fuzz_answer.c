/*
 * Answers: cut in two at any place (the first byte says where), they give the
 * same body and the same end as in one piece.
 */
#include <stdio.h>
#include <stdlib.h>

#include "wire/http/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	struct buf body;
	enum stream_end end;
	int status;
};

static void feed(struct answer *a, struct span in, struct outcome *o)
{
	enum answer_step step;
	struct span out;

	do {
		step = answer_next(a, &in, &out, NULL);
		if (step == ANSWER_DATA)
			buf_add_span(&o->body, out);
	} while (step == ANSWER_HEAD || step == ANSWER_DATA);
}

static void read_cut(struct span bytes, size_t cut, struct outcome *o)
{
	struct answer a;

	buf_init(&o->body, BUF_NO_LIMIT);
	answer_init(&a, "");
	feed(&a, span_first(bytes, cut), o);
	feed(&a, span_skip(bytes, cut), o);
	o->end = answer_end(&a, END_CUT);
	o->status = a.head.status;
	answer_clear(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole, cut;
	struct span bytes;

	if (size < 1)
		return 0;
	bytes = span_make(data + 1, size - 1);
	read_cut(bytes, bytes.len, &whole);
	read_cut(bytes, data[0], &cut);
	if (whole.end != cut.end ||
	    !span_equal(buf_span(&whole.body), buf_span(&cut.body))) {
		fprintf(stderr, "fuzz-answer: pieces change an answer\n");
		abort();
	}
	buf_clear(&whole.body);
	buf_clear(&cut.body);
	return 0;
}
