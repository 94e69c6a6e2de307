/* mockupstream/say: a say as a response: its items, its events in order, how
 * calls come, how it ends and fails, what it tells of the request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/reply.h"
#include "mockupstream/say/say.h"

#define PATH "/v1/responses"

static void answer(const char *reply, const char *members, struct reply *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), body = BUF_INIT(8192);
	struct rules *rules = NULL;
	struct fail f = FAIL_INIT;
	struct json *j = NULL;

	buf_addf(&text, "{\"u1\":{\"reply\":%s}}", reply);
	if (json_parse(&j, "s", buf_span(&text), &f) < 0 ||
	    rules_read(&rules, j, j->root, ".", &f) < 0)
		fail_msg("%s: %s", reply, f.text);
	buf_addf(&body, "{\"model\":\"m\"%s,\"input\":\"four\"}", members);
	*out = (struct reply){ .status = 0 };
	assert_int_equal(say_answer(rules->list[0].replies[0].say,
				    span_of(PATH), buf_span(&body), 7, out),
			 0);
	rules_free(rules);
	json_free(j);
	buf_clear(&text);
	buf_clear(&body);
}

/* ---- a stream in short ---- */

static void add(struct buf *to, const char *front, struct jval object,
		const char *key)
{
	struct jval v = jscan_get(object, key);

	if (v.text.at)
		buf_addf(to, "%s%.*s", front, SPAN_ARG(v.text));
}

/* The status of a response, why, and its items in short. */
static void add_response(struct buf *to, struct jval response)
{
	struct jiter it = jscan_iter(jscan_get(response, "output"));
	struct jval item;

	add(to, " ", response, "status");
	add(to, " ", response, "incomplete_details");
	add(to, " ", response, "error");
	while (jscan_next(&it, NULL, &item)) {
		add(to, " ", item, "type");
		add(to, ":", item, "status");
	}
}

/* The name without "response.", where it belongs to, and what it says. */
static void add_event(struct buf *to, struct jval e, uint64_t number)
{
	static const char *const places[] = { "output_index", "summary_index",
					      "content_index" };
	static const char *const says[] = { "item",   "part",    "delta",
					    "text",   "refusal", "arguments",
					    "error",  "code",    "param",
					    "message" };
	struct buf type = BUF_INIT(100);
	struct span name;
	int64_t is = -1;

	assert_true(jscan_i64(jscan_get(e, "sequence_number"), &is));
	assert_int_equal(is, number);
	jscan_string(jscan_get(e, "type"), &type);
	name = buf_span(&type);
	if (span_starts(name, "response."))
		name = span_skip(name, 9);
	buf_addf(to, "%.*s", SPAN_ARG(name));
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		add(to, i == 0 ? " " : "/", e, places[i]);
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++)
		add(to, " ", e, says[i]);
	if (jscan_get(e, "response").text.at)
		add_response(to, jscan_get(e, "response"));
	buf_add_byte(to, '\n');
	buf_clear(&type);
}

/* An event's name stands twice. */
static void add_send(struct buf *to, struct span bytes, uint64_t *number)
{
	struct span line, name = SPAN_EMPTY;

	while (span_split(&bytes, '\n', &line)) {
		struct jval e;

		if (span_starts(line, "event: "))
			name = span_skip(line, 7);
		if (!span_starts(line, "data: "))
			continue;
		line = span_skip(line, 6);
		if (span_is(line, "[DONE]")) {
			buf_add_text(to, "[DONE]\n");
			continue;
		}
		assert_int_equal(jscan(line, &e, NULL), 0);
		add_event(to, e, (*number)++);
		assert_true(span_equal(
			name, span_skip(span_first(jscan_get(e, "type").text,
						   name.len + 1),
					1)));
	}
}

static void assert_stream(const char *reply, const char *members,
			  const char *wanted)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), all = BUF_INIT(4096);
	uint64_t number = 0;
	struct reply r;

	buf_addf(&all, ",\"stream\":true%s", members);
	answer(reply, buf_str(&all), &r);
	assert_int_equal(r.kind, REPLY_STREAM);
	for (size_t i = 0; i < r.script->count; i++)
		if (r.script->steps[i].op == SCRIPT_SEND)
			add_send(&text, r.script->steps[i].bytes, &number);
		else
			buf_addf(&text, "@%d\n", r.script->steps[i].op);
	if (strcmp(buf_str(&text), wanted) != 0)
		fail_msg("%s\n-- is\n%s-- not\n%s", reply, buf_str(&text),
			 wanted);
	buf_clear(&text);
	buf_clear(&all);
	reply_clear(&r);
}

