#!/usr/bin/env bash
# The current SDKs of Python and TypeScript against ccmock and ccmock --strict:
# messages, streams, tools, the tool runner, parse, searches, tokens, models and
# errors.
#
#	tests/extra/sdk.t
#
# Installs `anthropic` (PyPI) and `@anthropic-ai/sdk` (npm) into build/extra. Half
# a minute. What is tried is in tests/extra/sdk/.
set -u
extra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$extra/lib.sh"
place=$root/build/extra/sdk
things=13 # of each script

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

mkdir -p "$place"
command -v node >/dev/null && command -v npm >/dev/null ||
	skip "the TypeScript SDK needs node and npm"
python3 -m venv "$place/python" >&2 &&
	"$place/python/bin/pip" install --quiet --upgrade anthropic >&2 ||
	skip "the Python SDK cannot be installed here"
npm install --silent --no-audit --no-fund --prefix "$place" \
	@anthropic-ai/sdk@latest zod@latest >&2 ||
	skip "the TypeScript SDK cannot be installed here"
cp "$extra/sdk/sdk.mjs" "$place/"
echo "# anthropic $("$place/python/bin/python" -c 'import anthropic; print(anthropic.__version__)')"
echo "# @anthropic-ai/sdk $(node -p "require('$place/node_modules/@anthropic-ai/sdk/package.json').version")"

begin
n=0
failed=0
# report NAME: a line of TAP for each thing that the script in $scratch/out tried
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

for kind in lenient strict; do
	flag=()
	[ $kind = lenient ] || flag=(--strict)
	"$bin/ccmock" --listen 127.0.0.1:0 ${flag[@]+"${flag[@]}"} >"$scratch/$kind" 2>&1 &
	pids+=($!)
	url=$(announced "$scratch/$kind" listening) || bail "ccmock did not start"
	timeout 120 "$place/python/bin/python" "$extra/sdk/sdk.py" "$url" \
		>"$scratch/out" 2>"$scratch/err"
	report "$kind, Python"
	timeout 120 node "$place/sdk.mjs" "$url" >"$scratch/out" 2>"$scratch/err"
	report "$kind, TypeScript"
done
echo "1..$n"
exit $failed
