/* Measures the loads of a bench, one after the other. */
#include <stdlib.h>
#include <string.h>

#include "probe/bench/bench_private.h"
#include "probe/refusal/ask.h"
#include "wire/http/sse.h"

#define PATIENCE (60 * TICK_S)

enum { SAME_PAIRS = 5 };

/* ---- pairs ---- */

/* Chance (xorshift) decides who is first in a pair. */
static bool toss(struct bench *b)
{
	b->dice ^= b->dice << 13;
	b->dice ^= b->dice >> 7;
	b->dice ^= b->dice << 17;
	return (b->dice >> 32 & 1) != 0;
}

/* ---- one load ---- */

struct half {
	const struct bench_sizes *size;
	enum bench_answer answer;
	unsigned streams;
	tick_t lasts;
	uint64_t most; /* requests; 0: any number */
};

struct bench_to bench_where(const struct bench *b, bool gateway)
{
	const struct campaign_config *c = b->config->gateway;

	return (struct bench_to){
		.url = gateway ? b->gateway : b->direct,
		.key = gateway ? b->key : c->upstream_key,
		.auth = gateway ? c->auth : AUTH_API_KEY,
		.extra = gateway ? &b->extra : NULL,
	};
}

static tick_t pace_of(const struct bench *b, enum bench_answer answer)
{
	if (answer == BENCH_STEPS)
		return BENCH_STEPS_MS * TICK_MS;
	return answer == BENCH_PACED ? b->config->pace_ms * TICK_MS : 0;
}

/* A soak compares the text of answers, and does not count events. */
static unsigned events_of(const struct bench *b, enum bench_answer answer,
			  bool gateway)
{
	if (b->soak)
		return 0;
	return bench_pieces(answer) + (gateway ? b->around : BENCH_AROUND);
}

static int run_half(struct bench *b, const struct half *h, bool gateway,
		    struct load_result *out)
{
	struct bench_to to = bench_where(b, gateway);
	struct buf request = BUF_INIT(BUF_NO_LIMIT);
	struct load_plan plan = {
		.origin = to.url,
		.fetcher = b->fetcher,
		.tls = b->config->gateway->tls,
		.streams = h->streams,
		.lasts = h->lasts,
		.most = h->most,
		.patience = PATIENCE,
		.events = events_of(b, h->answer, gateway),
		.pace = pace_of(b, h->answer),
	};
	struct buf word = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	bench_word(b->mark, h->answer, &word);
	rc = bench_request(b->config->gateway->root, h->size, b->mark,
			   buf_span(&word), &to, &request, b->f);
	if (rc == 0) {
		plan.request = buf_span(&request);
		load_run(b->loop, &plan, out);
	}
	buf_clear(&word);
	buf_clear(&request);
	return b->result->interrupted ? -1 : rc;
}

int bench_half(struct bench *b, bool gateway, unsigned streams, tick_t lasts,
	       struct load_result *out)
{
	struct half h = { &bench_sizes[0], BENCH_BURST, streams, lasts, 0 };

	return run_half(b, &h, gateway, out);
}

/* Both halves, in an order left to chance. */
static int run_pair(struct bench *b, const struct half *h,
		    struct load_result *direct, struct load_result *gateway)
{
	bool gateway_first = toss(b);

	if (run_half(b, h, gateway_first, gateway_first ? gateway : direct) < 0)
		return -1;
	return run_half(b, h, !gateway_first, gateway_first ? direct : gateway);
}

/* ---- is it worth measuring ---- */

static unsigned count_events(struct span body)
{
	struct sse_event e;
	struct sse sse;
	unsigned count = 0;

	sse_init(&sse, BUF_NO_LIMIT);
	sse_feed(&sse, body.at, body.len);
	while (sse_next(&sse, &e) == SSE_EVENT)
		count++;
	sse_clear(&sse);
	return count;
}

/* A gateway that translates may add events of its own: it adds the same number
 * to each answer. */
static int count_around(struct bench *b, struct span body)
{
	unsigned count = count_events(body), pieces = bench_pieces(BENCH_BURST);

	if (b->soak)
		return 0;
	if (count < pieces)
		return fail_set(b->f, FAIL_PEER,
				"%s makes %u events of a stream that has %u "
				"events of text: lost ones cannot be counted",
				b->gateway, count, pieces);
	b->around = count - pieces;
	return 0;
}

