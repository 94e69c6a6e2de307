#!/usr/bin/env bash
# ccgate's ledger: it is true after a kill -9, in each way from a client to a provider;
# `ccgate usage`; the admin port; metrics. Run under ThreadSanitizer too.
set -u
. "$(dirname "$0")/lib.sh"

# provider NAME [OPTION...]: a mock whose answers have faults
provider() {
	serve "$1" "$bin/ccmock" --listen 127.0.0.1:0 --journal "$scratch/$1.journal" "${@:2}" <(
		cat <<-'END'
		{ "upstream": {
		  "u1": { "when": { "has": "kind-overloaded" }, "reply": { "say": [ { "error": "overloaded_error", "message": "busy" } ] } },
		  "u2": { "when": { "has": "kind-cut" }, "reply": { "say": [ { "text": "some words" }, { "cut": "fin" } ] } },
		  "u3": { "when": { "has": "kind-failing" }, "reply": { "say": [ { "text": "some words" }, { "error": "api_error", "message": "broken" } ] } },
		  "u4": { "reply": { "provider": true } } } }
		END
	)
	mock=$url
}
provider mock

# configuration UPSTREAM: writes the gateway's
configuration() {
	cat >"$scratch/gate.json" <<-END
	{ "listen": "127.0.0.1:0", "workers": 2, "upstream": $1,
	  "keys": [ { "name": "ann", "key": "ann-key-123" }, { "name": "bob", "key": "bob-key-123" } ],
	  "ledger": { "path": "$scratch/${2:-usage}.db", "prices": "$root/gateway/prices.json", "admin": "127.0.0.1:0" ${3-} } }
	END
}
configuration "{ \"url\": \"$mock\", \"key\": \"up-key-1234\" }"

gate() {
	serve "$1" "$bin/ccgate" --config "$scratch/gate.json"
	gate=$server
	at=$url
	IFS= read -r line <&9
	admin=${line##* }
	admin=${admin%/usage}
}
sent() { [ "$(wc -l <"$scratch/sent")" -ge "$1" ]; }

# ---- kill -9 in the middle of traffic ----

gate first
: >"$scratch/sent"
python3 "$root/tests/programs/traffic.py" send "$at" ann-key-123 1 200 8 >>"$scratch/sent" &
sending=$!
until_true sent 120
kill -9 "$gate"
wait "$sending"
result $? "a gateway is killed in the middle of traffic"
cut -d' ' -f3 "$scratch/sent" | grep -c lost >"$scratch/out"
[ "$(grep -c whole "$scratch/sent")" -ge 60 ]
result $? "after some of it"
before=$("$bin/ccgate" usage "$scratch/usage.db" --by provider --format csv | wc -l)
[ "$before" -eq 2 ]
result $? "its ledger can be read before anybody has taken the spool in"
gate second
python3 "$root/tests/programs/traffic.py" send "$at" ann-key-123 201 100 8 >>"$scratch/sent"
curl -s "$admin/metrics" >"$scratch/metrics"
kill -TERM "$gate"
wait "$gate"
result $? "the next one ends when it is told to"
"$bin/ccgate" usage "$scratch/usage.db" --by session --format json >"$scratch/rows.json"
run python3 "$root/tests/programs/traffic.py" compare "$scratch/sent" 200 "$scratch/mock.journal" "$scratch/rows.json"
[ "$status" -eq 0 ] && [ ! -s "$scratch/out" ]
result $? "every request whose end a client saw is in it, once, with the provider's tokens"
[ ! -s "$scratch/usage.db.spool" ] && [ ! -e "$scratch/usage.db.taking" ]
result $? "nothing is left in the spool"
# 100 requests: of 9 kinds, 201 to 300.
grep -q '^ccgate_requests_total{key="ann",model="claude-opus-5",outcome="ok"} [1-9]' "$scratch/metrics" &&
	grep -q '^claude_code_cost_usage_USD_total{key="ann",model="claude-opus-5"} 0\.' "$scratch/metrics" &&
	grep -q '^ccgate_ledger_lost_total 0$' "$scratch/metrics"
result $? "metrics of what this gateway has served"

# ---- the other ways: a cloud's format on either side, translated ----

# way NAME UPSTREAM: the same traffic, shorter, without a kill
way() {
	configuration "$2" "$1"
	gate "$1"
	: >"$scratch/$1.sent"
	python3 "$root/tests/programs/traffic.py" send "$at" bob-key-123 1 18 4 >"$scratch/$1.sent"
	kill -TERM "$gate"
	wait "$gate"
	run "$bin/ccgate" usage "$scratch/$1.db" --by model --format csv
}
provider bedrock
way bedrock "{ \"url\": \"$mock\", \"key\": \"up-key-1234\", \"format\": \"bedrock\" }"
awk -F, '/opus-5/ { good = $2 >= 10 && $4 > 50 && $5 > 20 && $11 > 0 } END { exit !good }' "$scratch/out"
result $? "bridged to Bedrock: tokens and cost"
provider openai
way openai-chat "{ \"url\": \"$mock\", \"key\": \"up-key-1234\", \"format\": \"openai-chat\" }"
awk -F, '/opus-5/ { good = $2 >= 10 && $4 > 50 && $5 > 20 && $11 > 0 } END { exit !good }' "$scratch/out"
result $? "translated: tokens and cost"

# A client of Bedrock's format, relayed: frames are read, too.
provider frames
configuration "{ \"url\": \"$mock\", \"key\": \"up-key-1234\", \"format\": \"bedrock\" }" frames
gate frames
for path in invoke invoke-with-response-stream; do
	curl -s -o "$scratch/answer" -H 'Authorization: Bearer bob-key-123' -H 'content-type: application/json' \
		-d '{"anthropic_version":"bedrock-2023-05-31","max_tokens":50,"messages":[{"role":"user","content":"hi there"}]}' \
		"$at/model/us.anthropic.claude-haiku-4-5-20251001-v1:0/$path"
done
run curl -s "$admin/usage.csv?by=model"
awk -F, '/haiku/ { n += $2; in_ += $4; out += $5; cost += $11 } END { exit !(n == 2 && in_ == 12 && out > 4 && cost > 0) }' "$scratch/out"
result $? "relayed in frames: tokens, and the price by the model's name there"

# A stream that is compressed on its way is read, too.
serve packed "$bin/ccmock" --listen 127.0.0.1:0 <(
	cat <<-'END'
	{ "upstream": { "u1": { "reply": { "status": 200, "headers": [["content-type", "text/event-stream"], ["content-encoding", "gzip"]],
	  "events": ": @compress gzip\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"claude-opus-5\",\"usage\":{\"input_tokens\":900}}}\n\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":40}}\n\ndata: {\"type\":\"message_stop\"}\n\n" } } } }
	END
)
configuration "{ \"url\": \"$url\", \"key\": \"up-key-1234\" }" packed
gate packed
curl -s --compressed -D "$scratch/head" -o "$scratch/answer" -H 'x-api-key: ann-key-123' -H 'anthropic-version: 2023-06-01' \
	-d '{"model":"claude-opus-5","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}' "$at/v1/messages"
