#!/usr/bin/env bash
# ccgate in front of a strict provider of chat completions: what a client of the
# Messages API gets, and what the recorded requests of the newest release become.
set -u
. "$(dirname "$0")/lib.sh"

serve mock "$bin/ccmock" --strict --key up-key --listen 127.0.0.1:0
mock=$url
cat >"$scratch/gate.json" <<END
{ "listen": "127.0.0.1:0", "keys": ["team-key-0123456789"],
  "upstream": { "url": "$mock", "key": "up-key", "format": "openai-chat" } }
END
serve gate "$bin/ccgate" --config "$scratch/gate.json"
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
is 0 "two calls in a stream" out '"partial_json":"{\""' out '"stop_reason":"tool_use"' out 'event: message_stop'
[ "$(grep -c '^event: content_block_start' "$scratch/out")" -eq 2 ]
result $? "each has a block of its own"
ask /v1/messages '{"model":"gpt-x","max_tokens":2,"messages":[{"role":"user","content":"hello"}]}'
is 0 "the limit is obeyed" out '"stop_reason":"max_tokens"' out '"output_tokens":2'
ask /v1/messages '{"model":"gpt-x","max_tokens":9,"tools":[{"type":"web_search_20250305","name":"web_search"}],"messages":[{"role":"user","content":"x"}]}'
is 0 "a tool that the API runs is refused by its name" out 'tools.0.type' out 'invalid_request_error' out 'status 400'
ask /v1/messages '{"model":"no-such-model","max_tokens":9,"messages":[{"role":"user","content":"x"}]}'
is 0 "the provider's refusal comes with its status, words and id" out '`no-such-model` does not exist' \
	out 'not_found_error' out 'req_mock' out 'status 404'
ask /v1/messages '{"model":"gpt-x"'
is 0 "what is no JSON is refused" out 'is not a JSON object' out 'status 400'
ask /v1/messages/count_tokens '{"messages":[{"role":"user","content":"hello"}]}'
is 0 "tokens are counted here" out '{"input_tokens":9}' out 'status 200'
ask /v1/messages/count_tokens '{"messages":[]}'
is 0 "where there is something to count" out 'at least one message' out 'status 400'
run curl -sS -m 20 "$gate/v1/models" -H 'x-api-key: team-key-0123456789'
is 0 "the provider's models, in the client's shape" out '"type":"model","id":"gpt-mock"'
run "$bin/ccgate" check "$scratch/gate.json" --connect
is 0 "check --connect asks this provider, too"

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

# ccprobe sees what it asks for, and grades it by the cases that are for this provider.
run "$bin/ccprobe" run --suite "$root" --target bundled-chat --no-color blackbox 'auth/*'
is 0 "a run in front of chat completions: cases of thoughts and of a cache are for another provider" out \
	"skipped: it is for a provider of the format messages" err \
	"the gateway asks its provider for /v1/chat/completions (OpenAI's chat completions): it is graded as one that translates" \
	out '115 cases: 99 pass, 16 skip'

# A provider that breaks off.
cat >"$scratch/cut.json" <<'END'
{"upstream": {"u1": {"reply": {"events": "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"}}]}\n\n", "end": "fin"}}}}
END
serve cut "$bin/ccmock" --listen 127.0.0.1:0 "$scratch/cut.json"
serve gate2 "$bin/ccgate" --listen 127.0.0.1:0 --key team-key-0123456789 --upstream "$url" --upstream-key up-key \
	--upstream-format openai-chat
gate=$url
ask /v1/messages '{"model":"gpt-x","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"hello"}]}'
[ "$status" -ne 0 ] && has out '"text":"half"' && ! has out message_stop
result $? "a stream that the provider cuts is cut for the client"
run "$bin/ccgate" --upstream "$mock" --upstream-key k --key team-key-0123456789 --upstream-format gemini
is 2 "a format that it does not know" err "'bedrock' or 'vertex', not 'gemini'"

sed 's/"format"/"limit_field": "tokens", "most_tokens": 5, "reasoning": true, "format"/' "$scratch/gate.json" >"$scratch/bad.json"
run "$bin/ccgate" check "$scratch/bad.json"
is 2 "a field that it does not know, with its place" err 'bad.json:2:' err "'max_completion_tokens' or 'max_tokens', not 'tokens'"
sed -i 's/"tokens"/"max_tokens"/' "$scratch/bad.json"
serve gate3 "$bin/ccgate" --config "$scratch/bad.json"
gate=$url
ask /v1/messages '{"model":"gpt-5.2","max_tokens":100,"messages":[{"role":"user","content":"hello"}]}'
is 0 "the limit goes out under the name that the configuration says" out "Unsupported parameter: 'max_tokens'"

end