#define BEGUN "created \"in_progress\"\nin_progress \"in_progress\"\n"
#define MESSAGE(n) "\"id\":\"msg_mock000000000007_" n "\",\"type\":\"message\""
#define MESSAGE_BEGUN(n) \
	"output_item.added " n \
	" {" MESSAGE(n) ",\"status\":\"in_progress\"," \
			"\"content\":[],\"role\":\"assistant\"}\n"
#define MESSAGE_DONE(n, status, parts) \
	"output_item.done " n " {" MESSAGE(n) ",\"status\":\"" status "\"," \
					      "\"content\":[" parts \
					      "],\"role\":\"assistant\"}\n"
#define TEXT(text) \
	"{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[]," \
	"\"text\":\"" text "\"}"
#define REFUSAL(text) "{\"type\":\"refusal\",\"refusal\":\"" text "\"}"
#define CALL(n, status, input, id, name) \
	"{\"id\":\"fc_mock000000000007_" n "\",\"type\":\"function_call\"," \
	"\"status\":\"" status "\",\"arguments\":\"" input \
	"\",\"call_id\":\"" id "\",\"name\":\"" name "\"}\n"

/* ---- texts and thoughts ---- */

static void t_texts(void **state)
{
	(void)state;
	assert_stream(
		"{\"say\":[{\"text\":\"ab\"},{\"text\":\"c\"},{\"refusal\":"
		"\"No\"}],\"form\":{\"piece\":1}}",
		"",
		BEGUN MESSAGE_BEGUN("0") "content_part.added 0/0 " TEXT(
			"") "\n"
			    "output_text.delta 0/0 \"a\"\n"
			    "output_text.delta 0/0 \"b\"\n"
			    "output_text.delta 0/0 \"c\"\n"
			    "output_text.done 0/0 \"abc\"\n"
			    "content_part.done 0/0 " TEXT(
				    "abc") "\n"
					   "content_part.added 0/1 " REFUSAL(
						   "") "\n"
						       "refusal.delta 0/1 "
						       "\"N\"\n"
						       "refusal.delta 0/1 "
						       "\"o\"\n"
						       "refusal.done 0/1 "
						       "\"No\"\n"
						       "content_part.done "
						       "0/1 " REFUSAL("No") "\n" MESSAGE_DONE(
							       "0", "completed",
							       TEXT("abc") "," REFUSAL(
								       "No")) "completed \"completed\" \"message\":\"completed\"\n");
}

#define THOUGHT(more) \
	"{\"id\":\"rs_mock000000000007_0\",\"type\":\"reasoning\"" more "}\n"
#define THOUGHT_BEGUN "output_item.added 0 " THOUGHT(",\"summary\":[]")
#define RAW_BEGUN \
	"output_item.added 0 " THOUGHT(",\"summary\":[],\"content\":[]")
#define SUMMARY(text) "{\"type\":\"summary_text\",\"text\":\"" text "\"}"
#define RAW(text) "{\"type\":\"reasoning_text\",\"text\":\"" text "\"}"

