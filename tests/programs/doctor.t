#!/usr/bin/env bash
# doctor: the settings it finds, what it says of them, and what it costs. The
# way to the gateway is in doctor-network.t, the gateway in doctor-service.t.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/doctor.sh"
. "$(dirname "$0")/told.sh"
secrets='planted-secret|another-secret|0123456789|9876'

key=planted-secret-of-the-client-0123456789
other=another-secret-that-is-not-the-first-9876
serve mock "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --key upstream-key
mock=$url
serve gate "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key upstream-key --key "$key"
gate=$url

put() { printf '%s' "$2" >"$scratch/$1"; }

# ---- a sound setup ----

fresh
doctor ANTHROPIC_BASE_URL="$gate" ANTHROPIC_AUTH_TOKEN="$key" --
finds none 0 'a sound setup has no finding'
usual "$scratch/err"
[ "$(of '$r->{finished} && $r->{sound} ? 1 : 0')" = 1 ]
result $? 'and it came to its end'
[ "$(of 'join ",", grep { $_ ne "ok" } map { $_->{state} } @{$r->{steps}}')" = "" ]
result $? 'every step went well'
[ "$(of '$r->{requests} <= $r->{planned_requests} ? 1 : 0')" = 1 ]
result $? 'with no more requests than it said'
cp "$scratch/out" "$scratch/report"
run /usr/bin/python3 -c 'import json, sys, jsonschema
jsonschema.Draft7Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))' \
	"$root/docs/schema/doctor.schema.json" "$scratch/report"
is 0 'its JSON is as the schema says'

# ---- where values come from ----

fresh
put home/.claude/settings.json '{"env":{"ANTHROPIC_BASE_URL":"'"$gate"'","ANTHROPIC_AUTH_TOKEN":"'"$key"'"}}'
doctor -- --offline
finds none 0 'settings in the home folder'
has out '~/.claude/settings.json:1:'
result $? 'with the place of each'
[ "$(of '$r->{requests}')" = 0 ]
result $? '--offline sends nothing'

fresh
doctor -- --key "$key" --offline "$gate"
tell 'nothing is set' "$scratch/err"
doctor -- --key "$key" "$gate" --max-requests 3
tell 'few requests' "$scratch/err"
doctor -- --offline
tell 'nothing is known' "$scratch/err"

# ---- what is wrong with settings ----

fresh
doctor ANTHROPIC_BASE_URL="$gate" --
finds DR-NO-CREDENTIAL 1 'no credential'
doctor ANTHROPIC_BASE_URL="$gate" OPENROUTER_API_KEY="$key" -- --offline
finds DR-KEY-ELSEWHERE 1 'a key in a variable that the client does not read'
doctor ANTHROPIC_BASE_URL="$gate" ANTHROPIC_AUTH_TOKEN="$key" ANTHROPIC_API_KEY="$other" -- --offline
finds DR-BOTH-CREDENTIALS 1 'both credentials are set'

# In a cloud's mode the key of its gateway goes to nobody else, and there it would be
# asked what the client does not ask.
doctor CLAUDE_CODE_USE_BEDROCK=1 CLAUDE_CODE_SKIP_BEDROCK_AUTH=1 ANTHROPIC_BEDROCK_BASE_URL="$gate" ANTHROPIC_AUTH_TOKEN="$key" --
finds DR-CLOUD-FORMAT 1 "Bedrock's mode"
[ "$(of '$r->{requests}')" = 0 ] && has out "$gate" && ! has out api.anthropic.com
result $? 'whose base URL is told, and nothing is sent'
put project/.env "ANTHROPIC_AUTH_TOKEN=$key"
doctor ANTHROPIC_BASE_URL="$gate" -- --offline
[[ " $(codes) " == *" DR-DOTENV "* ]]
result $? 'a .env file that nobody reads'
fresh
put project/.claude/settings.json '{"env": {"ANTHROPIC_BASE_URL": }}'
doctor ANTHROPIC_BASE_URL="$gate" ANTHROPIC_AUTH_TOKEN="$key" -- --offline
finds DR-SETTINGS-FILE 1 'a settings file that is no JSON'
has out 'settings.json:1:32'
result $? 'with line and column'
fresh
doctor ANTHROPIC_BASE_URL="$gate/v1" ANTHROPIC_AUTH_TOKEN="$key" -- --offline
finds DR-BASE-URL-V1 1 'a base URL that ends in /v1'
doctor ANTHROPIC_BASE_URL="gw.example" ANTHROPIC_AUTH_TOKEN="$key" -- --offline
finds DR-BASE-URL-BAD 1 'a base URL without a scheme'
doctor ANTHROPIC_BASE_URL="$gate" ANTHROPIC_AUTH_TOKEN="Bearer $key" -- --offline
finds DR-KEY-SPACES 1 'a key with the word Bearer in it'
put home/.claude/settings.json '{"apiKeyHelper":"echo '"$key"' >&2; exit 3"}'
doctor ANTHROPIC_BASE_URL="$gate" -- --offline
finds DR-HELPER-FAILED 1 'a helper that fails'
fresh
doctor ANTHROPIC_BASE_URL="$gate" ANTHROPIC_AUTH_TOKEN="$key" CLAUDE_CODE_USE_BEDROCK=1 -- --offline
finds DR-PROVIDER-MODE 1 'a provider mode that does not look at the base URL'

