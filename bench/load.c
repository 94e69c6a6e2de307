/*
 * Streams side by side, as `ccprobe bench` sends them, of any request to any
 * address; prints what came of it as JSON.
 *
 *	load --request FILE --streams N --ms N [--requests N] [--events N]
 *	     [--pace MS] http://ADDR:PORT
 *
 * FILE holds the request as it goes out, head and body. Exit status: 0 all
 * answers were whole, 1 some were not, 2 wrong usage.
 */
#include <stdio.h>

#include "net/descriptors.h"
#include "probe/bench/load.h"
#include "net/fetch.h"
#include "wire/bytes/load.h"
#include "wire/bytes/option.h"

enum { REQUEST_LIMIT_BYTES = 64 * 1024 * 1024 };

#define PATIENCE (60 * TICK_S)

struct options {
	const char *request;
	uint32_t streams, ms, requests, events, pace;
};

#define OF(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "request", OPTION_TEXT, OF(request), "FILE", "what is sent" },
	{ "streams", OPTION_U32, OF(streams), "N", "at a time (1)" },
	{ "ms", OPTION_U32, OF(ms), "N", "no request begins later (1000)" },
	{ "requests", OPTION_U32, OF(requests), "N", "in all (any)" },
	{ "events", OPTION_U32, OF(events), "N", "of an answer (any)" },
	{ "pace", OPTION_U32, OF(pace), "MS", "between events (0)" },
	{ .name = NULL },
};

static void print_times(const char *name, const struct histogram *h)
{
	printf(", \"%s\": { \"p50\": %lld, \"p99\": %lld, \"most\": %lld }",
	       name, (long long)histogram_at(h, 0.5),
	       (long long)histogram_at(h, 0.99), (long long)h->most);
}

static void print(const struct load_result *r)
{
	printf("{ \"done\": %llu, \"failed\": %llu, \"events\": %llu, "
	       "\"lost\": %llu, \"took\": %lld",
	       (unsigned long long)r->done, (unsigned long long)r->failed,
	       (unsigned long long)r->events, (unsigned long long)r->lost,
	       (long long)r->took);
	print_times("head", &r->head);
	print_times("first", &r->first);
	print_times("whole", &r->whole);
	print_times("gap", &r->gap);
	printf(" }\n");
	if (r->failed > 0)
		fprintf(stderr, "load: %s\n", r->why);
}

static int run(const struct options *o, const char *origin,
	       struct load_result *out, struct fail *f)
{
	struct buf request = BUF_INIT(REQUEST_LIMIT_BYTES);
	struct fetcher *fetcher = NULL;
	struct loop *loop = NULL;
	struct load_plan plan = { .origin = origin,
				  .streams = o->streams,
				  .lasts = o->ms * TICK_MS,
				  .most = o->requests,
				  .patience = PATIENCE,
				  .events = o->events,
				  .pace = o->pace * TICK_MS };
	int rc = -1;

	if (load_file(&request, o->request, REQUEST_LIMIT_BYTES, f) == 0 &&
	    loop_new(&loop, f) == 0 && fetcher_new(&fetcher, loop, f) == 0) {
		plan.request = buf_span(&request);
		plan.fetcher = fetcher;
		load_run(loop, &plan, out);
		rc = 0;
	}
	fetcher_free(fetcher);
	if (loop)
		loop_free(loop);
	buf_clear(&request);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { .streams = 1, .ms = 1000 };
	struct option_list rest = { .list = NULL };
	struct load_result result = { .done = 0 };
	struct fail f = FAIL_INIT;
	int status = 2;

	descriptors_raise();
	if (option_parse(rows, argc, argv, &o, &rest, &f) == 0) {
		if (!o.request || rest.count != 1 || o.streams == 0)
			fail_set(&f, FAIL_USAGE, "--request FILE and a URL");
		else if (run(&o, rest.list[0], &result, &f) == 0)
			status = result.failed > 0 || result.done == 0;
	}
	if (f.code != FAIL_OK)
		fprintf(stderr, "load: %s\n", f.text);
	else
		print(&result);
	load_clear(&result);
	option_list_clear(&rest);
	return status;
}
