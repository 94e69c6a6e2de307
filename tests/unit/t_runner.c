/*
 * The order in which a runner runs its cases, and which results count. Nothing
 * is sent here: the link puts runs that are over as the table says, and a clock
 * that is turned by hand, in the place of the real ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/judge/check.h"
#include "probe/run/runner.h"
#include "wire/bytes/mem.h"

#define MOST 8
#define HELD_BYTES (8 * 1024 * 1024)

/* ---- a run as the table says ---- */

/* What a case's runs show, a letter for each of them; the last one stays. */
#define PASSES 'p'
#define FAILS 'f'
#define LATE 'l' /* fails, by taking long */
#define OPEN 'u' /* undecided */
#define LARGE 'L' /* LATE, with more bytes than are kept */
#define AT_LIMIT 'K' /* LATE, with as many as are kept */
#define REFUSED 'x' /* no connection was taken */
#define UNASKED 'r' /* the gateway refused without asking the provider */
#define UNASKED_WELL 'R' /* the same, and that is what the case wants */
#define WITHIN 'w' /* the second request was refused by the gateway itself */
#define PROVIDERS 'e' /* a failure, with an error of the provider's own */
#define THROTTLED 't' /* a failure, and an answer 429 */

/* What the plain request shows. */
#define WELL 'y'
#define RESTING 'n'
#define ANSWERED 'o' /* an error, and as it was before the first case */
#define GONE 'x'
#define HANGS 'h' /* no answer at all; also of a case */

struct play {
	const char *id, *runs;
	enum strain strain;
	bool exclusive, once;
	const char *not_for, *need;
	enum format provider;
};

struct run {
	const struct casefile *c;
	struct wlog log;
	uint64_t number;
	char letter;
	tick_t took;
	run_done_fn *done;
	void *arg;
};

static struct world {
	const struct play *plays;
	const char *plain; /* a letter for each plain request; the last stays */
	struct casefile files[MOST], plain_file;
	struct casefile *list[MOST];
	size_t count;
	unsigned runs[MOST], plains;
	struct run *open[MOST + 1];
	size_t open_count;
	uint64_t number;
	tick_t now, each, plain_takes;
	loop_timer_fn *due;
	void *due_arg;
	tick_t due_at;
	struct buf told;
	char *reasons[MOST];
	bool waits; /* for nothing any more */
	size_t live; /* runs that nobody freed */
	bool plain_first; /* a plain request is answered before the others */
	bool stops; /* at the first result */
	struct runner *runner;
} world;

tick_t __wrap_loop_now(void);
void __wrap_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg);
void __wrap_loop_timer_clear(struct loop *l, struct loop_timer *t);
struct loop *__wrap_session_loop(const struct session *s);
struct run *__wrap_run_start(struct session *s, const struct casefile *c,
			     bool lane, run_done_fn *done, void *arg);
void __wrap_run_free(struct run *r);
const struct wlog *__wrap_run_log(const struct run *r);
uint64_t __wrap_run_number(const struct run *r);
tick_t __wrap_run_took(const struct run *r);
void __wrap_check_view(const struct casefile *c, const struct view *v,
		       struct result *out);
void __wrap_check_result(const struct casefile *c, struct result *out);

tick_t __wrap_loop_now(void)
{
	return world.now;
}

void __wrap_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg)
{
	(void)l;
	(void)t;
	world.due = fn;
	world.due_arg = arg;
	world.due_at = at;
}

void __wrap_loop_timer_clear(struct loop *l, struct loop_timer *t)
{
	(void)l;
	(void)t;
	world.due = NULL;
}

struct loop *__wrap_session_loop(const struct session *s)
{
	(void)s;
	return NULL;
}

static void add(struct run *r, uint64_t number, const char *actor,
		enum wlog_kind kind, int status)
{
	struct wlog_entry *e = wlog_add(&r->log, 0, number, actor, 1, kind);

	e->status = status;
}

static void add_refused(struct run *r, uint64_t number, const char *actor)
{
	struct wlog_entry *e = wlog_add(&r->log, 0, number, actor, 1, WLOG_END);

	e->end = END_REFUSED;
}

