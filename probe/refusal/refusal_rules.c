/*
 * Rules that turn an error's text into the code of a finding. The first rule
 * that matches wins, so more exact rules come first. Wordings are those of the
 * API, of gateways and of their providers; all are matched in lower case.
 */
#include "probe/refusal/refusal_private.h"

/* Where a rule applies: by the status of the answer, or of the error inside
 * it */
enum where {
	IN_BAD = 1 << 0, /* 400, 422 and others not listed here */
	IN_KEY = 1 << 1, /* 401 */
	IN_MISSING = 1 << 2, /* 404, 405 */
	IN_RATE = 1 << 3, /* 429 */
	IN_SERVER = 1 << 4, /* 5xx */
	IN_PAY = 1 << 5, /* 402 */
	IN_SIZE = 1 << 6, /* 413 */
	IN_FORBIDDEN = 1 << 7, /* 403 */
	IN_REFUSAL = IN_BAD | IN_SERVER, /* gateways reword 400 to 5xx */
	/* Rules whose text names a part of the request: a 403 is not about the
	 * key then. */
	IN_PART = IN_REFUSAL | IN_FORBIDDEN,
	IN_ANY = 0xff,
};

static unsigned where_of(int status)
{
	switch (status) {
	case 401:
		return IN_KEY;
	case 403:
		return IN_KEY | IN_FORBIDDEN;
	case 402:
		return IN_PAY;
	case 404:
	case 405:
		return IN_MISSING;
	case 413:
		return IN_SIZE;
	case 429:
		return IN_RATE;
	default:
		return status >= 500 ? IN_SERVER : IN_BAD;
	}
}

/* ---- rules ---- */

#define EXTRA \
	"extra inputs|extra_forbidden|extra fields|extraneous key|" \
	"unknown field|unknown name|unknown parameter|unrecognized|" \
	"unexpected keyword|additional propert|unsupported parameter|" \
	"unexpected field|unsupported field|unknown key|invalid field|" \
	"unexpected property|does not support parameters|is unsupported|" \
	"parameter is not supported|is not a valid field"