static int look_at_answer(struct bench *b, const struct asked *a)
{
	struct buf ours = BUF_INIT(64);
	size_t at;

	buf_addf(&ours, "%016llx", (unsigned long long)b->mark);
	at = span_find(buf_span(&a->body), buf_span(&ours));
	buf_clear(&ours);
	if (a->head.status == 0)
		return fail_set(b->f, FAIL_PEER, "%s: %s", b->gateway, a->text);
	if (a->head.status / 100 != 2)
		return fail_set(b->f, FAIL_PEER,
				"%s answers %d; 'ccprobe doctor' tells why",
				b->gateway, a->head.status);
	if (at == SIZE_MAX)
		return fail_set(b->f, FAIL_PEER,
				"%s does not answer with the text of ccmock "
				"at %s: it may ask another provider, which "
				"costs money. Set its provider to that "
				"address, and turn off its cache",
				b->gateway, b->direct);
	return count_around(b, buf_span(&a->body));
}

int bench_reach(struct bench *b)
{
	struct bench_to to = bench_where(b, true);
	struct buf request = BUF_INIT(BUF_NO_LIMIT);
	struct buf word = BUF_INIT(BUF_NO_LIMIT);
	struct asker_config config = { .base_url = "", .tls = { 0 } };
	struct http_head head = { .method = NULL };
	struct asker *asker = NULL;
	struct asked asked = { .end = END_CLEAN };
	struct ask ask = { .has_body = true, .decode = true };
	char *origin = span_dup(span_first(
		span_of(b->gateway),
		(size_t)(strstr(b->gateway, "://") - b->gateway) + 3 +
			strcspn(strstr(b->gateway, "://") + 3, "/")));
	int rc = -1;
	long len;

	config.base_url = origin;
	config.tls = b->config->gateway->tls;
	bench_word(b->mark, BENCH_BURST, &word);
	if (bench_request(b->config->gateway->root, &bench_sizes[0], b->mark,
			  buf_span(&word), &to, &request, b->f) < 0)
		goto out;
	len = http_request_read(buf_span(&request), &head, b->f);
	if (len < 0 || asker_new(&asker, &config, b->f) < 0)
		goto out;
	ask.method = head.method;
	ask.target = head.target;
	ask.headers = &head.headers;
	ask.body = span_skip(buf_span(&request), (size_t)len);
	if (asker_ask(asker, &ask, &asked, b->f) == 0)
		rc = look_at_answer(b, &asked);
	asked_clear(&asked);
out:
	asker_free(asker);
	http_head_clear(&head);
	buf_clear(&word);
	buf_clear(&request);
	free(origin);
	return rc;
}

/* Compares two direct halves: how much equal runs differ on this machine. */
static int compare_same(struct bench *b)
{
	struct half h = { &bench_sizes[1], BENCH_BURST, 8, b->config->lasts,
			  0 };
	struct bench_spread *same = &b->result->same;

	for (unsigned i = 0; i < SAME_PAIRS; i++) {
		struct load_result one = { 0 }, other = { 0 };
		int rc = run_half(b, &h, false, &one);

		if (rc == 0)
			rc = run_half(b, &h, false, &other);
		bench_spread_add(same,
				 load_rate(&other) > 0
					 ? load_rate(&one) / load_rate(&other)
					 : 0);
		if (rc == 0 && one.failed + other.failed > 0)
			rc = fail_set(b->f, FAIL_PEER, "ccmock: %s",
				      one.failed ? one.why : other.why);
		load_clear(&one);
		load_clear(&other);
		if (rc < 0)
			return -1;
	}
	if ((same->most - same->least) * 100 <=
	    b->config->spread * same->median)
		return 0;
	return fail_set(b->f, FAIL_PEER,
			"this machine is too busy: two equal runs differ "
			"by a factor of %.2f to %.2f. End other programs, "
			"or measure for longer (--each)",
			same->least, same->most);
}

/* ---- loads ---- */

static double p(const struct histogram *h, double part)
{
	return (double)histogram_at(h, part);
}

static int check_whole(struct bench *b, const struct load_result *r,
		       const char *what)
{
	if (r->done > 0)
		return 0;
	return fail_set(b->f, FAIL_PEER, "%s: no answer was whole: %s", what,
			r->why[0] ? r->why : "none came in time");
}