/* What the log of a run has: the client's answers and the provider's. */
static void write_log(struct run *r)
{
	bool is_plain = r->c == &world.plain_file;
	static const char *const errors[] = { "rRh", "w", "e", "t" };
	static char bytes[HELD_BYTES + 1];

	/* Of another run, which says nothing of this one. */
	add(r, r->number + 1, "u1", WLOG_REQUEST, 0);
	add(r, r->number + 1, "c1", WLOG_RESPONSE, is_plain ? 200 : 500);
	if (!is_plain) {
		add_refused(r, r->number + 1, "c1");
		add_refused(r, r->number, "u1");
	}
	add(r, r->number, "c1", WLOG_REQUEST, 0);
	if (is_plain) {
		if (r->letter == GONE)
			add_refused(r, r->number, "c1");
		else if (r->letter == RESTING || r->letter == ANSWERED)
			add(r, r->number, "c1", WLOG_RESPONSE, 400);
		else if (r->letter == WELL)
			add(r, r->number, "c1", WLOG_RESPONSE, 399);
		add(r, r->number, "u1", WLOG_RESPONSE, 500);
		return;
	}
	if (r->letter == REFUSED) {
		add_refused(r, r->number, "c1");
		return;
	}
	if (strchr(errors[0], r->letter) == NULL)
		add(r, r->number, "u1", WLOG_REQUEST, 0);
	if (r->letter == PROVIDERS)
		add(r, r->number, "u1", WLOG_RESPONSE, 400);
	if (r->letter == THROTTLED)
		add(r, r->number, "c1", WLOG_RESPONSE, 429);
	else if (strchr("rRwe", r->letter))
		add(r, r->number, "c1", WLOG_RESPONSE, 400);
	else if (r->letter != HANGS)
		add(r, r->number, "c1", WLOG_RESPONSE, 399);
	if (r->letter == LARGE || r->letter == AT_LIMIT) {
		struct wlog_entry *e =
			wlog_add(&r->log, 0, r->number, "c1", 1, WLOG_DATA);
		size_t len = HELD_BYTES + 1 - (r->letter == AT_LIMIT);

		wlog_set_bytes(&r->log, e,
			       span_make(bytes, len - r->log.bytes));
	}
}

static char letter_of(const char *letters, unsigned nth)
{
	size_t len = strlen(letters);

	return letters[nth < len ? nth : len - 1];
}

struct run *__wrap_run_start(struct session *s, const struct casefile *c,
			     bool lane, run_done_fn *done, void *arg)
{
	struct run *r = xcalloc(1, sizeof(*r));

	(void)s;
	r->c = c;
	r->number = world.number += 10;
	r->done = done;
	r->arg = arg;
	wlog_init(&r->log, 64 * 1024 * 1024);
	if (c == &world.plain_file) {
		r->letter = letter_of(world.plain, world.plains++);
		r->took = world.plain_takes;
		buf_addf(&world.told, " ?%s%.0zu", lane ? "!" : "",
			 world.open_count);
	} else {
		size_t i = (size_t)(c - world.files);

		r->letter = letter_of(world.plays[i].runs, world.runs[i]++);
		r->took = world.each;
		buf_addf(&world.told, " +%s%s", c->id, lane ? "!" : "");
	}
	write_log(r);
	world.open[world.open_count++] = r;
	world.live++;
	return r;
}

void __wrap_run_free(struct run *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < world.open_count; i++)
		if (world.open[i] == r) {
			world.open_count--;
			memmove(&world.open[i], &world.open[i + 1],
				(world.open_count - i) * sizeof(r));
		}
	wlog_clear(&r->log);
	free(r);
	world.live--;
}

const struct wlog *__wrap_run_log(const struct run *r)
{
	return &r->log;
}

uint64_t __wrap_run_number(const struct run *r)
{
	return r->number;
}

tick_t __wrap_run_took(const struct run *r)
{
	return r->took;
}

void __wrap_check_result(const struct casefile *c, struct result *out)
{
	*out = (struct result){ .id = xstrdup(c->id) };
}

