/* What a gateway that translates does, read off logs that are written by hand:
 * each row is a request or an answer on both sides, and the cause it has. */
#include "tests/unit/behaviour_kit.h"

#define CHAT \
	"POST /v1/chat/completions HTTP/1.1\nauthorization: Bearer " UPSTREAM \
	"\n\n"
#define TO_CHAT CLIENT "\n"
#define COMPLETION(message, finish, usage) \
	"{\"id\":\"x\",\"model\":\"m\",\"choices\":[{\"index\":0," \
	"\"message\":{" message "},\"finish_reason\":\"" finish "\"}]," \
	"\"usage\":" usage "}"
#define USAGE "{\"prompt_tokens\":9,\"completion_tokens\":2}"
#define SAYS(message, finish) COMPLETION(message, finish, USAGE)
#define MESSAGE(content, stop, usage) \
	"{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\"," \
	"\"model\":\"m\",\"content\":[" content "],\"stop_reason\":\"" stop \
	"\",\"stop_sequence\":null,\"usage\":" usage "}"
#define TOLD "{\"input_tokens\":9,\"output_tokens\":2}"
#define TELLS(content, stop) MESSAGE(content, stop, TOLD)
#define WORDS(text) "{\"type\":\"text\",\"text\":\"" text "\"}"
#define CALL(id, name, input) \
	"{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"" name \
	"\",\"input\":" input "}"
#define CALLED(id, name, arguments) \
	"{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":" \
	"\"" name "\",\"arguments\":\"" arguments "\"}}"
#define HI SAYS("\"content\":\"hi\"", "stop")
#define WELL TELLS(WORDS("hi"), "end_turn")

/* One run of one pair; the check failed. Then the first cause is this one; "":
 * none explains it. */
struct translated_row {
	const char *sent, *got; /* the requests' bodies */
	const char *was, *is; /* the answers' */
	const char *expect, *id;
};

static void see(const struct translated_row *row, const char *head)
{
	void *state = NULL;
	struct bench *b;

	set_up(&state);
	b = state;
	put_both(b, TO_CHAT, row->sent, CHAT, row->got);
	put_answer(b, "u1", head, row->was);
	put_answer(b, "c1", head, row->is);
	end_run(b, "a/fail", row->expect);
	if (row->id[0] != '\0') {
		explains(b, row->id);
	} else {
		settled(b, "");
		if (b->results[0].cause != 0)
			fail_msg("%s > %s: %s", row->sent, row->got,
				 b->report.causes[b->results[0].cause - 1].id);
	}
	tear_down(&state);
}

#define ASK(members) "{\"model\":\"m\",\"max_tokens\":9," members "}"
#define SENT(members) \
	"{\"model\":\"m\",\"max_completion_tokens\":9," members "}"
#define TURN "\"messages\":[{\"role\":\"user\",\"content\":\"hello you\"}]"
#define TOOL(name) \
	"{\"name\":\"" name "\",\"description\":\"d\",\"input_schema\":" \
	"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\"," \
	"\"items\":{\"enum\":[1]}}},\"required\":[\"a\",\"a\"]}}"
#define FUNCTION_OF(name, schema) \
	"{\"type\":\"function\",\"function\":{\"name\":\"" name \
	"\",\"description\":\"d\",\"parameters\":" schema "}}"
#define SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\"," \
	"\"items\":{\"enum\":[1]}}},\"required\":[\"a\"]}"
#define FUNCTION(name) FUNCTION_OF(name, SCHEMA)
#define BODY "u1.asked#"
#define CALLING(more) \
	ASK("\"messages\":[{\"role\":\"user\",\"content\":\"do\"},{\"role\":" \
	    "\"assistant\",\"content\":[" CALL( \
		    "t1", "n", \
		    "{\"a\":1}") "," CALL("t2", "n", \
					  "{\"a\":2}") "]},{\"role\":" \
						       "\"user\",\"content\":" \
						       "[{\"type\":\"tool_" \
						       "result\",\"tool_use_" \
						       "id\":\"t1\"," \
						       "\"content\":" \
						       "\"first\"},{\"type\":" \
						       "\"tool_result\"," \
						       "\"tool_use_id\":" \
						       "\"t2\",\"content\":" \
						       "\"second\"}" more \
						       "]}]")
#define CALLS_AND(arguments, results) \
	SENT("\"messages\":[{\"role\":\"user\",\"content\":\"do\"},{\"role\":" \
	     "\"assistant\",\"content\":null,\"tool_calls\":[" CALLED( \
		     "x1", "n", \
		     arguments) "," CALLED("x2", "n", \
					   "{\\\"a\\\":2}") "]}" results "]")
#define RESULT(id, text) \
	",{\"role\":\"tool\",\"tool_call_id\":\"" id "\",\"content\":\"" text \
	"\"}"
#define BOTH RESULT("x1", "first") RESULT("x2", "second")
#define ONE_ARGUMENT "{\\\"a\\\":1}"

#define LATE \
	"\"messages\":[{\"role\":\"user\",\"content\":\"hello you\"}," \
	"{\"role\":\"system\",\"content\":\"be late\"}]"
#define CALLS_OF(name, results) \
	SENT("\"messages\":[{\"role\":\"user\",\"content\":\"do\"},{\"role\":" \
	     "\"assistant\",\"content\":null,\"tool_calls\":[" CALLED( \
		     "x1", name, \
		     ONE_ARGUMENT) "," CALLED("x2", "n", \
					      "{\\\"a\\\":2}") "]}" results \
							       "]")
#define NAMED(name) \
	"\"messages\":[{\"role\":\"user\",\"content\":\"do\"},{\"role\":" \
	"\"assistant\",\"content\":[" CALL( \
		"t1", name, "{}") "]},{\"role\":" \
				  "\"user\",\"content\":[{\"type\":\"tool_" \
				  "result\",\"tool_use_id\":" \
				  "\"t1\",\"content\":\"done\"}]}]"
#define NAMED_CALL(name) \
	"\"messages\":[{\"role\":\"user\",\"content\":\"do\"},{\"role\":" \
	"\"assistant\",\"content\":null,\"tool_calls\":[" CALLED( \
		"x1", name, "{}") "]}" RESULT("x1", "done") "]"
