/*
 * Requests and answers with one value missing or of another kind, each value in
 * turn: what ccmock's provider says to such requests in each format, lenient and
 * strict, and how they are read in the plain form. All of it is compared with
 * tests/golden/odd.txt, which UPDATE_GOLDEN=1 writes anew. Of an answer that is
 * no refusal it has a number that is made of its bytes.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "formats/plain.h"
#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/dialects/betas.h"
#include "mockupstream/dialects/chat/chat.h"
#include "mockupstream/dialects/cloud/cloud.h"
#include "mockupstream/dialects/responses/responses.h"
#include "mockupstream/reply.h"
#include "tests/unit/golden_kit.h"
#include "tests/unit/odd_kit.h"

#define SHOWN ((size_t)60)
#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/odd.txt"

static struct buf all = BUF_INIT(BUF_NO_LIMIT);

/* A number that is made of these bytes: FNV-1a, folded. */
static void tell_number(struct span s, struct buf *told)
{
	uint64_t n = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.len; i++)
		n = (n ^ (unsigned char)s.at[i]) * UINT64_C(1099511628211);
	buf_addf(told, "#%08" PRIx32, (uint32_t)(n >> 32 ^ n));
}

/* A text; of a long one the begin, and its number. */
static void tell_text(struct span s, struct buf *told)
{
	buf_add_span(told, s.len > SHOWN ? span_first(s, SHOWN / 2) : s);
	if (s.len > SHOWN)
		tell_number(s, told);
}

/* ---- the provider ---- */

struct way {
	const char *name, *path, *betas;
	bool strict;
	enum vendor vendor;
	const char *before; /* a request that comes first; NULL: none */
	const char *key; /* NULL: the right one; "": none */
};

/* The message of a refusal, and what else it names. false: it is none. */
static bool tell_refusal(struct span body, struct buf *told)
{
	static const char *const names[] = { "message", "param", "code" };
	struct jval root, error, v;
	size_t found = 0;

	if (jscan(body, &root, NULL) < 0)
		return false;
	error = jscan_get(root, "error");
	if (error.type != J_OBJECT)
		error = root; /* as the clouds have it */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		v = jscan_get(error, names[i]);
		if (v.type != J_STRING)
			continue;
		buf_add_text(told, found++ > 0 ? " " : "");
		tell_text(v.text, told);
	}
	return found > 0;
}

static void answer_one(struct anthropic *provider, const struct way *w,
		       struct span body, uint64_t number, struct reply *reply)
{
	struct http_head head = { .method = (char *)"POST",
				  .target = (char *)w->path,
				  .minor = 1 };
	struct anthropic_request r = { .head = &head,
				       .path = span_of(w->path),
				       .body = body,
				       .number = number,
				       .strict = w->strict,
				       .safeguards = SAFEGUARDS_FLAGGED,
				       .vendor = w->vendor };
	bool is_ours = strcmp(w->path, "/v1/messages") == 0;

	if (!w->key || *w->key)
		headers_add_text(&head.headers,
				 is_ours ? "x-api-key" : "authorization",
				 w->key    ? w->key
				 : is_ours ? "right"
					   : "Bearer right");
	headers_add_text(&head.headers, "anthropic-version", "2023-06-01");
	if (w->betas)
		headers_add_text(&head.headers, "anthropic-beta", w->betas);
	if (cloud_route_of(r.path) != CLOUD_NONE)
		cloud_answer(provider, &r, reply);
	else if (responses_serves(r.path))
		responses_answer(provider, &r, reply);
	else if (chat_serves(&r))
		chat_answer(provider, &r, reply);
	else
		anthropic_answer(provider, &r, reply);
	headers_clear(&head.headers);
}

static void answer(const struct way *w, struct span body, struct reply *reply)
{
	struct anthropic provider = { .key = "right" };
	struct reply first = { .kind = REPLY_BODY };

	if (w->before) {
		answer_one(&provider, w, span_of(w->before), 6, &first);
		assert_int_equal(first.status, 200);
	}
	answer_one(&provider, w, body, 7, reply);
	reply_clear(&first);
	anthropic_clear(&provider);
}

static void tell_answer(void *arg, struct span body, struct buf *told)
{
	struct reply reply = { .kind = REPLY_BODY };
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);

	answer(arg, body, &reply);
	if (reply.kind == REPLY_STREAM)
		for (size_t i = 0; i < reply.script->count; i++)
			buf_add_span(&bytes, reply.script->steps[i].bytes);
	else
		buf_add(&bytes, reply.bytes, reply.len);
	buf_addf(told, "%d ", reply.status);
	if (reply.status == 200 || !tell_refusal(buf_span(&bytes), told))
		tell_number(buf_span(&bytes), told);
	reply_clear(&reply);
	buf_clear(&bytes);
}

