/*
 * Finds names of another vendor's API in an error that the client did not send:
 * the gateway translated something into them, or added them.
 */
#include <ctype.h>
#include <string.h>

#include "probe/refusal/refusal_private.h"

#define NO_THINKING "CLAUDE_CODE_DISABLE_THINKING=1"
#define NO_EFFORT "CLAUDE_CODE_EFFORT_LEVEL=unset"
#define NO_FORMAT "CLAUDE_CODE_DISABLE_STRUCTURED_OUTPUTS=1"
#define NO_CACHING "DISABLE_PROMPT_CACHING=1"
#define FEWER_TOKENS "CLAUDE_CODE_MAX_OUTPUT_TOKENS to what the message allows"

/* In lower case. */
static const struct foreign {
	const char *name;
	const char *own; /* what it was in the client's request, or NULL */
	const char *until; /* what to set until it is mended, or NULL */
} foreign[] = {
	{ "max_completion_tokens", "max_tokens", FEWER_TOKENS },
	{ "max_output_tokens", "max_tokens", FEWER_TOKENS },
	{ "maxoutputtokens", "max_tokens", FEWER_TOKENS },
	{ "max_new_tokens", "max_tokens", FEWER_TOKENS },
	{ "reasoning_effort", "output_config.effort", NO_EFFORT },
	{ "reasoning.effort", "output_config.effort", NO_EFFORT },
	{ "reasoning.summary", "thinking", NO_THINKING },
	{ "reasoning.encrypted_content", "thinking", NO_THINKING },
	{ "reasoning_content", "thinking", NO_THINKING },
	{ "reasoning_details", "thinking", NO_THINKING },
	{ "thinkingconfig", "thinking", NO_THINKING },
	{ "thinking_config", "thinking", NO_THINKING },
	{ "thinkingbudget", "thinking", NO_THINKING },
	{ "thinking_budget", "thinking", NO_THINKING },
	{ "thinkinglevel", "thinking", NO_THINKING },
	{ "thinking_level", "thinking", NO_THINKING },
	{ "enable_thinking", "thinking", NO_THINKING },
	{ "chat_template_kwargs", "thinking", NO_THINKING },
	{ "response_format", "output_config.format", NO_FORMAT },
	{ "responseformat", "output_config.format", NO_FORMAT },
	{ "response_schema", "output_config.format", NO_FORMAT },
	{ "responseschema", "output_config.format", NO_FORMAT },
	{ "text.format", "output_config.format", NO_FORMAT },
	{ "stream_options", "stream", NULL },
	{ "parallel_tool_calls", "tool_choice", NULL },
	{ "tool_calls", "tool_use blocks", NULL },
	{ "tool_call_id", "tool_result blocks", NULL },
	{ "function_call", "tool_use blocks", NULL },
	{ "function_response", "tool_result blocks", NULL },
	{ "functionresponse", "tool_result blocks", NULL },
	{ "function_declarations", "tools", NULL },
	{ "functiondeclarations", "tools", NULL },
	{ "function.name", "tools", NULL },
	{ "function.parameters", "tools", NULL },
	{ "function.description", "tools", NULL },
	{ "function.arguments", "tool_use blocks", NULL },
	{ "toolconfig", "tools and tool_choice", NULL },
	{ "tool_config", "tools and tool_choice", NULL },
	{ "toolspec", "tools", NULL },
	{ "cachepoint", "cache_control", NO_CACHING },
	{ "prompt_cache_key", "cache_control", NO_CACHING },
	{ "prompt_cache_retention", "cache_control", NO_CACHING },
	{ "generationconfig", NULL, NULL },
	{ "generation_config", NULL, NULL },
	{ "inferenceconfig", NULL, NULL },
	{ "additionalmodelrequestfields", NULL, NULL },
	{ "system_instruction", "system", NULL },
	{ "systeminstruction", "system", NULL },
	{ "safetysettings", NULL, NULL },
	{ "safety_settings", NULL, NULL },
	{ "frequency_penalty", NULL, NULL },
	{ "presence_penalty", NULL, NULL },
	{ "top_logprobs", NULL, NULL },
	{ "logit_bias", NULL, NULL },
	{ "input_image", "images", NULL },
	{ "image_url", "images", NULL },
	{ "tool_choice", NULL, NULL },
};

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Does the text hold the name as a whole word? */
static bool has_name(struct span text, const char *name)
{
	size_t len = strlen(name), at;

	while ((at = span_find(text, span_of(name))) != SIZE_MAX) {
		struct span after = span_skip(text, at + len);
		bool begins = at == 0 || !is_name_byte(text.at[at - 1]);

		if (begins && (after.len == 0 || !is_name_byte(after.at[0])))
			return true;
		text = after;
	}
	return false;
}

/* "a" of "a.b": the name of the member of the request. */
static struct span member_of(const char *name)
{
	return span_first(span_of(name), strcspn(name, "."));
}

static const struct foreign *find_foreign(const struct refused *x)
{
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		const struct foreign *f = &foreign[i];
		bool is_text = strcmp(f->name, "text.format") == 0;

		/* "text.format" counts also where "text" was sent: that is a
		 * member of a block. */
		if (has_name(buf_span(&x->low), f->name) &&
		    (is_text || !refused_has_member(x, member_of(f->name))))
			return f;
	}
	return NULL;
}

/* A smaller max_tokens helps only if the number was too large, not if the name
 * is unknown. */
static bool is_of_no_use(const struct refused *x, const char *until)
{
	return strcmp(until, FEWER_TOKENS) == 0 &&
	       refused_says(x, "unsupported|not supported|unknown|unrecognized|"
			       "extra inputs|unexpected");
}

static void say_until(const struct refused *x, const struct foreign *f,
		      struct refusal *out)
{
	const char *own = f->own ? f->own : f->name;

	if (f->until && f->own && !is_of_no_use(x, f->until))
		refusal_wordf(
			out, 2,
			"translate %s into what its provider takes; until "
			"then set %s",
			own, f->until);
	else if (f->own)
		refusal_wordf(out, 2,
			      "translate %s into what its provider takes", own);
	else
		refusal_wordf(out, 2,
			      "leave out %s, which the client did not send",
			      own);
}

bool refused_fill_foreign(const struct refused *x, struct refusal *out)
{
	const struct foreign *f;

	if (x->sent.type != J_OBJECT || (f = find_foreign(x)) == NULL)
		return false;
	refusal_word(out, 0, span_of(f->name));
	refused_fill_text(x, out, 1);
	say_until(x, f, out);
	return true;
}

/* tool_choice is refused, and the client did not send it. */
bool refused_fill_no_choice(const struct refused *x, struct refusal *out)
{
	return !refused_has_member(x, span_of("tool_choice")) &&
	       refused_fill_foreign(x, out);
}

/* A function lacks its name or schema: the gateway made it from a tool that has
 * both, or from a tool that runs at the provider. */
bool refused_fill_nameless(const struct refused *x, struct refusal *out)
{
	if (x->sent.type != J_OBJECT)
		return false;
	refusal_word(out, 0, span_of("a function without its parts"));
	refused_fill_text(x, out, 1);
	refusal_word(out, 2,
		     span_of("make each tool a whole function, and leave tools "
			     "of the API (web search) out or run them itself; "
			     "until then permissions.deny: WebSearch"));
	return true;
}