/* The run is told by its log's last request of this run, which has its number. */
void __wrap_check_view(const struct casefile *c, const struct view *v,
		       struct result *out)
{
	const struct run *r = NULL;

	for (size_t i = 0; i < world.open_count; i++)
		if (v->run == world.open[i]->number)
			r = world.open[i];
	assert_non_null(r);
	assert_ptr_equal(v->log, &r->log);
	assert_ptr_equal(r->c, c);
	__wrap_check_result(c, out);
	out->waited = strchr("lLK", r->letter) != NULL;
	out->verdict = r->letter == OPEN         ? VERDICT_UNDECIDED
		       : strchr("pR", r->letter) ? VERDICT_PASS
						 : VERDICT_FAIL;
	if (out->verdict != VERDICT_PASS)
		out->reason = xstrdup("as seen");
}

/* ---- the runner's callbacks ---- */

static bool plain_ok(void *arg, struct run *run)
{
	assert_ptr_equal(arg, &world);
	return run->letter == ANSWERED;
}

static bool lacks(void *arg, const char *claim, struct buf *out)
{
	assert_ptr_equal(arg, &world);
	if (strcmp(claim, "has-it") == 0)
		return false;
	buf_addf(out, "it lacks %s", claim);
	return true;
}

static bool unfit(void *arg, const struct casefile *c, struct buf *out)
{
	assert_ptr_equal(arg, &world);
	if (c->providers != 1U << FORMAT_CHAT)
		return false;
	buf_add_text(out, "it is for another");
	return true;
}

static void on_result(void *arg, const struct result *result, struct run *run,
		      const struct view *view)
{
	struct world *w = arg;
	size_t at = 0;

	while (strcmp(w->files[at].id, result->id) != 0)
		at++;
	assert_int_equal(run != NULL, view != NULL);
	if (run) {
		assert_ptr_equal(run->c, &w->files[at]);
		assert_ptr_equal(view->log, &run->log);
		assert_int_equal(view->run, run->number);
		assert_int_equal(result->took, run->took);
	}
	assert_null(w->reasons[at]); /* each is told once */
	w->reasons[at] = xstrdup(result->reason ? result->reason : "");
	buf_addf(&w->told, " %s:%s%s%s%s%s", result->id,
		 verdict_name(result->verdict), result->waited ? "-late" : "",
		 result->left_out ? "-left" : "",
		 result->not_meant ? "-other" : "", run ? "" : "-unseen");
	if (w->stops && w->runner)
		runner_stop(w->runner);
}

static void on_done(void *arg)
{
	struct world *w = arg;

	buf_add_text(&w->told, " done");
	w->waits = true;
}

/* ---- turning the clock ---- */

static void fire(void)
{
	loop_timer_fn *fn = world.due;

	world.due = NULL;
	fn(world.due_arg);
}

static void finish_first(void)
{
	struct run *r = world.open[0];

	for (size_t i = 0; world.plain_first && i < world.open_count; i++)
		if (world.open[i]->c == &world.plain_file)
			r = world.open[i];
	world.now += r->took;
	r->done(r->arg, r);
	for (size_t i = 0; i < world.open_count; i++)
		if (world.open[i] == r) { /* it is over, and kept */
			world.open_count--;
			memmove(&world.open[i], &world.open[i + 1],
				(world.open_count - i) * sizeof(r));
			return;
		}
}

static void turn_until_done(void)
{
	for (unsigned turns = 0; turns < 200 && !world.waits; turns++) {
		if (world.due && world.due_at <= world.now) {
			fire();
		} else if (world.open_count > 0) {
			finish_first();
		} else if (world.due) {
			world.now = world.due_at;
			fire();
		} else {
			break;
		}
	}
}

