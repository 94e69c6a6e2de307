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
root=${CCPROBE_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
if [ "${CCPROBE_EXTRA_NETNS-}" != done ]; then
	"$root/targets/claude-gateway/install" >&2 || {
		echo "1..0 # SKIP what targets/claude-gateway needs cannot be installed here"
		exit 0
	}
	! unshare -n true 2>/dev/null ||
		CCPROBE_EXTRA_NETNS=done exec unshare -n bash -c 'ip link set lo up; exec "$0"' "$root/tests/extra/claude-gateway.t"
fi
. "$root/tests/programs/lib.sh"

# PostgreSQL runs as a user of its own, who has to get there.
chmod 711 "$scratch"
export TMPDIR=$scratch/tmp
mkdir -m 711 "$TMPDIR"
expected=$root/targets/claude-gateway/result.json

# Processes that run in a folder below TMPDIR, as everything of a target does.
left_over() {
	local process
	for process in /proc/[0-9]*; do
		case $(readlink "$process/cwd" 2>/dev/null) in
		"$TMPDIR"/*) tr '\0' ' ' <"$process/cmdline" && echo "(${process#/proc/})" ;;
		esac
	done
}

# nothing_left TITLE: within two seconds, which the kernel may take to end all
nothing_left() {
	local i
	for i in $(seq 20); do
		left_over >"$scratch/out"
		[ -s "$scratch/out" ] || break
		sleep 0.1
	done
	[ ! -s "$scratch/out" ]
	result $? "$1"
}

# verdicts REPORT: by verdict the ids of what neither passed nor was skipped
verdicts() {
	perl -MJSON::PP -0777 -ne '
		my %ids;
		push @{ $ids{ $_->{verdict} } }, $_->{id} for @{ decode_json($_)->{cases} };
		delete $ids{$_} for qw(pass skip);
		print JSON::PP->new->canonical->indent->indent_length(2)->space_after->encode(\%ids);
	' "$1"
}

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
[ -z "${UPDATE_GOLDEN-}" ] || cp "$scratch/1" "$expected"
run diff "$expected" "$scratch/1"
is 0 'what does not pass is what result.json says'

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
