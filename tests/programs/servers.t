#!/usr/bin/env bash
# ccmock and ccgate as programs: what they refuse, with one line that says why,
# where they listen, and how they end.
set -u
. "$(dirname "$0")/lib.sh"

mock() { run timeout 30 "$bin/ccmock" "$@"; }
gate() { run timeout 30 "$bin/ccgate" "$@"; }
complete=(--upstream http://127.0.0.1:1 --upstream-key up --key mine)

# lines N TITLE: one line on stderr, nothing on stdout
one_line() {
	[ "$(wc -l <"$scratch/err")" -eq 1 ] && [ ! -s "$scratch/out" ]
	result $? "$1: one line"
}

# ended NAME SIGNAL: it ends at once, with status 0
ended() {
	kill "-$2" "$server"
	status=0
	wait "$server" || status=$?
	is 0 "$1 ends with a $2"
}

# asks STATUS TITLE CURL...: what an answer's status is
asks() {
	local want=$1 title=$2
	shift 2
	run curl -s -o "$scratch/body" -w '%{http_code}' "$@"
	[ "$(cat "$scratch/out")" = "$want" ]
	result $? "$title"
}

message=(-X POST -H 'content-type: application/json' -H 'anthropic-version: 2023-06-01'
	-d '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}')

# ---- ccmock ----

mock --version
is 0 "ccmock tells its version" out "ccmock "
mock --listen nowhere
is 2 "ccmock: an address that is none" err "'nowhere' is not ADDR:PORT"
one_line "an address that is none"
mock --listen 127.0.0.1:0 --control 1
is 2 "ccmock: a control port that is none" err "'1' is not ADDR:PORT"
mock --no-such
is 2 "ccmock: an option that there is not" err "--no-such"
mock --listen 127.0.0.1:0 --key env:CCPROBE_NO_SUCH_VARIABLE
is 2 "ccmock: a key of no variable" err "CCPROBE_NO_SUCH_VARIABLE"
mock --listen 127.0.0.1:0 --tls-cert "$scratch/none.pem"
is 2 "ccmock: half of TLS" err "--tls-cert and --tls-key go together"
mock --listen 127.0.0.1:0 --tls-key "$scratch/none.pem"
is 2 "ccmock: the other half of TLS" err "--tls-cert and --tls-key go together"
mock --listen 127.0.0.1:0 --tls-cert "$scratch/none.pem" --tls-key "$scratch/none.pem"
is 2 "ccmock: a certificate that is not there" err "none.pem: No such file"
head -c 1048577 /dev/zero >"$scratch/large.pem"
mock --listen 127.0.0.1:0 --tls-cert "$scratch/large.pem" --tls-key "$scratch/large.pem"
is 2 "ccmock: a certificate that is too large" err "large.pem: larger than 1048576 bytes"
mock --listen 127.0.0.1:0 "$scratch/none.json"
is 2 "ccmock: a script that is not there" err "none.json"
echo '{"upstream": {"u1": {}}}' >"$scratch/bad.json"
mock --listen 127.0.0.1:0 "$scratch/bad.json"
is 2 "ccmock: a script that is wrong" err "bad.json:1:"
mock --listen 127.0.0.1:0 --journal "$scratch/no/journal"
is 2 "ccmock: a journal that cannot be" err "--journal $scratch/no/journal: No such file"

serve mock "$bin/ccmock" --listen 127.0.0.1:0 --key right --journal "$scratch/journal"
first=$server
at=$url
[[ "$at" =~ ^http://127\.0\.0\.1:[1-9][0-9]*$ ]]
result $? "ccmock says where it listens"
asks 200 "ccmock takes its key" "${message[@]}" -H 'x-api-key: right' "$at/v1/messages"
asks 401 "ccmock refuses another key" "${message[@]}" -H 'x-api-key: wrong' "$at/v1/messages"
grep -q '"kind":"request"' "$scratch/journal"
result $? "what happened is in the journal"
mock --listen "${at#http://}"
is 3 "ccmock: a port that is taken" err "${at#http://}: the port is taken"
one_line "a port that is taken"
mock --listen 127.0.0.1:0 --control "${at#http://}"
is 3 "ccmock: a control port that is taken" err "${at#http://}: the port is taken"
server=$first
ended ccmock TERM

serve again "$bin/ccmock" --listen 127.0.0.1:0 --strict
asks 400 "a strict ccmock refuses what the API refuses" -X POST \
	-H 'content-type: application/json' -H 'anthropic-version: 2023-06-01' -H 'x-api-key: k' \
	-d '{"model":"m","max_tokens":9,"messages":[],"no_such_field":1}' "$url/v1/messages"
ended ccmock INT

if [ -e /dev/full ]; then
	serve full "$bin/ccmock" --listen 127.0.0.1:0 --journal /dev/full
	asks 200 "ccmock answers without its journal" "${message[@]}" -H 'x-api-key: k' "$url/v1/messages"
	kill -TERM "$server"
	status=0
	wait "$server" || status=$?
	cp "$scratch/full.err" "$scratch/err"
	is 3 "ccmock: a journal that is not whole" err "/dev/full could not be written to the end"
fi

# ---- ccgate ----

gate --version
is 0 "ccgate tells its version" out "ccgate "
gate --no-such
is 2 "ccgate: an option that there is not" err "--no-such"
gate "${complete[@]}" word
is 2 "ccgate: a word too many" err "'word' is not an option"
one_line "a word too many"
gate
is 2 "ccgate: no upstream" err "no upstream is given"
gate --upstream http://127.0.0.1:1 --key mine
is 2 "ccgate: no key of its own" err "no key for the upstream"
gate --upstream http://127.0.0.1:1 --upstream-key up
is 2 "ccgate: no client key" err "no client key is given"
gate "${complete[@]}" --listen nowhere
is 2 "ccgate: an address that is none" err "'nowhere' is not ADDR:PORT"
gate --upstream ftp://h --upstream-key up --key mine
is 2 "ccgate: an upstream that is none" err "not an http:// or https:// URL"
gate "${complete[@]}" --upstream-auth basic
is 2 "ccgate: a scheme that is none" err "not 'basic'"
gate "${complete[@]}" --key env:CCPROBE_NO_SUCH_VARIABLE
is 2 "ccgate: a key of no variable" err "CCPROBE_NO_SUCH_VARIABLE"
gate --upstream http://127.0.0.1:1 --upstream-key env:CCPROBE_NO_SUCH_VARIABLE --key mine
is 2 "ccgate: a key of its own of no variable" err "CCPROBE_NO_SUCH_VARIABLE"
gate "${complete[@]}" --workers 257
is 2 "ccgate: too many workers" err "workers: from 1 to 256"
gate --config "$scratch/none.json"
is 2 "ccgate: a configuration that is not there" err "none.json"

serve mock2 "$bin/ccmock" --listen 127.0.0.1:0 --key up
up=$url
cat >"$scratch/gate.json" <<END
{ "listen": "127.0.0.1:0", "workers": 3,
  "upstream": { "url": "http://127.0.0.1:1", "key": "wrong" }, "keys": ["filed"] }
END
serve gate "$bin/ccgate" --config "$scratch/gate.json" --upstream "$up" --upstream-key up \
	--key given --log
for key in filed given; do
	asks 200 "ccgate takes the $key key, and options go before the file" "${message[@]}" \
		-H "x-api-key: $key" "$url/v1/messages"
done
asks 401 "ccgate refuses another key" "${message[@]}" -H 'x-api-key: wrong' "$url/v1/messages"
gate "${complete[@]}" --listen "${url#http://}"
is 3 "ccgate: a port that is taken" err "${url#http://}: the port is taken"
one_line "ccgate's port that is taken"
gate "${complete[@]}" --listen "${url#http://}" --workers 2
is 3 "ccgate: a port that is taken, with workers that would share it" err "the port is taken"
ended ccgate TERM
grep -cE '^POST /v1/messages (200|401) [0-9]+ bytes [0-9]+ ms clean$' "$scratch/gate.err" >"$scratch/out"
[ "$(cat "$scratch/out")" -eq 3 ] && [ "$(wc -l <"$scratch/gate.err")" -eq 3 ]
result $? "--log writes a line a request"
serve quiet "$bin/ccgate" "${complete[@]}" --listen 127.0.0.1:0
asks 502 "ccgate tells that its upstream is away" "${message[@]}" -H 'x-api-key: mine' "$url/v1/messages"
ended ccgate INT
[ ! -s "$scratch/quiet.err" ]
result $? "without --log it says nothing"

end
