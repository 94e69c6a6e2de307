#!/usr/bin/env bash
# ccgate with several providers: who is asked, who after whom, and what the
# client and the log are told of it.
set -u
. "$(dirname "$0")/lib.sh"

# A provider for each way to fail, all played by one mock, which knows them by
# what they call the model. Each is asked once: after that it is known to fail.
causes='408 429 500 502 503 504 529 fin rst error frame empty quiet pings half chat whole'
serve sick "$bin/ccmock" --listen 127.0.0.1:0 <(
	cat <<-'END'
	{ "upstream": {
	  "s408": { "when": { "model": "is-408" }, "reply": { "status": 408, "json": { "type": "error", "error": { "type": "timeout_error", "message": "slow" } } } },
	  "s429": { "when": { "model": "is-429" }, "reply": { "status": 429, "headers": [["retry-after", "7"]], "json": { "type": "error", "error": { "type": "rate_limit_error", "message": "too fast" } } } },
	  "s500": { "when": { "model": "is-500" }, "reply": { "status": 500, "text": "oops" } },
	  "s502": { "when": { "model": "is-502" }, "reply": { "status": 502, "text": "oops" } },
	  "s503": { "when": { "model": "is-503" }, "reply": { "status": 503, "text": "oops" } },
	  "s504": { "when": { "model": "is-504" }, "reply": { "status": 504, "text": "oops" } },
	  "s529": { "when": { "model": "is-529" }, "reply": { "status": 529, "json": { "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded by a" } } } },
	  "fin": { "when": { "model": "is-fin" }, "reply": { "end": "fin" } },
	  "rst": { "when": { "model": "is-rst" }, "reply": { "end": "rst" } },
	  "error": { "when": { "model": "is-error" }, "reply": { "events": "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n" } },
	  "frame": { "when": { "path": "/model/is-frame/*" }, "reply": { "events": "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n" } },
	  "empty": { "when": { "model": "is-empty" }, "reply": { "events": "" } },
	  "quiet": { "when": { "model": "is-quiet" }, "reply": { "events": ": waiting\n\n: waiting\n\n" } },
	  "pings": { "when": { "model": "is-pings" }, "reply": { "events": ": waiting\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n" } },
	  "half": { "when": { "model": "is-half" }, "reply": { "raw_text": "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n6\r\nevent:\r\n", "end": "fin" } },
	  "openai": { "when": { "model": "is-openai" }, "reply": { "say": [ { "error": "overloaded_error", "status": 200 } ] } },
	  "bad": { "when": { "model": "is-400" }, "reply": { "status": 400, "json": { "type": "error", "error": { "type": "invalid_request_error", "message": "Invalid signature" } } } },
	  "later": { "when": { "model": "is-later" }, "reply": { "events": "event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n" } },
	  "cut": { "when": { "model": "is-cut" }, "reply": { "events": "event: message_start\ndata: {\"type\":\"message_start\"}\n\n: @cut fin\n" } },
	  "rest": { "reply": { "provider": true } } } }
	END
)
sick=$url
serve well "$bin/ccmock" --listen 127.0.0.1:0
well=$url
free_port
dead=http://127.0.0.1:$port

provider() { # NAME URL MODEL [MORE]
	printf '{ "name": "%s", "url": "%s", "key": "up-key", "models": { "claude-*": "%s" }%s }' "$1" "$2" "$3" "${4:+, $4}"
}

{
	printf '{ "listen": "127.0.0.1:0", "keys": ["mine"], "workers": 2, "log": "text", "tell_provider": true,\n "providers": [\n'
	for cause in $causes; do
		case $cause in
		frame) provider frame "$sick" is-frame '"format": "bedrock"' ;;
		whole) provider whole "$sick" is-openai '"format": "openai-responses"' ;;
		chat) provider chat "$sick" is-openai '"format": "openai-chat"' ;;
		*) provider "$cause" "$sick" "is-$cause" ;;
		esac
		printf ',\n'
	done
	provider connect "$dead" x
	printf ',\n'
	provider bad "$sick" is-400
	printf ',\n'
	provider later "$sick" is-later
	printf ',\n'
	provider cut "$sick" is-cut
	printf ',\n'
	provider well "$well" 'claude-*'
	printf ' ] }\n'
} >"$scratch/gate.json"
run "$bin/ccgate" check "$scratch/gate.json"
is 0 "check: no mistakes" out 'no mistakes'
serve gate "$bin/ccgate" --config "$scratch/gate.json"
gate=$server
at=$url

# ask ROUTING [MESSAGE]: a message, streamed if nothing else is said
streamed='{"model":"claude-opus-5-5","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"hello"}]}'
ask() {
	status=0
	curl -s -D "$scratch/head" -o "$scratch/out" --max-time 20 -H 'x-api-key: mine' -H 'anthropic-version: 2023-06-01' \
		-H "x-ccgate-routing: $1" -H 'content-type: application/json' -d "${2:-$streamed}" "$at/v1/messages" || status=$?
}
by() { grep -qi "^x-ccgate-provider: $1" "$scratch/head"; }
answered() { grep -q "^HTTP/1.1 $1" "$scratch/head"; }

# ---- who fails is replaced ----

for cause in $causes connect; do
	case $cause in
	whole) ask '{"order":["whole","well"]}' "${streamed/true/false}" ;;
	*) ask '{"order":["'"$cause"'","well"]}' ;;
	esac
	answered 200 && by well && { has out message_stop || has out 'You said'; }
	result $? "$cause: another provider answers"
done
until_true grep -q 'by well after 529: 529' "$scratch/gate.err"
result $? "the log says who failed, and how"
until_true grep -q 'by well after pings: no event' "$scratch/gate.err"
result $? "pings alone are no answer"

# ---- who fails is asked last, and not first ----

ask '{"only":["529","well"],"order":["529","well"]}'
answered 200 && by well && [ "$(grep -c 'after 529: 529' "$scratch/gate.err")" -eq 1 ]
result $? "who has failed just now is not asked first"

# ---- what is no failure of the provider ----

ask '{"order":["bad","well"]}'
answered 400 && by bad && has out 'Invalid signature'
result $? "400: goes to the client"
ask '{"order":["bad","well"]}'
answered 400 && by bad
result $? "400: the provider is not marked"
ask '{"order":["later","well"]}'
answered 200 && by later && has out message_start && has out overloaded_error
result $? "an error after a byte goes to the client"

ask '{"order":["cut","well"]}'
answered 200 && by cut && [ "$status" -eq 18 ] && [ "$(grep -c message_start "$scratch/out")" -eq 2 ] && ! has out message_stop
result $? "an answer that breaks off is not gone on with"

ask '{"order":["cut","well"]}'
by well
result $? "who has broken off is not asked first"

# ---- all fail ----

ask '{"only":["500","429"],"order":["500","429"]}'
answered 429 && by 429 && has out 'too fast' && grep -qi '^retry-after: 7' "$scratch/head"
result $? "all fail: the last answer as it is"
ask '{"only":["connect"]}'
answered 502 && has out 'no connection'
result $? "all fail: without an answer the gateway says so"

kill "$gate"
status=0
wait "$gate" || status=$?
[ "$status" -eq 0 ] && ! grep -q Sanitizer "$scratch/gate.err"
result $? "it ends well"

end