#define RESULTS(parts) \
	ASK("\"messages\":[{\"role\":\"user\",\"content\":\"do\"},{\"role\":" \
	    "\"assistant\",\"content\":[" CALL( \
		    "t1", "n", "{}") "]},{\"role\":" \
				     "\"user\",\"content\":[{\"type\":\"tool_" \
				     "result\",\"tool_use_id\":" \
				     "\"t1\",\"content\":[" parts "]}]}]")
#define GOT_RESULT(text) \
	SENT("\"messages\":[{\"role\":\"user\",\"content\":\"do\"},{\"role\":" \
	     "\"assistant\",\"content\":null,\"tool_calls\":[" CALLED( \
		     "x1", "n", "{}") "]}" RESULT("x1", text) "]")
#define REFERENCE(name) \
	"{\"type\":\"tool_reference\",\"tool_name\":\"" name "\"}"
#define SHOWN(type) \
	"{\"type\":\"" type \
	"\",\"source\":{\"type\":\"base64\",\"data\":\"aGVsbG8=\"}}"
#define PICTURE(type) \
	ASK("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"" type \
	    "\",\"source\":{\"type\":\"base64\",\"data\":\"aGVsbG8=\"}}" \
	    "," WORDS("hello you") "]}]")

static void t_requests(void **state)
{
	static const struct translated_row rows[] = {
		/* Sound translations: one system text, new ids, the billing
		 * line left out. */
		{ ASK("\"system\":[" WORDS(
			  "x-anthropic-billing-header: "
			  "c=1;") "," WORDS("be good") "," WORDS("be quick") "]"
									     "," TURN),
		  SENT("\"messages\":[{\"role\":\"system\",\"content\":"
		       "\"be good\\n\\nbe quick\"},{\"role\":\"user\","
		       "\"content\":\"hello you\"}]"),
		  HI, WELL, BODY "/system absent", "" },
		{ CALLING(""), CALLS_AND(ONE_ARGUMENT, BOTH), HI, WELL,
		  BODY "/messages absent", "" },
		{ ASK("\"tools\":[" TOOL("n") "]," TURN),
		  SENT("\"tools\":[" FUNCTION("n") "]," TURN), HI, WELL,
		  BODY "/tools absent", "" },
		/* The others. */
		{ ASK("\"system\":\"be good\"," TURN), SENT(TURN), HI, WELL,
		  BODY "/system present", "translation-lost:system" },
		{ ASK("\"system\":\"be good\"," TURN),
		  SENT("\"messages\":[{\"role\":\"user\",\"content\":\"hello "
		       "you\"},{\"role\":\"system\",\"content\":\"be good\"}]"),
		  HI, WELL, BODY "/system present",
		  "translation-moved:system" },
		{ ASK("\"system\":\"x-anthropic-billing-header: c=1;\"," TURN),
		  SENT("\"messages\":[{\"role\":\"system\",\"content\":"
		       "\"x-anthropic-billing-header: c=1;\"},{\"role\":"
		       "\"user\",\"content\":\"hello you\"}]"),
		  HI, WELL, BODY "/system absent",
		  "translation-leaks:billing-line" },
		{ ASK(TURN),
		  SENT("\"messages\":[{\"role\":\"system\",\"content\":"
		       "\"request 1\"},{\"role\":\"user\",\"content\":\"hello "
		       "you\"}]"),
		  HI, WELL, BODY "/system absent", "translation-added:system" },
		{ CALLING(""), CALLS_AND("{}", BOTH), HI, WELL,
		  BODY "/messages/1/content/0/input/a == 1",
		  "translation-lost:tool-inputs" },
		{ CALLING(""), CALLS_AND("{\\\"a\\\":3}", BOTH), HI, WELL,
		  BODY "/messages/1/content/0/input/a == 1",
		  "translation-changed:tool-inputs" },
		{ CALLING(""),
		  CALLS_AND(ONE_ARGUMENT,
			    RESULT("x2", "first") RESULT("x1", "second")),
		  HI, WELL, BODY "/messages/2/content/0/tool_use_id == \"x1\"",
		  "translation-changed:tool-results" },
		/* Results in the other order, each with its own call. */
		{ CALLING(""),
		  CALLS_AND(ONE_ARGUMENT,
			    RESULT("x2", "second") RESULT("x1", "first")),
		  HI, WELL, BODY "/messages/2/content/0/tool_use_id == \"x1\"",
		  "" },
		{ CALLING(""), CALLS_AND(ONE_ARGUMENT, RESULT("x1", "first")),
		  HI, WELL, BODY "/messages/2/content/1/type present",
		  "translation-lost:tool-results" },
		{ CALLING("," WORDS("and now")), CALLS_AND(ONE_ARGUMENT, BOTH),
		  HI, WELL, BODY "/messages ~ \"now\"",
		  "translation-lost:texts" },
		/* Messages of the role system stay where they are. */
		{ ASK(LATE), SENT(TURN), HI, WELL,
		  BODY "/messages/1/content/0/text == \"be late\"",
		  "translation-lost:late-system" },
		{ ASK(LATE),
		  SENT("\"messages\":[{\"role\":\"system\",\"content\":"
		       "\"be late\"},{\"role\":\"user\",\"content\":"
		       "\"hello you\"}]"),
		  HI, WELL, BODY "/messages/1/content/0/text == \"be late\"",
		  "translation-moved:late-system" },
		/* Names that the vendor accepts must stay; another name may
		 * become any valid one. */
		{ CALLING(""), CALLS_OF("m", BOTH), HI, WELL,
		  BODY "/messages/1/content/0/name == \"n\"",
		  "translation-changed:tool-names" },
		{ ASK("\"tools\":[" TOOL("a.b") "]," NAMED("a.b")),
		  SENT("\"tools\":[" FUNCTION("a_b") "]," NAMED_CALL("a_b")),
		  HI, WELL, BODY "/messages/1/content/0/id == \"x\"", "" },
		{ ASK("\"tools\":[" TOOL("a.b") "]," NAMED("a.b")),
		  SENT("\"tools\":[" FUNCTION("a_b") "]," NAMED_CALL("c_d")),
		  HI, WELL, BODY "/messages/1/content/0/name == \"a_b\"",
		  "translation-changed:tool-names" },
		{ ASK(NAMED("a.b")), SENT(NAMED_CALL("c_d")), HI, WELL,
		  BODY "/messages/1/content/0/id == \"x\"", "" },
		/* Calls that are gone took their results with them. */
		{ CALLING(""),
		  SENT("\"messages\":[{\"role\":\"user\",\"content\":\"do\"},"
		       "{\"role\":\"assistant\",\"content\":null,"
		       "\"tool_calls\":[" CALLED(
			       "x1", "n",
			       ONE_ARGUMENT) "]}" RESULT("x1", "first") "]"),
		  HI, WELL, BODY "/messages/1/content/1/id present",
		  "translation-lost:history" },
		/* What stands in a result. */
		{ RESULTS(REFERENCE("Grep") "," WORDS("done")),
		  GOT_RESULT("done"), HI, WELL, BODY "/messages ~ \"Grep\"",
		  "translation-lost:tool-references" },
		{ RESULTS(REFERENCE("Grep") "," WORDS("done")),
		  GOT_RESULT("Grep done"), HI, WELL, BODY "/messages ~ \"x\"",
		  "" },
		{ RESULTS(WORDS("done") "," SHOWN("image")), GOT_RESULT("done"),
		  HI, WELL, BODY "/messages ~ \"image\"",
		  "translation-lost:images" },
		{ RESULTS(WORDS("one") "," WORDS("done")), GOT_RESULT("one"),
		  HI, WELL, BODY "/messages ~ \"done\"",
		  "translation-lost:tool-results" },
		/* A picture, as letters. */
		{ PICTURE("image"),
		  SENT("\"messages\":[{\"role\":\"user\",\"content\":"
		       "\"aGVsbG8= hello you\"}]"),
		  HI, WELL, BODY "/messages/0/content/0/type == \"image\"",
		  "translation-changed:images" },
		{ PICTURE("document"),
		  SENT("\"messages\":[{\"role\":\"user\",\"content\":"
		       "\"aGVsbG8= hello you\"}]"),
		  HI, WELL, BODY "/messages/0/content/0/type == \"x\"", "" },
		{ PICTURE("image"), SENT(TURN), HI, WELL,
		  BODY "/messages/0/content/0/type == \"image\"",
		  "translation-lost:images" },
		{ PICTURE("document"), SENT(TURN), HI, WELL,
		  BODY "/messages/0/content/0/type == \"document\"",
		  "translation-lost:documents" },
		{ ASK("\"tools\":[" TOOL("n") "," TOOL("m") "]," TURN),
		  SENT("\"tools\":[" FUNCTION("n") "]," TURN), HI, WELL,
		  BODY "/tools/1/name == \"m\"", "translation-lost:tools" },
		{ ASK("\"tools\":[" TOOL("n") "," TOOL("m") "]," TURN),
		  SENT("\"tools\":[" FUNCTION("m") "," FUNCTION("n") "]," TURN),
		  HI, WELL, BODY "/tools/1/name == \"m\"",
		  "translation-moved:tools" },
		{ ASK("\"tools\":[" TOOL("n") "]," TURN),
		  SENT("\"tools\":[" FUNCTION_OF(
			  "n",
			  "{\"type\":\"object\",\"properties\":{}}") "]," TURN),
		  HI, WELL, BODY "/tools/0/input_schema/properties/a present",
		  "translation-lost:schemas" },
		{ ASK("\"tools\":[{\"type\":\"web_search_20250305\",\"name\":"
		      "\"web_search\"}]," TURN),
		  SENT(TURN), HI, WELL, "u1.request.body has \"web_search\"",
		  "translation-lost:server-tools" },
		{ ASK("\"temperature\":0.5," TURN), SENT(TURN), HI, WELL,
		  BODY "/temperature == 0.5", "translation-lost:temperature" },
		{ ASK("\"temperature\":0.5," TURN),
		  SENT("\"temperature\":1," TURN), HI, WELL,
		  BODY "/temperature == 0.5",
		  "translation-changed:temperature" },
		{ ASK("\"output_config\":{\"effort\":\"low\"}," TURN),
		  SENT("\"reasoning_effort\":\"high\"," TURN), HI, WELL,
		  BODY "/output_config/effort == \"low\"",
		  "translation-changed:effort" },
		{ ASK("\"output_config\":{\"effort\":\"max\"}," TURN),
		  SENT("\"reasoning_effort\":\"high\"," TURN), HI, WELL,
		  BODY "/output_config/effort == \"max\"", "" },
		{ ASK("\"tool_choice\":{\"type\":\"any\"},\"tools\":[" TOOL(
			  "n") "]," TURN),
		  SENT("\"tool_choice\":\"auto\",\"tools\":[" FUNCTION(
			  "n") "]," TURN),
		  HI, WELL, BODY "/tool_choice/type == \"any\"",
		  "translation-lost:tool-choice" },
		/* One text of its own, beside the client's. */
		{ ASK("\"system\":\"be good\"," TURN),
		  SENT("\"messages\":[{\"role\":\"system\",\"content\":"
		       "\"be good\"},{\"role\":\"system\",\"content\":"
		       "\"be mine\"},{\"role\":\"user\",\"content\":"
		       "\"hello you\"}]"),
		  HI, WELL, BODY "/system == 1", "translation-added:system" },
		{ ASK(LATE),
		  SENT("\"messages\":[{\"role\":\"system\",\"content\":"
		       "\"be late\"},{\"role\":\"user\",\"content\":"
		       "\"hello you\"}]"),
		  HI, WELL, BODY "/system absent",
		  "translation-moved:late-system" },
		/* A text came before the results of its turn. */
		{ CALLING("," WORDS("and now")),
		  CALLS_AND(
			  ONE_ARGUMENT,
			  ",{\"role\":\"user\",\"content\":\"and now\"}" BOTH),
		  HI, WELL, BODY "/messages/2/content/0/type == \"x\"",
		  "translation-moved:tool-results" },
		{ CALLING("," WORDS("and now")),
		  CALLS_AND(ONE_ARGUMENT, BOTH
			    ",{\"role\":\"user\",\"content\":\"and now\"}"),
		  HI, WELL, BODY "/messages/2/content/0/type == \"x\"", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		see(&rows[i], JSON_HEAD);
}

#define CHOICE(members) \
	ASK("\"tool_choice\":{" members "},\"tools\":[" TOOL("n") "]," TURN)
#define CHOSEN(members) SENT(members "\"tools\":[" FUNCTION("n") "]," TURN)
#define ONE_CALL_ONLY "\"disable_parallel_tool_use\":true"
#define EFFORT(level) ASK("\"output_config\":{\"effort\":\"" level "\"}," TURN)
#define REASONING(level) SENT("\"reasoning_effort\":\"" level "\"," TURN)
#define THINKING(members) ASK("\"thinking\":{" members "}," TURN)
#define FORMAT \
	ASK("\"output_config\":{\"format\":{\"type\":\"json_schema\"," \
	    "\"schema\":{}}}," TURN)

/* Options for the answer. */
static void t_options(void **state)
{
	static const struct {
		const char *sent, *got, *pointer, *id;
	} rows[] = {
		{ ASK(TURN),
		  "{\"model\":\"m\",\"max_completion_tokens\":8," TURN "}",
		  "/max_tokens", "" },
		{ ASK(TURN),
		  "{\"model\":\"m\",\"max_completion_tokens\":10," TURN "}",
		  "/max_tokens", "translation-changed:max_tokens" },
		{ ASK(TURN), "{\"model\":\"m\"," TURN "}", "/max_tokens",
		  "translation-lost:max_tokens" },
		{ ASK("\"top_p\":0.5," TURN), SENT("\"top_p\":0.50," TURN),
		  "/top_p", "" },
		{ ASK("\"top_p\":0.5," TURN), SENT("\"top_p\":0.6," TURN),
		  "/top_p", "translation-changed:top_p" },
		{ ASK("\"top_p\":0.5," TURN), SENT(TURN), "/top_p",
		  "translation-lost:top_p" },
		{ ASK("\"stop_sequences\":[\"a\"]," TURN),
		  SENT("\"stop\":[\"a\"]," TURN), "/stop_sequences", "" },
		{ ASK("\"stop_sequences\":[\"a\"]," TURN), SENT(TURN),
		  "/stop_sequences", "translation-lost:stop_sequences" },
		{ ASK("\"tools\":[" TOOL("n") "]," TURN),
		  SENT("\"tools\":[{\"type\":\"function\",\"function\":{"
		       "\"name\":\"n\",\"parameters\":" SCHEMA "}}]," TURN),
		  "/tools/0/description", "translation-lost:descriptions" },
		{ ASK("\"tools\":[{\"type\":\"web_search_20250305\",\"name\":"
		      "\"web_search\"}]," TURN),
		  SENT("\"web_search_options\":{}," TURN), "/tools", "" },
		{ CHOICE("\"type\":\"auto\""), CHOSEN(""), "/tool_choice", "" },
		{ CHOICE("\"type\":\"any\""),
		  CHOSEN("\"tool_choice\":\"required\","), "/tool_choice", "" },
		{ CHOICE("\"type\":\"any\"," ONE_CALL_ONLY),
		  CHOSEN("\"tool_choice\":\"required\","), "/tool_choice",
		  "translation-lost:one-call" },
		{ CHOICE("\"type\":\"any\"," ONE_CALL_ONLY),
		  CHOSEN("\"tool_choice\":\"required\","
			 "\"parallel_tool_calls\":false,"),
		  "/tool_choice", "" },
		{ EFFORT("low"), REASONING("low"), "/output_config", "" },
		{ EFFORT("low"), SENT(TURN), "/output_config",
		  "translation-lost:effort" },
		{ EFFORT("high"), REASONING("xhigh"), "/output_config",
		  "translation-changed:effort" },
		{ EFFORT("xhigh"), REASONING("high"), "/output_config", "" },
		{ EFFORT("max"), REASONING("low"), "/output_config",
		  "translation-changed:effort" },
		{ ASK("\"thinking\":{\"type\":\"disabled\"},\"output_config\":{"
		      "\"effort\":\"low\"}," TURN),
		  SENT(TURN), "/output_config", "" },
		{ THINKING("\"type\":\"enabled\",\"budget_tokens\":1024"),
		  REASONING("high"), "/output_config",
		  "translation-changed:effort" },
		{ THINKING("\"type\":\"enabled\",\"budget_tokens\":1024"),
		  REASONING("medium"), "/output_config", "" },
		{ THINKING("\"type\":\"enabled\",\"budget_tokens\":31999"),
		  REASONING("high"), "/output_config", "" },
		{ FORMAT, SENT(TURN), "/output_config",
		  "translation-lost:format" },
		{ FORMAT,
		  SENT("\"response_format\":{\"type\":\"json_object\"}," TURN),
		  "/output_config", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char expect[64];
		struct translated_row row = { rows[i].sent, rows[i].got,
					      HI,           WELL,
					      expect,       rows[i].id };

		snprintf(expect, sizeof(expect), BODY "%s == 1",
			 rows[i].pointer);
		see(&row, JSON_HEAD);
	}
}

#define ASKED ASK("\"tools\":[" TOOL("n") "]," TURN)
#define GOT SENT("\"tools\":[" FUNCTION("n") "]," TURN)
#define ONE_CALL \
	SAYS("\"content\":null,\"tool_calls\":[" CALLED("x1", "n", \
							ONE_ARGUMENT) "]", \
	     "tool_calls")
#define TWO_CALLS \
	SAYS("\"content\":null,\"tool_calls\":[" CALLED( \
		     "x1", "n", ONE_ARGUMENT) "," CALLED("x2", "n", \
							 ONE_ARGUMENT) "]", \
	     "tool_calls")

static void t_answers(void **state)
{
	static const struct translated_row rows[] = {
		{ ASKED, GOT, HI, WELL, "c1.text == \"ho\"", "" },
		{ ASKED, GOT, ONE_CALL,
		  TELLS(CALL("t", "n", "{\"a\":1}"), "tool_use"),
		  "c1.finish == \"x\"", "" },
		{ ASKED, GOT, SAYS("\"content\":\"hi there\"", "stop"), WELL,
		  "c1.text == \"hi there\"", "answer-lost:texts" },
		{ ASKED, GOT, ONE_CALL, TELLS(CALL("t", "n", "{}"), "tool_use"),
		  "c1.tool_input[0]#/a == 1", "answer-lost:inputs" },
		{ ASKED, GOT, ONE_CALL,
		  TELLS(CALL("t", "n", "{\"a\":2}"), "tool_use"),
		  "c1.tool_input[0]#/a == 1", "answer-told-otherwise:inputs" },
		{ ASKED, GOT, ONE_CALL,
		  TELLS(CALL("t", "other", "{\"a\":1}"), "tool_use"),
		  "c1.tool_name[0] == \"n\"", "answer-told-otherwise:names" },
		{ ASKED, GOT, TWO_CALLS,
		  TELLS(CALL("t", "n", "{\"a\":1}"), "tool_use"),
		  "c1.tool_input[1]#/a == 1", "answer-lost:calls" },
		{ ASKED, GOT, TWO_CALLS,
		  TELLS(CALL("t", "n", "{\"a\":1}") "," CALL("t", "n",
							     "{\"a\":1}"),
			"tool_use"),
		  "c1.tool_id[0] != \"t\"", "answer-told-otherwise:call-ids" },
		{ ASKED, GOT, ONE_CALL,
		  TELLS(CALL("t", "n", "{\"a\":1}"), "end_turn"),
		  "c1.finish == \"tool_use\"",
		  "answer-told-otherwise:stop_reason" },
		{ ASKED, GOT,
		  SAYS("\"content\":null,\"tool_calls\":[" CALLED(
			       "x1", "n", ONE_ARGUMENT) "]",
		       "stop"),
		  TELLS(CALL("t", "n", "{\"a\":1}"), "end_turn"),
		  "c1.finish == \"tool_use\"",
		  "answer-told-otherwise:stop_reason" },
		{ ASKED, GOT, SAYS("\"content\":\"hi\"", "eos"),
		  TELLS(WORDS("hi"), "eos"), "c1.finish == \"end_turn\"",
		  "answer-told-otherwise:stop_reason" },
		{ ASKED, GOT, SAYS("\"content\":\"hi\"", "eos"), WELL,
		  "c1.finish == \"x\"", "" },
		{ ASKED, GOT, SAYS("\"content\":\"hi\"", "stop"),
		  TELLS(WORDS("hi there"), "end_turn"), "c1.text == \"hi\"",
		  "answer-told-otherwise:texts" },
		{ ASKED, GOT,
		  SAYS("\"reasoning_content\":\"well\",\"content\":\"hi\"",
		       "stop"),
		  TELLS("{\"type\":\"thinking\",\"thinking\":\"no\","
			"\"signature\":\"abc\"}," WORDS("hi"),
			"end_turn"),
		  "c1.thinking == \"well\"", "answer-told-otherwise:thoughts" },
		{ ASKED, GOT,
		  SAYS("\"reasoning_content\":\"well\",\"content\":\"hi\"",
		       "stop"),
		  TELLS("{\"type\":\"thinking\",\"thinking\":\"well\","
			"\"signature\":\"\"}," WORDS("hi"),
			"end_turn"),
		  "c1.signature[0] == \"x\"", "answer-lost:signatures" },
		{ ASKED, GOT, ONE_CALL,
		  TELLS(CALL("", "n", "{\"a\":1}"), "tool_use"),
		  "c1.tool_id[0] != \"\"", "answer-lost:call-ids" },
		{ ASKED, GOT, ONE_CALL,
		  TELLS(CALL("t", "n", "{\"a\":1}") "," CALL("s", "n",
							     "{\"a\":1}"),
			"tool_use"),
		  "c1.tool_id[1] absent", "answer-told-otherwise:calls" },
		{ ASKED, GOT, HI,
		  "{\"id\":\"\",\"type\":\"message\",\"role\":\"assistant\","
		  "\"model\":\"m\",\"content\":[" WORDS(
			  "hi") "],"
				"\"stop_reason\":\"end_turn\",\"stop_"
				"sequence\":null,"
				"\"usage\":" TOLD "}",
		  "c1.body#/id != \"\"", "answer-lost:id" },
		/* Input tokens may differ by half. */
		{ ASKED, GOT, HI,
		  MESSAGE(WORDS("hi"), "end_turn",
			  "{\"input_tokens\":4,\"output_tokens\":2}"),
		  "c1.body#/usage/input_tokens == 9", "" },
		{ ASKED, GOT, HI,
		  MESSAGE(WORDS("hi"), "end_turn",
			  "{\"input_tokens\":3,\"output_tokens\":2}"),
		  "c1.body#/usage/input_tokens == 9", "answer-lost:usage" },
		/* Tokens that are not told do not explain a text. */
		{ ASK("\"output_config\":{\"format\":{\"type\":"
		      "\"json_schema\",\"schema\":{}}}," TURN),
		  SENT(TURN), HI,
		  MESSAGE(WORDS("hi"), "end_turn",
			  "{\"input_tokens\":9,\"output_tokens\":0}"),
		  "c1.text ~ \"title\"", "translation-lost:format" },
		{ ASKED, GOT,
		  SAYS("\"reasoning_content\":\"well\",\"content\":\"hi\"",
		       "stop"),
		  TELLS(WORDS("wellhi"), "end_turn"), "c1.text == \"hi\"",
		  "answer-told-otherwise:thoughts-as-text" },
		{ ASKED, GOT, HI,
		  MESSAGE(WORDS("hi"), "end_turn",
			  "{\"input_tokens\":9,\"output_tokens\":0}"),
		  "c1.body#/usage/output_tokens == 2", "answer-lost:usage" },
		{ ASKED, GOT,
		  COMPLETION("\"content\":\"hi\"", "stop",
			     "{\"prompt_tokens\":9,\"completion_tokens\":2,"
			     "\"prompt_tokens_details\":{\"cached_tokens\":4}"
			     "}"),
		  WELL, "c1.body#/usage/cache_read_input_tokens == 4",
		  "answer-lost:cached-tokens" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		see(&rows[i], JSON_HEAD);
}

#define REFUSES(type, code, param, message) \
	"{\"error\":{\"message\":\"" message "\",\"type\":\"" type \
	"\",\"param\":" param ",\"code\":" code "}}"
#define REFUSED(message) \
	"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"," \
	"\"message\":\"" message "\"}}"
#define BAD "HTTP/1.1 400 Bad Request\ncontent-type: application/json\n\n"

static void t_refusals(void **state)
{
	static const struct translated_row rows[] = {
		{ ASKED, GOT,
		  REFUSES("invalid_request_error", "\"unknown_parameter\"",
			  "\"top_k\"", "Unknown parameter: 'top_k'."),
		  REFUSED("Unknown parameter: 'top_k'."), "c1.status == 200",
		  "translation-leaks:top_k" },
		{ ASKED, GOT,
		  REFUSES("invalid_request_error", "null",
			  "\"messages[12].content\"", "it is null"),
		  REFUSED("it is null"), "c1.status == 200",
		  "translation-refused:messages[*].content" },
		{ ASKED, GOT,
		  REFUSES("invalid_request_error", "\"a_code\"", "null",
			  "it is null"),
		  REFUSED("it is null"), "c1.status == 200",
		  "translation-refused:a_code" },
		{ ASKED, GOT,
		  REFUSES("invalid_request_error", "null", "null",
			  "it is null"),
		  REFUSED("it is null"), "c1.status == 200",
		  "translation-refused:request" },
		{ ASKED, GOT,
		  REFUSES("invalid_request_error", "null", "\"12.x\"",
			  "it is null"),
		  REFUSED("it is null"), "c1.status == 200",
		  "translation-refused:*.x" },
		{ ASKED, GOT,
		  REFUSES("invalid_request_error", "null",
			  "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
			  "it is null"),
		  REFUSED("it is null"), "c1.status == 200",
		  "translation-refused:"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
		{ ASKED, GOT,
		  REFUSES("invalid_request_error", "null", "\"tools\"",
			  "Invalid schema for function 'n'"),
		  REFUSED("no"), "c1.status == 200",
		  "translation-refused:schemas" },
		{ ASKED, GOT,
		  REFUSES("invalid_request_error", "null", "\"messages\"",
			  "it must be a response to a preceding message"),
		  REFUSED("no"), "c1.status == 200",
		  "translation-refused:results-without-calls" },
		/* What is lost explains what is refused because of it. */
		{ CALLING(""), CALLS_AND(ONE_ARGUMENT, RESULT("x1", "first")),
		  REFUSES("invalid_request_error", "null", "\"messages\"",
			  "must be followed by tool messages"),
		  REFUSED("must be followed by tool messages"),
		  "c1.status == 200", "translation-lost:tool-results" },
		{ ASKED, GOT,
		  REFUSES("x", "null", "null", "words of the provider"),
		  REFUSED("my own"), "c1.body has \"words\"",
		  "error-replaced:invalid_request_error" },
		{ ASKED, GOT,
		  REFUSES("x", "null", "null", "words of the provider"),
		  REFUSES("x", "null", "null", "words of the provider"),
		  "c1.body#/type == \"error\"", "error-reshaped:json" },
		{ ASKED, GOT,
		  REFUSES("x", "\"context_length_exceeded\"", "null",
			  "maximum context length is 9"),
		  REFUSED("maximum context length is 9"),
		  "c1.body has \"prompt is too long\"",
		  "answer-told-otherwise:overflow" },
		{ ASKED, GOT,
		  REFUSES("x", "\"context_length_exceeded\"", "null",
			  "maximum context length is 9"),
		  REFUSED("prompt is too long: maximum context length is 9"),
		  "c1.body has \"x\"", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		see(&rows[i], BAD);
}

/* ---- streams ---- */

#define CHUNK(members) "data: {\"id\":\"x\",\"model\":\"m\"," members "}\n\n"
#define SAID_HI \
	CHUNK("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]")
#define BROKE(code, message) \
	CHUNK("\"error\":{\"message\":\"" message \
	      "\",\"type\":\"t\",\"code\":" code "}")
#define BEGINS \
	EVENT("message_start", \
	      "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\"," \
	      "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\"," \
	      "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null," \
	      "\"usage\":" TOLD "}}") \
	EVENT("content_block_start", \
	      "{\"type\":\"content_block_start\",\"index\":0," \
	      "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}") \
	DELTA("0", "text_delta", "text", "hi")
#define BREAKS(message) \
	EVENT("error", \
	      "{\"type\":\"error\",\"error\":{\"type\":\"api_error\"," \
	      "\"message\":\"" message "\"}}")
#define STOPS \
	CLOSE("0") \
	EVENT("message_delta", \
	      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":" \
	      "\"end_turn\",\"stop_sequence\":null},\"usage\":{" \
	      "\"output_tokens\":2}}") \
	STOP

/* Errors inside a stream. */
static void t_broken_streams(void **state)
{
	static const struct translated_row rows[] = {
		{ ASKED, GOT, SAID_HI BROKE("null", "it broke"),
		  BEGINS BREAKS("it broke"), "c1.text == \"ho\"", "" },
		{ ASKED, GOT, SAID_HI BROKE("null", "it broke"),
		  BEGINS BREAKS("alas, it broke there"),
		  "c1.event[error]#/error/message == \"it broke\"", "" },
		{ ASKED, GOT, SAID_HI BROKE("null", "it broke"), BEGINS STOPS,
		  "c1.event[error] present", "answer-lost:errors" },
		{ ASKED, GOT, SAID_HI BROKE("null", "it broke"),
		  BEGINS BREAKS("something else"),
		  "c1.event[error]#/error/message == \"it broke\"",
		  "answer-told-otherwise:error-words" },
		{ ASKED, GOT, SAID_HI BROKE("null", ""),
		  BEGINS BREAKS("something else"), "c1.text == \"ho\"", "" },
		{ ASKED, GOT,
		  SAID_HI BROKE("\"context_length_exceeded\"",
				"maximum context length is 9"),
		  BEGINS BREAKS("maximum context length is 9"),
		  "c1.event[error]#/error/message ~ \"too long\"",
		  "answer-told-otherwise:overflow" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		see(&rows[i], STREAM_HEAD);
}

/* Fields and statuses of errors. */
static void t_errors(void **state)
{
	static const char limited[] = "HTTP/1.1 429 Slow\nretry-after: 7\n\n";
	static const struct {
		const char *was_head, *was, *is_head, *is, *told;
	} rows[] = {
		{ limited, REFUSES("x", "null", "null", "slow"), limited,
		  REFUSED("slow"), "" },
		{ limited, REFUSES("x", "null", "null", "slow"),
		  "HTTP/1.1 429 Slow\n\n", REFUSED("slow"),
		  "answer-field-dropped:retry-after | drops the provider's "
		  "field retry-after: 1 of 1 answers | 7 > -\n" },
		{ JSON_HEAD, HI, BAD, REFUSED("my own"),
		  "answer-replaced:error | answers with a body of its own: an "
		  "error, \"my own\": 1 of 1 answers | "
		  "/v1/messages?beta=true > {\"type\":\"error\",\"error\":{"
		  "\"type\":\"invalid_request_error\",\"message\":\"my own\"}}"
		  "\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		void *inner = NULL;
		struct bench *b;

		set_up(&inner);
		b = inner;
		put_both(b, TO_CHAT, ASKED, CHAT, GOT);
		put_answer(b, "u1", rows[i].was_head, rows[i].was);
		put_answer(b, "c1", rows[i].is_head, rows[i].is);
		end_run(b, "a/b", NULL);
		assert_told(b, rows[i].told);
		tear_down(&inner);
	}
}

/* ---- more than one request ---- */

static void put_nth(struct bench *b, unsigned n, const char *sent,
		    const char *got)
{
	char c[8], u[8];

	snprintf(c, sizeof(c), "c%u", n);
	snprintf(u, sizeof(u), "u%u", n);
	put_request(&b->log, c, 1, TO_CHAT);
	put_body(b, c, 1, sent);
	put_request(&b->log, u, 1, CHAT);
	put_body(b, u, 1, got);
	put_answer(b, u, JSON_HEAD, HI);
	put_answer(b, c, JSON_HEAD, WELL);
}

static void t_another_way_each_time(void **state)
{
	struct bench *b = *state;

	put_nth(b, 1, CALLING(""), CALLS_AND(ONE_ARGUMENT, BOTH));
	put_nth(b, 2, CALLING(""),
		CALLS_AND(ONE_ARGUMENT,
			  RESULT("x1", "first") RESULT("x2", "second ")));
	end_run(b, "a/fail", "u2.asked#/messages/2 == 1");
	explains(b, "translation-unstable:turns");
}

#define PROMPTED(text) \
	SENT("\"messages\":[{\"role\":\"system\",\"content\":\"" text \
	     "\"},{\"role\":\"user\",\"content\":\"hello you\"}]")

static void t_another_prompt_each_time(void **state)
{
	struct bench *b = *state;
	const struct cause *c;

	put_nth(b, 1, ASK("\"system\":\"be kind\"," TURN), PROMPTED("be kind"));
	put_nth(b, 2, ASK("\"system\":\"be kind\"," TURN),
		PROMPTED("be kind "));
	end_run(b, "a/fail", "u2.asked#/system == 1");
	c = explains(b, "translation-unstable:system");
	assert_non_null(strstr(c->headline,
			       "translates the system prompt in another way"));
}

static void t_the_same_each_time(void **state)
{
	struct bench *b = *state;

	for (unsigned n = 1; n <= 2; n++)
		put_nth(b, n, ASK("\"system\":\"be kind\"," TURN),
			PROMPTED("be kind"));
	end_run(b, "a/fail", "u2.asked#/system == 1");
	assert_null(settled(b, "translation-unstable:system"));
	assert_null(settled(b, "translation-unstable:tools"));
	assert_null(settled(b, "translation-unstable:turns"));
}

static void put_count(struct bench *b, unsigned n, const char *sent,
		      const char *tokens)
{
	char c[8];

	snprintf(c, sizeof(c), "c%u", n);
	put_request(&b->log, c, 1,
		    "POST /v1/messages/count_tokens HTTP/1.1\n"
		    "x-api-key: " KEY "\n\n");
	put_body(b, c, 1, sent);
	put_answer(b, c, JSON_HEAD, tokens);
}

/* Whose tokens were left out; NULL: nobody's. */
static void see_counts(const char *one, const char *tokens, const char *two,
		       const char *more, const char *whose)
{
	void *state = NULL;
	struct bench *b;

	set_up(&state);
	b = state;
	causes_set_translates(b->causes);
	put_count(b, 1, one, tokens);
	put_count(b, 2, two, more);
	end_run(b, "a/fail", "c2.body#/input_tokens > 100");
	if (whose)
		assert_non_null(strstr(
			explains(b, "count-lost:parts")->headline, whose));
	else
		assert_null(settled(b, "count-lost:parts"));
	tear_down(&state);
}

#define X32 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG X32 X32 X32 X32 X32 X32 X32 X32 X32 X32 X32 X32 X32 X32 X32 X32

#define NONE "{\"messages\":[]}"
#define IS(tokens) "{\"input_tokens\":" tokens "}"
#define X126 X32 X32 X32 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define SAYING(text) "{\"messages\":[\"" text "\"]}"
#define WITH_SYSTEM "{\"system\":\"" LONG LONG "\",\"messages\":[]}"

/* How many more tokens there should be for more bytes, and of what. */
static void t_more_counts(void **state)
{
	static const char image[] =
		"{\"messages\":[{\"type\":\"image\",\"a\":\"" LONG "\"}]}";

	(void)state;
	/* 128 more bytes may be no token more. */
	see_counts(NONE, IS("7"), SAYING(X126), IS("7"), NULL);
	see_counts(NONE, IS("7"), SAYING(X126 "x"), IS("39"), NULL);
	see_counts(NONE, IS("7"), SAYING(X126 "x"), IS("38"), "messages");
	see_counts(NONE, IS("7"), WITH_SYSTEM, IS("70"), "system");
	see_counts(NONE, IS("7"), WITH_SYSTEM, IS("71"), NULL);
	see_counts(NONE, IS("7"), image, IS("7"), "images");
	see_counts(NONE, IS("7"), "{\"tools\":[\"" LONG "\"],\"messages\":[]}",
		   IS("7"), "tools");
	see_counts("no", IS("7"), SAYING(LONG), IS("7"), NULL);
	see_counts(NONE, IS("7"), "no " LONG, IS("7"), NULL);
	see_counts(NONE, "{}", SAYING(LONG), IS("7"), NULL);
	see_counts(NONE, IS("7"), SAYING(LONG), "{}", NULL);
	see_counts(NONE, IS("1.5"), SAYING(LONG), IS("7"), NULL);
	see_counts(NONE, IS("7"), SAYING(LONG), IS("1.5"), NULL);
	see_counts(NONE, IS("7"), NONE, IS("7"), NULL);
}

static void t_counts_twice(void **state)
{
	struct bench *b = *state;

	causes_set_translates(b->causes);
	put_count(b, 1, "{\"messages\":[]}", "{\"input_tokens\":7}");
	put_count(b, 2, "{\"messages\":[]}", "{\"input_tokens\":8}");
	end_run(b, "a/fail", "c2.body#/input_tokens == 7");
	explains(b, "count-unstable:twice");
}

static void t_elsewhere(void **state)
{
	struct bench *b = *state;

	causes_set_translates(b->causes);
	put_both(b, TO_CHAT, ASKED,
		 "POST /v1/completions?x=1 HTTP/1.1\nauthorization: "
		 "Bearer " UPSTREAM "\n\n",
		 "{}");
	put_answer(b, "u1", BAD, "{}");
	put_answer(b, "c1", BAD, REFUSED("no"));
	end_run(b, "a/fail", "c1.status == 200");
	explains(b, "other-api:/v1/completions");
}

/* ---- thoughts ---- */

#define RESPONSES \
	"POST /v1/responses HTTP/1.1\nauthorization: Bearer " UPSTREAM "\n\n"
#define SIGNED(signature) \
	"{\"type\":\"thinking\",\"thinking\":\"h\",\"signature\":\"" signature \
	"\"}"

/* A second turn after one whose thought the provider had encrypted as "gA". */
static void see_thought(const char *sent, const char *got, const char *id)
{
	static const char *const heads[] = { TO_CHAT, RESPONSES };
	const char *bodies[] = { ASK(TURN), "{\"input\":\"hello you\"}", sent,
				 got };
	static const char *const actors[] = { "c1", "u1", "c2", "u2" };
	void *state = NULL;
	struct bench *b;

	set_up(&state);
	b = state;
	for (size_t i = 0; i < 4; i++) {
		put_request(&b->log, actors[i], 1, heads[i % 2]);
		put_body(b, actors[i], 1, bodies[i]);
		if (i % 2 == 0)
			continue;
		put_answer(b, actors[i], JSON_HEAD,
			   "{\"status\":\"completed\",\"output\":[{\"type\":"
			   "\"reasoning\",\"id\":\"rs_1\",\"summary\":[],"
			   "\"encrypted_content\":\"gA\"}]}");
		put_answer(b, actors[i - 1], JSON_HEAD,
			   TELLS(SIGNED("mine"), "end_turn"));
	}
	end_run(b, "a/fail", "u2.asked#/messages ~ \"gA\"");
	if (id)
		explains(b, id);
	else
		assert_null(settled(b, "translation-lost:thoughts"));
	tear_down(&state);
}

static void t_thoughts(void **state)
{
#define AGAIN(content) \
	ASK("\"messages\":[{\"role\":\"user\",\"content\":\"hello you\"},{" \
	    "\"role\":\"assistant\",\"content\":[" content "]}]")
#define INPUT(items) \
	"{\"model\":\"m\",\"max_output_tokens\":9,\"input\":[{\"role\":" \
	"\"user\",\"content\":\"hello you\"}," items \
	"{\"role\":\"assistant\",\"content\":\"a\"}]}"
	(void)state;
	see_thought(AGAIN(SIGNED("mine") "," WORDS("a")), INPUT(""),
		    "translation-lost:thoughts");
	see_thought(AGAIN(SIGNED("mine") "," WORDS("a")),
		    INPUT("{\"type\":\"reasoning\",\"id\":\"rs_1\","
			  "\"summary\":[],\"encrypted_content\":\"gA\"},"),
		    NULL);
	see_thought(AGAIN(WORDS("a")), INPUT(""), NULL);
}

/* What is refused by its name is not offered; it is no failing. */
static void t_not_translated(void **state)
{
	struct bench *b = *state;
	const struct cause *c;

	causes_set_translates(b->causes);
	put_request(&b->log, "c1", 1, TO_CHAT);
	put_body(b, "c1", 1, ASKED);
	put_answer(b, "c1", BAD, REFUSED("tools.3.type: not offered"));
	end_run(b, "a/pass", NULL);
	c = settled(b, "not-translated:400-tools.N.type");
	assert_non_null(c);
	assert_null(c->duty);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "translation: requests", t_requests, NULL, NULL, NULL },
		{ "translation: options", t_options, NULL, NULL, NULL },
		{ "translation: answers", t_answers, NULL, NULL, NULL },
		{ "translation: errors", t_errors, NULL, NULL, NULL },
		{ "translation: how many more tokens", t_more_counts, NULL,
		  NULL, NULL },
		{ "translation: refusals", t_refusals, NULL, NULL, NULL },
		{ "translation: errors inside streams", t_broken_streams, NULL,
		  NULL, NULL },
		{ "translation: another prompt each time",
		  t_another_prompt_each_time, set_up, tear_down, NULL },
		{ "translation: the same each time", t_the_same_each_time,
		  set_up, tear_down, NULL },
		{ "translation: another way each time", t_another_way_each_time,
		  set_up, tear_down, NULL },
		{ "translation: what is not offered", t_not_translated, set_up,
		  tear_down, NULL },
		{ "translation: another API", t_elsewhere, set_up, tear_down,
		  NULL },
		{ "translation: thoughts", t_thoughts, NULL, NULL, NULL },
		{ "translation: counts of the same request", t_counts_twice,
		  set_up, tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("translation", tests, NULL, NULL);
}
