#!/usr/bin/env bash
# ccgate's workers, one loop and one thread each: under load, and stopped while
# streams are open. Run under ThreadSanitizer too, which ends a program at the
# first race.
set -u
. "$(dirname "$0")/lib.sh"

cat >"$scratch/held.json" <<'END'
{ "upstream": { "u1": {
  "when": { "has": "held" },
  "reply": { "status": 200, "headers": [["content-type", "text/event-stream"]],
    "events": "event: ping\ndata: {}\n\n: @hold for-good\n" } },
  "u2": { "reply": { "provider": true } } } }
END

serve mock "$bin/ccmock" --listen 127.0.0.1:0 "$scratch/held.json"
serve gate "$bin/ccgate" --listen 127.0.0.1:0 --workers 4 --upstream "$url" \
	--upstream-key up --key down --log
gate=$url
gate_pid=$server

# post TEXT: one streamed message through the gateway
post() {
	curl -sN --max-time 60 "$gate/v1/messages" -H 'x-api-key: down' \
		-H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \
		-d '{"model":"claude-opus-5-5","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"'"$1"'"}]}'
}

for i in $(seq 40); do
	post "canary-$i-" >"$scratch/answer.$i" &
	posts[i]=$!
done
wait "${posts[@]}"
whole=0
for i in $(seq 40); do
	grep -q 'message_stop' "$scratch/answer.$i" &&
		grep -qF -- "-$i-\"" "$scratch/answer.$i" && whole=$((whole + 1))
done
[ "$whole" -eq 40 ]
result $? "40 streams at once over four workers are whole, each its own ($whole)"

for i in $(seq 8); do
	post held >"$scratch/held.$i" 2>/dev/null &
	held[i]=$!
done
for i in $(seq 8); do
	until [ -s "$scratch/held.$i" ]; do sleep 0.05; done
done
kill -TERM "$gate_pid"
# The first signal lets what is open go on (drain.t); the second one ends it.
until ! curl -s -o "$scratch/out" "$gate/healthz"; do sleep 0.02; done
kill -TERM "$gate_pid"
wait "$gate_pid"
status=$?
[ "$status" -eq 0 ] && ! grep -q 'Sanitizer' "$scratch/gate.err"
result $? 'a second SIGTERM ends all workers while streams are open, status 0'
wait "${held[@]}" 2>/dev/null
cut=0
for i in $(seq 8); do
	grep -q 'message_stop' "$scratch/held.$i" || cut=$((cut + 1))
done
[ "$cut" -eq 8 ]
result $? 'what was open is broken off, not completed'
end
