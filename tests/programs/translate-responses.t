#!/usr/bin/env bash
# ccgate in front of a strict provider of Responses: what a client of the Messages
# API gets, and what the recorded requests of the newest release become.
set -u
. "$(dirname "$0")/lib.sh"

serve mock "$bin/ccmock" --strict --key up-key --listen 127.0.0.1:0
mock=$url
serve gate "$bin/ccgate" --listen 127.0.0.1:0 --key team-key-0123456789 --upstream "$mock" --upstream-key up-key \
	--upstream-format openai-responses
gate=$url

# ask PATH BODY
ask() {
	run curl -sS -m 20 -w '\nstatus %{http_code}\n' "$gate$1" -H 'x-api-key: team-key-0123456789' \
		-H 'content-type: application/json' -d "$2"
}
add='"tools":[{"name":"add","input_schema":{"type":"object"}}]'

ask /v1/messages '{"model":"gpt-x","max_tokens":100,"messages":[{"role":"user","content":"hello"}]}'
is 0 "a message" out '"text":"You said: hello"' out '"stop_reason":"end_turn"' out 'status 200'
ask /v1/messages '{"model":"gpt-x","max_tokens":100,"stream":true,'"$add"',"messages":[{"role":"user","content":"[tools: add {\"a\":1}; add {\"b\":2}]"}]}'
is 0 "two calls in a stream" out '"stop_reason":"tool_use"' out 'event: message_stop'
[ "$(grep -c '^event: content_block_start' "$scratch/out")" -eq 2 ]
result $? "each has a block of its own"
ask /v1/messages '{"model":"gpt-x","max_tokens":1,"messages":[{"role":"user","content":"hello"}]}'
is 0 "a limit that is lower than the provider takes" out 'status 200'
ask /v1/messages '{"model":"no-such-model","max_tokens":9,"messages":[{"role":"user","content":"x"}]}'
is 0 "the provider's refusal comes with its status, words and id" out 'no-such-model' out 'not_found_error' out 'req_' out 'status 404'
ask /v1/messages/count_tokens '{"messages":[{"role":"user","content":"hello"}]}'
is 0 "tokens are counted here" out '{"input_tokens":9}' out 'status 200'
run curl -sS -m 20 "$gate/v1/models" -H 'x-api-key: team-key-0123456789'
is 0 "the provider's models, in the client's shape" out '"type":"model","id":"gpt-mock"'

# Every recorded request is one that the strict provider takes, but for those
# whose tools the API would run.
for file in "$root"/fixtures/requests/2.1.332/{plain,edit-session,interactive,media,mcp-tools,mode-auto,mode-plan,parallel-tools,redacted-thinking,structured-output,subagents,tool-errors,unicode-large}/*.http; do
	[ -e "$file" ] && sed -n '1s/ .*//p' "$file" | grep -qx POST || continue
	target=$(sed -n '1s/^POST \([^ ]*\) .*/\1/p' "$file")
	sed '1,/^\r*$/d' "$file" >"$scratch/body"
	curl -sS -m 20 -o "$scratch/answer" -w '%{http_code} ' "$gate$target" -H 'x-api-key: team-key-0123456789' \
		-H 'content-type: application/json' --data-binary "@$scratch/body"
	grep -qE 'message_stop|"stop_reason":"|input_tokens' "$scratch/answer" && echo whole || echo "${file#"$root/"}"
done >"$scratch/out" 2>"$scratch/err"
[ "$(sort -u "$scratch/out")" = '200 whole' ] && [ "$(wc -l <"$scratch/out")" -gt 20 ]
result $? "recorded requests are taken, and answered to the end"

# A provider that ends without its last event, and one whose response failed.
cat >"$scratch/cut.json" <<'END'
{"upstream": {
  "u1": {"when": {"has": "cut it"}, "reply": {"say": [{"text": "half"}, {"cut": "clean"}]}},
  "u2": {"reply": {"say": [{"text": "half"}, {"error": "rate_limit_error", "status": 200, "message": "slow down"}]}}}}
END
serve cut "$bin/ccmock" --listen 127.0.0.1:0 "$scratch/cut.json"
serve gate2 "$bin/ccgate" --listen 127.0.0.1:0 --key team-key-0123456789 --upstream "$url" --upstream-key up-key \
	--upstream-format openai-responses
gate=$url
ask /v1/messages '{"model":"gpt-x","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"cut it"}]}'
[ "$status" -ne 0 ] && has out '"text":"' && ! has out message_stop
result $? "a stream without a last event is cut for the client"
ask /v1/messages '{"model":"gpt-x","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"fail"}]}'
is 0 "a response that failed is an error in the stream" out 'event: error' out 'slow down'
! has out message_stop
result $? "and no end"
ask /v1/messages '{"model":"gpt-x","max_tokens":100,"messages":[{"role":"user","content":"fail"}]}'
is 0 "as a whole answer it is an error, with the status of its kind" out '"type":"rate_limit_error"' out 'slow down' out 'status 429'

# ccprobe sees what it asks for, and grades it by the cases that are for this provider.
run "$bin/ccprobe" run --suite "$root" --target bundled-responses --no-color translation/thought-returns translation/stop body/nothing-added
is 0 "a run in front of Responses" err \
	"the gateway asks its provider for /v1/responses (OpenAI's Responses): it is graded as one that translates" \
	out 'it is for a provider of the format openai-chat, and this' out 'cases: 1 pass'
end
