#!/usr/bin/env bash
# What passes a recorder becomes fixtures: nothing private is in them, the same
# session gives the same bytes, answers can be played again, and nothing that a
# user made is written over.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"
unset "${!ANTHROPIC_@}" HTTP_PROXY HTTPS_PROXY http_proxy https_proxy
cd "$scratch" || exit 1

# record NAME [OPTION...]: a recorder; $at is where, $scratch/NAME what it stores
record() {
	local name=$1
	shift
	"$bin/ccprobe" record --out "$name" --listen 127.0.0.1:0 "$@" \
		>"$scratch/$name.log" 2>"$scratch/$name.err" </dev/null &
	recorder=$!
	servers+=($!)
	log=$scratch/$name.log
	until_true grep -q '^listening on ' "$log"
	at=$(sed -n 's/^listening on //p' "$log")
}

# over STATUS TITLE [out|err TEXT]...: Ctrl-C, and what the recorder said
over() {
	local want=$1 title=$2
	shift 2
	kill -INT "$recorder"
	status=0
	wait "$recorder" || status=$?
	cp "$log" out
	cp "${log%.log}.err" err
	is "$want" "$title" "$@"
}

# ok TITLE COMMAND...: it succeeds
ok() {
	local title=$1
	shift
	"$@" >"$scratch/out" 2>"$scratch/err"
	result $? "$title"
}
no() { ! "$@"; }

ask() { curl -sS --max-time 60 -H 'content-type: application/json' "$@"; }

# ---- what is planted ----

# session FOLDER SESSION TOOL DAY: three requests of a client, as of another day
# and folder. What is private is of the same length each time.
session() {
	local key=sk-ant-api03-planted-$2 id
	id=$(printf '%s000-1111-4222-8333-%s4444444' "$2" "$2")
	user='{\"device_id\":\"'$2$2$2$2'\",\"account_uuid\":\"\",\"session_id\":\"'$id'\"}'
	ask "$at/v1/messages?beta=true&trace=Quartz$2" -H "authorization: Bearer $key" \
		-H "X-Claude-Code-Session-Id: $id" -H "cookie: sid=Quartz$2" -H 'anthropic-version: 2023-06-01' \
		-H "x-team: Quartz team $2" -H 'user-agent: claude-cli/2.1.332 (external, cli)' --data-binary '{
"model":"claude-opus-5-5","max_tokens":32000,"stream":true,"temperature":1.0,
"system":[{"type":"text","text":"Quartz works in '"$1"' since '"$4"'.","cache_control":{"type":"ephemeral","ttl":"1h"}}],
"metadata":{"user_id":"'"$user"'"},
"tools":[{"name":"Bash","description":"Quartz shell","input_schema":{"type":"object","properties":{"command":{"type":"string","description":"Quartz words"}}}},
 {"name":"mcp__quartz__Pay","input_schema":{"type":"object","properties":{"to Quartz":{"enum":["Quartz A"],"default":"Quartz A"}}}}],
"messages":[{"role":"user","content":"Quartz \u0051uartz qu\u00e4rtz [probe-00000000000000ab]"},
 {"role":"assistant","content":[{"type":"thinking","thinking":"Quartz thinks","signature":"UXVhcnR6'"$2"'AAAA=="},
  {"type":"tool_use","id":"toolu_'"$3"'","name":"Bash","input":{"command":"cat '"$1"'/Quartz.txt","n":7}}]},
 {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_'"$3"'","is_error":false,
  "content":"{\"Quartz\": \"mail quartz@quartz.example key '"$key"'\"}"}]}],
"brand_new":{"note":"Quartz","mode":"auto","session_path":"'"$1"'"}}' >/dev/null
	ask "$at/api/quartz/event" -H "x-api-key: $key" --data-binary "user=Quartz&path=$1" >/dev/null
	ask "$at/v1/messages" -H "x-api-key: $key" --data-binary '{"messages": "Quartz' >/dev/null
}

# private FILE...: is something planted in one of them?
private() { grep -riE 'quartz|planted|UXVhcnR6|[\\]u0051|aaaa1|bbbb2|tmp\.' "$@"; }

