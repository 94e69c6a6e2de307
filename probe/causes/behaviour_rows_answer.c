/* The kinds of behaviours on the way back to the client. */
#include "probe/causes/behaviour_private.h"

#define ANSWERS "answers"
#define STREAMS "streams"
#define ROW(kind) [(kind)-BEHAVIOUR_STATUS_MAPPED]

const struct behaviour_row behaviour_answer_rows[] = {
	ROW(BEHAVIOUR_STATUS_MAPPED) = { "status-mapped", CAUSE_CHANGED,
					 PART_STATUS, ANSWERS,
					 "answers the provider's {a} with {b}",
					 "The status tells the client whether "
					 "to send again, to wait, to log in or "
					 "to give up; with another status it "
					 "does something else.",
					 "Pass the provider's status and body "
					 "on "
					 "as they came.",
					 "ERR-01", LEVEL_MUST, EFFECT_COSTS },
	ROW(BEHAVIOUR_ANSWER_FIELD_DROPPED) = { "answer-field-dropped",
						CAUSE_DROPPED,
						PART_ANSWER_FIELD, ANSWERS,
						"drops the provider's field {}",
						"The client does not learn "
						"what "
						"the field says.",
						"Copy the field from the "
						"provider's answer.",
						NULL, LEVEL_SHOULD,
						EFFECT_DEGRADES },
	ROW(BEHAVIOUR_ANSWER_FIELD_REPLACED) = { "answer-field-replaced",
						 CAUSE_CHANGED,
						 PART_ANSWER_FIELD, ANSWERS,
						 "replaces the provider's "
						 "field "
						 "{}",
						 "The client acts on another "
						 "value than the provider "
						 "sent.",
						 "Copy the field from the "
						 "provider's answer.",
						 NULL, LEVEL_SHOULD,
						 EFFECT_DEGRADES },
	ROW(BEHAVIOUR_ANSWER_FIELD_ADDED) = { "answer-field-added", CAUSE_ADDED,
					      PART_ANSWER_FIELD, ANSWERS,
					      "adds the field {} to answers",
					      "Harmless as long as the client "
					      "does not act on the field.",
					      "Add no field that the client "
					      "acts "
					      "on.",
					      NULL, LEVEL_SHOULD,
					      EFFECT_COSMETIC },
	ROW(BEHAVIOUR_ANSWER_FIELD_FORWARDED) = { "answer-field-forwarded",
						  CAUSE_KEPT, PART_ANSWER_FIELD,
						  ANSWERS,
						  "passes the provider's field "
						  "{} "
						  "to the client",
						  "It is meant for whoever "
						  "holds "
						  "the provider's credential.",
						  "Take it out of the answer.",
						  "AUTH-04", LEVEL_MUST,
						  EFFECT_EXPOSES },
	ROW(BEHAVIOUR_ANSWER_CODING) = { "answer-coding-changed", CAUSE_CHANGED,
					 PART_ANSWER_BODY, ANSWERS,
					 "changes the content coding of "
					 "answers: "
					 "{}",
					 "Harmless as long as the field "
					 "content-encoding says what the "
					 "bytes are; otherwise the client sees "
					 "noise.",
					 "Pass coded answers with their field, "
					 "or "
					 "undo both.",
					 "HDR-12", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_ANSWER_FORM) = { "answer-form-changed", CAUSE_CHANGED,
				       PART_ANSWER_BODY, ANSWERS,
				       "gives the answer another form: {}",
				       "The client asked for events or for one "
				       "message and gets the "
				       "other.",
				       "Pass the answer on in the form that "
				       "the "
				       "provider gave it.",
				       "RESP-07", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_ERROR_REPLACED) = { "error-replaced", CAUSE_CHANGED,
					  PART_ANSWER_BODY, ANSWERS,
					  "replaces the provider's errors by a "
					  "body of its own: {}",
					  "The client acts on the text of an "
					  "error, and shows it. Without that "
					  "text it cannot recover, and nobody "
					  "learns why.",
					  "Pass the provider's error body on "
					  "as "
					  "it came.",
					  "ERR-01", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_ERROR_RESHAPED) = { "error-reshaped", CAUSE_CHANGED,
					  PART_ANSWER_BODY, ANSWERS,
					  "gives the provider's errors another "
					  "shape: {}",
					  "The client looks for error.type and "
					  "error.message and finds "
					  "neither.",
					  "Pass the provider's error body on "
					  "as "
					  "it came.",
					  "ERR-01", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_ANSWER_REPLACED) = { "answer-replaced", CAUSE_CHANGED,
					   PART_ANSWER_BODY, ANSWERS,
					   "answers with a body of its own: {}",
					   "The client gets something that the "
					   "provider never said.",
					   "Pass the provider's body on as it "
					   "came.",
					   "ERR-12", LEVEL_MUST,
					   EFFECT_BREAKS },
	ROW(BEHAVIOUR_ANSWER_RESHAPED) = { "answer-reshaped", CAUSE_CHANGED,
					   PART_ANSWER_BODY, ANSWERS,
					   "gives answers another shape: {}",
					   "The client does not find the "
					   "members that it reads.",
					   "Pass the provider's body on as it "
					   "came.",
					   "RESP-01", LEVEL_MUST,
					   EFFECT_BREAKS },
	ROW(BEHAVIOUR_ANSWER_WRAPPED) = { "answer-wrapped", CAUSE_CHANGED,
					  PART_ANSWER_BODY, ANSWERS,
					  "puts words of its own around the "
					  "provider's: {}",
					  "The client recognises known errors "
					  "by their first words.",
					  "Pass the provider's message on word "
					  "for word.",
					  "ERR-01", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_ANSWER_REPRINTED) = { "answer-reprinted", CAUSE_CHANGED,
					    PART_ANSWER_BODY, ANSWERS,
					    "reprints the JSON of answers: {}",
					    "The value is the same. What comes "
					    "back in the next turn has "
					    "other bytes than the provider "
					    "signed.",
					    "Pass the provider's bytes on as "
					    "they "
					    "came.",
					    "RESP-06", LEVEL_MUST,
					    EFFECT_DEGRADES },
	ROW(BEHAVIOUR_ANSWER_REMOVED) = { "answer-member-removed",
					  CAUSE_DROPPED, PART_ANSWER_BODY,
					  ANSWERS, "takes {} out of answers",
					  "The client does not get what the "
					  "provider said.",
					  "Pass answers on whole: members and "
					  "blocks that the gateway "
					  "does not know, too.",
					  "RESP-06", LEVEL_MUST,
					  EFFECT_DEGRADES },
	ROW(BEHAVIOUR_ANSWER_ADDED) = { "answer-member-added", CAUSE_ADDED,
					PART_ANSWER_BODY, ANSWERS,
					"puts {} into answers",
					"Harmless where the client does not "
					"know "
					"the member.",
					"Add nothing to answers.", "RESP-06",
					LEVEL_MUST, EFFECT_DEGRADES },
	ROW(BEHAVIOUR_ANSWER_VALUE) = { "answer-value-changed", CAUSE_CHANGED,
					PART_ANSWER_BODY, ANSWERS,
					"changes {} in answers",
					"The client acts on something that the "
					"provider did not say.",
					"Pass the provider's bytes on as they "
					"came.",
					"RESP-06", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_ANSWER_TEXT) = { "answer-text-changed", CAUSE_CHANGED,
				       PART_ANSWER_BODY, ANSWERS,
				       "changes text in answers: {}",
				       "The client shows, runs or sends back "
				       "something that the "
				       "provider did not say.",
				       "Pass strings on letter for letter; "
				       "characters that are split between two "
				       "chunks, too.",
				       "RESP-04", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_ANSWER_MOVED) = { "answer-item-moved", CAUSE_CHANGED,
					PART_ANSWER_BODY, ANSWERS,
					"changes the order in answers: {}",
					"Thinking and tool calls belong where "
					"the "
					"provider put them.",
					"Keep the order of lists.", "RESP-04",
					LEVEL_MUST, EFFECT_BREAKS },

	ROW(BEHAVIOUR_SAID_LOST) = { "answer-lost", CAUSE_DROPPED, PART_EVENTS,
				     ANSWERS,
				     "leaves {} out of the answers that it "
				     "translates",
				     "What the provider said does not reach "
				     "the client.",
				     "Translate all that the provider says.",
				     "TRANS-24", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_SAID_OTHER) = { "answer-told-otherwise", CAUSE_CHANGED,
				      PART_EVENTS, ANSWERS,
				      "reports {} differently from the "
				      "provider",
				      "The client acts on something that the "
				      "provider did not say.",
				      "Give the client the same value in the "
				      "form of the Messages API.",
				      "TRANS-24", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_EVENT_DROPPED) = { "event-dropped", CAUSE_DROPPED,
					 PART_EVENTS, STREAMS,
					 "drops events: {}",
					 "The client builds the message from "
					 "events; what is missing "
					 "in them is missing in the message, "
					 "or "
					 "ends the turn.",
					 "Pass every event on, known or not.",
					 "SSE-18", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_EVENT_ADDED) = { "event-added", CAUSE_ADDED, PART_EVENTS,
				       STREAMS, "adds events of its own: {}",
				       "The client takes them for the "
				       "provider's.",
				       "Add no event but a ping.", "SSE-02",
				       LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_EVENT_RENAMED) = { "event-renamed", CAUSE_CHANGED,
					 PART_EVENTS, STREAMS,
					 "gives events another name: {}",
					 "The client looks at the event line "
					 "first and ignores names that it does "
					 "not know.",
					 "Pass the event line on as it came.",
					 "SSE-01", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_EVENTS_MERGED) = { "events-merged", CAUSE_CHANGED,
					 PART_EVENTS, STREAMS,
					 "joins several events into one: {}",
					 "Text appears late and in lumps.",
					 "Pass every event on when it comes.",
					 "TIME-01", LEVEL_MUST,
					 EFFECT_DEGRADES },
	ROW(BEHAVIOUR_EVENTS_SPLIT) = { "events-split", CAUSE_CHANGED,
					PART_EVENTS, STREAMS,
					"splits one event into several: {}",
					"Data that must come in one event does "
					"not.",
					"Pass every event on as it came.",
					"SSE-12", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_BLOCK_DROPPED) = { "block-dropped", CAUSE_DROPPED,
					 PART_EVENTS, STREAMS,
					 "drops content blocks from streams: "
					 "{}",
					 "The block is missing in the "
					 "conversation; the next turn is "
					 "refused where the provider wants it "
					 "back.",
					 "Pass blocks of every kind on.",
					 "SSE-26", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_STREAM_REPLACED) = { "stream-replaced", CAUSE_CHANGED,
					   PART_EVENTS, STREAMS,
					   "writes a stream of its own: {}",
					   "The client does not find the "
					   "events "
					   "it waits for.",
					   "Pass the provider's events on as "
					   "they "
					   "came.",
					   "SSE-02", LEVEL_MUST,
					   EFFECT_BREAKS },
	ROW(BEHAVIOUR_PING_DROPPED) = { "ping-dropped", CAUSE_DROPPED,
					PART_EVENTS, STREAMS, "drops pings",
					"In a long silence nothing tells the "
					"client that the provider "
					"is there, so it gives up and asks "
					"again.",
					"Pass pings on when they come.",
					"SSE-19", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_PINGS_ADDED) = { "pings-added", CAUSE_ADDED, PART_EVENTS,
				       STREAMS, "adds pings of its own",
				       "Harmless: the client ignores pings.",
				       "Nothing has to be done, as long as the "
				       "provider's pings still "
				       "come.",
				       NULL, LEVEL_MAY, EFFECT_COSMETIC },
	ROW(BEHAVIOUR_COMMENTS_DROPPED) = { "comments-dropped", CAUSE_DROPPED,
					    PART_EVENTS, STREAMS,
					    "drops comment lines",
					    "Some providers bridge silence "
					    "with "
					    "them.",
					    "Pass comment lines on when they "
					    "come.",
					    "SSE-19", LEVEL_MUST,
					    EFFECT_DEGRADES },
	ROW(BEHAVIOUR_COMMENTS_ADDED) = { "comments-added", CAUSE_ADDED,
					  PART_EVENTS, STREAMS,
					  "adds comment lines of its own",
					  "Harmless: clients ignore comments.",
					  "Nothing has to be done.", NULL,
					  LEVEL_MAY, EFFECT_COSMETIC },
	ROW(BEHAVIOUR_REFRAMED) = { "stream-reframed", CAUSE_CHANGED,
				    PART_FRAMES, STREAMS,
				    "writes the same events with other bytes: "
				    "{}",
				    "The events mean the same, but strict "
				    "readers may refuse their bytes.",
				    "Pass the bytes of a stream on as they "
				    "came.",
				    "SSE-04", LEVEL_MUST, EFFECT_DEGRADES },

	ROW(BEHAVIOUR_BUFFERED) = { "buffered", CAUSE_CHANGED, PART_TIME,
				    STREAMS,
				    "holds back what the provider has sent: {}",
				    "Nothing appears while the model writes; a "
				    "long silence is "
				    "taken for a dead connection.",
				    "Send every chunk on when it comes: no "
				    "buffering of the proxy, no compression, "
				    "no waiting for more.",
				    "TIME-01", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_HEAD_DELAYED) = { "head-delayed", CAUSE_CHANGED,
					PART_TIME, STREAMS,
					"holds the head back until the first "
					"bytes of the body",
					"The client cannot tell a slow model "
					"from "
					"a dead gateway.",
					"Send the head on when the provider's "
					"has come.",
					"TIME-05", LEVEL_SHOULD,
					EFFECT_DEGRADES },
	ROW(BEHAVIOUR_HEAD_EARLY) = { "head-early", CAUSE_CHANGED, PART_TIME,
				      ANSWERS,
				      "answers before the provider has",
				      "An error that the provider sends later "
				      "can no longer become the status.",
				      "Wait for the provider's status.",
				      "TIME-06", LEVEL_SHOULD,
				      EFFECT_DEGRADES },
	ROW(BEHAVIOUR_END_CHANGED) = { "end-changed", CAUSE_CHANGED, PART_END,
				       ANSWERS,
				       "ends an answer as {b} that the "
				       "provider "
				       "ended as {a}",
				       "By the end the client knows whether an "
				       "answer is whole: a "
				       "broken one that ends cleanly is "
				       "believed, "
				       "and a whole one "
				       "that does not end is waited for. A "
				       "stream without any byte may be cut on "
				       "purpose, since a client that reads it "
				       "as whole sends everything again "
				       "without a stream; the bundled gateway "
				       "does so (gateway/README.md).",
				       "End the client's answer as the "
				       "provider's "
				       "ended: close the "
				       "connection without the last chunk "
				       "where "
				       "it broke off.",
				       "SSE-22", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_GAVE_UP) = { "gave-up", CAUSE_DROPPED, PART_END, ANSWERS,
				   "hangs up on a provider that is silent, {}",
				   "Long thinking is lost and paid for again.",
				   "Wait as long as the client does: 300 s of "
				   "silence.",
				   "TIME-04", LEVEL_MUST, EFFECT_BREAKS },
	ROW(BEHAVIOUR_HANG_UP_IGNORED) = { "hang-up-ignored", CAUSE_DROPPED,
					   PART_HANG_UP, "cancelled requests",
					   "goes on with a request whose "
					   "client "
					   "has gone, {}",
					   "What nobody reads is generated to "
					   "its "
					   "end and paid for.",
					   "End the provider's request when "
					   "the "
					   "client's connection "
					   "closes.",
					   "TIME-08", LEVEL_MUST,
					   EFFECT_COSTS },
	ROW(BEHAVIOUR_EMPTY_RELAYED) = { "empty-relayed", CAUSE_KEPT, PART_END,
					 STREAMS,
					 "relays a stream without a message as "
					 "a "
					 "success",
					 "The client takes it for an answer of "
					 "nothing, or asks again without "
					 "knowing "
					 "why.",
					 "Answer with an error, or break the "
					 "stream off, when the provider has "
					 "sent "
					 "nothing.",
					 "SSE-23", LEVEL_SHOULD, EFFECT_COSTS },
	ROW(BEHAVIOUR_CONNECTION_CLOSED) = { "connection-closed", CAUSE_CHANGED,
					     PART_CONNECTION, ANSWERS,
					     "closes the connection after an "
					     "answer",
					     "Every turn has to open a new "
					     "connection.",
					     "Keep the connection open after a "
					     "complete answer.",
					     "ROUTE-13", LEVEL_SHOULD,
					     EFFECT_DEGRADES },
};
