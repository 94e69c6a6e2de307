#!/usr/bin/env bash
# How the tree must look: formatting, layers, banned calls, sizes, left-overs.
cd "${CCPROBE_ROOT:?the folder of the project}" || exit 1
shopt -s lastpipe # point() counts, so it must not run in a subshell
sources() { git ls-files '*.c' '*.h' 2>/dev/null; }

n=0
# point NAME: reads complaints from stdin; none is a pass.
point() {
	local complaints
	complaints=$(cat)
	n=$((n + 1))
	if [ -z "$complaints" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$complaints" | head -n 40 | sed 's/^/# /'
	fi
}

echo "1..9"

if command -v clang-format >/dev/null; then
	sources | xargs clang-format --dry-run 2>&1 | grep -E 'warning|error' |
		cut -d: -f1 | sort | uniq -c | point "clang-format has nothing to say"
else
	n=$((n + 1))
	echo "ok $n - clang-format # SKIP clang-format is not installed"
fi

# includes LAYER ALLOWED...: which folders a layer may reach into
includes() {
	local layer=$1 allowed
	shift
	allowed=$(printf '%s|' "$layer" "$@")
	git ls-files "$layer/*.c" "$layer/*.h" | xargs grep -nE '^#include "' |
		grep -vE "#include \"(${allowed%|})/"
}
{
	includes wire
	includes net wire
	includes mockupstream wire net
	includes gateway wire net
	includes reports wire probe/verdict.h | grep -v 'probe/verdict.h"'
	includes probe wire net mockupstream reports
} | point "includes point one way"

# header FOLDER...: an outside header is seen in these files only
only() {
	local header=$1
	shift
	sources | xargs grep -lF "#include <$header" | grep -vxE "$1"
}
{
	only microhttpd.h 'net/.*|tests/.*'
	only curl/ 'net/.*|tests/.*'
	only pcre2.h 'wire/pattern.c'
	only zlib.h 'mockupstream/coding.c|probe/decode.c|tests/.*'
	only brotli/ 'mockupstream/coding.c|probe/decode.c|tests/.*'
	only zstd.h 'mockupstream/coding.c|probe/decode.c|tests/.*'
} | point "each outside library is seen in one place"

sources | grep -v '^tests/' |
	xargs grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|system|popen|tmpnam|usleep|sleep|alloca)\(' |
	point "no banned function is called"

sources | xargs grep -nE '.{101,}' | cut -c1-120 |
	point "no line is over 100 columns"

sources | xargs wc -l | awk '$2 == "total" { next }
	$1 > ($2 ~ /^tests\// ? 1000 : 600) { print $2 ": " $1 " lines" }' |
	point "no C file is over 600 lines, no test over 1000"

sources | xargs grep -nwE 'TODO|FIXME|XXX|HACK' | point "no left-over marks"

git grep -nIE '(/work/|/root/|/home/[a-z]+/(src|work))' -- ':!fixtures' ':!tests/style.t' ':!tests/fuzz/corpus' |
	cut -c1-160 | point "no machine paths"

git grep -nIE 'sk-(ant|or)-[A-Za-z0-9_-]{16,}' -- ':!tests' |
	cut -c1-120 | point "nothing that looks like a credential"
