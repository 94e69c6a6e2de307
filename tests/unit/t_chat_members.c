/* What a strict vendor of chat completions takes at the bounds: numbers, lengths,
 * words, members of each object, tools, and what each model takes. */
#include "tests/unit/chat_kit.h"

#include <stdio.h>

#include "mockupstream/dialects/chat/chat_private.h"

typedef int check_fn(struct jval root, struct chat_refusal *why);

/* `param` is NULL where it is taken. Quotes are single ones. */
static void assert_check(check_fn *check, const char *body, const char *param,
			 const char *message)
{
	struct chat_refusal why = { .status = 0 };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jval root;
	int rc;

	buf_add_text(&text, body);
	buf_replace(&text, "'", "\"");
	assert_int_equal(jscan(buf_span(&text), &root, NULL), 0);
	rc = check(root, &why);
	if (rc != (param ? -1 : 0) || why.status != (param ? 400 : 0))
		fail_msg("%s: %d %s", body, rc, why.message);
	if (param && strcmp(why.param, param) != 0)
		fail_msg("%s: '%s', not '%s'", body, why.param, param);
	if (param && strstr(why.message, message) == NULL)
		fail_msg("%s: '%s' has no '%s'", body, why.message, message);
	buf_clear(&text);
}

/* ---- members of the request ---- */

static void assert_member(const char *name, const char *value, bool taken,
			  const char *message)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&body, "{'store':true,'%s':%s}", name, value);
	assert_check(chat_members_request, buf_str(&body), taken ? NULL : name,
		     message);
	buf_clear(&body);
}

static void t_numbers(void **state)
{
	static const struct {
		const char *name, *least, *most, *below, *above;
	} rows[] = {
		{ "frequency_penalty", "-2", "2", "-2.1", "2.1" },
		{ "presence_penalty", "-2", "2", "-2.1", "2.1" },
		{ "temperature", "0", "2", "-0.1", "2.1" },
		{ "top_p", "0", "1", "-0.1", "1.1" },
		{ "max_completion_tokens", "1", "1000000000000", "0",
		  "1000000000001" },
		{ "max_tokens", "1", "1000000000000", "0", "1000000000001" },
		{ "n", "1", "128", "0", "129" },
		{ "top_logprobs", "0", "20", "-1", "21" },
		{ "seed", "-1000000000000000000", "1000000000000000000",
		  "-2000000000000000000", "2000000000000000000" },
	};
	char text[80];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *kind = i < 4 ? "decimal" : "integer";

		assert_member(rows[i].name, rows[i].least, true, NULL);
		assert_member(rows[i].name, rows[i].most, true, NULL);
		assert_member(rows[i].name, "null", true, NULL);
		snprintf(text, sizeof(text), ": %s below minimum value.", kind);
		assert_member(rows[i].name, rows[i].below, false, text);
		snprintf(text, sizeof(text), ": %s above maximum value.", kind);
		assert_member(rows[i].name, rows[i].above, false, text);
		snprintf(text, sizeof(text),
			 ": expected %s %s, but got a string instead.",
			 i < 4 ? "a" : "an", kind);
		assert_member(rows[i].name, "'1'", false, text);
		assert_member(rows[i].name, "1.5",
			      i < 4 && strcmp(rows[i].name, "top_p") != 0,
			      i < 4 ? "above" : "expected an integer");
	}
}

