/* Reads an annotated event stream into steps. */
#include "mockupstream/script.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"
#include "wire/json/json.h"

/* 1,000,000 steps are some 80 MB; a file of 64 MB could hold far more. */
enum { STEPS_LIMIT = 1000000, NAME_LIMIT_BYTES = 64, SPLITS_LIMIT = 4096 };

struct script_reader {
	struct script *script;
	unsigned line; /* of the line being read */
	const char *event; /* where the open event began; NULL: none is open */
	unsigned event_line;
	bool after_directive; /* the line before was one */
	uint32_t pace_ms, slice;

	/* Set by directives, for the next event. */
	size_t *sizes;
	size_t sizes_count;
	uint32_t repeat; /* 0: not set */
	unsigned pending_line;
	struct fail *f;
};

static int reader_fail(const struct script_reader *r, unsigned line,
		       const char *what, struct span about)
{
	about = span_first(about, 80);
	return fail_place(r->f, FAIL_CASE, r->script->name, line, 0,
			  "%s%s%.*s%s", what, about.len ? " '" : "",
			  SPAN_ARG(about), about.len ? "'" : "");
}

static struct script_step *step_add(struct script_reader *r, enum script_op op)
{
	struct script *s = r->script;

	if (s->count == STEPS_LIMIT) {
		reader_fail(r, r->line, "the script has too many steps",
			    SPAN_EMPTY);
		return NULL;
	}
	s->steps = mem_room(s->steps, s->count, &s->cap, sizeof(*s->steps));
	s->steps[s->count] =
		(struct script_step){ .op = op, .line = r->line, .repeat = 1 };
	return &s->steps[s->count++];
}

/* Adds a step that sends the bytes between two places. */
static int send_add(struct script_reader *r, const char *from, const char *to,
		    unsigned line)
{
	size_t len = (size_t)(to - from);
	struct script_step *step;

	if (r->sizes_count && r->sizes[r->sizes_count - 1] >= len)
		return reader_fail(r, r->pending_line,
				   "@split is after the end of its event",
				   SPAN_EMPTY);
	step = step_add(r, SCRIPT_SEND);
	if (!step)
		return -1;
	step->bytes = span_make(from, len);
	step->line = line;
	step->slice = r->slice;
	step->ms = r->pace_ms;
	step->repeat = r->repeat ? r->repeat : 1;
	step->sizes = r->sizes;
	step->sizes_count = r->sizes_count;
	r->sizes = NULL;
	r->sizes_count = 0;
	r->repeat = 0;
	return 0;
}

/* ---- directives ---- */

static bool is_pending(const struct script_reader *r)
{
	return r->repeat || r->sizes;
}

static int read_number(struct script_reader *r, struct span text, uint64_t min,
		       uint64_t max, uint32_t *out)
{
	uint64_t n;

	if (!span_u64(text, UINT32_MAX, &n))
		return reader_fail(r, r->line, "not a whole number:", text);
	if (n < min || n > max)
		return reader_fail(r, r->line, "out of range:", text);
	*out = (uint32_t)n;
	return 0;
}

bool script_is_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
			return false;
	}
	return s.len > 0 && s.len <= NAME_LIMIT_BYTES;
}

static int read_wait(struct script_reader *r, enum script_op op,
		     struct span arg)
{
	struct script_step *step;
	uint32_t ms = 0;

	if (read_number(r, arg, 0, SCRIPT_WAIT_LIMIT_MS, &ms) < 0)
		return -1;
	step = step_add(r, op);
	if (!step)
		return -1;
	step->ms = ms;
	return 0;
}

/* @hold and @mark */
static int read_name(struct script_reader *r, enum script_op op,
		     struct span arg)
{
	struct script_step *step;

	if (!script_is_name(arg))
		return reader_fail(
			r, r->line,
			"a name must have letters, digits, '-', '_' and "
			"'.', at most 64:",
			arg);
	step = step_add(r, op);
	if (!step)
		return -1;
	step->name = span_dup(arg);
	return 0;
}

static int read_cut(struct script_reader *r, enum script_op op, struct span arg)
{
	if (span_is(arg, "rst"))
		op = SCRIPT_CUT_RST;
	else if (!span_is(arg, "fin"))
		return reader_fail(r, r->line, "@cut wants fin or rst, not",
				   arg);
	return step_add(r, op) ? 0 : -1;
}

/* @stall and @end */
static int read_plain(struct script_reader *r, enum script_op op,
		      struct span arg)
{
	(void)arg;
	return step_add(r, op) ? 0 : -1;
}

static int read_split(struct script_reader *r, enum script_op op,
		      struct span args)
{
	struct span word;
	uint32_t last = 0;