/* Quotes of the text are single ones, so that it can be read here. */
static void try_text(const char *text, odd_fn *fn, void *arg)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&json, text);
	buf_replace(&json, "'", "\"");
	odd_each(buf_span(&json), fn, arg, &all);
	golden_compare(&all);
	buf_clear(&json);
}

static void try_request(struct way w, const char *text)
{
	buf_addf(&all, "\n== %s%s: ", w.name, w.strict ? ", strict" : "");
	try_text(text, tell_answer, &w);
}

#define BETAS \
	BETA_CONTEXT_MANAGEMENT "," BETA_SAFEGUARDS "," BETA_THREAD \
				"," BETA_EFFORT \
				",advanced-tool-use-2025-11-20"

#define FRONT "{'model':'claude-opus-5-5','max_tokens':2000,"
#define SAYS(text) "{'role':'user','content':'" text "'}"
#define SCHEMA \
	"{'type':'object','properties':{'path':{'type':'string','enum':" \
	"['/a','/b']},'n':{'type':'integer','minimum':2}},'required':" \
	"['path','n']}"
#define EPHEMERAL "'cache_control':{'type':'ephemeral','ttl':'5m'}"
#define READ "{'name':'Read','description':'d','input_schema':" SCHEMA "}"
#define CALLED \
	"{'role':'assistant','content':[{'type':'text','text':'I read'}," \
	"{'type':'tool_use','id':'toolu_1','name':'Read','input':{'path':" \
	"'/a','n':3}}]},{'role':'user','content':[{'type':'tool_result'," \
	"'tool_use_id':'toolu_1','content':[{'type':'text','text':'r'}]," \
	"'is_error':false},{'type':'text','text':'and now'," EPHEMERAL "}]}"

static const char *const messages[] = {
	/* a turn with everything beside it */
	FRONT
	"'system':[{'type':'text','text':'s'," EPHEMERAL "}],"
	"'messages':[" SAYS(
		"a [tool:Read {}]") "," CALLED "],"
				    "'tools':[" READ
				    ",{'name':'Write','input_schema':{'type':"
				    "'object'}," EPHEMERAL
				    "}],'tool_choice':{'type':'auto',"
				    "'disable_parallel_tool_use':false},'stop_"
				    "sequences':['zz'],"
				    "'metadata':{'user_id':'u'},'service_tier':"
				    "'auto',"
				    "'thinking':{'type':'adaptive','display':'"
				    "summarized'},"
				    "'output_config':{'effort':'high'},'"
				    "context_management':{"
				    "'edits':[{'type':'clear_thinking_20251015'"
				    ",'keep':'all'}]},"
				    "'stream':false}",
	/* media, results with media, and numbers */
	FRONT "'messages':[{'role':'user','content':[{'type':'image',"
	      "'source':{'type':'base64','media_type':'image/png','data':"
	      "'iVBORw0KGgo='}},{'type':'document','source':{'type':'text',"
	      "'media_type':'text/plain','data':'d'},'title':'t','citations':{"
	      "'enabled':true}},{'type':'text','text':'hm'}]}],"
	      "'temperature':1,'thinking':{'type':'disabled'},'tools':[" READ
	      "],'tool_choice':{'type':'tool','name':'Read'},'stream':true}",
	/* a format, and any tool */
	FRONT "'messages':[" SAYS(
		"a") "],'output_config':{'format':{'type':"
		     "'json_schema','schema':{'type':'object','properties':{'a'"
		     ":{"
		     "'type':'string'},'b':{'type':'array','items':{'type':"
		     "'boolean'}}},'required':['a','b'],'additionalProperties':"
		     "false}}}}",
	FRONT "'messages':[" SAYS(
		"a") "],'tools':[" READ ",{'name':'Write',"
		     "'input_schema':{'type':'object'}}],'tool_choice':{'type':"
		     "'any','disable_parallel_tool_use':true}}",
	/* tools of the API, and those that are found first */
	FRONT "'messages':[" SAYS(
		"[search: cats]") "],'tools':[{'type':"
				  "'web_search_20250305','name':'web_search','"
				  "max_uses':3,"
				  "'allowed_domains':['a.example']}]}",
	FRONT "'messages':[" SAYS(
		"[fetch: https://a.example/b]") "],'tools':["
						"{'type':'web_fetch_20250910','"
						"name':'web_fetch','citations':"
						"{"
						"'enabled':true}}]}",
	FRONT "'messages':[" SAYS(
		"[tool:Late {}]") "],'tools':[{'type':"
				  "'tool_search_tool_regex_20251119','name':"
				  "'tool_search_tool_regex'},{'name':'Late','"
				  "defer_loading':true,"
				  "'input_schema':{'type':'object'}}," READ
				  "]}",
	FRONT "'messages':[" SAYS(
		"[tool:Late {}]") ",{'role':'assistant',"
				  "'content':[{'type':'tool_use','id':'toolu_2'"
				  ",'name':"
				  "'ToolSearch','input':{'query':'select:Late,"
				  "Other'}}]},{'role':"
				  "'user','content':[{'type':'tool_result','"
				  "tool_use_id':"
				  "'toolu_2','content':[{'type':'tool_"
				  "reference','tool_name':"
				  "'Late'}]}]}],'tools':[{'name':'ToolSearch','"
				  "input_schema':{"
				  "'type':'object'}},{'name':'Late','defer_"
				  "loading':true,"
				  "'input_schema':{'type':'object'}}]}",
	FRONT "'messages':[" SAYS(
		"[tool:Late {}]") ",{'role':'assistant',"
				  "'content':[{'type':'server_tool_use','id':'"
				  "srvtoolu_1','name':"
				  "'tool_search_tool_regex','input':{'pattern':"
				  "'Late'}},{'type':"
				  "'tool_search_tool_result','tool_use_id':'"
				  "srvtoolu_1','content':"
				  "{'type':'tool_search_tool_search_result','"
				  "tool_references':[{"
				  "'type':'tool_reference','tool_name':'Late'}]"
				  "}}]}," SAYS(
					  "go on") "],'tools':[{'type':'tool_"
						   "search_tool_regex_20251119'"
						   ",'name':"
						   "'tool_search_tool_regex'},{"
						   "'name':'Late','defer_"
						   "loading':true,"
						   "'input_schema':{'type':'"
						   "object'}}," READ "]}",
	/* verdicts about calls */
	FRONT "'messages':[" SAYS(
		"[tools: Read {}; Write {}]") "],'tools':[" READ
					      ",{'name':'Write','input_schema':"
					      "{'type':'object'}}],"
					      "'safeguards':[{'type':'"
					      "dangerous_tool_use'}]}",
	/* ends */
	FRONT "'messages':[" SAYS("say zz and yy") "],'stop_sequences':["
						   "'yy','zz'],'stream':true}",
};

