/* Findings in how a gateway answers: credentials, messages, streams, tools,
 * models, caching. */
#include "probe/refusal/finding_private.h"

const struct finding_kind finding_service[] = {
	{ "DR-WRONG-VARIABLE", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the key is in the wrong variable: {1} sends it as {2}, and the "
	  "gateway reads the other header",
	  "The same key was refused as Claude Code sends it now and accepted "
	  "in the other header. ANTHROPIC_AUTH_TOKEN goes out as "
	  "Authorization: Bearer, ANTHROPIC_API_KEY as x-api-key; gateways "
	  "often read only one of them.",
	  "put the key into {3} and take it out of {1} (ANTHROPIC_AUTH_TOKEN "
	  "is sent as Authorization: Bearer, ANTHROPIC_API_KEY as x-api-key)" },
	{ "DR-KEY-BOTH-REFUSED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a request with the key in both headers is refused, one with {1} "
	  "alone is not",
	  "Claude Code sends both Authorization and x-api-key where "
	  "apiKeyHelper gives the key, or where both variables are set. A "
	  "gateway that takes either header has to take both when they agree.",
	  "use one variable only: ANTHROPIC_AUTH_TOKEN (bearer) or "
	  "ANTHROPIC_API_KEY (x-api-key), not both and not apiKeyHelper; at "
	  "the gateway: read one header and pass over the other" },
	{ "DR-KEY-TWO-DIFFERENT", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "two different credentials go out, and the gateway refuses them "
	  "together",
	  "ANTHROPIC_AUTH_TOKEN and ANTHROPIC_API_KEY (or a login beside one "
	  "of them) are both set, with different values. The gateway accepts "
	  "the request when only one of the headers carries its key.",
	  "keep the key that is sent as {1} and take {2} out "
	  "(ANTHROPIC_API_KEY=\"\" where a login would come back)" },
	{ "DR-KEY-ANY-ACCEPTED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a wrong key is accepted",
	  "A key that was made up for this test was answered like the right "
	  "one. Whoever reaches this address spends on the account behind it.",
	  "switch the check of client keys on at the gateway; until then keep "
	  "it on the loopback interface" },
	{ "DR-KEY-BLOCKED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "after a wrong key the right one is refused as well",
	  "One request with a wrong key made the gateway refuse the next one, "
	  "which had the right key. A person who corrects a key is told that "
	  "it is still wrong, and one client with an old key can lock out all "
	  "others behind the same address.",
	  "judge each request by its own key at the gateway; do not remember "
	  "refusals by address or connection; here: wait a minute before the "
	  "next try" },
	{ "DR-WRONG-KEY-STATUS", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a wrong key is not answered with 401, but with {1}",
	  "Claude Code asks for a new credential when it gets 401 in the "
	  "shape of this API; with another status it does not.",
	  "answer 401 with "
	  "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\","
	  "\"message\":\"...\"}}" },
	{ "DR-WRONG-KEY-SHAPE", SEVERITY_NOTE, BLAME_GATEWAY,
	  "the 401 for a wrong key is not in the shape of this API",
	  "The status is right, so Claude Code knows what it means; the text "
	  "that it shows is the raw body.",
	  "answer with "
	  "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\","
	  "\"message\":\"...\"}} "
	  "as application/json" },
	{ "DR-SMALL-REFUSED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a small request is refused, the recorded one of Claude Code is not "
	  "({1})",
	  "The refused one has a model, max_tokens and a message, and nothing "
	  "else. The gateway, or the model behind it, takes only requests that "
	  "have more, such as thinking, a system prompt of the client, or "
	  "tools. Sessions begin, but the client's own requests for titles, "
	  "summaries and permissions have fewer fields, and fail.",
	  "let the gateway take requests without the fields that the API does "
	  "not demand; `ccprobe bisect interactive/03 {url}` (a request for a "
	  "title) names what is missing" },
	{ "DR-NOT-A-MESSAGE", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the answer to /v1/messages is no message: {1}",
	  "Status 200 with something else than a message of the Messages API. "
	  "Claude Code says that the response is malformed. Gateways that "
	  "speak OpenAI's API need an endpoint of their own for Anthropic's.",
	  "set ANTHROPIC_BASE_URL to the root of the gateway's Anthropic "
	  "endpoint, to which Claude Code adds /v1/messages; the gateway has "
	  "to answer it with a message" },
	{ "DR-MESSAGE-MEMBER", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the message has no \"{1}\"",
	  "Every message has id, role and model; clients and SDKs read them.",
	  "pass the message on as the provider made it; a translated one "
	  "needs id, type, role, model, content, stop_reason, usage" },
	{ "DR-NO-USAGE", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the message does not say what it used: {1}",
	  "Claude Code computes cost and how full the context is from usage. "
	  "Without it sessions are compacted too late and /cost shows nothing.",
	  "pass usage on, with input_tokens and output_tokens; a translated "
	  "answer needs them too" },
	{ "DR-MESSAGE-TYPE", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a JSON message has the content type {1}",
	  "SDKs decide by the content type how to read a body.",
	  "send content-type: application/json with messages" },
	{ "DR-MESSAGE-STREAMED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a request without \"stream\" is answered with a stream",
	  "Claude Code asks without streaming where a stream has failed and in "
	  "small requests of its own; a stream is no answer to those.",
	  "stream only where the request has \"stream\": true" },
	{ "DR-MODEL-ANY", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a model that does not exist is answered, by {1}",
	  "The gateway sends unknown models to another one without a word. A "
	  "misspelt ANTHROPIC_MODEL is not noticed; quality and price are "
	  "those of the other model.",
	  "make the gateway answer unknown models with 404 not_found_error, "
	  "or check by /status and the gateway's log which model really "
	  "answers" },
	{ "DR-UNKNOWN-MODEL-STATUS", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a model that does not exist is answered with {1}",
	  "Expected is 404 (or 400) that names the model. Claude Code asks "
	  "again on 5xx, and asks for a login on 401: nobody learns that the "
	  "model is misspelt.",
	  "answer 404 with "
	  "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\","
	  "\"message\":\"model: "
	  "...\"}}" },
	{ "DR-ERROR-SHAPE", SEVERITY_WARNING, BLAME_GATEWAY,
	  "errors are not in the shape of this API",
	  "The status is right, but the body is not "
	  "{\"type\":\"error\",\"error\":{\"type\",\"message\"}}. Claude Code "
	  "reads the text of some errors (a prompt that is too long, a field "
	  "that is refused) to help itself; it does not find it there.",
	  "pass the provider's errors on as they are, or answer in the shape "
	  "of this API as application/json" },
	{ "DR-NOT-STREAMED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the answer to a streaming request came in one piece",
	  "The gateway, or a proxy in front of it, collects the whole stream "
	  "before it passes it on. Nothing is shown while the model works, "
	  "and long answers run into time limits.",
	  "switch off response buffering at the gateway and at every proxy in "
	  "front of it (nginx: proxy_buffering off)" },
	{ "DR-STREAM-TYPE", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a stream comes as {1}, not as text/event-stream",
	  "Claude Code reads it all the same; proxies and other clients do "
	  "not, and may hold it back as a whole.",
	  "send content-type: text/event-stream with streams" },
	{ "DR-STREAM-NOT-EVENTS", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a streaming request is answered without events ({1})",
	  "The request has \"stream\": true, the answer is one document. "
	  "Claude Code drops it and asks again without streaming: nothing is "
	  "shown meanwhile, and every turn is paid twice.",
	  "pass \"stream\": true on, and the events as they come" },
	{ "DR-STREAM-FOREIGN", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the stream has the events of another API (OpenAI's chunks)",
	  "Claude Code reads message_start, content_block_delta and so on. "
	  "Chunks of chat completions are an empty answer to it.",
	  "use the gateway's Anthropic endpoint, or have it translate chunks "
	  "into events of the Messages API" },
	{ "DR-STREAM-DONE", SEVERITY_NOTE, BLAME_GATEWAY,
	  "the stream has a [DONE], which this API does not know",
	  "It is OpenAI's end of a stream. Claude Code passes over it; "
	  "stricter clients fail on data that is no JSON.",
	  "end the stream after message_stop" },
	{ "DR-STREAM-NO-STOP", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the stream is not complete: {1}",
	  "The connection was closed in good order, so nothing tells a whole "
	  "answer from one that was cut off. Claude Code may take a part for "
	  "the whole, or ask again and pay twice.",
	  "pass the last events on; if the provider broke off, break off too "
	  "instead of ending the body" },
	{ "DR-STREAM-NO-USAGE", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the stream does not say what was used: {1}",
	  "message_start tells the input tokens, message_delta the output "
	  "tokens. Claude Code computes cost and how full the context is from "
	  "them.",
	  "pass usage on in message_start and message_delta" },
	{ "DR-STREAM-ORDER", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the events of the stream are not in order: {1}",
	  "A stream is message_start, blocks that begin, grow and stop, "
	  "message_delta, message_stop; event: lines name them. Where that is "
	  "broken Claude Code drops the answer and asks again without "
	  "streaming, or shows a part of it.",
	  "pass events on unchanged, event: lines included" },
	{ "DR-STREAM-OPEN", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the stream is not ended after message_stop",
	  "Claude Code waits for the end of the body: every turn hangs after "
	  "its answer.",
	  "end the body (last chunk) when the provider does" },
	{ "DR-BODY-LIMIT", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a request of {1} is not let through: {2}",
	  "Long sessions, images and PDFs make requests of several MB; the "
	  "API takes 32 MB. Claude Code cannot go on with a session whose "
	  "history has become larger than a limit on the way.",
	  "raise the limit of request bodies to 32 MB on everything in front "
	  "of the gateway (nginx: client_max_body_size 32m; a WAF: its body "
	  "inspection limit; Envoy, Traefik: max request bytes)" },
	{ "DR-WAF-CONTENT", SEVERITY_ERROR, BLAME_GATEWAY,
	  "text in a prompt is refused: {1} ({2})",
	  "A web application firewall in front of the gateway takes what "
	  "tools read and write (shell commands, HTML, SQL, paths) for an "
	  "attack. Sessions fail as soon as the model looks at such a file.",
	  "exempt POST /v1/messages from the firewall's rules on bodies" },
	{ "DR-TOOL-NO-CALL", SEVERITY_ERROR, BLAME_GATEWAY,
	  "no tool is called, even when the request demands it",
	  "Claude Code works by tools. Either tools and tool_choice do not "
	  "reach the model, or the model cannot use them, or its calls come "
	  "back as text.",
	  "pass tools and tool_choice on; else choose a model that can call "
	  "tools (ANTHROPIC_MODEL)" },
	{ "DR-TOOL-RENAMED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a tool is called by another name: {1} instead of {2}",
	  "Claude Code does not find a tool of that name and does not run it.",
	  "give tools back by the names that the request has" },
	{ "DR-TOOL-NO-ID", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a tool is called without an id",
	  "Claude Code does not run a call that it cannot answer.",
	  "pass the id of tool_use blocks on, or make one: toolu_..." },
	{ "DR-TOOL-INPUT-BROKEN", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a tool's input does not arrive: {1}",
	  "Claude Code joins a tool's input from the input_json_delta events "
	  "and checks it by the tool's schema. If it cannot read the input, it "
	  "does not run the tool, or runs it with an empty input.",
	  "pass input_json_delta on as it comes: pieces of one JSON object, "
	  "none of it in content_block_start" },
	{ "DR-TOOL-STOP-REASON", SEVERITY_WARNING, BLAME_GATEWAY,
	  "a tool is called, and the stop reason is {1} instead of tool_use",
	  "Claude Code runs the tool all the same; SDKs and agents that go by "
	  "stop_reason stop there.",
	  "pass stop_reason on, or translate it: tool_calls is tool_use" },
	{ "DR-TOOL-RESULT-REFUSED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a tool's result is refused: {1}",
	  "The call came, and the turn that brings its result fails: sessions "
	  "end at their first tool.",
	  "pass tool_use and tool_result blocks on; a translation has to take "
	  "both" },
	{ "DR-TOOL-ID-CHANGED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "a tool's result is not found again: {1}",
	  "The request names the call and its result by the same id, and the "
	  "provider behind the gateway got two different ones. The ids were "
	  "changed on the way.",
	  "do not change ids of tool_use and tool_result blocks; where they "
	  "must change, change both alike" },
	{ "DR-PAIR-REFUSED", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "{1} is refused, sent with {2}",
	  "Claude Code sends this field in its first request. The gateway "
	  "passed it on, or read it itself, and whoever answers does not know "
	  "it: an older API, another vendor's model, or a model that cannot "
	  "do it.",
	  "at the gateway: {3} (`ccprobe bisect plain/01 {url}` finds the "
	  "part)" },
	{ "DR-BETA-LOST", SEVERITY_ERROR, BLAME_GATEWAY,
	  "{1} is refused although its beta {2} was sent with it",
	  "The field and its beta were sent as a pair. \"Extra inputs\" is "
	  "what the API says to the field without the beta: the header was "
	  "lost or filtered on the way.",
	  "at the gateway: {3} (`ccprobe bisect plain/01 {url}` finds the "
	  "part)" },
	/* 1 refused values, 2 what was said, 3 what to set; 1 and 3 are lists */
	{ "DR-BETA-REFUSED", SEVERITY_ERROR, BLAME_UPSTREAM,
	  "the provider refuses {1} in anthropic-beta: {2}",
	  "Claude Code names this beta in its first request. The API passes "
	  "over betas that it does not know only if they are well formed; "
	  "clouds and older gateways refuse them.",
	  "at the gateway: drop what is refused, with the fields that need it, "
	  "for providers that do not know it; {3} (`ccprobe bisect plain/01 "
	  "{url}` finds the part)" },
	/* 1 values that the refusals quote, a list */
	{ "DR-BETA-CHANGED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the gateway changes anthropic-beta; refused, and not sent in this "
	  "spelling: {1}",
	  "The refusal quotes a value of anthropic-beta that the request does "
	  "not have, or has in other letters. Values are compared letter by "
	  "letter; one that was changed, cut or added on the way is unknown "
	  "to the provider.",
	  "the gateway has to pass anthropic-beta on as it came, letter by "
	  "letter, and add nothing; no setting of Claude Code helps" },
	{ "DR-THINKING-LOST", SEVERITY_NOTE, BLAME_GATEWAY,
	  "thinking was asked for, and none came back",
	  "Either the model did not think (it may choose to, and models of "
	  "other vendors do not), or the gateway takes thinking blocks out. "
	  "Then the model loses its thread between tool calls.",
	  "pass thinking and redacted_thinking blocks on, with their "
	  "signature" },
	{ "DR-SIGNATURE-LOST", SEVERITY_ERROR, BLAME_GATEWAY,
	  "thinking comes back without its signature",
	  "Claude Code sends thinking blocks back in the next turn, and the "
	  "API refuses them when the signature is missing or not the one that "
	  "it gave.",
	  "pass signature_delta events and the signature of thinking blocks "
	  "on unchanged; until then CLAUDE_CODE_DISABLE_THINKING=1" },
	{ "DR-SIGNATURE-CHANGED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "thinking is not taken back in the next turn: {1}",
	  "A thinking block was sent back as it had come. That it is refused "
	  "means that its text or signature was changed on the way there or "
	  "back, or that another provider got it, which cannot read it.",
	  "pass thinking blocks on byte for byte, and keep a session on one "
	  "provider; until then CLAUDE_CODE_DISABLE_THINKING=1" },
	{ "DR-NO-COUNT", SEVERITY_NOTE, BLAME_GATEWAY,
	  "the gateway does not count tokens",
	  "POST /v1/messages/count_tokens is not served. Claude Code falls "
	  "back to an estimate: /context is less exact.",
	  "forward /v1/messages/count_tokens to the provider" },
	{ "DR-COUNT-SHAPE", SEVERITY_WARNING, BLAME_GATEWAY,
	  "count_tokens is answered with {1}",
	  "Expected is 200 with {\"input_tokens\": N}, or 404 where it is not "
	  "served. Claude Code takes a wrong number for a true one.",
	  "forward /v1/messages/count_tokens to the provider, or answer 404" },
	{ "DR-MODELS-FAIL", SEVERITY_WARNING, BLAME_GATEWAY,
	  "discovery is on, and the list of models cannot be read: {1}",
	  "Claude Code asks GET /v1/models?limit=1000 and reads the ids in "
	  "\"data\". When that fails it says nothing and shows the list it "
	  "has.",
	  "serve GET /v1/models in Anthropic's shape, or name models with "
	  "ANTHROPIC_CUSTOM_MODEL_OPTION and switch discovery off (unset "
	  "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY)" },
	{ "DR-MODELS-SLOW", SEVERITY_WARNING, BLAME_GATEWAY,
	  "discovery is on, and the list of models takes too long: {1}",
	  "Claude Code waits 3 s for the list and then goes on without it.",
	  "make the gateway keep the list, or raise "
	  "CLAUDE_CODE_GATEWAY_MODEL_DISCOVERY_TIMEOUT_MS" },
	{ "DR-MODELS-REDIRECT", SEVERITY_WARNING, BLAME_GATEWAY,
	  "discovery is on, and the list of models is redirected to {1}",
	  "Claude Code takes every redirect of the list for a failure.",
	  "serve GET /v1/models itself, or set ANTHROPIC_BASE_URL to where it "
	  "leads" },
	{ "DR-MODELS-EMPTY", SEVERITY_WARNING, BLAME_GATEWAY,
	  "discovery is on, and the list of models is empty",
	  "GET /v1/models is answered with a list that has nothing in it, so "
	  "/model shows what Claude Code knows by itself.",
	  "list the gateway's models in \"data\", under ids that contain "
	  "claude or anthropic, or name one with "
	  "ANTHROPIC_CUSTOM_MODEL_OPTION" },
	{ "DR-MODELS-NONE-USABLE", SEVERITY_WARNING, BLAME_GATEWAY,
	  "discovery is on, and Claude Code uses none of the {1} listed "
	  "models",
	  "Claude Code uses only ids that contain \"claude\" or "
	  "\"anthropic\".",
	  "list models under ids that contain claude or anthropic, or name "
	  "one with ANTHROPIC_CUSTOM_MODEL_OPTION" },
	{ "DR-DISCOVERY-OFF", SEVERITY_NOTE, BLAME_CLIENT_CONFIG,
	  "the gateway lists models that /model does not show: {1}",
	  "Discovery of models is off by default, so the picker shows only "
	  "what Claude Code knows by itself.",
	  "set CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1, or name one with "
	  "ANTHROPIC_CUSTOM_MODEL_OPTION" },
	{ "DR-MODEL-NOT-LISTED", SEVERITY_WARNING, BLAME_CLIENT_CONFIG,
	  "the configured model {1} is not in the list of the gateway",
	  "It is answered today. That it is not listed means that it is an "
	  "alias or about to go, or that this key may not use it for long.",
	  "set ANTHROPIC_MODEL to an id that GET /v1/models lists" },
	{ "DR-KEY-ECHOED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the gateway repeats the key in {1} of an answer",
	  "What an answer says is written into transcripts, logs and bug "
	  "reports. A key that was sent as a credential has to stay there.",
	  "at the gateway: leave credentials out of answers; then change this "
	  "key, since it may be in transcripts already" },
	{ "DR-NO-REQUEST-ID", SEVERITY_NOTE, BLAME_GATEWAY,
	  "answers have no request-id",
	  "Claude Code shows the request id with every error; without it an "
	  "error cannot be found again in the logs of the gateway or the "
	  "provider, and what was used cannot be matched with what is billed.",
	  "pass the header request-id on, or set one, and keep it in the "
	  "gateway's records beside x-claude-code-session-id" },
	{ "DR-UNEVEN", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the same request is answered differently: {1} fail with {2}; "
	  "served by {3}",
	  "The request was repeated unchanged. Where some fail, a pool has "
	  "members that are not alike: another version, another key, another "
	  "region.",
	  "take the member that fails out of the pool, or bring it up to the "
	  "others" },
	{ "DR-CACHE-LOST", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the prompt cache is lost: the same request again wrote {1} tokens "
	  "into it",
	  "The recorded first request was sent twice within a moment, byte for "
	  "byte the same. The provider keeps its beginning for minutes, so the "
	  "second one reads it at a tenth of the price. If it is written "
	  "again, another account or provider answered (failover, a pool), or "
	  "the gateway changed something in front of a cache marker.",
	  "at the gateway: stay with one provider and one key for a session "
	  "(x-claude-code-session-id says which), and forward system, tools "
	  "and messages unchanged" },
	{ "DR-CACHE-UNTOLD", SEVERITY_NOTE, BLAME_GATEWAY,
	  "usage does not say what the prompt cache did",
	  "The answer's usage has no cache_read_input_tokens. Claude Code "
	  "shows costs from it, and nobody can tell whether caching works.",
	  "at the gateway: forward cache_creation_input_tokens and "
	  "cache_read_input_tokens of usage" },
	{ "DR-CACHE-UNUSED", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the prompt cache is not used: nothing was written and nothing read",
	  "The recorded request has cache markers and is long enough for every "
	  "model's cache. Either the markers were taken out on the way, or "
	  "this model has no cache; then each turn pays for the whole history.",
	  "forward cache_control as it comes; if the model has no cache, "
	  "expect sessions to cost several times more, or route to one that "
	  "has" },
	{ .code = NULL },
};
