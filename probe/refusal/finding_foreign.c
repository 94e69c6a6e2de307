/*
 * Findings in refusals of another vendor's model: the gateway translates, or
 * the model cannot do what Claude Code asks of it. The comment above a row says
 * what its words are, and is valid up to the next such comment.
 */
#include "probe/refusal/finding_private.h"

const struct finding_kind finding_foreign[] = {
	/* 1 name, 2 message, 3 what to do */
	{ "DR-TRANSLATION", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the refusal names {1}, which the client did not send: {2}",
	  "The refusal names a part of another vendor's API. The gateway has "
	  "translated the request, and its provider does not accept the "
	  "result: a value that the model does not know, a part that is "
	  "missing, "
	  "or one that this provider does not have.",
	  "at the gateway: {3}" },
	/* 1 message */
	{ "DR-MODEL-TEMPLATE", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "the model's chat template or grammar refuses the request: {1}",
	  "A local server turns the conversation into a prompt by a template "
	  "that belongs to the model, and makes a grammar from the tools. This "
	  "template does not know roles, blocks or tools as Claude Code sends "
	  "them, or the grammar cannot be made from a schema.",
	  "give the server a template that knows tools and a system prompt "
	  "(llama.cpp: --jinja, --chat-template-file; LM Studio: the model's "
	  "prompt template), update it, or choose another model in "
	  "ANTHROPIC_MODEL" },
	{ "DR-TOOLS-REFUSED", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "the model behind the gateway takes no tools, or not so many: {1}",
	  "Claude Code works by tools, about thirty of them and those of MCP "
	  "servers. A model or a server that cannot call tools, or has them "
	  "switched off, is of no use to it.",
	  "choose a model that can call tools in ANTHROPIC_MODEL, or switch "
	  "them on at the server (vLLM: --enable-auto-tool-choice and "
	  "--tool-call-parser; llama.cpp: --jinja); if there are too many, "
	  "take MCP servers away" },
	{ "DR-MEDIA-REFUSED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a picture or document is refused: {1}",
	  "Pictures and PDFs come in prompts and in results of tools "
	  "(screenshots, files that are read). The model behind this route "
	  "cannot see, takes them in other places only, or this one is broken "
	  "or too large. It stays in the history, so each further request "
	  "fails.",
	  "route this model to one that takes pictures, also in results of "
	  "tools, or have the gateway put a text in their place; in Claude "
	  "Code /clear or /rewind leaves the message" },
	/* 1 part, 2 message */
	{ "DR-THINKING-UNKNOWN", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a thinking block of the history is not known there, at {1}: {2}",
	  "Claude Code sends thinking blocks back as they came. The provider "
	  "behind this route has no such blocks: the session was begun with "
	  "another one, or the gateway makes thinking of its answers and does "
	  "not take it back.",
	  "the gateway has to translate thinking and redacted_thinking blocks "
	  "for this provider, or leave them out; until then set "
	  "CLAUDE_CODE_DISABLE_THINKING=1 and use /clear" },
	/* 1 the thread: the client's or the gateway's own, 2 message, 3 what
	 * the gateway has to do */
	{ "DR-THREAD", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the conversation depends on {1}, which is refused: {2}",
	  "Some APIs keep the history and want only what is new, with the id "
	  "of the last answer. Claude Code sends the whole history each time; "
	  "where a gateway sends an id in its place, the history is lost as "
	  "soon as the id is not known, or is of another account.",
	  "the gateway has to {3}" },
	/* 1 message */
	{ "DR-SAFEGUARDS", SEVERITY_ERROR, BLAME_GATEWAY,
	  "safeguards is refused: {1}",
	  "In permission modes auto and plan Claude Code asks the API to judge "
	  "each tool call: the field safeguards and the beta "
	  "dangerous-tool-use-2026-09-03, which belong together. If a 400 "
	  "names safeguards it asks again without the field, and auto mode "
	  "cannot run a tool.",
	  "the gateway has to forward safeguards and its beta together, and "
	  "safeguard_results back, or refuse both; until then set "
	  "CLAUDE_CODE_AUTO_MODE_SERVER=0, and Claude Code judges by requests "
	  "of its own" },
	{ .code = NULL },
};