record one
session /tmp/tmp.AbCd3 aaaa1 01AbCd 2026-11-30
over 0 "Ctrl-C ends it, and it says what was written" out "3 requests in one" out "02.http  POST /api/lorem"
ok "answers that were not stored are not told of" no grep -q answer out
ok "nothing planted is in what it stored" no private one out err
ok "nothing else is in the folder" diff <(ls -A one) <(printf '%s\n' 01.http 02.http 03.http)

record two
session /tmp/tmp.9_9Xy bbbb2 09ZyXw 2025-02-01
over 0 "another day in another folder"
ok "gives the same bytes" diff -r one two

# has FILE TEXT, in the recording
stored() { grep -qF -- "$2" "one/$1"; }
ok "numbers, names, words of the protocol and the mark stay" eval '
	stored 01.http "\"max_tokens\":32000,\"stream\":true,\"temperature\":1.0," &&
	stored 01.http "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}" &&
	stored 01.http "\"name\":\"Bash\"" && stored 01.http "[probe-0000000000000000]" &&
	stored 01.http "\"mode\":\"auto\"" && stored 01.http "\"n\":7"'
ok "calls and results belong together" eval '
	stored 01.http "\"id\":\"toolu_000001\"" && stored 01.http "\"tool_use_id\":\"toolu_000001\""'
ok "credentials, hosts and the session are stand-ins" eval '
	stored 01.http "authorization: Bearer {{credential}}" && stored 01.http "Host: {{host}}" &&
	stored 01.http "X-Claude-Code-Session-Id: 00000000-0000-4000-8000-000000000000" &&
	stored 01.http "\\\"session_id\\\":\\\"00000000-0000-4000-8000-000000000000\\\""'
ok "a letter beyond ASCII keeps its escape" stored 01.http 'lo\u00e9rsi'

# ---- an upstream, and its answers ----

cat >script.json <<'END'
{ "upstream": {
  "slow": { "when": { "has": "slowly" }, "reply": { "headers": [["content-type", "text/event-stream"], ["x-note", "Quartz"]],
    "events": "event: a\ndata: {\"type\":\"a\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Quartz\"}}\n\n: @wait 120\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"comm\"}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"and\\\": \\\"Quartz\\\"}\"}}\n\n: @cut rst\n" } },
  "packed": { "when": { "has": "packed" }, "reply": { "headers": [["content-type", "text/event-stream"], ["content-encoding", "gzip"]],
    "events": ": @compress gzip\nevent: ping\ndata: {\"type\":\"ping\"}\n\n" } },
  "half": { "when": { "has": "half" }, "reply": { "raw_text": "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n9\r\ndata: {\"a\r\n", "end": "fin" } },
  "error": { "when": { "has": "wrong" }, "reply": { "status": 529,
    "json": { "type": "error", "error": { "type": "overloaded_error", "message": "Quartz is busy" } } } },
  "rest": { "reply": { "provider": true } } } }
END
serve mock "$bin/ccmock" --listen 127.0.0.1:0 script.json
mock=$url
record answers --answers --upstream "$mock"
ask "$at/v1/messages" -H 'x-api-key: k' -d '{"stream":true,"system":"slowly"}' >/dev/null 2>&1
ask "$at/v1/messages" -H 'x-api-key: k' -d '{"stream":true,"system":"packed"}' >/dev/null
ask "$at/v1/messages" -H 'x-api-key: k' -d '{"system":"wrong"}' >/dev/null
curl -sSI "$at/api/hello" >/dev/null
ask "$at/v1/messages" -H 'x-api-key: k' -d '{"system":"half"}' >/dev/null 2>&1
over 0 "answers are stored, too" out "5 answers: ccmock --root answers/answers answers/answers/script.json"
ok "nothing planted is in them" no private answers
ok "an answer is an annotated stream with its timing and its end" eval '
	grep -qE "^: @wait [0-9]{2,}$" answers/answers/01.sse && tail -n 1 answers/answers/01.sse | grep -qx ": @cut rst"'
ok "pieces of a tool input are read as one" grep -q 'partial_json":"and\\": \\"Loremi\\"}"' <(sed 's/loremi/Loremi/' answers/answers/01.sse)
ok "one that breaks off in a line has its end in the rule" eval '
	diff <(printf "data: {\"l") answers/answers/05.sse && grep -q "\"end\": \"fin\"" answers/answers/script.json'
