/* Requests to Responses, and whole answers of it. */
#include "tests/unit/translate_kit.h"
#include "wire/bytes/base64.h"

static const struct translate_rules rules = { .format = TRANSLATE_RESPONSES };

/* What the provider is asked. */
static void ask_of(const char *body, const struct translate_rules *r,
		   struct buf *out)
{
	struct fail why = FAIL_INIT;
	struct translate *t;

	translate_new(&t, r, 1);
	assert_string_equal(translate_path(t), "/v1/responses");
	if (translate_request(t, json_of(body), out, &why) < 0)
		fail_msg("%s: %s", body, why.text);
	(void)json_of(buf_str(out));
	translate_free(t);
}

#define FRONT "{\"model\":\"m\",\"store\":false,"
#define BACK ",\"max_output_tokens\":100"
#define ASKS(members) "{\"model\":\"m\",\"max_tokens\":100," members "}"
#define HELLO \
	"\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{" \
	"\"type\":\"input_text\",\"text\":\"hi\"}]}]"

/* Members beside the conversation. */
static void t_members(void **state)
{
	static const char *const rows[][2] = {
		{ ASKS(HI), FRONT HELLO BACK "}" },
		{ ASKS("\"stream\":true," HI),
		  FRONT HELLO BACK ",\"stream\":true}" },
		{ ASKS("\"system\":\"be good\"," HI),
		  FRONT "\"instructions\":\"be good\"," HELLO BACK "}" },
		{ ASKS("\"system\":[" TEXT(
			  "x-anthropic-billing-header:"
			  " 1") "," TEXT("a") "," TEXT("b") "]," HI),
		  FRONT "\"instructions\":\"a\\n\\nb\"," HELLO BACK "}" },
		/* The least that an output may have. */
		{ "{\"model\":\"m\",\"max_tokens\":1," HI "}",
		  FRONT HELLO ",\"max_output_tokens\":16}" },
		{ "{\"model\":\"m\",\"max_tokens\":17," HI "}",
		  FRONT HELLO ",\"max_output_tokens\":17}" },
		{ ASKS("\"temperature\":0.50,\"top_p\":1,\"top_k\":"
		       "5," HI),
		  FRONT HELLO BACK ",\"temperature\":0.50,\"top_p\":1}" },
#define INCLUDE ",\"include\":[\"reasoning.encrypted_content\"]"
		{ ASKS("\"output_config\":{\"effort\":\"max\"}," HI),
		  FRONT HELLO BACK ",\"reasoning\":{\"effort\":\"max\"}" INCLUDE
				   "}" },
		{ ASKS("\"thinking\":{\"type\":\"adaptive\"}," HI),
		  FRONT HELLO BACK INCLUDE "}" },
		{ ASKS("\"thinking\":{\"type\":\"adaptive\","
		       "\"display\":"
		       "\"omitted\"}," HI),
		  FRONT HELLO BACK INCLUDE "}" },
		{ ASKS("\"thinking\":{\"type\":\"adaptive\","
		       "\"display\":"
		       "\"summarized\"}," HI),
		  FRONT HELLO BACK
		  ",\"reasoning\":{\"summary\":\"auto\"}" INCLUDE "}" },
		{ ASKS("\"thinking\":{\"type\":\"enabled\",\"display\":"
		       "\"updates\",\"budget_tokens\":5000}," HI),
		  FRONT HELLO BACK ",\"reasoning\":{\"effort\":\"medium\","
				   "\"summary\":\"auto\"}" INCLUDE "}" },
		{ ASKS("\"thinking\":{\"type\":\"disabled\"},\"output_"
		       "config\":"
		       "{\"effort\":\"high\"}," HI),
		  FRONT HELLO BACK "}" },
		{ ASKS("\"output_config\":{\"format\":{\"type\":"
		       "\"json_schema\",\"schema\":{\"type\":"
		       "\"object\"}}}," HI),
		  FRONT HELLO BACK
		  ",\"text\":{\"format\":{\"type\":\"json_schema\","
		  "\"name\":"
		  "\"answer\",\"schema\":{\"type\":\"object\"}}}}" },
		{ ASKS("\"tools\":[{\"name\":\"n\",\"description\":"
		       "\"d\","
		       "\"input_schema\":{\"type\":\"object\","
		       "\"properties\":"
		       "{}}}],\"tool_choice\":{\"type\":\"tool\","
		       "\"name\":"
		       "\"n\",\"disable_parallel_tool_use\":true}," HI),
		  FRONT HELLO
		  ",\"tools\":[{\"type\":\"function\",\"name\":\"n\","
		  "\"description\":\"d\",\"parameters\":{\"type\":"
		  "\"object\","
		  "\"properties\":{}},\"strict\":false}],\"tool_"
		  "choice\":{"
		  "\"type\":\"function\",\"name\":\"n\"},"
		  "\"parallel_tool_calls\":false" BACK "}" },
		{ ASKS("\"tools\":[{\"name\":\"n\"}],\"tool_choice\":{"
		       "\"type\":\"any\"}," HI),
		  FRONT HELLO
		  ",\"tools\":[{\"type\":\"function\",\"name\":\"n\","
		  "\"parameters\":{\"type\":\"object\",\"properties\":{"
		  "}},"
		  "\"strict\":false}],\"tool_choice\":\"required\"" BACK "}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		ask_of(rows[i][0], &rules, &out);
		assert_string_equal(buf_str(&out), rows[i][1]);
		buf_clear(&out);
	}
}

static void t_most_tokens(void **state)
{
	static const struct translate_rules low = { .format =
							    TRANSLATE_RESPONSES,
						    .most_tokens = 50 };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	ask_of(ASKS(HI), &low, &out);
	assert_non_null(strstr(buf_str(&out), "\"max_output_tokens\":50}"));
	buf_clear(&out);
}

/* Hashes: of the person, whatever the session, and of the session. */
static void t_user(void **state)
{
#define PERSON(device, session) \
	ASKS("\"metadata\":{\"user_id\":\"{\\\"device_id\\\":\\\"" device \
	     "\\\",\\\"account_uuid\\\":\\\"\\\",\\\"session_id\\\":" \
	     "\\\"" session "\\\"}\"}," HI)
	static const char *const bodies[] = {
		PERSON("d1", "s1"),
		PERSON("d1", "s2"),
		PERSON("d2", "s1"),
		ASKS("\"metadata\":{\"user_id\":\"joe\"}," HI),
		ASKS("\"metadata\":{\"user_id\":\"{}\"}," HI),
	};
	char who[5][20], cache[5][20];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);
		struct jval root;

		ask_of(bodies[i], &rules, &out);
		root = json_of(buf_str(&out));
		snprintf(who[i], sizeof(who[i]), "%.*s",
			 SPAN_ARG(jscan_get(root, "safety_identifier").text));
		snprintf(cache[i], sizeof(cache[i]), "%.*s",
			 SPAN_ARG(jscan_get(root, "prompt_cache_key").text));
		assert_int_equal(strlen(who[i]), 18);
		assert_int_equal(strlen(cache[i]), 18);
		assert_null(strstr(buf_str(&out), "joe"));
		buf_clear(&out);
	}
	assert_string_equal(who[0], who[1]);
	assert_string_not_equal(cache[0], cache[1]);
	assert_string_not_equal(who[0], who[2]);
	assert_string_not_equal(who[3], who[4]);
	assert_string_equal(who[3], cache[3]);
}

