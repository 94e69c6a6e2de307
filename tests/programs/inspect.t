#!/usr/bin/env bash
# The live page, without a browser: who gets it, which events it sends, and that
# no credential is in it; of ccmock, and of a run, during it and after it.
# tests/extra/inspect.t tests it with a browser.
set -u
. "$(dirname "$0")/lib.sh"
ask() { run curl -s -m 20 "$@"; }
key=sk-inspect-test-0123456789abcdef

# ---- who may ----

for address in 0.0.0.0:0 192.0.2.7:8475 '[::]:0'; do
	run "$bin/ccmock" --listen 127.0.0.1:0 --inspect "$address"
	is 2 "ccmock: $address is no loopback address" err 'give a loopback address, such as 127.0.0.1:8475'
done
run "$bin/ccprobe" run --inspect 0.0.0.0:0 --suite "$root" stream/ends
is 2 'ccprobe run: neither is 0.0.0.0' err 'give a loopback address'
[ ! -s "$scratch/out" ]
result $? 'which is told before anything is started'
run "$bin/ccprobe" run --inspect nonsense --suite "$root" stream/ends
is 2 'what is no address' err "'nonsense' is not ADDR:PORT"

serve mock "$bin/ccmock" --listen 127.0.0.1:0 --inspect 127.0.0.1:0
mock=$url
IFS= read -r line <&9
page=${line##* }
[ "${line% *}" = 'inspect on' ]
result $? 'ccmock says where it is'

ask -D "$scratch/head" "$page/"
is 0 'the page' out '<title>Exchanges</title>' out 'var TITLE = "ccmock";'
grep -qi "^content-security-policy: default-src 'none';.*connect-src 'self'" "$scratch/head" &&
	grep -qi '^cache-control: no-store' "$scratch/head" && ! grep -qE '(src|href)="(https?:)?//' "$scratch/out"
result $? 'it loads nothing, and nobody keeps it'
refused() { # TITLE CURL...
	ask -o "$scratch/body" -w '%{http_code}' "${@:2}"
	is 0 "$1" out 403
	grep -q 'only for a browser of this machine' "$scratch/body"
	result $? "$1: and is told why"
}
refused 'another name (DNS rebinding) is refused' -H 'Host: evil.example' "$page/"
refused 'and the events of a page of somebody else' -H 'Origin: https://evil.example' "$page/events"
refused 'and an exchange that such a page asks for' -H 'Sec-Fetch-Site: cross-site' "$page/exchange/1"
ask -o "$scratch/body" -w '%{http_code}' -H "Host: localhost:${page##*:}" "$page/"
is 0 'localhost is as good' out 200
ask -o "$scratch/body" -w '%{http_code}' -d x "$page/"
is 0 'nothing can be sent to it' out 405
ask -w '%{http_code}' "$page/exchange/99"
is 0 'an exchange that is not there' out 'it is no longer kept' out 404

# ---- the events that it sends ----

# A reader that connects before anything happens gets the events.
curl -sN -m 60 "$page/events" >"$scratch/live" &
servers+=($!)
until_true grep -q '^event: hello' "$scratch/live"
result $? 'events begin'
body='{"model":"claude-sonnet-5","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"the word is Wombat"}]}'
ask "$mock/v1/messages?beta=true&api_key=$key" -H "x-api-key: $key" -H "authorization: Bearer $key" -H 'anthropic-version: 2023-06-01' -d "$body"
is 0 'a request of a client' out 'message_stop'
until_true grep -q '"end":"clean"' "$scratch/live"
result $? 'is told of as it happens'
grep -q '"actor":"u1","exchange":1,"method":"POST","target":"/v1/messages?beta=true&api_key=<credential, .*"status":200' "$scratch/live"
result $? 'with its path and status'
ask "$page/exchange/1"
is 0 'all of it' out '"kind":"request"' out 'the word is Wombat' out 'content_block_delta' out '"kind":"end"' out '<credential, '
! grep -qF "$key" "$scratch/out" "$scratch/live"
result $? 'credentials are digits'
/usr/bin/python3 -c 'import json, sys; [json.loads(line) for line in open(sys.argv[1])]' "$scratch/out" 2>"$scratch/err"
result $? 'as JSON lines'
ask "$page/search?q=is%20wombat"
[ "$(cat "$scratch/out")" = '[1]' ]
result $? 'it is found by what is in its body, in any case'
ask "$page/search?q=nothing-has-this"
[ "$(cat "$scratch/out")" = '[]' ]
result $? 'and not by anything else'
kill "${servers[1]}" 2>/dev/null
kill -TERM "$server"
wait "$server"
status=$?
is 0 'ccmock ends while somebody may look on'

serve open "$bin/ccmock" --listen 127.0.0.1:0 --inspect 127.0.0.1:0 --journal-secrets
open=$url
IFS= read -r line <&9
page=${line##* }
ask "$open/v1/messages" -H "x-api-key: $key" -d "$body"
ask "$page/exchange/1"
is 0 'a journal with secrets' out '<credential, '
! grep -qF "$key" "$scratch/out"
result $? 'the page has none all the same'

# ---- a run ----

CCPROBE_FAULT=drops-beta "$bin/ccprobe" run --suite "$root" --target "$root/tests/faults/target.json" --key "$key" \
	--inspect 127.0.0.1:0 headers/beta-list headers/beta-changes-between-turns stream/ends --report "json=$scratch/report.json" >"$scratch/run" 2>&1 &
probe=$!
servers+=($probe)
until_true grep -q 'the page stays until Ctrl-C' "$scratch/run"
result $? 'after the run the page stays'
page=$(sed -n 's/^ccprobe: inspect on //p' "$scratch/run")
[ -s "$scratch/report.json" ]
result $? 'and the report is there already'
ask -m 2 "$page/events"
cp "$scratch/out" "$scratch/events"
status=0
is 0 'cases are told with their verdict' out '"case":{"id":"headers/beta-list/future-value","verdict":"fail","effect":' \
	out '"case":{"id":"stream/ends","verdict":"pass"}' out '"actor":"c1"' out '"actor":"u1"'
id=$(grep -m1 '"case":{"id":"headers/beta-list/future-value"' "$scratch/out" | sed 's/^data: {"id":\([0-9]*\).*/\1/')
run=$(grep -m1 '"case":{"id":"headers/beta-list/future-value"' "$scratch/out" | sed 's/.*"run":"\([0-9a-f]*\)".*/\1/')
[ "$(grep "\"run\":\"$run\"" "$scratch/out" | grep -c '"actor":"[cu]1"')" -eq 2 ]
result $? 'both sides of a case have its run'
ask "$page/case/$id"
is 0 'a case, with what was wanted and got' out '"checks":[{"name":' out '"wanted":' out '"fix":'
id=$(grep -m1 '"case":{"id":"headers/beta-changes-between-turns"' "$scratch/events" | sed 's/^data: {"id":\([0-9]*\).*/\1/')
ask "$page/case/$id"
perl -MJSON::PP -0777 -ne 'die "one check\n" if @{ decode_json($_)->{checks} } != 2' "$scratch/out" 2>"$scratch/err"
result $? 'each check that failed is told'
ask "$page/search?q=$key"
[ "$(cat "$scratch/out")" = '[]' ]
result $? 'the key of the run is nowhere in it'
kill -INT "$probe"
wait "$probe"
status=$?
is 1 'Ctrl-C ends it, with the status of the run'
[ "$(grep -c '^ccprobe: inspect on ' "$scratch/run")" -eq 1 ]
result $? 'where the page is was said once'
end
