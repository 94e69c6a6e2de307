/* Runs a soak: traffic and rests in turn. */
#include <stdlib.h>
#include <string.h>

#include "probe/bench/soak_private.h"

#define PATIENCE (60 * TICK_S)

/* The gateway is at rest when its number of descriptors has not changed for
 * this long, or for a quarter of a part that is short. */
#define REST (500 * TICK_MS)
#define REST_AT_MOST (10 * TICK_S)

enum { PAIR_STREAMS = 4 };

static int make_requests(struct bench *b)
{
	struct bench_to to = bench_where(b, true);

	for (unsigned i = 0; i < SOAK_ITEMS; i++) {
		struct soak_item *item = &b->soak->items[i];

		if (bench_request(b->config->gateway->root,
				  &bench_sizes[item->kind->size], b->mark,
				  buf_span(&item->word), &to, &item->request,
				  b->f) < 0)
			return -1;
	}
	return 0;
}

static int traffic(struct bench *b, unsigned lanes, tick_t lasts)
{
	struct bench_to to = bench_where(b, true);
	struct soak_plan plan = { .soak = b->soak,
				  .origin = to.url,
				  .fetcher = b->fetcher,
				  .tls = b->config->gateway->tls,
				  .lanes = lanes,
				  .lasts = lasts };

	soak_traffic(b->loop, &plan);
	return b->result->interrupted ? -1 : 0;
}

/* ---- rests ---- */

static void on_time(void *arg)
{
	loop_stop(arg);
}

static void wait(struct bench *b, tick_t lasts)
{
	struct loop_timer timer = { .fn = NULL };

	loop_timer_set(b->loop, &timer, loop_now() + lasts, on_time, b->loop);
	loop_run(b->loop);
	loop_timer_clear(b->loop, &timer);
}

static int rest(struct bench *b, tick_t part, struct usage *out)
{
	tick_t until = loop_now() + REST_AT_MOST;
	tick_t pause = part / 4 < REST ? part / 4 : REST;
	size_t before = SIZE_MAX;

	while (!b->result->interrupted && bench_usage(b, out) &&
	       out->descriptors != before && loop_now() < until) {
		before = out->descriptors;
		wait(b, pause);
	}
	return b->result->interrupted ? -1 : 0;
}

static int first_event(struct bench *b, bool gateway, tick_t lasts, tick_t *out)
{
	struct load_result one = { .done = 0 };
	int rc = bench_half(b, gateway, PAIR_STREAMS, lasts, &one);

	*out = histogram_at(&one.first, 0.5);
	if (rc == 0 && one.failed > 0 && !gateway)
		rc = fail_set(b->f, FAIL_PEER, "ccmock: %s", one.why);
	load_clear(&one);
	return rc;
}

static int sample(struct bench *b, tick_t part)
{
	tick_t lasts = part / 8;
	struct soak_result *r = b->soak->result;
	struct soak_sample *s = &r->samples[r->samples_count];

	if (rest(b, part, &s->usage) < 0 ||
	    first_event(b, false, lasts, &s->direct) < 0 ||
	    first_event(b, true, lasts, &s->gateway) < 0)
		return -1;
	r->samples_count++;
	return 0;
}

int soak_measure(struct bench *b)
{
	struct soak_result *r = b->soak->result;
	tick_t part = r->lasts / SOAK_PARTS;
	struct usage ignored;

	r->exact = true;
	r->has_usage = bench_usage(b, &ignored);
	if (bench_reach(b) < 0 || make_requests(b) < 0 ||
	    traffic(b, 1, 0) < 0 || sample(b, part) < 0)
		return -1;
	for (unsigned i = 0; i < SOAK_PARTS; i++)
		if (traffic(b, SOAK_LANES, part - part / 4) < 0 ||
		    sample(b, part) < 0)
			return -1;
	return 0;
}

void soak_result_clear(struct soak_result *r)
{
	free(r->name);
	*r = (struct soak_result){ .name = NULL };
}
