/* Finds out what a gateway offers, by one small case for each claim. */
#include "probe/run/offers.h"

#include <stdlib.h>
#include <string.h>

#include "probe/judge/check.h"
#include "wire/bytes/mem.h"

#define FOLDER "claims/"

int offers_read(struct offers *o, const char *root,
		const struct casebook_values *values, struct fail *f)
{
	if (casebook_read_folder(&o->book, root, "claims", values, f) < 0)
		return -1;
	o->missing = xcalloc(o->book.count, sizeof(*o->missing));
	return 0;
}

static bool is_decidable(const struct offers *o, const struct casefile *c)
{
	return c->client_format == o->client_format &&
	       (!o->no_mock || c->black_box);
}

static void ask_next(struct offers *o);

/* Did an answer of this run not end well? The remaining claims may then do the
 * same, so they are not tried. */
static bool is_broken_off(const struct run *run)
{
	const struct wlog *log = run_log(run);

	for (size_t i = 0; i < log->count; i++)
		if (log->list[i].kind == WLOG_END &&
		    log->list[i].actor[0] == 'c' &&
		    log->list[i].end != END_CLEAN)
			return true;
	return false;
}

/* A claim is not offered if any check of its case fails. */
static bool is_any_failed(const struct result *r)
{
	for (size_t i = 0; i < r->outcome_count; i++)
		if (r->outcomes[i].verdict == VERDICT_FAIL)
			return true;
	return false;
}

static void on_run_done(void *arg, struct run *run)
{
	struct offers *o = arg;
	struct result result = { .id = NULL };
	bool broken;

	check_case(o->book.list[o->next], run_log(run), run_number(run),
		   &result);
	broken = result.waited || is_broken_off(run);
	o->missing[o->next] = !broken && result.verdict == VERDICT_PASS &&
			      is_any_failed(&result);
	o->next = broken ? o->book.count : o->next + 1;
	result_clear(&result);
	run_free(run);
	o->run = NULL;
	ask_next(o);
}

static void ask_next(struct offers *o)
{
	const struct casefile *c;

	while (o->next < o->book.count &&
	       !is_decidable(o, o->book.list[o->next]))
		o->next++;
	if (o->next == o->book.count) {
		o->done(o->arg);
		return;
	}
	c = o->book.list[o->next];
	o->run = run_start(o->session, c, c->exclusive && !o->no_mock,
			   on_run_done, o);
}

void offers_start(struct offers *o, struct session *s, void (*done)(void *arg),
		  void *arg)
{
	o->session = s;
	o->done = done;
	o->arg = arg;
	ask_next(o);
}

/* "claims/NAME", or "claims/NAME/FORMAT" where the client speaks another one. */
static bool is_of(const struct casefile *c, const char *claim)
{
	struct span name = span_of(c->id + strlen(FOLDER)), first;

	return span_split(&name, '/', &first) && span_is(first, claim);
}

/* Index of the claim's file in the client's format; book.count: there is
 * none. */
static size_t place_of(const struct offers *o, const char *claim)
{
	size_t i = 0;

	while (i < o->book.count &&
	       !(is_of(o->book.list[i], claim) &&
		 o->book.list[i]->client_format == o->client_format))
		i++;
	return i;
}

bool offers_missing(const struct offers *o, const char *claim)
{
	size_t i = place_of(o, claim);

	return i < o->book.count && o->missing[i];
}

const struct casefile *offers_file(const struct offers *o, const char *claim)
{
	size_t i = place_of(o, claim);

	if (i < o->book.count)
		return o->book.list[i];
	/* A file of another format has to do */
	for (i = 0; i < o->book.count; i++)
		if (is_of(o->book.list[i], claim))
			return o->book.list[i];
	return NULL;
}

void offers_clear(struct offers *o)
{
	run_free(o->run);
	casebook_clear(&o->book);
	free(o->missing);
	*o = (struct offers){ .next = 0 };
}
