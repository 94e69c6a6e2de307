/* Steps of the driver: their names, and the line that a person reads. */
#include "wire/log/wlog.h"

#include <limits.h>
#include <string.h>

static const char *const verbs[] = {
	[VERB_NONE] = "",           [VERB_SEND] = "send",
	[VERB_RELEASE] = "release", [VERB_CANCEL] = "cancel",
	[VERB_READ] = "read",       [VERB_UNTIL] = "until",
	[VERB_AWAIT] = "await",     [VERB_RUN] = "run",
	[VERB_TYPE] = "type",       [VERB_SIGNAL] = "signal",
	[VERB_HARNESS] = "harness",
};

static const char *const outcomes[] = {
	[OUTCOME_NONE] = "",           [OUTCOME_STARTED] = "started",
	[OUTCOME_SKIPPED] = "skipped", [OUTCOME_DONE] = "done",
	[OUTCOME_REACHED] = "reached", [OUTCOME_ENDED] = "ended",
	[OUTCOME_TIMEOUT] = "timeout",
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Where a name is in a list, the empty one left out; 0: nowhere. */
static size_t find(const char *const *list, size_t count, struct span name)
{
	for (size_t i = 1; i < count; i++)
		if (span_is(name, list[i]))
			return i;
	return 0;
}

const char *wlog_verb_name(enum wlog_verb verb)
{
	return verbs[verb];
}

const char *wlog_outcome_name(enum wlog_outcome outcome)
{
	return outcomes[outcome];
}

int wlog_verb_from(struct span name, enum wlog_verb *out)
{
	size_t i = find(verbs, COUNT(verbs), name);

	if (i > 0)
		*out = (enum wlog_verb)i;
	return i > 0 ? 0 : -1;
}

int wlog_outcome_from(struct span name, enum wlog_outcome *out)
{
	size_t i = find(outcomes, COUNT(outcomes), name);

	if (i > 0)
		*out = (enum wlog_outcome)i;
	return i > 0 ? 0 : -1;
}

void wlog_step_text(const struct wlog_entry *e, struct buf *out)
{
	if (e->step.verb != VERB_NONE)
		(void)buf_addf(out, "%u %s ", e->step.index,
			       wlog_verb_name(e->step.verb));
	(void)buf_add_text(out, wlog_outcome_name(e->step.outcome));
	(void)buf_add_text(out, e->text != NULL ? e->text : "");
}

struct wlog_step wlog_step_from(const char *line, const char **text)
{
	struct span rest = span_of(line), index, verb;
	struct wlog_step step = { .index = 0 };
	uint64_t n;

	*text = line;
	if (!span_split(&rest, ' ', &index) || !span_split(&rest, ' ', &verb) ||
	    rest.at == NULL || !span_u64(index, UINT_MAX, &n) ||
	    wlog_verb_from(verb, &step.verb) < 0)
		return step;
	step.index = (unsigned)n;
	if (step.verb == VERB_HARNESS)
		*text = rest.at;
	else if (wlog_outcome_from(rest, &step.outcome) == 0)
		*text = NULL;
	else
		step = (struct wlog_step){ .index = 0 };
	return step;
}