#define M(role, parts) \
	"{\"type\":\"message\",\"role\":\"" role "\",\"content\":[" parts "]}"
#define IN(t) "{\"type\":\"input_text\",\"text\":\"" t "\"}"
#define OUT(t) "{\"type\":\"output_text\",\"text\":\"" t "\"}"
#define CALL(id) \
	"{\"type\":\"function_call\",\"call_id\":\"" id "\",\"name\":\"n\"," \
	"\"arguments\":\"{\\\"a\\\":1.0}\"}"
#define OUTPUT(id, value) \
	"{\"type\":\"function_call_output\",\"call_id\":\"" id \
	"\",\"output\":" value "}"
#define PICTURE \
	"{\"type\":\"input_image\",\"detail\":\"auto\",\"image_url\":" \
	"\"data:image/png;base64,QUJD\"}"
#define DOCUMENT(source) "{\"type\":\"document\",\"source\":{" source "}}"

static void t_turns(void **state)
{
	static const char *const rows[][2] = {
		{ USER("\"a\"") "," SAYS("\"b\"") "," USER("[" TEXT("c") "]"),
		  M("user", IN("a")) "," M("assistant",
					   OUT("b")) "," M("user", IN("c")) },
		/* Blocks in their order; texts side by side are one message. */
		{ SAYS("[" TEXT("a") "," TEXT("b") "," USE("1") "," TEXT(
			  "c") "," USE("2") "]"),
		  M("assistant", OUT("a") "," OUT("b")) "," CALL("1") "," M(
			  "assistant", OUT("c")) "," CALL("2") },
		/* Results first, with their images, then the rest. */
		{ USER("[" TEXT("t") "," RESULT(
			  "1", "\"r\"") "," IMAGE
					"," RESULT("2", "[" TEXT("x") "," TEXT(
								"y") "," IMAGE
								     "]") "]"),
		  OUTPUT("1", "\"r\"") "," OUTPUT(
			  "2",
			  "[" IN("x\\ny") "," PICTURE
					  "]") "," M("user",
						     IN("t") "," PICTURE) },
		{ USER("[" RESULT("1", "[" IMAGE "," IMAGE "]") "]"),
		  OUTPUT("1", "[" PICTURE "," PICTURE "]") },
		{ USER("[" RESULT("1", "[]") "]"), OUTPUT("1", "\"\"") },
		{ USER("[{\"type\":\"tool_result\",\"tool_use_id\":\"1\"}]"),
		  OUTPUT("1", "\"\"") },
		{ USER("[{\"type\":\"tool_result\",\"tool_use_id\":\"1\","
		       "\"is_error\":true,\"content\":[" IMAGE "]}]"),
		  OUTPUT("1", "[" IN("Error: ") "," PICTURE "]") },
		{ USER("[" RESULT("1", "[{\"type\":\"tool_reference\","
				       "\"tool_name\":\"n\"}]") "]"),
		  OUTPUT("1", "\"Tool: n\"") },
		/* The system among the turns. */
		{ USER("\"a\"") ",{\"role\":\"system\",\"content\":\"s\"}"
				"," USER("\"b\""),
		  M("user", IN("a")) "," M("developer",
					   IN("s")) "," M("user", IN("b")) },
		/* Documents from anywhere. */
		{ USER("[" DOCUMENT(
			  "\"type\":\"text\",\"media_type\":"
			  "\"text/plain\",\"data\":\"d\"") "," DOCUMENT("\"type"
									"\":"
									"\"base"
									"64\","
									"\"medi"
									"a_"
									"type\""
									":"
									"\"appl"
									"icatio"
									"n/"
									"pdf\","
									"\"data"
									"\":"
									"\"QUJD"
									"\"") "," DOCUMENT("\"type\":\"url\",\"url\":\"http://x/y\"") "]"),
		  M("user",
		    IN("d") ",{\"type\":\"input_file\",\"filename\":"
			    "\"document.pdf\",\"file_data\":\"data:"
			    "application/pdf;base64,QUJD\"},{\"type\":"
			    "\"input_file\",\"file_url\":\"http://x/y\"}") },
		{ USER("[{\"type\":\"image\",\"source\":{\"type\":\"url\","
		       "\"url\":\"http://x/y\"}}]"),
		  M("user", "{\"type\":\"input_image\",\"detail\":\"auto\","
			    "\"image_url\":\"http://x/y\"}") },
		/* Empty texts are left out. */
		{ USER("\"a\"") "," SAYS("[]") "," SAYS("\"\"") "," SAYS(
			  "[" TEXT("") "]") "," USER("[]"),
		  M("user", IN("a")) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf body = BUF_INIT(BUF_NO_LIMIT), want = body;
		struct buf out = body;

		buf_addf(&body, ASKS("\"messages\":[%s]"), rows[i][0]);
		buf_addf(&want, FRONT "\"input\":[%s]" BACK "}", rows[i][1]);
		ask_of(buf_str(&body), &rules, &out);
		assert_string_equal(buf_str(&out), buf_str(&want));
		buf_clear(&body);
		buf_clear(&want);
		buf_clear(&out);
	}
}

/* A thought goes back as the item that it was, if anything follows it. */
static void t_thoughts_back(void **state)
{
#define THOUGHT(text, signature) \
	"{\"type\":\"thinking\",\"thinking\":\"" text \
	"\",\"signature\":\"" signature "\"}"
#define OURS "{\"ccgate\":\"responses\""
#define ITEM(members) "{\"type\":\"reasoning\"," members "}"
	static const struct {
		const char *signed_with; /* before base64; NULL: nothing */
		const char *turn; /* %s: the thought */
		const char *input; /* %s: the item */
		const char *item;
	} rows[] = {
		{ OURS ",\"id\":\"rs_1\",\"encrypted_content\":\"gAA=\"}",
		  "%s," USE("1"), "%s," CALL("1"),
		  ITEM("\"id\":\"rs_1\",\"summary\":[{\"type\":"
		       "\"summary_text\",\"text\":\"h\"}],"
		       "\"encrypted_content\":\"gAA=\"") },
		{ OURS ",\"encrypted_content\":\"g\"}",
		  TEXT("a") ",%s," TEXT("b"),
		  M("assistant", OUT("a")) ",%s," M("assistant", OUT("b")),
		  ITEM("\"summary\":[{\"type\":\"summary_text\",\"text\":"
		       "\"h\"}],\"encrypted_content\":\"g\"") },
		/* The thought itself needs nothing else. */
		{ OURS ",\"id\":\"rs_1\",\"own\":true}", "%s," TEXT("b"),
		  "%s," M("assistant", OUT("b")),
		  ITEM("\"id\":\"rs_1\",\"summary\":[],\"content\":[{"
		       "\"type\":\"reasoning_text\",\"text\":\"h\"}]") },
		/* Nothing follows, or there is nothing to read it by, or it is
		 * somebody else's. */
		{ OURS ",\"encrypted_content\":\"g\"}", TEXT("a") ",%s",
		  M("assistant", OUT("a")), NULL },
		{ OURS ",\"id\":\"rs_1\"}", "%s," TEXT("a"),
		  M("assistant", OUT("a")), NULL },
		{ "ccgate: not signed by the provider", "%s," TEXT("a"),
		  M("assistant", OUT("a")), NULL },
		{ OURS ",\"encrypted_content\":[[]]}", "%s," TEXT("a"),
		  M("assistant", OUT("a")), NULL },
		{ OURS ",\"encrypted_content\":", "%s," TEXT("a"),
		  M("assistant", OUT("a")), NULL },
		{ "{\"encrypted_content\":\"g\"}", "%s," TEXT("a"),
		  M("assistant", OUT("a")), NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf sign = BUF_INIT(4096), block = sign, turn = sign;
		struct buf body = sign, want = sign, items = sign, out = sign;

		base64_encode(span_of(rows[i].signed_with), &sign);
		buf_addf(&block, THOUGHT("h", "%s"), buf_str(&sign));
		buf_add_text(&turn, rows[i].turn);
		buf_replace(&turn, "%s", buf_str(&block));
		buf_addf(&body, ASKS("\"messages\":[" SAYS("[%s]") "]"),
			 buf_str(&turn));
		buf_add_text(&items, rows[i].input);
		buf_replace(&items, "%s", rows[i].item ? rows[i].item : "");
		buf_addf(&want, FRONT "\"input\":[%s]" BACK "}",
			 buf_str(&items));
		ask_of(buf_str(&body), &rules, &out);
		assert_string_equal(buf_str(&out), buf_str(&want));
		buf_clear(&sign);
		buf_clear(&block);
		buf_clear(&turn);
		buf_clear(&body);
		buf_clear(&want);
		buf_clear(&items);
		buf_clear(&out);
	}
}

static void t_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "{\"model\":\"m\"," HI "}", "max_tokens: Field required" },
		{ "{\"model\":\"m\",\"max_tokens\":0," HI "}", "max_tokens" },
		{ ASKS("\"messages\":[{\"content\":\"a\"}]"),
		  "messages.0.role" },
		{ ASKS("\"messages\":[" SAYS(
			  "[{\"type\":\"server_tool_use\"}]") "]"),
		  "messages.0.content.0: a block of type" },
		{ ASKS("\"messages\":[" USER("\"a\"") "," USER("[" RESULT(
			  "1", "[{\"type\":\"search_result\"}]") "]") "]"),
		  "messages.1.content.0: a block of type \"search_result\"" },
		{ ASKS("\"messages\":[" USER(
			  "[" DOCUMENT("\"type\":\"file\"") "]") "]"),
		  "messages.0.content.0: a document from this source" },
		{ ASKS("\"tools\":[{\"type\":\"web_search_20250305\"}]," HI),
		  "tools.0.type" },
		{ ASKS("\"container\":\"c\"," HI), "container" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);
		struct fail why = FAIL_INIT;
		struct translate *t;

		translate_new(&t, &rules, 1);
		assert_int_equal(
			translate_request(t, json_of(rows[i][0]), &out, &why),
			-1);
		assert_int_equal(out.len, 0);
		if (!strstr(why.text, rows[i][1]))
			fail_msg("%s: %s", rows[i][0], why.text);
		translate_free(t);
		buf_clear(&out);
	}
}

