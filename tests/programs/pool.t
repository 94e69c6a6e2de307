#!/usr/bin/env bash
# ccgate with several providers: names of models, sessions, formats, and what
# stays when the configuration is read anew.
set -u
. "$(dirname "$0")/lib.sh"

mock() { # NAME: a provider; its control port and its journal are named after it
	serve "$1" "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --journal "$scratch/$1.journal"
	IFS= read -r line <&9
	eval "$1=$url ${1}_control=${line##* }"
}
mock a
mock b

arm() { # NAME RULES: what this mock says from now on
	local control=${1}_control
	curl -s -o "$scratch/armed" -XPOST "${!control}/arm" -d "{ \"upstream\": { $2, \"rest\": { \"reply\": { \"provider\": true } } } }"
}
disarm() {
	local control=${1}_control
	curl -s -o "$scratch/armed" -XPOST "${!control}/reset"
}

# configuration MORE: the gateway's, with these members
configuration() {
	cat >"$scratch/new.json" <<-END
	{ "listen": "127.0.0.1:0", "workers": 2, "log": "json", "tell_provider": true, "keys": ["mine", { "name": "bound", "key": "bound", "routing": { "only": ["b"], "data_collection": "allow" } }, { "name": "poor", "key": "poor", "budget": { "day": 5 } }],
	  "ledger": { "path": "$scratch/usage.db", "prices": "$root/gateway/prices.json" },
	  "providers": [
	    { "name": "a", "url": "$a", "key": "key-of-a", "price": 2, "data_collection": "deny",
	      "models": ["claude-sonnet-4-6", "claude-sonnet-4-5-20250929", "claude-opus-4-5", "claude-haiku-4-5"] },
	    { "name": "b", "url": "$b", "key": "key-of-b", "models": { "claude-haiku-4-5": "little", "claude-sonnet-*": "vendor/sonnet-*", "claude-opus-*": "claude-opus-*" } },
	    { "name": "cloud", "url": "$b", "key": "key-of-cloud", "format": "bedrock", "models": ["claude-opus-4-5"] } ]$1 }
	END
	mv "$scratch/new.json" "$scratch/gate.json"
}
configuration ', "models": { "fast": { "model": "claude-haiku-4-5", "name": "Fast", "routing": { "only": ["b"] } }, "newest": "~anthropic/claude-sonnet-latest" }'
serve gate "$bin/ccgate" --config "$scratch/gate.json"
gate=$server
at=$url

# ask BODY [FIELD...]: a message
ask() {
	local body=$1 fields=()
	shift
	for field; do fields+=(-H "$field"); done
	status=0
	curl -s -D "$scratch/head" -o "$scratch/out" --max-time 20 -H "x-api-key: ${key:-mine}" -H 'anthropic-version: 2023-06-01' \
		-H 'content-type: application/json' ${fields[@]+"${fields[@]}"} -d "$body" "$at${path:-/v1/messages}" || status=$?
}
message() { printf '{"max_tokens":64,  "model" : "%s","messages":[{"role":"user","content":"hello \\u00e9"}],"x":1.10}' "$1"; }
by() { grep -qi "^x-ccgate-provider: $1" "$scratch/head"; }
answered() { grep -q "^HTTP/1.1 $1" "$scratch/head"; }
# got MOCK BODY: the last body that came there
got() { perl -MJSON::PP -ne '$j = decode_json($_); $last = $j->{bytes} if $j->{kind} eq "body"; END { exit($last eq $ARGV[0] ? 0 : 1) }' "$scratch/$1.journal" 2>/dev/null; }
last_body() { perl -MJSON::PP -e 'while (<STDIN>) { $j = decode_json($_); $last = $j->{bytes} if $j->{kind} eq "body" } print $last' <"$scratch/$1.journal"; }

# sent NAME MOCK BODY TITLE: a model of this name goes to the mock as this body
sent() {
	ask "$(message "$1")"
	answered 200 && [ "$(last_body "$2")" = "$3" ]
	result $? "$4"
}

# ---- names ----