	(void)op;
	if (r->sizes)
		return reader_fail(r, r->line, "a second @split", SPAN_EMPTY);
	while (span_split(&args, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (r->sizes_count == SPLITS_LIMIT)
			return reader_fail(r, r->line, "too many offsets",
					   SPAN_EMPTY);
		r->sizes = xrealloc(r->sizes,
				    (r->sizes_count + 1) * sizeof(*r->sizes));
		if (read_number(r, word, (uint64_t)last + 1, UINT32_MAX,
				&last) < 0)
			return -1;
		r->sizes[r->sizes_count++] = last;
	}
	r->pending_line = r->line;
	return 0;
}

static int read_repeat(struct script_reader *r, enum script_op op,
		       struct span arg)
{
	(void)op;
	if (r->repeat)
		return reader_fail(r, r->line, "a second @repeat", SPAN_EMPTY);
	r->pending_line = r->line;
	return read_number(r, arg, 1, SCRIPT_REPEAT_LIMIT, &r->repeat);
}

static int read_pace(struct script_reader *r, enum script_op op,
		     struct span arg)
{
	(void)op;
	return read_number(r, arg, 0, SCRIPT_WAIT_LIMIT_MS, &r->pace_ms);
}

static int read_slice(struct script_reader *r, enum script_op op,
		      struct span arg)
{
	(void)op;
	return read_number(r, arg, 0, UINT32_MAX, &r->slice);
}

static int read_compress(struct script_reader *r, enum script_op op,
			 struct span arg)
{
	enum script_coding *coding = &r->script->coding;

	(void)op;
	if (r->line != 1)
		return reader_fail(r, r->line,
				   "@compress may only be the first line",
				   SPAN_EMPTY);
	if (span_is(arg, "gzip"))
		*coding = CODING_GZIP;
	else if (span_is(arg, "br"))
		*coding = CODING_BR;
	else if (span_is(arg, "zstd"))
		*coding = CODING_ZSTD;
	else
		return reader_fail(r, r->line,
				   "@compress wants gzip, br or zstd, not",
				   arg);
	return 0;
}

enum args { ARGS_NONE, ARGS_ONE, ARGS_MORE };

struct directive {
	const char *word;
	int (*read)(struct script_reader *r, enum script_op op,
		    struct span args);
	enum script_op op;
	enum args args;
	bool is_step; /* comes between events, not before one */
	const char *shown, *help;
};

static const struct directive directives[] = {
	{ "wait", read_wait, SCRIPT_WAIT, ARGS_ONE, true, "wait MS",
	  "wait before going on" },
	{ "hold", read_name, SCRIPT_HOLD, ARGS_ONE, true, "hold NAME",
	  "wait until NAME is released" },
	{ "mark", read_name, SCRIPT_MARK, ARGS_ONE, true, "mark NAME",
	  "write NAME and the time into the journal" },
	{ "split", read_split, SCRIPT_SEND, ARGS_MORE, false, "split N [N..]",
	  "send the next event in pieces, cut at these offsets" },
	{ "repeat", read_repeat, SCRIPT_SEND, ARGS_ONE, false, "repeat N",
	  "send the next event N times" },
	{ "pace", read_pace, SCRIPT_SEND, ARGS_ONE, false, "pace MS",
	  "from here on wait between events (0: no more)" },
	{ "slice", read_slice, SCRIPT_SEND, ARGS_ONE, false, "slice N",
	  "from here on send pieces of N bytes (0: no more)" },
	{ "compress", read_compress, SCRIPT_SEND, ARGS_ONE, false,
	  "compress gzip|br|zstd",
	  "flushed at every event; only as the first line" },
	{ "cut", read_cut, SCRIPT_CUT_FIN, ARGS_ONE, true, "cut fin|rst",
	  "break off here (for HTTP/1.0 always rst: a FIN is a clean end)" },
	{ "stall", read_plain, SCRIPT_STALL, ARGS_NONE, true, "stall",
	  "send nothing more until the client leaves" },
	{ "end", read_plain, SCRIPT_END, ARGS_NONE, true, "end",
	  "end the body here" },
};

enum { DIRECTIVES = sizeof(directives) / sizeof(directives[0]) };

void script_list(struct buf *out)
{
	buf_add_text(out, "A directive is a comment line of an event stream; "
			  "it is not sent.\n\n");
	for (size_t i = 0; i < DIRECTIVES; i++)
		buf_addf(out, ": @%-22s %s\n", directives[i].shown,
			 directives[i].help);
}

static int fail_unknown(struct script_reader *r, struct span word)
{
	const char *words[DIRECTIVES + 1] = { NULL };
	char *given = span_dup(span_first(word, 40));
	const char *near;

	for (size_t i = 0; i < DIRECTIVES; i++)
		words[i] = directives[i].word;
	near = near_word(given, words);
	fail_place(r->f, FAIL_CASE, r->script->name, r->line, 0,
		   "unknown directive @%s%s%s%s", given,
		   near ? "; did you mean @" : "", near ? near : "",
		   near ? "?" : "");
	free(given);
	return -1;
}

static int read_directive(struct script_reader *r, struct span text)
{
	const struct directive *d = NULL;
	struct span word, args = text;

	span_split(&args, ' ', &word);
	args = args.at ? span_trim(args) : SPAN_EMPTY;
	for (size_t i = 0; i < DIRECTIVES && !d; i++)
		if (span_is(word, directives[i].word))
			d = &directives[i];
	if (!d)
		return fail_unknown(r, word);
	if (r->event)
		return reader_fail(r, r->line, "a directive inside an event: @",
				   word);
	if (d->is_step && is_pending(r))
		return reader_fail(r, r->pending_line,
				   "@split and @repeat must come right before "
				   "their event, not before @",
				   word);
	if (d->args == ARGS_NONE && args.len)
		return reader_fail(r, r->line,
				   "nothing may follow here:", args);
	if (d->args != ARGS_NONE && args.len == 0)
		return reader_fail(r, r->line, "a value is missing after @",
				   word);
	if (d->args == ARGS_ONE && span_find_byte(args, ' ') != SIZE_MAX)
		return reader_fail(r, r->line, "one value, not", args);
	return d->read(r, d->op, args);
}

/* ---- lines ---- */

/* The line at the front of the text; *whole has its line end too. */
static struct span line_take(struct span *rest, struct span *whole)
{
	const char *at = rest->at, *end = at + rest->len, *p = at;
	struct span line;