/* ---- whole answers ---- */

#define SAID(status, output, more) \
	"{\"id\":\"resp_1\",\"status\":\"" status "\",\"output\":[" output \
	"]" more "}"
#define MESSAGE(parts) \
	"{\"type\":\"message\",\"role\":\"assistant\",\"content\":[" parts "]" \
	"}"
#define TOLD \
	",\"usage\":{\"input_tokens\":100,\"output_tokens\":7," \
	"\"input_tokens_details\":{\"cached_tokens\":60," \
	"\"cache_write_tokens\":30}}"
#define REFUSAL "{\"type\":\"refusal\",\"refusal\":\"no\"}"

static void t_answers(void **state)
{
	static const struct {
		const char *said, *content, *stop;
	} rows[] = {
		{ SAID("completed", MESSAGE(OUT("a") "," OUT("") "," OUT("b")),
		       ""),
		  TEXT("a") "," TEXT("b"), "end_turn" },
		{ SAID("completed",
		       "{\"type\":\"function_call\",\"id\":\"fc_1\","
		       "\"call_id\":\"call_1\",\"name\":\"n\",\"arguments\":"
		       "\"{\\\"a\\\":1.0}\"}," MESSAGE(OUT("t")),
		       ""),
		  USE("call_1") "," TEXT("t"), "tool_use" },
		{ SAID("completed",
		       "{\"type\":\"function_call\",\"name\":\"n\","
		       "\"arguments\":\"\"}",
		       ""),
		  "{\"type\":\"tool_use\",\"id\":"
		  "\"toolu_gate0000000000000001_0\",\"name\":\"n\",\"input\":"
		  "{}}",
		  "tool_use" },
		{ SAID("incomplete", MESSAGE(OUT("a")),
		       ",\"incomplete_details\":{\"reason\":"
		       "\"max_output_tokens\"}"),
		  TEXT("a"), "max_tokens" },
		{ SAID("incomplete", MESSAGE(OUT("a")),
		       ",\"incomplete_details\":{\"reason\":"
		       "\"content_filter\"}"),
		  TEXT("a"), "refusal" },
		{ SAID("incomplete", "", ""), "", "max_tokens" },
		{ SAID("completed", "",
		       ",\"incomplete_details\":{\"reason\":\"steered\"}"),
		  "", "max_tokens" },
		{ SAID("completed", MESSAGE(REFUSAL), ""), TEXT("no"),
		  "refusal" },
		{ "{\"output\":[{\"type\":\"web_search_call\"}]}", "",
		  "end_turn" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);
		struct translate *t;
		struct jval root;

		translate_new(&t, &rules, 1);
		root = json_of(rows[i].said);
		assert_int_equal(translate_failure(t, root), 0);
		assert_int_equal(translate_answer(t, root, &out), 0);
		root = json_of(buf_str(&out));
		if (!strstr(buf_str(&out), rows[i].content) ||
		    !jscan_member_is(root, "stop_reason", rows[i].stop) ||
		    jscan_get(root, "content").text.len !=
			    strlen(rows[i].content) + 2)
			fail_msg("row %zu: %s", i, buf_str(&out));
		translate_free(t);
		buf_clear(&out);
	}
}