/* A call after thinking, as the provider itself made it, and its result. */
static void write_bound(struct buf *out, const struct way *w, const char *front,
			const char *says)
{
	struct reply reply = { .kind = REPLY_BODY };
	struct buf asked = BUF_INIT(BUF_NO_LIMIT);
	struct jval root, content, id;

	buf_addf(&asked, "%s,'tools':[" READ "],'messages':[%s]}", front, says);
	buf_replace(&asked, "'", "\"");
	answer(w, buf_span(&asked), &reply);
	assert_int_equal(reply.status, 200);
	assert_int_equal(jscan(span_make(reply.bytes, reply.len), &root, NULL),
			 0);
	content = jscan_get(root, "content");
	assert_true(jscan_find(content, span_of("/last/id"), &id));
	buf_cut(&asked, asked.len - 2);
	buf_add_span(out, buf_span(&asked));
	buf_addf(out,
		 ",{\"role\":\"assistant\",\"content\":%.*s},{\"role\":"
		 "\"user\",\"content\":[{\"type\":\"tool_result\","
		 "\"tool_use_id\":%.*s,\"content\":\"r\"}]}]}",
		 SPAN_ARG(content.text), SPAN_ARG(id.text));
	reply_clear(&reply);
	buf_clear(&asked);
}

#define HELD "'system':[{'type':'text','text':'s'}],'tools':[" READ "],"

/* The next turn of a thread. */
static void t_threads(void **state)
{
	struct buf first = BUF_INIT(BUF_NO_LIMIT), next = first;
	struct way w = { .name = "messages, a thread",
			 .path = "/v1/messages",
			 .betas = BETAS };
	struct reply reply = { .kind = REPLY_BODY };
	struct jval root;

	(void)state;
	buf_add_text(&first, FRONT HELD "'thread':{'type':'create'},'messages':"
					"[" SAYS("one") "]}");
	buf_replace(&first, "'", "\"");
	try_request(w, buf_str(&first));
	for (int strict = 0; strict < 2; strict++) {
		struct anthropic provider = { .key = "right" };

		w.strict = strict;
		answer_one(&provider, &w, buf_span(&first), 6, &reply);
		assert_int_equal(
			jscan(span_make(reply.bytes, reply.len), &root, NULL),
			0);
		buf_reset(&next);
		buf_addf(&next,
			 FRONT "'thread':{'type':'continue',"
			       "'previous_message_id':%.*s},'messages':[" SAYS(
				       "two") "]}",
			 SPAN_ARG(jscan_get(root, "id").text));
		w.before = buf_str(&first);
		try_request(w, buf_str(&next));
		reply_clear(&reply);
		reply = (struct reply){ .kind = REPLY_BODY };
		anthropic_clear(&provider);
	}
	buf_clear(&first);
	buf_clear(&next);
}

