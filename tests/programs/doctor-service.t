#!/usr/bin/env bash
# `ccprobe doctor` from the credential on: each planted problem is the first
# that it names. In none of it is a byte of the key.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"
. "$(dirname "$0")/planted.sh"

# ---- nothing to find ----

provider --strict
url=$provider
examine
is 0 'a provider without a fault'
tell 'nothing to find' "$scratch/err"
usual "$scratch/err"
report '@f == 0 && $r->{sound} && $r->{finished}'
result $? 'has no finding'
report '$r->{requests} <= $r->{planned_requests} && $r->{planned_requests} <= 45
	&& $r->{planned_tokens} <= 34000'
result $? 'and costs no more than was said before'
gate
examine
report '@f == 0 && $r->{sound} && $r->{finished}'
result $? 'nor has a gateway in front of it'
for model in claude-haiku-4-5-20251001 claude-sonnet-4-5-20250929 claude-opus-4-5; do
	examine --model "$model"
	report '@f == 0 && $r->{sound} && $r->{finished}'
	result $? "nor with $model"
done
kill "$server"

# ---- the stream that is never ended ends when the doctor's patience does ----

gate no-eof-after-stop
ANTHROPIC_BASE_URL=$url ANTHROPIC_AUTH_TOKEN=$KEY \
	"$bin/ccprobe" doctor --client 2.1.329 --json --timeout 5 >"$scratch/open" 2>"$scratch/open.err" &
open=$!
open_server=$server

# ---- which header ----

planted DR-WRONG-VARIABLE x-api-key-only
says 'put the key into ANTHROPIC_API_KEY' 'the right variable is named'
variable=ANTHROPIC_API_KEY
planted DR-WRONG-VARIABLE bearer-only
says 'put the key into ANTHROPIC_AUTH_TOKEN' 'and the other one'
says 'ANTHROPIC_API_KEY sends it as x-api-key' 'and the one that has it'
variable=ANTHROPIC_AUTH_TOKEN
planted DR-KEY-BOTH-REFUSED rejects-both
gate rejects-both
ANTHROPIC_API_KEY=$KEY examine
among DR-KEY-BOTH-REFUSED 'one key in both variables'
kill "$server"
gate x-api-key-decides
ANTHROPIC_API_KEY=$OTHER examine
among DR-KEY-TWO-DIFFERENT 'two keys, the second one wrong'
says 'take ANTHROPIC_API_KEY out' 'it is named'
kill "$server"
gate bearer-decides
run env ANTHROPIC_BASE_URL="$url" ANTHROPIC_AUTH_TOKEN="$OTHER" \
	ANTHROPIC_API_KEY="$KEY" "$bin/ccprobe" doctor --client 2.1.329 --json
among DR-KEY-TWO-DIFFERENT 'two keys, the first one wrong'
says 'take ANTHROPIC_AUTH_TOKEN out' 'it is named'
kill "$server"
gate open-to-any-key
examine
report '@f == 0'
result $? 'a gateway on the loopback interface needs no key'
url=http://0.0.0.0:${url##*:}
examine
first DR-KEY-ANY-ACCEPTED 'one that others can reach does'
kill "$server"

gate x-api-key-only echoes-key-in-error
examine
first DR-WRONG-VARIABLE 'and a gateway that repeats the key: it is masked'
among DR-KEY-ECHOED 'and told'
kill "$server"
gate shows-upstream-key
examine
[ "$status" -ne 99 ]
result $? 'nor is the one that a header tells'
kill "$server"

# sound TITLE [NAME=VALUE...]: nothing is wrong with the gateway, and what it says then
sound() {
	local title=$1
	shift
	run env ANTHROPIC_BASE_URL="$url" "$@" "$bin/ccprobe" doctor --client 2.1.329 --json
	[ "$status" -le 1 ] && report '@f == 0 || $c[0] eq "DR-BOTH-CREDENTIALS"'
	result $? "$title"
	tell "$title" "$scratch/err"
}
gate bearer-only
sound 'only one header is taken, and it is the right one' ANTHROPIC_AUTH_TOKEN="$KEY"
kill "$server"
gate x-api-key-only
sound 'and the other one' ANTHROPIC_API_KEY="$KEY"
kill "$server"
gate bearer-decides
sound 'the bearer decides, and both are the same' ANTHROPIC_AUTH_TOKEN="$KEY" ANTHROPIC_API_KEY="$KEY"
kill "$server"

# ---- an end from outside ----

