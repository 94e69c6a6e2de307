#!/usr/bin/env bash
# ccgate gets a signal to end, or to read its configuration again, while streams
# are open. Run under ThreadSanitizer too, with four workers.
set -u
. "$(dirname "$0")/lib.sh"
patience=30 # a drain may have to wait for what it cannot hurry

serve mock "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 <(
	cat <<-'END'
	{ "upstream": { "u1": { "when": { "has": "stream" }, "reply": { "status": 200, "headers": [["content-type", "text/event-stream"]],
	  "events": "event: ping\ndata: {}\n\n: @hold go\nevent: ping\ndata: {}\n\n" } },
	  "u2": { "reply": { "provider": true } } } }
	END
)
mock=$url
IFS= read -r line <&9
control=${line##* }

# configuration KEY...: writes the gateway's, with these keys
configuration() {
	local keys
	keys=$(printf '"%s",' "$@")
	cat >"$scratch/new.json" <<-END
	{ "listen": "127.0.0.1:0", "workers": ${workers:-4}, "drain_ms": ${drain_ms:-30000},
	  "upstream": { "url": "${upstream:-$mock}", "key": "${up:-up-key}" },
	  "keys": [${keys%,}] }
	END
	mv "$scratch/new.json" "$scratch/gate.json" # whole, whoever reads it now
}

gate() {
	serve "$1" "$bin/ccgate" --config "$scratch/gate.json"
	gate=$server
	said=$scratch/$1.err
	at=$url
	port=${url##*:}
}

# begin NAME COUNT KEY: streams that hold in their middle
begin() {
	: >"$scratch/$1"
	"$bin/streams" "$port" "$3" "$2" >"$scratch/$1" 2>"$scratch/$1.err" &
	streams=$!
	until_true grep -q open "$scratch/$1"
}

release() { curl -s -o "$scratch/out" -XPOST "$control/release?run=0&hold=u1.go"; }
reset() { curl -s -o "$scratch/out" -XPOST "$control/reset"; }

# says TEXT: waits until the gateway has said it
says() { until_true grep -qF -- "$1" "$said"; }

# status_of KEY: what a request with this key is answered
status_of() {
	curl -s -o "$scratch/out" -w '%{http_code}' --max-time 20 -H "x-api-key: $1" \
		-H 'anthropic-version: 2023-06-01' "$at/v1/models"
}

takes() { [ "$(status_of "$1")" = 200 ]; }
changed() { takes second && ! takes first; }

refused() { ! curl -s -o "$scratch/out" --max-time 5 "$at/healthz"; }

# ended WANT TITLE: the gateway's end, and what it left
ended() {
	status=0
	wait "$gate" || status=$?
	[ "$status" -eq "$1" ] && ! grep -q 'Sanitizer' "$said"
	result $? "$2"
}

# streams NAME TEXT TITLE
streams() {
	wait "$streams"
	cp "$scratch/$1" "$scratch/out"
	has out "$2"
	result $? "$3"
}

# ---- reload, then drain, with streams under way ----

configuration first
gate both
begin held 64 first
result $? "64 streams are open over four workers"
configuration second
kill -HUP "$gate"
says 'the configuration was read again'
result $? "SIGHUP: the configuration is read anew"
until_true changed
result $? "a new key is taken, an old one is not"
# Under load, and over and over.
for i in 1 2 3 4 5 6 7 8; do
	configuration second "more-$i"
	kill -HUP "$gate"
	for j in 1 2 3; do status_of second >/dev/null & done
	wait $!
done
until_true takes more-8
result $? "eight more, with requests all the time"
kill -TERM "$gate"
until_true refused
kill -0 "$gate" && [ "$(grep -c whole "$scratch/held")" -eq 0 ]
result $? "SIGTERM: it listens no more, and goes on"
release
streams held '64 whole, 0 cut' "none of the streams was cut"
ended 0 "it ends with the last one, status 0"
reset

# ---- health while it drains, on a connection that is there ----

workers=1 configuration first
gate single
begin held 1 first
exec 8<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n' >&8
IFS= read -r line <&8
case $line in *' 200 '*) true ;; *) false ;; esac
result $? "health is 200 without a key"
until IFS= read -r line <&8 && [ "$line" = '{"status":"ok"}' ]; do :; done
kill -TERM "$gate"
until_true refused
printf 'GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n' >&8
timeout 20 cat <&8 >"$scratch/out"
exec 8>&-
has out ' 503 ' && has out '"draining"' && grep -qi '^connection: close' "$scratch/out"
result $? "and 503 while it drains, after which the connection closes"
release
streams held '1 whole, 0 cut' "the stream beside it ends well"
ended 0 "and the gateway with it"
reset

# ---- the limit, and the second signal ----

drain_ms=300 configuration first
gate limited
begin held 8 first
kill -TERM "$gate"
streams held '0 whole, 8 cut' "what is not over after drain_ms is broken off"
ended 0 "and the gateway ends, status 0"
grep -qF '8 requests under way are broken off' "$said"
result $? "it says how many"
reset
drain_ms=600000 configuration first
gate twice
begin held 8 first
kill -INT "$gate"
until_true refused
kill -0 "$gate"
result $? "the first signal drains"
kill -TERM "$gate"
streams held '0 whole, 8 cut' "the second one ends at once"
ended 0 "status 0"
reset

# ---- what a reload does not take ----

workers=1 configuration first
gate wrong
printf '{ "keys": ["second"],\n  "worker": 4 }\n' >"$scratch/gate.json"
kill -HUP "$gate"
says 'the configuration stays as it was'
grep -qF "gate.json:2:3: unknown key 'worker'" "$said"
result $? "a file that is wrong: where it is wrong"
[ "$(status_of first)" = 200 ] && [ "$(status_of second)" = 401 ]
result $? "and the old configuration stays"
rm "$scratch/gate.json"
: >"$said"
kill -HUP "$gate"
says 'the configuration stays as it was'
grep -qF "gate.json: No such file" "$said"
result $? "a file that is gone changes nothing"
mkfifo "$scratch/gate.json"
: >"$said"
kill -HUP "$gate"
says 'the configuration stays as it was'
grep -qF "gate.json: not a regular file" "$said"
result $? "nor does a named pipe, and nobody waits for it"
rm "$scratch/gate.json"
workers=3 configuration first second
sed -i 's/127.0.0.1:0/127.0.0.1:1/' "$scratch/gate.json"
kill -HUP "$gate"
says 'listen and workers changed: that needs a restart'
result $? "listen and workers need a restart, in one line"
until_true takes second
result $? "the rest of that file is taken"

# The upstream and its key; requests under way keep what they began with.
begin held 4 first
serve other "$bin/ccmock" --listen 127.0.0.1:0 --key other-key
workers=1 upstream=$url up=other-key configuration first
kill -HUP "$gate"
says_hi() {
	curl -s -o "$scratch/out" -H 'x-api-key: first' -H 'anthropic-version: 2023-06-01' \
		-d '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}' "$at/v1/messages"
	has out 'You said: hi'
}
until_true says_hi
result $? "the upstream and its key are new"
release
streams held '4 whole, 0 cut' "streams from the old upstream end well"
kill -TERM "$gate"
ended 0 "it ends at once when nothing is under way"
end