sent claude-opus-4-5 a "$(message claude-opus-4-5)" "an id goes on as it came, and so does the body"
sent fast b "$(message little)" "an alias: the model's value changes, and nothing else"
by b
result $? "an alias: its routing holds"
sent 'anthropic/claude-opus-4-5' a "$(message claude-opus-4-5)" "a vendor in front is left out"
sent 'claude-opus-4-5[1m]' a "$(message claude-opus-4-5)" "[1m] is left out"
sent newest a "$(message claude-sonnet-4-6)" "the newest of a family"
sent claude-sonnet-9 b "$(message vendor/sonnet-9)" "a name with a star"
sent claude-opus-4-5:floor b "$(message claude-opus-4-5)" "the cheapest"
! grep -q x-ccgate "$scratch/a.journal" "$scratch/b.journal"
result $? "no provider gets a field of ours"

ask "$(message no-such)"
answered 404 && has out '"type":"not_found_error","message":"model: no-such"'
result $? "a model that nobody has: 404"
key=poor ask "$(message no-such)"
answered 404 && has out '"type":"not_found_error","message":"model: no-such"'
result $? "and for a key with a budget, too"
ask "$(message claude-opus-4-5:free)"
answered 503 && has out 'its routing leaves none' && grep -qi '^x-should-retry: false' "$scratch/head"
result $? "nobody is left: 503, and no reason to ask again"
ask "$(message '~claude-x-latest')"
answered 404 && has out 'no model of that family'
result $? "a family that nobody knows: 404"
ask "$(message claude-opus-4-5)" 'x-ccgate-routing: {"only":["z"]}'
answered 400 && has out "x-ccgate-routing:1:10: no provider has the name 'z'; there are a, b, cloud"
result $? "a wrong wish of the request: 400"
ask '{"model":"claude-opus-4-5","model":"claude-sonnet-4-6"}'
answered 400 && has out 'model: it is given more than once'
result $? "two models: 400"
ask '{"model":'
answered 400 && by a
result $? "what is no JSON is the provider's to refuse"

run curl -s -H 'x-api-key: mine' "$at/v1/models?limit=1000"
is 0 "models: a list of our own" out '{"data":[{"type":"model","id":"fast","display_name":"Fast","created_at":"1970-01-01T00:00:00Z"},{"type":"model","id":"newest",' \
	out '"id":"claude-sonnet-4-5-20250929","display_name":"claude-sonnet-4-5-20250929","created_at":"2025-09-29T00:00:00Z"}' \
	out '"has_more":false,"first_id":"fast","last_id":"claude-haiku-4-5"}'
run curl -s -H 'x-api-key: mine' "$at/v1/models?limit=1&after_id=newest"
is 0 "models: a page" out '"has_more":true,"first_id":"claude-sonnet-4-6","last_id":"claude-sonnet-4-6"}'
run curl -s -H 'x-api-key: mine' "$at/v1/models/fast"
is 0 "models: one of them" out '{"type":"model","id":"fast","display_name":"Fast",'
run curl -s -H 'x-api-key: mine' "$at/v1/models/none"
is 0 "models: none of them" out '"type":"not_found_error"'
run curl -s "$at/v1/models"
is 0 "models: not without a key" out '"type":"authentication_error"'

# ---- wishes ----

opus=$(message claude-opus-4-5)
for wish in '{"only":["b"]} b' '{"ignore":["a"]} b' '{"order":["cloud"]} cloud' '{"sort":"floor"} b' '{"sort":"listed"} a' '{"data_collection":"deny"} a' '{"order":["b"],"data_collection":"deny"} a'; do
	ask "$opus" "x-ccgate-routing: ${wish% *}"
	answered 200 && by "${wish##* }"
	result $? "routing: ${wish% *} is ${wish##* }"
done

key=bound ask "$opus" 'x-ccgate-routing: {"only":["a","b"]}'
answered 200 && by b
result $? "a key's routing holds for its requests"
key=bound ask "$opus" 'x-ccgate-routing: {"only":["a"]}'
answered 503
result $? "and no request can widen it"

# ---- sessions ----

in_session() { ask "$opus" "x-claude-code-session-id: $@"; }
in_session one 'x-ccgate-routing: {"order":["b"]}'
by b && in_session one && by b
result $? "a session stays with the provider that answered it"
in_session two
by a && in_session one && by b
result $? "another session is another's"
ask "$(message claude-haiku-4-5)" 'x-claude-code-session-id: one'
by a && in_session one && by b
result $? "each model of a session has a provider of its own"
own='{"max_tokens":64,"model":"claude-opus-4-5","metadata":{"user_id":"u-1"},"messages":[{"role":"user","content":"hello"}]}'
ask "$own" 'x-ccgate-routing: {"order":["b"]}'
by b && ask "$own" && by b
result $? "a session is also known by metadata.user_id"
in_session one 'x-ccgate-routing: {"ignore":["b"]}'
answered 200 && by a
result $? "what is forbidden moves a session"
in_session two
arm b '"bad": { "reply": { "status": 400, "json": { "type": "error", "error": { "type": "invalid_request_error", "message": "Invalid `signature` in `thinking` block" } } } }'
arm a '"down": { "reply": { "status": 529, "text": "down" } }'
in_session two
answered 400 && by b && has out 'Invalid `signature`'
result $? "after a forced move the new provider refuses in its own words"
disarm b
in_session two
answered 200 && by b
result $? "and the session is at the new one"
disarm a

