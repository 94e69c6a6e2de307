/* The live page of a run: shows each case when it has ended, with both
 * sides. */
#include "probe/inspect/inspection.h"

#include <stdlib.h>

#include "mockupstream/inspect/inspect.h"
#include "probe/suite/say.h"
#include "reports/members.h"
#include "reports/verdict.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

struct inspection {
	struct inspect *page;
	struct address at;
	bool told; /* its address was printed */
};

int inspection_new(struct inspection **out, const char *at, struct fail *f)
{
	struct inspection *i = xcalloc(1, sizeof(*i));

	if (address_read(&i->at, at, f) < 0 || inspect_check(&i->at, f) < 0) {
		free(i);
		return -1;
	}
	i->page = inspect_new("ccprobe run", false);
	*out = i;
	return 0;
}

void inspection_free(struct inspection *i)
{
	if (!i)
		return;
	inspect_free(i->page);
	free(i);
}

static int serve(struct inspection *i, struct loop *l, struct fail *f)
{
	char at[ADDRESS_TEXT_LEN];

	if (inspect_serve(i->page, l, &i->at, f) < 0)
		return -1;
	if (!i->told)
		say(stderr, "ccprobe: inspect on http://%s\n",
		    address_write(&i->at, at));
	i->told = true;
	return 0;
}

static int on_loop(void *arg, struct loop *l, struct fail *f)
{
	return serve(arg, l, f);
}

static void on_leave(void *arg)
{
	struct inspection *i = arg;

	inspect_leave(i->page);
}

/* ---- a case ---- */

static void write_line(const struct result *r, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "id", r->id);
	member_text(&m, "verdict", verdict_name(r->verdict));
	if (r->verdict == VERDICT_FAIL)
		member_text(&m, "effect", effect_name(result_failed_effect(r)));
	member_text(&m, "reason", r->reason);
	buf_add_byte(out, '}');
}

static void write_check(const struct outcome *o, struct buf *out)
{
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "name", o->name);
	member_text(&m, "wanted", o->wanted);
	member_text(&m, "got", o->got);
	member_text(&m, "difference", o->difference);
	buf_add_byte(out, '}');
}

static void write_whole(const struct result *r, struct buf *out)
{
	struct members m = { .out = out };
	bool any = false;

	buf_add_byte(out, '{');
	member_text(&m, "id", r->id);
	member_text(&m, "verdict", verdict_name(r->verdict));
	member_text(&m, "title", r->title);
	member_text(&m, "reason", r->reason);
	member_text(&m, "why", r->why);
	member_text(&m, "fix", r->fix);
	member(&m, "checks");
	buf_add_byte(out, '[');
	for (size_t i = 0; i < r->outcome_count; i++) {
		if (r->outcomes[i].verdict == VERDICT_PASS)
			continue;
		buf_add_text(out, any ? "," : "");
		any = true;
		write_check(&r->outcomes[i], out);
	}
	buf_add_text(out, "]}");
}

static void on_case(void *arg, const struct result *result,
		    const struct wlog *log, uint64_t run,
		    const struct secrets *known)
{
	struct inspection *i = arg;
	struct buf line = BUF_INIT(BUF_NO_LIMIT);
	struct buf whole = BUF_INIT(BUF_NO_LIMIT);

	for (size_t k = 0; k < log->count; k++)
		inspect_entry(i->page, &log->list[k], known);
	write_line(result, &line);
	write_whole(result, &whole);
	secrets_blot(known, &line);
	secrets_blot(known, &whole);
	inspect_case(i->page, run, buf_span(&line), buf_span(&whole));
	buf_clear(&line);
	buf_clear(&whole);
}

struct campaign_watch inspection_watch(struct inspection *i)
{
	if (!i)
		return (struct campaign_watch){ .arg = NULL };
	return (struct campaign_watch){ .on_loop = on_loop,
					.on_case = on_case,
					.on_leave = on_leave,
					.arg = i };
}

/* ---- afterwards ---- */

static void on_end(void *arg)
{
	loop_stop(arg);
}

int inspection_stay(struct inspection *i, struct fail *f)
{
	struct loop *l = NULL;
	int rc;

	if (!i)
		return 0;
	rc = loop_new(&l, f);
	if (rc == 0)
		rc = loop_on_end(l, on_end, l, f);
	if (rc == 0)
		rc = serve(i, l, f);
	if (rc == 0) {
		say(stderr,
		    "ccprobe: the run is over; the page stays until Ctrl-C\n");
		loop_run(l);
		inspect_leave(i->page);
	}
	loop_free(l);
	return rc;
}