run curl -s "$admin/usage.csv?by=model"
grep -qi '^content-encoding: gzip' "$scratch/head" && has out '"claude-opus-5",1,0,900,40,'
result $? "tokens of a stream that is compressed"

# ---- the admin port ----

run curl -s -i "$admin/usage"
is 0 "the page" out '<title>ccgate usage</title>' out "default-src 'none'" out 'no-store'
run curl -s -i -H 'Host: evil.example' "$admin/usage.json"
is 0 "a page of somebody else's does not read along" out ' 403 '
run curl -s -i "$admin/usage.json?by=week"
is 0 "what is wrong with a question" out ' 400 ' out 'by is key, model, session, day, hour or provider'
run curl -s -i "$admin/nothing"
is 0 "what there is" out ' 404 ' out '/usage.json'
run curl -s -i -XPOST "$admin/usage"
is 0 "GET only" out ' 405 ' out 'allow: GET'
run "$bin/ccgate" --config "$scratch/gate.json"
is 3 "a second gateway on one ledger" err 'the ledger is in use by another ccgate'
configuration "{ \"url\": \"$mock\", \"key\": \"up-key-1234\" }" keyed ', "admin_key": "admin-key-1"'
gate keyed
run curl -s -i "$admin/metrics"
is 0 "with an admin_key: not without it" out ' 401 ' out 'Basic realm='
run curl -s -i -u any:admin-key-2 "$admin/metrics"
is 0 "nor with another one" out ' 401 '
run curl -s -i -u any:admin-key-1 "$admin/metrics"
is 0 "as a password" out ' 200 ' out ccgate_ledger_lost_total
run curl -s -i -H 'Authorization: Bearer admin-key-1' "$admin/metrics"
is 0 "or as a bearer" out ' 200 '

# ---- OTLP ----

provider collector
configuration "{ \"url\": \"$mock\", \"key\": \"up-key-1234\" }" otlp \
	", \"otlp\": \"$mock/collect/v1/metrics\", \"otlp_ms\": 100, \"otlp_headers\": { \"x-tenant\": \"t1\" }"
gate otlp
collected() { grep -q '/collect/v1/metrics' "$scratch/collector.journal" && grep -q 'resourceMetrics' "$scratch/collector.journal"; }
until_true collected
result $? "metrics go to a collector"
grep -q '"x-tenant","t1"' "$scratch/collector.journal" && grep -q '"Content-Type\|content-type","application/json"' "$scratch/collector.journal"
result $? "with the fields of the configuration"
until_true grep -q "metrics do not reach 'otlp': status 404" "$scratch/otlp.err"
result $? "one that refuses them is told of"

# A file that may not grow, as on a full disk: requests go on, and what is lost is counted.
configuration "{ \"url\": \"$mock\", \"key\": \"up-key-1234\" }" full
gate full
prlimit --pid "$gate" --fsize=0
run curl -s -H 'x-api-key: ann-key-123' -H 'anthropic-version: 2023-06-01' \
	-d '{"model":"claude-opus-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}' "$at/v1/messages"
is 0 "nothing can be written: requests go on" out 'You said: hi'
run curl -s "$admin/metrics"
is 0 "and losses are counted" out 'ccgate_ledger_lost_total 1'
ln -s /dev/full "$scratch/odd.db.spool"
configuration "{ \"url\": \"$mock\", \"key\": \"up-key-1234\" }" odd
run "$bin/ccgate" --config "$scratch/gate.json"
is 3 "a spool that is no file" err 'odd.db.spool: not a regular file'
kill "${servers[@]}" 2>/dev/null # they write into the folder up to their ends
wait
cat "$scratch"/*.err >"$scratch/out"
! has out Sanitizer
result $? "no sanitizer has anything to say"
end