echo '{ "upstream": { "all": { "reply": { "hold": "here", "json": {} } } } }' >"$scratch/hold.json"
serve held "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 "$scratch/hold.json"
IFS= read -r control <&9
control=${control##* }
ANTHROPIC_BASE_URL=$url ANTHROPIC_AUTH_TOKEN=$KEY \
	"$bin/ccprobe" doctor --client 2.1.329 --json >"$scratch/out" 2>"$scratch/err" &
asking=$!
for _ in $(seq 400); do
	curl -s "$control/requests" | grep -q POST && break
	sleep 0.05
done
kill -INT "$asking"
status=0
wait "$asking" || status=$?
is 3 'a signal ends it' err 'interrupted'
report '!$r->{finished} && $r->{requests} <= 1'
result $? 'and nothing more is asked'
tell 'a signal' "$scratch/err"
kill "$server"

# ---- a wrong key ----

planted DR-KEY-BLOCKED blocks-after-bad-key
planted DR-WRONG-KEY-STATUS bad-key-200
planted DR-WRONG-KEY-STATUS bad-key-302
planted DR-WRONG-KEY-STATUS bad-key-400
planted DR-WRONG-KEY-STATUS bad-key-403-html
planted DR-WRONG-KEY-STATUS bad-key-500
planted DR-WRONG-KEY-SHAPE bad-key-text

# ---- messages ----

scripted DR-NOT-A-MESSAGE 'a chat completion' <<'EOF'
"chat": { "when": { "path": "/v1/messages" }, "reply": { "json":
	{ "id": "x", "object": "chat.completion", "choices": [] } } }
EOF
says 'OpenAI' 'it is named'
for pair in DR-EMPTY-ANSWER= 'DR-STREAM-EMPTY=data: {}' 'DR-NOT-A-MESSAGE=[1]' 'DR-NOT-A-MESSAGE={\"candidates\":[]}' \
	'DR-NOT-A-MESSAGE={\"a\":1}' 'DR-NOT-A-MESSAGE={\"type\":\"message\"}' DR-BAD-JSON-ANSWER=x; do
	body=${pair#*=}
	scripted "${pair%%=*}" "another body: $body" <<EOF
"odd": { "when": { "path": "/v1/messages" }, "reply": { "text": "$body",
	"headers": [["content-type", "application/json"]] } }
EOF
done
for usage in '"output_tokens": 1' '"input_tokens": 1' ''; do
	scripted DR-NO-USAGE "usage: $usage" <<EOF
"small": { "when": { "lacks": "\"stream\"", "json": ["/max_tokens", 1],
	"model": "claude-*", "header": ["authorization", "client"] }, "reply": {
	"json": { "type": "message", "id": "msg_1", "role": "assistant", "model": "claude-opus-5-5",
	"content": [], "stop_reason": "max_tokens", "usage": { $usage } } } }
EOF
done
scripted DR-ERROR-IN-200 'an error with status 200' <<'EOF'
"error": { "when": { "path": "/v1/messages" },
	"reply": { "json": { "error": "no route" } } }
EOF
scripted DR-MESSAGE-MEMBER 'a message without its model' <<'EOF'
"small": { "when": { "lacks": "\"stream\"", "json": ["/max_tokens", 1],
	"model": "claude-*", "header": ["authorization", "client"] }, "reply": {
	"json": { "type": "message", "id": "msg_1", "role": "assistant",
	"content": [], "stop_reason": "max_tokens",
	"usage": { "input_tokens": 1, "output_tokens": 1 } } } }
EOF
planted DR-NO-USAGE drops-usage
planted DR-MESSAGE-TYPE content-type-text
planted DR-MESSAGE-STREAMED forces-stream
planted DR-FIELD-ADDED adds-user
scripted DR-MODEL-ANY 'another model in its place' <<'EOF'
"any": { "when": { "model": "*no-such-model" }, "reply": {
	"json": { "type": "message", "id": "msg_1", "role": "assistant",
	"model": "claude-haiku-4-5", "content": [], "stop_reason": "max_tokens",
	"usage": { "input_tokens": 1, "output_tokens": 1 } } } }
EOF
says 'claude-haiku-4-5' 'it is named'
planted DR-UNKNOWN-MODEL-STATUS 404-to-503
planted DR-ERROR-SHAPE flat-error-shape

# ---- streams ----

planted DR-NOT-STREAMED buffers-all
planted DR-STREAM-TYPE stream-content-type
planted DR-STREAM-NOT-EVENTS drops-stream
planted DR-STREAM-FOREIGN chat-chunks
planted DR-STREAM-DONE adds-done-sentinel
planted DR-STREAM-NO-STOP drops-message-stop
planted DR-STREAM-ORDER index-off-by-one
planted DR-STREAM-EMPTY drops-event-lines
scripted DR-STREAM-NO-USAGE 'nothing is counted' <<'EOF'
"count": { "when": { "has": "Count from" },
	"reply": { "events": "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null}}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" } }
EOF

# ---- what sessions send ----

planted DR-BODY-LIMIT limit-1mb
says '1.2 MB' 'the size is named'
planted DR-WAF-CONTENT waf

# ---- where only small requests are refused ----

scripted DR-SMALL-REFUSED 'what has no thinking is refused' <<'EOF'
"thin": { "when": { "path": "/v1/messages", "lacks": "\"thinking\"" }, "reply": { "status": 400, "json":
	{ "error": { "message": "reasoning.effort 'none' is not supported", "type": "invalid_request_error" } } } }
EOF
report '@f == 1 && grep { $_->{id} eq "tools" && $_->{state} eq "ok" } @{$r->{steps}}'
result $? 'and all other steps are done, with requests that have it'
report '$r->{requests} <= $r->{planned_requests}'
result $? 'which are no more than was told'
says 'bisect interactive/03' 'what is missing can be looked for'
scripted DR-SMALL-REFUSED 'only the whole recorded request is taken' <<'EOF'
"thin": { "when": { "path": "/v1/messages", "lacks": "\"name\":\"ToolSearch\"" }, "reply": { "status": 403, "json":
	{ "error": { "message": "no", "type": "client_validation_error" } } } }
EOF
report '@f == 1 && $r->{requests} < 10 && grep { $_->{id} eq "message" && $_->{state} eq "skipped" } @{$r->{steps}}'
result $? 'and each step would cost as much as it: none is done'
printf '%s' '{ "upstream": { "once": { "when": { "path": "/v1/messages" }, "times": "once", "reply": { "status": 500, "json":
	{ "error": { "message": "no", "type": "api_error" } } } }, "rest": { "reply": { "provider": true } } } }' >"$scratch/once.json"
