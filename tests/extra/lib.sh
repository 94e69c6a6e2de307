# What the tests with a real client share: the pinned release of the client, a
# network namespace that has loopback alone, a scratch folder, servers that end
# with the test. Sourced.

version=2.1.332
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=${CCPROBE_BIN:-$root/build}

# need_client: CLAUDE is a program, installed with npm where it is not given
need_client() {
	[ -z "${CLAUDE-}" ] || return 0
	CLAUDE=$root/build/extra/node_modules/@anthropic-ai/claude-code-linux-x64/claude
	[ -x "$CLAUDE" ] && return
	mkdir -p "$root/build/extra"
	npm install --silent --no-audit --no-fund --prefix "$root/build/extra" \
		"@anthropic-ai/claude-code-linux-x64@$version" >&2 && return
	echo "1..0 # SKIP Claude Code $version cannot be installed here"
	exit 0
}

# alone TEST [FLAG...]: begins the test again, in a namespace, where that is
# allowed; with -m it has mounts of its own, too
alone() {
	local test=$1
	shift
	[ "${CCPROBE_EXTRA_NETNS-}" = done ] && return
	unshare -n "$@" true 2>/dev/null || return
	CCPROBE_EXTRA_NETNS=done CLAUDE=${CLAUDE-} exec unshare -n "$@" bash -c \
		'ip link set lo up; exec "$0"' "$root/tests/extra/$test"
}

leave() { :; } # what a test has to undo by itself
finish() {
	local pid
	for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null; done
	wait 2>/dev/null
	leave
	rm -rf "$scratch"
}

# begin: the scratch folder
begin() {
	scratch=$(mktemp -d)
	pids=()
	trap finish EXIT
}

# announced FILE WORD: the URL of the line "WORD on URL", once it is there
announced() {
	local i
	for i in $(seq 200); do
		sed -n "s|^$2 on ||p" "$1" 2>/dev/null | grep -m1 . && return
		sleep 0.05
	done
	echo "no '$2 on' line in 10 s" >&2
	return 1
}

bail() {
	echo "Bail out! $1"
	exit 1
}

# report NAME: a line of TAP for each thing that a script of tests/extra/sdk/
# tried, as $scratch/out tells; all $things of them have to be there
report() {
	local word thing why
	while read -r word thing why; do
		n=$((n + 1))
		[ "$word" = ok ] || { printf 'not '; failed=1; }
		echo "ok $n - $1: $thing"
		[ -z "$why" ] || echo "# $why"
	done <"$scratch/out"
	n=$((n + 1))
	[ "$(wc -l <"$scratch/out")" -eq "$things" ] || {
		printf 'not '
		failed=1
		sed 's/^/# /' "$scratch/err" | tail -n 20
	}
	echo "ok $n - $1: all of it was tried"
}

# skip WHY: nothing of the test can be tried here
skip() {
	echo "1..0 # SKIP $1"
	exit 0
}
