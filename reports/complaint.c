/* From an outcome to a sentence: subjects and operators in words. */
#include "reports/complaint.h"

#include <string.h>

#define VALUE_SHOWN 100 /* bytes of the value that came */
/* bytes of the wanted value; a longer one does not help in one line */
#define WISH_SHOWN 60
#define LINE_SHOWN 200 /* bytes of a difference */

/* Subjects, without their actor, by how they begin; one that ends in '.' or '['
 * is followed by a name. A longer one comes before those that it begins with.
 * Subjects whose value cannot be told in a sentence are missing here. */
static const struct {
	const char *subject, *words;
} phrases[] = {
	{ "status", "the status" },
	{ "reason", "the reason phrase" },
	{ "headers.count.", "the number of lines of the answer's " },
	{ "header.", "the answer's " },
	{ "body.length", "the length of the answer's body" },
	{ "body", "the answer's body" },
	{ "end", "the end of the answer" },
	{ "outcome", "the answer as a whole" },
	{ "events.count", "the number of events" },
	{ "events.names", "the list of events" },
	{ "event[", "event " },
	{ "pings.count", "the number of pings" },
	{ "comments.count", "the number of comments" },
	{ "text", "the text" },
	{ "tool_input[", "the input of tool call " },
	{ "tool_id[", "the id of tool call " },
	{ "tool_name[", "the name of tool call " },
	{ "thinking[", "the text of thinking block " },
	{ "signature[", "the signature of thinking block " },
	{ "finish", "the stop reason" },
	{ "request.method", "the request's method" },
	{ "request.target", "the request's target" },
	{ "request.path", "the request's path" },
	{ "request.query", "the request's query" },
	{ "request.headers.count.", "the number of lines of the request's " },
	{ "request.header.", "the request's " },
	{ "request.body.length", "the length of the request's body" },
	{ "request.body", "the request's body" },
	{ "requests.count", "the number of requests" },
	{ "cost", "the cost of the session in percent" },
	{ "credentials.count", "the number of credentials" },
};

/* How the wanted value begins in reports for an operator, and how it reads in a
 * sentence. The first row that fits counts; "" fits all. */
static const struct {
	const char *sign, *wish, *words;
} operators[] = {
	{ "==", "", "it should be " },
	{ "!=", "anything but ", "it should be anything but " },
	{ "~", "a match of ", "it should match " },
	{ "!~", "no match of ", "it should not match " },
	{ "<", "less than ", "it should be less than " },
	{ "<=", "at most ", "it should be at most " },
	{ ">", "more than ", "it should be more than " },
	{ ">=", "at least ", "it should be at least " },
	{ "in", "one of ", "it should be one of " },
	{ "has", "contains ", "it should contain " },
	{ "lacks", "does not contain ", "it should not contain " },
	{ "present", "present", "it should be there" },
	{ "absent", "absent", "there should be none" },
};

