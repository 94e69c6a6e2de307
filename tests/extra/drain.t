#!/usr/bin/env bash
# 512 paced streams through ccgate while its configuration is read anew, over
# and over, and then while it drains: none is cut. tests/programs/drain.t has
# the same in small; this one takes half a minute and both cores.
set -u
. "$(dirname "$0")/../programs/lib.sh"

streams=512
# Four events a second for 20 seconds.
cat >"$scratch/script.json" <<'END'
{ "upstream": { "u1": { "reply": { "status": 200, "headers": [["content-type", "text/event-stream"]],
  "events": ": @pace 250\n: @repeat 80\nevent: ping\ndata: {}\n\n" } } } }
END
serve mock "$bin/ccmock" --listen 127.0.0.1:0 --no-bodies "$scratch/script.json"
up=$url

# configuration KEY...: the gateway's, put there whole
configuration() {
	printf '{ "listen": "127.0.0.1:0", "workers": 4, "upstream": { "url": "%s", "key": "up" },\n "keys": [%s] }\n' \
		"$up" "$(printf '"%s",' "$@" | sed 's/,$//')" >"$scratch/new.json"
	mv "$scratch/new.json" "$scratch/gate.json"
}
configuration first
# As a shell has it: 512 streams take more than 1,024 descriptors.
ulimit -Sn 1024
serve gate "$bin/ccgate" --config "$scratch/gate.json"
gate=$server

"$bin/streams" "${url##*:}" first "$streams" >"$scratch/streams" &
client=$!
limit=$((SECONDS + 60))
until grep -q open "$scratch/streams" || [ "$SECONDS" -gt "$limit" ]; do sleep 0.1; done
grep -q open "$scratch/streams"
result $? "$streams paced streams are open"

said() { [ "$(grep -c 'was read again' "$scratch/gate.err")" -ge "$1" ]; }
for i in $(seq 10); do
	configuration "key-$i"
	kill -HUP "$gate"
	until said "$i" || [ "$SECONDS" -gt "$limit" ]; do sleep 0.05; done
done
said 10
result $? "ten times the configuration is read anew meanwhile"
kill -TERM "$gate"
wait "$client"
cp "$scratch/streams" "$scratch/out"
has out "$streams whole, 0 cut"
result $? "all of them end whole, through reload and drain"
status=0
wait "$gate" || status=$?
is 0 "ccgate ends with the last one"
end
