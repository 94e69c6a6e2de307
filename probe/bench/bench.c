/* Runs a bench or a soak: starts all that it needs, measures, and stops it. */
#include "probe/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/descriptors.h"
#include "probe/bench/bench_private.h"
#include "probe/bench/soak_private.h"
#include "probe/suite/place.h"
#include "wire/bytes/mem.h"

/* ---- what is started ---- */

static void on_interrupt(void *arg)
{
	struct bench *b = arg;

	b->result->interrupted = true;
	loop_stop(b->loop);
}

static void on_ready(void *arg, const char *url, const struct fail *f)
{
	struct bench *b = arg;

	if (f->code == FAIL_OK)
		b->gateway = xstrdup(url);
	else
		*b->f = *f;
	b->ready = true;
	loop_stop(b->loop);
}

static int start_target(struct bench *b)
{
	const struct campaign_config *c = b->config->gateway;
	const struct address *mock = bench_mock_address(b->mock);
	char *bin = place_programs();
	struct target_place place = {
		.root = c->root,
		.bin = bin,
		.mock_count = 1,
		.client_key = c->client_key,
		.upstream_key = c->upstream_key,
	};

	/* The one mock stands for each provider that the target may have. */
	while (target_providers(c->target)[place.mock_count - 1])
		place.mock_count++;
	for (size_t i = 0; i < place.mock_count; i++)
		place.mocks[i] = (struct target_mock){ mock->host, mock->port };
	target_start(c->target, b->loop, &place, on_ready, b);
	if (!b->ready)
		loop_run(b->loop);
	free(bin);
	if (!b->gateway)
		return -1;
	if (target_key(c->target))
		b->key = target_key(c->target);
	return headers_copy(&b->extra, target_headers(c->target));
}

static int start(struct bench *b, const struct bench_script *script)
{
	const struct campaign_config *c = b->config->gateway;
	char at[ADDRESS_TEXT_LEN];

	b->key = c->client_key;
	if (loop_new(&b->loop, b->f) < 0 ||
	    loop_on_end(b->loop, on_interrupt, b, b->f) < 0 ||
	    fetcher_new(&b->fetcher, b->loop, b->f) < 0 ||
	    bench_mock_start(&b->mock, b->loop, &c->mocks[0], script, b->f) < 0)
		return -1;
	snprintf(b->direct, sizeof(b->direct), "http://%s",
		 address_write(bench_mock_address(b->mock), at));
	if (c->extra && headers_copy(&b->extra, c->extra) < 0)
		return fail_set(b->f, FAIL_LIMIT, "too many headers");
	if (c->target)
		return start_target(b);
	b->gateway = xstrdup(c->gateway);
	return 0;
}

static void stop(struct bench *b)
{
	if (b->config->gateway->target)
		target_stop(b->config->gateway->target);
	bench_mock_stop(b->mock);
	fetcher_free(b->fetcher);
	if (b->loop)
		loop_free(b->loop);
	headers_clear(&b->extra);
	free(b->gateway);
}

/* Starts everything, measures, and stops everything. */
static int run(struct bench *b, struct buf *rules,
	       int (*measure)(struct bench *b))
{
	struct bench_script script = { .mark = b->mark,
				       .pace_ms = b->config->pace_ms };
	int rc;

	if (rules)
		script.rules = buf_span(rules);
	descriptors_raise();
	rc = start(b, &script) < 0 ? -1 : measure(b);
	if (b->result->interrupted)
		rc = fail_set(b->f, FAIL_PEER, "interrupted");
	stop(b);
	return rc;
}

static char *name_of(const struct campaign_config *c)
{
	return xstrdup(c->target ? target_name(c->target) : c->gateway);
}

int bench_run(const struct bench_config *config, struct bench_result *out,
	      struct fail *f)
{
	struct bench b = { .config = config, .result = out, .f = f };

	b.dice = (config->seed * BENCH_SHARDS_LIMIT + config->shard) *
			 UINT64_C(0x9e3779b97f4a7c15) |
		 1;
	b.mark = b.dice ^ UINT64_C(0x62656e6368);
	*out = (struct bench_result){
		.seed = config->seed,
		.pairs = config->pairs,
		.shard = config->shard,
		.shards = config->shards,
		.paced_count = config->streams_count,
		.pace_ms = config->pace_ms,
		.lasts = config->lasts,
		.name = name_of(config->gateway),
	};
	return run(&b, NULL, bench_measure);
}

int soak_run(const struct bench_config *config, tick_t lasts,
	     struct soak_result *out, struct fail *f)
{
	struct bench_result ignored = { .name = NULL };
	struct bench b = { .config = config, .result = &ignored, .f = f };
	struct buf rules = BUF_INIT(BUF_NO_LIMIT);
	struct soak soak = { .result = out };
	int rc;

	b.soak = &soak;
	b.dice = config->seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	b.mark = b.dice ^ UINT64_C(0x736f616b);
	*out = (struct soak_result){ .seed = config->seed,
				     .lasts = lasts,
				     .name = name_of(config->gateway) };
	soak_make(&soak, b.mark, &rules);
	rc = run(&b, &rules, soak_measure);
	soak_clear(&soak);
	buf_clear(&rules);
	return rc;
}

void bench_clear(struct bench_result *r)
{
	for (size_t i = 0; i < BENCH_LOADS; i++) {
		struct bench_load *l = &r->loads[i];

		load_clear(&l->direct);
		load_clear(&l->gateway);
		bench_spread_clear(&l->head);
		bench_spread_clear(&l->first);
		bench_spread_clear(&l->gap);
	}
	for (size_t i = 0; i < 2 * BENCH_RUNGS; i++) {
		load_clear(&r->steps[i].direct);
		load_clear(&r->steps[i].gateway);
	}
	for (size_t i = 0; i < BENCH_PACED_LIMIT; i++) {
		load_clear(&r->paced[i].direct);
		load_clear(&r->paced[i].gateway);
	}
	bench_spread_clear(&r->same);
	bench_spread_clear(&r->cpu);
	load_clear(&r->long_direct);
	load_clear(&r->long_gateway);
	free(r->name);
	*r = (struct bench_result){ .name = NULL };
}
