/* The table of subjects, and those about an actor as a whole. */
#include "probe/look/ledger.h"
#include "probe/look/subject_private.h"

/* ---- of an actor ---- */

static void subject_get_request_count(const struct subject_asked *a,
				      struct value *v)
{
	value_number(v, view_count(a->view, a->actor));
}

/* The exchanges of the provider that had most. */
static void subject_get_most(const struct subject_asked *a, struct value *v)
{
	size_t counts[ACTOR_PROVIDERS] = { 0 }, most = 0;

	for (size_t i = 0; i < a->view->count; i++) {
		const char *actor = a->view->list[i].actor;

		if (actor_is(actor, a->actor))
			counts[actor_provider(actor) - 'a']++;
	}
	for (size_t i = 0; i < ACTOR_PROVIDERS; i++)
		most = counts[i] > most ? counts[i] : most;
	value_number(v, most);
}

static void subject_get_mark(const struct subject_asked *a, struct value *v)
{
	tick_t at = view_mark(a->view, a->actor, a->argument);

	if (at == TICK_NEVER)
		value_absent(v, "the mock did not reach it");
	else
		value_number(v, (size_t)(at / TICK_MS));
}

static void subject_get_cost(const struct subject_asked *a, struct value *v)
{
	struct ledger l;

	ledger_of(a->view, &l);
	if (*l.missing != '\0')
		value_absent(v, "not every turn was played");
	else
		value_number(v, ledger_percent(&l));
}

static void subject_get_credentials(const struct subject_asked *a,
				    struct value *v)
{
	value_number(v, ledger_credentials(a->view));
}