static void t_thoughts(void **state)
{
	(void)state;
	assert_stream(
		"{\"say\":[{\"thinking\":\"a\"},{\"hold\":\"h\"},{"
		"\"thinking\":"
		"\"b\",\"signature\":\"S\"}]}",
		"",
		BEGUN THOUGHT_BEGUN "reasoning_summary_part.added 0/0 " SUMMARY(
			"") "\n"
			    "reasoning_summary_text.delta 0/0 \"a\"\n"
			    "@2\n"
			    "reasoning_summary_text.done 0/0 \"a\"\n"
			    "reasoning_summary_part.done 0/0 " SUMMARY(
				    "a") "\n"
					 "reasoning_summary_part.added "
					 "0/1 " SUMMARY(
						 "") "\n"
						     "reasoning_summary_"
						     "text.delta 0/1 "
						     "\"b\"\n"
						     "reasoning_summary_"
						     "text.done 0/1 "
						     "\"b\"\n"
						     "reasoning_summary_"
						     "part.done "
						     "0/1 " SUMMARY(
							     "b") "\n"
								  "output"
								  "_item."
								  "done "
								  "0"
								  " " THOUGHT(
									  ",\"e"
									  "ncry"
									  "pted"
									  "_con"
									  "tent"
									  "\":"
									  "\"S"
									  "\","
									  "\"su"
									  "mmar"
									  "y\":"
									  "[" SUMMARY("a") "," SUMMARY(
										  "b") "]") "completed \"completed\" \"reasoning\"\n");
	assert_stream(
		"{\"say\":[{\"thinking\":\"a\"}],\"form\":{\"thinking\":"
		"\"reasoning\",\"encrypted\":\"never\",\"done\":true}}",
		"",
		BEGUN RAW_BEGUN "content_part.added 0/0 " RAW(
			"") "\n"
			    "reasoning_text.delta 0/0 \"a\"\n"
			    "reasoning_text.done 0/0 \"a\"\n"
			    "content_part.done 0/0 " RAW(
				    "a") "\n"
					 "output_item.done 0 " THOUGHT(
						 ",\"summary\":[],\"content\":"
						 "[" RAW("a") "]") "completed "
								   "\"completed"
								   "\" "
								   "\"reasoning"
								   "\"\n[DONE]"
								   "\n");
	/* What it thought is not told. */
	assert_stream("{\"say\":[{\"thinking\":\"\",\"signature\":\"S\"}],"
		      "\"form\":"
		      "{\"encrypted\":\"asked\"}}",
		      ",\"include\":[\"x\",\"reasoning.encrypted_content\"]",
		      BEGUN THOUGHT_BEGUN "output_item.done 0 " THOUGHT(
			      ",\"en"
			      "crypt"
			      "ed_"
			      "conte"
			      "nt\":"
			      "\"S\""
			      ",\"su"
			      "mmary"
			      "\":["
			      "]") "completed \"completed\" \"reasoning\"\n");
	assert_stream(
		"{\"say\":[{\"thinking\":\"\",\"signature\":\"S\"}],"
		"\"form\":"
		"{\"encrypted\":\"asked\"}}",
		",\"include\":[\"x\"]",
		BEGUN "output_item.added 0 " THOUGHT(
			",\"summary\":[]") "output_item.done 0 " THOUGHT(",\"su"
									 "mmary"
									 "\":["
									 "]") "completed \"completed\" "
									      "\"reasoning\"\n");
}

/* ---- calls ---- */

#define TWO \
	"\"say\":[{\"call\":\"f\",\"input\":\"{}\",\"id\":\"1\"}," \
	"{\"call\":\"g\",\"input\":\"[]\",\"id\":\"2\"}]"
#define ADDED_F "output_item.added 0 " CALL("0", "in_progress", "", "1", "f")
#define ADDED_G "output_item.added 1 " CALL("1", "in_progress", "", "2", "g")
#define DELTA(n, input) "function_call_arguments.delta " n " \"" input "\"\n"
#define DONE_F \
	"function_call_arguments.done 0 \"{}\"\n" \
	"output_item.done 0 " CALL("0", "completed", "{}", "1", "f")
#define DONE_G \
	"function_call_arguments.done 1 \"[]\"\n" \
	"output_item.done 1 " CALL("1", "completed", "[]", "2", "g")
#define CALLED \
	"completed \"completed\" \"function_call\":\"completed\"" \
	" \"function_call\":\"completed\"\n"

