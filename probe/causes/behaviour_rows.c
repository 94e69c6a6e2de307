/* The kinds of behaviours on the way to the provider. */
#include "probe/causes/behaviour_private.h"

#define REQUESTS "requests"
#define ANSWERS "answers"

static const struct behaviour_row request_rows[] = {
	[BEHAVIOUR_GONE] = { "gateway-gone", CAUSE_DROPPED, PART_ROUTE,
			     REQUESTS,
			     "is gone: it takes no connection any more",
			     "Every session through it ends, and its open "
			     "requests are lost.",
			     "Find out why it ended: look at the last lines of "
			     "its log.",
			     "ROUTE-02", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_REFUSED] = { "refused", CAUSE_DROPPED, PART_ROUTE, REQUESTS,
				"refuses by itself what it should pass on: {}",
				"The provider is never asked. What the client "
				"sent was sound, "
				"so the turn fails though nothing is wrong "
				"with it.",
				"Pass the request on and leave judging it to "
				"the provider.",
				"ROUTE-02", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_OWN_ANSWER] = { "own-answer", CAUSE_KEPT, PART_ROUTE,
				   REQUESTS, "answers by itself: {}",
				   "The client takes an error for what its "
				   "status, type and shape "
				   "say: by these it decides whether to ask "
				   "for a login, to send "
				   "again, or to give up.",
				   "Give errors of the gateway's own the "
				   "status and the JSON "
				   "shape of the API: "
				   "{\"type\":\"error\",\"error\":{\"type\":..."
				   ", "
				   "\"message\":...}}.",
				   "ERR-02", LEVEL_MUST, EFFECT_DEGRADES },
	[BEHAVIOUR_NOT_ASKED] = { "not-asked", CAUSE_DROPPED, PART_ROUTE,
				  REQUESTS,
				  "answers {} without asking the provider",
				  "The client gets an answer that no model has "
				  "given: an older "
				  "one, or one that is made up.",
				  "Ask the provider for every request; keep no "
				  "answers.",
				  "CACHE-06", LEVEL_SHOULD, EFFECT_BREAKS },
	[BEHAVIOUR_PASSED_ON] = { "passed-on", CAUSE_KEPT, PART_ROUTE, REQUESTS,
				  "serves what it should refuse: {}",
				  "Whoever can reach the gateway can use it, "
				  "or can hide a "
				  "request inside another.",
				  "Refuse it before the provider is asked.",
				  "AUTH-06", LEVEL_MUST, EFFECT_EXPOSES },
	[BEHAVIOUR_NO_ANSWER] = { "no-answer", CAUSE_DROPPED, PART_ROUTE,
				  REQUESTS, "gives no answer: {}",
				  "The client waits until its own limit, then "
				  "asks again.",
				  "Answer every request: with what the "
				  "provider said, or with "
				  "an error of the gateway's own.",
				  "ERR-17", LEVEL_SHOULD, EFFECT_BREAKS },
	[BEHAVIOUR_SERIALISED] = { "serialised", CAUSE_CHANGED, PART_ROUTE,
				   REQUESTS,
				   "lets a request wait until another has "
				   "ended",
				   "Subagents and background calls wait in a "
				   "queue; a long turn stalls all others.",
				   "Serve requests at the same time.",
				   "ROUTE-12", LEVEL_SHOULD, EFFECT_DEGRADES },

	[BEHAVIOUR_METHOD_CHANGED] = { "method-changed", CAUSE_CHANGED,
				       PART_LINE, REQUESTS,
				       "changes the method: {}",
				       "The provider is asked for something "
				       "else.",
				       "Pass the method on.", "ROUTE-02",
				       LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_PATH_CHANGED] = { "path-changed", CAUSE_CHANGED, PART_LINE,
				     REQUESTS,
				     "asks the provider for another path: {}",
				     "Harmless where the provider's own path "
				     "is meant; otherwise "
				     "the provider is asked for something "
				     "else.",
				     "Pass the path on below the provider's "
				     "base URL.",
				     "ROUTE-02", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_QUERY_CHANGED] = { "query-changed", CAUSE_CHANGED, PART_LINE,
				      REQUESTS, "changes the query: {}",
				      "Harmless as long as the provider does "
				      "not look at it.",
				      "Pass the query on as it is.", "ROUTE-02",
				      LEVEL_MUST, EFFECT_DEGRADES },
	[BEHAVIOUR_FIELD_DROPPED] = { "request-field-dropped", CAUSE_DROPPED,
				      PART_FIELD, REQUESTS,
				      "drops the request field {}",
				      "The provider does not learn what the "
				      "field says. Without its "
				      "beta a member of the body is refused; "
				      "without its version so "
				      "is the request.",
				      "Copy the field as it came.", "HDR-04",
				      LEVEL_MAY, EFFECT_DEGRADES },
	[BEHAVIOUR_FIELD_ADDED] = { "request-field-added", CAUSE_ADDED,
				    PART_FIELD, REQUESTS,
				    "adds the request field {}",
				    "Harmless as long as the provider does not "
				    "know the field.",
				    "Add no field that the provider acts on.",
				    NULL, LEVEL_SHOULD, EFFECT_COSMETIC },
	[BEHAVIOUR_FIELD_CHANGED] = { "request-field-changed", CAUSE_CHANGED,
				      PART_FIELD, REQUESTS,
				      "changes the request field {}",
				      "The provider acts on another value than "
				      "the client sent.",
				      "Copy the field as it came.", "HDR-04",
				      LEVEL_MAY, EFFECT_DEGRADES },
	[BEHAVIOUR_FIELD_MERGED] = { "request-field-merged", CAUSE_CHANGED,
				     PART_FIELD, REQUESTS,
				     "joins several lines of the request field "
				     "{} into one",
				     "By the standard that is the same list, "
				     "and few servers mind.",
				     "Copy every line of the field.", "BETA-05",
				     LEVEL_SHOULD, EFFECT_COSMETIC },
	[BEHAVIOUR_FIELD_SORTED] = { "request-field-sorted", CAUSE_CHANGED,
				     PART_FIELD, REQUESTS,
				     "changes the order of the values of {}",
				     "The list is no longer the client's, byte "
				     "for byte.",
				     "Copy the field as it came: no sorting.",
				     "HDR-01", LEVEL_MUST, EFFECT_COSMETIC },
	[BEHAVIOUR_VALUES_DROPPED] = { "request-values-dropped", CAUSE_DROPPED,
				       PART_FIELD, REQUESTS,
				       "drops values of the request field {}",
				       "What belongs to such a value is "
				       "refused or switched off.",
				       "Copy the field as it came: no list of "
				       "known values.",
				       "HDR-01", LEVEL_MUST, EFFECT_COSTS },
	[BEHAVIOUR_VALUES_ADDED] = { "request-values-added", CAUSE_ADDED,
				     PART_FIELD, REQUESTS,
				     "adds values to the request field {}",
				     "The provider switches on what the client "
				     "did not ask for and "
				     "may not understand.",
				     "Copy the field as it came: no additions.",
				     "HDR-01", LEVEL_MUST, EFFECT_DEGRADES },
	[BEHAVIOUR_FIELD_FORWARDED] = { "request-field-forwarded", CAUSE_KEPT,
					PART_FIELD, REQUESTS,
					"passes on the request field {}",
					"The field belongs to the connection "
					"between the client and "
					"the gateway, or tells the provider "
					"about the client.",
					"Take it out before the provider is "
					"asked.",
					"HDR-12", LEVEL_MUST, EFFECT_DEGRADES },
	[BEHAVIOUR_KEY_FORWARDED] = { "credential-forwarded", CAUSE_KEPT,
				      PART_KEY, REQUESTS,
				      "sends the client's own credential to "
				      "the provider, in {}",
				      "Right for a gateway that has no "
				      "credential of its own; "
				      "otherwise the provider, and whoever "
				      "reads its logs, gets the "
				      "key of the gateway.",
				      "Take the client's credential out, in "
				      "whatever field it came, "
				      "before the gateway adds its own.",
				      "AUTH-04", LEVEL_MUST, EFFECT_EXPOSES },
	[BEHAVIOUR_KEY_LOST] = { "credential-lost", CAUSE_DROPPED, PART_KEY,
				 REQUESTS,
				 "sends no credential to the provider",
				 "The provider refuses every request with 401.",
				 "Send the provider's key in x-api-key.",
				 "AUTH-04", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_KEY_REPLACED] = { "credential-replaced", CAUSE_CHANGED,
				     PART_KEY, REQUESTS,
				     "shows the provider its own credential in "
				     "{}",
				     "This is what a gateway is for, but it "
				     "must use the field that the provider "
				     "reads.",
				     "Send a key of the API in x-api-key, a "
				     "token in "
				     "authorization.",
				     NULL, LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_KEY_IN_TURN] = { "credential-in-turn", CAUSE_CHANGED,
				    PART_KEY, REQUESTS,
				    "uses another credential than for the last "
				    "request of the same session",
				    "Each account has a prompt cache of its "
				    "own, so the session is written into each "
				    "of them, at more than the full price. "
				    "Keys of one workspace share a cache.",
				    "Choose the account by the session "
				    "(x-claude-code-session-id), and keep it.",
				    "CACHE-07", LEVEL_SHOULD, EFFECT_COSTS },
	[BEHAVIOUR_KEY_SHOWN] = { "credential-shown", CAUSE_ADDED, PART_KEY,
				  ANSWERS,
				  "shows a credential in its answer, in {}",
				  "It ends up in terminals, logs and bug "
				  "reports.",
				  "Write no credential into an answer, not "
				  "even a wrong one.",
				  "AUTH-11", LEVEL_MUST, EFFECT_EXPOSES },
	[BEHAVIOUR_CODING_CHANGED] = { "request-coding-changed", CAUSE_CHANGED,
				       PART_BODY, REQUESTS,
				       "changes the content coding of the "
				       "request's body: {}",
				       "Harmless as long as the field "
				       "content-encoding says so.",
				       "Pass coded bodies with their field, or "
				       "undo both.",
				       "HDR-12", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_BODY_REPRINTED] = { "body-reprinted", CAUSE_CHANGED,
				       PART_BODY, REQUESTS,
				       "reprints the request's body: {}",
				       "The value is the same and the bytes "
				       "are not. Prompt caches "
				       "and signatures of thinking are bound "
				       "to bytes, so turns are "
				       "paid for again, or refused.",
				       "Pass the body on as it came; edit a "
				       "place in it and do not "
				       "parse and print it.",
				       "BODY-01", LEVEL_MUST, EFFECT_COSTS },
	[BEHAVIOUR_BODY_REMOVED] = { "body-member-removed", CAUSE_DROPPED,
				     PART_BODY, REQUESTS,
				     "takes {} out of the request's body",
				     "What the client asked for with it does "
				     "not happen.",
				     "Pass the body on whole: members and "
				     "blocks that the gateway "
				     "does not know, too.",
				     "BODY-03", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_BODY_ADDED] = { "body-member-added", CAUSE_ADDED, PART_BODY,
				   REQUESTS, "puts {} into the request's body",
				   "The provider is asked for something that "
				   "the client did not "
				   "say.",
				   "Add nothing to the body.", "BODY-26",
				   LEVEL_MUST, EFFECT_COSTS },
	[BEHAVIOUR_BODY_VALUE] = { "body-value-changed", CAUSE_CHANGED,
				   PART_BODY, REQUESTS,
				   "changes {} in the request's body",
				   "The provider is asked for something else "
				   "than the client "
				   "asked for.",
				   "Pass the body on as it came.", "BODY-01",
				   LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_BODY_TEXT] = { "body-text-changed", CAUSE_CHANGED, PART_BODY,
				  REQUESTS,
				  "changes text in the request's body: {}",
				  "The model reads something else than was "
				  "written; what "
				  "follows a changed byte is not found in the "
				  "prompt cache.",
				  "Pass strings on letter for letter.",
				  "BODY-18", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_BODY_MOVED] = { "body-item-moved", CAUSE_CHANGED, PART_BODY,
				   REQUESTS,
				   "changes the order in the request's body: "
				   "{}",
				   "The prefix that the prompt cache is bound "
				   "to is another one.",
				   "Keep the order of lists.", "CACHE-02",
				   LEVEL_MUST, EFFECT_COSTS },
	[BEHAVIOUR_BODY_REPLACED] = { "body-replaced", CAUSE_CHANGED, PART_BODY,
				      REQUESTS,
				      "sends another body than it got: {}",
				      "The provider answers something that "
				      "nobody asked.",
				      "Pass the body on as it came.", "BODY-01",
				      LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_MODEL_MAPPED] = { "model-mapped", CAUSE_CHANGED, PART_BODY,
				     REQUESTS, "asks for another model: {}",
				     "Right where the name is an alias of the "
				     "gateway's; otherwise "
				     "another model answers and nothing says "
				     "so.",
				     "Pass the model's name on, unless it is "
				     "an alias that the "
				     "gateway's users know.",
				     "BODY-01", LEVEL_MUST, EFFECT_DEGRADES },
	[BEHAVIOUR_ASKED_TWICE] = { "asked-twice", CAUSE_ADDED, PART_REPEAT,
				    REQUESTS,
				    "asks the provider again by itself after "
				    "{}",
				    "The client retries as well: attempts "
				    "multiply, each is paid for, and text that "
				    "was already sent comes again.",
				    "Leave retries to the client, or keep them "
				    "few and known.",
				    "ERR-16", LEVEL_SHOULD, EFFECT_COSTS },
	[BEHAVIOUR_REDIRECT_FOLLOWED] = { "redirect-followed", CAUSE_ADDED,
					  PART_REPEAT, REQUESTS,
					  "follows the provider's redirect "
					  "({})",
					  "Prompt and credential go to "
					  "whatever host the redirect "
					  "names.",
					  "Do not follow redirects of the "
					  "provider.",
					  "AUTH-04", LEVEL_MUST,
					  EFFECT_EXPOSES },
	[BEHAVIOUR_ASKED_LOST] = { "translation-lost", CAUSE_DROPPED, PART_BODY,
				   REQUESTS, "leaves {} out when it translates",
				   "The model answers without what the client "
				   "sent, and nothing says so.",
				   "Translate all of a request. If the "
				   "provider has no place for a part, refuse "
				   "the request with an error that names it.",
				   "TRANS-21", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ASKED_OTHER] = { "translation-changed", CAUSE_CHANGED,
				    PART_BODY, REQUESTS,
				    "translates {} into something else",
				    "The provider is asked for something else "
				    "than the client asked for.",
				    "Give the provider the same value in its "
				    "own form.",
				    "TRANS-21", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ASKED_MOVED] = { "translation-moved", CAUSE_CHANGED,
				    PART_BODY, REQUESTS,
				    "puts {} in another place when it "
				    "translates",
				    "The model reads it in another order than "
				    "the client sent it, and prompt caches "
				    "depend on that order.",
				    "Keep the order of what is sent.",
				    "TRANS-18", LEVEL_SHOULD, EFFECT_COSTS },
	[BEHAVIOUR_ASKED_ADDED] = { "translation-added", CAUSE_ADDED, PART_BODY,
				    REQUESTS,
				    "adds {} to the prompt that it translates",
				    "The model reads what nobody wrote.",
				    "Add nothing to the prompt.", "TRANS-20",
				    LEVEL_SHOULD, EFFECT_COSTS },
	[BEHAVIOUR_ASKED_UNSTABLE] = { "translation-unstable", CAUSE_CHANGED,
				       PART_BODY, REQUESTS,
				       "translates {} in another way each time",
				       "Prompt caches of vendors compare the "
				       "first bytes: if these change, each "
				       "turn is paid for as if it were the "
				       "first.",
				       "Translate the same request into the "
				       "same bytes: no numbers, times or "
				       "random ids.",
				       "TRANS-20", LEVEL_SHOULD, EFFECT_COSTS },
	[BEHAVIOUR_ASKED_LEAKS] = { "translation-leaks", CAUSE_KEPT, PART_BODY,
				    REQUESTS,
				    "sends {} to a vendor that does not know "
				    "it",
				    "Vendors refuse fields that they do not "
				    "know, and cannot use a text that is meant "
				    "for another.",
				    "Leave out what only the Messages API has.",
				    "TRANS-10", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ASKED_REFUSED] = { "translation-refused", CAUSE_CHANGED,
				      PART_STATUS, REQUESTS,
				      "translates into what the provider "
				      "refuses: {}",
				      "The client sent a valid request, and is "
				      "told that it is not valid.",
				      "Ask in the form that the provider "
				      "takes.",
				      "TRANS-12", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_NOT_TRANSLATED] = { "not-translated", CAUSE_DROPPED,
				       PART_ROUTE, REQUESTS,
				       "refuses what it does not translate: {}",
				       "A part that the provider has no place "
				       "for is better refused by its name than "
				       "left out. But a part that the provider "
				       "has a place for cannot be used then.",
				       "Translate it, if the provider has a "
				       "place for it.",
				       "TRANS-21", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ASKED_ELSEWHERE] = { "other-api", CAUSE_CHANGED, PART_ROUTE,
					REQUESTS,
					"asks another API of its provider for "
					"some requests: {}",
					"The provider may not have that API. "
					"The mock of ccprobe does not, so "
					"these requests are not judged.",
					"Ask the API that the provider was "
					"configured for.",
					"TRANS-21", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_COUNT_LOST] = { "count-lost", CAUSE_DROPPED, PART_ROUTE,
				   REQUESTS,
				   "counts tokens without those of {}",
				   "The client compacts too late, and the hard "
				   "limit comes as a surprise.",
				   "Count all that the model reads: system, "
				   "tools, history and images.",
				   "TRANS-05", LEVEL_MUST, EFFECT_DEGRADES },
	[BEHAVIOUR_COUNT_OTHER] = { "count-unstable", CAUSE_CHANGED, PART_ROUTE,
				    REQUESTS, "counts {}",
				    "Numbers that go up and down by themselves "
				    "say nothing.",
				    "Give the same request the same count.",
				    "TRANS-05", LEVEL_MUST, EFFECT_DEGRADES },
};

const struct behaviour_row *behaviour_row(enum behaviour_kind kind)
{
	return kind < BEHAVIOUR_STATUS_MAPPED
		       ? &request_rows[kind]
		       : &behaviour_answer_rows[kind - BEHAVIOUR_STATUS_MAPPED];
}