static const struct refusal_rule {
	unsigned where;
	const char *code;
	const char *words; /* NULL: any text */
	refused_fill_fn *fill; /* false: the rule does not apply */
} rules[] = {
	{ IN_RATE | IN_BAD | IN_KEY, "DR-LONG-CONTEXT",
	  "extra usage&1m context|extra usage&long context|"
	  "long context beta&not yet available",
	  refused_fill_message },
	{ IN_PAY, "DR-BUDGET", NULL, refused_fill_status },
	{ IN_BAD | IN_KEY | IN_RATE | IN_SERVER, "DR-BUDGET",
	  "credit balance is too low|insufficient credit|insufficient_quota|"
	  "insufficient balance|insufficient funds|insufficient quota|"
	  "exceeded your current quota|budget has been exceeded|"
	  "budget exceeded|exceededbudget|budget_exceeded|over budget|"
	  "budget limit|max budget|spend limit|spending limit|"
	  "out of credits|no credits|more credits|credit limit|"
	  "key limit exceeded|payment required|billing_error|"
	  "billing hard limit|plan and billing|quota exhausted|"
	  "token quota is not enough|user quota|balance is not enough|"
	  "insufficient_user_quota|\u989d\u5ea6\u4e0d\u8db3|"
	  "\u4f59\u989d\u4e0d\u8db3",
	  refused_fill_status },
	{ IN_KEY, "DR-MODEL-FORBIDDEN",
	  "not allowed to access model|can only access models|"
	  "does not have access to model|do not have access to the model|"
	  "no access to model|model access|access to this model|"
	  "model&not allowed|model&not permitted|not authorized&model",
	  refused_fill_model },
	{ IN_KEY, "DR-UPSTREAM-KEY",
	  "anthropicexception|upstream&key|upstream&auth|upstream&401|"
	  "provider&401|provider returned&auth|"
	  "security token included in the request|litellm.authenticationerror&"
	  "exception",
	  refused_fill_message },

	{ IN_ANY, "DR-CONTEXT-TOO-LONG",
	  "prompt is too long|capability_rejected: prompt_too_long|"
	  "exceed context limit",
	  refused_fill_message },
	{ IN_REFUSAL | IN_SIZE | IN_RATE, "DR-CONTEXT-REWORDED",
	  "prompt too long|maximum context length|context_length_exceeded|"
	  "context length&exceed|context window&exceed|contextwindowexceeded|"
	  "exceeds the context|input is too long|input length&exceed|"
	  "input token count&exceed|too many input tokens|"
	  "context size&exceed|exceeds the available context|"
	  "input tokens exceed|reduce the length of the messages|"
	  "prompt contains&tokens&maximum|context length of only|"
	  "prompt exceeds max length|exceeded model token limit|"
	  "maximum prompt length|model_max_prompt_tokens_exceeded|"
	  "prompt token count&exceed|context window exceeds|"
	  "too many tokens&prompt|range of input length|"
	  "exceeds the model's context|larger than the context",
	  refused_fill_message },
	{ IN_ANY, "DR-TOO-LARGE",
	  "request too large|request_too_large|request is too large|"
	  "entity too large|payload too large|payloadtoolarge|"
	  "body too large|body is too large|content too large|"
	  "body exceed|length limit exceeded|maximum request size|"
	  "max body|request size exceed|body size&exceed|body limit",
	  refused_fill_size },

	{ IN_REFUSAL, "DR-THINKING-SIGNATURE",
	  "signature&thinking|thinking&bound to a different|"
	  "block is bound to a different|thought_signature|"
	  "thought signature|thinking&cannot be modified|"
	  "expected `thinking`|expected thinking|expected `redacted_thinking`|"
	  "must start with a thinking block|thinking_signature",
	  refused_fill_part },
	{ IN_PART, "DR-THINKING-DROPPED",
	  "passed back&thinking|passed back&reasoning|"
	  "reasoning_content is missing|missing reasoning_content|"
	  "reasoning_content&is required|reasoning_content&field required",
	  refused_fill_message },
	{ IN_PART, "DR-BETA-CHANGED", "beta", refused_fill_changed_beta },
	{ IN_PART | IN_MISSING, "DR-THREAD",
	  "previous_response|previous response|beta_header:message-threads|"
	  "message-threads-2|thread_unsupported",
	  refused_fill_thread },
	{ IN_PART | IN_MISSING, "DR-THREAD",
	  "thread: |`thread`|'thread'|\"thread\"|thread.",
	  refused_fill_own_thread },
	{ IN_PART, "DR-SAFEGUARDS",
	  "safeguards: |`safeguards`|'safeguards'|\"safeguards\"|"
	  "safeguards.|dangerous-tool-use",
	  refused_fill_safeguards },
	{ IN_PART | IN_MISSING, "DR-TOOLS-REFUSED",
	  "does not support tool|doesn't support tool|"
	  "does not support function|doesn't support function|"
	  "tools are not supported|tools is not supported|"
	  "tool use is not supported|tool calling is not supported|"
	  "function calling is not|function calling not|"
	  "support tool use|support tool calling|"
	  "--enable-auto-tool-choice|tools param requires|"
	  "too many tools|tools&array too long|maximum number of tools|"
	  "tools&at most&items|number of function declarations",
	  refused_fill_message },
	{ IN_PART | IN_MISSING, "DR-MEDIA-REFUSED",
	  "support image|image&not support|image_url&only|"
	  "variant `image_url`|variant `image`|unsupported image|"
	  "process image|image exceeds|image&too large|images are not|"
	  "image&only allowed|image input|image content|"
	  "vision&not supported|does not support vision|mmproj|"
	  "multimodal&not|not a multimodal|document&not support|"
	  "pdf&not support|support pdf|file input|image media type",
	  refused_fill_media },
	{ IN_PART, "DR-TOOL-PAIR",
	  "tool_use&without&tool_result|tool_use_id&found in|"
	  "unexpected `tool_use_id`|"
	  "tool_use&must have a corresponding|tool_result&corresponding|"
	  "must be followed by tool messages|must be a response to a preceding|"
	  "did not have response messages|no tool output found|"
	  "no tool call found|tool_call_id&not found|"
	  "function response parts|function call turn comes immediately|"
	  "not found in available tools",
	  refused_fill_part },
	{ IN_REFUSAL, "DR-THINKING-DROPPED", "clear_thinking&requires",
	  refused_fill_unthinking },
	{ IN_PART, "DR-CONTEXT-MANAGEMENT",
	  "context_management|clear_thinking_20|clear_tool_uses_20",
	  refused_fill_management },
	{ IN_PART, "DR-CACHE-CONTROL-REFUSED",
	  "cache_control|cachepoint|cache marker|cache breakpoint|"
	  "prompt caching",
	  refused_fill_part },
	{ IN_PART, "DR-BETA-REFUSED",
	  "anthropic-beta|anthropic_beta|beta flag|beta header|invalid beta|"
	  "unsupported beta|unknown beta|beta feature|`betas`",
	  refused_fill_beta },
	{ IN_PART, "DR-BETA-REFUSED", NULL, refused_fill_named_beta },
	{ IN_REFUSAL, "DR-VERSION-NOT-SENT",
	  "anthropic-version|anthropic_version", refused_fill_no_version },
	{ IN_REFUSAL, "DR-VERSION-HEADER",
	  "anthropic-version|anthropic_version", refused_fill_message },
	{ IN_PART, "DR-TRANSLATION", "tool_choice|tool choice|toolchoice",
	  refused_fill_no_choice },
	{ IN_PART, "DR-TOOL-CHOICE", "tool_choice|tool choice|toolchoice",
	  refused_fill_message },
	{ IN_PART, "DR-TRANSLATION",
	  "missing required parameter&tools[&function|"
	  "missing field `function`|function: field required|"
	  "function.name: field required|function.name&empty|"
	  "tools&function.name&at least",
	  refused_fill_nameless },
	{ IN_REFUSAL, "DR-TOOL-TYPE",
	  "tools&input tag|tool&unknown type|tool type|unsupported tool|"
	  "tools&type&not supported|tools&type&must be function|"
	  "server tool|tools[&.type",
	  refused_fill_tool_or_none },
	/* Before the rules for names and roles: a schema may have members
	 * called "name" or "role". */
	{ IN_REFUSAL, "DR-TOOL-SCHEMA", "input_schema|.parameters",
	  refused_fill_tool },
	{ IN_REFUSAL, "DR-TOOL-NAME",
	  "tool&name&64|tools&name&string should|tools&name&pattern|"
	  "function&name&64|invalid function name|function.name|"
	  "tool names must be unique|duplicate&function|duplicate tool|"
	  "duplicate function|invalid tool name|name&too long&tool",
	  refused_fill_tool_or_none },
	{ IN_PART, "DR-SYSTEM-ROLE",
	  "role&input should be 'user'|unexpected role|role&system&messages|"
	  "invalid role|role 'system'|role `system`|role must be|"
	  "unknown variant `system`|system role|role \"system\"|"
	  "role&not supported|role: system|unknown role|"
	  "invalid message role|system messages are not|"
	  "system message must be at|system message must be the first|"
	  "system message must come|system message&not allowed|"
	  "system message&only|role&expected 'user' | 'assistant'",
	  refused_fill_part },
	{ IN_PART, "DR-MODEL-TEMPLATE",
	  "jinja|chat template|chat_template|templateerror|"
	  "template error|prompt template|roles must alternate|"
	  "user and assistant roles|raise_exception|"
	  "parse grammar|parsing grammar|grammar&failed|empty grammar|"
	  "grammar stack|invalid grammar|generate parser|"
	  "no user query found|first user message",
	  refused_fill_message },
	{ IN_PART, "DR-THINKING-UNKNOWN",
	  "input tag 'thinking'|input tag 'redacted_thinking'|"
	  "variant `thinking`|variant `redacted_thinking`|"
	  "type: thinking|type 'thinking'|type \"thinking\"|"
	  "type `thinking`|type: redacted_thinking|"
	  "type 'redacted_thinking'|type \"redacted_thinking\"|"
	  "thinking blocks are not|thinking block&not supported|"
	  "unknown&thinking block|unsupported&thinking block",
	  refused_fill_replayed },
	{ IN_REFUSAL, "DR-BLOCK-REFUSED",
	  "messages&input tag|content&input tag|unknown content|"
	  "unsupported content|content type&not supported|"
	  "content block type|unknown variant|unknown block|"
	  "text content blocks must|text blocks must|must be non-empty|"
	  "message content&empty|invalid content type",
	  refused_fill_part },
	{ IN_REFUSAL, "DR-BLOCK-REFUSED", "messages.&thinking",
	  refused_fill_block },
	/* Only if the error names the tool; else the translation is to
	 * blame. */
	{ IN_REFUSAL, "DR-TOOL-SCHEMA",
	  "function_declarations|functiondeclarations|schema for function|"
	  "toolspec",
	  refused_fill_tool },
	{ IN_PART, "DR-TRANSLATION", NULL, refused_fill_foreign },
	{ IN_REFUSAL, "DR-THINKING-REFUSED",
	  "thinking: extra|thinking.type|adaptive|budget_tokens|"
	  "thinking.display|thinking.budget|thinking is not supported|"
	  "does not support thinking|"
	  "does not support reasoning|does not support extended|"
	  "thinking&unsupported|thinking&not supported|"
	  "unknown&thinking|unrecognized&thinking|thinking&extra inputs|"
	  "thinking budget|effort level|"
	  "effort parameter|invalid effort|effort value",
	  refused_fill_thinking },
	{ IN_PART, "DR-PARAMETER-REFUSED", EXTRA, refused_fill_limit },
	{ IN_PART, "DR-FIELD-ADDED", EXTRA, refused_fill_added },
	{ IN_PART, "DR-FIELD-REFUSED", EXTRA, refused_fill_field },
	{ IN_REFUSAL, "DR-THINKING-REFUSED", "effort|thinking|reasoning",
	  refused_fill_thinking },
	{ IN_REFUSAL, "DR-TOOL-SCHEMA", NULL, refused_fill_tool },
	{ IN_REFUSAL, "DR-TOOL-SCHEMA",
	  "input_schema|invalid schema for function|function_declarations|"
	  "functiondeclarations|json schema&tool|invalid tool|"
	  "function parameters|invalid_function_parameters",
	  refused_fill_tool_or_none },
	{ IN_REFUSAL, "DR-SYSTEM-REFUSED",
	  "system: |system&must be a string|system&expected string|"
	  "system&valid string|'system'|`system`|\"system\"|system prompt&",
	  refused_fill_part },
	{ IN_REFUSAL, "DR-PARAMETER-REFUSED",
	  "max_tokens|temperature|top_p|top_k|stop_sequences|metadata",
	  refused_fill_parameter },
	{ IN_REFUSAL | IN_MISSING | IN_KEY, "DR-MODEL-UNKNOWN",
	  "model&not found|model&does not exist|unknown model|invalid model|"
	  "model_not_found|not a valid model|no endpoints found|"
	  "no available channel|unsupported model|no such model|"
	  "model&is not supported|model identifier|no healthy deployment|"
	  "no allowed providers|model&not exist|model&not available|"
	  "no deployments available|no provider&model|model&is not available",
	  refused_fill_model },
	/* Not "model" alone: servers that list their routes name /v1/models. */
	{ IN_MISSING, "DR-MODEL-UNKNOWN",
	  "model:|model=|model '|model `|model \"|model \\\"|the model|"
	  "this model|requested model|model is|model id|model name|model not|"
	  "model_id|model_name",
	  refused_fill_model },
	{ IN_BAD, "DR-BLOCK-REFUSED", NULL, refused_fill_block },
	{ IN_BAD, "DR-MODEL-UNKNOWN", "model: ", refused_fill_model },
};

static bool by_rules(const struct refused *x, struct refusal *out)
{
	unsigned where = where_of(x->status);

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct refusal_rule *r = &rules[i];

		if (!(r->where & where) ||
		    (r->words && !refused_says(x, r->words)) ||
		    !r->fill(x, out))
			continue;
		out->code = r->code;
		return true;
	}
	return false;
}

/* The quoted inner error decides; only if no rule matches it does the outer
 * text. */
bool refused_by_text(const struct refused *x, struct refusal *out)
{
	struct refused_part part = { .text = BUF_INIT(BUF_NO_LIMIT) };
	struct refused inner = *x;
	bool found;

	if (x->inner.len > 0) {
		inner.message = x->inner;
		inner.low = x->inner_low;
		inner.part = &part;
		found = by_rules(&inner, out);
		buf_clear(&part.text);
		if (found)
			return true;
	}
	return by_rules(x, out);
}