static void t_calls(void **state)
{
	static const char *const rows[][2] = {
		{ "\"piece\":1", BEGUN ADDED_F DELTA("0", "{") DELTA("0", "}")
					 DONE_F ADDED_G DELTA("1", "[") DELTA(
						 "1", "]") DONE_G CALLED },
		{ "\"calls\":\"whole\",\"piece\":1",
		  BEGUN ADDED_F DELTA("0", "{}") DONE_F ADDED_G DELTA("1", "[]")
			  DONE_G CALLED },
		{ "\"calls\":\"together\",\"piece\":2",
		  BEGUN ADDED_F ADDED_G DELTA("0", "{}") DELTA("1", "[]")
			  DONE_F DONE_G CALLED },
		{ "\"interleaved\":true,\"piece\":1",
		  BEGUN ADDED_F ADDED_G DELTA("0", "{") DELTA("1", "[") DELTA(
			  "0", "}") DELTA("1", "]") DONE_F DONE_G CALLED },
		{ "\"interleaved\":true,\"calls\":\"whole\"",
		  BEGUN ADDED_F ADDED_G DELTA("0", "{}") DELTA("1", "[]")
			  DONE_F DONE_G CALLED },
		{ "\"calls\":\"done\"",
		  BEGUN ADDED_F DONE_F ADDED_G DONE_G CALLED },
		{ "\"calls\":\"done\",\"interleaved\":true",
		  BEGUN ADDED_F ADDED_G DONE_F DONE_G CALLED },
		{ "\"calls\":\"added\"",
		  BEGUN "output_item.added 0 " CALL("0", "in_progress", "{}",
						    "1", "f") DONE_F
		  "output_item.added 1 " CALL("1", "in_progress", "[]", "2",
					      "g") DONE_G CALLED },
		{ "\"calls\":\"item\"", BEGUN ADDED_F
		  "output_item.done 0 " CALL("0", "completed", "{}", "1", "f")
			  ADDED_G "output_item.done 1 " CALL(
				  "1", "completed", "[]", "2", "g") CALLED },
	};
	struct buf reply = BUF_INIT(1024);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_addf(&reply, "{" TWO ",\"form\":{%s}}", rows[i][0]);
		assert_stream(buf_str(&reply), "", rows[i][1]);
		buf_reset(&reply);
	}
	buf_clear(&reply);
}

/* The rest of an input comes after a pause. */
static void t_more_input(void **state)
{
	(void)state;
	assert_stream(
		"{\"say\":[{\"call\":\"f\",\"input\":\"{\",\"id\":\"1\"},"
		"{\"mark\":\"m\"},{\"input\":\"}\"},{\"text\":\"\"}]}",
		"",
		BEGUN ADDED_F DELTA("0", "{") "@3\n" DELTA("0", "}") DONE_F
			MESSAGE_BEGUN("1") "content_part.added 1/0 " TEXT(
				"") "\n"
				    "output_text.done 1/0 \"\"\n"
				    "content_part.done 1/0 " TEXT(
					    "") "\n" MESSAGE_DONE("1",
								  "completed",
								  TEXT("")) "co"
									    "mp"
									    "le"
									    "te"
									    "d "
									    "\""
									    "co"
									    "mp"
									    "le"
									    "te"
									    "d"
									    "\""
									    " "
									    "\""
									    "fu"
									    "nc"
									    "ti"
									    "on"
									    "_c"
									    "al"
									    "l"
									    "\""
									    ":"
									    "\""
									    "co"
									    "mp"
									    "le"
									    "te"
									    "d"
									    "\""
									    " "
									    "\""
									    "me"
									    "ss"
									    "ag"
									    "e"
									    "\""
									    ":"
									    "\""
									    "co"
									    "mp"
									    "le"
									    "te"
									    "d"
									    "\""
									    "\n");
}

/* ---- how it ends ---- */

#define ENDED(more, of) \
	BEGUN MESSAGE_BEGUN("0") "content_part.added 0/0 " TEXT( \
		"") "\n" \
		    "output_text.delta 0/0 \"x\"\noutput_text.done 0/0 " \
		    "\"x\"\n" \
		    "content_part.done 0/0 " TEXT("x") "\n" MESSAGE_DONE( \
			    "0", of, TEXT("x")) more " \"message\":\"" of \
						     "\"\n"

