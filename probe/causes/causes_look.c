/* Reads the text of an expectation: which part of which exchange it looks
 * at. */
#include "probe/causes/causes_look.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* in some formats the model is in the path, not in the body */
#define MODEL "/model"
#define REQUEST_ID "request_id" /* a subject that stands for several fields */

/* How near a part is to the part that a check looks at. */
const unsigned char causes_look_nearness[][CAUSES_PARTS] = {
	[AT_FIELD] = { [PART_FIELD] = 60,
		       [PART_KEY] = 55,
		       [PART_ROUTE] = 45,
		       [PART_REPEAT] = 40 },
	[AT_HEAD] = { [PART_KEY] = 60,
		      [PART_FIELD] = 55,
		      [PART_LINE] = 50,
		      [PART_REPEAT] = 40,
		      [PART_ROUTE] = 30 },
	[AT_SIGNED] = { [PART_FIELD] = 60,
			[PART_BODY] = 58,
			[PART_LINE] = 55,
			[PART_ROUTE] = 45 },
	[AT_LINE] = { [PART_LINE] = 60,
		      [PART_KEY] = 50,
		      [PART_ROUTE] = 45,
		      [PART_REPEAT] = 40 },
	[AT_BODY] = { [PART_BODY] = 60, [PART_ROUTE] = 45, [PART_REPEAT] = 30 },
	[AT_MODEL] = { [PART_BODY] = 60,
		       [PART_ROUTE] = 45,
		       [PART_LINE] = 40,
		       [PART_REPEAT] = 30 },
	[AT_COUNT] = { [PART_ROUTE] = 60,
		       [PART_REPEAT] = 60,
		       [PART_TIME] = 30,
		       [PART_LINE] = 20 },
	[AT_MARK] = { [PART_ROUTE] = 55,
		      [PART_TIME] = 50,
		      [PART_HANG_UP] = 50,
		      [PART_REPEAT] = 40,
		      [PART_END] = 40 },
	[AT_PROVIDER_END] = { [PART_HANG_UP] = 60,
			      [PART_ROUTE] = 50,
			      [PART_END] = 50,
			      [PART_REPEAT] = 40,
			      [PART_TIME] = 30 },
	[AT_STATUS] = { [PART_STATUS] = 60,
			[PART_ROUTE] = 58,
			[PART_TIME] = 50,
			[PART_REPEAT] = 40,
			[PART_END] = 35,
			[PART_ANSWER_BODY] = 12,
			[PART_FIELD] = 20,
			[PART_BODY] = 20,
			[PART_LINE] = 20,
			[PART_KEY] = 20 },
	[AT_ANSWER_FIELD] = { [PART_ANSWER_FIELD] = 60,
			      [PART_ROUTE] = 55,
			      [PART_STATUS] = 50,
			      [PART_ANSWER_BODY] = 45,
			      [PART_KEY] = 45,
			      [PART_REPEAT] = 40,
			      [PART_FIELD] = 18,
			      [PART_BODY] = 18,
			      [PART_LINE] = 18,
			      [PART_TIME] = 20 },
	[AT_ANSWER_BODY] = { [PART_KEY] = 61,
			     [PART_ANSWER_BODY] = 60,
			     [PART_ROUTE] = 55,
			     [PART_STATUS] = 52,
			     [PART_EVENTS] = 50,
			     [PART_REPEAT] = 45,
			     [PART_END] = 45,
			     [PART_ANSWER_FIELD] = 40,
			     [PART_TIME] = 30,
			     [PART_FRAMES] = 30,
			     [PART_FIELD] = 18,
			     [PART_BODY] = 18,
			     [PART_LINE] = 18 },
	[AT_EVENTS] = { [PART_TIME] = 65,
			[PART_EVENTS] = 60,
			[PART_ANSWER_BODY] = 58,
			[PART_STATUS] = 55,
			[PART_ROUTE] = 55,
			[PART_END] = 50,
			[PART_REPEAT] = 50,
			[PART_FRAMES] = 48,
			[PART_ANSWER_FIELD] = 40,
			[PART_FIELD] = 18,
			[PART_BODY] = 18,
			[PART_LINE] = 18 },
	[AT_OUTCOME] = { [PART_END] = 61,
			 [PART_EVENTS] = 60,
			 [PART_TIME] = 57,
			 [PART_STATUS] = 55,
			 [PART_ROUTE] = 55,
			 [PART_ANSWER_BODY] = 50,
			 [PART_REPEAT] = 50,
			 [PART_FRAMES] = 45,
			 [PART_ANSWER_FIELD] = 40,
			 [PART_FIELD] = 18,
			 [PART_BODY] = 18,
			 [PART_LINE] = 18 },
	[AT_END] = { [PART_END] = 60,
		     [PART_ROUTE] = 55,
		     [PART_REPEAT] = 50,
		     [PART_TIME] = 45,
		     [PART_STATUS] = 40,
		     [PART_EVENTS] = 30,
		     [PART_ANSWER_BODY] = 20,
		     [PART_BODY] = 16,
		     [PART_FIELD] = 16 },
	[AT_EXTRA] = { [PART_CONNECTION] = 60,
		       [PART_ROUTE] = 55,
		       [PART_LINE] = 20 },
	[AT_COST] = { [PART_KEY] = 62, [PART_BODY] = 60, [PART_REPEAT] = 50 },
};

