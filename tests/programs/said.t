#!/usr/bin/env bash
# What ccprobe prints for command lines and about cases, word for word.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"
unset "${!ANTHROPIC@}" "${!CLAUDE@}" "${!CCPROBE@}"
export HOME=$scratch KEY=sk-said-client-000000
cd "$scratch" || exit 1

# said: each line of the input is a command line
said() {
	local line words
	while IFS= read -r line; do
		eval "words=($line)"
		run "${words[@]}"
		tell "$line: $status" "$scratch/out" "$scratch/err"
	done
}
ccprobe() { "$bin/ccprobe" "$@"; }
ccmock() { "$bin/ccmock" "$@"; }
ccgate() { "$bin/ccgate" "$@"; }
here() { ccprobe "$@" --suite "$scratch/suite"; }
there() { ccprobe "$@" --suite "$root"; }

# ---- wrong usage ----

echo '{ "version": 1 }' >empty.json
printf '{ "gateway": "http://127.0.0.1:1", "keys": 1 }\n' >keys.json
printf '{ "model": "m", "messages": [] }\n' >body.json
said <<'END'
ccprobe rnu
ccprobe qqqqqqq
ccprobe run one --bundled --target nosuch
there run --model x
there run --gateway http://127.0.0.1:1 --key x --max-requests 0 --no-mock
there run --gateway http://127.0.0.1:1 --key x --model '' --no-mock
there run --max-requests 9
there run --no-mock
there run --gateway http://127.0.0.1:1 --key x --no-mock --upstream-key y
there run --gateway http://127.0.0.1:1 --key x --no-mock --mock-listen 127.0.0.1:0
there run --preflight-ms 0
there run --pool-wait 3601
there run --jobs 0
there run --jobs 100000
there run --jobs 1025
there run --again 3601
there run --gateway http://127.0.0.1:1 --key sk-said-client-000000 --preflight-ms 50 --pool-wait 3600 --again 3600 --jobs 1024
there run --report tap=a --report tap=b --report tap=c --report tap=d --report tap=e --report tap=f --report tap=g --report tap=h --report tap=i --report tap=j --report tap=k --report tap=l --report tap=m --report tap=n --report tap=o --report tap=p --report tap=q
there run --report tap=nosuch/file
there run --level sometimes
there run --auth never
there run --without flying
there run --client 1
there run --report xml
there run --report tap --report json
there run --keep some
there run --keep all
there run --header 'no colon'
there run --header ': value'
there run --header 'na me: value'
there run --gateway ftp://x --key y
there run --gateway http://127.0.0.1:1 --bundled
there run --gateway http://127.0.0.1:1
there run --key env:NO_SUCH_VARIABLE
there run --mock-listen somewhere:1
there run --max-requests many
there run --max-requests
there run --target nosuch
there run --target direct 'nosuch/*'
there run --target direct --area nosuch
there run --suite nosuch
ccprobe run --suite nosuch
there bisect
there bisect a b c
there bisect plain/01 ftp://x --key x
there bisect plain/01 http://127.0.0.1:1 --key x --confirm 0
there bisect plain/01 http://127.0.0.1:1 --key x --confirm 1000
there bisect plain/01 http://127.0.0.1:1 --key x --confirm 1 --max-requests 0
there bisect plain/01 http://127.0.0.1:1 --key x --confirm 5 --max-requests 4
there bisect plain/01 http://127.0.0.1:1 --key x --max-requests 1000000
there bisect plain/01 http://127.0.0.1:1 --key x --confirm 21
there bisect plain/01 http://127.0.0.1:1 --key x --confirm 20 --max-requests 19
there bisect plain/01 http://127.0.0.1:1 --key x --max-requests 100001
there bisect plain/01 http://127.0.0.1:1 --key x --timeout 3601
there bisect plain/01 http://127.0.0.1:1 --key x --max-wait 3601
there bisect nosuch http://127.0.0.1:1 --key x
there bisect plain/01 http://127.0.0.1:1 --key x --proxy nowhere
there doctor http://a http://b
there doctor ftp://x
there doctor http://127.0.0.1:1 --auth bearer
there doctor http://127.0.0.1:1 --key x --auth never
there doctor http://127.0.0.1:1 --key env:NO_SUCH_VARIABLE
there doctor http://127.0.0.1:1 --key x --repeat 1001
there doctor http://127.0.0.1:1 --key x --timeout 86401
there doctor http://127.0.0.1:1 --key x --header colonless
there doctor http://127.0.0.1:1 --key x --header ': x'
ccprobe doctor http://127.0.0.1:1 --key x --suite nosuch
there doctor http://127.0.0.1:1 --key x --client 1
there explain
there explain one two
there explain nosuch
there explain --request nosuch
there explain SSE-99
there explain subject
there explain --client 1 stream/answer
there lint nosuch
there lint --client 1
there list --strict
there list --coverage 'NOSUCH-*'
there list --client 1
there list nosuch
there judge
there judge nosuch.jsonl
there judge empty.json
there judge .
there replay
there replay one
there replay one two --from empty.json
there replay one --from nosuch.json
there replay one --from empty.json
ccprobe compare
ccprobe compare one
ccprobe compare empty.json empty.json
ccprobe compare nosuch.json empty.json
there init x
there init --gateway http://127.0.0.1:1 x
ccmock --listen nowhere
ccmock --listen 127.0.0.1:0 nosuch.json
ccmock --listen 127.0.0.1:0 --control nowhere
ccmock --listen 127.0.0.1:0 --key env:NO_SUCH_VARIABLE
ccmock --listen 127.0.0.1:0 --tls-cert nosuch.pem
ccmock --listen 127.0.0.1:0 --tls-cert nosuch.pem --tls-key nosuch.pem
ccmock --listen 127.0.0.1:0 --journal nosuch/file
ccmock --listn
ccmock empty.json
ccgate --listen nowhere
ccgate --listen 127.0.0.1:0
ccgate --listen 127.0.0.1:0 --upstream ftp://x
ccgate --listen 127.0.0.1:0 --upstream http://x/y?z
ccgate --listen 127.0.0.1:0 --upstream http://127.0.0.1:1 --upstream-key env:NO_SUCH_VARIABLE
ccgate --listen 127.0.0.1:0 --upstream http://127.0.0.1:1 --threads 0
ccgate --listen 127.0.0.1:0 --upstream http://127.0.0.1:1 --ca-file nosuch.pem
ccgate --config nosuch.json
ccgate --config empty.json
ccgate more
ccgate gw.json
ccgate --listen 127.0.0.1:0 --upstream http://127.0.0.1:1 --upstream-key env:
there run --key env:
there run --bundled --baseline nofile
there bisect body.json http://127.0.0.1:1 --key x
there run --gateway http://a..b --key sk-said-client-000000 --mock-listen 127.0.0.1:0
END

