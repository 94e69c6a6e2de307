#!/usr/bin/env bash
# `ccprobe doctor` on what sessions do after their first message: history, tools,
# images, thinking, effort, side requests, and what an answer says of itself.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"
. "$(dirname "$0")/planted.sh"

provider --strict
url=$provider
examine
usual "$scratch/err"
read -r requests tokens < <(perl -MJSON::PP -e 'local $/; my $r = decode_json(<>);
	print "$r->{planned_requests} ", int($r->{planned_tokens} / 1000)' "$scratch/out")
run grep -F "about $requests requests and $tokens,000 tokens" "$root/docs/doctor-steps.md"
is 0 'what a run takes is what docs/doctor-steps.md says'

# ---- a server whose answers begin late is reported while the doctor waits ----

cat >"$scratch/late.json" <<'EOF'
{ "upstream": { "late": { "reply": { "provider": true, "delay_ms": 8200 } } } }
EOF
serve late "$bin/ccmock" --listen 127.0.0.1:0 --key "$KEY" "$scratch/late.json"
ANTHROPIC_BASE_URL=$url ANTHROPIC_AUTH_TOKEN=$KEY \
	"$bin/ccprobe" doctor --client 2.1.329 --json --max-requests 2 >"$scratch/late" 2>"$scratch/late.err" &
late=$!
late_server=$server

# ---- tools ----

planted DR-TOOL-NO-CALL drops-tools
planted DR-TOOL-RENAMED rewrites-tool-names
planted DR-TOOL-INPUT-BROKEN tool-input-in-start
planted DR-TOOL-STOP-REASON stop-reason-rewritten
planted DR-TOOL-ID-CHANGED renames-tool-ids
scripted DR-TOOL-RESULT-REFUSED 'no result is known' <<'EOF'
"result": { "when": { "has": "Sunny" }, "reply": { "status": 400, "json":
	{ "type": "error", "error": { "type": "invalid_request_error",
	"message": "unknown role" } } } }
EOF
scripted DR-TOOL-NO-ID 'a call without an id' <<'EOF'
"call": { "when": { "has": "Call both tools" },
	"reply": { "events": "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"name\":\"get_weather\",\"input\":{}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\":\\\"Paris\\\"}\"}}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":9}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" } }
EOF

planted DR-STREAM-ORDER one-tool-index
planted DR-TOOL-NAME-LONG limits-tool-names
planted DR-TOOL-RESULT-WORDS refuses-words-after-results
scripted DR-TOOL-IDS-ALIKE 'two calls with one id' <<'EOF'
"call": { "when": { "has": "Call both tools" },
	"reply": { "events": "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"get_weather\",\"input\":{}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\":\\\"Paris\\\"}\"}}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"get_weather\",\"input\":{}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\":\\\"Rome\\\"}\"}}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":1}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":9}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" } }
EOF
scripted none 'a model that calls one tool only' <<'EOF'
"call": { "when": { "has": "Call both tools", "lacks": "tool_result" },
	"reply": { "events": "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"get_weather\",\"input\":{}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\":\\\"Paris\\\"}\"}}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":9}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" } }
EOF
says 'two in one turn could not be seen' 'it is told that this could not be seen'

# ---- history, images, effort, side requests ----

planted DR-HISTORY-LOST newest-words-only
scripted DR-USAGE-FLAT 'a number that does not grow, and an answer that knows' <<'EOF'
"word": { "when": { "has": "Which word was it" }, "reply": { "json": { "type": "message", "id": "msg_1",
	"role": "assistant", "model": "claude-opus-5-5", "content": [ { "type": "text", "text": "Tangerine" } ],
	"stop_reason": "end_turn", "stop_sequence": null, "usage": { "input_tokens": 7, "output_tokens": 2 } } } }
EOF
planted DR-MEDIA-LOST drops-images
scripted DR-MEDIA-REFUSED 'a model that sees nothing' <<'EOF'
"image": { "when": { "has": "\"type\":\"image\"" }, "reply": { "status": 400, "json": { "type": "error",
	"error": { "type": "invalid_request_error", "message": "unexpected type in part" } } } }
EOF
planted DR-EFFORT-REFUSED one-effort
says 'low, high, xhigh, max' 'each is named'
planted DR-THINKING-OFF-REFUSED thinks-always
planted DR-FORMAT-LOST drops-output-config
scripted DR-FORMAT-REFUSED 'a provider without schemas' <<'EOF'
"title": { "when": { "has": "json_schema" }, "reply": { "status": 400, "json": { "type": "error",
	"error": { "type": "invalid_request_error", "message": "no" } } } }
EOF
url=$provider
CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1 examine
report '@f == 0 && grep { $_->{id} eq "format" && $_->{state} eq "skipped" } @{$r->{steps}}'
result $? 'it is not asked for where the settings switch it off'
planted DR-SEARCH-REFUSED refuses-server-tools
planted DR-SEARCH-HANDED-BACK hands-searches-back

# ---- what it says of itself ----

planted DR-RELAY-MODEL rewrites-model --relay
url=$provider
examine --relay
report '@f == 0 && $r->{planned_requests} <= 45 && grep { $_->{id} eq "relay" && $_->{table} =~ /a changed signature is refused/ } @{$r->{steps}}'
result $? '--relay has no finding at a sound provider, and says what it saw'
scripted DR-RELAY-SIGNATURE 'a provider that looks at no signature' --relay <<'EOF'
"none": { "when": { "has": "nobody says this" }, "reply": { "json": {} } }
EOF
scripted DR-RELAY-UNEVEN 'tokens that differ' --relay <<'EOF'
"third": { "when": { "call": 3 }, "reply": { "json": { "type": "message", "id": "msg_1",
	"role": "assistant", "model": "claude-opus-5-5", "content": [], "stop_reason": "max_tokens", "stop_sequence": null,
	"usage": { "input_tokens": 8, "output_tokens": 1 } } } },
"others": { "reply": { "provider": "strict" } }
EOF
url=$provider
examine --window
report '@f == 0 && $r->{planned_tokens} > 200000 && grep { $_->{id} eq "window" && $_->{text} =~ /are accepted/ } @{$r->{steps}}'
result $? '--window asks for a long one, and tells before what it costs'
gate newest-words-only
examine --window
report '$c[0] eq "DR-HISTORY-LOST" && grep { $_->{id} eq "window" && $_->{text} =~ /^not asked/ } @{$r->{steps}}'
result $? 'but not where the length of a text cannot be told'
kill "$server"
scripted DR-RELAY-WINDOW 'a window that is smaller' --window <<'EOF'
"long": { "when": { "longer": 400000, "lacks": "user_id" }, "reply": { "status": 400, "json": { "type": "error", "error": {
	"type": "invalid_request_error", "message": "prompt is too long: 180000 tokens > 131072 maximum" } } } }
EOF
scripted DR-RELAY-WINDOW-CUT 'a long request of which a part is counted' --window <<'EOF'
"long": { "when": { "longer": 400000, "lacks": "user_id" }, "reply": { "json": { "type": "message", "id": "msg_1",
	"role": "assistant", "model": "claude-opus-5-5", "content": [], "stop_reason": "max_tokens", "stop_sequence": null,
	"usage": { "input_tokens": 32768, "output_tokens": 1 } } } }
EOF

# ---- thinking ----

planted DR-SIGNATURE-CHANGED drops-thinking-history
planted DR-THINKING-TURN-REFUSED thinking-to-text
planted DR-THINKING-DROPPED drops-thinking-config
planted DR-THINKING-LOST drops-thinking-blocks
planted DR-SIGNATURE-LOST drops-signature-of-answer
scripted DR-SIGNATURE-CHANGED 'a signature that does not verify' <<'EOF'
"again": { "when": { "has": "5,895 metres" }, "reply": { "status": 400, "json":
	{ "type": "error", "error": { "type": "invalid_request_error",
	"message": "messages.1.content.0: Invalid `signature` in `thinking` block" } } } }
EOF

# ---- sound gateways that are not ours ----

for freedom in alias crlf limit-aware no-safeguards pings; do
	serve "$freedom" "$bin/sound" --upstream "$provider" --upstream-key "$KEY" --key "$KEY" --freedom "$freedom"
	examine --relay
	report '@f == 0 && $r->{sound} && $r->{finished}'
	result $? "a sound gateway has no finding: $freedom"
	kill "$server"
done

# ---- what was begun above ----

wait "$late"
cp "$scratch/late" "$scratch/out"
cp "$scratch/late.err" "$scratch/err"
among DR-SLOW-FIRST-BYTE 'every answer begins after eight seconds'
has err 'waiting for an answer'
result $? 'and it says that it waits'
kill "$late_server"

is_told 'all that it says of each'

end