static void t_answer_usage(void **state)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;

	(void)state;
	translate_new(&t, &rules, 1);
	assert_int_equal(
		translate_answer(t, json_of(SAID("completed", "", TOLD)), &out),
		0);
	assert_non_null(strstr(
		buf_str(&out),
		"\"usage\":{\"input_tokens\":10,\"cache_creation_input_tokens\""
		":30,\"cache_read_input_tokens\":60,\"output_tokens\":7}"));
	translate_free(t);
	buf_clear(&out);
}

/* What a thought is signed with brings its item back. */
static void t_answer_thoughts(void **state)
{
	static const char *const rows[][3] = {
		{ "\"id\":\"rs_1\",\"summary\":[{\"type\":\"summary_text\","
		  "\"text\":\"a\\n\"},{\"type\":\"summary_text\",\"text\":"
		  "\"b\"}],\"encrypted_content\":\"gA\"",
		  "a\\n\\n\\nb",
		  OURS ",\"id\":\"rs_1\",\"encrypted_content\":\"gA\"}" },
		{ "\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"gA\"",
		  "", OURS ",\"id\":\"rs_1\",\"encrypted_content\":\"gA\"}" },
		{ "\"id\":\"rs_1\",\"content\":[{\"type\":\"reasoning_text\","
		  "\"text\":\"t\"}],\"encrypted_content\":null",
		  "t", OURS ",\"id\":\"rs_1\",\"own\":true}" },
		{ "\"summary\":[]", "", OURS "}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf said = BUF_INIT(4096), want = said, out = said;
		struct translate *t;

		buf_addf(&said,
			 SAID("completed", "{\"type\":\"reasoning\",%s}", ""),
			 rows[i][0]);
		buf_addf(&want,
			 "{\"type\":\"thinking\",\"thinking\":\"%s\","
			 "\"signature\":\"",
			 rows[i][1]);
		base64_encode(span_of(rows[i][2]), &want);
		translate_new(&t, &rules, 1);
		assert_int_equal(
			translate_answer(t, json_of(buf_str(&said)), &out), 0);
		if (!strstr(buf_str(&out), buf_str(&want)))
			fail_msg("not %s: %s", buf_str(&want), buf_str(&out));
		translate_free(t);
		buf_clear(&said);
		buf_clear(&want);
		buf_clear(&out);
	}
}

/* These say that the request has to be another one. */
static void t_refusals(void **state)
{
	static const char *const codes[] = {
		"invalid_prompt",
		"invalid_request_error",
		"invalid_encrypted_content",
		"context_length_exceeded",
		"bio_policy",
		"cyber_policy",
		"data_residency_mismatch",
		"misalignment_policy_violation",
		"invalid_image",
		"invalid_image_format",
		"invalid_base64_image",
		"invalid_image_url",
		"invalid_image_mode",
		"image_too_large",
		"image_too_small",
		"image_parse_error",
		"image_content_policy_violation",
		"image_file_too_large",
		"image_file_not_found",
		"unsupported_image_media_type",
	};

	struct translate *t;

	(void)state;
	translate_new(&t, &rules, 1);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct buf said = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(&said,
			 SAID("failed", "", ",\"error\":{\"code\":\"%s\"}"),
			 codes[i]);
		assert_int_equal(translate_failure(t, json_of(buf_str(&said))),
				 400);
		buf_clear(&said);
	}
	translate_free(t);
}