static void try_bound(struct way w)
{
	static const char *const fronts[] = {
		FRONT "'thinking':{'type':'adaptive'}",
		"{'model':'claude-haiku-4-5','max_tokens':2000,'thinking':{"
		"'type':'enabled','budget_tokens':1024}",
	};
	static const char *const says[] = {
		SAYS("[tool:Read {}]"),
		SAYS("[redacted-thinking][tool:Read {}]"),
	};
	struct buf bound = BUF_INIT(BUF_NO_LIMIT);

	w.name = "messages, after thinking";
	for (size_t i = 0; i < 2; i++) {
		buf_reset(&bound);
		write_bound(&bound, &w, fronts[i], says[i]);
		try_request(w, buf_str(&bound));
	}
	buf_clear(&bound);
}

static void t_messages(void **state)
{
	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		struct way w = { .name = "messages",
				 .path = "/v1/messages",
				 .betas = BETAS,
				 .strict = strict };

		for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]);
		     i++)
			try_request(w, messages[i]);
		try_bound(w);
	}
}

#define BEDROCK "/model/us.anthropic.claude-opus-5-5/"
#define VERTEX \
	"/v1/projects/p/locations/r/publishers/anthropic/models/" \
	"claude-opus-5-5:rawPredict"
#define ON(version, more) \
	"{'anthropic_version':'" version "','max_tokens':99," more \
	"'messages':[" SAYS("a [tool:Read {}]") "],'tools':[" READ "]}"

static void t_clouds(void **state)
{
	struct way bedrock = { .name = "bedrock", .path = BEDROCK "invoke" };
	struct way stream = { .name = "bedrock, a stream",
			      .path = BEDROCK "invoke-with-response-stream" };
	struct way vertex = { .name = "vertex", .path = VERTEX };
	struct way count = { .name = "bedrock, a count",
			     .path = BEDROCK "count-tokens" };

	(void)state;
	for (int strict = 0; strict < 2; strict++) {
		bedrock.strict = stream.strict = vertex.strict = strict;
		count.strict = strict;
		try_request(bedrock,
			    ON("bedrock-2023-05-31",
			       "'anthropic_beta':['effort-2025-11-24'],"));
		try_request(stream, ON("bedrock-2023-05-31", ""));
		try_request(vertex, ON("vertex-2023-10-16", "'stream':false,"));
		try_request(count,
			    "{'input':{'invokeModel':{'body':'eyJtYXhfdG9rZW5z"
			    "IjoxLCJtZXNzYWdlcyI6W119'}}}");
	}
}

/* ---- replies of rules, as the clouds write them ---- */

struct dressed_way {
	const char *path;
	int status;
	bool is_stream;
};

static void tell_dressed(void *arg, struct span body, struct buf *told)
{
	const struct dressed_way *w = arg;
	struct http_head head = { .method = (char *)"POST",
				  .target = (char *)w->path };
	struct anthropic_request r = { .head = &head,
				       .path = span_of(w->path),
				       .number = 7 };
	struct reply from = { .kind = REPLY_BODY }, out = from;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (w->is_stream) {
		buf_addf(&text, "event: e\ndata: %.*s\n\n", SPAN_ARG(body));
		reply_stream(&from, &text);
	} else {
		buf_add_span(&text, body);
		reply_json(&from, w->status, &text);
	}
	assert_true(cloud_reply(&r, &from, &out));
	buf_reset(&text);
	if (w->is_stream)
		for (size_t i = 0; i < out.script->count; i++)
			buf_add_span(&text, out.script->steps[i].bytes);
	else
		buf_add(&text, out.bytes, out.len);
	for (size_t i = 0; i < out.headers.count; i++)
		buf_addf(&text, " %s=%s", out.headers.list[i].name,
			 out.headers.list[i].value);
	buf_addf(told, "%d ", out.status);
	tell_number(buf_span(&text), told);
	buf_clear(&text);
	reply_clear(&from);
	reply_clear(&out);
}

#define LIMITED \
	"{'type':'error','error':{'type':'rate_limit_error','message':'slow'}" \
	"," \
	"'request_id':'req_011'}"

