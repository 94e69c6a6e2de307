#!/usr/bin/env bash
# Gateways that relay one request honestly and then turn hostile: a run against
# them ends by itself, says which cases fail, and holds little memory.
set -u
. "$(dirname "$0")/lib.sh"

most_mb=300
# What a sanitizer keeps of freed memory, and its notes, are not the program's.
if grep -q __asan_init "$bin/ccprobe"; then
	most_mb=700
fi
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=8

runs=()
# begin NAME: the run against it, in the background.
begin() {
	free_port
	serve "$1" "$bin/hostile" "$1" "$port"
	(
		timeout 500 "$bin/measured" "$scratch/$1.mb" "$bin/ccprobe" run \
			--gateway "$url" --key sk-test-key \
			--mock-listen "127.0.0.1:$port" --no-color --pool-wait 2 --again 2 \
			stream/ends errors/status-kept/529 \
			>"$scratch/$1.out" 2>"$scratch/$1.err" </dev/null
		echo $? >"$scratch/$1.status"
	) &
	runs+=($!)
}

# check NAME: what came of it.
check() {
	local name=$1 mb
	status=$(cat "$scratch/$name.status" 2>/dev/null || echo none)
	mb=$(cat "$scratch/$name.mb" 2>/dev/null || echo 99999)
	cp "$scratch/$name.out" "$scratch/out"
	cp "$scratch/$name.err" "$scratch/err"
	[ "$status" = 1 ] && grep -q '^FAIL' "$scratch/out" &&
		! grep -q 'Sanitizer' "$scratch/err" && [ "$mb" -lt $most_mb ]
	result $? "$name: the run ends, its cases fail, $most_mb MB are enough"
}

# Few at a time, since they cost memory and time.
group() {
	local name
	runs=()
	for name; do
		begin "$name"
	done
	wait "${runs[@]}"
	for name; do
		check "$name"
	done
}

# These are waited for until the limit of each case, and cost nothing meanwhile.
slow=(byte-a-minute silent stuck-head)
for name in "${slow[@]}"; do
	begin "$name"
done
waiting=("${runs[@]}")

group ten-gigabytes bomb resets resets-in-head resets-in-body
group endless-hints bad-chunk huge-chunk endless-events endless-line
group deep endless-head garbage

wait "${waiting[@]}"
for name in "${slow[@]}"; do
	check "$name"
done

end