/* A response that failed has the status that its error would have had. */
static void t_failures(void **state)
{
	static const struct {
		const char *said;
		int status;
	} rows[] = {
		{ SAID("failed", "", ",\"error\":{\"code\":\"server_error\"}"),
		  500 },
		{ SAID("failed", "",
		       ",\"error\":{\"code\":\"rate_limit_exceeded\"}"),
		  429 },
		{ SAID("failed", "",
		       ",\"error\":{\"code\":\"invalid_prompt\"}"),
		  400 },
		{ SAID("failed", "", ",\"error\":{\"code\":\"slow_down\"}"),
		  529 },
		{ SAID("failed", "",
		       ",\"error\":{\"code\":null,\"type\":"
		       "\"invalid_request_error\"}"),
		  400 },
		{ SAID("failed", "", ""), 500 },
		{ SAID("completed", "", ",\"error\":null"), 0 },
	};
	static const char *const none[] = {
		SAID("in_progress", "", ""),
		SAID("cancelled", "", ""),
		SAID("queued", "", ""),
		"{\"status\":\"completed\"}",
		"{}",
		"{\"choices\":[{\"message\":{\"content\":\"a\"}}]}"
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;

	(void)state;
	translate_new(&t, &rules, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(translate_failure(t, json_of(rows[i].said)),
				 rows[i].status);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(translate_answer(t, json_of(none[i]), &out),
				 -1);
	assert_int_equal(out.len, 0);
	translate_free(t);
}

/* Words of errors that the client recovers from. */
static void t_error_words(void **state)
{
	static const char *const rows[][2] = {
		{ "{\"error\":{\"code\":\"context_length_exceeded\","
		  "\"message\":\"too much\"}}",
		  "\"prompt is too long (the provider said: too much)\"" },
		{ "{\"error\":{\"message\":\"Your input exceeds the context "
		  "window of this model.\"}}",
		  "\"prompt is too long (the provider said: Your input" },
		{ "{\"error\":{\"code\":\"invalid_encrypted_content\","
		  "\"message\":\"gA could not be verified\"}}",
		  "\"Invalid `signature` in `thinking` block (the provider "
		  "said: gA could not be verified)\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		assert_int_equal(
			translate_error(400, span_of(rows[i][0]), "r", &out),
			400);
		if (!strstr(buf_str(&out), rows[i][1]))
			fail_msg("not %s: %s", rows[i][1], buf_str(&out));
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_members),
		cmocka_unit_test(t_most_tokens),
		cmocka_unit_test(t_user),
		cmocka_unit_test(t_turns),
		cmocka_unit_test(t_thoughts_back),
		cmocka_unit_test(t_refused),
		cmocka_unit_test(t_answers),
		cmocka_unit_test(t_answer_usage),
		cmocka_unit_test(t_answer_thoughts),
		cmocka_unit_test(t_failures),
		cmocka_unit_test(t_refusals),
		cmocka_unit_test(t_error_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("translate_responses", tests, NULL,
					   NULL);
}