static void begin(const struct play *plays, const char *plain)
{
	world = (struct world){
		.plays = plays,
		.plain = plain,
		.plain_file = { .id = (char *)"plain" },
		.now = 1000 * TICK_S,
		.each = TICK_MS,
		.plain_takes = TICK_MS,
		.told = BUF_INIT(BUF_NO_LIMIT),
	};
	for (; plays->id; plays++) {
		struct casefile *c = &world.files[world.count];

		c->id = (char *)plays->id;
		c->strain = plays->strain;
		c->exclusive = plays->exclusive;
		c->once = plays->once;
		c->not_for = (char *)plays->not_for;
		c->providers = plays->provider ? 1U << plays->provider : 0;
		if (plays->need) {
			c->needs = (char **)&plays->need;
			c->need_count = 1;
		}
		world.list[world.count++] = c;
	}
}

static struct runner_config config_of(void)
{
	return (struct runner_config){
		.cases = world.list,
		.count = world.count,
		.jobs = 2,
		.plain = &world.plain_file,
		.plain_ok = plain_ok,
		.pool_wait_ms = 1000,
		.again_ms = 1000,
		.lacks = lacks,
		.unfit = unfit,
		.on_result = on_result,
		.on_done = on_done,
		.arg = &world,
	};
}

static void is_told(const char *want)
{
	assert_string_equal(buf_str(&world.told) + (world.told.len > 0), want);
}

static void end(struct runner *r)
{
	runner_free(r);
	assert_int_equal(world.live, 0);
	for (size_t i = 0; i < world.count; i++)
		free(world.reasons[i]);
	buf_clear(&world.told);
}

/* Runs it all, and compares the order of things. */
static struct runner *play_with(const struct runner_config *config,
				const char *want)
{
	struct runner *r = runner_start(config);

	world.runner = r;
	turn_until_done();
	is_told(want);
	if (world.waits)
		assert_int_equal(world.live, 0);
	return r;
}

static void told(const struct play *plays, const char *plain, const char *want)
{
	struct runner_config config;

	begin(plays, plain);
	config = config_of();
	end(play_with(&config, want));
}

/* ---- calm ---- */

static void t_calm(void **state)
{
	static const struct play three[] = { { .id = "a", .runs = "p" },
					     { .id = "b", .runs = "f" },
					     { .id = "c", .runs = "p" },
					     { .id = NULL } };
	static const struct play none[] = { { .id = NULL } };
	struct runner_config config;

	(void)state;
	told(three, "y", "+a +b a:pass +c b:fail c:pass done");
	told(none, "y", "done");
	begin(three, "y");
	config = config_of();
	config.jobs = 1;
	end(play_with(&config, "+a a:pass +b b:fail +c c:pass done"));
}

/* What needs the mock for itself goes first, one at a time. */
static void t_lane(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "p" },
		{ .id = "b", .runs = "p", .exclusive = true },
		{ .id = "c", .runs = "p", .exclusive = true },
		{ .id = "d", .runs = "p" },
		{ .id = NULL }
	};
	struct runner_config config;

	(void)state;
	told(plays, "y", "+b! +a b:pass +c! a:pass +d c:pass d:pass done");
	begin(plays, "y");
	config = config_of();
	config.jobs = 8;
	end(play_with(&config,
		      "+b! +a +d b:pass +c! a:pass d:pass c:pass done"));
	begin(plays, "y");
	config = config_of();
	config.no_mock = true;
	end(play_with(&config, "+a +b a:pass +c b:pass +d c:pass d:pass done"));
}

static void t_skipped(void **state)
{
	static const struct play plays[] = {
		{ .id = "a",
		  .runs = "p",
		  .not_for = "for 2.0",
		  .need = "lacked" },
		{ .id = "b",
		  .runs = "p",
		  .provider = FORMAT_CHAT,
		  .need = "lacked" },
		{ .id = "c", .runs = "p", .need = "lacked" },
		{ .id = "d", .runs = "p", .need = "has-it" },
		{ .id = NULL }
	};
	struct runner_config config;
	const char *left[] = { NULL, NULL, "too dear", "too dear" };

	(void)state;
	begin(plays, "y");
	config = config_of();
	end(play_with(&config, "a:skip-other-unseen b:skip-other-unseen "
			       "c:skip-unseen +d d:pass done"));
	begin(plays, "y");
	config = config_of();
	config.left_out = left;
	world.runner =
		play_with(&config, "a:skip-other-unseen b:skip-other-unseen "
				   "c:undecided-left-unseen "
				   "d:undecided-left-unseen done");
	assert_string_equal(world.reasons[0], "for 2.0");
	assert_string_equal(world.reasons[1], "it is for another");
	assert_string_equal(world.reasons[2], "too dear");
	end(world.runner);
}