static void t_dressed(void **state)
{
	static const int statuses[] = { 200, 400, 401, 402, 403, 404, 408,
					413, 418, 424, 429, 500, 503, 529 };
	static const char *const paths[] = {
		BEDROCK "invoke",
		BEDROCK "invoke-with-response-stream",
		BEDROCK "count-tokens",
		VERTEX,
	};
	static const char *const events[] = {
		LIMITED,
		"{'type':'message_start','message':{'id':'msg_1','usage':{"
		"'input_tokens':3,'cache_read_input_tokens':1}}}",
		"{'type':'message_stop','usage':{'output_tokens':4}}",
		"{'type':'error','error':{'type':'overloaded_error','message':"
		"'prompt is too long: 7'}}",
		"{'type':'error','error':{'type':'api_error','message':'m'}}",
	};

	(void)state;
	for (size_t p = 0; p < sizeof(paths) / sizeof(paths[0]); p++) {
		for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]);
		     i++) {
			struct dressed_way w = { paths[p], statuses[i], false };

			buf_addf(&all, "\n== %s %d: ", w.path, w.status);
			tell_dressed(&w,
				     span_of("{\"type\":\"error\",\"error\":{"
					     "\"type\":\"rate_limit_error\","
					     "\"message\":\"slow\"},"
					     "\"request_id\":\"req_011\"}"),
				     &all);
		}
		buf_addf(&all, "\n\n== %s, of a rule: ", paths[p]);
		try_text(LIMITED, tell_dressed,
			 &(struct dressed_way){ paths[p], 429, false });
		buf_addf(&all, "\n== %s, a count: ", paths[p]);
		try_text("{'input_tokens':3}", tell_dressed,
			 &(struct dressed_way){ paths[p], 200, false });
		for (size_t i = 0; i < sizeof(events) / sizeof(events[0]);
		     i++) {
			buf_addf(&all, "\n== %s, an event: ", paths[p]);
			try_text(events[i], tell_dressed,
				 &(struct dressed_way){ paths[p], 200, true });
		}
	}
}

#define CHAT "/v1/chat/completions"
#define CHAT_TOOL \
	"{'type':'function','function':{'name':'add','description':'d'," \
	"'strict':true,'parameters':{'type':'object','properties':{'a':{" \
	"'type':'string','description':'d'},'b':{'type':['integer'," \
	"'null']}},'required':['a','b'],'additionalProperties':false}}}"
#define CHAT_CALLED \
	"{'role':'assistant','content':null,'reasoning_content':'hm'," \
	"'tool_calls':[{'id':'call_1','type':'function','function':{'name':" \
	"'add','arguments':'{}'}}]},{'role':'tool','tool_call_id':'call_1'," \
	"'content':[{'type':'text','text':'r'}]}"
#define CHAT_CALLED_PLAIN \
	"{'role':'assistant','content':null,'tool_calls':[{'id':'call_1'," \
	"'type':'function','function':{'name':'add','arguments':'{}'}}]}," \
	"{'role':'tool','tool_call_id':'call_1','content':'r'}"

static const char *const chats[] = {
	"{'model':'gpt-4.1','messages':[{'role':'system','content':[{'type':"
	"'text','text':'s'}]},{'role':'user','content':[{'type':'text',"
	"'text':'a'},{'type':'image_url','image_url':{'url':"
	"'data:image/png;base64,QQ==','detail':'auto'}}]}," CHAT_CALLED_PLAIN
	",{'role':'user','name':'u','content':'go on'}],'tools':[" CHAT_TOOL
	"],'tool_choice':{'type':'function','function':{'name':'add'}},"
	"'parallel_tool_calls':false,'max_completion_tokens':99,"
	"'temperature':0.5,'top_p':1,'stop':['zz'],'user':'u','stream':false,"
	"'metadata':{'a':'b'},'response_format':{'type':'text'}}",
	"{'model':'gpt-5','messages':[{'role':'developer','content':'s'},{"
	"'role':'user','content':'a'}],'reasoning_effort':'low','verbosity':"
	"'low','response_format':{'type':'json_schema','json_schema':{'name':"
	"'n','strict':true,'schema':{'type':'object','properties':{'a':{"
	"'anyOf':[{'type':'string'},{'type':'null'}]}},'required':['a'],"
	"'additionalProperties':false}}},'stream':true,'stream_options':{"
	"'include_usage':true}}",
	"{'model':'m','messages':[{'role':'user','content':'a'}," CHAT_CALLED
	"],'tools':[" CHAT_TOOL ",{'type':'custom','custom':{'name':'c',"
	"'format':{'type':'text'}}}],'tool_choice':'auto','max_tokens':9}",
	"{'model':'m','messages':[{'role':'user','content':'a'}],'tools':[{"
	"'type':'function','function':{'name':'f','parameters':{'type':"
	"'object','properties':{'a':{'type':'array','items':{'type':'string',"
	"'pattern':'^a'},'minItems':1},'b':{'anyOf':[{'type':'null'}]},'c':{"
	"'$ref':'#/$defs/d'}},'required':['a','b','c'],'$defs':{'d':{'enum':["
	"'x','y']}},'additionalProperties':false}}}]}",
};

