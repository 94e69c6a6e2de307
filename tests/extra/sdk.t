#!/usr/bin/env bash
# The current SDKs of Python and TypeScript against ccmock and ccmock --strict:
# messages, streams, tools, the tool runner, parse, searches, tokens, models,
# errors and threads. Then the examples of docs/ccmock.md, as they stand there.
#
#	tests/extra/sdk.t
#
# Installs `anthropic` (PyPI) and `@anthropic-ai/sdk` (npm) into build/extra. Half
# a minute. What is tried is in tests/extra/sdk/.
set -u
extra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$extra/lib.sh"
place=$root/build/extra/sdk
things=14 # of each script

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
# example WORD: what docs/ccmock.md shows from the line with WORD on up to a line
# that is not indented, for the provider at $url
example() {
	sed -n "/^    $1/,/^[^ ]/{/^    /s///p; /^$/p}" "$root/docs/ccmock.md" |
		sed "s|http://127.0.0.1:8473|$url|"
}

# shows NAME WORDS: the example's output in $scratch/out has them
shows() {
	n=$((n + 1))
	grep -qF -- "$2" "$scratch/out" || {
		printf 'not '
		failed=1
		sed 's/^/# /' "$scratch/out" "$scratch/err" | tail -n 20 >"$scratch/why"
	}
	echo "ok $n - docs/ccmock.md: $1"
	cat "$scratch/why" 2>/dev/null
	rm -f "$scratch/why"
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

example 'import anthropic' | sed '/^import Anthropic/,$d' >"$scratch/example.py"
echo 'print(m.parsed_output)' >>"$scratch/example.py"
"$place/python/bin/python" "$scratch/example.py" >"$scratch/out" 2>"$scratch/err"
shows "the example in Python" "name='text' count=1"
example 'import Anthropic' |
	sed 's/^await client/console.log(await client/; s/;  *\/\/ stop_reason.*/);/' \
		>"$place/example.mjs"
node "$place/example.mjs" >"$scratch/out" 2>"$scratch/err"
shows "the example in TypeScript" "stop_reason: 'max_tokens'"
echo "1..$n"
exit $failed