static void t_types(void **state)
{
	static const char *const booleans[] = { "logprobs",
						"parallel_tool_calls", "stream",
						NULL };
	static const char *const objects[] = { "audio",
					       "logit_bias",
					       "metadata",
					       "moderation",
					       "prediction",
					       "prompt_cache_options",
					       "response_format",
					       "stream_options",
					       "web_search_options",
					       NULL };
	static const char *const arrays[] = { "functions", "modalities",
					      "tools", NULL };
	static const char *const texts[] = { "model", "prompt_cache_key",
					     "safety_identifier", "user",
					     NULL };
	static const struct {
		const char *const *names;
		const char *values[2], *other, *words;
	} rows[] = {
		{ booleans, { "true", "false" }, "1", "expected a boolean" },
		{ objects, { "{}", "null" }, "[]", "expected an object" },
		{ arrays, { "[]", "null" }, "{}", "expected an array of" },
		{ texts, { "''", "'a'" }, "7", "expected a string" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t k = 0; rows[i].names[k]; k++) {
			const char *name = rows[i].names[k];

			assert_member(name, rows[i].values[0], true, NULL);
			assert_member(name, rows[i].values[1], true, NULL);
			assert_member(name, rows[i].other, false,
				      rows[i].words);
		}
	assert_member("function_call", "7", true, NULL);
	assert_member("messages", "7", true, NULL);
	assert_member("stop", "7", true, NULL);
	assert_member("tool_choice", "7", true, NULL);
}

static void t_words(void **state)
{
	(void)state;
	assert_member("prompt_cache_retention", "'in_memory'", true, NULL);
	assert_member("verbosity", "'medium'", true, NULL);
	assert_member("service_tier", "'auto'", true, NULL);
	assert_member("reasoning_effort", "'xhigh'", true, NULL);
	assert_member("prompt_cache_retention", "''", false,
		      "Supported values are: 'in_memory' and '24h'.");
	assert_member("verbosity", "'low medium'", false, "low medium");
	assert_member("verbosity", "[]", false, "Supported values are: ");
}

/* A text of so many bytes, and one more. */
static void assert_length(const char *name, size_t most)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);

	for (size_t n = most; n <= most + 1; n++) {
		buf_reset(&value);
		buf_add_byte(&value, '\'');
		while (value.len <= n)
			buf_add_byte(&value, 'x');
		buf_add_byte(&value, '\'');
		assert_member(name, buf_str(&value), n == most,
			      "string too long");
	}
	buf_clear(&value);
}

static void t_lengths(void **state)
{
	(void)state;
	assert_length("user", 64);
	assert_length("safety_identifier", 128);
}

/* `count` members whose names have `key` bytes and whose values `value`. */
static void assert_metadata(int count, int key, int value, const char *words)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&body, "{'store':true,'metadata':{");
	for (int i = 0; i < count; i++)
		buf_addf(&body, "%s'%0*d':'%0*d'", i > 0 ? "," : "", key, i,
			 value, 0);
	buf_add_text(&body, "}}");
	assert_check(chat_members_request, buf_str(&body),
		     words ? "metadata" : NULL, words);
	buf_clear(&body);
}

static void t_metadata(void **state)
{
	(void)state;
	assert_metadata(16, 64, 512, NULL);
	assert_metadata(17, 2, 1,
			"at most 16 properties, but got an object "
			"with 17 properties");
	assert_metadata(1, 65, 1,
			"maximum length 64, but got a string with "
			"length 65");
	assert_metadata(1, 1, 513,
			"maximum length 512, but got a string with "
			"length 513");
	assert_check(chat_members_request, "{'store':true,'metadata':{'a':7}}",
		     "metadata", "expected a string, but got an integer");
	assert_check(chat_members_request, "{'metadata':{}}", "metadata",
		     "only allowed when 'store' is enabled");
	assert_check(chat_members_request, "{'store':false,'metadata':{}}",
		     "metadata", "only allowed when 'store' is enabled");
}

/* ---- members of objects ---- */

#define MESSAGES(list) "{'messages':[{'role':'user'}," list "]}"
#define PART(members) \
	MESSAGES("{'role':'user','content':[{'type':'text'},{" members "}]}")
#define MADE(members) \
	MESSAGES("{'role':'assistant','tool_calls':[{},{" members "}]}")