/* Without a key, and with wrong ones. */
static void try_keys(enum vendor v)
{
	static const char *const keys[] = { "", "right", "Bearer wrong",
					    "Basic right", "bearer right" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct way w = { .path = CHAT, .vendor = v, .key = keys[i] };

		buf_addf(&all, "\nvendor %d, '%s': ", v, keys[i]);
		tell_answer(&w,
			    span_of("{\"model\":\"m\",\"messages\":[{"
				    "\"role\":\"user\",\"content\":\"a\"}]}"),
			    &all);
	}
	buf_add_byte(&all, '\n');
	golden_compare(&all);
}

static void t_chat(void **state)
{
	static const char *const vendors[] = {
		[VENDOR_OPENAI] = "openai",
		[VENDOR_DEEPSEEK] = "deepseek",
		[VENDOR_KIMI] = "kimi",
		[VENDOR_LOCAL] = "local",
	};

	(void)state;
	for (int v = VENDOR_UNSAID; v <= VENDOR_LOCAL; v++)
		try_keys(v);
	/* What the others refuse they refuse always. */
	for (int v = VENDOR_OPENAI; v <= VENDOR_LOCAL; v++)
		for (int strict = 0; strict < (v == VENDOR_OPENAI ? 2 : 1);
		     strict++)
			for (size_t i = 0; i < sizeof(chats) / sizeof(chats[0]);
			     i++)
				try_request((struct way){ .name = vendors[v],
							  .path = CHAT,
							  .strict = strict,
							  .vendor = v },
					    chats[i]);
}

static const char *const responses[] = {
	"{'model':'gpt-4.1','instructions':'i','input':[{'type':'message',"
	"'role':'user','content':[{'type':'input_text','text':'a'},{'type':"
	"'input_image','image_url':'https://a/b.png','detail':'high'},{'type':"
	"'input_file','file_data':'data:application/pdf;base64,QQ==',"
	"'filename':'f'}]},{'type':'message','role':'assistant','status':"
	"'completed','content':[{'type':'output_text','text':'t',"
	"'annotations':[]}]},{'type':'function_call','id':'fc_1','call_id':"
	"'1','name':'add','arguments':'{}','status':'completed'},{'type':"
	"'function_call_output','call_id':'1','output':[{'type':'input_text',"
	"'text':'r'}]},{'role':'user','content':'go on'}],'tools':[{'type':"
	"'function','name':'add','description':'d','strict':true,'parameters':"
	"{'type':'object','properties':{'a':{'type':'string'}},'required':["
	"'a'],'additionalProperties':false}}],'tool_choice':{'type':"
	"'function','name':'add'},'parallel_tool_calls':false,"
	"'max_output_tokens':99,'temperature':0.5,'top_p':1,'store':false,"
	"'user':'u','metadata':{'a':'b'},'truncation':'auto','include':["
	"'reasoning.encrypted_content'],'stream':false}",
	"{'model':'gpt-5','input':'a','reasoning':{'effort':'low','summary':"
	"'auto'},'text':{'verbosity':'low','format':{'type':'json_schema',"
	"'name':'n','strict':true,'schema':{'type':'object','properties':{'a':"
	"{'type':'string'}},'required':['a'],'additionalProperties':false}}},"
	"'stream':true,'stream_options':{'include_obfuscation':false}}",
	"{'model':'m','input':[{'role':'developer','content':'d'},{'role':"
	"'user','content':'a'},{'type':'reasoning','id':'rs_1','summary':[{"
	"'type':'summary_text','text':'s'}],'content':[{'type':"
	"'reasoning_text','text':'hm'}],'encrypted_content':"
	"'gAAAAABoYSB0aG91Z2h0IG9mIGNjbW9jaywgbnVtYmVyIDcsIGl0ZW0gMA=='},{"
	"'type':'message','role':'assistant','content':[{'type':'refusal',"
	"'refusal':'no'}]},"
	"{'type':'custom_tool_call','call_id':'2','name':"
	"'c','input':'i'},{'type':'custom_tool_call_output','call_id':'2',"
	"'output':'r'}],'store':false,'tools':[{'type':'custom','name':'c',"
	"'format':{'type':'text'}},{'type':'web_search'}],'tool_choice':"
	"'required'}",
};

static void t_responses(void **state)
{
	(void)state;
	for (int strict = 0; strict < 2; strict++)
		for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]);
		     i++)
			try_request((struct way){ .name = "responses",
						  .path = "/v1/responses",
						  .strict = strict },
				    responses[i]);
}

/* ---- the plain form ---- */