static void t_ends(void **state)
{
	static const struct {
		const char *more, *form, *wanted;
	} rows[] = {
		{ ",{\"stop\":\"max_tokens\"}", "",
		  ENDED("incomplete \"incomplete\" {\"reason\":"
			"\"max_output_tokens\"}",
			"incomplete") },
		{ ",{\"stop\":\"model_context_window_exceeded\"}", "",
		  ENDED("incomplete \"incomplete\" {\"reason\":"
			"\"max_output_tokens\"}",
			"incomplete") },
		{ ",{\"stop\":\"refusal\"}", "",
		  ENDED("incomplete \"incomplete\" {\"reason\":"
			"\"content_filter\"}",
			"incomplete") },
		{ ",{\"stop\":\"pause_turn\"}", "",
		  ENDED("completed \"completed\"", "completed") },
		{ ",{\"stop\":null}", "", ENDED("completed", "completed") },
		{ "", "\"finish\":null", ENDED("completed", "completed") },
		{ "", "\"finish\":\"cancelled\"",
		  ENDED("cancelled \"cancelled\"", "completed") },
		{ "", "\"finish\":\"queued\"",
		  ENDED("completed \"queued\"", "completed") },
		{ "", "\"finish\":\"odd\"",
		  ENDED("completed \"odd\"", "completed") },
	};
	struct buf reply = BUF_INIT(1024);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_addf(&reply, "{\"say\":[{\"text\":\"x\"}%s],\"form\":{%s}}",
			 rows[i].more, rows[i].form);
		assert_stream(buf_str(&reply), "", rows[i].wanted);
		buf_reset(&reply);
	}
	buf_clear(&reply);
	/* A failure without an error has one of the vendor's own. */
	assert_stream("{\"say\":[],\"form\":{\"finish\":\"failed\"}}", "",
		      BEGUN "failed \"failed\" {\"code\":\"server_error\","
			    "\"message\":\"The server had an error while "
			    "processing your request.\"}\n");
	assert_stream("{\"say\":[],\"form\":{\"finish\":\"incomplete\"}}", "",
		      BEGUN "incomplete \"incomplete\"\n");
	/* The answer is complete, but no event says that it has ended. */
	assert_stream(
		"{\"say\":[{\"text\":\"\"},{\"stop\":\"end_turn\"},"
		"{\"cut\":\"clean\"}]}",
		"",
		BEGUN MESSAGE_BEGUN("0") "content_part.added 0/0 " TEXT(
			"") "\noutput_text.done 0/0 \"\"\n"
			    "content_part.done 0/0 " TEXT("") "\n" MESSAGE_DONE(
				    "0", "completed", TEXT("")) "@7\n");
}

/* ---- how it fails ---- */

#define BUSY(how) \
	"{\"say\":[{\"error\":\"rate_limit_error\",\"message\":\"Busy\"," \
	"\"status\":200}],\"form\":{\"error\":\"" how "\"}}"
#define FAILED \
	"failed \"failed\" {\"code\":\"rate_limit_exceeded\",\"message\":" \
	"\"Busy\"}\n"
#define NESTED \
	"error {\"message\":\"Busy\",\"type\":\"requests\",\"param\":null," \
	"\"code\":\"rate_limit_exceeded\"}\n"

static void t_fails(void **state)
{
	(void)state;
	assert_stream(BUSY("failed"), "", BEGUN FAILED);
	assert_stream(BUSY("event"), "",
		      "error \"rate_limit_exceeded\" \"Busy\"\n");
	assert_stream(BUSY("nested"), "", NESTED);
	assert_stream(BUSY("both"), "", BEGUN NESTED FAILED);
	/* What was said stays open, and is told of. */
	assert_stream(
		"{\"say\":[{\"text\":\"x\"},{\"error\":\"prompt_too_long\"}]}",
		"",
		BEGUN MESSAGE_BEGUN("0") "content_part.added 0/0 " TEXT(
			"") "\noutput_text.delta 0/0 \"x\"\n"
			    "failed \"failed\" "
			    "{\"code\":\"context_length_exceeded\","
			    "\"message\":\"Your input exceeds the context "
			    "window of this "
			    "model. Please adjust your input and try again.\"} "
			    "\"message\":\"incomplete\"\n");
	assert_stream(
		"{\"say\":[{\"text\":\"\"},{\"error\":"
		"\"prompt_too_long\",\"message\":\"Long\"}],\"form\":"
		"{\"error\":\"event\"}}",
		"",
		BEGUN MESSAGE_BEGUN("0") "content_part.added 0/0 " TEXT(
			"") "\nerror \"context_length_exceeded\" \"input\" "
			    "\"Long\"\n");
}

