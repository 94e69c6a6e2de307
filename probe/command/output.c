/* Opens and writes the reports of a run. */
#include "probe/command/output.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/suite/newfile.h"
#include "probe/suite/say.h"
#include "wire/json/json.h"

static const struct report_kind *kind_of(struct span name)
{
	for (const struct report_kind *k = reports; k->name; k++) {
		if (span_is(name, k->name))
			return k;
	}
	return NULL;
}

static int fail_kind(struct span name, struct fail *f)
{
	struct buf known = BUF_INIT(300);

	for (const struct report_kind *k = reports; k->name; k++)
		buf_addf(&known, "%s%s", known.len > 0 ? ", " : "", k->name);
	fail_set(f, FAIL_USAGE, "--report: no format '%.*s'; there are: %s",
		 SPAN_ARG(span_first(name, 60)), buf_str(&known));
	buf_clear(&known);
	return -1;
}

/* Makes sure that no other report goes into the same file. */
static int check_own(const struct outputs *o, const struct output *one,
		     struct fail *f)
{
	for (size_t i = 0; i < o->count; i++) {
		const struct output *other = &o->list[i];

		if (other->path && newfile_is_same(other->path, one->path))
			return fail_set(f, FAIL_USAGE,
					"--report %s=%s and --report %s=%s: "
					"two reports cannot go into one file; "
					"give each its own",
					other->kind->name, other->path,
					one->kind->name, one->path);
	}
	return 0;
}

static int open_one(struct outputs *o, const char *asked, struct fail *f)
{
	struct span rest = span_of(asked), name;
	struct output *one = &o->list[o->count];
	struct fail why = FAIL_INIT;

	if (o->count == OUTPUTS_LIMIT)
		return fail_set(f, FAIL_USAGE, "more than %d times --report",
				OUTPUTS_LIMIT);
	span_split(&rest, '=', &name);
	*one = (struct output){ .kind = kind_of(name) };
	if (!one->kind)
		return fail_kind(name, f);
	if (rest.at) {
		one->path = rest.at;
		if (rest.len == 0)
			return fail_set(f, FAIL_USAGE,
					"--report %s: no file is named; write "
					"%sFILE, or %.*s alone for stdout",
					asked, asked, SPAN_ARG(name));
		if (newfile_check(one->path, &why) < 0)
			return fail_set(f, FAIL_USAGE, "--report %s", why.text);
		if (check_own(o, one, f) < 0)
			return -1;
	} else if (o->machine) {
		return fail_set(f, FAIL_USAGE,
				"--report: only one can go to stdout%s; give "
				"the others a file, as in tap=FILE",
				o->count == 0 ? ", and --events uses it" : "");
	} else {
		o->machine = true;
	}
	o->count++;
	return 0;
}

bool output_colour(bool no_colour, int fd)
{
	const char *set = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return !no_colour && (!set || !*set) && isatty(fd) &&
	       (!term || strcmp(term, "dumb") != 0);
}

int outputs_open(struct outputs *out, const struct outputs_asked *asked,
		 struct fail *f)
{
	struct outputs o = { .how.verbose = asked->verbose,
			     .how.quiet = asked->quiet,
			     .machine = asked->events };

	for (size_t i = 0; i < asked->count; i++) {
		if (open_one(&o, asked->reports[i], f) < 0)
			return -1;
	}
	o.how.colour = output_colour(asked->no_colour,
				     o.machine ? STDERR_FILENO : STDOUT_FILENO);
	*out = o;
	return 0;
}

static int put(FILE *to, const struct buf *b)
{
	if (fwrite(buf_str(b), 1, b->len, to) != b->len)
		return -1;
	return fflush(to) == 0 ? 0 : -1;
}

static int write_one(const struct output *one, const struct run_report *r)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	struct fail why = FAIL_INIT;
	int rc;

	one->kind->write(r, &b);
	if (one->path)
		rc = newfile_write(one->path, buf_span(&b), false, &why);
	else if ((rc = put(stdout, &b)) < 0)
		fail_errno(&why, FAIL_SYSTEM, "on stdout");
	buf_clear(&b);
	if (rc < 0)
		say(stderr, "ccprobe: the report is missing: %s %s\n",
		    one->kind->name, why.text);
	return rc;
}

int outputs_write(struct outputs *o, const struct run_report *r)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	struct fail why = FAIL_INIT;
	int rc = 0;

	if (!r->stopped) /* that was printed already */
		summary_write(r, o->how, &b);
	if (put(o->machine ? stderr : stdout, &b) < 0) {
		rc = fail_errno(&why, FAIL_SYSTEM, "the summary is missing");
		say(stderr, "ccprobe: %s\n", why.text);
	}
	buf_clear(&b);
	for (size_t i = 0; i < o->count; i++) {
		if (write_one(&o->list[i], r) < 0)
			rc = -1;
	}
	return rc;
}