/* Reasons for a missing value that say no more than "missing". */
static const char *const plain_absences[] = {
	"there is no such header",
	"there is no stop reason",
	"nothing at this pointer",
	"the message has no such block",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct expectation { /* "c1.status == 401", split into parts */
	struct span actor, subject, pointer, sign, value;
};

static bool read_expect(const char *expect, struct expectation *out)
{
	struct expectation e = { .pointer = SPAN_EMPTY };
	struct span rest = span_of(expect);

	if (!span_split(&rest, ' ', &e.subject) || !rest.at)
		return false;
	span_split(&rest, ' ', &e.sign);
	e.value = rest.at ? rest : SPAN_EMPTY;
	if (span_find_byte(e.subject, '.') == SIZE_MAX)
		return false;
	span_split(&e.subject, '.', &e.actor);
	if (span_find_byte(e.subject, '#') != SIZE_MAX) {
		struct span base;

		e.pointer = e.subject;
		span_split(&e.pointer, '#', &base);
		e.subject = base;
	}
	*out = e;
	return true;
}

/* ---- pieces ---- */

/* Appends the text on one line, at most `most` bytes of it. */
static void add_short(struct buf *out, struct span text, size_t most)
{
	size_t len = 0, step;

	while (len < text.len) {
		step = span_utf8_step(span_skip(text, len));
		step = step > 0 ? step : 1;
		if (len + step > most)
			break;
		if (text.at[len] == '\n')
			buf_add_byte(out, ' ');
		else
			buf_add(out, text.at + len, step);
		len += step;
	}
	if (len < text.len)
		buf_add_text(out, "...");
}

static bool add_subject(const struct expectation *e, struct buf *out)
{
	struct span name = e->subject;
	size_t i = 0;

	while (i < COUNT(phrases) && !span_starts(name, phrases[i].subject))
		i++;
	if (i == COUNT(phrases))
		return false;
	if (e->pointer.len == 0 && span_ends(name, "body"))
		return false; /* a whole body does not fit on a line */
	name = span_skip(name, strlen(phrases[i].subject));
	if (span_ends(name, "]"))
		name.len--;
	if (e->pointer.len > 0) {
		buf_add_span(out, e->pointer);
		buf_add_text(out, " of ");
	}
	buf_add_text(out, phrases[i].words);
	buf_add_span(out, name);
	if (span_starts(e->actor, "u"))
		buf_add_text(out, " at the provider");
	if (!span_is(e->actor, "c1") && !span_is(e->actor, "u1") &&
	    !span_is(e->actor, "u"))
		buf_addf(out, " (%.*s)", SPAN_ARG(e->actor));
	return true;
}

/* How absent values begin when printed; the reason follows. */
static const char nothing[] = "nothing: ";

static bool is_absent(const char *got, const char **why)
{
	if (strncmp(got, nothing, strlen(nothing)) != 0)
		return false;
	*why = got + strlen(nothing);
	return true;
}

/* Texts from JSON are quoted and texts from a head are not. This removes the
 * quotes of the wanted value if the value that came has none. */
static struct span without_quotes(struct span wish, const char *got)
{
	if (got[0] == '"' || wish.len < 2 || !span_starts(wish, "\"") ||
	    span_find_byte(wish, '\\') != SIZE_MAX ||
	    span_find_byte(span_first(span_skip(wish, 1), wish.len - 2), '"') !=
		    SIZE_MAX)
		return wish;
	return span_first(span_skip(wish, 1), wish.len - 2);
}

/* If the wanted value is that of another subject, it begins with that subject's
 * name, which is in `expect`, too: "c1.request.header.x: VALUE". */
static struct span without_name(struct span wish, struct span name)
{
	struct span rest = span_skip(wish, name.len);

	if (name.len > 0 && wish.len > name.len &&
	    span_equal(span_first(wish, name.len), name) &&
	    span_starts(rest, ": "))
		return span_skip(rest, 2);
	return wish;
}

static void add_missing(const char *why, struct buf *out)
{
	buf_add_text(out, " is missing");
	for (size_t i = 0; i < COUNT(plain_absences); i++)
		if (strcmp(why, plain_absences[i]) == 0)
			return;
	buf_add_text(out, " (");
	add_short(out, span_of(why), VALUE_SHOWN);
	buf_add_byte(out, ')');
}

static bool add_wish(const struct expectation *e, const struct outcome *o,
		     struct buf *out)
{
	struct span wish = span_of(o->wanted);
	const char *why;
	size_t i = 0;

	while (i < COUNT(operators) && !(span_is(e->sign, operators[i].sign) &&
					 span_starts(wish, operators[i].wish)))
		i++;
	if (i == COUNT(operators))
		return false;
	wish = without_name(span_skip(wish, strlen(operators[i].wish)),
			    e->value);
	/* On the right there is one value; it is written like the one that
	 * came. */
	if (span_is(e->sign, "==") || span_is(e->sign, "!="))
		wish = without_quotes(wish, o->got);
	if (span_starts(wish, nothing))
		return false;
	if (is_absent(o->got, &why) && span_is(e->sign, "~"))
		return true; /* a pattern would add nothing to "missing" */
	buf_addf(out, "; %s", operators[i].words);
	add_short(out, wish, VALUE_SHOWN);
	return true;
}

static bool add_sentence(const struct expectation *e, const struct outcome *o,
			 struct buf *out)
{
	const char *why;

	if (!add_subject(e, out))
		return false;
	if (is_absent(o->got, &why)) {
		add_missing(why, out);
	} else if (strlen(o->got) <= VALUE_SHOWN) {
		buf_add_text(out, " is ");
		add_short(out, span_of(o->got), VALUE_SHOWN);
	} else {
		return false;
	}
	return add_wish(e, o, out);
}

/* ---- sentences ---- */

/* A step that came too late: `got` is a sentence of its own. */
static bool is_late(const struct outcome *o)
{
	return o->wanted && strcmp(o->wanted, "in time") == 0;
}

bool complaint_sentence(const struct outcome *o, struct buf *out)
{
	size_t began = out->len;
	struct expectation e;

	if (o->difference || !o->expect || !o->wanted || !o->got || is_late(o))
		return false;
	if (read_expect(o->expect, &e) && add_sentence(&e, o, out))
		return true;
	buf_cut(out, began);
	return false;
}

/* Appends the first line of a difference, and how many more there are. */
static void add_difference(const char *difference, struct buf *out)
{
	struct span rest = span_of(difference), line;
	size_t more = 0;

	span_split(&rest, '\n', &line);
	buf_add_text(out, ": ");
	add_short(out, line, LINE_SHOWN);
	while (rest.at && span_split(&rest, '\n', &line))
		more += line.len > 0;
	if (more > 0)
		buf_addf(out, " (and %zu more)", more);
}

/* Whether `got` itself says what is wrong: an absent value, the end of a wait,
 * and errors of the grammar. */
static bool is_telling(const struct outcome *o, const char **got)
{
	struct expectation e;

	*got = o->got;
	if (is_absent(o->got, got) || is_late(o) || !o->expect)
		return true;
	return !read_expect(o->expect, &e) || span_is(e.subject, "grammar");
}

static void add_values(const struct outcome *o, struct buf *out)
{
	const char *got;
	bool telling;

	if (!o->got)
		return;
	telling = is_telling(o, &got);
	buf_add_text(out, telling ? ": " : ": got ");
	add_short(out, span_of(got), VALUE_SHOWN);
	if (!telling && o->wanted && strlen(o->wanted) <= WISH_SHOWN)
		buf_addf(out, ", wanted %s", o->wanted);
}

void complaint_write(const struct outcome *o, struct buf *out)
{
	if (complaint_sentence(o, out))
		return;
	buf_addf(out, "not so: %s", o->name ? o->name : "");
	if (o->difference && *o->difference)
		add_difference(o->difference, out);
	else
		add_values(o, out);
}

/* ---- cases ---- */

static const struct outcome *named(const struct result *r)
{
	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (o->verdict == VERDICT_FAIL && o->name && r->reason &&
		    strcmp(r->reason, o->name) == 0)
			return o;
	}
	return NULL;
}

bool complaint_is_reason(const struct result *r)
{
	return named(r) != NULL;
}

void complaint_of(const struct result *r, struct buf *out)
{
	const struct outcome *worst = named(r);
	size_t failed = 0;

	if (!worst) {
		add_short(out, span_of(r->reason ? r->reason : r->title),
			  SIZE_MAX);
		return;
	}
	for (size_t i = 0; i < r->outcome_count; i++)
		failed += r->outcomes[i].verdict == VERDICT_FAIL &&
			  r->outcomes[i].level != LEVEL_MAY;
	complaint_write(worst, out);
	if (failed > 1)
		buf_addf(out, " (and %zu more check%s)", failed - 1,
			 failed == 2 ? "" : "s");
}
