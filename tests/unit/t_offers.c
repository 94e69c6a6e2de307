/* What a gateway is found to offer. The link puts runs and a judge of this file
 * in the place of the real ones. */
#include "tests/unit/makelog.h"

#include <stdlib.h>

#include "probe/judge/check.h"
#include "probe/run/offers.h"
#include "wire/bytes/mem.h"

/* ---- what stands in the place of others ---- */

static struct world {
	struct buf asked; /* "claims/a! claims/b": '!' is alone */
	run_done_fn *done;
	void *arg;
	unsigned done_count;
	/* of each case, by its place */
	enum verdict verdicts[6], outcomes[6];
	bool waited[6];
	struct wlog log;
} world;

static struct casefile cases[6];
static struct casefile *list[6];
static bool missing[6];
static struct offers o;
static char a_run;

struct run *__wrap_run_start(struct session *s, const struct casefile *c,
			     bool exclusive, run_done_fn *done, void *arg);
const struct wlog *__wrap_run_log(const struct run *r);
uint64_t __wrap_run_number(const struct run *r);
void __wrap_run_free(struct run *r);
void __wrap_check_case(const struct casefile *c, const struct wlog *log,
		       uint64_t run, struct result *out);

struct run *__wrap_run_start(struct session *s, const struct casefile *c,
			     bool exclusive, run_done_fn *done, void *arg)
{
	(void)s;
	buf_addf(&world.asked, "%s%s ", c->id, exclusive ? "!" : "");
	world.done = done;
	world.arg = arg;
	return (struct run *)(void *)&a_run;
}

const struct wlog *__wrap_run_log(const struct run *r)
{
	(void)r;
	return &world.log;
}

uint64_t __wrap_run_number(const struct run *r)
{
	(void)r;
	return RUN;
}

void __wrap_run_free(struct run *r)
{
	(void)r;
}

void __wrap_check_case(const struct casefile *c, const struct wlog *log,
		       uint64_t run, struct result *out)
{
	size_t n = (size_t)(c - cases);

	(void)log;
	(void)run;
	*out = (struct result){ .verdict = world.verdicts[n],
				.waited = world.waited[n],
				.outcome_count = 2 };
	out->outcomes = xcalloc(2, sizeof(*out->outcomes));
	out->outcomes[1].verdict = world.outcomes[n];
}

/* ---- the files ---- */

static void on_done(void *arg)
{
	assert_ptr_equal(arg, &world);
	world.done_count++;
}

static int set_up(void **state)
{
	static char ids[][20] = {
		"claims/a", "claims/a/bedrock", "claims/ab",
		"claims/c", "claims/d",         "claims/e/b"
	};

	(void)state;
	world = (struct world){ .asked = BUF_INIT(4096) };
	wlog_init(&world.log, 100000);
	o = (struct offers){ .client_format = FORMAT_MESSAGES };
	for (size_t i = 0; i < 6; i++) {
		cases[i] =
			(struct casefile){ .id = ids[i],
					   .client_format = FORMAT_MESSAGES };
		list[i] = &cases[i];
		missing[i] = false;
	}
	cases[1].client_format = cases[5].client_format = FORMAT_BEDROCK;
	o.book.list = list;
	o.book.count = 6;
	o.missing = missing;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&world.log);
	buf_clear(&world.asked);
	return 0;
}

static void ask_all(const char *asked)
{
	offers_start(&o, NULL, on_done, &world);
	for (int i = 0; i < 6 && world.done_count == 0; i++)
		world.done(world.arg, (struct run *)(void *)&a_run);
	assert_int_equal(world.done_count, 1);
	assert_string_equal(buf_str(&world.asked), asked);
}

/* A check that fails and does not fail the case says that it is not offered. */
static void t_missing(void **state)
{
	(void)state;
	world.outcomes[0] = VERDICT_FAIL;
	world.outcomes[2] = VERDICT_UNDECIDED;
	world.outcomes[3] = VERDICT_FAIL;
	world.verdicts[3] = VERDICT_FAIL;
	world.outcomes[4] = VERDICT_FAIL;
	cases[3].exclusive = true;
	ask_all("claims/a claims/ab claims/c! claims/d ");
	assert_true(offers_missing(&o, "a"));
	assert_false(offers_missing(&o, "ab"));
	assert_false(offers_missing(&o, "c"));
	assert_true(offers_missing(&o, "d"));
	assert_false(offers_missing(&o, "e"));
	assert_false(offers_missing(&o, "none"));
}

/* After an answer that did not end well nothing more is tried. */
static void t_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < 6; i++)
		world.outcomes[i] = VERDICT_FAIL;
	put_end(&world.log, "u1", 1, END_CUT);
	put_end(&world.log, "c1", 1, END_CLEAN);
	put(&world.log, "c1", 1, WLOG_DATA)->end = END_CUT;
	world.waited[2] = true;
	ask_all("claims/a claims/ab ");
	assert_true(offers_missing(&o, "a"));
	assert_false(offers_missing(&o, "ab"));
	assert_false(offers_missing(&o, "c"));
}

static void t_broken_at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < 6; i++)
		world.outcomes[i] = VERDICT_FAIL;
	put_end(&world.log, "c1", 1, END_RESET);
	ask_all("claims/a ");
	assert_false(offers_missing(&o, "a"));
}

/* Without a mock only what the client's side decides is tried. */
static void t_no_mock(void **state)
{
	(void)state;
	o.no_mock = true;
	cases[2].black_box = cases[3].black_box = true;
	cases[3].exclusive = true;
	ask_all("claims/ab claims/c ");
}

static void t_formats(void **state)
{
	(void)state;
	o.client_format = FORMAT_BEDROCK;
	world.outcomes[1] = VERDICT_FAIL;
	ask_all("claims/a/bedrock claims/e/b ");
	assert_true(offers_missing(&o, "a"));
	assert_ptr_equal(offers_file(&o, "a"), &cases[1]);
	/* A file of another format has to do. */
	assert_ptr_equal(offers_file(&o, "d"), &cases[4]);
	assert_null(offers_file(&o, "b"));
	o.client_format = FORMAT_MESSAGES;
	assert_ptr_equal(offers_file(&o, "a"), &cases[0]);
	assert_ptr_equal(offers_file(&o, "e"), &cases[5]);
}

static void t_no_files(void **state)
{
	(void)state;
	o.book.count = 0;
	ask_all("");
	assert_false(offers_missing(&o, "a"));
	assert_null(offers_file(&o, "a"));
}

int main(void)
{
#define T(title, fn) \
	{ \
		"offers: " title, fn, set_up, tear_down, NULL \
	}
	static const struct CMUnitTest tests[] = {
		T("what is missing", t_missing),
		T("after a broken answer", t_broken),
		T("after a first answer that is broken", t_broken_at_once),
		T("without a mock", t_no_mock),
		T("files of the client's format", t_formats),
		T("a suite without files", t_no_files),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("offers", tests, NULL, NULL);
}
