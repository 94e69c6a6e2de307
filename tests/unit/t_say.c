/* mockupstream/say: one say in each format, streamed and whole; how chat
 * completions are cut; what is refused, and where. Responses: t_say_responses.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/reply.h"
#include "mockupstream/say/say.h"

#define CHAT "/v1/chat/completions"
#define MESSAGES "/v1/messages"
#define RESPONSES "/v1/responses"

enum { EVENTS = 512 };

/* ---- reading and answering ---- */

static int read_reply(const char *reply, struct rules **out, struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct json *j = NULL;
	int rc;

	buf_addf(&text, "{\"u1\":{\"reply\":%s}}", reply);
	rc = json_parse(&j, "s", buf_span(&text), f);
	if (rc == 0)
		rc = rules_read(out, j, j->root, ".", f);
	json_free(j);
	buf_clear(&text);
	return rc;
}

/* What a reply's say is on the wire. */
static void answer(const char *reply, const char *path, const char *members,
		   struct reply *out)
{
	struct buf body = BUF_INIT(4096);
	struct rules *rules = NULL;
	struct fail f = FAIL_INIT;

	if (read_reply(reply, &rules, &f) < 0)
		fail_msg("%s: %s", reply, f.text);
	buf_addf(&body,
		 "{\"model\":\"m\"%s,\"messages\":[{\"role\":\"user\","
		 "\"content\":\"four\"}]}",
		 members);
	*out = (struct reply){ .status = 0 };
	assert_int_equal(say_answer(rules->list[0].replies[0].say,
				    span_of(path), buf_span(&body), 7, out),
			 0);
	buf_clear(&body);
	rules_free(rules);
}

/* ---- what a stream is, in short ---- */

static void add_raw(struct buf *to, const char *front, struct jval v)
{
	if (v.text.at)
		buf_addf(to, "%s%.*s", front, SPAN_ARG(v.text));
}

/* INDEX:{delta} for each choice, then finish and usage. */
static void add_chunk(struct buf *to, struct jval root)
{
	struct jval choices = jscan_get(root, "choices"), c, v;
	struct jiter it = jscan_iter(choices);

	add_raw(to, "error ", jscan_get(jscan_get(root, "error"), "message"));
	if (choices.type == J_ARRAY && jscan_count(choices) == 0)
		buf_add_text(to, "none");
	while (jscan_next(&it, NULL, &c)) {
		add_raw(to, "", jscan_get(c, "index"));
		add_raw(to, "", jscan_get(c, "delta"));
		add_raw(to, " ", jscan_get(c, "finish_reason"));
	}
	if (jscan_member(root, "usage", &v)) {
		if (v.type == J_NULL)
			buf_add_text(to, " null");
		add_raw(to, " ", jscan_get(v, "prompt_tokens"));
		add_raw(to, "+", jscan_get(v, "completion_tokens"));
	}
}

/* The type of an event and what it carries. */
static void add_event(struct buf *to, struct jval root)
{
	struct jval delta = jscan_get(root, "delta");

	add_raw(to, "", jscan_get(root, "type"));
	add_raw(to, " ", jscan_get(root, "content_block"));
	add_raw(to, " ", delta);
	add_raw(to, " ", jscan_get(root, "error"));
}

static void add_data(struct buf *to, struct span data, enum format f)
{
	struct jval root;

	if (jscan(data, &root, NULL) < 0)
		buf_add_span(to, data);
	else if (f == FORMAT_CHAT)
		add_chunk(to, root);
	else
		add_event(to, root);
}

static void add_send(struct buf *to, struct span bytes, enum format f)
{
	struct span line;

	while (span_split(&bytes, '\n', &line))
		if (span_starts(line, "data: "))
			add_data(to, span_skip(line, 6), f);
		else if (span_starts(line, ":"))
			buf_add_span(to, line);
}

static void add_step(struct buf *to, const struct script_step *s, enum format f)
{
	static const char *const ops[] = {
		[SCRIPT_WAIT] = "@wait",   [SCRIPT_HOLD] = "@hold ",
		[SCRIPT_MARK] = "@mark ",  [SCRIPT_CUT_FIN] = "@fin",
		[SCRIPT_CUT_RST] = "@rst", [SCRIPT_STALL] = "@stall",
		[SCRIPT_END] = "@end",
	};

	if (s->op == SCRIPT_SEND)
		add_send(to, s->bytes, f);
	else
		buf_addf(to, "%s%s", ops[s->op], s->name ? s->name : "");
	buf_add_byte(to, '\n');
}

static void assert_stream(const char *reply, const char *path,
			  const char *members, const char *wanted)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), all = BUF_INIT(200);
	struct reply r;

	buf_addf(&all, ",\"stream\":true%s", members);
	answer(reply, path, buf_str(&all), &r);
	assert_int_equal(r.kind, REPLY_STREAM);
	assert_int_equal(r.status, 200);
	for (size_t i = 0; i < r.script->count; i++)
		add_step(&text, &r.script->steps[i],
			 format_of_path(span_of(path)));
	if (strcmp(buf_str(&text), wanted) != 0)
		fail_msg("%s\n-- is\n%s-- not\n%s", reply, buf_str(&text),
			 wanted);
	buf_clear(&text);
	buf_clear(&all);
	reply_clear(&r);
}

/* ---- the same in each format ---- */

/* A body, also where it comes in pieces. */
static bool is_whole(const struct reply *r, struct buf *text)
{
	if (strcmp(headers_get(&r->headers, "content-type"),
		   "application/json") != 0)
		return false;
	if (r->kind == REPLY_BODY)
		buf_add(text, r->bytes, r->len);
	else
		buf_add_span(text, r->script->steps[0].bytes);
	return true;
}