static void t_objects(void **state)
{
	static const struct {
		const char *body, *param;
	} rows[] = {
		{ "{'stream_options':{'include_usage':true,"
		  "'include_obfuscation':true}}",
		  NULL },
		{ "{'stream_options':{'x':1}}", "stream_options.x" },
		{ MESSAGES("{'role':'assistant','content':null,'name':'n',"
			   "'refusal':null,'audio':null,'annotations':[],"
			   "'function_call':null,'tool_calls':null}"),
		  NULL },
		{ MESSAGES("{'role':'assistant','x':1}"), "messages[1].x" },
		{ MESSAGES("{'role':'tool','content':'','name':'n',"
			   "'tool_call_id':'1'}"),
		  NULL },
		{ MESSAGES("{'role':'tool','tool_calls':[]}"),
		  "messages[1].tool_calls" },
		{ MESSAGES("{'role':'system','content':'','name':'n'}"), NULL },
		{ MESSAGES("{'role':'user','tool_call_id':'1'}"),
		  "messages[1].tool_call_id" },
		{ MESSAGES("7"), NULL },
		{ PART("'type':'text','text':'t','prompt_cache_breakpoint':1"),
		  NULL },
		{ PART("'type':'text','x':1"), "messages[1].content[1].x" },
		{ PART("'type':'image_url','image_url':{'url':'u',"
		       "'detail':'low'},'prompt_cache_breakpoint':1"),
		  NULL },
		{ PART("'type':'image_url','image_url':{'x':1}"),
		  "messages[1].content[1].image_url.x" },
		{ PART("'type':'image_url','text':'t'"),
		  "messages[1].content[1].text" },
		{ PART("'type':'input_audio','input_audio':{'x':1},"
		       "'prompt_cache_breakpoint':1"),
		  NULL },
		{ PART("'type':'input_audio','file':{}"),
		  "messages[1].content[1].file" },
		{ PART("'type':'file','file':{'file_data':'d','file_id':'i',"
		       "'filename':'n'},'prompt_cache_breakpoint':1"),
		  NULL },
		{ PART("'type':'file','file':{'x':1}"),
		  "messages[1].content[1].file.x" },
		{ PART("'type':'refusal','refusal':'r'"), NULL },
		{ PART("'type':'refusal','prompt_cache_breakpoint':1"),
		  "messages[1].content[1].prompt_cache_breakpoint" },
		{ PART("'type':'new','x':1"), NULL },
		{ MADE("'index':0,'id':'1','type':'function','function':{"
		       "'name':'f','arguments':'{}'},'custom':{'x':1}"),
		  NULL },
		{ MADE("'x':1"), "messages[1].tool_calls[1].x" },
		{ MADE("'function':{'x':1}"),
		  "messages[1].tool_calls[1].function.x" },
	};
	char message[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(message, sizeof(message), "Unknown parameter: '%s'.",
			 rows[i].param ? rows[i].param : "");
		assert_check(chat_members_request, rows[i].body, rows[i].param,
			     message);
	}
}

/* All vendors look at the limits, and at nothing else. */
static void t_limits(void **state)
{
	(void)state;
	assert_check(chat_limits_check, "{'max_tokens':1,'n':0,'x':1}", NULL,
		     NULL);
	assert_check(chat_limits_check, "{'max_tokens':null}", NULL, NULL);
	assert_check(chat_limits_check, "{'n':1,'max_tokens':0}", "max_tokens",
		     ">= 1, but got 0");
	assert_check(chat_limits_check, "{'max_completion_tokens':'1'}",
		     "max_completion_tokens", "expected an integer");
}

/* ---- models ---- */

static uint64_t prompt; /* tokens of the request that is looked at */

static int check_model(struct jval root, struct chat_refusal *why)
{
	return chat_models_check(root, prompt, why);
}

static void assert_model(const char *model, const char *members,
			 const char *param, const char *words)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&body, "{'model':'%s'%s}", model, members);
	assert_check(check_model, buf_str(&body), param, words);
	buf_clear(&body);
}

static void assert_completion(const char *model, const char *member, int most)
{
	char members[80], words[80];

	snprintf(members, sizeof(members), ",'%s':%d", member, most);
	assert_model(model, members, NULL, NULL);
	snprintf(members, sizeof(members), ",'%s':%d", member, most + 1);
	snprintf(words, sizeof(words),
		 "too large: %d. This model supports at most %d ", most + 1,
		 most);
	assert_model(model, members, member, words);
}