/* Among behaviours of one part, those that lose more rank higher. */
const unsigned char causes_look_ranks[BEHAVIOUR_KINDS] = {
	[BEHAVIOUR_GONE] = 9,
	[BEHAVIOUR_REFUSED] = 8,
	[BEHAVIOUR_PASSED_ON] = 8,
	[BEHAVIOUR_NO_ANSWER] = 7,
	[BEHAVIOUR_SERIALISED] = 8,
	[BEHAVIOUR_NOT_ASKED] = 7,
	[BEHAVIOUR_OWN_ANSWER] = 6,
	[BEHAVIOUR_FIELD_DROPPED] = 9,
	[BEHAVIOUR_VALUES_DROPPED] = 9,
	[BEHAVIOUR_FIELD_CHANGED] = 8,
	[BEHAVIOUR_VALUES_ADDED] = 7,
	[BEHAVIOUR_FIELD_SORTED] = 6,
	[BEHAVIOUR_FIELD_MERGED] = 6,
	[BEHAVIOUR_FIELD_FORWARDED] = 5,
	[BEHAVIOUR_FIELD_ADDED] = 3,
	[BEHAVIOUR_KEY_FORWARDED] = 9,
	[BEHAVIOUR_KEY_LOST] = 8,
	[BEHAVIOUR_KEY_IN_TURN] = 9,
	[BEHAVIOUR_KEY_SHOWN] = 9,
	[BEHAVIOUR_BODY_REMOVED] = 9,
	[BEHAVIOUR_MODEL_MAPPED] = 8,
	[BEHAVIOUR_BODY_REPLACED] = 8,
	[BEHAVIOUR_BODY_VALUE] = 8,
	[BEHAVIOUR_BODY_TEXT] = 7,
	[BEHAVIOUR_BODY_MOVED] = 7,
	[BEHAVIOUR_BODY_ADDED] = 6,
	[BEHAVIOUR_CODING_CHANGED] = 5,
	[BEHAVIOUR_BODY_REPRINTED] = 4,
	[BEHAVIOUR_REDIRECT_FOLLOWED] = 9,
	[BEHAVIOUR_ASKED_TWICE] = 8,
	[BEHAVIOUR_ASKED_LOST] = 9,
	[BEHAVIOUR_ASKED_UNSTABLE] = 8,
	[BEHAVIOUR_ASKED_REFUSED] = 8,
	[BEHAVIOUR_ASKED_LEAKS] = 8,
	[BEHAVIOUR_ASKED_OTHER] = 8,
	[BEHAVIOUR_ASKED_MOVED] = 7,
	[BEHAVIOUR_ASKED_ADDED] = 9,
	[BEHAVIOUR_NOT_TRANSLATED] = 8,
	[BEHAVIOUR_ASKED_ELSEWHERE] = 9,
	[BEHAVIOUR_COUNT_LOST] = 9,
	[BEHAVIOUR_COUNT_OTHER] = 9,
	[BEHAVIOUR_STATUS_MAPPED] = 8,
	[BEHAVIOUR_ANSWER_FIELD_DROPPED] = 8,
	[BEHAVIOUR_ANSWER_FIELD_REPLACED] = 8,
	[BEHAVIOUR_ANSWER_FIELD_FORWARDED] = 7,
	[BEHAVIOUR_ANSWER_FIELD_ADDED] = 3,
	[BEHAVIOUR_ERROR_REPLACED] = 9,
	[BEHAVIOUR_ERROR_RESHAPED] = 9,
	[BEHAVIOUR_ANSWER_REPLACED] = 9,
	[BEHAVIOUR_ANSWER_RESHAPED] = 9,
	[BEHAVIOUR_ANSWER_FORM] = 9,
	[BEHAVIOUR_ANSWER_WRAPPED] = 8,
	[BEHAVIOUR_ANSWER_REMOVED] = 8,
	[BEHAVIOUR_ANSWER_VALUE] = 7,
	[BEHAVIOUR_ANSWER_TEXT] = 7,
	[BEHAVIOUR_ANSWER_MOVED] = 7,
	[BEHAVIOUR_ANSWER_ADDED] = 5,
	[BEHAVIOUR_SAID_LOST] = 9,
	[BEHAVIOUR_SAID_OTHER] = 8,
	[BEHAVIOUR_ANSWER_CODING] = 5,
	[BEHAVIOUR_ANSWER_REPRINTED] = 3,
	[BEHAVIOUR_STREAM_REPLACED] = 9,
	[BEHAVIOUR_BLOCK_DROPPED] = 9,
	[BEHAVIOUR_EVENT_DROPPED] = 8,
	[BEHAVIOUR_EVENTS_MERGED] = 8,
	[BEHAVIOUR_EVENTS_SPLIT] = 8,
	[BEHAVIOUR_EVENT_RENAMED] = 7,
	[BEHAVIOUR_EVENT_ADDED] = 6,
	[BEHAVIOUR_PING_DROPPED] = 5,
	[BEHAVIOUR_COMMENTS_DROPPED] = 4,
	[BEHAVIOUR_BUFFERED] = 8,
	[BEHAVIOUR_HEAD_DELAYED] = 8,
	[BEHAVIOUR_HEAD_EARLY] = 6,
	[BEHAVIOUR_GAVE_UP] = 8,
	[BEHAVIOUR_END_CHANGED] = 7,
	[BEHAVIOUR_HANG_UP_IGNORED] = 8,
	[BEHAVIOUR_CONNECTION_CLOSED] = 9,
	[BEHAVIOUR_EMPTY_RELAYED] = 5,
};

