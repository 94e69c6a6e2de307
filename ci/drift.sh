#!/usr/bin/env bash
# Did Claude Code change what it sends? Records a release and compares it with
# the newest one that the suite has recordings of (docs/record.md).
#
#	ci/drift.sh [VERSION]    without one: the newest release that npm has
#
# Variables: DRIFT_BIN, folder of the programs (build/ beside this folder);
# DRIFT_RECORDER, what records (fixtures/record-client); DRIFT_PAGE, a file that
# gets the page, too.
#
# Exit status: 0 nothing but prose changed, or the release is recorded already; 1
# the wire changed, and the page says how; 2 usage; 3 it could not be recorded.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=${DRIFT_BIN:-$root/build}
recorder=${DRIFT_RECORDER:-$root/fixtures/record-client}
package=@anthropic-ai/claude-code-linux-x64

# give_up STATUS LINE
give_up() {
	printf 'drift: %s\n' "$2" >&2
	exit "$1"
}

[ $# -le 1 ] || give_up 2 "name one release at most: ci/drift.sh [VERSION]"
[ -x "$bin/ccprobe" ] || give_up 2 "there is no $bin/ccprobe; build it (./quickstart), or say where it is: DRIFT_BIN"
version=${1-$(npm view "$package" version 2>/dev/null)}
[ -n "$version" ] || give_up 3 "npm did not give the newest release of $package; name one: ci/drift.sh VERSION"
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || give_up 2 "'$version' is not a release; give three numbers, such as 2.1.332"
recorded=$(cd "$root/fixtures/requests" && printf '%s\n' * | sort -V | tail -n 1)
if [ -d "$root/fixtures/requests/$version" ]; then
	echo "Claude Code $version is recorded already; the newest recordings are of $recorded."
	exit 0
fi

# The new recordings go into a copy of the suite.
suite=$(mktemp -d)
trap 'rm -rf "$suite"' EXIT
cp -r "$root"/{cases,claims,fixtures,targets} "$suite" || give_up 3 "the suite could not be copied to $suite"

CCPROBE_BIN=$bin "$recorder" "$version" --out "$suite/fixtures/requests/$version" >"$suite/log" 2>&1 || {
	status=$?
	tail -n 20 "$suite/log" >&2
	# If some scenarios are missing, the others are compared.
	[ "$status" -eq 1 ] && [ -d "$suite/fixtures/requests/$version" ] ||
		give_up 3 "Claude Code $version could not be recorded (see above)"
}
"$bin/ccprobe" drift --suite "$suite" --format markdown --fail "$recorded" "$version" >"$suite/page"
status=$?
[ "$status" -le 1 ] || give_up 3 "the recordings of $version cannot be compared (see above)"
cat "$suite/page"
[ -z "${DRIFT_PAGE-}" ] || cp "$suite/page" "$DRIFT_PAGE"
exit "$status"