serve script "$bin/ccmock" --listen 127.0.0.1:0 --key "$KEY" "$scratch/once.json"
examine
report '@f == 0'
result $? 'what is refused once is not refused for its size'
says 'sent again, it is accepted' 'and that is told'
kill "$server"
scripted DR-BAD-REQUEST 'all of them are refused' <<'EOF'
"all": { "when": { "path": "/v1/messages" }, "reply": { "status": 400, "json":
	{ "error": { "message": "no", "type": "invalid_request_error" } } } }
EOF

# ---- fields and betas ----

# A provider that wants the beta of effort, which the API needs no more.
cat >"$scratch/paired.json" <<'EOF'
{ "upstream": {
  "paired": { "when": { "has": "\"effort\":", "header": ["anthropic-beta", "effort-2025-11-24"] },
    "reply": { "provider": "strict" } },
  "lost": { "when": { "has": "\"output_config\":{\"effort\":" }, "reply": { "status": 400, "json": { "type": "error",
    "error": { "type": "invalid_request_error", "message": "output_config.effort: Extra inputs are not permitted" } } } },
  "rest": { "reply": { "provider": "strict" } } } }
EOF
api=$provider
serve paired "$bin/ccmock" --listen 127.0.0.1:0 --key "$KEY" "$scratch/paired.json"
provider=$url
gate drops-beta
provider=$api
examine
among DR-BETA-LOST 'drops-beta'
report '$f[0]{step} eq "pairs" && grep { $_->{step} eq "realistic" } @f'
result $? 'it comes before what it causes'
CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1 CLAUDE_CODE_EFFORT_LEVEL=unset examine
report '@f == 0 && $r->{finished}'
result $? 'with the switches that are named nothing is wrong any more'
kill "$server"
scripted DR-PAIR-REFUSED 'a field that the provider does not know' <<'EOF'
"metadata": { "when": { "has": "\"metadata\":{\"user_id\":\"{" },
	"reply": { "status": 400, "json": { "type": "error", "error": {
	"type": "invalid_request_error", "message": "metadata: no" } } } }
