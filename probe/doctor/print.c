/* Prints the settings, the steps as they end, and the findings. */
#include <string.h>

#include "probe/doctor/doctor.h"

#define TITLE_COLUMNS 22
#define WRAP_COLUMNS 76

enum tone { TONE_GOOD, TONE_DOUBT, TONE_BAD, TONE_QUIET };

static void paint(struct buf *out, bool colour, enum tone tone,
		  const char *text)
{
	static const char *const codes[] = { "\033[32m", "\033[33m", "\033[31m",
					     "\033[2m" };

	if (colour)
		buf_add_text(out, codes[tone]);
	buf_add_text(out, text);
	if (colour)
		buf_add_text(out, "\033[0m");
}

static void thousands(struct buf *out, unsigned n)
{
	if (n >= 1000)
		buf_addf(out, "%u,%03u", n / 1000, n % 1000);
	else
		buf_addf(out, "%u", n);
}

void doctor_show_url(const struct doctor *d, struct buf *out)
{
	struct buf url = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&url, d->config->base_url);
	secrets_blot(&d->secrets, &url);
	buf_add_span(out, buf_span(&url));
	buf_clear(&url);
}

static const char *why_nothing(const struct settings *s)
{
	if (s->no_gateway)
		return "no gateway is configured, and the key is not sent to "
		       "anybody else";
	return s->cloud ? "doctor speaks the Messages API, which the client "
			  "does not use there"
			: "--offline";
}

void doctor_print_head(const struct doctor *d, struct buf *out)
{
	unsigned requests, tokens;

	buf_addf(out, "ccprobe %s doctor: ", CCPROBE_VERSION);
	doctor_show_url(d, out);
	buf_add_text(out, "\n\n");
	settings_print(d->config->settings, out);
	if (d->config->offline) {
		buf_addf(out, "\nNothing is sent (%s).\n",
			 why_nothing(d->config->settings));
		return;
	}
	doctor_plan(d, &requests, &tokens);
	buf_add_text(out, "\nThis takes at most ");
	thousands(out, requests);
	buf_add_text(out, " requests and about ");
	thousands(out, tokens);
	buf_addf(out,
		 " tokens of %s (--max-requests bounds it; --offline sends "
		 "nothing).\n\n",
		 d->model);
}

/* Lines after a margin. */
static void indented(struct buf *out, const char *margin, const char *text)
{
	struct span rest = span_of(text), line;

	while (rest.len > 0 && span_split(&rest, '\n', &line))
		buf_addf(out, "%s%.*s\n", margin, SPAN_ARG(line));
}

void doctor_print_step(const struct doctor_done *done, bool colour,
		       struct buf *out)
{
	static const struct {
		const char *sign;
		enum tone tone;
	} signs[] = {
		[STATE_OK] = { "\u2713", TONE_GOOD },
		[STATE_DOUBTFUL] = { "!", TONE_DOUBT },
		[STATE_BAD] = { "\u2717", TONE_BAD },
		[STATE_SKIPPED] = { "-", TONE_QUIET },
	};
	const struct step_result *r = &done->result;

	paint(out, colour, signs[r->state].tone, signs[r->state].sign);
	buf_addf(out, " %-*s %s\n", TITLE_COLUMNS, done->step->title,
		 buf_str(&r->text));
	indented(out, "    ", buf_str(&r->table));
}

/* Wraps text after a head that is as wide as the margin. */
static void paragraph(struct buf *out, const char *margin, const char *text)
{
	size_t column = strlen(margin);
	struct span rest = span_of(text), word;
	bool first = true;

	while (rest.len > 0 && span_split(&rest, ' ', &word)) {
		if (!first && column + 1 + word.len > WRAP_COLUMNS) {
			buf_addf(out, "\n%s", margin);
			column = strlen(margin);
		} else if (!first) {
			buf_add_byte(out, ' ');
			column++;
		}
		buf_add_span(out, word);
		column += word.len;
		first = false;
	}
	buf_add_byte(out, '\n');
}

/* "    fix       text". */
static void field(struct buf *out, const char *name, const char *text)
{
	buf_addf(out, "    %-10s", name);
	paragraph(out, "              ", text);
}

void doctor_print_hindered(struct buf *titles, bool colour, struct buf *out)
{
	if (titles->len == 0)
		return;
	paint(out, colour, TONE_QUIET, "-");
	buf_addf(out, " %-*s ", TITLE_COLUMNS, "Not done");
	buf_add_text(titles, ": they need what failed above");
	paragraph(out, "                         ", buf_str(titles));
	buf_reset(titles);
}

static void evidence(struct buf *out, const char *text)
{
	struct span rest = span_of(text), line;
	const char *name = "evidence";

	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		buf_addf(out, "    %-10s%.*s\n", name, SPAN_ARG(line));
		name = "";
	}
}

static void finding_print(const struct finding *g, bool colour, struct buf *out)
{
	static const struct {
		const char *sign;
		enum tone tone;
	} signs[] = {
		[SEVERITY_ERROR] = { "\u2717 error", TONE_BAD },
		[SEVERITY_WARNING] = { "! warning", TONE_DOUBT },
		[SEVERITY_NOTE] = { "- note", TONE_QUIET },
	};
	enum severity s = g->severity;

	paint(out, colour, signs[s].tone, signs[s].sign);
	buf_addf(out, " %s: %s\n", g->kind->code, g->headline);
	field(out, "blame", blame_name(g->kind->blame));
	evidence(out, g->evidence);
	field(out, "fix", g->fix);
}

static size_t count(const struct findings *s, enum severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->list[i].severity == severity;
	return n;
}

static void plural(struct buf *out, size_t n, const char *what)
{
	buf_addf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

void doctor_print_findings(const struct doctor_report *r, bool colour,
			   struct buf *out)
{
	const struct findings *s = &r->doctor->findings;

	buf_add_byte(out, '\n');
	for (size_t i = 0; i < s->count; i++) {
		finding_print(&s->list[i], colour, out);
		buf_add_byte(out, '\n');
	}
	if (s->count == 0)
		paint(out, colour, doctor_finished(r) ? TONE_GOOD : TONE_DOUBT,
		      "no finding");
	else {
		plural(out, count(s, SEVERITY_ERROR), "error");
		buf_add_text(out, ", ");
		plural(out, count(s, SEVERITY_WARNING), "warning");
		buf_add_text(out, ", ");
		plural(out, count(s, SEVERITY_NOTE), "note");
	}
	buf_add_text(out, " (");
	plural(out, r->doctor->called, "request");
	buf_add_text(out,
		     doctor_finished(r) ? ")\n" : ", and it did not finish)\n");
	if (s->count > 0)
		buf_addf(out, "`ccprobe explain %s` tells more\n",
			 s->list[0].kind->code);
}
