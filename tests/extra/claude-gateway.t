#!/usr/bin/env bash
# The gateway that ships inside Claude Code, started, signed in to and graded:
# what does not pass is what targets/claude-gateway/result.json says, twice, and
# nothing of it is left when ccprobe has ended, however that ends.
#
#	tests/extra/claude-gateway.t
#	UPDATE_GOLDEN=1 tests/extra/claude-gateway.t    rewrites result.json
#
# Installs the pinned release (npm, 245 MB) and PostgreSQL where they are
# missing, and runs, where that is allowed, in a network namespace that has
# loopback alone. Some three minutes on two cores.
set -u
extra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ "${CCPROBE_EXTRA_NETNS-}" = done ] || "$extra/../../targets/claude-gateway/install" >&2 || {
	echo "1..0 # SKIP what targets/claude-gateway needs cannot be installed here"
	exit 0
}
. "$extra/gateways.sh"

for turn in 1 2; do
	run timeout 900 "$bin/ccprobe" run --target claude-gateway --no-color \
		--report "json=$scratch/$turn.json" --out "$scratch/logs"
	is 1 "run $turn: it starts, is signed in to and graded" out ' cases: '
	nothing_left "run $turn: nothing is left of it"
	[ -z "$(ls -A "$TMPDIR")" ]
	result $? "run $turn: its folder is gone"
	verdicts "$scratch/$turn.json" >"$scratch/$turn"
done
run grep -rlE 'eyJ[A-Za-z0-9_-]{20}' "$scratch/1.json" "$scratch/logs"
is 1 'the key that signing in gave is in nothing that is kept'
run diff "$scratch/1" "$scratch/2"
is 0 'two runs give the same verdicts'
same_as_committed claude-gateway "$scratch/1"

"$bin/ccprobe" run --target claude-gateway >"$scratch/out" 2>&1 &
probe=$!
until [ -s "$(echo "$TMPDIR"/*/gateway.yaml)" ] && left_over | grep -q 'gateway --config'; do
	kill -0 "$probe" 2>/dev/null || break
	sleep 0.1
done
kill -KILL "$probe"
wait "$probe" 2>/dev/null
status=$?
is 137 'ccprobe is killed while the gateway runs'
nothing_left 'nothing outlives it'

end