# ---- what is known stays ----

arm a '"down": { "times": "once", "reply": { "status": 529, "text": "down" } }'
ask "$opus" 'x-ccgate-routing: {"order":["a"]}'
disarm a
configuration ''
kill -HUP "$gate"
until_true grep -q 'read again' "$scratch/gate.err"
renewed() { ask "$(message fast)" && answered 404; }
until_true renewed # both workers have it
until_true renewed
in_session two
by b
result $? "SIGHUP: sessions stay where they are"
ask "$opus"
by b && grep -q '"provider":"b","after":"a: 529"' "$scratch/gate.err"
result $? "SIGHUP: who failed is still asked last"

# ---- clients that leave ----

arm b '"held": { "times": "once", "reply": { "events": "event: message_start\ndata: {\"type\":\"message_start\"}\n\n: @hold on\n\n" } }'
curl -s -N -o "$scratch/held" -H 'x-api-key: mine' -H 'anthropic-version: 2023-06-01' -d "$opus" "$at/v1/messages" &
client=$!
until_true grep -q message_start "$scratch/held"
kill "$client"
until_true grep -q '"end":"cancelled"' "$scratch/b.journal"
disarm b
ask "$opus" 'x-ccgate-routing: {"only":["b","cloud"]}'
by b
result $? "a client that leaves says nothing about the provider"

# ---- formats ----

path='/model/us.anthropic.claude-opus-4-5-20251101-v1:0/invoke'
asked='{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[{"role":"user","content":"hello"}]}'
ask "$asked" 'x-ccgate-routing: {"only":["cloud"]}'
answered 200 && by cloud && has out 'You said'
result $? "a client of Bedrock's format is relayed to Bedrock"
arm b '"down": { "when": { "path": "/model/*" }, "reply": { "status": 529, "text": "down" } }'
ask "$asked" 'x-ccgate-routing: {"order":["cloud","b"]}'
answered 200 && by b && has out 'You said' && grep -q '"after":"cloud: 529"' "$scratch/gate.err"
result $? "and over the bridge when Bedrock fails"
ask "$asked" 'x-ccgate-routing: {"only":["cloud"]}'
answered 529 && by cloud
result $? "a failure of the only one goes to the client"
ask "$asked" 'x-ccgate-routing: {"order":["cloud"],"allow_fallbacks":false}'
answered 529 && by cloud
result $? "without fallbacks nobody else is asked"
disarm b
path=/v1/messages/count_tokens ask '{"model":"claude-opus-4-5","messages":[{"role":"user","content":"hello"}]}' 'x-ccgate-routing: {"only":["b"]}'
answered 200 && has out input_tokens
result $? "tokens are counted by who is chosen"
path=

# ---- many at once, while one of them fails now and then ----

arm a '"down": { "when": { "has": "down" }, "reply": { "status": 529, "text": "down" } }'
many() {
	local i
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		curl -s -o "$scratch/many.$1.$i" -w '%{http_code}\n' -H 'x-api-key: mine' -H 'anthropic-version: 2023-06-01' -H "x-claude-code-session-id: s$1$((i % 3))" \
			-H 'x-ccgate-routing: {"sort":"price"}' -d "{\"max_tokens\":64,\"model\":\"claude-opus-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"$((i % 2)) down\"}]}" "$at/v1/messages"
	done
}
for i in 1 2 3 4; do many $i >"$scratch/codes.$i" & codes[i]=$!; done
for i in 1 2 3 4; do wait "${codes[i]}"; done
[ "$(cat "$scratch"/codes.* | grep -c '^200$')" -eq 48 ]
result $? "48 requests of four clients are all answered"

kill "$gate"
status=0
wait "$gate" || status=$?
[ "$status" -eq 0 ] && ! grep -q Sanitizer "$scratch/gate.err"
result $? "it ends well"

end
