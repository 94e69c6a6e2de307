/* The kinds of behaviours. */
#include "probe/judge/behaviour.h"

#include <string.h>

#define REQUESTS "requests"
#define ANSWERS "answers"
#define STREAMS "streams"

static const struct behaviour_row rows[BEHAVIOUR_KINDS] = {
	[BEHAVIOUR_GONE] = { "gateway-gone", CAUSE_DROPPED, PART_ROUTE,
			     REQUESTS,
			     "is gone: it takes no connection any more",
			     "Every session behind it ends, and whatever is "
			     "under way is "
			     "lost.",
			     "Find out why it ended: its own log says what "
			     "came last "
			     "before.",
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
				   "Subagents and background calls stand in a "
				   "queue; a long turn "
				   "stalls all others.",
				   "Serve requests beside one another.",
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
				      LEVEL_SHOULD, EFFECT_DEGRADES },
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
				      LEVEL_SHOULD, EFFECT_DEGRADES },
	[BEHAVIOUR_FIELD_MERGED] = { "request-field-merged", CAUSE_CHANGED,
				     PART_FIELD, REQUESTS,
				     "makes one line of several of the request "
				     "field {}",
				     "By the standard that is the same list; "
				     "few servers mind.",
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
				     "What a gateway is for. It has to be the "
				     "field that the "
				     "provider reads.",
				     "Send a key of the API in x-api-key, a "
				     "token in "
				     "authorization.",
				     NULL, LEVEL_MUST, EFFECT_BREAKS },
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
				       "prints the request's body anew: {}",
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
				    "multiply, each is paid "
				    "for, and what was half said is said "
				    "again.",
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

	[BEHAVIOUR_STATUS_MAPPED] = { "status-mapped", CAUSE_CHANGED,
				      PART_STATUS, ANSWERS,
				      "answers the provider's {a} with {b}",
				      "The status tells the client whether to "
				      "send again, to wait, "
				      "to log in or to give up; another status "
				      "is another order.",
				      "Pass the provider's status and body on "
				      "as they came.",
				      "ERR-01", LEVEL_MUST, EFFECT_COSTS },
	[BEHAVIOUR_ANSWER_FIELD_DROPPED] = { "answer-field-dropped",
					     CAUSE_DROPPED, PART_ANSWER_FIELD,
					     ANSWERS,
					     "drops the provider's field {}",
					     "The client does not learn what "
					     "the field says.",
					     "Copy the field from the "
					     "provider's answer.",
					     NULL, LEVEL_SHOULD,
					     EFFECT_DEGRADES },
	[BEHAVIOUR_ANSWER_FIELD_REPLACED] = { "answer-field-replaced",
					      CAUSE_CHANGED, PART_ANSWER_FIELD,
					      ANSWERS,
					      "replaces the provider's field "
					      "{}",
					      "The client acts on another "
					      "value than the provider sent.",
					      "Copy the field from the "
					      "provider's answer.",
					      NULL, LEVEL_SHOULD,
					      EFFECT_DEGRADES },
	[BEHAVIOUR_ANSWER_FIELD_ADDED] = { "answer-field-added", CAUSE_ADDED,
					   PART_ANSWER_FIELD, ANSWERS,
					   "adds the field {} to answers",
					   "Harmless as long as the client "
					   "does not act on the field.",
					   "Add no field that the client acts "
					   "on.",
					   NULL, LEVEL_SHOULD,
					   EFFECT_COSMETIC },
	[BEHAVIOUR_ANSWER_FIELD_FORWARDED] = { "answer-field-forwarded",
					       CAUSE_KEPT, PART_ANSWER_FIELD,
					       ANSWERS,
					       "passes the provider's field {} "
					       "to the client",
					       "It is meant for whoever holds "
					       "the provider's credential.",
					       "Take it out of the answer.",
					       "AUTH-04", LEVEL_MUST,
					       EFFECT_EXPOSES },
	[BEHAVIOUR_ANSWER_CODING] = { "answer-coding-changed", CAUSE_CHANGED,
				      PART_ANSWER_BODY, ANSWERS,
				      "changes the content coding of answers: "
				      "{}",
				      "Harmless as long as the field "
				      "content-encoding says what the "
				      "bytes are; otherwise the client sees "
				      "noise.",
				      "Pass coded answers with their field, or "
				      "undo both.",
				      "HDR-12", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ANSWER_FORM] = { "answer-form-changed", CAUSE_CHANGED,
				    PART_ANSWER_BODY, ANSWERS,
				    "gives the answer another form: {}",
				    "The client asked for events or for one "
				    "message and gets the "
				    "other.",
				    "Pass the answer on in the form that the "
				    "provider gave it.",
				    "RESP-07", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ERROR_REPLACED] = { "error-replaced", CAUSE_CHANGED,
				       PART_ANSWER_BODY, ANSWERS,
				       "replaces the provider's errors by a "
				       "body of its own: {}",
				       "The client decides by the words of an "
				       "error, and shows them. "
				       "Without them nothing is repaired and "
				       "nobody knows why.",
				       "Pass the provider's error body on as "
				       "it came.",
				       "ERR-01", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ERROR_RESHAPED] = { "error-reshaped", CAUSE_CHANGED,
				       PART_ANSWER_BODY, ANSWERS,
				       "gives the provider's errors another "
				       "shape: {}",
				       "The client looks for error.type and "
				       "error.message and finds "
				       "neither.",
				       "Pass the provider's error body on as "
				       "it came.",
				       "ERR-01", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ANSWER_REPLACED] = { "answer-replaced", CAUSE_CHANGED,
					PART_ANSWER_BODY, ANSWERS,
					"answers with a body of its own: {}",
					"The client gets something that the "
					"provider never said.",
					"Pass the provider's body on as it "
					"came.",
					"ERR-12", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ANSWER_RESHAPED] = { "answer-reshaped", CAUSE_CHANGED,
					PART_ANSWER_BODY, ANSWERS,
					"gives answers another shape: {}",
					"The client does not find what it "
					"reads.",
					"Pass the provider's body on as it "
					"came.",
					"RESP-01", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ANSWER_WRAPPED] = { "answer-wrapped", CAUSE_CHANGED,
				       PART_ANSWER_BODY, ANSWERS,
				       "puts words of its own around the "
				       "provider's: {}",
				       "The client finds known errors by how "
				       "they begin.",
				       "Pass the provider's message on word "
				       "for word.",
				       "ERR-01", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ANSWER_REPRINTED] = { "answer-reprinted", CAUSE_CHANGED,
					 PART_ANSWER_BODY, ANSWERS,
					 "prints the JSON of answers anew: {}",
					 "The value is the same. What comes "
					 "back in the next turn has "
					 "other bytes than the provider "
					 "signed.",
					 "Pass the provider's bytes on as they "
					 "came.",
					 "RESP-06", LEVEL_MUST,
					 EFFECT_DEGRADES },
	[BEHAVIOUR_ANSWER_REMOVED] = { "answer-member-removed", CAUSE_DROPPED,
				       PART_ANSWER_BODY, ANSWERS,
				       "takes {} out of answers",
				       "The client does not get what the "
				       "provider said.",
				       "Pass answers on whole: members and "
				       "blocks that the gateway "
				       "does not know, too.",
				       "RESP-06", LEVEL_MUST, EFFECT_DEGRADES },
	[BEHAVIOUR_ANSWER_ADDED] = { "answer-member-added", CAUSE_ADDED,
				     PART_ANSWER_BODY, ANSWERS,
				     "puts {} into answers",
				     "Harmless where the client does not know "
				     "the member.",
				     "Add nothing to answers.", "RESP-06",
				     LEVEL_MUST, EFFECT_DEGRADES },
	[BEHAVIOUR_ANSWER_VALUE] = { "answer-value-changed", CAUSE_CHANGED,
				     PART_ANSWER_BODY, ANSWERS,
				     "changes {} in answers",
				     "The client acts on something that the "
				     "provider did not say.",
				     "Pass the provider's bytes on as they "
				     "came.",
				     "RESP-06", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ANSWER_TEXT] = { "answer-text-changed", CAUSE_CHANGED,
				    PART_ANSWER_BODY, ANSWERS,
				    "changes text in answers: {}",
				    "The client shows, runs or sends back "
				    "something that the "
				    "provider did not say.",
				    "Pass strings on letter for letter; "
				    "characters that are split "
				    "between pieces, too.",
				    "RESP-04", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_ANSWER_MOVED] = { "answer-item-moved", CAUSE_CHANGED,
				     PART_ANSWER_BODY, ANSWERS,
				     "changes the order in answers: {}",
				     "Thinking and tool calls belong where the "
				     "provider put them.",
				     "Keep the order of lists.", "RESP-04",
				     LEVEL_MUST, EFFECT_BREAKS },

	[BEHAVIOUR_EVENT_DROPPED] = { "event-dropped", CAUSE_DROPPED,
				      PART_EVENTS, STREAMS, "drops events: {}",
				      "The client builds the message from "
				      "events; what is missing "
				      "in them is missing in the message, or "
				      "ends the turn.",
				      "Pass every event on, known or not.",
				      "SSE-18", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_EVENT_ADDED] = { "event-added", CAUSE_ADDED, PART_EVENTS,
				    STREAMS, "adds events of its own: {}",
				    "The client takes them for the provider's.",
				    "Add no event but a ping.", "SSE-02",
				    LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_EVENT_RENAMED] = { "event-renamed", CAUSE_CHANGED,
				      PART_EVENTS, STREAMS,
				      "gives events another name: {}",
				      "The client looks at the event line "
				      "first and passes over "
				      "names it does not know.",
				      "Pass the event line on as it came.",
				      "SSE-01", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_EVENTS_MERGED] = { "events-merged", CAUSE_CHANGED,
				      PART_EVENTS, STREAMS,
				      "makes one event of several: {}",
				      "Text appears late and in lumps.",
				      "Pass every event on when it comes.",
				      "TIME-01", LEVEL_MUST, EFFECT_DEGRADES },
	[BEHAVIOUR_EVENTS_SPLIT] = { "events-split", CAUSE_CHANGED, PART_EVENTS,
				     STREAMS, "makes several events of one: {}",
				     "What has to come in one piece does not.",
				     "Pass every event on as it came.",
				     "SSE-12", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_BLOCK_DROPPED] = { "block-dropped", CAUSE_DROPPED,
				      PART_EVENTS, STREAMS,
				      "drops content blocks from streams: {}",
				      "The block is missing in the "
				      "conversation; the next turn is "
				      "refused where the provider wants it "
				      "back.",
				      "Pass blocks of every kind on.", "SSE-26",
				      LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_STREAM_REPLACED] = { "stream-replaced", CAUSE_CHANGED,
					PART_EVENTS, STREAMS,
					"writes a stream of its own: {}",
					"The client does not find the events "
					"it waits for.",
					"Pass the provider's events on as they "
					"came.",
					"SSE-02", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_PING_DROPPED] = { "ping-dropped", CAUSE_DROPPED, PART_EVENTS,
				     STREAMS, "drops pings",
				     "In a long silence nothing tells the "
				     "client that the provider "
				     "is there, so it gives up and asks again.",
				     "Pass pings on when they come.", "SSE-19",
				     LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_PINGS_ADDED] = { "pings-added", CAUSE_ADDED, PART_EVENTS,
				    STREAMS, "adds pings of its own",
				    "Harmless: the client passes over pings.",
				    "Nothing has to be done, as long as the "
				    "provider's pings still "
				    "come.",
				    NULL, LEVEL_MAY, EFFECT_COSMETIC },
	[BEHAVIOUR_COMMENTS_DROPPED] = { "comments-dropped", CAUSE_DROPPED,
					 PART_EVENTS, STREAMS,
					 "drops comment lines",
					 "Some providers bridge silence with "
					 "them.",
					 "Pass comment lines on when they "
					 "come.",
					 "SSE-19", LEVEL_MUST,
					 EFFECT_DEGRADES },
	[BEHAVIOUR_COMMENTS_ADDED] = { "comments-added", CAUSE_ADDED,
				       PART_EVENTS, STREAMS,
				       "adds comment lines of its own",
				       "Harmless: clients pass over comments.",
				       "Nothing has to be done.", NULL,
				       LEVEL_MAY, EFFECT_COSMETIC },
	[BEHAVIOUR_REFRAMED] = { "stream-reframed", CAUSE_CHANGED, PART_FRAMES,
				 STREAMS, "spells events anew: {}",
				 "The events are the same and their bytes are "
				 "not; readers "
				 "that are less forgiving stumble over it.",
				 "Pass the bytes of a stream on as they came.",
				 "SSE-04", LEVEL_MUST, EFFECT_DEGRADES },

	[BEHAVIOUR_BUFFERED] = { "buffered", CAUSE_CHANGED, PART_TIME, STREAMS,
				 "holds back what the provider has sent: {}",
				 "Nothing appears while the model writes; a "
				 "long silence is "
				 "taken for a dead connection.",
				 "Write every piece out when it comes: no "
				 "buffering of the "
				 "proxy, no compression, no waiting for more.",
				 "TIME-01", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_HEAD_DELAYED] = { "head-delayed", CAUSE_CHANGED, PART_TIME,
				     STREAMS,
				     "holds the head back until the first "
				     "bytes of the body",
				     "The client cannot tell a slow model from "
				     "a dead gateway.",
				     "Write the head out when the provider's "
				     "has come.",
				     "TIME-05", LEVEL_SHOULD, EFFECT_DEGRADES },
	[BEHAVIOUR_HEAD_EARLY] = { "head-early", CAUSE_CHANGED, PART_TIME,
				   ANSWERS, "answers before the provider has",
				   "A refusal that comes later can no longer "
				   "be told as a "
				   "status.",
				   "Wait for the provider's status.", "TIME-06",
				   LEVEL_SHOULD, EFFECT_DEGRADES },
	[BEHAVIOUR_END_CHANGED] = { "end-changed", CAUSE_CHANGED, PART_END,
				    ANSWERS,
				    "ends an answer as {b} that the provider "
				    "ended as {a}",
				    "By the end the client knows whether an "
				    "answer is whole: a "
				    "broken one that ends cleanly is believed, "
				    "and a whole one "
				    "that does not end is waited for.",
				    "End the client's answer as the provider's "
				    "ended: close the "
				    "connection without the last chunk where "
				    "it broke off.",
				    "SSE-22", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_GAVE_UP] = { "gave-up", CAUSE_DROPPED, PART_END, ANSWERS,
				"hangs up on a provider that is silent, {}",
				"Long thinking is lost and paid for again.",
				"Wait as long as the client does: 300 s of "
				"silence.",
				"TIME-04", LEVEL_MUST, EFFECT_BREAKS },
	[BEHAVIOUR_HANG_UP_IGNORED] = { "hang-up-ignored", CAUSE_DROPPED,
					PART_HANG_UP, "cancelled requests",
					"goes on with a request whose client "
					"has gone, {}",
					"What nobody reads is generated to its "
					"end and paid for.",
					"End the provider's request when the "
					"client's connection "
					"closes.",
					"TIME-08", LEVEL_MUST, EFFECT_COSTS },
	[BEHAVIOUR_EMPTY_RELAYED] = { "empty-relayed", CAUSE_KEPT, PART_END,
				      STREAMS,
				      "relays a stream without a message as a "
				      "success",
				      "The client takes it for an answer of "
				      "nothing, or asks again without knowing "
				      "why.",
				      "Answer with an error, or break the "
				      "stream off, when the provider has sent "
				      "nothing.",
				      "SSE-23", LEVEL_SHOULD, EFFECT_COSTS },
	[BEHAVIOUR_CONNECTION_CLOSED] = { "connection-closed", CAUSE_CHANGED,
					  PART_CONNECTION, ANSWERS,
					  "closes the connection after an "
					  "answer",
					  "Every turn opens a connection anew.",
					  "Keep the connection open after a "
					  "complete answer.",
					  "ROUTE-13", LEVEL_SHOULD,
					  EFFECT_DEGRADES },
};

const struct behaviour_row *behaviour_row(enum behaviour_kind kind)
{
	return &rows[kind];
}
