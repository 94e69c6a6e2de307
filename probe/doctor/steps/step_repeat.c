/* --repeat: sends the same request several times, and counts who answers what.
 * A pool with one bad member fails now and then. */
#include <stdlib.h>
#include <string.h>

#include "probe/doctor/steps/step_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define TEXT_LIMIT ((size_t)64 * 1024)
#define GROUPS_LIMIT 64
#define SHOWN_BYTES 120

enum { SMALL_TOKENS = 20, RECORDED_TOKENS = 13000 };

struct group { /* of answers that are the same */
	char *what, *server;
	unsigned count;
	bool good, busy;
};

struct groups {
	struct group list[GROUPS_LIMIT];
	size_t count;
	unsigned asked, failed;
};

/* Headers by which gateways and pools say who answered. */
static const char *const serving[] = {
	"x-provider",
	"x-upstream",
	"x-served-by",
	"x-backend",
	"x-server",
	"x-instance",
	"x-litellm-model-id",
	"x-litellm-model-api-base",
	"anthropic-organization-id",
	"x-openrouter-provider",
	"via",
	"server",
};

static void add_serving(const struct doctor_call *c, struct buf *out)
{
	const struct headers *h = &c->got.head.headers;
	struct jval root;
	struct buf model = BUF_INIT(TEXT_LIMIT);

	for (size_t i = 0; i < sizeof(serving) / sizeof(serving[0]); i++) {
		const char *value = headers_get(h, serving[i]);

		if (!value)
			continue;
		buf_addf(out, "%s%s: ", out->len > 0 ? ", " : "", serving[i]);
		print_bytes(span_of(value), SHOWN_BYTES, out);
	}
	if (jscan(buf_span(&c->got.body), &root, NULL) == 0 &&
	    step_member(root, "model", &model))
		buf_addf(out, "%smodel: %s", out->len > 0 ? ", " : "",
			 buf_str(&model));
	buf_clear(&model);
}

static void take(struct groups *g, const struct doctor_call *c, bool good)
{
	struct buf what = BUF_INIT(TEXT_LIMIT), normal = BUF_INIT(TEXT_LIMIT);
	struct buf server = BUF_INIT(TEXT_LIMIT);
	int status = c->got.head.status;
	size_t i = 0;

	if (good)
		buf_addf(&normal, "%d", status);
	else
		step_outcome(c, &what);
	if (!good && status > 0)
		buf_addf(&normal, "%d", status);
	refusal_normal(span_skip(buf_span(&what), normal.len), &normal);
	add_serving(c, &server);
	while (i < g->count &&
	       (strcmp(g->list[i].what, buf_str(&normal)) != 0 ||
		strcmp(g->list[i].server, buf_str(&server)) != 0))
		i++;
	if (i == g->count && g->count < GROUPS_LIMIT)
		g->list[g->count++] = (struct group){
			.what = xstrdup(buf_str(&normal)),
			.server = xstrdup(buf_str(&server)),
			.good = good,
			.busy = status == 429 || status == 529,
		};
	if (i < g->count)
		g->list[i].count++;
	g->asked++;
	g->failed += !good;
	buf_clear(&what);
	buf_clear(&normal);
	buf_clear(&server);
}

static void groups_clear(struct groups *g)
{
	for (size_t i = 0; i < g->count; i++) {
		free(g->list[i].what);
		free(g->list[i].server);
	}
}

static void tell(const struct groups *g, const char *request,
		 struct step_result *out)
{
	buf_addf(&out->text, "%s%s: %u of %u fail",
		 out->text.len > 0 ? "; " : "", request, g->failed, g->asked);
	for (size_t i = 0; i < g->count; i++)
		buf_addf(&out->table, "%-10s %4u x  %s%s%s\n", request,
			 g->list[i].count, g->list[i].what,
			 *g->list[i].server ? "  " : "", g->list[i].server);
}

/* The most frequent failure, or NULL. */
static const struct group *worst(const struct groups *g)
{
	const struct group *most = NULL;

	for (size_t i = 0; i < g->count; i++)
		if (!g->list[i].good && !g->list[i].busy &&
		    (!most || g->list[i].count > most->count))
			most = &g->list[i];
	return most;
}

static void judge(struct doctor *d, const struct groups *g,
		  const struct doctor_call *c, struct step_result *out)
{
	const struct group *bad = worst(g);
	struct buf share = BUF_INIT(TEXT_LIMIT);

	if (!bad || g->failed == g->asked)
		return;
	buf_addf(&share, "%u of %u", g->failed, g->asked);
	step_finding(d, out, "DR-UNEVEN", c, buf_str(&share), bad->what,
		     *bad->server ? bad->server
				  : "a server that does not say its name");
	buf_clear(&share);
}

/* False: the budget is spent. */
static bool ask(struct doctor *d, struct doctor_call *c, bool realistic)
{
	if (realistic) {
		step_recorded(d, c);
		c->enough = step_has_content;
	} else {
		doctor_small(d, c, 1, NULL, "");
	}
	return doctor_call(d, c);
}

static bool is_answered(const struct doctor_call *c)
{
	return c->got.end == END_CANCELLED && c->got.head.status == 200
		       ? true
		       : step_is_good(c);
}

static void repeat(struct doctor *d, bool realistic, struct step_result *out)
{
	struct doctor_call last_bad = { .method = NULL };
	struct groups g = { .count = 0 };

	for (uint32_t i = 0; i < d->config->repeat && !d->over; i++) {
		struct doctor_call c = { .method = NULL };
		bool good;

		if (!ask(d, &c, realistic)) {
			doctor_call_clear(&c);
			break;
		}
		good = is_answered(&c);
		take(&g, &c, good);
		if (!good) {
			doctor_call_clear(&last_bad);
			last_bad = c;
		} else {
			doctor_call_clear(&c);
		}
	}
	tell(&g, realistic ? "recorded" : "small", out);
	judge(d, &g, &last_bad, out);
	doctor_call_clear(&last_bad);
	groups_clear(&g);
}

void doctor_repeat_cost(const struct doctor *d, unsigned left,
			unsigned *requests, unsigned *tokens)
{
	unsigned n = d->config->repeat;

	*requests = 2 * n <= left ? 2 * n : n < left ? n : left;
	*tokens = *requests * SMALL_TOKENS;
	if (*requests == 2 * n)
		*tokens = n * (SMALL_TOKENS + RECORDED_TOKENS);
}

bool step_repeat_applies(const struct doctor *d, struct buf *why)
{
	(void)why;
	return d->config->repeat > 0;
}

/* Repeats the recorded request only if the budget is enough for all
 * repetitions. */
void step_repeat(struct doctor *d, struct step_result *out)
{
	repeat(d, false, out);
	if (d->called + d->config->repeat <= d->config->max_requests)
		repeat(d, true, out);
	else
		buf_add_text(&out->text, "; for the recorded request "
					 "--max-requests is too low");
}
