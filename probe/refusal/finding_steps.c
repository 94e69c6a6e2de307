/* Findings in what a session does after its first message (history, tools,
 * images, side requests), and in what an answer says about itself. */
#include "probe/refusal/finding_private.h"

const struct finding_kind finding_steps[] = {
	{ "DR-SLOW-FIRST-BYTE", SEVERITY_WARNING, BLAME_GATEWAY,
	  "every answer begins only after {1} seconds",
	  "That is the quickest of all answers, also to a request of one "
	  "token, so no long thought is the reason: a queue, a model that is "
	  "loaded anew for each request, a check that runs into its time "
	  "limit, or a name that is looked up in vain. A session makes a "
	  "request for each tool call and waits each time.",
	  "look at the gateway's log for what happens before the provider is "
	  "asked; keep the model loaded and connections open" },
	{ "DR-HISTORY-LOST", SEVERITY_ERROR, BLAME_GATEWAY,
	  "earlier turns do not arrive: {1} input tokens with a long one, {2} "
	  "without",
	  "A request with an earlier turn of 1,700 letters was counted like "
	  "one without it, and the answer did not know what stood there. The "
	  "gateway sends on the last message alone, or goes on with a thread "
	  "or response id of its own that belongs to another conversation.",
	  "send all of \"messages\" with each request; where the provider "
	  "keeps threads (previous_response_id), use them only for the same "
	  "history" },
	{ "DR-USAGE-FLAT", SEVERITY_WARNING, BLAME_GATEWAY,
	  "usage does not grow with the request: {1} input tokens with a long "
	  "earlier turn, {2} without",
	  "The answer knows the earlier turn, so it arrived; the number is "
	  "made up. Claude Code compacts a conversation and computes its cost "
	  "by it: it will run into the end of the context unwarned.",
	  "pass the provider's usage on, or count" },
	{ "DR-TOOL-NAME-LONG", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a tool with a name of 100 letters is refused: {1}",
	  "The same request with a short name is accepted. Tools of MCP "
	  "servers are called mcp__SERVER__TOOL, and this API allows 128 "
	  "letters; OpenAI's and Gemini's allow 64. One such tool makes each "
	  "request of the session fail.",
	  "at the gateway: shorten names on the way to a provider that allows "
	  "64 and give the call its own name back; here: disable the MCP "
	  "server with the long names (/mcp)" },
	{ "DR-TOOL-IDS-ALIKE", SEVERITY_ERROR, BLAME_GATEWAY,
	  "two tool calls of one turn have the same id ({1})",
	  "Results are given to calls by id. With one id for two calls a "
	  "result is lost, and the next request is refused.",
	  "give each tool_use block an id of its own, and the result's "
	  "tool_use_id back to the call that it is for" },
	{ "DR-TOOL-RESULT-WORDS", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a turn with tool results and words of the user is refused: {1}",
	  "The same turn without the words is accepted. Claude Code puts "
	  "reminders, and what the user types meanwhile, after the results in "
	  "the same message. A translation has to send the results first and "
	  "the words after them.",
	  "where one message becomes several: first the tool's messages, then "
	  "the user's text" },
	{ "DR-MEDIA-LOST", SEVERITY_WARNING, BLAME_GATEWAY,
	  "an image in a tool's result does not arrive: {1} input tokens with "
	  "it, {2} without",
	  "Claude Code reads pictures and screenshots with a tool, so they "
	  "come in tool_result blocks. The model answers as if it had seen "
	  "nothing, or makes something up.",
	  "pass image blocks inside tool_result on; for a provider that takes "
	  "images in the user's messages only, put them into one after the "
	  "result" },
	{ "DR-THINKING-TURN-REFUSED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a turn with thinking and a tool call is refused when it comes back: "
	  "{1}",
	  "Thinking and a call were answered in one turn; Claude Code sends "
	  "both back with the tool's result, and that is refused. So sessions "
	  "end at their first tool call after a thought.",
	  "pass the blocks of the assistant's turn on in their order: thinking "
	  "with its signature, then text, then tool_use; until then "
	  "CLAUDE_CODE_DISABLE_THINKING=1" },
	{ "DR-THINKING-OFF-REFUSED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "\"thinking\": {\"type\": \"disabled\"} is refused: {1}",
	  "Claude Code switches thinking off in side requests, and in sessions "
	  "where the user has done so. A translation has to leave reasoning "
	  "out then, or choose the least that the provider has.",
	  "take \"disabled\" like a request without thinking" },
	{ "DR-EFFORT-REFUSED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a level of effort is refused ({1}): {2}",
	  "A user chooses a level with /effort or in the settings. The "
	  "recorded request has another level and is accepted.",
	  "pass output_config.effort on, or map each level (low, medium, high, "
	  "xhigh, max) to one that the provider has; until then "
	  "CLAUDE_CODE_EFFORT_LEVEL=unset" },
	{ "DR-EFFORT-UNKNOWN", SEVERITY_NOTE, BLAME_UPSTREAM,
	  "this model does not have each level of effort ({1}): {2}",
	  "Not every model has the two highest levels. /effort offers them by "
	  "the model's name; behind a gateway the name may promise more.",
	  "do not choose this level here" },
	{ "DR-FORMAT-REFUSED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a request with output_config.format is refused: {1}",
	  "Claude Code asks so for the title of a session and in other side "
	  "requests, and a user with --json-schema. The session goes on; the "
	  "refusals fill logs and count against limits.",
	  "pass output_config.format and its beta on, or translate it "
	  "(response_format, text.format); until then "
	  "CLAUDE_CODE_DISABLE_STRUCTURED_OUTPUTS=1" },
	{ "DR-FORMAT-LOST", SEVERITY_WARNING, BLAME_GATEWAY,
	  "output_config.format is not kept: the answer is {1}",
	  "A JSON schema was given, and the answer does not fit it: the format "
	  "was taken out on the way, or the model cannot do it. Titles are "
	  "missing, and programs that use --json-schema fail.",
	  "pass output_config.format and its beta on, or translate it "
	  "(response_format, text.format)" },
	{ "DR-SEARCH-REFUSED", SEVERITY_NOTE, BLAME_GATEWAY,
	  "a request with the API's web_search is refused: {1}",
	  "The tool WebSearch makes a request of its own that offers nothing "
	  "but web_search_20250305, which the API runs itself. Clouds and "
	  "other vendors do not have it. All else works.",
	  "route requests with web_search to a provider that has it, or take "
	  "the tool away: claude --disallowedTools WebSearch, or "
	  "permissions.deny: [\"WebSearch\"]" },
	{ "DR-SEARCH-HANDED-BACK", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the API's web_search comes back as a call that the client is to "
	  "make",
	  "web_search_20250305 runs at the provider. The gateway made a tool "
	  "of the client of it; nobody runs it, and WebSearch finds nothing.",
	  "route requests with web_search to a provider that has it, or run "
	  "the search at the gateway and answer with server_tool_use and "
	  "web_search_tool_result; until then claude --disallowedTools "
	  "WebSearch" },
	{ "DR-RELAY-SIGNATURE", SEVERITY_WARNING, BLAME_UPSTREAM,
	  "thinking whose signature was changed is accepted",
	  "A block of thinking was sent back with one letter of its signature "
	  "changed. The API refuses that. Whoever accepted it does not check "
	  "signatures: another vendor's model behind a translation, or a "
	  "gateway that takes thinking out of the history. A client cannot "
	  "know which.",
	  "ask whoever runs it which model answers, and under which name" },
	{ "DR-RELAY-UNEVEN", SEVERITY_WARNING, BLAME_UPSTREAM,
	  "the same request has {1} input tokens once and {2} another time",
	  "The same bytes have the same tokens. Different numbers come from "
	  "different models or tokenizers in one pool, or from a gateway that "
	  "adds something of its own. A client cannot know which, nor what is "
	  "paid for.",
	  "compare usage with the bill; ask whoever runs it what is added" },
	{ "DR-RELAY-TOOLS-FREE", SEVERITY_WARNING, BLAME_UPSTREAM,
	  "tools add no input tokens",
	  "Declared tools are part of the prompt and are counted. Where they "
	  "are not, usage is made up, or the tools are not passed on as such. "
	  "A client cannot know which.",
	  "compare usage with the bill" },
	{ "DR-RELAY-MODEL", SEVERITY_NOTE, BLAME_UPSTREAM,
	  "{1} was asked for, and the answer names {2}",
	  "An alias may stand for a dated name or for the name of a cloud. The "
	  "name is a text that a gateway can set: that it is the right one "
	  "proves nothing either.",
	  "look up what the gateway maps this model to" },
	{ "DR-RELAY-WINDOW", SEVERITY_WARNING, BLAME_UPSTREAM,
	  "a request of about {1} tokens is refused: {2}",
	  "Models of this API take 200,000 tokens, and Claude Code compacts a "
	  "conversation by that number. A smaller window ends long sessions "
	  "with an error.",
	  "set CLAUDE_CODE_AUTO_COMPACT_WINDOW to the window that this route "
	  "really has, or use another route" },
	{ "DR-RELAY-WINDOW-CUT", SEVERITY_WARNING, BLAME_UPSTREAM,
	  "of about {1} tokens fewer than 140000 were counted",
	  "The request was accepted, and usage tells much less than it has. "
	  "The beginning or the middle of long requests may be cut off without "
	  "a word. A client cannot know whether they are, or are not counted.",
	  "ask whoever runs it what happens to long requests" },
	{ .code = NULL },
};
