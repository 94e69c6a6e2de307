#!/usr/bin/env bash
# ccgate's keys: models, expiry, rates, streams, budgets; what each refusal says.
set -u
. "$(dirname "$0")/lib.sh"

serve mock "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 <(
	cat <<-'END'
	{ "upstream": { "u1": { "when": { "has": "please hold" }, "reply": { "status": 200, "headers": [["content-type", "text/event-stream"]],
	  "events": "event: ping\ndata: {}\n\n: @hold go\nevent: ping\ndata: {}\n\n" } },
	  "u2": { "when": { "has": "cost much" }, "reply": { "status": 200, "headers": [["content-type", "application/json"],
	    ["anthropic-ratelimit-unified-status", "allowed"], ["anthropic-ratelimit-requests-limit", "7"]],
	    "json": { "type": "message", "model": "claude-opus-5", "content": [], "usage": { "input_tokens": 1000000, "output_tokens": 100000 } } } },
	  "u3": { "reply": { "provider": true } } } }
	END
)
mock=$url
IFS= read -r line <&9
control=${line##* }

hash=$(printf %s hashed-key-1 | sha256sum)
cat >"$scratch/gate.json" <<END
{ "listen": "127.0.0.1:0", "workers": 2, "log": "text",
  "upstream": { "url": "$mock", "key": "up-key-1234" },
  "keys": [ "plain-key-1",
    { "name": "hashed", "sha256": "${hash%% *}" },
    { "name": "old", "key": "old-key-1", "expires": "2026-01-01" },
    { "name": "models", "key": "models-key-1", "models": ["claude-haiku-*", "claude-opus-5"] },
    { "name": "rate", "key": "rate-key-1", "rpm": 3 },
    { "name": "streams", "key": "streams-key-1", "streams": 1 },
    { "name": "day", "key": "day-key-1", "budget": { "day": 10 } },
    { "name": "month", "key": "month-key-1", "budget": { "month": 7.6, "total": 100 } },
    { "name": "total", "key": "total-key-1", "budget": { "total": 7.5 } } ],
  "ledger": { "path": "$scratch/usage.db", "prices": "$root/gateway/prices.json" } }
END

gate() {
	serve "$1" "$bin/ccgate" --config "$scratch/gate.json"
	gate=$server
	at=$url
	said=$scratch/$1.err
}
gate first

# ask KEY MODEL WORDS [CURL OPTION...]: $scratch/out has head and body.
ask() {
	local key=$1 model=$2 words=$3
	shift 3
	run curl -s -i --max-time 20 -H "x-api-key: $key" -H 'anthropic-version: 2023-06-01' "$@" \
		-d "{\"model\":\"$model\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"$words\"}]}" "$at/v1/messages"
	tr -d '\r' <"$scratch/out" >"$scratch/plain" && mv "$scratch/plain" "$scratch/out"
}

# told STATUS TITLE TEXT...: the answer's status, and what is in it
told() {
	local want=$1 title=$2 bad=0 text
	shift 2
	grep -q "^HTTP/1.1 $want " "$scratch/out" || bad=1
	for text; do has out "$text" || bad=1; done
	result "$bad" "$title"
}
lacks() {
	! has out "$1"
	result $? "$2"
}

ask plain-key-1 claude-opus-5 hi
told 200 "a key without limits" 'You said: hi'
lacks ratelimit-unified "and without fields about a budget"
ask hashed-key-1 claude-opus-5 hi
told 200 "a key of which the hash is known"
ask hashed-key-2 claude-opus-5 hi
told 401 "another key" '"type":"authentication_error"'

ask old-key-1 claude-opus-5 hi
told 401 "an expired key" '"type":"authentication_error","message":"this key has expired"' 'x-should-retry: false'

ask models-key-1 claude-haiku-4-5 hi
told 200 "a model that the key is for"
ask models-key-1 claude-opus-5-5 hi
told 404 "one that it is not for" '"type":"not_found_error"' "model: 'claude-opus-5-5' is not among this key's models"
run curl -s -i -H 'x-api-key: models-key-1' -d '{"model":"claude-opus-5","model":"claude-fable-5"}' "$at/v1/messages"
told 400 "two models" '"type":"invalid_request_error"' 'does not name one model'
run curl -s -i -H 'x-api-key: models-key-1' -d '{"model":"claude-opus-5"' "$at/v1/messages"
told 400 "half a body" 'does not name one model'
run curl -s -i -H 'x-api-key: models-key-1' -d '{"model":"claude-fable-5","messages":[{"role":"user","content":"hi"}]}' "$at/v1/messages/count_tokens"
told 404 "nor may it count tokens of that one"

for i in 1 2 3; do ask rate-key-1 claude-opus-5 hi; done
told 200 "as many requests as may be in a minute"
ask rate-key-1 claude-opus-5 hi
told 429 "one more" '"type":"rate_limit_error","message":"this key may send 3 requests in a minute"'
wait=$(sed -n 's/^retry-after: \([0-9]*\)$/\1/p' "$scratch/out")
[ "${wait:-0}" -ge 1 ] && [ "$wait" -le 60 ]
result $? "with whole seconds in retry-after"

holding() { [ "$(curl -s "$control/journal" | grep -c 'please hold')" -ge 1 ]; }
curl -s -N -o "$scratch/held" -H 'x-api-key: streams-key-1' \
	-d '{"model":"claude-opus-5","stream":true,"messages":[{"role":"user","content":"please hold"}]}' "$at/v1/messages" &
held=$!
until_true test -s "$scratch/held"
ask streams-key-1 claude-opus-5 hi
told 429 "one stream more than may be" '"type":"rate_limit_error","message":"this key may have 1 request under way at once"' 'retry-after: 1'
curl -s -o "$scratch/out" -XPOST "$control/release?run=0&hold=u1.go"
wait "$held"
again() {
	ask streams-key-1 claude-opus-5 hi
	has out ' 200 OK'
}
until_true again
result $? "and another one after it"

# ---- budgets ----

unified=anthropic-ratelimit-unified
ask day-key-1 claude-opus-5 hi
told 200 "a key with a budget" "$unified-status: allowed" "$unified-representative-claim: overage" \
	"$unified-overage-status: allowed" "$unified-overage-utilization: 0.00"
lacks surpassed "which is far from its end"
ask day-key-1 claude-opus-5 'cost much' # 7.5 dollars
told 200 "the answer that takes it past 75 %"
lacks requests-limit "without the provider's own limits"
ask day-key-1 claude-opus-5 hi
told 200 "the warning" "$unified-status: allowed_warning" "$unified-overage-status: allowed_warning" \
	"$unified-overage-utilization: 0.75" "$unified-overage-surpassed-threshold: 0.75"
reset=$(date -u -d 'tomorrow 00:00' +%s)
[ "$(grep -c "^$unified-\(overage-\)\?reset: $reset$" "$scratch/out")" -eq 2 ]
result $? "with the end of the day"
ask day-key-1 claude-opus-5 'cost much'
told 200 "one that goes over it is let in"
ask day-key-1 claude-opus-5 hi
told 429 "and none after that" '"type":"billing_error","message":"daily spend limit of $10.00 reached · resets ' 'x-should-retry: false' \
	"$unified-status: rejected" "$unified-reset: $reset" "$unified-overage-reset: $reset" "$unified-overage-utilization: 1" \
	"$unified-overage-surpassed-threshold: 1" "$unified-overage-period: daily" "$unified-overage-disabled-reason: org_spend_cap_reached"
lacks representative-claim "without what makes the client drop the message"
grep -q '^retry-after: [0-9]*$' "$scratch/out"
result $? "with whole seconds in retry-after"
run curl -s -i -H 'x-api-key: day-key-1' -H 'anthropic-version: 2023-06-01' -d '{"model":"claude-opus-5","messages":[{"role":"user","content":"hi"}]}' "$at/v1/messages/count_tokens"
told 200 "counting is free"
ask month-key-1 claude-opus-5 'cost much'
ask month-key-1 claude-opus-5 hi
told 200 "95 % of a month" "$unified-overage-surpassed-threshold: 0.95" "$unified-overage-utilization: 0.98"
ask month-key-1 no-such-model hi
told 400 "a model without a price" '"type":"invalid_request_error"' "model: 'no-such-model' has no price at this gateway, and this key has a budget"
ask plain-key-1 no-such-model hi
told 404 "of a key without a budget the provider is asked" '"message":"model: no-such-model"'

stands() { run curl -s -i -H "Authorization: Bearer $1" "$at$2"; }
stands month-key-1 /api/v1/auth/key
told 200 "how a key stands" '"label":"month","usage":7.5' '"limit":7.6,' '"limit_reset":"monthly"'
stands month-key-1 /api/v1/credits
told 200 "its credits" '"total_credits":100,"total_usage":7.5'
stands month-key-1 /api/oauth/usage
told 200 "its usage as Claude Code asks for it" '"monthly_limit":760,"used_credits":750,"utilization":98' \
	'"group":"monthly","percent":98' '"group":"total","percent":7'
stands plain-key-1 /api/v1/auth/key
told 200 "a key sees what is its own" '"limit":null'
stands wrong-key-1 /api/v1/auth/key
told 401 "and nobody sees anything without one"

# What was spent is known after a restart, and 402 is what the configuration wants.
kill -9 "$gate"
sed -i 's/"log": "text"/"log": "text", "over_budget": 402/' "$scratch/gate.json"
gate second
ask day-key-1 claude-opus-5 hi
told 402 "killed and started again: the budget is still spent" '"type":"billing_error"'
ask total-key-1 claude-opus-5 'cost much'
ask total-key-1 claude-opus-5 hi
told 402 "a budget in all" 'total spend limit of $7.50 reached · it does not reset'
lacks retry-after "which ends at no time"

# SIGHUP keeps what was used.
sed -i 's/"day": 10 /"day": 100 /; s/"rpm": 3/"rpm": 1/' "$scratch/gate.json"
kill -HUP "$gate"
until_true grep -q 'read again' "$said"
higher() {
	ask day-key-1 claude-opus-5 hi
	has out "$unified-overage-utilization: 0.15"
}
until_true higher
result $? "a higher budget, by SIGHUP"

# ---- what is wrong with a configuration ----

wrong() {
	printf '%s' "$1" >"$scratch/wrong.json"
	run "$bin/ccgate" check "$scratch/wrong.json"
	is 2 "$2" err "$3"
}
upstream='"upstream": { "url": "http://127.0.0.1:1", "key": "up-key-1234" }'
wrong "{ $upstream, \"keys\": [ { \"key\": \"a-key-1\", \"budget\": { \"day\": 1 } } ] }" "a budget without a ledger" 'there is no ledger to keep what it spends'
wrong "{ $upstream, \"keys\": [ { \"key\": \"a-key-1\", \"budget\": { \"day\": 1 } } ], \"ledger\": { \"path\": \"x.db\" } }" "a budget without prices" 'nothing has a price'
wrong "{ $upstream, \"keys\": [ { \"key\": \"a-key-1\", \"budget\": { \"day\": 0 } } ] }" "a budget of nothing" 'wrong.json:1:119: a budget must be a number of dollars above 0'
wrong "{ $upstream, \"keys\": [ { \"key\": \"a-key-1\", \"sha256\": \"00\" } ] }" "a key and its hash" "a key must have 'key' or 'sha256', not both"
wrong "{ $upstream, \"keys\": [ { \"sha256\": \"00\" } ] }" "half a hash" 'the sha256 of a key has 64 hexadecimal digits'
wrong "{ $upstream, \"keys\": [ { \"key\": \"a-key-1\", \"expires\": \"tomorrow\" } ] }" "no time" 'a time must be "2026-12-31T18:00:00Z"'
wrong "{ $upstream, \"keys\": [ { \"key\": \"a-key-1\", \"rpm\": 100001 } ] }" "too high a rate" 'requests in a minute are 100000 at most'
wrong "{ $upstream, \"keys\": [ { \"key\": \"a-key-1\", \"models\": [] } ] }" "no models" "a key's models are from 1 to 1000 names"
wrong "{ $upstream, \"keys\": [ \"a-key-1\" ], \"over_budget\": 403 }" "another status" 'over_budget is 429 or 402'
wrong "{ $upstream, \"keys\": [ \"a-key-1\" ], \"ledger\": { \"path\": \"x.db\", \"admin\": \"0.0.0.0:1\" } }" "a page for everybody" "needs an 'admin_key'"
printf '{ "models": {\n "m": { "input": 1 } } }' >"$scratch/prices.json"
wrong "{ $upstream, \"keys\": [ \"a-key-1\" ], \"ledger\": { \"path\": \"x.db\", \"prices\": \"$scratch/prices.json\" } }" "a mistake in the prices" "prices.json:2:7: key 'output' is missing"

run curl -s -o "$scratch/answer" -H 'x-api-key: hashed-key-1' "$at/v1/models/hashed-key-1"
cat "$scratch"/*.err "$scratch"/usage.db* >"$scratch/kept"
! grep -qE '(plain|hashed|old|models|rate|streams|day|month|total|up)-key-1|please hold|cost much' "$scratch/kept"
result $? "neither log nor ledger has a key or a prompt"
end