static void add_plain(const struct reply *r, enum format f, struct buf *to)
{
	static struct jval events[EVENTS];
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval root;
	size_t count = 0;

	if (is_whole(r, &text)) {
		assert_int_equal(jscan(buf_span(&text), &root, NULL), 0);
		plain_answer(f, root, to);
		buf_clear(&text);
		return;
	}
	for (size_t i = 0; i < r->script->count; i++) {
		struct span rest = r->script->steps[i].bytes, line;

		while (span_split(&rest, '\n', &line))
			if (span_starts(line, "data: {")) {
				assert_true(count < EVENTS);
				assert_int_equal(jscan(span_skip(line, 6),
						       &events[count++], NULL),
						 0);
			}
	}
	plain_stream(f, events, count, to);
}

/* The member of the plain form, without ids and signatures. */
static void add_member(const struct buf *plain, const char *key, struct buf *to)
{
	struct jval root, content, block, v;
	struct jiter it;

	assert_int_equal(jscan(buf_span(plain), &root, NULL), 0);
	content = jscan_get(root, "content");
	it = jscan_iter(content);
	if (strcmp(key, "content") != 0) {
		add_raw(to, " ", jscan_get(root, key));
		return;
	}
	while (jscan_next(&it, NULL, &block)) {
		add_raw(to, "", jscan_get(block, "thinking"));
		add_raw(to, "", jscan_get(block, "text"));
		add_raw(to, "", jscan_get(block, "name"));
		if (jscan_member(block, "input", &v))
			add_raw(to, "", v);
	}
}

static void assert_plain(const char *reply, const char *path,
			 const char *members, const char *wanted)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT), is = BUF_INIT(BUF_NO_LIMIT);
	struct reply r;

	answer(reply, path, members, &r);
	assert_int_equal(r.status, 200);
	add_plain(&r, format_of_path(span_of(path)), &plain);
	add_member(&plain, "content", &is);
	add_member(&plain, "stop_reason", &is);
	if (strcmp(buf_str(&is), wanted) != 0)
		fail_msg("%s %s%s\n-- is\n%s\n-- not\n%s", reply, path, members,
			 buf_str(&is), wanted);
	buf_clear(&plain);
	buf_clear(&is);
	reply_clear(&r);
}

static void assert_same(const char *say, const char *form, const char *wanted)
{
	struct buf reply = BUF_INIT(4096);

	buf_addf(&reply, "{\"say\":%s,\"form\":%s}", say, form);
	assert_plain(buf_str(&reply), CHAT, "", wanted);
	assert_plain(buf_str(&reply), CHAT, ",\"stream\":true", wanted);
	assert_plain(buf_str(&reply), MESSAGES, "", wanted);
	assert_plain(buf_str(&reply), MESSAGES, ",\"stream\":true", wanted);
	assert_plain(buf_str(&reply), RESPONSES, "", wanted);
	assert_plain(buf_str(&reply), RESPONSES, ",\"stream\":true", wanted);
	buf_clear(&reply);
}