/* ---- what is asked again ---- */

/* First what failed, then what was open; alone, although there are more jobs. */
static void t_again(void **state)
{
	static const struct play plays[] = { { .id = "a", .runs = "up" },
					     { .id = "b", .runs = "lp" },
					     { .id = "c", .runs = "p" },
					     { .id = "d", .runs = "ll" },
					     { .id = NULL } };
	static const struct play lane[] = {
		{ .id = "a", .runs = "lp" },
		{ .id = "b", .runs = "up", .exclusive = true },
		{ .id = "c", .runs = "up" },
		{ .id = NULL }
	};
	static const struct play once[] = { { "a", "up", .once = true },
					    { "b", "lp", .once = true },
					    { "c", "rp", 1, .once = true },
					    { .id = NULL } };
	struct runner_config config;

	(void)state;
	told(once, "n",
	     "+a +b a:undecided b:undecided-late +c ? "
	     "c:undecided-left-unseen done");
	told(plays, "y",
	     "+a +b +c +d c:pass +b b:pass +d d:fail-late +a a:pass done");
	told(lane, "y", "+b! +a +c +a a:pass +c c:pass +b! b:pass done");
	begin(plays, "y");
	config = config_of();
	config.again_ms = 1;
	world.each = 0;
	end(play_with(&config, "+a +b +c +d c:pass +b b:pass +d d:fail-late "
			       "+a a:pass done"));
	begin(plays, "y");
	config = config_of();
	config.again_ms = 0;
	end(play_with(&config, "+a +b a:undecided +c b:fail-late +d c:pass "
			       "d:fail-late done"));
}

static void t_no_time_to_ask_again(void **state)
{
	static const struct play plays[] = { { .id = "a", .runs = "lp" },
					     { .id = "b", .runs = "L" },
					     { .id = "c", .runs = "K" },
					     { .id = "d", .runs = "u" },
					     { .id = NULL } };
	struct runner_config config;

	(void)state;
	/* Each takes as long as there is; at the limit there is time for one. */
	begin(plays, "y");
	config = config_of();
	config.jobs = 4;
	world.each = 1000 * TICK_MS + 1;
	world.runner = play_with(&config, "+a +b +c +d +a a:pass "
					  "b:undecided-left-unseen "
					  "c:undecided-late d:undecided done");
	assert_string_equal(world.reasons[1],
			    "it took too long while other cases ran, and there "
			    "was no time left to run it again alone");
	assert_string_equal(world.reasons[2], world.reasons[1]);
	assert_string_equal(world.reasons[3], "as seen");
	end(world.runner);
	begin(plays, "y");
	config = config_of();
	world.each = 1000 * TICK_MS;
	config.jobs = 4;
	end(play_with(&config, "+a +b +c +d +a a:pass +b b:fail-late "
			       "c:undecided-late d:undecided done"));
}

/* ---- kinds of strain ---- */

#define RESTED_WITHIN \
	"the gateway rested after the first answer of this case, and refused " \
	"the next request by itself"
#define RESTED_OUT \
	"the gateway rests after an answer like those of this case, and the " \
	"time to wait for it (--pool-wait) was over"
#define NOBODY_LISTENS "the gateway is gone: nothing listens there any more"

#define B STRAIN_BREAKS
#define F STRAIN_FAILS
#define O STRAIN_OVERLOADED
#define LIM STRAIN_LIMITED

/* One case of a kind runs first; if the gateway does not rest then, the others
 * run together, and the plain request is sent once more after all of them. */
