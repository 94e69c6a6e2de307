/* Findings in the configuration that Claude Code would read on this machine. */
#include "probe/refusal/finding_private.h"

#define CONFIG BLAME_CLIENT_CONFIG

const struct finding_kind finding_settings[] = {
	{ "DR-NO-CREDENTIAL", SEVERITY_ERROR, CONFIG,
	  "no credential is configured",
	  "No variable, settings file, helper or saved login gives a "
	  "credential. Claude Code would ask for a login, or send requests "
	  "that the gateway answers with 401.",
	  "set ANTHROPIC_AUTH_TOKEN (sent as Authorization: Bearer) or "
	  "ANTHROPIC_API_KEY (sent as x-api-key), in the shell or in the env "
	  "block of ~/.claude/settings.json" },
	{ "DR-DOTENV", SEVERITY_ERROR, CONFIG,
	  "{1} is set in {2}, which Claude Code does not read",
	  "Claude Code takes variables from the shell that starts it and from "
	  "the env block of its settings files. It does not read a .env file, "
	  "and what this one sets is set nowhere else.",
	  "move {1} from {2} to the env block of .claude/settings.local.json, "
	  "or export it in the shell" },
	{ "DR-KEY-ELSEWHERE", SEVERITY_ERROR, CONFIG,
	  "there is {1}, but Claude Code does not read that variable",
	  "A key is set in a variable that other programs read. Claude Code "
	  "reads ANTHROPIC_AUTH_TOKEN, ANTHROPIC_API_KEY, "
	  "CLAUDE_CODE_OAUTH_TOKEN and the setting apiKeyHelper.",
	  "set ANTHROPIC_AUTH_TOKEN to the value of {1} (or ANTHROPIC_API_KEY "
	  "if the gateway reads x-api-key)" },
	{ "DR-EMPTY-WINS", SEVERITY_ERROR, CONFIG,
	  "{1} is empty and overrides the value in {2}",
	  "An empty value in a settings file counts: it replaces what the "
	  "environment or an earlier file sets, so the client acts as if "
	  "nobody had set it.",
	  "remove the empty {1}, or give it the value that {2} has" },
	{ "DR-BOTH-CREDENTIALS", SEVERITY_WARNING, CONFIG,
	  "two credentials are sent: {1}, and {2}",
	  "The client fills Authorization and x-api-key each on its own and "
	  "sends both. Which of them a gateway reads, and what it does with "
	  "the other one, differs: many answer 401, or charge the wrong "
	  "account.",
	  "keep the one that the gateway wants: remove {1}, or remove {2} (an "
	  "empty value in the env block of a settings file also takes a "
	  "variable of the shell away)" },
	{ "DR-SAVED-KEY", SEVERITY_WARNING, CONFIG,
	  "a key that was saved by a login is sent too: {1}, and {2}",
	  "A login has left an API key on the disk. As long as "
	  "ANTHROPIC_API_KEY has no value and there is no apiKeyHelper it goes "
	  "out as x-api-key beside the token, to whatever ANTHROPIC_BASE_URL "
	  "names. An empty ANTHROPIC_API_KEY does not stop it.",
	  "run `claude` and in it /logout, or remove primaryApiKey: {2}" },
	{ "DR-KEY-REJECTED", SEVERITY_WARNING, CONFIG,
	  "{1} was declined once and is not used in interactive sessions",
	  "Before its first use the client asks whether to use a key that it "
	  "finds in ANTHROPIC_API_KEY. The answer was no, which is remembered "
	  "with the end of the key. `claude -p` uses the key all the same.",
	  "in `claude` turn on \"Use custom API key\" in /config, or remove it "
	  "from customApiKeyResponses.rejected in {2}" },
	{ "DR-KEY-SPACES", SEVERITY_ERROR, CONFIG, "{1} {2}, which no key does",
	  "The value is sent as it is, but for white space at both ends. "
	  "Quotes, blanks, line breaks and a 'Bearer ' in front come from "
	  "copying it; the client adds 'Bearer ' itself.",
	  "correct the value: {1}" },
	{ "DR-KEY-REFERENCE", SEVERITY_ERROR, CONFIG,
	  "{1} is the name of a variable, and not its value",
	  "Nothing replaces $NAME in a settings file by its value: the gateway "
	  "gets these characters as the key.",
	  "write the value itself, export it in the shell, or use "
	  "apiKeyHelper to print it: {1}" },
	{ "DR-VALUE-TRIMMED", SEVERITY_NOTE, CONFIG,
	  "{1} has white space at its ends",
	  "The client takes white space away at both ends of this value. Other "
	  "programs that read the same variable may not.",
	  "remove the white space: {1}" },
	{ "DR-KEY-COMMITTED", SEVERITY_WARNING, CONFIG,
	  "{1} is in {2}, a file that belongs to the repository",
	  ".claude/settings.json is meant to be committed, and this folder is "
	  "in a git working tree. Everyone who gets the repository gets the "
	  "credential.",
	  "move {1} to .claude/settings.local.json or "
	  "~/.claude/settings.json; if {2} was ever committed, have the "
	  "credential replaced" },
	{ "DR-HELPER-FAILED", SEVERITY_ERROR, CONFIG, "apiKeyHelper of {1} {2}",
	  "The command gave no credential. The client then sends empty "
	  "headers, and uses neither a login nor a saved key instead. What the "
	  "command wrote to stderr is not shown here.",
	  "run the command of {1} with /bin/sh in this folder and correct it" },
	{ "DR-HELPER-OUTPUT", SEVERITY_ERROR, CONFIG,
	  "what apiKeyHelper of {1} prints {2}",
	  "The client uses the output without white space at both ends, and "
	  "takes it only if it is one word of printable ASCII, at most 16384 "
	  "bytes long.",
	  "let the command of {1} print the key alone, without 'Bearer ' and "
	  "without messages (those go to stderr)" },
	{ "DR-SETTINGS-FILE", SEVERITY_ERROR, CONFIG,
	  "{1}: {2}; Claude Code uses nothing of this file",
	  "A settings file that is no JSON, or that has a member of the wrong "
	  "type, is left out as a whole: its variables, its helper, its model "
	  "and its permissions.",
	  "correct it at {1}" },
	{ "DR-START-FILE", SEVERITY_ERROR, CONFIG,
	  "{1}: {2}; Claude Code does not start with it",
	  "Managed settings and the file .claude.json must be JSON objects. "
	  "The client ends at once when one of them is not.",
	  "correct it at {1}, or remove the file" },
	{ "DR-MANAGED-VALUE", SEVERITY_WARNING, CONFIG,
	  "{1}: {2}; Claude Code leaves it out",
	  "Of managed settings a member of the wrong type is left out, and the "
	  "rest counts.",
	  "have it corrected at {1}" },
	{ "DR-SETTINGS-VALUE", SEVERITY_WARNING, CONFIG,
	  "the value of {2} at {1} is no text",
	  "The client turns null, a list or an object in an env block into "
	  "text, such as 'null' or '[object Object]', and uses that.",
	  "at {1} write the value of {2} in quotes, or remove it" },
	{ "DR-SHADOWED", SEVERITY_NOTE, CONFIG,
	  "{1} overrides another value in {2}",
	  "The same variable has different values in two places. The order is, "
	  "from weak to strong: the environment, ~/.claude/settings.json, "
	  ".claude/settings.json, .claude/settings.local.json, managed "
	  "settings.",
	  "if the other value was meant, change {1}; else remove {3} from "
	  "{2}" },
	{ "DR-PROVIDER-MODE", SEVERITY_ERROR, CONFIG,
	  "{1} is on: ANTHROPIC_BASE_URL and its credentials are not used",
	  "With one of the CLAUDE_CODE_USE_... variables the client talks to "
	  "that cloud in its own way. The gateway is never asked.",
	  "unset {1}, or set it to 0; a gateway that speaks that cloud's way "
	  "is named in {2}" },
	{ "DR-CLOUD-FORMAT", SEVERITY_ERROR, CONFIG,
	  "{1} is on: Claude Code speaks that cloud's format to the gateway of "
	  "{2}",
	  "The client does not use ANTHROPIC_BASE_URL, and does not send what "
	  "doctor tries, the Messages API. In Bedrock mode the gateway has to "
	  "serve three routes: POST /model/ID/invoke-with-response-stream, "
	  "answered in frames (application/vnd.amazon.eventstream, never "
	  "text/event-stream); POST /model/ID/invoke, by which an interactive "
	  "start asks for three models; GET /inference-profiles, which it may "
	  "refuse at once. In Vertex mode it has to serve :streamRawPredict, "
	  ":rawPredict and models/count-tokens:rawPredict below /projects/ "
	  "(measured with 2.1.332).",
	  "grade the gateway in that format: ccprobe run --client-format {3} "
	  "--gateway with the value of {2}; or unset {1} to use the Messages "
	  "API" },
	{ "DR-CLOUD-NO-KEY", SEVERITY_WARNING, CONFIG,
	  "{1} is on and ANTHROPIC_AUTH_TOKEN is not set: requests to the "
	  "gateway of {2} carry no credential",
	  "The client leaves the cloud's credential to the gateway, and has no "
	  "key of the gateway to show.",
	  "set ANTHROPIC_AUTH_TOKEN to a key of the gateway, unless the "
	  "gateway asks for none" },
	{ "DR-CLOUD-GETS", SEVERITY_NOTE, CONFIG,
	  "the client sends {1} with POST only: its GET /inference-profiles "
	  "has no credential",
	  "A gateway that refuses it with 401 does no harm; one that answers "
	  "it shows the account's profiles to whoever asks (measured with "
	  "2.1.332).",
	  "nothing, as long as the gateway refuses that request at once" },
	{ "DR-CLOUD-SIGNED", SEVERITY_NOTE, CONFIG,
	  "neither {1} nor {2} is set: the client signs its requests with the "
	  "credentials of AWS",
	  "The signature covers the body and the header with host, betas and "
	  "session. A gateway that changes one of them has to sign again, and "
	  "one that wants a key of its own finds none.",
	  "if the gateway has the credentials of AWS, set {1}=1 and "
	  "ANTHROPIC_AUTH_TOKEN" },
	{ "DR-GATEWAY-MODE", SEVERITY_NOTE, CONFIG,
	  "{1} is on: Claude Code sends other requests than are tried here",
	  "With this and ANTHROPIC_AUTH_TOKEN the client takes the base URL "
	  "for a gateway of its own kind: it asks for another model by "
	  "default, names fewer betas, sends no context_management and no "
	  "messages of the role system, and leaves ANTHROPIC_API_KEY out "
	  "(measured with 2.1.332).",
	  "unset {1}, unless the gateway is made for it" },
	{ "DR-PROVIDER-BARRED", SEVERITY_ERROR, CONFIG,
	  "allowedProviders at {1} {2}: Claude Code does not start with this "
	  "gateway",
	  "Managed settings list whom this machine may use. A gateway needs "
	  "\"customEndpoint\" in the list, and the same managed settings must "
	  "set ANTHROPIC_BASE_URL in their env block.",
	  "have \"customEndpoint\" and env.ANTHROPIC_BASE_URL put into the "
	  "managed settings by who manages this machine" },
	{ "DR-MODEL-RETIRED", SEVERITY_WARNING, CONFIG,
	  "{1} asks for {2}, and {3} is sent",
	  "Some models were retired; Claude Code asks for the newest of the "
	  "family in their place, also where a gateway has them under their "
	  "old name.",
	  "name the model that you want in {1}; to have {2} sent as it is, set "
	  "CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP=1" },
	{ "DR-LOGIN-FORCED", SEVERITY_ERROR, CONFIG,
	  "{1} demands a login, so {2} is refused",
	  "With this in managed settings the client does not start with the "
	  "credential of a gateway: only a login counts.",
	  "have {1} removed for this machine, or use another machine" },
	{ "DR-NO-BASE-URL", SEVERITY_WARNING, CONFIG, "no base URL is set: {1}",
	  "Claude Code finds a gateway by ANTHROPIC_BASE_URL alone. Nothing "
	  "sets it, but a token for a gateway is there, or a URL in a variable "
	  "of another name. Without it the client asks "
	  "https://api.anthropic.com, which answers with 401.",
	  "{2}" },
	{ "DR-BASE-URL-BAD", SEVERITY_ERROR, CONFIG,
	  "ANTHROPIC_BASE_URL in {1} {2}",
	  "A base URL is http:// or https://, a host, and perhaps a port and a "
	  "path. The client appends /v1/messages to it.",
	  "correct ANTHROPIC_BASE_URL in {1}; it looks like "
	  "https://gateway.example/path" },
	{ "DR-BASE-URL-V1", SEVERITY_WARNING, CONFIG,
	  "ANTHROPIC_BASE_URL in {1} ends in /v1: requests go to "
	  "/v1/v1/messages",
	  "The client appends /v1/messages to the base URL. A base that ends "
	  "in /v1, as OpenAI clients want it, gives /v1/v1/messages and 404.",
	  "set ANTHROPIC_BASE_URL in {1} to {2}" },
	{ "DR-BASE-URL-PATH", SEVERITY_WARNING, CONFIG,
	  "ANTHROPIC_BASE_URL in {1} names an endpoint and not the root",
	  "The client appends /v1/messages to the base URL, so the URL of the "
	  "endpoint itself gives a path that does not exist.",
	  "set ANTHROPIC_BASE_URL in {1} to the root, which may be {2}" },
	{ "DR-CUSTOM-HEADERS", SEVERITY_ERROR, CONFIG, "{1} {2}",
	  "The variable holds one `Name: value` on each line, divided by real "
	  "line breaks.",
	  "correct {1}; in JSON a line break is \\n with one backslash" },
	{ "DR-TLS-OFF", SEVERITY_WARNING, CONFIG,
	  "certificates are not checked: NODE_TLS_REJECT_UNAUTHORIZED=0 in "
	  "{1}",
	  "Anyone on the way can read the credential and change what is "
	  "answered.",
	  "remove NODE_TLS_REJECT_UNAUTHORIZED from {1} and name the gateway's "
	  "authority in NODE_EXTRA_CA_CERTS" },
	{ "DR-CERT-STORE", SEVERITY_NOTE, CONFIG,
	  "CLAUDE_CODE_CERT_STORE in {1} leaves this machine's authorities out",
	  "By default the client trusts the authorities that come with it and "
	  "those of the system; this leaves the system's out, among them those "
	  "that a company has added. What is tried here trusts them.",
	  "remove CLAUDE_CODE_CERT_STORE from {1}, or add \"system\" to it" },
	{ "DR-CA-FILE", SEVERITY_WARNING, CONFIG,
	  "NODE_EXTRA_CA_CERTS in {1} names {3}: {2}",
	  "The client prints a warning and goes on without the authorities "
	  "that the file was to add. A path is taken from the current folder; "
	  "'~' means nothing in it.",
	  "set NODE_EXTRA_CA_CERTS in {1} to the absolute path of a PEM file "
	  "that you can read" },
	{ "DR-CLIENT-CERT", SEVERITY_WARNING, CONFIG,
	  "the client certificate in {1} cannot be used: {2}",
	  "CLAUDE_CODE_CLIENT_CERT and CLAUDE_CODE_CLIENT_KEY name PEM files, "
	  "CLAUDE_CODE_CLIENT_KEY_PASSPHRASE opens a key that has one. Without "
	  "a certificate that it can use, the client has none to show to a "
	  "gateway that asks for one.",
	  "set CLAUDE_CODE_CLIENT_CERT and CLAUDE_CODE_CLIENT_KEY in {1} to "
	  "absolute paths of a certificate and of its key, in PEM form" },
	{ .code = NULL },
};
