#!/usr/bin/env bash
# What large request bodies cost ccgate: each is held once.
set -u
. "$(dirname "$0")/lib.sh"

bodies=20
megabytes=32
most=700 # megabytes; the bodies are 640 of them

if [ "$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)" -lt 2500 ]; then
	echo "1..0 # SKIP less than 2.5 GB of memory are free"
	exit 0
fi

# It takes connections and never reads, so that all bodies are there at once.
serve up "$bin/hostile" silent
up=${url##*:}
serve gate "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$url" --upstream-key up --key mine
gate=$server

head -c $((megabytes << 20)) /dev/zero | tr '\0' a >"$scratch/body"
for _ in $(seq "$bodies"); do
	curl -s -o /dev/null --max-time 120 -H 'x-api-key: mine' -H 'expect:' \
		--data-binary "@$scratch/body" "$url/v1/messages" &
	clients+=($!)
done

# reached: how many connections the upstream has; one is made when a body is in
reached() {
	awk -v port="$(printf ':%04X' "$up")" '$4 == "01" && substr($2, length($2) - 4) == port' \
		/proc/net/tcp | wc -l
}
limit=$((SECONDS + 100))
# Asked once for the verdict, too: the kernel's list may lack a line, or have one
# twice, while connections come and go.
until n=$(reached) && [ "$n" -ge "$bodies" ] || [ "$SECONDS" -gt "$limit" ]; do sleep 0.1; done
held=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$gate/status")
[ "$n" -ge "$bodies" ] && [ "$held" -ge $((bodies * megabytes)) ] && [ "$held" -lt "$most" ]
result $? "$bodies bodies of $megabytes MB at once: $held MB, of $most at most"
kill "${clients[@]}"
wait "${clients[@]}" 2>/dev/null

# They are given back: as many once more do not cost more.
emptied() { [ "$(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$gate/status")" -lt 100 ]; }
limit=$((SECONDS + 30))
until emptied || [ "$SECONDS" -gt "$limit" ]; do sleep 0.1; done
emptied
result $? "and are given back when their clients leave"
end