static void t_same(void **state)
{
	static const char *const forms[] = {
		"{}",
		"{\"piece\":1}",
		"{\"piece\":3,\"slice\":2,\"pace\":1}",
		"{\"calls\":\"whole\"}",
		"{\"calls\":\"apart\"}",
		"{\"calls\":\"repeated\",\"piece\":2}",
		"{\"calls\":\"together\"}",
		"{\"interleaved\":true}",
		"{\"interleaved\":true,\"calls\":\"apart\",\"piece\":1}",
		"{\"absent\":\"null\",\"opening\":true,\"choices\":3}",
		"{\"absent\":\"empty\",\"done\":false,\"usage\":\"each\"}",
		"{\"thinking\":\"reasoning\",\"usage\":\"never\"}",
		"{\"calls\":\"added\",\"error\":\"both\"}",
		"{\"calls\":\"done\",\"encrypted\":\"never\"}",
		"{\"calls\":\"item\",\"interleaved\":true,\"done\":true}",
	};
	static const char *const rows[][2] = {
		{ "[{\"text\":\"Hel\"},{\"text\":\"lo \\u00fc\"}]",
		  "\"Hello \xc3\xbc\" \"end_turn\"" },
		{ "[{\"thinking\":\"Hm\"},{\"text\":\"a\"},{\"call\":\"f\","
		  "\"input\":{ \"n\": 1.10 }},{\"call\":\"g\"}]",
		  "\"Hm\"\"a\"\"f\"{\"n\":1.10}\"g\"{} \"tool_use\"" },
		{ "[{\"call\":\"f\",\"input\":\"{\\\"a\\\"\"},{\"input\":"
		  "\":1}\"},{\"stop\":\"max_tokens\"}]",
		  "\"f\"{\"a\":1} \"max_tokens\"" },
		{ "[{\"refusal\":\"No.\"},{\"stop\":\"refusal\"}]",
		  "\"No.\" \"refusal\"" },
		{ "[]", " \"end_turn\"" },
		{ "[{\"text\":\"x\"},{\"stop\":null}]", "\"x\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++)
			assert_same(rows[i][0], forms[k], rows[i][1]);
}

/* ---- how chat completions are cut ---- */

#define ROLE "0{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}\n"
#define TWO \
	"\"say\":[{\"call\":\"f\",\"input\":\"{}\",\"id\":\"1\"}," \
	"{\"call\":\"g\",\"input\":\"[]\",\"id\":\"2\"}]"
#define ITEM(n, id, name, input) \
	"{\"index\":" n ",\"id\":\"" id "\",\"type\":\"function\"," \
	"\"function\":{\"name\":\"" name "\",\"arguments\":\"" input "\"}}"
#define MORE(n, input) \
	"{\"index\":" n ",\"function\":{\"arguments\":\"" input "\"}}"
#define CALLS(items) "0{\"tool_calls\":[" items "]}\n"
#define END "0{} \"tool_calls\"\n[DONE]\n"

static void t_calls(void **state)
{
	(void)state;
	assert_stream("{" TWO ",\"form\":{\"piece\":2}}", CHAT, "",
		      ROLE CALLS(ITEM("0", "1", "f", "")) CALLS(MORE("0", "{}"))
			      CALLS(ITEM("1", "2", "g", ""))
				      CALLS(MORE("1", "[]")) END);
	assert_stream("{" TWO ",\"form\":{\"calls\":\"whole\"}}", CHAT, "",
		      ROLE CALLS(ITEM("0", "1", "f", "{}"))
			      CALLS(ITEM("1", "2", "g", "[]")) END);
	assert_stream("{" TWO ",\"form\":{\"calls\":\"together\"}}", CHAT, "",
		      ROLE CALLS(ITEM("0", "1", "f",
				      "{}") "," ITEM("1", "2", "g", "[]")) END);
	assert_stream("{" TWO ",\"form\":{\"calls\":\"repeated\"}}", CHAT, "",
		      ROLE CALLS(ITEM("0", "1", "f", "{"))
			      CALLS(ITEM("0", "1", "f", "}"))
				      CALLS(ITEM("1", "2", "g", "["))
					      CALLS(ITEM("1", "2", "g", "]"))
						      END);
	/* Calls take turns; each begins with separate chunks: id, name,
	 * input. */
	assert_stream(
		"{" TWO ",\"form\":{\"calls\":\"apart\",\"interleaved\":true,"
		"\"piece\":2}}",
		CHAT, "",
		ROLE CALLS("{\"index\":0,\"id\":\"1\",\"type\":\"function\"}")
			CALLS("{\"index\":1,\"id\":\"2\",\"type\":"
			      "\"function\"}")
				CALLS("{\"index\":0,\"function\":{\"name\":"
				      "\"f\"}}")
					CALLS("{\"index\":1,\"function\":{"
					      "\"name\":\"g\"}}")
						CALLS(MORE("0", "{}"))
							CALLS(MORE("1", "[]"))
								END);
	assert_stream("{\"say\":[{\"call\":\"f\",\"input\":\"\",\"id\":\"1\"}],"
		      "\"form\":{\"index\":false}}",
		      CHAT, "",
		      ROLE CALLS("{\"id\":\"1\",\"type\":\"function\","
				 "\"function\":{\"name\":\"f\",\"arguments\":"
				 "\"\"}}") END);
	/* A made-up id, in both formats. */
	assert_stream(
		"{\"say\":[{\"call\":\"f\"},{\"call\":\"f\"}],\"form\":{"
		"\"calls\":\"whole\"}}",
		CHAT, "",
		ROLE CALLS(ITEM("0", "call_mock000000000007_0", "f", "{}"))
			CALLS(ITEM("1", "call_mock000000000007_1", "f", "{}"))
				END);
}

#define X \
	"\"say\":[{\"text\":\"x\"},{\"usage\":{\"input\":9,\"cached\":4," \
	"\"output\":2}}]"
#define ASKS ",\"stream_options\":{\"include_usage\":true}"
#define TEXT(end) "0{\"content\":\"x\"}" end "\n"
#define ROLE_AND(end) \
	"0{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}" end "\n"
#define STOP(end) "0{} \"stop\"" end "\n"

static void t_usage(void **state)
{
	static const struct {
		const char *word, *asked, *wanted;
	} rows[] = {
		{ "asked", "", ROLE TEXT("") STOP("") "[DONE]\n" },
		{ "asked", ASKS,
		  ROLE_AND(" null") TEXT(" null")
			  STOP(" null") "none 13+2\n[DONE]\n" },
		{ "always", "",
		  ROLE_AND(" null") TEXT(" null")
			  STOP(" null") "none 13+2\n[DONE]\n" },
		{ "finish", "", ROLE TEXT("") STOP(" 13+2") "[DONE]\n" },
		{ "finish", ASKS, ROLE TEXT("") STOP(" 13+2") "[DONE]\n" },
		{ "each", "",
		  ROLE_AND(" 13+0") TEXT(" 13+1") STOP(" 13+2") "[DONE]\n" },
		{ "each", ASKS,
		  ROLE_AND(" 13+0") TEXT(" 13+1")
			  STOP(" 13+2") "none 13+2\n[DONE]\n" },
		{ "null", ASKS,
		  ROLE_AND(" null") TEXT(" null")
			  STOP(" null") "none null\n[DONE]\n" },
		{ "never", ASKS, ROLE TEXT("") STOP("") "[DONE]\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf reply = BUF_INIT(1000);

		buf_addf(&reply, "{" X ",\"form\":{\"usage\":\"%s\"}}",
			 rows[i].word);
		assert_stream(buf_str(&reply), CHAT, rows[i].asked,
			      rows[i].wanted);
		buf_clear(&reply);
	}
}

/* Where nothing is said of it, a piece is the sixth part, and one byte more. */
static void t_pieces(void **state)
{
	(void)state;
	assert_stream(
		"{\"say\":[{\"text\":\"abcdefghijklmnopqrstuvwx\"}]}", CHAT, "",
		ROLE "0{\"content\":\"abcde\"}\n0{\"content\":\"fghij\"}\n"
		     "0{\"content\":\"klmno\"}\n0{\"content\":\"pqrst\"}\n"
		     "0{\"content\":\"uvwx\"}\n" STOP("") "[DONE]\n");
}

/* In the Messages format: ids that are given and made up, and at least a token. */
static void t_message_ids(void **state)
{
	static const struct {
		const char *reply, *has[2];
	} rows[] = {
		{ "{\"say\":[{\"call\":\"f\"},{\"call\":\"g\",\"id\":\"a\"},"
		  "{\"call\":\"h\"}]}",
		  { "\"toolu_01Mock000000000007\"", "\"a\"" } },
		{ "{\"say\":[{\"call\":\"f\"},{\"call\":\"g\"}]}",
		  { "\"toolu_01Mock000000000007\"",
		    "\"toolu_01Mock000000000007_2\"" } },
		{ "{\"say\":[]}", { "\"output_tokens\":1", "" } },
		{ "{\"say\":[{\"text\":\"12345\"}]}",
		  { "\"output_tokens\":2", "" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply r;
		struct span bytes;

		answer(rows[i].reply, MESSAGES, "", &r);
		bytes = span_make(r.bytes, r.len);
		for (size_t k = 0; k < 2; k++)
			assert_int_not_equal(
				span_find(bytes, span_of(rows[i].has[k])),
				SIZE_MAX);
		reply_clear(&r);
	}
}

static void t_chunks(void **state)
{
	(void)state;
	assert_stream("{" X ",\"form\":{\"absent\":\"null\",\"opening\":true}}",
		      CHAT, "",
		      "none\n"
		      "0{\"role\":\"assistant\",\"content\":\"\",\"refusal\":"
		      "null,\"tool_calls\":null}\n"
		      "0{\"content\":\"x\",\"refusal\":null,\"tool_calls\":"
		      "null}\n" STOP("") "[DONE]\n");
	assert_stream("{" X ",\"form\":{\"absent\":\"empty\",\"done\":false}}",
		      CHAT, "",
		      "0{\"role\":\"assistant\",\"content\":\"\",\"refusal\":"
		      "null,\"tool_calls\":[]}\n"
		      "0{\"content\":\"x\",\"refusal\":\"\",\"tool_calls\":[]}"
		      "\n" STOP(""));
	assert_stream(
		"{" X ",\"form\":{\"choices\":2}}", CHAT, "",
		ROLE "1{\"content\":\"choice 1 \"}\n" TEXT(
			"") "1{\"content\":\"choice 1 \"}\n" STOP("") "1{} "
								      "\"stop\""
								      "\n[DONE]"
								      "\n");
	assert_stream("{" X ",\"form\":{\"choices\":0}}", CHAT, ASKS,
		      "none null\nnone 13+2\n[DONE]\n");
	assert_stream("{" X ",\"form\":{\"finish\":\"eos\"}}", CHAT, "",
		      ROLE TEXT("") "0{} \"eos\"\n[DONE]\n");
	assert_stream("{" X ",\"form\":{\"finish\":null}}", CHAT, "",
		      ROLE TEXT("") "0{}\n[DONE]\n");
	assert_stream("{\"say\":[{\"thinking\":\"t\"},{\"text\":\"x\"}],"
		      "\"form\":{\"thinking\":\"tags\"}}",
		      CHAT, "",
		      ROLE "0{\"content\":\"<think>\\n\"}\n"
			   "0{\"content\":\"t\"}\n"
			   "0{\"content\":\"\\n</think>\\n\\n\"}\n" TEXT("")
				   STOP("") "[DONE]\n");
}

static void t_finish(void **state)
{
	static const char *const rows[][2] = {
		{ "\"end_turn\"", "0{} \"stop\"" },
		{ "\"stop_sequence\"", "0{} \"stop\"" },
		{ "\"pause_turn\"", "0{} \"stop\"" },
		{ "\"max_tokens\"", "0{} \"length\"" },
		{ "\"model_context_window_exceeded\"", "0{} \"length\"" },
		{ "\"tool_use\"", "0{} \"tool_calls\"" },
		{ "\"refusal\"", "0{} \"content_filter\"" },
		{ "null", "0{}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf reply = BUF_INIT(200), wanted = BUF_INIT(200);

		buf_addf(&reply, "{\"say\":[{\"stop\":%s}]}", rows[i][0]);
		buf_addf(&wanted, ROLE "%s\n[DONE]\n", rows[i][1]);
		assert_stream(buf_str(&reply), CHAT, "", buf_str(&wanted));
		buf_clear(&reply);
		buf_clear(&wanted);
	}
}

/* ---- pauses, cuts and errors ---- */

#define START "\"message_start\"\n"
#define OPEN "\"content_block_start\" {\"type\":\"text\",\"text\":\"\"}\n"
#define DELTA(t) \
	"\"content_block_delta\" {\"type\":\"text_delta\",\"text\":\"" t "\"}" \
	"\n"

static void t_places(void **state)
{
	static const struct {
		const char *say, *chat, *messages;
	} rows[] = {
		{ "[{\"cut\":\"fin\"}]", "@fin\n", "@fin\n" },
		{ "[{\"text\":\"\"},{\"cut\":\"rst\"}]", ROLE "@rst\n",
		  START OPEN "@rst\n" },
		{ "[{\"text\":\"x\"},{\"cut\":\"stall\"}]",
		  ROLE TEXT("") "@stall\n", START OPEN DELTA("x") "@stall\n" },
		{ "[{\"text\":\"x\"},{\"cut\":\"clean\"}]",
		  ROLE TEXT("") "@end\n", START OPEN DELTA("x") "@end\n" },
		{ "[{\"stop\":\"end_turn\"},{\"cut\":\"fin\"}]",
		  ROLE STOP("") "@fin\n",
		  START "\"message_delta\" {\"stop_reason\":\"end_turn\","
			"\"stop_sequence\":null}\n@fin\n" },
		{ "[{\"wait\":3},{\"text\":\"x\"},{\"hold\":\"h\"},{\"mark\":"
		  "\"m\"},{\"comment\":\"c\"},{\"text\":\"x\"},{\"cut\":"
		  "\"fin\"}]",
		  "@wait\n" ROLE TEXT("") "@hold h\n@mark m\n: c\n" TEXT(
			  "") "@fin\n",
		  "@wait\n" START OPEN DELTA(
			  "x") "@hold h\n@mark m\n: c\n" DELTA("x") "@fin\n" },
		{ "[{\"text\":\"x\"},{\"error\":\"api_error\",\"message\":"
		  "\"no\"}]",
		  ROLE TEXT("") "error \"no\"\n",
		  START OPEN DELTA("x") "\"error\" {\"type\":\"api_error\","
					"\"message\":\"no\"}\n" },
		{ "[{\"error\":\"overloaded_error\",\"status\":200,"
		  "\"message\":\"no\"}]",
		  "error \"no\"\n",
		  "\"error\" {\"type\":\"overloaded_error\",\"message\":"
		  "\"no\"}\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf reply = BUF_INIT(1000);

		buf_addf(&reply, "{\"say\":%s}", rows[i].say);
		assert_stream(buf_str(&reply), CHAT, "", rows[i].chat);
		assert_stream(buf_str(&reply), MESSAGES, "", rows[i].messages);
		buf_clear(&reply);
	}
}

static void assert_at(const struct reply *r, const char *pointer,
		      const char *text)
{
	struct jval root, v;

	assert_int_equal(r->kind, REPLY_BODY);
	assert_int_equal(jscan(span_make(r->bytes, r->len), &root, NULL), 0);
	if (!jscan_find(root, span_of(pointer), &v) ||
	    !(v.type == J_STRING ? jscan_string_is(v, text)
				 : span_is(v.text, text)))
		fail_msg("%s is not %s in %.*s", pointer, text, (int)r->len,
			 r->bytes);
}

static void t_errors(void **state)
{
	static const struct {
		const char *part;
		int status, chat_status;
		const char *type, *chat_type, *chat_code;
	} rows[] = {
		{ "\"invalid_request_error\"", 400, 400,
		  "invalid_request_error", "invalid_request_error", "null" },
		{ "\"authentication_error\"", 401, 401, "authentication_error",
		  "invalid_request_error", "invalid_api_key" },
		{ "\"billing_error\"", 402, 429, "billing_error",
		  "insufficient_quota", "insufficient_quota" },
		{ "\"rate_limit_error\"", 429, 429, "rate_limit_error",
		  "requests", "rate_limit_exceeded" },
		{ "\"overloaded_error\"", 529, 503, "overloaded_error",
		  "server_error", "null" },
		{ "\"overloaded_error\",\"status\":500", 500, 500,
		  "overloaded_error", "server_error", "null" },
		{ "\"prompt_too_long\"", 400, 400, "invalid_request_error",
		  "invalid_request_error", "context_length_exceeded" },
		{ "\"api_error\",\"code\":\"c\"", 500, 500, "api_error",
		  "server_error", "c" },
	};
	struct reply r;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf reply = BUF_INIT(200);

		buf_addf(&reply, "{\"say\":[{\"error\":%s}]}", rows[i].part);
		answer(buf_str(&reply), CHAT, ",\"stream\":true", &r);
		assert_int_equal(r.status, rows[i].chat_status);
		assert_at(&r, "/error/type", rows[i].chat_type);
		assert_at(&r, "/error/code", rows[i].chat_code);
		reply_clear(&r);
		answer(buf_str(&reply), MESSAGES, "", &r);
		assert_int_equal(r.status, rows[i].status);
		assert_at(&r, "/error/type", rows[i].type);
		reply_clear(&r);
		buf_clear(&reply);
	}
	answer("{\"say\":[{\"error\":\"prompt_too_long\"}]}", MESSAGES, "", &r);
	assert_at(&r, "/error/message",
		  "prompt is too long: 210000 tokens > 200000 maximum");
	reply_clear(&r);
	answer("{\"say\":[{\"error\":\"api_error\",\"code\":\"c\"}]}", MESSAGES,
	       "", &r);
	assert_at(&r, "/error/details/error_code", "c");
	reply_clear(&r);
	assert_int_equal(
		say_error_status(&(struct say_part){ .kind = SAY_TEXT },
				 FORMAT_CHAT),
		0);
	/* What was said before is lost where it is not streamed. */
	answer("{\"say\":[{\"text\":\"x\"},{\"error\":\"timeout_error\"}]}",
	       CHAT, "", &r);
	assert_int_equal(r.status, 504);
	reply_clear(&r);
}

/* ---- whole answers ---- */

static void t_whole(void **state)
{
	static const char said[] =
		"{\"say\":[{\"thinking\":\"t\",\"signature\":\"s\"},{\"call\":"
		"\"f\",\"input\":\"{\\\"a\"},{\"usage\":{\"input\":9,"
		"\"cached\":4,\"written\":1,\"output\":7,\"thinking\":5}},"
		"{\"stop\":\"stop_sequence\",\"sequence\":\"S\"}],\"form\":{"
		"\"id\":\"\",\"model\":\"other\"}}";
	struct reply r;

	(void)state;
	answer(said, CHAT, "", &r);
	assert_at(&r, "/id", "");
	assert_at(&r, "/model", "other");
	assert_at(&r, "/choices/0/message/content", "null");
	assert_at(&r, "/choices/0/message/reasoning_content", "t");
	assert_at(&r, "/choices/0/message/tool_calls/0/function/arguments",
		  "{\"a");
	assert_at(&r, "/usage/prompt_tokens", "14");
	assert_at(&r, "/usage/prompt_tokens_details/cached_tokens", "4");
	assert_at(&r, "/usage/total_tokens", "21");
	assert_at(&r, "/usage/completion_tokens_details/reasoning_tokens", "5");
	reply_clear(&r);
	answer(said, MESSAGES, "", &r);
	assert_at(&r, "/content/0/signature", "s");
	assert_at(&r, "/content/1/id", "toolu_01Mock000000000007");
	/* What is no object is none in a message. */
	assert_at(&r, "/content/1/input", "{}");
	assert_at(&r, "/stop_sequence", "S");
	assert_at(&r, "/usage/input_tokens", "9");
	assert_at(&r, "/usage/cache_read_input_tokens", "4");
	assert_at(&r, "/usage/cache_creation_input_tokens", "1");
	assert_at(&r, "/usage/output_tokens_details/thinking_tokens", "5");
	reply_clear(&r);
	answer("{\"say\":[{\"call\":\"f\",\"input\":[7]}]}", MESSAGES, "", &r);
	assert_at(&r, "/content/0/input", "{}");
	reply_clear(&r);
	answer("{\"say\":[{\"text\":\"12345\"}]}", MESSAGES, "", &r);
	assert_at(&r, "/id", "msg_01Mock00000000000007");
	assert_at(&r, "/model", "m");
	assert_at(&r, "/usage/output_tokens", "2");
	reply_clear(&r);
	answer("{\"say\":[{\"refusal\":\"no\"},{\"text\":\"x\"}],\"form\":{"
	       "\"choices\":2,\"thinking\":\"tags\"}}",
	       CHAT, "", &r);
	assert_at(&r, "/choices/0/message/refusal", "no");
	assert_at(&r, "/choices/0/message/content", "x");
	assert_at(&r, "/choices/1/message/content", "choice 1");
	reply_clear(&r);
	answer("{\"say\":[{\"call\":\"f\"}],\"form\":{\"absent\":\"empty\","
	       "\"usage\":\"null\"}}",
	       CHAT, "", &r);
	assert_at(&r, "/choices/0/message/content", "");
	assert_at(&r, "/usage", "null");
	reply_clear(&r);
	answer("{\"say\":[{\"thinking\":\"t\"},{\"text\":\"x\"}],\"form\":{"
	       "\"choices\":1,\"thinking\":\"tags\",\"absent\":\"empty\"}}",
	       CHAT, "", &r);
	assert_at(&r, "/choices/0/message/content",
		  "<think>\nt\n</think>\n\nx");
	assert_at(&r, "/choices/0/message/tool_calls", "[]");
	reply_clear(&r);
	answer("{\"say\":[{\"text\":\"x\"}],\"form\":{\"choices\":0}}", CHAT,
	       "", &r);
	assert_at(&r, "/choices", "[]");
	reply_clear(&r);
}

/* An answer that is not streamed has its pauses first, and breaks off in the
 * middle. */
static void t_whole_steps(void **state)
{
	struct reply r;

	(void)state;
	answer("{\"say\":[{\"text\":\"x\"},{\"hold\":\"h\"},{\"cut\":\"rst\"}],"
	       "\"form\":{\"slice\":5}}",
	       CHAT, "", &r);
	assert_int_equal(r.kind, REPLY_STREAM);
	assert_string_equal(headers_get(&r.headers, "content-type"),
			    "application/json");
	assert_int_equal(r.script->count, 3);
	assert_int_equal(r.script->steps[0].op, SCRIPT_HOLD);
	assert_string_equal(r.script->steps[0].name, "h");
	assert_int_equal(r.script->steps[1].slice, 5);
	assert_true(span_starts(r.script->steps[1].bytes, "{\"id\":"));
	assert_false(span_find_byte(r.script->steps[1].bytes, 'x') <
			     r.script->steps[1].bytes.len &&
		     span_ends(r.script->steps[1].bytes, "}"));
	assert_int_equal(r.script->steps[2].op, SCRIPT_CUT_RST);
	reply_clear(&r);
	answer("{\"say\":[{\"wait\":5},{\"error\":\"api_error\"}]}", MESSAGES,
	       "", &r);
	assert_int_equal(r.status, 500);
	assert_int_equal(r.script->steps[0].ms, 5);
	reply_clear(&r);
}

static void t_not_for_it(void **state)
{
	struct rules *rules = NULL;
	const struct say *s;
	struct reply r = { .status = 0 };

	(void)state;
	assert_int_equal(
		read_reply("{\"say\":[{\"hold\":\"h\"}]}", &rules, NULL), 0);
	s = rules->list[0].replies[0].say;
	assert_int_equal(
		say_answer(s, span_of("/v1/models"), span_of("{}"), 1, &r), -1);
	assert_int_equal(say_answer(s, span_of(MESSAGES), span_of("[]"), 1, &r),
			 -1);
	assert_int_equal(say_answer(s, span_of(CHAT), span_of("{"), 1, &r), -1);
	assert_true(rules_has_hold(rules, "u1", "h"));
	assert_false(rules_has_hold(rules, "u1", "g"));
	rules_free(rules);
}

/* ---- what is refused ---- */

#define SAY(parts) "{\"say\":[" parts "]}"
#define FORM(members) "{\"say\":[],\"form\":{" members "}}"

static void t_refused(void **state)
{
	static const char *const rows[][2] = {
		{ SAY("7"), "s:1:24: an object should be here" },
		{ SAY("{}"), "s:1:24: a part of 'say' has thinking, text, "
			     "refusal, call, input, usage, stop, error, cut, "
			     "wait, hold, mark or comment" },
		{ SAY("{\"text\":\"a\xff\"}"), "'say' is not UTF-8" },
		{ SAY("{\"txt\":\"x\"}"),
		  "s:1:25: unknown key 'txt'; did you mean 'text'?" },
		{ SAY("{\"text\":7}"), "key 'text' must be a string" },
		{ SAY("{\"text\":\"x\",\"call\":\"f\"}"),
		  "s:1:43: 'call' does not go with 'text'" },
		{ SAY("{\"text\":\"x\",\"id\":\"f\"}"),
		  "'id' does not go with 'text'" },
		{ SAY("{\"id\":\"f\"}"), "a part of 'say' has" },
		{ SAY("{\"input\":\"x\"}"), "'input' continues a call" },
		{ SAY("{\"call\":\"f\"},{\"text\":\"\"},{\"input\":\"x\"}"),
		  "'input' continues a call" },
		{ SAY("{\"call\":\"f\"},{\"input\":{}}"),
		  "'input' without 'call' must be a string" },
		{ SAY("{\"call\":\"f\",\"input\":\"\\u0000\"}"),
		  "'input' may not contain \\u0000" },
		{ SAY("{\"stop\":\"max_token\"}"),
		  "not 'max_token'; did you mean 'max_tokens'?" },
		{ SAY("{\"stop\":7}"), "'stop' must be a string or null" },
		{ SAY("{\"stop\":null},{\"stop\":null}"), "a second 'stop'" },
		{ SAY("{\"stop\":null},{\"text\":\"x\"}"),
		  "'text' comes after 'stop'" },
		{ SAY("{\"usage\":{}},{\"usage\":{}}"), "a second 'usage'" },
		{ SAY("{\"usage\":{\"inputs\":1}}"),
		  "unknown key 'inputs'; did you mean 'input'?" },
		{ SAY("{\"error\":\"overload_error\"}"),
		  "did you mean 'overloaded_error'?" },
		{ SAY("{\"error\":\"api_error\",\"status\":99}"),
		  "a status must be 200 to 599" },
		{ SAY("{\"error\":\"api_error\",\"status\":199}"),
		  "a status must be 200 to 599" },
		{ SAY("{\"error\":\"api_error\",\"status\":600}"),
		  "a status must be 200 to 599" },
		{ SAY("{\"cut\":\"now\"}"),
		  "'cut' is fin, rst, stall or clean, not 'now'" },
		{ SAY("{\"cut\":\"fin\"},{\"text\":\"x\"}"),
		  "nothing is said after 'cut' and 'error'" },
		{ SAY("{\"error\":\"api_error\"},{\"wait\":1}"),
		  "nothing is said after 'cut' and 'error'" },
		{ SAY("{\"wait\":3600001}"), "more than an hour" },
		{ SAY("{\"hold\":\"a b\"}"), "a name must have letters" },
		{ SAY("{\"mark\":\"\"}"), "a name must have letters" },
		{ SAY("{\"comment\":\"a\\nb\"}"), "a comment must be one" },
		{ SAY("{\"comment\":\"@cut fin\"}"),
		  "a comment does not begin with '@'" },
		{ FORM("\"calls\":\"wohle\""),
		  "'calls' is pieces, whole, apart, repeated, together, added, "
		  "done or item, not "
		  "'wohle'; did you mean 'whole'?" },
		{ FORM("\"usage\":\"x\""), "'usage' is asked, always" },
		{ FORM("\"absent\":\"x\""), "'absent' is out, null or empty" },
		{ FORM("\"thinking\":\"x\""), "'thinking' is reasoning_con" },
		{ FORM("\"choices\":5"), "'choices' must be a number" },
		{ FORM("\"pace\":3600001"), "more than an hour" },
		{ FORM("\"finish\":7"), "'finish' must be a string or null" },
		{ FORM("\"pieces\":7"), "did you mean 'piece'?" },
		{ "{\"say\":{}}", "key 'say' must be an array" },
		{ "{\"form\":{},\"text\":\"x\"}", "'form' goes with 'say'" },
		{ "{\"say\":[],\"text\":\"x\"}",
		  "a reply must have 'text' or 'say', not both" },
		{ "{\"say\":[],\"status\":200}",
		  "'status' does not go with 'say'" },
		{ "{\"say\":[],\"threads\":\"lost\"}",
		  "'threads' goes with 'provider'" },
		{ "{\"text\":\"\",\"vendor\":\"kimi\"}",
		  "'vendor' goes with 'provider'" },
		{ "{\"provider\":true,\"vendor\":\"locla\"}",
		  "not 'locla'; did you mean 'local'?" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rules *rules = NULL;
		struct fail f = FAIL_INIT;

		if (read_reply(rows[i][0], &rules, &f) == 0)
			fail_msg("taken: %s", rows[i][0]);
		if (!strstr(f.text, rows[i][1]))
			fail_msg("%s: '%s' is not in: %s", rows[i][0],
				 rows[i][1], f.text);
	}
}

/* The last that is taken, at each bound. */
static void t_taken(void **state)
{
	static const char *const rows[] = {
		FORM("\"choices\":0"),
		FORM("\"choices\":4"),
		FORM("\"pace\":3600000"),
		FORM("\"finish\":null"),
		SAY("{\"wait\":3600000}"),
		SAY("{\"error\":\"api_error\",\"status\":200}"),
		SAY("{\"error\":\"api_error\",\"status\":599}"),
		SAY("{\"call\":\"f\"},{\"wait\":1},{\"input\":\"x\"}"),
		SAY("{\"comment\":\"a @\"}"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rules *rules = NULL;
		struct fail f = FAIL_INIT;

		if (read_reply(rows[i], &rules, &f) < 0)
			fail_msg("%s: %s", rows[i], f.text);
		rules_free(rules);
	}
}

/* A reply of one text of so many bytes, or with a tool of such a name. */
static int read_long(const char *front, size_t len, const char *end)
{
	struct buf reply = BUF_INIT(BUF_NO_LIMIT);
	struct rules *rules = NULL;
	int rc;

	buf_add_text(&reply, front);
	for (size_t i = 0; i < len; i++)
		buf_add_byte(&reply, 'x');
	buf_add_text(&reply, end);
	rc = read_reply(buf_str(&reply), &rules, NULL);
	rules_free(rules);
	buf_clear(&reply);
	return rc;
}

static void t_limits(void **state)
{
	struct buf parts = BUF_INIT(BUF_NO_LIMIT);
	struct rules *rules = NULL;

	(void)state;
#define LONG(front, len, end) read_long("{\"say\":[" front, len, end "]}")
	assert_int_equal(LONG("{\"text\":\"", SAY_BYTES_LIMIT, "\"}"), 0);
	assert_int_equal(LONG("{\"text\":\"", SAY_BYTES_LIMIT + 1, "\"}"), -1);
	assert_int_equal(LONG("{\"call\":\"", SAY_WORD_LIMIT, "\"}"), 0);
	assert_int_equal(LONG("{\"call\":\"", SAY_WORD_LIMIT + 1, "\"}"), -1);
	assert_int_equal(LONG("{\"comment\":\"", SAY_WORD_LIMIT + 1, "\"}"),
			 -1);
#define ID "],\"form\":{\"id\":\""
#define LAST "\"},\"headers\":["
	assert_int_equal(LONG(ID, SAY_WORD_LIMIT + 1, LAST), -1);
	assert_int_equal(LONG(ID, SAY_WORD_LIMIT, LAST), 0);
	buf_add_text(&parts, "{\"say\":[{\"text\":\"\"}");
	for (size_t i = 1; i < SAY_PARTS_LIMIT; i++)
		buf_add_text(&parts, ",{\"text\":\"\"}");
	buf_add_text(&parts, "]}");
	assert_int_equal(read_reply(buf_str(&parts), &rules, NULL), 0);
	rules_free(rules);
	buf_cut(&parts, parts.len - 2);
	buf_add_text(&parts, ",{\"text\":\"\"}]}");
	assert_int_equal(read_reply(buf_str(&parts), &rules, NULL), -1);
	buf_clear(&parts);
}

/* The longest say in the smallest pieces is one that can be played. */
static void t_longest(void **state)
{
	struct say s;
	struct say_asked asked = { .format = FORMAT_CHAT,
				   .model = span_of("m"),
				   .stream = true };
	struct reply r = { .status = 0 };

	(void)state;
	say_init(&s);
	s.form.piece = 1;
	s.form.choices = SAY_CHOICES_LIMIT;
	for (size_t i = 0; i < SAY_BYTES_LIMIT; i++)
		buf_add_byte(&(i ? &s.parts[0] : say_add(&s, SAY_TEXT))->text,
			     'x');
	say_write(&s, &asked, &r);
	/* Role, letters and finish for each choice, and [DONE]. */
	assert_int_equal(r.script->count,
			 (SAY_BYTES_LIMIT + 2) * SAY_CHOICES_LIMIT + 1);
	reply_clear(&r);
	say_clear(&s);
}

/* ---- what is listed ---- */

static void t_lists(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	say_list_parts(&text);
	assert_non_null(strstr(buf_str(&text), "{ \"hold\": NAME }\n"));
	assert_non_null(strstr(buf_str(&text), "  overloaded_error       529, "
					       "OpenAI's formats 503\n"));
	buf_reset(&text);
	say_list_form(&text);
	assert_non_null(strstr(buf_str(&text), "\ninterleaved\n    true: "));
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_same),
		cmocka_unit_test(t_calls),
		cmocka_unit_test(t_usage),
		cmocka_unit_test(t_chunks),
		cmocka_unit_test(t_finish),
		cmocka_unit_test(t_places),
		cmocka_unit_test(t_errors),
		cmocka_unit_test(t_whole),
		cmocka_unit_test(t_whole_steps),
		cmocka_unit_test(t_not_for_it),
		cmocka_unit_test(t_refused),
		cmocka_unit_test(t_taken),
		cmocka_unit_test(t_pieces),
		cmocka_unit_test(t_message_ids),
		cmocka_unit_test(t_limits),
		cmocka_unit_test(t_longest),
		cmocka_unit_test(t_lists),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("say", tests, NULL, NULL);
}