EOF
says 'metadata is refused' 'it is named'
scripted DR-BETA-REFUSED 'a beta that the provider does not know' <<'EOF'
"beta": { "when": { "header": ["anthropic-beta", "thinking-token-count-2026-05-13"] },
	"reply": { "status": 400, "json": { "type": "error", "error": {
	"type": "invalid_request_error", "message": "no" } } } }
EOF
scripted DR-BETA-REFUSED 'two betas, which the refusals quote' <<'EOF'
"count": { "when": { "header": ["anthropic-beta", "thinking-token-count-2026-05-13"] },
	"reply": { "status": 400, "json": { "type": "error", "error": { "type": "invalid_request_error",
	"message": "Unexpected value(s) `thinking-token-count-2026-05-13` for the `anthropic-beta` header." } } } },
"code": { "when": { "header": ["anthropic-beta", "claude-code-20250219"] },
	"reply": { "status": 400, "json": { "type": "error", "error": { "type": "invalid_request_error",
	"message": "Unexpected value(s) `claude-code-20250219` for the `anthropic-beta` header." } } } }
EOF
report 'grep({ $_ eq "DR-BETA-REFUSED" } @c) == 1 && $f[0]{headline} =~ /thinking-token-count-2026-05-13, claude-code-20250219/'
result $? 'are one finding'
says 'no setting of Claude Code removes claude-code-20250219' 'where no variable helps, that is told'
planted DR-BETA-CHANGED uppercases-beta
report '!grep({ $_ eq "DR-BETA-REFUSED" } @c) && $f[0]{blame} eq "gateway" && $f[0]{fix} !~ /=1/'
result $? 'the provider is not blamed, and no variable is offered'

# ---- beside messages ----

planted DR-NO-COUNT count-tokens-404-html
planted DR-COUNT-SHAPE count-tokens-500
planted DR-COUNT-SHAPE count-tokens-zero
planted DR-COUNT-SHAPE count-tokens-renamed
says '200, without a number above 0' 'what is wrong with a 200 is told'
gate models-openai-shape
examine
report 'grep { $_->{id} eq "models" && $_->{text} =~ /^200, without a list in "data"/ } @{$r->{steps}}'
result $? 'also of the list of models'
export CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1
planted DR-MODELS-FAIL models-html
planted DR-MODELS-REDIRECT models-redirect
scripted DR-MODELS-NONE-USABLE 'none of the ids is taken' <<'EOF'
"list": { "when": { "path": "/v1/models" },
	"reply": { "json": { "data": [ { "id": "gpt-x" }, { "id": "qwen" } ] } } }
EOF
export CLAUDE_CODE_GATEWAY_MODEL_DISCOVERY_TIMEOUT_MS=150
scripted DR-MODELS-SLOW 'longer than the client waits' <<'EOF'
"list": { "when": { "path": "/v1/models" }, "reply": { "delay_ms": 300,
	"json": { "data": [ { "id": "claude-opus-5" } ] } } }
EOF
unset "${!CLAUDE@}"
scripted DR-DISCOVERY-OFF 'models that the picker does not have' <<'EOF'
"list": { "when": { "path": "/v1/models" },
	"reply": { "json": { "data": [ { "id": "team/claude-large" } ] } } }
EOF
scripted DR-MODEL-NOT-LISTED 'a model that is answered, but not listed' \
	--model claude-old <<'EOF'
"list": { "when": { "path": "/v1/models" },
	"reply": { "json": { "data": [ { "id": "claude-opus-5" } ] } } }
EOF
planted DR-NO-REQUEST-ID drops-request-id

# ---- a pool ----

scripted DR-UNEVEN 'one of two members fails' --repeat 12 --max-requests 100 \
	<<'EOF'
"a": { "when": { "call": 34 }, "reply": { "status": 400, "headers":
	[["x-served-by", "member-2"], ["content-type", "application/json"]],
	"json": { "type": "error", "error": { "type": "invalid_request_error",
	"message": "context_management: Extra inputs are not permitted" } } } },
"b": { "when": { "call": 37 }, "reply": { "status": 400, "headers":
	[["x-served-by", "member-2"], ["content-type", "application/json"]],
	"json": { "type": "error", "error": { "type": "invalid_request_error",
	"message": "context_management: Extra inputs are not permitted" } } } }
EOF
says 'member-2' 'the bad member is named'

# ---- what was begun above ----

wait "$open"
cp "$scratch/open" "$scratch/out"
cp "$scratch/open.err" "$scratch/err"
status=0
first DR-STREAM-OPEN 'no-eof-after-stop'
kill "$open_server"
is_told 'all that it says of each'

end
