#!/usr/bin/env bash
# What guides promise of gateways with several providers and keys with limits, asked of
# a sound one that shares no line with ccgate: once as it is, once with each freedom
# that such a gateway may take. Nothing fails, and nearly all is decided.
set -u
. "$(dirname "$0")/../programs/lib.sh"

command -v python3 >/dev/null || {
	echo "1..0 # SKIP python3 is not installed"
	exit 0
}

grade() {
	"$bin/ccprobe" run --suite "$root" --target "$root/tests/sound/aggregator/$1.json" --no-color \
		failover budgets usage model-routing >"$scratch/$1.out" 2>&1
}

grade plain &
grade free &
wait
for name in plain free; do
	cp "$scratch/$name.out" "$scratch/out"
	! grep -Eq '^(FAIL|BROKEN)' "$scratch/out" && grep -Eq '^[0-9]+ cases: [0-9]+ pass' "$scratch/out"
	result $? "$name: no case fails"
	[ "$(grep -c '^UNDECIDED  ' "$scratch/out")" -le 3 ]
	result $? "$name: nearly all is decided"
done
! grep -q '^skip' "$scratch/plain.out"
result $? 'plain: none is left out'

end