static void t_kinds(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "p", .strain = LIM },
		{ .id = "b", .runs = "p", .strain = B },
		{ .id = "c", .runs = "f", .strain = B },
		{ .id = "d", .runs = "p", .strain = B },
		{ .id = "e", .runs = "p" },
		{ .id = "f", .runs = "e", .strain = F },
		{ .id = NULL }
	};
	static const struct play lane[] = {
		{ .id = "a", .runs = "p", .strain = B },
		{ .id = "b", .runs = "r", .strain = B, .exclusive = true },
		{ .id = "c", .runs = "h", .strain = B, .exclusive = true },
		{ .id = NULL }
	};
	static const struct play beside[] = {
		{ .id = "a", .runs = "p", .strain = B, .exclusive = true },
		{ .id = "b", .runs = "p", .strain = B },
		{ .id = "c", .runs = "p", .strain = B },
		{ .id = "d", .runs = "p", .strain = B },
		{ .id = NULL }
	};
	static const struct play again[] = {
		{ .id = "a", .runs = "lp", .strain = B },
		{ .id = "b", .runs = "l", .strain = LIM },
		{ .id = NULL }
	};

	(void)state;
	told(lane, "y", "+b! ? b:fail +c! +a ? a:pass c:fail done");
	told(beside, "y", "+a! ? a:pass +b +c +d ? b:pass c:pass d:pass done");
	told(again, "y", "+a ? +b ? +a a:pass ? +b b:fail-late done");
	told(plays, "y",
	     "+e e:pass +b ? b:pass +c +d ? c:fail d:pass "
	     "+f ? f:fail +a ? a:pass done");
	/* An error that is the same as before the first case, or none. */
	told(plays, "oh",
	     "+e e:pass +b ? b:pass +c +d ? c:fail d:pass "
	     "+f ? f:fail +a ? a:pass done");
}

/* The gateway rests: it is asked every quarter of a second, and each of the
 * kind waits for it. What it answered by itself is asked once more. */
static void t_rests(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "p", .strain = B },
		{ .id = "b", .runs = "rp", .strain = B },
		{ .id = "c", .runs = "R", .strain = B },
		{ .id = "d", .runs = "w", .strain = B },
		{ .id = "e", .runs = "h", .strain = B },
		{ .id = NULL }
	};
	struct runner_config config;

	(void)state;
	begin(plays, "nnyny");
	config = config_of();
	world.runner =
		play_with(&config, "+a ? a:pass ? ? +b ? ? +b ? b:pass +c ? "
				   "c:pass +d ? d:fail +e ? e:fail done");
	assert_int_equal(world.now - 1000 * TICK_S,
			 (6 + 9) * TICK_MS + 3 * 250 * TICK_MS);
	end(world.runner);
	/* A refusal that the case expects is no sign of a rest. */
	begin(plays, "ynny");
	config = config_of();
	end(play_with(&config, "+a ? a:pass +b +c +d +e ? c:pass d:fail e:fail "
			       "? ? +b ? b:pass done"));
}

/* Three times the gateway refuses a case because it rests: no more. */
static void t_rests_each_time(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "r", .strain = B },
		{ .id = "b", .runs = "p", .strain = LIM },
		{ .id = NULL }
	};
	struct runner_config config;

	(void)state;
	begin(plays, "nynyny");
	config = config_of();
	world.runner =
		play_with(&config, "+a ? ? +a ? ? +a ? a:undecided-left-unseen "
				   "? +b ? b:pass done");
	assert_string_equal(world.reasons[0], RESTED_OUT);
	end(world.runner);
}

/* After a 429 or a 529 the next request of the case may be refused; the
 * provider's own errors are no such thing, and other answers no excuse. */
static void t_rests_within(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "w", .strain = O },
		{ .id = "b", .runs = "e", .strain = LIM },
		{ .id = "c", .runs = "w", .strain = STRAIN_REFUSES },
		{ .id = "d", .runs = "p", .strain = LIM },
		{ .id = NULL }
	};
	struct runner_config config;

	(void)state;
	begin(plays, "nynynyny");
	config = config_of();
	world.runner =
		play_with(&config, "+c ? c:fail ? +a ? a:undecided-left-unseen "
				   "? +b ? b:fail ? +d ? d:pass done");
	assert_string_equal(world.reasons[0], RESTED_WITHIN);
	end(world.runner);
}

