/* Fills in the words of refusals of tools, parameters, media, threads and
 * safeguards. */
#include <string.h>

#include "probe/refusal/feature.h"
#include "probe/refusal/refusal_private.h"

#define MCP "mcp__" /* how names of tools of MCP servers begin */

/* ---- tools ---- */

/* "x" of "mcp__x__y". */
static struct span server_of(struct span tool)
{
	tool = span_skip(tool, strlen(MCP));
	return span_first(tool, span_find(tool, span_of("__")));
}

/* What to do about the tool: tools of an MCP server go with their server,
 * others by permissions.deny. */
static void say_mend(struct span tool, struct refusal *out)
{
	if (tool.len == 0)
		refusal_word(out, 2,
			     span_of("let `ccprobe bisect` find the tool"));
	else if (span_starts(tool, MCP))
		refusal_wordf(out, 2,
			      "have the MCP server of %.*s fixed, or remove it "
			      "(claude mcp remove %.*s)",
			      SPAN_ARG(span_first(tool, 80)),
			      SPAN_ARG(span_first(server_of(tool), 80)));
	else
		refusal_wordf(out, 2,
			      "%.*s is built into Claude Code; to go without "
			      "it put it into permissions.deny",
			      SPAN_ARG(span_first(tool, 80)));
}

/* Only if the error names a tool of the request. {1}: its name and the place
 * inside it. */
bool refused_fill_tool(const struct refused *x, struct refusal *out)
{
	struct span rest, name;

	if (!refused_fill_find(x, &rest) || !span_starts(rest, "tool `"))
		return false;
	rest = span_skip(rest, strlen("tool `"));
	span_split(&rest, '`', &name);
	rest = span_skip(rest, span_starts(rest, ": ") ? 2 : 0);
	if (rest.len > 0 && !span_is(rest, "name"))
		refusal_wordf(out, 0, "`%.*s` (%.*s)", SPAN_ARG(name),
			      SPAN_ARG(rest));
	else
		refusal_wordf(out, 0, "`%.*s`", SPAN_ARG(name));
	refused_fill_text(x, out, 1);
	say_mend(name, out);
	return true;
}

bool refused_fill_tool_or_none(const struct refused *x, struct refusal *out)
{
	if (refused_fill_tool(x, out))
		return true;
	refusal_word(out, 0, span_of("that it does not name"));
	refused_fill_text(x, out, 1);
	say_mend(SPAN_EMPTY, out);
	return true;
}

/* ---- parameters ---- */

bool refused_fill_parameter(const struct refused *x, struct refusal *out)
{
	static const char *const names[] = { "max_tokens",     "temperature",
					     "top_p",          "top_k",
					     "stop_sequences", "metadata" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!refused_says(x, names[i]))
			continue;
		refusal_word(out, 0, span_of(names[i]));
		refused_fill_text(x, out, 1);
		refusal_word(out, 2,
			     span_of(i == 0 ? "set CLAUDE_CODE_MAX_OUTPUT_"
					      "TOKENS to what the message "
					      "allows, or have the gateway "
					      "lower max_tokens for this model"
					    : "have the gateway leave it out "
					      "for this model; no setting of "
					      "Claude Code turns it off"));
		return true;
	}
	return false;
}

/* A parameter of every model, to which no beta belongs. */
bool refused_fill_limit(const struct refused *x, struct refusal *out)
{
	struct span field;

	return refused_field(buf_span(&x->message), &field) &&
	       (span_is(field, "max_tokens") || span_is(field, "temperature") ||
		span_is(field, "top_p") || span_is(field, "top_k") ||
		span_is(field, "stop_sequences")) &&
	       refused_fill_parameter(x, out);
}

/* ---- media, threads, safeguards, thinking ---- */

/* One word: the place, if the error names it, and the error's text. */
bool refused_fill_media(const struct refused *x, struct refusal *out)
{
	struct span part;

	if (refused_fill_find(x, &part) && span_starts(part, "message "))
		refusal_wordf(out, 0, "%.*s: %.*s",
			      SPAN_ARG(span_first(part, 100)),
			      SPAN_ARG(span_first(buf_span(&x->message),
						  REFUSAL_WORD_LIMIT)));
	else
		refused_fill_text(x, out, 0);
	return true;
}

/* Only if the history has thinking blocks; the request's own field thinking is
 * not meant. */
bool refused_fill_replayed(const struct refused *x, struct refusal *out)
{
	return refused_has_member(x, span_of("signature")) &&
	       refused_fill_part(x, out);
}

bool refused_fill_thread(const struct refused *x, struct refusal *out)
{
	bool own = refused_has_member(x, span_of("thread"));

	refusal_word(out, 0,
		     span_of(own ? "thread" : "a thread of the gateway's own"));
	refused_fill_text(x, out, 1);
	refusal_word(out, 2,
		     span_of(own ? "forward thread and its beta together, or "
				   "refuse both with capability_rejected: "
				   "beta_header:message-threads-2026-08-12"
				 : "send the whole history with each request "
				   "and continue no thread of its provider"));
	return true;
}

/* Only if the client itself sent a thread. */
bool refused_fill_own_thread(const struct refused *x, struct refusal *out)
{
	return refused_has_member(x, span_of("thread")) &&
	       refused_fill_thread(x, out);
}

/* False if the client did not send the field: then it cannot be the reason. */
bool refused_fill_safeguards(const struct refused *x, struct refusal *out)
{
	if (!refused_has_member(x, span_of("safeguards")) &&
	    !refused_says(x, "dangerous-tool-use"))
		return false;
	refused_fill_text(x, out, 0);
	return true;
}