static int measure_load(struct bench *b, struct bench_load *l,
			const struct bench_sizes *size, unsigned streams)
{
	struct half h = { size, BENCH_STEPS, streams, b->config->lasts, 0 };

	l->size = size->name;
	l->streams = streams;
	for (unsigned i = b->config->shard - 1; i < b->config->pairs;
	     i += b->config->shards) {
		struct load_result direct = { 0 }, gateway = { 0 };
		int rc = run_pair(b, &h, &direct, &gateway);

		bench_spread_add(&l->head,
				 p(&gateway.head, 0.5) - p(&direct.head, 0.5));
		bench_spread_add(&l->first, p(&gateway.first, 0.5) -
						    p(&direct.first, 0.5));
		bench_spread_add(&l->gap,
				 p(&gateway.gap, 0.99) - p(&direct.gap, 0.99));
		load_merge(&l->direct, &direct);
		load_merge(&l->gateway, &gateway);
		load_clear(&direct);
		load_clear(&gateway);
		if (rc < 0)
			return -1;
	}
	return check_whole(b, &l->gateway, size->name);
}

static int measure_loads(struct bench *b)
{
	static const unsigned streams[] = { 1, 8, 64 };
	struct bench_load *l = b->result->loads;

	for (size_t i = 0; i < BENCH_SIZES; i++)
		for (size_t k = 0; k < 3; k++, l++)
			if (measure_load(b, l, &bench_sizes[i], streams[k]) < 0)
				return -1;
	return 0;
}

/* ---- rates ---- */

static int measure_steps(struct bench *b, const struct bench_sizes *size,
			 struct bench_step *steps)
{
	struct half h = { size, BENCH_BURST, 0, b->config->lasts, 0 };

	for (size_t i = 0; i < BENCH_RUNGS; i++) {
		h.streams = bench_step_streams[i];
		steps[i].size = size->name;
		steps[i].streams = h.streams;
		if (run_pair(b, &h, &steps[i].direct, &steps[i].gateway) < 0)
			return -1;
	}
	return 0;
}

static int measure_rates(struct bench *b)
{
	struct bench_step *steps = b->result->steps;

	if (measure_steps(b, &bench_sizes[0], steps) < 0 ||
	    measure_steps(b, &bench_sizes[1], steps + BENCH_RUNGS) < 0)
		return -1;
	bench_rates(b->result);
	return 0;
}

/* ---- many streams, and a long one ---- */

static int measure_paced(struct bench *b)
{
	for (unsigned i = 0; i < b->config->streams_count; i++) {
		unsigned streams = b->config->streams[i];
		struct half h = { &bench_sizes[0], BENCH_PACED, streams,
				  PATIENCE, streams };
		struct bench_paced *p = &b->result->paced[i];

		p->streams = streams;
		if (run_pair(b, &h, &p->direct, &p->gateway) < 0)
			return -1;
	}
	return 0;
}

static int measure_long(struct bench *b)
{
	struct half h = { &bench_sizes[0], BENCH_LONG, 1, PATIENCE, 1 };
	struct bench_result *r = b->result;

	for (unsigned i = b->config->shard - 1; i < b->config->pairs;
	     i += b->config->shards)
		if (run_pair(b, &h, &r->long_direct, &r->long_gateway) < 0)
			return -1;
	return 0;
}

/* ---- what the gateway uses ---- */

bool bench_usage(const struct bench *b, struct usage *out)
{
	const struct target *t = b->config->gateway->target;

	return t && target_group(t) > 0 && usage_read(target_group(t), out);
}

static int measure_cpu(struct bench *b)
{
	struct half h = { &bench_sizes[1], BENCH_BURST, 32, b->config->lasts,
			  0 };
	struct load_result one = { 0 };
	struct usage before, after;
	int rc;

	if (!bench_usage(b, &before))
		return 0;
	rc = run_half(b, &h, true, &one);
	if (bench_usage(b, &after) && one.done > 0) {
		bench_spread_add(&b->result->cpu,
				 (double)(after.cpu - before.cpu) /
					 (double)one.done);
		b->result->has_usage = true;
	}
	load_clear(&one);
	return rc;
}

/* ---- all of it ---- */

int bench_measure(struct bench *b)
{
	struct bench_result *r = b->result;

	if (bench_reach(b) < 0 || compare_same(b) < 0)
		return -1;
	(void)bench_usage(b, &r->idle);
	if (measure_loads(b) < 0 || measure_rates(b) < 0)
		return -1;
	if (measure_cpu(b) < 0)
		return -1;
	(void)bench_usage(b, &r->loaded);
	if (measure_paced(b) < 0 || measure_long(b) < 0)
		return -1;
	(void)bench_usage(b, &r->after);
	return 0;
}