static const struct look_word {
	const char *front;
	enum looks_at client, provider;
} words[] = {
	{ "status", AT_STATUS, AT_STATUS },
	{ "reason", AT_STATUS, AT_STATUS },
	{ REQUEST_ID, AT_ANSWER_FIELD, AT_NOTHING },
	{ "headers.count.", AT_ANSWER_FIELD, AT_NOTHING },
	{ "header.", AT_ANSWER_FIELD, AT_NOTHING },
	{ "head", AT_ANSWER_BODY, AT_NOTHING },
	{ "extra", AT_EXTRA, AT_EXTRA },
	{ "body", AT_ANSWER_BODY, AT_PROVIDER_END },
	{ "end", AT_END, AT_PROVIDER_END },
	{ "outcome", AT_OUTCOME, AT_NOTHING },
	{ "events", AT_EVENTS, AT_PROVIDER_END },
	{ "event", AT_EVENTS, AT_PROVIDER_END },
	{ "framing", AT_EVENTS, AT_NOTHING },
	{ "frame", AT_EVENTS, AT_NOTHING },
	{ "pings", AT_EVENTS, AT_NOTHING },
	{ "comments", AT_EVENTS, AT_NOTHING },
	{ "text", AT_EVENTS, AT_NOTHING },
	{ "tool_input", AT_EVENTS, AT_NOTHING },
	{ "tool_id", AT_EVENTS, AT_NOTHING },
	{ "tool_name", AT_EVENTS, AT_NOTHING },
	{ "thinking", AT_EVENTS, AT_NOTHING },
	{ "signature", AT_EVENTS, AT_NOTHING },
	{ "finish", AT_EVENTS, AT_NOTHING },
	{ "grammar", AT_EVENTS, AT_NOTHING },
	{ "request.method", AT_LINE, AT_LINE },
	{ "request.target", AT_LINE, AT_LINE },
	{ "request.path", AT_LINE, AT_LINE },
	{ "request.query", AT_LINE, AT_LINE },
	{ "request.headers.count.", AT_FIELD, AT_FIELD },
	{ "request.header.", AT_FIELD, AT_FIELD },
	{ "request.head", AT_HEAD, AT_HEAD },
	{ "request.signed", AT_SIGNED, AT_SIGNED },
	{ "request.body", AT_BODY, AT_BODY },
	{ "asked", AT_BODY, AT_BODY },
	{ "said", AT_ANSWER_BODY, AT_NOTHING },
	{ "requests.count", AT_COUNT, AT_COUNT },
	{ "mark.", AT_MARK, AT_MARK },
	{ "cost", AT_NOTHING, AT_COST },
	{ "credentials.count", AT_NOTHING, AT_HEAD },
	{ "", AT_END, AT_PROVIDER_END }, /* for "c1 ends" */
};