ok "how it was packed is said" grep -qx ': @compress gzip' answers/answers/02.sse
serve again "$bin/ccmock" --listen 127.0.0.1:0 --root answers/answers answers/answers/script.json
again=$url
run ask "$again/v1/messages" -d '{"stream":true}'
is 56 "they are played again in their order, with their ends" out '"text":"Loremi"'
run ask --compressed "$again/v1/messages" -d '{}'
is 0 "packed as they were" out 'data: {"type":"ping"}'
run ask -w '%{http_code}' "$again/v1/messages" -d '{}'
is 0 "with their status" out '"type":"overloaded_error","message":"Loremi ps umdo"}}529'

curl -sSI "$again/api/hello" >/dev/null
run ask "$again/v1/messages" -d '{}'
is 18 "one that broke off in the midst of an event does so again" out 'data: {"l'

# ---- texts that are kept ----

record kept --keep-text
ask "$at/v1/messages" -H 'x-api-key: planted-0123456789' -d '{"system":"Quartz planted-0123456789"}' >/dev/null
over 0 "with --keep-text" out "the texts were kept: do not share this folder"
ok "the text is there, the credential is not" eval 'grep -q Quartz kept/01.http && ! grep -q planted kept/01.http'
ok "others cannot read it" eval '[ "$(stat -c %a kept/01.http)" = 600 ]'
mkdir -p suite/fixtures/requests/1.0.0/plain suite/cases
cp "$root/cases/requirements.json" suite/cases/
cp kept/01.http suite/fixtures/requests/1.0.0/plain/
run "$bin/ccprobe" lint --suite suite
is 2 "lint refuses it" err "fixtures/requests/1.0.0/plain/01.http: recorded with --keep-text, and a suite must not contain private texts"
cp one/01.http suite/fixtures/requests/1.0.0/plain/
printf '\r\nX-Ccprobe-Private: yes\r\n' >>suite/fixtures/requests/1.0.0/plain/01.http
run "$bin/ccprobe" lint --suite suite
is 0 "and takes others, also with such a line in the body"

# ---- what can go wrong ----

# refused STATUS TITLE TEXT OPTION...: it does not begin
refused() {
	local want=$1 title=$2 text=$3
	shift 3
	run timeout 20 "$bin/ccprobe" record "$@"
	is "$want" "$title" err "$text"
}
mkdir mine empty
echo mine >mine/note
refused 2 "no folder" 'give --out FOLDER, where requests are stored'
refused 2 "a folder with something in it" "--out mine: the folder holds 'note', and nothing is overwritten; name a new folder" --out mine
refused 2 "a file in its place" 'mine/note: not a folder' --out mine/note
refused 2 "no folder around it" 'no/way: there is no folder no to make it in' --out no/way
refused 2 "what is no URL" "'ftp://x': the scheme must be http or https" --out new --upstream ftp://x
refused 2 "a URL with a password" 'neither a user name nor a query may be in the URL' --out new --upstream http://a:b@127.0.0.1
refused 2 "TLS without an upstream" '--insecure goes with --upstream' --out new --insecure
refused 2 "the recorder as its own upstream" "--upstream $mock/x is the recorder itself" --out new --listen "${mock#http://}" --upstream "$mock/x"
free_port
refused 3 "an upstream that is not there" "--upstream http://127.0.0.1:$port cannot be reached: " --out new --upstream "http://127.0.0.1:$port"
refused 3 "a port that is taken" "${mock#http://}: the port is taken by another program" --out new --listen "${mock#http://}"
ok "none of them left a folder" no test -e new
ok "nothing was changed" grep -qx mine mine/note

record empty
over 0 "nothing came" out "no request came; the folder is unchanged"
record none
over 0 "nothing came into a new folder" out "no request came; the folder is removed again"
ok "it is gone" no test -e none

record theirs
mkdir "$scratch/theirs/01.http"
ask "$at/v1/messages" -d '{}' >/dev/null
status=0
wait "$recorder" || status=$?
cp theirs.err err
is 3 "a file that somebody put there stays, and the recording ends" err "theirs/01.http: "
ok "without a rest" diff <(ls -A theirs) <(echo 01.http)
end