/* There is an end to waiting, over all kinds together. */
static void t_rests_for_good(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "p", .strain = B },
		{ .id = "b", .runs = "p", .strain = B },
		{ .id = "c", .runs = "h", .strain = F },
		{ .id = "d", .runs = "u" },
		{ .id = NULL }
	};
	struct runner_config config;

	(void)state;
	begin(plays, "n");
	config = config_of();
	world.runner = play_with(&config,
				 "+d +a ? a:pass ? ? ? b:undecided-left-unseen "
				 "c:undecided-left-unseen +d d:undecided done");
	assert_string_equal(world.reasons[1], RESTED_OUT);
	assert_string_equal(world.reasons[2], RESTED_OUT);
	end(world.runner);
	/* As long as is waited, to the tick: it is asked once more. */
	begin(plays, "n");
	config = config_of();
	world.plain_takes = 0;
	end(play_with(&config, "+d +a ? a:pass ? ? ? ? b:undecided-left-unseen "
			       "c:undecided-left-unseen +d d:undecided done"));
	begin(plays, "nnnynnny");
	config = config_of();
	world.runner = play_with(&config,
				 "+d +a ? a:pass ? ? ? +b ? b:pass "
				 "c:undecided-left-unseen +d d:undecided done");
	end(world.runner);
	begin(plays, "nnny");
	config = config_of();
	config.pool_wait_ms = 0;
	world.runner = play_with(&config,
				 "+d +a ? a:pass b:undecided-left-unseen "
				 "c:undecided-left-unseen +d d:undecided done");
	end(world.runner);
}

/* ---- a gateway that is gone ---- */

static void t_gone(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "u" },
		{ .id = "b", .runs = "xp" },
		{ .id = "c", .runs = "p" },
		{ .id = "d", .runs = "p" },
		{ .id = "e", .runs = "p", .strain = B },
		{ .id = NULL }
	};
	struct runner_config config;

	(void)state;
	/* It listens after all: what was refused is asked again. */
	begin(plays, "y");
	config = config_of();
	world.runner =
		play_with(&config, "+a +b +c ?1 c:pass +d d:pass +e ? e:pass "
				   "+b b:pass +a a:undecided done");
	assert_false(runner_is_gone(world.runner));
	end(world.runner);
	/* The same without asking again. */
	begin(plays, "y");
	config = config_of();
	config.again_ms = 0;
	world.runner = play_with(&config, "+a +b a:undecided +c ?1 c:pass +d "
					  "d:pass +e ? e:pass +b b:pass done");
	end(world.runner);
	begin(plays, "x");
	config = config_of();
	world.runner = play_with(
		&config, "+a +b +c ?1 c:pass a:undecided-left-unseen "
			 "b:undecided-left-unseen d:undecided-left-unseen "
			 "e:undecided-left-unseen done");
	assert_string_equal(world.reasons[0], NOBODY_LISTENS);
	assert_string_equal(world.reasons[1], NOBODY_LISTENS);
	assert_string_equal(world.reasons[3], NOBODY_LISTENS);
	assert_string_equal(world.reasons[4], NOBODY_LISTENS);
	assert_true(runner_is_gone(world.runner));
	end(world.runner);
	begin(plays, "x");
	config = config_of();
	config.jobs = 3;
	world.plain_first = true;
	world.runner = play_with(
		&config,
		"+a +b +c +d ?2 c:pass d:pass a:undecided-left-unseen "
		"b:undecided-left-unseen e:undecided-left-unseen done");
	end(world.runner);
}

/* It dies of a case of the second phase. */
static void t_gone_later(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "l" },
		{ .id = "b", .runs = "f", .strain = B },
		{ .id = "c", .runs = "l", .strain = B },
		{ .id = "d", .runs = "p", .strain = F },
		{ .id = "e", .runs = "r", .strain = B },
		{ .id = NULL }
	};
	struct runner_config config;

	(void)state;
	begin(plays, "yx");
	config = config_of();
	world.runner = play_with(
		&config,
		"+a +b ? b:fail +c +e ? c:fail-late e:fail "
		"a:undecided-left-unseen d:undecided-left-unseen done");
	end(world.runner);
	begin(plays, "x");
	config = config_of();
	world.runner = play_with(
		&config, "+a +b ? b:fail a:undecided-left-unseen "
			 "c:undecided-left-unseen d:undecided-left-unseen "
			 "e:undecided-left-unseen done");
	end(world.runner);
}

