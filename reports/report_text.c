/* What reporters share: text from outside, effects and times in words. */
#include "reports/reports.h"

#include <string.h>

#include "reports/cause.h"
#include "wire/bytes/print.h"

const char *report_effect(enum effect e)
{
	static const char *const words[] = {
		[EFFECT_EXPOSES] =
			"a secret reaches somebody it is not meant for",
		[EFFECT_BREAKS] =
			"the session fails, hangs or gives a wrong answer",
		[EFFECT_COSTS] = "the session goes on, and pays again or more",
		[EFFECT_DEGRADES] = "a feature or a diagnosis is lost",
		[EFFECT_COSMETIC] = "nothing that a user would notice",
	};

	return words[e];
}

void report_text(struct buf *out, const char *text, const char *indent)
{
	struct span rest = span_of(text);

	while (rest.len > 0) {
		size_t step = span_utf8_step(rest);

		if (rest.at[0] == '\n') {
			buf_add_byte(out, '\n');
			buf_add_text(out, indent);
		} else if (rest.at[0] == '\t') {
			buf_add_text(out, "    ");
		} else if (print_step(rest) > 0) {
			buf_add(out, rest.at, step);
		} else {
			buf_add_byte(out, '?');
		}
		rest = span_skip(rest, step > 0 ? step : 1);
	}
}

void report_client(const struct run_report *r, struct buf *out)
{
	static const struct {
		const char *format, *mode;
	} modes[] = { { "bedrock", "Bedrock" }, { "vertex", "Vertex" } };

	buf_addf(out, "Claude Code %s", r->client);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (r->client_format &&
		    strcmp(modes[i].format, r->client_format) == 0)
			buf_addf(out, " in %s mode", modes[i].mode);
}

void report_terms(const struct run_report *r, struct buf *out)
{
	if (r->insecure)
		buf_add_text(out, "any certificate of the gateway was accepted "
				  "(--insecure)");
	if (r->rate > 0)
		buf_addf(out, "%sat most %.4g requests a second (--rate)",
			 r->insecure ? "; " : "", r->rate);
}

void report_died(const struct run_report *r, struct buf *out)
{
	if (!r->died)
		return;
	buf_add_text(out, "it answered at first, and no longer listens");
	if (r->last_words)
		buf_addf(out, ": %s", r->last_words);
}

void report_not_offered(const struct not_offered *n, struct buf *out)
{
	buf_addf(out, "%s: %s: %s", n->unseen ? "not checked" : "not offered",
		 n->claim, n->without ? n->without : n->how);
}

static bool has_cause(const struct run_report *r, const char *begin)
{
	for (size_t i = 0; i < r->cause_count; i++)
		if (strncmp(r->causes[i].id, begin, strlen(begin)) == 0)
			return true;
	return false;
}

bool report_serves_wrong_key(const struct run_report *r)
{
	return has_cause(r, "passed-on:wrong-key");
}

bool report_passes_keys_on(const struct run_report *r)
{
	return report_serves_wrong_key(r) &&
	       has_cause(r, "credential-forwarded:");
}

struct span report_piece(const char *text, size_t most)
{
	struct span s = span_of(text);

	if (s.len <= most)
		return s;
	while (most > 0 && ((unsigned char)s.at[most] & 0xc0) == 0x80)
		most--;
	return span_first(s, most);
}

void report_took(struct buf *out, tick_t took)
{
	if (took < TICK_S)
		buf_addf(out, "%d ms", (int)(took / TICK_MS));
	else
		buf_addf(out, "%.1f s", (double)took / (double)TICK_S);
}