static const struct look_word *word_of(struct span text)
{
	size_t i = 0;

	while (!span_starts(text, words[i].front))
		i++;
	return &words[i];
}

static void copy_to(char *out, size_t most, struct span text)
{
	snprintf(out, most, "%.*s", SPAN_ARG(text));
	for (; *out != '\0'; out++)
		*out = (char)tolower((unsigned char)*out);
}

/* Reads the actor: "u1[2]" is the second exchange of u1. */
static void take_actor(struct causes_look *l, struct span actor)
{
	size_t at = span_find_byte(actor, '[');

	if (at != SIZE_MAX)
		l->number = (unsigned)strtoul(actor.at + at + 1, NULL, 10);
	copy_to(l->actor, sizeof(l->actor), span_first(actor, at));
}

bool causes_look_of(struct causes_look *l, const char *expect)
{
	struct span rest = span_of(expect), subject, actor, name;
	const struct look_word *w;
	size_t at;

	*l = (struct causes_look){ .at = AT_NOTHING };
	if (expect == NULL || !span_split(&rest, ' ', &subject) ||
	    !span_split(&subject, '.', &actor) || actor.len == 0)
		return false;
	take_actor(l, actor);
	subject = subject.at != NULL ? subject : SPAN_EMPTY;
	w = word_of(subject);
	l->word = w->front;
	l->at = actor.at[0] == 'u' ? w->provider : w->client;
	at = span_find_byte(subject, '#');
	if (at != SIZE_MAX)
		snprintf(l->pointer, sizeof(l->pointer), "%.*s",
			 SPAN_ARG(span_skip(subject, at + 1)));
	if (strcmp(w->front, "asked") == 0 && strcmp(l->pointer, MODEL) == 0)
		l->at = AT_MODEL;
	name = span_skip(span_first(subject, at), strlen(w->front));
	if (name.len > 0 && name.at[0] == '[')
		name = span_first(span_skip(name, 1),
				  span_find_byte(span_skip(name, 1), ']'));
	copy_to(l->name, sizeof(l->name),
		strcmp(w->front, REQUEST_ID) == 0 ? span_of("request-id")
						  : name);
	return l->at != AT_NOTHING;
}