/* ---- without a mock ---- */

/* One phase: each request is paid for. */
static void t_no_mock(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "l" },
		{ .id = "b", .runs = "x" },
		{ .id = "c", .runs = "t", .strain = LIM },
		{ .id = "d", .runs = "r", .strain = B },
		{ .id = NULL }
	};
	struct runner_config config;

	(void)state;
	begin(plays, "x");
	config = config_of();
	config.no_mock = true;
	world.runner = play_with(
		&config,
		"+a +b a:fail-late +c b:fail +d c:undecided d:fail done");
	assert_non_null(strstr(world.reasons[2], "throttled"));
	assert_false(runner_is_gone(world.runner));
	end(world.runner);
}

/* ---- stopping ---- */

static void t_stopped(void **state)
{
	static const struct play plays[] = {
		{ .id = "a", .runs = "p" },
		{ .id = "b", .runs = "p" },
		{ .id = "c", .runs = "p" },
		{ .id = "d", .runs = "f", .not_for = "x" },
		{ .id = NULL }
	};
	struct runner_config config;
	struct runner *r;
	struct result *list;
	size_t count = 9;

	(void)state;
	begin(plays, "y");
	world.stops = true;
	config = config_of();
	r = play_with(&config, "d:skip-other-unseen +a +b a:pass");
	assert_int_equal(world.open_count, 0);
	assert_null(world.due);
	list = runner_take(r, &count);
	assert_int_equal(count, 2);
	assert_string_equal(list[0].id, "a");
	assert_int_equal(list[0].verdict, VERDICT_PASS);
	assert_string_equal(list[1].id, "d");
	assert_int_equal(list[1].verdict, VERDICT_SKIP);
	result_clear(&list[0]);
	result_clear(&list[1]);
	free(list);
	/* They are the caller's now. */
	free(runner_take(r, &count));
	assert_int_equal(count, 0);
	end(r);
	/* While a plain request is under way. */
	begin((const struct play[]){ { .id = "a", .runs = "p", .strain = B },
				     { .id = NULL } },
	      "y");
	config = config_of();
	r = runner_start(&config);
	assert_non_null(world.due);
	runner_stop(r);
	assert_null(world.due);
	end(r);
	begin((const struct play[]){ { .id = "a", .runs = "p", .strain = B },
				     { .id = NULL } },
	      "y");
	config = config_of();
	r = runner_start(&config);
	fire();
	finish_first();
	fire();
	is_told("+a ?");
	assert_int_equal(world.live, 2);
	end(r);
	runner_free(NULL);
}

int main(void)
{
#define T(title, fn) \
	{ \
		"runner: " title, fn, NULL, NULL, NULL \
	}
	static const struct CMUnitTest tests[] = {
		T("as many at once as there are jobs", t_calm),
		T("the lane is begun first, and has one at a time", t_lane),
		T("what the gateway is not held to is told and not run",
		  t_skipped),
		T("what was late is asked again alone, failures first",
		  t_again),
		T("what there is no time for is no failure",
		  t_no_time_to_ask_again),
		T("a kind of strain begins with one", t_kinds),
		T("a gateway that rests is waited for", t_rests),
		T("a case is refused three times at most", t_rests_each_time),
		T("a gateway may rest within a case after a limit",
		  t_rests_within),
		T("there is an end to waiting", t_rests_for_good),
		T("what nobody takes is asked again, or the gateway is gone",
		  t_gone),
		T("a gateway may be gone in any phase", t_gone_later),
		T("without a mock each case is run once", t_no_mock),
		T("a runner that is stopped starts nothing more", t_stopped),
	};
#undef T

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
