/* Finds the kind of strain that a case's rules cause. */
#include "probe/suite/strain.h"

#include "mockupstream/say/say.h"

static enum strain of_status(int status)
{
	if (status == 429)
		return STRAIN_LIMITED;
	if (status == 529)
		return STRAIN_OVERLOADED;
	if (status >= 401 && status <= 403)
		return STRAIN_REFUSES;
	return status == 408 || status >= 500 ? STRAIN_FAILS : STRAIN_NONE;
}

static enum strain of_event(struct span bytes)
{
	if (span_find(bytes, span_of("rate_limit_error")) != SIZE_MAX)
		return STRAIN_LIMITED;
	if (span_find(bytes, span_of("overloaded_error")) != SIZE_MAX)
		return STRAIN_OVERLOADED;
	if (span_find(bytes, span_of("event: error")) != SIZE_MAX)
		return STRAIN_FAILS;
	return STRAIN_NONE;
}

static enum strain of_step(const struct script_step *s)
{
	switch (s->op) {
	case SCRIPT_CUT_FIN:
	case SCRIPT_CUT_RST:
	case SCRIPT_STALL:
		return STRAIN_BREAKS;
	case SCRIPT_SEND:
		return of_event(s->bytes);
	default:
		return STRAIN_NONE;
	}
}

/* An error inside a 200 counts as the status of its type. */
static enum strain of_part(const struct say_part *p)
{
	struct say_part plain = *p;

	if (p->kind == SAY_CUT)
		return p->end == END_CLEAN ? STRAIN_NONE : STRAIN_BREAKS;
	if (p->kind == SAY_ERROR && p->number == 200)
		plain.number = 0;
	return of_status(say_error_status(&plain, FORMAT_MESSAGES));
}

static enum strain of_reply(const struct reply *r)
{
	enum strain worst = of_status(r->status);

	if (worst == STRAIN_NONE &&
	    (r->kind == REPLY_RAW || r->end != END_CLEAN))
		worst = STRAIN_BREAKS;
	if (worst == STRAIN_NONE && r->script != NULL && r->script->count == 0)
		worst = STRAIN_BREAKS; /* a stream without a byte */
	for (size_t i = 0; r->script != NULL && i < r->script->count; i++) {
		enum strain s = of_step(&r->script->steps[i]);

		worst = s > worst ? s : worst;
	}
	for (size_t i = 0; r->say != NULL && i < r->say->count; i++) {
		enum strain s = of_part(&r->say->parts[i]);

		worst = s > worst ? s : worst;
	}
	return worst;
}

enum strain strain_of(const struct rules *rules)
{
	enum strain worst = STRAIN_NONE;

	for (size_t i = 0; rules != NULL && i < rules->count; i++) {
		const struct rule *rule = &rules->list[i];

		for (size_t k = 0; k < rule->reply_count; k++) {
			enum strain s = of_reply(&rule->replies[k]);

			worst = s > worst ? s : worst;
		}
	}
	return worst;
}