# ---- the prompt cache ----

for pair in drops-cache-control:DR-CACHE-UNUSED drops-usage-cache:DR-CACHE-UNTOLD; do
	serve faulty "$bin/ccgate-faulty" --fault "${pair%:*}" --listen 127.0.0.1:0 --upstream "$mock" \
		--upstream-key upstream-key --key "$key"
	fresh
	doctor ANTHROPIC_BASE_URL="$url" ANTHROPIC_AUTH_TOKEN="$key" --
	finds "${pair#*:}" "$([ "${pair#*:}" = DR-CACHE-UNTOLD ]; echo $?)" "a gateway with the fault ${pair%:*}"
	kill "$server"
done

cat >"$scratch/forgets.json" <<'END'
{ "upstream": { "u": { "when": { "has": "[probe-" }, "reply": { "events": "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":9,\"cache_creation_input_tokens\":12000,\"cache_read_input_tokens\":0,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" } },
	"others": { "reply": { "provider": true } } } }
END
serve forgets "$bin/ccmock" --listen 127.0.0.1:0 --key "$key" "$scratch/forgets.json"
fresh
doctor ANTHROPIC_BASE_URL="$url" ANTHROPIC_AUTH_TOKEN="$key" --
finds DR-CACHE-LOST 1 'a provider that never reads its cache'

cat >"$scratch/unlisted.json" <<'END'
{ "upstream": { "list": { "when": { "path": "/v1/models" }, "reply": { "json": { "data": [], "has_more": false } } },
	"others": { "reply": { "provider": true } } } }
END
serve unlisted "$bin/ccmock" --listen 127.0.0.1:0 --key "$key" "$scratch/unlisted.json"
fresh
doctor ANTHROPIC_BASE_URL="$url" ANTHROPIC_AUTH_TOKEN="$key" CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1 --
finds DR-MODELS-EMPTY 1 'a list of models that is empty'

# ---- secrets where nobody looks for them ----

# quiet TITLE: no form of the key in anything that was written
quiet() {
	has out DR- &&
		! grep -qiE "$key|$(printf '%s' "$key" | base64 -w 0 | cut -c1-48)" \
			"$scratch/out" "$scratch/err"
	result $? "no secret: $1"
}
cat >"$scratch/echo.json" <<END
{ "upstream": { "any": { "reply": { "status": 400, "json": { "error": {
	"message": "bad key ${key^^} or $(printf '%s' "$key" | base64 -w 0)" } } } } } }
END
serve echo "$bin/ccmock" --listen 127.0.0.1:0 "$scratch/echo.json"
fresh
doctor ANTHROPIC_BASE_URL="$url" ANTHROPIC_AUTH_TOKEN="$key" --
quiet 'in capitals and in base64'
doctor -- --key 123456 --header "x-inner: $key" "$url"
quiet 'of --header'
doctor ANTHROPIC_BASE_URL="$url" ANTHROPIC_CUSTOM_HEADERS="x-inner: $key" --
quiet 'in a header of any name'
doctor ANTHROPIC_BASE_URL="$url/x?key=$key" ANTHROPIC_AUTH_TOKEN=123456 --
quiet 'in the query of the base URL'

# ---- the command line ----

fresh
doctor ANTHROPIC_BASE_URL="$gate" ANTHROPIC_AUTH_TOKEN="$key" -- http://127.0.0.1:1
is 2 'a key is not sent to a gateway that it is not for' err "give its key: --key"
doctor -- --key "$key" "$gate" --max-requests 3
[ "$status" -eq 3 ] && [ "$(of '$r->{requests} <= 3 && !$r->{finished} ? 1 : 0')" = 1 ]
result $? '--max-requests is not passed, and it says that it did not finish'
doctor -- --key "$key" "$gate" --model no-such-model-anywhere
[ "$status" -le 1 ]
result $? 'a model of the command line'
for bad in 'ftp://x' '--repeat=5000 http://x' '--auth both http://x' '--listen'; do
	# shellcheck disable=SC2086
	doctor -- $bad
	is 2 "wrong usage: $bad" err 'ccprobe: '
done

is_told 'all that it says of each'

end
