/*
 * How fast bytes are read, beside what could be hoped for:
 *
 *	micro ROOT ROUNDS MS
 *
 * The reader of event streams beside memchr, which looks for the ends of the
 * same lines; the index of a JSON text beside simdjson. Rounds are interleaved, and
 * what counts is processor time: others may run beside it.
 * Prints {"NAME": [bytes in a nanosecond, one for each round]}.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "wire/bytes/load.h"
#include "wire/http/sse.h"
#include "wire/json/jindex.h"

enum {
	STREAM_BYTES = 1024 * 1024,
	SLICE_BYTES = 16 * 1024, /* what a read of a socket brings */
	FILE_LIMIT_BYTES = 4 * 1024 * 1024,
	EVENT_LIMIT_BYTES = 1024 * 1024,
	PADDING_BYTES = 64, /* that simdjson may read after a text */
	ROUNDS_LIMIT = 64,
	MS_LIMIT = 60 * 1000
};

struct input {
	struct buf stream, body;
	struct jindex index;
	bool failed;
};

/* ---- what is measured ---- */

static size_t run_memchr(struct input *in)
{
	const char *at = in->stream.at, *end = at + in->stream.len, *next;
	size_t lines = 0;

	while ((next = memchr(at, '\n', (size_t)(end - at)))) {
		at = next + 1;
		lines++;
	}
	in->failed = in->failed || lines == 0;
	return in->stream.len;
}

static size_t run_sse(struct input *in)
{
	struct sse_event event;
	size_t events = 0;
	struct sse s;

	sse_init(&s, EVENT_LIMIT_BYTES);
	for (size_t at = 0; at < in->stream.len; at += SLICE_BYTES) {
		size_t left = in->stream.len - at;

		sse_feed(&s, in->stream.at + at,
			 left < SLICE_BYTES ? left : SLICE_BYTES);
		while (sse_next(&s, &event) == SSE_EVENT)
			events++;
	}
	sse_clear(&s);
	in->failed = in->failed || events == 0;
	return in->stream.len;
}

static size_t run_jindex(struct input *in)
{
	struct jval root;

	if (jindex_scan(&in->index, buf_span(&in->body), &root, NULL) < 0)
		in->failed = true;
	return in->body.len;
}

#ifdef BENCH_SIMDJSON
int bench_simdjson(const char *text, size_t len);

static size_t run_simdjson(struct input *in)
{
	if (bench_simdjson(in->body.at, in->body.len) < 0)
		in->failed = true;
	return in->body.len;
}
#endif

static const struct subject {
	const char *name;
	size_t (*run)(struct input *in); /* the bytes that it read */
} subjects[] = {
	{ "memchr", run_memchr },
	{ "sse", run_sse },
	{ "jindex", run_jindex },
#ifdef BENCH_SIMDJSON
	{ "simdjson", run_simdjson },
#endif
};

enum { SUBJECTS = sizeof(subjects) / sizeof(subjects[0]) };

/* ---- rounds ---- */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static double measure(const struct subject *s, struct input *in, double lasts)
{
	double began = now(), took;
	size_t bytes = 0;

	do {
		bytes += s->run(in);
		took = now() - began;
	} while (took < lasts);
	return (double)bytes / took;
}

static void print(double rates[SUBJECTS][ROUNDS_LIMIT], unsigned rounds)
{
	for (size_t i = 0; i < SUBJECTS; i++) {
		printf("%s\"%s\": [", i > 0 ? ", " : "{ ", subjects[i].name);
		for (unsigned k = 0; k < rounds; k++)
			printf("%s%.4f", k > 0 ? ", " : "", rates[i][k]);
		printf("]");
	}
	printf(" }\n");
}

/* ---- what is read ---- */

static int load(struct buf *to, const char *root, const char *name)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;
	int rc;

	buf_addf(&path, "%s/%s", root, name);
	rc = load_file(to, buf_str(&path), FILE_LIMIT_BYTES, &f);
	if (rc < 0)
		fprintf(stderr, "micro: %s\n", f.text);
	buf_clear(&path);
	return rc;
}

/* An answer of text, again and again. */
static int make_stream(struct buf *to, const char *root)
{
	struct buf one = BUF_INIT(BUF_NO_LIMIT);
	int rc = load(&one, root, "fixtures/streams/interleaved-thinking.sse");

	while (rc == 0 && to->len < STREAM_BYTES)
		buf_add_span(to, buf_span(&one));
	buf_clear(&one);
	return rc;
}

static int make_body(struct buf *to, const char *root)
{
	struct buf request = BUF_INIT(BUF_NO_LIMIT);
	int rc =
		load(&request, root, "fixtures/requests/2.1.332/plain/01.http");
	size_t at = span_find(buf_span(&request), span_of("\r\n\r\n"));
	char padding[PADDING_BYTES] = "";

	if (rc == 0 && at != SIZE_MAX) {
		struct span body = span_skip(buf_span(&request), at + 4);

		buf_add_span(to, body);
		buf_add_span(to, (struct span){ padding, sizeof(padding) });
		buf_cut(to, body.len);
	}
	buf_clear(&request);
	return rc;
}

int main(int argc, char **argv)
{
	static double rates[SUBJECTS][ROUNDS_LIMIT];
	struct input in = { .stream = BUF_INIT(BUF_NO_LIMIT),
			    .body = BUF_INIT(BUF_NO_LIMIT) };
	uint64_t rounds = 0, ms = 0;

	if (argc != 4 || !span_u64(span_of(argv[2]), ROUNDS_LIMIT, &rounds) ||
	    !span_u64(span_of(argv[3]), MS_LIMIT, &ms) || rounds == 0) {
		fprintf(stderr, "usage: micro ROOT ROUNDS MS\n");
		return 2;
	}
	if (make_stream(&in.stream, argv[1]) < 0 ||
	    make_body(&in.body, argv[1]) < 0)
		return 3;
	for (unsigned k = 0; k < rounds; k++)
		for (size_t i = 0; i < SUBJECTS; i++)
			rates[i][k] =
				measure(&subjects[i], &in, (double)ms * 1e6);
	print(rates, (unsigned)rounds);
	jindex_clear(&in.index);
	buf_clear(&in.stream);
	buf_clear(&in.body);
	if (in.failed)
		fprintf(stderr, "micro: something could not be read\n");
	return in.failed ? 3 : 0;
}