struct plain_way {
	enum format format;
	void (*read)(enum format f, struct jval root, struct buf *out);
};

static void read_stream(enum format f, struct jval root, struct buf *out)
{
	struct jiter it = jscan_iter(root);
	struct jval events[40];
	size_t count = 0;

	while (count < 40 && jscan_next(&it, NULL, &events[count]))
		count++;
	plain_stream(f, events, count, out);
}

static void tell_plain(void *arg, struct span text, struct buf *told)
{
	const struct plain_way *w = arg;
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct jval root;

	assert_int_equal(jscan(text, &root, NULL), 0);
	w->read(w->format, root, &out);
	if (out.len > SHOWN / 2)
		tell_number(buf_span(&out), told);
	else
		buf_add_span(told, buf_span(&out));
	buf_clear(&out);
}

static void try_plain(enum format format,
		      void (*read)(enum format f, struct jval root,
				   struct buf *out),
		      const char *text)
{
	struct plain_way w = { format, read };

	buf_addf(&all, "\n== plain %s: ", format_name(format));
	try_text(text, tell_plain, &w);
}

#define STARTED \
	"[{'type':'message_start','message':{'id':'msg_1','model':'m'," \
	"'content':[],'usage':{'input_tokens':3,'output_tokens':0," \
	"'cache_read_input_tokens':0}}}"

static void t_plain_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		try_plain(FORMAT_MESSAGES, plain_request, messages[i]);
	try_plain(FORMAT_MESSAGES, plain_answer,
		  "{'id':'msg_1','type':'message','role':'assistant','model':"
		  "'m','content':[{'type':'thinking','thinking':'hm',"
		  "'signature':'s'},{'type':'text','text':'t'}],'stop_reason':"
		  "'end_turn','stop_sequence':null,'usage':{'input_tokens':3,"
		  "'output_tokens':4}}");
	try_plain(FORMAT_MESSAGES, plain_answer,
		  "{'type':'error','error':{'type':'t','message':'m'}}");
	try_plain(FORMAT_MESSAGES, read_stream,
		  STARTED
		  ",{'type':'content_block_start','index':0,'content_block':{"
		  "'type':'text','text':''}},{'type':'content_block_delta',"
		  "'index':0,'delta':{'type':'text_delta','text':'a'}},{'type':"
		  "'content_block_stop','index':0},{'type':"
		  "'content_block_start','index':1,'content_block':{'type':"
		  "'tool_use','id':'t','name':'n','input':{}}},{'type':"
		  "'content_block_delta','index':1,'delta':{'type':"
		  "'input_json_delta','partial_json':'{}'}},{'type':"
		  "'content_block_stop','index':1},{'type':'message_delta',"
		  "'delta':{'stop_reason':'tool_use','stop_sequence':null},"
		  "'usage':{'output_tokens':9,'input_tokens':3}},{'type':"
		  "'message_stop'}]");
	try_plain(FORMAT_MESSAGES, read_stream,
		  STARTED
		  ",{'type':'content_block_start','index':0,'content_block':{"
		  "'type':'thinking','thinking':'','signature':''}},{'type':"
		  "'content_block_delta','index':0,'delta':{'type':"
		  "'thinking_delta','thinking':'hm'}},{'type':"
		  "'content_block_delta','index':0,'delta':{'type':"
		  "'signature_delta','signature':'s'}},{'type':'error','error':"
		  "{'type':'t','message':'m'}}]");
}

static void t_plain_chat(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(chats) / sizeof(chats[0]); i++)
		try_plain(FORMAT_CHAT, plain_request, chats[i]);
	try_plain(FORMAT_CHAT, plain_answer,
		  "{'id':'c','model':'m','choices':[{'index':0,'message':{"
		  "'role':'assistant','content':'t','reasoning_content':'hm',"
		  "'refusal':null,'tool_calls':[{'id':'1','type':'function',"
		  "'function':{'name':'n','arguments':'{}'}}]},"
		  "'finish_reason':'tool_calls'}],'usage':{'prompt_tokens':9,"
		  "'completion_tokens':4,'prompt_tokens_details':{"
		  "'cached_tokens':3}}}");
	try_plain(FORMAT_CHAT, plain_answer, "{'error':{'message':'m'}}");
	try_plain(FORMAT_CHAT, read_stream,
		  "[{'id':'c','model':'m','choices':[{'index':0,'delta':{"
		  "'role':'assistant','content':'t','reasoning':'hm'}}]},{"
		  "'choices':[{'delta':{'tool_calls':[{'index':0,'id':'1',"
		  "'function':{'name':'n','arguments':'{'}}]}}]},{'choices':[{"
		  "'delta':{'tool_calls':[{'index':0,'function':{'arguments':"
		  "'}'}},{'index':1,'id':'2','function':{'name':'k',"
		  "'arguments':'{}'}}]},'finish_reason':'tool_calls'}]},{"
		  "'choices':[],'usage':{'prompt_tokens':9,"
		  "'completion_tokens':4}}]");
	try_plain(FORMAT_CHAT, read_stream,
		  "[{'choices':[{'delta':{'tool_calls':[{'index':0,'id':'1',"
		  "'function':{'name':'n','arguments':'{}'}}]}}]},{'choices':[{"
		  "'delta':{'tool_calls':[{'index':0,'id':'2','function':{"
		  "'name':'k','arguments':'{}'}}]}}]},{'choices':[{'delta':{"
		  "'tool_calls':[{'id':'3','function':{'name':'l'}},{"
		  "'function':{'arguments':'7'}}]}}]}]");
}

