/*
 * Findings in refusals. The comment above a row says what its words are, and is
 * valid up to the next such comment; refusal*.c sets them. Refusals that a step
 * of the doctor finds too (DR-HTML, DR-REDIRECT, DR-BETA-REFUSED ...) have
 * their rows in finding_network.c and finding_service.c.
 */
#include "probe/refusal/finding_private.h"

#define WORDING \
	"Claude Code recovers from some refusals by itself, but it knows " \
	"them " \
	"by the API's own words. "

const struct finding_kind finding_refusal[] = {
	/* ---- keys and budgets: 1 header, 2 message ---- */
	{ "DR-KEY-REFUSED", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the credential in {1} is refused (401): {2}",
	  "The credential is wrong, expired or cut, or it is in a header that "
	  "the gateway does not read. ANTHROPIC_AUTH_TOKEN is sent as "
	  "Authorization: Bearer, ANTHROPIC_API_KEY as x-api-key; with both, "
	  "a gateway may read the wrong one.",
	  "put this gateway's key, whole, into ANTHROPIC_AUTH_TOKEN; if it "
	  "reads x-api-key instead, into ANTHROPIC_API_KEY; never both" },
	/* 1 message */
	{ "DR-KEY-MISSING", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the request has no credential, and is refused (401): {1}",
	  "Neither Authorization nor x-api-key was sent. Claude Code sends one "
	  "if a variable, its settings, a helper or a login gives it.",
	  "put this gateway's key into ANTHROPIC_AUTH_TOKEN, or into "
	  "ANTHROPIC_API_KEY if it reads x-api-key" },
	/* 1 status, 2 message */
	{ "DR-KEY-FORBIDDEN", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the gateway knows the credential and forbids the request ({1}): {2}",
	  "An answer with 403 in JSON comes from the API or the gateway, not "
	  "from a firewall: the key may not do this, is blocked, is bound to "
	  "other addresses or countries, or the content was moderated.",
	  "ask the gateway's owner what this key may do, or use a key in "
	  "ANTHROPIC_AUTH_TOKEN that may" },
	/* 1 model, 2 message */
	{ "DR-MODEL-FORBIDDEN", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the key may not use the model {1}: {2}",
	  "The key is good, but this model is not on its list. Claude Code "
	  "also asks for a small model in the background.",
	  "set ANTHROPIC_MODEL, and ANTHROPIC_DEFAULT_HAIKU_MODEL for the "
	  "background, to models of this key, or have {1} allowed for it" },
	/* 1 message */
	{ "DR-UPSTREAM-KEY", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the gateway's own credential is refused by its provider: {1}",
	  "The words of this refusal are of a provider behind the gateway. The "
	  "gateway has no good credential for it, or passes on the one of its "
	  "client.",
	  "in the gateway, configure a working key of the provider for this "
	  "route; a new key in Claude Code does not help" },
	/* 1 status, 2 message */
	{ "DR-BUDGET", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the money is spent, or a limit of the key is reached ({1}): {2}",
	  "The account or the key has no credit left, or its budget for a day "
	  "or month is used up. Asking again does not help.",
	  "add credit, raise the limit of the key at the gateway, or use "
	  "another key in ANTHROPIC_AUTH_TOKEN" },
	/* 1 message */
	{ "DR-LONG-CONTEXT", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "the account may not use the long context of 1M tokens: {1}",
	  "The model was asked for with its long context, which this account "
	  "does not have, or which a gateway lost the header for.",
	  "set CLAUDE_CODE_DISABLE_1M_CONTEXT=1, or choose a model without "
	  "[1m] at its end in ANTHROPIC_MODEL" },

	/* ---- places ---- */
	/* 1 target, 2 status, 3 message */
	{ "DR-NOT-FOUND", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "nothing answers at {1} ({2}): {3}",
	  "The server does not know this path. The base URL lacks the prefix "
	  "under which the gateway has its Anthropic routes (/api, "
	  "/anthropic), or the gateway speaks only the protocol of OpenAI.",
	  "set ANTHROPIC_BASE_URL to the address below which /v1/messages is "
	  "served; the gateway's manual names it" },
	/* 1 model, 2 message */
	{ "DR-MODEL-UNKNOWN", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the gateway has no route for {1}: {2}",
	  "The path and the key are good; the model is not served under this "
	  "name. Claude Code also asks for a small model in the background, "
	  "for titles and searches.",
	  "set ANTHROPIC_MODEL (and ANTHROPIC_DEFAULT_OPUS_MODEL, "
	  "ANTHROPIC_DEFAULT_SONNET_MODEL, ANTHROPIC_DEFAULT_HAIKU_MODEL) to "
	  "ids that the gateway's /v1/models lists" },

	/* ---- walls and sizes ---- */
	/* 1 who, 2 status, 3 bytes */
	{ "DR-WAF", SEVERITY_ERROR, BLAME_NETWORK,
	  "a firewall in front of the gateway blocks the request: {1}, status "
	  "{2}, {3} bytes",
	  "The answer is a page of a web application firewall, and the "
	  "gateway never saw the request. Prompts of Claude Code hold code, "
	  "paths and tags that look like an attack to such rules, so small "
	  "tests pass and sessions fail.",
	  "have the rules on request bodies switched off for /v1/messages in "
	  "{1}, or this client's address allowed" },
	/* 1 bytes, 2 server */
	{ "DR-TOO-LARGE", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a request of {1} bytes is too large for the gateway (server: {2})",
	  "A proxy or the gateway has a limit for bodies below the API's 32 "
	  "MB. Long sessions, pictures and documents reach it. Claude Code "
	  "says 32 MB whatever the limit was.",
	  "raise the limit to 32 MB at the gateway and each proxy in front of "
	  "it (nginx: client_max_body_size 32m)" },
	/* 1 message */
	{ "DR-CONTEXT-TOO-LONG", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "the conversation does not fit the model: {1}",
	  "The prompt has more tokens than the model behind this route takes. "
	  "Claude Code understands these words and offers to compact.",
	  "use /compact or /clear; if the route is smaller than the model's "
	  "own context, set CLAUDE_CODE_AUTO_COMPACT_WINDOW to its size" },
	{ "DR-CONTEXT-REWORDED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the conversation does not fit, in words that Claude Code does not "
	  "know: {1}",
	  WORDING "Here it does not see that the context is full: it "
		  "never compacts, and the session is stuck.",
	  "the gateway has to say 'prompt is too long'; until then use "
	  "/compact early, or set CLAUDE_CODE_AUTO_COMPACT_WINDOW" },
	/* 1 message, 2 retry-after */
	{ "DR-RATE", SEVERITY_WARNING, BLAME_UPSTREAM,
	  "too many requests (429), retry after {2} s: {1}",
	  "A limit of the key, the gateway or the provider is reached. Claude "
	  "Code waits as long as it is told, up to a minute; if it is told a "
	  "longer time it gives up at once.",
	  "wait {2} s, or raise the limit of the key at the gateway" },
	/* 1 message */
	{ "DR-RATE-NO-RETRY-AFTER", SEVERITY_WARNING, BLAME_GATEWAY,
	  "too many requests (429), without a retry-after header: {1}",
	  "Without retry-after Claude Code guesses, and asks up to ten times "
	  "over some minutes.",
	  "the gateway has to send retry-after with 429 (and pass on the "
	  "provider's); the limit itself is the key's" },

	/* ---- what a request may hold ---- */
	/* 1 field, 2 its beta, 3 switch */
	{ "DR-FIELD-REFUSED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "{1} is refused as unknown; {2}",
	  "Some request fields need a value in the header anthropic-beta: both "
	  "have to arrive, or neither. This error comes from a gateway that "
	  "drops the header and keeps the field, or whose provider does not "
	  "know the field.",
	  "the gateway has to forward {1} together with anthropic-beta, or "
	  "drop both; {3}" },
	/* 1 field, 2 message */
	{ "DR-FIELD-ADDED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "{1}, which the client did not send, is refused: {2}",
	  "The gateway adds the field, or sends it in place of another one, "
	  "and its provider does not know it.",
	  "let the gateway pass the client's fields on as they are, and add "
	  "no {1}" },
	/* 1 message */
	{ "DR-THINKING-DROPPED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "thinking is missing where the provider wants it: {1}",
	  "The gateway drops or changes thinking on the way: the request's own "
	  "(and keeps the clearing of thinking in context_management, which "
	  "goes with it), or that of earlier answers, which has to come back "
	  "with their tool calls.",
	  "let the gateway pass thinking and thinking blocks on as the client "
	  "sends them, and those of answers to the client; until then set "
	  "CLAUDE_CODE_DISABLE_THINKING=1" },
	/* 1 its beta, 2 message */
	{ "DR-CONTEXT-MANAGEMENT", SEVERITY_ERROR, BLAME_GATEWAY,
	  "context_management is refused; {1}: {2}",
	  "The field and the beta context-management-2025-06-27 belong "
	  "together. The gateway drops the one and keeps the other, or its "
	  "provider (a cloud's, or another vendor's) has no such field.",
	  "the gateway has to forward context_management and its beta "
	  "together, or drop both; until then set "
	  "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1" },
	/* 1 what, 2 message, 3 switch */
	{ "DR-THINKING-REFUSED", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "{1} is refused: {2}",
	  "The model behind this route is older than what is asked of it: it "
	  "does not know adaptive thinking, efforts, or thinking at all, or "
	  "not with these numbers.",
	  "route this model to one that knows {1}; {3}" },
	/* 1 part, 2 message */
	{ "DR-THINKING-SIGNATURE", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a thinking block that was sent back is refused, at {1}: {2}",
	  "Thinking blocks are signed, and newer ones are bound to all that "
	  "was said before. A gateway that changes, drops or moves them, edits "
	  "the prompt, or goes on with another provider breaks the session.",
	  "the gateway has to pass thinking blocks and prompts on unchanged "
	  "and keep a session with one provider; /clear starts afresh; "
	  "CLAUDE_CODE_DISABLE_THINKING=1 goes without" },
	/* 1 what 2 message */
	{ "DR-CLIENT-CHANGED", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the client itself changed {1} within a session, so that its "
	  "thinking blocks no longer fit: {2}",
	  "Newer thinking blocks are bound to all that was said before, to the "
	  "tools and to the system prompt. `ccprobe doctor --listen` saw both "
	  "requests before the gateway did: the difference is the client's. A "
	  "server of tools that came or went, a plug-in or another mode of the "
	  "session does that.",
	  "begin a new session (/clear); keep MCP servers, plug-ins and the "
	  "output style as they are during one; "
	  "CLAUDE_CODE_DISABLE_THINKING=1 goes without" },
	/* 1 message */
	{ "DR-VERSION-NOT-SENT", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the request has no anthropic-version: {1}",
	  "The request as it was sent has no header anthropic-version, so it "
	  "was not lost on the way. Claude Code sends it with each request.",
	  "add the line anthropic-version: 2023-06-01 to the request" },
	/* 1 message */
	{ "DR-VERSION-HEADER", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the header anthropic-version does not arrive: {1}",
	  "Claude Code sends anthropic-version with each request; on the way "
	  "to the provider it was lost or changed.",
	  "the gateway has to forward anthropic-version: 2023-06-01" },
	/* 1 part, 2 message */
	{ "DR-CACHE-CONTROL-REFUSED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a cache marker is refused, at {1}: {2}",
	  "cache_control is where the provider does not want it, once too "
	  "often (four are allowed), or the provider has no such field.",
	  "the gateway must not add or move cache markers, and has to drop "
	  "them for providers without; until then set "
	  "DISABLE_PROMPT_CACHING=1" },
	/* 1 tool and place, 2 message, 3 what to do */
	{ "DR-TOOL-SCHEMA", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the tool {1} is refused: {2}",
	  "The schema of a tool is not accepted by the provider behind this "
	  "route, or the gateway made it invalid on the way. One such tool "
	  "makes every request fail.",
	  "the gateway has to pass schemas on unchanged, or translate them "
	  "into what its provider takes; until then: {3}" },
	{ "DR-TOOL-NAME", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the name of the tool {1} is refused: {2}",
	  "Names may have 64 letters, digits, _ and -. A gateway that puts "
	  "something in front of names, or a provider with a shorter limit, "
	  "refuses long ones. Two tools must not have one name.",
	  "the gateway must not lengthen names, and has to shorten them for "
	  "providers with a smaller limit; until then: {3}" },
	{ "DR-TOOL-TYPE", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "the type of the tool {1} is not known behind the gateway: {2}",
	  "Tools of the API itself (web search, tool search) run at "
	  "Anthropic. Other providers do not have them.",
	  "route such requests to the API, or deny the tool in Claude Code "
	  "(permissions.deny: WebSearch; ENABLE_TOOL_SEARCH=false)" },
	/* 1 message */
	{ "DR-TOOL-CHOICE", SEVERITY_ERROR, BLAME_GATEWAY,
	  "tool_choice is refused: {1}",
	  "The gateway dropped the tools and kept tool_choice, or forces a "
	  "tool while the model thinks, which providers refuse.",
	  "the gateway has to pass tools and tool_choice on together; "
	  "CLAUDE_CODE_DISABLE_THINKING=1 helps where thinking is named" },
	/* 1 part, 2 message */
	{ "DR-TOOL-PAIR", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a tool call and its result do not match, at {1}: {2}",
	  "Each tool_use needs its tool_result at the front of the next "
	  "message. A gateway that inserts, trims or reorders messages breaks "
	  "pairs; the broken history then fails with every further request.",
	  "the gateway has to leave messages in order; in Claude Code /clear "
	  "or /rewind leaves the broken history" },
	{ "DR-SYSTEM-REFUSED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the system prompt is refused, at {1}: {2}",
	  "Claude Code sends system as a list of blocks. A gateway or "
	  "provider that only takes a text refuses it.",
	  "the gateway has to accept system as a list of text blocks" },
	{ "DR-SYSTEM-ROLE", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the role system inside messages is refused, at {1}: {2}",
	  WORDING "For newer models it sends reminders as messages with the "
		  "role system; if that is refused in the API's words it "
		  "goes on without.",
	  "the gateway has to accept messages with the role system, or pass "
	  "the provider's refusal on as 400 with its text unchanged; no "
	  "setting of Claude Code turns such messages off" },
	{ "DR-BLOCK-REFUSED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a message is refused, at {1}: {2}",
	  "A content block of a kind, or in a form, that the provider behind "
	  "this route does not take: a reference, an empty text, a kind of "
	  "another beta.",
	  "the gateway has to forward or translate this kind of block; in "
	  "Claude Code /clear or /rewind leaves the message" },
	/* 1 parameter, 2 message, 3 what to do */
	{ "DR-PARAMETER-REFUSED", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "the value of {1} is refused: {2}",
	  "The model behind this route has other limits than the one that "
	  "Claude Code takes it for. For names it does not know it asks for up "
	  "to 32000 tokens of output.",
	  "{3}" },
	/* 1 status, 2 message */
	{ "DR-BAD-REQUEST", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the request is refused ({1}): {2}",
	  "The refusal does not say which part of the request is meant.",
	  "let `ccprobe bisect` find the part, and look for the request id in "
	  "the gateway's log" },

	/* ---- servers in trouble: 1 status, 2 message ---- */
	{ "DR-OVERLOADED", SEVERITY_WARNING, BLAME_UPSTREAM,
	  "the provider is overloaded or not available ({1}): {2}",
	  "The gateway works, but no provider takes the request at the moment. "
	  "Claude Code tries again, up to ten times.",
	  "wait, or choose another route or model in ANTHROPIC_MODEL" },
	{ "DR-UPSTREAM-ERROR", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the gateway fails ({1}): {2}",
	  "An error inside the gateway, or one of its provider that it passes "
	  "on. If it "
	  "comes with each request, the gateway cannot read this request, or "
	  "is wrongly set up.",
	  "look for the request id in the gateway's log; `ccprobe bisect` "
	  "finds which part of a request makes it fail" },
	{ "DR-BAD-GATEWAY", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a proxy cannot reach the gateway, or the gateway its provider "
	  "({1}): {2}",
	  "A proxy wrote the answer: the server that it asked does not run, or "
	  "breaks off.",
	  "start or mend the gateway; its proxy's log names the address that "
	  "does not answer" },
	{ "DR-TIMEOUT", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a proxy or the gateway waited too long ({1}): {2}",
	  "Some hop gives up before the model has answered. Models that think "
	  "may take minutes to the first word.",
	  "raise the time limits at the gateway and at each proxy to 10 "
	  "minutes (nginx: proxy_read_timeout 600s), and do not buffer "
	  "streams" },

	/* ---- answers that are none ---- */
	/* 1 type, 2 message */
	{ "DR-STREAM-ERROR", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "the stream ends with an error: {1}: {2}",
	  "The answer began with status 200, and then an error event came. "
	  "Claude Code asks again, without streaming, which costs a second "
	  "turn.",
	  "wait and try again; if it comes each time, look for the request id "
	  "in the gateway's log" },
	{ "DR-ERROR-IN-200", SEVERITY_ERROR, BLAME_GATEWAY,
	  "an error comes with status 200: {1}: {2}",
	  "Claude Code reads the status first and takes this for a malformed "
	  "answer: it does not see the error.",
	  "the gateway has to send errors with their status" },
	/* 1 how, 2 bytes */
	{ "DR-STREAM-CUT", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the answer breaks off: {1}",
	  "The connection was closed, or the stream ended, before the message "
	  "was whole. Claude Code asks again, often without streaming.",
	  "look for time limits and restarts at the gateway and the proxies "
	  "in front of it (nginx: proxy_read_timeout 600s)" },
	/* 1 what came */
	{ "DR-STREAM-EMPTY", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the stream holds no message: {1}",
	  "Status 200, but no message_start: the provider's answer was empty, "
	  "or it was not translated into Anthropic's events.",
	  "the gateway has to send Anthropic's stream events for /v1/messages, "
	  "and an error where it has no answer" },
	/* 1 place */
	{ "DR-BAD-JSON-ANSWER", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the answer is neither JSON nor a stream: {1}",
	  "Status 200 with something else. Claude Code calls it an empty or "
	  "malformed response.",
	  "correct ANTHROPIC_BASE_URL if it is not the gateway's; else the "
	  "gateway has to answer with JSON" },
	/* 1 status */
	{ "DR-EMPTY-ANSWER", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the answer is empty (status {1})",
	  "The status is one of success, but the answer has no body. A wrong "
	  "path or a broken "
	  "provider route of the gateway does this.",
	  "correct the path in ANTHROPIC_BASE_URL, or look into the gateway's "
	  "log" },
	/* 1 how */
	{ "DR-NO-ANSWER", SEVERITY_ERROR, BLAME_NETWORK, "no answer came: {1}",
	  "The connection failed or was closed before any answer.",
	  "check host and port in ANTHROPIC_BASE_URL, VPN and proxy; where a "
	  "model is slow to begin, --timeout SECONDS waits longer" },
	/* 1 status, 2 message */
	{ "DR-STATUS", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the request is answered with status {1}: {2}",
	  "The answer is an error that none of the other findings describes.",
	  "look into the gateway's log for the request id that stands in the "
	  "evidence" },
	{ .code = NULL },
};