/* A code that the vendor does not give is one of two. */
static void t_codes(void **state)
{
	static const char *const rows[][2] = {
		{ "invalid_request_error", "invalid_prompt" },
		{ "authentication_error", "invalid_api_key" },
		{ "overloaded_error", "server_error" },
		{ "timeout_error", "server_error" },
		{ "api_error\",\"code\":\"odd", "odd" },
	};
	struct buf reply = BUF_INIT(1024), wanted = BUF_INIT(1024);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_addf(&reply,
			 "{\"say\":[{\"error\":\"%s\",\"status\":200,"
			 "\"message\":\"M\"}]}",
			 rows[i][0]);
		buf_addf(&wanted,
			 BEGUN "failed \"failed\" {\"code\":\"%s\","
			       "\"message\":\"M\"}\n",
			 rows[i][1]);
		assert_stream(buf_str(&reply), "", buf_str(&wanted));
		buf_reset(&reply);
		buf_reset(&wanted);
	}
	buf_clear(&reply);
	buf_clear(&wanted);
}

/* ---- whole, and what it tells ---- */

static void assert_at(const char *reply, const char *members, int status,
		      const char *pointer, const char *wanted)
{
	struct jval root, v = { .type = J_NULL };
	struct reply r;
	struct buf is = BUF_INIT(BUF_NO_LIMIT);

	answer(reply, members, &r);
	assert_int_equal(r.kind, REPLY_BODY);
	assert_int_equal(r.status, status);
	assert_int_equal(jscan(span_make(r.bytes, r.len), &root, NULL), 0);
	if (jscan_find(root, span_of(pointer), &v))
		buf_add_span(&is, v.text);
	if (strcmp(buf_str(&is), wanted) != 0)
		fail_msg("%s %s: %s, not %s in %.*s", reply, pointer,
			 buf_str(&is), wanted, (int)r.len, r.bytes);
	buf_clear(&is);
	reply_clear(&r);
}

#define SAYS(form) "{\"say\":[{\"text\":\"x\"}],\"form\":{" form "}}"
#define USAGE \
	"{\"say\":[{\"usage\":{\"input\":9,\"cached\":4,\"written\":2," \
	"\"output\":7,\"thinking\":3}}]}"