static void t_plain_responses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]); i++)
		try_plain(FORMAT_RESPONSES, plain_request, responses[i]);
	try_plain(FORMAT_RESPONSES, plain_answer,
		  "{'id':'r','model':'m','status':'completed','output':[{"
		  "'type':'reasoning','id':'rs','summary':[{'type':"
		  "'summary_text','text':'hm'}],'content':[{'text':'h2'}],"
		  "'encrypted_content':'e'},{'type':'message','content':[{"
		  "'type':'output_text','text':'t'},{'type':'refusal',"
		  "'refusal':'no'}]},{'type':'function_call','call_id':'1',"
		  "'name':'n','arguments':'{}'}],'incomplete_details':null,"
		  "'usage':{'input_tokens':9,'output_tokens':4,"
		  "'input_tokens_details':{'cached_tokens':3}}}");
	try_plain(FORMAT_RESPONSES, plain_answer,
		  "{'status':'incomplete','output':[],'incomplete_details':{"
		  "'reason':'max_output_tokens'},'error':{'message':'m'}}");
	try_plain(FORMAT_RESPONSES, read_stream,
		  "[{'type':'response.created','response':{'id':'r','model':"
		  "'m','output':[]}},{'type':'response.output_item.added',"
		  "'output_index':0,'item':{'type':'reasoning','id':'rs'}},{"
		  "'type':'response.reasoning_summary_text.delta',"
		  "'output_index':0,'summary_index':0,'delta':'a'},{'type':"
		  "'response.reasoning_summary_text.delta','output_index':0,"
		  "'summary_index':1,'delta':'b'},{'type':"
		  "'response.output_item.added','output_index':1,'item':{"
		  "'type':'message'}},{'type':'response.output_text.delta',"
		  "'output_index':1,'content_index':0,'delta':'t'},{'type':"
		  "'response.output_text.done','output_index':1,"
		  "'content_index':0,'text':'t'},{'type':"
		  "'response.refusal.done','output_index':1,'content_index':1,"
		  "'refusal':'no'},{'type':'response.completed','response':{"
		  "'id':'r','model':'m','status':'completed','usage':{"
		  "'input_tokens':9,'output_tokens':4}}}]");
	try_plain(FORMAT_RESPONSES, read_stream,
		  "[{'type':'response.output_item.done','output_index':0,"
		  "'item':{'type':'function_call','call_id':'1','name':'n',"
		  "'arguments':'{}'}},{'type':"
		  "'response.function_call_arguments.delta','output_index':1,"
		  "'delta':'{'},{'type':"
		  "'response.function_call_arguments.done','output_index':1,"
		  "'arguments':'{}'},{'type':'response.output_item.done',"
		  "'output_index':1,'item':{'type':'function_call','call_id':"
		  "'2','name':'k'}},{'type':'error','error':{'message':'m'}}]");
}

static int set_up(void **state)
{
	(void)state;
	golden_open(GOLDEN);
	buf_add_text(&all, "What odd requests and answers come to: t_odd.c\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	golden_close(&all);
	buf_clear(&all);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "odd: requests of messages", t_messages, NULL, NULL, NULL },
		{ "odd: turns of a thread", t_threads, NULL, NULL, NULL },
		{ "odd: requests to the clouds", t_clouds, NULL, NULL, NULL },
		{ "odd: replies of rules to the clouds", t_dressed, NULL, NULL,
		  NULL },
		{ "odd: requests of chat completions", t_chat, NULL, NULL,
		  NULL },
		{ "odd: requests of responses", t_responses, NULL, NULL, NULL },
		{ "odd: messages in the plain form", t_plain_messages, NULL,
		  NULL, NULL },
		{ "odd: chat completions in the plain form", t_plain_chat, NULL,
		  NULL, NULL },
		{ "odd: responses in the plain form", t_plain_responses, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("odd", tests, set_up, tear_down);
}