# ---- a suite of three files ----

mkdir -p suite/cases/area suite/fixtures/replies
cp -r "$root/targets" suite/
cp "$root/fixtures/replies/answer.json" suite/fixtures/replies/
for client in "$root"/fixtures/requests/*/; do
	mkdir -p "suite/fixtures/requests/$(basename "$client")"
	cp -r "$client/plain" "suite/fixtures/requests/$(basename "$client")/"
done
cat >suite/cases/requirements.json <<'END'
{ "requirements": [
	{ "id": "AREA-01", "level": "must", "text": "What is sent arrives.", "source": "a page, https://example.com/a" },
	{ "id": "AREA-02", "level": "should", "text": "It arrives soon.", "source": "" },
	{ "id": "AREA-03", "level": "may", "text": "It is wrapped.", "source": "a page",
	  "undecidable": "Nobody sees the paper." },
	{ "id": "F:ONE-01", "level": "failure", "text": "It is lost.", "source": "a report; fix: Keep it." } ] }
END
cat >suite/cases/area/all.json <<'END'
{ "title": "what is sent arrives, and what is long is long enough that its sentence does not fit into one line",
  "why": "Nobody waits.", "fix": "Pass it on.", "guards": ["AREA-01", "AREA-02"], "level": "must",
  "effect": "breaks", "seen": "2.1.329: no-block-stop", "effect_reason": "no user of one client asks for that", "needs": ["relays", "cancels"],
  "client": { "min": "2.1.200", "max": "2.1.329" }, "exclusive": true,
  "upstream": {
	"u1": { "when": { "has": "one" }, "reply": { "hold": "h", "status": 200, "body": "fixtures/replies/answer.json" } },
	"u2": { "reply": { "status": 200, "body": "fixtures/replies/answer.json" } } },
  "steps": [
	{ "send": "c1", "request": { "from": "fixtures/requests/${client}/plain/turn-1.http",
		"edit": [["set", "/a", 1], ["set", "/one", "one"]] } },
	{ "send": "c2", "request": { "from": "fixtures/requests/${client}/plain/turn-1.http",
		"edit": [["set", "/a", 1]] }, "reads": "slow" },
	{ "send": "c3", "count": 3, "request": { "method": "POST", "target": "/v1/messages", "json": { "m": 1 } } },
	{ "send": "c6", "raw_text": "GET / HTTP/1.1\r\n\r\n" },
	{ "until": ["u1.mark.h", "present"], "within_ms": 2000, "note": "the provider has it" },
	{ "until": ["u1.status", "in", [200, 201]], "within_ms": 100, "asks": true, "note": "soon" },
	{ "release": "u1.h" }, { "read": "c2" }, { "await": "c3", "within_ms": 3000 }, { "await": "c1" },
	{ "cancel": "c4" } ],
  "checks": [
	{ "name": "it arrives", "expect": ["c1.status", "==", 200] },
	{ "name": "it arrives as it was", "level": "should", "expect": ["c1.body", "same-bytes", { "of": "u1.body" }] } ] }
END
cat >suite/cases/area/rows.json <<'END'
{ "title": "a ${each.status} stays", "why": "It is believed.", "fix": "Pass it on.", "guards": ["AREA-02", "F:ONE-01"],
  "level": "should", "effect": "costs", "each": [ { "id": "a", "status": 404 }, { "id": "b", "status": 405 } ],
  "upstream": { "u1": { "reply": { "status": "${each.status}", "json": {} } } },
  "steps": [ { "send": "c1", "request": "fixtures/requests/2.1.329/plain/01.http" } ],
  "checks": [ { "name": "it stays", "expect": ["c1.status", "==", "${each.status}"] } ] }
END
cat >suite/cases/area/alone.json <<'END'
{ "title": "a client alone decides it", "why": "It can.", "fix": "Answer.", "guards": ["AREA-01"], "level": "may",
  "effect": "degrades", "black_box": true, "client": { "min": "2.1.100" },
  "steps": [ { "send": "c1", "request": { "method": "GET", "target": "/", "auth": "none" } } ],
  "checks": [ { "name": "it answers", "expect": ["c1.status", "present"] } ] }
END
for effect in exposes degrades cosmetic; do
	sed "s/\"costs\"/\"$effect\"/; s/2.1.100/1.0.128/" suite/cases/area/rows.json >"suite/cases/area/$effect.json"
done
said <<'END'
here lint
here list
here list --json
here list --client 2.0.76
here list --coverage
here list --coverage --strict
here list 'area/rows/*'
here explain area/all
here explain area/rows
here explain area/rows/b
here explain area/alone
here explain area/exposes/a
here explain area/degrades/a
here explain area/cosmetic/a
here explain area/row
here explain area
here explain --request area/nosuch
here explain AREA-01
here explain AREA-02
here explain AREA-03
here explain F:ONE-01
here explain AREA-04
there explain subjects
there explain operators
there explain directives
there explain claims
there explain breaks
there explain exposes
there explain costs
there explain degrades
there explain cosmetic
there explain must
there explain should
there explain may
there explain pass
there explain fail
there explain skip
there explain broken
there explain undecided
there explain partial
there explain grade
there explain cause
there explain gateway
there explain upstream
there explain client-config
there explain harness
there explain network
there explain harnes
there explain undecidet
there explain exposs
there explain takes-x-api-keys
there explain NO-SUCH-99
there explain PRE-NO-NAME
there explain relays
there explain PRE-KEY
there explain DR-NO-NAME
there explain request-field-dropped:anthropic-beta
there explain end-changed:clean-cut
there explain end-changed
there explain own-answer
there explain own-answer:all-page
there explain status-mapped:5xx-502
there explain ping-dropped
there explain ping-dropped:never
there explain pings-dropped
there explain DR-KEY-ECHOED
END
here explain --request area/all >"$scratch/whole"
head -c 300 "$scratch/whole" >"$scratch/out"
tell 'a request' "$scratch/out"

# ---- keys that are found, and how a command is shown ----

said <<'END'
env ANTHROPIC_AUTH_TOKEN=$KEY "$bin/ccprobe" run --suite "$root" --gateway http://127.0.0.1:1 --preflight-ms 50
env ANTHROPIC_API_KEY=$KEY ANTHROPIC_AUTH_TOKEN= "$bin/ccprobe" run --suite "$root" --gateway http://127.0.0.1:1 --preflight-ms 50
env ANTHROPIC_API_KEY= "$bin/ccprobe" run --suite "$root" --gateway http://127.0.0.1:1
END
# told_command OPTION...: the command as the report shows it
told_command() {
	here run --bundled --report conformance "$@" area/alone >"$scratch/whole" 2>/dev/null
	grep -F 'ccprobe run' "$scratch/whole" >"$scratch/out"
	tell "the command of: $*" "$scratch/out"
}
told_command --key "$KEY"
told_command "--key=$KEY" --jobs 3
told_command --key=env:KEY --header "x-a: it's"
told_command --key env:KEY --implementation "it's two"
told_command --upstream-key "$KEY" --header=x-secret:planted --implementation=

is_told 'what it says is what it should say'
end
