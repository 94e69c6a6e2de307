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
#include "tests/unit/odd_texts.h"
#include "wire/bytes/mem.h"

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
	const char *method; /* NULL: POST */
	const char *models; /* that there are; NULL: the usual ones */
	bool is_chat; /* the fields are those of OpenAI's API */
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
	struct span path = span_of(w->path);
	struct http_head head = { .method = (char *)(w->method ? w->method
							       : "POST"),
				  .target = (char *)w->path,
				  .minor = 1 };
	struct anthropic_request r = { .head = &head,
				       .body = body,
				       .number = number,
				       .strict = w->strict,
				       .safeguards = SAFEGUARDS_FLAGGED,
				       .vendor = w->vendor };
	bool is_ours = !w->is_chat && (span_starts(path, "/v1/messages") ||
				       span_starts(path, "/v1/models"));

	r.path = span_first(path, span_find_byte(path, '?'));
	if (w->models)
		provider->models = w->models;

	if (!w->key || *w->key)
		headers_add_text(&head.headers,
				 is_ours ? "x-api-key" : "authorization",
				 w->key    ? w->key
				 : is_ours ? "right"
					   : "Bearer right");
	if (!w->is_chat)
		headers_add_text(&head.headers, "anthropic-version",
				 "2023-06-01");
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
	if (reply.status == 200 || !tell_refusal(buf_span(&bytes), told)) {
		for (size_t i = 0; i < reply.headers.count; i++)
			buf_addf(&bytes, " %s=%s", reply.headers.list[i].name,
				 reply.headers.list[i].value);
		tell_number(buf_span(&bytes), told);
	}
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
static void tell_once(struct way w, const char *said, const char *body)
{
	buf_addf(&all, "\n%s %s, %s: ", w.path, w.name ? w.name : "", said);
	tell_answer(&w, span_of(body), &all);
}

/* Without a key, and with wrong ones. */
static void t_keys(void **state)
{
	static const char *const keys[] = {
		"",
		"right",
		"Bearer",
		"Bearer ",
		"Bearer r",
		"Bearer wrong",
		"Bearer rights",
		"Bearerxright",
		"Basic right",
		"bearer right",
		"AWS4-HMAC-SHA256 Credential=right/1/r, Signature=2",
		"aws4-hmac-sha256 x, Credential=right/1",
		"AWS4-HMAC-SHA256xCredential=right/1",
		"AWS4-HMAC-SHA256 Credential=rights/1",
		"AWS4-HMAC-SHA256 Credential=wrong/1",
		"AWS4-HMAC-SHA256 right/1",
	};
	static const char body[] =
		"{\"model\":\"m\",\"max_tokens\":3,\"messages\":[{\"role\":"
		"\"user\",\"content\":\"a\"}],\"input\":\"a\"}";
	static const char *const paths[] = { "/v1/responses", BEDROCK "invoke",
					     VERTEX };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		for (int v = VENDOR_UNSAID; v <= VENDOR_LOCAL; v++) {
			char name[8] = { (char)('0' + v) };

			tell_once((struct way){ .name = name,
						.path = CHAT,
						.vendor = v,
						.key = keys[i] },
				  keys[i], body);
		}
		for (size_t p = 0; p < sizeof(paths) / sizeof(paths[0]); p++)
			tell_once((struct way){ .path = paths[p],
						.key = keys[i] },
				  keys[i], body);
	}
	buf_add_byte(&all, '\n');
	golden_compare(&all);
}

/* Where an image is. */
static void t_urls(void **state)
{
	static const char *const urls[] = {
		"https://a",
		"HTTP://a",
		"https:/a",
		"https:/",
		"http:/a",
		"http:/",
		"ftp://a",
		"",
		"data:",
		"data",
		"datax",
		"data:image/png;base64,QQ==",
		"DATA:IMAGE/JPEG;base64,QQ==",
		"data:imagexpng;base64,QQ==",
		"data:image/png;base64,",
		"data:image/png;base64;QQ==",
		"data:image/png;BASE64,QQ==",
		"data:image/pngs;base64,QQ==",
		"data:image/webp;base64,Q",
		"data:image/jpg;base64,Q",
		"data:image/gif;base64,Q",
		"data:application/pdf;base64,QQ==",
		"data:text/plain,QQ==",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct buf body = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(&body,
			 "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
			 "\"content\":[{\"type\":\"image_url\",\"image_url\":"
			 "{\"url\":\"%s\"}}]}]}",
			 urls[i]);
		tell_once((struct way){ .path = CHAT, .strict = true }, urls[i],
			  buf_str(&body));
		buf_reset(&body);
		buf_addf(&body,
			 "{\"model\":\"m\",\"input\":[{\"role\":\"user\","
			 "\"content\":[{\"type\":\"input_image\","
			 "\"image_url\":\"%s\"}]}]}",
			 urls[i]);
		tell_once(
			(struct way){ .path = "/v1/responses", .strict = true },
			urls[i], buf_str(&body));
		buf_clear(&body);
	}
	buf_add_byte(&all, '\n');
	golden_compare(&all);
}

/* Lists of models. */
static void t_lists(void **state)
{
	static const char *const models[] = {
		NULL, "claude-a", "claude-a,claude-haiku-4-5-20251001,gpt-b"
	};
	static const char *const paths[] = {
		"/v1/models",
		"/v1/models?limit=1",
		"/v1/models?limit=2&after_id=claude-a",
		"/v1/models?before_id=gpt-b",
		"/v1/models?before_id=none",
		"/v1/models?after_id=none",
		"/v1/models?limit=0",
		"/v1/models?limit",
		"/v1/models?after_id",
		"/v1/models?before_id",
		"/v1/models/claude-a",
		"/v1/models/none",
		"/inference-profiles",
		"/inference-profiles?maxResults=1",
		"/inference-profiles?maxResults=1&nextToken=1",
		"/inference-profiles?nextToken=9",
		"/inference-profiles?maxResults=0",
		"/inference-profiles?maxResults",
		"/inference-profiles?nextToken",
		"/inference-profiles?nextToken=x",
		"/inference-profiles?type=APPLICATION",
		"/inference-profiles?type=SYSTEM_DEFINED",
		"/inference-profiles?type=x",
		"/inference-profiles?type",
		"/inference-profiles/us.anthropic.claude-a",
		"/inference-profiles/anthropic.claude-a",
		"/inference-profiles/us.anthropic.none",
	};

	(void)state;
	for (size_t m = 0; m < sizeof(models) / sizeof(models[0]); m++)
		for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
			for (int chat = 0; chat < 2; chat++)
				tell_once((struct way){ .path = paths[i],
							.method = "GET",
							.models = models[m],
							.is_chat = chat },
					  models[m] ? models[m] : "all", "");
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
	size_t most = jscan_count(root), count = 0;
	/* AddressSanitizer sees whether one more is read. */
	struct jval *events = xcalloc(most, sizeof(*events));

	while (count < most && jscan_next(&it, NULL, &events[count]))
		count++;
	plain_stream(f, events, count, out);
	free(events);
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
		{ "odd: keys", t_keys, NULL, NULL, NULL },
		{ "odd: places of images", t_urls, NULL, NULL, NULL },
		{ "odd: lists of models", t_lists, NULL, NULL, NULL },
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