static void t_models(void **state)
{
	static const struct {
		const char *model;
		int completion;
		uint64_t window; /* 0: not looked at */
		bool thinks, temperature, stop, parallel, effort;
	} rows[] = {
		{ "o1", 100000, 200000, true, false, true, false, true },
		{ "o3-mini", 100000, 200000, true, false, false, false, true },
		{ "o4-mini", 100000, 200000, true, false, false, false, true },
		{ "gpt-5.1", 128000, 400000, true, true, true, true, true },
		{ "gpt-5.2", 128000, 400000, true, true, true, true, true },
		{ "gpt-5.3", 128000, 400000, true, true, true, true, true },
		{ "gpt-5.4-x", 128000, 400000, true, true, true, true, true },
		{ "gpt-5-mini", 128000, 400000, true, false, true, true, true },
		{ "gpt-4.1", 32768, 1047576, false, true, true, true, false },
		{ "gpt-4o", 16384, 128000, false, true, true, true, false },
		{ "gpt-4-turbo", 4096, 128000, false, true, true, true, false },
		{ "gpt-4-x", 8192, 8192, false, true, true, true, false },
		{ "gpt-3.5-x", 4096, 16385, false, true, true, true, false },
		{ "m", 128000, 0, false, true, true, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *m = rows[i].model;

		prompt = rows[i].window;
		assert_completion(m, "max_completion_tokens",
				  rows[i].completion);
		if (!rows[i].thinks)
			assert_completion(m, "max_tokens", rows[i].completion);
		else
			assert_model(m, ",'max_tokens':1", "max_tokens",
				     "Use 'max_completion_tokens' instead.");
		assert_model(m, ",'temperature':1", NULL, NULL);
		assert_model(m, ",'temperature':0.5",
			     rows[i].temperature ? NULL : "temperature",
			     "does not support 0.5 with this model.");
		assert_model(m, ",'stop':'x'", rows[i].stop ? NULL : "stop",
			     "'stop' is not supported with this model.");
		assert_model(m, ",'parallel_tool_calls':true",
			     rows[i].parallel ? NULL : "parallel_tool_calls",
			     "is not supported with this model.");
		assert_model(m, ",'reasoning_effort':'low'",
			     rows[i].effort ? NULL : "",
			     "Unrecognized request argument supplied: "
			     "reasoning_effort");
		prompt = rows[i].window > 0 ? rows[i].window + 1 : 9999999;
		assert_model(m, "", rows[i].window > 0 ? "messages" : NULL,
			     "messages resulted in");
	}
	prompt = 0;
}

/* ---- what vendors refuse ---- */

static enum vendor asked; /* of whom */

static int check_vendor(struct jval root, struct chat_refusal *why)
{
	const struct chat_vendor *v = chat_vendor_of(asked);

	return v->check(v, root, prompt, why);
}

static void assert_prompt(enum vendor v, uint64_t most, const char *words)
{
	asked = v;
	prompt = most;
	assert_check(check_vendor, "{'messages':[]}", NULL, NULL);
	prompt = most + 1;
	assert_check(check_vendor, "{'messages':[]}", "", words);
	prompt = 0;
}

static void t_vendors(void **state)
{
	(void)state;
	assert_prompt(VENDOR_KIMI, 262144,
		      "token limit: 262144 (requested: 262145)");
	assert_prompt(VENDOR_LOCAL, 32768,
		      "request (32769 tokens) exceeds the available context "
		      "size (32768 tokens)");
	asked = VENDOR_DEEPSEEK;
	assert_check(check_vendor, "{'max_tokens':1}", NULL, NULL);
	assert_check(check_vendor, "{'max_tokens':393216}", NULL, NULL);
	assert_check(check_vendor, "{'max_tokens':0}", "", "[1, 393216]");
	assert_check(check_vendor, "{'max_tokens':393217}", "", "[1, 393216]");
	assert_check(check_vendor, "{'max_tokens':1.5}", NULL, NULL);
	/* Which message it is, and where the word stands. */
	assert_check(check_vendor,
		     "{'messages':[{'role':'user'},\n{'role':'developer'}]}",
		     "",
		     "messages[1].role: unknown variant `developer`, expected "
		     "one of `system`, `user`, `assistant`, `tool`, "
		     "`latest_reminder` at line 2 column 19");
	assert_check(check_vendor,
		     "{'messages':[{'role':'user','content':[{'type':'text'},"
		     "{'type':'image_url'}]}]}",
		     "",
		     "messages[0]: unknown variant `image_url`, expected "
		     "`text` at line 1 column 74");
}

/* ---- tools ---- */

#define ADD "{'type':'function','function':{'name':'add'}}"
#define CUSTOM "{'type':'custom','custom':{'name':'add'}}"
#define CHOICE(tools, choice) "{'tools':[" tools "],'tool_choice':" choice "}"
#define FORMAT(members) "{'response_format':{" members "}}"

static void t_tools(void **state)
{
	static const struct {
		const char *body, *param, *words;
	} rows[] = {
		{ "{}", NULL, NULL },
		{ "{'parallel_tool_calls':true}", "parallel_tool_calls",
		  "only allowed when 'tools' are specified" },
		{ "{'tools':[" ADD "],'parallel_tool_calls':true}", NULL,
		  NULL },
		{ "{'tool_choice':'auto'}", "tool_choice",
		  "only allowed when 'tools' are specified" },
		{ "{'tools':[]}", "tools", "minimum length 1" },
		{ CHOICE(ADD, "'required'"), NULL, NULL },
		{ CHOICE(ADD, "'any'"), "tool_choice",
		  "'none', 'auto', and 'required'" },
		{ CHOICE(ADD, "{}"), "tool_choice.type", "Missing required" },
		{ CHOICE(ADD, "{'type':'allowed_tools'}"), NULL, NULL },
		{ CHOICE(ADD, "{'type':'function','function':{'name':'add'}}"),
		  NULL, NULL },
		{ CHOICE(CUSTOM ","
				"{'type':'function','function':{'name':'b'}}",
			 "{'type':'function','function':{'name':'add'}}"),
		  "tool_choice", "Tool choice 'add' not found" },
		{ CHOICE(CUSTOM, "{'type':'custom','custom':{'name':'add'}}"),
		  NULL, NULL },
		{ CHOICE(ADD, "{'type':'custom','custom':{'name':'add'}}"),
		  "tool_choice", "Tool choice 'add' not found" },
		{ CHOICE(ADD, "{'type':'custom'}"), "tool_choice.custom.name",
		  "Missing required" },
		{ CHOICE(ADD, "{'type':'function','function':{'name':'add'},"
			      "'x':1}"),
		  "tool_choice.x", "Unknown parameter" },
		{ "{'tools':[{'type':'custom','x':1}]}", "tools[0].x",
		  "Unknown parameter" },
		{ "{'tools':[" ADD ",{'type':'function','name':'b'}]}",
		  "tools[1].name", "Unknown parameter" },
		{ "{'tools':[{'type':'function','function':{'name':'a','x':1}"
		  "}]}",
		  "tools[0].function.x", "Unknown parameter" },
		{ "{'tools':[{'type':'new'}]}", "tools[0].type",
		  "'function' and 'custom'" },
		{ FORMAT("'type':'text'"), NULL, NULL },
		{ FORMAT("'type':'json_object'"), NULL, NULL },
		{ FORMAT("'type':'xml'"), "response_format.type",
		  "'json_object', 'json_schema', and 'text'" },
		{ FORMAT(""), "response_format.type", "Missing required" },
		{ FORMAT("'type':'text','x':1"), "response_format.x",
		  "Unknown parameter" },
		{ FORMAT("'type':'json_schema'"), "response_format.json_schema",
		  "Missing required" },
		{ FORMAT("'type':'json_schema','json_schema':{}"),
		  "response_format.json_schema.name", "Missing required" },
		{ FORMAT("'type':'json_schema','json_schema':{'name':'a b'}"),
		  "response_format.json_schema.name", "pattern" },
		{ FORMAT("'type':'json_schema','json_schema':{'name':'a',"
			 "'description':'d','strict':false}"),
		  NULL, NULL },
		{ FORMAT("'type':'json_schema','json_schema':{'name':'a',"
			 "'x':1}"),
		  "response_format.json_schema.x", "Unknown parameter" },
		{ FORMAT("'type':'json_schema','json_schema':{'name':'a',"
			 "'schema':{'type':'string'}}"),
		  "response_format", "Invalid schema for response_format 'a'" },
		{ FORMAT("'type':'json_schema','json_schema':{'name':'a',"
			 "'schema':{'type':'object','properties':{'b':{}}}}"),
		  NULL, NULL },
		{ FORMAT("'type':'json_schema','json_schema':{'name':'a',"
			 "'strict':true,'schema':{'type':'object',"
			 "'properties':{'b':{}}}}"),
		  "response_format", "Invalid schema for response_format 'a'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_check(chat_tools_check, rows[i].body, rows[i].param,
			     rows[i].words);
}

static void t_most_tools(void **state)
{
	(void)state;
	for (int count = 128; count <= 129; count++) {
		struct buf body = BUF_INIT(BUF_NO_LIMIT);

		buf_add_text(&body, "{'tools':[" ADD);
		for (int i = 1; i < count; i++)
			buf_add_text(&body, "," ADD);
		buf_add_text(&body, "]}");
		assert_check(chat_tools_check, buf_str(&body),
			     count > 128 ? "tools" : NULL,
			     "maximum length 128, but got an array with "
			     "length 129");
		buf_clear(&body);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "chat: numbers at their bounds", t_numbers, NULL, NULL,
		  NULL },
		{ "chat: types of members", t_types, NULL, NULL, NULL },
		{ "chat: words of members", t_words, NULL, NULL, NULL },
		{ "chat: lengths of texts", t_lengths, NULL, NULL, NULL },
		{ "chat: metadata", t_metadata, NULL, NULL, NULL },
		{ "chat: members of each object", t_objects, NULL, NULL, NULL },
		{ "chat: limits that all look at", t_limits, NULL, NULL, NULL },
		{ "chat: what each model takes", t_models, NULL, NULL, NULL },
		{ "chat: what vendors refuse", t_vendors, NULL, NULL, NULL },
		{ "chat: tools, choices and formats", t_tools, NULL, NULL,
		  NULL },
		{ "chat: how many tools", t_most_tools, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("chat_members", tests, NULL, NULL);
}