static void t_whole(void **state)
{
	static const struct {
		const char *reply, *members, *pointer, *wanted;
	} rows[] = {
		{ SAYS(""), "", "/id", "\"resp_mock000000000007\"" },
		{ SAYS("\"id\":\"odd\""), "", "/id", "\"odd\"" },
		{ SAYS(""), "", "/object", "\"response\"" },
		{ SAYS(""), "", "/status", "\"completed\"" },
		{ SAYS(""), "", "/completed_at", "1790000000" },
		{ SAYS("\"finish\":\"queued\""), "", "/completed_at", "" },
		{ SAYS(""), "", "/model", "\"m\"" },
		{ SAYS("\"model\":\"n\""), "", "/model", "\"n\"" },
		{ SAYS(""), "", "/error", "null" },
		{ SAYS(""), "", "/incomplete_details", "null" },
		{ SAYS(""), "", "/output",
		  "[{" MESSAGE("0") ",\"status\":\"completed\",\"content\":"
				    "[" TEXT(
					    "x") "],\"role\":\"assistant\"}]" },
		{ USAGE, "", "/usage",
		  "{\"input_tokens\":15,\"input_tokens_details\":"
		  "{\"cached_tokens\":4,\"cache_write_tokens\":2},"
		  "\"output_tokens\":7,\"output_tokens_details\":"
		  "{\"reasoning_tokens\":3},\"total_tokens\":22}" },
		{ SAYS("\"usage\":\"never\""), "", "/usage", "" },
		{ SAYS("\"usage\":\"null\""), "", "/usage", "null" },
		{ SAYS("\"usage\":\"finish\""), "", "/usage/output_tokens",
		  "1" },
		/* of the request, or what holds without it */
		{ SAYS(""), "", "/background", "false" },
		{ SAYS(""), "", "/store", "true" },
		{ SAYS(""), ",\"store\":false", "/store", "false" },
		{ SAYS(""), "", "/tools", "[]" },
		{ SAYS(""), ",\"tools\":[ {\"type\" :\n\"function\"} ]",
		  "/tools", "[{\"type\":\"function\"}]" },
		{ SAYS(""), ",\"temperature\":0.50", "/temperature", "0.50" },
		{ SAYS(""), ",\"instructions\":\"Be\"", "/instructions",
		  "\"Be\"" },
		{ SAYS(""), ",\"reasoning\":null", "/reasoning/effort",
		  "null" },
		/* an error that has the status of an answer */
		{ BUSY("event"), "", "/status", "\"failed\"" },
		{ BUSY("event"), "", "/error/code", "\"rate_limit_exceeded\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_at(rows[i].reply, rows[i].members, 200, rows[i].pointer,
			  rows[i].wanted);
	assert_at("{\"say\":[{\"text\":\"x\"},{\"error\":\"prompt_too_long\"}"
		  "]}",
		  "", 400, "/error",
		  "{\"message\":\"Your input exceeds the context window of "
		  "this model. Please adjust your input and try again.\","
		  "\"type\":\"invalid_request_error\",\"param\":\"input\","
		  "\"code\":\"context_length_exceeded\"}");
	assert_at("{\"say\":[{\"error\":\"overloaded_error\"}]}", "", 503,
		  "/error/type", "\"server_error\"");
}

/* What the n-th event of a stream tells of tokens. */
static void assert_usage(const char *form, size_t n, const char *wanted)
{
	struct buf reply = BUF_INIT(500), is = BUF_INIT(500);
	struct jval root, v = { .type = J_NULL };
	struct span data;
	struct reply r;

	buf_addf(&reply, "{\"say\":[{\"usage\":{\"input\":9}}],\"form\":{%s}}",
		 form);
	answer(buf_str(&reply), ",\"stream\":true", &r);
	assert_int_equal(r.script->count, 3);
	data = r.script->steps[n].bytes;
	data = span_skip(data, span_find(data, span_of("data: ")) + 6);
	assert_int_equal(jscan(data, &root, NULL), 0);
	if (jscan_find(root, span_of("/response/usage"), &v))
		buf_add_span(&is, v.type == J_OBJECT
					  ? jscan_get(v, "input_tokens").text
					  : v.text);
	assert_string_equal(buf_str(&is), wanted);
	buf_clear(&reply);
	buf_clear(&is);
	reply_clear(&r);
}

static void t_usage(void **state)
{
	(void)state;
	assert_usage("", 0, "null");
	assert_usage("", 1, "null");
	assert_usage("", 2, "9");
	assert_usage("\"usage\":\"each\"", 0, "9");
	assert_usage("\"usage\":\"each\"", 2, "9");
	assert_usage("\"usage\":\"null\"", 2, "null");
	assert_usage("\"usage\":\"never\"", 2, "");
}

/* What hides the length of a delta is there, unless it is not wanted. */
static void t_obfuscation(void **state)
{
	static const char *const rows[][2] = {
		{ ",\"stream\":true", "1" },
		{ ",\"stream\":true,\"stream_options\":"
		  "{\"include_obfuscation\":true}",
		  "1" },
		{ ",\"stream\":true,\"stream_options\":"
		  "{\"include_obfuscation\":false}",
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t found = 0;
		struct reply r;

		answer(SAYS(""), rows[i][0], &r);
		for (size_t k = 0; k < r.script->count; k++)
			found += span_find(r.script->steps[k].bytes,
					   span_of("\"obfuscation\":")) !=
				 SIZE_MAX;
		assert_int_equal(found, strlen(rows[i][1]));
		reply_clear(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_texts),       cmocka_unit_test(t_thoughts),
		cmocka_unit_test(t_calls),       cmocka_unit_test(t_more_input),
		cmocka_unit_test(t_ends),        cmocka_unit_test(t_fails),
		cmocka_unit_test(t_codes),       cmocka_unit_test(t_whole),
		cmocka_unit_test(t_obfuscation), cmocka_unit_test(t_usage),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("say_responses", tests, NULL, NULL);
}