	while (p < end && *p != '\n' && *p != '\r')
		p++;
	line = span_make(at, (size_t)(p - at));
	if (p < end && *p == '\r')
		p++;
	if (p < end && *p == '\n' && (p == at + line.len || p[-1] == '\r'))
		p++;
	*whole = span_make(at, (size_t)(p - at));
	*rest = span_make(p, (size_t)(end - p));
	return line;
}

/* A blank line that ends no event belongs to the bytes before it. */
static int read_blank(struct script_reader *r, struct span whole)
{
	struct script *s = r->script;
	struct script_step *last = s->count ? &s->steps[s->count - 1] : NULL;

	if (r->after_directive)
		return 0;
	if (last && last->op == SCRIPT_SEND && !is_pending(r)) {
		last->bytes.len += whole.len;
		return 0;
	}
	return send_add(r, whole.at, whole.at + whole.len, r->line);
}

static int read_line(struct script_reader *r, struct span line,
		     struct span whole)
{
	const char *end = whole.at + whole.len, *from = r->event;

	if (span_starts(line, ": @")) {
		r->after_directive = true;
		return read_directive(r, span_skip(line, 3));
	}
	if (line.len == 0 && !from)
		return read_blank(r, whole);
	r->after_directive = false;
	if (line.len == 0) {
		r->event = NULL;
		return send_add(r, from, end, r->event_line);
	}
	if (from)
		return 0;
	if (line.at[0] == ':')
		return send_add(r, whole.at, end, r->line);
	r->event = whole.at;
	r->event_line = r->line;
	return 0;
}

static int read_all(struct script_reader *r)
{
	struct script *s = r->script;
	struct span rest = span_make(s->text, s->len);

	while (rest.len) {
		struct span whole, line = line_take(&rest, &whole);

		r->line++;
		if (read_line(r, line, whole) < 0)
			return -1;
	}
	/* The last event may lack its blank line; it is sent as it is. */
	if (r->event &&
	    send_add(r, r->event, s->text + s->len, r->event_line) < 0)
		return -1;
	if (is_pending(r))
		return reader_fail(r, r->pending_line,
				   "no event follows this directive",
				   SPAN_EMPTY);
	return 0;
}

int script_read(struct script **out, const char *name, struct span text,
		struct fail *f)
{
	struct script *s = xcalloc(1, sizeof(*s));
	struct script_reader r = { .script = s, .f = f };
	int rc;

	s->name = xstrdup(name);
	s->text = span_dup(text);
	s->len = text.len;
	rc = read_all(&r);
	free(r.sizes);
	if (rc < 0) {
		script_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

void script_free(struct script *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		free(s->steps[i].sizes);
		free(s->steps[i].name);
	}
	free(s->steps);
	free(s->text);
	free(s->name);
	free(s);
}