/* A longer word comes before a shorter one that it begins with. */
const struct subject_row subject_rows[] = {
	{ "provider", TAKES_NOTHING, false, subject_get_provider, ".provider",
	  "the letter of the provider that was asked" },
	{ "status", TAKES_NOTHING, false, subject_get_status, ".status",
	  "status of the answer" },
	{ "reason", TAKES_NOTHING, false, subject_get_reason, ".reason",
	  "its reason phrase" },
	{ "headers.count.", TAKES_NAME, false, subject_get_header_count,
	  ".headers.count.NAME", "how many lines of this name it has" },
	{ "header.", TAKES_NAME, false, subject_get_header, ".header.NAME",
	  "a field of it; several lines are joined with ', '" },
	{ "head", TAKES_NOTHING, false, subject_get_head, ".head",
	  "status line and fields as text" },
	{ "request_id", TAKES_NOTHING, false, subject_get_request_id,
	  ".request_id",
	  "the id to ask about: request-id, x-request-id, x-amzn-requestid, or "
	  "the body's" },
	{ "extra", TAKES_NOTHING, false, subject_get_extra, ".extra",
	  "what came after the answer to a request of raw bytes" },
	{ "body.length", TAKES_NOTHING, false, subject_get_body_length,
	  ".body.length", "bytes in its body, as they came" },
	{ "body", TAKES_POINTER, false, subject_get_body, ".body#/pointer",
	  "its body without a content coding, or a part of the JSON in it" },
	{ "end", TAKES_NOTHING, false, subject_get_end, ".end",
	  "clean, cut, reset, timeout, cancelled, refused, bad, open" },
	{ "outcome", TAKES_NOTHING, false, subject_get_outcome, ".outcome",
	  "complete, error, broken, short (a stream without its end) or open" },
	{ "events.count", TAKES_NOTHING, false, subject_get_event_count,
	  ".events.count", "how many events, pings left out" },
	{ "events.names", TAKES_NOTHING, false, subject_get_event_names,
	  ".events.names", "their names, a list" },
	{ "events", TAKES_NOTHING, false, subject_get_events, ".events",
	  "all events, for same-events" },
	{ "event", TAKES_EVENT, false, subject_get_event, ".event[N]#/pointer",
	  "data of an event: by number from 0, last, or the first of a name" },
	{ "pings.count", TAKES_NOTHING, false, subject_get_ping_count,
	  ".pings.count", "how many pings" },
	{ "comments.count", TAKES_NOTHING, false, subject_get_comment_count,
	  ".comments.count", "how many comment lines" },
	{ "frames.count", TAKES_NOTHING, false, subject_get_frame_count,
	  ".frames.count", "how many frames of Amazon's event stream" },
	{ "frames", TAKES_NOTHING, false, subject_get_frames, ".frames",
	  "their types, a list: chunk, throttlingException, ..." },
	{ "frame", TAKES_EVENT, false, subject_get_frame, ".frame[N]#/pointer",
	  "payload of a frame: by number from 0, last, or the first of a "
	  "type" },
	{ "framing", TAKES_NOTHING, false, subject_get_framing, ".framing",
	  "ok, or what is wrong with the frames: a checksum, a length ..." },
	{ "text", TAKES_NOTHING, false, subject_get_text, ".text",
	  "the text blocks of the message, joined" },
	{ "tool_input", TAKES_BLOCK, false, subject_get_tool_input,
	  ".tool_input[N]#/pointer", "input of the N-th tool use, from 0" },
	{ "tool_id", TAKES_BLOCK, false, subject_get_tool_id, ".tool_id[N]",
	  "its id" },
	{ "tool_name", TAKES_BLOCK, false, subject_get_tool_name,
	  ".tool_name[N]", "its name" },
	{ "thinking", TAKES_BLOCK, false, subject_get_thinking, ".thinking[N]",
	  "text of the N-th thinking block, from 0" },
	{ "signature", TAKES_BLOCK, false, subject_get_signature,
	  ".signature[N]", "its signature" },
	{ "asked", TAKES_POINTER, false, subject_get_asked, ".asked#/pointer",
	  "what its request asks, in the plain form of all formats, or a part "
	  "of it" },
	{ "said", TAKES_POINTER, false, subject_get_said, ".said#/pointer",
	  "what its answer says, in the same form, or a part of it" },
	{ "finish", TAKES_NOTHING, false, subject_get_finish, ".finish",
	  "the stop reason" },
	{ "grammar", TAKES_NOTHING, false, subject_get_grammar, ".grammar",
	  "ok, or what breaks the grammar of a message stream" },
	{ "request.method", TAKES_NOTHING, false, subject_get_method,
	  ".request.method", "method of the request" },
	{ "request.target", TAKES_NOTHING, false, subject_get_target,
	  ".request.target", "its target: path and query" },
	{ "request.path", TAKES_NOTHING, false, subject_get_path,
	  ".request.path", "the target before '?'" },
	{ "request.query", TAKES_NOTHING, false, subject_get_query,
	  ".request.query", "the target after '?'" },
	{ "request.headers.count.", TAKES_NAME, false,
	  subject_get_request_header_count, ".request.headers.count.NAME",
	  "how many lines of this name it has" },
	{ "request.header.", TAKES_NAME, false, subject_get_request_header,
	  ".request.header.NAME", "a field of it" },
	{ "request.head", TAKES_NOTHING, false, subject_get_request_head,
	  ".request.head", "request line and fields as text" },
	{ "request.signed", TAKES_NOTHING, false, subject_get_signed,
	  ".request.signed",
	  "what its SigV4 signature covers: method, target, the fields it "
	  "names, body" },
	{ "request.body.length", TAKES_NOTHING, false,
	  subject_get_request_body_length, ".request.body.length",
	  "bytes in its body" },
	{ "request.body", TAKES_POINTER, false, subject_get_request_body,
	  ".request.body#/pointer", "its body, or a part of the JSON in it" },
	{ "requests.most", TAKES_NOTHING, true, subject_get_most,
	  ".requests.most",
	  "how many of its exchanges went to the provider that had most" },
	{ "requests.count", TAKES_NOTHING, true, subject_get_request_count,
	  ".requests.count", "how many exchanges the actor has" },
	{ "cost", TAKES_NOTHING, true, subject_get_cost, ".cost",
	  "what the session cost, in percent of its cost without a gateway" },
	{ "credentials.count", TAKES_NOTHING, true, subject_get_credentials,
	  ".credentials.count",
	  "how many different credentials the provider saw in message "
	  "requests" },
	{ "mark.", TAKES_NAME, true, subject_get_mark, ".mark.NAME",
	  "present if the mock reached this mark or hold; its milliseconds" },
	{ "exit", TAKES_NOTHING, true, subject_get_exit, ".exit",
	  "status with which a session of the real client ended by itself" },
	{ "stdout", TAKES_POINTER, true, subject_get_stdout, ".stdout#/pointer",
	  "its standard output, or a part of the JSON in it" },
	{ "stderr", TAKES_NOTHING, true, subject_get_stderr, ".stderr",
	  "its standard error" },
	{ "file.", TAKES_NAME, true, subject_get_file, ".file.NAME",
	  "a file in its folder, when it has ended" },
	{ "screen", TAKES_NOTHING, true, subject_get_screen, ".screen",
	  "what its terminal got since the last input, as text" },
	{ "terminal", TAKES_NOTHING, true, subject_get_terminal, ".terminal",
	  "all that its terminal got, as text" },
	{ NULL, TAKES_NOTHING, false, NULL, NULL, NULL },
};
